"""F8: no token and no password is written anywhere, whatever the program does and however much it is told to say.

Every test with a process already ends with a search of its output and its folder; here are the verbs and the failures
that have most to say, at DEBUG in both forms, and a control that the search finds what is there.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import StartBot
from tests.standins import DiscordSim, TelegramSim

PASSWORD = "zq7HkWm2canaryCANARY"
REFUSED: dict[str, Any] = {"status": 401, "body": {"message": "401: Unauthorized", "code": 0}, "times": None}


@pytest.fixture(params=["console", "json"])
def talkative(request: pytest.FixtureRequest) -> dict[str, str]:
    return {"LOG_LEVEL": "debug", "LOG_FORMAT": str(request.param)}


@pytest.mark.parametrize("verb", [("check",), ("commands", "sync"), ("commands", "sync", "--force")], ids="-".join)
def test_f8_no_verb_that_asks_the_platforms_writes_a_token(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot, talkative: dict[str, str], verb: tuple[str, ...]
) -> None:
    bot = bot_process(discord, telegram, args=verb, env=talkative, ready=False)
    bot.wait_exit()
    assert bot.output()


@pytest.mark.parametrize("verb", [("run",), ("check",), ("commands", "sync")], ids="-".join)
def test_f8_a_token_that_is_refused_is_not_said_back(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot, talkative: dict[str, str], verb: tuple[str, ...]
) -> None:
    discord.fail("*", **REFUSED)
    telegram.fail("*", **REFUSED)
    bot = bot_process(discord, telegram, args=verb, env=talkative, ready=False)
    assert bot.wait_exit() != 0
    assert bot.output()
    discord.violations.clear()
    telegram.violations.clear()


@pytest.mark.parametrize("verb", [("run",), ("check",), ("db", "upgrade")], ids="-".join)
def test_f8_the_databases_password_is_not_written(
    telegram: TelegramSim, bot_process: StartBot, talkative: dict[str, str], verb: tuple[str, ...]
) -> None:
    address = {"DATABASE_URL": f"postgresql+asyncpg://moim:{PASSWORD}@127.0.0.1:1/moim"}
    bot = bot_process(telegram, args=verb, env=talkative | address, ready=False)
    assert bot.wait_exit() != 0
    assert "127.0.0.1" in bot.output()
    assert PASSWORD not in bot.output()


def test_f8_control_a_token_in_a_file_would_be_found(telegram: TelegramSim, bot_process: StartBot) -> None:
    bot = bot_process(telegram, args=("--version",), ready=False)
    bot.wait_exit()
    note = bot.cwd / "trace.txt"
    note.write_text(f"https://example.org/bot{bot.env['TELEGRAM_TOKEN']}/getMe")
    with pytest.raises(AssertionError, match=r"trace\.txt contains the secret"):
        bot.assert_no_leaks()
    note.unlink()
