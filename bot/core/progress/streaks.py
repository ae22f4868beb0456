"""Streaks that forgive: opt-in, by the day or by the week, with two rests, and nothing ever said of what was missed.

A rest is a day (or a week) without study that the streak goes over: two of them in any thirty days, or in any twelve
weeks. Days away and public holidays ask for nothing and use no rest; studying on them counts all the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.progress.days import ONE_DAY, WEEK, Free, days_between, week_of

RESTS = 2
_RESTS_IN_DAYS = timedelta(days=30)
_RESTS_IN_WEEKS = timedelta(weeks=12)
DAILY = "daily"
_WEEKLY = "weekly:"
WEEKLY_DAYS = (2, 3, 4, 5)
"""The days a week that are offered to choose from."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What somebody wants to keep up: every day, or so many `days` a week (1 to 7); None means every day."""

    days: int | None = None

    @property
    def stored(self) -> str:
        """Return the aim as it is kept."""
        return DAILY if self.days is None else f"{_WEEKLY}{self.days}"


def aim_of(stored: str | None) -> Aim | None:
    """Return the aim that was kept as `stored`; None for none, or for one that this version does not know."""
    if stored == DAILY:
        return Aim()
    days = (stored or "").removeprefix(_WEEKLY)
    return Aim(int(days)) if stored and stored.startswith(_WEEKLY) and days in set("1234567") else None


@dataclass(frozen=True, slots=True)
class Streak:
    """How it stands. `length` counts studied days, or kept weeks; the current week counts as soon as it is kept.

    `rests` are those still at hand. `this_week` is how many days of the current week were studied.
    """

    aim: Aim
    length: int
    rests: int
    this_week: int


def streak(aim: Aim, studied: Collection[date], free: Free, today: date) -> Streak:
    """Return how the streak of `aim` stands on `today`, which is open: it may count, it is never missed."""
    days = sorted(day for day in set(studied) if day <= today)
    this_week = sum(week_of(day) == week_of(today) for day in days)
    if not days:
        return Streak(aim, 0, RESTS, 0)
    length, rests = _daily(days, free, today) if aim.days is None else _weekly(days, aim.days, free, today)
    return Streak(aim, length, rests, this_week)


class _Run:
    """A streak on its way through time."""

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self._rests: list[date] = []
        self.length = 0

    def kept(self) -> None:
        self.length += 1

    def missed(self, at: date) -> None:
        """Go over it as a rest while there is one; otherwise begin anew."""
        if not self.length:
            return
        self._rests.append(at)
        if self.rests_left(at) < 0:
            self.length, self._rests = 0, []

    def rests_left(self, at: date) -> int:
        return RESTS - sum(at - rest < self._window for rest in self._rests)


def _daily(days: list[date], free: Free, today: date) -> tuple[int, int]:
    run, studied = _Run(_RESTS_IN_DAYS), set(days)
    for day in days_between(days[0], today):
        if day in studied:
            run.kept()
        elif day != today and day not in free:
            run.missed(day)
    return run.length, run.rests_left(today)


def _weekly(days: list[date], wanted: int, free: Free, today: date) -> tuple[int, int]:
    run, counts = _Run(_RESTS_IN_WEEKS), dict.fromkeys(map(week_of, days), 0)
    for day in days:
        counts[week_of(day)] += 1
    monday = week_of(days[0])
    while monday <= today:
        week = list(days_between(monday, monday + WEEK - ONE_DAY))
        if counts.get(monday, 0) >= wanted:
            run.kept()
        elif monday != week_of(today) and not any(map(free.away, week)):
            run.missed(monday)
        monday += WEEK
    return run.length, run.rests_left(today)
