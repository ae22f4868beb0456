"""What the group read and what is up: the history page by page, the queue, and everything as files."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from bot.chat.cog import Cog, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.reply import Button, Card, File, How, Reply
from bot.chat.spec import Access
from bot.chat.text import Bold, Text, lines, text
from bot.core.errors import NotOrganiser, UnknownPress
from bot.core.groups import Group
from bot.core.papers.bibtex import bibtex
from bot.core.papers.export import as_json, as_markdown
from bot.core.people import GroupId
from bot.core.timewords import date_in_words
from bot.services.groups import Groups
from bot.services.library import Library
from bot.services.organisers import Organisers
from bot.services.queue import Queue
from bot.services.reading import Reading, code_of
from bot.services.reading_past import Past, ReadingPast
from cogs.paper._words import counts, personal
from cogs.reading_words import reason, title_of, with_year

PAGE = 5
_UP = 10  # candidates shown, as many as stand on a ballot
_LABEL = 40


class Form(StrEnum):
    """A kind of file. The values travel in buttons, and end its name."""

    MARKDOWN = "md"
    BIBTEX = "bib"
    JSON = "json"


class PaperPast(Cog):
    """Looks back, and at what may come."""

    name = "paper"
    short = "ph"

    def __init__(
        self,
        reading: Reading,
        past: ReadingPast,
        groups: Groups,
        organisers: Organisers,
        queue: Queue,
        library: Library,
    ) -> None:
        """Take the services that know the group, its past, who runs it, its candidates and the topics."""
        self._reading, self._past, self._groups = reading, past, groups
        self._organisers, self._queue, self._library = organisers, queue, library

    async def found(self, ctx: Context, group: Group, words: str) -> str | Reply:
        """Return the code of the one paper that `words` mean, or the list of several, or that there is none."""
        found = await self._past.meant(group, words, None if ctx.impersonal else ctx.person)
        if len(found) == 1:
            return found[0].code
        if not found:
            every = personal(ctx.t("paper.past.button"), "ph.past", code_of(group), 0)
            up = personal(ctx.t("paper.queue.button"), "ph.queue", code_of(group))
            said = lines(ctx.t("paper.past.not_found", words=shorten(words, 60)), ctx.t("paper.past.how"))
            return Reply(said, rows=((every, up),))
        return self._list(ctx, group, found[:PAGE], 0, len(found[:PAGE]))

    @press(lands=True)
    async def past(self, ctx: Context, code: str, offset: int) -> Reply:
        """Show the papers from `offset` on, the latest meeting first."""
        group = await self._group(ctx, code)
        every = await self._past.of(group, None if ctx.impersonal else ctx.person)
        if not every:
            back = personal(ctx.t("kit.back"), "paper.now", code)
            return Reply((ctx.t("paper.past.nothing"),), rows=((back,),), how=How.EDIT)
        offset = min(max(offset, 0), (len(every) - 1) // PAGE * PAGE)
        return replace(self._list(ctx, group, every[offset : offset + PAGE], offset, len(every)), how=How.EDIT)

    @press(lands=True)
    async def queue(self, ctx: Context, code: str) -> Reply:
        """Show what is up for the next ballot. Who put it up is not said; one's own are behind a button."""
        group = await self._group(ctx, code)
        waiting = (await self._queue.open(group.id))[:_UP]
        rows = [
            text(f"{number}. ", with_year(each.kept), _dash(reason(ctx, self._library, each.nomination.why)))
            for number, each in enumerate(waiting, 1)
        ]
        card = Card(ctx.t("paper.queue.title"), tuple(rows) or (text(ctx.t("paper.queue.nothing")),))
        numbers = [personal(str(number), "pc.card", each.kept.id, 0, "") for number, each in enumerate(waiting, 1)]
        grid = [tuple(numbers[at : at + 5]) for at in range(0, len(numbers), 5)]
        ways = (
            personal(ctx.t("paper.queue.put_up"), "sg.of", code),
            personal(ctx.t("paper.queue.mine"), "sg.of", code),
            personal(ctx.t("kit.back"), "paper.now", code),
        )
        return Reply(cards=(card,), rows=(*grid, ways), how=How.EDIT)

    @press(lands=True)
    async def export(self, ctx: Context, code: str) -> Reply:
        """Offer everything the group read as files."""
        return await self._offered(ctx, await self._group(ctx, code))

    @press(access=Access.ORGANISER)
    async def exports(self, ctx: Context, group: int) -> Reply:
        """Offer the same to organisers, from where they run the group."""
        found = await self._groups.get(GroupId(group))
        if found is None:
            raise UnknownPress
        caller = ctx.caller
        if not await self._organisers.may_run(found.id, ctx.person, caller.place, admin=caller.admin):
            raise NotOrganiser
        return await self._offered(ctx, found)

    @press()
    async def file(self, ctx: Context, code: str, form: Form) -> Reply:
        """Hand the file over, to whoever asked."""
        group = await self._group(ctx, code)
        if ctx.impersonal:
            return Reply((ctx.t("paper.private"),))
        whole = [replace(each, why=reason(ctx, self._library, each.why)) for each in await self._past.whole(group.id)]
        if form is Form.MARKDOWN:
            content = as_markdown(group.name, whole, ctx.t)
        elif form is Form.BIBTEX:
            content = bibtex(each.paper for each in whole)
        else:
            content = as_json(group.name, whole)
        alt = ctx.t("paper.export.alt", count=len(whole), form=ctx.t(f"paper.export.{form}"))
        return Reply(file=File(f"papers-{group.id}.{form}", content.encode(errors="replace"), alt))

    async def _group(self, ctx: Context, code: str) -> Group:
        """Return the group of a code, which a private chat is about from now on. Raises `UnknownPress`."""
        group, caller = await self._reading.group_of(code), ctx.caller
        if group is None:
            raise UnknownPress
        await self._reading.notice(group)
        await self._groups.visit(caller.user, caller.language, ctx.person, caller.place, group.id)
        return group

    async def _offered(self, ctx: Context, group: Group) -> Reply:
        count = len(await self._past.of(group))
        back = personal(ctx.t("kit.back"), "paper.now", code_of(group))
        if not count:
            return Reply((ctx.t("paper.past.nothing"),), rows=((back,),), how=How.EDIT)
        files = tuple(personal(ctx.t(f"paper.export.{form}"), "ph.file", code_of(group), form) for form in Form)
        said = lines(ctx.t("paper.export.said", count=count), ctx.t("paper.export.without"))
        return Reply(said, rows=((*files, back),), how=How.EDIT)

    def _list(self, ctx: Context, group: Group, shown: tuple[Past, ...], offset: int, total: int) -> Reply:
        rows = tuple(self._row(ctx, offset + number, each) for number, each in enumerate(shown, 1))
        numbers = tuple(personal(str(offset + number), "paper.open", each.code) for number, each in enumerate(shown, 1))
        moves: list[Button] = []
        if offset:
            moves.append(personal(ctx.t("recommend.earlier"), "ph.past", code_of(group), max(offset - PAGE, 0)))
        if offset + len(shown) < total:
            moves.append(personal(ctx.t("kit.more"), "ph.past", code_of(group), offset + PAGE))
        moves.append(personal(ctx.t("kit.back"), "paper.now", code_of(group)))
        card = Card(shorten(ctx.t("paper.past.title", group=group.name), 200), rows)
        return Reply(cards=(card,), rows=(numbers, tuple(moves)))

    def _row(self, ctx: Context, number: int, past: Past) -> Text:
        """One meeting: its day, the paper, how many read it, what the group thought, where I stand."""
        day = date_in_words(past.cycle.meets_on, ctx.locale, ctx.now.date())
        mine = "" if ctx.impersonal or past.mine is None else ctx.t("paper.me", said=ctx.t(f"paper.state.{past.mine}"))
        told = " · ".join(part for part in (counts(ctx, past.readers), mine) if part)
        return lines(text(Bold(f"{number}."), f" {day} · ", title_of(past.kept)), told)


def _dash(words: str) -> str:
    return f" · {words}" if words else ""
