"""The question behind the picks comes back from its button as it was asked, whatever it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.catalogue import Level
from cogs.recommend._asked import LONGEST, Asked, Language

KOREAN = some.text(alphabet=some.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3))
WORDS = some.lists(KOREAN | some.sampled_from(["PyTorch", "C++", "3.5", "a|b", "`", "\\", "ㅋㅋ", "딥러닝"])).map(
    " ".join
)


@given(WORDS | some.text())
def test_a_question_is_read_back_as_it_was_asked(words: str) -> None:
    asked = Asked(words.replace("\x1f", "").replace("\x1d", "")[:LONGEST], Level.BEGINNER, Language.KO)
    assert Asked.parse(asked.word()) == asked
    assert Asked.parse(Asked(asked.topic).word()) == Asked(asked.topic)


@given(some.text())
def test_any_forged_word_is_read_as_something(word: str) -> None:
    assert Asked.parse("\x1d" + word) == Asked.parse("\x1d" + word)


@pytest.mark.parametrize(
    ("words", "at_most"),
    [
        ("강화학습", 9),
        ("수학 잘 모르는데 강화학습 시작해도 되나요", 42),
        ("PyTorch 강의 추천", 20),
        ("reinforcement learning", 22),
    ],
)
def test_korean_takes_two_thirds_of_its_bytes_and_english_what_it_took(words: str, at_most: int) -> None:
    assert len(Asked(words).word().encode()) <= at_most
