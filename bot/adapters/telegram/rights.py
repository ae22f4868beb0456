"""Whether somebody may manage a group. Telegram's updates do not say, so it is asked, and only when it matters.

`getChatMember` is promised for others only where the bot is an administrator; elsewhere the list of administrators,
which every member may read, tells the same.
"""

from __future__ import annotations

from dataclasses import replace

import structlog
from telegram import Bot, ChatMember
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.context import Caller
from bot.chat.router import Router

log = structlog.get_logger(__name__)

MANAGING = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


class Rights:
    """Asks Telegram who manages a group."""

    def __init__(self, bot: Bot, router: Router) -> None:
        """Ask through `bot`; `router` knows what is for organisers."""
        self._bot, self._router = bot, router

    async def known(self, caller: Caller, wire: str) -> Caller:
        """Return `caller`, with their rights where `wire` leads to something for organisers."""
        if caller.admin or caller.place.private or not self._router.is_for_organisers(wire):
            return caller
        return replace(caller, admin=await self._manages(int(caller.place.channel), int(caller.user.id)))

    async def _manages(self, chat: int, user: int) -> bool:
        try:
            return (await self._bot.get_chat_member(chat, user)).status in MANAGING
        except (BadRequest, Forbidden):
            return await self._is_listed(chat, user)
        except TelegramError as error:
            log.warning("it cannot be known who manages a group", error=type(error).__name__)
            return False

    async def _is_listed(self, chat: int, user: int) -> bool:
        try:
            return any(member.user.id == user for member in await self._bot.get_chat_administrators(chat))
        except TelegramError as error:
            log.warning("it cannot be known who manages a group", error=type(error).__name__)
            return False
