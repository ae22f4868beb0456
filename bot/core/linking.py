"""Accounts of one person: whose preferences hold while they are connected, and what each has when they part.

What was said about anything else hangs on the account it was said from, so that connecting moves nothing; preferences
are the one thing a person has a single set of. It knows no storage and no platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.methods import Goal
from bot.core.people import Knows, Preferences
from bot.core.refs import Platform
from bot.core.reminders import Subject
from bot.core.schedule import Schedule, next_after
from bot.i18n import Locale

LINK_KEPT = timedelta(minutes=15)  # how long a code that connects accounts can be typed, and its question answered
FREE_TRIES = 4  # wrong codes in a row that cost nothing
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)

_FIELDS = tuple(each.name for each in fields(Preferences))
_KINDS = {"locale": Locale, "goal": Goal, "python": Knows, "maths": Knows, "delivery": Platform}


@dataclass(frozen=True, slots=True)
class Word:
    """What an account chose for one field, None when it took its choice back.

    `rank` is 0, or less for what gave way to the other side when accounts were connected.
    """

    value: Any
    at: datetime
    rank: int = 0


Words = Mapping[str, Word]
"""What one account chose, by the name of the field of `Preferences`."""


def words_of(chosen: Preferences, at: datetime) -> Words:
    """Return the words of somebody who has one account: what they chose, and nothing of what they never did."""
    values = {name: getattr(chosen, name) for name in _FIELDS}
    return {name: Word(value, at) for name, value in values.items() if value is not None}


def said(words: Words, changes: Mapping[str, Any], at: datetime) -> Words:
    """Return the words of an account after it chose `changes`."""
    return {**words, **{name: Word(value, at) for name, value in changes.items()}}


def chosen_of(accounts: Iterable[Words]) -> Preferences:
    """Return what holds for the person of these accounts: of each field the highest rank, of equals the latest."""
    latest: dict[str, Word] = {}
    for words in accounts:
        for name, word in words.items():
            if name in _FIELDS and (name not in latest or _standing(word) >= _standing(latest[name])):
                latest[name] = word
    return Preferences(**{name: word.value for name, word in latest.items()})


def connected(host: Sequence[Words], guest: Sequence[Words]) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Return the words of both sides once they are connected: the host's choices stand, the guest's fill its blanks.

    Nothing is lost: within a side everything keeps its order, so that each has its own again when they part.
    """
    ours = chosen_of(host)
    hosts, guests = tuple(host), tuple(guest)
    for name in _FIELDS:
        if getattr(ours, name) is None:
            hosts = _below(hosts, name, guests)
        else:
            guests = _below(guests, name, hosts)
    return hosts, guests


def put(words: Words) -> dict[str, list[Any]]:
    """Return words as plain JSON."""
    return {name: [word.value, word.at.isoformat(), word.rank] for name, word in words.items()}


def read(kept: Mapping[str, Sequence[Any]]) -> Words:
    """Return what `put` gave; a field that is not known any more is left out."""
    return {
        name: Word(_meant(name, value), datetime.fromisoformat(at), rank)
        for name, (value, at, rank) in kept.items()
        if name in _FIELDS
    }


def same_reminder(one: Schedule, other: Schedule, now: datetime) -> bool:
    """Say whether two reminders say the same at the same times from `now` on, so that one message is enough."""
    return _message(one) == _message(other) and _times(one, now) == _times(other, now)


def wait_after(wrong: int) -> timedelta:
    """Return how long no code is taken after so many wrong ones in a row: each time twice as long, at most an hour."""
    if wrong < FREE_TRIES:
        return timedelta()
    doublings = min(wrong - FREE_TRIES, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _standing(word: Word) -> tuple[int, datetime]:
    return word.rank, word.at


def _below(accounts: Sequence[Words], name: str, above: Sequence[Words]) -> tuple[Words, ...]:
    """Return `accounts` with their words of one field under every word that `above` has of it."""
    lowest = min((words[name].rank for words in above if name in words), default=None)
    if lowest is None:
        return tuple(accounts)
    top = max((words[name].rank for words in accounts if name in words), default=0)
    down = top - lowest + 1
    return tuple(
        {**words, name: replace(words[name], rank=words[name].rank - down)} if name in words and down > 0 else words
        for words in accounts
    )


def _meant(name: str, value: Any) -> Any:
    return _KINDS[name](value) if value is not None and name in _KINDS else value


def _message(schedule: Schedule) -> tuple[str, Subject]:
    return schedule.kind, replace(Subject.of(schedule.payload), since=None)


def _times(schedule: Schedule, now: datetime) -> tuple[Any, ...]:
    rule = schedule.rule
    if rule is None:
        return (schedule.next_due_at,)
    return rule.rrule, rule.zone, rule.start.time(), rule.until, schedule.left, next_after(rule, now)
