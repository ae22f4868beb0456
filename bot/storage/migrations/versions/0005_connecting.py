"""Connecting accounts: what each chose by itself, how a code's two sides are called; notes that are written once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Take the step."""
    op.add_column("identities", sa.Column("chosen", sa.JSON(), nullable=True))
    op.add_column("codes", sa.Column("name", sa.Text(), nullable=True))
    op.add_column("codes", sa.Column("claimed_name", sa.Text(), nullable=True))
    op.add_column("notes", sa.Column("once", sa.Text(), nullable=True))
    op.create_index("ix_notes_identity_id_once", "notes", ["identity_id", "once"], unique=True)
