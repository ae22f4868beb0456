"""The adapter at work: in a thread of its own, over real SQLite, against the stand-in on real sockets."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.adapters.contract import CannotServe
from bot.adapters.discord.client import DiscordAdapter
from bot.chat.router import Router, Stores
from bot.core.refs import Platform, SpaceRef, UserRef
from bot.i18n import Locale
from bot.services.doors import Doors
from bot.services.memory import Memory
from bot.storage import Storage
from cogs.doors import Doors as DoorsCog
from tests.adapters.discord.sample import Sample
from tests.standins import DiscordSim

T = TypeVar("T")


def now() -> datetime:
    return datetime.now(UTC)


class Served:
    """One life of the bot. Another one in the same `folder` is the bot after a restart."""

    def __init__(
        self,
        sim: DiscordSim,
        folder: Path,
        *,
        owners: tuple[UserRef, ...] = (),
        token: str = "",
        names: Locale = Locale.EN,
    ) -> None:
        self.sim, self.folder, self.owners = sim, folder, owners
        self.token, self.names = token or sim.world.token, names
        self.sample = Sample()
        self.failure: BaseException | None = None
        self.loop: asyncio.AbstractEventLoop
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def start(self, *, wait: bool = True) -> Served:
        self.sim.expect_new_session()
        self._thread.start()
        assert self._ready.wait(10)
        if wait:
            self.sim.wait_ready()
            self._until_registered()
        return self

    def _until_registered(self) -> None:
        """Wait until the bot has noted that its commands are registered, just after Discord has them."""
        end = time.monotonic() + 10
        while not self.run(self.memory.get(f"discord.commands.{self.sim.world.app_id}")):
            assert time.monotonic() < end, "the commands were not noted"
            time.sleep(0.01)

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

    def closing(self) -> Future[None]:
        """Begin to close, without waiting for it."""
        return asyncio.run_coroutine_threadsafe(self.adapter.close(), self.loop)

    def knows(self, guild: str) -> str:
        """What storage says of a guild: never seen, here, left."""
        return self.run(self._knows(SpaceRef(Platform.DISCORD, guild)))

    async def _knows(self, space: SpaceRef) -> str:
        async with self.storage.read() as uow:
            found = await uow.spaces.of(space)
        return "never seen" if found is None else "here" if found.left_at is None else "left"

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
            self.router = Router([self.sample, DoorsCog(self.doors)], Stores(memory, memory, self.doors), clock=now)
            addresses = self.sim.env()
            self.adapter = DiscordAdapter(
                self.router,
                token=self.token,
                marks=memory,
                command_names=self.names,
                api_base=addresses["DISCORD_API_BASE"],
                gateway=addresses["DISCORD_GATEWAY"],
                clock=now,
            )
            self.router.outlets[Platform.DISCORD] = self.adapter
            self._ready.set()
            await self.adapter.serve()
