"""The news: feeds, what they brought, by which signs that is known again, and which group follows what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, Table

from bot.storage.tables.types import NEVER_AGAIN, UtcTime, Words, key, metadata, where, whose


def _feed(**options: Any) -> Column[int]:
    return Column("feed_id", Integer, ForeignKey("feeds.id", ondelete="CASCADE"), nullable=False, **options)


# Where news come from, each once for all groups: `key` is the id of its row in the shipped file, or "own:" and a
# print of the address that a group gave: keys are logged and taken along, and an address may hold a word that lets in.
feeds = Table(
    "feeds",
    metadata,
    key(),
    Column("key", Words, nullable=False, unique=True),
    Column("address", Words, nullable=False),
    Column("title", Words, nullable=False),
    # What is kept between two visits.
    Column("next_at", UtcTime),  # NULL: nobody follows it, so it is not asked
    Column("seconds", Integer, nullable=False),  # usually between two visits
    Column("etag", Words),
    Column("modified", Words),
    Column("moved_to", Words),
    Column("ok_at", UtcTime),  # the last answer, also one that nothing is new
    Column("failures", Integer, nullable=False),
    Column("failing_since", UtcTime),
    Column("reason", Words),
    Column("health", Words, nullable=False),  # well, silent, busy, gone
    **NEVER_AGAIN,
)
Index("ix_feeds_next_at", feeds.c.next_at, **where("next_at IS NOT NULL"))

items = Table(
    "items",
    metadata,
    key(),
    _feed(),
    Column("at", UtcTime, nullable=False),  # when it came out, or else when it was first seen: never ahead of that
    Column("url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("guid", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("published", UtcTime),
    Column("language", Words),
    Column("minutes", Integer),
    Column("topics", JSON, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("paper", Words),  # the key of the paper it is or tells of
    Index("ix_items_feed_id_at", "feed_id", "at"),
    Index("ix_items_at", "at"),
    **NEVER_AGAIN,
)

# The prints of the signs by which an entry of a feed is known, for as long as the feed has it and a while longer. They
# outlive the items: what was forgotten is still not new.
item_signs = Table(
    "item_signs",
    metadata,
    _feed(primary_key=True),
    Column("sign", Words, primary_key=True),
    Column("seen_at", UtcTime, nullable=False),  # about when the feed last had it
    sqlite_with_rowid=False,
)

# What a group said of a feed: one of its own, or one that its topics bring and that it does not want.
group_feeds = Table(
    "group_feeds",
    metadata,
    whose("groups.id", primary_key=True),
    _feed(primary_key=True, index=True),
    # Who added it; it stays without their name when they go.
    Column("identity_id", Integer, ForeignKey("identities.id", ondelete="SET NULL"), index=True),
    Column("own", Boolean, nullable=False),
    Column("muted", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
)
