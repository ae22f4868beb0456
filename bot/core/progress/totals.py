"""What was studied, added up: by day, by week, and what was finished. Pure sums over what was written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.people import EntryState
from bot.core.progress.days import WEEK, days_between, week_of
from bot.core.study import StudyId

WEEKS_SHOWN = 26
_NONE = StudyId(0)


@dataclass(frozen=True, slots=True)
class Studied:
    """One line of the log. `minutes` is None where nobody said; `text` are the person's own words, perhaps none.

    `part` is "3강" or "lecture 4" as written. `end` says that it tells of a resource that came to its end (done,
    skimmed), not of a sitting. `id` is its number in storage, greater for what was written down later.
    """

    day: date
    minutes: int | None = None
    text: str = ""
    resource_id: str | None = None
    part: str | None = None
    end: EntryState | None = None
    id: StudyId = _NONE


@dataclass(frozen=True, slots=True)
class Total:
    """What came together on a day or in a week: `days` studied, `minutes` of those lines that tell them."""

    days: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Weeks:
    """The last weeks, the current one included.

    `by_day` holds only days that were studied; one without minutes is there with 0. `by_week` holds every Monday
    from `first` on, in order. `finished` are resource ids, the latest first, each once.
    """

    first: date
    today: date
    by_day: Mapping[date, int]
    by_week: Mapping[date, Total]
    finished: tuple[str, ...]

    @property
    def whole(self) -> Total:
        """Return the total of all these weeks."""
        return Total(len(self.by_day), sum(self.by_day.values()))

    @property
    def current(self) -> Total:
        """Return the total of the week of today."""
        return self.by_week[week_of(self.today)]


def first_of_weeks(today: date, weeks: int = WEEKS_SHOWN) -> date:
    """Return the Monday on which the last `weeks` weeks began, the current one included."""
    return week_of(today) - (weeks - 1) * WEEK


def add_up(log: Iterable[Studied], today: date, weeks: int = WEEKS_SHOWN) -> Weeks:
    """Return the last `weeks` weeks of `log`; what lies before them or after today is left out."""
    first = first_of_weeks(today, weeks)
    by_day: dict[date, int] = {}
    finished: dict[str, date] = {}
    for line in log:
        if not first <= line.day <= today:
            continue
        by_day[line.day] = by_day.get(line.day, 0) + (line.minutes or 0)
        if line.end is not None and line.resource_id is not None:
            finished[line.resource_id] = max(line.day, finished.get(line.resource_id, line.day))
    by_week = {
        monday: Total(sum(day in by_day for day in _week(monday)), sum(by_day.get(day, 0) for day in _week(monday)))
        for monday in (first + number * WEEK for number in range(weeks))
    }
    latest = sorted(finished, key=lambda each: (finished[each], each), reverse=True)
    return Weeks(first, today, dict(sorted(by_day.items())), by_week, tuple(latest))


def _week(monday: date) -> list[date]:
    return list(days_between(monday, monday + WEEK))[:7]
