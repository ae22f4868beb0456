"""Runs statements on the connection of one unit of work: the only way the queries reach the database."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable, Row
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.failures import as_storage_error
from bot.storage.many import Many
from bot.storage.place import DatabasePlace

T = TypeVar("T")
AnyRow = Row[*tuple[Any, ...]]
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]
_AT_ONCE = 128  # rows made ready and run in one step: about a millisecond


async def uncut(step: Coroutine[Any, Any, T]) -> T:
    """Run `step` to its end even when the caller is cancelled meanwhile, and only then be cancelled.

    SQLAlchemy throws a connection away when a statement on it is cut off, and with it the work of everybody who shares
    the transaction.
    """
    task = asyncio.ensure_future(step)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                continue
        raise


class Run:
    """Statements in, rows out. Raises `StorageError` for what the database refuses, `IntegrityError` for our bugs.

    In a unit that writes, the first failure is the last statement: the transaction may be gone, and what came after
    would be kept without what came before. Further statements, and the end of the unit, raise it again.
    """

    __slots__ = ("_connection", "_failure", "_place", "_writes")

    def __init__(self, connection: AsyncConnection, place: DatabasePlace, *, writes: bool) -> None:
        """Run on `connection`; `writes` says that its transaction is shared and must not be cut off."""
        self._connection = connection
        self._place = place
        self._writes = writes
        self._failure: Exception | None = None

    @property
    def dialect(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self._connection.dialect.name

    @property
    def counts(self) -> bool:
        """Say whether `many` knows how many rows it changed."""
        return self.dialect == "sqlite"

    async def rows(self, statement: Executable, values: Values | None = None) -> Sequence[AnyRow]:
        """Return all rows."""
        return (await self._execute(statement, values)).all()

    async def row(self, statement: Executable, values: Values | None = None) -> AnyRow | None:
        """Return the first row, None without one."""
        return (await self._execute(statement, values)).first()

    async def value(self, statement: Executable, values: Values | None = None) -> Any:
        """Return the first column of the first row, None without one."""
        return (await self._execute(statement, values)).scalar()

    async def count(self, statement: Executable, values: Values | None = None) -> int:
        """Return how many rows were inserted, changed or deleted."""
        return (await self._execute(statement, values)).rowcount

    async def many(self, statement: Many, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run a statement for each of `rows`; return how many rows it changed, -1 where that is not told (`counts`).

        Some at a time, so that the loop has its turn in between.
        """
        changed = 0
        for at in range(0, len(rows), _AT_ONCE):
            ready = statement.ready(self._connection.dialect, rows[at : at + _AT_ONCE])
            changed += (await self._finished(self._connection.exec_driver_sql(*ready))).rowcount
        return changed if self.counts or not rows else -1

    def end(self) -> None:
        """Raise what went wrong, also when whoever works here looked away from it."""
        if self._failure is not None:
            raise self._failure

    async def _execute(self, statement: Executable, values: Values | None) -> CursorResult[*tuple[Any, ...]]:
        return await self._finished(self._connection.execute(statement, values))

    async def _finished(
        self, running: Coroutine[Any, Any, CursorResult[*tuple[Any, ...]]]
    ) -> CursorResult[*tuple[Any, ...]]:
        if self._failure is not None:
            running.close()
            raise self._failure
        try:
            return await (uncut(running) if self._writes else running)
        except IntegrityError as error:
            self._failure = error
            raise
        except (DBAPIError, OSError) as error:
            self._failure = as_storage_error(error, self._place)
            raise self._failure from error
