"""Until when somebody is away, on days of every zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.absence import back_after, last_day
from bot.core.timewords.heard import Habits

ZONES = st.sampled_from(["Asia/Seoul", "UTC", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"])
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 30))


@given(day=DAYS, zone=ZONES, morning=st.sampled_from(["05:00", "07:00", "09:30"]))
def test_a_day_off_ends_on_the_next_morning_and_is_told_as_that_day(day: date, zone: str, morning: str) -> None:
    habits = Habits(zone, morning=morning)
    assert last_day(back_after(day, habits), habits) == day


@pytest.mark.parametrize("off", [timedelta(minutes=-1), timedelta(seconds=1), timedelta(hours=8)])
def test_another_hour_is_no_whole_day(off: timedelta) -> None:
    habits = Habits("Asia/Seoul")
    assert back_after(date(2026, 12, 4), habits) == datetime(2026, 12, 4, 22, tzinfo=UTC)
    assert last_day(datetime(2026, 12, 4, 22, tzinfo=UTC) + off, habits) is None
