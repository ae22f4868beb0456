"""What the tables are made of: types of columns that both databases keep alike, keys, owners, naming."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    text,
)

# Named constraints, so that migrations can drop them on PostgreSQL and rebuild tables on SQLite.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both sides. A naive one is refused (`ValueError`): it would be anybody's guess.

    SQLite keeps it as text without the zone, in a form that sorts. The steps to and from it are made here rather than
    in two halves by SQLAlchemy: they are a third of what a due reminder costs.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Return what turns an aware moment into what the database keeps."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Return what gives a moment back, in UTC."""
        return _from_text if dialect.name == "sqlite" else _to_utc


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        raise ValueError(f"a moment needs a time zone: {value!r}")
    return value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    utc = _to_utc(value)
    return None if utc is None else utc.isoformat(" ", "microseconds")[:-6]  # without "+00:00"


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


class Words(TypeDecorator[str]):
    """Text from anywhere. What UTF-8 or PostgreSQL cannot hold (lone surrogates, null characters) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Return what replaces what cannot be stored."""
        return _storable


def _storable(value: str | None) -> str | None:
    if value is None:
        return None
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in value else value


# A number is never given out twice, also after a deletion: an old button must not mean somebody new.
NEVER_AGAIN: dict[str, Any] = {"sqlite_autoincrement": True}


def key() -> Column[int]:
    """Return the column for a row's own number."""
    return Column("id", Integer, primary_key=True)


def whose(target: str, **options: Any) -> Column[int]:
    """Return a column for the owner of a row: when the owner goes, the row goes."""
    name = {"people.id": "person_id", "identities.id": "identity_id", "groups.id": "group_id", "spaces.id": "space_id"}[
        target
    ]
    return Column(name, Integer, ForeignKey(target, ondelete="CASCADE"), **{"nullable": False, **options})


def where(condition: str) -> dict[str, Any]:
    """Return the options of an index over some of the rows. A query must name the same condition to be served."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
