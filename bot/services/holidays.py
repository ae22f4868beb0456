"""The public holidays of a person's zone, from `data/holidays`, read when first asked for.

A small table of our own: a library of all countries' holidays would be larger than the bot, and a day that is missing
costs somebody one of two rests at most.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import tomli

FOLDER = Path(__file__).parent.parent.parent / "data" / "holidays"
_COUNTRIES = {"Asia/Seoul": "kr"}  # zones that are one country's, of which we know the holidays
_NONE: frozenset[date] = frozenset()


def holidays_in(zone: str) -> frozenset[date]:
    """Return the public holidays where `zone` is the time; none for a zone of which we know nothing."""
    country = _COUNTRIES.get(zone)
    return _holidays_of(country) if country else _NONE


@cache
def _holidays_of(country: str) -> frozenset[date]:
    years = tomli.loads((FOLDER / f"{country}.toml").read_text(encoding="utf-8"))
    return frozenset(
        date(int(year), int(month), day)
        for year, months in years.items()
        for month, days in months.items()
        for day in days
    )
