"""Answers a reading with resources: why each was picked, what it asks for first, and what comes after.

Pure and deterministic: the same reading, shelf and profile give the same answer. It knows no platform and writes no
sentences; reasons are values that whoever speaks puts into words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.catalogue import Level, Resource, Strength
from bot.core.lexicon import SURELY_NAMED
from bot.core.methods import Method
from bot.core.reading import NO_OPTIONS, Options, Reading
from bot.core.scoring import NOBODY, Profile, ranked
from bot.core.shelf import Shelf
from bot.i18n import Bilingual, Locale

__all__ = [
    "NOBODY",
    "Missing",
    "Note",
    "NoteKind",
    "Pick",
    "Profile",
    "Reason",
    "Recommendation",
    "Why",
    "explain",
    "recommend",
]

_LETTERS = re.compile(r"\w+")
ENOUGH = 3  # fewer rows on a topic than this are said to be few
_MOST_ADVICE = 3

_TELLING = 0.6  # a match of words this good (most of them in a title or author) answers an unknown topic


class Why(StrEnum):
    """A reason for a pick. The `value` of a reason depends on it and is named after the dash."""

    NAMED = "named"  # - the row's id: it was asked for by name
    FIRST_FOR = "first-for"  # - topic id: one of the first things to hand someone
    TOPIC = "topic"  # - topic id: it is about it
    NEARBY = "nearby"  # - topic id of a wider or narrower topic it is about
    WORDS = "words"  # - a word of the text that stands in its title or note
    STRENGTH = "strength"  # - Strength: how strongly the article recommends it
    MARK = "mark"  # - "true" or "false": the article author's own mark
    LEVEL = "level"  # - Level: what was asked for
    LANGUAGE = "language"  # - language code: what was asked for, or the member's own
    KIND = "kind"  # - Kind: what was asked for
    APPROACH = "approach"  # - Approach: what was asked for
    FREE = "free"  # - "": it costs nothing
    REPLACES = "replaces"  # - id of the older row whose place it takes
    CORE = "core"  # - "": a study group would expect it


class NoteKind(StrEnum):
    """Something to say about the answer as a whole; `values` are named after the dash."""

    FEW_ROWS = "few-rows"  # - topic id, wider topic id: the wider one's rows follow, labelled
    AFTER_A_COURSE = "after-a-course"  # - topic id: it stands after an introductory course
    NOTHING_FITS = "nothing-fits"  # - names of the options that were too strict
    UNKNOWN = "unknown"  # - the three nearest topic ids
    SUPERSEDED = "superseded"  # - old id, new id: the old one was asked for and has a successor
    EXCLUDED = "excluded"  # - topic ids that were left out as asked


@dataclass(frozen=True, slots=True)
class Reason:
    """One true reason; see `Why` for what `value` is."""

    why: Why
    value: str


@dataclass(frozen=True, slots=True)
class Note:
    """One remark on the answer; see `NoteKind` for what `values` are."""

    kind: NoteKind
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to know first: a topic (or words, for what is no topic), why, and what to do first for it."""

    topic: str | None
    text: Bilingual
    why: Bilingual | None
    first: Resource | None


@dataclass(frozen=True, slots=True)
class Pick:
    """A recommended resource with its reasons (at least one, the most telling first).

    `from_topic` is set when the row is not about the topic asked for but about this wider or narrower one.
    """

    resource: Resource
    score: float
    reasons: tuple[Reason, ...]
    caveat: Bilingual | None = None
    missing: tuple[Missing, ...] = ()
    next: tuple[str, ...] = ()
    from_topic: str | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An answer: picks, how many there are in all, the author's advice where it fits, and remarks."""

    reading: Reading
    picks: tuple[Pick, ...]
    total: int
    offset: int = 0
    advice: tuple[Method, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def more(self) -> bool:
        """Say whether there are picks after these."""
        return self.offset + len(self.picks) < self.total


def recommend(
    reading: Reading,
    shelf: Shelf,
    profile: Profile = NOBODY,
    *,
    limit: int = 3,
    offset: int = 0,
    options: Options = NO_OPTIONS,
) -> Recommendation:
    """Return the best `limit` resources after the first `offset`, with reasons and remarks."""
    rows = ranked(reading, shelf, profile, options)
    shown = rows[offset : offset + limit]
    picks = tuple(_pick(at, score, reading, shelf, profile, options) for at, score in shown)
    return Recommendation(
        reading=reading,
        picks=picks,
        total=len(rows),
        offset=offset,
        advice=_advice(reading, shelf, profile),
        notes=tuple(_notes(reading, shelf, options, [at for at, _ in rows])),
    )


def explain(resource: Resource, shelf: Shelf, profile: Profile = NOBODY, reading: Reading | None = None) -> Pick:
    """Return one row as a pick, for its details: why, what first, what next. Also for rows never recommended."""
    said = reading or Reading(resource.id, Locale.EN)
    at = shelf.ranks.index_of[resource.id]
    return _pick(at, shelf.ranks.standing[at], said, shelf, profile, NO_OPTIONS)


# --- reasons


def _pick(at: int, score: float, reading: Reading, shelf: Shelf, profile: Profile, asked: Options) -> Pick:
    row = shelf.ranks.rows[at]
    reasons = tuple(_reasons(row, at, reading, shelf, asked))
    missing = tuple(_missing(row, shelf, profile))
    return Pick(
        resource=row,
        score=round(score, 6),
        reasons=reasons,
        caveat=row.caveats[0] if row.caveats else None,
        missing=missing,
        next=_next(row, shelf, profile),
        from_topic=_from_topic(row, at, reading, shelf),
    )


def _reasons(row: Resource, at: int, reading: Reading, shelf: Shelf, asked: Options) -> Iterator[Reason]:
    if any(each.resource == row.id for each in reading.named):
        yield Reason(Why.NAMED, row.id)
    older = _replaced(row, reading, shelf)
    replaces = [Reason(Why.REPLACES, older.id)] if older is not None else []
    was_named = older is not None and any(each.resource == older.id for each in reading.named)
    yield from replaces if was_named else ()
    yield from _topic_reasons(row, at, reading, shelf)
    yield from _wish_reasons(row, reading, asked)
    yield from () if was_named else replaces
    word = _telling_word(at, reading, shelf)
    if word is not None:
        yield Reason(Why.WORDS, word)
    yield from _standing_reasons(row)


def _topic_reasons(row: Resource, at: int, reading: Reading, shelf: Shelf) -> Iterator[Reason]:
    direct = [each.topic for each in reading.topics if at in shelf.ranks.direct.get(each.topic, ())]
    if direct:
        first = next((topic for topic in direct if topic in row.first_for), None)
        yield Reason(Why.FIRST_FOR, first) if first else Reason(Why.TOPIC, direct[0])
        return
    near = _from_topic(row, at, reading, shelf)
    if near is not None:
        yield Reason(Why.NEARBY, near)
    elif row.topics:
        yield Reason(Why.FIRST_FOR, row.first_for[0]) if row.first_for else Reason(Why.TOPIC, row.topic)


def _from_topic(row: Resource, at: int, reading: Reading, shelf: Shelf) -> str | None:
    """Return the related topic a row stands in for, or None when it is about a topic that was asked for."""
    heard = [each.topic for each in reading.topics]
    if not heard or any(at in shelf.ranks.direct.get(topic, ()) for topic in heard):
        return None
    return next((topic for topic in row.topics for asked in heard if shelf.topics.related(topic, asked)), None)


def _wish_reasons(row: Resource, reading: Reading, asked: Options) -> Iterator[Reason]:
    level = asked.level or reading.wishes.level
    if level is not None and row.level is level:
        yield Reason(Why.LEVEL, level)
    kind = asked.kind or next((kind for kind in reading.wishes.kinds if row.kind.fits(kind)), None)
    if kind is not None:
        yield Reason(Why.KIND, row.kind)
    approach = next((each for each in reading.wishes.approaches if each in row.approach), None)
    if approach is not None:
        yield Reason(Why.APPROACH, approach)
    language = asked.language or reading.wishes.language
    if language is None and reading.korean:
        language = Locale.KO.value
    if language is not None and language in row.languages:
        yield Reason(Why.LANGUAGE, language)
    if (asked.free or reading.wishes.free) and row.free:
        yield Reason(Why.FREE, "")


def _standing_reasons(row: Resource) -> Iterator[Reason]:
    if row.article is not None and row.article.strength in _TOLD_STRENGTHS:
        yield Reason(Why.STRENGTH, row.article.strength)
    if row.article is not None and row.article.mark is not None:
        yield Reason(Why.MARK, "true" if row.article.mark.checked else "false")
    if row.core and (row.article is None or row.article.strength not in _TOLD_STRENGTHS):
        yield Reason(Why.CORE, "")


_TOLD_STRENGTHS = frozenset(Strength) - {Strength.MENTIONED, Strength.LISTED}


def _telling_word(at: int, reading: Reading, shelf: Shelf) -> str | None:
    """Return the rarest word of the text that the row's own texts hold, when it says more than the topic."""
    heard = {each.topic for each in reading.topics}
    entries = ((word, shelf.lexicon.get(word)) for word in reading.words if shelf.ranks.holds(at, word))
    words = [word for word, entry in entries if entry is None or entry.topic not in heard]
    return max(words, key=shelf.ranks.rarity, default=None)


def _replaced(row: Resource, reading: Reading, shelf: Shelf) -> Resource | None:
    """Return the older row that was asked for, by name or topic, and whose place this one takes."""
    heard = {each.topic for each in reading.topics}
    named = {each.resource for each in reading.named}
    older = shelf.ranks.replaced.get(row.id, ())
    return next(
        (shelf.catalogue[old] for old in older if old in named or heard & set(shelf.catalogue[old].topics)), None
    )


# --- what first, what next


def _missing(row: Resource, shelf: Shelf, profile: Profile) -> Iterator[Missing]:
    for need in row.prerequisites:
        if isinstance(need, Bilingual):
            yield Missing(None, need, None, None)
            continue
        topic = shelf.topics.get(need)
        if topic is None or need in profile.known_topics or _has_done(need, shelf, profile):
            continue
        why = next((each.why for each in shelf.topics.needs(row.topic) if each.topic == need), None)
        yield Missing(need, topic.name, why, shelf.ranks.first_step.get(need))


def _has_done(topic: str, shelf: Shelf, profile: Profile) -> bool:
    rows = (shelf.catalogue.get(each) for each in profile.done)
    return any(row is not None and topic in row.topics[:2] for row in rows)


def _next(row: Resource, shelf: Shelf, profile: Profile) -> tuple[str, ...]:
    """Return up to three topics that build on the row's main topic: those below it first."""
    following = [*shelf.topics.children(row.topic), *shelf.topics.followers(row.topic)]
    known = set(row.topics) | profile.known_topics
    return tuple(dict.fromkeys(topic.id for topic in following if topic.id not in known))[:3]


# --- the answer as a whole


def _advice(reading: Reading, shelf: Shelf, profile: Profile) -> tuple[Method, ...]:
    called = [(_call(method, reading, profile), order, method) for order, method in enumerate(shelf.methods)]
    speaking = sorted((-call, order, method.id) for call, order, method in called if call)
    return tuple(shelf.methods[method_id] for _, _, method_id in speaking[:_MOST_ADVICE])


def _call(method: Method, reading: Reading, profile: Profile) -> int:
    """Return how strongly a row of method is called: 2 by its topic, 1 by a word of the text, 0 not at all."""
    when = method.when
    beginner = Level.BEGINNER in (reading.wishes.level, profile.level)
    if when.beginner and not (beginner or profile.goal in when.goals):
        return 0
    if reading.topic in when.topics:
        return 2
    if when.only and reading.topic is not None and reading.topic not in when.only:
        return 0
    padded = f" {' '.join(_LETTERS.findall(reading.text))} "
    return int(any(_stands_in(word, padded) for word in when.words))


def _stands_in(word: str, padded: str) -> bool:
    """Say whether a trigger stands in the text: an English one as whole words, a Korean one at the start of a word."""
    return f" {word} " in padded if word.isascii() else f" {word}" in padded


def _notes(reading: Reading, shelf: Shelf, asked: Options, answers: Sequence[int]) -> Iterator[Note]:
    if reading.nearest and max(shelf.ranks.text_scores(reading.words).values(), default=0.0) < _TELLING:
        yield Note(NoteKind.UNKNOWN, reading.nearest)
    if reading.without.topics:
        yield Note(NoteKind.EXCLUDED, reading.without.topics)
    yield from _superseded_notes(reading, shelf)
    topic = reading.topic
    if topic is not None:
        yield from _few_rows(topic, shelf, answers)
        if _asks_too_early(topic, reading, shelf):
            yield Note(NoteKind.AFTER_A_COURSE, (topic,))
    if not answers and reading.understood:
        chosen = (("level", asked.level), ("language", asked.language), ("kind", asked.kind), ("free", asked.free))
        yield Note(NoteKind.NOTHING_FITS, tuple(name for name, value in chosen if value is not None))


def _superseded_notes(reading: Reading, shelf: Shelf) -> Iterator[Note]:
    for each in reading.named:
        successors = shelf.catalogue.successors(shelf.catalogue[each.resource])
        if each.confidence >= SURELY_NAMED and successors:
            yield Note(NoteKind.SUPERSEDED, (each.resource, successors[0].id))


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
