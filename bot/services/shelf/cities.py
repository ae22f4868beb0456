"""Checks `cities.toml`, by which people name their time zone: each city's place, and that no name is in vain.

Only for `moim data check`: who needs the cities reads them when they are first asked for, in `bot.services.cities`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import available_timezones

from bot.core.tables import Problem, Rule, read_row
from bot.i18n import Bilingual
from bot.services.shelf.files import File, Layer, section
from bot.services.shelf.findings import Finding

_FILE, _COUNTRIES, _CITIES = "cities.toml", "countries", "cities"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Country:
    id: str
    ko: Annotated[str, Rule("What it is called in Korean", longest=40)]
    en: Annotated[str, Rule("What it is called in English", longest=40)]
    also: Annotated[tuple[str, ...], Rule("Other names of it", longest=40)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _City:
    id: str
    name: Annotated[Bilingual, Rule("What it is called", ko=40, en=40)]
    country: Annotated[str, Rule("The country's two letters", pattern=r"[a-z]{2}")]
    zone: Annotated[str, Rule("Its IANA zone", longest=40)]
    region: Annotated[Bilingual | None, Rule("Tells two cities of a country apart", ko=40, en=40)] = None
    also: Annotated[tuple[str, ...], Rule("Other names of the same place and zone", longest=40)] = ()


def check_cities(layer: Layer) -> list[Finding]:
    """Return what is wrong in the file of cities."""
    findings: list[Finding] = []
    file = layer.open(_FILE, findings)
    if file is None:
        return findings
    findings += [
        Finding(file.name, 1, name, "", "is not a known table")
        for name in file.document
        if name not in (_COUNTRIES, _CITIES)
    ]
    countries = section(file.document, _COUNTRIES)
    for code, table in countries.items():
        findings += [_country_finding(file, problem) for problem in read_row(_Country, code, table)[1]]
    tables = file.document.get(_CITIES, [])
    if not isinstance(tables, list) or not tables:
        findings.append(Finding(file.name, 1, _CITIES, "", "should hold [[cities]]"))
        return findings
    cities: list[_City] = []
    for number, table in enumerate(tables, 1):
        row, problems = read_row(_City, str(number), table)
        findings += [_city_finding(file, problem) for problem in problems]
        cities += [row] if row is not None else []
    findings += [_city_finding(file, problem) for problem in _problems_of(cities, countries)]
    unused = set(countries) - {city.country for city in cities}
    return [*findings, *(_country_finding(file, Problem(code, "", "has no city")) for code in sorted(unused))]


def _problems_of(cities: list[_City], countries: Mapping[str, Any]) -> Iterator[Problem]:
    zones = available_timezones()
    owners: dict[tuple[str, str], str] = {}
    for city in cities:
        if city.country not in countries:
            yield Problem(city.id, "country", f"there is no country {city.country!r}")
        if city.zone not in zones:
            yield Problem(city.id, "zone", f"there is no time zone {city.zone!r}")
        for key, names in (("name", {city.name.ko, city.name.en}), ("also", set(city.also))):
            for name in sorted(names):
                first = owners.setdefault((name.casefold(), city.zone), city.id)
                if first != city.id or (key == "also" and name in (city.name.ko, city.name.en)):
                    yield Problem(city.id, key, f"{name!r} is said for {city.zone} already")


def _country_finding(file: File, problem: Problem) -> Finding:
    pattern = re.compile(rf"{re.escape(problem.row)}\s*=")
    line = next((number for number, text in enumerate(file.text.splitlines(), 1) if pattern.match(text)), 1)
    return Finding(file.name, line, f"{_COUNTRIES}.{problem.row}", problem.key, problem.message)


def _city_finding(file: File, problem: Problem) -> Finding:
    """Return the problem of a city, by its place in the file, with the line of its key."""
    lines = file.text.splitlines()
    heads = [number for number, text in enumerate(lines, 1) if text.split("#")[0].strip() == f"[[{_CITIES}]]"]
    at = int(problem.row) - 1
    start = heads[at] if at < len(heads) else 1
    end = heads[at + 1] if at + 1 < len(heads) else len(lines) + 1
    pattern = re.compile(rf"{re.escape(problem.key.partition('.')[0])}\s*[=.]")
    within = (number for number in range(start, end) if problem.key and pattern.match(lines[number - 1]))
    return Finding(file.name, next(within, start), f"{_CITIES}.{problem.row}", problem.key, problem.message)
