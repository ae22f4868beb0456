"""What the kit asks of the rest of the house: small doors that `app` fills with services.

The kit stays free of storage; the services stay free of the kit. Each protocol is as small as its one use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.reply import Reply
from bot.core.people import Arrival, Person
from bot.core.refs import Place, SpaceRef, UserRef


class Visitors(Protocol):
    """Knows who an account belongs to."""

    async def visitor(self, user: UserRef) -> Person | None:
        """Return what is known of `user`, in one read; None for an account we had no reason to remember."""
        ...


class Meetings(Protocol):
    """Remembers in which spaces people were met, so that a group's own word can be counted."""

    async def note_member(self, user: UserRef, place: Place) -> None:
        """Note that somebody known was met in a place; often called, seldom a write."""
        ...


class Tokens(Protocol):
    """Keeps presses that are too long for a button."""

    async def keep(self, wires: Mapping[str, str], now: datetime) -> None:
        """Keep each token's wire until its end date, renewed when it is kept again."""
        ...

    async def wire(self, token: str, now: datetime) -> str | None:
        """Return the wire of `token`, or None when it is unknown or has expired."""
        ...


class Doors(Protocol):
    """Decides which spaces the bot works in, when the host wants to be asked."""

    @property
    def owners(self) -> tuple[UserRef, ...]:
        """Return the accounts of those who run this bot."""
        ...

    def is_host(self, user: UserRef) -> bool:
        """Say whether `user` runs this bot."""
        ...

    async def arrived(self, space: SpaceRef, title: str) -> Arrival:
        """Note that the bot is in `space` (again), and say who is to be asked about it; an unknown `title` is ""."""
        ...

    async def asked(self, space: SpaceRef) -> None:
        """Note that a host has been asked about `space`; until then its next arrival or use asks again."""
        ...

    async def left(self, space: SpaceRef) -> None:
        """Note that the bot is no longer in `space`; nothing is deleted."""
        ...

    async def moved(self, old: SpaceRef, new: SpaceRef) -> None:
        """Rewrite a changed id (a Telegram group that became a supergroup) everywhere, at once."""
        ...

    async def state(self, space: SpaceRef) -> str | None:
        """Return `approved`, `waiting`, `refused` or `left`, or None for a space never seen."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a platform took a message: where it stands and its id there."""

    place: Place
    message: str


class Undeliverable(Exception):
    """The address cannot be reached: a closed DM, a blocked bot, a gone channel. `reason` is one of these words."""

    def __init__(self, reason: str) -> None:
        """Carry the `reason`."""
        super().__init__(reason)
        self.reason = reason


class Outlet(Protocol):
    """The one door out: an adapter that takes a message nobody is waiting for."""

    async def deliver(self, to: UserRef | Place, reply: Reply, key: str) -> Receipt:
        """Send `reply` under the stable `key`. Raises `Undeliverable` when the address is gone or closed."""
        ...
