"""Watches what runs in the background: a task that dies is started again, told of once, and makes the house unready.

It knows no task; what is to be said to whom is the `tell` it is given.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

import structlog

from bot.core.errors import Unavailable

log = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds before a new start, doubled each time
WELL_AFTER = 1.0  # seconds a restarted task must live to count as well again
FORGIVEN_AFTER = 3600.0  # seconds after which another death is news again
Work = Callable[[], Awaitable[None]]
Tell = Callable[[str, BaseException], Awaitable[None]]


class Watch:
    """Keeps tasks alive and says whether all are well."""

    def __init__(self, tell: Tell | None = None, *, passes: tuple[type[Exception], ...] = ()) -> None:
        """Report the first death of a task to `tell`; errors that are to end everything, `passes`, are passed on."""
        self._tell, self._passes = tell, passes
        self._down: set[str] = set()

    @property
    def down(self) -> frozenset[str]:
        """Return the names of the tasks that do not run just now."""
        return frozenset(self._down)

    @property
    def ready(self) -> bool:
        """Say whether everything runs."""
        return not self._down

    async def keep(self, name: str, work: Work) -> None:
        """Run `work` until it ends by itself or this is cancelled, starting it again whenever it dies."""
        wait, told = FIRST_WAIT, False
        while True:
            begun = time.monotonic()
            well = self._well_soon(name)
            try:
                return await work()
            except self._passes:
                raise
            except BaseException as error:
                if _asked_to_end(error):
                    raise
                lived = time.monotonic() - begun
                if lived > FORGIVEN_AFTER:
                    wait, told = FIRST_WAIT, False
                self._down.add(name)
                await self._report(name, error, told=told)
                told = True
            finally:
                well.cancel()
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - nobody guesses it
            wait = min(wait * 2, LONGEST_WAIT)

    def _well_soon(self, name: str) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(WELL_AFTER, self._down.discard, name)

    async def _report(self, name: str, error: BaseException, *, told: bool) -> None:
        if isinstance(error, Unavailable):
            log.error("a task waits for storage", task=name, error=str(error))
        elif told:
            log.warning("a task died again", task=name, error=repr(error))
        else:
            log.error("a task died and is started again", task=name, exc_info=error)
        if told or self._tell is None:
            return
        try:
            await self._tell(name, error)
        except Exception as failed:
            log.warning("the hosts could not be told of it", task=name, error=str(failed))


def _asked_to_end(error: BaseException) -> bool:
    """Say whether this task was cancelled from outside, rather than let down by something it awaited."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
