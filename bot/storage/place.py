"""Where the database is: `DATABASE_URL` read, checked and made ready to be opened.

It knows files and addresses, nothing of tables.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.storage.errors import (
    DatabaseOptionUnknown,
    DatabaseUnreadable,
    DatabaseUrlUnknown,
    DirectoryNotWritable,
    DriverMissing,
)

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
# Options that asyncpg takes as they stand in an address; what else libpq knows would end in its TypeError.
_OPTIONS = {"host", "port", "ssl", "passfile", "target_session_attrs", "krbsrvname"}
_ENCRYPTION = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
_SQLITE_MAGIC = b"SQLite format 3\x00"
_PAGE_SIZE, _PAGE_COUNT = slice(16, 18), slice(28, 32)  # https://sqlite.org/fileformat2.html#the_database_header


@dataclass(frozen=True, slots=True)
class DatabasePlace:
    """A database's address. `path` is the SQLite file, None on PostgreSQL."""

    url: URL
    path: Path | None

    @property
    def shown(self) -> str:
        """Return what may stand in a message: the file, or host and port, never a user or a password."""
        if self.path is not None:
            return str(self.path)
        host = self.url.query.get("host", self.url.host) or "localhost"  # a socket's folder comes in the query
        return f"{host if isinstance(host, str) else host[0]}:{self.url.port or 5432}"

    @property
    def for_tools(self) -> str:
        """Return the address as PostgreSQL's own programs take it, without a password: they ask for it."""
        options = {"sslmode" if name == "ssl" else name: value for name, value in self.url.query.items()}
        url = self.url.set(drivername="postgresql", query=options)
        return url._replace(password=None).render_as_string()


def read_place(text: str) -> DatabasePlace:
    """Read a `DATABASE_URL`. Raises `DatabaseUrlUnknown`, `DatabaseOptionUnknown` or `DriverMissing`."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseUrlUnknown(text.partition(":")[0]) from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise DatabaseUrlUnknown(url.render_as_string(hide_password=True))
    url = url.set(drivername=driver)
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:" or "mode" in url.query:
            raise DatabaseUrlUnknown(text)  # one writer and several readers need a file to share
        return DatabasePlace(url, Path(url.database))
    if importlib.util.find_spec("asyncpg") is None:
        raise DriverMissing
    return DatabasePlace(_for_asyncpg(url), None)


def _for_asyncpg(url: URL) -> URL:
    """Return `url` with libpq's `sslmode`, which hosted databases write into their addresses, by asyncpg's name."""
    options = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    for name in options:
        if name not in _OPTIONS:
            raise DatabaseOptionUnknown(name)
    if options.get("ssl", "prefer") not in _ENCRYPTION:
        raise DatabaseOptionUnknown("sslmode")
    return url.set(query=options)


def make_ready(path: Path) -> None:
    """Make the folder and an empty file that only this user may read, or look over the file that is there.

    Raises `DirectoryNotWritable`, or `DatabaseUnreadable` for what is no database or was cut short.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError:
        raise DirectoryNotWritable(path) from None
    _look_over(path)


def _look_over(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        return
    if not header.startswith(_SQLITE_MAGIC):
        raise DatabaseUnreadable(path)
    page_size = int.from_bytes(header[_PAGE_SIZE], "big")
    whole = int.from_bytes(header[_PAGE_COUNT], "big") * (65536 if page_size == 1 else page_size)
    if path.stat().st_size < whole and not _log_of(path):
        raise DatabaseUnreadable(path)


def _log_of(path: Path) -> bool:
    """Say whether a write-ahead log waits beside `path`, which may hold the pages that the file still lacks."""
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0
