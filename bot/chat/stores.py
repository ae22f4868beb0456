"""What the kit asks of the rest of the house: small doors that `app` fills with services.

The kit stays free of storage; the services stay free of the kit. Each protocol is as small as its one use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

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


class Organisers(Protocol):
    """Knows who runs which group by its organisers' word."""

    async def organises(self, person: Person, place: Place) -> bool:
        """Say whether a person was named an organiser of a group of this space; in private, of any group."""
        ...


class Reach(Protocol):
    """Remembers who could not be reached, until they are heard of again."""

    def lost(self, who: UserRef | SpaceRef) -> bool:
        """Say, from memory, whether letters to them are held back because an earlier one could not be delivered."""
        ...

    async def found(self, who: UserRef | SpaceRef) -> None:
        """They are here: letters go out to them again."""
        ...

    async def gone(self, place: Place) -> None:
        """A channel or thread was deleted: what goes there is held back, nothing is forgotten."""
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

    async def waiting(self) -> tuple[SpaceRef, ...]:
        """Return the spaces that nobody has decided on yet."""
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


class Mail(Protocol):
    """Keeps letters until they are carried, also over a restart."""

    async def enqueue(self, post: str, to: UserRef | Place, key: str, payload: Mapping[str, Any] | None = None) -> bool:
        """Have `post` written to somebody as soon as it can be, once under `key`; `payload` is plain JSON."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a platform took a message: where it stands, its id there, and the thread that was opened under it.

    Of a reply in several messages it is the last, which has the buttons; `earlier` are the ids of those before it, in
    order, as far as all are known.
    """

    place: Place
    message: str
    thread: str | None = None
    earlier: tuple[str, ...] = ()

    @property
    def kept(self) -> str:
        """Return the ids as they are kept; no platform has a blank in one."""
        return " ".join((*self.earlier, self.message))

    @classmethod
    def read(cls, place: Place, kept: str, thread: str | None = None) -> Receipt:
        """Return the receipt whose ids were kept so."""
        *earlier, message = kept.split(" ")
        return cls(place, message, thread, tuple(earlier))


@dataclass(frozen=True, slots=True)
class Rights:
    """What the bot may do in a place just now. Where a platform has no such thing (threads, history), it may."""

    see: bool = False
    post: bool = False
    thread: bool = False  # open one under its own message
    history: bool = False  # read what was said before: needed after a doubt, to send nothing twice
    pin: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A channel something can be posted in, and what people call it."""

    place: Place
    name: str


@runtime_checkable
class Rooms(Protocol):
    """An outlet whose platform tells the channels of a space (Discord; Telegram lists no topics)."""

    async def rooms(self, space: SpaceRef) -> tuple[Room, ...]:
        """Return the channels that everybody in `space` sees, as they stand there. Raises `Unsent`."""
        ...


FORBIDDEN = "forbidden"


class Undeliverable(Exception):
    """The address cannot be reached: a closed DM, a blocked bot, a gone channel. `reason` is one of these words."""

    def __init__(self, reason: str) -> None:
        """Carry the `reason`: `closed`, `blocked`, `gone`, `deactivated` or `FORBIDDEN`."""
        super().__init__(reason)
        self.reason = reason


class Unsent(Exception):
    """Surely not sent, and not for good: try again, after `wait` where the platform said how long.

    `everywhere`: the whole platform asks for quiet, not this address alone. `counts`: it was turned down for a reason
    nobody knows, which may be the message itself: after some tries it is given up.
    """

    def __init__(
        self, reason: str, wait: timedelta | None = None, *, everywhere: bool = False, counts: bool = False
    ) -> None:
        """Carry what is known of it; `reason` is one line for the log."""
        super().__init__(reason)
        self.reason, self.wait, self.everywhere, self.counts = reason, wait, everywhere, counts


class InDoubt(Exception):
    """The request went out and no answer came back: nobody knows whether the message arrived."""


class Refused(Exception):
    """The platform refuses the message itself, and would again. `str()` is one line for the log."""


class Outlet(Protocol):
    """The one door out: an adapter that takes a message nobody is waiting for."""

    async def deliver(
        self,
        to: UserRef | Place,
        reply: Reply,
        key: str,
        *,
        doubted_since: datetime | None = None,
        under: Receipt | None = None,
        silent: bool = False,
    ) -> Receipt:
        """Send `reply` under the stable `key`. Raises `Undeliverable`, `Unsent`, `InDoubt` or `Refused`.

        `doubted_since` says that an earlier try of that moment ended in doubt: where the platform's own guard against
        doubles may have run out since, it looks whether the message is there before it sends.
        `under` is a message sent before that this one belongs to: it goes into the thread under it (opened when there
        is none), or answers it where there are no threads. `silent`: nobody's telephone makes a sound.
        """
        ...

    async def revise(self, sent: Receipt, reply: Reply) -> None:
        """Put `reply` in the place of a message sent before; the same again is no error.

        Raises what `deliver` raises; `Undeliverable("gone")` when the message is not there any more.
        """
        ...

    async def pin(self, sent: Receipt) -> None:
        """Pin a message sent before; one that is pinned already is no error. Raises what `deliver` raises."""
        ...

    async def rights(self, place: Place) -> Rights:
        """Return what the bot may do in `place` now; nothing at all where it is gone. Raises `Unsent`."""
        ...
