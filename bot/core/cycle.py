"""The week of a reading group: every moment of it follows from when the group meets.

One cycle leads to one meeting. Wall time throughout, in the group's own zone; a moment in the quiet hours moves out of
them. Pure: who posts what then is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.schedule import Rule, as_utc

QUIET_FROM, QUIET_TO = time(23), time(8)
MORNING = time(9)  # where what would have come at night goes
WEEKS = (1, 2)  # a group meets every week or every other week
_WEEK = timedelta(weeks=1)
_BEFORE_SLEEP = timedelta(hours=2)  # before the quiet hours begin, for what must come before an early meeting


class Step(StrEnum):
    """What happens in a cycle, in the order in which it does. The values are stored."""

    CLOSE = "close"  # the ballot is counted, by editing it
    POST = "post"  # the paper of the week
    NUDGE = "nudge"  # a line in the thread when fewer than half have pressed anything
    HOUR = "hour"  # a line in the thread with the place
    RECAP = "recap"  # what was read, and the ballot for the next meeting


class Picks(StrEnum):
    """Who picks the paper. The values are stored."""

    VOTE = "vote"
    PRESENTER = "presenter"
    ORGANISER = "organiser"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Shift:
    """A moment told from a meeting: so many days later (negative: before), at `at`, or at the same time plus `by`."""

    days: int
    at: time | None = None
    by: timedelta = timedelta()

    def from_meeting(self, wall: datetime) -> datetime:
        """Return the moment for the meeting at `wall`."""
        day = wall + timedelta(days=self.days)
        return datetime.combine(day.date(), self.at) if self.at is not None else day + self.by


USUAL: Mapping[Step, Shift] = {
    Step.CLOSE: Shift(-4, time(20)),
    Step.POST: Shift(-3, MORNING),
    Step.NUDGE: Shift(-1),
    Step.HOUR: Shift(0, by=timedelta(hours=-1)),
    Step.RECAP: Shift(0, by=timedelta(hours=12)),
}
_ONLY_WHEN_MEETING = frozenset({Step.NUDGE, Step.HOUR})
_BEFORE_IT = frozenset({Step.NUDGE, Step.HOUR})


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a group meets: `first` in wall time of `zone`, then every `weeks` (1 or 2).

    `meets` is False for a group that reads together without meeting: its moments follow from `first` all the same.
    """

    first: datetime
    zone: str
    weeks: int = 1
    meets: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no rhythm."""
        if self.first.tzinfo is not None or self.weeks not in WEEKS:
            raise ValueError(f"no rhythm: {self.first!r} every {self.weeks} weeks")

    @property
    def every(self) -> timedelta:
        """Return the time between two meetings, on the wall."""
        return self.weeks * _WEEK

    @property
    def rule(self) -> Rule:
        """Return the rule of the meetings themselves."""
        return self._rule(self.first)

    def meeting_at(self, day: date) -> datetime:
        """Return the moment (UTC) of the meeting on `day`."""
        return as_utc(datetime.combine(day, self.first.time()), self.zone)

    def next_meeting(self, now: datetime) -> date:
        """Return the day of the first meeting after the aware moment `now`."""
        local = now.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        number = max(0, -((self.first - local) // self.every))
        meeting = self.first + number * self.every
        return (meeting if meeting > local else meeting + self.every).date()

    def following(self, day: date) -> date:
        """Return the day of the meeting after the one on `day`."""
        return day + self.every

    def _rule(self, start: datetime) -> Rule:
        return Rule(f"FREQ=WEEKLY;INTERVAL={self.weeks}", start, self.zone)


@dataclass(frozen=True, slots=True)
class Week:
    """A group's rhythm with what its organisers changed: steps that are `off`, and `shifts` of their own."""

    rhythm: Rhythm
    off: frozenset[Step] = frozenset()
    shifts: Mapping[Step, Shift] | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps that happen, in order."""
        skipped = self.off if self.rhythm.meets else self.off | _ONLY_WHEN_MEETING
        return tuple(step for step in Step if step not in skipped)

    def wall(self, step: Step, day: date) -> datetime:
        """Return the wall time of `step` for the meeting on `day`, out of the quiet hours."""
        meeting = datetime.combine(day, self.rhythm.first.time())
        shift = (self.shifts or {}).get(step, USUAL[step])
        return _awake(shift.from_meeting(meeting), meeting if step in _BEFORE_IT else None)

    def moment(self, step: Step, day: date) -> datetime:
        """Return the moment (UTC) of `step` for the meeting on `day`."""
        return as_utc(self.wall(step, day), self.rhythm.zone)

    def rule(self, step: Step) -> Rule:
        """Return the rule by which `step` falls due."""
        return Rule(
            f"FREQ=WEEKLY;INTERVAL={self.rhythm.weeks}", self.wall(step, self.rhythm.first.date()), self.rhythm.zone
        )

    def meeting_of(self, step: Step, due: datetime) -> date:
        """Return the day of the meeting that `step` belongs to when it falls due at the aware moment `due`."""
        local = due.astimezone(ZoneInfo(self.rhythm.zone)).replace(tzinfo=None)
        distance = self.wall(step, self.rhythm.first.date()) - self.rhythm.first
        periods = round((local - distance - self.rhythm.first) / self.rhythm.every)
        return (self.rhythm.first + periods * self.rhythm.every).date()


def is_quiet(wall: datetime) -> bool:
    """Say whether people sleep at this wall time."""
    return wall.time() >= QUIET_FROM or wall.time() < QUIET_TO


def _awake(wall: datetime, before: datetime | None) -> datetime:
    """Return `wall` or the nearest time when nobody sleeps: the next morning, but not after `before`."""
    if not is_quiet(wall):
        return wall
    day = wall.date() + timedelta(days=1 if wall.time() >= QUIET_FROM else 0)
    if before is None or datetime.combine(day, MORNING) < before:
        return datetime.combine(day, MORNING)
    if datetime.combine(day, QUIET_TO) < before:
        return datetime.combine(day, QUIET_TO)
    return datetime.combine(day - timedelta(days=1), QUIET_FROM) - _BEFORE_SLEEP
