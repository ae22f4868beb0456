"""What a reading group is: its state, what its organisers chose, where it lives and who is in it.

A group may have several homes, a person several accounts; nothing here may assume one each. Pure data: when things
happen follows from `cycle`, what was read is in `reading`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.cycle import Picks, Rhythm, Shift, Step, Week
from bot.core.digest.timing import DigestSettings
from bot.core.papers.paper import Difficulty
from bot.core.people import GroupId, HomeId, Identity, IdentityId, PersonId, Preferences
from bot.core.refs import Place, Platform, SpaceRef
from bot.i18n import Locale


class GroupState(StrEnum):
    """Whether the ritual runs. The values are stored."""

    DRAFT = "draft"  # being set up
    ACTIVE = "active"
    PAUSED = "paused"  # by an organiser, until a day or until they say so
    RESTING = "resting"  # nobody pressed anything for a while; one tap wakes it
    ENDED = "ended"


RESTING = (GroupState.PAUSED, GroupState.RESTING)  # the ritual stands still, and can be taken up again
ALIVE = (GroupState.ACTIVE, *RESTING)  # it began and is not over


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """What organisers changed: steps that are `off` or moved (`shifts`), what the group is about and how far it is.

    `topics` are ids of the topic map, `stage` the difficulty of papers that fits, `digest` what was
    chosen of its weekly issue.
    """

    off: frozenset[Step] = frozenset()
    shifts: Mapping[Step, Shift] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    stage: Difficulty | None = None
    digest: DigestSettings = field(default_factory=DigestSettings)


@dataclass(frozen=True, slots=True)
class Group:
    """A study group. What is None was never chosen; `place` is where it meets: a room, or a link."""

    id: GroupId
    name: str
    created_at: datetime
    state: GroupState = GroupState.DRAFT
    paused_until: datetime | None = None
    locale: Locale | None = None
    zone: str | None = None
    rhythm: Rhythm | None = None
    place: str | None = None
    picks: Picks | None = None
    settings: GroupSettings = GroupSettings()

    @property
    def week(self) -> Week | None:
        """Return the moments of its cycle; None before anybody said when it meets."""
        if self.rhythm is None:
            return None
        return Week(self.rhythm, self.settings.off, self.settings.shifts)


@dataclass(frozen=True, slots=True)
class Home:
    """One place a group lives in: a space, or one channel or topic of it.

    `channel` is the platform's own id of the channel or topic; None means the whole space.
    """

    id: HomeId
    group_id: GroupId
    space: SpaceRef
    channel: str | None

    def place(self) -> Place | None:
        """Return where posts go; None in a whole Discord server, which has no one place for them."""
        if self.space.platform is Platform.DISCORD:
            return None if self.channel is None else Place(Platform.DISCORD, self.channel, self.space)
        return Place(self.space.platform, self.space.id, self.space, self.channel)


def channel_of(place: Place) -> str | None:
    """Return the channel that a home in `place` has: on Discord the channel, elsewhere the topic, None without one."""
    return place.channel if place.platform is Platform.DISCORD else place.thread


@dataclass(frozen=True, slots=True)
class Organiser:
    """An account that runs a group, named by another organiser."""

    group_id: GroupId
    identity: Identity
    since: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """What somebody said about their part in a group, None where they said nothing.

    `presents`: they take turns presenting; `named`: their name may stand beside what they did.
    """

    presents: bool | None = None
    named: bool | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A person met in one of a group's spaces, with all their accounts, the first met first."""

    person_id: PersonId
    identities: tuple[Identity, ...]
    preferences: Preferences
    first_met_at: datetime
    last_met_at: datetime
    membership: Membership = Membership()

    @property
    def identity_ids(self) -> frozenset[IdentityId]:
        """Return the numbers of their accounts."""
        return frozenset(each.id for each in self.identities)
