"""Which of a platform's updates were handled, so that one delivered twice is handled once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.core.refs import Platform
from bot.core.retention import UPDATE_KEPT
from bot.storage.run import Run
from bot.storage.tables import seen
from bot.storage.upsert import insert_or_leave

_NOTE = insert_or_leave(seen)
_NOTED = select(seen.c.update_id).where(
    seen.c.platform == bindparam("platform"), seen.c.update_id.in_(bindparam("updates", expanding=True))
)
_PURGE = delete(seen).where(seen.c.at < bindparam("before"))


class Seen:
    """Updates that were handled."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def note(self, platform: Platform, updates: Collection[str], now: datetime) -> None:
        """Note `updates`, in one statement; those noted before stay as they are."""
        if updates:
            rows = [{"platform": platform.value, "update_id": update, "at": now} for update in updates]
            await self._run.count(_NOTE[self._run.dialect], rows)

    async def noted(self, platform: Platform, updates: Collection[str]) -> frozenset[str]:
        """Return those of `updates` that were noted."""
        if not updates:
            return frozenset()
        rows = await self._run.rows(_NOTED, {"platform": platform.value, "updates": list(updates)})
        return frozenset(row.update_id for row in rows)

    async def purge(self, now: datetime) -> int:
        """Delete what was noted more than `UPDATE_KEPT` ago, and return how many."""
        return await self._run.count(_PURGE, {"before": now - UPDATE_KEPT})
