"""Tests of what a row may be and of the catalogue as a whole."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.core.catalogue import (
    Catalogue,
    Kind,
    Level,
    Showing,
    State,
    Status,
    Strength,
    Sureness,
    is_web_address,
    problems_of,
)
from bot.core.shelf import Shelf
from bot.i18n import Bilingual, Locale
from tests.core.rows import resource

NOTE = Bilingual(ko="멈췄어요.", en="It stopped.")


def superseded(*by: str) -> Status:
    return Status(state=State.SUPERSEDED, note=NOTE, superseded_by=by)


def keys(row_changes: dict[str, object], *topics: str) -> set[str]:
    row = resource("one", *(topics or ("rl",)), **row_changes)
    return {problem.key for problem in problems_of(row, {"one", "two"}, {"rl", "nlp"})}


def test_a_sound_row_has_no_problems() -> None:
    assert keys({}) == set()


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"url": "ftp://example.org/x"}, "url"),
        ({"url": None}, "url"),
        ({"other_urls": ("http://",)}, "other_urls"),
        ({"status": Status(state=State.MOVED, note=NOTE, new_url="nowhere")}, "status.new_url"),
        ({"status": superseded("three")}, "status.superseded_by"),
        ({"status": superseded("one")}, "status.superseded_by"),
        ({"status": Status(state=State.RETIRED)}, "status.note"),
        ({"prerequisites": ("maths",)}, "prerequisites"),
        ({"first_for": ("nlp",)}, "first_for"),
        ({"year": 2031}, "year"),
        ({"hours": 0.0}, "hours"),
    ],
)
def test_what_makes_no_sense_is_named(changes: dict[str, object], key: str) -> None:
    assert keys(changes) == {key}


def test_a_row_needs_a_topic_that_exists_unless_it_is_a_credit() -> None:
    assert {problem.key for problem in problems_of(resource("one"), {"one"}, set())} == {"topics"}
    assert keys({}, "painting") == {"topics"}
    assert not list(problems_of(resource("one", showing=Showing.NEVER), {"one"}, set()))


@pytest.mark.parametrize("url", ["https://example.org", "http://savanna.korea.ac.kr/wp/?page_id=605"])
def test_web_addresses_are_known(url: str) -> None:
    assert is_web_address(url)


@pytest.mark.parametrize(
    "url", ["example.org", "javascript:alert(1)", "https://a b.org", "https://", "https://user@evil.org", "https://[x"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert not is_web_address(url)


def test_a_tool_may_be_a_repository_and_a_course_a_channel_but_not_the_other_way() -> None:
    assert Kind.REPOSITORY.fits(Kind.TOOL)
    assert Kind.VIDEO_CHANNEL.fits(Kind.COURSE)
    assert not Kind.TOOL.fits(Kind.REPOSITORY)
    assert not Kind.TEXTBOOK.fits(Kind.COURSE)


def test_levels_are_counted_in_steps() -> None:
    assert Level.BEGINNER.steps_from(Level.ADVANCED) == 2
    assert Level.ADVANCED.steps_from(Level.ADVANCED) == 0


def test_a_row_we_are_not_sure_of_is_never_called_active() -> None:
    assert resource("one", "rl", sure=Sureness.LOW).state is State.UNCLEAR
    assert resource("one", "rl", sure=Sureness.MEDIUM).state is State.ACTIVE


def test_the_address_to_give_is_the_new_one_where_it_moved() -> None:
    moved = Status(state=State.MOVED, note=NOTE, new_url="https://new.example.org")
    assert resource("one", "rl", status=moved).link == "https://new.example.org"
    assert resource("one", "rl").link == "https://example.org/one"


def test_the_korean_title_is_shown_in_korean_where_there_is_one() -> None:
    row = resource("one", "rl", title="One", title_ko="하나")
    assert (row.name(Locale.KO), row.name(Locale.EN)) == ("하나", "One")
    assert resource("one", "rl", title="One").name(Locale.KO) == "One"


def test_successors_are_followed_to_the_last_and_circles_end() -> None:
    first = resource("first", "rl", status=superseded("second"))
    second = resource("second", "rl", status=superseded("third", "gone"))
    third = resource("third", "rl")
    circle = resource("circle", "rl", status=superseded("circle"))
    catalogue = Catalogue([first, second, third, circle])
    assert catalogue.successors(first) == (third,)
    assert catalogue.successors(circle) == ()


def test_a_second_row_with_the_same_id_does_not_replace_the_first() -> None:
    catalogue = Catalogue([resource("one", "rl"), resource("one", "nlp")])
    assert len(catalogue) == 1
    assert catalogue["one"].topic == "rl"
    assert catalogue.get("two") is None


def test_everything_the_article_names_is_there_with_its_strength(shelf: Shelf) -> None:
    named = [row for row in shelf.catalogue if row.article is not None]
    assert len(named) == 62
    strengths = {row.article.strength for row in named if row.article}
    assert set(Strength) == strengths
    assert len(shelf.methods) == 16


def test_marks_stand_only_on_rows_of_the_article_and_no_successor_has_one_by_inheritance(shelf: Shelf) -> None:
    marked = [row for row in shelf.catalogue if row.article and row.article.mark]
    assert len(marked) == 12
    assert {row.article.mark.by for row in marked if row.article and row.article.mark} == {"MilkClouds"}
    assert sum(bool(row.article and row.article.mark and row.article.mark.checked) for row in marked) == 4
    for row in marked:
        assert not any(successor.article and successor.article.mark for successor in shelf.catalogue.successors(row))


def test_every_topic_answers_with_a_row_of_its_own_or_below_it(shelf: Shelf) -> None:
    about = {topic for row in shelf.catalogue if row.showing is Showing.OFFERED for topic in row.topics}
    for topic in shelf.topics:
        assert topic.id in about or any(topic.id in shelf.topics.ancestors(each) for each in about), topic.id


def test_every_topic_has_three_rows_of_its_own_that_may_be_started(shelf: Shelf) -> None:
    closed = (State.RETIRED, State.SUPERSEDED)
    rows = [row for row in shelf.catalogue if row.showing is Showing.OFFERED and row.state not in closed]
    about = Counter(topic for row in rows for topic in row.topics)
    near = Counter(topic for row in shelf.catalogue for topic in row.topics[:2])
    for topic in shelf.topics:
        assert about[topic.id] >= 3, topic.id
        assert near[topic.id] >= 3, f"{topic.id} is only ever named in passing"


def test_no_row_is_called_active_of_which_we_are_not_sure(shelf: Shelf) -> None:
    unsure = [row for row in shelf.catalogue if row.sure is Sureness.LOW]
    assert len(unsure) > 5
    assert all(row.state is not State.ACTIVE for row in unsure)


def test_what_was_superseded_leads_to_something_that_can_be_started(shelf: Shelf) -> None:
    superseded = [row for row in shelf.catalogue if row.status.state is State.SUPERSEDED]
    assert len(superseded) >= 10
    for row in superseded:
        successors = shelf.catalogue.successors(row)
        assert successors, f"{row.id} names no successor"
        assert all(each.state not in (State.SUPERSEDED, State.RETIRED) for each in successors), row.id
