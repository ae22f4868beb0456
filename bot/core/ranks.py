"""What can be said of every resource before anyone asks: how it fits each topic, how good it is, which words it holds.

Built once over the catalogue, so that an answer only looks at the rows that can matter. It knows no person and no
question.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise

from bot.core.catalogue import Catalogue, Kind, Level, Resource, Showing, Stage, State, Strength, Sureness
from bot.core.language.words import clean, forms, pieces, root
from bot.core.topics import TopicMap

CLOSENESS = 1.5  # how much more a row counts that is wholly about a topic than one that is half about it
FIRST = 0.2  # what it adds to a row to be the first thing to hand someone
# How much a row is about its first, second, ... topic.
PLACES = (1.0, 0.8, 0.66, 0.56, 0.48)
_LAST_PLACE = 0.4
_FIRST_NEARBY = 0.33
BELOW = 0.5  # a row about a narrower topic, when the wider one is asked for
ABOVE = 0.3  # a row about the wider topic, when the narrower one is asked for

_STRENGTH = {
    Strength.VERY_STRONG: 0.25,
    Strength.STRONG: 0.2,
    Strength.RECOMMENDED: 0.1,
    Strength.WITH_WARNING: 0.1,
    Strength.WITH_RESERVE: 0.05,
    Strength.HALF_A_JOKE: 0.03,
    Strength.LISTED: 0.0,
    Strength.MENTIONED: -0.02,
    Strength.NOT_RECOMMENDED: -0.6,
}
_CORE = 0.26
_SEEN = 0.04
_KNOWN = 0.06  # people have a short name for it, which they only have for what many of them use
_GENTLE = 0.05  # who does not say how much they know is served better by the easier one
_SURE = {Sureness.HIGH: 0.0, Sureness.MEDIUM: -0.1, Sureness.LOW: -0.2}
_PAID = -0.03
_YEAR = 0.01
_NEUTRAL_YEAR = 2020
_YEAR_MOST = 0.04
_AGE, _AGE_MOST, _FRESH = 0.01, 0.06, 2022  # a year's worth in a fast field, and the year that counts nothing
_AGES = frozenset((Kind.COURSE, Kind.TEXTBOOK, Kind.ARTICLE, Kind.NOTEBOOK))
STATE = {
    State.ACTIVE: 1.0,
    State.MOVED: 1.0,
    State.ARCHIVED: 1.0,
    State.UNCLEAR: 0.85,
    State.UNMAINTAINED: 0.7,
    State.SUPERSEDED: 0.5,
    State.RETIRED: 0.3,
}
_OVER = frozenset((State.ARCHIVED, State.UNMAINTAINED))
GATHERINGS = frozenset((Kind.NEWSLETTER, Kind.COMMUNITY, Kind.SOCIAL))
_FIELDS = {
    "title": 3.0,
    "author": 2.5,
    "organisation": 2.0,
    "keyword": 2.4,
    "first name": 1.0,
    "note": 1.0,
    "topic": 0.8,
}
_SPECIFIC = 0.5  # a word that more of a topic's rows hold says no more than the topic's name
_AGAIN = 0.2  # a word that stands in several texts of a row
_PAIR = 0.5  # two words together that are one keyword
_BEGINNING = 0.6  # a Korean word of which a row holds only the beginning
_HALF = 14.0  # the sum at which a match of words is half of what it can be: about one rare word in a title


NO_ALIASES: Mapping[str, str] = {}


class Ranks:
    """The rows in order, with their fits, their standing and their words."""

    def __init__(self, topics: TopicMap, catalogue: Catalogue) -> None:
        """Compute everything; some tens of milliseconds, once."""
        self.rows: tuple[Resource, ...] = tuple(catalogue)
        self.index_of: dict[str, int] = {row.id: at for at, row in enumerate(self.rows)}
        self.manners: tuple[int, ...] = _manners(self.rows)
        self.tongues: tuple[int, ...] = _numbered(row.languages for row in self.rows)
        self.kinds: tuple[int, ...] = _numbered(row.kind for row in self.rows)
        self.eases: tuple[int | None, ...] = tuple(row.level.rank if row.level else None for row in self.rows)
        # What became of a row as a factor; 0 for one that is only shown to who names it, or never.
        self.offered: tuple[float, ...] = tuple(STATE[row.state] * may_be_offered(row) for row in self.rows)
        self.over: frozenset[int] = frozenset(at for at, row in enumerate(self.rows) if row.state in _OVER)
        self.superseded: dict[int, None] = dict.fromkeys(
            at for at, row in enumerate(self.rows) if row.status.superseded_by
        )
        self.mains: dict[str, list[int]] = {}  # rows by main topic
        self.presupposing: dict[str, list[int]] = {}  # rows that ask for a topic first, and are not for beginners
        self.gatherings: dict[Kind, list[int]] = {}  # newsletters and the like on machine learning as such
        self._fill_places(topics)
        self.standing: tuple[float, ...] = tuple(standing(row, fast=_is_fast(row, topics)) for row in self.rows)
        # What a row is worth at most apart from how it fits and teaches.
        self.promise: tuple[float, ...] = tuple(
            (value + FIRST * bool(row.first_for)) * offered
            for row, value, offered in zip(self.rows, self.standing, self.offered, strict=True)
        )
        self.fits: dict[str, dict[int, float]] = {topic.id: {} for topic in topics}
        self.firsts: dict[str, dict[int, float]] = {topic.id: {} for topic in topics}
        self._fill_firsts(topics)
        self.direct: dict[str, frozenset[int]] = {}
        self._fill_fits(topics)
        self.order: dict[str, array[int]] = {topic: self._ordered(fits) for topic, fits in self.fits.items()}
        self.replaced: dict[str, tuple[str, ...]] = _replaced(catalogue)
        self.first_step: dict[str, Resource] = {
            topic.id: row for topic in topics if (row := self._first_step(topic.id))
        }
        self.stands_after: dict[str, bool] = {topic.id: self._stands_after(topic.id) for topic in topics}
        self._keyword_holders: dict[str, tuple[int, ...]] = {}
        self._postings: dict[str, dict[int, float]] = {}
        self._rarity: dict[str, float] = {}
        self._fill_words()
        self._in_titles: dict[str, list[tuple[int, float]]] = {}
        self._fill_titles()

    def text_scores(self, words: Sequence[str]) -> Mapping[int, float]:
        """Return which share of the words the rows' own texts hold, from 0 to 1, for the rows that hold any."""
        scores, total = self._sums(words)
        most = total * _FIELDS["title"]
        return {at: score / most for at, score in scores.items()} if most else scores

    def text_strengths(self, words: Sequence[str], aliases: Mapping[str, str] = NO_ALIASES) -> Mapping[int, float]:
        """Return how much the rows' own texts have to do with the words, from 0 to 1; no other word lowers it.

        A word that names a topic (`aliases`: the word and its topic) counts where it says more than the topic does,
        as "bandits" does and "rl" does not: few of the topic's own rows hold it.
        """
        scores, _ = self._sums(
            [word for word in words if word not in aliases or self._is_specific(word, aliases[word])]
        )
        for pair in ("".join(map(_rooted, pair)) for pair in pairwise(words)):
            for at in self._keyword_holders.get(pair, ()):
                scores[at] = scores.get(at, 0.0) + _FIELDS["keyword"] * self._rarity[pair] * _PAIR
        return {at: score / (score + _HALF) for at, score in scores.items()}

    def title_shares(self, words: Sequence[str], aliases: Mapping[str, str] = NO_ALIASES) -> Mapping[int, float]:
        """Return which share of a row's title the telling words make up, from 0 to 1, rare words counting more."""
        found: dict[int, float] = {}
        for word in words:
            if word in aliases and not self._is_specific(word, aliases[word]):
                continue
            known, share = self._known(word)
            for at, part in self._in_titles.get(known or "", ()):
                found[at] = found.get(at, 0.0) + part * share
        return found

    def _fill_titles(self) -> None:
        for at, row in enumerate(self.rows):
            for title in filter(None, (row.title, row.title_ko)):
                words = {
                    word: self._rarity[word] for word in map(_rooted, (piece.text for piece in pieces(clean(title))))
                }
                whole = sum(words.values())
                for word, rarity in words.items():
                    self._in_titles.setdefault(word, []).append((at, rarity / whole))

    def _is_specific(self, word: str, topic: str) -> bool:
        rows = self.direct.get(topic, frozenset())
        holders = set[int]().union(*(rows.intersection(self._postings.get(form, ())) for form in forms(word)))
        return bool(rows) and len(holders) <= _SPECIFIC * len(rows)

    def _sums(self, words: Iterable[str]) -> tuple[dict[int, float], float]:
        scores: dict[int, float] = {}
        total = 0.0
        for word in words:
            known, share = self._known(word)
            rarity = self._rarity[known] if known else _UNKNOWN_RARITY
            total += rarity
            for at, weight in self._postings[known].items() if known else ():
                scores[at] = scores.get(at, 0.0) + weight * rarity * share
        return scores, total

    def _known(self, word: str) -> tuple[str | None, float]:
        """Return the form of a word that some row holds, and how surely it is the same word."""
        if word.isascii():
            return (root(word) if root(word) in self._postings else None), 1.0
        known = next((form for form in forms(word) if form in self._postings), None)
        if known is not None:
            return known, 1.0
        beginnings = (word[:size] for size in range(len(word) - 1, 1, -1))
        return next((each for each in beginnings if each in self._postings), None), _BEGINNING

    def beginning_with(self, word: str) -> tuple[str, ...]:
        """Return the words of the rows that begin with `word`, itself aside, the shortest first."""
        longer = (known for known in self._postings if known.startswith(word) and known != word)
        return tuple(sorted(longer, key=lambda known: (len(known), known)))

    def rarity(self, word: str) -> float:
        """Return how telling a word is: 0 for one that is in no row."""
        return max((self._rarity.get(form, 0.0) for form in forms(word)), default=0.0)

    def specificity(self, topic: str, others: Iterable[str]) -> float:
        """Return how few rows a topic has beside the narrowest of `others`: 1 when as narrow, near 0 when wide."""
        theirs = max(map(self._narrowness, others), default=0.0)
        return self._narrowness(topic) / theirs if theirs else 1.0

    def _narrowness(self, topic: str) -> float:
        return math.log(len(self.rows) / max(1, min(len(self.rows) - 1, len(self.direct.get(topic, ())))))

    def holds(self, at: int, word: str) -> bool:
        """Say whether the row's own texts hold this word, with or without its ending."""
        return any(at in self._postings.get(form, ()) for form in forms(word))

    def _ordered(self, fits: Mapping[int, float]) -> array[int]:
        """Return the rows of a topic that are offered, those first that can be worth most for it."""
        worth = {at: fit**CLOSENESS * self.promise[at] for at, fit in fits.items()}
        return array("L", sorted((at for at in fits if worth[at]), key=lambda at: -worth[at]))

    def _fill_places(self, topics: TopicMap) -> None:
        for at, row in enumerate(self.rows):
            main = topics.get(row.topic)
            self.mains.setdefault(row.topic, []).append(at)
            if row.level is not Level.BEGINNER:
                for need in (need for need in row.prerequisites if isinstance(need, str)):
                    self.presupposing.setdefault(need, []).append(at)
            if row.kind in GATHERINGS and main is not None and (main.entrance or main.across):
                self.gatherings.setdefault(row.kind, []).append(at)

    def _first_step(self, topic: str) -> Resource | None:
        """Return what to hand someone who lacks a topic: the gentlest of its best rows."""
        rows = [(at, self.rows[at]) for at in self.direct[topic] if _is_offered(self.rows[at])]
        best = [(at, row) for at, row in rows if topic in row.first_for] or [(at, row) for at, row in rows if row.core]
        ranked = sorted(best, key=lambda pair: (_ease(pair[1]), -self.standing[pair[0]], pair[0]))
        return ranked[0][1] if ranked else None

    def _stands_after(self, topic: str) -> bool:
        """Say whether a topic stands after an introductory course: most of its rows do, and no beginner's way in."""
        rows = [row for at in self.direct[topic] if (row := self.rows[at]).topic == topic]
        if any(row.stage is Stage.BEFORE and row.level is Level.BEGINNER for row in rows):
            return False
        return sum(row.stage is Stage.AFTER for row in rows) * 2 > len(rows)

    def _fill_fits(self, topics: TopicMap) -> None:
        for at, row in enumerate(self.rows):
            if row.showing is Showing.NEVER:
                continue
            for place, topic in enumerate(row.topics):
                if topic not in topics:
                    continue
                self._raise_fit(topic, at, PLACES[place] if place < len(PLACES) else _LAST_PLACE)
        self.direct = {topic: frozenset(fits) for topic, fits in self.fits.items()}
        direct = {topic: dict(fits) for topic, fits in self.fits.items()}
        for below in direct:
            for distance, above in enumerate(topics.ancestors(below), 1):
                for at, fit in direct[below].items():
                    self._raise_fit(above, at, fit * BELOW / distance)
                for at, fit in direct[above].items():
                    self._raise_fit(below, at, fit * ABOVE / distance)

    def _fill_firsts(self, topics: TopicMap) -> None:
        """Note the rows that are first to hand someone for a topic (1), or for one above or below it (less)."""
        near = {topic.id: _related(topic.id, topics) for topic in topics}
        for at, row in enumerate(self.rows):
            for topic in frozenset[str]().union(*(near.get(each, ()) for each in row.first_for)):
                self.firsts[topic][at] = 1.0 if topic in row.first_for else _FIRST_NEARBY

    def _raise_fit(self, topic: str, at: int, fit: float) -> None:
        fits = self.fits[topic]
        fits[at] = max(fit, fits.get(at, 0.0))

    def _fill_words(self) -> None:
        holders: dict[str, dict[int, float]] = {}
        weights: dict[float, float] = {}  # there are few different ones: each is held once
        for at, row in enumerate(self.rows):
            for field, text in _texts(row):
                for word in _terms(text):
                    rows = holders.setdefault(word, {})
                    strong, weak = max(_FIELDS[field], rows.get(at, 0.0)), min(_FIELDS[field], rows.get(at, 0.0))
                    weight = strong + _AGAIN * weak
                    rows[at] = weights.setdefault(weight, weight)
        self._keyword_holders = {word: tuple(rows) for word, rows in self._by_keyword(holders).items()}
        count = len(self.rows)
        rarities = [math.log(1 + count / held) if held else 0.0 for held in range(count + 1)]
        for word, rows in holders.items():
            self._rarity[word] = rarities[len(rows)]
            self._postings[word] = rows

    def _by_keyword(self, holders: dict[str, dict[int, float]]) -> dict[str, dict[int, None]]:
        """Return which rows have a word, or words together, as a keyword; enter the latter in `holders` as well."""
        found: dict[str, dict[int, None]] = {}
        for at, row in enumerate(self.rows):
            for keyword in row.keywords:
                words = [piece.text for piece in pieces(clean(keyword))]
                joined = "".join(map(_rooted, words))
                for word in (joined, *(forms(joined) if len(words) == 1 else ())):
                    found.setdefault(word, {})[at] = None
                    holders.setdefault(word, {}).setdefault(at, _FIELDS["keyword"])
        return found


def _replaced(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    older: dict[str, list[str]] = {}
    for row in catalogue:
        for successor in catalogue.successors(row):
            older.setdefault(successor.id, []).append(row.id)
    return {row_id: tuple(rows) for row_id, rows in older.items()}


def _is_offered(row: Resource) -> bool:
    return row.showing is Showing.OFFERED and row.status.state not in (State.RETIRED, State.SUPERSEDED)


def _ease(row: Resource) -> int:
    return row.level.rank if row.level else 0


_UNKNOWN_RARITY = 3.0  # a word in no row lowers the match of the others by as much as a rare word would


def _related(topic: str, topics: TopicMap) -> frozenset[str]:
    return frozenset(each.id for each in topics if topics.related(topic, each.id))


def _manners(rows: Iterable[Resource]) -> tuple[int, ...]:
    """Return a number for each row: the same for rows that differ in nothing a wish for a manner of study looks at."""
    return _numbered((row.level, row.stage, row.languages, row.kind, row.approach, row.free) for row in rows)


def _numbered(values: Iterable[Hashable]) -> tuple[int, ...]:
    """Return a number for each value, the same for equal ones."""
    numbers: dict[Hashable, int] = {}
    return tuple(numbers.setdefault(value, len(numbers)) for value in values)


def may_be_offered(row: Resource) -> bool:
    """Say whether a row may be recommended to someone who did not name it."""
    if row.showing is not Showing.OFFERED or row.status.state is State.RETIRED:
        return False
    return row.article is None or row.article.strength is not Strength.NOT_RECOMMENDED


def _is_fast(row: Resource, topics: TopicMap) -> bool:
    topic = topics.get(row.topic)
    return topic is not None and topic.fast and row.kind in _AGES


def standing(row: Resource, *, fast: bool = False) -> float:
    """Return how good a row is apart from any question, about 0.3 to 1; `fast` says that it ages with its field."""
    value = 0.4 + (_CORE if row.core else 0.0) + _SURE[row.sure]
    if row.article is not None:
        value += _STRENGTH[row.article.strength]
        value += _SEEN if row.article.mark is not None and row.article.mark.checked else 0.0
    value += _KNOWN if row.nicknames else 0.0
    value += _GENTLE if row.level is Level.BEGINNER else 0.0
    value += _PAID if row.free is False else 0.0
    if row.year is not None:
        value += max(-_YEAR_MOST, min(_YEAR_MOST, (row.year - _NEUTRAL_YEAR) * _YEAR))
        value += max(-_AGE_MOST, min(_AGE_MOST, (row.year - _FRESH) * _AGE)) if fast else 0.0
    return max(0.02, value)


def _texts(row: Resource) -> Iterable[tuple[str, str]]:
    yield "title", row.title
    yield "title", row.title_ko or ""
    yield "title", " ".join(row.nicknames)
    yield "title", row.id.replace("-", " ")
    yield from (("keyword", word) for word in row.keywords)
    for author in row.authors:
        first, _, last = author.rpartition(" ")
        yield "author", last
        yield "first name", first
    yield "organisation", row.organisation or ""
    yield "note", row.note.ko
    yield "note", row.note.en
    yield "topic", " ".join(row.topics).replace("-", " ")


def _terms(text: str) -> Iterable[str]:
    for piece in pieces(clean(text)):
        yield from forms(piece.text)


def _rooted(word: str) -> str:
    return root(word) if word.isascii() else word
