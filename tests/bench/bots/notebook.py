"""The one table of the bare bots: a line for each person, read once for every card."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

READ = "SELECT lang FROM people WHERE platform = ? AND account = ?"


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    """Open the notebook, made when it is not there."""
    async with aiosqlite.connect(path) as notebook:
        await notebook.execute("PRAGMA journal_mode=WAL")
        await notebook.execute("CREATE TABLE IF NOT EXISTS people (platform TEXT, account TEXT PRIMARY KEY, lang TEXT)")
        await notebook.commit()
        yield notebook


async def language(notebook: aiosqlite.Connection, platform: str, account: int) -> str | None:
    """Return what somebody chose, in one read."""
    async with notebook.execute(READ, (platform, str(account))) as found:
        row = await found.fetchone()
    return row[0] if row else None
