"""A group's rest and its end: for some weeks, until a day that is typed, until somebody wakes it, or for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.cog import Cog, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Field, Form, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import lines
from bot.core.errors import UnknownPress
from bot.core.groups import Group, GroupState
from bot.core.schedule import zone_of
from bot.core.timewords import Habits, Once, read
from cogs.manage._desk import Desk
from cogs.manage._words import back_to_panel, button
from cogs.manage.running import Running

ORGANISER = Access.ORGANISER
PAUSES = (7, 14, 28)  # days
LONGEST_DAY = 60
_DAY = timedelta(days=1)


class Resting(Cog):
    """Asks for how long, and lets a group rest, wake or be over."""

    name = "resting"
    short = "rst"

    def __init__(self, desk: Desk, running: Running) -> None:
        """Work at `desk`; `running` has the panel that is shown again afterwards."""
        self._desk, self._running = desk, running

    @press(access=ORGANISER)
    async def ask(self, ctx: Context, group: int) -> Reply:
        """Ask for how long the group rests."""
        found = await self._desk.group(ctx, group)
        weeks = {days: ctx.t("organise.rest.days", count=days // 7) for days in PAUSES}
        spans = [Button(label, Press.of("rst.pause", found.id, days)) for days, label in weeks.items()]
        open_end = button(ctx, "rest.open", "rst.pause", found.id, 0)
        typed = button(ctx, "rest.type", "rst.until", found.id)
        ends = button(ctx, "rest.end", "rst.over", found.id)
        rows = (tuple(spans), (open_end, typed), (ends, back_to_panel(ctx, found)))
        return Reply((ctx.t("organise.rest.ask"),), rows=rows, how=How.EDIT)

    @press(access=ORGANISER)
    async def pause(self, ctx: Context, group: int, days: int) -> Reply:
        """Let the group rest for so many days, 0 without an end."""
        found = await self._desk.group(ctx, group)
        if days not in (0, *PAUSES):
            raise UnknownPress
        zone = zone_of(self._desk.groups.zone_of(found))
        local = (ctx.now + days * _DAY).astimezone(zone)
        until = local.replace(hour=8, minute=0, second=0, microsecond=0) if days else None
        return await self._rests(ctx, found, until)

    @press(opens_form=True, access=ORGANISER)
    async def until(self, ctx: Context, group: int) -> Form:
        """Ask until when the group rests."""
        field = Field("until", ctx.t("organise.rest.label"), ctx.t("organise.rest.example"), limit=LONGEST_DAY)
        return Form(ctx.t("organise.rest.title"), Press.of("rst.paused", group), (field,))

    @submission(access=ORGANISER)
    async def paused(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Let the group rest until the day that was typed, or say how one is written."""
        found = await self._desk.group(ctx, group)
        words = answers.get("until", "").replace("까지", " ").replace("until", " ")
        heard = read(words, ctx.now, Habits(self._desk.groups.zone_of(found), morning="08:00"))
        if not isinstance(heard, Once):
            asked = await self.ask(ctx, group)
            return replace(asked, text=lines(ctx.t("organise.rest.unread"), asked.text))
        return await self._rests(ctx, found, heard.at)

    @press(access=ORGANISER)
    async def wake(self, ctx: Context, group: int) -> Reply:
        """Take the group up again."""
        found = await self._desk.group(ctx, group)
        return await self._running.shown(ctx, await self._desk.groups.wake(found.id), ctx.t("organise.woken"))

    @press(access=ORGANISER)
    async def over(self, ctx: Context, group: int) -> Reply:
        """Ask whether the group shall be over."""
        found = await self._desk.group(ctx, group)
        ends = button(ctx, "end.yes", "rst.end", found.id, style=Style.DANGER)
        return Reply(
            (ctx.t("organise.end.ask", name=found.name),), rows=((ends, back_to_panel(ctx, found)),), how=How.EDIT
        )

    @press(access=ORGANISER)
    async def end(self, ctx: Context, group: int) -> Reply:
        """Let the group be over; what it read stays."""
        found = await self._desk.group(ctx, group)
        await self._desk.groups.end(found.id)
        return Reply((ctx.t("organise.end.done", name=found.name),), how=How.EDIT)

    async def _rests(self, ctx: Context, group: Group, until: datetime | None) -> Reply:
        if group.state is GroupState.DRAFT:
            raise UnknownPress
        paused = await self._desk.groups.pause(group.id, until)
        return await self._running.shown(ctx, paused, ctx.t("organise.rested"))
