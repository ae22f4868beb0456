"""Plans: they fit the hours somebody has, say what nobody knows, and are laid anew when the days ran over."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Catalogue
from bot.core.paths import Enough, Need, Path
from bot.core.paths.plan import Measure, effort, plan
from bot.core.paths.standing import Standing, Walker, stand
from bot.core.people import EntryState
from bot.i18n import Bilingual
from bot.services import shelf as files
from tests.core.paths.test_paths import TEXT, path, step
from tests.core.rows import resource

SHELF = files.load()
TODAY = date(2026, 11, 25)
BOOKS = Catalogue(
    [
        resource("six-hours", "one", hours=6),
        resource("ten-lectures", "one", units=Bilingual(ko="강의 10개", en="about 10 lectures a year")),
        resource("eight-chapters", "one", units=Bilingual(ko="8장", en="8 chapters")),
        resource("ten-weeks", "one", units=Bilingual(ko="10주", en="10 weeks")),
        resource("some-videos", "one", units=Bilingual(ko="영상 약 60개", en="about 60 videos")),
        resource("nobody-knows", "one"),
    ]
)
days = st.dates(date(2024, 1, 1), date(2030, 1, 1))
hours = st.integers(1, 60)


def standing(*resources: str, entries: dict[str, EntryState] | None = None) -> Standing:
    """Return where somebody stands on a path with one step for each of `resources`."""
    steps = [step(f"s{at}", row) for at, row in enumerate(resources)]
    return stand(path(*steps), BOOKS, Walker(entries or {}))


@pytest.mark.parametrize(
    ("row", "measure", "count", "hours_in_all"),
    [
        ("six-hours", Measure.HOURS, 6, 6),
        ("ten-lectures", Measure.LECTURES, 10, 20),
        ("eight-chapters", Measure.CHAPTERS, 8, 24),
        ("ten-weeks", Measure.WEEKS, 10, None),
    ],
)
def test_effort_is_what_hours_or_units_tell(row: str, measure: Measure, count: int, hours_in_all: int | None) -> None:
    told = effort(BOOKS[row])
    assert told is not None
    assert (told.measure, told.count, told.hours) == (measure, count, hours_in_all)


@pytest.mark.parametrize("row", ["some-videos", "nobody-knows"])
def test_what_nobody_can_know_is_not_guessed(row: str) -> None:
    assert effort(BOOKS[row]) is None


def test_weeks_are_whole_and_follow_the_hours_of_a_week() -> None:
    told = effort(BOOKS["ten-lectures"])
    own = effort(BOOKS["ten-weeks"])
    assert told is not None and own is not None
    assert [told.weeks(hours) for hours in (2, 5, 7, 20, 40)] == [10, 4, 3, 1, 1]
    assert [own.weeks(hours) for hours in (2, 40)] == [10, 10]


def test_steps_follow_each_other_from_today() -> None:
    laid = plan(standing("six-hours", "ten-lectures"), 5, today=TODAY)
    first, second = laid.legs
    assert (first.begins, first.ends, first.weeks) == (TODAY, TODAY + timedelta(weeks=2), 2)
    assert (second.begins, second.ends) == (first.ends, TODAY + timedelta(weeks=6))
    assert (laid.weeks, laid.ends, laid.behind) == (6, second.ends, 0)


def test_after_a_step_of_unknown_length_no_day_is_promised() -> None:
    laid = plan(standing("six-hours", "nobody-knows", "ten-lectures"), 5, today=TODAY)
    assert [leg.weeks for leg in laid.legs] == [2, None, 4]
    assert [leg.begins is not None for leg in laid.legs] == [True, True, False]
    assert laid.ends is None
    assert laid.weeks == 6


def test_what_is_finished_takes_no_more_time() -> None:
    laid = plan(standing("six-hours", "ten-lectures", entries={"six-hours": EntryState.SKIMMED}), 5, today=TODAY)
    assert [leg.resource.id for leg in laid.legs if leg.resource] == ["ten-lectures"]


def test_what_goes_on_beside_the_rest_takes_no_weeks_of_its_own() -> None:
    steps = (step("x", "nobody-knows", enough=Enough.STARTED), step("y", "six-hours"))
    laid = plan(stand(path(*steps), BOOKS, Walker()), 6, today=TODAY)
    assert [leg.weeks for leg in laid.legs] == [0, 1]
    assert laid.ends == TODAY + timedelta(weeks=1)


def test_only_what_lies_on_the_way_is_planned() -> None:
    beside = step("x", "six-hours", need=Need.WHEN_STUCK, skip=TEXT)
    laid = plan(stand(path(beside, step("y", "six-hours")), BOOKS, Walker()), 6, today=TODAY)
    assert [leg.step.id for leg in laid.legs] == ["y"]


# --- started, on time and not


GOING = {"ten-lectures": EntryState.GOING}


def test_what_was_started_on_time_ends_when_it_was_planned_to() -> None:
    since = TODAY - timedelta(weeks=3)
    laid = plan(standing("ten-lectures", "six-hours", entries=GOING), 5, today=TODAY, since=since)
    assert laid.behind == 0
    assert laid.legs[0].ends == since + timedelta(weeks=4)
    assert laid.legs[1].begins == laid.legs[0].ends


def test_what_ran_over_is_laid_anew_from_today_and_so_is_the_rest() -> None:
    since = TODAY - timedelta(weeks=4, days=8)
    laid = plan(standing("ten-lectures", "six-hours", entries=GOING), 5, today=TODAY, since=since)
    assert laid.behind == 2
    assert laid.legs[0].begins == TODAY
    assert laid.ends == TODAY + timedelta(weeks=6)


@given(hours, days, st.integers(0, 400), st.sets(st.sampled_from([row.id for row in BOOKS])))
def test_a_plan_fits_the_hours_never_ends_in_the_past_and_never_overlaps(
    hours_a_week: int, today: date, ago: int, finished: set[str]
) -> None:
    entries = dict.fromkeys(finished, EntryState.DONE)
    stood = standing(*(row.id for row in BOOKS), entries=entries)
    laid = plan(stood, hours_a_week, today=today, since=today - timedelta(days=ago))
    assert [leg.step.id for leg in laid.legs] == [each.step.id for each in stood.steps if each.needed]
    for leg in laid.legs:
        if leg.weeks is not None and leg.effort is not None and leg.effort.hours is not None:
            assert leg.weeks * hours_a_week >= leg.effort.hours
            assert leg.weeks == max(1, math.ceil(leg.effort.hours / hours_a_week))
        if leg.begins is not None and leg.ends is not None and leg.weeks is not None:
            assert leg.ends - leg.begins == timedelta(weeks=leg.weeks)
            assert leg.ends >= today
    for earlier, later in zip(laid.legs, laid.legs[1:], strict=False):
        assert later.begins == earlier.ends


@given(st.integers(0, 300), st.integers(0, 300), hours)
def test_starting_earlier_never_ends_later_until_the_days_ran_over(early: int, late: int, hours_a_week: int) -> None:
    early, late = max(early, late), min(early, late)
    stood = standing("ten-lectures", entries=GOING)
    first, second = (plan(stood, hours_a_week, today=TODAY, since=TODAY - timedelta(days=ago)) for ago in (early, late))
    assert first.behind >= second.behind
    assert first.ends is not None and second.ends is not None
    if first.behind == 0:
        assert first.ends <= second.ends


@given(st.sampled_from(list(SHELF.paths)), hours)
def test_every_written_path_can_be_planned(each: Path, hours_a_week: int) -> None:
    stood = stand(each, SHELF.catalogue, Walker())
    laid = plan(stood, hours_a_week, today=TODAY)
    assert laid.legs
    assert all(laid.leg(leg.step) is leg for leg in laid.legs)
    assert laid.leg(each.steps[-1]) is None or stood.steps[-1].needed
