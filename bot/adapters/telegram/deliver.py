"""Sends what nobody is waiting for: notices, the outbox. Each ends in one of the four ways of `bot.chat.stores`.

A delivery of several messages that fails half-way goes on where it stopped when it is tried again under its key, also
in another life of the bot: which parts are out is noted, all but the one whose end is the delivery's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from telegram import Chat, ChatMember, ChatPermissions, Message
from telegram.error import TelegramError

from bot.adapters.contract import Seen
from bot.adapters.pages import fitted
from bot.adapters.telegram.failures import OF_THE_ADDRESS, Fate, fate, meaning, outcome
from bot.adapters.telegram.markup import Run
from bot.adapters.telegram.render import Part, render
from bot.adapters.telegram.wire import ANSWER, DELIVERY, Target, Wire
from bot.chat.reply import Reply
from bot.chat.stores import Receipt, Refused, Rights, Undeliverable, Unsent
from bot.core.refs import Place, Platform, SpaceRef, UserRef

log = structlog.get_logger(__name__)

HALF_SENT_KEPT = 1000
NOTHING = Rights()
NOTHING_LEFT = "…"  # in a message of several that a changed reply does not need any more


@dataclass(frozen=True, slots=True)
class Errand:
    """Where a delivery goes: the place, the message it answers, whether telephones stay quiet."""

    place: Place
    reply_to: int | None
    silent: bool

    @property
    def target(self) -> Target:
        """Return the chat and topic."""
        return Target.of(self.place)


class Deliveries:
    """Delivers replies to people and places."""

    def __init__(self, wire: Wire, seen: Seen, clock: Callable[[], datetime]) -> None:
        """Send through `wire`; which parts of a delivery are out is noted in `seen`."""
        self._wire, self._seen, self._clock = wire, seen, clock
        self._half_sent: dict[str, dict[int, Receipt]] = {}

    async def deliver(
        self, to: UserRef | Place, reply: Reply, key: str, username: str, under: Receipt | None, *, silent: bool
    ) -> Receipt:
        """Send all of `reply`; the receipt is that of the last message, which holds the buttons."""
        if isinstance(to, UserRef) and int(to.id) < 0:
            raise Undeliverable("closed")  # a group that spoke for itself once: it has no private chat
        errand = _errand(to, under, silent=silent)
        parts = render(reply, username)
        if not parts:
            raise Refused("there is nothing to send")
        if len(parts) == 1:
            try:
                return await self._part(errand, parts[0])
            except TelegramError as error:
                raise await self._outcome(error, errand.target) from None
        return await self._parts(errand, parts, key)

    async def revise(self, sent: Receipt, reply: Reply, username: str) -> None:
        """Put `reply` in the place of the messages `sent`; `bot.adapters.pages` says what of more or fewer."""
        parts = render(reply, username)
        if not parts or any(part.file is not None for part in parts):
            raise Refused("a message can be changed into words only")
        messages = (*sent.earlier, sent.message)
        if len(parts) > len(messages):
            log.warning("a revised reply takes more messages than it has", messages=len(parts), there=len(messages))
        fitting = fitted(parts, len(messages), _ending, Part((Run(NOTHING_LEFT),)))
        for message, part in zip(messages, fitting, strict=True):
            try:
                await self._wire.edit(Target.of(sent.place), int(message), part, urgency=DELIVERY)
            except TelegramError as error:
                wrong = outcome(error)
                gone = isinstance(wrong, Undeliverable) and wrong.reason == "gone"
                if message == sent.message or not gone:
                    raise wrong from None
                log.info("a part of a reply is gone; the others are revised", message=message)

    async def pin(self, sent: Receipt) -> None:
        """Pin a message without a sound."""
        chat = int(sent.place.channel)
        pin = self._wire.bot.pin_chat_message
        try:
            await self._wire.persist(
                chat, lambda: pin(chat, int(sent.message), disable_notification=True), DELIVERY, harmless=True
            )
        except TelegramError as error:
            raise outcome(error) from None

    async def rights(self, place: Place) -> Rights:
        """Return what the bot may do in a chat now."""
        bot, chat = self._wire.bot, int(place.channel)
        try:
            about = await self._wire.persist(chat, lambda: bot.get_chat(chat), ANSWER, harmless=True)
            if about.type == Chat.PRIVATE:
                return Rights(see=True, post=True, thread=True, history=True, pin=True)
            me = await self._wire.persist(chat, lambda: bot.get_chat_member(chat, bot.id), ANSWER, harmless=True)
        except TelegramError as error:
            if fate(error) in (Fate.CLOSED, Fate.OUTSIDE, Fate.MOVED):
                return NOTHING
            raise Unsent(str(outcome(error))) from None
        return _rights(me, about.permissions)

    async def _parts(self, errand: Errand, parts: list[Part], key: str) -> Receipt:
        """Send what is not out yet. A part that fails does not take the later ones with it, unless nothing would go."""
        stem = hashlib.blake2b(key.encode(), digest_size=12).hexdigest()  # a key may name somebody
        names = [f"{self._wire.bot.id}:{stem}#{number}" for number in range(len(parts))]
        out = await self._seen.noted(Platform.TELEGRAM, names)
        receipts, failure = self._half_sent.pop(key, {}), None
        for number, (name, part) in enumerate(zip(names, parts, strict=True)):
            if name in out or number in receipts:
                continue
            if receipts:
                errand = replace(errand, place=next(reversed(receipts.values())).place)
            try:
                receipts[number] = await self._part(errand, part)
            except TelegramError as error:
                failure = failure or error
                if fate(error) in OF_THE_ADDRESS:
                    break
                continue
            if failure is not None or number < len(parts) - 1:
                await self._note(name)
        if failure is not None:
            self._keep(key, receipts)
            raise await self._outcome(failure, errand.target) from None
        if not receipts:
            return Receipt(errand.place, "")
        last = max(receipts)
        # After a restart the ids of parts that were out before are not known: then the last one alone can be changed.
        earlier = [receipts[number].message for number in sorted(receipts) if number != last]
        return replace(receipts[last], earlier=tuple(earlier) if len(receipts) == len(parts) else ())

    async def _part(self, errand: Errand, part: Part) -> Receipt:
        message = await self._wire.send(
            errand.target, part, urgency=DELIVERY, reply_to=errand.reply_to, silent=errand.silent
        )
        return Receipt(_where(errand.place, message), str(message.message_id))

    async def _note(self, name: str) -> None:
        """Note that a part is out; when that cannot be, it may come twice, which is better than not at all."""
        try:
            await self._seen.note(Platform.TELEGRAM, [name], self._clock())
        except Exception:
            log.exception("a part that was sent could not be noted")

    async def _outcome(self, error: TelegramError, target: Target) -> Exception:
        """Return how the delivery ends. A chat that is said not to exist is asked for before it is given up."""
        if meaning(error).ask:
            try:
                await self._wire.bot.get_chat(target.chat)
            except TelegramError as confirmed:
                return outcome(error) if fate(confirmed) is Fate.CLOSED else Unsent(str(error))
            return Unsent(f"{error}, and yet it is there", counts=True)
        return outcome(error)

    def _keep(self, key: str, receipts: dict[int, Receipt]) -> None:
        if len(self._half_sent) >= HALF_SENT_KEPT:
            del self._half_sent[next(iter(self._half_sent))]
        self._half_sent[key] = receipts


def _errand(to: UserRef | Place, under: Receipt | None, *, silent: bool) -> Errand:
    place = to if isinstance(to, Place) else Place(Platform.TELEGRAM, to.id)
    if under is None or under.place.channel != place.channel:
        return Errand(place, None, silent)
    return Errand(replace(place, thread=under.place.thread), int(under.message), silent)


def _ending(part: Part, last: Part) -> Part:
    return replace(part, keyboard=last.keyboard)


def _where(place: Place, message: Message) -> Place:
    """Return where a message really went: a group may have moved on the way, a topic may be closed or gone."""
    channel = str(message.chat.id)
    thread = str(message.message_thread_id) if message.is_topic_message else None
    if channel == place.channel:
        return place if thread == place.thread else replace(place, thread=thread)
    return Place(Platform.TELEGRAM, channel, SpaceRef(Platform.TELEGRAM, channel), thread)


def _rights(me: ChatMember, everybody: ChatPermissions | None) -> Rights:
    """Read what a membership allows. Telegram has neither threads under messages nor history to ask for."""
    if me.status in (ChatMember.LEFT, ChatMember.BANNED) or not getattr(me, "is_member", True):
        return NOTHING
    manages = me.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
    own = me if me.status == ChatMember.RESTRICTED else everybody
    post = manages or own is None or bool(getattr(own, "can_send_messages", True))
    holder = me if manages else own
    pin = me.status == ChatMember.OWNER or bool(getattr(holder, "can_pin_messages", False))
    return Rights(see=True, post=post, thread=True, history=True, pin=pin)
