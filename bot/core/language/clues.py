"""The words by which people mean a topic without naming it ("Adam" for optimization), and how much each says.

A clue is weaker than a name; several add up, and one that points to several topics says less of each. Made once from
the cues of the map; it knows no rows and no question.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.language.words import Beginnings, Piece, clean, pieces, root, squeeze, stems, without_final
from bot.core.topics import TopicMap

_MAX_PIECES = 5
_ONE_WORD, _SEVERAL_WORDS = 0.5, 0.8
_SHARED = (1.0, 0.65, 0.45)  # by how many topics a cue points to
_SHARED_BY_MORE = 0.25
_BEGINNING = {2: 0.6, 3: 0.85}  # a Korean word that only begins with the cue, by the cue's syllables
_BEGINNING_LONG = 0.95
_SCATTERED = 0.85  # the words of a cue, but not together
_SAYS_SOMETHING = 3  # so many words of filler together may be a cue ("where do i begin")
_SEVERAL = 2  # words that a cue must have in a text to be heard there scattered
_FILLER = 0.3  # what a word that says nothing by itself counts within a cue
_ENOUGH = 0.6  # share of a cue's words, by their rarity, below which it is not heard


@dataclass(frozen=True, slots=True)
class Clue:
    """The pieces `at` of the text point to `topic`, with a weight from 0 to 1."""

    at: frozenset[int]
    topic: str
    weight: float
    word: str


@dataclass(slots=True)
class _Phrase:
    topic: str
    word: str
    rarity: dict[str, float] = field(default_factory=dict)
    telling: frozenset[str] = frozenset()
    total: float = 0.0

    def coverage(self, heard: Sequence[str], places: Mapping[str, tuple[int, float]]) -> float:
        """Return which share of its words is `heard`; a single telling word needs all the others beside it."""
        telling = sum(word in self.telling for word in heard)
        if telling < _SEVERAL and len(heard) < len(self.rarity):
            return 0.0
        return sum([rarity * places[word][1] for word, rarity in self.rarity.items() if word in places]) / self.total


class Clues:
    """The cues of all topics, under the forms in which a text may hold them."""

    def __init__(self, topics: TopicMap) -> None:
        """Index the cues: whole, and those of several words by each word that says something."""
        self._whole: dict[str, dict[str, float]] = {}
        self._phrases: dict[str, list[_Phrase]] = {}
        stop = frozenset(_rooted(word) for word in map(squeeze, topics.words.stop))
        phrases = [self._add(topic.id, cue) for topic in topics for cue in topic.cues]
        holders: dict[str, int] = {}
        for phrase in phrases:
            for word in phrase.rarity:
                holders[word] = holders.get(word, 0) + 1
        for phrase in phrases:
            if len(phrase.rarity) > 1 and not stop.issuperset(phrase.rarity):
                phrase.rarity = {
                    word: math.log(1 + len(phrases) / holders[word]) * (_FILLER if word in stop else 1.0)
                    for word in phrase.rarity
                }
                phrase.telling = frozenset(phrase.rarity) - stop
                phrase.total = sum(phrase.rarity.values())
                for word in phrase.rarity:
                    self._phrases.setdefault(word, []).append(phrase)
        self._beginnings = Beginnings(self._whole)

    def _add(self, topic: str, cue: str) -> _Phrase:
        words = [_rooted(piece.text) for piece in pieces(clean(cue))]
        weight = _SEVERAL_WORDS if len(words) > 1 else _ONE_WORD
        self._whole.setdefault("".join(words), {})[topic] = weight
        return _Phrase(topic, cue, {word: 0.0 for word in words if len(word) > 1})

    def find(self, parts: Sequence[Piece], closed: Collection[int], quiet: Collection[int]) -> list[Clue]:
        """Return the clues in a text; nothing that touches the pieces `closed`, or consists of the `quiet` ones."""
        found: list[Clue] = []
        rooted = [_rooted(piece.text) for piece in parts]
        at = 0
        while at < len(parts):
            clues = self._longest(parts, rooted, at, closed, quiet)
            found += clues
            at = max(clues[0].at) + 1 if clues else at + 1
        heard = {(clue.topic, at) for clue in found for at in clue.at}
        return found + self._scattered(parts, rooted, closed, heard)

    def _longest(
        self,
        parts: Sequence[Piece],
        rooted: Sequence[str],
        start: int,
        closed: Collection[int],
        quiet: Collection[int],
    ) -> tuple[Clue, ...]:
        """Return the clues of the longest cue that begins at a piece."""
        before = [""]  # what stands before the last piece of a window, by the pieces that are in it
        while start not in closed and len(before) < min(_MAX_PIECES, len(parts) - start):
            at, begun = start + len(before), before[-1] + rooted[start + len(before) - 1]
            if at in closed or not self._beginnings.lead_on(begun):
                break
            before.append(begun)
        for size in range(0 if start in closed else len(before), 0, -1):
            window = range(start, start + size)
            if size < _SAYS_SOMETHING and all(at in quiet for at in window):
                continue
            last = start + size - 1
            for word, sure in _forms(before[size - 1], parts[last], rooted[last]):
                topics = self._whole.get(word)
                if topics:
                    share, at_all = sure * _share(len(topics)), frozenset(window)
                    return tuple(Clue(at_all, topic, weight * share, word) for topic, weight in topics.items())
        return ()

    def _scattered(
        self, parts: Sequence[Piece], rooted: Sequence[str], closed: Collection[int], heard: set[tuple[str, int]]
    ) -> list[Clue]:
        """Return the cues most of whose words stand somewhere in the text; no word speaks twice for a topic."""
        places: dict[str, tuple[int, float]] = {}
        for at, piece in enumerate(parts):
            if at not in closed:
                known = next(
                    ((word, sure) for word, sure in _forms("", piece, rooted[at]) if word in self._phrases), None
                )
                if known is not None:
                    places.setdefault(known[0], (at, known[1]))
        words: dict[int, list[str]] = {}
        phrases: dict[int, _Phrase] = {}
        for word in places:
            for phrase in self._phrases[word]:
                words.setdefault(id(phrase), []).append(word)
                phrases[id(phrase)] = phrase
        weighed = [
            (-coverage, phrases[key].topic, phrases[key].word, [places[word][0] for word in said])
            for key, said in words.items()
            if len(said) >= _SEVERAL and (coverage := phrases[key].coverage(said, places)) >= _ENOUGH
        ]
        found: list[Clue] = []
        for below, topic, word, heard_at in sorted(weighed):
            if not any((topic, at) in heard for at in heard_at):
                heard |= {(topic, at) for at in heard_at}
                found.append(Clue(frozenset(heard_at), topic, _SEVERAL_WORDS * _SCATTERED * below**2, word))
        return found


def _share(topics: int) -> float:
    return _SHARED[topics - 1] if topics <= len(_SHARED) else _SHARED_BY_MORE


def _rooted(word: str) -> str:
    return root(word) if word.isascii() else word


def _forms(before: str, last: Piece, rooted: str) -> Iterator[tuple[str, float]]:
    """Yield the words that pieces may stand for: as written, without ending, and what a Korean word begins with."""
    yield before + rooted, 1.0
    if not last.hangul:
        return
    for stem in (*stems(last.text), *without_final(last.text)):
        if len(stem) > 1 or before:
            yield before + stem, 1.0
    for size in range(len(last.text) - 1, 1, -1):
        yield before + last.text[:size], _BEGINNING.get(size, _BEGINNING_LONG)
