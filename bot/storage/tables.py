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
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
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


def _where(condition: str) -> dict[str, Any]:
    """Return the options of an index over some of the rows. A query must name the same condition to be served."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


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
    Column("quiet_from", Words),  # "HH:MM", like the next three
    Column("quiet_to", Words),
    Column("morning", Words),
    Column("evening", Words),
    Column("streak", Words),  # "daily", "weekly:3"
    Column("board", Boolean),
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
    Column("chat", Words),  # the private chat with it, where that has an id of its own (Discord)
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

# What is due when. A row that ended stays for a while, so that what was delivered can be told.
schedules = Table(
    "schedules",
    metadata,
    _key(),
    Column("kind", Words, nullable=False),
    _whose("identities.id", nullable=True, index=True),
    _whose("groups.id", nullable=True, index=True),
    Column("rrule", Words),  # NULL: due once
    Column("start", DateTime),  # wall time, in the zone beside it
    Column("zone", Words),
    Column("until", Date),
    Column("left", Integer, quote=True),
    Column("payload", JSON, nullable=False),
    Column("next_due_at", UtcTime),
    Column("state", Words, nullable=False),
    # Where it was set.
    Column("platform", Words),
    Column("channel", Words),
    Column("thread", Words),
    Column("space", Words),  # changes when a Telegram group becomes a supergroup
    Column("fallback", Boolean, nullable=False),
    # A snooze belongs to an occurrence of another schedule. It outlives the other: a moved reminder is still wanted.
    Column("of", Integer, ForeignKey("schedules.id", ondelete="SET NULL"), quote=True),
    Column("of_due", UtcTime),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    UniqueConstraint("of", "of_due"),
    **_NEVER_AGAIN,
)
# Only what can fall due is in it, so a look at it costs the same among a thousand rows and among a million.
Index("ix_schedules_due", schedules.c.next_due_at, **_where("state = 'active'"))
Index("ix_schedules_ended_at", schedules.c.ended_at, **_where("ended_at IS NOT NULL"))

# What is to be sent and, afterwards, what became of it. A letter is the name of a post and its values: the text is
# written when it is about to be sent, in the language its reader speaks then.
outbox = Table(
    "outbox",
    metadata,
    _key(),
    Column("key", Words, nullable=False, unique=True),
    Column("kind", Words, nullable=False),
    Column("platform", Words, nullable=False),
    Column("user_id", Words, nullable=False),  # "": it goes to the place below
    Column("channel", Words, nullable=False),  # "": it goes to the user above
    Column("thread", Words, nullable=False),
    Column("space", Words),
    _whose("identities.id", nullable=True, index=True),
    _whose("groups.id", nullable=True, index=True),
    Column("schedule_id", Integer, ForeignKey("schedules.id", ondelete="SET NULL"), index=True),
    Column("due_at", UtcTime),
    Column("was_down", Boolean, nullable=False),
    Column("post", Words, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("revises", Words),  # the keys of earlier letters
    Column("under", Words),
    Column("silent", Boolean, nullable=False),
    Column("state", Words, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("fence", Integer),  # of the lease under which it was last taken
    Column("not_before", UtcTime),  # when it is looked at next; for a leased one, when the lease ends; NULL: ended
    Column("tried_at", UtcTime),
    Column("doubted_since", UtcTime),
    Column("reason", Words),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("told_at", UtcTime),
    # The receipt: where it stands, and the thread that was opened under it.
    Column("sent_channel", Words),
    Column("sent_topic", Words),
    Column("sent_message", Words),
    Column("sent_thread", Words),
    **_NEVER_AGAIN,
)
Index("ix_outbox_queue", outbox.c.platform, outbox.c.not_before, **_where("not_before IS NOT NULL"))
Index("ix_outbox_ended_at", outbox.c.ended_at, **_where("ended_at IS NOT NULL"))

# Who does what only one process may do. The fence grows with every new holder and refuses the writes of older ones.
leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

# Addresses to which nothing is sent until they show a sign of life.
unreachable = Table(
    "unreachable",
    metadata,
    Column("platform", Words, primary_key=True),
    Column("user_id", Words, primary_key=True),  # "": a place
    Column("channel", Words, primary_key=True),  # "": a user
    Column("space", Words),
    Column("reason", Words, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("told_at", UtcTime),
)

study = Table(
    "study",
    metadata,
    _key(),
    _whose("identities.id"),
    Column("at", UtcTime, nullable=False),
    Column("day", Date, nullable=False),  # in the person's own day
    Column("minutes", Integer),
    Column("text", Words, nullable=False),
    Column("resource_id", Words),
    Column("unit", Words),
    Column("source", Words, nullable=False),
    Column("once", Words),  # a press that is to be written down once; NULL: typed
    UniqueConstraint("identity_id", "once"),
    Index("ix_study_identity_id_day", "identity_id", "day"),
    **_NEVER_AGAIN,
)

aways = Table(
    "aways",
    metadata,
    _key(),
    _whose("identities.id", index=True),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime),  # as planned; NULL: until they say so
    Column("ended_at", UtcTime),  # NULL: still away
    **_NEVER_AGAIN,
)
Index("ix_aways_until", aways.c.until, **_where("ended_at IS NULL"))
