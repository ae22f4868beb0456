"""Two engines on one database: one that writes, on a single connection, and one that reads, on a few of its own.

With SQLAlchemy's defaults on SQLite, 20 concurrent read-then-write transactions lose most of their updates without an
error. Here every write begins by taking the right to write: `BEGIN IMMEDIATE` on SQLite, a lock of the whole database
on PostgreSQL, so that the same code is right on both.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.storage.driver import OneTripAiosqlite
from bot.storage.place import DatabasePlace

READERS = 4  # connections, each a thread on SQLite; opened when first needed
_LOCK_WAIT_S = 5.0  # how long to wait for another process that writes
_READ_ONLY = "25006"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
_WRITER_LOCK = 0x6D6F696D  # "moim", the key of the advisory lock on PostgreSQL
# A server behind a firewall that drops what is sent closes nothing: without these it is waited for for ever.
_CONNECT_S, _STATEMENT_S = 10.0, 60.0
# A process that froze while writing must not stop the others for ever (FAULTS.md A9).
_IDLE_IN_TRANSACTION_MS = 30_000


def writing_engine(place: DatabasePlace, *, upgrades: bool = False) -> AsyncEngine:
    """Return the engine for the one connection that writes; one that `upgrades` has statements that may take long."""
    if place.path is None:
        settings = {"idle_in_transaction_session_timeout": str(_IDLE_IN_TRANSACTION_MS), "lock_timeout": "30s"}
        engine = _postgres(place, settings, None if upgrades else _STATEMENT_S, pool_size=1)
        event.listen(engine.sync_engine, "begin", _lock_postgres)
        event.listen(engine.sync_engine, "handle_error", _leave_a_stand_by)
        return engine
    # WAL lets reads go on during a write; FULL syncs each commit; what is deleted is overwritten with zeros.
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    engine = _sqlite(place, pragmas, pool_size=1)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def reading_engine(place: DatabasePlace) -> AsyncEngine:
    """Return the engine for the connections that read; the database itself refuses writes on them."""
    if place.path is None:
        settings = {"default_transaction_read_only": "on"}
        return _postgres(place, settings, _STATEMENT_S, pool_size=READERS, isolation_level="AUTOCOMMIT")
    return _sqlite(place, ("query_only=ON",), pool_size=READERS, isolation_level="AUTOCOMMIT")


def lock_wait(place: DatabasePlace) -> float:
    """Return the seconds to wait for another process that holds a SQLite file; `?timeout=` changes them."""
    return float(str(place.url.query.get("timeout", _LOCK_WAIT_S)))


def _sqlite(place: DatabasePlace, pragmas: tuple[str, ...], **options: Any) -> AsyncEngine:
    # isolation_level None: the driver begins nothing by itself. `timeout` is busy_timeout, for the pragmas below too.
    engine = create_async_engine(
        place.url.difference_update_query(["timeout"]),
        module=OneTripAiosqlite(),
        connect_args={"isolation_level": None, "timeout": lock_wait(place)},
        max_overflow=0,
        **options,
    )

    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")

    event.listen(engine.sync_engine, "connect", prepare)
    return engine


def _postgres(place: DatabasePlace, settings: dict[str, str], patience: float | None, **options: Any) -> AsyncEngine:
    named = {"application_name": "moim", **settings}
    engine = create_async_engine(
        place.url,
        connect_args={"server_settings": named, "timeout": _CONNECT_S, "command_timeout": patience},
        max_overflow=0,
        **options,
    )
    event.listen(engine.sync_engine, "handle_error", _leave_the_silent)
    return engine


def _begin_immediate(connection: Connection) -> None:
    raw: Any = connection.connection.dbapi_connection
    raw.begins = "BEGIN IMMEDIATE"


def _lock_postgres(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")


def _leave_a_stand_by(context: ExceptionContext) -> None:
    """Drop a connection on which nothing can be written: after a failover the next one may reach who writes now."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


def _leave_the_silent(context: ExceptionContext) -> None:
    """Drop a connection on which no answer came in time, instead of waiting on it again."""
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = True
