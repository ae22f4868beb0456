"""How it stands with the catalogue's links, each address once whoever has it."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table

from bot.storage.tables.types import UtcTime, Words, metadata

link_checks = Table(
    "link_checks",
    metadata,
    Column("url", Words, primary_key=True),
    Column("verdict", Words, nullable=False),  # unknown, fine, moved, unsure, dead
    Column("reason", Words, nullable=False),
    Column("moved_to", Words),
    # How many days in a row met what: one try is never a verdict.
    Column("failed_days", Integer, nullable=False),
    Column("gone_days", Integer, nullable=False),
    Column("moved_days", Integer, nullable=False),
    Column("counted_on", Date),
    Column("since", UtcTime),
    Column("checked_at", UtcTime),
    Column("answered_at", UtcTime),  # when a server last said anything at all
    Column("next_at", UtcTime, nullable=False),
    Column("told_at", UtcTime),  # when the host was written to about this verdict
    Index("ix_link_checks_next_at", "next_at"),
)
