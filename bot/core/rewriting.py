"""What becomes of the steps ahead when a group's week changes: they move, none is lost and none comes twice.

Whatever was done for the coming meeting stays done wherever that meeting goes; whatever was not is done for it there.
Pure: rows are kept elsewhere, and what happens at a step is decided elsewhere too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.cycle import MORNING, QUIET_FROM, Step, Week, is_quiet
from bot.core.schedule import Rule, Schedule, as_utc

PREFIX = "cycle."
WAKE = "cycle.wake"  # the kind of the row that ends a pause
_OF = "of"  # in a row's payload: the meeting of an occurrence that the rule would take for another's
_SKIPPED = "skipped"  # the coming meeting when the group began too late for it
_PREPARING = (Step.CLOSE, Step.POST)  # without these a meeting has nothing to talk about: late is better than never
_KEPT_APART = 5  # meetings ahead that something can be under way for
_APART = timedelta(minutes=1)  # between steps that are made up for at once, so that they come in order


def kind_of(step: Step) -> str:
    """Return the kind of the schedule by which a step falls due."""
    return f"{PREFIX}{step.value}"


def step_of(schedule: Schedule) -> Step:
    """Return the step that a schedule stands for. Raises `ValueError` for one of another kind."""
    return Step(schedule.kind.removeprefix(PREFIX))


def day_of(week: Week, schedule: Schedule, due: datetime) -> date:
    """Return the day of the meeting that the occurrence `due` (aware) of a schedule belongs to."""
    said = schedule.payload.get(_OF, {}).get(_stamp(due))
    return date.fromisoformat(said) if said is not None else week.meeting_of(step_of(schedule), due)


def skipped_of(schedule: Schedule) -> date | None:
    """Return the meeting that a schedule passed over because the group began too late for it."""
    said = schedule.payload.get(_SKIPPED)
    return None if said is None else date.fromisoformat(said)


@dataclass(frozen=True, slots=True)
class Ahead:
    """When a step happens next (aware), and for which meeting."""

    due: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Course:
    """How a group goes on: each step's next occurrence, the meeting they lead to, and the one they pass over.

    `days` are the meetings that what is under way was meant for, and the ones it is for now.
    """

    week: Week
    coming: date
    ahead: Mapping[Step, Ahead]
    skipped: date | None = None
    days: Mapping[date, date] = field(default_factory=dict)

    def rule(self, step: Step) -> Rule:
        """Return the rule by which a step goes on; nothing of it falls before the coming meeting's."""
        first = datetime.combine(self.coming, self.week.rhythm.first.time())
        return replace(self.week, rhythm=replace(self.week.rhythm, first=first)).rule(step)

    def payload(self, step: Step) -> dict[str, Any]:
        """Return what a schedule's row keeps beside its rule."""
        ahead = self.ahead[step]
        odd = self.week.meeting_of(step, ahead.due) != ahead.day
        kept: dict[str, Any] = {_OF: {_stamp(ahead.due): ahead.day.isoformat()}} if odd else {}
        if self.skipped is not None:
            kept[_SKIPPED] = self.skipped.isoformat()
        return kept


def foreseen(course: Course, meetings: int = 2) -> tuple[tuple[Step, Ahead], ...]:
    """Return what will happen up to the recap of so many meetings, the earliest first."""
    last = course.coming + (meetings - 1) * course.week.rhythm.every
    found: list[tuple[Step, Ahead]] = []
    for step, each in course.ahead.items():
        ahead = each
        while ahead.day <= last:
            found.append((step, ahead))
            day = max(course.week.rhythm.following(ahead.day), course.coming)
            ahead = Ahead(course.week.moment(step, day), day)
    return tuple(sorted(found, key=lambda each: each[1].due))


def posts_of(week: Week, *, threads: bool) -> int:
    """Return how many messages of a cycle everybody sees in the main chat; `threads`: lines have a place of their own.

    A ballot closes by an edit, and the nudge is said in a thread or not at all.
    """
    seen = {Step.POST, Step.RECAP} if threads else {Step.POST, Step.RECAP, Step.HOUR}
    return sum(step in seen for step in week.steps)


def begun(week: Week, now: datetime, *, asks: bool = True) -> Course:
    """Return the course of a group that begins at the aware moment `now`: with the first meeting it can prepare.

    A group that `asks` its members for votes or a presenter begins with that, after the meeting before.
    """
    first = coming = week.rhythm.next_meeting(now)
    while week.moment(Step.POST, coming) <= now:
        coming = week.rhythm.following(coming)
    ahead = {step: _prepared(week, step, coming, now) for step in week.steps}
    before = coming - week.rhythm.every
    if asks and Step.RECAP in ahead and week.moment(Step.RECAP, before) > now:
        ahead[Step.RECAP] = Ahead(week.moment(Step.RECAP, before), before)
    return Course(week, coming, ahead, first if first != coming else None)


def rewritten(
    old: Week, new: Week, coming: date, ahead: Mapping[Step, Ahead], now: datetime, *, patient: bool = False
) -> Course:
    """Return how a group goes on in the `new` week, whose `coming` meeting and next steps (`ahead`) were so in the old.

    What should have happened before `now` in the new week is made up for; when `patient`, the coming meeting is the
    first one for which nothing has to be.
    """
    soon = awake(now, new.rhythm.zone)
    recap = _last_recap(old, new, coming, ahead, now, soon)
    becomes = real = new.rhythm.next_meeting(soon)
    pending = [step for step in _PREPARING if step in ahead and ahead[step].day <= coming and step in new.steps]
    if patient or recap is not None:
        floor = recap.due if recap is not None else now
        while any(new.moment(step, becomes) <= floor for step in pending):
            becomes = new.rhythm.following(becomes)
    if recap is not None and recap.due >= new.moment(Step.RECAP, becomes):
        becomes = new.rhythm.following(becomes)
    days = {coming + number * old.rhythm.every: becomes + number * new.rhythm.every for number in range(_KEPT_APART)}
    others = [each for step, each in ahead.items() if step is not Step.RECAP]
    moved: dict[Step, Ahead] = {}
    for number, step in enumerate(new.steps):
        known = ahead.get(step)
        like = known or min(others, key=lambda each: each.day, default=None)  # one turned on joins those that are on
        day = becomes if like is None else becomes + _periods(old, coming, like.day) * new.rhythm.every
        if step is Step.RECAP and recap is not None:
            moved[step] = recap
        elif known is not None and day == becomes and step in _PREPARING and new.moment(step, day) <= now:
            moved[step] = Ahead(soon + number * _APART, day)
        else:
            moved[step] = _first_after(new, step, day, now)
    return Course(new, becomes, moved, real if real != becomes else None, days)


def _periods(week: Week, coming: date, day: date) -> int:
    """Return how many meetings after the `coming` one `day` is, 0 for what is behind."""
    return max(0, round((day - coming) / week.rhythm.every))


def hurried(course: Course, step: Step, now: datetime) -> Course | None:
    """Return the course when a step of the next meeting happens now; None when it was done for that meeting.

    For a meeting that was passed over, the steps between it and now come too.
    """
    week, soon = course.week, awake(now, course.week.rhythm.zone)
    day = week.rhythm.next_meeting(soon)
    ahead = dict(course.ahead)
    if step not in ahead or day not in (ahead[step].day, course.skipped):
        return None
    ahead[step] = Ahead(soon, day)
    if day == course.skipped:
        for other in week.steps:
            if other not in (step, *_PREPARING) and week.moment(other, day) > soon and ahead[other].day > day:
                ahead[other] = Ahead(week.moment(other, day), day)
    return Course(week, day if day == course.skipped else course.coming, ahead)


def awake(now: datetime, zone: str) -> datetime:
    """Return the aware moment `now`, or the next morning when people sleep in `zone`."""
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if not is_quiet(local):
        return now
    day = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return as_utc(datetime.combine(day, MORNING), zone)


def _last_recap(
    old: Week, new: Week, coming: date, ahead: Mapping[Step, Ahead], now: datetime, soon: datetime
) -> Ahead | None:
    """Return the recap of the meeting before the coming one, when it is still to be posted."""
    known = ahead.get(Step.RECAP)
    if known is None or known.day >= coming or Step.RECAP not in new.steps:
        return None
    due = new.moment(Step.RECAP, known.day) if old.rhythm == new.rhythm else known.due
    return Ahead(due if due > now else soon, known.day)


def _prepared(week: Week, step: Step, day: date, now: datetime) -> Ahead:
    if step in _PREPARING and week.moment(step, day) <= now:
        return Ahead(awake(now, week.rhythm.zone), day)
    return _first_after(week, step, day, now)


def _first_after(week: Week, step: Step, day: date, now: datetime) -> Ahead:
    """Return a step's first occurrence after `now`, of the meeting on `day` or a later one."""
    while week.moment(step, day) <= now:
        day = week.rhythm.following(day)
    return Ahead(week.moment(step, day), day)


def _stamp(due: datetime) -> str:
    return due.astimezone(UTC).isoformat(timespec="seconds")
