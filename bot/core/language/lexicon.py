"""Every word by which a topic, a resource or a wish is known, in one table made once from the data.

Words are kept squeezed (no blanks, hyphens or capitals), so "강화 학습", "강화학습" and "Q-learning", "q learning" are
one. It holds words; what a sentence of them means is the business of `search`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.catalogue import Approach, Catalogue, Kind, Level, Resource, Showing
from bot.core.language.clues import Clues
from bot.core.language.markers import Markers
from bot.core.language.words import Beginnings, clean, initials, jamo, pieces, root, squeeze, stems
from bot.core.topics import Topic, TopicMap

_Wish = TypeVar("_Wish")
SURELY_NAMED = 0.85  # from here on a row is taken as named, not as touched by a word
MAX_SPAN = 7  # pieces of the longest alias ("attention is all you need" has five)
_NAMES_AT_MOST = 14  # a word that names more rows than this names none ("Stanford")
_COURSE_CODE = re.compile(r"\b([a-z]{2,5}) ?-?(\d{2,4}[a-z]{0,2})\b")
_NUMBERED = re.compile(r"\b(\d{1,2})\.(s?\d{2,4}[a-z]?)\b")
_ASIDE = re.compile(r"[(:<>]|\s-\s")
_SYLLABLES_AT_LEAST = 4  # of a Korean name that may be misspelt: shorter ones are too like each other
_SURNAME_AT_LEAST = 4
_ROOTED_AT_LEAST = 4
_HANGUL = re.compile(r"[ㄱ-ㅣ가-힣]")


@dataclass(slots=True)
class Entry:
    """Everything one squeezed word can mean."""

    topic: str | None = None
    ambiguous: str | None = None
    level: Level | None = None
    language: str | None = None
    kind: Kind | None = None
    approaches: tuple[Approach, ...] = ()
    free: bool = False
    stop: bool = False
    ignored: bool = False
    whole: bool = False
    names: dict[str, float] = field(default_factory=dict)

    @property
    def wish(self) -> bool:
        """Say whether it carries a wish (level, language, kind, approach, cost)."""
        return bool(self.level or self.language or self.kind or self.approaches or self.free)

    @property
    def filler(self) -> bool:
        """Say whether a text may contain it without being about anything: then its topic is a weak guess."""
        return self.stop or bool(self.level or self.language or self.kind or self.free)

    @property
    def surest(self) -> tuple[str, ...]:
        """The rows it names most surely, when it names any for sure."""
        most = max(self.names.values(), default=0.0)
        return tuple(row for row, weight in self.names.items() if weight == most and most >= SURELY_NAMED)


@dataclass(frozen=True, slots=True)
class Near:
    """A known word close to a typed one, with the likeness from 0 to 1."""

    word: str
    likeness: float


@dataclass(frozen=True, slots=True, order=True)
class _Prefix:
    jamo: str
    order: int
    topic: str
    resource: str


class Lexicon:
    """The table of known words, the typo index, the initials and the sorted list for completing."""

    def __init__(self, topics: TopicMap, catalogue: Catalogue) -> None:
        """Build everything; some tens of milliseconds, once."""
        self.entries: dict[str, Entry] = {}
        self.markers = Markers(topics.words)
        self.clues = Clues(topics)
        self._principal = {topic.id: frozenset(map(squeeze, _principal_names(topic))) for topic in topics}
        self._add_topics(topics)
        self._add_wishes(topics)
        self.spoken = frozenset(_words_of(catalogue))
        self._plain = frozenset(_lower_case_words(catalogue))
        self._add_names(catalogue)
        self._roots = self._by_root(topics)
        self._beginnings, self._root_beginnings = Beginnings(self.entries), Beginnings(self._roots)
        self._initials = self._by_initials(topics)
        self._spellings = self._by_script()
        self._like_length: dict[tuple[bool, int], tuple[list[str], list[str]]] = {}
        self._topic_spellings = self._by_topic()
        self._prefixes = self._sorted_prefixes(topics, catalogue)
        self._prefix_keys = [each.jamo for each in self._prefixes]

    def get(self, squeezed: str) -> Entry | None:
        """Return what a squeezed word can mean, or None."""
        return self.entries.get(squeezed)

    def is_principal(self, word: str, topic: str) -> bool:
        """Say whether a word is the topic's own name: it then says no more than the topic does."""
        own = self._principal.get(topic, frozenset())
        return word in own or f"{word}s" in own

    def with_roots(self, words: Iterable[str]) -> str | None:
        """Return the known English topic words of the same roots ("evaluating" finds "evaluation"), or None."""
        return self._roots.get("".join(map(root, words)))

    def lead_on(self, written: str, rooted: str) -> bool:
        """Say whether a known word begins as `written`, or a known English one in its roots as `rooted`."""
        return self._beginnings.lead_on(written) or self._root_beginnings.lead_on(rooted)

    def topics_with_initials(self, letters: str) -> tuple[str, ...]:
        """Return the topics whose name or alias has exactly these first letters, in the order of the map."""
        return self._initials.get(letters, ())

    def initials_starting(self, letters: str) -> tuple[str, ...]:
        """Return the topics whose first letters begin with `letters`."""
        found = [ids for known, ids in self._initials.items() if known.startswith(letters)]
        return tuple(dict.fromkeys(topic for ids in found for topic in ids))

    def spellings_of(self, topic: str) -> tuple[str, ...]:
        """Return a topic's words taken apart into letters, for measuring likeness."""
        return self._topic_spellings.get(topic, ("",))

    def near(self, squeezed: str) -> Near | None:
        """Return the known word most like a misspelt one, or None when nothing is near enough."""
        hangul = bool(_HANGUL.search(squeezed))
        typed = jamo(squeezed) if hangul else squeezed
        least = _least_likeness(len(typed), hangul)
        if least is None:
            return None
        words, spellings = self._of_like_length(hangul, len(typed), least)
        found = process.extractOne(typed, spellings, scorer=OSA.normalized_similarity, score_cutoff=least)
        return Near(words[found[2]], float(found[1])) if found else None

    def _of_like_length(self, hangul: bool, length: int, least: float) -> tuple[list[str], list[str]]:
        """Return the known words with their spellings that are long and short enough to be so alike."""
        key = (hangul, length)
        if key not in self._like_length:
            shortest, longest = length * least, length / least
            pairs = [pair for pair in zip(*self._spellings[hangul], strict=True) if shortest <= len(pair[1]) <= longest]
            self._like_length[key] = ([word for word, _ in pairs], [spelling for _, spelling in pairs])
        return self._like_length[key]

    def starting(self, typed: str, at_most: int) -> list[tuple[str, str]]:
        """Return (topic id, resource id), one of them empty, of words that begin with `typed`, best first."""
        key = jamo(typed)
        low = bisect_left(self._prefix_keys, key)
        high = bisect_left(self._prefix_keys, key + "\uffff", low)
        best = sorted(self._prefixes[low:high], key=lambda each: (each.order, len(each.jamo), each.jamo))
        seen: dict[tuple[str, str], None] = {}
        for each in best:
            seen.setdefault((each.topic, each.resource))
            if len(seen) >= at_most:
                break
        return list(seen)

    def _entry(self, word: str) -> Entry:
        return self.entries.setdefault(squeeze(word), Entry())

    def _add_topics(self, topics: TopicMap) -> None:
        for topic in topics:
            for word in (topic.id, topic.name.ko, topic.name.en, *topic.aliases.ko, *topic.aliases.en):
                entry = self._entry(word)
                if entry.topic is None:
                    entry.topic = topic.id
        for word in topics.ambiguous:
            self._entry(word).ambiguous = word
        for each in topics.whole_words.values():
            entry = self._entry(each.id)
            entry.whole, entry.ignored = True, each.ignored

    def _add_wishes(self, topics: TopicMap) -> None:
        words = topics.words
        for level, word in _pairs(words.level):
            self._entry(word).level = level
        for language, word in _pairs(words.language):
            self._entry(word).language = language
        for kind, word in _pairs(words.kind):
            self._entry(word).kind = kind
        for approach, word in _pairs(words.approach):
            entry = self._entry(word)
            entry.approaches = (*entry.approaches, approach)
        for word in words.free:
            self._entry(word).free = True
        for word in words.stop:
            self._entry(word).stop = True

    def _add_names(self, catalogue: Catalogue) -> None:
        named: dict[str, dict[str, float]] = {}
        for resource in catalogue:
            if resource.showing is Showing.NEVER:
                continue
            for word, weight in (*_names_of(resource), *self._surnames(resource)):
                if len(word) > 1:
                    rows = named.setdefault(word, {})
                    rows[resource.id] = max(weight, rows.get(resource.id, 0.0))
        for word, rows in named.items():
            known = self.entries.get(word)
            if len(rows) <= _NAMES_AT_MOST and not (known and (known.filler or known.wish)):
                self.entries.setdefault(word, Entry()).names = rows

    def _surnames(self, resource: Resource) -> Iterator[tuple[str, float]]:
        """Yield the authors' last names, save those that are words of our texts ("Data", "Young")."""
        titles = f"{resource.title} {resource.organisation or ''}"
        people = (author for author in resource.authors if author not in titles)
        for author in people:
            words = [piece.text for piece in pieces(clean(author))]
            last = words[-1] if words and not any(self._is_said(word) for word in words) else ""
            if len(last) >= _SURNAME_AT_LEAST and last.isalpha() and len(words) in (2, 3) and last not in self._plain:
                yield last, 0.86

    def _is_said(self, word: str) -> bool:
        entry = self.entries.get(word)
        return entry is not None and (entry.topic is not None or entry.wish)

    def _by_root(self, topics: TopicMap) -> dict[str, str]:
        found: dict[str, str] = {}
        for topic in topics:
            for alias in (topic.name.en, *topic.aliases.en):
                word, entry = squeeze(alias), self._entry(alias)
                if entry.topic == topic.id and not entry.filler and not entry.whole and len(word) >= _ROOTED_AT_LEAST:
                    found.setdefault("".join(root(piece.text) for piece in pieces(clean(alias))), word)
        return found

    def _by_initials(self, topics: TopicMap) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for names_only in (True, False):
            for topic in topics:
                for word in (topic.name.ko,) if names_only else topic.aliases.ko:
                    letters = initials(word)
                    if len(letters) > 1 and len(letters) == len(squeeze(word)):
                        found.setdefault(letters, {}).setdefault(topic.id)
        return {letters: tuple(ids) for letters, ids in found.items()}

    def _by_topic(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for word, entry in self.entries.items():
            if entry.topic and not entry.filler:
                found.setdefault(entry.topic, []).append(jamo(word))
        return {topic: tuple(words) for topic, words in found.items()}

    def _by_script(self) -> dict[bool, tuple[list[str], list[str]]]:
        latin: list[str] = []
        hangul: list[str] = []
        for word, entry in self.entries.items():
            written = hangul if _HANGUL.search(word) else latin
            shortest = _SYLLABLES_AT_LEAST if written is hangul else _SURNAME_AT_LEAST + 1
            if entry.topic or entry.ambiguous or (entry.names and len(word) >= shortest):
                written.append(word)
        return {False: (latin, latin), True: (hangul, [jamo(word) for word in hangul])}

    def _sorted_prefixes(self, topics: TopicMap, catalogue: Catalogue) -> list[_Prefix]:
        found: list[_Prefix] = []
        for topic in topics:
            for order, words in ((0, (topic.name.ko, topic.name.en)), (1, (*topic.aliases.ko, *topic.aliases.en))):
                found += [_Prefix(jamo(squeeze(word)), order, topic.id, "") for word in words]
        for resource in catalogue:
            if resource.showing is not Showing.OFFERED:
                continue
            titles = {squeeze(part) for part in _title_words(resource)}
            found += [_Prefix(jamo(title), 2, "", resource.id) for title in titles if title]
        return sorted(found)


def _principal_names(topic: Topic) -> tuple[str, ...]:
    """Return a topic's own names, with the first letters of the English ones ("rl") and the words of its id."""
    english = [topic.id.replace("-", " "), *re.split(r"[(),/]| and ", topic.name.en)]
    letters = ["".join(word[0] for word in name.split()) for name in english if " " in name.strip()]
    return (*english, *letters, *topic.id.split("-"), *re.split(r"[(),·/]", topic.name.ko))


def _pairs(carriers: Mapping[_Wish, tuple[str, ...]]) -> Iterator[tuple[_Wish, str]]:
    for wish, words in carriers.items():
        for word in words:
            yield wish, word


def _least_likeness(length: int, hangul: bool) -> float | None:
    """Return how alike a word must be: short ones may differ in one letter only, the shortest not at all."""
    if hangul:
        return 0.78 if length >= 7 else 0.83 if length >= 6 else None
    return 0.8 if length >= 8 else 0.83 if length >= 6 else 0.8 if length == 5 else None


def _words_of(catalogue: Catalogue) -> Iterator[str]:
    """Yield the words our own rows use: such a word is never taken for a misspelling of another."""
    for resource in catalogue:
        for text in (resource.title, resource.title_ko or "", resource.note.ko, resource.note.en):
            for piece in pieces(clean(text)):
                yield piece.text
                yield from stems(piece.text) if piece.hangul else ()


def _lower_case_words(catalogue: Catalogue) -> Iterator[str]:
    """Yield the English words our notes write small: they are words, not names."""
    for resource in catalogue:
        for word in re.findall(r"[A-Za-z]+", resource.note.en):
            if word.islower():
                yield word


def _title_words(resource: Resource) -> Iterable[str]:
    for title in (resource.title, resource.title_ko):
        if title:
            yield title
            yield from _codes(clean(title))
    yield from resource.nicknames


def _codes(text: str) -> Iterable[str]:
    for match in _COURSE_CODE.finditer(text):
        yield match[1] + match[2]
    for match in _NUMBERED.finditer(text):
        yield match[1] + match[2]


def _names_of(resource: Resource) -> Iterable[tuple[str, float]]:
    """Yield the squeezed words that name a resource, each with how surely it does."""
    yield squeeze(resource.id), 1.0
    for title in (resource.title, resource.title_ko):
        if not title:
            continue
        yield squeeze(title), 1.0
        parts = [squeeze(part) for part in _ASIDE.split(title)]
        yield from ((part, 0.9) for part in parts if len(part) > 5 or (_HANGUL.search(part) and len(part) > 2))
        yield from ((squeeze(code), 0.95) for code in _codes(clean(title)))
    yield from ((squeeze(code), 0.95) for code in _codes(resource.id.replace("-", " ")))
    yield from ((squeeze(word), 0.95) for word in resource.nicknames)
    for author in resource.authors:
        yield from _author_names(author)


def _author_names(author: str) -> Iterable[tuple[str, float]]:
    for part in re.split(r"[()]| and others", author):
        words = [piece.text for piece in pieces(clean(part))]
        if not words:
            continue
        yield "".join(words), 0.95
