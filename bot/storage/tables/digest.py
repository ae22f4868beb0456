"""The digest: a group's issues, what they showed, what organisers said of stories, and what members did with them."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Integer, Table, UniqueConstraint

from bot.storage.tables.types import NEVER_AGAIN, UtcTime, Words, key, metadata, whose

# One issue a week: the day it ends on decides, whoever makes it and however often. It is written once, read for ever.
issues = Table(
    "issues",
    metadata,
    key(),
    whose("groups.id"),
    Column("number", Integer, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("headline", Words, nullable=False),
    Column("issue", JSON, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),  # from when members find it; NULL: not yet
    UniqueConstraint("group_id", "last_day"),
    UniqueConstraint("group_id", "number"),
    **NEVER_AGAIN,
)

# The signs of everything that an issue of a group showed: none of it is shown again.
shown = Table(
    "shown",
    metadata,
    whose("groups.id", primary_key=True),
    Column("sign", Words, primary_key=True),
    Column("at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)

# What the organisers of a group said of a story before or after it was posted.
edits = Table(
    "edits",
    metadata,
    whose("groups.id", primary_key=True),
    Column("sign", Words, primary_key=True),
    Column("pinned", Boolean, nullable=False),
    Column("dropped", Boolean, nullable=False),
    Column("comment", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# What a member did with a story: two words, each with the moment it was said; what is needed to show it again is kept.
signals = Table(
    "signals",
    metadata,
    whose("groups.id", primary_key=True),
    Column("sign", Words, primary_key=True),
    whose("identities.id", primary_key=True, index=True),
    Column("title", Words, nullable=False),
    Column("url", Words),
    Column("topics", JSON, nullable=False),
    Column("feeds", JSON, nullable=False),
    Column("saved", Boolean, nullable=False),
    Column("saved_at", UtcTime),
    Column("leaning", Integer, nullable=False),  # 1: more like this, -1: less, 0: taken back
    Column("leaning_at", UtcTime),
)

# Which issues a member looked at.
openings = Table(
    "openings",
    metadata,
    Column("issue_id", Integer, ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    whose("identities.id", primary_key=True, index=True),
    Column("at", UtcTime, nullable=False),
)
