"""Where a day ends, which week it is in, and which days ask for nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.progress import Away, Free, study_day, week_of

ZONES = ("Asia/Seoul", "UTC", "America/New_York", "Europe/Berlin", "Pacific/Apia", "Asia/Kathmandu")


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-11-25T18:59+00:00", "Asia/Seoul", "2026-11-25"),  # 03:59 on the 26th
        ("2026-11-25T19:00+00:00", "Asia/Seoul", "2026-11-26"),
        ("2026-11-25T03:59+00:00", "UTC", "2026-11-24"),
        ("2026-03-08T07:30+00:00", "America/New_York", "2026-03-07"),  # 03:30 by the clock, an hour was left out
        ("2026-03-08T08:00+00:00", "America/New_York", "2026-03-08"),
        ("2026-11-01T08:59+00:00", "America/New_York", "2026-10-31"),  # 03:59, an hour came twice
    ],
)
def test_a_day_ends_at_four_in_the_morning_by_the_wall_clock(at: str, zone: str, day: str) -> None:
    assert study_day(datetime.fromisoformat(at), zone) == date.fromisoformat(day)


@given(st.integers(946_684_800, 2_208_988_800), st.sampled_from(ZONES))
def test_later_is_never_an_earlier_day(seconds: int, zone: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert study_day(at, zone) <= study_day(at + timedelta(hours=3), zone)
    assert study_day(at + timedelta(days=3), zone) - study_day(at, zone) >= timedelta(days=2)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_week_begins_on_monday(day: date) -> None:
    monday = week_of(day)
    assert monday.weekday() == 0
    assert timedelta() <= day - monday < timedelta(days=7)


def test_away_is_from_the_first_day_to_the_last_or_until_further_notice() -> None:
    first, last = date(2026, 11, 2), date(2026, 11, 5)
    free = Free((Away(first, last), Away(date(2026, 12, 1))), frozenset({date(2026, 12, 25), date(2026, 11, 20)}))
    assert [day for day in (date(2026, 11, n) for n in range(1, 30)) if day in free] == [
        *(date(2026, 11, n) for n in (2, 3, 4, 5)),
        date(2026, 11, 20),
    ]
    assert free.away(date(2030, 1, 1)) and not free.away(date(2026, 11, 20))
