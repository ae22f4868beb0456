"""The table of Korean public holidays against the rules that made it: fixed days, lunar ones, substitutes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.services.holidays import holidays_in

YEARS = range(2024, 2031)
HOLIDAYS = holidays_in("Asia/Seoul")
SEOLLAL = ("2024-02-10", "2025-01-29", "2026-02-17", "2027-02-07", "2028-01-27", "2029-02-13", "2030-02-03")
CHUSEOK = ("2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15", "2028-10-03", "2029-09-22", "2030-09-12")
BUDDHA = ("2024-05-15", "2025-05-05", "2026-05-24", "2027-05-13", "2028-05-02", "2029-05-20", "2030-05-09")
# Days for which no rule is needed: elections, and single days off of 2024 and 2025.
SINGLE = {"2024-04-10", "2024-10-01", "2025-01-27", "2025-06-03", "2026-06-03", "2028-04-12"}
WEEKEND = (5, 6)


def fixed(year: int, *, substituted: bool) -> list[date]:
    """The solar holidays of a year; those that have a substitute when they fall on a weekend, or the others."""
    days = [(3, 1), (5, 5), (8, 15), (10, 3), (10, 9), (12, 25)] if substituted else [(1, 1), (6, 6)]
    if year >= 2026 and substituted:
        days += [(5, 1), (7, 17)]
    return [date(year, month, day) for month, day in days]


def expected(year: int) -> set[date]:
    lunar = [date.fromisoformat(days[year - 2024]) for days in (SEOLLAL, CHUSEOK)]
    threes = [[day - timedelta(days=1), day, day + timedelta(days=1)] for day in lunar]
    buddha = date.fromisoformat(BUDDHA[year - 2024])
    substituted = [*fixed(year, substituted=True), buddha]
    every = [*fixed(year, substituted=False), *substituted, *(day for three in threes for day in three)]
    found = set(every)
    single = {date.fromisoformat(day) for day in SINGLE}

    def substitute(after: date) -> None:
        while after in found or after.weekday() in WEEKEND:
            after += timedelta(days=1)
        found.add(after)

    for three in threes:  # a Sunday, or another holiday, within the three days
        if any(day.weekday() == 6 or every.count(day) > 1 for day in three):
            substitute(three[-1])
    for day in sorted(set(substituted)):
        inside = any(day in three for three in threes)
        if not inside and (day.weekday() in WEEKEND or every.count(day) > 1):
            substitute(day)
    return found | {day for day in single if day.year == year}


@pytest.mark.parametrize("year", YEARS)
def test_a_year_is_what_the_rules_say(year: int) -> None:
    assert {day for day in HOLIDAYS if day.year == year} == expected(year)


def test_other_zones_have_none_that_we_know_of() -> None:
    assert holidays_in("America/New_York") == holidays_in("UTC") == frozenset()
