"""Time zones by the names people have for them: a city or country in Korean or English, or the IANA name.

Pure values and rules: which zones exist and what the cities are called is handed in. A name that means two zones is
never guessed, and one that means none is answered with the nearest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from bot.i18n import Bilingual, Locale

NEAREST = 3
LONGEST = 80  # characters of a name that are looked at
ZONE_OF_LANGUAGE = {"ko": "Asia/Seoul", "ja": "Asia/Tokyo"}  # languages that nearly all speakers use in one zone

_BETWEEN = re.compile(r"[\W_]+")
_OFFSET = re.compile(r"(?:utc|gmt)\s*([+-])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_AROUND = re.compile(
    r"^(?:in|at)\s+|\s*(?:특별시|광역시|표준시|시간대|시간|\btime ?zone|\btime|\bcity)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class City:
    """One city of the list, and what else it is called. `region` tells two cities of one country apart."""

    name: Bilingual
    country: Bilingual
    zone: str
    region: Bilingual | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """One zone a name may mean, with the words that tell it from the others."""

    zone: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class Heard:
    """What a typed name means. `sure`: one spot is meant, or one of several; otherwise they are the nearest."""

    spots: tuple[Spot, ...]
    sure: bool

    @property
    def zone(self) -> str | None:
        """Return the one zone that is meant, None when it has to be asked."""
        return self.spots[0].zone if self.sure and len(self.spots) == 1 else None


class Cities:
    """Finds zones by name."""

    def __init__(self, cities: Iterable[City], aliases: Mapping[str, tuple[str, ...]], zones: Iterable[str]) -> None:
        """Know `cities`, other names of their countries (`aliases`, by English name), and which `zones` exist."""
        self._cities = tuple(cities)
        self._zones = {zone.casefold(): zone for zone in zones}
        self._by_zone: dict[str, City] = {}
        self._by_name: dict[str, list[City]] = {}
        self._by_country: dict[str, list[City]] = {}
        for city in self._cities:
            self._by_zone.setdefault(city.zone, city)
            for name in {city.name.ko, city.name.en, *city.also}:
                self._by_name.setdefault(_key(name), []).append(city)
            if city.region is not None:
                for name in (city.region.ko, city.region.en):
                    self._by_name.setdefault(_key(name), []).append(city)
            for name in (city.country.ko, city.country.en, *aliases.get(city.country.en, ())):
                self._by_country.setdefault(_key(name), []).append(city)
        self._spelled = {_letters(key): key for key in (*self._by_name, *self._by_country)}
        self._last_parts = {_key(zone.rpartition("/")[2]): zone for zone in self._zones.values() if "Etc/" not in zone}

    def __contains__(self, zone: str) -> bool:
        """Say whether `zone` is a zone's exact name."""
        return self._zones.get(zone.casefold()) == zone

    def name(self, zone: str, locale: Locale) -> str:
        """Return what people call `zone`: its first city, else its own name."""
        return self.label(zone)(locale)

    def label(self, zone: str) -> Bilingual:
        """Return what people call `zone`, in both languages."""
        city = self._by_zone.get(zone)
        return city.name if city else Bilingual.same(zone)

    def find(self, typed: str, now: datetime) -> Heard:
        """Return what `typed` means. `now` decides about words that name a distance from UTC."""
        typed = unicodedata.normalize("NFKC", typed[:LONGEST]).strip()
        found = self._named(typed) or self._named(_AROUND.sub("", typed)) or self._at_distance(typed, now)
        if found:
            return Heard(found, sure=True)
        zone = self._zones.get(typed.casefold().replace(" ", "_")) or self._last_parts.get(_key(typed))
        if zone is not None:
            return Heard((self._spot(zone),), sure=True)
        return Heard(self._nearest(typed), sure=False)

    def _named(self, typed: str) -> tuple[Spot, ...]:
        """Return the zones of a city, of a country, or of a city with its country or region behind a comma."""
        head, _, rest = typed.partition(",")
        cities = self._called(_key(typed))
        if not cities and rest:
            cities = self._by_name.get(_key(head), [])
            where = _key(rest)
            there = self._by_country.get(where, [])
            cities = [city for city in cities if city in there or _region_is(city, where)] or cities
        return _told_apart(cities)

    def _called(self, key: str) -> list[City]:
        """Return the cities that are called so, or lie in a country that is."""
        return [*self._by_name.get(key, ()), *self._by_country.get(key, ())]

    def _at_distance(self, typed: str, now: datetime) -> tuple[Spot, ...]:
        """Return the zones of the list that are as far from UTC as `typed` says ("UTC+9")."""
        match = _OFFSET.fullmatch(typed)
        if match is None:
            return ()
        distance = timedelta(hours=int(match[2]), minutes=int(match[3] or 0)) * (-1 if match[1] == "-" else 1)
        return _told_apart(
            [city for city in self._by_zone.values() if now.astimezone(ZoneInfo(city.zone)).utcoffset() == distance]
        )

    def _nearest(self, typed: str) -> tuple[Spot, ...]:
        found: dict[str, Spot] = {}
        close = process.extract(_letters(_key(typed)), self._spelled.keys(), scorer=fuzz.ratio, limit=None)
        for spelled, score, _ in close:
            if not score or len(found) >= NEAREST:
                break
            for spot in _told_apart(self._called(self._spelled[spelled])):
                found.setdefault(spot.zone, spot)
        return tuple(found.values())[:NEAREST]

    def _spot(self, zone: str) -> Spot:
        return Spot(zone, self.label(zone))


def guessed_zone(*languages: str | None) -> str | None:
    """Return the zone of somebody who has chosen none, by the first of their languages' codes that tells; else None."""
    codes = ((language or "").lower().replace("_", "-").split("-")[0] for language in languages)
    return next((ZONE_OF_LANGUAGE[code] for code in codes if code in ZONE_OF_LANGUAGE), None)


def _told_apart(cities: Iterable[City]) -> tuple[Spot, ...]:
    """Return each zone of `cities` once; where there are several, with the country or region in the label."""
    firsts: dict[str, City] = {}
    for city in cities:
        firsts.setdefault(city.zone, city)
    if len(firsts) == 1:
        return tuple(Spot(zone, city.name) for zone, city in firsts.items())
    names = [name for city in firsts.values() for name in {city.name.ko, city.name.en}]
    return tuple(
        Spot(zone, _with_place(city) if max(map(names.count, (city.name.ko, city.name.en))) > 1 else city.name)
        for zone, city in firsts.items()
    )


def _with_place(city: City) -> Bilingual:
    place = city.region or city.country
    return Bilingual(f"{city.name.ko} ({place.ko})", f"{city.name.en} ({place.en})")


def _region_is(city: City, where: str) -> bool:
    return city.region is not None and where in (_key(city.region.ko), _key(city.region.en))


def _key(name: str) -> str:
    """Return `name` as it is compared: without case, blanks, hyphens and accents."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(char for char in plain if not "\u0300" <= char <= "\u036f")
    return _BETWEEN.sub("", unicodedata.normalize("NFC", plain))


def _letters(key: str) -> str:
    """Return `key` with Hangul taken apart into letters, so that one wrong letter is a small difference."""
    return unicodedata.normalize("NFD", key)
