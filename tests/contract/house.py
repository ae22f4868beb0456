"""The real house in a thread: real SQLite, the real catalogue and cogs, served on every platform at once.

It is put together by the composition root itself; only the process is missing, which the end-to-end tests add.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from bot import app
from bot.chat.router import Router
from bot.config import Settings
from tests.standins import DiscordSim, TelegramSim

T = TypeVar("T")
LONGEST = 30.0  # seconds for anything asked of the house


class House:
    """One bot, which can be restarted over the same database."""

    def __init__(self, folder: Path, discord: DiscordSim, telegram: TelegramSim) -> None:
        self.discord, self.telegram = discord, telegram
        self._values: dict[str, Any] = {"database_url": f"sqlite+aiosqlite:///{folder / 'moim.db'}", "owners": ()}
        for addresses in (discord.env(), telegram.env()):
            self._values |= {name.lower(): value for name, value in addresses.items()}

    def start(self) -> None:
        self._guests: list[Callable[[], None]] = []
        self._ready, self._told = threading.Event(), asyncio.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._live, name="house", daemon=True)
        for sim in (self.discord, self.telegram):
            sim.expect_new_session()
        self._thread.start()
        assert self._ready.wait(LONGEST), "the house did not open"
        if self._failure is not None:
            raise self._failure
        for sim in (self.discord, self.telegram):
            sim.wait_ready()

    def stop(self) -> None:
        for leave in self._guests:
            leave()
        self.loop.call_soon_threadsafe(self._told.set)
        self._thread.join(LONGEST)
        assert not self._thread.is_alive(), "the house did not close"
        if self._failure is not None:
            raise self._failure

    def restart(self) -> None:
        self.stop()
        self.start()

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        """Run `act` in the house's own loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(act, self.loop).result(LONGEST)

    def invite(self, serve: Callable[[], Coroutine[Any, Any, None]], leave: Callable[[], None]) -> Future[None]:
        """Serve one more conversation, which `leave` ends before the house closes."""
        self._guests.append(leave)
        return asyncio.run_coroutine_threadsafe(serve(), self.loop)

    def _live(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        settings = Settings(_env_file=None, **self._values)
        async with app.open_house(settings) as house:
            self.router: Router = house.router
            self.inside = house
            adapters = app.build_adapters(settings, house)
            house.router.outlets |= {adapter.platform: adapter for adapter in adapters}
            async with asyncio.TaskGroup() as serving:
                for adapter in adapters:
                    serving.create_task(adapter.serve())
                self._ready.set()
                await self._told.wait()
                await asyncio.gather(*(adapter.close() for adapter in adapters))
