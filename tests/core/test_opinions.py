"""A group's opinion is a small prior: nothing known changes nothing, more liked is never lower, and never far."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.opinions import FEWEST, STRONGEST, WEAKEST, liked, swayed, weight
from bot.core.people import GroupOpinion
from bot.core.recommender import recommend
from bot.core.search import read
from bot.core.shelf import Shelf

SOME_DAY = datetime(2026, 12, 3, tzinfo=UTC)
people = st.integers(0, 60)
opinion = st.builds(GroupOpinion, people, people, people, st.just(SOME_DAY))
scores = st.lists(st.floats(0.01, 4.0), max_size=12)
NAMES = [f"row-{number}" for number in range(12)]


@pytest.mark.parametrize(("ups", "downs"), [(0, 0), (2, 0), (1, 1), (0, 2)])
def test_below_three_people_a_thumb_is_somebodys_and_says_nothing(ups: int, downs: int) -> None:
    assert liked(GroupOpinion(ups, downs)) is None
    assert weight(GroupOpinion(ups, downs)) == 1.0


def test_the_first_few_thumbs_are_not_yet_the_whole_truth() -> None:
    few, many = liked(GroupOpinion(3, 0)), liked(GroupOpinion(30, 0))
    assert few is not None and many is not None
    assert 0.5 < few < many < 1
    assert liked(GroupOpinion(3, 3)) == 0.5


@given(opinion)
def test_an_opinion_never_weighs_much(given_opinion: GroupOpinion) -> None:
    assert WEAKEST <= weight(given_opinion) <= STRONGEST
    assert 0.85 < WEAKEST < 1 < STRONGEST < 1.15


@given(people, people, people)
def test_more_thumbs_up_never_weigh_less_and_more_thumbs_down_never_more(ups: int, downs: int, seen: int) -> None:
    if ups + downs < FEWEST:
        return
    here = weight(GroupOpinion(ups, downs, seen))
    assert weight(GroupOpinion(ups + 1, downs, seen)) >= here >= weight(GroupOpinion(ups, downs + 1, seen))


@given(people, people, people)
def test_a_mind_that_turns_or_a_mark_more_never_weighs_less(ups: int, downs: int, seen: int) -> None:
    assert weight(GroupOpinion(ups + 1, downs, seen)) >= weight(GroupOpinion(ups, downs + 1, seen))
    assert weight(GroupOpinion(ups, downs, seen + 1)) >= weight(GroupOpinion(ups, downs, seen))


def test_nobody_is_as_good_as_no_word() -> None:
    assert weight(None) == weight(GroupOpinion()) == 1.0


def _ranked(scores: list[float]) -> tuple[list[tuple[int, float]], list[str]]:
    return list(enumerate(scores)), NAMES[: len(scores)]


@given(scores)
def test_without_an_opinion_nothing_moves_whatever_the_order_was(scores: list[float]) -> None:
    ranking, ids = _ranked(scores)
    assert swayed(ranking, ids, {}) == ranking
    assert swayed(ranking, ids, dict.fromkeys(ids, GroupOpinion(1, 1))) == ranking


@given(scores, st.dictionaries(st.sampled_from(NAMES), opinion))
def test_the_same_rows_come_back_with_their_scores(scores: list[float], opinions: dict[str, GroupOpinion]) -> None:
    ranking, ids = _ranked(scores)
    assert sorted(swayed(ranking, ids, opinions)) == sorted(ranking)


@given(scores, st.dictionaries(st.sampled_from(NAMES), opinion), st.data())
def test_a_row_that_is_liked_more_never_falls(
    scores: list[float], opinions: dict[str, GroupOpinion], data: st.DataObject
) -> None:
    ranking, ids = _ranked(scores)
    if not ids:
        return
    at = data.draw(st.integers(0, len(ids) - 1))
    before = opinions.get(ids[at], GroupOpinion(3, 3))
    more = GroupOpinion(before.ups + FEWEST, before.downs, before.seen + 1)
    lesser = swayed(ranking, ids, opinions | {ids[at]: before})
    better = swayed(ranking, ids, opinions | {ids[at]: more})
    if weight(more) >= weight(before):
        assert better.index(ranking[at]) <= lesser.index(ranking[at])


@given(scores, st.dictionaries(st.sampled_from(NAMES), opinion))
def test_no_row_passes_one_that_is_clearly_better(scores: list[float], opinions: dict[str, GroupOpinion]) -> None:
    ranking, ids = _ranked(sorted(scores, reverse=True))
    places = {at: place for place, (at, _) in enumerate(swayed(ranking, ids, opinions))}
    for better, score in ranking:
        for worse, lower in ranking[better + 1 :]:
            if score * WEAKEST > lower * STRONGEST:
                assert places[better] < places[worse]


def test_what_the_group_likes_passes_its_near_neighbour_only() -> None:
    ranking, ids = _ranked([1.0, 0.97, 0.6])
    moved = swayed(ranking, ids, {"row-1": GroupOpinion(5, 0, 3, SOME_DAY), "row-2": GroupOpinion(50, 0, 9, SOME_DAY)})
    assert [at for at, _ in moved] == [1, 0, 2]


def test_a_group_that_likes_the_second_pick_finds_it_first_and_the_rest_as_it_was(shelf: Shelf) -> None:
    reading = read("deep learning", shelf)
    plain = [pick.resource.id for pick in recommend(reading, shelf, limit=10).picks]
    opinions = {plain[1]: GroupOpinion(9, 0, 4, SOME_DAY)}
    moved = [pick.resource.id for pick in recommend(reading, shelf, limit=10, opinions=opinions).picks]
    assert moved.index(plain[1]) <= 1
    assert [each for each in moved if each != plain[1]] == [each for each in plain if each != plain[1]]
    assert recommend(reading, shelf, limit=10, opinions={"no-such-row": GroupOpinion(9)}).picks == tuple(
        recommend(reading, shelf, limit=10).picks
    )


@pytest.mark.parametrize("words", ["rl", "딥러닝 입문", "transformers", "수학"])
def test_pages_stay_whole_whatever_a_group_thinks(shelf: Shelf, words: str) -> None:
    reading = read(words, shelf)
    every = recommend(reading, shelf, limit=60).picks
    opinions = {pick.resource.id: GroupOpinion(at % 7, at % 5, at % 4, SOME_DAY) for at, pick in enumerate(every)}
    pages = [recommend(reading, shelf, limit=3, offset=at, opinions=opinions).picks for at in range(0, 60, 3)]
    paged = [pick.resource.id for page in pages for pick in page]
    assert sorted(paged) == sorted({pick.resource.id for pick in every})
