"""From what a member types to what is meant: topics, wishes, exclusions, names, and a question when unsure.

Pure and deterministic; bounded work on any text. It reads; which resources answer is `recommender`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from rapidfuzz import fuzz

from bot.core.catalogue import Approach, Kind, Level, Resource, Showing
from bot.core.lexicon import Entry, Lexicon
from bot.core.shelf import Shelf
from bot.core.spans import How, Span, cover, lookup
from bot.core.topics import Meaning
from bot.core.words import Piece, clean, is_initials, jamo, pieces, squeeze, stems
from bot.i18n import Bilingual, Locale

_Value = TypeVar("_Value")
_HANGUL = re.compile(r"[ㄱ-ㅣ가-힣]")
MOST_CHOICES = 25
_LABEL = 100  # the longest label a choice may have on Discord
_ACROSS = 0.4  # confidence of "papers", "news", "roadmap" beside a subject
_ABOVE = 0.35  # confidence kept by a topic when one below it is named too
_WEAK = 0.5
_BROAD = 0.4  # least confidence kept by a wide subject beside a narrow one
_SECOND_MEANING = 0.35
_MEANS = 0.45
_CONTEXT = 0.6
_ALSO_TOPIC = 0.1  # a word that names a topic hardly names the row of the same title ("PyTorch")
_NEGATION_REACH = 3
_WISH_WINDOW = 3
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Options:
    """What a member chose beside the text. Strict: rows that do not fit are left out."""

    level: Level | None = None
    language: str | None = None
    kind: Kind | None = None
    free: bool | None = None


NO_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the words of the text ask for. Soft: rows that fit stand higher."""

    level: Level | None = None
    language: str | None = None
    kinds: tuple[Kind, ...] = ()
    approaches: tuple[Approach, ...] = ()
    free: bool = False


@dataclass(frozen=True, slots=True)
class Without:
    """What the text excludes ("RL 말고")."""

    topics: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    languages: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A topic that was understood: how surely (0 to 1), from which known word, and how it was recognised."""

    topic: str
    confidence: float
    word: str
    how: How


@dataclass(frozen=True, slots=True)
class Named:
    """A resource that was named: how surely (0 to 1)."""

    resource: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Question:
    """An ambiguous word stayed open: what to ask, and the meanings to offer as buttons."""

    word: str
    text: Bilingual
    options: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was understood to mean. `nearest` names three topics when nothing else was understood."""

    text: str
    locale: Locale
    topics: tuple[Heard, ...] = ()
    named: tuple[Named, ...] = ()
    wishes: Wishes = Wishes()
    without: Without = Without()
    leftovers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    question: Question | None = None
    nearest: tuple[str, ...] = ()

    @property
    def topic(self) -> str | None:
        """The best topic's id, or None."""
        return self.topics[0].topic if self.topics else None

    @property
    def korean(self) -> bool:
        """Say whether the member reads Korean, as far as one can tell: they type it, or use the bot in it."""
        return self.locale is Locale.KO or _HANGUL.search(self.text) is not None

    @property
    def excluded(self) -> tuple[str, ...]:
        """The ids of the excluded topics."""
        return self.without.topics

    @property
    def empty(self) -> bool:
        """Say whether nothing was typed that could be read: time to show the map of topics."""
        return not self.text

    @property
    def understood(self) -> bool:
        """Say whether a topic or a resource was recognised."""
        return bool(self.topics or self.named)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of autocomplete: `value` is a topic or resource id that `read` understands, `label` is shown."""

    value: str
    label: str


def read(text: str, shelf: Shelf, *, locale: Locale = Locale.EN) -> Reading:
    """Return what `text` means. Any text is allowed; an id from `complete` means exactly that topic or resource."""
    chosen = _chosen(text, shelf, locale)
    if chosen is not None:
        return chosen
    cleaned = clean(text)
    parts = pieces(cleaned)
    spans, unknown = cover(parts, shelf.lexicon)
    denied = _denied(parts, spans, shelf)
    said = [span for span in spans if span not in denied]
    question, topics = _topics(said, parts, shelf)
    without = _without(denied)
    topics = tuple(each for each in topics if each.topic not in without.topics)
    named = _named(said, shelf)
    unknown = [at for at in unknown if not _is_marker(parts, at, shelf.lexicon)]
    leftovers = tuple(_bare(parts[at].text) for at in unknown)
    understood = bool(topics or named)
    return Reading(
        text=cleaned if parts else "",
        locale=locale,
        topics=topics,
        named=named,
        wishes=_wishes(parts, spans, denied, shelf),
        without=without,
        leftovers=leftovers,
        words=_content(parts, said, unknown, shelf),
        question=question,
        nearest=() if understood or not leftovers else _nearest(leftovers, shelf),
    )


def _chosen(text: str, shelf: Shelf, locale: Locale) -> Reading | None:
    """Return the reading of an id picked from the completions, unless people use the same word for a topic."""
    wanted = text[:80].strip()
    if wanted in shelf.topics:
        return Reading(wanted, locale, topics=(Heard(wanted, 1.0, wanted, How.EXACT),), words=(wanted,))
    row = shelf.catalogue.get(wanted)
    entry = shelf.lexicon.get(squeeze(wanted)) if row else None
    if row is None or row.showing is Showing.NEVER or (entry and entry.topic):
        return None
    return Reading(wanted, locale, named=(Named(row.id, 1.0),), words=(wanted,))


# --- exclusions


def _denied(parts: Sequence[Piece], spans: Sequence[Span], shelf: Shelf) -> list[Span]:
    """Return the spans that a word such as "말고" or "except" takes out."""
    denied: list[Span] = []
    for at in range(len(parts)):
        if _marks(parts, at, shelf.lexicon.not_after):
            denied += _before(at, parts, spans)
        if _marks(parts, at, shelf.lexicon.not_before, whole=True):
            denied += _after(at, parts, spans)
    return denied


def _marks(parts: Sequence[Piece], at: int, markers: Iterable[str], *, whole: bool = False) -> bool:
    one = parts[at].text
    two = one + (parts[at + 1].text if at + 1 < len(parts) else "")
    if whole:
        return any(marker in (one, two) for marker in markers)
    return any(one.startswith(marker) or (len(marker) > len(one) and two.startswith(marker)) for marker in markers)


def _is_marker(parts: Sequence[Piece], at: int, lexicon: Lexicon) -> bool:
    return _marks(parts, at, lexicon.not_after) or _marks(parts, at, lexicon.not_before, whole=True)


def _meant(span: Span) -> bool:
    entry = span.entry
    if entry.stop and not entry.kind:
        return False
    return bool(entry.topic or entry.wish or entry.names or entry.ambiguous)


def _before(at: int, parts: Sequence[Piece], spans: Sequence[Span]) -> list[Span]:
    """Return the nearest thing said before the marker, and what is strung to it without a word between."""
    near = [span for span in spans if span.end <= at and _meant(span)]
    if not near or at - near[-1].end >= _NEGATION_REACH:
        return []
    taken = [near[-1]]
    for earlier in reversed(near[:-1]):
        if earlier.end < taken[-1].start:
            break
        taken.append(earlier)
    return _whole_list(taken)


def _whole_list(taken: list[Span]) -> list[Span]:
    """Keep a run of exclusions together only when they are of one sort ("RL NLP 말고", not "딥러닝 책 말고")."""
    first = taken[0]
    same = [span for span in taken if bool(span.entry.topic) == bool(first.entry.topic)]
    return same if first.entry.topic else [first]


def _after(at: int, parts: Sequence[Piece], spans: Sequence[Span]) -> list[Span]:
    for span in spans:
        if span.start > at and _meant(span):
            return [span] if span.start - at <= _NEGATION_REACH else []
    return []


def _without(denied: Sequence[Span]) -> Without:
    return Without(
        topics=_once(span.entry.topic for span in denied if span.entry.topic),
        kinds=_once(span.entry.kind for span in denied if span.entry.kind and not span.entry.topic),
        languages=_once(span.entry.language for span in denied if span.entry.language),
        resources=_once(name for span in denied if not span.entry.topic for name in span.entry.names),
    )


def _once(values: Iterable[_Value | None]) -> tuple[_Value, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


# --- topics


def _topics(said: Sequence[Span], parts: Sequence[Piece], shelf: Shelf) -> tuple[Question | None, tuple[Heard, ...]]:
    whole_text = len(said) == 1 and said[0].start == 0 and said[0].end == len(parts)
    clear = [span for span in said if _is_clear(span, parts, shelf)]
    shares = _parts_played(clear, parts, shelf)
    heard = [
        Heard(span.entry.topic or "", span.confidence * share, span.word, span.how)
        for span, share in zip(clear, shares, strict=True)
    ]
    question, meanings = _meanings(said, heard, shelf)
    heard = [*heard, *meanings]
    if not heard:
        weak = [span for span in said if span.entry.topic and not span.entry.ignored]
        weak = [span for span in weak if whole_text or _may_be_meant(span, shelf)]
        things = [span for span in weak if span.entry.kind]
        heard = [Heard(span.entry.topic or "", _WEAK, span.word, span.how) for span in things or weak]
    return question, _weighed(heard, shelf)


def _parts_played(clear: Sequence[Span], parts: Sequence[Piece], shelf: Shelf) -> list[float]:
    """Return how much each subject counts beside others: a means ("in Python") or a context ("for NLP") counts less."""
    if len({span.entry.topic for span in clear}) < 2:
        return [1.0] * len(clear)
    words = shelf.topics.words
    means = [shelf.topics[span.entry.topic or ""].means for span in clear]
    shares = [_MEANS if is_means and not all(means) else 1.0 for is_means in means]
    for at, span in enumerate(clear):
        before = parts[span.start - 1].text if span.start else ""
        after = parts[span.end].text if span.end < len(parts) else ""
        ending = _ending_of(span, parts)
        if before in words.means_before or ending in words.means_after or (ending == "" and after in words.means_after):
            shares[at] = _MEANS
        elif (at and before in words.context_before) or after.startswith(words.context_after or ("\0",)):
            shares[at] = _CONTEXT
    return shares if max(shares) == 1.0 else [1.0] * len(clear)


def _ending_of(span: Span, parts: Sequence[Piece]) -> str:
    """Return the Korean ending that stands on the span's last piece, or ""."""
    written = "".join(piece.text for piece in parts[span.start : span.end])
    return written[len(span.word) :] if span.how is How.ENDING and written.startswith(span.word) else ""


def _is_clear(span: Span, parts: Sequence[Piece], shelf: Shelf) -> bool:
    entry = span.entry
    if not entry.topic or entry.filler or entry.ignored or entry.ambiguous:
        return False
    return not entry.whole or _stands_alone(span, parts, shelf)


def _stands_alone(span: Span, parts: Sequence[Piece], shelf: Shelf) -> bool:
    """Say whether a short word counts here: some do only as the whole query, or beside a word that fits."""
    rule = shelf.topics.whole_words.get(span.word)
    if rule is None or not rule.alone:
        return True
    others = [piece.text for at, piece in enumerate(parts) if not span.start <= at < span.end]
    subjects = [word for word in others if not _is_filler(word, shelf)]
    return not subjects or any(near in word for near in map(squeeze, rule.near) for word in subjects)


def _is_filler(word: str, shelf: Shelf) -> bool:
    entries = [shelf.lexicon.get(form) for form in (word, *stems(word))]
    return any(entry is not None and entry.filler for entry in entries)


def _may_be_meant(span: Span, shelf: Shelf) -> bool:
    """Say whether filler names a subject after all ("AI", "newsletter"), not a quality ("Korean", "intro")."""
    rule = shelf.topics.whole_words.get(span.word)
    return not (span.entry.level or span.entry.language or (rule is not None and rule.alone))


def _meanings(said: Sequence[Span], heard: Sequence[Heard], shelf: Shelf) -> tuple[Question | None, list[Heard]]:
    """Return what the ambiguous words mean here, and the question when no neighbour decides."""
    question: Question | None = None
    found: list[Heard] = []
    others = [each.topic for each in heard]
    for span in said:
        word = shelf.topics.ambiguous.get(span.entry.ambiguous or "")
        if word is None:
            continue
        fits = [_fit_of_meaning(meaning.topic, others, shelf) for meaning in word.meanings]
        best = max(fits)
        chosen = word.meanings[fits.index(best)].topic
        if best > 0 and fits.count(best) == 1:
            found.append(Heard(chosen, span.confidence, span.word, span.how))
            continue
        question = question or Question(word.id, word.question, word.meanings)
        found.append(Heard(chosen, span.confidence * _WEAK, span.word, span.how))
        rest = [meaning.topic for meaning in word.meanings if meaning.topic != chosen]
        found += [Heard(topic, span.confidence * _WEAK * _SECOND_MEANING, span.word, span.how) for topic in rest]
    return question, found


def _fit_of_meaning(topic: str, others: Sequence[str], shelf: Shelf) -> int:
    if topic in others:
        return 3
    if any(shelf.topics.related(topic, other) for other in others):
        return 2
    mine = (topic, *shelf.topics.ancestors(topic))
    return int(any(set(mine) & {other, *shelf.topics.ancestors(other)} for other in others))


def _weighed(heard: Sequence[Heard], shelf: Shelf) -> tuple[Heard, ...]:
    """Return the topics, surest first: subjects before reading and news, the narrower before the wider."""
    best: dict[str, Heard] = {}
    for each in heard:
        if each.topic not in best or each.confidence > best[each.topic].confidence:
            best[each.topic] = each
    subjects = {topic: each.confidence for topic, each in best.items() if not shelf.topics[topic].across}
    weighed = [
        replace(each, confidence=round(each.confidence * _share(each, subjects, shelf), 4)) for each in best.values()
    ]
    return tuple(sorted(weighed, key=lambda each: -each.confidence))


def _share(heard: Heard, subjects: Mapping[str, float], shelf: Shelf) -> float:
    others = [topic for topic in subjects if topic != heard.topic]
    if not others:
        return 1.0
    beside_equals = any(subjects[other] >= heard.confidence for other in others)
    if shelf.topics[heard.topic].across or (beside_equals and _is_manner(heard, shelf)):
        return _ACROSS
    if any(heard.topic in shelf.topics.ancestors(other) for other in others):
        return _ABOVE
    return min(1.0, _BROAD + (1 - _BROAD) * shelf.ranks.specificity(heard.topic, others))


def _is_manner(heard: Heard, shelf: Shelf) -> bool:
    """Say whether the word may only say how to learn ("수학", "시각화"), when a subject stands beside it."""
    entry = shelf.lexicon.get(heard.word)
    return entry is not None and bool(entry.approaches)


# --- names, wishes, what is left


def _named(said: Sequence[Span], shelf: Shelf) -> tuple[Named, ...]:
    best: dict[str, float] = {}
    for span in said:
        if span.entry.topic and len(span.entry.names) > 1:
            continue
        for row, weight in span.entry.names.items():
            only_named = shelf.catalogue[row].showing is Showing.WHEN_NAMED
            share = span.confidence * (_ALSO_TOPIC if span.entry.topic and not only_named else 1.0)
            best[row] = max(best.get(row, 0.0), round(weight * share, 4))
    return tuple(Named(row, weight) for row, weight in sorted(best.items(), key=lambda pair: (-pair[1], pair[0])))


def _wishes(parts: Sequence[Piece], spans: Sequence[Span], denied: Sequence[Span], shelf: Shelf) -> Wishes:
    found = list(_wish_entries(parts, spans, denied, shelf))
    unwanted = {approach for span in denied for approach in span.entry.approaches}
    return Wishes(
        level=next((entry.level for entry in found if entry.level), None),
        language=next((entry.language for entry in found if entry.language), None),
        kinds=_once(entry.kind for entry in found),
        approaches=_once(each for entry in found for each in entry.approaches if each not in unwanted),
        free=any(entry.free for entry in found),
    )


def _wish_entries(
    parts: Sequence[Piece], spans: Sequence[Span], denied: Sequence[Span], shelf: Shelf
) -> Iterator[Entry]:
    """Yield the entries that carry wishes; inside a topic's word ("영상 처리") only level and approach count."""
    subjects = [set(range(span.start, span.end)) for span in spans if span.entry.topic and not span.entry.wish]
    names = [set(range(span.start, span.end)) for span in spans if span.entry.names and not span.entry.wish]
    out = {at for span in denied for at in range(span.start, span.end)}
    taken: set[int] = set()
    for start in range(len(parts)):
        for end in range(min(len(parts), start + _WISH_WINDOW), start, -1):
            window = set(range(start, end))
            span = None if window & (out | taken) else lookup(parts, start, end, shelf.lexicon)
            if span is None or not span.entry.wish or any(window < name for name in names):
                continue
            taken |= window
            yield _without_kind(span.entry) if any(window <= subject for subject in subjects) else span.entry
            break
    for span in spans:
        if span.how is How.COMPOUND and span.entry.wish and span not in denied:
            yield span.entry


def _without_kind(entry: Entry) -> Entry:
    return Entry(level=entry.level, approaches=entry.approaches)


def _bare(word: str) -> str:
    shorter = [stem for stem in stems(word) if len(stem) > 1]
    return shorter[0] if shorter else word


def _content(parts: Sequence[Piece], said: Sequence[Span], unknown: Sequence[int], shelf: Shelf) -> tuple[str, ...]:
    """Return the words a row's own texts are searched for: all but filler."""
    kept = set(unknown)
    for span in said:
        if span.entry.topic and shelf.lexicon.is_principal(span.word, span.entry.topic):
            continue
        if span.entry.topic or not (span.entry.stop or span.entry.wish):
            kept |= set(range(span.start, span.end))
    return tuple(dict.fromkeys(parts[at].text for at in sorted(kept)))


def _nearest(leftovers: Sequence[str], shelf: Shelf) -> tuple[str, ...]:
    """Return the three topics whose words look most like what nobody knows."""
    typed = jamo("".join(leftovers)[:40])
    scored = [(-_likeness(typed, topic.id, shelf), order, topic.id) for order, topic in enumerate(shelf.topics)]
    return tuple(topic for _, _, topic in sorted(scored)[:_NEAREST])


def _likeness(typed: str, topic: str, shelf: Shelf) -> float:
    return max(fuzz.ratio(typed, word) for word in shelf.lexicon.spellings_of(topic))


# --- completing and finding


def complete(text: str, shelf: Shelf, locale: Locale, limit: int = MOST_CHOICES) -> tuple[Suggestion, ...]:
    """Return at most `limit` (and never more than 25) completions; nothing typed gives the main topics."""
    most = max(0, min(limit, MOST_CHOICES))
    typed = squeeze(text)
    if not typed:
        return tuple(_topic_suggestion(topic.id, shelf, locale) for topic in shelf.topics.roots())[:most]
    found = dict.fromkeys(shelf.lexicon.starting(typed, most))
    if len(found) < most and is_initials(typed):
        found |= dict.fromkeys((topic, "") for topic in shelf.lexicon.initials_starting(typed))
    if len(found) < _NEAREST:
        reading = read(text, shelf, locale=locale)
        found |= dict.fromkeys((each.topic, "") for each in reading.topics)
        found |= dict.fromkeys(("", each.resource) for each in reading.named[:_NEAREST])
        found |= dict.fromkeys((topic, "") for topic in reading.nearest)
    offered = [pair for pair in found if not pair[1] or shelf.catalogue[pair[1]].showing is Showing.OFFERED]
    return tuple(_suggestion(topic, resource, shelf, locale) for topic, resource in offered[:most])


def _suggestion(topic: str, resource: str, shelf: Shelf, locale: Locale) -> Suggestion:
    if topic:
        return _topic_suggestion(topic, shelf, locale)
    return Suggestion(resource, shelf.catalogue[resource].name(locale)[:_LABEL])


def _topic_suggestion(topic: str, shelf: Shelf, locale: Locale) -> Suggestion:
    return Suggestion(topic, shelf.topics[topic].name(locale)[:_LABEL])


def find(text: str, shelf: Shelf, *, locale: Locale = Locale.EN, limit: int = 10) -> tuple[Resource, ...]:
    """Return resources by title, author, id and the words of their notes, best first."""
    reading = read(text, shelf, locale=locale)
    scores = dict(shelf.ranks.text_scores(reading.words))
    for each in reading.named:
        at = shelf.ranks.index_of[each.resource]
        scores[at] = scores.get(at, 0.0) + 2 * each.confidence
    best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [shelf.ranks.rows[at] for at, _ in best]
    return tuple(row for row in rows if row.showing is not Showing.NEVER)[:limit]
