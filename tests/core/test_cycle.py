"""The week of a reading group, from the moment it meets."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cycle import QUIET_FROM, QUIET_TO, Rhythm, Shift, Step, Week, is_quiet
from bot.core.schedule import next_after

THURSDAY = Rhythm(datetime.combine(date(2026, 12, 3), time(21)), "Asia/Seoul")
rhythms = st.builds(
    Rhythm,
    st.builds(
        datetime.combine,
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    ),
    st.sampled_from(["Asia/Seoul", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    st.sampled_from([1, 2]),
)


def test_everything_follows_from_a_thursday_evening() -> None:
    week = Week(THURSDAY)
    day = date(2026, 12, 3)
    assert {step: f"{week.wall(step, day):%a %H:%M}" for step in week.steps} == {
        Step.CLOSE: "Sun 20:00",
        Step.POST: "Mon 09:00",
        Step.NUDGE: "Wed 21:00",
        Step.HOUR: "Thu 20:00",
        Step.RECAP: "Fri 09:00",
    }


@pytest.mark.parametrize(
    ("meets", "step", "expected"),
    [
        ("07:30", Step.HOUR, "Wed 21:00"),
        ("08:30", Step.HOUR, "Thu 08:00"),
        ("10:30", Step.HOUR, "Thu 09:30"),
        ("23:30", Step.HOUR, "Thu 22:30"),
        ("07:00", Step.NUDGE, "Wed 09:00"),
        ("14:00", Step.RECAP, "Fri 09:00"),
        ("19:00", Step.RECAP, "Fri 09:00"),
        ("09:00", Step.RECAP, "Thu 21:00"),
    ],
)
def test_nothing_comes_at_night(meets: str, step: Step, expected: str) -> None:
    rhythm = Rhythm(datetime.combine(date(2026, 12, 3), time.fromisoformat(meets)), "Asia/Seoul")
    assert f"{Week(rhythm).wall(step, date(2026, 12, 3)):%a %H:%M}" == expected


def test_what_is_off_does_not_happen_and_a_group_that_never_meets_needs_no_place() -> None:
    assert Week(THURSDAY, frozenset({Step.NUDGE})).steps == (Step.CLOSE, Step.POST, Step.HOUR, Step.RECAP)
    reading = Rhythm(THURSDAY.first, THURSDAY.zone, meets=False)
    assert Week(reading).steps == (Step.CLOSE, Step.POST, Step.RECAP)


def test_an_organiser_may_move_a_step() -> None:
    week = Week(THURSDAY, shifts={Step.POST: Shift(-5, time(19))})
    assert f"{week.wall(Step.POST, date(2026, 12, 3)):%a %H:%M}" == "Sat 19:00"


def test_the_next_meeting_is_ahead_and_on_the_rhythm() -> None:
    biweekly = Rhythm(THURSDAY.first, THURSDAY.zone, weeks=2)
    assert biweekly.next_meeting(biweekly.meeting_at(date(2026, 12, 3))) == date(2026, 12, 17)
    assert biweekly.next_meeting(biweekly.meeting_at(date(2026, 12, 3)) - timedelta(seconds=1)) == date(2026, 12, 3)


@given(rhythms, st.sampled_from(list(Step)), st.integers(0, 60))
def test_what_falls_due_belongs_to_the_meeting_it_was_made_for(rhythm: Rhythm, step: Step, number: int) -> None:
    week = Week(rhythm)
    day = (rhythm.first + number * rhythm.every).date()
    due = next_after(week.rule(step), week.moment(step, day) - timedelta(minutes=1))
    assert due == week.moment(step, day)
    assert week.meeting_of(step, due) == day


@given(rhythms)
def test_no_step_is_at_night_and_they_come_in_order(rhythm: Rhythm) -> None:
    week, day = Week(rhythm), rhythm.first.date()
    moments = [week.wall(step, day) for step in week.steps]
    assert not any(is_quiet(moment) for moment in moments)
    assert week.wall(Step.CLOSE, day) < week.wall(Step.POST, day) < rhythm.first < week.wall(Step.RECAP, day)
    assert week.wall(Step.HOUR, day) <= rhythm.first
    assert week.wall(Step.RECAP, day) < week.wall(Step.CLOSE, rhythm.following(day))


@given(st.times())
def test_the_night_is_from_eleven_to_eight(at: time) -> None:
    assert is_quiet(datetime.combine(date(2026, 1, 1), at)) is not (QUIET_TO <= at < QUIET_FROM)
