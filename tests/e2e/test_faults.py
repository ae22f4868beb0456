"""What the platforms and the network do to the bot, and that a member notices next to nothing of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.i18n import Locale
from tests.contract.on_telegram import TelegramPerson, seen_of
from tests.e2e.served import judged, served
from tests.standins import BotProcess, DiscordSim, NoReply, TelegramSim

Json = dict[str, Any]
World = tuple[DiscordSim, TelegramSim, BotProcess]
CALLBACK = "/interactions/*/callback"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with (
        DiscordSim() as discord,
        TelegramSim() as telegram,
        served(tmp_path_factory.mktemp("faults"), discord, telegram) as bot,
    ):
        yield discord, telegram, bot


@pytest.fixture
def discord(world: World) -> Iterator[DiscordSim]:
    discord, telegram, bot = world
    with judged(bot, discord, telegram):
        yield discord


@pytest.fixture
def telegram(world: World) -> Iterator[TelegramSim]:
    discord, telegram, bot = world
    with judged(bot, discord, telegram):
        yield telegram


@pytest.fixture
def bot(world: World) -> BotProcess:
    return world[2]


def forgive(sim: DiscordSim | TelegramSim, code: str) -> None:
    """Nothing but `code` is held against the bot, and that belongs to the test."""
    sim.assert_clean(ignore={code})
    sim.reset_log()


# Discord


def answered_once(discord: DiscordSim) -> Any:
    before = len(discord.bot_messages())
    reply = discord.slash("recommend", topic="rl")
    assert reply.embeds[0]["title"] == "Reinforcement learning"
    time.sleep(0.3)  # for a second answer that must not come
    assert len(discord.bot_messages()) == before + 1
    return reply


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "body": {"message": "500: Internal Server Error", "code": 0}},
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"drop": True},
        {"lose_response": True},
        {"delay": 1.0},
    ],
    ids=["500", "502", "a cut connection", "a lost answer", "a slow answer"],
)
def test_an_answer_on_discord_survives_and_comes_once(discord: DiscordSim, fault: Json) -> None:
    discord.fail(CALLBACK, **fault)
    answered_once(discord)
    forgive(discord, "followup-before-ack")  # how the bot finds out whether a lost answer had arrived


@pytest.mark.parametrize("scope", ["user", "shared"])
def test_a_rate_limit_on_discord_is_waited_out(discord: DiscordSim, scope: str) -> None:
    discord.rate_limit(CALLBACK, retry_after=0.4, scope=scope)
    assert answered_once(discord).ack_seconds >= 0.4


@pytest.mark.parametrize("fault", [{"status": 502, "body": "<html>"}, {"lose_response": True}, {"drop": True}])
def test_a_button_on_discord_survives_too(discord: DiscordSim, fault: Json) -> None:
    reply = discord.slash("recommend", topic="rl")
    discord.fail(CALLBACK, **fault)
    card = discord.press(reply.button("1"), message=reply.message)
    assert "Save" in card.text()
    forgive(discord, "followup-before-ack")


@pytest.mark.parametrize("code", [None, 4000, 1001], ids=["cut", "closed with 4000", "going away"])
def test_a_dropped_gateway_is_resumed_and_nothing_is_missed(discord: DiscordSim, code: int | None) -> None:
    identifies, resumes = len(discord.gateway.identifies), len(discord.gateway.resumes)
    discord.drop_gateway(code)
    discord.wait_for(lambda s: len(s.gateway.resumes) > resumes and s.gateway.connected, timeout=15)
    assert discord.gateway.resumes[-1][1], "the session was taken up again"
    assert len(discord.gateway.identifies) == identifies
    answered_once(discord)


def test_a_reconnect_that_discord_asks_for_is_followed(discord: DiscordSim) -> None:
    resumes = len(discord.gateway.resumes)
    discord.ask_reconnect()
    discord.wait_for(lambda s: len(s.gateway.resumes) > resumes and s.gateway.connected, timeout=15)
    answered_once(discord)


def test_a_session_that_discord_forgot_is_begun_anew(discord: DiscordSim) -> None:
    identifies, written = len(discord.gateway.identifies), discord.command_writes
    discord.forget_sessions()
    discord.drop_gateway()
    discord.wait_for(lambda s: len(s.gateway.identifies) > identifies and s.gateway.connected, timeout=15)
    answered_once(discord)
    assert discord.command_writes == written, "start-up work is done once, however often Discord says READY"


def test_an_answer_too_late_is_given_up_quietly(discord: DiscordSim) -> None:
    discord.deadline = 0.3
    discord.fail(CALLBACK, delay=0.6)
    with pytest.raises(NoReply, match="did not respond"):
        discord.slash("recommend", topic="rl")
    discord.wait_for(lambda s: s.violations)
    discord.deadline = 3.0
    answered_once(discord)
    forgive(discord, "late-ack")


# Telegram


def someone(telegram: TelegramSim) -> TelegramPerson:
    return TelegramPerson(telegram, telegram.add_user("Someone"), Locale.EN)


@pytest.mark.parametrize("fault", [{"status": 502}, {"lose_response": True}], ids=["502", "a lost answer"])
def test_an_answer_on_telegram_survives_and_comes_once(telegram: TelegramSim, fault: Json) -> None:
    person = someone(telegram)
    telegram.fail("sendMessage", **fault)
    assert person.call("recommend", "rl").picks
    time.sleep(0.3)
    assert len(telegram.bot_messages(person.chat)) == 1


def test_a_flood_wait_is_waited_out_in_its_chat_alone(telegram: TelegramSim) -> None:
    slow, quick = someone(telegram), someone(telegram)
    telegram.flood_wait("sendMessage", retry_after=2)
    telegram.send("/recommend rl", user=slow.user, expect=0)
    telegram.wait_for(lambda s: s.calls("sendMessage"))
    assert quick.call("recommend", "rl").picks
    assert telegram.bot_messages(slow.chat) == [], "the one waits while the other is answered"
    telegram.wait_for(lambda s: s.bot_messages(slow.chat))
    assert len(telegram.bot_messages(slow.chat)) == 1


def test_a_busy_chat_gets_every_answer_in_order(telegram: TelegramSim) -> None:
    person = someone(telegram)
    topics = ["rl", "deep learning", "computer vision", "nlp", "graph-ml"]
    for topic in topics:
        telegram.send(f"/recommend {topic}", user=person.user, expect=0)
    telegram.wait_for(lambda s: len(s.bot_messages(person.chat)) == len(topics), timeout=10)
    said = [message["text"].partition("\n")[0] for message in telegram.bot_messages(person.chat)]
    assert said[:3] == ["Reinforcement learning", "Deep learning", "Computer vision"]
    assert telegram.violations == [], "not one message came before its time"


@pytest.mark.parametrize(
    "fault",
    [{"status": 502, "times": 3}, {"drop": True, "times": 2}, {"lose_response": True}],
    ids=["502", "cut connections", "lost updates"],
)
def test_polling_goes_on_whatever_happens_to_it(telegram: TelegramSim, fault: Json) -> None:
    person = someone(telegram)
    telegram.fail("getUpdates", **fault)
    telegram.send("/help", user=person.user, timeout=10)
    assert person.call("recommend", "rl").picks
    assert len(telegram.bot_messages(person.chat)) == 2


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}, {"lose_response": True}])
def test_a_button_on_telegram_survives_too(telegram: TelegramSim, fault: Json) -> None:
    person = someone(telegram)
    person.call("recommend", "rl")
    telegram.fail("editMessageText", **fault)
    assert "Save" in person.take("1").offers
    forgive(telegram, "rule")  # an edit in doubt is made again, and Telegram says that it changes nothing


def test_a_spinner_that_cannot_be_stopped_harms_nobody(telegram: TelegramSim) -> None:
    person = someone(telegram)
    (listed,) = telegram.send("/recommend rl", user=person.user)
    telegram.fail("answerCallbackQuery", status=400, body="Bad Request: query is too old and response timeout expired")
    with pytest.raises(NoReply):
        telegram.press("1", message=listed, user=person.user, timeout=0.5)
    assert "Save" in seen_of(telegram.state(person.chat).edits[-1]).offers


def test_an_update_twice_is_one_answer(telegram: TelegramSim) -> None:
    person = someone(telegram)
    telegram.send("/recommend rl", user=person.user)
    telegram.redeliver()
    assert seen_of(*telegram.send("/recommend rl", user=person.user)).picks
    assert len(telegram.bot_messages(person.chat)) == 2


def test_somebody_who_left_harms_nobody(telegram: TelegramSim) -> None:
    gone, here = someone(telegram), someone(telegram)
    telegram.fail("sendMessage", status=403, body="Forbidden: bot was blocked by the user")
    telegram.send("/recommend rl", user=gone.user, expect=0)
    telegram.wait_for(lambda s: s.calls("sendMessage"))
    assert here.call("recommend", "rl").picks
    assert telegram.bot_messages(gone.chat) == []


# one platform down, the other up


def test_one_platform_that_is_down_does_not_touch_the_other(tmp_path: Path) -> None:
    with DiscordSim() as discord, TelegramSim() as telegram:
        for path in ("/users/@me", "/gateway*"):
            discord.fail(path, status=503, body="<html>", times=None)
        with served(tmp_path, discord, telegram, ready=False) as bot:
            telegram.wait_ready()
            assert seen_of(*telegram.send("/recommend rl")).picks
            bot.wait_output("Discord cannot be reached; trying until it can", timeout=30)
        telegram.assert_clean()
