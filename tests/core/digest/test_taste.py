"""What a group likes, from what it chose."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.digest.taste import NO_TASTE, learn, words_of
from tests.core.hostile import HOSTILE

titles = st.lists(st.tuples(st.text(max_size=40), st.booleans()), max_size=30)


def test_words_of_what_was_chosen_speak_for_a_title_and_those_of_the_rest_against() -> None:
    shown = [("Agents that plan", True)] * 5 + [("Video of cats", False)] * 20
    taste = learn(shown)
    assert taste.of("Planning agents") > 0 > taste.of("More video")
    assert taste.telling("Agents and video") == ("agent",)


def test_a_word_seen_once_says_nothing() -> None:
    taste = learn([("rare words", True), ("other things", False), ("other things", False)])
    assert taste.of("rare") == 0


def test_nothing_chosen_is_no_taste() -> None:
    assert learn([("anything", False)] * 10) == NO_TASTE
    assert NO_TASTE.of("anything") == 0


@given(titles)
def test_the_order_of_what_was_shown_does_not_matter(shown: list[tuple[str, bool]]) -> None:
    assert learn(shown) == learn(list(reversed(shown)))


def test_hostile_titles_have_words_too() -> None:
    for text in HOSTILE.values():
        assert len(words_of(text)) <= 300
