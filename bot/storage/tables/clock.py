"""The clock: what is due when, what is to be sent and became of it, who may send, what was studied, who is away."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, Table, UniqueConstraint

from bot.storage.tables.types import NEVER_AGAIN, UtcTime, Words, key, metadata, where, whose

# What is due when. A row that ended stays for a while, so that what was delivered can be told.
schedules = Table(
    "schedules",
    metadata,
    key(),
    Column("kind", Words, nullable=False),
    whose("identities.id", nullable=True, index=True),
    whose("groups.id", nullable=True),
    Column("rrule", Words),  # NULL: due once
    Column("start", DateTime),  # wall time, in the zone beside it
    Column("zone", Words),
    Column("until", Date),
    Column("left", Integer, quote=True),
    Column("payload", JSON, nullable=False),
    Column("next_due_at", UtcTime),
    Column("state", Words, nullable=False),
    # Where it was set.
    Column("platform", Words),
    Column("channel", Words),
    Column("thread", Words),
    Column("space", Words),  # changes when a Telegram group becomes a supergroup
    Column("fallback", Boolean, nullable=False),
    # A snooze belongs to an occurrence of another schedule. It outlives the other: a moved reminder is still wanted.
    Column("of", Integer, ForeignKey("schedules.id", ondelete="SET NULL"), quote=True),
    Column("of_due", UtcTime),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    **NEVER_AGAIN,
)
# Only what can fall due is in it, so a look at it costs the same among a thousand rows and among a million.
Index("ix_schedules_due", schedules.c.next_due_at, **where("state = 'active'"))
Index("ix_schedules_group_id", schedules.c.group_id, **where("group_id IS NOT NULL"))
Index("ix_schedules_snooze", schedules.c.of, schedules.c.of_due, unique=True, **where('"of" IS NOT NULL'))
Index("ix_schedules_ended_at", schedules.c.ended_at, **where("ended_at IS NOT NULL"))

# What is to be sent and, afterwards, what became of it. A letter is the name of a post and its values: the text is
# written when it is about to be sent, in the language its reader speaks then.
outbox = Table(
    "outbox",
    metadata,
    key(),
    Column("key", Words, nullable=False, unique=True),
    Column("kind", Words, nullable=False),
    Column("platform", Words, nullable=False),
    Column("user_id", Words, nullable=False),  # "": it goes to the place below
    Column("channel", Words, nullable=False),  # "": it goes to the user above
    Column("thread", Words, nullable=False),
    Column("space", Words),
    whose("identities.id", nullable=True, index=True),
    whose("groups.id", nullable=True),
    Column("schedule_id", Integer, ForeignKey("schedules.id", ondelete="SET NULL")),
    Column("due_at", UtcTime),
    Column("was_down", Boolean, nullable=False),
    Column("post", Words, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("revises", Words),  # the keys of earlier letters
    Column("under", Words),
    Column("silent", Boolean, nullable=False),
    Column("state", Words, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("fence", Integer),  # of the lease under which it was last taken
    Column("not_before", UtcTime),  # when it is looked at next; for a leased one, when the lease ends; NULL: ended
    Column("tried_at", UtcTime),
    Column("doubted_since", UtcTime),
    Column("reason", Words),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("told_at", UtcTime),
    # The receipt: where it stands, and the thread that was opened under it.
    Column("sent_channel", Words),
    Column("sent_topic", Words),
    Column("sent_message", Words),
    Column("sent_thread", Words),
    **NEVER_AGAIN,
)
Index("ix_outbox_queue", outbox.c.platform, outbox.c.not_before, **where("not_before IS NOT NULL"))
Index("ix_outbox_group_id", outbox.c.group_id, **where("group_id IS NOT NULL"))
Index("ix_outbox_schedule_id", outbox.c.schedule_id, **where("schedule_id IS NOT NULL"))
Index("ix_outbox_ended_at", outbox.c.ended_at, **where("ended_at IS NOT NULL"))

# Who does what only one process may do. The fence grows with every new holder and refuses the writes of older ones.
leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

# Addresses to which nothing is sent until they show a sign of life.
unreachable = Table(
    "unreachable",
    metadata,
    Column("platform", Words, primary_key=True),
    Column("user_id", Words, primary_key=True),  # "": a place
    Column("channel", Words, primary_key=True),  # "": a user
    Column("space", Words),
    Column("reason", Words, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("told_at", UtcTime),
)

study = Table(
    "study",
    metadata,
    key(),
    whose("identities.id"),
    Column("at", UtcTime, nullable=False),
    Column("day", Date, nullable=False),  # in the person's own day
    Column("minutes", Integer),
    Column("text", Words, nullable=False),
    Column("resource_id", Words),
    Column("unit", Words),
    Column("source", Words, nullable=False),
    Column("once", Words),  # a press that is to be written down once; NULL: typed
    UniqueConstraint("identity_id", "once"),
    Index("ix_study_identity_id_day", "identity_id", "day"),
    **NEVER_AGAIN,
)

aways = Table(
    "aways",
    metadata,
    key(),
    whose("identities.id", index=True),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime),  # as planned; NULL: until they say so
    Column("ended_at", UtcTime),  # NULL: still away
    **NEVER_AGAIN,
)
Index("ix_aways_until", aways.c.until, **where("ended_at IS NULL"))
