"""A group in words for those who run it: when it meets, who picks, what comes when, which right is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button
from bot.chat.stores import Rights
from bot.chat.text import Bold, Text, text
from bot.core.cycle import USUAL, Picks, Rhythm, Step
from bot.core.groups import Group, GroupState
from bot.core.refs import Platform
from bot.core.rewriting import Ahead
from bot.core.schedule import zone_or_utc
from bot.core.timewords import in_words, time_in_words
from bot.core.zones import Cities

BUTTONS_IN_LINE = 4
NEEDED = ("see", "post")  # without these nothing can be posted
WISHED = ("thread", "history", "pin")


def rows_of(buttons: Sequence[Button], width: int = BUTTONS_IN_LINE) -> tuple[tuple[Button, ...], ...]:
    """Return buttons in lines."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def button(ctx: Context, key: str, name: str, *args: str | int, **more: object) -> Button:
    """Return a button labelled by the text `organise.<key>` that presses `name`."""
    return Button(ctx.t(f"organise.{key}"), Press.of(name, *args), **more)  # type: ignore[arg-type]


def back_to_panel(ctx: Context, group: Group) -> Button:
    """Return the button that leads back to the panel of a group."""
    return button(ctx, "back", "org.panel", group.id)


def fact(ctx: Context, what: str, said: str) -> Text:
    """Return one line about a group: the text `organise.panel.<what>`, then what is so."""
    return text(Bold(ctx.t(f"organise.panel.{what}")), f": {said}")


def day_in_words(ctx: Context, day: int) -> str:
    """Return the name of a weekday, Monday being 0."""
    return ctx.t(f"organise.day.{day}")


def at_in_words(ctx: Context, at: time) -> str:
    """Return a time of day."""
    return time_in_words(at, ctx.locale)


def moment_in_words(ctx: Context, at: datetime, zone: str) -> str:
    """Return an aware moment on the wall of `zone`."""
    local = at.astimezone(zone_or_utc(zone))
    return in_words(local, ctx.locale, today=ctx.now.astimezone(zone_or_utc(zone)).date())


def rhythm_in_words(ctx: Context, rhythm: Rhythm | None, cities: Cities) -> str:
    """Return when a group meets, with whose time it is."""
    if rhythm is None:
        return ctx.t("organise.when.open")
    city = cities.name(rhythm.zone, ctx.locale)
    if not rhythm.meets:
        return ctx.t("organise.when.reads", city=city)
    return ctx.t("organise.when.meets", rule=in_words(rhythm.rule, ctx.locale), city=city)


def picks_in_words(ctx: Context, picks: Picks | None) -> str:
    """Return who picks the paper."""
    return ctx.t("organise.picks.open") if picks is None else ctx.t(f"organise.picks.{picks.value}")


def state_in_words(ctx: Context, group: Group, zone: str) -> str:
    """Return whether the ritual runs."""
    if group.state is GroupState.PAUSED and group.paused_until is not None:
        return ctx.t("organise.state.until", moment=moment_in_words(ctx, group.paused_until, zone))
    return ctx.t(f"organise.state.{group.state.value}")


def step_in_words(ctx: Context, group: Group, step: Step) -> str:
    """Return what happens at a step in this group."""
    votes = step is Step.RECAP and group.picks is Picks.VOTE
    return ctx.t(f"organise.step.{'vote' if votes else step.value}")


def shift_in_words(ctx: Context, group: Group, step: Step) -> str:
    """Return when a step happens, told from the meeting."""
    shift = group.settings.shifts.get(step, USUAL[step])
    if shift.at is None:
        hours = round((timedelta(days=shift.days) + shift.by) / timedelta(hours=1))
        return ctx.t(f"organise.shift.{'before' if hours < 0 else 'after'}", count=abs(hours))
    at = at_in_words(ctx, shift.at)
    if not shift.days:
        return ctx.t("organise.shift.same", at=at)
    return ctx.t(f"organise.shift.{'day' if shift.days < 0 else 'later'}", count=abs(shift.days), at=at)


def ahead_line(ctx: Context, group: Group, step: Step, ahead: Ahead, zone: str) -> Text:
    """Return one line of what is to come."""
    return text(f"{moment_in_words(ctx, ahead.due, zone)} · {step_in_words(ctx, group, step)}")


def missing(ctx: Context, platform: Platform, rights: Rights, *, needed: bool) -> Iterator[str]:
    """Return a line for each right that is missing, with what it is for and how it is mended."""
    for name in NEEDED if needed else WISHED:
        if not getattr(rights, name):
            yield ctx.t(f"organise.right.{platform.value}.{name}")
