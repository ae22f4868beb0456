"""Brings a database's tables to the revision of this program, after a copy of a SQLite file that holds something.

Alembic is slow to import and hardly ever needed, so `revision_of` looks without it and `take_steps` imports it.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Select, Text, column, inspect, select, table

from bot.storage.errors import SchemaTooNew
from bot.storage.migrations import HEAD, REVISIONS

_STEPS = Path(__file__).parent / "migrations"
_STORED: Select[str] = select(column("version_num", Text)).select_from(table("alembic_version"))


def revision_of(connection: Connection) -> str | None:
    """Return the stored revision, None for an empty database.

    Raises `SchemaTooNew` for one this program never heard of.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    stored = connection.execute(_STORED).scalar()
    if stored is not None and stored not in REVISIONS:
        raise SchemaTooNew(stored, HEAD)
    return stored


def take_steps(connection: Connection) -> None:
    """Run every missing step on `connection`, inside its transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def copy_beside(path: Path, before: str, now: datetime) -> Path:
    """Copy a SQLite file as it is this moment, log included, to a new file beside it, and return that file.

    Raises `OSError` or `sqlite3.Error`, leaving no half a copy.
    """
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = path.with_name(f"{path.name}.revision-{before}.{stamp}")
    unfinished = copy.with_name(copy.name + ".unfinished")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
            shutil.copymode(path, unfinished)
            target.execute("PRAGMA synchronous=FULL")
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, complete by itself
        unfinished.replace(copy)
    finally:
        unfinished.unlink(missing_ok=True)
    return copy
