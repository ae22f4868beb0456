"""Wall-clock times in named zones, and the moments they are.

Pure values: it knows nothing of rules. A time that the clocks jumped over is read with the offset before the jump, so
02:30 becomes 03:30; a time that exists twice is the first of the two.
"""

from __future__ import annotations

import difflib
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

NEAREST = 3  # names suggested for a zone that does not exist


class BadZone(ValueError):
    """No such time zone; `nearest` are names that are spelled like it, at most three."""

    def __init__(self, name: str) -> None:
        """Tell of the `name`."""
        super().__init__(f"no time zone is called {name!r}")
        self.name = name
        by_case = {each.casefold(): each for each in available_timezones()}
        close = difflib.get_close_matches(name.casefold()[:80], by_case, NEAREST)
        self.nearest = tuple(by_case[each] for each in close)


class Oddity(StrEnum):
    """Why something falls on another time than the one that was said."""

    SKIPPED = "skipped"  # the clocks jump over it that day
    DOUBLED = "doubled"  # the clocks pass it twice that day
    SHORT_MONTH = "short_month"  # the month has no such day


class Resolved(NamedTuple):
    """The moment a wall-clock time is, and what was odd about it."""

    at: datetime
    oddity: Oddity | None


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of an IANA name. Raises `BadZone`."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):  # a path, an unknown name, the name of a folder
        raise BadZone(name) from None


def zone_or_utc(name: str) -> ZoneInfo:
    """Return the zone of a stored name; UTC for one that is gone from the zone data, so that what is due stays due."""
    try:
        return zone_of(name)
    except BadZone:
        return _UTC


def is_zone(name: str) -> bool:
    """Say whether a zone of that name exists."""
    try:
        zone_of(name)
    except BadZone:
        return False
    return True


def as_utc(wall: datetime, zone: str) -> datetime:
    """Return the moment of a naive wall-clock time, in UTC. Raises `BadZone`."""
    return moment(wall, zone_of(zone))


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment of a naive wall-clock time, in UTC."""
    # zoneinfo reads fold=0 as the offset before the change: the first of two, and after the gap for one in the gap.
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def resolve(wall: datetime, zone: str) -> Resolved:
    """Return the moment of a naive wall-clock time and whether the clocks skip or repeat it. Raises `BadZone`."""
    known = zone_of(zone)
    return Resolved(moment(wall, known), oddity_of(wall, known))


def oddity_of(wall: datetime, zone: ZoneInfo) -> Oddity | None:
    """Say whether the clocks of a zone skip or repeat a naive wall-clock time."""
    before = wall.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    after = wall.replace(tzinfo=zone, fold=1).utcoffset() or timedelta()
    if before == after:
        return None
    return Oddity.SKIPPED if before < after else Oddity.DOUBLED


_UTC = ZoneInfo("UTC")
