"""Finds the known words in a typed text: exact, with endings, run together, misspelt, as initials, on the wrong keys.

It says which pieces of the text are which entries of the lexicon, and which pieces nobody knows. What the words amount
to is decided in `search`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.language.lexicon import MAX_SPAN, Entry, Lexicon
from bot.core.language.words import PARTICLES, Piece, from_latin_keys, is_initials, root, stems, to_latin_keys

_GUESSED_AT_MOST = 4  # unknown pieces that are tried as misspellings; bounds the work on hostile texts
_GUESS_WINDOW = 3
_TITLE_PIECES = 2  # a name of so many words may hold subjects of its own


_TURNED = 3  # pieces of the longest topic in the other order: "evaluation of LLMs"
_PARTLY = 0.45  # how surely a name is meant that is made of subjects ("linear algebra for deep learning")


class How(StrEnum):
    """How a word was recognised."""

    EXACT = "exact"
    ENDING = "ending"
    COMPOUND = "compound"
    TYPO = "typo"
    INITIALS = "initials"
    KEYBOARD = "keyboard"
    CLUE = "clue"


_EXACT = 1.0
CONFIDENCE = {
    How.EXACT: _EXACT,
    How.ENDING: 0.97,
    How.COMPOUND: 0.92,
    How.KEYBOARD: 0.85,
    How.TYPO: 0.9,
    How.INITIALS: 0.75,
}


@dataclass(frozen=True, slots=True)
class Span:
    """Pieces `start` to `end` (exclusive) of the text are the known word `word`."""

    start: int
    end: int
    word: str
    entry: Entry
    how: How
    confidence: float


def cover(parts: Sequence[Piece], lexicon: Lexicon, *, printed: bool = False) -> tuple[list[Span], list[int]]:
    """Return the known words in order of the text, longest first, and the indexes of the unknown pieces.

    What is `printed` is not taken for a known word misspelt: "high-quality" is no duality.
    """
    spans, unknown = _known(parts, lexicon)
    unknown = _without_particles(parts, unknown)
    for find in (_compounds,) if printed else (_compounds, _keyboard, _first_letters, _misspelt):
        if unknown:
            more, unknown = find(parts, unknown, spans, lexicon)
            spans = sorted([*spans, *more], key=lambda span: (span.start, span.end))
    return spans, unknown


def lookup(parts: Sequence[Piece], start: int, end: int, lexicon: Lexicon) -> Span | None:
    """Return the known word that these pieces make together, with or without a Korean ending."""
    joined = "".join([piece.text for piece in parts[start:end]])
    entry = lexicon.get(joined)
    if entry is not None:
        return Span(start, end, joined, entry, How.EXACT, _EXACT)
    last = parts[end - 1]
    if not last.hangul:
        return _turned(parts, start, end, lexicon) or _of_same_roots(parts, start, end, lexicon)
    for stem in stems(last.text):
        word = joined[: len(joined) - len(last.text) + len(stem)]
        entry = lexicon.get(word)
        if entry is not None and not entry.whole and (len(word) > 1 or entry.wish):
            return Span(start, end, word, entry, How.ENDING, CONFIDENCE[How.ENDING])
    return _turned(parts, start, end, lexicon)


def reach(parts: Sequence[Piece], start: int, at_most: int, lexicon: Lexicon) -> int:
    """Return the end of the longest run from `start` that can be one known word; no run of more than `at_most`."""
    most = min(len(parts), start + at_most)
    end = min(most, start + (_TURNED if start + 1 < len(parts) and parts[start + 1].text == "of" else 2))
    written = "".join([piece.text for piece in parts[start:end]])
    rooted = "".join([root(piece.text) for piece in parts[start:end]])
    while end < most and lexicon.lead_on(written, rooted):
        written, rooted, end = written + parts[end].text, rooted + root(parts[end].text), end + 1
    return end


def _turned(parts: Sequence[Piece], start: int, end: int, lexicon: Lexicon) -> Span | None:
    """Return the topic two words make in the other order: "그림 AI", "evaluating LLMs", "evaluation of LLMs"."""
    between = [piece.text for piece in parts[start + 1 : end - 1]]
    if end - start < 2 or between not in ([], ["of"]) or (parts[end - 1].glued and not between):
        return None
    if any(piece.apart for piece in parts[start + 1 : end]):
        return None
    first, last = parts[start].text, parts[end - 1].text
    word = last + first if last + first in lexicon.entries else lexicon.with_roots((last, first))
    entry = lexicon.get(word) if word else None
    if word is None or entry is None or not entry.topic or entry.filler or _knows_both((first, last), lexicon):
        return None
    return Span(start, end, word, entry, How.COMPOUND, CONFIDENCE[How.COMPOUND])


def _knows_both(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Say whether both words are subjects by themselves, so that their order means something."""
    entries = [lexicon.get(word) for word in words]
    return all(entry is not None and entry.topic and not entry.filler for entry in entries)


def _of_same_roots(parts: Sequence[Piece], start: int, end: int, lexicon: Lexicon) -> Span | None:
    words = [piece.text for piece in parts[start:end]]
    known = lexicon.with_roots(words)
    if known is None or not all(word.isascii() for word in words):
        return None
    return Span(start, end, known, lexicon.entries[known], How.ENDING, CONFIDENCE[How.ENDING])


def _known(parts: Sequence[Piece], lexicon: Lexicon) -> tuple[list[Span], list[int]]:
    spans: list[Span] = []
    unknown: list[int] = []
    at = 0
    while at < len(parts):
        span = _longest(parts, at, lexicon)
        if span is None:
            unknown.append(at)
            at += 1
            continue
        inside = _inside(parts, span, lexicon)
        spans.append(replace(span, confidence=span.confidence * _PARTLY) if inside and _is_part(span) else span)
        spans.extend(inside)
        at = span.end
    return spans, unknown


def _inside(parts: Sequence[Piece], span: Span, lexicon: Lexicon) -> list[Span]:
    """Return the topics inside a title: "linear algebra for deep learning" is a course and two subjects."""
    if span.entry.topic or not span.entry.names or span.end - span.start < _TITLE_PIECES:
        return []
    inner, _ = _known(parts[span.start + 1 : span.end], lexicon)
    outer, _ = _known(parts[span.start : span.end - 1], lexicon)
    shifted = [replace(each, start=each.start + 1, end=each.end + 1) for each in inner]
    found = {(each.start, each.end): each for each in (*outer, *shifted) if each.entry.topic and not each.entry.filler}
    return [
        replace(each, start=each.start + span.start, end=each.end + span.start)
        for each in found.values()
        if not any(_within(each, other) for other in found.values() if other is not each)
    ]


def _is_part(span: Span) -> bool:
    """Say whether the words are only a part of a title, not the whole of one."""
    return max(span.entry.names.values(), default=0.0) < 1.0


def _within(one: Span, other: Span) -> bool:
    return other.start <= one.start and one.end <= other.end


def _longest(parts: Sequence[Piece], start: int, lexicon: Lexicon) -> Span | None:
    for end in range(reach(parts, start, MAX_SPAN, lexicon), start, -1):
        span = lookup(parts, start, end, lexicon)
        if span is not None:
            return span
    return None


def _without_particles(parts: Sequence[Piece], unknown: Sequence[int]) -> list[int]:
    return [at for at in unknown if not (parts[at].glued and parts[at].text in PARTICLES)]


Found = tuple[list[Span], list[int]]


def _compounds(parts: Sequence[Piece], unknown: Sequence[int], _spans: Sequence[Span], lexicon: Lexicon) -> Found:
    spans: list[Span] = []
    rest: list[int] = []
    for at in unknown:
        words = _segments(parts[at].text, lexicon) if parts[at].hangul and len(parts[at].text) > 2 else ()
        sure = CONFIDENCE[How.COMPOUND]
        spans.extend(Span(at, at + 1, word, lexicon.entries[word], How.COMPOUND, sure) for word in words)
        if not words:
            rest.append(at)
    return spans, rest


def _segments(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the known words in a run of Korean ("강화학습책추천"), or its known beginning or end, or nothing."""
    whole = _split(text, lexicon)
    if whole:
        return whole
    for size in range(len(text) - 1, 2, -1):
        for part in (text[:size], text[-size:]):
            entry = lexicon.get(part)
            if entry is not None and entry.topic and not entry.filler and not entry.whole:
                return (part,)
    return ()


def _split(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the split into known words, longest parts first; () when there is none."""
    ways: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - 10), end):
            if start not in ways or end in ways:
                continue
            part = text[start:end]
            entry = lexicon.get(part)
            if entry is not None and not entry.whole and (len(part) > 1 or entry.kind):
                ways[end] = (*ways[start], part)
            elif start and part in PARTICLES:
                ways[end] = ways[start]
    return ways.get(len(text), ())


def _keyboard(parts: Sequence[Piece], unknown: Sequence[int], _spans: Sequence[Span], lexicon: Lexicon) -> Found:
    spans: list[Span] = []
    rest: list[int] = []
    alone = len(unknown) == len(parts)
    if alone and parts[0].text not in lexicon.spoken:
        entry_word = to_latin_keys("".join(piece.text for piece in parts))
        entry = lexicon.get(entry_word) if entry_word.isascii() else None
        if entry is not None and not parts[0].text.isascii() and entry.topic:
            return [Span(0, len(parts), entry_word, entry, How.KEYBOARD, CONFIDENCE[How.KEYBOARD])], []
    for at in unknown:
        korean = from_latin_keys(parts[at].text) if len(parts[at].text) > 3 else ""
        span = lookup([Piece(korean, False)], 0, 1, lexicon) if korean else None
        if span is None:
            rest.append(at)
            continue
        spans.append(Span(at, at + 1, span.word, span.entry, How.KEYBOARD, CONFIDENCE[How.KEYBOARD]))
    return spans, rest


def _first_letters(parts: Sequence[Piece], unknown: Sequence[int], _spans: Sequence[Span], lexicon: Lexicon) -> Found:
    spans: list[Span] = []
    rest: list[int] = []
    for at in unknown:
        topics = lexicon.topics_with_initials(parts[at].text) if is_initials(parts[at].text) else ()
        if not topics:
            rest.append(at)
            continue
        confidence = CONFIDENCE[How.INITIALS]
        for topic in topics[:3]:
            spans.append(Span(at, at + 1, parts[at].text, Entry(topic=topic), How.INITIALS, confidence))
            confidence *= 0.6
    return spans, rest


def _misspelt(parts: Sequence[Piece], unknown: Sequence[int], spans: Sequence[Span], lexicon: Lexicon) -> Found:
    fillers = {at for span in spans if span.entry.stop and not span.entry.topic for at in range(span.start, span.end)}
    open_pieces = set(list(unknown)[:_GUESSED_AT_MOST])
    found: list[Span] = []
    for at in sorted(open_pieces | fillers):
        if found and at < found[-1].end:
            continue
        span = _best_guess(parts, at, open_pieces, fillers, lexicon)
        if span is not None:
            found.append(span)
    taken = {at for span in found for at in range(span.start, span.end)}
    return found, [at for at in unknown if at not in taken]


def _best_guess(
    parts: Sequence[Piece], start: int, open_pieces: set[int], fillers: set[int], lexicon: Lexicon
) -> Span | None:
    for end in range(min(len(parts), start + _GUESS_WINDOW), start, -1):
        window = range(start, end)
        if not all(at in open_pieces or at in fillers for at in window) or open_pieces.isdisjoint(window):
            continue
        if all(_is_spoken(parts[at].text, lexicon) for at in window):
            continue
        span = _guess(parts, start, end, lexicon)
        if span is not None:
            return span
    return None


def _is_spoken(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.spoken or any(len(stem) > 1 and stem in lexicon.spoken for stem in stems(word))


def _guess(parts: Sequence[Piece], start: int, end: int, lexicon: Lexicon) -> Span | None:
    joined = "".join(piece.text for piece in parts[start:end])
    last = parts[end - 1]
    endless = (
        [joined[: len(joined) - len(last.text) + len(stem)] for stem in stems(last.text)[:1]] if last.hangul else []
    )
    for word in (joined, *endless):
        near = lexicon.near(word)
        if near is not None:
            entry = lexicon.entries[near.word]
            return Span(start, end, near.word, entry, How.TYPO, CONFIDENCE[How.TYPO] * near.likeness)
    return None
