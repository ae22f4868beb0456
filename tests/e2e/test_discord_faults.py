"""The whole bot on Discord, killed and started again while people use it: the cases A5 to A7."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.conftest import StartBot
from tests.standins import DiscordSim, NoReply

EVERY = 0.25  # seconds between two commands
RESTARTS = 3
SETTLED = 1.0  # seconds after which a new session is surely kept
ANSWERABLE = 2.0  # seconds; Discord takes answers for three, and the bot is not alone on the machine


@pytest.fixture
def people() -> Iterator[ThreadPoolExecutor]:
    """As many as wait at once for an answer while the bot is away."""
    with ThreadPoolExecutor(max_workers=64) as pool:
        yield pool


class Use:
    """People who keep using a command, each waiting for the answer elsewhere."""

    def __init__(self, discord: DiscordSim, people: ThreadPoolExecutor) -> None:
        self.discord, self.people = discord, people
        self.asked: list[tuple[float, Future[Any]]] = []

    def go_on(self, until: Callable[[], bool]) -> None:
        while not until():
            self.asked.append((time.monotonic(), self.people.submit(self.discord.slash, "recommend", topic="rl")))
            time.sleep(EVERY)

    def unanswered(self) -> list[float]:
        """When those asked who saw no answer."""
        missed = []
        for at, one in self.asked:
            try:
                assert one.result(20).embeds
            except NoReply:
                missed.append(at)
        return missed


def after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_a6_commands_of_the_last_seconds_are_answered_over_a_restart(
    discord: DiscordSim, bot_process: StartBot, people: ThreadPoolExecutor, how: str
) -> None:
    bot, use = bot_process(discord), Use(discord, people)
    for _ in range(RESTARTS):
        use.go_on(after(0.7))
        if how == "killed":
            bot.kill()
        else:
            bot.stop(expect=0)
        bot.start()
        ready = people.submit(bot.wait_ready)
        use.go_on(ready.done)
        ready.result()
    use.go_on(after(0.7))
    missed = use.unanswered()
    back = [at for at, _ in discord.gateway.resumes]
    too_old = [at for at in missed if any(at < came - ANSWERABLE for came in back)]
    assert missed == too_old, f"{len(missed)} of {len(use.asked)} without an answer, {len(too_old)} of them too old"
    assert len(too_old) < len(use.asked) / 2
    assert len(discord.gateway.identifies) == 1
    assert [granted for _, granted in discord.gateway.resumes] == [True] * RESTARTS
    assert len(discord.bot_messages()) == len(use.asked) - len(missed), "nothing is answered twice"
    discord.assert_clean(ignore={"late-ack", "double-ack"})  # of those that were almost too old when the bot came back
    discord.reset_log()


def test_a5_a_bot_that_falls_over_again_and_again_begins_one_session(
    discord: DiscordSim, bot_process: StartBot
) -> None:
    bot = bot_process(discord)
    for _ in range(4):
        assert discord.slash("recommend", topic="rl").embeds
        time.sleep(SETTLED)
        bot.kill()
        bot.start()
        bot.wait_ready()
    assert len(discord.gateway.identifies) == 1


def test_a7_a_session_that_went_while_the_bot_was_down_is_one_new_session(
    discord: DiscordSim, bot_process: StartBot
) -> None:
    bot = bot_process(discord)
    assert discord.slash("recommend", topic="rl").embeds
    time.sleep(SETTLED)
    bot.kill()
    discord.forget_sessions()
    bot.start()
    bot.wait_ready()
    assert discord.slash("recommend", topic="rl").embeds
    assert len(discord.gateway.identifies) == 2
    assert 1.0 <= discord.gateway.identifies[1] - discord.gateway.resumes[0][0] <= 5.5
