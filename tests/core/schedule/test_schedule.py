"""How schedules go on: one letter for the latest of what was missed, counted occurrences, and an end."""

# ruff: noqa: DTZ001 - the starts of rules are wall-clock times

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.outbox import occurrence_key
from bot.core.schedule import (
    KINDS,
    Advance,
    Oddity,
    Rule,
    Schedule,
    ScheduleId,
    ScheduleState,
    advance,
    as_utc,
    next_after,
    occurrences,
    resolve,
)

NINE = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)  # in Seoul
DAY = timedelta(days=1)
DAILY = Rule("FREQ=DAILY", datetime(2026, 11, 1, 9), "Asia/Seoul")


def schedule(rule: Rule | None = DAILY, due: datetime | None = NINE, left: int | None = None) -> Schedule:
    return Schedule(
        id=ScheduleId(1),
        kind="reminder",
        identity_id=None,
        group_id=None,
        rule=rule,
        left=left,
        payload={},
        next_due_at=due,
        state=ScheduleState.ACTIVE,
        origin=None,
        fallback=False,
        of=None,
        of_due=None,
        version=1,
        created_at=NINE,
    )


def test_what_is_due_once_ends() -> None:
    assert advance(schedule(rule=None), NINE) == Advance(NINE, None, None)


def test_a_rule_goes_on_with_its_next_occurrence() -> None:
    assert advance(schedule(), NINE) == Advance(NINE, NINE + DAY, None)


def test_a10_of_several_that_were_missed_the_latest_is_written_about() -> None:
    now = NINE + 3 * DAY + timedelta(hours=6)
    assert advance(schedule(), now) == Advance(NINE + 3 * DAY, NINE + 4 * DAY, None)


def test_a10_two_years_of_silence_cost_no_more_than_a_day() -> None:
    every_five_minutes = Rule("FREQ=MINUTELY;INTERVAL=5", datetime(2024, 11, 1), "Asia/Seoul")
    now = NINE + timedelta(minutes=7)
    went_on = advance(schedule(every_five_minutes, NINE - 700 * DAY), now)
    assert went_on == Advance(NINE + timedelta(minutes=5), NINE + timedelta(minutes=10), None)


def test_d10_every_occurrence_that_fell_due_counts() -> None:
    assert advance(schedule(left=3), NINE) == Advance(NINE, NINE + DAY, 2)
    assert advance(schedule(left=1), NINE) == Advance(NINE, None, 0)
    assert advance(schedule(left=5), NINE + 2 * DAY) == Advance(NINE + 2 * DAY, NINE + 3 * DAY, 2)


def test_d10_what_lies_beyond_the_count_is_not_written_about() -> None:
    assert advance(schedule(left=2), NINE + 9 * DAY) == Advance(NINE + DAY, None, 0)


def test_d10_a_rule_ends_after_its_last_day() -> None:
    until = replace(DAILY, until=NINE.date())
    assert advance(schedule(until), NINE) == Advance(NINE, None, None)
    assert advance(schedule(until), NINE + 5 * DAY) == Advance(NINE, None, None)


def test_what_is_not_due_does_not_go_on() -> None:
    for each in (schedule(), schedule(due=None)):
        with pytest.raises(ValueError, match="not due"):
            advance(each, NINE - DAY)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=HOURLY;INTERVAL=7"]),
    st.sampled_from(["Asia/Seoul", "America/New_York", "Australia/Lord_Howe"]),
    st.none() | st.integers(1, 30),
    st.lists(st.integers(0, 60 * 24 * 40), min_size=1, max_size=12),
)
def test_looking_seldom_or_often_no_occurrence_is_lost_or_written_about_twice(
    rrule: str, zone: str, left: int | None, minutes: list[int]
) -> None:
    """Each look writes about the latest occurrence since the last look, and the count is that of all that fell due."""
    rule = Rule(rrule, datetime(2026, 9, 1, 1, 30), zone)
    at = first = next_after(rule, datetime(2026, 10, 1, tzinfo=UTC))
    assert first is not None
    all_of_it = list(occurrences(rule, first - timedelta.resolution, datetime(2029, 1, 1, tzinfo=UTC)))[:left]
    now, written = first - timedelta(minutes=1), []
    for wait in minutes:
        before, now = now, now + timedelta(minutes=wait)
        fell_due = [each for each in all_of_it if before < each <= now]
        if at is None or at > now:
            assert fell_due == []
            continue
        went_on = advance(schedule(rule, at, left), now)
        assert went_on.due == fell_due[-1]
        at, left = went_on.next_due_at, went_on.left
        written.append(went_on.due)
        assert at == next((each for each in all_of_it if each > now), None)
    assert written == sorted(set(written))


def test_every_kind_has_a_name_a_post_or_letters_of_its_own_and_a_limit() -> None:
    assert KINDS["reminder"].post == "remind.due"
    for name, kind in KINDS.items():
        assert kind.name == name
        assert kind.lateness > timedelta()


def test_the_key_of_an_occurrence_is_the_same_in_every_zone() -> None:
    there = NINE.astimezone(ZoneInfo("America/New_York"))
    assert occurrence_key(ScheduleId(12), NINE) == occurrence_key(ScheduleId(12), there) == "s12@20261125T000000Z"


def test_a_wall_clock_time_is_told_when_the_clocks_skip_or_repeat_it() -> None:
    assert resolve(datetime(2027, 3, 14, 2, 30), "America/New_York") == (
        datetime(2027, 3, 14, 7, 30, tzinfo=UTC),
        Oddity.SKIPPED,
    )
    assert resolve(datetime(2026, 11, 1, 1, 30), "America/New_York") == (
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        Oddity.DOUBLED,
    )
    assert resolve(datetime(2026, 11, 25, 9), "Asia/Seoul") == (NINE, None)
    assert as_utc(datetime(2026, 11, 25, 9), "Asia/Seoul") == NINE
