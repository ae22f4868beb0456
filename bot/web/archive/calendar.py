"""A group's dates as an iCalendar file (RFC 5545), for calendars that subscribe to it.

Every date stands on the wall of its group's zone, which comes along, so that nine in the evening stays nine in the
evening wherever it is read. The same date has the same id in every file.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from functools import lru_cache
from uuid import UUID

from icalendar import Calendar, Timezone, vDatetime, vDuration, vUri
from icalendar import Event as Component

from bot.core.digest.archive import Archive, Event, EventKind
from bot.core.schedule import zone_or_utc
from bot.i18n import Locale, texts
from bot.web.archive.plain import one_line, plain, web_address

PRODUCT = "-//Moim//Calendar of a study group//KO"
ASKED_EVERY = timedelta(hours=6)
LASTS = {
    EventKind.MEETING: timedelta(minutes=90),
    EventKind.READING: timedelta(minutes=15),
    EventKind.PAPER: timedelta(minutes=15),
    EventKind.DIGEST: timedelta(minutes=15),
}
_TEXTS = {
    EventKind.MEETING: ("archive.event.meeting", "archive.event.meeting_on"),
    EventKind.READING: ("archive.event.reading", "archive.event.reading_on"),
    EventKind.PAPER: ("archive.event.paper", "archive.event.paper"),
    EventKind.DIGEST: ("archive.event.digest", "archive.event.digest"),
}


@lru_cache(maxsize=32)
def calendar(name: str, locale: Locale, dates: tuple[tuple[Archive, tuple[Event, ...]], ...]) -> bytes:
    """Return the dates of one group, or of several, as a file called `name`.

    The last ones are kept: writing out a year of dates takes longer than all else that a page costs.
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", one_line(name), {"language": locale.value})
    made.add("x-wr-calname", one_line(name))
    made.add("refresh-interval", ASKED_EVERY, {"value": "DURATION"})
    made.add("x-published-ttl", vDuration(ASKED_EVERY))
    events = [(archive, event) for archive, some in dates for event in some]
    for zone in sorted({_zone(event) for _, event in events} - {"UTC"}):
        days = [event.at.date() for _, event in events if _zone(event) == zone]
        made.add_component(_timezone(zone, min(days).year, max(days).year))
    for archive, event in events:
        made.add_component(_component(archive, event))
    return bytes(made.to_ical())


def _component(archive: Archive, event: Event) -> Component:
    t, made = texts(archive.locale), Component()
    plainly, on = _TEXTS[event.kind]
    names = {"name": one_line(archive.name), "title": one_line(event.title)}
    summary = t(on if event.title else plainly, **names)
    if event.number is not None:
        summary = t("archive.event.digest_of", name=names["name"], number=event.number)
    made.add("uid", f"{event.kind.value}-{event.key}@{UUID(archive.mark)}")
    made.add("dtstamp", event.told_at.astimezone(UTC))
    begins = event.at.astimezone(zone_or_utc(event.zone))
    made.add("dtstart", vDatetime(begins))
    made.add("duration", LASTS[event.kind])
    made.add("summary", summary, {"language": archive.locale.value})
    if about := _about(archive, event):
        made.add("description", about, {"language": archive.locale.value})
    if event.place:
        made.add("location", one_line(event.place))
    if (address := web_address(event.url)) is not None:
        made.add("url", vUri(address))
    if event.kind is not EventKind.MEETING:
        made.add("transp", "TRANSPARENT")  # nobody is busy because something comes out
    return made


def _about(archive: Archive, event: Event) -> str:
    t = texts(archive.locale)
    said = []
    if event.title and event.kind in (EventKind.MEETING, EventKind.READING):
        said.append(t("archive.event.paper_is", title=one_line(event.title)))
    if (address := web_address(event.url)) is not None:
        said.append(address)
    if event.presented is not None:
        said.append(t("archive.event.presented") if event.presented else t("archive.event.unpresented"))
    return plain("\n".join(said))


def _zone(event: Event) -> str:
    return zone_or_utc(event.zone).key


@lru_cache(maxsize=64)
def _timezone(zone: str, first: int, last: int) -> Timezone:
    """Return the changes of a zone's clock around these years; finding them takes longer than all the rest."""
    return Timezone.from_tzinfo(zone_or_utc(zone), zone, date(first - 1, 1, 1), date(last + 2, 1, 1))
