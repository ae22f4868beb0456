"""The private chats we can write to: opened once a person, remembered, and not opened when Discord has had enough.

Opening answers well even where the person takes no messages; only sending tells. Discord limits how many are opened,
not how many are written to.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

import discord
import structlog

from bot.adapters.contract import Chats, Marks
from bot.adapters.discord.requests import Requests
from bot.chat.stores import Unsent
from bot.core.refs import UserRef

log = structlog.get_logger(__name__)

KNOWN = 20_000  # chats in memory, about 200 bytes each
LANE = "open a chat"
OPENING_TOO_FAST, NO_NEW_CHATS = 40003, timedelta(hours=2)
MARK = "discord.no_new_chats_until"


class PrivateChats:
    """Finds the chat of a person."""

    def __init__(
        self, requests: Requests, marks: Marks, clock: Callable[[], datetime], kept: Chats | None = None
    ) -> None:
        """Remember in `kept` which chats exist, and in `marks` until when none is to be opened."""
        self._requests, self._marks, self._clock, self._kept = requests, marks, clock, kept
        self._known: OrderedDict[str, str] = OrderedDict()
        self._closed_until: datetime | None = None
        self._asked_marks = False

    def note(self, user: str, chat: str) -> None:
        """Remember a chat that somebody has just written from."""
        self._known[user] = chat
        self._known.move_to_end(user)
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)

    async def forget(self, user: UserRef) -> bool:
        """Open it anew next time: Discord does not know it as ours any more. False: none was known."""
        if self._known.pop(user.id, None) is None:
            return False
        if self._kept is not None:
            await self._kept.forget_chat(user)
        return True

    async def of(self, client: discord.Client, user: UserRef) -> str:
        """Return the chat with `user`, opened when there is none. Raises what `Requests.make` raises."""
        known = self._known.get(user.id)
        if known is None and self._kept is not None:
            known = await self._kept.chat(user)
        if known is not None:
            self.note(user.id, known)
            return known
        await self._may_open()
        try:
            opened = await self._requests.make(LANE, lambda: client.http.start_private_message(int(user.id)))
        except discord.HTTPException as error:
            if error.code != OPENING_TOO_FAST:
                raise
            await self._open_none()
            raise Unsent("no new chats for a while", NO_NEW_CHATS) from error
        chat = str(opened["id"])
        self.note(user.id, chat)
        if self._kept is not None:
            await self._kept.keep_chat(user, chat)
        return chat

    async def _may_open(self) -> None:
        if not self._asked_marks:
            kept = await self._marks.get(MARK)
            self._closed_until, self._asked_marks = (datetime.fromisoformat(kept) if kept else None), True
        if self._closed_until is not None and (wait := self._closed_until - self._clock()) > timedelta():
            raise Unsent("no new chats for a while", wait)

    async def _open_none(self) -> None:
        self._closed_until = self._clock() + NO_NEW_CHATS
        log.warning("Discord wants no new private chats opened", until=self._closed_until.isoformat())
        await self._marks.put(MARK, self._closed_until.isoformat())
