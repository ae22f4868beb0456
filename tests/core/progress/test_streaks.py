"""Streaks that forgive: two rests, days away and holidays for nothing, and today is never missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.progress import DAILY, RESTS, Aim, Away, Free, aim_of, streak, week_of

MONDAY = date(2026, 11, 2)
NOTHING = Free()


def days(*numbers: int) -> set[date]:
    """Days counted from a Monday, 0 is that one."""
    return {MONDAY + timedelta(days=number) for number in numbers}


def at(number: int) -> date:
    return MONDAY + timedelta(days=number)


def every(first: int, last: int, but: Iterable[int] = ()) -> set[date]:
    return days(*(set(range(first, last + 1)) - set(but)))


def test_every_day_counts_and_today_may_still_come() -> None:
    assert streak(Aim(), every(0, 4), NOTHING, at(4)).length == 5
    assert streak(Aim(), every(0, 4), NOTHING, at(5)).length == 5
    assert streak(Aim(), every(0, 4), NOTHING, at(5)).rests == RESTS


def test_two_rests_are_gone_over_and_a_third_begins_anew() -> None:
    two = streak(Aim(), every(0, 9, but=(3, 6)), NOTHING, at(9))
    assert (two.length, two.rests) == (8, 0)
    three = streak(Aim(), every(0, 9, but=(3, 6, 8)), NOTHING, at(9))
    assert (three.length, three.rests) == (1, RESTS)


def test_a_rest_comes_back_after_thirty_days() -> None:
    kept = streak(Aim(), every(0, 60, but=(3, 6, 33, 36)), NOTHING, at(60))
    assert (kept.length, kept.rests) == (57, 0)
    assert streak(Aim(), every(0, 60, but=(3, 6)), NOTHING, at(60)).rests == RESTS
    assert streak(Aim(), every(0, 60, but=(3, 6, 32)), NOTHING, at(60)).length == 28


def test_days_away_and_holidays_ask_for_nothing_and_count_when_used() -> None:
    free = Free((Away(at(3), at(12)),), frozenset({at(14)}))
    kept = streak(Aim(), every(0, 2) | every(13, 13) | every(15, 16), free, at(16))
    assert (kept.length, kept.rests) == (6, RESTS)
    assert streak(Aim(), every(0, 2) | every(5, 5) | every(13, 16), free, at(16)).length == 8


def test_a_week_is_kept_with_so_many_days_and_counts_at_once() -> None:
    three = Aim(3)
    assert streak(three, days(0, 2, 4), NOTHING, at(4)).length == 1
    week = streak(three, days(0, 2, 4, 7, 8), NOTHING, at(8))
    assert (week.length, week.this_week) == (1, 2)
    assert streak(three, days(0, 2, 4, 7, 8, 13), NOTHING, at(13)).length == 2


def test_two_weeks_of_rest_are_gone_over_in_twelve() -> None:
    kept = {day for week in (0, 1, 3, 5) for day in days(7 * week, 7 * week + 1, 7 * week + 2)}
    stands = streak(Aim(3), kept, NOTHING, at(7 * 5 + 2))
    assert (stands.length, stands.rests) == (4, 0)
    more = kept | days(49, 50, 51)
    assert streak(Aim(3), more, NOTHING, at(51)).length == 1, "a third rest, in the seventh week"


def test_a_week_touched_by_away_is_never_missed() -> None:
    free = Free((Away(at(9), at(9)),))
    assert streak(Aim(3), days(0, 1, 2, 14, 15, 16), free, at(16)).rests == RESTS
    assert streak(Aim(3), days(0, 1, 2, 7, 8, 10), free, at(13)).length == 2, "and kept it counts"


def test_what_was_studied_after_today_or_never_is_no_streak() -> None:
    for aim in (Aim(), Aim(3)):
        nothing = streak(aim, days(9), NOTHING, at(1))
        assert (nothing.length, nothing.rests, nothing.this_week) == (0, RESTS, 0)


@pytest.mark.parametrize("aim", [Aim(), Aim(1), Aim(3), Aim(7)])
def test_an_aim_is_kept_as_a_word(aim: Aim) -> None:
    assert aim_of(aim.stored) == aim
    assert Aim().stored == DAILY


@pytest.mark.parametrize(
    "stored", [None, "", "weekly", "weekly:", "weekly:0", "weekly:8", "weekly:33", "monthly:3", "3"]
)
def test_an_aim_of_another_version_is_none(stored: str | None) -> None:
    assert aim_of(stored) is None


STUDIED = st.sets(st.integers(0, 80).map(at))
AIMS = st.sampled_from([Aim(), Aim(1), Aim(2), Aim(3), Aim(5), Aim(7)])
AWAY = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 20)), max_size=3).map(
    lambda each: tuple(Away(at(first), at(first + length)) for first, length in each)
)


@given(STUDIED, AIMS, AWAY, st.integers(0, 90))
def test_a_streak_counts_no_more_than_was_studied(
    studied: set[date], aim: Aim, aways: tuple[Away, ...], now: int
) -> None:
    stands = streak(aim, studied, Free(aways), at(now))
    past = [day for day in studied if day <= at(now)]
    assert 0 <= stands.length <= (len(past) if aim.days is None else len({week_of(day) for day in past}))
    assert 0 <= stands.rests <= RESTS
    assert 0 <= stands.this_week <= 7


@given(STUDIED, AIMS, AWAY, st.integers(0, 80))
def test_studying_today_never_shortens_a_streak(
    studied: set[date], aim: Aim, aways: tuple[Away, ...], now: int
) -> None:
    before = streak(aim, studied - {at(now)}, Free(aways), at(now))
    assert streak(aim, studied | {at(now)}, Free(aways), at(now)).length >= before.length


@given(STUDIED, AIMS, st.integers(0, 80), st.integers(0, 40))
def test_going_away_shortens_nothing_while_one_is_away(studied: set[date], aim: Aim, now: int, gone: int) -> None:
    studied = {day for day in studied if day <= at(now)}
    before = streak(aim, studied, NOTHING, at(now)).length
    if aim.days is not None or at(now) in studied:
        after = streak(aim, studied, Free((Away(at(now)),)), at(now + gone)).length
        assert after >= before
