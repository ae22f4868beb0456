"""Reads `data/cities.toml`: what people call their time zones. It knows no person."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import tomli

from bot.core.zones import Cities, City
from bot.i18n import Bilingual
from bot.services.shelf import DATA_DIR


class CityList:
    """The cities, read when somebody first needs them: most starts and most answers never do."""

    def __init__(self, data_dir: Path | None = None) -> None:
        """Read from `data_dir`, the house's own by default."""
        self._data_dir = data_dir
        self._cities: Cities | None = None
        self._reading = asyncio.Lock()

    async def get(self) -> Cities:
        """Return the cities; reading them does not hold up the others, and is done once however many ask together."""
        async with self._reading:
            if self._cities is None:
                self._cities = await asyncio.to_thread(load, self._data_dir)
        return self._cities


def load(data_dir: Path | None = None) -> Cities:
    """Return the cities of the data folder. Raises `KeyError` or `TypeError` for a row that is not one."""
    table = tomli.loads(((data_dir or DATA_DIR) / "cities.toml").read_text(encoding="utf-8"))
    countries: Mapping[str, Any] = table["countries"]
    names = {code: Bilingual(row["ko"], row["en"]) for code, row in countries.items()}
    aliases = {row["en"]: tuple(row.get("also", ())) for row in countries.values()}
    return Cities((_city(row, names) for row in table["cities"]), aliases, available_timezones())


def _city(row: Mapping[str, Any], countries: Mapping[str, Bilingual]) -> City:
    return City(
        Bilingual(**row["name"]),
        countries[row["country"]],
        row["zone"],
        Bilingual(**row["region"]) if "region" in row else None,
        tuple(row.get("also", ())),
    )
