"""Carries the letters of one platform: leases them, has them written, hands them to the outlet, keeps how it went.

Everything a turn of the courier writes is one transaction: how the last letters ended, and which are taken up now. A
letter is marked after it was sent, never before; one found leased by nobody who lives is in doubt. One letter an
address is under way at a time. It knows no platform: the outlet keeps to the platform's limits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.chat.stores import InDoubt, Outlet, Receipt, Refused, Undeliverable, Unsent
from bot.core.errors import Unavailable
from bot.core.outbox import Delivery, Letter, LetterState, NewLetter
from bot.core.people import Person
from bot.core.refs import Place, UserRef
from bot.core.schedule import NOTICE
from bot.scheduler.alarm import Bell
from bot.scheduler.flight import (
    End,
    Later,
    Manner,
    Over,
    Sent,
    ending,
    recalled,
    said_with,
    too_late,
    withheld,
)
from bot.scheduler.journal import Journal
from bot.scheduler.leader import Superseded
from bot.scheduler.silence import Silence
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

log = structlog.get_logger(__name__)

LEASED_FOR = timedelta(minutes=3)  # longer than any request, and any wait for a turn, takes
AT_ONCE = 4  # letters begun in one pass of the loop, so that nobody else waits for long
HANDFUL = 32  # letters taken up in one transaction, when so many hands are free
MUCH = 8  # letters under way from which ends are gathered
PARKED_FROM = timedelta(minutes=10)  # a longer silence that a platform asks for is news for the hosts
KEPT_FROM = timedelta(seconds=5)  # and one longer than this is kept over a restart
BEHIND = timedelta(seconds=3)  # until a letter that hangs on an earlier one is looked at again

Fallback = Callable[[UnitOfWork, Letter, str], Awaitable[Sequence[NewLetter]]]
"""Returns what is sent instead of a letter whose address cannot be reached; awaits nothing but the unit of work."""


class Composer(Protocol):
    """The router, as far as letters need it."""

    async def compose(
        self, name: str, to: Caller, person: Person | None, payload: Mapping[str, object]
    ) -> Reply | None:
        """Write the post `name` for a reader of whom all is read; None when there is nothing to say any more."""
        ...


class Ended(Protocol):
    """Who wants to know that letters ended, once that is on disk."""

    def __call__(self, ends: Sequence[tuple[Letter, LetterState, str | None]]) -> None:
        """Take them."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What a courier works with besides its outlet."""

    storage: Storage
    clock: Callable[[], datetime]
    composer: Composer
    current: Callable[[str], str] | None  # the id under which a resource is found now
    hosts: Callable[[], Iterable[UserRef]]  # who is told of what needs a human
    ended: Ended
    wake: Callable[[], None]  # letters for other couriers were stored
    fallback: Fallback | None = None
    recall: Callable[[], Awaitable[None]] | None = None  # who cannot be reached, as others found out meanwhile

    def to_hosts(self, post: str, key: str, payload: Mapping[str, str]) -> list[NewLetter]:
        """Return the letters that tell the hosts of something, once under `key`."""
        return [NewLetter(f"{key}:{owner}", NOTICE, owner, post, payload) for owner in self.hosts()]


@dataclass(frozen=True, slots=True)
class _Taken:
    """The letters taken up in one turn, and what was read for them on the way."""

    letters: tuple[Letter, ...] = ()
    people: Mapping[UserRef, Person] = field(default_factory=dict)
    earlier: Mapping[str, Letter] = field(default_factory=dict)
    over: tuple[Over, ...] = ()  # those that ended without a request
    nearest: datetime | None = None  # when the next one can go that could not now
    full: bool = False  # there may be more that can go now
    stored: bool = False  # letters for couriers were stored


class Courier:
    """One platform's courier."""

    def __init__(
        self,
        desk: Desk,
        outlet: Callable[[], Outlet],
        manner: Manner,
        bell: Bell,
        journal: Journal | None = None,
    ) -> None:
        """Carry what is for the platform of `manner` to its `outlet` of the moment; `bell` rings for new letters."""
        self._desk, self._outlet, self._manner, self._bell = desk, outlet, manner, bell
        self._journal = journal
        self._flights: dict[str, asyncio.Task[None]] = {}  # by lane, until how it went is on disk
        self._ends: list[End] = []
        self._resting: dict[str, datetime] = {}
        self._silence = Silence(manner.platform)
        self._more = True
        self._nearest: datetime | None = None  # when a letter can go next, as far as is known
        self._stopping = False
        self._fresh: Callable[[], bool] = lambda: True

    @property
    def in_flight(self) -> int:
        """Return how many letters are under way."""
        return len(self._flights)

    async def run(self, fence: int, fresh: Callable[[], bool] = lambda: True) -> None:
        """Carry until stopped. `fence` is that of the lease; `fresh` says that nobody else can hold it by now.

        Raises `Superseded` when somebody else leads, `StorageError` when nothing can be read or written: how the
        letters under way end is kept in memory then, and written by the next run.
        """
        self._fresh = fresh
        await self.begin(fence)
        news = True
        while True:
            await self.turn(fence, news=news)
            if self._stopping and not self._flights:
                return
            news = await self._bell.wait(self._idle_seconds())
            if self._ends and len(self._flights) >= MUCH:
                await asyncio.sleep(self._manner.linger)

    async def begin(self, fence: int) -> None:
        """Write how the last lead's letters ended; whatever is leased still was left by somebody who is gone."""
        self._more, self._nearest = True, None
        await self.drain()  # what an earlier lead of this process began still counts
        platform, now = self._manner.platform, self._desk.clock()
        ends, self._ends = self._ends, []
        try:
            async with self._desk.storage.write() as uow:
                if not await uow.leases.check(platform.value, fence):
                    raise Superseded(platform.value)
                stored = await self._write(uow, ends, now)
                if self._journal is not None:
                    await uow.outbox.sent(self._journal.read())
                left = await uow.outbox.reclaim(platform, fence, now)
                self._silence.recall(await uow.marks.get(self._silence.mark))
        except BaseException:
            self._ends = ends + self._ends
            raise
        self._settle(ends, _Taken(stored=stored))
        if left:
            log.warning("letters were under way when the last courier ended", platform=platform.value, number=left)

    def stop(self) -> None:
        """Take up nothing more; `run` returns when all that is under way has ended."""
        self._stopping = True
        self._bell.wake()

    def cut_off(self) -> None:
        """Give up what is under way: it stays leased, and whoever comes next takes it for doubtful."""
        for flight in self._flights.values():
            flight.cancel()

    async def turn(self, fence: int, *, news: bool = True) -> int:
        """Write down what ended and take up what can go now; return how many letters were taken up.

        Without `news`, nothing was stored by others since the last turn.
        """
        room = self._room()
        if not self._ends and not (room and await self._has_due(news)):
            return 0
        ends, self._ends = self._ends, []
        try:
            taken = await self._exchange(fence, ends, room)
        except BaseException:
            self._ends = ends + self._ends
            raise
        self._settle(ends, taken)
        if room:
            self._more, self._nearest = taken.full, taken.nearest
        for end in ends:
            if isinstance(end, Later):
                self._expect(end)
        for number, letter in enumerate(taken.letters, 1):
            self._flights[letter.lane] = asyncio.create_task(self._fly(letter, taken), name=f"letter {letter.id}")
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        return len(taken.letters)

    async def drain(self) -> None:
        """Wait until nothing is under way; how it went is written by the next turn."""
        while running := [flight for flight in self._flights.values() if not flight.done()]:
            await asyncio.wait(running)

    # when to take up

    def _room(self) -> int:
        """Return for how many letters there are hands now."""
        now = self._desk.clock()
        if self._stopping or self._silence.left(now):
            return 0
        self._resting = {lane: until for lane, until in self._resting.items() if until > now}
        if self._silence.probing:
            return 0 if self._flights else 1
        free = self._manner.in_flight - len(self._flights)
        return min(free, HANDFUL) if free >= HANDFUL or not self._flights else 0

    async def _has_due(self, news: bool) -> bool:
        now = self._desk.clock()
        if self._more or (self._nearest is not None and self._nearest <= now):
            return True
        if not news and not any(until <= now for until in self._resting.values()):
            return False
        async with self._desk.storage.read() as uow:
            earliest = await uow.outbox.earliest(self._manner.platform)
        return earliest is not None and earliest <= now

    def _expect(self, end: Later) -> None:
        """Remember when a letter that was put back can go again."""
        at = self._desk.clock() + end.wait
        self._nearest = at if self._nearest is None else min(self._nearest, at)

    def _idle_seconds(self) -> float | None:
        """Return for how long there is nothing to do, as far as is known; None: until the bell rings."""
        if self._ends:
            return 0
        now = self._desk.clock()
        if self._stopping:
            return None
        if silent := self._silence.left(now):
            return silent.total_seconds()
        if not self._room():
            return None  # a letter that ends rings
        if self._more:
            return 0
        known = [*self._resting.values(), *([self._nearest] if self._nearest is not None else [])]
        return max((min(known) - now).total_seconds(), 0.001) if known else None

    # one turn's transaction

    async def _exchange(self, fence: int, ends: Sequence[End], room: int) -> _Taken:
        """Write, in one transaction, how letters ended and which are taken up."""
        platform, now = self._manner.platform, self._desk.clock()
        async with self._desk.storage.write() as uow:
            # That something arrived is true whoever leads, and the number of the try guards it.
            arrived = not room and all(isinstance(end, Sent) for end in ends)
            if not arrived and not await uow.leases.check(platform.value, fence):
                raise Superseded(platform.value)
            stored = await self._write(uow, ends, now)
            busy = (self._flights.keys() - {end.letter.lane for end in ends}) | self._resting.keys()
            taken = await self._take_up(uow, fence, room, busy, now) if room else _Taken()
        return replace(taken, stored=taken.stored or stored)

    async def _take_up(self, uow: UnitOfWork, fence: int, room: int, busy: set[str], now: datetime) -> _Taken:
        found = await uow.outbox.lease(self._manner.platform, now, now + LEASED_FOR, room, busy, fence)
        ends = {letter.id: end for letter in found if (end := self._not_sent(letter, now)) is not None}
        stored = await self._write(uow, list(ends.values()), now)
        letters = tuple(letter for letter in found if letter.id not in ends)
        readers = {letter.to for letter in letters if isinstance(letter.to, UserRef)}
        keys = {key for letter in letters for key in (letter.revises, letter.under) if key is not None}
        people = await uow.people.visitors(readers, self._desk.current) if readers else {}
        earlier = await uow.outbox.by_key(keys) if keys else {}
        over = tuple(end for end in ends.values() if isinstance(end, Over))
        full = len(found) >= room
        # What could go now and was not taken waits for its lane; the next moment that counts is a later one.
        nearest = None if full else await uow.outbox.earliest(self._manner.platform, now)
        return _Taken(letters, people, earlier, over, nearest, full=full, stored=stored)

    def _not_sent(self, letter: Letter, now: datetime) -> End | None:
        """Return how a letter just taken up ends without a request; None when it is to be sent."""
        if letter.found is LetterState.LEASED:
            log.warning("a letter was under way when the last courier ended", key=letter.key)
            doubted = recalled(letter, self._manner)
            if doubted is not None:
                return doubted
        if (why := withheld(letter, now)) is not None:
            return Over(letter, LetterState.WITHHELD, why)
        if too_late(letter, now):
            return Over(letter, LetterState.TOO_LATE, "too late")
        return None

    async def _write(self, uow: UnitOfWork, ends: Sequence[End], now: datetime) -> bool:
        """Write how letters ended; say whether new letters were stored for it."""
        sent = [end for end in ends if isinstance(end, Sent)]
        if sent:
            await uow.outbox.sent([_delivery(end) for end in sent])
        for back in (end.letter.to for end in sent if end.letter.blocked is not None):
            await uow.unreachable.clear(back)
        stored = False
        for end in ends:
            match end:
                case Sent():
                    continue
                case Later():
                    stored |= await self._postpone(uow, end, now)
                case Over():
                    stored |= await self._end(uow, end, now)
        return stored

    async def _postpone(self, uow: UnitOfWork, end: Later, now: datetime) -> bool:
        letter, until = end.letter, now + end.wait
        await uow.outbox.postpone(
            letter.id,
            letter.attempt,
            until,
            end.reason,
            doubted_since=(letter.doubted_since or letter.tried_at or now) if end.doubted else None,
            state=LetterState.HELD if end.held else LetterState.WAITING,
            counts=end.counts,
        )
        if end.everywhere and end.wait >= KEPT_FROM:
            await uow.marks.put(self._silence.mark, until.isoformat(), now)
        notices: list[NewLetter] = []
        if end.held:
            payload = {**await _where(uow, letter), "until": until.isoformat()}
            notices += self._desk.to_hosts("notices.doubt", f"doubt:{letter.key}", payload)
        if end.wait >= PARKED_FROM and (end.everywhere or end.rests):
            whole = self._manner.platform.value
            key = f"parked:{whole if end.everywhere else letter.lane}:{until:%Y%m%dT%H}"
            notices += self._desk.to_hosts("notices.parked", key, {"platform": whole, "until": until.isoformat()})
        await self._put(uow, notices)
        return bool(notices)

    async def _end(self, uow: UnitOfWork, end: Over, now: datetime) -> bool:
        letter = end.letter
        instead: list[NewLetter] = []
        if self._desk.fallback is not None and (end.lost or end.state is LetterState.WITHHELD):
            instead += await self._desk.fallback(uow, letter, end.reason)
        if end.lost and await uow.unreachable.mark(letter.to, end.reason, now) and isinstance(letter.to, Place):
            key = f"unreachable:{letter.platform.value}:{letter.lane}:{now:%Y%m%d}"
            payload = {**await _where(uow, letter), "reason": end.reason}
            instead += self._desk.to_hosts("notices.unreachable", key, payload)
        await uow.outbox.end(letter.id, letter.attempt, end.state, end.reason, now)
        await self._put(uow, instead)
        return bool(instead)

    async def _put(self, uow: UnitOfWork, letters: Sequence[NewLetter]) -> None:
        if letters:
            await uow.outbox.put(letters, self._desk.clock())

    def _settle(self, ends: Sequence[End], taken: _Taken) -> None:
        """Let go of the lanes whose letters' ends are on disk, and tell whoever waits for them."""
        if self._journal is not None and not self._ends:
            self._journal.clear()
        for end in ends:
            self._flights.pop(end.letter.lane, None)
        self._desk.ended([_told(end) for end in (*ends, *taken.over) if not isinstance(end, Later)])
        if taken.stored:
            self._desk.wake()

    # one letter

    async def _fly(self, letter: Letter, taken: _Taken) -> None:
        """Carry one letter and note how that ended; a task of its own, which lets nothing escape."""
        try:
            end = await self._carry(letter, taken)
        except asyncio.CancelledError:
            self._flights.pop(letter.lane, None)
            raise
        except BaseException as error:
            end = ending(letter, error, self._manner)
            self._log(end, error)
        if isinstance(end, Later) and end.everywhere:
            end = replace(end, wait=self._silence.begin(self._desk.clock(), end.wait if end.asked else None))
        elif isinstance(end, Later) and end.rests:
            self._resting[letter.lane] = self._desk.clock() + end.wait
        elif isinstance(end, Sent):
            self._silence.over()
            if self._journal is not None:
                self._journal.note(_delivery(end))
        self._ends.append(end)
        self._bell.nudge()

    async def _carry(self, letter: Letter, taken: _Taken) -> End:
        if not self._fresh():
            return Later(letter, timedelta(), "another process may lead by now")
        person = taken.people.get(letter.to) if isinstance(letter.to, UserRef) else None
        said = said_with(letter, self._desk.clock(), self._manner)
        reply = await self._desk.composer.compose(letter.post, self._reader(letter), person, said)
        if reply is None:
            return Over(letter, LetterState.DROPPED, "nothing to say any more")
        under = taken.earlier.get(letter.under) if letter.under else None
        if under is not None and not under.ended_at:
            return Later(letter, BEHIND, "waits for an earlier message")
        if letter.revises and (revised := taken.earlier.get(letter.revises)) is not None:
            if not revised.ended_at:
                return Later(letter, BEHIND, "waits for an earlier message")
            receipt = _receipt(revised)
            if receipt is not None and await self._revised(receipt, reply):
                return Sent(letter, receipt, self._desk.clock())
        receipt = await self._deliver(letter, reply, under)
        return Sent(letter, receipt, self._desk.clock())

    async def _revised(self, receipt: Receipt, reply: Reply) -> bool:
        try:
            await self._outlet().revise(receipt, reply)
        except Undeliverable as error:
            if error.reason != "gone":
                raise
            return False  # the message is not there any more: it is posted anew
        return True

    async def _deliver(self, letter: Letter, reply: Reply, under: Letter | None) -> Receipt:
        more: dict[str, Any] = {}
        if letter.doubted_since is not None:
            more["doubted_since"] = letter.doubted_since
        if under is not None:
            more["under"] = _receipt(under)
        if letter.silent:
            more["silent"] = True
        return await self._outlet().deliver(letter.to, reply, letter.key, **more)

    def _reader(self, letter: Letter) -> Caller:
        to = letter.to
        if isinstance(to, UserRef):
            return Caller(to, Place(to.platform, to.id))
        nobody = UserRef(to.platform, "")
        return Caller(nobody, to, private_answers=to.private or self._manner.whispers, on_public=not to.private)

    def _log(self, end: End, error: BaseException) -> None:
        letter = end.letter
        known = isinstance(error, (Undeliverable, Unsent, InDoubt, Refused, Unavailable))
        told = log.info if isinstance(error, Unsent) and not error.counts else log.warning
        told(
            "a letter was not delivered",
            key=letter.key,
            attempt=letter.attempt,
            outcome="later" if isinstance(end, Later) else _told(end)[1].value,
            error=f"{type(error).__name__}: {error}",
            exc_info=None if known else error,
        )


async def _where(uow: UnitOfWork, letter: Letter) -> dict[str, str]:
    """Return the words for a letter's address that a host knows it by."""
    space = await uow.spaces.of(letter.to.space) if isinstance(letter.to, Place) and letter.to.space else None
    return {"platform": letter.platform.value, "title": space.title if space else letter.lane}


def _receipt(letter: Letter) -> Receipt | None:
    if letter.sent_place is None or letter.sent_message is None:
        return None
    return Receipt.read(letter.sent_place, letter.sent_message, letter.sent_thread)


def _delivery(end: Sent) -> Delivery:
    to = end.receipt
    return Delivery(end.letter.id, end.letter.attempt, end.at, to.place, to.kept, to.thread)


def _told(end: Sent | Over) -> tuple[Letter, LetterState, str | None]:
    if isinstance(end, Sent):
        return end.letter, LetterState.SENT, None
    return end.letter, end.state, end.reason
