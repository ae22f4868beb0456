"""From what was said to come again to a rule with its first date.

It knows what an `Every` names and what bounds it; words and tokens are not its business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.core.schedule import Rule, next_after, zone_of
from bot.core.timewords.heard import Grain, Recurring
from bot.core.timewords.hours import Clock
from bot.core.timewords.recurrences import Every
from bot.core.timewords.structures import WORKING_DAY, Span

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SAFE_LAST_DAY = 27  # days up to it have a day after them in every month


@dataclass(frozen=True, slots=True)
class Bounds:
    """From which day a rule runs, until which, how often, or for how long."""

    first: date | None = None
    until: date | None = None
    count: int | None = None
    span: Span | None = None


def rule_of(
    every: Every, clocks: Sequence[Clock], grain: Grain, bounds: Bounds, now: datetime, zone: str
) -> Recurring | None:
    """Return the rule of `every` at one or more sure times of day, from its first occurrence after `now` (aware) on.

    None when it never falls on anything within its bounds. `rest` is left empty.
    """
    clock, *more = sorted(clocks, key=lambda each: each.time)
    hours = tuple(each.hour for each in (clock, *more)) if more else ()
    shifted = _next_day(every) if clock.days else every
    if shifted is None:
        return None
    wall = now.astimezone(zone_of(zone)).replace(tzinfo=None)
    if shifted.freq in ("HOURLY", "MINUTELY"):
        return _by_the_clock(shifted, bounds, wall, zone)
    named = _named(shifted, wall.date() if bounds.first is None else bounds.first)
    begin = datetime.combine(bounds.first or wall.date(), clock.time)
    first = next_after(Rule(_value(replace(named, interval=1), hours), begin, zone), max(now, _aware(begin, zone)))
    if first is None:
        return None
    at = first.astimezone(zone_of(zone)).replace(tzinfo=None)
    start = at if hours else datetime.combine(at.date(), clock.time)  # the clocks may have moved its first time
    return _bounded(Rule(_value(named, hours), start, zone), bounds, grain)


def _aware(wall: datetime, zone: str) -> datetime:
    """Return the moment just before `wall`, so that `wall` itself is after it."""
    return wall.replace(tzinfo=zone_of(zone)) - timedelta(seconds=1)


def _bounded(rule: Rule, bounds: Bounds, grain: Grain) -> Recurring | None:
    until = bounds.until
    if bounds.span is not None:
        until = (bounds.span.after(datetime.combine(rule.start.date(), time())) - timedelta(1)).date()
    rule = replace(rule, until=until)
    first = next_after(rule, _aware(rule.start, rule.zone))
    if first is None:
        return None
    return Recurring(rule, bounds.count, first.astimezone(zone_of(rule.zone)), grain, "")


def _by_the_clock(every: Every, bounds: Bounds, wall: datetime, zone: str) -> Recurring | None:
    step = timedelta(**{"hours" if every.freq == "HOURLY" else "minutes": every.interval})
    if bounds.first is not None and bounds.first != wall.date():
        return None
    start = wall.replace(second=0, microsecond=0) + step
    return _bounded(Rule(_value(every), start, zone), bounds, Grain.MINUTE)


def _named(every: Every, day: date) -> Every:
    """Return `every` with the day it names; where it names none ("매주", "monthly") it is that of its first day."""
    if not every.is_open:
        return every
    match every.freq:
        case "WEEKLY":
            return replace(every, weekdays=(day.weekday(),))
        case "MONTHLY":
            return replace(every, days=(day.day,))
    return every


def _next_day(every: Every) -> Every | None:
    """Return `every` a day later: a night's midnight belongs to the day after. None where that is no rule."""
    if every.nths or every.month_day or (every.is_open and every.freq not in ("DAILY",)):
        return None
    if not all(day == -1 or day <= SAFE_LAST_DAY for day in every.days):
        return None
    return replace(
        every,
        weekdays=tuple(sorted((day + 1) % 7 for day in every.weekdays)),
        days=tuple(sorted(1 if day == -1 else day + 1 for day in every.days)),
    )


def _value(every: Every, hours: Sequence[int] = ()) -> str:
    """Return the RFC 5545 value."""
    parts = [f"FREQ={every.freq}"]
    if every.interval > 1:
        parts.append(f"INTERVAL={every.interval}")
    if every.weekdays:
        parts.append("BYDAY=" + ",".join(CODES[day] for day in every.weekdays))
    if every.month:
        parts.append(f"BYMONTH={every.month}")
    if every.month_day:
        parts += [f"BYMONTH={every.month_day.month}", f"BYMONTHDAY={every.month_day.day}"]
    if every.days:
        parts.append("BYMONTHDAY=" + ",".join(map(str, every.days)))
    if every.nths and every.nths[0].weekday == WORKING_DAY:
        parts += ["BYDAY=" + ",".join(CODES[:5]), "BYSETPOS=" + ",".join(str(nth.n) for nth in every.nths)]
    elif every.nths:
        parts.append("BYDAY=" + ",".join(f"{nth.n}{CODES[nth.weekday]}" for nth in every.nths))
    if hours:
        parts.append("BYHOUR=" + ",".join(map(str, hours)))
    return ";".join(parts)
