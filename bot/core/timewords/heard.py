"""What a text was understood to say about time: a moment, a rule, one of two, or nothing sure.

Pure values, shared by who reads (`reading`), who says it back (`saying`) and who measures (`measuring`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.schedule import Rule


@dataclass(frozen=True, slots=True)
class Habits:
    """The times of a person's day, "HH:MM", in the zone they live in; `night` is from and to which hour they sleep.

    They stand for words without an hour ("in the morning", "자기 전"), and say when a bare hour needs a question.
    """

    zone: str
    morning: str = "07:00"
    evening: str = "20:00"
    bedtime: str = "23:00"
    night: tuple[int, int] = (23, 6)


class Grain(StrEnum):
    """How exactly a time was said."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    PART = "part"  # of the day; the hour is the person's habit
    DAY = "day"  # the hour is the person's morning


@dataclass(frozen=True, slots=True)
class Once:
    """A moment (aware, in the person's zone, always ahead) and the text around its words.

    `relative`: it was said as so much time from now, so it stays that moment when the person's zone changes.
    """

    at: datetime
    grain: Grain
    rest: str
    relative: bool = False

    @property
    def all_day(self) -> bool:
        """Say whether no hour was said."""
        return self.grain is Grain.DAY


@dataclass(frozen=True, slots=True)
class Recurring:
    """A rule, how often it falls due (None: without end, or until `rule.until`), and the text around its words.

    `first` is the rule's first occurrence, aware and in the rule's zone.
    """

    rule: Rule
    count: int | None
    first: datetime
    grain: Grain
    rest: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Two readings, both sensible; the earlier or likelier one comes first. The person is asked."""

    choices: tuple[Once | Recurring, Once | Recurring]
    rest: str


class Why(StrEnum):
    """Why nothing was understood."""

    NO_TIME = "no_time"  # there is none in the text
    PAST = "past"  # what was said lies behind
    UNSURE = "unsure"  # there is one, but it is vague, contradicts itself, or uses words we cannot read


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """No time that is sure enough to act on. `rest` is the whole text without the words that ask for a reminder."""

    why: Why
    rest: str


Heard = Once | Recurring | Ambiguous | NotUnderstood
