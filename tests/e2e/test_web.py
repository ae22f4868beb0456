"""The port of a running bot: health, readiness, figures, and Telegram that calls instead of being asked."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp.test_utils import unused_port

from bot.adapters.telegram.client import webhook_secret
from tests.e2e.served import assert_calm, until
from tests.standins import BotProcess, DiscordSim, TelegramSim

StartBot = Callable[..., BotProcess]
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def port() -> int:
    return unused_port()


def ask(port: int, path: str, update: Any = None, secret: str = "") -> tuple[int, str]:
    data = None if update is None else json.dumps(update).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, headers={HEADER: secret})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except urllib.error.URLError:
        return 0, ""


def test_health_readiness_and_figures_of_a_bot_on_both_platforms(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot, port: int
) -> None:
    bot = bot_process(discord, telegram, env={"WEB_PORT": str(port)})
    until(lambda: ask(port, "/ready")[0] == 200)
    assert ask(port, "/health")[0] == 200
    assert "No group has a public archive." in ask(port, "/")[1]
    discord.slash("recommend", topic="rl")
    telegram.send("/recommend rl")
    _, figures = ask(port, "/metrics")
    assert 'moim_turns_total{outcome="answered",platform="discord"}' in figures
    assert 'moim_lease_held{what="scheduler"} 1.0' in figures
    assert "moim_ready 1.0" in figures
    for secret in (*bot.secrets(), str(telegram.user["id"])):
        assert secret not in figures
    bot.stop()
    assert_calm(bot)
    assert ask(port, "/health")[0] == 0


def test_without_a_port_nothing_listens_and_prometheus_is_not_loaded(
    telegram: TelegramSim, bot_process: StartBot
) -> None:
    bot = bot_process(telegram, env={"PYTHONPROFILEIMPORTTIME": "1"})
    bot.stop()
    assert "bot.scheduler.wing" in bot.output(), "what is loaded is listed"
    assert "prometheus_client" not in bot.output()
    assert "bot.web" not in bot.output()


def test_b17_telegram_calls_and_is_answered_at_once_each_update_once_also_across_a_restart(
    telegram: TelegramSim, bot_process: StartBot, port: int
) -> None:
    settings = {"WEB_PORT": str(port), "WEBHOOK_URL": "https://moim.example.org/"}
    bot = bot_process(telegram, env=settings, ready=False)
    until(lambda: telegram.calls("setWebhook"))
    call = telegram.calls("setWebhook")[-1]
    secret = webhook_secret(bot.env["TELEGRAM_TOKEN"])
    assert call.body["url"] == "https://moim.example.org/telegram"
    assert call.body["secret_token"] == secret
    update = telegram.raw_update("message", _message(telegram, "/recommend rl"))
    until(lambda: ask(port, "/ready")[0] == 200)
    assert ask(port, "/telegram", update, "guessed")[0] == 403
    assert telegram.bot_messages() == []
    begun = time.monotonic()
    assert ask(port, "/telegram", update, secret)[0] == 200
    assert time.monotonic() - begun < 3
    telegram.wait_for(lambda sim: len(sim.bot_messages()) == 1)
    assert ask(port, "/telegram", update, secret)[0] == 200, "Telegram calls again when an answer got lost"
    bot.kill()
    bot.start()
    until(lambda: ask(port, "/ready")[0] == 200)
    another = telegram.raw_update("message", _message(telegram, "/help"))
    for each in (another, update):
        assert ask(port, "/telegram", each, secret)[0] == 200
    telegram.wait_for(lambda sim: len(sim.bot_messages()) == 2)
    time.sleep(0.3)
    assert len(telegram.bot_messages()) == 2
    assert not telegram.calls("getUpdates")


def _message(telegram: TelegramSim, text: str) -> dict[str, Any]:
    command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    return {
        "message_id": 900 + len(telegram.all_updates),
        "date": 1,
        "chat": telegram.chat,
        "from": telegram.user,
        "text": text,
        "entities": [command],
    }
