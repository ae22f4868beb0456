"""Every table, once, for both databases; the migrations lead here and a test holds them together.

What a person said hangs on the *identity* they said it from, and an identity hangs on a person: connecting two accounts
moves one key, taking them apart again splits every row by where it came from. Platforms' own ids are text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
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
    """A moment, aware and in UTC on both sides. A naive one is refused (`ValueError`): it would be anybody's guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC; SQLite keeps it without the zone, in a form that sorts."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from anywhere. What UTF-8 or PostgreSQL cannot hold (lone surrogates, null characters) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be stored."""
        if value is None:
            return None
        try:
            value.encode()
        except UnicodeEncodeError:
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")


# A number is never given out twice, also after a deletion: an old button must not mean somebody new.
_NEVER_AGAIN: dict[str, Any] = {"sqlite_autoincrement": True}


def _key() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _whose(target: str, **options: Any) -> Column[int]:
    """Return a column for the owner of a row: when the owner goes, the row goes."""
    name = {"people.id": "person_id", "identities.id": "identity_id", "groups.id": "group_id", "spaces.id": "space_id"}[
        target
    ]
    return Column(name, Integer, ForeignKey(target, ondelete="CASCADE"), **{"nullable": False, **options})


people = Table(
    "people",
    metadata,
    _key(),
    Column("locale", Words),  # chosen in settings; NULL: as the client says
    Column("timezone", Words),
    Column("met_at", UtcTime, nullable=False),
    Column("goal", Words),
    Column("python", Words),
    Column("maths", Words),
    Column("hours", Integer),  # a week
    Column("delivery", Words),  # the platform that reminders go to
    **_NEVER_AGAIN,
)

identities = Table(
    "identities",
    metadata,
    _key(),
    _whose("people.id", index=True),
    Column("platform", Words, nullable=False),
    Column("user_id", Words, nullable=False),
    Column("language", Words),
    Column("met_at", UtcTime, nullable=False),
    UniqueConstraint("platform", "user_id"),
    **_NEVER_AGAIN,
)

entries = Table(
    "entries",
    metadata,
    _whose("identities.id", primary_key=True),
    Column("resource_id", Words, primary_key=True),  # no foreign key: the catalogue is files, and retired ids redirect
    Column("state", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    _whose("identities.id", primary_key=True),
    Column("resource_id", Words, primary_key=True),
    Column("at", UtcTime, nullable=False),
)

# Two words about a resource, each with the moment it was said: 0 and false are words too, they take one back.
opinions = Table(
    "opinions",
    metadata,
    _whose("identities.id", primary_key=True),
    Column("resource_id", Words, primary_key=True),
    Column("thumb", Integer, nullable=False),  # -1, 0, 1
    Column("thumb_at", UtcTime),
    Column("seen", Boolean, nullable=False),
    Column("seen_at", UtcTime),
)

spaces = Table(
    "spaces",
    metadata,
    _key(),
    Column("platform", Words, nullable=False),
    Column("native_id", Words, nullable=False),  # changes when a Telegram group becomes a supergroup
    Column("title", Words, nullable=False),
    Column("approval", Words, nullable=False),
    Column("added_by", Words),  # a user of the space's own platform
    Column("added_at", UtcTime, nullable=False),
    Column("decided_by", Words),  # "discord:123": an owner may decide from the other platform
    Column("decided_at", UtcTime),
    Column("left_at", UtcTime),
    UniqueConstraint("platform", "native_id"),
    **_NEVER_AGAIN,
)

# Who was met where, and last when: whose opinions count as the group's.
members = Table(
    "members",
    metadata,
    _whose("identities.id", primary_key=True),
    _whose("spaces.id", primary_key=True, index=True),
    Column("at", UtcTime, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    _key(),
    Column("name", Words, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    **_NEVER_AGAIN,
)

homes = Table(
    "homes",
    metadata,
    _key(),
    _whose("groups.id", index=True),
    _whose("spaces.id"),
    Column("channel", Words, nullable=False),  # "": the whole space (NULL would not count as equal in the rule below)
    UniqueConstraint("space_id", "channel"),
    **_NEVER_AGAIN,
)

tokens = Table(
    "tokens",
    metadata,
    Column("token", Words, primary_key=True),
    Column("wire", Words, nullable=False),
    _whose("people.id", nullable=True, index=True),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

forms = Table(
    "forms",
    metadata,
    Column("platform", Words, primary_key=True),
    Column("user_id", Words, primary_key=True),
    Column("channel", Words, primary_key=True),
    Column("thread", Words, primary_key=True),  # "": no thread
    Column("state", JSON, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

seen = Table(
    "seen",
    metadata,
    Column("platform", Words, primary_key=True),
    Column("update_id", Words, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("session_id", Words, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("resume_url", Words, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
)

# Apart from `sessions`: a session ends, the day's budget of IDENTIFYs does not.
identifies = Table(
    "identifies",
    metadata,
    Column("day", Date, primary_key=True),  # UTC
    Column("shard", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
)
