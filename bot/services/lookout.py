"""Looks every few minutes for what needs a person: a disk that fills, letters that die, a platform that asks for quiet.

It knows what is too much, not how it is told.
"""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.core.outbox import LetterState
from bot.services.troubles import Trouble, Troubles
from bot.storage import Storage, StorageError

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=10)
LEAST_FREE = 200 * 2**20  # bytes, and never less than the database twice: a delete rewrites it
DEAD_OF_A_DAY = 5
HOLDS_OF_AN_HOUR = 5
CLOCK_EVERY = 36  # looks: a question to a platform
CLOCK_OFF = 60.0  # seconds from which reminders are plainly wrong
LASTS = 2  # looks that storage must be away: a tool that holds it for a minute needs nobody
MARK = "looked"

Ahead = Callable[[], Awaitable[float | None]]


class Lookout:
    """Keeps an eye on the house."""

    def __init__(
        self,
        storage: Storage,
        troubles: Troubles,
        clock: Callable[[], datetime],
        *,
        holds: Callable[[], int] = lambda: 0,
        ahead: Ahead | None = None,
        directly: Callable[[str, str], None] = lambda post, key: None,
    ) -> None:
        """Watch `storage` and its disk.

        `holds` counts how often platforms asked us to wait, `ahead` asks one how far our clock is ahead (seconds, None
        for no answer), `directly` writes a post to the hosts past the database.
        """
        self._storage, self._troubles, self._clock = storage, troubles, clock
        self._holds, self._ahead, self._directly = holds, ahead, directly
        self._counted: deque[int] = deque(maxlen=timedelta(hours=1) // EVERY + 1)
        self._looks = self._away = 0
        self._told_on = ""

    async def look(self) -> None:
        """Look once."""
        self._looks += 1
        try:
            await self._look()
        except StorageError as error:
            self._away += 1
            log.error("the lookout cannot read or write", error=str(error))
            if self._away >= LASTS:
                self._tell_directly()
        else:
            self._away = 0

    async def _look(self) -> None:
        now = self._clock()
        async with self._storage.write() as uow:
            await uow.marks.put(MARK, now.isoformat(), now)
            ended = await uow.outbox.counts(now - timedelta(days=1))
        await self._troubles.over(Trouble.TOKEN)  # who is refused does not get this far
        dead = ended.get(LetterState.DEAD, 0)
        await self._troubles.found_or_over(Trouble.DEAD, dead >= DEAD_OF_A_DAY, count=str(dead))
        self._counted.append(self._holds())
        holds = self._counted[-1] - self._counted[0]
        await self._troubles.found_or_over(Trouble.FLOOD, holds >= HOLDS_OF_AN_HOUR, count=str(holds))
        if self._storage.file is not None:
            free, least = _room(self._storage.file)
            await self._troubles.found_or_over(Trouble.DISK, free < least, free=str(free // 2**20))
        if self._ahead is not None and self._looks % CLOCK_EVERY == 0:
            ahead = await self._ahead()
            if ahead is not None:
                off = abs(ahead) >= CLOCK_OFF
                await self._troubles.found_or_over(Trouble.CLOCK, off, seconds=f"{ahead:+.0f}")

    def _tell_directly(self) -> None:
        today = f"{self._clock():%Y%m%d}"
        if self._told_on != today:
            self._told_on = today
            self._directly(f"notices.{Trouble.STORAGE}", f"trouble:{Trouble.STORAGE}:{today}")


def _room(database: Path) -> tuple[int, int]:
    """Return the free bytes where the database is, and how many there should be at least."""
    size = database.stat().st_size if database.exists() else 0
    return shutil.disk_usage(database.absolute().parent).free, max(LEAST_FREE, 2 * size)
