"""Looking up finds what is called so: topics and resources by any of their names, or the nearest topics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Showing
from bot.core.language.lookup import look_up
from bot.core.shelf import Shelf
from bot.i18n import Locale


def test_every_topic_and_every_resource_is_found_by_its_id(shelf: Shelf) -> None:
    for topic in shelf.topics:
        assert topic.id in {each.id for each in look_up(topic.id, shelf).topics}
    for row in shelf.catalogue:
        found = {each.id for each in look_up(row.id, shelf).resources}
        assert (row.id in found) is (row.showing is not Showing.NEVER), row.id


@pytest.mark.parametrize("locale", Locale)
def test_nearly_every_resource_is_found_by_its_title(shelf: Shelf, locale: Locale) -> None:
    rows = [row for row in shelf.catalogue if row.showing is Showing.OFFERED]
    found = sum(row in look_up(row.name(locale), shelf, locale=locale).resources[:8] for row in rows)
    assert found > 0.97 * len(rows)


@pytest.mark.parametrize("locale", Locale)
def test_every_topic_is_found_by_its_name(shelf: Shelf, locale: Locale) -> None:
    lost = [t.id for t in shelf.topics if t not in look_up(t.name(locale), shelf, locale=locale).topics[:3]]
    assert lost == []


@pytest.mark.parametrize("words", ["Dive into Deep Learning", "d2l", "D2L"])
def test_a_whole_name_is_that_resource_alone(shelf: Shelf, words: str) -> None:
    found = look_up(words, shelf)
    assert ([row.id for row in found.resources], found.topics) == (["d2l"], ())


def test_a_word_that_is_a_topic_and_a_tool_shows_both(shelf: Shelf) -> None:
    found = look_up("pytorch", shelf)
    assert found.topics[0].id == "pytorch"
    assert "pytorch" in {row.id for row in found.resources}


@pytest.mark.parametrize("words", ["ㄱㅎㅎㅅ", "reinforcment", "강화 학습", "reinf"])
def test_topics_are_heard_as_everywhere_else(shelf: Shelf, words: str) -> None:
    assert look_up(words, shelf, locale=Locale.KO).topics[0].id == "reinforcement-learning"


@pytest.mark.parametrize(
    ("words", "topics", "resources"),
    [
        ("신경", {"deep-learning", "automl-nas"}, {"ebs-dl-course", "distill-gnn-intro"}),
        ("확산", {"diffusion-models"}, {"kaist-cs492-diffusion"}),
        ("강화", {"reinforcement-learning"}, {"badak-rl", "sutton-barto", "hf-deep-rl-course"}),
        ("생성", {"generative-models"}, {"generative-dl-foster"}),
        ("인과", {"causal-inference"}, {"causal-brave-true"}),
        ("최적", {"optimization"}, {"convex-optimization-for-all"}),
    ],
)
def test_two_syllables_find_what_begins_with_them(
    shelf: Shelf, words: str, topics: set[str], resources: set[str]
) -> None:
    found = look_up(words, shelf, locale=Locale.KO)
    assert topics <= {each.id for each in found.topics}
    assert resources <= {each.id for each in found.resources}


def test_a_whole_name_of_a_topic_is_that_topic_and_a_beginning_is_never_surely_meant(shelf: Shelf) -> None:
    whole = look_up("강화학습", shelf, locale=Locale.KO)
    assert (whole.count, whole.topics[0].id, whole.begun) == (1, "reinforcement-learning", False)
    assert look_up("확산", shelf, locale=Locale.KO).begun


@pytest.mark.parametrize("words", ["카파시", "카르파시", "카르파티"])
def test_a_name_is_found_however_it_is_written_in_korean(shelf: Shelf, words: str) -> None:
    found = {row.id for row in look_up(words, shelf, locale=Locale.KO).resources}
    assert found >= {"karpathy-zero-to-hero", "karpathy-recipe", "nanochat", "nanogpt", "cs231n-notes"}


def test_nothing_found_names_three_topics(shelf: Shelf) -> None:
    found = look_up("blah zork", shelf)
    assert (found.count, len(found.nearest)) == (0, 3)


@given(st.text(max_size=300))
def test_any_words_are_answered_and_no_hit_comes_twice(shelf: Shelf, words: str) -> None:
    found = look_up(words, shelf)
    ids = [each.id for each in found.topics], [each.id for each in found.resources]
    assert all(len(each) == len(set(each)) for each in ids)
    assert all(row.showing is not Showing.NEVER for row in found.resources)


@pytest.mark.parametrize("words", ["", "  ", "!!!", "?"])
def test_nothing_typed_is_nothing_found(shelf: Shelf, words: str) -> None:
    assert look_up(words, shelf).count == 0
