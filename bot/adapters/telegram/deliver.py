"""Sends what nobody is waiting for: notices, later the outbox. Says for good when an address is gone or closed.

A delivery of several messages that fails half-way goes on where it stopped when it is tried again under its key.
"""

from __future__ import annotations

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.adapters.telegram.render import render
from bot.adapters.telegram.wire import DELIVERY, Target, Wire, says
from bot.chat.reply import Reply
from bot.chat.stores import Receipt, Undeliverable
from bot.core.refs import Place, Platform, SpaceRef, UserRef

HALF_SENT_KEPT = 1000
# Telegram's sentences (tdlib/telegram-bot-api, Client.cpp). Anything else may pass and is not a reason to give up.
_REASONS = {
    "blocked": ("bot was blocked by the user",),
    "gone": (
        "user is deactivated",
        "bot was kicked",
        "bot is not a member",
        "chat not found",
        "the group chat was deleted",
        "peer_id_invalid",
    ),
    "forbidden": (
        "bot can't initiate conversation",
        "bot can't send messages to bots",
        "not enough rights",
        "have no rights",
        "need administrator rights",
        "chat_write_forbidden",
    ),
}


class Courier:
    """Delivers replies to people and places."""

    def __init__(self, wire: Wire) -> None:
        """Send through `wire`."""
        self._wire = wire
        self._half_sent: dict[str, list[Receipt]] = {}

    async def deliver(self, to: UserRef | Place, reply: Reply, key: str, username: str) -> Receipt:
        """Send all of `reply`; the receipt is that of the last message, which holds the buttons."""
        place = to if isinstance(to, Place) else Place(Platform.TELEGRAM, to.id)
        parts = render(reply, username)
        if not parts:
            raise ValueError("an empty reply cannot be delivered")
        sent = self._half_sent.pop(key, [])
        for part in parts[len(sent) :]:
            target = Target.of(sent[-1].place if sent else place)
            try:
                message = await self._wire.send(target, part, patience=DELIVERY)
            except (Forbidden, BadRequest) as error:
                raise _reason(error) from None
            except TelegramError:
                self._note_half(key, sent)
                raise
            sent.append(Receipt(_where(place, message.chat.id), str(message.message_id)))
        return sent[-1]

    def _note_half(self, key: str, sent: list[Receipt]) -> None:
        if not sent:
            return
        if len(self._half_sent) >= HALF_SENT_KEPT:
            del self._half_sent[next(iter(self._half_sent))]
        self._half_sent[key] = sent


def _reason(error: TelegramError) -> TelegramError | Undeliverable:
    for reason, sentences in _REASONS.items():
        if says(error, *sentences):
            return Undeliverable(reason)
    return error


def _where(place: Place, chat: int) -> Place:
    """Return where a message really went: a group may have moved on the way."""
    if str(chat) == place.channel:
        return place
    return Place(Platform.TELEGRAM, str(chat), SpaceRef(Platform.TELEGRAM, str(chat)))
