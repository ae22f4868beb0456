"""Lets fall due what is: each occurrence becomes letters, and its schedule goes on, in one transaction.

Nothing is sent here and nothing is remembered: whatever happens between two looks, the next one finds it. Of several
occurrences missed in a row the latest is written about. It knows no kind: who is written to is its planner's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.core.errors import Unavailable
from bot.core.outbox import NewLetter, occurrence_key
from bot.core.refs import UserRef
from bot.core.schedule import KINDS, NOTICE, Advance, Schedule, ScheduleId, ScheduleState, advance
from bot.scheduler.flight import TRIES
from bot.scheduler.leader import Superseded
from bot.storage import Storage, UnitOfWork
from bot.storage.queries.schedules import Step

log = structlog.get_logger(__name__)

STUCK = "notices.stuck"  # the post that tells the hosts
SCHEDULER = "scheduler"  # the lease of whoever lets things fall due
FIRST_BATCH, BATCH = 16, 256  # schedules a transaction; a small one first, so that the first letter leaves soon
FEW = 4  # schedules with a planner a transaction: what one posts may take a second to make, and reminders do not wait
PAUSE = 0.02  # seconds after the first, in which couriers have the loop and the writer to themselves
FIRST_WAIT, WAIT_GROWS = timedelta(seconds=5), 4  # after a failure: 5, 20, 80 and 320 seconds, then it is put aside
SLICE = 0.002  # seconds of arithmetic after which others have their turn

Planner = Callable[[Schedule, datetime, bool], Awaitable[Sequence[NewLetter]]]
"""Returns the letters of one occurrence, the same ones however often it is asked; the last argument is `was_down`."""
ToHosts = Callable[[str, str, Mapping[str, str]], list[NewLetter]]
"""Returns the letters of a post, under a key, that tell the hosts of what needs a human."""


@dataclass(frozen=True, slots=True)
class Downtime:
    """When the program was not running last: from its last sign of life, None without one, to its start."""

    since: datetime | None
    until: datetime

    def covers(self, due: datetime) -> bool:
        """Say whether something fell due meanwhile."""
        return due < self.until and (self.since is None or due >= self.since)


@dataclass(frozen=True, slots=True)
class _Failing:
    """How often in a row a schedule could not be planned, and until when it is left alone."""

    tries: int
    until: datetime


class Due:
    """Looks for what is due."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        planners: Mapping[str, Planner],
        stored: Callable[[], None],
        to_hosts: ToHosts = lambda *_: [],
    ) -> None:
        """Plan with the kind's planner, else write to the person of the schedule; call `stored` when letters are in."""
        self._storage, self._clock, self._planners, self._stored = storage, clock, planners, stored
        self._to_hosts = to_hosts
        self.downtime = Downtime(None, clock())
        self._failing: dict[ScheduleId, _Failing] = {}

    async def tick(self, fence: int) -> int:
        """Let everything that is due fall due; return how many schedules that were.

        Raises `Superseded` when another process lets things fall due by now, `StorageError` when nothing can be read.
        """
        total, most = 0, FIRST_BATCH
        while True:
            now = self._clock()
            resting = self._resting(now)
            async with self._storage.read() as uow:
                due = await uow.schedules.due(now, most + len(resting))
            found = [schedule for schedule in due if schedule.id not in resting]
            if not found:
                return total
            fell, asked = 0, {schedule.id for schedule in found}
            for some in self._in_turn(found):
                if some[0].kind in self._planners:
                    fell += await self._overtaking(asked, fence)
                fell += await self._let_fall(some, now, fence)
            total += fell
            if len(found) < most or not fell:
                return total
            await asyncio.sleep(PAUSE if most == FIRST_BATCH else 0)
            most = BATCH

    async def earliest(self) -> datetime | None:
        """Return when the next schedule falls due."""
        async with self._storage.read() as uow:
            return await uow.schedules.earliest()

    async def _overtaking(self, asked: set[ScheduleId], fence: int) -> int:
        """Let fall what is written at once and came due meanwhile, each once; return how many schedules that were."""
        total = 0
        while True:
            now = self._clock()
            async with self._storage.read() as uow:
                due = await uow.schedules.due(now, BATCH, without=tuple(self._planners))
            found = [schedule for schedule in due if schedule.id not in asked | self._resting(now)]
            if not found:
                return total
            asked.update(schedule.id for schedule in found)
            total += await self._let_fall(found, now, fence)
            await asyncio.sleep(0)

    def _resting(self, now: datetime) -> frozenset[ScheduleId]:
        """Return what failed a moment ago: it is left alone for a while, and nobody else waits for it."""
        return frozenset(each for each, failing in self._failing.items() if failing.until > now)

    def _in_turn(self, found: Sequence[Schedule]) -> Iterator[Sequence[Schedule]]:
        """Yield those that are written at once, then, a few at a time, those for which something has to be made."""
        if plain := [schedule for schedule in found if schedule.kind not in self._planners]:
            yield plain
        rest = [schedule for schedule in found if schedule.kind in self._planners]
        for start in range(0, len(rest), FEW):
            yield rest[start : start + FEW]

    async def _let_fall(self, found: Sequence[Schedule], now: datetime, fence: int) -> int:
        steps, broken = await self._computed(found, now)
        planned = await self._planned(steps, broken)
        steps = [(schedule, on) for schedule, on in steps if schedule.id in planned]
        async with self._storage.write() as uow:
            if not await uow.leases.check(SCHEDULER, fence):
                raise Superseded(SCHEDULER)
            as_read = await uow.schedules.advance([_step(schedule, on) for schedule, on in steps], now)
            letters = [letter for schedule, _ in steps if schedule.id in as_read for letter in planned[schedule.id]]
            for schedule in broken:
                if await uow.schedules.change(schedule.id, schedule.version, now, state=ScheduleState.PAUSED):
                    letters += await self._stuck(uow, schedule)
            await uow.outbox.put(letters, now)
        if letters:
            self._stored()
        return len(as_read)

    async def _stuck(self, uow: UnitOfWork, schedule: Schedule) -> list[NewLetter]:
        """Return the letters that tell its person and the hosts that a schedule was put aside: nothing ends in silence.

        Once each time: taken up again and put aside again, it is news again.
        """
        key = f"stuck:{schedule.id}:{schedule.version}"
        letters = self._to_hosts(STUCK, key, {"number": str(schedule.id), "kind": schedule.kind})
        kind = KINDS.get(schedule.kind)
        to = (await uow.schedules.addresses([schedule.id])).get(schedule.id)
        if kind is not None and kind.stuck and to is not None:
            payload, whose = {"schedule": schedule.id}, schedule.identity_id
            letters.append(NewLetter(f"{key}:own", NOTICE, to, kind.stuck, payload, identity_id=whose))
        return letters

    async def _computed(
        self, found: Sequence[Schedule], now: datetime
    ) -> tuple[list[tuple[Schedule, Advance]], list[Schedule]]:
        """Return how each goes on, and those of which nobody can tell; others have their turn in between."""
        steps: list[tuple[Schedule, Advance]] = []
        broken: list[Schedule] = []
        politely = _Politely()
        for schedule in found:
            try:
                steps.append((schedule, advance(schedule, now)))
            except Exception:
                log.exception("a schedule cannot go on and is put aside", schedule=schedule.id)
                broken.append(schedule)
            await politely.go_on()
        return steps, broken

    async def _planned(
        self, steps: Sequence[tuple[Schedule, Advance]], broken: list[Schedule]
    ) -> Mapping[ScheduleId, Sequence[NewLetter]]:
        """Return the letters of each; one whose planner fails is left for a later look, in the end put to `broken`."""
        plain = [schedule.id for schedule, _ in steps if schedule.kind not in self._planners]
        reached: Mapping[ScheduleId, UserRef] = {}
        if plain:
            async with self._storage.read() as uow:
                reached = await uow.schedules.addresses(plain)
        planned: dict[ScheduleId, Sequence[NewLetter]] = {}
        politely = _Politely()
        for schedule, on in steps:
            await politely.go_on()
            try:
                planned[schedule.id] = await self._letters(schedule, on.due, reached)
            except Unavailable:
                raise
            except Exception:
                log.exception("a schedule could not be planned", schedule=schedule.id, kind=schedule.kind)
                if self._has_failed(schedule):
                    broken.append(schedule)
            else:
                self._failing.pop(schedule.id, None)
        return planned

    def _has_failed(self, schedule: Schedule) -> bool:
        """Note a failure; say whether it was one too many in a row."""
        before = self._failing.pop(schedule.id, None)
        tries = before.tries + 1 if before is not None else 1
        if tries < TRIES:
            self._failing[schedule.id] = _Failing(tries, self._clock() + FIRST_WAIT * WAIT_GROWS ** (tries - 1))
        return tries >= TRIES

    async def _letters(
        self, schedule: Schedule, due: datetime, reached: Mapping[ScheduleId, UserRef]
    ) -> Sequence[NewLetter]:
        was_down = self.downtime.covers(due)
        planner = self._planners.get(schedule.kind)
        if planner is not None:
            return await planner(schedule, due, was_down)
        to = reached.get(schedule.id)
        if to is None:
            raise LookupError(f"nobody to write to about schedule {schedule.id}")
        return (letter_to(schedule, due, to, was_down),)


class _Politely:
    """Lets others have their turn every few milliseconds of work."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()

    async def go_on(self) -> None:
        if time.perf_counter() - self._begun > SLICE:
            await asyncio.sleep(0)
            self._begun = time.perf_counter()


def letter_to(schedule: Schedule, due: datetime, to: UserRef, was_down: bool) -> NewLetter:
    """Return the letter that tells its person of one occurrence of a schedule."""
    return NewLetter(
        occurrence_key(schedule.id, due),
        schedule.kind,
        to,
        KINDS[schedule.kind].post,
        schedule.payload,
        identity_id=schedule.identity_id,
        group_id=schedule.group_id,
        schedule_id=schedule.id,
        due_at=due,
        was_down=was_down,
    )


def _step(schedule: Schedule, on: Advance) -> Step:
    return Step(schedule, on.next_due_at, on.left)
