"""Rules across the days on which clocks are set, against a slow reading that shares nothing with the code.

The short form takes the transitions that incidents are made of and some at random; `make soak` takes all zones and all
their transitions from 1970 to 2037.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.schedule import Rule, occurrences
from tests.core.schedule.oracle import DAY, Fits, clock_at, different_zones, firings, transitions

MINUTE = timedelta(minutes=1)
# What incidents are made of: half an hour, midnight, a day that was left out, Ramadan, a zone that changed for good.
NOTORIOUS = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Monrovia",
    "America/Caracas",
    "America/Nuuk",
    "America/New_York",
    "America/Sao_Paulo",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Asia/Seoul",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Enderbury",
    "Pacific/Kwajalein",
)
SHORT_FORM = 60
PARTS = 16


def last_of_month(day: date) -> bool:
    return (day + DAY).month != day.month


def rules_around(at: datetime, zone: ZoneInfo) -> Iterator[tuple[str, Fits, timedelta]]:
    """Daily, weekly, monthly and on weekdays: rules that fall on the day of a transition, and how far to look."""
    local = clock_at(at - MINUTE, zone).date()
    name = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[local.weekday()]
    yield "FREQ=DAILY", lambda day: True, 3 * DAY
    yield f"FREQ=WEEKLY;BYDAY={name}", lambda day: day.weekday() == local.weekday(), 15 * DAY
    yield "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", lambda day: day.weekday() < 5, 4 * DAY
    if local.day < 28:
        yield f"FREQ=MONTHLY;BYMONTHDAY={local.day}", lambda day: day.day == local.day, 33 * DAY
    else:
        yield "FREQ=MONTHLY;BYMONTHDAY=31", last_of_month, 33 * DAY


def times_around(at: datetime, zone: ZoneInfo) -> set[time]:
    """Times that the clocks jump over or pass twice, the first and last of them, and one far away."""
    before, after = clock_at(at - timedelta(seconds=1), zone) + timedelta(seconds=1), clock_at(at, zone)
    middle = before + (after - before) / 2
    edges = (before, after, before - MINUTE, after - MINUTE, middle)
    return {edge.replace(second=0, microsecond=0).time() for edge in edges} | {time(9)}


def check(name: str, at: datetime) -> None:
    zone = ZoneInfo(name)
    for rrule, fits, reach in rules_around(at, zone):
        for of_day in times_around(at, zone):
            start = datetime.combine(clock_at(at, zone).date() - 400 * DAY, of_day)
            rule = Rule(rrule, start, name)
            after, before = at - reach, at + reach
            found = list(occurrences(rule, after, before))
            assert found == firings(fits, of_day, zone, after, before), (name, at, rule)


def test_rules_across_the_notorious_transitions_are_those_of_the_slow_reading() -> None:
    notorious = [(name, at) for name in NOTORIOUS for at in transitions(name)]
    for name, at in random.Random(2026).sample(notorious, SHORT_FORM):
        check(name, at)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_rules_across_every_transition_are_those_of_the_slow_reading(part: int) -> None:
    for name in different_zones()[part::PARTS]:
        for at in transitions(name):
            check(name, at)
