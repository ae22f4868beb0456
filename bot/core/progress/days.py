"""A person's own days: when one ends, which week it belongs to, and which of them ask for nothing.

A day of study ends at 04:00 where the person is: what is done at one in the morning belongs to the evening before.
Weeks begin on Monday.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_BEGINS = timedelta(hours=4)
ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def study_day(at: datetime, zone: str) -> date:
    """Return the day that an aware moment belongs to, for somebody in `zone` (an IANA name)."""
    return (at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - DAY_BEGINS).date()  # wall time: also on clock changes


def week_of(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield every day from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Away:
    """A time in which somebody is not asked for anything, both days included; `until` None: still."""

    since: date
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        """Say whether `day` lies in it."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Free:
    """The days that ask for nothing: when somebody is away, and the public holidays where they live."""

    aways: tuple[Away, ...] = ()
    holidays: Collection[date] = frozenset()

    def away(self, day: date) -> bool:
        """Say whether they are away that day."""
        return any(day in away for away in self.aways)

    def __contains__(self, day: date) -> bool:
        """Say whether nothing is asked of that day."""
        return day in self.holidays or self.away(day)
