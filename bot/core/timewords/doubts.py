"""What makes a text doubtful: words of time that no pass could use, where they touch a time.

This is what keeps the reading from being silently wrong: a text of which a part about time was not understood is not
understood at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.core.timewords.grammar import Token


def kinds(names: str) -> frozenset[str]:
    """Return the kinds of token that are named in a text."""
    return frozenset(names.split())


PIECES = kinds("DAYS DAYP CLK PART CLKEACH EVERYP SPANP BACK ENDP FROMP DUE SOONP ZONE")
"""What the passes make of words that say when."""
GLUE = kinds("P ONLY JUST AT ON IN THE OF COMMA PUNCT DASH ABOUT ISH AND FOR A")
TEXT = kinds("WORD COUNT")
_TIMES = PIECES | kinds(
    "SPAN WD WDCH MONTH MREF WREF DAY WEEKDAYS WEEKEND MEND LASTDAY FREQ RANGE MDAY NTH WDS HOLIDAY NOON TONIGHT"
)
# Doubtful wherever they stand, right before a time, right after one, and before a length ("next week").
_ALWAYS = kinds("RANGE OFTEN NO_CLOCK WDS WDLIST WDPLS NTH NIGHTLY OCLOCK MDAY MON DATE DATE3")
_BEFORE_TIME = kinds(
    "BAD NEXT PREV EVERY UPCOMING UNTIL BY BEFORE AFTER FROM STARTING ENDING WITHIN LAST OTHER ONCE HALF QUART THIS "
    "PAST NEXTDAY EXCEPT EXCEPTED EARLY LATE"
)
_AFTER_TIME = kinds(
    "BAD NEXTDAY EACH BEFORE LATER AFTER FROM UNTIL SKIP WITHIN BEGIN PAST HALF MORE EXCEPT EXCEPTED EARLY LATE"
)
_BEFORE_LENGTH = kinds("NEXT PREV LAST THIS EVERY UPCOMING OTHER")
_LENGTHS = kinds("WEEK MONTHU YEAR DAYU HOUR MIN")
_SUNDAY = 6


class _Beside(NamedTuple):
    """A token and the kinds of what stands around it, "" where nothing does."""

    token: Token
    earlier: str
    before: str
    after: str
    later: str


def any_in(tokens: Sequence[Token]) -> bool:
    """Say whether tokens that no pass could use make a text doubtful."""
    around = ("", "", *(token.kind for token in tokens), "", "")
    return any(
        doubt(_Beside(token, around[at], around[at + 1], around[at + 3], around[at + 4]))
        for at, token in enumerate(tokens)
        for doubt in _DOUBTS
    )


def _touches_time(it: _Beside) -> bool:
    kind, before = it.token.kind, it.before
    if kind in ("BAD", "EXCEPTED") and before in ("P", "SOFT", "ABOUT"):  # "금요일은 빼고", "3시 조금 넘어서"
        before = it.earlier
    return (kind in _BEFORE_TIME and it.after in _TIMES) or (kind in _AFTER_TIME and before in _TIMES)


def _is_loose_length(it: _Beside) -> bool:
    """Say whether weeks or days stand right beside a date, as in "a week on friday" and "friday week"."""
    if it.token.kind in ("WEEK", "MONTHU", "YEAR"):
        return it.before == "DAYP" or it.after == "DUE"  # "the week before christmas"
    if it.token.kind != "SPAN":
        return False
    beside_date = it.before == "DAYP" or it.after in ("DAYP", "ON")
    alone_behind = it.before in ("CLK", "EVERYP") and not it.after  # "매일 9시 한 달"
    alone_before = not it.before and it.after == "CLK"  # "two weeks at 9"
    in_days = it.token.value.whole_days and (beside_date or alone_behind or alone_before)
    return it.after == "PART" or bool(in_days)  # "10 minutes before bed"


def _leads_text(it: _Beside) -> bool:
    """Say whether "for" is followed by what a time is for, as in "at 9 for the exam"."""
    return it.after in TEXT or (it.after in ("THE", "A") and it.later in TEXT)


def _beside_time(it: _Beside) -> bool:
    return it.before in _TIMES or it.after in _TIMES


_IN_A_PART = {("AT", "PART"), ("IN", "PART"), ("IN", "THE")}
# Numbers that may be a time themselves: "tomorrow at 25", "on the 3rd and 5th", "12.5 9시", "금 7시" (일 is work too).
_NUMBERS: dict[str, Callable[[_Beside], bool]] = {
    "NUM": lambda it: (
        it.before == "AT"
        or (it.before == "AND" and it.after in _TIMES)
        or (it.before in ("CLK", "SPANP") and it.after == "")
        or (it.before in ("DAYP", "EVERYP") and it.after == "NUM")  # "tomorrow 9 30"
        or (it.before in ("BEFORE", "UNTIL", "AFTER") and (it.after in _TIMES or it.earlier in _TIMES))
        or (it.before != "COUNT" and (it.after, it.later) in _IN_A_PART)  # "3 in the evening"
    ),
    "AND": lambda it: it.before in ("CLK", "DAYP") and it.after in ("NUM", "ORD"),
    "COMMA": lambda it: it.before == "CLK" and it.after == "NUM" and it.later in ("", "AND", "COMMA"),
    "BAD": lambda it: it.after == "NUM",
    "EXCEPTED": lambda it: it.after == "NUM",
    "MD": lambda it: it.before != "COUNT" and (_beside_time(it) or it.after == "PUNCT"),
    "DEC": lambda it: it.before != "COUNT" and (_beside_time(it) or it.after == "PUNCT"),
    "DASHED": lambda it: it.before == "AT" or (it.before != "COUNT" and _beside_time(it)),
    "WDCH": lambda it: it.token.value != _SUNDAY and it.after in ("CLK", "PART"),
    "QUART": lambda it: it.before in ("A", "NUM") and it.earlier == "AND",
}


_DOUBTS: tuple[Callable[[_Beside], bool], ...] = (
    lambda it: it.token.kind in _ALWAYS,
    lambda it: it.token.kind in _BEFORE_LENGTH and it.after in _LENGTHS,
    lambda it: it.token.kind == "EVERY" and it.after in TEXT and it.later in _LENGTHS,  # "every blessed day"
    lambda it: it.token.kind == "EVERY" and it.after == "ORD",  # "every second"
    _touches_time,
    lambda it: it.token.kind == "FOR" and it.before in _TIMES and not _leads_text(it),
    _is_loose_length,
    lambda it: it.token.kind in _NUMBERS and _NUMBERS[it.token.kind](it),
)
