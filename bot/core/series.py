"""Courses, books and playlists that are gone through one unit after another, and which unit comes next.

Pure values and the reading of a text that asks for the next one. It does not know who follows a series, or when.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from bot.core.tables import ID_PATTERN, Problem, Rule
from bot.i18n import Bilingual

LONGEST = 400  # characters of a text that are looked at
MOST_UNITS = 2000


class UnitKind(StrEnum):
    """What the units of a series are called. The values are keys of texts."""

    LECTURE = "lecture"
    CHAPTER = "chapter"
    VIDEO = "video"
    LESSON = "lesson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit; `number` is the one it is known by, and unique in its series."""

    number: Annotated[int, Rule("The number it is known by")]
    title: Annotated[
        str | Bilingual | None, Rule("Its title; leave out when not sure", longest=160, ko=120, en=160)
    ] = None
    url: Annotated[str | None, Rule("Where it is", pattern=r"https://\S+")] = None
    minutes: Annotated[int | None, Rule("About how many minutes it takes, for one that helps who is stuck")] = None


@dataclass(frozen=True, kw_only=True)
class Series:
    """One series; the file's name is its id and never changes.

    With `count` its units are 1 to `count`, and `units` holds those of which more is known; without it they are all.
    """

    id: str
    title: Annotated[str | Bilingual, Rule("A short name", longest=60, ko=40, en=60)]
    resource: Annotated[str, Rule("The catalogue's row", pattern=ID_PATTERN)]
    words: Annotated[tuple[str, ...], Rule("What people call it", longest=40, least=1)]
    called: Annotated[UnitKind, Rule("What its units are called")]
    count: Annotated[int | None, Rule("How many units there are, when they are numbered from 1")] = None
    units: Annotated[tuple[Unit, ...], Rule("The units of which more is known, in order")] = ()

    @cached_property
    def all(self) -> tuple[Unit, ...]:
        """Every unit in order."""
        if self.count is None:
            return self.units
        known = {unit.number: unit for unit in self.units}
        return tuple(known.get(number) or Unit(number=number) for number in range(1, self.count + 1))

    def unit(self, number: int) -> Unit | None:
        """Return the unit known by `number`."""
        return next((unit for unit in self.all if unit.number == number), None)

    @cached_property
    def small(self) -> Unit | None:
        """The first unit that is known to be small and has an address of its own: for who is stuck."""
        return next((unit for unit in self.units if unit.minutes and unit.url and unit.title), None)

    def after(self, number: int | None) -> Unit | None:
        """Return the unit after `number` (None: the first), or None behind the last. A number may be missing."""
        return next((unit for unit in self.all if number is None or unit.number > number), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A series that a text asks to be led through: `rest` is the text without these words.

    `start` is the unit to begin with, when the text names one ("from lecture 5").
    """

    series: Series
    rest: str
    start: int | None = None


_BETWEEN = r"[\s\-_.]*"
_KO_UNIT = "강의|강좌|영상|비디오|단원|유닛|챕터|회차|논문|리뷰|레슨|강|편|장|화|것|거"
_EN_UNIT = "(?:lecture|unit|video|chapter|lesson|episode|part|talk|paper|review|one)s?"
# What makes it "the next of it". A day is also called next, so the word alone counts only right before the name.
_GOING_ON = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b(?:(?:the|my)\s+)?next\s+{_EN_UNIT}\b(?:\s+(?:of|in|from)\b(?:\s+the\b)?)?",
        rf"\b(?:one|a)\s+{_EN_UNIT}\s+(?:of|from)\b(?:\s+the\b)?",
        rf"(?:그\s?)?다음\s*(?:{_KO_UNIT})(?:을|를|도)?(?![가-힣])",
        r"이어서",
        r"(?:(?:강의|영상|논문|리뷰)\s*)?(?:(?:한|1)\s?(?:편|강|개|장|챕터|강의)|하나)씩",
    )
)
_START = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:,\s*)?\b(?:starting\s+)?(?:from|with|at)\s+(?:lecture|unit|video|chapter|lesson|episode|no\.?|#)\s*(\d{1,4})\b",
        r"(?<!\d)(\d{1,4})\s?(?:강|편|장|화|번|회|단원|챕터)(?:째)?\s?부터",
    )
)


class AllSeries:
    """Every series, by id and by what people call it."""

    def __init__(self, rows: Iterable[Series] = ()) -> None:
        """Hold `rows` in order."""
        self._by_id = {row.id: row for row in rows}

    def __iter__(self) -> Iterator[Series]:
        """Go through the series in order."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._by_id)

    def get(self, series_id: str) -> Series | None:
        """Return the series with this id, or None."""
        return self._by_id.get(series_id)

    def of_resource(self, resource_id: str) -> Series | None:
        """Return the series that leads through a row of the catalogue, or None."""
        return next((row for row in self if row.resource == resource_id), None)

    def named(self, text: str) -> Series | None:
        """Return the series that `text` names; the longest name wins ("CS231n 2017" before "CS231n")."""
        found = [
            (match.end() - match.start(), row) for row, name in self._names if (match := name.search(text[:LONGEST]))
        ]
        return max(found, key=lambda each: each[0])[1] if found else None

    def asked(self, text: str) -> Asked | None:
        """Return the series of which `text` asks for the next unit, or None when it names one only in passing."""
        text = text[:LONGEST]
        found = [(match.end() - match.start(), match, row) for row, name in self._names if (match := name.search(text))]
        if not found:
            return None
        _, match, row = max(found, key=lambda each: each[0])
        going_on, rest = (match["next"] or match["each"]) is not None, _cut(text, match)
        for form in _GOING_ON:
            if (match_on := form.search(rest)) is not None:
                going_on, rest = True, _cut(rest, match_on)
        if not going_on:
            return None
        begun = next((begun for form in _START if (begun := form.search(rest))), None)
        if begun is None:
            return Asked(row, rest)
        return Asked(row, _cut(rest, begun), int(begun[1]))

    @cached_property
    def _names(self) -> list[tuple[Series, re.Pattern[str]]]:
        return [(row, re.compile(_around(_name(word)), re.IGNORECASE)) for row in self for word in row.words]


def _cut(text: str, match: re.Match[str]) -> str:
    return " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())


def _around(name: str) -> str:
    """Return what finds a name with the small words that belong to it, and says whether "next" stands before it."""
    one = rf"(?:\b(?P<each>one|a)\s+(?={name}\s+{_EN_UNIT}\b))"
    before = rf"(?:\b(?:the|my)\s+)?(?:\b(?P<next>next|다음)\s+|{one})?"
    unit = rf"(?:\s+{_EN_UNIT}\b(?!\s*\d)|\s+(?:{_KO_UNIT})(?=(?:을|를)?(?![가-힣])))?"
    return rf"{before}{name}(?:의)?{unit}(?:을|를)?"


def _name(word: str) -> str:
    """Return what finds a name however its parts are joined: "PR-12", "PR 12" and "pr12"."""
    parts = re.findall(r"[a-zA-Z]+|\d+|[가-힣]+", word)
    return rf"(?<![0-9A-Za-z가-힣]){_BETWEEN.join(map(re.escape, parts))}(?![0-9A-Za-z])"


def problems_of(rows: Iterable[Series], resource_ids: Container[str]) -> Iterator[Problem]:
    """Yield what is wrong with the series as a whole: names that two have, rows there are not, units out of order."""
    rows = tuple(rows)
    owners: dict[str, str] = {}
    for row in rows:
        if row.resource not in resource_ids:
            yield Problem(row.id, "resource", f"there is no resource {row.resource!r}")
        for word in row.words:
            owner = owners.setdefault(_name(word).casefold(), row.id)
            if owner != row.id:
                yield Problem(row.id, "words", f"{word!r} already calls {owner!r}")
        yield from _unit_problems(row)


def _unit_problems(row: Series) -> Iterator[Problem]:
    numbers = [unit.number for unit in row.units]
    if row.count is None and not numbers:
        yield Problem(row.id, "units", "without a count there must be units")
    if numbers != sorted(set(numbers)):
        yield Problem(row.id, "units", "the numbers must rise")
    if row.count is not None and not 1 <= row.count <= MOST_UNITS:
        yield Problem(row.id, "count", f"should be between 1 and {MOST_UNITS}")
    if any(number < 1 or (row.count is not None and number > row.count) for number in numbers):
        yield Problem(row.id, "units", "a number is outside of the series")
