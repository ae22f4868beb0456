"""Which files an archive has, and what is in each: the same for whoever serves one and whoever writes all.

They are named by numbers and by words of ours alone. What they are made from is asked of the source, file by file.
"""

from __future__ import annotations

from typing import Protocol

from bot.core.digest.archive import Archive, Event, Front
from bot.core.digest.issue import KeptIssue
from bot.core.people import GroupId
from bot.i18n import Locale, texts
from bot.web.archive import drawing
from bot.web.archive.drawing import CALENDAR, FEED, FEED_ISSUES, ICON, INDEX, STYLE, index_file, issue_file

_ASSETS = {STYLE: drawing.style, ICON: drawing.icon}

FRONT = frozenset({FEED, CALENDAR, *_ASSETS, INDEX, *(f"index.{locale.value}.html" for locale in Locale)})
"""The names that a file before all archives may have."""


class Source(Protocol):
    """What pages are made from."""

    async def issue(self, group_id: GroupId, number: int) -> KeptIssue | None:
        """Return an issue that was sent."""
        ...

    async def latest(self, group_id: GroupId, limit: int) -> tuple[KeptIssue, ...]:
        """Return the issues sent last, the newest first."""
        ...

    async def dates(self, archive: Archive) -> tuple[Event, ...]:
        """Return the dates of a group, the earliest first."""
        ...


def names(archive: Archive) -> tuple[str, ...]:
    """Return the names of all files of an archive."""
    return (*_names(archive.locale), *(issue_file(each.number) for each in archive.issues))


def front_names(front: Front) -> tuple[str, ...]:
    """Return the names of the files before all archives."""
    return _names(front.locale)


def asset(name: str) -> bytes | None:
    """Return a file that every archive has alike; None for any other."""
    return _ASSETS[name]() if name in _ASSETS else None


async def file(source: Source, archive: Archive, name: str) -> bytes | None:
    """Return a file of an archive; None for one that it does not have."""
    if name in _ASSETS:
        return asset(name)
    if name == CALENDAR:
        return await _calendar(source, archive.name, archive.locale, (archive,))
    if name == FEED:
        return drawing.feed(archive, await source.latest(archive.group_id, FEED_ISSUES)).encode()
    for locale in Locale:
        if name == index_file(locale, archive.locale):
            return drawing.index_page(archive, locale).encode()
    number = next((each.number for each in archive.issues if name == issue_file(each.number)), None)
    kept = await source.issue(archive.group_id, number) if number is not None else None
    return None if kept is None else drawing.issue_page(archive, kept).encode()


async def front_file(source: Source, front: Front, name: str) -> bytes | None:
    """Return a file before all archives; None for one that is not there."""
    if name in _ASSETS:
        return asset(name)
    if name == CALENDAR:
        return await _calendar(source, texts(front.locale)("archive.home.title"), front.locale, front.archives)
    if name == FEED:
        latest = tuple([(each, await source.latest(each.group_id, FEED_ISSUES)) for each in front.archives])
        return drawing.front_feed(front, latest).encode()
    for locale in Locale:
        if name == index_file(locale, front.locale):
            return drawing.front_page(front, locale).encode()
    return None


async def _calendar(source: Source, name: str, locale: Locale, archives: tuple[Archive, ...]) -> bytes:
    from bot.web.archive.calendar import calendar  # icalendar: a tenth of a second that no other file needs

    return calendar(name, locale, tuple([(each, await source.dates(each)) for each in archives]))


def _names(own: Locale) -> tuple[str, ...]:
    return (INDEX, *(index_file(each, own) for each in Locale if each is not own), FEED, CALENDAR, STYLE, ICON)
