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

PEOPLE, AT_ONCE = 160, 16  # nobody asks so often that the pace of a chat is measured
# Questions a second, below what either platform allows. A bot that comes to rest between two answers pays more for each
# than one that never does; ours keeps Telegram's pace and the bare bots do not, so only the same load compares them.
BUSY = 25.0
FLAT_OUT = float("inf")
PATIENCE = 60.0  # seconds for one answer: the machine may be busy with others
Json = dict[str, Any]
Sim = DiscordSim | TelegramSim
Ask = Callable[[Any, Json, str], Coroutine[Any, Any, Any]]


@driver
async def crowd(sim: Any, ask: Ask, people: Sequence[Json], words: Iterator[str], number: int, rate: float) -> None:
    """Some of `people` at a time, the next asking when an answer has come: `number` questions, `rate` a second."""
    asking = itertools.islice(itertools.cycle(people), number)
    loop = asyncio.get_running_loop()
    free = loop.time()

    async def seat() -> None:
        nonlocal free
        for user in asking:
            begins = max(free, loop.time())
            free = begins + 1 / rate
            await asyncio.sleep(begins - loop.time())
            await ask(sim, user, next(words))

    await asyncio.gather(*(seat() for _ in range(AT_ONCE)))


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

    def cost(self, questions: Sequence[str], number: int, rate: float) -> float:
        """Return the CPU milliseconds of one answer, the mean of `number` asked at this `rate`."""
        before = cpu_seconds(self.bot)
        self.ask(questions, number, rate)
        return (cpu_seconds(self.bot) - before) / number * 1000

    def ask(self, questions: Sequence[str], number: int, rate: float = FLAT_OUT) -> None:
        """Have `number` questions answered, `rate` of them a second, and let the stand-in forget them."""
        ask = slash if isinstance(self.sim, DiscordSim) else write
        crowd(self.sim, ask, self.people, itertools.cycle(questions), number, rate)
        self.sim.assert_clean()
        forget(self.sim)


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
