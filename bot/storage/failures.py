"""Which of our errors a driver's exception is.

SQLite tells by result code, PostgreSQL by SQLSTATE; texts are never matched. A broken rule of the schema (a foreign
key, a unique column) is a bug of ours and stays what it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.storage.errors import (
    DatabaseLocked,
    DatabaseUnreadable,
    DirectoryNotWritable,
    DiskFull,
    PostgresForbids,
    PostgresRefused,
    PostgresUnreachable,
    StorageError,
    StorageFailed,
)
from bot.storage.place import DatabasePlace

_PRIMARY = 0xFF  # the low byte of an extended result code: https://sqlite.org/rescode.html
_OF_FILE = {
    sqlite3.SQLITE_BUSY: DatabaseLocked,
    sqlite3.SQLITE_LOCKED: DatabaseLocked,
    sqlite3.SQLITE_CORRUPT: DatabaseUnreadable,
    sqlite3.SQLITE_NOTADB: DatabaseUnreadable,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_IOERR: DiskFull,
    sqlite3.SQLITE_READONLY: DirectoryNotWritable,
    sqlite3.SQLITE_CANTOPEN: DirectoryNotWritable,
    sqlite3.SQLITE_PERM: DirectoryNotWritable,
}
# SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
_REFUSED = ("28", "3D")  # authorisation, no such database
_FORBIDDEN = ("42501", "3F000")  # no right to do this, no schema that this user may use
_UNREACHABLE = ("08", "57P", "25P03", "25006")  # connection, shutting down, idle too long, a stand-by after a failover


@contextmanager
def told(place: DatabasePlace) -> Iterator[None]:
    """Raise what goes wrong with the database inside as one of our errors."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise as_storage_error(error, place) from error


def as_storage_error(error: BaseException, place: DatabasePlace) -> StorageError:
    """Return what `error` of a driver, of SQLAlchemy or of the network means for the database at `place`."""
    if isinstance(error, StorageError):
        return error
    cause = _cause(error)
    if place.path is not None:
        return _of_sqlite(cause, place.path)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return PostgresUnreachable(place.shown)
    return _of_postgres(cause, place)


def _cause(error: BaseException) -> BaseException:
    """Return the driver's own exception under SQLAlchemy's wrappings; a time-out is one, whatever it was made of."""
    while isinstance(error, DBAPIError) or (error.__cause__ is not None and not isinstance(error, OSError)):
        inner = error.orig if isinstance(error, DBAPIError) else error.__cause__
        if inner is None or inner is error:
            break
        error = inner
    return error


def _of_sqlite(cause: BaseException, path: Path) -> StorageError:
    code = getattr(cause, "sqlite_errorcode", None)
    kind = _OF_FILE.get(code & _PRIMARY) if code is not None else None
    if kind is None and isinstance(cause, OSError):  # while copying the file
        kind = DirectoryNotWritable if isinstance(cause, PermissionError) else DiskFull
    return kind(path) if kind is not None else StorageFailed(str(cause))


def _of_postgres(cause: BaseException, place: DatabasePlace) -> StorageError:
    state = getattr(cause, "sqlstate", None)
    if state is not None and state.startswith(_REFUSED):
        return PostgresRefused(place.shown, str(cause))
    if state in _FORBIDDEN:
        return PostgresForbids(place.shown, str(cause))
    if isinstance(cause, OSError) or (state is not None and state.startswith(_UNREACHABLE)):
        return PostgresUnreachable(place.shown)
    return StorageFailed(str(cause))
