"""The pieces that the passes made of one text: which there are, what stands beside them, and what is left over.

A word of time that no pass could use makes the whole text doubtful where it touches a time. This is what keeps the
reading from being silently wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.core.timewords import around
from bot.core.timewords.grammar import Token
from bot.core.timewords.structures import Now


def _kinds(names: str) -> frozenset[str]:
    return frozenset(names.split())


PIECES = _kinds("DAYP CLK PART CLKEACH EVERYP SPANP BACK ENDP FROMP DUE SOONP ZONE")
GLUE = _kinds("P AT ON IN THE OF COMMA PUNCT DASH ABOUT ISH AND FOR A")
_WHICH = _kinds("NEXT PREV LAST THIS EVERY UPCOMING OTHER")
_LENGTHS = _kinds("WEEK MONTHU YEAR DAYU HOUR MIN")
# What makes a text doubtful wherever it stands, only right before a time, and only right after one.
_ALWAYS = _kinds("RANGE OFTEN WDS WDLIST WDPLS NTH NIGHTLY OCLOCK MDAY")
_BEFORE_TIME = _kinds(
    "BAD EVE NEXT PREV EVERY UPCOMING UNTIL BY BEFORE AFTER FROM STARTING ENDING WITHIN LAST OTHER ONCE HALF QUART THIS"
)
_AFTER_TIME = _kinds("BAD EVE EACH BEFORE LATER AFTER FROM UNTIL SKIP FOR WITHIN BEGIN PAST HALF MORE")
_SUNDAY = 6
# Small words and signs that belong to what stands behind them, or before them.
_OF_WHAT_FOLLOWS = _kinds("AT ON IN FOR A THE OF ( [ “ ‘")
_OF_WHAT_PRECEDES = _kinds("P A AND ) ] ” ’")
_TIMES = PIECES | _kinds(
    "SPAN WD WDCH MONTH MREF WREF DAY WEEKDAYS WEEKEND MEND LASTDAY FREQ RANGE MDAY NTH WDS HOLIDAY NOON TONIGHT"
)
TEXT = frozenset({"WORD", "COUNT"})


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

    def is_doubt(self, at: int, token: Token) -> bool:
        """Say whether a token that no pass could use makes the text doubtful."""
        before = self.found[at - 1].kind if at else ""
        after = self.found[at + 1].kind if at + 1 < len(self.found) else ""
        if token.kind in _ALWAYS or (token.kind == "NUM" and before == "AT"):
            return True
        if token.kind == "AND" and before in ("CLK", "DAYP") and after in ("NUM", "ORD"):
            return True  # "on the 3rd and 5th"
        if token.kind == "WDCH" and token.value != _SUNDAY and after in ("CLK", "PART"):
            return True  # "금 7시"; 일 is work as well
        if (token.kind in _WHICH and after in _LENGTHS) or _is_loose_length(token, before, after):
            return True
        if (
            token.kind in ("MD", "DEC")
            and before != "COUNT"
            and (after in _TIMES or before in _TIMES or after == "PUNCT")
        ):
            return True
        if token.kind == "BAD" and "P" in (before, after):
            before = self.found[at - 2].kind if at > 1 and before == "P" else before
        return (token.kind in _BEFORE_TIME and after in _TIMES) or (token.kind in _AFTER_TIME and before in _TIMES)

    def refuse_doubts(self) -> None:
        """Raise `Unsure` for any such token."""
        for at, token in enumerate(self.found):
            if self.is_doubt(at, token):
                raise Unsure

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


def _is_loose_length(token: Token, before: str, after: str) -> bool:
    """Say whether weeks or days stand right beside a date, as in "a week on friday" and "friday week"."""
    if token.kind in ("WEEK", "MONTHU", "YEAR"):
        return before == "DAYP"
    if token.kind != "SPAN":
        return False
    if after == "PART":
        return True  # "10 minutes before bed"
    of_days = token.value.whole_days
    return bool(of_days and (before == "DAYP" or after in ("DAYP", "ON")))
