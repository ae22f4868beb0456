"""How somebody likes pictures: light or dark."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Take the step."""
    op.add_column("people", sa.Column("look", sa.Text(), nullable=True))
