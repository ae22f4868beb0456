"""The words that say which part a thing plays in a text ("말고", "before", "is dead"), ready to be looked for.

Which words these are stands in `data/topics.toml`; where they stand in a text is found in `roles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.topics import Marks, Words
from bot.core.words import Piece, squeeze

_MOST_WORDS = 3


class Role(StrEnum):
    """The part a known word plays in a text."""

    ASKED = "asked"
    DENIED = "denied"
    AHEAD = "ahead"  # what comes before it is wanted
    TOO_HARD = "too-hard"  # something easier is wanted
    DONE = "done"  # what comes after it is wanted
    GONE = "gone"  # something in its place is wanted


ASIDE = (Role.AHEAD, Role.TOO_HARD, Role.DONE, Role.GONE)


@dataclass(frozen=True, slots=True)
class Markers:
    """Squeezed words of one role: those before a thing, those after it, and Korean beginnings after it."""

    before: frozenset[str]
    after: frozenset[str]
    beginnings: tuple[str, ...]

    def stand_before(self, parts: Sequence[Piece], at: int) -> bool:
        """Say whether a marker of one to three words stands here whose thing comes after it ("lighter than")."""
        return any(_joined(parts, at, count) in self.before for count in range(1, _MOST_WORDS + 1))

    def stand_after(self, parts: Sequence[Piece], at: int) -> bool:
        """Say whether a marker begins here whose thing comes before it ("말고", "is dead")."""
        if parts[at].hangul:
            return bool(self.beginnings) and _joined(parts, at, 2).startswith(self.beginnings)
        return any(_joined(parts, at, count) in self.after for count in range(1, _MOST_WORDS + 1))


def _joined(parts: Sequence[Piece], at: int, count: int) -> str:
    return "".join(piece.text for piece in parts[at : at + count])


def markers_of(words: Words) -> dict[Role, Markers]:
    """Return the markers of every role but the plain one."""
    marks = {
        Role.DENIED: words.negation,
        Role.AHEAD: words.ahead,
        Role.TOO_HARD: words.too_hard,
        Role.DONE: words.done,
        Role.GONE: words.gone,
    }
    return {role: _markers(each) for role, each in marks.items()}


def _markers(marks: Marks) -> Markers:
    after = [squeeze(word) for word in marks.after]
    return Markers(
        before=frozenset(map(squeeze, marks.before)),
        after=frozenset(word for word in after if word.isascii()),
        beginnings=tuple(sorted({word for word in after if not word.isascii()})),
    )
