"""The words for people and for the places they meet: persons, identities, lists and spaces.

A *person* may have several platform identities; nothing here may assume one. Pure data: this module knows neither a
platform nor how anything is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.core.methods import Goal
from bot.core.refs import Platform, SpaceRef, UserRef
from bot.i18n import Locale

PersonId = NewType("PersonId", int)
IdentityId = NewType("IdentityId", int)
SpaceId = NewType("SpaceId", int)
GroupId = NewType("GroupId", int)
HomeId = NewType("HomeId", int)


@dataclass(frozen=True, slots=True)
class Identity:
    """One account of a person on one platform.

    `language` is the code the platform's client last told ("ko", "en-US").
    """

    id: IdentityId
    person_id: PersonId
    user: UserRef
    language: str | None
    met_at: datetime


class Knows(StrEnum):
    """How well a person knows something, in their own eyes. The values are stored."""

    NONE = "none"
    SOME = "some"
    WELL = "well"


HOURS = (1, 3, 6, 10)
"""The hours a week that are offered to choose from; any number may be stored."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose in settings; None means never chosen, so the client's language and its usual zone are used.

    `timezone` is an IANA name ("Asia/Seoul"), `hours` is how many a week, and `delivery` the platform of the account
    that reminders go to. `quiet_from` and `quiet_to` bound the hours in which nothing is sent that nobody set for that
    time, `morning` and `evening` are what those words mean: times of day as "HH:MM". `streak` is what a streak counts,
    `daily` or `weekly:3`; `board` says that the group may see how much was studied; `look` is how pictures are drawn,
    `light` or `dark`.
    """

    locale: Locale | None = None
    timezone: str | None = None
    goal: Goal | None = None
    python: Knows | None = None
    maths: Knows | None = None
    hours: int | None = None
    delivery: Platform | None = None
    quiet_from: str | None = None
    quiet_to: str | None = None
    morning: str | None = None
    evening: str | None = None
    streak: str | None = None
    board: bool | None = None
    look: str | None = None


class EntryState(StrEnum):
    """What a person said about one resource. The values are stored."""

    SAVED = "saved"
    GOING = "going"
    DONE = "done"
    SKIMMED = "skimmed"
    NOT_FOR_ME = "not_for_me"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a person's list; `identity_id` is the account it was last said from."""

    resource_id: str
    state: EntryState
    at: datetime
    identity_id: IdentityId


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person thinks of one resource: a thumb (-1, 0, 1), and whether they say they have seen it themselves.

    `seen_at` is when they said so, None when they have not.
    """

    thumb: int = 0
    seen_at: datetime | None = None

    @property
    def seen(self) -> bool:
        """Say whether they have seen it themselves."""
        return self.seen_at is not None


@dataclass(frozen=True, slots=True)
class GroupOpinion:
    """What the people of a group think of one resource, counted in people; `last_seen_at` is the latest who saw it."""

    ups: int = 0
    downs: int = 0
    seen: int = 0
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Everything an answer needs to know of whoever is asking, read in one go.

    `via` is the account they ask from and `language` what its client tells. `entries` maps resource ids to the latest
    state this person gave them, whichever account it was said from, the oldest first; `opinions` maps those they have
    an opinion of to it.
    """

    id: PersonId
    via: IdentityId
    language: str | None
    preferences: Preferences
    entries: Mapping[str, EntryState]
    opinions: Mapping[str, Opinion] = field(default_factory=dict)


class Approval(StrEnum):
    """The owner's word about a space. The values are stored."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class SpaceState(StrEnum):
    """Where the bot stands in a space now."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Space:
    """A guild or a group chat the bot was added to.

    `decided_by` is the owner who approved or refused it, on whichever platform; None when no owner was asked. The
    approval outlives a removal, so that a space which returns is as it was.
    """

    id: SpaceId
    ref: SpaceRef
    title: str
    approval: Approval
    added_by: UserRef | None
    added_at: datetime
    decided_by: UserRef | None
    decided_at: datetime | None
    left_at: datetime | None

    @property
    def state(self) -> SpaceState:
        """Return the approval, or LEFT while the bot is not a member."""
        return SpaceState.LEFT if self.left_at is not None else SpaceState(self.approval)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A space that the bot was just added to, and the hosts to be asked (none: it is open, or decided before).

    `occasion` tells one time of asking from another: it stays until somebody was asked.
    """

    space: SpaceRef
    title: str
    owners: tuple[UserRef, ...]
    occasion: str = ""

    def key(self, owner: UserRef) -> str:
        """Return the key of the letter that asks a host: the same for the same occasion."""
        return f"waiting:{self.space.platform.value}:{self.space.id}:{self.occasion}:{owner}"
