"""What can be chosen in settings, as a button carries it and as it is kept. It draws nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any

from bot.core.errors import UnknownPress
from bot.core.methods import Goal
from bot.core.people import HOURS, Knows, Preferences
from bot.core.refs import Platform
from bot.core.zones import Cities
from bot.i18n import Locale

MOST_HOURS = 7 * 24
UNSET = ""  # the value of a button that takes a choice back
NO_QUIET = "00:00-00:00"  # quiet hours that are none
USUAL_QUIET = "23:00-08:00"  # for whoever chose none
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_TYPED = re.compile(
    r"\s*(?P<half>오전|오후|아침|낮|저녁|밤|새벽)?\s*(?P<hour>\d{1,2})\s*(?:시|:|\.)?\s*(?P<minute>반|\d{2})?\s*분?"
    r"\s*(?P<after>[ap]\.?m\.?)?\s*",
    re.IGNORECASE,
)
_MORNINGS, _EVENINGS = ("오전", "아침", "새벽"), ("오후", "저녁", "낮", "밤")


class Setting(StrEnum):
    """The things one can choose, in the order in which they are shown."""

    LANGUAGE = "language"
    TIMEZONE = "timezone"
    GOAL = "goal"
    PYTHON = "python"
    MATHS = "maths"
    HOURS = "hours"
    DELIVERY = "delivery"
    QUIET = "quiet"
    MORNING = "morning"
    EVENING = "evening"

    @property
    def field(self) -> str:
        """Return the name that preferences have for it; quiet hours have two."""
        return "locale" if self is Setting.LANGUAGE else self.value

    @property
    def of_day(self) -> bool:
        """Say whether it is a time of day, or two, which can be typed too."""
        return self in (Setting.QUIET, Setting.MORNING, Setting.EVENING)


# Zones offered before one types: where members of Korean and English groups mostly live, from east to west.
ZONES = (
    "Asia/Seoul",
    "Asia/Tokyo",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Australia/Sydney",
)
OFFERED: dict[Setting, tuple[str, ...]] = {
    Setting.LANGUAGE: tuple(locale.value for locale in (Locale.KO, Locale.EN)),
    Setting.TIMEZONE: ZONES,
    Setting.GOAL: tuple(Goal),
    Setting.PYTHON: tuple(Knows),
    Setting.MATHS: tuple(Knows),
    Setting.HOURS: tuple(map(str, HOURS)),
    Setting.QUIET: ("22:00-07:00", "23:00-08:00", "00:00-09:00", NO_QUIET),
    Setting.MORNING: ("06:00", "07:00", "08:00", "09:00"),
    Setting.EVENING: ("18:00", "19:00", "20:00", "21:00"),
}
_KINDS = {
    Setting.LANGUAGE: Locale,
    Setting.GOAL: Goal,
    Setting.PYTHON: Knows,
    Setting.MATHS: Knows,
    Setting.DELIVERY: Platform,
}


def read(what: Setting, value: str, cities: Cities, platforms: Collection[Platform]) -> object:
    """Return what the `value` of a button means, None for no choice. Raises `UnknownPress` when it is none of ours."""
    if value == UNSET:
        return None
    try:
        meant: object = _KINDS[what](value) if what in _KINDS else int(value) if what is Setting.HOURS else value
    except ValueError:
        raise UnknownPress from None
    fits: dict[Setting, Callable[[], bool]] = {
        Setting.HOURS: lambda: isinstance(meant, int) and 0 <= meant <= MOST_HOURS,
        Setting.TIMEZONE: lambda: value in cities,
        Setting.DELIVERY: lambda: meant in platforms,
        Setting.QUIET: lambda: len(value.split("-")) == 2 and all(map(_TIME.fullmatch, value.split("-"))),
        Setting.MORNING: lambda: _TIME.fullmatch(value) is not None,
        Setting.EVENING: lambda: _TIME.fullmatch(value) is not None,
    }
    if what in fits and not fits[what]():
        raise UnknownPress
    return meant


def changes(what: Setting, meant: object) -> Mapping[str, Any]:
    """Return the preferences that a choice sets, by the name of the field."""
    if what is not Setting.QUIET:
        return {what.field: meant}
    begin, _, end = str(meant).partition("-") if meant is not None else (None, "", None)
    return {"quiet_from": begin, "quiet_to": end}


def stored(what: Setting, chosen: Preferences) -> str:
    """Return the value a button needs to set what is chosen now."""
    if what is Setting.QUIET:
        return f"{chosen.quiet_from}-{chosen.quiet_to}" if chosen.quiet_from and chosen.quiet_to else UNSET
    value = getattr(chosen, what.field)
    return UNSET if value is None else str(value)


def time_of_day(words: str, *, evening: bool) -> str | None:
    """Return a typed time of day as "HH:MM", None for anything else.

    A bare hour up to 11 is of the `evening` where one is asked for, from six on; 24 is midnight.
    """
    typed = _TYPED.fullmatch(words[:40])
    if typed is None:
        return None
    hour, minute = int(typed["hour"]), 30 if typed["minute"] == "반" else int(typed["minute"] or 0)
    half, after = typed["half"] or "", (typed["after"] or "").lower()
    late = half in _EVENINGS or after.startswith("p")
    early = half in _MORNINGS or after.startswith("a")
    bare = not (late or early) and evening and 6 <= hour < 12
    if hour < 12 and (late or bare):
        hour += 12
    elif hour == 24 or (hour == 12 and (early or half == "밤" or (evening and not late))):
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
