"""How a reminder's times and its subject are said: absolute, in the reader's own zone, short.

Phrases only; it asks no service but the cities for their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.chat.context import Context
from bot.chat.text import Bold, Link, Text, text
from bot.core.reminders import Subject
from bot.core.schedule import Rule, zone_or_utc
from bot.core.series import Unit
from bot.core.timewords import in_words
from bot.core.zones import Cities
from bot.i18n import Bilingual, Texts
from bot.services.wishes import Wishes, Zone

_WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


@dataclass(frozen=True, slots=True)
class View:
    """Everything the drawing needs: who asks, what can be asked for, and the zone the times are said in.

    `cities` is None where no zone is named: hundreds of letters at once need not wait for a list to be read.
    """

    ctx: Context
    wishes: Wishes
    zone: Zone
    cities: Cities | None

    @property
    def t(self) -> Texts:
        """Return the texts of the reader's language."""
        return self.ctx.t


def moment(view: View, at: datetime) -> str:
    """Return an aware moment as the reader's wall time with its day; the year only when it is another."""
    zone = zone_or_utc(view.zone.name)
    return in_words(at.astimezone(zone), view.ctx.locale, today=view.ctx.now.astimezone(zone).date())


def clock(view: View, at: datetime) -> str:
    """Return the time of day of a moment, as short as a button wants it."""
    return f"{at.astimezone(zone_or_utc(view.zone.name)):%H:%M}"


def day(view: View, at: datetime) -> str:
    """Return the day of a moment, as short as a button wants it."""
    local = at.astimezone(zone_or_utc(view.zone.name))
    return view.t("remind.day", day=local.day, weekday=view.t(f"remind.weekday.{_WEEKDAYS[local.weekday()]}"))


def recurrence(view: View, rule: Rule, left: int | None) -> str:
    """Return a rule in words, with its end."""
    return in_words(rule, view.ctx.locale, left)


def city(view: View) -> str:
    """Return the name of the zone by its city."""
    return view.zone.name if view.cities is None else view.cities.name(view.zone.name, view.ctx.locale)


def subject(view: View, about: Subject) -> Text:
    """Return what a reminder is about, with its link where there is one; never empty."""
    unit = view.wishes.unit_of(about)
    if about.series is not None:
        return _series(view, about, unit)
    resource = view.wishes.resource(about.resource)
    if about.text:
        link = (" ", Link(view.t("remind.open"), resource.link)) if resource is not None and resource.link else ()
        return text(Bold(about.text), *link)
    if resource is None:
        return text(view.t("remind.nothing"))
    name = resource.name(view.ctx.locale)
    return text(Link(name, resource.link) if resource.link else Bold(name))


def _series(view: View, about: Subject, unit: Unit | None) -> Text:
    series = view.wishes.series(about.series)
    if series is None:
        return text(Bold(about.text or str(about.series)))
    named = series_name(view, about)
    resource = view.wishes.resource(series.resource)
    url = (unit.url if unit is not None else None) or (resource.link if resource is not None else None)
    head: Text = (Link(named, url),) if url else (Bold(named),)
    return text(*head, f" · {about.text}" if about.text else "")


def series_name(view: View, about: Subject, unit: Unit | None = None) -> str:
    """Return a series and the unit it is at, or `unit`, in words: `CS224W 3강: Node Embeddings`."""
    series = view.wishes.series(about.series)
    unit = unit or view.wishes.unit_of(about)
    if series is None:
        return about.series or ""
    name = _plain(view, series.title)
    if unit is None:
        return name
    numbered = view.t(f"remind.unit.{series.called.value}", series=name, number=unit.number)
    return f"{numbered}: {_plain(view, unit.title)}" if unit.title else numbered


def plain_subject(view: View, payload: Mapping[str, Any]) -> str:
    """Return what a payload is about in one plain line, for a log or a button."""
    about = Subject.of(payload)
    if about.series is not None:
        return series_name(view, about)
    resource = view.wishes.resource(about.resource)
    return about.text or (resource.name(view.ctx.locale) if resource is not None else view.t("remind.nothing"))


def _plain(view: View, title: str | Bilingual) -> str:
    return title if isinstance(title, str) else title(view.ctx.locale)
