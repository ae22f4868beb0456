"""What was studied, added up by day and week; what was finished, each once."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.people import EntryState
from bot.core.progress import Studied, Total, add_up, first_of_weeks, week_of

TODAY = date(2026, 11, 25)
LINES = st.lists(
    st.builds(
        Studied,
        st.integers(-3, 250).map(lambda ago: TODAY - timedelta(days=ago)),
        st.none() | st.integers(1, 600),
        resource_id=st.none() | st.sampled_from(["a", "b", "c"]),
        end=st.none() | st.sampled_from([EntryState.DONE, EntryState.SKIMMED]),
    ),
    max_size=40,
)


def test_a_day_without_a_duration_is_a_day() -> None:
    weeks = add_up([Studied(TODAY), Studied(TODAY, 30), Studied(TODAY - timedelta(days=1))], TODAY)
    assert weeks.by_day == {TODAY - timedelta(days=1): 0, TODAY: 30}
    assert weeks.current == Total(2, 30) == weeks.whole


def test_twenty_six_weeks_end_with_this_one() -> None:
    weeks = add_up([], TODAY)
    assert list(weeks.by_week) == [date(2026, 6, 1) + timedelta(weeks=number) for number in range(26)]
    assert weeks.first == first_of_weeks(TODAY) == date(2026, 6, 1)
    assert weeks.whole == Total()


def test_what_was_finished_is_told_once_the_latest_first() -> None:
    done = [
        Studied(TODAY - timedelta(days=9), resource_id="a", end=EntryState.DONE),
        Studied(TODAY - timedelta(days=5), resource_id="b", end=EntryState.SKIMMED),
        Studied(TODAY - timedelta(days=1), resource_id="a", end=EntryState.DONE),
        Studied(TODAY, resource_id="c"),
        Studied(TODAY - timedelta(days=300), resource_id="d", end=EntryState.DONE),
    ]
    assert add_up(done, TODAY).finished == ("a", "b")


@given(LINES)
def test_nothing_is_lost_or_counted_twice(lines: list[Studied]) -> None:
    weeks = add_up(lines, TODAY)
    shown = [line for line in lines if weeks.first <= line.day <= TODAY]
    assert weeks.whole.minutes == sum(line.minutes or 0 for line in shown)
    assert set(weeks.by_day) == {line.day for line in shown}
    assert sum(total.days for total in weeks.by_week.values()) == weeks.whole.days
    assert sum(total.minutes for total in weeks.by_week.values()) == weeks.whole.minutes
    assert weeks.current == weeks.by_week[week_of(TODAY)]
    assert add_up(reversed(lines), TODAY) == weeks
