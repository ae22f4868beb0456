"""What is due when: schedules, their kinds, and how they go on after an occurrence.

Pure values and rules. Nothing here knows where schedules are kept, who sends what is due, or what it says; a kind names
the post that does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, NewType

from bot.core.people import GroupId, IdentityId
from bot.core.refs import Place
from bot.core.schedule.rule import BadRule, Rule, checked, last_until, next_after, occurrences, oddities
from bot.core.schedule.wall import BadZone, Oddity, Resolved, as_utc, is_zone, resolve, zone_of, zone_or_utc

__all__ = [
    "KINDS",
    "Advance",
    "BadRule",
    "BadZone",
    "Doubt",
    "Kind",
    "NewSchedule",
    "Oddity",
    "Resolved",
    "Rule",
    "Schedule",
    "ScheduleId",
    "ScheduleState",
    "advance",
    "as_utc",
    "checked",
    "is_zone",
    "next_after",
    "occurrences",
    "oddities",
    "resolve",
    "zone_of",
    "zone_or_utc",
]

ScheduleId = NewType("ScheduleId", int)


class Doubt(StrEnum):
    """What to do with a message that may have arrived or not, where the platform has no guard against doubles."""

    RESEND = "resend"  # better twice than never
    HOLD = "hold"  # wait, tell whoever runs the group, then send again, marked as such
    NEVER = "never"  # better never than twice


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of due thing. `post` says it; later than `lateness` it is not sent any more but told as missed.

    `stuck` is the post that tells its person when one cannot go on and is put aside, "" where nobody waits for it.
    """

    name: str
    post: str
    lateness: timedelta
    doubt: Doubt
    stuck: str = ""


NOTICE = "notice"  # the kind of letters that no schedule stands behind
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("reminder", "remind.due", timedelta(hours=12), Doubt.RESEND, "remind.stuck"),
        # Nothing is said: its planner brings somebody back who was away. However late, it must happen.
        Kind("return", "", timedelta(days=3650), Doubt.NEVER),
        # Confirmations and news to one person: no schedule stands behind them, and each letter names its own post.
        Kind(NOTICE, "", timedelta(days=1), Doubt.RESEND),
        # The steps of a group's week: each planner's letters name their own posts. A ballot closes by an edit, which
        # may well be made twice; what everybody in the main chat sees may not.
        Kind("cycle.close", "", timedelta(days=3), Doubt.RESEND),
        Kind("cycle.post", "", timedelta(hours=24), Doubt.HOLD),
        Kind("cycle.nudge", "", timedelta(hours=6), Doubt.HOLD),
        Kind("cycle.hour", "", timedelta(hours=1), Doubt.HOLD),
        Kind("cycle.recap", "", timedelta(hours=24), Doubt.HOLD),
        Kind("cycle.ask", "", timedelta(hours=24), Doubt.HOLD),
        # The weekly issue; its planner's letters name their own posts. Of no use the day after tomorrow.
        Kind("digest.week", "", timedelta(hours=24), Doubt.HOLD),
        # Nothing is said: its planner ends a group's pause.
        Kind("cycle.wake", "", timedelta(days=3650), Doubt.NEVER),
    )
}
"""Every kind by its name, which is stored. A feature that adds a kind adds its line here."""


class ScheduleState(StrEnum):
    """Where a schedule stands. The values are stored."""

    ACTIVE = "active"
    PAUSED = "paused"  # by a tap on it
    AWAY = "away"  # because its person is away; their return wakes these and not the paused ones
    ENDED = "ended"  # it was stopped, or nothing is left of it


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """A schedule to be kept. See `Schedule` for the fields."""

    kind: str
    next_due_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    identity_id: IdentityId | None = None
    group_id: GroupId | None = None
    rule: Rule | None = None
    left: int | None = None
    origin: Place | None = None
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """One thing that is due once or again and again.

    `rule` is None for something that is due once. `left` is how many occurrences are still to fall due, None without a
    limit. `origin` is the place it was set in, and `fallback` the person's leave to say there, without its text, that
    something waits. A snooze is a schedule of its own: `of` is the schedule it belongs to and `of_due` the occurrence
    that it moved. `version` goes up with every change that a person makes, not when it falls due.
    """

    id: ScheduleId
    kind: str
    identity_id: IdentityId | None
    group_id: GroupId | None
    rule: Rule | None
    left: int | None
    payload: Mapping[str, Any]
    next_due_at: datetime | None
    state: ScheduleState
    origin: Place | None
    fallback: bool
    of: ScheduleId | None
    of_due: datetime | None
    version: int
    created_at: datetime


class Advance(NamedTuple):
    """How a schedule goes on: the occurrence to write about, and what is stored then. `next_due_at` None: it ends."""

    due: datetime
    next_due_at: datetime | None
    left: int | None


def advance(schedule: Schedule, now: datetime) -> Advance:
    """Return how a schedule that is due by the aware moment `now` goes on.

    Of several occurrences that were missed, the latest is written about; all of them count against `left`. Raises
    `ValueError` for a schedule that is not due.
    """
    due, rule, left = schedule.next_due_at, schedule.rule, schedule.left
    if due is None or due > now:
        raise ValueError(f"schedule {schedule.id} is not due")
    if rule is None:
        return Advance(due, None, None)
    following = next_after(rule, due)
    if left is None:
        if following is not None and following <= now:
            due = last_until(rule, following, now)
            following = next_after(rule, due)
        return Advance(due, following, None)
    left -= 1
    while left > 0 and following is not None and following <= now:
        due, left = following, left - 1
        following = next_after(rule, due)
    return Advance(due, following if left > 0 else None, left)
