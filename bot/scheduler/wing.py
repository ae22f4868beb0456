"""Puts the clock together: a station for each platform and one for what falls due, each held by one process at a time.

A station waits for its lease, then serves; when it is closed it takes up nothing new and lets what is under way end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from bot.chat.stores import Outlet
from bot.core.errors import Unavailable
from bot.scheduler.alarm import Alarm
from bot.scheduler.chores import Chores
from bot.scheduler.clock import Timekeeper
from bot.scheduler.courier import Courier, Desk
from bot.scheduler.due import SCHEDULER, Due, Planner
from bot.scheduler.flight import Manner
from bot.scheduler.journal import Journal
from bot.scheduler.leader import Lease, Superseded, this_process
from bot.scheduler.rounds import Round
from bot.scheduler.watch import Watch, Work
from bot.scheduler.zones import Zones
from bot.services.upkeep import Chore

log = structlog.get_logger(__name__)

COURIER_GRACE, CLOSED_WITHIN = 2.0, 4.7  # seconds: for letters under way, and until everything is closed
TICKED_WITHIN = 60.0  # seconds; it looks every five
NOTICED = "notices.task_failed"


class Server(Protocol):
    """A platform's adapter, as far as its station minds it."""

    async def serve(self) -> None:
        """Connect, and answer until closed."""
        ...

    async def close(self) -> None:
        """Take no new turns, let those under way finish, disconnect."""
        ...


class Wing:
    """The clock of one process."""

    def __init__(
        self,
        desk: Desk,
        planners: Mapping[str, Planner],
        nightly: Sequence[Chore] = (),
        *,
        rounds: Sequence[Round] = (),
        journals: Path | None = None,
        longest_sleep: float = 5.0,
        passes: tuple[type[Exception], ...] = (),
    ) -> None:
        """Work at `desk`; errors that are to end the process, `passes`, are not taken for a task that died.

        Whoever leads the clock goes the `rounds` too. `journals` is the folder for those of the couriers.
        """
        self.rounds, self._journals = rounds, journals
        self._desk, self._planners, self._nightly = desk, planners, nightly
        self._alarm = Alarm(longest_sleep)
        self._holder = this_process()
        self._keeper: Timekeeper | None = None
        self.watch = Watch(self._tell_hosts, passes=(*passes, Superseded))

    def start(self) -> None:
        """Begin to ring. Needs a running loop."""
        self._alarm.start()

    def stop(self) -> None:
        """Ring no more."""
        self._alarm.stop()

    def wake(self) -> None:
        """Have everybody look: something was stored."""
        self._alarm.wake()

    def timing(self) -> Timing:
        """Return the station that lets things fall due."""
        desk = self._desk
        due = Due(desk.storage, desk.clock, self._planners, self.wake, desk.to_hosts)
        zones = Zones(desk.storage, desk.clock, self.wake)
        keeper = Timekeeper(due, zones, desk.clock, self._alarm.bell("due"))
        chores = Chores(desk.storage, desk.clock, self._alarm.bell("chores"), self._nightly)
        self._keeper = keeper
        return Timing(self._lease(SCHEDULER), self.watch, due, keeper, chores, self.rounds)

    @property
    def ticking(self) -> bool:
        """Say whether this process looked for due things just now: it leads, and its clock has not stopped."""
        return self._keeper is not None and self._keeper.looked_within(TICKED_WITHIN)

    def station(
        self, manner: Manner, outlet: Callable[[], Outlet], open_server: Callable[[], Server] | None = None
    ) -> Station:
        """Return the station of a platform: `open_server` is called whenever it begins to lead.

        Without it, letters are carried and somebody else serves.
        """
        name = manner.platform.value
        journal = Journal(self._journals / f"{name}-sent", manner.platform) if self._journals is not None else None
        courier = Courier(self._desk, outlet, manner, self._alarm.bell(f"courier {name}"), journal)
        return Station(self._lease(name), self.watch, open_server, courier, self._desk.recall)

    def _lease(self, name: str) -> Lease:
        return Lease(self._desk.storage, self._desk.clock, name, self._holder)

    async def _tell_hosts(self, task: str, error: BaseException) -> None:
        if isinstance(error, Unavailable):
            return  # without storage nobody can be written to
        now = self._desk.clock()
        letters = self._desk.to_hosts(NOTICED, f"died:{task}:{now:%Y%m%d}", {"task": task})
        async with self._desk.storage.write() as uow:
            await uow.outbox.put(letters, now)
        self.wake()


class Timing:
    """Lets things fall due and does the chores, while it leads."""

    def __init__(
        self, lease: Lease, watch: Watch, due: Due, keeper: Timekeeper, chores: Chores, rounds: Sequence[Round]
    ) -> None:
        """Work under `lease`, watched."""
        self._lease, self._watch, self._due, self._keeper, self._chores = lease, watch, due, keeper, chores
        self._rounds = rounds

    async def serve(self) -> None:
        """Lead and work until cancelled."""
        await self._lease.lead(self._work)

    async def close(self) -> None:
        """Nothing to wait for: what falls due does so in one transaction or not yet."""

    async def _work(self, fence: int) -> None:
        await self._watch.keep("clock", self._look_back)
        works: dict[str, Work] = {"clock": lambda: self._keeper.run(fence), "chores": self._chores.run}
        works |= {each.name: each.go for each in self._rounds}
        tasks = [asyncio.create_task(self._watch.keep(name, work), name=name) for name, work in works.items()]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _look_back(self) -> None:
        self._due.downtime = await self._chores.begin()


class Station:
    """Serves a platform and carries its letters, while it leads."""

    def __init__(
        self,
        lease: Lease,
        watch: Watch,
        open_server: Callable[[], Server] | None,
        courier: Courier,
        recall: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Serve with what `open_server` returns, if anything; `courier` carries, once `recall` was awaited."""
        self._lease, self._watch, self._open, self._courier = lease, watch, open_server, courier
        self._recall = recall
        self._server: Server | None = None
        self._carrying: asyncio.Task[None] | None = None
        self._closing = False

    @property
    def name(self) -> str:
        """Return the name of its platform."""
        return self._lease.name

    async def serve(self) -> None:
        """Lead and serve until closed. Raises what the server says cannot be mended by trying again."""
        await self._lease.lead(self._work)

    async def close(self) -> None:
        """Take up no more letters, let those under way arrive, then close the server: all within five seconds."""
        self._closing, begun = True, time.monotonic()
        self._courier.stop()
        if self._carrying is not None:
            await asyncio.wait({self._carrying}, timeout=COURIER_GRACE)
        if self._server is None:
            return
        try:
            async with asyncio.timeout(CLOSED_WITHIN - (time.monotonic() - begun)):
                await self._server.close()
        except TimeoutError:
            log.warning("a platform was not closed in time", platform=self._lease.name)

    async def _work(self, fence: int) -> None:
        name = f"courier {self._lease.name}"
        carry = self._watch.keep(name, lambda: self._carry(fence))
        self._carrying = asyncio.create_task(carry, name=name)
        serving = asyncio.create_task(self._watch.keep(self._lease.name, self._serve_once), name=self._lease.name)
        try:
            await self._until_one_ends(serving)
        finally:
            for task in (self._carrying, serving):
                task.cancel()
            await asyncio.wait({self._carrying, serving})
            self._courier.cut_off()

    async def _carry(self, fence: int) -> None:
        if self._recall is not None:
            await self._recall()
        await self._courier.run(fence, lambda: self._lease.fresh)

    async def _until_one_ends(self, serving: asyncio.Task[None]) -> None:
        """Wait for the server's end, or for a courier that must not go on."""
        carrying = self._carrying
        assert carrying is not None  # noqa: S101 - begun a moment ago
        await asyncio.wait({serving, carrying}, return_when=asyncio.FIRST_COMPLETED)
        if carrying.done() and not carrying.cancelled():
            carrying.result()
        await serving

    async def _serve_once(self) -> None:
        if self._open is None:
            await asyncio.Event().wait()
            return
        self._server = server = self._open()
        try:
            await server.serve()
        finally:
            if not self._closing:
                await server.close()
