"""Many people at once at a bot that runs as a process of its own, and what that costs the process."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.standins import BotProcess, DiscordSim, TelegramSim
from tests.standins.simulator import driver

PEOPLE = 16
PATIENCE = 60.0  # seconds for one answer: the machine may be busy with others
Json = dict[str, Any]
Sim = DiscordSim | TelegramSim
Ask = Callable[[Any, Json, str], Coroutine[Any, Any, Any]]


@driver
async def crowd(sim: Any, ask: Ask, people: Sequence[Json], words: Iterator[str], number: int) -> None:
    """`people` side by side, each asking the next question when the last one is answered, `number` in all."""
    left = iter(range(number))

    async def person(user: Json) -> None:
        for _ in left:
            await ask(sim, user, next(words))

    await asyncio.gather(*map(person, people))


async def slash(sim: DiscordSim, user: Json, words: str) -> None:
    """`/name` or `/name topic` on Discord."""
    name, _, topic = words.partition(" ")
    await DiscordSim.slash.coroutine(sim, name, user=user, options={"topic": topic} if topic else {})


async def write(sim: TelegramSim, user: Json, words: str) -> None:
    """The same in a private chat on Telegram."""
    await TelegramSim.send.coroutine(sim, f"/{words}", user=user, timeout=PATIENCE)


@dataclass
class Served:
    """A bot with its crowd, for as many rounds as are wanted."""

    bot: BotProcess
    sim: Sim
    people: Sequence[Json]

    def cost(self, questions: Sequence[str], number: int) -> float:
        """Return the CPU milliseconds of one answer, the mean of `number`."""
        before = cpu_seconds(self.bot)
        self.ask(questions, number)
        return (cpu_seconds(self.bot) - before) / number * 1000

    def ask(self, questions: Sequence[str], number: int) -> None:
        """Have `number` questions answered, and let the stand-in forget them."""
        crowd(self.sim, slash if isinstance(self.sim, DiscordSim) else write, self.people, _again(questions), number)
        self.sim.assert_clean()
        forget(self.sim)


def _again(questions: Sequence[str]) -> Iterator[str]:
    return itertools.cycle(questions)


def forget(sim: Sim) -> None:
    """Drop what the stand-in recorded, so that a long run measures the bot and not the records."""
    sim.reset_log()
    if isinstance(sim, DiscordSim):
        sim.interactions.clear()
        sim.world.messages[sim.channel["id"]].clear()
        return
    sim.all_updates.clear()
    for state in sim.world.states.values():
        state.sent.clear()
        state.messages.clear()


@contextmanager
def served(
    folder: Path, name: str, argv: list[str] | None, *kinds: type[Sim]
) -> Iterator[tuple[BotProcess, list[Sim]]]:
    """Run `argv` (the real bot without one) in a folder of its own against fresh stand-ins of these `kinds`."""
    home = folder / name
    home.mkdir()
    with ExitStack() as stack:
        sims: list[Sim] = [TelegramSim(flood=None) if kind is TelegramSim else DiscordSim() for kind in kinds]
        for sim in sims:
            stack.enter_context(sim)
            if isinstance(sim, DiscordSim):
                sim.deadline = PATIENCE
        bot = BotProcess(argv, sims, home) if argv else BotProcess.of_bot(sims, home, None, "run")
        bot.start()
        stack.callback(bot.stop, expect=None)
        bot.wait_ready(PATIENCE)
        yield bot, sims


@contextmanager
def with_crowd(folder: Path, name: str, argv: list[str] | None, kind: type[Sim]) -> Iterator[Served]:
    """The same on one platform, with people."""
    with served(folder, name, argv, kind) as (bot, [sim]):
        add = sim.join if isinstance(sim, DiscordSim) else sim.add_user
        people = [add(f"person{number}") for number in range(PEOPLE)]
        gc.collect()
        yield Served(bot, sim, people)


def cpu_seconds(bot: BotProcess) -> float:
    """Return the user and system time of the process so far, all its threads together."""
    fields = Path(f"/proc/{bot.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(bot: BotProcess) -> float:
    """Return what the process holds in memory now."""
    status = Path(f"/proc/{bot.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024
