"""Paths: what their files must keep, held against the real ones and against small ones that break a rule."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.core.catalogue import Catalogue, Showing, State, Status
from bot.core.methods import Goal, Methods
from bot.core.paths import ON_THE_WAY, Need, Path, Paths, Step, Subject, can_be_started, problems_of, rows_of
from bot.core.shelf import Shelf
from bot.core.topics import TopicMap
from bot.i18n import Bilingual, Locale
from tests.core.rows import resource, topic

TEXT = Bilingual(ko="말이에요.", en="Words.")


def step(step_id: str, *resources: str, **changes: Any) -> Step:
    """Return a step for everybody, with `changes`."""
    values: dict[str, Any] = {"id": step_id, "title": TEXT, "why": TEXT, "resources": resources}
    return Step(**(values | changes))


def path(*steps: Step, **changes: Any) -> Path:
    """Return a path of `steps`."""
    values: dict[str, Any] = {"id": "way", "title": TEXT, "about": TEXT, "steps": steps}
    return Path(**(values | changes))


BOOKS = Catalogue(
    [
        resource("a", "one"),
        resource("b", "two"),
        resource("old", "one", status=Status(state=State.SUPERSEDED, note=TEXT, superseded_by=("new",))),
        resource("new", "one"),
        resource("gone", "one", status=Status(state=State.RETIRED, note=TEXT)),
        resource("named", "one", showing=Showing.WHEN_NAMED),
    ]
)
TOPICS = TopicMap([topic("one"), topic("two", "one")])


def wrong(*steps: Step, **changes: Any) -> list[str]:
    broken = path(*steps, **changes)
    return [each.message for each in problems_of(broken, Paths([broken]), BOOKS, TOPICS, Methods())]


# --- the real ones


def test_there_is_a_path_for_every_goal_and_the_articles_own(shelf: Shelf) -> None:
    assert [each.id for each in shelf.paths] == ["taste", "apply", "papers", "article", "contents"]
    assert [shelf.paths.of_goal(goal) for goal in Goal] == [shelf.paths[goal.value] for goal in Goal]


def test_every_step_exists_and_something_of_it_can_be_started(shelf: Shelf) -> None:
    for each in shelf.paths:
        assert list(problems_of(each, shelf.paths, shelf.catalogue, shelf.topics, shelf.methods)) == []
        for found in each.steps:
            assert all(row in shelf.catalogue for row in found.resources)
            assert found.need is Need.REMARK or any(map(can_be_started, rows_of(found, shelf.catalogue)))


def test_what_a_step_builds_on_comes_before_it(shelf: Shelf) -> None:
    for each in shelf.paths:
        on_the_way = [found for found in each.steps if found.need in ON_THE_WAY]
        for at, found in enumerate(on_the_way):
            later = {name for after in on_the_way[at + 1 :] for name in after.topics}
            needs = {need.topic for name in found.topics for need in shelf.topics.needs(name)}
            assert not needs & (later - set(found.topics)), (each.id, found.id)


def test_the_articles_seven_steps_are_seven_and_tasters_stop_after_the_third(shelf: Shelf) -> None:
    steps = shelf.paths["article"].steps
    assert len(steps) == 7
    assert [Goal.TASTE in each.beyond for each in steps] == [False] * 3 + [True] * 4


def test_every_resource_of_the_article_stands_in_its_contents_or_its_steps(shelf: Shelf) -> None:
    """All but the article itself and what is shown only when somebody names it."""
    listed = {row for name in ("article", "contents") for each in shelf.paths[name].steps for row in each.resources}
    articles = {row.id for row in shelf.catalogue if row.article and row.showing is Showing.OFFERED}
    assert articles - listed == {"milkclouds-dl-guide"}


def test_linear_algebra_is_for_when_stuck_and_books_are_optional_with_both_sides(shelf: Shelf) -> None:
    for name in ("taste", "apply", "papers"):
        steps = shelf.paths[name].steps
        algebra = [each for each in steps if "3b1b-linear-algebra" in each.resources]
        books = [each for each in steps if "method-textbooks-optional" in each.methods]
        assert [each.need for each in algebra] == [Need.WHEN_STUCK]
        assert [each.need for each in books] == [Need.OPTIONAL]
        assert all(each.skip is not None for each in (*algebra, *books))
    assert shelf.methods["method-textbooks-optional"].other_side is not None


def test_python_comes_first_for_whoever_does_not_know_it(shelf: Shelf) -> None:
    for name in ("taste", "apply", "papers"):
        first = shelf.paths[name].steps[0]
        assert (first.need, first.knows) == (Need.IF_MISSING, Subject.PYTHON)


def test_texts_are_polite_in_korean_and_shout_in_neither_language(shelf: Shelf) -> None:
    def said(each: Path) -> list[Bilingual]:
        texts = [each.title, each.about]
        for found in each.steps:
            texts += [found.title, found.why, *([found.skip] if found.skip else [])]
        return texts

    plain = re.compile(r"(습니다|입니다|십시오|당신|[가-힣]다[.])")
    for each in shelf.paths:
        for text in said(each):
            assert not any(re.search("[!！]", text(locale)) for locale in Locale), text
            assert not plain.search(text.ko), text
            assert re.search("[가-힣]", text.ko), text


# --- what is found wrong


def test_a_sound_path_has_no_problems() -> None:
    assert wrong(step("x", "a", topics=("one",)), step("y", "b", topics=("two",))) == []


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (step("x", "nowhere"), "there is no resource 'nowhere'"),
        (step("x", "a", topics=("nowhere",)), "there is no topic 'nowhere'"),
        (step("x", "a", methods=("nowhere",)), "there is no row of method 'nowhere'"),
        (step("x", "named"), "'named' is never recommended, so it cannot be a step"),
        (step("x", "gone"), "nothing of it can be started any more"),
        (step("x"), "a remark has no resources, and every other step has one"),
        (step("x", "a", need=Need.REMARK), "a remark has no resources, and every other step has one"),
        (step("x", "a", knows=Subject.MATHS), "`knows` goes with `if-missing`, and only with it"),
        (step("x", "a", need=Need.IF_MISSING, skip=TEXT), "`knows` goes with `if-missing`, and only with it"),
        (step("x", "a", need=Need.WHEN_STUCK), "say when it may be skipped"),
        (step("x", "a", need=Need.OPTIONAL), "say when it may be skipped"),
    ],
)
def test_what_is_wrong_with_a_step_is_said(broken: Step, message: str) -> None:
    assert message in wrong(broken)


def test_a_step_before_what_it_builds_on_is_found_unless_it_stands_beside_the_way() -> None:
    later = step("y", "b", topics=("two",))
    earlier = step("x", "a", topics=("one",))
    assert wrong(later, earlier) == ["'two' comes before 'one', which it builds on"]
    assert wrong(later, replace(earlier, need=Need.WHEN_STUCK, skip=TEXT)) == []


def test_an_id_twice_and_a_path_that_is_not_there_are_found() -> None:
    assert wrong(step("x", "a"), step("x", "b")) == ["there is a step with this id already"]
    assert wrong(step("x", "a"), see=("nowhere",)) == ["there is no path 'nowhere'"]


def test_a_row_that_was_replaced_brings_its_successor() -> None:
    found = rows_of(step("x", "old", "a"), BOOKS)
    assert [row.id for row in found] == ["old", "new", "a"]
    assert [row.id for row in found if can_be_started(row)] == ["new", "a"]
