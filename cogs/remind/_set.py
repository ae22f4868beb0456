"""Draws what came of asking for a reminder: set, asked about, not understood, or out of reach."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, How, Reply, Style
from bot.chat.text import Text, lines
from bot.core.errors import UnknownPress
from bot.core.people import Preferences
from bot.core.reminders import LONGEST_TEXT, Later, Quiet, Subject, When, Wish, habits_of, moved_to, offered
from bot.core.schedule import BadRule, Oddity, Rule, Schedule, as_utc, next_after, oddities, zone_or_utc
from bot.core.series import Series
from bot.core.timewords.heard import Why
from bot.services.reminders import Confirmed
from bot.services.wishes import Unread
from cogs.remind._words import View, city, clock, day, moment, recurrence, subject

LABEL_CHARACTERS = 40
_MESSAGE_CHARACTERS = 200  # of a message that a button carries


def draw_set(
    view: View, schedule: Schedule, confirmed: Confirmed | None = None, how: How = How.NEW, *, first: bool = False
) -> Reply:
    """Return that a reminder is set: when in absolute words, what about, and how to take it back or change it.

    With the `first` one a guessed zone is said, since all times hang on it.
    """
    t = view.t
    said: list[Text | str] = [when_set(view, schedule), subject(view, Subject.of(schedule.payload))]
    said += _odd(view, schedule)
    verbs = (
        Button(t("remind.undo"), Press.of("rm.undo", schedule.id, schedule.version), personal=True),
        Button(t("remind.change"), Press.of("rm.edit", schedule.id), personal=True),
    )
    rows: tuple[tuple[Button, ...], ...] = (verbs,)
    if view.zone.gone is not None or (view.zone.guessed and first):
        key = "zone_gone" if view.zone.gone is not None else "zone_guessed"
        said.append(t(f"remind.{key}", city=city(view), zone=view.zone.gone))
        rows = (*rows, (Button(t("remind.zone"), Press.of("set.ask", "timezone"), personal=True),))
    if confirmed is not None:
        said += _confirmed(view, confirmed)
        rows = (*_out_of_reach(view, schedule, confirmed), *rows)
    return Reply(lines(*said), rows=rows, how=how)


def when_set(view: View, schedule: Schedule) -> str:
    """Return when a reminder comes, as an answer to setting it."""
    at = schedule.next_due_at
    if at is None:
        return view.t("remind.ended")
    if schedule.rule is None:
        return view.t("remind.set.once", moment=moment(view, at))
    rule = recurrence(view, schedule.rule, schedule.left)
    return view.t("remind.set.again", rule=rule, moment=moment(view, at))


def _odd(view: View, schedule: Schedule) -> Iterator[str]:
    """Yield the days on which a rule comes at another time than the one that was said."""
    if schedule.rule is None:
        return
    for odd, on in oddities(schedule.rule, view.ctx.now).items():
        if odd is Oddity.DOUBLED:
            continue  # it comes once, at the first of the two: nothing anybody would notice
        wall = datetime.combine(on, schedule.rule.start.time())
        at = as_utc(wall, zone_or_utc(schedule.rule.zone).key)
        yield view.t(f"remind.odd.{odd.value}", moment=moment(view, at))


def _confirmed(view: View, confirmed: Confirmed) -> Iterator[str]:
    platform = view.t(f"choices.platform.{confirmed.way.platform.value}")
    if confirmed.arrived:
        yield view.t("remind.confirm.sent", platform=platform)
    elif confirmed.reason is None:
        yield view.t("remind.confirm.waits", platform=platform)
    else:
        key = f"remind.confirm.closed_{confirmed.way.platform.value}"
        yield view.t(key if key in view.t else "remind.confirm.closed", platform=platform)


def _out_of_reach(view: View, schedule: Schedule, confirmed: Confirmed) -> tuple[tuple[Button, ...], ...]:
    if confirmed.arrived or confirmed.reason is None:
        return ()
    again = Button(
        view.t("remind.confirm.again"), Press.of("rm.again", schedule.id), style=Style.PRIMARY, personal=True
    )
    if schedule.origin is None or schedule.fallback:
        return ((again,),)
    return ((Button(view.t("remind.confirm.here"), Press.of("rm.here", schedule.id), personal=True), again),)


def draw_question(view: View, first: Wish, second: Wish) -> Reply:
    """Ask which of two readings is meant, each a button with its absolute time."""
    buttons = tuple((Button(_label(view, wish.when), take(wish), personal=True),) for wish in (first, second))
    return Reply(lines(view.t("remind.which"), subject(view, first.subject)), rows=buttons)


def draw_unread(view: View, unread: Unread, heard: Wish | None = None) -> Reply:
    """Say that no time was understood, with an example; what it is about can be set by a tap.

    `heard` is a time that the message itself names.
    """
    t = view.t
    if not unread.subject.text and unread.subject.resource is None:
        typing = Button(t("remind.new"), Press.of("rm.new"), style=Style.PRIMARY, personal=True)
        return Reply(lines(t(f"remind.unread.{unread.why.value}"), t("remind.example")), rows=((typing,),))
    why = "when" if unread.why is Why.NO_TIME else unread.why.value
    about = Subject(unread.subject.text[:_MESSAGE_CHARACTERS], *_rest(unread.subject))
    said = lines(t(f"remind.unread.{why}"), subject(view, about), t("remind.example"))
    named = [] if heard is None else [Button(_label(view, heard.when), take(Wish(about, heard.when)), personal=True)]
    return Reply(said, rows=(tuple(named), *_quick(view, about)))


def draw_about(view: View, resource: str, series: Series | None) -> Reply:
    """Ask when to be reminded of a resource, by times that suit most; a series is offered in steps."""
    about, rows = Subject(resource=resource), list(_quick(view, Subject(resource=resource)))
    if series is not None:
        first = series.after(None)
        step = Subject(resource=resource, series=series.id, unit=first.number if first else None)
        rows.append(
            tuple(_every(view, step, rule) for rule in ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=SU"))
        )
    return Reply(lines(view.t("remind.about"), subject(view, about), view.t("remind.about_own")), rows=tuple(rows))


def _every(view: View, step: Subject, rrule: str) -> Button:
    """Return a button that leads through a series in the evenings of a rule's days."""
    chosen = view.ctx.person.preferences if view.ctx.person else Preferences()
    evening = time.fromisoformat(habits_of(chosen, view.zone.name).evening)
    today = view.ctx.now.astimezone(zone_or_utc(view.zone.name)).date()
    rule = Rule(rrule, datetime.combine(today, evening), view.zone.name)
    at = next_after(rule, view.ctx.now)
    assert at is not None  # noqa: S101 - it has no end
    label = view.t("remind.step", rule=recurrence(view, rule, None))
    return Button(label, take(Wish(step, When(at, rule))), personal=True)


def _rest(about: Subject) -> tuple[str | None, str | None, int | None]:
    return about.resource, about.series, about.unit


def _quick(view: View, about: Subject) -> tuple[tuple[Button, ...], ...]:
    """The times that suit most things, each a button with its own clock time."""
    chosen = view.ctx.person.preferences if view.ctx.person else Preferences()
    habits, quiet, now = habits_of(chosen, view.zone.name), Quiet.of(chosen), view.ctx.now
    today = now.astimezone(zone_or_utc(view.zone.name)).date()
    first_hour = quiet.after(time.fromisoformat(habits.morning))
    morning = as_utc(datetime.combine(today, first_hour), view.zone.name)
    buttons = []
    for later in offered(now, habits, quiet):
        if later is Later.MINUTES:
            continue
        at = moved_to(later, morning, now, habits, quiet).replace(second=0, microsecond=0)
        when = When(at, zone=None if later is Later.HOUR else habits.zone)
        label = view.t(f"remind.quick.{later.value}", time=clock(view, at), day=day(view, at))
        buttons.append(Button(label, take(Wish(about, when)), personal=True))
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def _label(view: View, when: When) -> str:
    if when.rule is None:
        return moment(view, when.at)
    return shorten(recurrence(view, when.rule, when.count), LABEL_CHARACTERS)


def take(wish: Wish) -> Press:
    """Return the press that sets exactly this."""
    return Press.of(
        "rm.take", json.dumps([wish.when.put(), wish.subject.put()], ensure_ascii=False, separators=(",", ":"))
    )


def wish_of(kept: str) -> Wish:
    """Return what a button of ours sets. Raises `UnknownPress` for anything else."""
    try:
        when, about = json.loads(kept)
        checked = _checked(about)
        return Wish(Subject.of(checked), When.read(when))
    except (ValueError, TypeError, BadRule, KeyError, AttributeError):
        raise UnknownPress from None


def _checked(about: Any) -> dict[str, Any]:
    kinds = {"text": str, "resource": str, "series": str, "unit": int}
    if not isinstance(about, dict) or any(type(value) is not kinds.get(name) for name, value in about.items()):
        raise ValueError("not a subject")
    if len(about.get("text", "")) > LONGEST_TEXT:
        raise ValueError("too long")
    return about


__all__ = ["draw_question", "draw_set", "draw_unread", "take", "when_set", "wish_of"]
