"""The digest: issues, what they showed, what organisers said of stories, what members did with them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _hangs_on(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")


def upgrade() -> None:
    """Take the step."""
    _issues()
    op.create_table(
        "signals",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("feeds", sa.JSON(), nullable=False),
        sa.Column("saved", sa.Boolean(), nullable=False),
        sa.Column("saved_at", _moment(), nullable=True),
        sa.Column("leaning", sa.Integer(), nullable=False),
        sa.Column("leaning_at", _moment(), nullable=True),
        _hangs_on("signals", "group_id", "groups"),
        _hangs_on("signals", "identity_id", "identities"),
        sa.PrimaryKeyConstraint("group_id", "sign", "identity_id", name="pk_signals"),
    )
    op.create_index("ix_signals_identity_id", "signals", ["identity_id"])
    op.create_table(
        "openings",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        _hangs_on("openings", "issue_id", "issues"),
        _hangs_on("openings", "identity_id", "identities"),
        sa.PrimaryKeyConstraint("issue_id", "identity_id", name="pk_openings"),
    )
    op.create_index("ix_openings_identity_id", "openings", ["identity_id"])


def _issues() -> None:
    op.create_table(
        "issues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("issue", sa.JSON(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("sent_at", _moment(), nullable=True),
        _hangs_on("issues", "group_id", "groups"),
        sa.PrimaryKeyConstraint("id", name="pk_issues"),
        sa.UniqueConstraint("group_id", "last_day", name="uq_issues_group_id_last_day"),
        sa.UniqueConstraint("group_id", "number", name="uq_issues_group_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shown",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        _hangs_on("shown", "group_id", "groups"),
        sa.PrimaryKeyConstraint("group_id", "sign", name="pk_shown"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "edits",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        _hangs_on("edits", "group_id", "groups"),
        sa.PrimaryKeyConstraint("group_id", "sign", name="pk_edits"),
    )
