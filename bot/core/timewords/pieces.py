"""The pieces that the passes made of one text: which there are, what stands beside them, and what is left over.

It keeps which of them were taken for the time, so that the rest of the text can be given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.core.timewords import around, doubts
from bot.core.timewords.doubts import GLUE, TEXT, kinds
from bot.core.timewords.grammar import Token
from bot.core.timewords.structures import Now

# Small words and signs that belong to what stands behind them, or before them.
_OF_WHAT_FOLLOWS = kinds("AT ON IN FOR A THE OF ( [ “ ‘ \" '")
_OF_WHAT_PRECEDES = kinds("P ONLY A AND ) ] ” ’ \" '")


class Unsure(Exception):
    """The pieces do not fit together, or not surely."""


class Past(Exception):
    """What was said is over."""


class Pieces:
    """The pieces of one text and the person's present, shared by who puts them together."""

    def __init__(
        self, text: str, found: Sequence[Token], zones: Sequence[Token], now: datetime, here: Now, zone: str
    ) -> None:
        """Hold what was `found` in `text`; `here` is `now` (aware) on the clock of `zone`, which the text may name."""
        self.text, self.found, self.now, self.here, self.zone = text, found, now, here, zone
        self.habits = here.habits
        self.taken: list[Token] = list(zones)
        self._zones = zones

    def all(self, kind: str) -> list[Token]:
        """Return the pieces of a kind, in order."""
        return [token for token in self.found if token.kind == kind]

    def one(self, kind: str) -> Any:
        """Return the value of the one piece of a kind, None when there is none, and take it out of the text."""
        pieces = self.all(kind)
        if len(pieces) > 1:
            raise Unsure
        self.taken += pieces
        return pieces[0].value if pieces else None

    def after(self, token: Token) -> str:
        """Return the kind of what follows a token, "" at the end of the text."""
        at = self.found.index(token) + 1
        return self.found[at].kind if at < len(self.found) else ""

    def has_text_between(self, kind: str, other: str) -> bool:
        """Say whether words that are no time stand between pieces of two kinds."""
        places = [at for at, token in enumerate(self.found) if token.kind in (kind, other)]
        return any(token.kind in TEXT for token in self.found[places[0] : places[-1]])

    @property
    def doubtful(self) -> bool:
        """Say whether a token that no pass could use makes the whole text doubtful."""
        return doubts.any_in(self.found)

    def rest(self, taken: Iterable[Token]) -> str:
        """Return the text without pieces and the small words that belong to them."""
        spans = {(token.start, token.end) for token in taken}
        return around.rest_of(self.text, spans | set(self._glue(spans)))

    def _glue(self, spans: set[tuple[int, int]]) -> Iterable[tuple[int, int]]:
        tokens = sorted((*self.found, *self._zones), key=lambda token: token.start)
        held = [(token.start, token.end) in spans for token in tokens]
        for step, others in ((1, _OF_WHAT_FOLLOWS), (-1, _OF_WHAT_PRECEDES)):
            order = range(len(tokens))[::step]
            for at in order:
                token, beside = tokens[at], at - step
                if held[at] or not 0 <= beside < len(tokens) or not held[beside]:
                    continue
                if token.kind in GLUE and token.kind not in others and token.value not in others:
                    held[at] = True
                    yield token.start, token.end
