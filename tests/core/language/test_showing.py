"""Asking to be shown something, beside sentences that only hold the same words."""

from __future__ import annotations

import pytest

from bot.core.language.showing import asks_to_show

ASKING = [
    "보여줘",
    "좀 보여 줘",
    "내 목록",
    "목록 보여주세요",
    "볼래요",
    "뭐 있어?",
    "알려줘",
    "해 주세요",
    "Show me",
    "list",
    "my list please",
]
SAYING = [
    "",
    "CS231n 3강 보여주기",
    "목록 정리",
    "보여줘 강의 2강",
    "강의 보기",
    "show and tell 30m",
    "linked list",
    "해줘야 하는 과제",
]


@pytest.mark.parametrize("words", ASKING)
def test_whole_phrases_ask_to_be_shown(words: str) -> None:
    assert asks_to_show(words)


@pytest.mark.parametrize("words", SAYING)
def test_words_that_say_something_do_not(words: str) -> None:
    assert not asks_to_show(words)
