"""How the pages of a group's digest are reached."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table

from bot.storage.tables.types import UtcTime, Words, metadata, whose

# `mark` is what the ids of its feed and its dates are made of. The word in its address follows from `secret` and is
# looked up by its hash; a new secret is a new address.
archives = Table(
    "archives",
    metadata,
    whose("groups.id", primary_key=True),
    Column("mark", Words, nullable=False),
    Column("secret", Words, nullable=False),
    Column("word_hash", Words, nullable=False, unique=True),
    Column("public", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
)
