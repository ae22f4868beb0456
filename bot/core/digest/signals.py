"""What people do with the stories of a digest: members save them or would have more or less of such, organisers edit.

Pure values, and how the words of many become what a group likes: whoever says less is one voice, not a veto. Who said
what is shown to nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.people import GroupId, PersonId

MORE, NEITHER, LESS = 1, 0, -1
LEANINGS = (MORE, NEITHER, LESS)


@dataclass(frozen=True, slots=True)
class Signal:
    """What one person said of a story, over all their accounts. `saved_at` is None for what is not on their list."""

    group_id: GroupId
    person_id: PersonId
    sign: str
    title: str
    url: str | None
    topics: tuple[str, ...]
    feeds: tuple[str, ...]
    saved_at: datetime | None
    leaning: int


@dataclass(frozen=True, slots=True)
class Edit:
    """What the organisers of a group said of a story."""

    pinned: bool = False
    dropped: bool = False
    comment: str = ""


NO_EDIT = Edit()


def savers(signals: Iterable[Signal]) -> Mapping[str, int]:
    """Return by sign how many persons saved a story."""
    found: dict[str, set[PersonId]] = defaultdict(set)
    for each in signals:
        if each.saved_at is not None:
            found[each.sign].add(each.person_id)
    return {sign: len(persons) for sign, persons in found.items()}


def leanings(signals: Iterable[Signal]) -> Mapping[str, int]:
    """Return by source and topic how many more persons would have more of it than less; nobody counts twice."""
    of_person: dict[tuple[str, PersonId], int] = defaultdict(int)
    for each in signals:
        for about in {*each.feeds, *each.topics[:1]}:
            of_person[about, each.person_id] += each.leaning
    found: dict[str, int] = defaultdict(int)
    for (about, _), said in of_person.items():
        found[about] += (said > 0) - (said < 0)
    return found
