"""Sending, in the platform's pace and with what goes wrong on the way: lost answers, moved groups, refused markup.

What a failure means is the table's (`failures`); here is what is done about it. It knows parts, not replies.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import structlog
from telegram import (
    Bot,
    ForceReply,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.adapters.pace import Held, Lane, Pace, Rate
from bot.adapters.telegram.failures import Fate, fate
from bot.adapters.telegram.render import Part
from bot.adapters.telegram.request import Flood
from bot.core.refs import Place, Platform, SpaceRef

log = structlog.get_logger(__name__)

TRIES = 4
MENDS = 4  # moved once, and each thing that can be left out
FIRST_PAUSE = 0.25
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# core.telegram.org/bots/faq: "about 30 messages a second" in all, one a second to a chat where "short bursts" may go
# over it, 20 a minute to a group. What only answers a press or shows "typing" is not counted.
WHOLE, KEPT_FOR_PEOPLE = Rate(30, 1.0), 5
A_CHAT, A_GROUP = Rate(3, 3.0), Rate(20, 60.0)
LONGEST_HOLD = 30.0  # seconds; a longer one is nothing to wait out
Result = TypeVar("Result")
Before = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Target:
    """A chat and perhaps a topic in it."""

    chat: int
    thread: int | None = None

    @classmethod
    def of(cls, place: Place) -> Target:
        """Return where `place` is on Telegram."""
        return cls(int(place.channel), int(place.thread) if place.thread else None)

    @property
    def place(self) -> Place:
        """Return the place that this is; a chat with a negative id is a group."""
        chat = str(self.chat)
        space = SpaceRef(Platform.TELEGRAM, chat) if self.chat < 0 else None
        return Place(Platform.TELEGRAM, chat, space, str(self.thread) if self.thread is not None else None)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way: `plain` without tags, `as_document` when its picture was refused.

    `before` is awaited when its turn has come, just before it leaves.
    """

    target: Target
    part: Part
    reply_to: int | None = None
    ask: ForceReply | None = None
    silent: bool = False
    before: Before | None = None
    plain: bool = False
    as_document: bool = False


@dataclass(frozen=True, slots=True)
class Urgency:
    """Whether somebody waits for it, and whether a sick server is asked again although that may double a message."""

    urgent: bool
    through_trouble: bool


ANSWER = Urgency(urgent=True, through_trouble=True)  # a person waits; silence is worse than an answer twice
DELIVERY = Urgency(urgent=False, through_trouble=False)  # whoever keeps the row decides what a failure means


class News(Protocol):
    """Who is told of what a failure says about the world."""

    async def space_moved(self, old: SpaceRef, new: SpaceRef) -> None:
        """The id of a group changed."""
        ...

    async def space_left(self, space: SpaceRef) -> None:
        """The bot is not in a group any more."""
        ...

    async def place_gone(self, place: Place) -> None:
        """A topic was deleted."""
        ...


def new_pace() -> Pace:
    """Return the pace of one bot."""
    return Pace(WHOLE, kept=KEPT_FOR_PEOPLE, patience=LONGEST_HOLD)


class Wire:
    """One bot's way out."""

    def __init__(self, bot: Bot, pace: Pace, news: News, stop: Callable[[], None]) -> None:
        """Send through `bot` at its `pace`; `news` hears of moved and lost groups, `stop` of a refused token."""
        self.bot = bot
        self._pace, self._news, self._stop = pace, news, stop

    async def send(
        self,
        target: Target,
        part: Part,
        *,
        urgency: Urgency,
        reply_to: int | None = None,
        ask: ForceReply | None = None,
        silent: bool = False,
        before: Before | None = None,
    ) -> Message:
        """Send one message. `ask` replaces its keyboard. Raises PTB's errors when that is the end of it."""
        outgoing = Outgoing(target, part, reply_to, ask, silent, before)
        for _ in range(MENDS):
            try:
                return await self._sent(outgoing, urgency)
            except ChatMigrated as error:
                outgoing = replace(outgoing, target=await self._follow(outgoing.target, error), reply_to=None)
            except BadRequest as error:
                what = fate(error)
                mended = _mended(outgoing, what)
                if mended is None:
                    raise
                if what is Fate.TOPIC_GONE and outgoing.target.thread is not None:
                    await self._news.place_gone(outgoing.target.place)
                log.info("a message is sent again, changed", because=str(error))
                outgoing = mended
        return await self._sent(outgoing, urgency)

    async def edit(
        self, target: Target, message: int, part: Part, *, urgency: Urgency = ANSWER, before: Before | None = None
    ) -> None:
        """Change a message's words and keyboard; raises `BadRequest` when it is gone or cannot be changed."""
        plain = caption = False
        for _ in range(MENDS):
            attempt = self._edit(target, message, part, plain=plain, caption=caption)
            try:
                counts = not urgency.urgent
                await self.persist(target.chat, attempt, urgency, harmless=True, counts=counts, before=before)
                return
            except BadRequest as error:
                what = fate(error)
                if what is Fate.UNCHANGED:
                    return
                if (what is Fate.MARKUP and plain) or (what is Fate.WORDLESS and caption):
                    raise
                if what not in (Fate.MARKUP, Fate.WORDLESS):
                    raise
                plain, caption = plain or what is Fate.MARKUP, caption or what is Fate.WORDLESS

    def _edit(
        self, target: Target, message: int, part: Part, *, plain: bool, caption: bool
    ) -> Callable[[], Awaitable[None]]:
        words, mode = (part.plain, None) if plain else (part.html, "HTML")

        async def attempt() -> None:
            if caption:
                await self.bot.edit_message_caption(
                    target.chat, message, caption=words, parse_mode=mode, reply_markup=part.keyboard
                )
                return
            await self.bot.edit_message_text(
                chat_id=target.chat,
                message_id=message,
                text=words,
                parse_mode=mode,
                reply_markup=part.keyboard,
                link_preview_options=NO_PREVIEW,
            )

        return attempt

    async def typing(self, target: Target) -> None:
        """Show that something is being prepared; never fails, never waits out a flood."""
        try:
            await self.bot.send_chat_action(target.chat, "typing", message_thread_id=target.thread)
        except TelegramError as error:
            log.debug("no typing shown", error=type(error).__name__)

    async def persist(
        self,
        chat: int,
        attempt: Callable[[], Awaitable[Result]],
        urgency: Urgency,
        *,
        harmless: bool,
        counts: bool = False,
        before: Before | None = None,
    ) -> Result:
        """Return what `attempt` returns, tried again while that is safe.

        `harmless`: twice is the same as once. `counts`: it is a message, which Telegram limits. `before` is awaited
        when its turn has come.
        """

        async def leave() -> Result:
            if before is not None:
                await before()
            return await attempt()

        for tried in range(1, TRIES + 1):
            try:
                return await self._paced(chat, leave, urgency, counts=counts)
            except Held as held:
                raise Flood(math.ceil(held.seconds), held.everywhere) from None
            except Flood as flood:
                self._pace.hold(flood.seconds, None if flood.everywhere else str(chat))
                log.warning("Telegram asks us to wait", seconds=flood.seconds, everywhere=flood.everywhere)
                if tried == TRIES:
                    raise
            except TelegramError as error:
                what = fate(error)
                await self._tell(chat, what)
                if tried == TRIES or not _again(what, urgency, harmless=harmless):
                    raise
                await asyncio.sleep(FIRST_PAUSE * 4 ** (tried - 1))
        raise AssertionError("unreachable: the last try returns or raises")

    async def _paced(
        self, chat: int, attempt: Callable[[], Awaitable[Result]], urgency: Urgency, *, counts: bool
    ) -> Result:
        if counts:
            async with self._pace.turn(_lane(chat), urgent=urgency.urgent):
                return await attempt()
        for lane in (None, str(chat)):
            while wait := self._pace.held(lane):
                if wait > LONGEST_HOLD:
                    raise Held(wait, everywhere=lane is None)
                await asyncio.sleep(wait)
        return await attempt()

    async def _tell(self, chat: int, what: Fate) -> None:
        """Pass on what a failure says of more than its request."""
        if what is Fate.STOP:
            self._stop()
        elif what is Fate.OUTSIDE and chat < 0:
            await self._news.space_left(SpaceRef(Platform.TELEGRAM, str(chat)))

    async def _sent(self, outgoing: Outgoing, urgency: Urgency) -> Message:
        part, target = outgoing.part, outgoing.target
        arguments: dict[str, Any] = {
            "message_thread_id": target.thread,
            "parse_mode": None if outgoing.plain else "HTML",
            "reply_markup": outgoing.ask or part.keyboard,
            "disable_notification": outgoing.silent or None,
        }
        if outgoing.reply_to is not None:
            arguments["reply_parameters"] = ReplyParameters(outgoing.reply_to, allow_sending_without_reply=True)
        words = part.plain if outgoing.plain else part.html

        async def attempt() -> Message:
            if part.file is None:
                return await self.bot.send_message(target.chat, words, link_preview_options=NO_PREVIEW, **arguments)
            send = self.bot.send_photo if part.is_photo and not outgoing.as_document else self.bot.send_document
            content = InputFile(part.file.content, filename=part.file.name)
            return await send(target.chat, content, caption=words or None, **arguments)

        return await self.persist(target.chat, attempt, urgency, harmless=False, counts=True, before=outgoing.before)

    async def _follow(self, target: Target, error: ChatMigrated) -> Target:
        old, new = SpaceRef(Platform.TELEGRAM, str(target.chat)), SpaceRef(Platform.TELEGRAM, str(error.new_chat_id))
        await self._news.space_moved(old, new)
        return Target(error.new_chat_id)


def _lane(chat: int) -> Lane:
    """Return what Telegram counts for itself: a chat, a group more strictly (groups have negative ids)."""
    return Lane(str(chat), (A_CHAT,) if chat > 0 else (A_CHAT, A_GROUP))


def _again(what: Fate, urgency: Urgency, *, harmless: bool) -> bool:
    """Say whether the same request may go out once more."""
    match what:
        case Fate.NEVER_SENT:
            return True
        case Fate.TROUBLE:
            return harmless or urgency.through_trouble
        case Fate.IN_DOUBT:
            return harmless
        case _:
            return False


def _mended(outgoing: Outgoing, what: Fate) -> Outgoing | None:
    """Return the message without what was refused, or None when nothing (more) can be left out."""
    if outgoing.target.thread is not None and what in (Fate.TOPIC_CLOSED, Fate.TOPIC_GONE):
        return replace(outgoing, target=replace(outgoing.target, thread=None))
    if not outgoing.plain and what is Fate.MARKUP:
        return replace(outgoing, plain=True)
    if outgoing.part.is_photo and not outgoing.as_document and what is Fate.PICTURE:
        return replace(outgoing, as_document=True)
    return None
