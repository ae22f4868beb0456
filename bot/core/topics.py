"""The map of topics: names, aliases, parents, what stands before what, and the words that carry wishes.

Pure values and the rules they keep. It does not know how a typed text is read (`search`) or where the rows
are stored (`data/topics.toml`, read by `bot/services/shelf`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from bot.core.catalogue import ID_PATTERN, Approach, Kind, Level
from bot.core.tables import Problem, Rule
from bot.i18n import Bilingual

_TOP = "topics."
MOST_TOPICS_OF_A_CUE = 4


class ArxivStrength(StrEnum):
    """How much of a topic appears in an arXiv category: most of its papers, or some."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prerequisite:
    """A topic to know before another, and why."""

    topic: Annotated[str, Rule("Id of the topic to know first", pattern=ID_PATTERN)]
    why: Annotated[Bilingual, Rule("Why it is needed, in half a line", ko=60, en=90)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArxivCategory:
    """An arXiv category in which papers of a topic appear."""

    category: Annotated[str, Rule("Such as cs.LG", pattern=r"[a-z-]+(?:\.[A-Za-z-]+)?")]
    strength: Annotated[ArxivStrength, Rule("primary: most of the topic's papers; secondary: some")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliases:
    """Other words for a topic, abbreviations and usual misspellings included."""

    ko: Annotated[tuple[str, ...], Rule("Korean words", longest=40)] = ()
    en: Annotated[tuple[str, ...], Rule("English words", longest=40)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A field of study. Ids are public and never change."""

    id: str
    name: Annotated[Bilingual, Rule("What it is called", ko=40, en=60)]
    parent: Annotated[str | None, Rule("Id of the wider topic, if any", pattern=ID_PATTERN)] = None
    definition: Annotated[Bilingual, Rule("What it is, in one plain sentence", ko=90, en=140)]
    across: Annotated[bool, Rule("true: it goes with any topic (reading papers, news)")] = False
    fast: Annotated[bool, Rule("true: it moves so fast that a course of some years ago has aged")] = False
    live: Annotated[bool, Rule("true: what has ended does not answer it any more (news)")] = False
    means: Annotated[bool, Rule("true: beside another subject it is what that is done with (Python)")] = False
    entrance: Annotated[bool, Rule("true: what is meant when someone names no subject at all")] = False
    aliases: Annotated[Aliases, Rule("Other words for it")] = Aliases()
    cues: Annotated[tuple[str, ...], Rule("Words by which people mean it without naming it", longest=40)] = ()
    prerequisites: Annotated[tuple[Prerequisite, ...], Rule("What to know first")] = ()
    arxiv: Annotated[tuple[ArxivCategory, ...], Rule("Where its papers appear")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One meaning of an ambiguous word, and the words on its button."""

    topic: Annotated[str, Rule("Topic id", pattern=ID_PATTERN)]
    label: Annotated[Bilingual, Rule("The words on the button", ko=24, en=32)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """A word with several meanings; `id` is the word. The first meaning is the best guess."""

    id: str
    question: Annotated[Bilingual, Rule("What to ask", ko=60, en=90)]
    meanings: Annotated[tuple[Meaning, ...], Rule("The meanings, the likeliest first", least=2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeWord:
    """A short word that only counts when it stands by itself; `id` is the word."""

    id: str
    alone: Annotated[bool, Rule("true: only as the whole query, or beside one of `near`")] = False
    ignored: Annotated[bool, Rule("true: says nothing by itself and is dropped")] = False
    near: Annotated[tuple[str, ...], Rule("Words beside which it counts")] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """Words that say which part a thing plays: those that stand before it, and those that stand after it."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The words that carry a wish or nothing: level, language, kind, approach, cost, part played, negation, filler."""

    level: Mapping[Level, tuple[str, ...]] = field(default_factory=dict)
    language: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: Mapping[Kind, tuple[str, ...]] = field(default_factory=dict)
    approach: Mapping[Approach, tuple[str, ...]] = field(default_factory=dict)
    free: tuple[str, ...] = ()
    means: Marks = Marks()
    context: Marks = Marks()
    negation: Marks = Marks()
    ahead: Marks = Marks()
    too_hard: Marks = Marks()
    done: Marks = Marks()
    gone: Marks = Marks()
    stop: tuple[str, ...] = ()


class TopicMap:
    """All topics with their order, and the words around them."""

    def __init__(
        self,
        topics: Iterable[Topic],
        ambiguous: Iterable[Ambiguous] = (),
        whole_words: Iterable[WholeWord] = (),
        words: Words | None = None,
    ) -> None:
        """Hold the topics in order; unknown parents are treated as none (`problems_of` reports them)."""
        self._by_id = {topic.id: topic for topic in topics}
        self.ambiguous = {each.id: each for each in ambiguous}
        self.whole_words = {each.id: each for each in whole_words}
        self.words = words or Words()
        self._children: dict[str, list[Topic]] = {}
        self._followers: dict[str, list[Topic]] = {}
        for topic in self._by_id.values():
            if topic.parent:
                self._children.setdefault(topic.parent, []).append(topic)
            for need in topic.prerequisites:
                self._followers.setdefault(need.topic, []).append(topic)
        self._ancestors = {topic_id: self._way_up(topic_id) for topic_id in self._by_id}

    def __iter__(self) -> Iterator[Topic]:
        """Go through the topics in order."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """Return how many topics there are."""
        return len(self._by_id)

    def __contains__(self, topic_id: object) -> bool:
        """Say whether there is a topic with this id."""
        return topic_id in self._by_id

    def __getitem__(self, topic_id: str) -> Topic:
        """Return the topic with this id. Raises `KeyError`."""
        return self._by_id[topic_id]

    def get(self, topic_id: str) -> Topic | None:
        """Return the topic with this id, or None."""
        return self._by_id.get(topic_id)

    def roots(self) -> tuple[Topic, ...]:
        """Return the main topics, in order: the map shown to who asks for nothing in particular."""
        return tuple(topic for topic in self if topic.parent is None)

    def parent(self, topic_id: str) -> Topic | None:
        """Return the wider topic, or None at the top."""
        topic = self._by_id.get(topic_id)
        return self._by_id.get(topic.parent) if topic and topic.parent else None

    def children(self, topic_id: str) -> tuple[Topic, ...]:
        """Return the narrower topics, in order."""
        return tuple(self._children.get(topic_id, ()))

    def ancestors(self, topic_id: str) -> tuple[str, ...]:
        """Return the ids of the wider topics, nearest first; a circle ends where it began."""
        return self._ancestors.get(topic_id, ())

    def _way_up(self, topic_id: str) -> tuple[str, ...]:
        found: list[str] = []
        above = self.parent(topic_id)
        while above is not None and above.id not in found and above.id != topic_id:
            found.append(above.id)
            above = self.parent(above.id)
        return tuple(found)

    def related(self, one: str, other: str) -> bool:
        """Say whether two topics are the same, or one stands above the other."""
        return one == other or one in self.ancestors(other) or other in self.ancestors(one)

    def needs(self, topic_id: str) -> tuple[Prerequisite, ...]:
        """Return what to know before a topic, with reasons; nothing for an unknown one."""
        topic = self._by_id.get(topic_id)
        return topic.prerequisites if topic else ()

    def followers(self, topic_id: str) -> tuple[Topic, ...]:
        """Return the topics that name this one as a prerequisite: what comes next."""
        return tuple(self._followers.get(topic_id, ()))


def problems_of(topics: TopicMap) -> Iterator[Problem]:
    """Yield what is wrong in the map: unknown ids, circles, a word claimed by two topics."""
    yield from _unknown_ids(topics)
    yield from _circles(topics)
    yield from _doubled_aliases(topics)
    yield from _idle_cues(topics)
    yield from _wordless(topics)
    for word in topics.ambiguous.values():
        for meaning in word.meanings:
            if meaning.topic not in topics:
                yield Problem(f"ambiguous.{word.id}", "meanings", f"no topic {meaning.topic!r}")


def _unknown_ids(topics: TopicMap) -> Iterator[Problem]:
    for topic in topics:
        if topic.parent is not None and topic.parent not in topics:
            yield Problem(_TOP + topic.id, "parent", f"there is no topic {topic.parent!r}")
        for need in topic.prerequisites:
            if need.topic not in topics:
                yield Problem(_TOP + topic.id, "prerequisites", f"there is no topic {need.topic!r}")


def _circles(topics: TopicMap) -> Iterator[Problem]:
    parents = {topic.id: [topic.parent] if topic.parent else [] for topic in topics}
    needs = {topic.id: [need.topic for need in topic.prerequisites] for topic in topics}
    for key, edges in (("parent", parents), ("prerequisites", needs)):
        for topic_id in _on_circles(edges):
            yield Problem(_TOP + topic_id, key, "leads back to the topic itself")


def _on_circles(edges: Mapping[str, list[str]]) -> list[str]:
    """Return the nodes from which a way leads back to themselves."""
    return [start for start in edges if start in _reachable(edges, start)]


def _reachable(edges: Mapping[str, list[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(edges.get(node, ()))
    return seen


def _doubled_aliases(topics: TopicMap) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for topic in topics:
        for code, aliases in (("ko", topic.aliases.ko), ("en", topic.aliases.en)):
            for alias in aliases:
                first = owner.setdefault(alias.casefold(), topic.id)
                if first != topic.id:
                    yield Problem(_TOP + topic.id, f"aliases.{code}", f"{alias!r} is an alias of {first!r} too")


def _wordless(topics: TopicMap) -> Iterator[Problem]:
    """Yield the aliases and cues in which there is nothing to compare: no letter and no digit."""
    for topic in topics:
        for key, words in (("aliases.ko", topic.aliases.ko), ("aliases.en", topic.aliases.en), ("cues", topic.cues)):
            for word in words:
                if not any(char.isalnum() for char in word):
                    yield Problem(_TOP + topic.id, key, f"{word!r} has no letter and no digit")


def _idle_cues(topics: TopicMap) -> Iterator[Problem]:
    """Yield the cues that say nothing: a topic's own name or alias once more, or a word of too many topics."""
    told: dict[str, int] = {}
    for topic in topics:
        for cue in topic.cues:
            told[cue.casefold()] = told.get(cue.casefold(), 0) + 1
    for topic in topics:
        own = {word.casefold() for word in (*topic.aliases.ko, *topic.aliases.en, topic.name.ko, topic.name.en)}
        for cue in topic.cues:
            if cue.casefold() in own:
                yield Problem(_TOP + topic.id, "cues", f"{cue!r} is its alias already")
            if told[cue.casefold()] > MOST_TOPICS_OF_A_CUE:
                yield Problem(_TOP + topic.id, "cues", f"{cue!r} points to too many topics to say anything")
