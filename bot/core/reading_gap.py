"""What one person should see before a paper: the smallest things that close the gap between it and what they know.

Pure. Whoever is told of it is told alone: a gap is nobody else's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.core.catalogue import Kind, Resource
from bot.core.papers.needs import prerequisites_of
from bot.core.papers.paper import Difficulty, Paper
from bot.core.recommender import recommend
from bot.core.scoring import NOBODY, Profile
from bot.core.search import read
from bot.core.shelf import Shelf
from bot.core.stuck import counted_pieces, hours_of_a_piece
from bot.i18n import Bilingual, Locale

MOST = 3
_LOOKED_AT = 8  # picks of a topic among which a small one is looked for
_SMALL = 1.5  # hours of a piece
_WHOLE = 5.0  # hours up to which the whole thing is meant
_NOT_BEFORE_A_MEETING = frozenset(
    {Kind.TEXTBOOK, Kind.READING_LIST, Kind.TOOL, Kind.REPOSITORY, Kind.NEWSLETTER, Kind.COMMUNITY, Kind.SOCIAL}
)
_STEPS = {Difficulty.BEGINNER: 0, Difficulty.INTERMEDIATE: 1, Difficulty.ADVANCED: 2}


@dataclass(frozen=True, slots=True)
class First:
    """One thing to see first: for which topic, why that is needed, and about how long (None: not known).

    `piece`: the minutes are those of one piece of it, and one is enough.
    """

    topic: str
    resource: Resource
    why: Bilingual | None
    minutes: int | None
    piece: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """What is between a person and a paper. `needs` are the topics it asks for, `missing` those not known yet.

    `own`: it is said of this very paper, and not of its topics only.
    """

    needs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    firsts: tuple[First, ...] = ()
    own: bool = True


def gap(paper: Paper, shelf: Shelf, profile: Profile = NOBODY, locale: Locale = Locale.EN) -> Gap:
    """Return what `profile` lacks for `paper`, and at most three things that close it, each topic once."""
    needs = prerequisites_of(paper, shelf.topics)
    missing = tuple(each for each in needs.topics if not _knows(each, profile, shelf))
    firsts: list[First] = []
    for topic in missing:
        row = _smallest(topic, shelf, profile, locale, {each.resource.id for each in firsts})
        if row is not None:
            firsts.append(First(topic, row, _why(topic, paper, shelf), *_time(row)))
        if len(firsts) == MOST:
            break
    return Gap(needs.topics, missing, tuple(firsts), needs.own)


def is_heavy(paper: Paper, stage: Difficulty | None) -> bool:
    """Say whether a paper is harder than where a group stands; one that never said where stands in the middle."""
    if paper.difficulty is None:
        return False
    return _STEPS[paper.difficulty] > _STEPS[stage or Difficulty.INTERMEDIATE]


def _knows(topic: str, profile: Profile, shelf: Shelf) -> bool:
    """Say whether somebody knows a topic: by their own word, or having finished something mainly about it."""
    if topic in profile.known_topics:
        return True
    rows = (shelf.catalogue.get(each) for each in profile.done)
    return any(row is not None and topic in row.topics[:2] for row in rows)


def _smallest(topic: str, shelf: Shelf, profile: Profile, locale: Locale, taken: Collection[str]) -> Resource | None:
    """Return the best row on a topic that fits before a meeting; without one, the best row."""
    found = recommend(read(topic, shelf, locale=locale), shelf, profile, limit=_LOOKED_AT)
    hidden = {*profile.done, *profile.not_for_me, *taken}
    rows = [pick.resource for pick in found.picks if pick.resource.id not in hidden and pick.resource.link]
    return next(_small(rows), rows[0] if rows else None)


def _small(rows: Collection[Resource]) -> Iterator[Resource]:
    return (row for row in rows if row.kind not in _NOT_BEFORE_A_MEETING and hours_of_a_piece(row) <= _SMALL)


def _why(topic: str, paper: Paper, shelf: Shelf) -> Bilingual | None:
    """Return why a paper's topics ask for this one, as the map of topics says it."""
    above = [each for topic_id in paper.topics for each in (topic_id, *shelf.topics.ancestors(topic_id)[:1])]
    return next((need.why for each in above for need in shelf.topics.needs(each) if need.topic == topic), None)


def _time(row: Resource) -> tuple[int | None, bool]:
    """Return about how many minutes it takes, where that is known, and whether those are one piece's."""
    if row.hours is not None and row.hours <= _WHOLE:
        return round(row.hours * 60), False
    counted = counted_pieces(row)
    if counted is None:
        return (None if row.hours is None else round(row.hours * 60)), False
    return max(5, round(hours_of_a_piece(row) * 12) * 5), counted[0] > 1
