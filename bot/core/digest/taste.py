"""What a group likes, from the words of the titles it chose beside those it could have chosen.

Each word has the odds with which titles that hold it were chosen, drawn towards the usual odds while few are known: a
word seen once says next to nothing. The measure is `moim evaluate digest`, against what a weekly list chose.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CAUTION = 60.0  # titles' worth of the usual odds that every word starts with
LENGTH_POWER = 0.5  # how much of a long title's advantage of having many words is taken away
LEAST_SEEN = 2  # titles with a word, below which it is left out
_LONGEST = 300  # characters of a title that are looked at
_WORD = re.compile(r"[a-z0-9][a-z0-9+.-]*|[가-힣]+")
_SMALL = frozenset((
    "a", "an", "the", "of", "for", "in", "on", "to", "and", "with", "via", "by", "from", "is",
    "are", "at", "as", "using", "that", "this", "it", "its", "their", "our", "we", "you", "can", "how",
    "do", "does", "not", "be", "or", "what", "when", "than", "into",
))  # fmt: skip
_ENDINGS = ("ing", "ers", "er", "s")
_STEM = 4  # letters that are left when an ending is taken off


@dataclass(frozen=True, slots=True)
class Taste:
    """What each word speaks for, as the logarithm of its odds against the usual."""

    weights: Mapping[str, float]

    def of(self, title: str) -> float:
        """Return how much a title is to the group's taste; 0 for one that says nothing either way."""
        words = words_of(title)
        if not words:
            return 0.0
        total = math.fsum(self.weights.get(word, 0.0) for word in words)
        return total / math.pow(len(words), LENGTH_POWER)

    def telling(self, title: str) -> tuple[str, ...]:
        """Return the words of a title that speak for it, the most telling first."""
        liked = [(self.weights.get(word, 0.0), word) for word in words_of(title)]
        return tuple(word for weight, word in sorted(liked, reverse=True) if weight > 0)


NO_TASTE = Taste({})


def learn(shown: Iterable[tuple[str, bool]]) -> Taste:
    """Return the taste behind what was chosen: every title there was, and whether it was."""
    chosen: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    yes = no = 0
    for title, picked in shown:
        words = words_of(title)
        (chosen if picked else passed).update(words)
        yes, no = yes + picked, no + (not picked)
    if not yes:
        return NO_TASTE
    usual = yes / (yes + no)
    weights = {}
    for word in chosen.keys() | passed.keys():
        seen = chosen[word] + passed[word]
        if seen >= LEAST_SEEN:
            odds = (chosen[word] + CAUTION * usual) / (seen + CAUTION)
            weights[word] = math.log(odds / usual)
    return Taste(weights)


def words_of(title: str) -> frozenset[str]:
    """Return the words of a title that can tell something, without endings."""
    found = (word.strip(".-") for word in _WORD.findall(title[:_LONGEST].lower()))
    return frozenset(_stem(word) for word in found if word and word not in _SMALL)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word
