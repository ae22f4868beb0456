"""Starts that cannot go well end in one line with the mend, an exit code for the service manager, and no traceback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from tests.contract.on_telegram import seen_of
from tests.e2e.served import assert_calm
from tests.standins import BotProcess, DiscordSim, TelegramSim

StartBot = Callable[..., BotProcess]
CONFIGURATION, FAILED = 78, 1
TOKENS = {
    "DISCORD_TOKEN": "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GabcDE.wrongWRONGwrong0123456789wrongWRONG",
    "TELEGRAM_TOKEN": "123456789:AAwrongWRONGwrong0123456789wrongWRONG",
}


def ended(bot: BotProcess, code: int) -> str:
    """What the bot said last, having ended with `code` and told no secret."""
    assert bot.wait_exit(30) == code, bot.output()
    assert_calm(bot)
    bot.assert_no_leaks()
    return bot.output().strip().splitlines()[-1]


def test_a_refused_discord_token(discord: DiscordSim, bot_process: StartBot) -> None:
    bot = bot_process(discord, env={"DISCORD_TOKEN": TOKENS["DISCORD_TOKEN"]}, ready=False)
    said = ended(bot, CONFIGURATION)
    assert "Discord does not accept DISCORD_TOKEN" in said
    assert "https://discord.com/developers/applications" in said
    assert {violation.code for violation in discord.violations} == {"auth"}
    discord.reset_log()


def test_a_refused_telegram_token(telegram: TelegramSim, bot_process: StartBot) -> None:
    bot = bot_process(telegram, env={"TELEGRAM_TOKEN": TOKENS["TELEGRAM_TOKEN"]}, ready=False)
    said = ended(bot, CONFIGURATION)
    assert "Telegram does not accept TELEGRAM_TOKEN" in said
    assert "@BotFather" in said
    telegram.reset_log()


def test_one_refused_token_ends_both_with_its_own_mend(
    discord: DiscordSim, telegram: TelegramSim, bot_process: StartBot
) -> None:
    bot = bot_process(discord, telegram, env={"TELEGRAM_TOKEN": TOKENS["TELEGRAM_TOKEN"]}, ready=False)
    assert "Telegram does not accept TELEGRAM_TOKEN" in ended(bot, CONFIGURATION)
    telegram.reset_log()


@pytest.mark.parametrize(
    ("settings", "code", "mend"),
    [
        ({"DISCORD_TOKEN": "two words"}, CONFIGURATION, "DISCORD_TOKEN: this is not a token"),
        ({"DEFAULT_TIMEZONE": "Asia/Soul"}, CONFIGURATION, "Did you mean one of: Asia/Seoul"),
        ({"DEFAULT_LOCALE": "kr"}, CONFIGURATION, "Choose one of: en, ko"),
        ({"OWNERS": "alice"}, CONFIGURATION, "Write discord:NUMBER or telegram:NUMBER"),
        ({"DISCORD_API_BASE": "localhost:80"}, CONFIGURATION, "It starts with http:// / https://"),
        ({"DATABASE_URL": "mysql://root:hunter2secret@db/moim"}, CONFIGURATION, "or unset it to use SQLite"),
        (
            {"DATABASE_URL": "postgresql+asyncpg://moim:hunter2secret@127.0.0.1:1/moim"},
            FAILED,
            "Could not connect to PostgreSQL at 127.0.0.1:1. Is it running? Or unset DATABASE_URL to use SQLite.",
        ),
    ],
    ids=["token", "zone", "locale", "owners", "address", "database", "postgresql"],
)
def test_a_setting_that_cannot_be(bot_process: StartBot, settings: dict[str, str], code: int, mend: str) -> None:
    bot = bot_process(env=settings, ready=False)
    assert mend in ended(bot, code)
    assert "hunter2secret" not in bot.output()


def test_the_mend_is_said_in_the_hosts_language(bot_process: StartBot) -> None:
    settings = {"DEFAULT_LOCALE": "ko", "TELEGRAM_TOKEN": "one two"}
    bot = bot_process(env=settings | {"LANG": "ko_KR.UTF-8"}, ready=False)
    assert "moim init" in ended(bot, CONFIGURATION)
    assert any("가" <= letter <= "힣" for letter in bot.output())


def test_a_damaged_database(bot_process: StartBot, telegram: TelegramSim) -> None:
    bot = bot_process(telegram)
    bot.stop()
    file = bot.cwd / "var" / "moim.db"
    damaged = b"this is no database" * 1000
    file.write_bytes(damaged)
    bot.start()
    said = ended(bot, FAILED)
    assert "is damaged or is not a database" in said
    assert "Put back your newest copy: moim restore" in said
    assert file.read_bytes() == damaged, "what may still be saved is left alone"


def test_two_bots_on_one_token(telegram: TelegramSim, bot_process: StartBot) -> None:
    first = bot_process(telegram)
    time.sleep(1)  # long enough to be at home
    second = bot_process(telegram, ready=False)
    said = ended(second, CONFIGURATION)
    assert "two bots on one token" in said
    assert first.running
    assert seen_of(*telegram.send("/recommend rl", timeout=10)).picks, "the first goes on"


@contextmanager
def silence() -> Iterator[tuple[int, list[Any]]]:
    """A server that takes connections and says nothing: its port, and the connections it has taken."""
    taken: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            with suppress(OSError):  # closed
                while True:
                    taken.append(server.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        yield server.getsockname()[1], taken
    for connection in taken:
        connection.close()


def test_a_platform_that_is_not_there_yet_is_waited_for(bot_process: StartBot) -> None:
    """A machine that starts before its network must not need a second start."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
    sim = TelegramSim(port)
    bot = bot_process(env=sim.env() | {"TELEGRAM_API_BASE": f"http://127.0.0.1:{port}"}, ready=False)
    bot.wait_output("Telegram cannot be reached; trying again until it can")
    with sim:
        sim.wait_ready()
        assert seen_of(*sim.send("/recommend rl")).picks
        bot.stop()
        assert_calm(bot)
        sim.assert_clean()


def test_a_start_that_waits_can_be_ended(bot_process: StartBot) -> None:
    with silence() as (port, taken):
        env = TOKENS | {
            "DISCORD_API_BASE": f"http://127.0.0.1:{port}/api/v10",
            "DISCORD_GATEWAY": f"ws://127.0.0.1:{port}",
            "TELEGRAM_API_BASE": f"http://127.0.0.1:{port}",
        }
        bot = bot_process(env=env, ready=False)
        for _ in range(200):
            time.sleep(0.1)
            if len(taken) >= 2:
                break
        assert len(taken) >= 2, "both platforms are being tried"
        begun = time.monotonic()
        bot.stop(expect=0)
        assert time.monotonic() - begun < 5
