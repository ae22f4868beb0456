"""The news: feeds, their items, the signs by which those are known again, and which group follows what."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _hangs_on(table: str, column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete=ondelete)


def upgrade() -> None:
    """Take the step."""
    _feeds()
    _items()
    op.create_table(
        "group_feeds",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=True),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        _hangs_on("group_feeds", "group_id", "groups"),
        _hangs_on("group_feeds", "feed_id", "feeds"),
        _hangs_on("group_feeds", "identity_id", "identities", "SET NULL"),
        sa.PrimaryKeyConstraint("group_id", "feed_id", name="pk_group_feeds"),
    )
    op.create_index("ix_group_feeds_feed_id", "group_feeds", ["feed_id"])
    op.create_index("ix_group_feeds_identity_id", "group_feeds", ["identity_id"])


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("next_at", _moment(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("modified", sa.Text(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("ok_at", _moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", _moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("health", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sa.UniqueConstraint("key", name="uq_feeds_key"),
        sqlite_autoincrement=True,
    )
    asked = sa.text("next_at IS NOT NULL")
    op.create_index("ix_feeds_next_at", "feeds", ["next_at"], sqlite_where=asked, postgresql_where=asked)


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("published", _moment(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=True),
        _hangs_on("items", "feed_id", "feeds"),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_items_feed_id_at", "items", ["feed_id", "at"])
    op.create_index("ix_items_at", "items", ["at"])
    op.create_table(
        "item_signs",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("seen_at", _moment(), nullable=False),
        _hangs_on("item_signs", "feed_id", "feeds"),
        sa.PrimaryKeyConstraint("feed_id", "sign", name="pk_item_signs"),
        sqlite_with_rowid=False,
    )
