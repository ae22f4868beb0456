"""Reads `topics.toml`: the shipped topics with the words around them, and a host's own topics and words over them.

How topics go together, and what may be laid over them, is the core's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.core import topics as topic_rules
from bot.core.overlay import MoreWords, OwnTopics, laid_over, touched
from bot.core.tables import Problem
from bot.core.topics import Ambiguous, Topic, TopicMap, WholeWord
from bot.services.shelf.files import Layer, Problems, finding_in, rows_of, section
from bot.services.shelf.findings import Finding
from bot.services.shelf.words import read_words

_TABLES_OF_TOPICS = ("topics", "ambiguous", "whole", "words")


def read_topics(layer: Layer, findings: list[Finding]) -> TopicMap:
    """Read the topics and all words around them; none where the file cannot be read."""
    file = layer.open("topics.toml", findings)
    if file is None:
        return TopicMap(())
    document = file.document
    topics, problems = rows_of(Topic, section(document, "topics"), "topics.")
    ambiguous, whole, more = _read_around(document)
    words, word_problems = read_words(section(document, "words"))
    read = TopicMap(topics, ambiguous, whole, words)
    problems += [*more, *word_problems, *_odd_tables(document, _TABLES_OF_TOPICS), *topic_rules.problems_of(read)]
    findings += [finding_in(file, problem) for problem in problems]
    return read


def lay_over(shipped: TopicMap, layer: Layer, findings: list[Finding]) -> TopicMap:
    """Return the topics under a host's: whole topics, or only more words for a shipped one."""
    file = layer.open("topics.toml", findings)
    if file is None:
        return shipped
    tables = section(file.document, "topics")
    of_words = [name for name, table in tables.items() if name in shipped and _is_of_words(table)]
    more, problems = rows_of(MoreWords, {name: tables[name] for name in of_words}, "topics.")
    whole_topics = {name: table for name, table in tables.items() if name not in of_words}
    topics, topic_problems = rows_of(Topic, whole_topics, "topics.")
    ambiguous, whole, around = _read_around(file.document)
    own = OwnTopics(tuple(topics), tuple(more), tuple(ambiguous), tuple(whole))
    laid = laid_over(shipped, own)
    theirs = touched(own)
    # What two topics quarrel about is told of the later one: so theirs come last, and it is told in the host's file.
    ordered = sorted(laid, key=lambda topic: topic.id in theirs)
    quarrels = topic_rules.problems_of(
        TopicMap(ordered, laid.ambiguous.values(), laid.whole_words.values(), laid.words)
    )
    problems += [*topic_problems, *around, *_odd_tables(file.document, _TABLES_OF_TOPICS[:3]), *quarrels]
    findings += [finding_in(file, problem) for problem in problems]
    return laid


def _is_of_words(table: object) -> bool:
    return isinstance(table, dict) and table.keys() <= {"aliases", "cues"}


def _read_around(document: Mapping[str, Any]) -> tuple[list[Ambiguous], list[WholeWord], Problems]:
    ambiguous, problems = rows_of(Ambiguous, section(document, "ambiguous"), "ambiguous.", free_ids=True)
    whole, more = rows_of(WholeWord, section(document, "whole"), "whole.", free_ids=True)
    return ambiguous, whole, [*problems, *more]


def _odd_tables(document: Mapping[str, Any], known: Sequence[str]) -> Iterator[Problem]:
    for key, table in document.items():
        if key not in known:
            yield Problem(key, "", "is not a known table")
        elif not isinstance(table, dict):
            yield Problem(key, "", "should be a table")
