"""Measures the choosing of papers over dated lists: does it find what a weekly list picked out of the daily ones?

For each week, the candidates are what the daily lists named from 7 days before its first day to 8 days after it; the
relevant ones are the week's picks among them; only earlier weeks are known. Beside it stand chance, the newest first,
and the most often named first. It opens no file.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.digest.taste import NO_TASTE, Taste, learn
from bot.core.papers.paper import Paper
from bot.core.reading import Listing

DAILY, WEEKLY = "hf-daily", "dair-weekly"
FIRST_WEEK = date(2025, 1, 1)
BEFORE, AFTER = timedelta(days=7), timedelta(days=8)
CUT = 10  # of how many chosen papers the recall is taken
RESAMPLES, CONFIDENCE = 2000, 0.95
Named = tuple[Paper, Sequence[Listing]]
"""A paper, with the lists that named it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that a week could choose: its title, when a daily list named it first there, and how often any did."""

    key: str
    title: str
    named_on: date
    mentions: int


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the weekly list: what could be chosen, and what of it was."""

    first_day: date
    candidates: tuple[Candidate, ...]
    picked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Measure:
    """The mean recall over the weeks, with the interval that resampling the weeks gives."""

    recall: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures by what chose, and how many weeks and picks there were."""

    weeks: int
    picks: int
    by: Mapping[str, Measure]


def weeks_of(named: Iterable[Named]) -> tuple[Week, ...]:
    """Return every week of the weekly list for which the daily lists have candidates, the first first."""
    papers = list(named)
    listings = [each for _, found in papers for each in found if each.source == WEEKLY]
    firsts = sorted({each.listed_from for each in listings if each.listed_from is not None})
    weeks = (_week(first, papers) for first in firsts)
    return tuple(week for week in weeks if week.candidates)


def measure(weeks: Sequence[Week], seed: int = 0) -> Measured:
    """Return how well each way of choosing does over the weeks from `FIRST_WEEK` on that picked any candidate."""
    known: dict[str, tuple[str, bool]] = {}
    recalls: dict[str, list[float]] = {"taste": [], "chance": [], "recency": [], "mentions": []}
    picks = 0
    for week in weeks:
        if week.first_day >= FIRST_WEEK and week.picked:
            picks += len(week.picked)
            taste = learn(known.values()) if known else NO_TASTE
            for name, ranked in _rankings(week, taste).items():
                found = {each.key for each in ranked[:CUT]} & week.picked
                recalls[name].append(len(found) / len(week.picked))
            recalls["chance"].append(min(1.0, CUT / len(week.candidates)))
        for each in week.candidates:
            before = known.get(each.key, ("", False))[1]
            known[each.key] = (each.title, before or each.key in week.picked)
    chance = random.Random(seed)  # noqa: S311 - resampling, no secret
    return Measured(
        len(recalls["taste"]), picks, {name: _with_interval(values, chance) for name, values in recalls.items()}
    )


def _week(first: date, papers: Sequence[Named]) -> Week:
    candidates, picked = [], set()
    for paper, listings in papers:
        days = [each.listed_from for each in listings if each.source == DAILY and each.listed_from is not None]
        there = [day for day in days if first - BEFORE <= day <= first + AFTER]
        if not there:
            continue
        known = sum(1 for each in listings if each.listed_from is not None and each.listed_from < first)
        candidates.append(Candidate(paper.key, paper.title, min(there), len(there) + known))
        if any(each.source == WEEKLY and each.listed_from == first for each in listings):
            picked.add(paper.key)
    return Week(first, tuple(candidates), frozenset(picked))


def _rankings(week: Week, taste: Taste) -> Mapping[str, Sequence[Candidate]]:
    return {
        "taste": sorted(week.candidates, key=lambda each: (-taste.of(each.title), each.key)),
        "recency": sorted(week.candidates, key=lambda each: (-each.named_on.toordinal(), each.key)),
        "mentions": sorted(week.candidates, key=lambda each: (-each.mentions, each.key)),
    }


def _with_interval(values: Sequence[float], chance: random.Random) -> Measure:
    if not values:
        return Measure(0.0, 0.0, 0.0)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    edge = int(RESAMPLES * (1 - CONFIDENCE) / 2)
    return Measure(sum(values) / len(values), means[edge], means[-edge - 1])
