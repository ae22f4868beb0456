"""What is asked when a group is set up, and which question comes next; the last of them is what will come.

Shared by the cogs that keep the answers: a draft is led on, a group that runs sees what its change brings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.text import Bold, Text, lines, text
from bot.core.cycle import WEEKS, Picks
from bot.core.groups import Group, GroupState
from bot.core.refs import Platform
from bot.core.rewriting import foreseen, posts_of
from cogs.manage._desk import Desk
from cogs.manage._words import (
    ahead_line,
    button,
    day_in_words,
    moment_in_words,
    picks_in_words,
    rhythm_in_words,
    rows_of,
)

NEW = 0  # the number of a group that is not there yet
NEVER = 0  # "every so many weeks" of a group that reads without meeting
READING_DAY, READING_AT = 3, "2100"  # such a group's week ends here, so that the paper comes on Monday morning
_DAYS = range(7)


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks what is not known yet, with what `desk` knows; which button keeps which answer."""

    desk: Desk

    async def begin(self, ctx: Context, group: Group | None = None) -> Reply:
        """Return the first question that is not answered yet, as a message of its own."""
        if group is None:
            return self.when(ctx, NEW, 1)
        if group.rhythm is None:
            return self.when(ctx, group.id, 1)
        if group.picks is None:
            return self.who(ctx, group)
        return await self.preview(ctx, group)

    async def next(self, ctx: Context, group: Group) -> Reply:
        """Return the next question of a draft, the preview of a group that runs."""
        if group.state is GroupState.DRAFT:
            return replace(await self.begin(ctx, group), how=How.EDIT)
        return replace(await self.preview(ctx, group), how=How.EDIT)

    def when(self, ctx: Context, group: int, every: int) -> Reply:
        """Ask on which day a group meets that does so every so many weeks; its number may be `NEW`."""
        often = tuple(
            button(
                ctx,
                f"when.every.{each}",
                "mtg.when",
                group,
                each,
                style=Style.PRIMARY if each == every else Style.PLAIN,
            )
            for each in WEEKS
        )
        reads = button(ctx, "when.never", "mtg.time", group, NEVER, READING_DAY, READING_AT)
        days = [Button(day_in_words(ctx, day), Press.of("mtg.day", group, every, day)) for day in _DAYS]
        last = [button(ctx, "when.type", "mtg.typed", group, every)]
        if group == NEW:
            last.append(button(ctx, "join.button", "cht.join"))
        asked = lines(ctx.t("organise.when.ask"), ctx.t(f"organise.when.chosen.{every}"))
        return Reply(asked, rows=((*often, reads), *rows_of(days), tuple(last)))

    def who(self, ctx: Context, group: Group) -> Reply:
        """Ask who picks the paper."""
        choices = [Button(ctx.t(f"organise.picks.{each.value}"), Press.of("su.pick", group.id, each)) for each in Picks]
        explained = [ctx.t(f"organise.picks.why.{each.value}") for each in Picks]
        back = button(ctx, "back", "mtg.when", group.id, group.rhythm.weeks if group.rhythm else 1)
        return Reply(lines(ctx.t("organise.picks.ask"), *explained), rows=(*rows_of(choices, 2), (back,)), how=How.EDIT)

    async def preview(self, ctx: Context, group: Group) -> Reply:
        """Return what will come, with what can still be changed; a draft can be started from it."""
        drafted = group.state is GroupState.DRAFT
        course = await self.desk.groups.course(group)
        if course is None:
            return self.when(ctx, group.id, 1)
        cities, zone = await self.desk.cities.get(), self.desk.groups.zone_of(group)
        about = lines(
            ctx.t("organise.preview.when", when=rhythm_in_words(ctx, group.rhythm, cities)),
            ctx.t("organise.preview.place", place=group.place) if group.place else "",
            ctx.t("organise.preview.picks", picks=picks_in_words(ctx, group.picks)),
        )
        noticed = await self.desk.steps(group)
        steps = [each for each in foreseen(course) if each[0] in noticed]
        issues = await self.desk.groups.issues_ahead(group, steps[-1][1].due) if steps else ()
        lines_at = [(ahead.due, ahead_line(ctx, group, step, ahead, zone)) for step, ahead in steps]
        lines_at += [(due, _issue_line(ctx, due, zone)) for due in issues]
        rows = [line for _, line in sorted(lines_at, key=lambda each: each[0])]
        elsewhere = [text(line) for line in await self._elsewhere(ctx, group, course.coming)]
        card = Card(
            ctx.t("organise.preview.title", name=group.name),
            (about, lines(*rows), lines(*elsewhere), text(Bold(await self._noise(ctx, group)))),
            footer=ctx.t(f"organise.preview.{'footer' if drafted else 'quiet'}"),
        )
        changes = [button(ctx, "preview.place_button", "mtg.place", group.id)]
        if group.rhythm is not None and group.rhythm.weeks > 1:
            changes.append(button(ctx, "preview.later", "mtg.later", group.id))
        if not drafted:
            back = button(ctx, "back", "org.panel", group.id)
            return Reply(cards=(card,), rows=((back, *changes),))
        begin = button(ctx, "preview.start", "su.start", group.id, style=Style.PRIMARY)
        again = button(ctx, "preview.again", "mtg.when", group.id, group.rhythm.weeks if group.rhythm else 1)
        return Reply(cards=(card,), rows=((begin,), (*changes, again)))

    async def _noise(self, ctx: Context, group: Group) -> str:
        """Return how much a group will hear, in its loudest home, and that nobody is called by name."""
        places = [place for _, place in await self.desk.groups.places(group.id)]
        threads = all(place.platform is Platform.DISCORD or place.thread is not None for place in places)
        assert group.week is not None  # noqa: S101 - there is a course
        count = posts_of(group.week, threads=threads) + group.settings.digest.on
        return ctx.t(f"organise.preview.noise.{group.week.rhythm.weeks}", count=count)

    async def _elsewhere(self, ctx: Context, group: Group, day: date) -> list[str]:
        """Return when the next meeting is for members who live in other zones."""
        assert group.rhythm is not None  # noqa: S101 - there is a course
        if not group.rhythm.meets:
            return []
        cities, at = await self.desk.cities.get(), group.rhythm.meeting_at(day)
        return [
            ctx.t(
                "organise.preview.elsewhere", city=cities.name(zone, ctx.locale), moment=moment_in_words(ctx, at, zone)
            )
            for zone in await self.desk.groups.zones_of(group)
            if zone != group.rhythm.zone
        ]


def _issue_line(ctx: Context, due: datetime, zone: str) -> Text:
    """Return one line of what is to come: an issue of the digest."""
    return text(f"{moment_in_words(ctx, due, zone)} · {ctx.t('organise.step.digest')}")
