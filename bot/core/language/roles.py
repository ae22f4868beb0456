"""What part each known word of a text plays: asked for, excluded, or only named on the way to something else.

"RL 말고 NLP" excludes RL; "before ESL", "PRML 덮었는데", "finished CS231n" name a thing that is not wanted itself.
What follows for topics and rows is decided in `hearing` and `search`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.core.language.lexicon import Lexicon
from bot.core.language.markers import ASIDE, Places, Role
from bot.core.language.spans import Span, lookup
from bot.core.language.words import Piece
from bot.core.shelf import Shelf

_REACH = 3  # pieces between a marker and what it marks


def roles(parts: Sequence[Piece], spans: Sequence[Span], marked: Mapping[Role, Places], lexicon: Lexicon) -> list[Role]:
    """Return the role of each span, in order; the nearest marker decides, and an exclusion before all others."""
    found = dict.fromkeys(range(len(spans)), Role.ASKED)
    nearest = dict.fromkeys(range(len(spans)), _REACH + 1)
    subjects = [at for at, span in enumerate(spans) if _is_subject(span)]
    for role in ASIDE:
        for index, distance in _aside(marked[role], spans, subjects):
            if distance < nearest[index]:
                found[index], nearest[index] = role, distance
    for index in _denied(marked[Role.DENIED], parts, spans, lexicon):
        found[index] = Role.DENIED
    return [found[index] for index in range(len(spans))]


def part_at_negations(
    parts: Sequence[Piece], spans: Sequence[Span], marked: Mapping[Role, Places], shelf: Shelf
) -> list[Span]:
    """Return the spans, two subjects under one name parted before an exclusion: "딥러닝 수학 없이" excludes maths."""
    found: list[Span] = []
    for span in spans:
        denied = span.end in marked[Role.DENIED].after_it and span.entry.topic and span.end - span.start > 1
        found += (_halves(parts, span, shelf) if denied else ()) or (span,)
    return found


def _halves(parts: Sequence[Piece], span: Span, shelf: Shelf) -> tuple[Span, ...]:
    """Return the two subjects a name is made of, when neither is wider than the other ("LLM 에이전트" is one thing)."""
    first = lookup(parts, span.start, span.end - 1, shelf.lexicon)
    second = lookup(parts, span.end - 1, span.end, shelf.lexicon)
    if first is None or second is None or not _is_subject(first):
        return ()
    one, other = first.entry.topic, second.entry.topic
    return (first, second) if one and other and not shelf.topics.related(one, other) else ()


def _aside(marked: Places, spans: Sequence[Span], subjects: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Yield the index of each subject that these markers mark, with the pieces between them."""
    for at in marked.after_it:
        before = [index for index in subjects if spans[index].end <= at]
        distance = at - spans[before[-1]].end if before else _REACH
        if distance < _REACH:
            yield from ((index, distance) for index in _strung(before, spans))
    for at in marked.before_it:
        after = next((index for index in subjects if spans[index].start > at), None)
        if after is not None and spans[after].start - at <= _REACH:
            yield after, spans[after].start - at - 1


def _strung(before: Sequence[int], spans: Sequence[Span]) -> list[int]:
    """Return the last of these spans, with what lies inside it or overlaps it."""
    last = spans[before[-1]]
    return [index for index in before if spans[index].end > last.start]


def _is_subject(span: Span) -> bool:
    entry = span.entry
    return bool(entry.topic or entry.names or entry.ambiguous) and not entry.filler and not entry.ignored


def _is_said(span: Span) -> bool:
    entry = span.entry
    if entry.stop and not entry.kind:
        return False
    return bool(entry.topic or entry.wish or entry.names or entry.ambiguous)


def _denied(marked: Places, parts: Sequence[Piece], spans: Sequence[Span], lexicon: Lexicon) -> Iterable[int]:
    """Yield the indexes of the spans that a word such as "말고" or "except" takes out."""
    said = [index for index, span in enumerate(spans) if _is_said(span)]
    for at in marked.after_it:
        yield from _before(at, parts, spans, said, lexicon)
    for at in marked.before_it:
        after = next((index for index in said if spans[index].start > at), None)
        if after is not None and spans[after].start - at <= _REACH:
            yield after


def _before(at: int, parts: Sequence[Piece], spans: Sequence[Span], said: Sequence[int], lexicon: Lexicon) -> list[int]:
    """Return the nearest thing said before the marker, and what is strung to it without a word between.

    Two halves of one name ("딥러닝 수학") are not strung together.
    """
    near = [index for index in said if spans[index].end <= at]
    if not near or at - spans[near[-1]].end >= _REACH or _is_unknown(at - 1, parts, spans):
        return []
    taken = [near[-1]]
    for earlier in reversed(near[:-1]):
        first, second = spans[earlier], spans[taken[-1]]
        if (
            first.end < second.start
            or parts[second.start].apart
            or lookup(parts, first.start, second.end, lexicon) is not None
        ):
            break
        taken.append(earlier)
    return _of_one_sort(taken, spans)


def _is_unknown(at: int, parts: Sequence[Piece], spans: Sequence[Span]) -> bool:
    """Say whether nobody knows this name: then it is what is excluded ("R 말고"), not something before it."""
    return parts[at].text.isascii() and not any(span.start <= at < span.end for span in spans)


def _of_one_sort(taken: list[int], spans: Sequence[Span]) -> list[int]:
    """Keep a run of exclusions together only when they are of one sort ("RL NLP 말고", not "딥러닝 책 말고")."""
    if not spans[taken[0]].entry.topic:
        return taken[:1]
    return [index for index in taken if spans[index].entry.topic]
