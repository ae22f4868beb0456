"""An empty queue is filled by what a group is about, has read and can read; never twice, and with true words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.papers.filling import Why, Wish, fill, same_title
from bot.core.papers.paper import Difficulty, Paper
from bot.core.shelf import Shelf
from bot.core.topics import TopicMap
from bot.services import shelf
from bot.services.shelf.papers import load_papers


@pytest.fixture(scope="module")
def papers() -> tuple[Paper, ...]:
    return load_papers().papers


@pytest.fixture(scope="module")
def books() -> Shelf:
    return shelf.load()


@pytest.fixture(scope="module")
def topics(books: Shelf) -> TopicMap:
    return books.topics


def test_a_group_that_begins_is_given_a_gentle_classic_of_its_field(
    papers: tuple[Paper, ...], topics: TopicMap
) -> None:
    (first,) = fill(papers, Wish(("graph-ml",)), topics)
    assert first.paper.difficulty is Difficulty.BEGINNER and "graph-ml" in first.paper.topics
    assert (first.why, first.value) == (Why.FIRST_STEP, "graph-ml")


def test_without_topics_it_is_a_classic_and_nothing_more_is_claimed(
    papers: tuple[Paper, ...], topics: TopicMap
) -> None:
    assert {each.why for each in fill(papers, Wish(), topics, 5)} == {Why.CLASSIC}


def test_a_topic_without_classics_is_served_from_the_lists_then_by_any_classic(
    papers: tuple[Paper, ...], topics: TopicMap
) -> None:
    known = {topic for paper in papers if paper.difficulty for topic in paper.topics}
    korean = fill(papers, Wish(("korean-nlp",)), topics, 4)
    assert [each.paper.difficulty is not None for each in korean] == [True, True, False, False]
    assert {each.why for each in korean[2:]} == {Why.LISTED_ON_TOPIC}
    assert "tda" not in known
    assert fill(papers, Wish(("tda",)), topics)[0].why is Why.CLASSIC, "and it does not say that it is about topology"


@pytest.mark.parametrize("weeks", [26, pytest.param(60, marks=pytest.mark.soak)])
def test_half_a_year_and_more_of_filling_never_gives_a_paper_twice_and_grows_harder(
    papers: tuple[Paper, ...], topics: TopicMap, weeks: int
) -> None:
    read: list[Paper] = []
    for _ in range(weeks):
        wish = Wish(("llm",), seen=frozenset(each.key for each in read), read=tuple(reversed(read)))
        (given_,) = fill(papers, wish, topics)
        read.append(given_.paper)
    assert len({each.key for each in read}) == len({same_title(each.title) or each.key for each in read}) == weeks
    assert {each.difficulty for each in read[:4]} == {Difficulty.BEGINNER}
    assert Difficulty.ADVANCED in {each.difficulty for each in read[12:]}


def test_what_was_read_by_another_address_is_not_given_again(papers: tuple[Paper, ...], topics: TopicMap) -> None:
    wish = Wish(("graph-ml",))
    (first,) = fill(papers, wish, topics)
    elsewhere = replace(first.paper, key="url:https://example.org/x", title=first.paper.title.upper() + ".")
    assert fill(papers, replace(wish, read=(elsewhere,)), topics)[0].paper != first.paper
    assert fill(papers, replace(wish, seen_titles=frozenset({elsewhere.title})), topics)[0].paper != first.paper


def test_what_follows_from_what_was_read_says_so(papers: tuple[Paper, ...], topics: TopicMap) -> None:
    by_short = {each.short: each for each in papers if each.short}
    read = (by_short["Transformer"],)
    chosen = fill(papers, Wish(("llm",), Difficulty.INTERMEDIATE, frozenset({read[0].key}), read=read), topics, 12)
    told = [each for each in chosen if each.why is Why.FOLLOWS]
    assert told
    assert all(each.value in read[0].topics for each in told)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_reason_is_always_true(data: st.DataObject) -> None:
    topics = _BOOKS.topics
    ids = [each.id for each in topics]
    wanted = tuple(data.draw(st.lists(st.sampled_from(ids), max_size=3, unique=True)))
    read = tuple(data.draw(st.lists(st.sampled_from(_PAPERS[:400]), max_size=6, unique=True)))
    stage = data.draw(st.none() | st.sampled_from(Difficulty))
    wish = Wish(wanted, stage, frozenset(each.key for each in read), read=read)
    for each in fill(_PAPERS[:400], wish, topics, 5):
        paper = each.paper
        assert paper.key not in wish.seen
        covered = {above for topic in paper.topics for above in (topic, *topics.ancestors(topic))}
        match each.why:
            case Why.CLASSIC_ON_TOPIC | Why.FIRST_STEP:
                assert paper.difficulty is not None and each.value in covered
                assert any(topics.related(each.value, topic) for topic in wanted)
                assert each.why is Why.CLASSIC_ON_TOPIC or (not read and paper.difficulty is Difficulty.BEGINNER)
            case Why.FOLLOWS:
                assert any(each.value in one.topics for one in read)
            case Why.CLASSIC:
                assert paper.difficulty is not None
            case Why.LISTED_ON_TOPIC:
                assert paper.listed and each.value in covered and each.value in wanted
            case Why.LISTED:
                assert paper.listed == int(each.value)


_BOOKS = shelf.load()
_PAPERS = load_papers().papers
