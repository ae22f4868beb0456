"""The moment a feed's date means, in whatever form it is written; None for what is no date of the web's time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

FIRST_YEAR = 1990  # there were no feeds before, so an earlier date is a mistake
_LONGEST = 80
_NUMBERS = re.compile(
    r"(?P<year>\d{4})\s*(?:[-/.년]\s*)(?P<month>\d{1,2})\s*(?:[-/.월]\s*)(?P<day>\d{1,2})(?:\s*[일.])?"
    r"(?:\s*\([^()]{1,4}\))?"
    r"(?:[\sT,]*(?P<half>오전|오후|[AaPp][Mm])?\s*(?P<hour>\d{1,2})\s*(?::|시)\s*(?P<minute>\d{1,2})?\s*분?"
    r"(?::(?P<second>\d{1,2})(?:[.,]\d+)?)?)?\s*(?P<late>[AaPp][Mm])?\s*(?P<zone>Z|UTC|GMT|KST|[+-]\d{2}:?\d{2})?"
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?Z?")
_ZONES = {"Z": UTC, "UTC": UTC, "GMT": UTC, "KST": timezone(timedelta(hours=9))}
_NAMED_ZONE = re.compile(r"\b(KST|JST)\s*$")
_WEEKDAY = re.compile(r"^[^\d,]{1,12},\s*(?=\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPOKEN = re.compile(r"(?P<month>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})")


def moment_of(written: str, zone: tzinfo = UTC) -> datetime | None:
    """Return the moment, in UTC; one without a time zone is meant in `zone`, one without a time at its midnight."""
    text = _WEEKDAY.sub("", written[:_LONGEST].strip())
    if not text or not any(map(str.isdecimal, text)):
        return None
    for read in (_of_numbers, _of_mail, _of_words):
        try:
            found = read(text, zone)
            if found is not None and found.year >= FIRST_YEAR:
                return found.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None


def _of_numbers(text: str, zone: tzinfo) -> datetime | None:
    packed = _PACKED.fullmatch(text)
    if packed is not None:
        year, month, day, hour, minute, second = (int(part or 0) for part in packed.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC if text.endswith("Z") else zone)
    match = _NUMBERS.match(text)
    if match is None:
        return None
    at = int(match["hour"] or 0)
    half = (match["half"] or match["late"] or "").lower()
    if half in ("오후", "pm") and at < 12:
        at += 12
    elif half in ("오전", "am") and at == 12:
        at = 0
    midnight = datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=_zone(match["zone"], zone))
    return midnight + timedelta(hours=at, minutes=int(match["minute"] or 0), seconds=int(match["second"] or 0))


def _of_mail(text: str, zone: tzinfo) -> datetime | None:
    named = _NAMED_ZONE.search(text)
    text = f"{text[: named.start()]} +0900" if named else text
    found = parsedate_to_datetime(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def _of_words(text: str, zone: tzinfo) -> datetime | None:
    match = _SPOKEN.search(text)
    if match is None or match["month"][:3].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    return datetime(int(match["year"]), month, int(match["day"]), tzinfo=zone)


def _zone(written: str | None, zone: tzinfo) -> tzinfo:
    if not written:
        return zone
    if written in _ZONES:
        return _ZONES[written]
    sign = -1 if written[0] == "-" else 1
    digits = written[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
