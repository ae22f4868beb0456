"""The program against the strict stand-ins: what it asks is what the platforms document, and no start ends badly."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Host
from tests.standins import BotProcess, DiscordSim, TelegramSim

TRACEBACK = "Traceback (most recent call last)"


@pytest.fixture
def discord() -> Iterator[DiscordSim]:
    with DiscordSim() as sim:
        yield sim


@pytest.fixture
def telegram() -> Iterator[TelegramSim]:
    with TelegramSim() as sim:
        yield sim


def moim(folder: Path, *argv: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own, with these settings and nothing else."""
    process = BotProcess([], (), folder, environment)
    return subprocess.run(
        [sys.executable, "-m", "bot", *argv],
        env=process.env,
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    assert TRACEBACK not in done.stderr + done.stdout
    return done.stderr.splitlines()[-1]


def test_check_asks_nothing_the_platforms_do_not_document(
    host: Host, discord: DiscordSim, telegram: TelegramSim
) -> None:
    said = host.moim("check", **discord.env(), **telegram.env(), OWNERS="discord:1")
    assert "Discord token: " in said.out and "Telegram token: @" in said.out
    discord.assert_clean()
    telegram.assert_clean()


def test_init_asks_nothing_the_platforms_do_not_document(
    host: Host, discord: DiscordSim, telegram: TelegramSim
) -> None:
    tokens = discord.env()["DISCORD_TOKEN"], telegram.env()["TELEGRAM_TOKEN"]
    bases = {
        "DISCORD_API_BASE": discord.env()["DISCORD_API_BASE"],
        "TELEGRAM_API_BASE": telegram.env()["TELEGRAM_API_BASE"],
    }
    said = host.moim("init", typed="\n".join([*tokens, "", "", ""]), **bases)
    assert said.code == 0, said.out
    assert "oauth2/authorize?client_id=" in said.out and "startgroup=" in said.out
    discord.assert_clean()
    telegram.assert_clean()


def test_a_bad_discord_token_ends_in_the_mend_and_78(tmp_path: Path, discord: DiscordSim) -> None:
    wrong = discord.env() | {"DISCORD_TOKEN": "MTIz.GabcDE.wrongwrongwrongwrongwrongwrong"}
    done = moim(tmp_path, "run", **wrong)
    assert done.returncode == 78, done.stderr
    assert "DISCORD_TOKEN" in last_line(done)
    assert "wrongwrong" not in done.stderr


def test_a_bad_telegram_token_ends_in_the_mend_and_78(tmp_path: Path, telegram: TelegramSim) -> None:
    done = moim(tmp_path, "run", **telegram.env() | {"TELEGRAM_TOKEN": "123456:wrongwrongwrongwrongwrongwrongwron"})
    assert done.returncode == 78, done.stderr
    assert "TELEGRAM_TOKEN" in last_line(done)
    assert "wrongwrong" not in done.stderr


def test_commands_are_registered_by_hand_once_and_again_when_forced(
    tmp_path: Path, discord: DiscordSim, telegram: TelegramSim
) -> None:
    environment = discord.env() | telegram.env()
    first = moim(tmp_path, "commands", "sync", **environment)
    assert first.returncode == 0, first.stderr
    written = discord.command_writes
    assert written == 1
    assert moim(tmp_path, "commands", "sync", **environment).returncode == 0
    assert discord.command_writes == written
    assert moim(tmp_path, "commands", "sync", "--force", **environment).returncode == 0
    assert discord.command_writes == written + 1
    discord.assert_clean()
    telegram.assert_clean()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_bot_in_order_and_quickly(
    number: signal.Signals, tmp_path: Path, discord: DiscordSim, telegram: TelegramSim
) -> None:
    bot = BotProcess.of_bot((discord, telegram), tmp_path, {})
    bot.start()
    try:
        bot.wait_ready()
        started = time.monotonic()
        bot.process.send_signal(number)
        assert bot.wait_exit(10) == 0, bot.output()
        assert time.monotonic() - started < 6
        assert TRACEBACK not in bot.output()
        bot.assert_no_leaks()
    finally:
        bot.kill()
