"""An adapter at work: in a thread of its own, over real SQLite, against a stand-in on real sockets.

What each platform adds is a subclass: how its adapter is made, and when it is at home.
"""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot.adapters.contract import Adapter, CannotServe
from bot.chat.router import Router, Stores
from bot.core.refs import UserRef
from bot.services.doors import Doors
from bot.services.memory import Memory
from bot.services.outbox import Outbox
from bot.storage import Storage
from cogs.doors import Doors as DoorsCog
from tests.adapters.sample import SampleBase
from tests.standins import DiscordSim, TelegramSim

T = TypeVar("T")
SimT = TypeVar("SimT", DiscordSim, TelegramSim)
SampleT = TypeVar("SampleT", bound=SampleBase)
AdapterT = TypeVar("AdapterT", bound=Adapter)


def now() -> datetime:
    return datetime.now(UTC)


class Life(ABC, Generic[SimT, SampleT, AdapterT]):
    """One life of the bot. Another one in the same `folder` is the bot after a restart."""

    def __init__(self, sim: SimT, folder: Path, sample: SampleT, owners: tuple[UserRef, ...], token: str) -> None:
        self.sim: SimT = sim
        self.folder, self.sample, self.owners = folder, sample, owners
        self.token = token or sim.world.token
        self.failure: BaseException | None = None
        self.loop: asyncio.AbstractEventLoop
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    @abstractmethod
    def new_adapter(self, router: Router, memory: Memory) -> AdapterT:
        """Return the adapter that serves `router`."""

    def begin(self, *, wait: bool) -> None:
        """Start; with `wait` until the platform has seen it come."""
        self.sim.expect_new_session()
        self._thread.start()
        assert self._ready.wait(10)
        if wait:
            self.sim.wait_ready()

    def stop(self) -> None:
        if self._thread.is_alive():
            self.run(self.adapter.close())
            self._thread.join(10)
        assert not self._thread.is_alive(), "the adapter did not end"

    def ended(self, timeout: float = 10) -> BaseException | None:
        """Wait until `serve` has ended by itself; its error."""
        self._thread.join(timeout)
        assert not self._thread.is_alive(), "the adapter still serves"
        return self.failure

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(act, self.loop).result(30)

    def _live(self) -> None:
        try:
            asyncio.run(self._serve())
        except CannotServe as error:
            self.failure = error

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        async with await Storage.open(f"sqlite+aiosqlite:///{self.folder / 'moim.db'}", clock=now) as storage:
            self.storage = storage
            self.memory = memory = Memory(storage, now)
            self.doors = Doors(storage, self.owners, now)
            self.outbox = Outbox(storage, now)
            stores = Stores(memory, memory, self.doors, reach=self.outbox)
            self.router = Router([self.sample, DoorsCog(self.doors)], stores, clock=now)
            self.adapter = self.new_adapter(self.router, memory)
            self.router.outlets[self.adapter.platform] = self.adapter
            self._ready.set()
            await self.adapter.serve()
