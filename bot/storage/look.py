"""Looks at a database without changing it: where it is, and which revision it holds.

For `moim check`, which must neither make a file nor migrate one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from bot.storage.engine import reading_engine
from bot.storage.errors import PostgresForbids
from bot.storage.failures import told
from bot.storage.migrations import HEAD
from bot.storage.place import read_place
from bot.storage.upgrade import revision_of


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen. `path` is None on PostgreSQL; `revision` is None for a database that is not there yet or empty."""

    shown: str
    path: Path | None
    revision: str | None
    newest: str = HEAD


async def look(url: str) -> Look:
    """Return what is at `url` (a `DATABASE_URL`). Raises a `StorageError` that carries the mend."""
    place = read_place(url)
    if place.path is not None and not (place.path.exists() and place.path.stat().st_size):
        return Look(place.shown, place.path, None)
    engine = reading_engine(place)
    try:
        with told(place):
            async with engine.connect() as connection:
                revision = await connection.run_sync(revision_of)
                if place.path is None and revision is None and not await connection.run_sync(_may_make_tables):
                    raise PostgresForbids(place.shown, "permission denied for schema public")
                return Look(place.shown, place.path, revision)
    finally:
        await engine.dispose()


def _may_make_tables(connection: Connection) -> bool:
    return bool(connection.execute(select(func.has_schema_privilege(func.current_schema(), "CREATE"))).scalar())
