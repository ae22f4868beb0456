"""Letters: what is to be sent to somebody or somewhere and, afterwards, what became of it.

A letter is the name of a post and its values; its text is written when it is about to be sent. Pure values: this module
knows neither how letters are kept nor how they are sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NewType

from bot.core.people import GroupId, IdentityId
from bot.core.refs import Place, Platform, UserRef
from bot.core.schedule import NOTICE, ScheduleId

LetterId = NewType("LetterId", int)
Address = UserRef | Place


class LetterState(StrEnum):
    """Where a letter stands. The values are stored."""

    WAITING = "waiting"  # it can be sent from `not_before` on
    LEASED = "leased"  # somebody is sending it; after `not_before` nobody knows whether they did
    HELD = "held"  # it may have been sent; it is sent again at `not_before`, marked as such
    SENT = "sent"
    DEAD = "dead"  # given up after tries, or refused by the platform
    WITHHELD = "withheld"  # the address was known to be out of reach, so nothing was tried
    UNDELIVERED = "undelivered"  # the address turned out to be out of reach, and there was no other way
    TOO_LATE = "too_late"  # it was due too long ago to be of use
    DROPPED = "dropped"  # there was nothing to say any more


UNREAD = (LetterState.DEAD, LetterState.WITHHELD, LetterState.UNDELIVERED, LetterState.TOO_LATE)
"""The ends of a letter that its reader should hear of, once."""


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to be kept. `key` is the same for the same news: a second one of that key is left out.

    `state` may be one of the ends, for what is only put on record (`TOO_LATE`). See `Letter` for the rest.
    """

    key: str
    kind: str
    to: Address
    post: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    identity_id: IdentityId | None = None
    group_id: GroupId | None = None
    schedule_id: ScheduleId | None = None
    due_at: datetime | None = None
    was_down: bool = False
    revises: str | None = None
    under: str | None = None
    silent: bool = False
    not_before: datetime | None = None
    state: LetterState = LetterState.WAITING
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter.

    - `identity_id` is the account of the person it is for, `group_id` the group; `schedule_id` and `due_at` are the
      occurrence it tells of, and `was_down` says that the program was not running when it fell due.
    - `revises` is the key of a letter whose message it takes the place of, `under` of one in whose thread it belongs;
      `silent` says that nobody's device shall ring.
    - `attempt` counts the tries and guards them: whoever holds an older number may not write. `failures` counts those
      that failed by themselves, not because a platform was down. `tried_at` is the last try, and `doubted_since` the
      first of which nobody knows the outcome.
    - `reason` is why it is not sent, and `told_at` when its reader heard so.
    - `sent_place`, `sent_message` and `sent_thread` (the thread opened under it) are the receipt.

    In a letter just leased, `found` is the state it was in (`LEASED`: an earlier try was cut off) and `blocked` why its
    address is known to be out of reach, None when it is not; `blocked_since` is since when, None in a space we left.
    """

    id: LetterId
    key: str
    kind: str
    to: Address
    post: str
    payload: Mapping[str, Any]
    identity_id: IdentityId | None
    group_id: GroupId | None
    schedule_id: ScheduleId | None
    due_at: datetime | None
    was_down: bool
    revises: str | None
    under: str | None
    silent: bool
    state: LetterState
    attempt: int
    failures: int
    not_before: datetime | None
    tried_at: datetime | None
    doubted_since: datetime | None
    reason: str | None
    created_at: datetime
    ended_at: datetime | None
    told_at: datetime | None
    sent_place: Place | None
    sent_message: str | None
    sent_thread: str | None
    found: LetterState | None = None
    blocked: str | None = None
    blocked_since: datetime | None = None

    @property
    def platform(self) -> Platform:
        """Return the platform it goes out on."""
        return self.to.platform

    @property
    def lane(self) -> str:
        """Return what letters that must keep their order share: one is on its way at a time."""
        return lane_of(self.to)

    @property
    def sent_at(self) -> datetime | None:
        """Return when the platform took it, None while or when it did not."""
        return self.ended_at if self.state is LetterState.SENT else None


@dataclass(frozen=True, slots=True)
class Delivery:
    """That try number `attempt` of a letter was taken by the platform at the moment `at`, as `message` in `place`.

    `thread` is the thread that was opened under it.
    """

    id: LetterId
    attempt: int
    at: datetime
    place: Place
    message: str
    thread: str | None = None


def revision_of(letter: Letter, mark: str, *, silent: bool = True, not_before: datetime | None = None) -> NewLetter:
    """Return the letter by which what an earlier one said is drawn anew in its place, once for each `mark`."""
    return NewLetter(
        f"{letter.key}:{mark}",
        NOTICE,
        letter.to,
        letter.post,
        letter.payload,
        group_id=letter.group_id,
        revises=letter.key,
        silent=silent,
        not_before=not_before,
    )


def lane_of(to: Address) -> str:
    """Return the lane of an address: an account, or a channel with all its threads."""
    return to.id if isinstance(to, UserRef) else to.channel


def occurrence_key(schedule_id: ScheduleId, due: datetime) -> str:
    """Return the key of the letter that tells of one occurrence of a schedule."""
    return f"s{schedule_id}@{_stamp(due)}"


@lru_cache(maxsize=64)  # much is due at the same moment
def _stamp(due: datetime) -> str:
    return f"{due.astimezone(UTC).isoformat()[:19].replace('-', '').replace(':', '')}Z"
