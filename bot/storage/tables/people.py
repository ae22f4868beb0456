"""People, what they chose and said, where they meet, and what conversations need remembered."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, Table, UniqueConstraint

from bot.storage.tables.types import NEVER_AGAIN, UtcTime, Words, key, metadata, whose

people = Table(
    "people",
    metadata,
    key(),
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
    Column("look", Words),  # of pictures: "light", "dark"
    **NEVER_AGAIN,
)

identities = Table(
    "identities",
    metadata,
    key(),
    whose("people.id", index=True),
    Column("platform", Words, nullable=False),
    Column("user_id", Words, nullable=False),
    Column("language", Words),
    Column("met_at", UtcTime, nullable=False),
    Column("chat", Words),  # the private chat with it, where that has an id of its own (Discord)
    # What this account chose, by the field of `people`, while its person has others too. NULL: all there is.
    Column("chosen", JSON(none_as_null=True)),
    UniqueConstraint("platform", "user_id"),
    **NEVER_AGAIN,
)

entries = Table(
    "entries",
    metadata,
    whose("identities.id", primary_key=True),
    Column("resource_id", Words, primary_key=True),  # no foreign key: the catalogue is files, and retired ids redirect
    Column("state", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    whose("identities.id", primary_key=True),
    Column("resource_id", Words, primary_key=True),
    Column("at", UtcTime, nullable=False),
)

# Two words about a resource, each with the moment it was said: 0 and false are words too, they take one back.
opinions = Table(
    "opinions",
    metadata,
    whose("identities.id", primary_key=True),
    Column("resource_id", Words, primary_key=True),
    Column("thumb", Integer, nullable=False),  # -1, 0, 1
    Column("thumb_at", UtcTime),
    Column("seen", Boolean, nullable=False),
    Column("seen_at", UtcTime),
)

spaces = Table(
    "spaces",
    metadata,
    key(),
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
    **NEVER_AGAIN,
)

# Who was met where, and last when: whose opinions count as the group's.
members = Table(
    "members",
    metadata,
    whose("identities.id", primary_key=True),
    whose("spaces.id", primary_key=True, index=True),
    Column("at", UtcTime, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    key(),
    Column("name", Words, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("state", Words, nullable=False, server_default="draft"),  # draft, active, paused, resting, ended
    Column("paused_until", UtcTime),
    Column("locale", Words),
    Column("zone", Words),
    # The rhythm: the first meeting in wall time of the zone, every so many weeks; where.
    Column("first", DateTime, quote=True),
    Column("weeks", Integer),
    Column("meets", Boolean),
    Column("place", Words),
    Column("picks", Words),
    # Steps that are off or moved, topics, stage, what was chosen of the digest.
    Column("settings", JSON, nullable=False, server_default="{}"),
    **NEVER_AGAIN,
)

homes = Table(
    "homes",
    metadata,
    key(),
    whose("groups.id", index=True),
    whose("spaces.id"),
    Column("channel", Words, nullable=False),  # "": the whole space (NULL would not count as equal in the rule below)
    UniqueConstraint("space_id", "channel"),
    **NEVER_AGAIN,
)

tokens = Table(
    "tokens",
    metadata,
    Column("token", Words, primary_key=True),
    Column("wire", Words, nullable=False),
    whose("people.id", nullable=True, index=True),
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
