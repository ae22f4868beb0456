"""Keeps next times true when the world changes under them: new zone data, or a wall clock that was set back.

A rule is about wall time, `next_due_at` is a moment computed from it; when a country changes its clocks, or this
machine's were wrong, the moment is computed anew, and whoever is reminded at another time than before hears of it once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import zoneinfo
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path

import structlog

from bot.core.outbox import NewLetter
from bot.core.refs import UserRef
from bot.core.reminders import KIND, moved_with, renewed
from bot.core.schedule import NOTICE, Rule, Schedule, next_after, occurrences
from bot.storage import Storage

log = structlog.get_logger(__name__)

MARK = "zones"  # which zone data the next times were computed with
COPIES = ("posix", "right")  # folders of Debian's zone data that hold all zones once more
MOVED_POST = "remind.moved"
NEARBY = timedelta(hours=26)  # further than any change of clocks moves a time
BATCH = 200
Change = tuple[Schedule, datetime]


class Zones:
    """Compares the zone data with what was there before, and corrects the next times."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], stored: Callable[[], None]) -> None:
        """Correct in `storage`; call `stored` when letters about it are in."""
        self._storage, self._clock, self._stored = storage, clock, stored

    async def look(self) -> int:
        """Correct the next times if the zone data is not what it was at the last look; return how many moved."""
        version = await asyncio.to_thread(fingerprint)
        async with self._storage.read() as uow:
            before = await uow.marks.get(MARK)
        if before == version:
            return 0
        moved = 0 if before is None else await self._walk(self._renewed, tell=True)
        async with self._storage.write() as uow:
            await uow.marks.put(MARK, version, self._clock())
        return moved

    async def catch_up(self) -> int:
        """Compute every next time anew from now: the wall clock was ahead, and what fell due then did so too early."""
        return await self._walk(self._from_now, tell=False)

    def _renewed(self, schedule: Schedule) -> datetime | None:
        rule, due, now = schedule.rule, schedule.next_due_at, self._clock()
        if due is None or due <= now:
            return None
        if rule is not None:
            return nearest(rule, due, now)
        at = renewed(schedule)
        return at if at is not None and at > now else None

    def _from_now(self, schedule: Schedule) -> datetime | None:
        return None if schedule.rule is None else next_after(schedule.rule, self._clock())

    async def _walk(self, correct: Callable[[Schedule], datetime | None], *, tell: bool) -> int:
        async with self._storage.read() as uow:
            zones = await uow.schedules.zones()
        return sum([await self._walk_zone(zone, correct, tell=tell) for zone in [*zones, *([None] if tell else [])]])

    async def _walk_zone(self, zone: str | None, correct: Callable[[Schedule], datetime | None], *, tell: bool) -> int:
        """Correct the rules of a zone; None: what comes once, whose zone it keeps itself."""
        beyond, moved = 0, 0
        while True:
            async with self._storage.read() as uow:
                if zone is None:
                    found = await uow.schedules.single(KIND, beyond, BATCH)
                else:
                    found = await uow.schedules.in_zone(zone, beyond, BATCH)
            if not found:
                return moved
            beyond = found[-1].id
            changes = [(schedule, at) for schedule in found if (at := correct(schedule)) and at != schedule.next_due_at]
            moved += await self._move(changes, tell=tell) if changes else 0
            await asyncio.sleep(0)

    async def _move(self, changes: Sequence[Change], *, tell: bool) -> int:
        now = self._clock()
        done: dict[UserRef, list[Change]] = defaultdict(list)
        number = 0
        async with self._storage.write() as uow:
            reached = await uow.schedules.addresses([schedule.id for schedule, _ in changes]) if tell else {}
            for schedule, at in changes:
                also = {"payload": moved_with(schedule, at)} if schedule.rule is None else {}
                if not await uow.schedules.change(schedule.id, schedule.version, now, next_due_at=at, **also):
                    continue  # its person changed it meanwhile: computed with the new data anyway
                number += 1
                if schedule.id in reached:
                    done[reached[schedule.id]].append((schedule, at))
            letters = [_notice(to, moves) for to, moves in done.items()]
            await uow.outbox.put(letters, now)
        if letters:
            self._stored()
        log.info("next times were computed anew", moved=number)
        return number


def nearest(rule: Rule, due: datetime, now: datetime) -> datetime | None:
    """Return the occurrence that is what `due` was before the zone's clocks changed; None when there is none."""
    around = [at for at in occurrences(rule, due - NEARBY, due + NEARBY) if at > now]
    return min(around, key=lambda at: abs(at - due), default=None) or next_after(rule, now)


def fingerprint() -> str:
    """Return a short word for all the zone data that `zoneinfo` can find; it reads every file, so not on the loop."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in map(Path, zoneinfo.TZPATH):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.relative_to(folder).parts[0] not in COPIES:
                digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    with suppress(metadata.PackageNotFoundError):
        digest.update(metadata.version("tzdata").encode())
    return digest.hexdigest()


def _notice(to: UserRef, moves: Sequence[Change]) -> NewLetter:
    told = [[s.id, s.next_due_at.isoformat() if s.next_due_at else None, at.isoformat()] for s, at in moves]
    word = hashlib.blake2b(json.dumps(told).encode(), digest_size=6).hexdigest()
    return NewLetter(f"moved:{to}:{word}", NOTICE, to, MOVED_POST, {"moved": told}, identity_id=moves[0][0].identity_id)
