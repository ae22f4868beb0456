"""What a group's archive shows: its issues, and the dates of its calendar.

Pure values, gathered by the service and drawn by the web wing. Nobody is named: that somebody presents is all that is
known of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from bot.core.people import GroupId
from bot.i18n import Locale


class EventKind(StrEnum):
    """What happens at a date. The values are in the dates' ids: a changed one is another date to every calendar."""

    MEETING = "meeting"
    READING = "reading"  # the end of a week of a group that reads without meeting
    PAPER = "paper"  # the paper of the week comes out
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One date. `key` tells it from the others of its kind in its group; `at` and `told_at` are aware.

    `zone` is whose wall time it keeps; `told_at` when it was last settled. `url` leads to the paper or the issue.
    `presented` is None where nobody is asked to present.
    """

    kind: EventKind
    key: str
    at: datetime
    told_at: datetime
    zone: str
    title: str = ""
    url: str | None = None
    place: str = ""
    presented: bool | None = None
    number: int | None = None

    def __post_init__(self) -> None:
        """Refuse a moment without a zone: a date would float with whoever looks at it."""
        if self.at.tzinfo is None or self.told_at.tzinfo is None:
            raise ValueError(f"a date needs a zone: {self.at!r}")


@dataclass(frozen=True, slots=True)
class Listed:
    """An issue as a list shows it; `sent_at` is aware."""

    number: int
    first: date
    last: date
    headline: str
    locale: Locale
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A group's archive. `issues` are those that were sent, the newest first.

    `mark` is what its ids are made of: the same for ever, and no other archive's in the world. `address` is where its
    pages are for people, ending in a slash; None where nobody knows.
    """

    group_id: GroupId
    mark: str
    name: str
    locale: Locale
    zone: str
    public: bool
    issues: tuple[Listed, ...] = ()
    address: str | None = None

    @property
    def changed_at(self) -> datetime:
        """Return when its last issue came out."""
        return max((each.sent_at for each in self.issues), default=datetime(1970, 1, 1, tzinfo=UTC))

    def around(self, number: int) -> tuple[Listed | None, Listed | None]:
        """Return the issue before and the one after."""
        older = next((each for each in self.issues if each.number < number), None)
        newer = next((each for each in reversed(self.issues) if each.number > number), None)
        return older, newer


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The page before all archives. `mark` and `address` as in an `Archive`; `locale` is the house's own language."""

    mark: str
    locale: Locale
    archives: tuple[Archive, ...]
    address: str | None = None
