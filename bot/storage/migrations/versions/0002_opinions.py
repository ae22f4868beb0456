"""What people know and aim at, what they think of a resource, and which spaces they were met in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    """Take the step."""
    for name in ("goal", "python", "maths", "delivery"):
        op.add_column("people", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("people", sa.Column("hours", sa.Integer(), nullable=True))
    op.create_table(
        "opinions",
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("thumb", sa.Integer(), nullable=False),
        sa.Column("thumb_at", _moment(), nullable=True),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("seen_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name="fk_opinions_identity_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("identity_id", "resource_id", name="pk_opinions"),
    )
    op.create_table(
        "members",
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name="fk_members_identity_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name="fk_members_space_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("identity_id", "space_id", name="pk_members"),
    )
    op.create_index("ix_members_space_id", "members", ["space_id"])
