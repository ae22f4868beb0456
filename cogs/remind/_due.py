"""Draws the message of a reminder and what its buttons lead to, always in place of the message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.chat.press import Press
from bot.chat.reply import Button, How, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import Bold, Text, lines, text
from bot.core.people import Preferences
from bot.core.reminders import Later, Quiet, Subject, habits_of, moved_to, offered
from bot.services.occasions import Done, Occasion
from bot.services.own_schedules import Row
from cogs.remind._words import View, clock, day, moment, series_name, subject


def draw_due(
    view: View,
    on: Occasion,
    about: Subject,
    *,
    late: timedelta | None = None,
    was_down: bool = False,
    again: bool = False,
    before: bool = False,
    how: How = How.NEW,
) -> Reply:
    """Return the message; `before` says that the same unit came already and was not done."""
    said = lines(*_marks(view, on, late, was_down, again), text(view.t("remind.due.head")), subject(view, about))
    if before:
        said = lines(said, view.t("remind.due.same_unit"))
    return Reply(said, rows=(_three(view, on),), how=how)


def _marks(view: View, on: Occasion, late: timedelta | None, was_down: bool, again: bool) -> Iterator[str]:
    if late is not None:
        yield view.t("remind.due.late_down" if was_down else "remind.due.late", moment=moment(view, on.due))
    if again:
        yield view.t("remind.due.again")


def _three(view: View, on: Occasion) -> tuple[Button, ...]:
    t = view.t
    return (
        Button(t("remind.due.done"), _press("rm.done", on), style=Style.PRIMARY, personal=True),
        Button(t("remind.due.minutes"), _press("rm.later", on, Later.MINUTES), personal=True),
        Button(t("remind.due.more"), _press("rm.more", on), personal=True),
    )


def draw_more(view: View, on: Occasion, about: Subject) -> Reply:
    """Return every other way to go on, the times with what they come to."""
    t = view.t
    chosen = view.ctx.person.preferences if view.ctx.person else Preferences()
    habits, quiet, now = habits_of(chosen, view.zone.name), Quiet.of(chosen), view.ctx.now
    times = []
    for later in offered(now, habits, quiet):
        if later is Later.MINUTES:
            continue
        at = moved_to(later, on.due, now, habits, quiet)
        label = t(f"remind.quick.{later.value}", time=clock(view, at), day=day(view, at))
        times.append(Button(label, _press("rm.later", on, later), personal=True))
    ends = [Button(t("remind.due.skip"), _press("rm.skip", on), personal=True)]
    if on.unit is not None:
        ends.append(Button(t("remind.due.next_unit"), _press("rm.next", on), personal=True))
    ends.append(Button(t("remind.due.stop"), _press("rm.end", on), style=Style.DANGER, personal=True))
    back = (Button(t("kit.back"), _press("rm.back", on), personal=True),)
    return Reply(subject(view, about), rows=(tuple(times[:2]), tuple(times[2:]), tuple(ends), back), how=How.EDIT)


def draw_moved(view: View, on: Occasion, row: Row) -> Reply:
    """Return when the occurrence comes again."""
    assert row.moved is not None  # noqa: S101 - it was just moved
    said = lines(view.t("remind.due.moved", moment=moment(view, row.moved)), subject(view, row.subject))
    back = Button(view.t("remind.undo"), _press("rm.back", on), personal=True)
    done = Button(view.t("remind.due.done"), _press("rm.done", on), personal=True)
    return Reply(said, rows=((done, back),), how=How.EDIT)


def draw_done(view: View, on: Occasion, about: Subject, done: Done, key: str) -> Reply:
    """Return what was noted, and what comes next in a series. `key` names the line."""
    head: Text = text(view.t(f"remind.due.{key}"))
    rows = [head, subject(view, about)]
    if done.ended:
        rows.append(text(view.t("remind.due.last")))
    elif done.following is not None and about.series is not None:
        named = series_name(view, Subject.of(done.schedule.payload), done.following)
        rows.append(text(view.t("remind.due.following"), " ", Bold(named)))
    undo = Button(view.t("remind.undo"), Press.of("rm.redo", *_args(on), done.schedule.version), personal=True)
    mine = Button(view.t("remind.mine"), Press.of(CALL, "remind"), personal=True)
    return Reply(lines(*rows), rows=((undo, mine),), how=How.EDIT)


def draw_let_be(view: View, on: Occasion, about: Subject, following: datetime | None) -> Reply:
    """Return that this time is skipped, and when the next one comes."""
    rows: list[Text | str] = [view.t("remind.due.skipped"), subject(view, about)]
    if following is not None:
        rows.append(view.t("remind.due.next_time", moment=moment(view, following)))
    back = Button(view.t("remind.undo"), _press("rm.back", on), personal=True)
    return Reply(lines(*rows), rows=((back,),), how=How.EDIT)


def _args(on: Occasion) -> tuple[str | int, ...]:
    return (on.schedule, int(on.due.timestamp()), "" if on.unit is None else on.unit)


def _press(name: str, on: Occasion, *more: str) -> Press:
    return Press.of(name, *_args(on), *more)
