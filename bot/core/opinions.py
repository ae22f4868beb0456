"""What a group thinks of a resource, as a small prior on a ranking that is otherwise blind to it.

Pure and deterministic. Thumbs count from three people on, so that nobody's own can be read from an answer. It knows
neither who thinks so nor how anything is ranked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from bot.core.people import GroupOpinion

FEWEST = 3  # people; below that a thumb is somebody's
FONDLY, COOLLY = 0.6, 0.4  # from where on a group is said to like something, and not to
_PRIOR = 3.0  # people who are imagined to be of two minds: three thumbs up are not yet a unanimous group
_MIDDLE = 0.5
_BY_THUMBS = 0.1  # the most that thumbs move a score, up or down
_BY_SEEN = 0.04  # the most that marks of one's own move it, up only
_ENOUGH_SEEN = 4
STRONGEST = 1 + _BY_THUMBS + _BY_SEEN
WEAKEST = 1 - _BY_THUMBS
NO_OPINIONS: Mapping[str, GroupOpinion] = MappingProxyType({})
Item = TypeVar("Item")


def liked(opinion: GroupOpinion) -> float | None:
    """Return how much a group likes a resource, from 0 to 1 (a Bayesian mean), or None below three people."""
    people = opinion.ups + opinion.downs
    if people < FEWEST:
        return None
    return (opinion.ups + _PRIOR * _MIDDLE) / (people + _PRIOR)


def weight(opinion: GroupOpinion | None) -> float:
    """Return what a score is multiplied with, between `WEAKEST` and `STRONGEST`; 1 where nothing is known."""
    if opinion is None:
        return 1.0
    mean = liked(opinion)
    by_thumbs = 0.0 if mean is None else _BY_THUMBS * (2 * mean - 1)
    return 1.0 + by_thumbs + _BY_SEEN * min(opinion.seen, _ENOUGH_SEEN) / _ENOUGH_SEEN


def swayed(
    ranking: Sequence[tuple[Item, float]], ids: Sequence[str], opinions: Mapping[str, GroupOpinion]
) -> list[tuple[Item, float]]:
    """Return `ranking`, best first as (item, score), with what the group likes a little higher.

    `ids` are the resources of the items, in the same order. The order stays as it is wherever no opinion weighs; items
    keep their scores. A ranking that was varied is not strictly falling: no item counts for more than those before it.
    """
    if not opinions:
        return list(ranking)
    least = float("inf")
    weighed: list[tuple[float, int]] = []
    for place, ((_, score), resource_id) in enumerate(zip(ranking, ids, strict=True)):
        least = min(least, score)
        weighed.append((-least * weight(opinions.get(resource_id)), place))
    return [ranking[place] for _, place in sorted(weighed)]
