"""What can be chosen in settings, as a button carries it and as it is kept. It draws nothing."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from bot.core.errors import UnknownPress
from bot.core.methods import Goal
from bot.core.people import HOURS, Knows, Preferences
from bot.core.refs import Platform
from bot.core.zones import Cities
from bot.i18n import Locale

MOST_HOURS = 7 * 24
UNSET = ""  # the value of a button that takes a choice back


class Setting(StrEnum):
    """The things one can choose, in the order in which they are shown."""

    LANGUAGE = "language"
    TIMEZONE = "timezone"
    GOAL = "goal"
    PYTHON = "python"
    MATHS = "maths"
    HOURS = "hours"
    DELIVERY = "delivery"

    @property
    def field(self) -> str:
        """Return the name that preferences have for it."""
        return "locale" if self is Setting.LANGUAGE else self.value


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
    fits = {
        Setting.HOURS: lambda: isinstance(meant, int) and 0 <= meant <= MOST_HOURS,
        Setting.TIMEZONE: lambda: value in cities,
        Setting.DELIVERY: lambda: meant in platforms,
    }
    if what in fits and not fits[what]():
        raise UnknownPress
    return meant


def stored(what: Setting, chosen: Preferences) -> str:
    """Return the value a button needs to set what is chosen now."""
    value = getattr(chosen, what.field)
    return UNSET if value is None else str(value)
