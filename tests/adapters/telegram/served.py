"""The adapter at work: in a thread of its own, over real SQLite, against the stand-in on real sockets."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.adapters.contract import CannotServe
from bot.adapters.telegram.client import TelegramAdapter
from bot.chat.router import Router, Stores
from bot.core.refs import Platform, UserRef
from bot.services.doors import Doors
from bot.services.memory import Memory
from bot.storage import Storage
from cogs.doors import Doors as DoorsCog
from tests.adapters.telegram.sample import Sample
from tests.standins import TelegramSim

T = TypeVar("T")


def now() -> datetime:
    return datetime.now(UTC)


def send_photo(sim: TelegramSim) -> list[dict[str, Any]]:
    """Alice sends a picture without a word; what the bot says to it."""
    before = len(sim.bot_messages())
    photo = [{"file_id": "f1", "file_unique_id": "u1", "width": 90, "height": 90}]
    sim.raw_update("message", {"message_id": 901, "date": 1, "chat": sim.chat, "from": sim.user, "photo": photo})
    sim.wait_for(lambda s: len(s.bot_messages()) > before)
    return sim.bot_messages()[before:]


class Served:
    """One life of the bot. Another one in the same `folder` is the bot after a restart."""

    def __init__(self, sim: TelegramSim, folder: Path, *, owners: tuple[UserRef, ...] = (), token: str = "") -> None:
        self.sim, self.folder, self.owners, self.token = sim, folder, owners, token or sim.world.token
        self.sample = Sample()
        self.failure: BaseException | None = None
        self.loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def start(self, *, wait: bool = True) -> Served:
        self.sim.expect_new_session()
        self._thread.start()
        assert self._ready.wait(10)
        if wait:
            self.sim.wait_ready()
        return self

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
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._serve())
        except CannotServe as error:
            self.failure = error
        finally:
            self.loop.close()

    async def _serve(self) -> None:
        async with await Storage.open(f"sqlite+aiosqlite:///{self.folder / 'moim.db'}", clock=now) as storage:
            memory = Memory(storage, now)
            self.doors = Doors(storage, self.owners, now)
            self.router = Router([self.sample, DoorsCog(self.doors)], Stores(memory, memory, self.doors), clock=now)
            self.adapter = TelegramAdapter(
                self.router,
                token=self.token,
                marks=memory,
                forms=memory,
                seen=memory,
                clock=now,
                api_base=self.sim.base_url,
            )
            self.router.outlets[Platform.TELEGRAM] = self.adapter
            self._ready.set()
            await self.adapter.serve()
