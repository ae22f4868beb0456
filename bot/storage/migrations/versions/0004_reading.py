"""The reading group: what a group is, papers, nominations, ballots, what was read and noted, and who presents."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _hangs_on(table: str, column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete=ondelete)


def _index_some(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def _terms(of: str) -> None:
    table, whose = f"{of}_terms", f"{of}_id"
    op.create_table(
        table,
        sa.Column(whose, sa.Integer(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        _hangs_on(table, whose, f"{of}s"),
        sa.PrimaryKeyConstraint(whose, "term", name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{table}_term_weight_{whose}", table, ["term", "weight", whose])


def upgrade() -> None:
    """Take the step."""
    _groups()
    _papers()
    _weeks()
    _members()
    _letters_in()


def _groups() -> None:
    op.add_column("groups", sa.Column("state", sa.Text(), nullable=False, server_default="draft"))
    op.add_column("groups", sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("groups", sa.Column("paused_until", _moment(), nullable=True))
    op.add_column("groups", sa.Column("first", sa.DateTime(), nullable=True, quote=True))
    op.add_column("groups", sa.Column("weeks", sa.Integer(), nullable=True))
    op.add_column("groups", sa.Column("meets", sa.Boolean(), nullable=True))
    for name in ("locale", "zone", "place", "picks"):
        op.add_column("groups", sa.Column(name, sa.Text(), nullable=True))


def _papers() -> None:
    op.create_table(
        "papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("difficulty", sa.Text(), nullable=True),
        sa.Column("prerequisites", sa.JSON(), nullable=False),
        sa.Column("own_prerequisites", sa.Boolean(), nullable=False),
        sa.Column("reviews", sa.JSON(), nullable=False),
        sa.Column("short", sa.Text(), nullable=True),
        sa.Column("code_url", sa.Text(), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", _moment(), nullable=True),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_papers"),
        sa.UniqueConstraint("key", name="uq_papers_key"),
        sqlite_autoincrement=True,
    )
    _index_some("ix_papers_next_try_at", "papers", ["next_try_at"], "next_try_at IS NOT NULL")
    op.create_table(
        "listings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("listed_from", sa.Date(), nullable=True),
        sa.Column("listed_to", sa.Date(), nullable=True),
        _hangs_on("listings", "paper_id", "papers"),
        sa.PrimaryKeyConstraint("id", name="pk_listings"),
    )
    op.create_index("ix_listings_paper_id", "listings", ["paper_id"])
    _terms("paper")


def _weeks() -> None:
    op.create_table(
        "cycles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("meeting_at", _moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("picked_at", _moment(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        _hangs_on("cycles", "group_id", "groups"),
        _hangs_on("cycles", "paper_id", "papers"),
        sa.PrimaryKeyConstraint("id", name="pk_cycles"),
        sa.UniqueConstraint("group_id", "meets_on", name="uq_cycles_group_id_meets_on"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "nominations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Text(), nullable=True),
        _hangs_on("nominations", "group_id", "groups"),
        _hangs_on("nominations", "paper_id", "papers"),
        _hangs_on("nominations", "identity_id", "identities", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_nominations"),
        sa.UniqueConstraint("group_id", "paper_id", name="uq_nominations_group_id_paper_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_nominations_identity_id", "nominations", ["identity_id"])
    op.create_index("ix_nominations_paper_id", "nominations", ["paper_id"])
    op.create_table(
        "ballots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", _moment(), nullable=False),
        sa.Column("closes_at", _moment(), nullable=False),
        sa.Column("closed_at", _moment(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        _hangs_on("ballots", "cycle_id", "cycles"),
        sa.PrimaryKeyConstraint("id", name="pk_ballots"),
        sa.UniqueConstraint("cycle_id", name="uq_ballots_cycle_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "candidates",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _hangs_on("candidates", "ballot_id", "ballots"),
        _hangs_on("candidates", "nomination_id", "nominations"),
        sa.PrimaryKeyConstraint("ballot_id", "nomination_id", name="pk_candidates"),
    )
    op.create_index("ix_candidates_nomination_id", "candidates", ["nomination_id"])
    op.create_table(
        "votes",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        _hangs_on("votes", "ballot_id", "ballots"),
        _hangs_on("votes", "nomination_id", "nominations"),
        _hangs_on("votes", "identity_id", "identities"),
        sa.PrimaryKeyConstraint("ballot_id", "nomination_id", "identity_id", name="pk_votes"),
    )
    op.create_index("ix_votes_identity_id", "votes", ["identity_id"])
    op.create_table(
        "presenters",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        _hangs_on("presenters", "cycle_id", "cycles"),
        _hangs_on("presenters", "identity_id", "identities"),
        sa.PrimaryKeyConstraint("cycle_id", "identity_id", name="pk_presenters"),
    )
    op.create_index("ix_presenters_identity_id", "presenters", ["identity_id"])
    op.create_table(
        "agendas",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        _hangs_on("agendas", "group_id", "groups"),
        _hangs_on("agendas", "paper_id", "papers"),
        sa.PrimaryKeyConstraint("group_id", "position", name="pk_agendas"),
    )


def _members() -> None:
    op.create_table(
        "organisers",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("since", _moment(), nullable=False),
        _hangs_on("organisers", "group_id", "groups"),
        _hangs_on("organisers", "identity_id", "identities"),
        sa.PrimaryKeyConstraint("group_id", "identity_id", name="pk_organisers"),
    )
    op.create_index("ix_organisers_identity_id", "organisers", ["identity_id"])
    op.create_table(
        "memberships",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("presents", sa.Boolean(), nullable=True),
        sa.Column("presents_at", _moment(), nullable=True),
        sa.Column("named", sa.Boolean(), nullable=True),
        sa.Column("named_at", _moment(), nullable=True),
        sa.Column("used_at", _moment(), nullable=True),
        _hangs_on("memberships", "group_id", "groups"),
        _hangs_on("memberships", "identity_id", "identities"),
        sa.PrimaryKeyConstraint("group_id", "identity_id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_identity_id", "memberships", ["identity_id"])
    op.create_table(
        "readers",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("state_at", _moment(), nullable=True),
        sa.Column("too_hard", sa.Boolean(), nullable=False),
        sa.Column("too_hard_at", _moment(), nullable=True),
        _hangs_on("readers", "group_id", "groups"),
        _hangs_on("readers", "paper_id", "papers"),
        _hangs_on("readers", "identity_id", "identities"),
        sa.PrimaryKeyConstraint("group_id", "paper_id", "identity_id", name="pk_readers"),
    )
    op.create_index("ix_readers_identity_id", "readers", ["identity_id"])
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        _hangs_on("notes", "group_id", "groups"),
        _hangs_on("notes", "paper_id", "papers"),
        _hangs_on("notes", "identity_id", "identities"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notes_group_id_paper_id", "notes", ["group_id", "paper_id"])
    op.create_index("ix_notes_identity_id", "notes", ["identity_id"])
    _terms("note")


def _letters_in() -> None:
    op.create_table(
        "codes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("expires_at", _moment(), nullable=False),
        _hangs_on("codes", "identity_id", "identities"),
        _hangs_on("codes", "group_id", "groups"),
        _hangs_on("codes", "claimed_by", "identities"),
        sa.PrimaryKeyConstraint("code", name="pk_codes"),
    )
    op.create_index("ix_codes_claimed_by", "codes", ["claimed_by"])
    op.create_index("ix_codes_expires_at", "codes", ["expires_at"])
    op.create_index("ix_codes_identity_id", "codes", ["identity_id"])
    op.create_table(
        "suggestions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("identity_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", _moment(), nullable=True),
        _hangs_on("suggestions", "group_id", "groups"),
        _hangs_on("suggestions", "identity_id", "identities", "SET NULL"),
        _hangs_on("suggestions", "paper_id", "papers"),
        _hangs_on("suggestions", "decided_by", "identities", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_suggestions_decided_by", "suggestions", ["decided_by"])
    op.create_index("ix_suggestions_group_id", "suggestions", ["group_id"])
    op.create_index("ix_suggestions_identity_id", "suggestions", ["identity_id"])
