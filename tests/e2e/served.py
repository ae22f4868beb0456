"""One bot process for the tests of a whole module: what each test leaves behind is judged and forgotten after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.furnished import furnish
from tests.standins import BotProcess, DiscordSim, TelegramSim

Json = dict[str, Any]
World = tuple[DiscordSim, TelegramSim, BotProcess]


@contextmanager
def served(
    folder: Path, *sims: DiscordSim | TelegramSim, env: Mapping[str, str] | None = None, ready: bool = True
) -> Iterator[BotProcess]:
    """Run `python -m bot run` against `sims` in `folder`; at the end it stops in order and left no trace of trouble."""
    if "DATABASE_URL" not in (env or {}):
        furnish(folder)
    bot = BotProcess.of_bot(sims, folder, env, "run")
    bot.start()
    try:
        if ready:
            bot.wait_ready()
        yield bot
    except BaseException:
        bot.kill()
        raise
    bot.finish()
    assert_calm(bot)


def assert_calm(bot: BotProcess) -> None:
    """No traceback, and no line that calls itself an error, in all that the bot wrote."""
    assert "Traceback" not in bot.output(), bot.output()
    assert "[error" not in bot.output(), bot.output()


@contextmanager
def judged(bot: BotProcess, *sims: DiscordSim | TelegramSim) -> Iterator[None]:
    """One test with a bot that others use too."""
    assert bot.running, bot.output()[-3000:]
    yield
    try:
        for sim in sims:
            sim.assert_clean()
    except AssertionError as error:
        error.add_note(f"what the bot wrote last:\n{bot.output()[-3000:]}")
        raise
    finally:
        for sim in sims:
            sim.faults.clear()
            sim.reset_log()


def until(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Wait for what no platform tells, and return it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
    return found


def restart(bot: BotProcess) -> None:
    """Crash the bot and start it again in the same folder."""
    bot.kill()
    bot.start()
    bot.wait_ready()
