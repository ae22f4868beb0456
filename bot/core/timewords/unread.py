"""What was left unread of a text and speaks of time all the same: days only a person knows, exceptions, odd endings.

`doubts` judges the pieces, this judges the words between them: tables of patterns over the text in which every piece
that was understood is one sign. A match refuses the text, so each line says beside what it counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from bot.core.timewords import doubts, tables_en, tables_ko
from bot.core.timewords.grammar import Token

_RULES, _DAYS = doubts.kinds("EVERYP CLKEACH"), doubts.kinds("DAYP FROMP SPANP")
READ = "\ue000"  # private use: stands for a piece that was understood

# Beside what an unread word counts. None of these: beside any time.
_BESIDE: dict[str, Callable[[set[str]], bool]] = {
    "rule": lambda kinds: bool(kinds & _RULES),
    "each hour": lambda kinds: "HOURLY" in kinds,
    "moment": lambda kinds: not kinds & _RULES,
    "no day": lambda kinds: not kinds & _DAYS,
    "no day, no rule": lambda kinds: not kinds & (_DAYS | _RULES),
    "no clock": lambda kinds: not kinds & {"CLK", "SPANP"},
    "any time": lambda kinds: True,
}
_TABLE = tuple(
    (re.compile(pattern.replace("READ", READ)), _BESIDE[beside])
    for pattern, beside in (*tables_ko.UNREAD, *tables_en.UNREAD)
)


def speaks_of_time(text: str, found: Iterable[Token]) -> bool:
    """Say whether words of `text` that no piece of `found` took speak of time beside what was understood."""
    pieces = [token for token in found if token.kind in doubts.PIECES or token.kind == "EXCEPTP"]
    left = _left(text.lower(), pieces)
    kinds = {token.kind for token in pieces} | {token.value.freq for token in pieces if token.kind == "EVERYP"}
    return any(beside(kinds) and pattern.search(left) for pattern, beside in _TABLE)


def _left(text: str, pieces: Sequence[Token]) -> str:
    parts: list[str] = []
    done = 0
    for piece in pieces:
        parts += (text[done : piece.start], READ)
        done = piece.end
    return "".join((*parts, text[done:]))
