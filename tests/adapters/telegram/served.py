"""The Telegram adapter at work, against the stand-in for Telegram."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.adapters.telegram.client import TelegramAdapter
from bot.chat.router import Router
from bot.core.refs import UserRef
from bot.services.memory import Memory
from tests.adapters.served import Life, now
from tests.adapters.telegram.sample import Sample
from tests.standins import TelegramSim


def send_photo(sim: TelegramSim) -> list[dict[str, Any]]:
    """Alice sends a picture without a word; what the bot says to it."""
    before = len(sim.bot_messages())
    photo = [{"file_id": "f1", "file_unique_id": "u1", "width": 90, "height": 90}]
    sim.raw_update("message", {"message_id": 901, "date": 1, "chat": sim.chat, "from": sim.user, "photo": photo})
    sim.wait_for(lambda s: len(s.bot_messages()) > before)
    return sim.bot_messages()[before:]


class Served(Life[TelegramSim, Sample, TelegramAdapter]):
    """One life of the bot on Telegram."""

    def __init__(self, sim: TelegramSim, folder: Path, *, owners: tuple[UserRef, ...] = (), token: str = "") -> None:
        super().__init__(sim, folder, Sample(), owners, token)

    def new_adapter(self, router: Router, memory: Memory) -> TelegramAdapter:
        return TelegramAdapter(
            router,
            token=self.token,
            marks=memory,
            forms=memory,
            seen=memory,
            clock=now,
            api_base=self.sim.base_url,
        )

    def start(self, *, wait: bool = True) -> Served:
        self.begin(wait=wait)
        return self
