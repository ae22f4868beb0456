"""What needs the person who runs the bot, told once: a trouble is news when it begins, not each time it is met.

One that lasts is told again after a week. That it is over is not news. Letters go through the outbox; a trouble of the
database itself is told past it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from bot.core.outbox import NewLetter
from bot.core.refs import UserRef
from bot.core.schedule import NOTICE
from bot.services.outbox import Outbox
from bot.storage import Storage

log = structlog.get_logger(__name__)

TOLD_AGAIN = timedelta(days=7)


class Trouble(StrEnum):
    """What only a person mends. Each is a post of `cogs.notices` under its own name."""

    DISK = "disk"
    STORAGE = "storage"
    TOKEN = "token"  # noqa: S105 - a word
    BACKUP = "backup"
    FLOOD = "flood"
    DEAD = "dead"
    CLOCK = "clock"


class Troubles:
    """Tells the hosts."""

    def __init__(
        self, storage: Storage, outbox: Outbox, owners: Iterable[UserRef], clock: Callable[[], datetime]
    ) -> None:
        """Write to `owners` through `outbox`; without any, the log is all there is."""
        self._storage, self._outbox, self._owners, self._clock = storage, outbox, tuple(owners), clock

    async def found(
        self, trouble: Trouble, values: Mapping[str, str] | None = None, owners: Iterable[UserRef] | None = None
    ) -> tuple[str, ...]:
        """Tell of a trouble unless that was done lately; return the keys of the letters. Raises a `StorageError`.

        `values` fill the slots of the post; `owners` are those who can be reached, where not all can.
        """
        now = self._clock()
        async with self._storage.write() as uow:
            told = await uow.marks.get(_mark(trouble))
            if told and now - datetime.fromisoformat(told) < TOLD_AGAIN:
                return ()
            await uow.marks.put(_mark(trouble), now.isoformat(), now)
            letters = [
                NewLetter(f"trouble:{trouble}:{now:%Y%m%d}:{owner}", NOTICE, owner, f"notices.{trouble}", values or {})
                for owner in (self._owners if owners is None else owners)
            ]
            new = await self._outbox.put(uow, letters)
        log.warning("this needs the host", trouble=trouble.value)  # whoever found it has logged the rest
        self._outbox.wake()
        return tuple(new)

    async def over(self, trouble: Trouble) -> None:
        """Note that it is over, so that the next time is news again. Raises a `StorageError`."""
        async with self._storage.read() as uow:
            if not await uow.marks.get(_mark(trouble)):
                return
        async with self._storage.write() as uow:
            await uow.marks.put(_mark(trouble), "", self._clock())
        log.info("a trouble is over", trouble=trouble.value)

    async def found_or_over(self, trouble: Trouble, there: bool, **values: str) -> None:
        """Tell of a trouble that is there, or note that it is not."""
        if there:
            await self.found(trouble, values)
        else:
            await self.over(trouble)


def _mark(trouble: Trouble) -> str:
    return f"trouble.{trouble}"
