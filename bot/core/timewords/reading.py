"""The door: what a text says about time, and the text around it.

The passes of the tables turn the text into pieces; `once` and `again` put them together. Whatever does not fit
together, or stands beside a time without being understood, is refused or asked about: never silently wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.schedule import zone_of
from bot.core.timewords import around, dates, ends, recurrences, structures, unread
from bot.core.timewords.again import again, is_daily_for_a_while
from bot.core.timewords.doubts import PIECES
from bot.core.timewords.grammar import Token, apply
from bot.core.timewords.heard import Habits, Heard, NotUnderstood, Why
from bot.core.timewords.once import once
from bot.core.timewords.pieces import Past, Pieces, Unsure
from bot.core.timewords.structures import Now
from bot.core.timewords.tokens import shorten, tokens

_PASSES = (
    structures.numbers,
    ends.parts,
    *structures.clocks,
    *structures.spans,
    structures.weekdays,
    *structures.days_of_months,
    *recurrences.recurrences,
    *dates.dates,
    *ends.moments,
)


def read(text: str, now: datetime, habits: Habits) -> Heard:
    """Return what `text` says about time to a person of `habits`, at the aware moment `now`.

    Never raises for any text. Raises `BadZone` for habits of a zone that does not exist.
    """
    short = shorten(text)
    raw = tokens(short)
    zones = [token for token in raw if token.kind == "ZONE"]
    zone = zones[0].value if zones else habits.zone
    here = Now(now.astimezone(zone_of(zone)).replace(tzinfo=None), habits)
    found: Sequence[Token] = [token for token in raw if token.kind != "ZONE"]
    try:
        found = apply(_PASSES, found, here)
        return _heard(Pieces(short, found, zones, now, here, zone))
    except Unsure:
        return NotUnderstood(Why.UNSURE, around.rest_of(short, ()))
    except (Past, OverflowError):
        return NotUnderstood(Why.PAST, around.rest_of(short, ()))


def _heard(pieces: Pieces) -> Heard:
    if not any(_is_time(token) for token in pieces.found):
        return NotUnderstood(Why.UNSURE if pieces.doubtful else Why.NO_TIME, pieces.rest(()))
    if pieces.doubtful or unread.speaks_of_time(pieces.text, pieces.found):
        raise Unsure
    recurs = pieces.all("EVERYP") or pieces.all("CLKEACH") or is_daily_for_a_while(pieces)
    return again(pieces) if recurs else once(pieces)


def _is_time(token: Token) -> bool:
    """Say whether a piece says when; "열 번" and "for 2 hours" alone say how often and how long."""
    return token.kind in PIECES and not (token.kind == "ENDP" and token.value.day is None)
