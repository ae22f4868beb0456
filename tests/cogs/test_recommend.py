"""What heads the picks of `/recommend`: what was understood, in the member's own language."""

from __future__ import annotations

import pytest

from bot.chat.router import Router
from bot.chat.text import plain
from bot.core.tokens import TOKEN_MARK
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


async def test_the_buttons_of_a_question_of_some_length_hold_all_they_need(router: Router) -> None:
    """Nothing has to be kept for them, and they work whatever becomes of the database."""
    question = "수학 잘 모르는데 강화학습 시작해도 되나요"
    answer = reply_of(await router.call(in_private("1", language="ko"), "recommend", {"topic": question}))
    wires = [button.wire for row in answer.rows for button in row if button.press]
    assert wires and not any(wire.startswith(TOKEN_MARK) for wire in wires)
    opened = reply_of(await router.press(in_private("1", language="ko"), wires[0]))
    assert opened.shown == answer.shown[:1]
    back = reply_of(await router.press(in_private("1", language="ko"), opened.rows[-1][-1].wire))
    assert back.shown == answer.shown


@pytest.mark.parametrize(
    ("typed", "language", "heading", "ways"),
    [
        ("What do I need before deep learning?", "en", "Before Deep learning", "Linear algebra"),
        ("딥러닝 강의 하나 끝냈는데 그다음은요?", "ko", "딥러닝 다음", "컴퓨터 비전"),
    ],
)
async def test_who_asks_what_comes_before_or_after_gets_the_way_and_not_only_rows(
    router: Router, typed: str, language: str, heading: str, ways: str
) -> None:
    me = in_private("1", language=language)
    answer = reply_of(await router.call(me, "recommend", {"topic": typed}))
    assert answer.cards[0].title == heading
    assert ways in plain(answer.cards[0].lines[0])
    buttons = {button.label: button.wire for row in answer.rows for button in row}
    topic = reply_of(await router.press(me, buttons[ways]))
    assert topic.cards[0].title == ways
    whole = reply_of(await router.press(me, list(buttons.values())[-1]))
    assert whole.cards and whole.shown
