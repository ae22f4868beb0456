"""Keeps time: lets fall due what is due, at the moment it is, for as long as this process may.

It sleeps until the earliest due row, or until woken because a nearer one was stored. A wall clock that jumps is
noticed by comparing it with one that cannot.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.scheduler.alarm import Bell
from bot.scheduler.due import Due
from bot.scheduler.zones import Zones

log = structlog.get_logger(__name__)

SET_BACK = timedelta(minutes=1)  # a wall clock set back by more than this had let things fall due too early
ABSURD = timedelta(days=366)  # a leap ahead by more than this is not believed at once
DISBELIEVED = 600.0  # seconds, in which somebody may mend the clock
AGAIN = 1.0  # seconds until what did not go on is looked at again


class Leaps:
    """Compares the wall clock with one that only runs."""

    def __init__(self, clock: Callable[[], datetime], running: Callable[[], float] = time.monotonic) -> None:
        """Begin now."""
        self._clock, self._running = clock, running
        self._wall, self._ran = clock(), running()
        self.ahead = timedelta()

    def leap(self) -> timedelta:
        """Return by how much the wall clock jumped since the last call; `ahead` is how far it is ahead in all.

        A machine that slept is ahead, too: the other clock stood still meanwhile.
        """
        before = self.ahead
        self.ahead = (self._clock() - self._wall) - timedelta(seconds=self._running() - self._ran)
        return self.ahead - before


class Timekeeper:
    """The loop that lets things fall due."""

    def __init__(
        self,
        due: Due,
        zones: Zones,
        clock: Callable[[], datetime],
        bell: Bell,
        *,
        running: Callable[[], float] = time.monotonic,
        disbelieved: float = DISBELIEVED,
    ) -> None:
        """Let `due` look, at the latest when `bell` rings."""
        self._due, self._zones, self._clock, self._bell = due, zones, clock, bell
        self._leaps = Leaps(clock, running)
        self._running, self._disbelieved = running, disbelieved
        self._doubts_until = float("-inf")
        self._looked = float("-inf")

    def looked_within(self, seconds: float) -> bool:
        """Say whether the last look was no longer ago than that."""
        return self._running() - self._looked <= seconds

    async def run(self, fence: int) -> None:
        """Look at once, then whenever something is due. Raises what `Due.tick` raises."""
        correcting = asyncio.create_task(self._zones.look(), name="zone data")
        try:
            while True:
                await self._mind_leaps()
                if self._running() < self._doubts_until:
                    await self._bell.wait()
                    continue
                fell = await self._due.tick(fence)
                self._looked = self._running()
                await self._bell.wait(await self._seconds(fell))
                if correcting.done():
                    correcting.result()
        finally:
            correcting.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await correcting

    async def _seconds(self, fell: int) -> float | None:
        earliest = await self._due.earliest()
        if earliest is None:
            return None
        left = (earliest - self._clock()).total_seconds()
        return left if left > 0 else 0 if fell else AGAIN

    async def _mind_leaps(self) -> None:
        leapt = self._leaps.leap()
        if self._leaps.ahead <= ABSURD:
            self._doubts_until = float("-inf")  # it never was, or is mended
        elif leapt > ABSURD:
            self._doubts_until = self._running() + self._disbelieved
            log.error("the wall clock leapt ahead; nothing falls due until it is mended", by=str(leapt))
        if leapt < -SET_BACK:
            log.warning("the wall clock was set back; next times are computed anew", by=str(-leapt))
            await self._zones.catch_up()
