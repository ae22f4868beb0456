"""What the picture of progress shows, as data, and the same in words for who cannot see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.chat.context import Context
from bot.core.progress import Streak, Weeks
from bot.core.progress.days import WEEK
from bot.pictures import Column, Figure, Sheet
from cogs.progress.words import WEEKDAYS, duration, month_name

SHOWN_FINISHED = 4
WEEKS_IN_WORDS = 4
_LEVELS = (30, 60, 120)  # minutes from which on a day is of the second, third and fourth level
_SAID_WEEKDAYS = ("mon", "wed", "fri")
_LONGEST_NAME = 60
_FIRST_NAMED = 14  # the day of a month up to which the first week is called by it: later the next name is near


def sheet_of(ctx: Context, weeks: Weeks, finished: Sequence[str], title: str) -> Sheet:
    """Return the picture's data. `finished` are the names of what came to an end, the latest first."""
    whole, current = weeks.whole, weeks.current
    most = max((total.minutes for total in weeks.by_week.values()), default=0)
    this_week = ctx.t("progress.picture.week_time", time=duration(ctx, current.minutes)) if current.minutes else ""
    figures = [
        Figure(ctx.t("progress.days", count=current.days), this_week or ctx.t("progress.picture.week")),
        Figure(ctx.t("progress.days", count=whole.days), ctx.t("progress.picture.weeks", count=len(weeks.by_week))),
    ]
    if whole.minutes:
        figures.append(Figure(_rounded(ctx, whole.minutes), ctx.t("progress.picture.time")))
    rest = len(finished) - SHOWN_FINISHED
    return Sheet(
        title=title,
        period=ctx.t("progress.picture.period", since=_date(ctx, weeks.first), until=_date(ctx, weeks.today)),
        figures=tuple(figures),
        weekdays=tuple(ctx.t(f"progress.weekday.{each}") if each in _SAID_WEEKDAYS else "" for each in WEEKDAYS),
        columns=tuple(_columns(ctx, weeks)),
        less=ctx.t("progress.picture.less"),
        more=ctx.t("progress.picture.more"),
        bars=ctx.t("progress.picture.bars"),
        peak=duration(ctx, most) if most else "",
        finished_title=ctx.t("progress.finished"),
        finished=tuple(finished[:SHOWN_FINISHED]),
        rest=ctx.t("progress.rest", count=rest) if rest > 0 else "",
    )


def _columns(ctx: Context, weeks: Weeks) -> Iterator[Column]:
    for monday, total in weeks.by_week.items():
        days = [monday + timedelta(days=number) for number in range(7)]
        begins = monday.day <= (_FIRST_NAMED if monday == weeks.first else 7)
        yield Column(
            tuple(None if day > weeks.today else _level(weeks.by_day.get(day)) for day in days),
            total.minutes,
            month_name(ctx, monday) if begins else "",
        )


def _level(minutes: int | None) -> int:
    """Return how full a day is drawn: studied is never nothing, however short or untold."""
    return 0 if minutes is None else 1 + sum(minutes >= least for least in _LEVELS)


def _rounded(ctx: Context, minutes: int) -> str:
    """Return a large duration in whole hours."""
    return ctx.t("progress.hours", hours=round(minutes / 60)) if minutes >= 600 else duration(ctx, minutes)


def _date(ctx: Context, day: date) -> str:
    return ctx.t("progress.picture.date", month=month_name(ctx, day), day=day.day)


def headline(ctx: Context, weeks: Weeks, streak: Streak | None) -> list[str]:
    """Return what is said above the picture: this week, and how the streak stands."""
    current = weeks.current
    said = [ctx.t("progress.week", days=_days_and_time(ctx, current.days, current.minutes))] if current.days else []
    if not current.days:
        said.append(ctx.t("progress.week_open"))
    if streak is not None:
        said.append(streak_words(ctx, streak))
    return said


def streak_words(ctx: Context, streak: Streak) -> str:
    """Return how a streak stands; one that has not begun is told as what comes next, not as what was lost."""
    if streak.aim.days is None:
        if not streak.length:
            return ctx.t("progress.streak.daily_begins")
        return ctx.t("progress.streak.daily", count=streak.length, rests=_rests(ctx, streak))
    week = ctx.t("progress.streak.this_week", done=streak.this_week, days=streak.aim.days)
    if not streak.length:
        return week
    return " ".join((ctx.t("progress.streak.weekly", count=streak.length, rests=_rests(ctx, streak)), week))


def _rests(ctx: Context, streak: Streak) -> str:
    return ctx.t("progress.streak.rests", count=max(streak.rests, 0)) if streak.rests > 0 else ""


def in_words(ctx: Context, weeks: Weeks, finished: Sequence[str]) -> str:
    """Return the picture as text: all weeks together, the last few, and what was finished."""
    whole = weeks.whole
    rows = [ctx.t("progress.all_weeks", count=len(weeks.by_week), days=_days_and_time(ctx, whole.days, whole.minutes))]
    rows += [
        _week(ctx, weeks, monday) for monday in list(weeks.by_week)[-WEEKS_IN_WORDS:] if weeks.by_week[monday].days
    ]
    if finished:
        names = [name[:_LONGEST_NAME] for name in finished[:SHOWN_FINISHED]]
        rest = len(finished) - len(names)
        names += [ctx.t("progress.rest", count=rest)] if rest > 0 else []
        rows.append(ctx.t("progress.finished_list", names=", ".join(names)))
    return "\n".join(rows)


def every_week(ctx: Context, weeks: Weeks) -> list[str]:
    """Return a line for every week that was studied in, the latest first."""
    return [_week(ctx, weeks, monday) for monday in reversed(list(weeks.by_week)) if weeks.by_week[monday].days]


def _week(ctx: Context, weeks: Weeks, monday: date) -> str:
    total, last = weeks.by_week[monday], min(monday + WEEK - timedelta(days=1), weeks.today)
    span = "–".join(dict.fromkeys((_date(ctx, monday), _date(ctx, last))))
    return ctx.t("progress.week_line", span=span, days=_days_and_time(ctx, total.days, total.minutes))


def _days_and_time(ctx: Context, days: int, minutes: int) -> str:
    said = ctx.t("progress.days", count=days)
    return f"{said}, {duration(ctx, minutes)}" if minutes else said
