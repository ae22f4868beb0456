"""Messages nobody is waiting for: to a person's private chat, or to a channel or thread.

A message's nonce is made from its key: Discord returns the first message for a second send within a few minutes, so a
retry after a lost answer doubles nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import discord

from bot.adapters.discord.exchange import parameters
from bot.adapters.discord.failures import Fate, fate_of
from bot.adapters.discord.render import render
from bot.chat.reply import Reply
from bot.chat.stores import Receipt, Undeliverable
from bot.core.refs import Place, Platform, UserRef

NONCE_CHARACTERS = 25
OPENING_TOO_FAST, NO_NEW_CHATS = 40003, timedelta(hours=2)
UNREACHABLE = {Fate.CLOSED: "closed", Fate.GONE: "gone", Fate.FORBIDDEN: "forbidden"}


class EmptyReply(ValueError):
    """A post that shows nothing: a mistake in a cog."""


class TooManyNewChats(ConnectionError):
    """Discord wants no new private chats opened for a while; those that are known go on. A passing failure."""


class Deliveries:
    """Delivers, and remembers when Discord asked to open no new private chats."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Tell the time by `clock`."""
        self._clock = clock
        self._no_new_chats_until: datetime | None = None

    async def deliver(self, client: discord.Client, to: UserRef | Place, reply: Reply, key: str) -> Receipt:
        """Send `reply` in as many messages as it takes; the receipt names the last, which carries the buttons.

        Raises `Undeliverable` for a closed, gone or forbidden address, Discord's and the network's failures as they
        are.
        """
        pages = render(reply)
        if not pages:
            raise EmptyReply(key)
        try:
            place = to if isinstance(to, Place) else await self._chat_with(client, to)
            channel = int(place.thread or place.channel)
            for number, page in enumerate(pages):
                sent = parameters(page.body(nonce=nonce_of(key, number)), page.file)
                message = await client.http.send_message(channel, params=sent)
        except Exception as error:
            fate = fate_of(error)
            if fate in UNREACHABLE:
                raise Undeliverable(UNREACHABLE[fate]) from error
            raise
        return Receipt(place, str(message["id"]))

    async def _chat_with(self, client: discord.Client, user: UserRef) -> Place:
        if not self._knows(client, user) and self._paused():
            raise TooManyNewChats
        try:
            channel = await client.create_dm(discord.Object(int(user.id)))
        except discord.HTTPException as error:
            if error.code == OPENING_TOO_FAST:
                self._no_new_chats_until = self._clock() + NO_NEW_CHATS
            raise
        return Place(Platform.DISCORD, str(channel.id))

    def _paused(self) -> bool:
        return self._no_new_chats_until is not None and self._clock() < self._no_new_chats_until

    def _knows(self, client: discord.Client, user: UserRef) -> bool:
        """Say whether discord.py has the chat in memory, where it keeps the last 128."""
        chats = (chat for chat in client.private_channels if isinstance(chat, discord.DMChannel))
        return any(chat.recipient is not None and str(chat.recipient.id) == user.id for chat in chats)


def nonce_of(key: str, part: int) -> str:
    """Return the nonce of the message number `part` under `key`: the same for every retry."""
    return hashlib.blake2b(f"{key}#{part}".encode(), digest_size=NONCE_CHARACTERS // 2).hexdigest()
