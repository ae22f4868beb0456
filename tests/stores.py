"""Small real stores in memory behind the kit's doors, for tests of what stands on them: the router, cogs, adapters.

They keep what the real services keep and forget what those forget; nothing here records calls to be checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.chat.reply import Reply
from bot.chat.router import Stores
from bot.chat.stores import Receipt, Rights, Undeliverable
from bot.core.people import Arrival, EntryState, IdentityId, Person, PersonId, Preferences
from bot.core.refs import Place, SpaceRef, UserRef
from bot.i18n import Locale

PRESS_KEPT = timedelta(days=90)


class Clock:
    """A clock that stands still until told to leap."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def leap(self, by: timedelta) -> None:
        self.now += by


class People:
    """Who is known."""

    def __init__(self) -> None:
        self._known: dict[UserRef, Person] = {}

    async def visitor(self, user: UserRef) -> Person | None:
        return self._known.get(user)

    def meet(
        self,
        user: UserRef,
        *,
        language: str | None = None,
        chose: Locale | None = None,
        entries: Mapping[str, EntryState] | None = None,
    ) -> None:
        number = len(self._known) + 1
        self._known[user] = Person(
            PersonId(number), IdentityId(number), language, Preferences(locale=chose), dict(entries or {})
        )


class Wires:
    """Long presses by token, each until its end date."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, datetime]] = {}

    async def keep(self, wires: Mapping[str, str], now: datetime) -> None:
        for token, wire in wires.items():
            self._kept[token] = (wire, now + PRESS_KEPT)

    async def wire(self, token: str, now: datetime) -> str | None:
        wire, ends = self._kept.get(token, ("", now))
        return wire if ends > now else None

    def __len__(self) -> int:
        return len(self._kept)


class Gate:
    """Which spaces are open; without owners, every one."""

    def __init__(self, owners: Iterable[UserRef] = ()) -> None:
        self.owners = tuple(owners)
        self.titles: dict[SpaceRef, str] = {}
        self._states: dict[SpaceRef, str] = {}
        self._unasked: set[SpaceRef] = set()

    def is_host(self, user: UserRef) -> bool:
        return user in self.owners

    async def arrived(self, space: SpaceRef, title: str) -> Arrival:
        before = self._states.get(space)
        self.titles[space] = title = title or self.titles.get(space, space.id)
        if not self.owners:
            self._states[space] = "approved"
            return Arrival(space, title, ())
        if before in (None, "left"):
            self._states[space] = "waiting"
            self._unasked.add(space)
        return Arrival(space, title, self.owners if space in self._unasked else ())

    async def waiting(self) -> tuple[SpaceRef, ...]:
        return tuple(space for space, state in self._states.items() if state == "waiting")

    async def asked(self, space: SpaceRef) -> None:
        self._unasked.discard(space)

    async def left(self, space: SpaceRef) -> None:
        self._states[space] = "left"

    async def moved(self, old: SpaceRef, new: SpaceRef) -> None:
        self._states[new] = self._states.pop(old)
        self.titles[new] = self.titles.pop(old)

    async def state(self, space: SpaceRef) -> str | None:
        return self._states.get(space) if self.owners else "approved"

    async def decide(self, space: SpaceRef, by: UserRef, *, approved: bool) -> str:
        self._states[space] = "approved" if approved else "refused"
        return self.titles.get(space, space.id)


@dataclass
class Postbox:
    """An outlet that keeps what was sent. `closed`: why nothing can be delivered; `failing`: what sending raises."""

    sent: list[tuple[UserRef | Place, Reply, str]] = field(default_factory=list)
    closed: str | None = None
    failing: Exception | None = None

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
        if self.closed is not None:
            raise Undeliverable(self.closed)
        if self.failing is not None:
            raise self.failing
        self.sent.append((to, reply, key))
        place = to if isinstance(to, Place) else Place(to.platform, to.id)
        return Receipt(place, str(len(self.sent)))

    async def revise(self, sent: Receipt, reply: Reply) -> None:
        raise NotImplementedError

    async def pin(self, sent: Receipt) -> None:
        raise NotImplementedError

    async def rights(self, place: Place) -> Rights:
        raise NotImplementedError


@dataclass
class House:
    """The stores a router needs, and the clock they share."""

    clock: Clock = field(default_factory=Clock)
    people: People = field(default_factory=People)
    wires: Wires = field(default_factory=Wires)
    gate: Gate = field(default_factory=Gate)

    @property
    def stores(self) -> Stores:
        return Stores(self.people, self.wires, self.gate)
