"""The door to the database: open it, read, write, close.

Opening checks that the place can be written, that the file is sound and that the schema is this program's, migrates by
itself when it is behind, and says in a typed error what to do when it cannot. It knows no table; `UnitOfWork` does.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.copying import copy_beside, copy_file, copy_rows, is_copy, is_damage, put_back, put_in_place_of
from bot.storage.engine import lock_wait, reading_engine, writing_engine
from bot.storage.errors import CopiedElsewhere, DatabaseUnreadable, DatabaseUrlUnknown, NotACopy
from bot.storage.failures import told
from bot.storage.migrations import HEAD
from bot.storage.place import DatabasePlace, make_ready, read_place
from bot.storage.readers import Readers
from bot.storage.rewrite import rewrite
from bot.storage.rows import Upgrade
from bot.storage.run import Run, uncut
from bot.storage.unit import UnitOfWork
from bot.storage.upgrade import revision_of, take_steps
from bot.storage.writer import GroupWriter

Clock = Callable[[], datetime]
"""Returns the present moment, aware."""

# Every page of a small file is checked at start (0.2 s for this size); a large one is checked when it is backed up.
_CHECKED_AT_START_BYTES = 32 * 2**20


class Storage:
    """An open database whose schema is this program's.

    Always close it: an open aiosqlite connection holds up the exit.
    """

    def __init__(self, place: DatabasePlace, writing: AsyncEngine, reading: AsyncEngine) -> None:
        """Use `open`."""
        self._place = place
        self._writing, self._reading = writing, reading
        self._writer = GroupWriter(writing, place)
        self._readers = Readers(reading, place)
        self.wrote: Callable[[float], None] | None = None  # who wants to know how many seconds each write took

    @classmethod
    async def open(cls, url: str, *, clock: Clock) -> Self:
        """Open the database at `url` (a `DATABASE_URL`), making or migrating it when needed.

        Raises a `StorageError` that carries the mend.
        """
        place = read_place(url)
        writing, _ = await _prepared(place, clock)
        return cls(place, writing, reading_engine(place))

    @classmethod
    async def upgrade(cls, url: str, *, clock: Clock) -> Upgrade:
        """Bring the database at `url` to this program's schema and say what was done; `open` does it by itself.

        Raises a `StorageError` that carries the mend; the database is then as it was.
        """
        writing, done = await _prepared(read_place(url), clock)
        await writing.dispose()
        return done

    @classmethod
    async def copy_of(cls, url: str, to: Path) -> None:
        """Copy the database at `url` as it is, without opening it as one's own; see `backup`."""
        place = read_place(url)
        if place.path is None:
            raise CopiedElsewhere(place.shown, place.for_tools)
        if not place.path.exists():
            raise DatabaseUnreadable(place.path)
        with told(place):
            await asyncio.to_thread(copy_file, place.path, to)

    @classmethod
    async def restore(cls, url: str, copy: Path, *, clock: Clock) -> Path | None:
        """Put back a copy that `backup` made, and return a copy of what was there before, None when nothing was.

        A damaged file cannot be copied; it is set aside as it is. Stop the program first. The next `open` brings an
        older copy to this program's schema. Raises `NotACopy`, `CopiedElsewhere` on PostgreSQL, or a `StorageError`;
        the database is then as it was.
        """
        place = read_place(url)
        path = place.path
        if path is None:
            raise CopiedElsewhere(place.shown, place.for_tools)

        def replace() -> Path | None:
            if not is_copy(copy):
                raise NotACopy(copy)
            if not (path.exists() and path.stat().st_size):
                make_ready(path)
                put_back(copy, path, lock_wait(place))
                return None
            try:
                before = copy_beside(path, "before-restore", clock())
            except (DatabaseUnreadable, sqlite3.DatabaseError) as error:
                if not is_damage(error):
                    raise
                return put_in_place_of(copy, path, clock())
            put_back(copy, path, lock_wait(place))
            return before

        with told(place):
            return await asyncio.to_thread(replace)

    @property
    def file(self) -> Path | None:
        """Return the SQLite file, None on PostgreSQL."""
        return self._place.path

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """Give a unit of work that only reads and never waits for a writer.

        Each statement sees the latest commit; what must belong together is asked in one statement, or in `write()`.
        """
        async with self._readers.lend() as connection:
            yield UnitOfWork(Run(connection, self._place, writes=False))

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """Give a unit of work that is kept as a whole when the block ends well and taken back when it raises.

        One runs at a time, so what was read in it is still so when it writes; await nothing else inside. Leaving the
        block returns when the work is safely on disk. Raises a `StorageError` when it is not.
        """
        begun = time.perf_counter()
        async with self._writer.unit() as connection:
            run = Run(connection, self._place, writes=True)
            yield UnitOfWork(run)
            run.end()
        if self.wrote is not None:
            self.wrote(time.perf_counter() - begun)

    async def scrub(self) -> None:
        """Overwrite what deleted rows left behind in a SQLite file and its log; PostgreSQL sees to its own.

        Deleting zeroes a row where it stands, but copies of it may lie in pages that were rebuilt and in the log.
        Whoever wants to write waits meanwhile. Raises a `StorageError` when somebody else holds the database.
        """
        if self._place.path is None:
            return
        async with self._writer.pause():
            with told(self._place):
                await uncut(asyncio.to_thread(rewrite, self._place.path, lock_wait(self._place)))

    async def backup(self, to: Path) -> None:
        """Copy the whole database into one checked file while it is in use; a file of that name is replaced.

        Raises `CopiedElsewhere` on PostgreSQL, and a `StorageError` when the copy cannot be made or is not sound.
        """
        path = self._place.path
        if path is None:
            raise CopiedElsewhere(self._place.shown, self._place.for_tools)
        with told(self._place):
            await asyncio.to_thread(copy_file, path, to)

    async def copy_to(self, url: str, *, clock: Clock) -> None:
        """Copy every row into a new SQLite database at `url`, to try things out on. Raises a `StorageError`."""
        place = read_place(url)
        if place.path is None:
            raise DatabaseUrlUnknown(place.shown)
        if self._place.path is not None:
            await self.backup(place.path)
            return
        writing, _ = await _prepared(place, clock)
        try:
            with told(self._place):
                async with self._reading.connect() as source, writing.begin() as target:
                    # All tables as they are at one moment.
                    snapshot = await source.execution_options(isolation_level="REPEATABLE READ")
                    await copy_rows(snapshot, target)
        finally:
            await writing.dispose()

    async def close(self) -> None:
        """Finish the writes that are under way and let go of the database."""
        await self._writer.close()
        await self._readers.close()
        await self._reading.dispose()  # the writer last: the last one out folds SQLite's log into the file
        await self._writing.dispose()

    async def __aenter__(self) -> Self:
        """Return the storage, to be closed at the end of the block."""
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close."""
        await self.close()


async def _prepared(place: DatabasePlace, clock: Clock) -> tuple[AsyncEngine, Upgrade]:
    """Return the writing engine of a database that is sound and up to date, and what was done to make it so."""
    if place.path is not None:
        await asyncio.to_thread(make_ready, place.path)
    upgrading = writing_engine(place, upgrades=True)
    try:
        with told(place):
            done = await _brought_up(upgrading, place, clock)
    except BaseException:
        await upgrading.dispose()
        raise
    if place.path is not None:
        return upgrading, done
    await upgrading.dispose()  # what follows is not waited for so long
    return writing_engine(place), done


async def _brought_up(writing: AsyncEngine, place: DatabasePlace, clock: Clock) -> Upgrade:
    async with writing.begin() as connection:  # also finds out now whether somebody holds the database
        before = await connection.run_sync(revision_of)
        if place.path is not None and before is not None:
            await connection.run_sync(_check, place.path)
    if before == HEAD:
        return Upgrade(before, HEAD, None)
    copy = None
    if place.path is not None and before is not None:
        copy = await asyncio.to_thread(copy_beside, place.path, f"revision-{before}", clock())
    async with writing.begin() as connection:
        # Another process may have taken the steps while this one waited for its turn.
        if await connection.run_sync(revision_of) != HEAD:
            await connection.run_sync(take_steps)
    return Upgrade(before, HEAD, copy)


def _check(connection: Connection, path: Path) -> None:
    if path.stat().st_size > _CHECKED_AT_START_BYTES:
        return
    if connection.execute(text("PRAGMA quick_check(1)")).scalar() != "ok":
        raise DatabaseUnreadable(path)
