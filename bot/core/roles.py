"""What part each known word of a text plays: asked for, excluded, or only named on the way to something else.

"RL 말고 NLP" excludes RL; "before ESL", "PRML 덮었는데", "finished CS231n" name a thing that is not wanted itself.
What follows for topics and rows is decided in `hearing` and `search`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.core.markers import ASIDE, Markers, Role
from bot.core.spans import Span
from bot.core.words import Piece

_REACH = 3  # pieces between a marker and what it marks


def roles(parts: Sequence[Piece], spans: Sequence[Span], markers: Mapping[Role, Markers]) -> list[Role]:
    """Return the role of each span, in order; the nearest marker decides, and an exclusion before all others."""
    found = dict.fromkeys(range(len(spans)), Role.ASKED)
    nearest = dict.fromkeys(range(len(spans)), _REACH + 1)
    subjects = [at for at, span in enumerate(spans) if _is_subject(span)]
    for role in ASIDE:
        for at in range(len(parts)):
            for index, distance in _marked(at, parts, spans, subjects, markers[role]):
                if distance < nearest[index]:
                    found[index], nearest[index] = role, distance
    for index in _denied(parts, spans, markers[Role.DENIED]):
        found[index] = Role.DENIED
    return [found[index] for index in range(len(spans))]


def is_marker(parts: Sequence[Piece], at: int, markers: Mapping[Role, Markers]) -> bool:
    """Say whether a piece only says which part another plays."""
    return any(each.stand_after(parts, at) or each.stand_before(parts, at) for each in markers.values())


def _marked(
    at: int, parts: Sequence[Piece], spans: Sequence[Span], subjects: Sequence[int], markers: Markers
) -> Iterable[tuple[int, int]]:
    """Yield the index of each subject that a marker at `at` marks, with the pieces between them."""
    if markers.stand_after(parts, at):
        before = [index for index in subjects if spans[index].end <= at]
        if before and at - spans[before[-1]].end < _REACH:
            yield from ((index, at - spans[before[-1]].end) for index in _strung(before, spans))
    if markers.stand_before(parts, at):
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


def _denied(parts: Sequence[Piece], spans: Sequence[Span], markers: Markers) -> Iterable[int]:
    """Yield the indexes of the spans that a word such as "말고" or "except" takes out."""
    said = [index for index, span in enumerate(spans) if _is_said(span)]
    for at in range(len(parts)):
        if markers.stand_after(parts, at):
            yield from _before(at, spans, said)
        if markers.stand_before(parts, at):
            after = next((index for index in said if spans[index].start > at), None)
            if after is not None and spans[after].start - at <= _REACH:
                yield after


def _before(at: int, spans: Sequence[Span], said: Sequence[int]) -> list[int]:
    """Return the nearest thing said before the marker, and what is strung to it without a word between."""
    near = [index for index in said if spans[index].end <= at]
    if not near or at - spans[near[-1]].end >= _REACH:
        return []
    taken = [near[-1]]
    for earlier in reversed(near[:-1]):
        if spans[earlier].end < spans[taken[-1]].start:
            break
        taken.append(earlier)
    return _of_one_sort(taken, spans)


def _of_one_sort(taken: list[int], spans: Sequence[Span]) -> list[int]:
    """Keep a run of exclusions together only when they are of one sort ("RL NLP 말고", not "딥러닝 책 말고")."""
    if not spans[taken[0]].entry.topic:
        return taken[:1]
    return [index for index in taken if spans[index].entry.topic]
