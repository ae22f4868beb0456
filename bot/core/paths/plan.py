"""In how many weeks a path is walked: what a resource asks for as far as anybody knows, laid over the weeks from today.

Pure: today comes as a date. What nobody knows stays unknown; nothing is guessed but what is said beside it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.core.catalogue import Resource
from bot.core.paths import Enough, Step
from bot.core.paths.standing import Passing, Standing, Stood

DAYS_OF_WEEK = 7


class Measure(StrEnum):
    """What an estimate of effort stands on."""

    HOURS = "hours"  # the row tells its hours
    LECTURES = "lectures"  # counted lectures, at `HOURS_EACH`
    CHAPTERS = "chapters"  # counted chapters, at `HOURS_EACH`
    WEEKS = "weeks"  # the weeks of its own timetable


# What is said beside the estimate, so that everybody can correct it for themselves: watching and redoing a lecture,
# reading a chapter with its exercises.
HOURS_EACH = {Measure.LECTURES: 2.0, Measure.CHAPTERS: 3.0}
_COUNTED = re.compile(r"(?:about )?(\d+) (lecture|lesson|chapter|week)s?\b")
_MEASURES = {
    "lecture": Measure.LECTURES,
    "lesson": Measure.LECTURES,
    "chapter": Measure.CHAPTERS,
    "week": Measure.WEEKS,
}


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a resource asks for: `count` of what `measure` says; `hours` where weeks do not stand by themselves."""

    measure: Measure
    count: float
    hours: float | None

    def weeks(self, hours_a_week: int) -> int:
        """Return the whole weeks it takes at `hours_a_week`."""
        if self.hours is None:
            return max(1, math.ceil(self.count))
        return max(1, math.ceil(self.hours / max(1, hours_a_week)))


def effort(resource: Resource) -> Effort | None:
    """Return what a resource asks for as far as its hours or units tell, None when they do not."""
    if resource.hours is not None:
        return Effort(Measure.HOURS, resource.hours, resource.hours)
    counted = _COUNTED.match(resource.units.en) if resource.units else None
    if counted is None:
        return None
    count, measure = int(counted[1]), _MEASURES[counted[2]]
    return Effort(measure, count, count * HOURS_EACH[measure] if measure in HOURS_EACH else None)


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of a plan. `weeks` is None where nobody knows, and 0 for what goes on beside the rest.

    `begins` and `ends` are None after a step of unknown length.
    """

    step: Step
    resource: Resource | None
    effort: Effort | None
    weeks: int | None
    begins: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is still to be done, laid from today on. `behind` counts the whole weeks the step under way ran over."""

    hours_a_week: int
    legs: tuple[Leg, ...]
    behind: int = 0

    @property
    def ends(self) -> date | None:
        """The day it all ends, None when some step's length is unknown."""
        return self.legs[-1].ends if self.legs else None

    @property
    def weeks(self) -> int:
        """The weeks that are known, together."""
        return sum(leg.weeks or 0 for leg in self.legs)

    def leg(self, step: Step) -> Leg | None:
        """Return the part of the plan about `step`, None when it is not to be done any more."""
        return next((leg for leg in self.legs if leg.step is step), None)


def plan(standing: Standing, hours_a_week: int, *, today: date, since: date | None = None) -> Plan:
    """Lay what is still open on the way over the weeks from `today` on.

    `since` is the day the step under way was started: its end stays where it was planned until that day has passed;
    then it is laid anew from today, and so is all that follows.
    """
    legs: list[Leg] = []
    behind = 0
    begins: date | None = today
    for stood in standing.steps:
        if not stood.needed:
            continue
        asked, weeks = _asked(stood, hours_a_week)
        under_way = stood is standing.now and stood.passing is Passing.GOING
        if under_way and since is not None and weeks is not None:
            behind = _weeks_over(since, weeks, today)
            begins = today if behind else min(since, today)
        ends = begins + timedelta(weeks=weeks) if begins is not None and weeks is not None else None
        legs.append(Leg(stood.step, stood.resource, asked, weeks, begins, ends))
        begins = ends
    return Plan(hours_a_week, tuple(legs), behind)


def _asked(stood: Stood, hours_a_week: int) -> tuple[Effort | None, int | None]:
    if stood.step.enough is Enough.STARTED:
        return None, 0
    asked = effort(stood.resource) if stood.resource else None
    return asked, asked.weeks(hours_a_week) if asked else None


def _weeks_over(since: date, weeks: int, today: date) -> int:
    late = (today - since - timedelta(weeks=weeks)).days
    return max(0, math.ceil(late / DAYS_OF_WEEK))
