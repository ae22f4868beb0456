"""One letter on its way: what it becomes when it is written now, and in which of a few ways a try to send it ends.

Decisions only: it reads a letter, a moment and an error, and neither sends nor stores.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.chat.stores import FORBIDDEN, InDoubt, Receipt, Refused, Undeliverable, Unsent
from bot.core.errors import Unavailable
from bot.core.outbox import Letter, LetterState
from bot.core.refs import Platform
from bot.core.schedule import KINDS, Doubt, Kind

TRIES = 5  # failures of a letter's own, after which it is dead
LATE_FROM = timedelta(minutes=5)
HELD_FOR = timedelta(minutes=30)
FORBIDDEN_FOR = timedelta(hours=6)  # then each letter tries again: no bot is told when members may write again
_FIRST_BACKOFF, _BACKOFF_FACTOR, _LONGEST_BACKOFF = 5.0, 4.0, 600.0  # seconds
_REASON_CHARACTERS = 300
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 300.0  # seconds, for what is surely not sent
_FIRST_DOUBT, _DOUBT_FACTOR = 60.0, 3.0  # seconds: each resend after doubt may be one more message to somebody


@dataclass(frozen=True, slots=True)
class Manner:
    """How a platform is written to.

    `guards`: the platform itself takes a second send under the same key for the first, so what is in doubt is simply
    sent again. `whispers`: it can answer one person alone where others read.
    """

    platform: Platform
    guards: bool
    whispers: bool = True
    in_flight: int = 96  # twice the widest window: whoever waits for a turn to send is in flight too
    linger: float = 0.0  # seconds in which ends are gathered to be written together, while much is under way


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived."""

    letter: Letter
    receipt: Receipt
    at: datetime


@dataclass(frozen=True, slots=True)
class Later:
    """It is tried again. `counts`: it failed by itself; `doubted`: it may have arrived; `held`: people are asked."""

    letter: Letter
    wait: timedelta
    reason: str
    counts: bool = False
    doubted: bool = False
    held: bool = False
    asked: bool = False  # the platform said how long
    rests: bool = False  # its address is to be left alone meanwhile
    everywhere: bool = False  # so is the whole platform


@dataclass(frozen=True, slots=True)
class Over:
    """It will not be sent. `lost`: its address cannot be reached at all."""

    letter: Letter
    state: LetterState
    reason: str
    lost: bool = False


End = Sent | Later | Over


def said_with(letter: Letter, now: datetime, manner: Manner) -> Mapping[str, Any]:
    """Return what the letter's post is called with: its payload, and for what fell due how late it is by now."""
    kind = kind_of(letter)
    if kind is None or letter.post != kind.post or letter.due_at is None:
        return letter.payload
    late = now - letter.due_at
    return {
        "schedule": letter.schedule_id,
        "due": letter.due_at,
        "late": late if late >= LATE_FROM else None,
        "was_down": letter.was_down,
        "again": letter.doubted_since is not None and not manner.guards,
        "payload": dict(letter.payload),
    }


def too_late(letter: Letter, now: datetime) -> bool:
    """Say whether its kind would rather not be sent at all by now."""
    kind = kind_of(letter)
    return kind is not None and now - (letter.due_at or letter.created_at) > kind.lateness


def withheld(letter: Letter, now: datetime) -> str | None:
    """Return why a letter just taken up is not even tried, None when it is."""
    since = letter.blocked_since
    if letter.blocked == FORBIDDEN and since is not None and now - since >= FORBIDDEN_FOR:
        return None
    return letter.blocked


def kind_of(letter: Letter) -> Kind | None:
    """Return the letter's kind; None for one that only a later version of the program knows."""
    return KINDS.get(letter.kind)


def ending(letter: Letter, error: BaseException, manner: Manner) -> End:
    """Return how a try ends that raised `error`."""
    match error:
        case Undeliverable():
            return Over(letter, LetterState.UNDELIVERED, error.reason, lost=True)
        case Unsent():
            return _unsent(letter, error)
        case InDoubt():
            return in_doubt(letter, str(error) or "no answer came back", manner)
        case Refused():
            return Over(letter, LetterState.DEAD, f"refused: {error}")
        case Unavailable():
            return Later(letter, _patience(letter), f"storage: {error}")  # its post could not read what it tells
        case _:
            return _failed(letter, f"{type(error).__name__}: {error}")


def _unsent(letter: Letter, error: Unsent) -> End:
    if error.counts:
        return _failed(letter, error.reason)
    wait = error.wait if error.wait is not None else _patience(letter)
    asked, whole = error.wait is not None, error.everywhere
    return Later(letter, wait, error.reason, asked=asked, rests=asked and not whole, everywhere=whole)


def recalled(letter: Letter, manner: Manner) -> End | None:
    """Return what becomes of a letter whose last try was cut off with its process; None: it is sent again now."""
    doubt = _doubt_of(letter)
    if manner.guards or doubt is Doubt.RESEND:
        return None
    return in_doubt(letter, "the program ended while it was under way", manner)


def in_doubt(letter: Letter, reason: str, manner: Manner) -> End:
    """Return what becomes of a letter that may have arrived: the written policy (docs/adr/0015-telegram-doubt.md)."""
    if manner.guards:
        return Later(letter, _patience(letter), reason, doubted=True)
    doubt = _doubt_of(letter)
    if doubt is Doubt.NEVER:
        return Over(letter, LetterState.DEAD, f"in doubt: {reason}")
    if doubt is Doubt.HOLD and letter.doubted_since is None:
        return Later(letter, HELD_FOR, reason, doubted=True, held=True)
    if letter.failures + 1 >= TRIES:
        return Over(letter, LetterState.DEAD, f"in doubt: {reason}")
    seconds = _FIRST_DOUBT * _DOUBT_FACTOR**letter.failures
    return Later(letter, _jittered(seconds), reason, doubted=True, counts=True)


def _doubt_of(letter: Letter) -> Doubt:
    kind = kind_of(letter)
    return Doubt.RESEND if kind is None else kind.doubt


def _failed(letter: Letter, reason: str) -> End:
    reason = reason[:_REASON_CHARACTERS]
    if letter.failures + 1 >= TRIES:
        return Over(letter, LetterState.DEAD, reason)
    seconds = min(_FIRST_BACKOFF * _BACKOFF_FACTOR**letter.failures, _LONGEST_BACKOFF)
    return Later(letter, _jittered(seconds), reason, counts=True)


def _patience(letter: Letter) -> timedelta:
    return _jittered(min(_FIRST_WAIT * 2 ** min(max(letter.attempt - 1, 0), 10), _LONGEST_WAIT))


def _jittered(seconds: float) -> timedelta:
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 - nobody guesses it
