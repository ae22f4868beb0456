"""The alarm clock: rings at a moment, or when somebody wakes it. The only module that knows APScheduler.

It holds a bell for each loop that sleeps and nothing of value: whoever is woken looks into the database. Waits end by
the monotonic clock at the latest, so a wall clock that jumps neither silences a bell nor makes it ring in a storm.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.base import JobLookupError  # type: ignore[import-untyped]
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.date import DateTrigger  # type: ignore[import-untyped]

# A second of grace is APScheduler's default and drops what is late; here late is rung once.
JOB_DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every job at INFO


class Bell:
    """What one loop sleeps on."""

    def __init__(self, alarm: Alarm, name: str) -> None:
        """Be rung by `alarm` under `name`."""
        self._alarm, self._name = alarm, name
        self._rung = asyncio.Event()
        self._news = False

    def wake(self) -> None:
        """Ring now, because something was stored: the wait under way ends, or the next one at once."""
        self._news = True
        self._rung.set()

    def nudge(self) -> None:
        """Ring now, for something that its loop knows of without a look into the database."""
        self._rung.set()

    async def wait(self, seconds: float | None = None) -> bool:
        """Sleep until rung, for `seconds`, or for the alarm's longest sleep, whichever is first.

        Return whether there may be something new in the database: False when it was only nudged.
        """
        if seconds is not None and seconds <= 0:
            await asyncio.sleep(0)  # a loop that never sleeps would stop all others
        else:
            await self._sleep(seconds)
        news, self._news = self._news or not self._rung.is_set(), False
        self._rung.clear()
        return news

    async def _sleep(self, seconds: float | None) -> None:
        if self._rung.is_set():
            return
        if seconds is not None and seconds < self._alarm.longest:
            self._alarm.ring_in(seconds, self._name, self)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._alarm.longest):
                await self._rung.wait()


class Alarm:
    """Rings the bells."""

    def __init__(self, longest: float = 5.0) -> None:
        """Let nobody sleep for more than `longest` seconds: another process may have stored something nearer."""
        self.longest = longest
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=JOB_DEFAULTS)
        self._bells: list[Bell] = []

    def start(self) -> None:
        """Begin to ring. Needs a running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more; bells may still be woken."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def bell(self, name: str) -> Bell:
        """Return a new bell."""
        bell = Bell(self, name)
        self._bells.append(bell)
        return bell

    def wake(self) -> None:
        """Ring every bell: something was stored."""
        for bell in self._bells:
            bell.wake()

    def ring_in(self, seconds: float, name: str, bell: Bell) -> None:
        """Ring `bell` in so many seconds, once; it replaces what was set under `name` before."""
        if not self._scheduler.running:
            return
        at = DateTrigger(datetime.now(UTC) + timedelta(seconds=seconds))
        with suppress(JobLookupError):  # it rings just now
            self._scheduler.add_job(_ring, at, (bell,), id=name, replace_existing=True)


async def _ring(bell: Bell) -> None:
    """Ring, on the loop: APScheduler would run a plain function in a thread."""
    bell.wake()
