"""Draws the settings: the panel in words, the question behind each button, and cities to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, How, Menu, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import Bold, Text, text
from bot.core.people import Identity, Preferences
from bot.core.refs import Platform
from bot.core.schedule import is_zone, zone_or_utc
from bot.core.timewords.heard import Habits
from bot.core.zones import Cities, Spot, guessed_zone
from bot.i18n import Locale, texts
from cogs.settings._choices import NO_QUIET, OFFERED, UNSET, USUAL_QUIET, Setting, stored
from cogs.settings._connect import in_words as accounts_in_words

BUTTONS_IN_LINE = 4
_MOST_BUTTONS = 5  # more places than this are a menu


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for whoever has chosen nothing and tells nothing: the host's settings."""

    locale: Locale
    timezone: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything the drawing needs: who asks, what they chose, where they can be reached, their accounts."""

    ctx: Context
    chosen: Preferences
    defaults: Defaults
    cities: Cities
    platforms: tuple[Platform, ...]
    accounts: Sequence[Identity] = ()


def draw_panel(view: View, line: str = "", undo: Press | None = None) -> Reply:
    """Return the panel; after a change with what was done, and a way back."""
    t = view.ctx.t
    rows = tuple(text(Bold(t(f"settings.name.{what}")), f": {in_words(view, what)}") for what in Setting)
    connected = len(view.accounts) > 1
    if connected:
        rows = (*rows, text(Bold(t("settings.link.title")), f": {accounts_in_words(view.ctx, view.accounts)}"))
    buttons = [Button(t(f"settings.name.{what}"), Press.of("set.ask", what)) for what in Setting]
    buttons.append(Button(t("settings.link.title" if connected else "settings.link.button"), Press.of("set.link")))
    buttons.append(Button(t("settings.stop"), Press.of("away.everything")))
    lines = _in_lines(buttons)
    if undo is not None:
        lines = ((Button(t("settings.undo"), undo),), *lines)
    card = Card(t("settings.title"), rows, footer=t("settings.footer"))
    return Reply(text(line), cards=(card,), rows=lines, how=How.EDIT if line else How.NEW)


def draw_question(view: View, what: Setting, line: str = "") -> Reply:
    """Return the choices for one thing, each a button; time zones are a menu. `line` is said before the question."""
    t = view.ctx.t
    back = (Button(t("kit.back"), Press.of(CALL, "settings")),)
    values: Sequence[str] = view.platforms if what is Setting.DELIVERY else OFFERED[what]
    now = text(t("settings.now", value=in_words(view, what)))
    asked = (*([text(line)] if line else []), text(t(f"settings.ask.{what}")), now)
    if what is Setting.DELIVERY and len(values) == 1:
        return _asking((*asked, text(t("settings.one_account"))), rows=(back,))
    unset = Button(t(f"settings.unset.{what}"), Press.of("set.put", what, UNSET))
    if what is Setting.TIMEZONE:
        menu = _zones(view, [Spot(zone, view.cities.label(zone)) for zone in values])
        typing = Button(t("settings.city.button"), Press.of("set.city"), style=Style.PRIMARY)
        return _asking(asked, menu=menu, rows=((typing, unset), back))
    choices = [Button(_choice(view, what, value), Press.of("set.put", what, value)) for value in values]
    if what.of_day:
        typing = Button(t("settings.time.button"), Press.of("set.time", what), style=Style.PRIMARY)
        return _asking(asked, rows=(*_in_lines(choices), (typing, unset), back))
    return _asking(asked, rows=(*_in_lines(choices), (unset,), back))


def draw_places(view: View, line: str, spots: tuple[Spot, ...]) -> Reply:
    """Return places to choose from, and the way to type another."""
    t = view.ctx.t
    again = Button(t("settings.city.again"), Press.of("set.city"))
    last = (again, Button(t("kit.back"), Press.of(CALL, "settings")))
    if len(spots) > _MOST_BUTTONS:
        return _asking((text(line),), menu=_zones(view, spots), rows=(last,))
    buttons = [Button(spot.label(view.ctx.locale), Press.of("set.put", Setting.TIMEZONE, spot.zone)) for spot in spots]
    return _asking((text(line),), rows=(*_in_lines(buttons), last))


def in_words(view: View, what: Setting) -> str:
    """Return what is chosen for one thing, or what is assumed and from what."""
    match what:
        case Setting.LANGUAGE:
            name = _choice(view, what, view.ctx.locale)
            return name if view.chosen.locale else view.ctx.t("settings.assumed.language", language=name)
        case Setting.TIMEZONE:
            return _zone_in_words(view)
        case Setting.DELIVERY:
            return _delivery_in_words(view)
        case Setting.QUIET | Setting.MORNING | Setting.EVENING:
            return _time_in_words(view, what)
        case Setting.GOAL | Setting.PYTHON | Setting.MATHS | Setting.HOURS:
            value = getattr(view.chosen, what.field)
            return view.ctx.t("settings.not_chosen") if value is None else _choice(view, what, str(value))


def _time_in_words(view: View, what: Setting) -> str:
    usual = Habits("UTC")
    assumed = {Setting.QUIET: USUAL_QUIET, Setting.MORNING: usual.morning, Setting.EVENING: usual.evening}
    chosen = stored(what, view.chosen)
    said = _choice(view, what, chosen or assumed[what])
    return said if chosen else view.ctx.t("settings.assumed.time", time=said)


def _zone_in_words(view: View) -> str:
    guessed = guessed_zone(view.ctx.caller.language, view.chosen.locale)
    zone = view.chosen.timezone or guessed or view.defaults.timezone
    words = view.ctx.t(
        "settings.zone",
        city=view.cities.name(zone, view.ctx.locale),
        time=f"{view.ctx.now.astimezone(zone_or_utc(zone)):%H:%M}",
    )
    if not is_zone(zone):  # it was in the zone data once
        return view.ctx.t("settings.assumed.gone_zone", zone=zone)
    if view.chosen.timezone:
        return words
    return view.ctx.t("settings.assumed.zone" if guessed else "settings.assumed.default_zone", zone=words)


def _delivery_in_words(view: View) -> str:
    if view.chosen.delivery in view.platforms:
        return _choice(view, Setting.DELIVERY, str(view.chosen.delivery))
    here = view.ctx.platform if view.ctx.platform in view.platforms else view.platforms[0]
    key = "settings.assumed.only_account" if len(view.platforms) == 1 else "settings.assumed.account"
    return view.ctx.t(key, platform=_choice(view, Setting.DELIVERY, here))


def _choice(view: View, what: Setting, value: str) -> str:
    """Return the label of one choice."""
    match what:
        case Setting.LANGUAGE:
            return texts(Locale(value))("settings.own_language")
        case Setting.HOURS:
            return view.ctx.t("settings.hours", count=int(value))
        case Setting.DELIVERY:
            return view.ctx.t(f"choices.platform.{value}")
        case Setting.TIMEZONE:
            return view.cities.name(value, view.ctx.locale)
        case Setting.QUIET | Setting.MORNING | Setting.EVENING:
            return _time(view, value)
        case Setting.GOAL | Setting.PYTHON | Setting.MATHS:
            return view.ctx.t(f"choices.{what}.{value}")


def _time(view: View, value: str) -> str:
    """Return a time of day, or two with what lies between them."""
    begin, _, end = value.partition("-")
    if value == NO_QUIET:
        return view.ctx.t("settings.no_quiet")
    return view.ctx.t("settings.span", begin=begin, end=end) if end else value


def _zones(view: View, spots: Iterable[Spot]) -> Menu:
    choices = tuple(Choice(spot.label(view.ctx.locale), spot.zone) for spot in spots)
    return Menu(view.ctx.t("settings.city.choose"), Press.of("set.put", Setting.TIMEZONE), choices)


def _asking(said: tuple[Text, ...], *, rows: tuple[tuple[Button, ...], ...], menu: Menu | None = None) -> Reply:
    words = text(*(("\n", *row) if number else row for number, row in enumerate(said)))
    return Reply(words, rows=rows, menu=menu, how=How.EDIT)


def _in_lines(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[start : start + BUTTONS_IN_LINE]) for start in range(0, len(buttons), BUTTONS_IN_LINE))
