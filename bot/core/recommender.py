"""Answers a reading with resources: why each was picked, what it asks for first, and what comes after.

Pure and deterministic: the same reading, shelf and profile give the same answer. It knows no platform and writes no
sentences; reasons are values that whoever speaks puts into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.catalogue import Resource, Strength
from bot.core.language.reading import NO_OPTIONS, Options, Reading
from bot.core.methods import Method
from bot.core.opinions import NO_OPINIONS, swayed
from bot.core.people import GroupOpinion
from bot.core.remarks import Note, NoteKind, advice, notes
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


@dataclass(frozen=True, slots=True)
class Reason:
    """One true reason; see `Why` for what `value` is."""

    why: Why
    value: str


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
    opinions: Mapping[str, GroupOpinion] = NO_OPINIONS,
) -> Recommendation:
    """Return the best `limit` resources after the first `offset`, with reasons and remarks.

    What a group thinks moves a row a little; see `opinions.swayed`.
    """
    rows = ranked(reading, shelf, profile, options)
    if opinions:
        rows = swayed(rows, [shelf.ranks.rows[at].id for at, _ in rows], opinions)
    shown = rows[offset : offset + limit]
    picks = tuple(_pick(at, score, reading, shelf, profile, options) for at, score in shown)
    return Recommendation(
        reading=reading,
        picks=picks,
        total=len(rows),
        offset=offset,
        advice=advice(reading, shelf, profile),
        notes=tuple(notes(reading, shelf, options, [at for at, _ in rows])),
    )


def explain(resource: Resource, shelf: Shelf, profile: Profile = NOBODY, reading: Reading | None = None) -> Pick:
    """Return one row as a pick, for its details: why, what first, what next. Also for rows never recommended."""
    said = reading or Reading(resource.id, Locale.EN)
    at = shelf.ranks.index_of[resource.id]
    return _pick(at, shelf.ranks.standing[at], said, shelf, profile, NO_OPTIONS)


# --- reasons


def _pick(at: int, score: float, reading: Reading, shelf: Shelf, profile: Profile, asked: Options) -> Pick:
    row = shelf.ranks.rows[at]
    near = _from_topic(row, at, reading, shelf)
    return Pick(
        resource=row,
        score=round(score, 6),
        reasons=tuple(_reasons(row, at, near, reading, shelf, asked)),
        caveat=row.caveats[0] if row.caveats else None,
        missing=tuple(_missing(row, shelf, profile)),
        next=_next(row, shelf, profile),
        from_topic=near,
    )


def _reasons(
    row: Resource, at: int, near: str | None, reading: Reading, shelf: Shelf, asked: Options
) -> Iterator[Reason]:
    if any(each.resource == row.id for each in reading.named):
        yield Reason(Why.NAMED, row.id)
    older = _replaced(row, reading, shelf)
    replaces = [Reason(Why.REPLACES, older.id)] if older is not None else []
    was_named = older is not None and older.id in _mentioned(reading)
    yield from _topic_reasons(row, at, near, reading, shelf)
    yield from replaces if was_named else ()
    yield from _wish_reasons(row, reading, asked)
    yield from () if was_named else replaces
    word = _telling_word(at, reading, shelf)
    if word is not None:
        yield Reason(Why.WORDS, word)
    yield from _standing_reasons(row)


def _topic_reasons(row: Resource, at: int, near: str | None, reading: Reading, shelf: Shelf) -> Iterator[Reason]:
    direct = [each.topic for each in reading.topics if at in shelf.ranks.direct.get(each.topic, ())]
    if direct:
        first = next((topic for topic in direct if topic in row.first_for), None)
        yield Reason(Why.FIRST_FOR, first) if first else Reason(Why.TOPIC, direct[0])
        return
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
    if not reading.words:
        return None
    heard = {each.topic for each in reading.topics}
    entries = ((word, shelf.lexicon.get(word)) for word in reading.words if shelf.ranks.holds(at, word))
    words = [word for word, entry in entries if entry is None or entry.topic not in heard]
    return max(words, key=shelf.ranks.rarity, default=None)


def _mentioned(reading: Reading) -> set[str]:
    """Return the rows that stand in the text, asked for or not."""
    return {*(each.resource for each in reading.named), *reading.aside.resources, *reading.without.resources}


def _replaced(row: Resource, reading: Reading, shelf: Shelf) -> Resource | None:
    """Return the older row that was asked for, by name or topic, and whose place this one takes."""
    older = shelf.ranks.replaced.get(row.id)
    if not older:
        return None
    heard = {each.topic for each in reading.topics}
    named = _mentioned(reading)
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
    if not profile.done:
        return False
    rows = (shelf.catalogue.get(each) for each in profile.done)
    return any(row is not None and topic in row.topics[:2] for row in rows)


def _next(row: Resource, shelf: Shelf, profile: Profile) -> tuple[str, ...]:
    """Return up to three topics that build on the row's main topic: those below it first."""
    following = [*shelf.topics.children(row.topic), *shelf.topics.followers(row.topic)]
    known = set(row.topics) | profile.known_topics
    return tuple(dict.fromkeys(topic.id for topic in following if topic.id not in known))[:3]
