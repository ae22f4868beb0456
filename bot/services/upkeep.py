"""The nightly chores: whatever is past the time it is kept for is deleted. How long that is, `core.retention` says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.core.retention import ITEM_KEPT, LETTER_KEPT
from bot.services.memory import purge_ended
from bot.storage import Storage

ALIVE, NIGHT = "alive", "chores"  # marks: the last sign of life, the day of the last chores
MARK_KEPT = timedelta(days=28)
Chore = tuple[str, Callable[[], Awaitable[object]]]


class Upkeep:
    """Deletes what has had its time."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        """Tidy up `storage`."""
        self._storage, self._clock = storage, clock

    @property
    def nightly(self) -> Sequence[Chore]:
        """Return what is to be done once a night, each by its name."""
        return (
            ("letters", self.purge_letters),
            ("schedules", self.purge_schedules),
            ("addresses", self.purge_addresses),
            ("memory", self.purge_memory),
            ("news", self.purge_news),
            ("marks", self.purge_marks),
        )

    async def purge_letters(self) -> int:
        """Delete letters that ended long ago, and return how many."""
        async with self._storage.write() as uow:
            return await uow.outbox.purge(self._clock() - LETTER_KEPT)

    async def purge_schedules(self) -> int:
        """Delete schedules that ended long ago, and return how many."""
        async with self._storage.write() as uow:
            return await uow.schedules.purge(self._clock() - LETTER_KEPT)

    async def purge_addresses(self) -> int:
        """Forget addresses that could not be reached long ago, and return how many."""
        async with self._storage.write() as uow:
            return await uow.unreachable.purge(self._clock() - LETTER_KEPT)

    async def purge_memory(self) -> int:
        """Delete presses, forms, codes and updates that ended, and return how many."""
        async with self._storage.write() as uow:
            return await purge_ended(uow, self._clock())

    async def purge_news(self) -> int:
        """Delete what feeds brought long ago, and feeds of groups that nobody follows; return how many."""
        async with self._storage.write() as uow:
            return await uow.news.purge(self._clock() - ITEM_KEPT)

    async def purge_marks(self) -> int:
        """Delete bookkeeping that was emptied long ago, and return how much."""
        async with self._storage.write() as uow:
            return await uow.marks.purge(self._clock() - MARK_KEPT)
