"""Drives the bot on its leaping clock: start it against both stand-ins and an archive of papers, let time pass."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.e2e.served import assert_calm
from tests.furnished import furnish
from tests.standins import BotProcess, DiscordSim, TelegramSim
from tests.standins.arxiv import ArxivStandIn, Entry, arxiv_stand_in

SEOUL = ZoneInfo("Asia/Seoul")
LONGEST = 60.0  # seconds of real time for one leap


@contextmanager
def archive(papers: Mapping[str, str]) -> Iterator[ArxivStandIn]:
    """An archive that knows these papers, title by id, in a loop of its own."""
    loop, ready, told = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    opened: list[ArxivStandIn] = []

    async def live() -> None:
        async with arxiv_stand_in() as stand_in:
            stand_in.papers |= {identity: Entry(title) for identity, title in papers.items()}
            opened.append(stand_in)
            ready.set()
            await told.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),), name="archive", daemon=True)
    thread.start()
    assert ready.wait(10), "the archive did not open"
    yield opened[0]
    loop.call_soon_threadsafe(told.set)
    thread.join(5)
    loop.close()


@dataclass(frozen=True)
class Carried:
    """A letter that arrived, or the edit of one: when on the bot's own clock, and the message it became."""

    at: datetime
    edited: bool
    platform: str
    channel: str  # or thread, or private chat
    message: str


class LeapingBot:
    """The bot as a process, and the moment its clock stands at."""

    def __init__(
        self,
        folder: Path,
        start: datetime,
        *sims: DiscordSim | TelegramSim,
        papers: ArxivStandIn | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """`start` is aware. `papers` is the archive it asks; without one it has nobody to ask."""
        self.now = start
        base = papers.base if papers is not None else "http://127.0.0.1:9/api/query"
        port = papers.port if papers is not None else 9
        settings = {"ARXIV_API_BASE": base, "FETCH_TRUSTED": f"127.0.0.1:{port}", **(env or {})}
        if "DATABASE_URL" not in settings:
            furnish(folder)
        argv = [sys.executable, "-m", "tests.e2e.leaping_bot", start.isoformat()]
        self.process = BotProcess(argv, sims, folder, settings)

    def live(self, until: datetime, lives: Sequence[int] = ()) -> int:
        """Leap; it ends so many steps after it began each of its `lives` and is started again. Return its deaths."""
        deaths, coming = 0, iter(lives)
        while True:
            if steps := next(coming, 0):
                self.die_after(steps)
            self.order(until)
            while self.process.running and not self.arrived:
                time.sleep(0.005)
            if self.process.running:
                (self.process.cwd / "die").unlink(missing_ok=True)
                return deaths
            deaths += 1
            self.process.kill()
            self.start()

    def start(self) -> None:
        self.process.start()
        self.process.wait_ready()

    def leap(self, until: datetime) -> None:
        """Let everything up to the aware moment `until` fall due and be sent."""
        self.order(until)
        end = time.monotonic() + LONGEST
        while not self.arrived:
            assert self.process.running, self.process.output()[-3000:]
            assert time.monotonic() < end, self.process.output()[-3000:]
            time.sleep(0.005)

    def pass_(self, **span: float) -> None:
        """Leap so far from the moment it stands at."""
        self.leap(self.now + timedelta(**span))

    def order(self, until: datetime) -> None:
        """Have it leap, without waiting."""
        self.now = until
        self._before = self.process.output().count("leapt ")
        written = self.process.cwd / "leap.new"
        written.write_text(until.isoformat())
        written.rename(self.process.cwd / "leap")

    def settle(self) -> None:
        """Wait until what people set going is sent."""
        self.leap(self.now)

    def carried(self) -> list[Carried]:
        """Everything that was sent or changed without being the answer to somebody, in order."""
        written = self.process.cwd / "carried"
        lines = [json.loads(line) for line in written.read_text().splitlines()] if written.exists() else []
        return [Carried(datetime.fromisoformat(each.pop("at")), each.pop("act") == "revise", **each) for each in lines]

    @property
    def arrived(self) -> bool:
        """Whether the last leap is over."""
        return self.process.output().count("leapt ") > self._before

    def die_after(self, steps: int) -> None:
        """Have it kill itself at the so many-th transaction or message from now."""
        (self.process.cwd / "die").write_text(str(steps))


@contextmanager
def leaping(
    folder: Path,
    start: datetime,
    *sims: DiscordSim | TelegramSim,
    papers: ArxivStandIn | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[LeapingBot]:
    """Run the bot in `folder` from the moment `start`; at the end it stops in order and left no trace of trouble."""
    bot = LeapingBot(folder, start, *sims, papers=papers, env=env)
    try:
        bot.start()
        yield bot
    except BaseException:
        bot.process.kill()
        raise
    bot.process.finish()
    assert_calm(bot.process)
