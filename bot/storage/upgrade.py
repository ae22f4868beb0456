"""Brings a database's tables to the revision of this program.

Alembic is slow to import and hardly ever needed, so `revision_of` looks without it and `take_steps` imports it.
"""

from __future__ import annotations

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
