"""The clock: what is due when, what is to be sent and became of it, who may send, and what people studied."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _whose(table: str, target: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")


def _index_some(name: str, table: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    some = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=some, postgresql_where=some)


def upgrade() -> None:
    """Take the step."""
    for name in ("quiet_from", "quiet_to", "morning", "evening", "streak"):
        op.add_column("people", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("people", sa.Column("board", sa.Boolean(), nullable=True))
    op.add_column("identities", sa.Column("chat", sa.Text(), nullable=True))
    _schedules()
    _outbox()
    _addresses()
    _studying()


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("rrule", sa.Text(), nullable=True),
        sa.Column("start", sa.DateTime(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("left", sa.Integer(), nullable=True, quote=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("next_due_at", _moment(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("space", sa.Text(), nullable=True),
        sa.Column("fallback", sa.Boolean(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=True, quote=True),
        sa.Column("of_due", _moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=True),
        _whose("schedules", "identities", "identity_id"),
        _whose("schedules", "groups", "group_id"),
        sa.ForeignKeyConstraint(["of"], ["schedules.id"], name="fk_schedules_of", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_schedules_identity_id", "schedules", ["identity_id"])
    _index_some("ix_schedules_group_id", "schedules", ["group_id"], "group_id IS NOT NULL")
    _index_some("ix_schedules_snooze", "schedules", ["of", "of_due"], '"of" IS NOT NULL', unique=True)
    _index_some("ix_schedules_due", "schedules", ["next_due_at"], "state = 'active'")
    _index_some("ix_schedules_ended_at", "schedules", ["ended_at"], "ended_at IS NOT NULL")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=True),
        sa.Column("identity_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.Column("due_at", _moment(), nullable=True),
        sa.Column("was_down", sa.Boolean(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("revises", sa.Text(), nullable=True),
        sa.Column("under", sa.Text(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=True),
        sa.Column("not_before", _moment(), nullable=True),
        sa.Column("tried_at", _moment(), nullable=True),
        sa.Column("doubted_since", _moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("told_at", _moment(), nullable=True),
        sa.Column("sent_channel", sa.Text(), nullable=True),
        sa.Column("sent_topic", sa.Text(), nullable=True),
        sa.Column("sent_message", sa.Text(), nullable=True),
        sa.Column("sent_thread", sa.Text(), nullable=True),
        _whose("outbox", "identities", "identity_id"),
        _whose("outbox", "groups", "group_id"),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedules.id"], name="fk_outbox_schedule_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_identity_id", "outbox", ["identity_id"])
    for column in ("group_id", "schedule_id"):
        _index_some(f"ix_outbox_{column}", "outbox", [column], f"{column} IS NOT NULL")
    _index_some("ix_outbox_queue", "outbox", ["platform", "not_before"], "not_before IS NOT NULL")
    _index_some("ix_outbox_ended_at", "outbox", ["ended_at"], "ended_at IS NOT NULL")


def _addresses() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "unreachable",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("space", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", _moment(), nullable=False),
        sa.Column("told_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("platform", "user_id", "channel", name="pk_unreachable"),
    )


def _studying() -> None:
    op.create_table(
        "study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("once", sa.Text(), nullable=True),
        _whose("study", "identities", "identity_id"),
        sa.PrimaryKeyConstraint("id", name="pk_study"),
        sa.UniqueConstraint("identity_id", "once", name="uq_study_identity_id_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_study_identity_id_day", "study", ["identity_id", "day"])
    op.create_table(
        "aways",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("since", _moment(), nullable=False),
        sa.Column("until", _moment(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        _whose("aways", "identities", "identity_id"),
        sa.PrimaryKeyConstraint("id", name="pk_aways"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_aways_identity_id", "aways", ["identity_id"])
    _index_some("ix_aways_until", "aways", ["until"], "ended_at IS NULL")
