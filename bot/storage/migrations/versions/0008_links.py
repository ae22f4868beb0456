"""How it stands with the catalogue's links."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "link_checks",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("failed_days", sa.Integer(), nullable=False),
        sa.Column("gone_days", sa.Integer(), nullable=False),
        sa.Column("moved_days", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=True),
        _moment("since"),
        _moment("checked_at"),
        _moment("answered_at"),
        _moment("next_at", nullable=False),
        _moment("told_at"),
        sa.PrimaryKeyConstraint("url", name="pk_link_checks"),
    )
    op.create_index("ix_link_checks_next_at", "link_checks", ["next_at"])
