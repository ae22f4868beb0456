"""Tests of the part each known word plays: asked for, excluded, or only named on the way to something else."""

from __future__ import annotations

import pytest

from bot.core.search import read
from bot.core.shelf import Shelf


@pytest.mark.parametrize(
    "text",
    [
        "what should I know before opening Goodfellow",
        "prerequisites for Goodfellow",
        "굿펠로우 읽기 전에 볼 거",
        "something gentler than Goodfellow",
        "굿펠로우보다 쉬운 책",
        "Goodfellow is too dense",
        "굿펠로우 책 펼쳤다가 포기했어요",
    ],
)
def test_what_is_too_hard_or_still_ahead_is_not_asked_for_and_leads_down(text: str, shelf: Shelf) -> None:
    reading = read(text, shelf)
    assert reading.named == ()
    assert reading.aside.resources == ("goodfellow-dl",)
    assert reading.aside.step == -1
    assert reading.topic == "deep-learning"


@pytest.mark.parametrize(
    "text", ["finished d2l, where to go", "d2l 다 봤는데 뭐 하지", "I already did d2l", "d2l 끝내고"]
)
def test_what_is_done_is_not_asked_for_and_leads_on(text: str, shelf: Shelf) -> None:
    reading = read(text, shelf)
    assert (reading.named, reading.aside.resources, reading.aside.step) == ((), ("d2l",), 1)


@pytest.mark.parametrize(
    "text", ["mmclassification is dead", "mmclassification 없어졌던데", "alternatives to mmclassification"]
)
def test_what_is_gone_is_not_asked_for_and_something_beside_it_is(text: str, shelf: Shelf) -> None:
    reading = read(text, shelf)
    assert (reading.named, reading.aside.resources, reading.aside.step) == ((), ("mmclassification",), 0)
    assert reading.understood


def test_a_subject_someone_knows_is_a_hint_beside_the_one_they_ask_for(shelf: Shelf) -> None:
    for text in ("선형대수는 아는데 그래프 신경망", "already know linear algebra, want graph neural networks"):
        reading = read(text, shelf)
        hints = {each.topic: each.confidence for each in reading.topics}
        assert reading.topic == "graph-ml", text
        assert 0 < hints["linear-algebra"] < 0.5, text
        assert reading.aside.step == 0, text


def test_a_subject_that_is_too_hard_is_still_asked_for_but_easier(shelf: Shelf) -> None:
    reading = read("강화학습 너무 어려워요", shelf)
    assert (reading.topic, reading.aside.step) == ("reinforcement-learning", -1)


def test_before_a_subject_means_what_it_builds_on(shelf: Shelf) -> None:
    reading = read("graph neural networks 배우기 전에 뭐 보지", shelf)
    wanted = {each.topic for each in reading.topics[:2]}
    assert wanted <= {need.topic for need in shelf.topics.needs("graph-ml")}


def test_an_unknown_name_is_excluded_and_takes_nothing_else_along(shelf: Shelf) -> None:
    reading = read("시계열인데 SAS 말고", shelf)
    assert reading.topic == "time-series"
    assert reading.excluded == ()


def test_two_subjects_under_one_name_are_parted_before_an_exclusion(shelf: Shelf) -> None:
    reading = read("딥러닝 수학 빼고 알려줘", shelf)
    assert (reading.topic, reading.excluded) == ("deep-learning", ("math",))


def test_an_exclusion_stays_inside_its_bracket(shelf: Shelf) -> None:
    reading = read("에이전트 학습 (LLM 에이전트 말고)", shelf)
    assert reading.excluded == ("llm-agents",)
    assert reading.topic == "deep-rl"


def test_what_is_asked_for_in_another_word_is_not_excluded(shelf: Shelf) -> None:
    reading = read("쿠다 없이 gpu", shelf)
    assert reading.topic == "gpu-programming"
    assert reading.excluded == ()


def test_something_in_a_subjects_place_is_another_subject_or_a_way_to_the_same(shelf: Shelf) -> None:
    assert [each.topic for each in read("강화학습 대신 자연어처리", shelf).topics if each.confidence > 0.5] == ["nlp"]
    assert read("텐서플로 대신 쓸 만한 거", shelf).topic == "dl-frameworks"
