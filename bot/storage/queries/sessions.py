"""Discord's gateway sessions, so that a restart resumes, and the day's count of IDENTIFYs.

A crash loop that identifies a thousand times in a day has its token reset, so the count must outlive the process.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import bindparam, delete, func, select

from bot.storage.rows import GatewaySession
from bot.storage.run import Run
from bot.storage.tables import identifies, sessions
from bot.storage.upsert import insert_or_change

_OF = select(sessions).where(sessions.c.shard == bindparam("of_shard"))
_SAVE = insert_or_change(
    sessions,
    lambda refused: {name: refused[name] for name in ("session_id", "seq", "resume_url", "saved_at")},
)
_END = delete(sessions).where(sessions.c.shard == bindparam("of_shard"))
_COUNT = insert_or_change(identifies, lambda _refused: {"count": identifies.c.count + 1})
_TOTAL = select(func.coalesce(func.sum(identifies.c.count), 0)).where(identifies.c.day == bindparam("today"))
_OLDER = delete(identifies).where(identifies.c.day < bindparam("today"))


class Sessions:
    """What each shard of the gateway needs to go on."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def of(self, shard: int) -> GatewaySession | None:
        """Return a shard's session, None when it must identify."""
        row = await self._run.row(_OF, {"of_shard": shard})
        if row is None:
            return None
        return GatewaySession(row.shard, row.session_id, row.seq, row.resume_url, row.saved_at)

    async def save(self, shard: int, session_id: str, seq: int, resume_url: str, now: datetime) -> None:
        """Keep where a shard stands."""
        values = {"shard": shard, "session_id": session_id, "seq": seq, "resume_url": resume_url, "saved_at": now}
        await self._run.count(_SAVE[self._run.dialect], values)

    async def end(self, shard: int) -> None:
        """Forget a session that the gateway does not know any more."""
        await self._run.count(_END, {"of_shard": shard})

    async def identified(self, shard: int, now: datetime) -> int:
        """Count one IDENTIFY, and return how many all shards have sent this day (UTC); earlier days are forgotten."""
        await self._run.count(_OLDER, {"today": _day(now)})
        await self._run.count(_COUNT[self._run.dialect], {"day": _day(now), "shard": shard, "count": 1})
        return await self.identifies(now)

    async def identifies(self, now: datetime) -> int:
        """Return how many IDENTIFYs all shards have sent this day (UTC)."""
        return int(await self._run.value(_TOTAL, {"today": _day(now)}))


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
