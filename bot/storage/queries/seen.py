"""Which of a platform's updates were handled, so that one delivered twice is handled once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete

from bot.core.refs import Platform
from bot.core.retention import UPDATE_KEPT
from bot.storage.run import Run
from bot.storage.tables import seen
from bot.storage.upsert import insert_or_leave

_NOTE = insert_or_leave(seen)
_PURGE = delete(seen).where(seen.c.at < bindparam("before"))


class Seen:
    """Updates that were handled."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def first_time(self, platform: Platform, update: str, now: datetime) -> bool:
        """Note `update`; False when it was noted before."""
        values = {"platform": platform.value, "update_id": update, "at": now}
        return await self._run.count(_NOTE[self._run.dialect], values) > 0

    async def purge(self, now: datetime) -> int:
        """Delete what was noted more than `UPDATE_KEPT` ago, and return how many."""
        return await self._run.count(_PURGE, {"before": now - UPDATE_KEPT})
