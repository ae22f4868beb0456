"""`/suggest`: the one door for a link. A paper goes on the ballot at once; what may be several things asks where to.

The answer is for the member alone; the group hears one line, in the thread of the week's post.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from bot.chat.cog import Choice, Cog, FromMessage, command, post, press, submission
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Field, Form, How, Menu, Reply, Style
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.errors import UnknownPress
from bot.core.groups import Group
from bot.core.papers.links import ArxivId, Doi, LinkTarget, Video, read_link, without_links
from bot.core.papers.paper import PaperState
from bot.core.reading import (
    LONGEST_WHY,
    KeptPaper,
    NominationId,
    NominationState,
    PaperId,
    Suggestion,
    SuggestionId,
    SuggestionKind,
)
from bot.i18n import Locale
from bot.services.groups import Groups
from bot.services.nominations import Met, Nominated, Nominations
from bot.services.papers import Papers
from bot.services.reading import Reading, code_of
from bot.services.suggestions import Suggestions
from cogs.papers import LONGEST_TITLE, Way, day_of

NO_GROUP = 0  # in the place of a group's number
_LONGEST_LINK = 1000
_LABEL = 60
MOST_SHOWN = 8
_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A link somebody gave: for which of their groups, and why."""

    group: Group | None
    target: LinkTarget
    why: str = ""

    def press(self, name: str) -> Press:
        """Return the press that does `name` with it."""
        url = self.target.abstract if isinstance(self.target, ArxivId) else self.target.url
        return Press.of(name, self.group.id if self.group is not None else NO_GROUP, url, self.why)


class Suggest(Cog):
    """Takes links."""

    name = "suggest"
    short = "sg"

    def __init__(
        self,
        nominations: Nominations,
        suggestions: Suggestions,
        papers: Papers,
        groups: Groups,
        reading: Reading,
    ) -> None:
        """Take the services behind it; `reading` knows whom a code stands for."""
        self._nominations, self._suggestions, self._papers, self._groups = nominations, suggestions, papers, groups
        self._reading = reading

    @command(menu_private=110, menu_group=30, on_message=True)
    async def suggest(
        self, ctx: Context, link: str | None = None, message: Annotated[str | None, FromMessage()] = None
    ) -> Reply:
        """Take the link that was typed or that a message holds; bare, show what one put up."""
        words = link or message or ""
        group = await self._here(ctx)
        mine = Press.of("sg.of", code_of(group)) if group is not None else None
        if not words.strip():
            return replace(await self._mine(ctx, group, How.NEW), mine=mine)
        target = read_link(words)
        if target is None:
            return replace(_no_link(ctx), mine=mine)
        why = without_links(link)[:LONGEST_WHY] if link else ""
        return replace(await self._taken(ctx, Asked(group, target, why)), mine=mine)

    @press(opens_form=True, lands=True)
    async def ask(self, ctx: Context) -> Form:
        """Ask for the link, and why."""
        link = Field("link", ctx.t("suggest.ask.label"), ctx.t("suggest.ask.placeholder"), limit=_LONGEST_LINK)
        return Form(ctx.t("suggest.ask.title"), Press.of("sg.asked"), (link, _why_field(ctx)))

    @submission
    async def asked(self, ctx: Context, *, answers: dict[str, str]) -> Reply:
        """Take what a form holds."""
        target = read_link(answers.get("link", ""))
        if target is None:
            return _no_link(ctx)
        return await self._taken(ctx, Asked(await self._here(ctx), target, answers.get("why", "")[:LONGEST_WHY]))

    # where to

    @press()
    async def paper(self, ctx: Context, group: int, link: str, why: str) -> Reply:
        """Put it up as a paper to read."""
        asked = await self._asked(ctx, group, link, why)
        return replace(await self._nominated(ctx, asked), how=How.EDIT)

    @press()
    async def row(self, ctx: Context, group: int, link: str, why: str) -> Reply:
        """Suggest it for the catalogue."""
        return await self._suggested(ctx, await self._asked(ctx, group, link, why), SuggestionKind.RESOURCE)

    @press()
    async def digest(self, ctx: Context, group: int, link: str, why: str) -> Reply:
        """Suggest it for the digest."""
        return await self._suggested(ctx, await self._asked(ctx, group, link, why), SuggestionKind.DIGEST)

    @press()
    async def review(self, ctx: Context, group: int, link: str, why: str) -> Reply:
        """Ask which paper it explains."""
        asked = await self._asked(ctx, group, link, why)
        papers = await self._suggestions.reviewable(asked.group) if asked.group is not None else ()
        if not papers:
            return replace(_where_to(ctx, asked, ctx.t("suggest.review.none")), how=How.EDIT)
        choices = tuple(Choice(shorten(each.paper.title, 90), str(each.id)) for each in papers)
        menu = Menu(ctx.t("suggest.review.choose"), asked.press("sg.beside"), choices[:25])
        return Reply((ctx.t("suggest.review.which"),), menu=menu, how=How.EDIT)

    @press()
    async def beside(self, ctx: Context, group: int, link: str, why: str, paper: str) -> Reply:
        """Suggest it as a review of that paper."""
        kept = await self._papers.get(PaperId(int(paper))) if paper.isdecimal() and len(paper) < 10 else None
        if kept is None:
            raise UnknownPress
        asked = await self._asked(ctx, group, link, why)
        return await self._suggested(ctx, asked, SuggestionKind.REVIEW, kept)

    # after it was put up

    @press()
    async def undo(self, ctx: Context, nomination: int) -> Reply:
        """Take one's candidate back."""
        done = await self._nominations.withdraw(ctx.person, NominationId(nomination))
        found = await self._nominations.nomination(NominationId(nomination))
        if not done or found is None:
            return Reply((ctx.t("suggest.undo.late"),), how=How.EDIT)
        again = Press.of("sg.paper", found[0].group_id, found[1].paper.url, found[0].why)
        button = Button(ctx.t("suggest.undo.again"), again, personal=True)
        return Reply((ctx.t("suggest.undo.done", title=_title(found[1])),), rows=((button,),), how=How.EDIT)

    @press()
    async def unsay(self, ctx: Context, suggestion: int) -> Reply:
        """Take another suggestion back."""
        done = await self._suggestions.take_back(ctx.person, SuggestionId(suggestion))
        return Reply((ctx.t("suggest.undo.gone" if done else "suggest.undo.late"),), how=How.EDIT)

    @press(opens_form=True)
    async def why(self, ctx: Context, nomination: int) -> Form:
        """Ask why the group should read it."""
        return Form(ctx.t("suggest.why.title"), Press.of("sg.said", nomination), (_why_field(ctx, required=True),))

    @submission
    async def said(self, ctx: Context, nomination: int, *, answers: dict[str, str]) -> Reply:
        """Keep why."""
        kept = await self._nominations.explain(ctx.person, NominationId(nomination), answers.get("why", ""))
        return Reply((ctx.t("suggest.why.kept" if kept else "suggest.undo.late"),))

    @press()
    async def move(self, ctx: Context, group: int, nomination: int) -> Reply:
        """Put it up in another of one's groups instead."""
        found = await self._nominations.nomination(NominationId(nomination))
        into = await self._group(ctx, group)
        if found is None or into is None:
            raise UnknownPress
        before, kept = found
        await self._nominations.withdraw(ctx.person, before.id)
        caller = ctx.caller
        await self._groups.use(caller.user, caller.language, into.id)
        done = await self._nominations.nominate(caller.user, caller.language, caller.place, into, kept, before.why)
        return replace(await self._told(ctx, into, done), how=How.EDIT)

    @press(lands=True)
    async def mine(self, ctx: Context) -> Reply:
        """Show what one put up, in place."""
        return await self._mine(ctx, await self._here(ctx), How.EDIT)

    @press(lands=True)
    async def of(self, ctx: Context, code: str) -> Reply:
        """Show what one put up in the group of a code, which a private chat is about from now on."""
        group = await self._reading.group_of(code)
        if group is None:
            raise UnknownPress
        caller = ctx.caller
        await self._groups.visit(caller.user, caller.language, ctx.person, caller.place, group.id)
        return await self._mine(ctx, group, How.EDIT)

    @post
    async def line(
        self, ctx: Context, *, nomination: int, locale: str | None = None, withdrawn: str | None = None
    ) -> Reply | None:
        """Write the one line about a candidate; None for one that was taken back before anybody saw it.

        `withdrawn` is the key of the line's letter, where this takes its place.
        """
        found = await self._nominations.nomination(NominationId(nomination))
        if found is None:
            return None
        if locale is not None:
            ctx = replace(ctx, locale=Locale(locale))
        candidate, kept = found
        if candidate.state is NominationState.WITHDRAWN:
            if withdrawn is None or not await self._nominations.told(withdrawn):
                return None
            return Reply((ctx.t("suggest.line.withdrawn", title=_title(kept)),))
        title = _linked(kept)
        why = f" · {candidate.why}" if candidate.why else ""
        return Reply(text(ctx.t("suggest.line.up"), " ", title, why))

    # within

    async def _here(self, ctx: Context) -> Group | None:
        """Return the group that the chat is about."""
        return await self._groups.here(ctx.caller.place, ctx.person, ctx.caller.user)

    async def _taken(self, ctx: Context, asked: Asked) -> Reply:
        """Do at once what is clear; ask where to when it may be several things."""
        if isinstance(asked.target, ArxivId | Doi) and asked.group is not None:
            return await self._nominated(ctx, asked)
        if asked.group is None:
            return _where_to(ctx, asked, ctx.t("suggest.no_group"))
        video = isinstance(asked.target, Video)
        return _where_to(ctx, asked, ctx.t("suggest.where.video" if video else "suggest.where.page"))

    async def _nominated(self, ctx: Context, asked: Asked) -> Reply:
        if asked.group is None:
            return _where_to(ctx, asked, ctx.t("suggest.no_group"))
        kept = await self._papers.of_link(asked.target)
        if kept.paper.state is PaperState.MISSING:
            return Reply(lines(ctx.t("suggest.missing"), kept.paper.url), rows=((_ask_button(ctx),),))
        caller = ctx.caller
        done = await self._nominations.nominate(
            caller.user, caller.language, caller.place, asked.group, kept, asked.why
        )
        return await self._told(ctx, asked.group, done)

    async def _told(self, ctx: Context, group: Group, done: Nominated) -> Reply:
        """Say what became of it, to whom it was, and what can be done about it."""
        kept, nomination = done.kept, done.nomination
        others = await self._others(ctx, group)
        date = day_of(ctx, done.cycle.meeting_at, self._groups.zone_of(group)) if done.cycle is not None else ""
        reason = nomination.said if nomination is not None and nomination.said else ctx.t("suggest.no_reason")
        rows: list[Text | str] = [
            ctx.t("suggest.in_group", group=group.name) if others else "",
            ctx.t(f"suggest.met.{done.met.value}.long", date=date, reason=reason),
            text(_linked(kept)),
        ]
        if done.presents is not None:
            day = day_of(ctx, done.presents.meeting_at, self._groups.zone_of(group))
            rows.append(ctx.t("suggest.presents", date=day))
        if kept.paper.state is not PaperState.COMPLETE:
            rows.append(ctx.t(f"papers.state.{kept.paper.state.value}"))
        if nomination is not None and nomination.why and done.met in (Met.NEW, Met.UP):
            rows.append(ctx.t("suggest.because", why=nomination.why))
        return Reply(lines(*rows), rows=tuple(filter(None, _after(ctx, done, others))))

    async def _suggested(
        self, ctx: Context, asked: Asked, what: SuggestionKind, beside: KeptPaper | None = None
    ) -> Reply:
        person = (ctx.caller.user, ctx.caller.language)
        paper_id = beside.id if beside is not None else None
        kept = await self._suggestions.suggest(*person, asked.group, what, asked.target, asked.why, paper_id)
        if kept is None:
            row = self._suggestions.in_catalogue(asked.target) or ""
            see = Button(ctx.t("suggest.known.see"), Press.of("rec.card", row, 0, ""), personal=True)
            return Reply((ctx.t("suggest.known.line"),), rows=((see,),), how=How.EDIT)
        suggestion, new = kept
        said = ctx.t(f"suggest.kept.{what.value}" if new else "suggest.kept.again")
        undo = Button(ctx.t("suggest.undo.button"), Press.of("sg.unsay", suggestion.id), personal=True)
        return Reply(
            lines(said, shorten(suggestion.title, LONGEST_TITLE)), rows=((undo,),) if new else (), how=How.EDIT
        )

    async def _mine(self, ctx: Context, group: Group | None, how: How) -> Reply:
        """Show what the person put up and may take back."""
        if ctx.impersonal:
            return Reply((ctx.t("suggest.private"),), how=how)
        papers = await self._nominations.mine(ctx.person, group)
        others = await self._suggestions.mine(ctx.person)
        rows: list[Text] = []
        buttons: list[Button] = []
        for nomination, kept in papers[:MOST_SHOWN]:
            rows.append(text(Bold(f"{len(rows) + 1}."), " ", _linked(kept), f" · {ctx.t('suggest.what.paper')}"))
            buttons.append(self._back(ctx, len(rows), Press.of("sg.undo", nomination.id)))
        for each in others[: MOST_SHOWN - len(rows)]:
            rows.append(suggested_row(ctx, len(rows) + 1, each))
            buttons.append(self._back(ctx, len(rows), Press.of("sg.unsay", each.id)))
        ask = (_ask_button(ctx),)
        if not rows:
            return Reply((ctx.t("suggest.bare"),), rows=(ask,), how=how)
        title = ctx.t("suggest.mine", group=group.name) if group is not None else ctx.t("suggest.mine_alone")
        return Reply(cards=(Card(title, tuple(rows)),), rows=(*in_rows(buttons), ask), how=how)

    def _back(self, ctx: Context, number: int, press_back: Press) -> Button:
        return Button(ctx.t("suggest.undo.number", number=number), press_back, personal=True)

    async def _asked(self, ctx: Context, group: int, link: str, why: str) -> Asked:
        """Read what a button carries. Raises `UnknownPress`."""
        target = read_link(link)
        if target is None:
            raise UnknownPress
        return Asked(await self._group(ctx, group), target, why)

    async def _group(self, ctx: Context, number: int) -> Group | None:
        """Return one of the person's own groups. Raises `UnknownPress` for another's."""
        if number == NO_GROUP:
            return None
        here = await self._here(ctx)
        own = [here] if here is not None else []
        own += await self._groups.of_person(ctx.person)
        found = next((each for each in own if each.id == number), None)
        if found is None:
            raise UnknownPress
        return found

    async def _others(self, ctx: Context, group: Group) -> tuple[Group, ...]:
        """Return the person's other groups, in a private chat."""
        if not ctx.caller.place.private:
            return ()
        return tuple(each for each in await self._groups.of_person(ctx.person) if each.id != group.id)[:2]


def _after(ctx: Context, done: Nominated, others: tuple[Group, ...]) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under what became of a paper."""
    see = Button(ctx.t("suggest.see"), Way().press("pc.card", done.kept.id), personal=True)
    if done.met is not Met.NEW or done.nomination is None:
        return ((see,),)
    number = done.nomination.id
    first = [Button(ctx.t("suggest.undo.button"), Press.of("sg.undo", number), personal=True)]
    if not done.nomination.why:
        first.append(Button(ctx.t("suggest.why.button"), Press.of("sg.why", number), personal=True))
    elsewhere = tuple(
        Button(
            ctx.t("suggest.other", group=shorten(each.name, 40)), Press.of("sg.move", each.id, number), personal=True
        )
        for each in others
    )
    return ((*first, see), elsewhere)


def _where_to(ctx: Context, asked: Asked, said: str) -> Reply:
    """Ask what is to become of a link."""
    video = isinstance(asked.target, Video)
    names = {"review": video and asked.group is not None, "paper": not video and asked.group is not None}
    names |= {"row": True, "digest": asked.group is not None}
    buttons = [
        Button(ctx.t(f"suggest.to.{name}"), asked.press(f"sg.{name}"), personal=True)
        for name, fits in names.items()
        if fits
    ]
    if not video and asked.group is not None:
        buttons.insert(1, Button(ctx.t("suggest.to.review"), asked.press("sg.review"), personal=True))
    return Reply((said,), rows=(tuple(buttons),))


def _no_link(ctx: Context) -> Reply:
    return Reply((ctx.t("suggest.no_link"),), rows=((_ask_button(ctx),),))


def _ask_button(ctx: Context) -> Button:
    return Button(ctx.t("suggest.ask.button"), Press.of("sg.ask"), style=Style.PRIMARY, personal=True)


def _why_field(ctx: Context, *, required: bool = False) -> Field:
    label, like = ctx.t("suggest.why.label"), ctx.t("suggest.why.placeholder")
    return Field("why", label, like, long=True, required=required, limit=LONGEST_WHY)


def _title(kept: KeptPaper) -> str:
    return shorten(kept.paper.title, LONGEST_TITLE)


def _linked(kept: KeptPaper) -> Link | Bold:
    url = kept.paper.mobile_url if kept.paper.arxiv is None else kept.paper.url
    return Link(_title(kept), url) if url.startswith(("https://", "http://")) else Bold(_title(kept))


def suggested_row(ctx: Context, number: int, suggestion: Suggestion) -> Text:
    """Return the line of a suggestion in a numbered list."""
    title = Link(shorten(suggestion.title, _LABEL * 2), suggestion.url)
    return text(Bold(f"{number}."), " ", title, f" · {ctx.t(f'suggest.what.{suggestion.what.value}')}")


def in_rows(buttons: list[Button]) -> tuple[tuple[Button, ...], ...]:
    """Return short buttons in rows."""
    return tuple(tuple(buttons[at : at + _IN_A_ROW]) for at in range(0, len(buttons), _IN_A_ROW))
