"""`/start`: a first hello with one obvious next tap."""

from __future__ import annotations

import pytest

from bot.chat.reply import Style
from bot.chat.router import Router
from cogs.start import Start
from tests.callers import in_private
from tests.cogs.conftest import buttons_of, reply_of, words_of
from tests.stores import House


@pytest.mark.parametrize(
    ("language", "hello", "labels"),
    [
        ("en", "Hello. I help you find what to study next", ["I am new to this", "Choose a topic", "What else?"]),
        ("ko", "안녕하세요. 머신러닝을 공부할 때", ["처음이에요", "주제 고르기", "다른 것도 보기"]),
    ],
)
async def test_it_says_hello_in_the_clients_language(
    router: Router, language: str, hello: str, labels: list[str]
) -> None:
    answer = await router.call(in_private(language=language), "start", {})
    assert words_of(answer).startswith(hello)
    assert list(buttons_of(answer)) == labels
    assert len(words_of(answer)) < 300


async def test_one_button_stands_out() -> None:
    house = House()
    answer = await Router([Start()], house.stores, clock=house.clock).call(in_private(), "start", {})
    assert [button.style for row in reply_of(answer).rows for button in row] == [
        Style.PRIMARY,
        Style.PLAIN,
        Style.PLAIN,
    ]


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_the_first_tap_of_a_newcomer_gives_picks(router: Router, language: str) -> None:
    newcomer = in_private(language=language)
    hello = await router.call(newcomer, "start", {})
    first = next(iter(buttons_of(hello).values()))
    picks = reply_of(await router.press(newcomer, first.wire))
    assert len(picks.shown) == 3


async def test_the_other_taps_give_the_map_of_topics_and_help(router: Router) -> None:
    hello = buttons_of(await router.call(in_private(), "start", {}))
    assert reply_of(await router.press(in_private(), hello["Choose a topic"].wire)).menu is not None
    assert words_of(await router.press(in_private(), hello["What else?"].wire)).startswith("What I can do")
