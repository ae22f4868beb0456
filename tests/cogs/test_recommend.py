"""What heads the picks of `/recommend`: what was understood, in the member's own language."""

from __future__ import annotations

import pytest

from bot.chat.router import Router
from tests.callers import in_private
from tests.cogs.conftest import reply_of


@pytest.mark.parametrize(
    ("typed", "language", "heading"),
    [
        ("rl", "en", "Reinforcement learning"),
        ("except RL", "en", "without Reinforcement learning"),
        ("RL 말고", "ko", "강화학습 제외"),
        ("a book, not RL", "en", "book · without Reinforcement learning"),
        ("deep learning, not RL", "en", "Deep learning · without Reinforcement learning"),
    ],
)
async def test_the_heading_says_each_thing_once(router: Router, typed: str, language: str, heading: str) -> None:
    answer = reply_of(await router.call(in_private("1", language=language), "recommend", {"topic": typed}))
    assert [card.title for card in answer.cards] == [heading]
