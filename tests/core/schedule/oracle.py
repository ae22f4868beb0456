"""An independent, slow reading of rules: it walks the calendar day by day, and finds a moment by trying offsets.

It shares nothing with the code it judges: no arithmetic on intervals, no `fold`, only "what does the clock there say at
this moment?", asked again and again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

DAY = timedelta(days=1)
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2037, 12, 31, tzinfo=UTC)
_FURTHEST = timedelta(hours=30)  # no zone is further from UTC; one that skipped a day moved by 24 hours
_COARSE, _FINE = timedelta(minutes=15), timedelta(seconds=30)

Fits = Callable[[date], bool]


def clock_at(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks there say."""
    return moment.astimezone(zone).replace(tzinfo=None)


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the clocks say `wall`; when they never do, as if they had not jumped."""
    begin = wall.replace(tzinfo=UTC) - _FURTHEST
    odd = any((clock_at(begin + n * _FURTHEST, zone) - wall) % _COARSE for n in range(3))
    step = _FINE if odd else _COARSE  # Monrovia was 44 minutes and 30 seconds behind until 1972
    before = begin
    for n in range(2 * _FURTHEST // step + 1):
        at = begin + n * step
        shown = clock_at(at, zone)
        if shown == wall:
            return at
        if shown > wall:
            return before + (wall - clock_at(before, zone))
        before = at
    raise AssertionError(f"{wall} is nowhere in {zone}")


def firings(fits: Fits, at: time, zone: ZoneInfo, after: datetime, before: datetime) -> list[datetime]:
    """Every moment between the two at which a rule fires, walking day by day."""
    found = set()
    day = clock_at(after, zone).date() - 2 * DAY
    while day <= clock_at(before, zone).date() + 2 * DAY:
        if fits(day):
            found.add(moment_of(datetime.combine(day, at), zone))
        day += DAY
    return sorted(moment for moment in found if after < moment < before)


@cache
def transitions(name: str) -> tuple[datetime, ...]:
    """Every moment from 1970 to 2037 at which the clocks of a zone are set, to the second."""
    zone = ZoneInfo(name)
    found = []
    at, offset = FIRST, FIRST.astimezone(zone).utcoffset()
    while at < LAST:
        following = at + DAY
        next_offset = following.astimezone(zone).utcoffset()
        if next_offset != offset:
            found.append(_between(at, following, zone))
        at, offset = following, next_offset
    return tuple(found)


def _between(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


@cache
def different_zones() -> tuple[str, ...]:
    """One name for each zone whose clocks were set at moments of its own; the others are the same under other names."""
    by_story: dict[object, str] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        story = tuple((at, at.astimezone(zone).utcoffset()) for at in transitions(name))
        if story:
            by_story.setdefault(story, name)
    return tuple(by_story.values())
