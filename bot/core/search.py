"""The doors to the words: `read` what a member types, `complete` it while they type, `find` rows by their words.

Pure and deterministic; bounded work on any text. It reads; which resources answer is `recommender`'s business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from rapidfuzz import fuzz

from bot.core.catalogue import Resource, Showing
from bot.core.language.hearing import Said, hear
from bot.core.language.lexicon import Entry
from bot.core.language.markers import Places, Role
from bot.core.language.reading import (
    NO_OPTIONS,
    NOTHING_ASIDE,
    Aside,
    Heard,
    Named,
    Options,
    Question,
    Reading,
    Suggestion,
    Wishes,
    Without,
)
from bot.core.language.roles import part_at_negations, roles
from bot.core.language.spans import How, Span, cover, lookup, reach
from bot.core.language.words import Piece, clean, is_initials, jamo, pieces, squeeze, stems
from bot.core.shelf import Shelf
from bot.i18n import Locale

__all__ = [
    "MOST_CHOICES",
    "NO_OPTIONS",
    "Aside",
    "Heard",
    "Named",
    "Options",
    "Question",
    "Reading",
    "Suggestion",
    "Wishes",
    "Without",
    "complete",
    "find",
    "read",
]

_Value = TypeVar("_Value")
MOST_CHOICES = 25
_LABEL = 100  # the longest label a choice may have on Discord
_ALSO_TOPIC = 0.1  # a word that names a topic hardly names the row of the same title ("PyTorch")
_WISH_WINDOW = 3
_NEAREST = 3
_ALIKE = 70.0  # percent; below that, words of another field altogether are as near ("요리" and 의료)
_STEPS = {Role.AHEAD: -1, Role.TOO_HARD: -1, Role.GONE: 0, Role.DONE: 1}


def read(text: str, shelf: Shelf, *, locale: Locale = Locale.EN, printed: bool = False) -> Reading:
    """Return what `text` means. Any text is allowed; an id from `complete` means exactly that topic or resource.

    `printed`: it is a title rather than typed by somebody, so nothing in it is taken for a slip.
    """
    chosen = _chosen(text, shelf, locale)
    if chosen is not None:
        return chosen
    cleaned = clean(text)
    parts = pieces(cleaned)
    spans, unknown = cover(parts, shelf.lexicon, printed=printed)
    marked = shelf.lexicon.markers.find(parts)
    beginnings = {at for places in marked.values() for at in places.before_it}
    spans = [span for span in spans if span.start not in beginnings]  # "prerequisites for": no subject of its own
    spans = part_at_negations(parts, spans, marked, shelf)
    said = Said(parts, spans, roles(parts, spans, marked, shelf.lexicon))
    denied = said.with_role(Role.DENIED)
    heard = hear(said, shelf)
    without = _without(
        denied, {span.entry.topic for span in said.asked if not span.entry.filler and not span.entry.ambiguous}
    )
    topics = tuple(each for each in heard.topics if each.topic not in without.topics)
    named = _named(said.asked, shelf)
    marking = {at for places in marked.values() for at in (*places.before_it, *places.after_it)}
    unknown = [at for at in unknown if at not in marking]
    leftovers = tuple(_bare(parts[at].text) for at in unknown)
    understood = bool(topics or named)
    words, aliases = _content(parts, said.asked, unknown, shelf)
    near = () if understood or not leftovers else _nearest(leftovers, shelf)
    return Reading(
        text=cleaned if parts else "",
        locale=locale,
        topics=topics,
        named=named,
        wishes=_wishes(parts, spans, [*denied, *_had(said, marked)], heard.topics[:1], shelf),
        without=without,
        aside=_aside(said, alone=heard.alone),
        leftovers=leftovers,
        words=words,
        aliases=aliases,
        question=heard.question,
        nearest=tuple(topic for topic, _ in near),
        alike=any(likeness >= _ALIKE for _, likeness in near),
    )


def _chosen(text: str, shelf: Shelf, locale: Locale) -> Reading | None:
    """Return the reading of an id picked from the completions, unless people use the same word for a topic."""
    wanted = text[:80].strip()
    if wanted in shelf.topics:
        return Reading(wanted, locale, topics=(Heard(wanted, 1.0, wanted, How.EXACT),))
    row = shelf.catalogue.get(wanted)
    entry = shelf.lexicon.get(squeeze(wanted)) if row else None
    if row is None or row.showing is Showing.NEVER or (entry and entry.topic):
        return None
    return Reading(wanted, locale, named=(Named(row.id, 1.0),), words=(wanted,))


def _without(denied: Sequence[Span], asked: Collection[str | None]) -> Without:
    """Return what is excluded; a topic that another word asks for is not ("쿠다 없이 GPU 프로그래밍")."""
    return Without(
        topics=_once(span.entry.topic for span in denied if span.entry.topic not in asked),
        kinds=_once(span.entry.kind for span in denied if span.entry.kind and not span.entry.topic),
        languages=_once(span.entry.language for span in denied if span.entry.language),
        resources=_once(name for span in denied if not span.entry.topic for name in span.entry.surest),
        approaches=_once(each for span in denied for each in span.entry.approaches),
    )


def _had(said: Said, marked: Mapping[Role, Places]) -> list[Span]:
    """Return the words for a kind or a level that belong to what someone has finished: "딥러닝 강의 하나 끝냈는데"."""
    places: set[int] = set()
    for subject in said.with_role(Role.DONE):
        mark = next((at for at in marked[Role.DONE].after_it if at >= subject.end), None)
        places |= set(range(subject.end, subject.end + 1 if mark is None else mark))
    return [span for span in said.spans if span.entry.wish and not span.entry.topic and span.start in places]


def _aside(said: Said, *, alone: bool) -> Aside:
    """Return the rows that are only named, and where to go from them.

    What someone knows already ("파이썬은 아는데") sets no direction for another subject they ask for.
    """
    found: dict[str, None] = {}
    step = 0
    ways: dict[Role, dict[str, None]] = {Role.AHEAD: {}, Role.DONE: {}}
    for span, role in zip(said.spans, said.roles, strict=True):
        if role not in _STEPS:
            continue
        names = () if span.entry.topic else span.entry.surest
        found |= dict.fromkeys(names)
        if names or alone or role is Role.TOO_HARD:
            step = step or _STEPS[role]
        if alone and role in ways and span.entry.topic:
            ways[role].setdefault(span.entry.topic)
    return Aside(tuple(found), step, *map(tuple, ways.values())) if found or step else NOTHING_ASIDE


def _once(values: Iterable[_Value | None]) -> tuple[_Value, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


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


def _wishes(
    parts: Sequence[Piece], spans: Sequence[Span], denied: Sequence[Span], main: Sequence[Heard], shelf: Shelf
) -> Wishes:
    """Return the wishes; the word of the main topic itself ("수학") says nothing of the manner."""
    found = list(_wish_entries(parts, spans, denied, shelf))
    unwanted = {approach for span in denied for approach in span.entry.approaches}
    subject = shelf.lexicon.get(main[0].word) if main else None
    if subject is not None and subject.topic == main[0].topic:
        unwanted |= set(subject.approaches)
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
        for end in range(reach(parts, start, _WISH_WINDOW, shelf.lexicon), start, -1):
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


def _content(
    parts: Sequence[Piece], said: Sequence[Span], unknown: Sequence[int], shelf: Shelf
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the words a row's own texts are searched for (all but filler), and those of them that name a topic."""
    kept, naming = set(unknown), dict[str, str]()
    for span in said:
        topic, place = span.entry.topic, range(span.start, span.end)
        if span.entry.filler or (topic and shelf.lexicon.is_principal(span.word, topic)):
            continue
        kept |= set(place)
        if topic:
            naming |= {parts[at].text: topic if len(place) == 1 else "" for at in place}
    words = tuple(dict.fromkeys(parts[at].text for at in sorted(kept)))
    return words, tuple(naming.items())


def _nearest(leftovers: Sequence[str], shelf: Shelf) -> tuple[tuple[str, float], ...]:
    """Return the three topics whose words look most like what nobody knows, with how alike they are, in percent."""
    typed = jamo("".join(leftovers)[:40])
    scored = [(-_likeness(typed, topic.id, shelf), order, topic.id) for order, topic in enumerate(shelf.topics)]
    return tuple((topic, -score) for score, _, topic in sorted(scored)[:_NEAREST])


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
