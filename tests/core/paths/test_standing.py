"""Where a person stands: what counts on which path, that nothing goes backwards, and what is offered in a step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.methods import Goal
from bot.core.paths import ON_THE_WAY, Need, Path
from bot.core.paths.standing import BEHIND, Passing, Walker, choices, stand
from bot.core.people import EntryState, Knows
from bot.core.shelf import Shelf
from bot.services import shelf as files

SHELF = files.load()
PATHS = list(SHELF.paths)
ON_PATHS = sorted({row for path in PATHS for step in path.steps for row in step.resources})
entries = st.dictionaries(st.sampled_from(ON_PATHS), st.sampled_from(EntryState), max_size=8)
knows = st.none() | st.sampled_from(Knows)
walkers = st.builds(Walker, entries, st.none() | st.sampled_from(Goal), knows, knows, st.sampled_from(["ko", "en"]))
paths = st.sampled_from(PATHS)


def passings(path: Path, walker: Walker) -> dict[str, Passing]:
    return {each.step.id: each.passing for each in stand(path, SHELF.catalogue, walker).steps}


def now(path: str, **changes: object) -> str | None:
    standing = stand(SHELF.paths[path], SHELF.catalogue, Walker(**changes))  # type: ignore[arg-type]
    return standing.now.step.id if standing.now else None


# --- what holds for everybody


@given(paths, walkers)
def test_the_step_one_is_at_lies_on_the_way_and_is_still_to_do(path: Path, walker: Walker) -> None:
    standing = stand(path, SHELF.catalogue, walker)
    assert [each.step for each in standing.steps] == list(path.steps)
    if standing.now is not None:
        assert standing.now.step.need in ON_THE_WAY
        assert standing.now.passing in (Passing.OPEN, Passing.GOING)
        assert standing.now.resource is not None
    else:
        assert not any(each.needed for each in standing.steps)


@given(paths, walkers, st.sampled_from(ON_PATHS), st.sampled_from([EntryState.DONE, EntryState.SKIMMED]))
def test_finishing_something_never_takes_anybody_back(
    path: Path, walker: Walker, finished: str, how: EntryState
) -> None:
    before = stand(path, SHELF.catalogue, walker)
    after = stand(path, SHELF.catalogue, replace(walker, entries={**walker.entries, finished: how}))
    assert after.behind >= before.behind
    for earlier, later in zip(before.steps, after.steps, strict=True):
        if earlier.passing in BEHIND:
            assert later.passing in BEHIND


@given(st.sampled_from(ON_PATHS), st.sampled_from([EntryState.GOING, EntryState.DONE, EntryState.SKIMMED]))
def test_progress_on_a_resource_counts_on_every_path_that_holds_it(row: str, state: EntryState) -> None:
    for path in PATHS:
        told = passings(path, Walker({row: state}))
        for step in path.steps:
            if row in step.resources:
                assert told[step.id] in (Passing.GOING, Passing.DONE, Passing.SKIMMED)


@given(paths, walkers)
def test_only_what_can_be_started_is_offered_and_what_was_turned_down_comes_last(path: Path, walker: Walker) -> None:
    for step in path.steps:
        offered = choices(step, SHELF.catalogue, walker)
        turned_down = [walker.entries.get(row.id) is EntryState.NOT_FOR_ME for row in offered]
        assert turned_down == sorted(turned_down)
        assert bool(offered) is (step.need is not Need.REMARK)


# --- and for somebody in particular


@pytest.mark.parametrize(
    ("path", "changes", "step"),
    [
        ("taste", {}, "python"),
        ("taste", {"python": Knows.NONE, "maths": Knows.NONE}, "python"),
        ("taste", {"python": Knows.SOME, "maths": Knows.NONE}, "pictures"),
        ("taste", {"python": Knows.WELL, "maths": Knows.SOME}, "course"),
        ("apply", {"python": Knows.SOME, "maths": Knows.NONE}, "course"),
        ("papers", {"python": Knows.WELL, "maths": Knows.WELL}, "course"),
        ("papers", {"python": Knows.WELL, "entries": {"stanford-cs231n-2025": EntryState.DONE}}, "how-to-read"),
        ("papers", {"entries": {"stanford-cs231n-2017": EntryState.SKIMMED}}, "how-to-read"),
        ("article", {"entries": {"michigan-eecs498": EntryState.GOING}}, "finish"),
        ("article", {"entries": {"michigan-eecs498": EntryState.DONE}}, "papers"),
        ("article", {"goal": Goal.TASTE, "entries": {"michigan-eecs498": EntryState.DONE}}, None),
        ("taste", {"entries": {"google-mlcc": EntryState.DONE}}, None),
    ],
)
def test_where_somebody_stands(path: str, changes: dict[str, object], step: str | None) -> None:
    assert now(path, **changes) == step


def test_a_course_that_was_replaced_counts_for_the_one_in_its_place() -> None:
    for row in ("stanford-cs231n-2017", "stanford-cs231n-2025"):
        assert passings(SHELF.paths["papers"], Walker({row: EntryState.DONE}))["course"] is Passing.DONE


def test_what_one_is_at_comes_before_what_is_only_open() -> None:
    assert now("apply", entries={"cs50p": EntryState.GOING, "learnpytorch": EntryState.DONE}) == "python"


def test_a_step_left_out_by_who_is_further_on_is_not_asked_for_again() -> None:
    told = passings(SHELF.paths["apply"], Walker({"learnpytorch": EntryState.DONE}))
    assert (told["python"], told["course"], told["pytorch"]) == (Passing.PASSED, Passing.PASSED, Passing.DONE)
    assert now("apply", entries={"learnpytorch": EntryState.DONE}) == "models"


def test_a_book_read_early_does_not_carry_anybody_past_the_course() -> None:
    assert now("papers", python=Knows.WELL, entries={"udl": EntryState.DONE}) == "course"


def test_what_is_saved_or_turned_down_is_no_progress(shelf: Shelf) -> None:
    for state in (EntryState.SAVED, EntryState.NOT_FOR_ME):
        walker = Walker({"google-mlcc": state}, python=Knows.WELL, maths=Knows.WELL)
        assert stand(shelf.paths["taste"], shelf.catalogue, walker).behind == 2


# --- what is offered


def first(path: str, step_id: str, walker: Walker) -> str:
    step = SHELF.paths[path].step(step_id)
    assert step is not None
    return choices(step, SHELF.catalogue, walker)[0].id


def test_ones_own_language_comes_first_and_the_order_of_the_file_after_it() -> None:
    assert first("papers", "python", Walker(language="ko")) == "nadocoding-python"
    assert first("papers", "python", Walker(language="en")) == "cs50p"
    assert first("papers", "course", Walker(language="ko")) == "modu-dl-season2"
    assert first("papers", "course", Walker(language="en")) == "stanford-cs231n-2025"


def test_subtitles_in_ones_language_come_before_none() -> None:
    step = SHELF.paths["taste"].step("linear-algebra")
    assert step is not None
    offered = [row.id for row in choices(step, SHELF.catalogue, Walker(language="ko"))]
    assert offered.index("3b1b-linear-algebra") < offered.index("immersive-linear-algebra")


def test_who_is_new_gets_the_gentler_one_first() -> None:
    step = SHELF.paths["papers"].step("course")
    assert step is not None
    for row in choices(step, SHELF.catalogue, Walker(maths=Knows.NONE, language="en"))[:3]:
        assert row.level == "beginner"


def test_what_one_saved_comes_before_everything_else() -> None:
    saved = Walker({"py4e": EntryState.SAVED}, language="ko")
    assert first("papers", "python", saved) == "py4e"
