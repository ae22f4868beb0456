"""`/log`: a line of one's own words becomes an entry, said back with the ways to undo and to change it.

What is not clear is left open, never asked first: an entry without a duration is an entry. Bare, it shows today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from bot.chat.cog import Cog, command, press, submission
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Field, Form, How, Reply, Style
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.errors import UnknownPress
from bot.core.language.showing import asks_to_show
from bot.core.people import EntryState
from bot.core.progress import LONGEST, MOST_MINUTES, Studied, Trouble
from bot.core.study import StudyId
from bot.services.library import Library
from bot.services.study import Logged, Study
from cogs.card.way import Way
from cogs.progress.words import day_name, duration, line_words

DURATIONS = (15, 30, 60, 90, 120)
SHORT = (30, 60, 120)  # offered at once where no duration was said
MOST_QUICK = 3
_TITLE = 24  # characters of a resource on a quick button
_MOST_ROWS = 20
_DAYS_BACK = (0, 1, 2)


class Log(Cog):
    """Writes down what a person studied."""

    name = "log"

    def __init__(self, study: Study, library: Library) -> None:
        """Take the services that keep the log and know the resources."""
        self._study, self._library = study, library

    @command(menu_private=40)
    async def log(self, ctx: Context, what: str = "") -> Reply:
        """Write down `what` and say it back; without words show today."""
        if not what.strip() or asks_to_show(what):
            return await self._today(ctx)
        logged = await self._study.log(ctx.caller.user, ctx.caller.language, ctx.person, what, ctx.locale, ctx.turn)
        return await self._logged(ctx, logged, "log.written")

    @press()
    async def quick(self, ctx: Context, resource: str) -> Reply:
        """Write down a sitting with a resource that is under way."""
        row = self._library.resource(resource)
        if row is None:
            raise UnknownPress
        line = await self._study.quick(ctx.caller.user, ctx.caller.language, ctx.person, row.id, ctx.turn)
        return await self._written(ctx, line, "log.written")

    @press()
    async def time(self, ctx: Context, line: int, minutes: int) -> Reply:
        """Set how long it took."""
        if not 1 <= minutes <= MOST_MINUTES:
            raise UnknownPress
        changed = await self._study.change(ctx.person, StudyId(line), minutes=minutes)
        return await self._changed(ctx, changed)

    @press()
    async def day(self, ctx: Context, line: int, ago: int) -> Reply:
        """Set the day, counted back from today."""
        if ago not in _DAYS_BACK:
            raise UnknownPress
        today = self._study.today_of(ctx.person, ctx.caller.language)
        return await self._changed(
            ctx, await self._study.change(ctx.person, StudyId(line), day=today - timedelta(days=ago))
        )

    @press()
    async def change(self, ctx: Context, line: int) -> Reply:
        """Offer what can be changed of an entry."""
        kept = await self._study.line(ctx.person, StudyId(line))
        if kept is None:
            return await self._today(ctx, ctx.t("log.gone"), edit=True)
        return self._offer(ctx, kept)

    @press()
    async def undo(self, ctx: Context, line: int) -> Reply:
        """Take an entry back. Pressing twice takes nothing else back."""
        gone = await self._study.take_back(ctx.person, StudyId(line))
        return await self._today(ctx, ctx.t("log.undone" if gone else "log.gone"), edit=True)

    @press()
    async def undo_all(self, ctx: Context, first: int, last: int) -> Reply:
        """Take back the entries that one line became."""
        gone = await self._study.take_all_back(ctx.person, StudyId(first), StudyId(last))
        return await self._today(ctx, ctx.t("log.undone" if gone else "log.gone"), edit=True)

    @press(lands=True)
    async def today(self, ctx: Context) -> Reply:
        """Show today, in place."""
        return await self._today(ctx, edit=True)

    @press(opens_form=True)
    async def write(self, ctx: Context) -> Form:
        """Ask for a line."""
        return _form(ctx, Press.of("log.typed", 0))

    @press(opens_form=True)
    async def again(self, ctx: Context, line: int) -> Form:
        """Ask for a line that takes the place of another."""
        return _form(ctx, Press.of("log.typed", line))

    @submission
    async def typed(self, ctx: Context, line: int, *, answers: dict[str, str]) -> Reply:
        """Write down the line of a form."""
        words = answers.get("what", "")
        if not words.strip():
            return await self._today(ctx)
        who = (ctx.caller.user, ctx.caller.language, ctx.person)
        if line:
            kept = await self._study.rewrite(*who, StudyId(line), words, ctx.locale, ctx.turn)
            return await self._logged(ctx, kept, "log.changed")
        return await self._logged(ctx, await self._study.log(*who, words, ctx.locale, ctx.turn), "log.written")

    async def _logged(self, ctx: Context, logged: Logged, key: str) -> Reply:
        """Say what became of a line that was typed."""
        if not logged.entries:
            rows = () if ctx.impersonal else (self._writing(ctx),)
            return Reply(lines(ctx.t(f"log.trouble.{logged.trouble}")), rows=rows)
        if ctx.impersonal:
            return Reply((ctx.t("log.noted_elsewhere"),))
        if len(logged.entries) == 1:
            return await self._written(ctx, logged.entries[0], key, logged.trouble)
        return self._several(ctx, logged, key)

    def _several(self, ctx: Context, logged: Logged, key: str) -> Reply:
        """Say back the entries of one line, each a button to change it."""
        today = self._study.today_of(ctx.person, ctx.caller.language)
        numbered = list(enumerate(logged.entries, 1))
        said = (
            text(Bold(f"{number})"), f" {day_name(ctx, line.day, today)}: ", self._line(ctx, line))
            for number, line in numbered
        )
        change = tuple(Button(str(number), Press.of("log.change", line.id), personal=True) for number, line in numbered)
        ids = [line.id for line in logged.entries]
        acts = (
            Button(ctx.t("log.undo"), Press.of("log.undo_all", min(ids), max(ids)), personal=True),
            Button(ctx.t("log.today"), Press.of("log.today"), personal=True),
        )
        trouble = ctx.t(f"log.trouble.{logged.trouble}") if logged.trouble else ""
        return Reply(lines(Bold(ctx.t(key)), *said, trouble), rows=(change, acts))

    async def _changed(self, ctx: Context, line: Studied | None) -> Reply:
        if line is None:
            return await self._today(ctx, ctx.t("log.gone"), edit=True)
        return replace(await self._written(ctx, line, "log.changed"), how=How.EDIT)

    async def _written(self, ctx: Context, line: Studied, key: str, trouble: Trouble | None = None) -> Reply:
        """Say back what was understood, and what its day has come to."""
        if ctx.impersonal:
            return Reply((ctx.t("log.noted_elsewhere"),))
        today = self._study.today_of(ctx.person, ctx.caller.language)
        day = day_name(ctx, line.day, today)
        said = lines(
            Bold(ctx.t(key)),
            text(f"{day}: ", self._line(ctx, line)),
            await self._sum_of(ctx, line, day),
            ctx.t(f"log.trouble.{trouble}" if trouble else "log.open") if line.minutes is None else "",
        )
        acts = (
            Button(ctx.t("log.undo"), Press.of("log.undo", line.id), personal=True),
            Button(ctx.t("log.change"), Press.of("log.change", line.id), personal=True),
            Button(ctx.t("log.today"), Press.of("log.today"), personal=True),
        )
        first = self._times(ctx, line, SHORT) if line.minutes is None else ()
        return Reply(said, rows=(first, acts, self._finish(ctx, line)))

    async def _sum_of(self, ctx: Context, line: Studied, day: str) -> str:
        """Return what the day has come to, where it is more than this entry; somebody new has no more than this."""
        entries = await self._study.of_day(ctx.person, line.day)
        minutes = sum(entry.minutes or 0 for entry in entries)
        if len(entries) < 2 or not minutes:
            return ""
        return ctx.t("log.sum", day=day, time=duration(ctx, minutes))

    def _finish(self, ctx: Context, line: Studied) -> tuple[Button, ...]:
        """Offer to say that a resource that is under way is finished."""
        resource = line.resource_id
        if resource is None or ctx.person is None or ctx.person.entries.get(resource) is not EntryState.GOING:
            return ()
        return (Button(ctx.t("recommend.verb.done"), Way().press("rec.put", "done", resource), personal=True),)

    def _offer(self, ctx: Context, line: Studied) -> Reply:
        if ctx.impersonal:
            return Reply((ctx.t("log.private"),))
        today = self._study.today_of(ctx.person, ctx.caller.language)
        said = lines(ctx.t("log.what_to_change"), text(f"{day_name(ctx, line.day, today)}: ", self._line(ctx, line)))
        days = tuple(
            Button(day_name(ctx, today - timedelta(days=ago), today), Press.of("log.day", line.id, ago), personal=True)
            for ago in _DAYS_BACK
            if today - timedelta(days=ago) != line.day
        )
        others = (
            Button(ctx.t("log.again"), Press.of("log.again", line.id), personal=True),
            Button(ctx.t("log.remove"), Press.of("log.undo", line.id), personal=True),
            Button(ctx.t("kit.back"), Press.of("log.today"), personal=True),
        )
        return Reply(said, rows=(self._times(ctx, line, DURATIONS), days, others), how=How.EDIT)

    def _times(self, ctx: Context, line: Studied, offered: Iterable[int]) -> tuple[Button, ...]:
        return tuple(
            Button(duration(ctx, minutes), Press.of("log.time", line.id, minutes), personal=True)
            for minutes in offered
            if minutes != line.minutes
        )

    async def _today(self, ctx: Context, first: str = "", *, edit: bool = False) -> Reply:
        """Show what was written down today, each entry a button to change it."""
        how = How.EDIT if edit else How.NEW
        if ctx.impersonal:
            return Reply((ctx.t("log.private"),), how=how)
        day = self._study.today_of(ctx.person, ctx.caller.language)
        entries = (await self._study.of_day(ctx.person, day))[-_MOST_ROWS:]
        if not entries:
            said = lines(first, ctx.t("log.empty"), ctx.t("log.how"))
            return Reply(said, rows=(self._writing(ctx), *self._quick(ctx)), how=how)
        rows: list[Text] = [lines(first)] if first else []
        rows.append(lines(*(text(Bold(f"{n})"), " ", self._line(ctx, entry)) for n, entry in enumerate(entries, 1))))
        minutes = sum(entry.minutes or 0 for entry in entries)
        footer = ctx.t("log.total", time=duration(ctx, minutes)) if minutes else ""
        card = Card(ctx.t("log.title"), tuple(rows), footer=footer)
        latest = list(enumerate(entries, 1))[-5:]
        numbers = tuple(
            Button(str(number), Press.of("log.change", entry.id), personal=True) for number, entry in latest
        )
        newest = max(entries, key=lambda entry: entry.id)
        undo = Button(ctx.t("log.undo_last"), Press.of("log.undo", newest.id), personal=True)
        return Reply(cards=(card,), rows=(numbers, (*self._writing(ctx), undo), *self._quick(ctx)), how=how)

    def _writing(self, ctx: Context) -> tuple[Button, ...]:
        return (Button(ctx.t("log.write"), Press.of("log.write"), style=Style.PRIMARY, personal=True),)

    def _quick(self, ctx: Context) -> tuple[tuple[Button, ...], ...]:
        """Offer what is under way, the latest first: one press writes it down."""
        entries = reversed(list(ctx.person.entries.items())) if ctx.person else ()
        going = [row for each, state in entries if state is EntryState.GOING and (row := self._library.resource(each))]
        offered = tuple(
            Button(shorten(row.name(ctx.locale), _TITLE), Press.of("log.quick", row.id), personal=True)
            for row in going[:MOST_QUICK]
        )
        return (offered,) if offered else ()

    def _line(self, ctx: Context, line: Studied) -> Text:
        """Return an entry, the resource's name leading to it."""
        words = line_words(ctx, line, self._library.resource)
        resource = self._library.resource(line.resource_id) if line.resource_id else None
        if resource is None or not resource.link:
            return text(words)
        name = resource.name(ctx.locale)
        return text(Link(name, resource.link), words.removeprefix(name))


def _form(ctx: Context, submit: Press) -> Form:
    field = Field("what", ctx.t("log.form.label"), ctx.t("log.form.placeholder"), limit=LONGEST)
    return Form(ctx.t("log.form.title"), submit, (field,))
