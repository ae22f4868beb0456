"""Recurrences: which days and times a rule names, and the moments they are in its zone.

A rule is an RFC 5545 value of a closed vocabulary, on wall time: 07:00 stays 07:00. It departs from the RFC where that
would fall silent: day 29 to 31 is the last day of a shorter month. Pure; every question costs the same however old the
rule is, because counting begins near the moment that is asked about and not at the rule's start.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.schedule.wall import Oddity, moment, oddity_of, zone_of, zone_or_utc

_DAY = timedelta(days=1)
_WEEKDAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_STEPS = {"MINUTELY": timedelta(minutes=1), "HOURLY": timedelta(hours=1)}
_FREQUENCIES = ("MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
# So many periods in a row without a day that fits, and a rule is taken to have ended: for what never falls on anything.
_FRUITLESS = 15_000


class BadRule(ValueError):
    """A recurrence that cannot be read, or that names no day at all; `str()` says why, in English."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence in a named zone.

    `rrule` is an RFC 5545 value without DTSTART, COUNT and UNTIL ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE"). `start` is a
    naive wall-clock time: nothing falls before it, intervals are counted from it, and its time of day is the rule's.
    `until` is the last local day, itself included.
    """

    rrule: str
    start: datetime
    zone: str
    until: date | None = None


def checked(rule: Rule) -> Rule:
    """Return `rule` when it can be kept. Raises `BadRule` or `BadZone`."""
    zone_of(rule.zone)
    if rule.start.tzinfo is not None:
        raise BadRule("the start of a rule is a wall-clock time, without a zone")
    if next_after(rule, moment(rule.start, zone_of(rule.zone)) - 2 * _DAY) is None:
        raise BadRule(f"{rule.rrule} never falls on anything")
    return rule


def next_after(rule: Rule, after: datetime) -> datetime | None:
    """Return the first occurrence strictly later than the aware moment `after`, in UTC; None when there is none.

    A zone that is gone from the zone data is read as UTC. Raises `BadRule`.
    """
    parts = _parts(rule.rrule)
    zone = zone_or_utc(rule.zone)
    try:
        local = after.astimezone(zone).replace(tzinfo=None)
        if parts.step is not None:
            return _next_step(rule, parts, parts.step, zone, local, after)
        return _next_day(rule, parts, zone, local, after)
    except OverflowError:  # the end of the calendar
        return None


def occurrences(rule: Rule, after: datetime, before: datetime) -> Iterator[datetime]:
    """Return the occurrences later than `after` and earlier than `before` (aware), in UTC. Raises `BadRule`."""
    found = next_after(rule, after)
    while found is not None and found < before:
        yield found
        found = next_after(rule, found)


def last_until(rule: Rule, first: datetime, now: datetime) -> datetime:
    """Return the latest occurrence that is not later than `now`, `first` when there is none after it.

    It looks back over ever longer spans, so it costs the same after an hour and after two years.
    """
    span = timedelta(hours=1)
    while now - span > first:
        found = list(occurrences(rule, now - span, now + timedelta.resolution))
        if found:
            return found[-1]
        span *= 2
    return max((first, *occurrences(rule, first, now + timedelta.resolution)))


def oddities(rule: Rule, after: datetime, days: int = 370) -> dict[Oddity, date]:
    """Return what will be odd about a rule in the `days` after an aware moment, each with the first day it happens.

    Rules of hours and minutes simply leave out what the clocks skip, so there is nothing to say of them.
    """
    parts = _parts(rule.rrule)
    if parts.step is not None:
        return {}
    zone = zone_or_utc(rule.zone)
    first = after.astimezone(zone).date()
    found: dict[Oddity, date] = {}
    for day in _days(rule, parts, first):
        if day > first + days * _DAY:
            break
        for at in parts.times(rule.start):
            odd = oddity_of(datetime.combine(day, at), zone)
            if odd is not None:
                found.setdefault(odd, day)
        if parts.is_short(day, rule.start):
            found.setdefault(Oddity.SHORT_MONTH, day)
    return found


@dataclass(frozen=True, slots=True)
class _Parts:
    """A rule's value, read. A weekday is its ordinal in the month (0: each) and its number from Monday."""

    frequency: str
    interval: int = 1
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def step(self) -> timedelta | None:
        """Return how far apart occurrences are by the clock, None for rules of days."""
        unit = _STEPS.get(self.frequency)
        return None if unit is None else unit * self.interval

    def times(self, start: datetime) -> tuple[time, ...]:
        """Return the times of a day, the earliest first."""
        if not self.hours and not self.minutes:
            return (start.time(),)
        hours, minutes = self.hours or (start.hour,), self.minutes or (start.minute,)
        return tuple(time(hour, minute, start.second) for hour in hours for minute in minutes)

    def is_short(self, day: date, start: datetime) -> bool:
        """Say whether `day` stands for a later one that its month does not have."""
        if self.frequency not in ("MONTHLY", "YEARLY") or self.weekdays or self.positions:
            return False
        last = monthrange(day.year, day.month)[1]
        return day.day == last and any(last < wanted for wanted in self.month_days or (start.day,))


@lru_cache(maxsize=4096)
def _parts(rrule: str) -> _Parts:
    """Read a rule's value. Raises `BadRule`."""
    given: dict[str, str] = {}
    for part in rrule.upper().split(";"):
        name, equals, value = part.strip().partition("=")
        if not equals or not value or name in given:
            raise BadRule(f"{part!r} is not NAME=VALUE, once")
        given[name] = value
    frequency = given.pop("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise BadRule(f"FREQ={frequency} is not one of {', '.join(_FREQUENCIES)}")
    parts = _Parts(
        frequency,
        interval=_numbers(given.pop("INTERVAL", "1"), 1, 1_000_000)[0],
        months=_numbers(given.pop("BYMONTH", ""), 1, 12),
        month_days=_numbers(given.pop("BYMONTHDAY", ""), -31, 31),
        weekdays=tuple(sorted({_weekday(word) for word in given.pop("BYDAY", "").split(",") if word})),
        positions=_numbers(given.pop("BYSETPOS", ""), -366, 366),
        hours=_numbers(given.pop("BYHOUR", ""), 0, 23),
        minutes=_numbers(given.pop("BYMINUTE", ""), 0, 59),
        week_start=_weekday(given.pop("WKST", "MO"))[1],
    )
    if given:
        raise BadRule(f"{', '.join(given)}: not a part that a rule may have here")
    _fit_together(parts)
    return parts


def _numbers(text: str, lowest: int, highest: int) -> tuple[int, ...]:
    try:
        found = sorted({int(word) for word in text.split(",") if word})
    except ValueError:
        raise BadRule(f"{text!r} is not a list of numbers") from None
    if any(not lowest <= number <= highest or (number == 0 and lowest < 0) for number in found):
        raise BadRule(f"{text!r} is not between {lowest} and {highest}")
    return tuple(found)


def _weekday(word: str) -> tuple[int, int]:
    number = _WEEKDAYS.get(word[-2:])
    try:
        ordinal = int(word[:-2] or 0)
    except ValueError:
        number = None
        ordinal = 0
    if number is None or not -5 <= ordinal <= 5:
        raise BadRule(f"{word!r} is not a weekday")
    return ordinal, number


def _fit_together(parts: _Parts) -> None:
    """Raise `BadRule` for parts that mean nothing side by side, or nothing that we could say in words."""
    monthly = parts.frequency in ("MONTHLY", "YEARLY")
    if any(ordinal for ordinal, _ in parts.weekdays) and not monthly:
        raise BadRule("the first or last weekday needs a month: FREQ=MONTHLY or YEARLY")
    if parts.frequency == "YEARLY" and parts.weekdays and not parts.months:
        raise BadRule("a weekday of a year needs BYMONTH")
    if parts.month_days and not monthly and parts.frequency != "DAILY":
        raise BadRule("BYMONTHDAY needs FREQ=DAILY, MONTHLY or YEARLY")
    if parts.positions and (not (monthly or parts.frequency == "WEEKLY") or len(parts.hours or parts.minutes) > 1):
        raise BadRule("BYSETPOS picks among days: FREQ=WEEKLY, MONTHLY or YEARLY, one time of day")
    if parts.step is not None and parts.minutes:
        raise BadRule("BYMINUTE needs a rule of days; a rule of hours begins at its minute")


def _next_day(rule: Rule, parts: _Parts, zone: ZoneInfo, local: datetime, after: datetime) -> datetime | None:
    """Return the first occurrence of a rule of days; `local` is what the clocks there say at the moment `after`."""
    first = local.date()
    if zone.utcoffset(local - _DAY) != zone.utcoffset(local):
        first -= _DAY  # what the clocks moved past midnight, or a day that they left out (Apia, 2011), comes after all
    times = parts.times(rule.start)
    if len(times) == 1:
        return _next_time(rule, _days(rule, parts, first), times[0], zone, after)
    earliest: datetime | None = None
    for day in _days(rule, parts, first):
        walls = (datetime.combine(day, at) for at in times)
        found = min((at for wall in walls if wall >= rule.start and (at := moment(wall, zone)) > after), default=None)
        if earliest is not None:  # one that the clocks moved past midnight may be later than the next day's first
            return earliest if found is None else min(earliest, found)
        earliest = found
    return earliest


def _next_time(rule: Rule, days: Iterator[date], at: time, zone: ZoneInfo, after: datetime) -> datetime | None:
    """Return the first moment of a rule of one time a day; the moments of its days come in order."""
    for day in days:
        wall = datetime.combine(day, at)
        if wall >= rule.start and (found := moment(wall, zone)) > after:
            return found
    return None


def _next_step(
    rule: Rule, parts: _Parts, step: timedelta, zone: ZoneInfo, local: datetime, after: datetime
) -> datetime | None:
    """Return the first occurrence of a rule of hours or minutes. Times that the clocks skip are left out."""
    wall = rule.start + max(0, (local - rule.start) // step) * step
    for _ in range(_FRUITLESS):
        if rule.until is not None and wall.date() > rule.until:
            return None
        if not _fits(parts, wall.date()):
            midnight = datetime.combine(wall.date() + _DAY, time())
            wall = rule.start - (rule.start - midnight) // step * step  # the first step from there on
            continue
        if not parts.hours or wall.hour in parts.hours:
            at = moment(wall, zone)
            if at > after and at.astimezone(zone).replace(tzinfo=None) == wall:
                return at
        wall += step
    return None


def _days(rule: Rule, parts: _Parts, first: date) -> Iterator[date]:
    """Return the days of a rule from `first` on, in order."""
    begin = rule.start.date()
    first = max(first, begin)
    fruitless = 0
    for period in _periods(parts, begin, first):
        fruitless += 1
        if fruitless > _FRUITLESS:
            return
        for day in period:
            if rule.until is not None and day > rule.until:
                return
            if day >= first:
                fruitless = 0
                yield day


def _periods(parts: _Parts, begin: date, first: date) -> Iterator[Iterable[date]]:
    """Return the days of each period of a rule, beginning with the one `first` lies in or just before."""
    match parts.frequency:
        case "DAILY":
            return _daily(parts, begin, first)
        case "WEEKLY":
            return _weekly(parts, begin, first)
        case "MONTHLY":
            months = (first.year - begin.year) * 12 + first.month - begin.month
            return _monthly(parts, begin, months // parts.interval * parts.interval)
    return _yearly(parts, begin, (first.year - begin.year) // parts.interval * parts.interval)


def _daily(parts: _Parts, begin: date, first: date) -> Iterator[Iterable[date]]:
    step = parts.interval * _DAY
    day = begin + (first - begin) // step * step
    while True:
        yield (day,) if _fits(parts, day) else ()
        day += step


def _weekly(parts: _Parts, begin: date, first: date) -> Iterator[Iterable[date]]:
    step = 7 * parts.interval * _DAY
    week = begin - (begin.weekday() - parts.week_start) % 7 * _DAY
    week += (first - week) // step * step
    wanted = [number for _, number in parts.weekdays] or [begin.weekday()]
    offsets = sorted((number - parts.week_start) % 7 for number in wanted)
    while True:
        days = [week + offset * _DAY for offset in offsets]
        yield _picked(parts, days if not parts.months else [day for day in days if day.month in parts.months])
        week += step


def _monthly(parts: _Parts, begin: date, months: int) -> Iterator[Iterable[date]]:
    while True:
        year, month = divmod(begin.month - 1 + months, 12)
        fits = not parts.months or month + 1 in parts.months
        yield _picked(parts, _month(parts, begin, begin.year + year, month + 1)) if fits else ()
        months += parts.interval


def _yearly(parts: _Parts, begin: date, years: int) -> Iterator[Iterable[date]]:
    months = parts.months or (range(1, 13) if parts.month_days else (begin.month,))
    while True:
        days = [day for month in months for day in _month(parts, begin, begin.year + years, month)]
        yield _picked(parts, days)
        years += parts.interval


def _month(parts: _Parts, begin: date, year: int, month: int) -> list[date]:
    """Return the days of one month that a rule names, in order."""
    if year > date.max.year:
        raise OverflowError
    weekday_of_first, last = monthrange(year, month)
    if not parts.weekdays:
        wanted = parts.month_days or (begin.day,)
        return [date(year, month, day) for day in sorted({_day_in(each, last) for each in wanted})]
    days: set[int] = set()
    for ordinal, weekday in parts.weekdays:
        all_such = range(1 + (weekday - weekday_of_first) % 7, last + 1, 7)
        if not ordinal:
            days.update(all_such)
        elif abs(ordinal) <= len(all_such):
            days.add(all_such[ordinal - 1 if ordinal > 0 else ordinal])
    if parts.month_days:  # "Friday the 13th" is both or nothing: no day stands for another here
        days &= {day if day > 0 else last + 1 + day for day in parts.month_days}
    return [date(year, month, day) for day in sorted(days)]


def _day_in(wanted: int, last: int) -> int:
    """Return a day of a month of `last` days; the last for one that it does not have, counted from either end."""
    return min(wanted, last) if wanted > 0 else max(1, last + 1 + wanted)


def _picked(parts: _Parts, days: list[date]) -> list[date]:
    """Return those of a period's days that BYSETPOS picks."""
    if not parts.positions:
        return days
    count = len(days)
    return [days[at] for at in sorted({p - 1 if p > 0 else count + p for p in parts.positions}) if 0 <= at < count]


def _fits(parts: _Parts, day: date) -> bool:
    """Say whether a day passes what a rule of days, hours or minutes leaves out."""
    if parts.months and day.month not in parts.months:
        return False
    if parts.weekdays and all(number != day.weekday() for _, number in parts.weekdays):
        return False
    if not parts.month_days:
        return True
    last = monthrange(day.year, day.month)[1]
    return any(day.day == (wanted if wanted > 0 else last + 1 + wanted) for wanted in parts.month_days)
