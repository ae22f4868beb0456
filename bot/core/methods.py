"""The method of the article's author: rows of advice, each told as the author's view with the other side beside it.

Pure values. When a row speaks is said in the row itself (`When`); it does not know how a text is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.core.catalogue import ID_PATTERN
from bot.core.tables import Problem, Rule
from bot.core.topics import TopicMap
from bot.i18n import Bilingual


class Goal(StrEnum):
    """What a person wants of their study: a taste, to apply it, or to read papers."""

    TASTE = "taste"
    APPLY = "apply"
    PAPERS = "papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Where a row speaks: one of its words was typed, or one of its topics was asked for."""

    words: Annotated[tuple[str, ...], Rule("Words in the text that call it", longest=40)] = ()
    topics: Annotated[tuple[str, ...], Rule("Topics that call it", pattern=ID_PATTERN)] = ()
    only: Annotated[tuple[str, ...], Rule("Its words call it beside these topics, or none", pattern=ID_PATTERN)] = ()
    goals: Annotated[tuple[Goal, ...], Rule("Goals it belongs to")] = ()
    beginner: Annotated[bool, Rule("true: only for someone who says they are starting")] = False


NEVER = When()


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One piece of the author's advice. Ids are public and never change."""

    id: str
    title: Annotated[Bilingual, Rule("A few words", ko=40, en=60)]
    section: Annotated[str, Rule("The article's heading", longest=80)]
    text: Annotated[Bilingual, Rule("The advice, told as the author's view", ko=120, en=190)]
    other_side: Annotated[Bilingual | None, Rule("The other side, in half a line", ko=70, en=110)] = None
    when: Annotated[When, Rule("Where it speaks; leave out for rows that only stand on record")] = NEVER
    see: Annotated[tuple[str, ...], Rule("Resources that go with it", pattern=ID_PATTERN)] = ()


class Methods:
    """All rows of method, in order, and by id."""

    def __init__(self, rows: Iterable[Method] = ()) -> None:
        """Hold `rows` in the order in which they speak when several fit."""
        self._by_id = {row.id: row for row in rows}
        self._by_topic: dict[str, list[Method]] = {}
        self._by_letter: dict[str, list[tuple[str, int, Method]]] = {}  # padded words by the first letter
        for row in self:
            for topic in row.when.topics:
                self._by_topic.setdefault(topic, []).append(row)
            for word in row.when.words:
                padded = f" {word} " if word.isascii() else f" {word}"
                self._by_letter.setdefault(word[0], []).append((padded, len(word), row))

    def __iter__(self) -> Iterator[Method]:
        """Go through the rows in order."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._by_id)

    def __getitem__(self, method_id: str) -> Method:
        """Return the row with this id. Raises `KeyError`."""
        return self._by_id[method_id]

    def about(self, topic: str | None) -> Iterable[Method]:
        """Return the rows that a topic calls."""
        return self._by_topic.get(topic or "", ())

    def called_by(self, words: Sequence[str]) -> dict[str, int]:
        """Return how many letters the longest word has by which a text calls a row, by the row's id.

        An English word must stand in the text as whole words, a Korean one at the start of a word.
        """
        padded = f" {' '.join(words)} "
        found: dict[str, int] = {}
        for letter in {word[0] for word in words}:
            for word, letters, row in self._by_letter.get(letter, ()):
                if letters > found.get(row.id, 0) and word in padded:
                    found[row.id] = letters
        return found

    def get(self, method_id: str) -> Method | None:
        """Return the row with this id, or None."""
        return self._by_id.get(method_id)


def problems_of(methods: Methods, topics: TopicMap, resource_ids: Iterable[str]) -> Iterator[Problem]:
    """Yield references of the method rows that lead nowhere."""
    known = frozenset(resource_ids)
    for row in methods:
        for key, named in (("when.topics", row.when.topics), ("when.only", row.when.only)):
            for topic in named:
                if topic not in topics:
                    yield Problem(row.id, key, f"there is no topic {topic!r}")
        for resource in row.see:
            if resource not in known:
                yield Problem(row.id, "see", f"there is no resource {resource!r}")
