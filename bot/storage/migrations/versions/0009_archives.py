"""The archive of the digest: how its pages are reached."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "archives",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("word_hash", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_archives_group_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", name="pk_archives"),
        sa.UniqueConstraint("word_hash", name="uq_archives_word_hash"),
    )
