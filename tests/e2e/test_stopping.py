"""Ending: in order and soon at SIGTERM, at once at a second one, and without a secret left anywhere."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.contract.on_telegram import seen_of
from tests.e2e.served import assert_calm
from tests.standins import BotProcess, DiscordSim, NoReply, TelegramSim

StartBot = Callable[..., BotProcess]
HARD = 130
CALLBACK = "/interactions/*/callback"


def test_sigterm_lets_what_is_under_way_finish_within_five_seconds(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot
) -> None:
    bot = bot_process(discord, telegram)
    discord.fail(CALLBACK, delay=1.0)
    telegram.fail("sendMessage", delay=1.0)
    with ThreadPoolExecutor() as pool:
        slash = pool.submit(discord.slash, "recommend", topic="rl")
        telegram.send("/recommend rl", expect=0)
        telegram.wait_for(lambda s: s.calls("sendMessage"))
        discord.wait_for(lambda s: s.calls(CALLBACK))
        begun = time.monotonic()
        assert bot.stop(expect=0) == 0
        assert time.monotonic() - begun < 5
        assert slash.result(5).embeds, "the answer under way still came"
    assert seen_of(*telegram.bot_messages()).picks, "here too"
    assert_calm(bot)


def test_what_cannot_finish_is_cut_off_in_time(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot
) -> None:
    bot = bot_process(discord, telegram)
    telegram.flood_wait("sendMessage", retry_after=30)
    telegram.send("/recommend rl", expect=0)
    telegram.wait_for(lambda s: s.calls("sendMessage"))
    begun = time.monotonic()
    bot.stop(expect=0)
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)  # others at work on this machine
    assert time.monotonic() - begun < 5 * max(1.0, busy)
    assert_calm(bot)


def test_a_second_signal_ends_it_there_and_then(telegram: TelegramSim, bot_process: StartBot) -> None:
    bot = bot_process(telegram)
    telegram.fail("sendMessage", delay=4.0)
    telegram.send("/recommend rl", expect=0)
    telegram.wait_for(lambda s: s.calls("sendMessage"))
    bot.process.send_signal(signal.SIGTERM)
    bot.wait_output("stopping")
    bot.process.send_signal(signal.SIGTERM)
    assert bot.wait_exit(1.5) == HARD


def test_what_came_while_it_was_away_is_answered_after_the_start(telegram: TelegramSim, bot_process: StartBot) -> None:
    bot = bot_process(telegram)
    bot.stop()
    with pytest.raises(NoReply):
        telegram.send("/recommend rl", timeout=0.2)
    bot.start()
    telegram.wait_for(lambda s: s.bot_messages(), timeout=10)
    assert seen_of(*telegram.bot_messages()).picks


def test_no_token_is_written_anywhere_even_at_debug(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot
) -> None:
    """The fixture searches output and folder for the tokens; here is everything that might make the bot talk."""
    bot = bot_process(discord, telegram, env={"LOG_LEVEL": "debug"})
    for fault in ({"status": 502}, {"drop": True}, {"lose_response": True}):
        telegram.fail("getUpdates", **fault)
        telegram.fail("sendMessage", **fault)
        telegram.send("/recommend rl", user=telegram.add_user("Someone"), expect=0, quiet=0.3)
    telegram.fail("sendMessage", status=400, body="Bad Request: something odd")
    telegram.send("/help", user=telegram.add_user("Someone"), expect=0, quiet=0.3)
    discord.fail(CALLBACK, status=502, body="<html>")
    reply = discord.slash("recommend", topic="rl")
    discord.fail(CALLBACK, status=400, body={"message": "Invalid Form Body", "code": 50035})
    discord.press(reply.button("1"), message=reply.message)
    discord.drop_gateway()
    discord.wait_for(lambda s: s.gateway.resumes and s.gateway.connected, timeout=15)
    bot.stop()
    assert "[warning" in bot.output(), "it had something to say"
    assert len(discord.interactions) == 2
    for token in discord.interactions:
        assert token not in bot.output(), "an interaction's token answers as the bot, too"


def test_logs_are_json_for_machines(telegram: TelegramSim, bot_process: StartBot) -> None:
    import json

    bot = bot_process(telegram, env={"LOG_FORMAT": "json"})
    bot.stop()
    lines = [json.loads(line) for line in bot.output().splitlines()]
    assert "serving Telegram" in [line["event"] for line in lines]
