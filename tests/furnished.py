"""A database that a bot has used before: its tables are laid and the papers that come along have been taken in.

That takes seconds of work and is the same for every bot, so it is done once for all tests of a process and copied.
Whoever tests a first start begins with an empty folder instead.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bot.app import utc_now
from bot.core.shelf import Shelf
from bot.feeds.sources import open_sources
from bot.services import shelf
from bot.services.papers import Papers
from bot.storage import Storage


@cache
def furnished() -> Path:
    """Return the SQLite file to copy; not to be called inside a running loop the first time."""
    folder = Path(tempfile.mkdtemp(prefix="moim-furnished-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    asyncio.run(_furnish(f"sqlite+aiosqlite:///{folder}/moim.db", shelf.load()))
    return folder / "moim.db"


def furnish(home: Path) -> None:
    """Put a copy where a bot that runs in the folder `home` looks for its database, unless one is there."""
    file = home / "var" / "moim.db"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(furnished(), file)


def furnish_postgres(address: str) -> None:
    """Lay the tables of an empty PostgreSQL database and take the papers in."""
    asyncio.run(_furnish(address, shelf.load()))


async def _furnish(url: str, books: Shelf) -> None:
    async with await Storage.open(url, clock=utc_now) as storage:
        await Papers(storage, books, utc_now, open_sources).ensure()
