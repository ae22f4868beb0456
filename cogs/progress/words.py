"""How days, durations and lines of the log are said, in the log and in the progress alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.chat.context import Context
from bot.core.catalogue import Resource
from bot.core.people import EntryState
from bot.core.progress import Studied

HOUR = 60


def duration(ctx: Context, minutes: int) -> str:
    """Return a duration in words: "50분", "1시간 50분", "2 h"."""
    hours, rest = divmod(minutes, HOUR)
    if not hours:
        return ctx.t("progress.minutes", minutes=rest)
    if not rest:
        return ctx.t("progress.hours", hours=hours)
    return ctx.t("progress.hours_minutes", hours=hours, minutes=rest)


def day_name(ctx: Context, day: date, today: date) -> str:
    """Return a day as one says it: today, yesterday, or its date, with the year where it is another."""
    ago = (today - day).days
    if ago in (0, 1):
        return ctx.t("progress.day.today" if ago == 0 else "progress.day.yesterday")
    weekday = ctx.t(f"progress.weekday.{WEEKDAYS[day.weekday()]}")
    said = ctx.t("progress.day.date", month=month_name(ctx, day), day=day.day, weekday=weekday)
    return said if day.year == today.year else ctx.t("progress.day.of_year", day=said, year=day.year)


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def month_name(ctx: Context, day: date) -> str:
    """Return the month of `day`, short."""
    return ctx.t(f"progress.month.{MONTHS[day.month - 1]}")


def line_words(ctx: Context, line: Studied, resource_of: Callable[[str], Resource | None]) -> str:
    """Return one line of the log: what, which part, how long. A resource is called by its name."""
    resource = resource_of(line.resource_id) if line.resource_id else None
    what = resource.name(ctx.locale) if resource else line.text or ctx.t("progress.something")
    parts = [what]
    if line.part and (resource is not None or line.part not in what):
        parts.append(ctx.t("progress.part", number=line.part) if line.part.isdigit() else line.part)
    if line.minutes is not None:
        parts.append(duration(ctx, line.minutes))
    if line.end is not None:
        parts.append(ctx.t("progress.ended.skimmed" if line.end is EntryState.SKIMMED else "progress.ended.done"))
    return " · ".join(parts)
