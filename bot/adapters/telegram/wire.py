"""Sending, with what goes wrong on the way: flood waits, lost answers, moved groups, deleted topics, refused markup.

Every failure has one rule here (docs of the Bot API; seen in real bots): never sent and refused-for-now are tried
again, in doubt only where twice is the same as once. It knows parts of messages, not replies.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog
from telegram import (
    Bot,
    ForceReply,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, NetworkError, TelegramError

from bot.adapters.telegram.render import Part
from bot.adapters.telegram.request import Flood, NeverSent, ServerTrouble
from bot.core.refs import Place, Platform, SpaceRef

log = structlog.get_logger(__name__)

TRIES = 4
MENDS = 4  # moved once, and each thing that can be left out
FIRST_PAUSE = 0.25
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
FLOODS_KEPT = 1000
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
_MARKUP_REFUSED = ("can't parse entities", "can't parse message text", "entity_")
_NO_PHOTO = ("image_process_failed", "photo_invalid_dimensions", "photo_ext_invalid", "photo_save_file_invalid")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Target:
    """A chat and perhaps a topic in it."""

    chat: int
    thread: int | None = None

    @classmethod
    def of(cls, place: Place) -> Target:
        """Return where `place` is on Telegram."""
        return cls(int(place.channel), int(place.thread) if place.thread else None)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way: `plain` without tags, `as_document` when its picture was refused."""

    target: Target
    part: Part
    reply_to: int | None = None
    ask: ForceReply | None = None
    plain: bool = False
    as_document: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a flood is waited out, in seconds, and whether a 5xx is tried again although it may double."""

    seconds: float
    through_trouble: bool


ANSWER = Patience(60.0, through_trouble=True)  # a person waits; silence is worse than an answer twice
DELIVERY = Patience(20.0, through_trouble=False)  # whoever keeps the row decides what a failure means


def says(error: TelegramError, *needles: str) -> bool:
    """Say whether Telegram's sentence holds one of `needles`; their wording is the only code there is."""
    words = str(error).lower()
    return any(needle in words for needle in needles)


class Wire:
    """One bot's way out."""

    def __init__(self, bot: Bot, moved: Callable[[SpaceRef, SpaceRef], Awaitable[None]]) -> None:
        """Send through `bot`; `moved` is told of every changed chat id."""
        self.bot = bot
        self._moved = moved
        self._quiet_until: dict[int | None, float] = {}  # a chat, or None for all

    async def send(
        self,
        target: Target,
        part: Part,
        *,
        patience: Patience,
        reply_to: int | None = None,
        ask: ForceReply | None = None,
    ) -> Message:
        """Send one message. `ask` replaces its keyboard. Raises PTB's errors when that is the end of it."""
        letter = Letter(target, part, reply_to, ask)
        for _ in range(MENDS):
            try:
                return await self._sent(letter, patience)
            except ChatMigrated as error:
                letter = replace(letter, target=await self._follow(letter.target, error), reply_to=None)
            except BadRequest as error:
                mended = _mended(letter, error)
                if mended is None:
                    raise
                log.info("a message is sent again, changed", because=str(error))
                letter = mended
        return await self._sent(letter, patience)

    async def edit(self, target: Target, message: int, part: Part) -> None:
        """Change a message's text and keyboard; raises `BadRequest` when it is gone or cannot be changed."""

        async def attempt(plain: bool) -> None:
            await self.bot.edit_message_text(
                chat_id=target.chat,
                message_id=message,
                text=part.plain if plain else part.html,
                parse_mode=None if plain else "HTML",
                reply_markup=part.keyboard,
                link_preview_options=NO_PREVIEW,
            )

        try:
            await self.persist(target.chat, lambda: attempt(False), ANSWER, harmless=True)
        except BadRequest as error:
            if says(error, "message is not modified"):
                return
            if not says(error, *_MARKUP_REFUSED):
                raise
            log.warning("Telegram refused our markup; sent without")
            await self.persist(target.chat, lambda: attempt(True), ANSWER, harmless=True)

    async def typing(self, target: Target) -> None:
        """Show that something is being prepared; never fails, never waits out a flood."""
        try:
            await self.bot.send_chat_action(target.chat, "typing", message_thread_id=target.thread)
        except TelegramError as error:
            log.debug("no typing shown", error=type(error).__name__)

    async def persist(
        self, chat: int, attempt: Callable[[], Awaitable[Result]], patience: Patience, *, harmless: bool
    ) -> Result:
        """Return what `attempt` returns, tried again while that is safe; `harmless`: twice is the same as once."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience.seconds
        for tried in range(1, TRIES + 1):
            await self._calm(chat, deadline)
            try:
                return await attempt()
            except Flood as flood:
                self._hush(None if flood.everywhere else chat, flood.seconds)
                log.warning("Telegram asks us to wait", seconds=flood.seconds, everywhere=flood.everywhere)
                if tried == TRIES or loop.time() + flood.seconds > deadline:
                    raise
            except BadRequest:
                raise
            except NetworkError as error:
                again = isinstance(error, NeverSent) or harmless
                again = again or (isinstance(error, ServerTrouble) and patience.through_trouble)
                if tried == TRIES or not again:
                    raise
                await asyncio.sleep(FIRST_PAUSE * 4 ** (tried - 1))
        raise AssertionError("unreachable: the last try returns or raises")

    async def _sent(self, letter: Letter, patience: Patience) -> Message:
        part, target = letter.part, letter.target
        arguments: dict[str, Any] = {
            "message_thread_id": target.thread,
            "parse_mode": None if letter.plain else "HTML",
            "reply_markup": letter.ask or part.keyboard,
        }
        if letter.reply_to is not None:
            arguments["reply_parameters"] = ReplyParameters(letter.reply_to, allow_sending_without_reply=True)
        words = part.plain if letter.plain else part.html

        async def attempt() -> Message:
            if part.file is None:
                return await self.bot.send_message(target.chat, words, link_preview_options=NO_PREVIEW, **arguments)
            send = self.bot.send_photo if part.is_photo and not letter.as_document else self.bot.send_document
            content = InputFile(part.file.content, filename=part.file.name)
            return await send(target.chat, content, caption=words or None, **arguments)

        return await self.persist(target.chat, attempt, patience, harmless=False)

    async def _follow(self, target: Target, error: ChatMigrated) -> Target:
        old, new = SpaceRef(Platform.TELEGRAM, str(target.chat)), SpaceRef(Platform.TELEGRAM, str(error.new_chat_id))
        await self._moved(old, new)
        return Target(error.new_chat_id)

    def _hush(self, chat: int | None, seconds: float) -> None:
        if len(self._quiet_until) >= FLOODS_KEPT:
            self._quiet_until.pop(next(iter(self._quiet_until)))
        self._quiet_until[chat] = asyncio.get_running_loop().time() + seconds

    async def _calm(self, chat: int, deadline: float) -> None:
        """Wait until neither this chat nor the whole bot has to be quiet. Raises `Flood` when that takes too long."""
        loop = asyncio.get_running_loop()
        while (until := max(self._quiet_until.get(chat, 0.0), self._quiet_until.get(None, 0.0))) > loop.time():
            if until > deadline:
                raise Flood(math.ceil(until - loop.time()))
            await asyncio.sleep(until - loop.time())
        self._quiet_until.pop(chat, None)


def _mended(letter: Letter, error: BadRequest) -> Letter | None:
    """Return the letter without what was refused, or None when nothing (more) can be left out."""
    if letter.target.thread is not None and says(error, *_TOPIC_GONE):
        return replace(letter, target=replace(letter.target, thread=None))
    if not letter.plain and says(error, *_MARKUP_REFUSED):
        return replace(letter, plain=True)
    if letter.part.is_photo and not letter.as_document and says(error, *_NO_PHOTO):
        return replace(letter, as_document=True)
    return None
