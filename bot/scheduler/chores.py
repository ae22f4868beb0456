"""What is done beside the clock: a sign of life every half minute, and once a night everything past its time deleted.

It knows how often, not what: what is deleted after how long is said in `core.retention`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.scheduler.alarm import Bell
from bot.scheduler.due import Downtime
from bot.services.upkeep import ALIVE, NIGHT, Chore
from bot.storage import Storage, StorageError

log = structlog.get_logger(__name__)

BEAT = timedelta(seconds=30)
NIGHT_HOUR = 4  # UTC


class Chores:
    """Keeps house."""

    def __init__(
        self, storage: Storage, clock: Callable[[], datetime], bell: Bell, nightly: Sequence[Chore] = ()
    ) -> None:
        """Do the `nightly` chores in order, each by its name; one that fails keeps none of the others."""
        self._storage, self._clock, self._bell, self._nightly = storage, clock, bell, nightly

    async def begin(self) -> Downtime:
        """Return when the program was not running, as far as its last sign of life tells, and give a new one."""
        now = self._clock()
        async with self._storage.read() as uow:
            last = await uow.marks.get(ALIVE)
        await self._beat(now)
        return Downtime(datetime.fromisoformat(last) if last else None, now)

    async def run(self) -> None:
        """Beat, and do the chores when their hour has come or was slept through."""
        while True:
            now = self._clock()
            await self._beat(now)
            if await self._is_night(now):
                await self.night(now)
            await self._bell.wait(BEAT.total_seconds())

    async def night(self, now: datetime) -> None:
        """Do the chores of one night."""
        for name, chore in self._nightly:
            try:
                done = await chore()
            except StorageError as error:
                log.warning("a chore was not done", chore=name, error=str(error))
            except Exception:
                log.exception("a chore failed", chore=name)
            else:
                log.debug("a chore is done", chore=name, result=done)
        async with self._storage.write() as uow:
            await uow.marks.put(NIGHT, now.date().isoformat(), now)

    async def _beat(self, now: datetime) -> None:
        async with self._storage.write() as uow:
            await uow.marks.put(ALIVE, now.isoformat(), now)

    async def _is_night(self, now: datetime) -> bool:
        """Say whether chores are owed: it is past their hour today, or there were none for a whole day."""
        async with self._storage.read() as uow:
            last = await uow.marks.get(NIGHT)
        if last is None:  # a new house has nothing to tidy up yet
            async with self._storage.write() as uow:
                await uow.marks.put(NIGHT, now.date().isoformat(), now)
            return False
        day = now.date()
        return last != day.isoformat() and (now.hour >= NIGHT_HOUR or last < (day - timedelta(days=1)).isoformat())
