"""What to say beside an answer: remarks on it as a whole, and advice of the article's method where it fits.

Remarks are values that whoever speaks puts into words. Pure; it ranks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.catalogue import Level
from bot.core.language.hearing import following
from bot.core.language.lexicon import SURELY_NAMED
from bot.core.language.reading import Options, Reading
from bot.core.methods import Method
from bot.core.scoring import Profile
from bot.core.shelf import Shelf

_LETTERS = re.compile(r"\w+")
ENOUGH = 3  # fewer rows on a topic than this are said to be few
_MOST_ADVICE = 3
_TOPIC_CALLS = 2  # a topic calls a row of method as a short word does
_LOOKED_AT = 10  # answers among which rows in the language asked for are counted
_TELLING = 0.6  # a match of words this good (most of them in a title or author) answers an unknown topic


class NoteKind(StrEnum):
    """Something to say about the answer as a whole; `values` are named after the dash."""

    FEW_ROWS = "few-rows"  # - topic id, wider topic id: the wider one's rows follow, labelled
    AFTER_A_COURSE = "after-a-course"  # - topic id: it stands after an introductory course
    NOTHING_FITS = "nothing-fits"  # - names of the options that were too strict
    UNKNOWN = "unknown"  # - the three nearest topic ids
    SUPERSEDED = "superseded"  # - old id, new id: the old one was asked for and has a successor
    EXCLUDED = "excluded"  # - topic ids that were left out as asked
    BEFORE = "before"  # - topic id, and what to know before it: that was asked for
    AFTER = "after"  # - topic id, and what comes after it: that was asked for
    NOT_IN_LANGUAGE = "not-in-language"  # - language code: it was asked for, and little or nothing is in it


@dataclass(frozen=True, slots=True)
class Note:
    """One remark on the answer; see `NoteKind` for what `values` are."""

    kind: NoteKind
    values: tuple[str, ...] = ()


def advice(reading: Reading, shelf: Shelf, profile: Profile) -> tuple[Method, ...]:
    """Return what the article's method has to say to this question, the most fitting first.

    What is called by much less than the most fitting row is left out: it would talk past the question.
    """
    by_words = shelf.methods.called_by(_LETTERS.findall(reading.text))
    by_topic = {method.id for method in shelf.methods.about(reading.topic)}
    if not by_words and not by_topic:
        return ()
    called = [
        (_call(method, by_words.get(method.id, 0), method.id in by_topic, reading, profile), order, method)
        for order, method in enumerate(shelf.methods)
        if method.id in by_words or method.id in by_topic
    ]
    most = max(call for call, _, _ in called)
    speaking = sorted((-call, order, method.id) for call, order, method in called if call and 2 * call >= most)
    return tuple(shelf.methods[method_id] for _, _, method_id in speaking[:_MOST_ADVICE])


def _call(method: Method, letters: int, by_topic: bool, reading: Reading, profile: Profile) -> int:
    """Return how strongly a row of method is called, in letters: by its longest word in the text and by its topic."""
    when = method.when
    beginner = Level.BEGINNER in (reading.wishes.level, profile.level)
    if when.beginner and not (beginner or profile.goal in when.goals):
        return 0
    if not by_topic and when.only and reading.topic is not None and reading.topic not in when.only:
        return 0
    return _TOPIC_CALLS * by_topic + letters


def notes(reading: Reading, shelf: Shelf, asked: Options, answers: Sequence[int]) -> Iterator[Note]:
    """Yield the remarks on an answer; `answers` are its rows, best first, by their index in `shelf.ranks.rows`."""
    if reading.nearest and max(shelf.ranks.text_scores(reading.words).values(), default=0.0) < _TELLING:
        yield Note(NoteKind.UNKNOWN, reading.nearest)
    if reading.without.topics:
        yield Note(NoteKind.EXCLUDED, reading.without.topics)
    yield from _ways(reading, shelf)
    yield from _superseded_notes(reading, shelf)
    topic = reading.topic
    if topic is not None:
        yield from _few_rows(topic, shelf, answers)
        if _asks_too_early(topic, reading, shelf):
            yield Note(NoteKind.AFTER_A_COURSE, (topic,))
    yield from _little_in_language(reading, shelf, asked, answers)
    if not answers and reading.understood:
        chosen = (("level", asked.level), ("language", asked.language), ("kind", asked.kind), ("free", asked.free))
        yield Note(NoteKind.NOTHING_FITS, tuple(name for name, value in chosen if value is not None))


def _ways(reading: Reading, shelf: Shelf) -> Iterator[Note]:
    """Yield what stands before or after a topic, for who asks for just that."""
    for topic in reading.aside.before:
        needs = tuple(need.topic for need in shelf.topics.needs(topic) if need.topic in shelf.topics)
        if needs:
            yield Note(NoteKind.BEFORE, (topic, *needs))
    for topic in reading.aside.after:
        then = following(topic, shelf)
        if then:
            yield Note(NoteKind.AFTER, (topic, *then))


def _superseded_notes(reading: Reading, shelf: Shelf) -> Iterator[Note]:
    for each in reading.named:
        successors = shelf.catalogue.successors(shelf.catalogue[each.resource])
        if each.confidence >= SURELY_NAMED and successors:
            yield Note(NoteKind.SUPERSEDED, (each.resource, successors[0].id))
    for row_id in reading.aside.resources:
        successors = shelf.catalogue.successors(shelf.catalogue[row_id])
        if successors and reading.aside.step == 0:
            yield Note(NoteKind.SUPERSEDED, (row_id, successors[0].id))


def _little_in_language(reading: Reading, shelf: Shelf, asked: Options, answers: Sequence[int]) -> Iterator[Note]:
    """Yield a remark when of what stands first hardly a row is in the language that was asked for."""
    language = asked.language or reading.wishes.language
    first = [shelf.ranks.rows[at] for at in answers[:_LOOKED_AT]]
    if language is not None and first and sum(language in row.languages for row in first) < ENOUGH:
        yield Note(NoteKind.NOT_IN_LANGUAGE, (language,))


def _few_rows(topic: str, shelf: Shelf, answers: Iterable[int]) -> Iterator[Note]:
    own = shelf.ranks.direct.get(topic, frozenset())
    wider = shelf.topics.parent(topic)
    if wider is not None and sum(at in own for at in answers) < ENOUGH:
        yield Note(NoteKind.FEW_ROWS, (topic, wider.id))


def _asks_too_early(topic: str, reading: Reading, shelf: Shelf) -> bool:
    """Say whether a beginner asks for a topic whose rows mostly stand after an introductory course."""
    if reading.wishes.level is not Level.BEGINNER:
        return False
    return shelf.ranks.stands_after.get(topic, False)
