"""Writes a SQLite file anew, so that nothing of what was deleted from it is left in it or in its log."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.storage.errors import DatabaseLocked


def rewrite(path: Path, wait: float) -> None:
    """Build the file at `path` anew and empty its log. It takes about as much free disk as the file is large.

    Blocks, at most `wait` seconds for readers to finish and for another process that writes; nobody of this process
    may be writing meanwhile. Raises `DatabaseLocked` or `sqlite3.Error`.
    """
    with closing(sqlite3.connect(path, timeout=wait, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("VACUUM")
        held, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if held:
            raise DatabaseLocked(path)
