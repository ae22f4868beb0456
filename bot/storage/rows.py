"""The rows that are the bot's own bookkeeping rather than words of the field, as frozen dataclasses.

What people and groups are is in `core.people`; here is what adapters and chores must remember.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.core.people import IdentityId, PersonId
from bot.core.refs import Place, UserRef


@dataclass(frozen=True, slots=True)
class Token:
    """The wire of a button that did not fit into the button.

    `person_id` is the one person who may press it, None for anyone (or when the wire itself says who).
    """

    token: str
    wire: str
    person_id: PersonId | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class GatewaySession:
    """What one Discord shard needs to resume where it was."""

    shard: int
    session_id: str
    seq: int
    resume_url: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """One person's word that a resource's link is broken."""

    resource_id: str
    person_id: PersonId
    identity_id: IdentityId
    at: datetime


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade did: revisions before and after (None: the database was empty), and the copy made before it.

    `copy` is the path of the SQLite file's copy, None when there was nothing to copy. `before == after`: nothing to do.
    """

    before: str | None
    after: str
    copy: Path | None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who does what only one process may do, until when; `fence` grows with every new holder."""

    name: str
    holder: str
    fence: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An address to which nothing is sent for a `reason`; `told_at` is when somebody was told of it."""

    to: UserRef | Place
    reason: str
    since: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class StudyDay:
    """The minutes one person studied on one of their days."""

    person_id: PersonId
    day: date
    minutes: int


@dataclass(frozen=True, slots=True)
class Away:
    """A time somebody is away. `until` is as planned, None until they say so; `ended_at` None: still away."""

    id: int
    identity_id: IdentityId
    since: datetime
    until: datetime | None
    ended_at: datetime | None
