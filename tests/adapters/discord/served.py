"""The Discord adapter at work, against the stand-in for Discord."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Future
from pathlib import Path

from bot.adapters.discord.client import DiscordAdapter
from bot.chat.router import Router
from bot.core.refs import Platform, SpaceRef, UserRef
from bot.i18n import Locale
from bot.services.memory import Memory
from tests.adapters.discord.sample import Sample
from tests.adapters.served import Life, now
from tests.standins import DiscordSim


class Served(Life[DiscordSim, Sample, DiscordAdapter]):
    """One life of the bot on Discord."""

    def __init__(
        self,
        sim: DiscordSim,
        folder: Path,
        *,
        owners: tuple[UserRef, ...] = (),
        token: str = "",
        names: Locale = Locale.EN,
    ) -> None:
        super().__init__(sim, folder, Sample(), owners, token)
        self.names = names

    def new_adapter(self, router: Router, memory: Memory) -> DiscordAdapter:
        addresses = self.sim.env()
        return DiscordAdapter(
            router,
            token=self.token,
            marks=memory,
            sessions=memory,
            chats=memory,
            answered=self.folder / "answered",
            command_names=self.names,
            api_base=addresses["DISCORD_API_BASE"],
            gateway=addresses["DISCORD_GATEWAY"],
            clock=now,
        )

    def start(self, *, wait: bool = True) -> Served:
        self.begin(wait=wait)
        if wait:
            self._until_registered()
        return self

    def _until_registered(self) -> None:
        """Wait until the bot has noted that its commands are registered, just after Discord has them."""
        end = time.monotonic() + 10
        while not self.run(self.memory.get(f"discord.commands.{self.sim.world.app_id}")):
            assert time.monotonic() < end, "the commands were not noted"
            time.sleep(0.01)

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
