"""Until when somebody is away: a day that was named is still a day off, and the next morning they are back.

Pure arithmetic with a person's mornings; how it is said is not known here.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.core.schedule import as_utc, zone_or_utc
from bot.core.timewords.heard import Habits

_DAY = timedelta(days=1)


def back_after(day: date, habits: Habits) -> datetime:
    """Return when somebody is back who is away through `day`: on their next morning, in UTC."""
    zone = zone_or_utc(habits.zone).key
    return as_utc(datetime.combine(day + _DAY, time.fromisoformat(habits.morning)), zone)


def last_day(until: datetime, habits: Habits) -> date | None:
    """Return the last whole day off of a time away that ends `until`; None when it ends within a day."""
    day = until.astimezone(zone_or_utc(habits.zone)).date() - _DAY
    return day if back_after(day, habits) == until else None
