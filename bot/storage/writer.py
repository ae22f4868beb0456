"""One connection that writes, shared by units of work that come and go at the same time.

Units take turns; those that are waiting when one ends join its transaction, each in a savepoint of its own, and all of
them share one commit and so one sync of the disk. A unit that fails takes back only itself. It knows no tables.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.errors import StorageError
from bot.storage.failures import as_storage_error
from bot.storage.place import DatabasePlace

log = structlog.get_logger(__name__)

# A group ends when nobody waits, or at these: the first of a group should not wait long for its last.
_GROUP_UNITS = 100
_GROUP_S = 0.02


class _Turn:
    """One unit's place in the queue, and the three moments it goes through."""

    __slots__ = ("committed", "ended", "granted", "owner", "pauses")

    def __init__(self, *, pauses: bool = False) -> None:
        loop = asyncio.get_running_loop()
        self.pauses = pauses  # it wants nobody to write, itself included
        self.owner = asyncio.current_task()
        self.granted: asyncio.Future[AsyncConnection | None] = loop.create_future()
        self.ended: asyncio.Future[BaseException | None] = loop.create_future()  # None: it went well, keep it
        self.committed: asyncio.Future[None] = loop.create_future()

    def keep(self) -> None:
        """Tell the unit that it was kept, unless nobody waits for that any more."""
        if not self.committed.done():
            self.committed.set_result(None)

    def fail(self, error: Exception) -> None:
        """Tell the unit, wherever it stands, that it was not kept."""
        for moment in (self.granted, self.committed):
            if not moment.done():
                moment.set_exception(error)
                moment.exception()  # looked at: a unit that was cancelled leaves no complaint behind


class GroupWriter:
    """The one writer. All its steps on the connection run in a task of its own, which no caller can cancel midway."""

    def __init__(self, engine: AsyncEngine, place: DatabasePlace) -> None:
        """Write through `engine`; nothing is opened yet."""
        self._engine = engine
        self._place = place
        self._queue: asyncio.Queue[_Turn | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._connection: AsyncConnection | None = None
        self._at_work: _Turn | None = None
        self._left: _Turn | None = None  # taken from the queue by a group it could not join
        self._closed = False

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[AsyncConnection]:
        """Lend the connection for one unit of work; leaving it returns once the unit is safely on disk.

        Raises a `StorageError` when the database cannot be written, and `RuntimeError` inside another unit of the same
        task, which would wait for itself for ever.
        """
        async with self._taken(_Turn()) as connection:
            assert connection is not None  # noqa: S101 - a turn that does not pause is given one
            yield connection

    @asynccontextmanager
    async def pause(self) -> AsyncIterator[None]:
        """Hold everybody who wants to write until the block ends; no transaction is open meanwhile."""
        async with self._taken(_Turn(pauses=True)):
            yield

    @asynccontextmanager
    async def _taken(self, turn: _Turn) -> AsyncIterator[AsyncConnection | None]:
        if self._closed:
            raise RuntimeError("the storage is closed")
        if self._at_work is not None and self._at_work.owner is asyncio.current_task():
            raise RuntimeError("this task is inside a unit of work already")
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="storage writer")
        self._queue.put_nowait(turn)
        failure: BaseException | None = None
        try:
            yield await turn.granted
        except BaseException as error:
            failure = error
            raise
        finally:
            if self._at_work is turn:
                self._at_work = None
            turn.ended.set_result(failure)
        await turn.committed

    async def close(self) -> None:
        """Finish what is queued, then let go of the connection."""
        self._closed = True
        if self._task is not None:
            self._queue.put_nowait(None)
            await self._task
        await self._let_go()

    async def _run(self) -> None:
        while (turn := self._left or await self._queue.get()) is not None:
            self._left = None
            await (self._hold(turn) if turn.pauses else self._group(turn))

    async def _hold(self, turn: _Turn) -> None:
        """Let a unit that pauses have its time."""
        if turn.granted.done():  # cancelled while it waited
            return
        self._at_work = turn
        turn.granted.set_result(None)
        await turn.ended
        turn.keep()

    async def _group(self, first: _Turn) -> None:
        """Run one transaction, from `first` to its commit, and tell each unit in it how that ended."""
        kept: list[_Turn] = []
        turn: _Turn | None = first
        try:
            connection = await self._connected()
            transaction = await connection.begin()
            began = time.monotonic()
            while turn is not None:
                if await self._one(turn, connection, alone=not kept):
                    kept.append(turn)
                elif not kept:
                    break  # with no savepoint, the whole transaction is what it takes back
                turn = self._next(len(kept), began)
            await (transaction.commit() if kept else transaction.rollback())
        except Exception as error:
            failure = as_storage_error(error, self._place)
            for unlucky in (*kept, turn):
                if unlucky is not None:
                    unlucky.fail(failure)
            await self._let_go()
            return
        for unit in kept:
            unit.keep()

    async def _one(self, turn: _Turn, connection: AsyncConnection, *, alone: bool) -> bool:
        """Let one unit do its work, and say whether it is kept. The first of a group needs no savepoint."""
        if turn.granted.done():  # cancelled while it waited
            return False
        savepoint = None if alone else await connection.begin_nested()
        if turn.granted.done():  # cancelled while the savepoint was made
            if savepoint is not None:
                await savepoint.rollback()
            return False
        self._at_work = turn
        turn.granted.set_result(connection)
        failure = await turn.ended
        if savepoint is not None:
            try:
                await (savepoint.rollback() if failure else savepoint.commit())
            except DBAPIError as lost:
                # On a full disk SQLite takes back the whole transaction by itself, all savepoints included.
                raise (failure if isinstance(failure, StorageError) else lost) from None
        return failure is None

    def _next(self, units: int, began: float) -> _Turn | None:
        """Return a unit that waits, or None when the group should end."""
        if self._queue.empty() or units >= _GROUP_UNITS or time.monotonic() - began > _GROUP_S:
            return None
        turn = self._queue.get_nowait()
        if turn is None:  # closing: the outer loop must see it too
            self._queue.put_nowait(None)
        elif turn.pauses:  # next, but not inside a transaction
            self._left = turn
            return None
        return turn

    async def _connected(self) -> AsyncConnection:
        if self._connection is None:
            self._connection = await self._engine.connect()
        return self._connection

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await connection.close()
        except Exception:  # it is broken anyway, and whoever writes next shall find somebody at work
            log.exception("a connection could not be closed")
