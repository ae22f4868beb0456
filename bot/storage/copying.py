"""Copies of a database: a SQLite file to another file while it is in use, and the rows of any database to another.

A copy of a file is checked page by page before it gets its name, so that what is called a copy is one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.errors import DatabaseUnreadable, NotACopy
from bot.storage.migrations import REVISIONS
from bot.storage.tables import metadata

_ROWS_AT_ONCE = 1000


def copy_file(path: Path, to: Path) -> None:
    """Copy a SQLite file as it is this moment, log included, to one file that is complete by itself.

    Whoever reads or writes meanwhile is not held up. Raises `DatabaseUnreadable` when the copy is not sound, `OSError`
    or `sqlite3.Error`; in each case `to` is as it was.
    """
    unfinished = to.with_name(to.name + ".unfinished")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
            shutil.copymode(path, unfinished)
            target.execute("PRAGMA synchronous=FULL")
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, complete by itself
            if target.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise DatabaseUnreadable(path)
        unfinished.replace(to)
        _sync_folder(to.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def copy_beside(path: Path, mark: str, now: datetime) -> Path:
    """Copy a SQLite file to a new one beside it, named by `mark` and the moment, and return that file.

    Raises what `copy_file` does.
    """
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = path.with_name(f"{path.name}.{mark}.{stamp}")
    copy_file(path, copy)
    return copy


def put_back(copy: Path, path: Path, wait: float) -> None:
    """Replace what is in the SQLite file at `path` by what is in `copy`, as one step that survives a crash.

    Raises `NotACopy`, `DatabaseLocked` when somebody else holds the file for longer than `wait` seconds, `OSError` or
    `sqlite3.Error`; in each case the file is as it was.
    """
    if not _is_copy(copy):
        raise NotACopy(copy)
    with closing(sqlite3.connect(path, timeout=wait, isolation_level=None)) as target:
        target.execute("PRAGMA synchronous=FULL")
        target.execute("BEGIN EXCLUSIVE")  # asked first: what follows would wait for ever
        target.execute("ROLLBACK")
        with closing(sqlite3.connect(copy)) as source:
            source.backup(target)


def _is_copy(file: Path) -> bool:
    """Say whether a file is a whole database at a revision that this program knows."""
    if not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            sound = connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
            stored = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        return False
    return sound and stored is not None and stored[0] in REVISIONS


async def copy_rows(source: AsyncConnection, target: AsyncConnection) -> None:
    """Copy every row of every table into the empty tables of another database."""
    for table in metadata.sorted_tables:
        # In the order of their keys, so that a row that hangs on another of its table comes after it.
        rows = await source.stream(select(table).order_by(*table.primary_key.columns))
        async for some in rows.partitions(_ROWS_AT_ONCE):
            await target.execute(insert(table), [dict(row._mapping) for row in some])


def _sync_folder(folder: Path) -> None:
    """Have the new name of a file in `folder` survive a loss of power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
