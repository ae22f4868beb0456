"""The one thing to start with: every four answers have one, and it is the right one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Approach
from bot.core.methods import Goal
from bot.core.paths import can_be_started
from bot.core.paths.first_step import FirstStep, FirstWhy, NotYet, first_step
from bot.core.paths.standing import Walker, stand
from bot.core.people import EntryState, Knows
from bot.services import shelf as files

SHELF = files.load()
goals, knows = st.sampled_from(Goal), st.sampled_from(Knows)
languages = st.sampled_from(["ko", "en"])
hours = st.none() | st.integers(1, 40)


def first(goal: Goal | None, python: Knows, maths: Knows, hours: int = 5, language: str = "ko") -> FirstStep:
    found = first_step(Walker(goal=goal, python=python, maths=maths, language=language), hours, SHELF)
    assert found is not None
    return found


@given(goals, knows, knows, hours, languages)
def test_every_four_answers_have_one_thing_that_can_be_started(
    goal: Goal, python: Knows, maths: Knows, hours: int | None, language: str
) -> None:
    walker = Walker(goal=goal, python=python, maths=maths, language=language)
    found = first_step(walker, hours, SHELF)
    assert found is not None
    assert can_be_started(found.resource)
    assert {language, "en"} & {*found.resource.languages, *found.resource.subtitles}
    assert found.path.goal is goal
    assert 1 <= len(found.not_yet) <= 3
    assert len(set(found.not_yet)) == len(found.not_yet)
    assert found.reasons
    now = stand(found.path, SHELF.catalogue, walker).now
    assert now is not None and now.resource is found.resource


@given(goals, knows, languages)
def test_without_python_a_python_course_comes_first(goal: Goal, maths: Knows, language: str) -> None:
    found = first(goal, Knows.NONE, maths, language=language)
    assert found.resource.topic == "python"
    assert found.not_yet[0] is NotYet.COURSES


@given(st.sampled_from([Knows.SOME, Knows.WELL]))
def test_a_taste_without_maths_starts_with_pictures(python: Knows) -> None:
    found = first(Goal.TASTE, python, Knows.NONE, language="en")
    assert Approach.VISUAL in found.resource.approach
    assert NotYet.MATHS in found.not_yet


@given(goals, knows, knows)
def test_the_one_thing_to_start_with_is_in_korean_for_who_reads_korean(goal: Goal, python: Knows, maths: Knows) -> None:
    found = first(goal, python, maths, language="ko")
    assert "ko" in found.resource.languages or FirstWhy.SUBTITLES in found.reasons


def test_pictures_without_a_word_of_korean_wait_and_are_still_on_the_way() -> None:
    walker = Walker(goal=Goal.TASTE, python=Knows.SOME, maths=Knows.NONE, language="ko")
    path = SHELF.paths["taste"]
    standing = stand(path, SHELF.catalogue, walker)
    assert standing.now is not None and standing.now.step.id == "course"
    assert NotYet.MATHS in first(Goal.TASTE, Knows.SOME, Knows.NONE).not_yet
    assert "pictures" in [stood.step.id for stood in standing.steps if stood.needed]


@given(st.sampled_from([Knows.SOME, Knows.WELL]), knows, languages)
def test_papers_come_after_a_basic_course(python: Knows, maths: Knows, language: str) -> None:
    found = first(Goal.PAPERS, python, maths, language=language)
    assert found.step.id == "course"
    assert NotYet.PAPERS in found.not_yet


@given(goals, knows, knows)
def test_who_reads_korean_gets_korean_where_there_is_any(goal: Goal, python: Knows, maths: Knows) -> None:
    found = first(goal, python, maths)
    some = any("ko" in row.languages for row in (found.resource, *found.others))
    assert ("ko" in found.resource.languages) is some
    assert (FirstWhy.LANGUAGE in found.reasons) is some


def test_the_students_first_minute() -> None:
    """Knows Python and little maths, reads Korean, wants a taste."""
    found = first(Goal.TASTE, Knows.WELL, Knows.SOME)
    assert (found.step.id, found.resource.id) == ("course", "google-mlcc")
    assert found.not_yet == (NotYet.MATHS, NotYet.NO_PAPERS, NotYet.BOOKS)


def test_the_articles_own_courses_come_first_for_papers_in_english() -> None:
    found = first(Goal.PAPERS, Knows.WELL, Knows.WELL, language="en")
    assert found.resource.id == "stanford-cs231n-2025"
    assert FirstWhy.REPLACES in found.reasons


def test_weeks_follow_the_hours_and_stay_out_when_nobody_knows() -> None:
    weeks = [first(Goal.TASTE, Knows.NONE, Knows.SOME, hours).weeks for hours in (1, 3, 6, 10)]
    assert weeks == [6, 2, 1, 1]
    assert first(Goal.TASTE, Knows.WELL, Knows.SOME).weeks is None
    assert first_step(Walker(goal=Goal.TASTE, python=Knows.NONE), None, SHELF).weeks is None  # type: ignore[union-attr]


@pytest.mark.parametrize("other", range(8))
def test_something_else_is_another_choice_of_the_same_step_and_comes_round(other: int) -> None:
    walker = Walker(goal=Goal.TASTE, python=Knows.NONE, language="ko")
    shown = first_step(walker, 3, SHELF, other=other)
    assert shown is not None
    start = first_step(walker, 3, SHELF)
    assert start is not None
    offered = [start.resource, *start.others]
    assert shown.resource is offered[other % len(offered)]
    assert {shown.resource, *shown.others} == set(offered)


def test_later_answers_follow_what_was_finished_since() -> None:
    walker = Walker({"google-mlcc": EntryState.DONE}, Goal.PAPERS, Knows.WELL)
    found = first_step(walker, 5, SHELF)
    assert found is not None and found.step.id == "how-to-read"
    assert NotYet.PAPERS not in found.not_yet


def test_nothing_is_left_to_start_at_the_end_of_a_taste() -> None:
    assert first_step(Walker({"google-mlcc": EntryState.SKIMMED}, Goal.TASTE), 5, SHELF) is None


def test_without_a_goal_the_articles_order_is_followed() -> None:
    found = first_step(Walker(language="en"), None, SHELF)
    assert found is not None
    assert (found.path.id, found.step.id) == ("article", "choose")
