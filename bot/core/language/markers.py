"""The words that say which part a thing plays in a text ("말고", "before", "is dead"), and where they stand in one.

Which words these are stands in `data/topics.toml`; what they mark is found in `roles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.language.words import Piece, squeeze
from bot.core.topics import Words

_MOST_WORDS = 3
_THAN = "보다"  # stands on the word before the marker: "굿펠로우보다 쉬운"


class Role(StrEnum):
    """The part a known word plays in a text."""

    ASKED = "asked"
    DENIED = "denied"
    AHEAD = "ahead"  # what comes before it is wanted
    TOO_HARD = "too-hard"  # something easier is wanted
    DONE = "done"  # what comes after it is wanted
    GONE = "gone"  # something in its place is wanted


ASIDE = (Role.AHEAD, Role.TOO_HARD, Role.DONE, Role.GONE)


@dataclass(slots=True)
class Places:
    """Where in a text the markers of one role begin: those whose thing comes after them, and before them."""

    before_it: list[int] = field(default_factory=list)
    after_it: list[int] = field(default_factory=list)


class Markers:
    """All markers by their squeezed words. English ones are whole words, Korean ones begin a word."""

    def __init__(self, words: Words) -> None:
        """Index the markers of every role but the plain one."""
        marks = {
            Role.DENIED: words.negation,
            Role.AHEAD: words.ahead,
            Role.TOO_HARD: words.too_hard,
            Role.DONE: words.done,
            Role.GONE: words.gone,
        }
        self._before: dict[str, list[Role]] = {}
        self._after: dict[str, list[Role]] = {}
        self._beginnings: dict[Role, tuple[str, ...]] = {}
        for role, each in marks.items():
            for word in map(squeeze, each.before):
                self._before.setdefault(word, []).append(role)
            after = {squeeze(word) for word in each.after}
            for word in filter(str.isascii, after):
                self._after.setdefault(word, []).append(role)
            self._beginnings[role] = tuple(sorted(word for word in after if not word.isascii()))
        self._all_beginnings = tuple(word for words in self._beginnings.values() for word in words)

    def find(self, parts: Sequence[Piece]) -> dict[Role, Places]:
        """Return where markers begin, by role."""
        found = {role: Places() for role in self._beginnings}
        texts = [piece.text for piece in parts]
        for at, piece in enumerate(parts):
            joined = [texts[at]]
            for more in texts[at + 1 : at + _MOST_WORDS]:
                joined.append(joined[-1] + more)
            for text in joined:
                for role in self._before.get(text, ()):
                    found[role].before_it.append(at)
            for role in self._standing_after(piece, joined, texts[at - 1] if at else ""):
                found[role].after_it.append(at)
        return found

    def _standing_after(self, piece: Piece, joined: Sequence[str], previous: str) -> list[Role]:
        if not piece.hangul:
            return [role for text in joined for role in self._after.get(text, ())]
        written = joined[min(1, len(joined) - 1)]
        than = _THAN + written if previous.endswith(_THAN) else written
        if not written.startswith(self._all_beginnings) and not than.startswith(self._all_beginnings):
            return []
        return [role for role, words in self._beginnings.items() if written.startswith(words) or than.startswith(words)]
