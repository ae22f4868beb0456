"""The reading group: papers, what was nominated, voted, picked, read and noted, and who presents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, Table, UniqueConstraint

from bot.storage.tables.types import NEVER_AGAIN, UtcTime, Words, key, metadata, where, whose


def _said_by(**options: Any) -> Column[int]:
    """Return a column for who said something that stays without their name when they go."""
    return Column("identity_id", Integer, ForeignKey("identities.id", ondelete="SET NULL"), **options)


def _paper(**options: Any) -> Column[int]:
    return Column("paper_id", Integer, ForeignKey("papers.id", ondelete="CASCADE"), **options)


# Who runs a group, named by an organiser; the platform's own admins of its homes do so too.
organisers = Table(
    "organisers",
    metadata,
    whose("groups.id", primary_key=True),
    whose("identities.id", primary_key=True, index=True),
    Column("since", UtcTime, nullable=False),
)

# What a member said of their part: NULL, nothing. Being met in a home makes nobody a line here.
memberships = Table(
    "memberships",
    metadata,
    whose("groups.id", primary_key=True),
    whose("identities.id", primary_key=True, index=True),
    Column("presents", Boolean),
    Column("presents_at", UtcTime),
    Column("named", Boolean),  # their own word that their name may stand beside what they did
    Column("named_at", UtcTime),
    Column("used_at", UtcTime),  # when they chose this one of their groups, in private
)

# Whatever can be read in a week: a paper, a lecture, a chapter, a page. `key` is what it is known by: duplicates meet.
papers = Table(
    "papers",
    metadata,
    key(),
    Column("key", Words, nullable=False, unique=True),
    Column("url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("abstract", Words, nullable=False),
    Column("year", Integer),
    Column("published", Date),
    Column("categories", JSON, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("kind", Words, nullable=False),
    Column("difficulty", Words),
    Column("prerequisites", JSON, nullable=False),
    Column("own_prerequisites", Boolean, nullable=False),
    Column("reviews", JSON, nullable=False),
    Column("short", Words),
    Column("code_url", Words),
    Column("listed", Integer, nullable=False),
    Column("shipped", Boolean, nullable=False),  # it came with the program and is brought up to date with it
    Column("tries", Integer, nullable=False),  # questions to the archive that were not answered
    Column("next_try_at", UtcTime),  # NULL: nothing is to be asked
    Column("at", UtcTime, nullable=False),
    **NEVER_AGAIN,
)
Index("ix_papers_next_try_at", papers.c.next_try_at, **where("next_try_at IS NOT NULL"))

# Which dated list named a paper, and when.
listings = Table(
    "listings",
    metadata,
    key(),
    _paper(nullable=False, index=True),
    Column("source", Words, nullable=False),
    Column("listed_from", Date),
    Column("listed_to", Date),
)

# The words of papers, made by the application (Hangul in pairs of syllables), so that either database looks them up by
# the same statement. Those of notes are apart: they go with the note.
paper_terms = Table(
    "paper_terms",
    metadata,
    _paper(primary_key=True),
    Column("term", Words, primary_key=True),
    Column("weight", Integer, nullable=False),
    Index("ix_paper_terms_term_weight_paper_id", "term", "weight", "paper_id"),
    sqlite_with_rowid=False,
)

# One run of the ritual, named by the day of its meeting.
cycles = Table(
    "cycles",
    metadata,
    key(),
    whose("groups.id"),
    Column("meets_on", Date, nullable=False),
    Column("meeting_at", UtcTime, nullable=False),
    Column("state", Words, nullable=False),
    _paper(),
    Column("how", Words),  # who picked: vote, presenter, organiser, list, filled
    Column("why", Words),
    Column("picked_at", UtcTime),
    Column("kind", Words),  # of its paper, as an organiser sees it
    Column("silent", Boolean, nullable=False),
    UniqueConstraint("group_id", "meets_on"),
    **NEVER_AGAIN,
)

nominations = Table(
    "nominations",
    metadata,
    key(),
    whose("groups.id"),
    _paper(nullable=False, index=True),
    _said_by(index=True),  # NULL: the queue was filled, or they are gone
    Column("why", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("state", Words, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("said", Words),  # an organiser's reason for putting it first or out
    UniqueConstraint("group_id", "paper_id"),
    **NEVER_AGAIN,
)

ballots = Table(
    "ballots",
    metadata,
    key(),
    Column("cycle_id", Integer, ForeignKey("cycles.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("closes_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("result", JSON),  # once closed: it stays as it was, whoever leaves
    **NEVER_AGAIN,
)

candidates = Table(
    "candidates",
    metadata,
    Column("ballot_id", Integer, ForeignKey("ballots.id", ondelete="CASCADE"), primary_key=True),
    Column("nomination_id", Integer, ForeignKey("nominations.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

# What an account said of a candidate last: no row, nothing said. False is a word too, it takes a yes back.
votes = Table(
    "votes",
    metadata,
    Column("ballot_id", Integer, ForeignKey("ballots.id", ondelete="CASCADE"), primary_key=True),
    Column("nomination_id", Integer, ForeignKey("nominations.id", ondelete="CASCADE"), primary_key=True),
    whose("identities.id", primary_key=True, index=True),
    Column("approves", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# Where a member stands with what a group reads: two words, each with the moment it was said.
readers = Table(
    "readers",
    metadata,
    whose("groups.id", primary_key=True),
    _paper(primary_key=True),
    whose("identities.id", primary_key=True, index=True),
    Column("state", Words),  # reading, finished, skimmed; NULL: never said, or taken back
    Column("state_at", UtcTime),
    Column("too_hard", Boolean, nullable=False),
    Column("too_hard_at", UtcTime),
)

notes = Table(
    "notes",
    metadata,
    key(),
    whose("groups.id"),
    _paper(nullable=False),
    whose("identities.id", index=True),
    Column("kind", Words, nullable=False),  # note, question
    Column("text", Words, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("once", Words),  # the turn in which it was written, which may come twice; NULL: none is known
    Index("ix_notes_group_id_paper_id", "group_id", "paper_id"),
    Index("ix_notes_identity_id_once", "identity_id", "once", unique=True),
    **NEVER_AGAIN,
)

note_terms = Table(
    "note_terms",
    metadata,
    Column("note_id", Integer, ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True),
    Column("term", Words, primary_key=True),
    Column("weight", Integer, nullable=False),
    Index("ix_note_terms_term_weight_note_id", "term", "weight", "note_id"),
    sqlite_with_rowid=False,
)

presenters = Table(
    "presenters",
    metadata,
    Column("cycle_id", Integer, ForeignKey("cycles.id", ondelete="CASCADE"), primary_key=True),
    whose("identities.id", primary_key=True, index=True),
    Column("state", Words, nullable=False),  # asked, accepted, passed, cancelled, done
    Column("at", UtcTime, nullable=False),
)

# What a group reads in a fixed order, when it chose to.
agendas = Table(
    "agendas",
    metadata,
    whose("groups.id", primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _paper(nullable=False),
)

# A word that connects two accounts, or two homes. It is kept as its hash.
codes = Table(
    "codes",
    metadata,
    Column("code", Words, primary_key=True),
    whose("identities.id", index=True),
    whose("groups.id", nullable=True),
    Column("purpose", Words, nullable=False),  # person, group
    # Who typed it; the other side confirms.
    Column("claimed_by", Integer, ForeignKey("identities.id", ondelete="CASCADE"), index=True),
    Column("expires_at", UtcTime, nullable=False, index=True),
    # What the two accounts are called, so that each side sees whom it connects to.
    Column("name", Words),
    Column("claimed_name", Words),
)

# What members would have in the catalogue, in the digest, or beside a paper: an organiser decides.
suggestions = Table(
    "suggestions",
    metadata,
    key(),
    whose("groups.id", nullable=True, index=True),
    _said_by(index=True),
    Column("what", Words, nullable=False),  # resource, review, digest
    Column("url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("why", Words, nullable=False),
    _paper(),
    Column("at", UtcTime, nullable=False),
    Column("state", Words, nullable=False),  # open, approved, declined, withdrawn
    Column("decided_by", Integer, ForeignKey("identities.id", ondelete="SET NULL"), index=True),
    Column("decided_at", UtcTime),
    **NEVER_AGAIN,
)
