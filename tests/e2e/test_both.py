"""Both platforms in one process: the same answers, side by side, and each person's list their own."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from bot.i18n import Locale
from tests.contract.on_discord import DiscordPerson
from tests.contract.on_telegram import TelegramPerson
from tests.e2e.served import World, restart

pytestmark = pytest.mark.postgresql


@pytest.fixture
def people(world: World) -> tuple[DiscordPerson, TelegramPerson]:
    discord, telegram, _ = world
    return (
        DiscordPerson(discord, discord.join("someone", locale="ko"), Locale.KO),
        TelegramPerson(telegram, telegram.add_user("Someone", language_code="ko"), Locale.KO),
    )


def test_the_same_question_has_the_same_answer(people: tuple[DiscordPerson, TelegramPerson]) -> None:
    here, there = people
    for words in ("강화학습 입문", "딥러닝 책", "추론"):
        one, other = here.call("recommend", words), there.call("recommend", words)
        assert one.picks == other.picks != []
        cards = here.take("1").words, there.take("1").words
        assert cards[0].split() == cards[1].split(), "word for word"


def test_two_accounts_are_two_people_until_they_say_otherwise(people: tuple[DiscordPerson, TelegramPerson]) -> None:
    here, there = people
    first = here.call("recommend", "강화학습").picks[0]
    here.take("1")
    here.take("내 취향 아님")
    assert first not in here.call("recommend", "강화학습").picks
    assert there.call("recommend", "강화학습").picks[0] == first


def test_both_are_served_at_once(world: World) -> None:
    discord, telegram, _ = world
    answers: list[Any] = []

    def on_discord() -> None:
        answers.extend(bool(discord.slash("recommend", topic="rl").embeds) for _ in range(10))

    def on_telegram() -> None:
        answers.extend(bool(telegram.send("/recommend rl")) for _ in range(10))

    threads = [threading.Thread(target=work) for work in (on_discord, on_telegram, on_discord, on_telegram)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [True] * 40


def test_both_come_back_after_a_crash(people: tuple[DiscordPerson, TelegramPerson], world: World) -> None:
    both: list[DiscordPerson | TelegramPerson] = [*people]
    cards = [person.call("recommend", "강화학습") and person.take("2") for person in both]
    restart(world[2])
    for person, card in zip(both, cards, strict=True):
        assert "내 목록에 담아 뒀어요." in person.take("담기", on=card).words
