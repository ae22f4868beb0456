"""The parts of a group's week: what is posted when, each moved, turned off or put back in place."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.chat.cog import Cog, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply
from bot.chat.spec import Access
from bot.chat.text import Bold, lines, text
from bot.core.cycle import USUAL, Shift, Step
from bot.core.errors import UnknownPress
from bot.core.groups import Group
from cogs.manage._desk import Desk
from cogs.manage._words import back_to_panel, button, rows_of, shift_in_words, step_in_words

ORGANISER = Access.ORGANISER
EARLIER = {  # what a step may be moved to: so many days from the meeting, and when
    Step.CLOSE: ((-5, 20), (-4, 20), (-3, 20), (-2, 20)),
    Step.POST: ((-5, 9), (-4, 9), (-3, 9), (-2, 9), (-3, 19), (-2, 19)),
    Step.NUDGE: ((-2, 19), (-1, 12), (-1, 19)),
    Step.HOUR: ((0, 9), (0, 12), (0, 18)),
    Step.RECAP: ((1, 9), (1, 12), (1, 19), (2, 9)),
}


class Parts(Cog):
    """Shows the steps of a week and changes one."""

    name = "parts"
    short = "prt"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self._desk = desk

    @press(access=ORGANISER)
    async def show(self, ctx: Context, group: int) -> Reply:
        """Show every step with its moment, each a button to change it."""
        return await self._show(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def step(self, ctx: Context, group: int, step: Step) -> Reply:
        """Show when a step can be, and whether it is."""
        found = await self._desk.group(ctx, group)
        choices = [
            Button(
                self._moved(ctx, found, step, Shift(days, time(hour))),
                Press.of("prt.shift", found.id, step, days, f"{hour:02}00"),
            )
            for days, hour in EARLIER[step]
        ]
        is_off = step in found.settings.off
        usual = button(ctx, "parts.usual", "prt.usual", found.id, step)
        toggle = button(
            ctx, "parts.on" if is_off else "parts.off", "prt.turn", found.id, step, "on" if is_off else "off"
        )
        back = button(ctx, "back", "prt.show", found.id)
        said = lines(
            text(Bold(step_in_words(ctx, found, step))),
            ctx.t("organise.parts.is_off") if is_off else shift_in_words(ctx, found, step),
        )
        return Reply(said, rows=(*rows_of(choices, 2), (usual, toggle, back)), how=How.EDIT)

    @press(access=ORGANISER)
    async def turn(self, ctx: Context, group: int, step: Step, on: str) -> Reply:
        """Turn a step on or off."""
        found = await self._desk.group(ctx, group)
        off = found.settings.off - {step} if on == "on" else found.settings.off | {step}
        changed = await self._desk.groups.change(found.id, settings=replace(found.settings, off=off))
        return await self._show(ctx, changed)

    @press(access=ORGANISER)
    async def shift(self, ctx: Context, group: int, step: Step, days: int, at: str) -> Reply:
        """Move a step to so many days from the meeting."""
        offered = {(each, f"{hour:02}00"): time(hour) for each, hour in EARLIER[step]}
        if (days, at) not in offered:
            raise UnknownPress
        return await self._shift(ctx, group, step, Shift(days, offered[days, at]))

    @press(access=ORGANISER)
    async def usual(self, ctx: Context, group: int, step: Step) -> Reply:
        """Put a step back to where it usually is."""
        return await self._shift(ctx, group, step, None)

    async def _shift(self, ctx: Context, number: int, step: Step, shift: Shift | None) -> Reply:
        found = await self._desk.group(ctx, number)
        shifts = {each: kept for each, kept in found.settings.shifts.items() if each is not step}
        if shift is not None and shift != USUAL[step]:
            shifts[step] = shift
        settings = replace(found.settings, shifts=shifts, off=found.settings.off - {step})
        return await self._show(ctx, await self._desk.groups.change(found.id, settings=settings))

    async def _show(self, ctx: Context, group: Group) -> Reply:
        steps = await self._desk.steps(group)
        rows = [
            text(
                Bold(step_in_words(ctx, group, step)),
                ": ",
                ctx.t("organise.parts.is_off") if step in group.settings.off else shift_in_words(ctx, group, step),
            )
            for step in steps
        ]
        buttons = [Button(step_in_words(ctx, group, step), Press.of("prt.step", group.id, step)) for step in steps]
        card = Card(ctx.t("organise.parts.title"), (lines(*rows),), footer=ctx.t("organise.parts.footer"))
        return Reply(cards=(card,), rows=(*rows_of(buttons, 3), (back_to_panel(ctx, group),)), how=How.EDIT)

    def _moved(self, ctx: Context, group: Group, step: Step, shift: Shift) -> str:
        settings = replace(group.settings, shifts={step: shift})
        return shift_in_words(ctx, replace(group, settings=settings), step)
