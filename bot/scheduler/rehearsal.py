"""The coming days, acted out: the real clock and couriers on a clock that leaps from one due row to the next.

It works on a copy of the database, hands every message to a listener instead of a platform, and waits for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.chat.reply import Reply
from bot.chat.stores import Outlet, Receipt, Rights
from bot.core.outbox import Letter, LetterState
from bot.core.refs import Place, Platform, UserRef
from bot.scheduler.alarm import Alarm
from bot.scheduler.courier import Courier, Desk
from bot.scheduler.due import SCHEDULER, Due, Planner
from bot.scheduler.flight import Manner
from bot.storage import Storage

STUCK = timedelta(minutes=1)  # leapt over when something that is due does not go on
HOLDER = "rehearsal"


class LeapingClock:
    """A clock that stands still until it leaps."""

    def __init__(self, now: datetime) -> None:
        """Begin at an aware moment."""
        self.now = now

    def __call__(self) -> datetime:
        """Return the moment it stands at."""
        return self.now


@dataclass(frozen=True, slots=True)
class Said:
    """One letter's end: what would be said when (`reply` None: it would not be sent, for the `reason`)."""

    at: datetime
    letter: Letter
    state: LetterState
    reason: str | None
    reply: Reply | None


class Listener:
    """An outlet that sends nothing and keeps what it was given."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.heard: dict[str, Reply] = {}

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
        """Keep `reply`."""
        self.heard[key] = reply
        return Receipt(to if isinstance(to, Place) else Place(to.platform, to.id), key)

    async def revise(self, sent: Receipt, reply: Reply) -> None:
        """Keep `reply` as what was said instead."""
        self.heard[sent.message] = reply

    async def pin(self, sent: Receipt) -> None:
        """Nothing is pinned."""

    async def rights(self, place: Place) -> Rights:
        """Everything is allowed."""
        return Rights(see=True, post=True, thread=True, history=True, pin=True)


class Rehearsal:
    """Acts the coming days out."""

    def __init__(
        self,
        desk: Desk,
        clock: LeapingClock,
        planners: Mapping[str, Planner],
        platforms: Iterable[Platform],
        outlets: Mapping[Platform, Outlet] | None = None,
        manners: Callable[[Platform], Manner] | None = None,
    ) -> None:
        """Work at `desk`, whose storage is a copy and whose time is `clock`'s. Nothing is sent, unless by `outlets`."""
        self._clock = clock
        self._ended: list[tuple[Letter, LetterState, str | None]] = []
        self._desk = replace(desk, ended=self._take)
        self._listener = Listener()
        self._due = Due(desk.storage, clock, planners, lambda: None)
        alarm = Alarm()
        self._couriers = [
            Courier(
                self._desk, partial(self._outlet, platform), (manners or _plain)(platform), alarm.bell(platform.value)
            )
            for platform in platforms
        ]
        self._platforms = tuple(platforms)
        self._outlets = outlets or {}

    async def until(self, end: datetime) -> AsyncIterator[Said]:
        """Give every message up to `end`, in order, as its time comes; the clock goes no further."""
        storage = self._desk.storage
        scheduler = await _lead(storage, SCHEDULER, self._clock())
        fences = [await _lead(storage, platform.value, self._clock()) for platform in self._platforms]
        for courier, fence in zip(self._couriers, fences, strict=True):
            await courier.begin(fence)
        while self._clock() <= end:
            await self._due.tick(scheduler)
            for courier, fence in zip(self._couriers, fences, strict=True):
                await _carry(courier, fence)
            for said in self._said():
                yield said
            following = await self._following()
            if following is not None and following <= self._clock():
                following = self._clock() + STUCK
            if following is None or following > end:
                return
            self._clock.now = following

    def _outlet(self, platform: Platform) -> Outlet:
        return self._outlets.get(platform, self._listener)

    def _take(self, ends: Sequence[tuple[Letter, LetterState, str | None]]) -> None:
        self._ended += ends

    def _said(self) -> list[Said]:
        ended, self._ended = self._ended, []
        now, heard = self._clock(), self._listener.heard
        return [Said(now, letter, state, reason, heard.pop(letter.key, None)) for letter, state, reason in ended]

    async def _following(self) -> datetime | None:
        async with self._desk.storage.read() as uow:
            known = [await uow.schedules.earliest()]
            known += [await uow.outbox.earliest(platform) for platform in self._platforms]
        return min((moment for moment in known if moment is not None), default=None)


def _plain(platform: Platform) -> Manner:
    return Manner(platform, guards=True)


async def _carry(courier: Courier, fence: int) -> None:
    while await courier.turn(fence):
        await courier.drain()
    await courier.turn(fence)
    await asyncio.sleep(0)


async def _lead(storage: Storage, name: str, now: datetime) -> int:
    """Take a lease in the copy, whoever holds it in the original."""
    async with storage.write() as uow:
        held = await uow.leases.holder(name)
        if held is not None:
            await uow.leases.release(name, held.holder)
        fence = await uow.leases.take(name, HOLDER, now, now + timedelta(days=36500))
    assert fence is not None  # noqa: S101 - it was let go of a line ago
    return fence
