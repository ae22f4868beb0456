"""A street with letterboxes: real clock, courier and database; only the platforms and the time are made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.chat.cog import Cog, post
from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.router import Router, Stores
from bot.chat.stores import Receipt, Rights
from bot.chat.text import plain
from bot.core.outbox import Letter, LetterState, NewLetter
from bot.core.refs import Place, Platform, UserRef
from bot.core.schedule import NewSchedule, Rule, Schedule
from bot.scheduler.alarm import Alarm
from bot.scheduler.courier import Courier, Desk, Fallback
from bot.scheduler.due import SCHEDULER, Due, Planner
from bot.scheduler.flight import Manner
from bot.scheduler.journal import Journal
from bot.services.outbox import Outbox
from bot.storage import Storage
from cogs.notices import Notices
from tests.stores import House

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOST = UserRef(Platform.DISCORD, "7")
ALICE, BOB = UserRef(Platform.DISCORD, "1"), UserRef(Platform.TELEGRAM, "2")
DAILY = "FREQ=DAILY"


class Clock:
    """A clock that stands still until told to leap."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def leap(self, **by: float) -> None:
        self.now += timedelta(**by)


class Remind(Cog):
    """Says what is due, in the place of the real one."""

    name = "remind"

    def __init__(self) -> None:
        self.poisoned: set[str] = set()

    @post
    async def due(
        self,
        ctx: Context,
        *,
        schedule: int,
        due: datetime,
        late: timedelta | None,
        was_down: bool,
        again: bool,
        payload: dict[str, Any],
    ) -> Reply | None:
        text = payload["text"]
        if text in self.poisoned:
            raise RuntimeError("this one cannot be drawn")
        if text == "":
            return None
        words = [text, f"late {late}" if late else "", "while down" if was_down else "", "again" if again else ""]
        return Reply((" | ".join(word for word in words if word),))

    @post
    async def moved(self, ctx: Context, *, moved: list[list[Any]]) -> Reply:
        return Reply((f"moved {moved}",))

    @post
    async def waits(self, ctx: Context, *, user: str, locale: str = "en") -> Reply:
        return Reply((f"something waits for {user}",))


@dataclass(frozen=True)
class Message:
    """One message on the platform."""

    to: UserRef | Place
    text: str
    key: str
    at: float  # of the loop
    doubted_since: datetime | None = None


@dataclass
class Edge:
    """The platform: it takes messages, or does what a test wants of it.

    `guards`: a second send under the same key is the first message again. `fails` are raised instead of taking the
    message, by address and in order; what is in `swallows` is taken, and its answer lost.
    """

    guards: bool = True
    messages: list[Message] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    fails: dict[str, list[Exception]] = field(default_factory=dict)
    swallows: dict[str, Exception] = field(default_factory=dict)
    delay: float = 0.0
    hold: asyncio.Event | None = None
    most_at_once: int = 0
    _at_once: list[str] = field(default_factory=list)

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
        address = to.id if isinstance(to, UserRef) else to.channel
        assert address not in self._at_once, "one at a time for an address"
        self._at_once.append(address)
        self.most_at_once = max(self.most_at_once, len(self._at_once))
        try:
            return await self._take(to, address, reply, key, doubted_since)
        finally:
            self._at_once.remove(address)

    async def _take(
        self, to: UserRef | Place, address: str, reply: Reply, key: str, doubted_since: datetime | None
    ) -> Receipt:
        self.requests.append(key)
        if self.fails.get(address):
            raise self.fails[address].pop(0)
        place = to if isinstance(to, Place) else Place(to.platform, to.id)
        first = (
            next((n for n, message in enumerate(self.messages) if message.key == key), None) if self.guards else None
        )
        if first is None:
            now = asyncio.get_running_loop().time()
            self.messages.append(Message(to, plain(reply.text), key, now, doubted_since))
            first = len(self.messages) - 1
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.hold is not None:
            await self.hold.wait()
        if address in self.swallows:
            raise self.swallows.pop(address)
        return Receipt(place, str(first))

    async def revise(self, sent: Receipt, reply: Reply) -> None:
        self.requests.append(f"revise {sent.message}")
        old = self.messages[int(sent.message)]
        self.messages[int(sent.message)] = Message(old.to, plain(reply.text), old.key, old.at)

    async def pin(self, sent: Receipt) -> None:
        raise NotImplementedError

    async def rights(self, place: Place) -> Rights:
        raise NotImplementedError

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    def to(self, address: str) -> list[str]:
        return [m.text for m in self.messages if (m.to.id if isinstance(m.to, UserRef) else m.to.channel) == address]


class Street:
    """One process's services over an open database."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], fallback: Fallback | None = None) -> None:
        self.storage, self.clock = storage, clock
        self.remind = Remind()
        self.outbox = Outbox(storage, clock)
        stores = House().stores
        self.router = Router(
            [self.remind, Notices()],
            Stores(stores.visitors, stores.tokens, stores.doors, reach=self.outbox),
            clock=clock,
        )
        self.desk = Desk(
            storage,
            clock,
            self.router,
            None,
            lambda: (HOST,),
            self.outbox.ended,
            self.outbox.wake,
            fallback,
            self.outbox.refresh,
        )
        self.edges: dict[Platform, Edge] = {
            Platform.DISCORD: Edge(guards=True),
            Platform.TELEGRAM: Edge(guards=False),
        }
        self.couriers: dict[Platform, Courier] = {}
        self.journals: Path | None = None
        self.fences: dict[str, int] = {}

    @property
    def discord(self) -> Edge:
        return self.edges[Platform.DISCORD]

    @property
    def telegram(self) -> Edge:
        return self.edges[Platform.TELEGRAM]

    # what is stored

    async def remind_of(
        self,
        text: str,
        due: datetime,
        *,
        user: UserRef = ALICE,
        rrule: str | None = None,
        zone: str = "UTC",
        left: int | None = None,
        **more: Any,
    ) -> Schedule:
        """Keep a reminder for `user`."""
        async with self.storage.write() as uow:
            identity = await uow.people.meet(user, "en", self.clock())
            rule = Rule(rrule, due.astimezone(_zone(zone)).replace(tzinfo=None), zone) if rrule else None
            new = NewSchedule("reminder", due, {"text": text}, identity_id=identity.id, rule=rule, left=left, **more)
            return await uow.schedules.add(new, self.clock())

    async def write_to(self, to: UserRef | Place, text: str, key: str, **more: Any) -> None:
        """Put a letter in that no schedule stands behind; its post is one of the test's own."""
        await self.outbox.enqueue("remind.waits", to, key, {"user": text}, **more)

    async def letters(self, *keys: str) -> Mapping[str, Letter]:
        async with self.storage.read() as uow:
            return await uow.outbox.by_key(keys)

    async def states(self) -> Mapping[LetterState, int]:
        async with self.storage.read() as uow:
            return await uow.outbox.counts(START - timedelta(days=36500))

    # step by step

    async def lead(self, name: str, holder: str = "test") -> int:
        """Take a lease, whoever held it."""
        async with self.storage.write() as uow:
            held = await uow.leases.holder(name)
            if held is not None:
                await uow.leases.release(name, held.holder)
            fence = await uow.leases.take(name, holder, self.clock(), self.clock() + timedelta(days=36500))
        assert fence is not None
        self.fences[name] = fence
        return fence

    async def fall(self, planners: Mapping[str, Planner] | None = None, *, due: Due | None = None) -> int:
        """Let fall due what is."""
        fence = self.fences.get(SCHEDULER) or await self.lead(SCHEDULER)
        due = due or Due(self.storage, self.clock, planners or {}, self.outbox.wake)
        return await due.tick(fence)

    async def courier(self, platform: Platform, **manner: Any) -> Courier:
        """A courier that leads, as after a start."""
        fence = await self.lead(platform.value)
        how = Manner(platform, guards=self.edges[platform].guards, **manner)
        journal = Journal(self.journals / platform.value, platform) if self.journals is not None else None
        courier = Courier(self.desk, lambda: self.edges[platform], how, Alarm().bell(platform.value), journal)
        await courier.begin(fence)
        self.couriers[platform] = courier
        return courier

    async def carry(self, *platforms: Platform) -> int:
        """Have everything carried that can go now; return how many tries that were."""
        tries = 0
        chosen = platforms or (Platform.DISCORD, Platform.TELEGRAM)
        for platform in chosen:
            courier = self.couriers.get(platform) or await self.courier(platform)
            while taken := await courier.turn(self.fences[platform.value]):
                tries += taken
                await courier.drain()
            await courier.turn(self.fences[platform.value])
        return tries + (await self.carry(*platforms) if tries and len(chosen) > 1 else 0)


def _zone(name: str) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


@asynccontextmanager
async def open_street(
    url: str | Path, clock: Callable[[], datetime], fallback: Fallback | None = None
) -> AsyncIterator[Street]:
    """Open the database; what is under way at the end is cut off, as by a crash."""
    address = f"sqlite:///{url}" if isinstance(url, Path) else url
    async with await Storage.open(address, clock=clock) as storage:
        street = Street(storage, clock, fallback)
        try:
            yield street
        finally:
            for courier in street.couriers.values():
                courier.cut_off()
            await asyncio.sleep(0)


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until `condition`, by looking again."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.001)


def keys_of(messages: Sequence[Message]) -> list[str]:
    return [message.key for message in messages]


__all__ = [
    "ALICE",
    "BOB",
    "DAILY",
    "HOST",
    "START",
    "Clock",
    "Edge",
    "NewLetter",
    "Street",
    "keys_of",
    "open_street",
    "until",
]
