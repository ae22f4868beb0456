"""Copies of a database: a SQLite file to another file while it is in use, and the rows of any database to another.

A copy of a file is checked page by page before it gets its name, so that what is called a copy is one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.errors import DatabaseUnreadable, NotAPlaceForCopies
from bot.storage.migrations import REVISIONS
from bot.storage.tables import metadata

UNFINISHED = ".unfinished"  # the ending of a copy that is being made
_ROWS_AT_ONCE = 1000
_SQLITE_MAGIC = b"SQLite format 3\x00"
_PRIMARY = 0xFF  # the low byte of an extended result code


def copy_file(path: Path, to: Path) -> None:
    """Copy a SQLite file as it is this moment, log included, to one file that is complete by itself.

    Whoever reads or writes meanwhile is not held up. Raises `DatabaseUnreadable` when the copy is not sound,
    `NotAPlaceForCopies` when `to` is something else or the database itself, `OSError` or `sqlite3.Error`; in each case
    `to` is as it was.
    """
    if to.exists() and (to.samefile(path) or not _is_sqlite(to)):
        raise NotAPlaceForCopies(to)
    unfinished = to.with_name(to.name + UNFINISHED)
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
    copy = path.with_name(f"{path.name}.{mark}.{stamp(now)}")
    copy_file(path, copy)
    return copy


def put_back(copy: Path, path: Path, wait: float) -> None:
    """Replace what is in the SQLite file at `path` by what is in `copy`, as one step that survives a crash.

    Raises `DatabaseLocked` when somebody else holds the file for longer than `wait` seconds, `OSError` or
    `sqlite3.Error`; in each case the file is as it was.
    """
    with closing(sqlite3.connect(path, timeout=wait, isolation_level=None)) as target:
        target.execute("PRAGMA synchronous=FULL")
        target.execute("BEGIN EXCLUSIVE")  # asked first: what follows would wait for ever
        target.execute("ROLLBACK")
        with closing(sqlite3.connect(copy)) as source:
            source.backup(target)


def put_in_place_of(copy: Path, path: Path, now: datetime) -> Path:
    """Put a copy where a damaged SQLite file is, and return where that was set aside, its log beside it.

    The file's own name is only ever that of a whole file: the damaged one, until the copy takes it.
    """
    fresh = path.with_name(path.name + ".restored")
    copy_file(copy, fresh)
    fresh.chmod(path.stat().st_mode & 0o777)
    aside = path.with_name(f"{path.name}.damaged.{stamp(now)}")
    shutil.copy2(path, aside)
    for log in ("-wal", "-shm"):  # they belong to the damaged file: beside the copy they would be played into it
        with suppress(FileNotFoundError):
            path.with_name(path.name + log).replace(aside.with_name(aside.name + log))
    fresh.replace(path)
    _sync_folder(path.parent)
    return aside


def is_damage(error: Exception) -> bool:
    """Say whether a file could not be copied because of what is in it."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & _PRIMARY
    return isinstance(error, DatabaseUnreadable) or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def stamp(moment: datetime) -> str:
    """Return a moment as it stands in the names of copies."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _is_sqlite(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(_SQLITE_MAGIC)) in (_SQLITE_MAGIC, b"")


def is_copy(file: Path) -> bool:
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
