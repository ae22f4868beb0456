"""A few words kept over restarts, such as the hash of the commands last registered."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import bindparam, delete, select

from bot.storage.run import Run
from bot.storage.tables import marks
from bot.storage.upsert import insert_or_change

_GET = select(marks.c.value).where(marks.c.name == bindparam("of_name"))
_PURGE = delete(marks).where(marks.c.value == "", marks.c.at < bindparam("before"))
_PUT = insert_or_change(marks, lambda refused: {"value": refused.value, "at": refused.at})


class Marks:
    """Words by name."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def get(self, name: str) -> str | None:
        """Return what was kept under `name`."""
        return cast("str | None", await self._run.value(_GET, {"of_name": name}))

    async def put(self, name: str, value: str, now: datetime) -> None:
        """Keep `value` under `name`."""
        await self._run.count(_PUT[self._run.dialect], {"name": name, "value": value, "at": now})

    async def purge(self, before: datetime) -> int:
        """Delete what was emptied before that moment, and return how many there were."""
        return await self._run.count(_PURGE, {"before": before})
