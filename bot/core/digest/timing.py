"""When a group's issue of the digest comes: once a week, on a day and at an hour that its organisers may move.

A group that meets every other week gets one in the weeks in which less else is posted: its main chat hears two messages
a week at most. Wall time in the group's own zone. Pure: rows are kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.core.cycle import Step, Week
from bot.core.digest.issue import PartKind
from bot.core.schedule import Rule, next_after

DIGEST = "digest.week"  # the kind of the row by which an issue falls due
HOURS = (9, 10, 12, 18, 20)  # that are offered; none of them is quiet
FIRST_WEEK = timedelta(days=7)  # after a group began, in which none comes
APART = timedelta(days=5, hours=12)  # two issues closer than that are one too many
LONGEST = timedelta(days=28)  # what an issue looks back over, when none came for long
_ANCHOR = date(2024, 1, 1)  # a Monday, from which every rule counts
_WEEK = timedelta(weeks=1)
_POSTS = (Step.POST, Step.RECAP)  # what everybody sees in the main chat


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """What organisers chose of the digest: whether and when it comes (`day` 0 is Monday), and parts it goes `without`.

    `speaks`: a week in which nothing was is said in one line; else nothing is sent.
    """

    on: bool = True
    day: int = 6
    at: time = time(10)
    speaks: bool = False
    without: frozenset[PartKind] = frozenset()


def rule_of(week: Week, chosen: DigestSettings) -> Rule:
    """Return the rule by which a group's issues fall due."""
    rhythm = week.rhythm
    first = datetime.combine(_ANCHOR + timedelta(days=chosen.day), chosen.at)
    if rhythm.weeks == 1:
        return Rule("FREQ=WEEKLY;INTERVAL=1", first, rhythm.zone)
    fortnight = (first, first + _WEEK)
    best = min(fortnight, key=lambda start: (_posts_in_week_of(week, start), start != first + _WEEK))
    return Rule(f"FREQ=WEEKLY;INTERVAL={rhythm.weeks}", best, rhythm.zone)


def next_due(rule: Rule, after: datetime, not_before: datetime | None = None) -> datetime:
    """Return the first occurrence later than the aware moment `after`, and not before the other one."""
    floor = max(after, not_before - timedelta.resolution) if not_before is not None else after
    found = next_after(rule, floor)
    if found is None:
        raise ValueError(f"{rule} never comes")
    return found


def coming(rule: Rule, due: datetime, made_at: datetime | None) -> Iterator[datetime]:
    """Yield when issues come, from the occurrence `due` on; `made_at` is when the latest one was made, None without."""
    at: datetime | None = due
    while at is not None:
        if not is_early(at, made_at):
            yield at
        at = next_after(rule, at)


def is_early(at: datetime, made_at: datetime | None) -> bool:
    """Say whether an issue at a moment would come too soon after the one that was made at the other."""
    return made_at is not None and at - made_at < APART


def first_day(last: date, previous: date | None, began: date) -> date:
    """Return the day from which an issue tells that ends on `last`: after the previous one, the first since it `began`.

    What is too long ago is not told any more: then it tells of a week.
    """
    first = began if previous is None else previous + timedelta(days=1)
    if first > last or last - first >= LONGEST:
        return last - _WEEK + timedelta(days=1)
    return first


def _posts_in_week_of(week: Week, start: datetime) -> int:
    """Count what a group posts in the week (from Monday on) of `start`, in any fortnight like it."""
    monday = start.date() - timedelta(days=start.weekday())
    every = week.rhythm.every
    meeting = week.rhythm.first.date() - ((week.rhythm.first.date() - monday) // every) * every
    days = (meeting - every, meeting, meeting + every)
    walls = [week.wall(step, day).date() for day in days for step in week.steps if step in _POSTS]
    return sum(monday <= wall < monday + _WEEK for wall in walls)
