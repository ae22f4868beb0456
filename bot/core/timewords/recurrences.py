"""What comes again and again: "매주 월수금", "every other tuesday", "first monday of each month", "사흘마다".

Tables of patterns that give an `Every`: a frequency, and the days it names. How it becomes a rule with a first date is
`reading`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.core.timewords.grammar import Found, Pass
from bot.core.timewords.structures import NAMES, Month, MonthDay, Nth, Span
from bot.core.timewords.tables_en import Spelled
from bot.core.timewords.tokens import Number

LONGEST_MONTH = 32  # more than any day, so that the last one comes after the others
WORKING_DAYS, WEEKEND = (0, 1, 2, 3, 4), (5, 6)
_UNIT_FREQUENCIES = {
    "MIN": ("MINUTELY", 1),
    "HOUR": ("HOURLY", 1),
    "DAYU": ("DAILY", 1),
    "WEEK": ("WEEKLY", 1),
    "MONTHU": ("MONTHLY", 1),
    "YEAR": ("YEARLY", 1),
}


@dataclass(frozen=True, slots=True)
class Every:
    """A recurrence as said: its frequency and the days it names. `other`: a second sensible reading of the words."""

    freq: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    days: tuple[int, ...] = ()  # of the month; -1 the last
    nths: tuple[Nth, ...] = ()
    month_day: MonthDay | None = None
    month: int | None = None  # that a weekday of each year lies in
    part: str | None = None
    other: Every | None = None
    perhaps_once: bool = False  # "월요일, 수요일": every week, or the next of each

    @property
    def is_open(self) -> bool:
        """Say whether a day is still to be named."""
        return not (self.weekdays or self.days or self.nths or self.month_day)


def _freq(found: Found) -> Every:
    return Every(*found.get("FREQ"))


def _unit(found: Found) -> Every:
    freq, interval = next(_UNIT_FREQUENCIES[token.kind] for token in found.tokens if token.kind in _UNIT_FREQUENCIES)
    return Every(freq, 2 if found.has("OTHER") else found.get("ORD") or interval)


def _of_span(found: Found) -> Every | None:
    span: Span = found.get("SPAN")
    if span.vague:  # "every few days"
        return None
    skipped = 1 if found.has("SKIP") else 0
    match span:
        case (0, 0, seconds, _, _) if seconds and seconds % 3600 == 0:
            return Every("HOURLY", seconds // 3600 + skipped)
        case (0, 0, seconds, _, _) if seconds >= 60 and seconds % 60 == 0:
            return Every("MINUTELY", seconds // 60 + skipped)
        case (0, days, 0, _, _) if days:
            weeks = days % 7 == 0
            return Every("WEEKLY", days // 7 + skipped) if weeks else Every("DAILY", days + skipped)
        case (months, 0, 0, _, _) if months:
            years = months % 12 == 0
            return Every("YEARLY", months // 12 + skipped) if years else Every("MONTHLY", months + skipped)
    return None


def _times_in(found: Found) -> Every | None:
    """Build "이틀에 한 번", "once a week"; more than once in a while is no rule."""
    number: Number | None = found.get("NUM")
    if number is not None and number.value != 1:
        return None
    if found.has("SPAN"):
        return _of_span(found)
    every: Every = found.get("EVERYP")
    return every


def _more_than_once(found: Found) -> bool | None:
    """Recognise "일주일에 세 번", which names no days."""
    return True if found.get("NUM").value != 1 else None


def _each_weekly(found: Found) -> Every | None:
    """Build "every other tuesday"; every other weekday is Monday, Wednesday and Friday, or every second week."""
    return None if found.has("OTHER") and found.has("WEEKDAYS") else _weekly(found)


def _weekly(found: Found) -> Every:
    several: list[Any] = [day for days in found.all("WDS", "WDLIST", "WDPLS") for day in days]
    days = several or found.all("WD", "WDCH")
    if found.has("WEEKDAYS"):
        days = list(WORKING_DAYS)
    if found.has("WEEKEND") or found.has("WEEKENDS"):
        days = list(WEEKEND)
    return Every("WEEKLY", 2 if found.has("OTHER") else 1, weekdays=tuple(sorted(set(days))))


def _excepted(found: Found) -> tuple[int, ...]:
    return _weekly(found).weekdays


def without(every: Every, weekdays: tuple[int, ...]) -> Every | None:
    """Return `every` without weekdays ("매일, 일요일 빼고"); None where it has none of them, or no other."""
    daily = every.freq == "DAILY" and every.is_open
    if every.interval > 1 or every.other or not (daily or (every.freq == "WEEKLY" and every.weekdays)):
        return None
    named = tuple(range(7)) if daily else every.weekdays
    left = tuple(day for day in named if day not in weekdays)
    return replace(every, freq="WEEKLY", weekdays=left) if left and set(weekdays) <= set(named) else None


def _weekly_part(found: Found) -> Every:
    return replace(_weekly(found), part=found.get("PARTPL", "PART"))


def _each_part(found: Found) -> Every:
    return Every("DAILY", part=found.get("PART", "PARTPL") or "night")


def _every_nth(found: Found) -> Every:
    """Build "every second tuesday", which may be every other one or the second of each month."""
    nth: Nth
    nth, *more = found.get("NTH")
    monthly = Every("MONTHLY", nths=found.get("NTH"))
    if nth.n < 2 or more or found.has("MONTHU"):
        return monthly
    return Every("WEEKLY", nth.n, weekdays=(nth.weekday,), other=monthly) if nth.weekday < 7 else monthly


def _monthly(found: Found) -> Every | None:
    days = [day.value if isinstance(day, Number) else day for day in found.all("NUM", "ORD")]
    if found.has("LAST") or found.has("LASTDAY") or found.has("END") or found.has("MEND"):
        days.append(-1)
    every: Every = found.get("EVERYP") or Every(*found.get("FREQ") or ("MONTHLY", 1))
    if (nths := found.get("NTH")) is not None:
        return replace(every, nths=nths) if every.freq == "MONTHLY" and every.is_open else None
    if every.freq != "MONTHLY" or not every.is_open or not all(0 < day < 32 or day == -1 for day in days):
        return None
    return replace(every, days=tuple(sorted(set(days), key=lambda day: day % LONGEST_MONTH)))


def _each_date(found: Found) -> Every | None:
    """Build "every 1st and 15th"; "every second" alone is no date."""
    spelled = isinstance(found.get("ORD"), Spelled) and not found.has("THE")
    return None if spelled else _monthly(found)


def _several_nths(found: Found) -> Every | None:
    """Build "first and third tuesday of the month"; a single one is this month's."""
    nths = found.get("NTH")
    return Every("MONTHLY", nths=nths) if len(nths) > 1 else None


def _yearly(found: Found) -> Every | None:
    every: Every = found.get("EVERYP") or Every("YEARLY")
    day: MonthDay | None = found.get("MDAY")
    if day is None:
        how, fixed = found.get("HOLIDAY")
        day = MonthDay(*fixed) if how == "fixed" else None
    if day is None or day.year or every.freq != "YEARLY" or not every.is_open:
        return None
    return replace(every, month_day=day)


def _nth_of_year(found: Found) -> Every | None:
    """Build "매년 5월 둘째 일요일"."""
    every: Every = found.get("EVERYP")
    month: Month = found.get("MREF")
    if every.freq != "YEARLY" or not every.is_open or month.year:
        return None
    return replace(every, nths=found.get("NTH"), month=month.month)


def _with_weekdays(found: Found) -> Every | None:
    every: Every = found.get("EVERYP")
    days = _weekly(found).weekdays
    if not every.is_open or every.freq != "WEEKLY" or not days:
        return None
    return replace(every, weekdays=days)


def _listed(found: Found) -> Every:
    return replace(_weekly(found), perhaps_once=True)


def _days_listed(found: Found) -> Every | None:
    """Build "월요일부터 금요일까지 매일", which is one week or every week."""
    every: Every = found.get("EVERYP")
    return _listed(found) if every == Every("DAILY", part=every.part) else None


def merged(every: Every, weekday: int | None, day: int | None, month_day: MonthDay | None) -> Every | None:
    """Return `every` with the day that stands elsewhere in the text ("매주 아침 7시, 월요일"); None when they clash."""
    if not every.is_open:
        return None
    if every.freq == "WEEKLY" and weekday is not None:
        return replace(every, weekdays=(weekday,))
    if every.freq == "MONTHLY" and day is not None:
        return replace(every, days=(day,))
    if every.freq == "YEARLY" and month_day is not None:
        return replace(every, month_day=month_day)
    return None


_DAYS_OF_MONTH = "((NUM SIGN)* NUM IL P? (SIGN? NUM IL)*|THE? ORD NAL? (SIGN THE? ORD)*)"
_LAST_DAY = "THE? (LAST (DAYU|NAL)|LASTDAY|MEND|END)"
_WEEK_DAYS = "[WD WDS WDLIST WDCH WDPLS WEEKDAYS WEEKEND WEEKENDS]"

recurrences = (
    Pass(
        [
            ("EXCEPTP", f"EXCEPT EVERY? {_WEEK_DAYS}", _excepted),
            ("EXCEPTP", f"{_WEEK_DAYS} NAL? [P ONLY]* EXCEPTED P?", _excepted),
        ],
        NAMES,
    ),
    Pass(
        [
            ("EVERYP", "FREQ", _freq),
            ("EVERYP", "NIGHTLY", lambda found: Every("DAILY", part="night")),
            ("EVERYP", "EVERY (OTHER|ORD)? [MIN HOUR DAYU WEEK MONTHU YEAR] EACH?", _unit),
            ("EVERYP", "EVERY SPAN", _of_span),
            ("EVERYP", "EVERY? SPAN P? (EACH|SKIP)", _of_span),
            ("EVERYP", "MBEGIN EACH", lambda found: Every("MONTHLY", days=(1,))),
            ("EVERYP", "SPAN P? NUM TIMES P?", _times_in),
            ("OFTEN", "SPAN P? NUM TIMES P?", _more_than_once),
            ("EVERYP", "ONCE EVERY? SPAN", _times_in),
            ("EVERYP", f"EVERY OTHER? {_WEEK_DAYS}", _each_weekly),
            ("EVERYP", "ON? OTHER WDPLS", _weekly),
            ("EVERYP", f"{_WEEK_DAYS} NAL? P? EACH", _weekly),
            ("EVERYP", "(?<!NUM) ON? (WEEKDAYS|WEEKENDS|WDPLS)", _weekly),
            ("EVERYP", f"EVERY? {_WEEK_DAYS} PARTPL", _weekly_part),
            ("EVERYP", f"EVERY? {_WEEK_DAYS} NAL? P? PART EACH", _weekly_part),
            ("EVERYP", "EVERY PART", _each_part),
            ("EVERYP", "PART EACH", _each_part),
            ("EVERYP", "(IN|ON|AT)? THE? PARTPL", _each_part),
            ("EVERYP", "EVERY NTH (OF? [THE EVERY]* MONTHU)?", _every_nth),
            ("EVERYP", "EVERY THE? ORD (SIGN THE? ORD)* (?!UNIT|WD)", _each_date),
            ("EVERYP", "ON? THE? ORD (SIGN THE? ORD)+ OF THE? MONTHU", _monthly),
            ("EVERYP", "ON? THE? ORD DAYU OF EVERY MONTHU", _monthly),
            ("EVERYP", "EVERY THE? ORD OF [THE EVERY A]* MONTHU", _monthly),
            ("EVERYP", f"(ON|AT)? {_LAST_DAY} OF EVERY MONTHU", _monthly),
            ("EVERYP", f"EVERY {_LAST_DAY} OF THE? MONTHU", _monthly),
            ("EVERYP", f"ON? THE? ORD (SIGN THE? ORD)* SIGN {_LAST_DAY} OF EVERY MONTHU", _monthly),
            ("EVERYP", "EVERY? (MEND|LASTDAY) EACH", _monthly),
            ("EVERYP", f"ON? {_DAYS_OF_MONTH} OF EVERY MONTHU", _monthly),
            ("EVERYP", "ON? THE? NTH (OF|IN) EVERY MONTHU", _monthly),
            ("EVERYP", "ON? THE? NTH (OF|IN) [THE A]* MONTHU", _several_nths),
            ("EVERYP", "EVERY (MDAY|HOLIDAY)", _yearly),
            ("EVERYP", "HOLIDAY P? EACH", _yearly),
        ],
        NAMES,
    ),
    Pass(
        [
            ("EVERYP", "EVERYP P? NUM TIMES P?", _times_in),
            ("OFTEN", "EVERYP P? NUM TIMES P?", _more_than_once),
            ("EVERYP", "ONCE EVERYP", _times_in),
        ],
        NAMES,
    ),
    Pass(
        [
            ("EVERYP", f"EVERYP (P|ON|COMMA)? {_WEEK_DAYS} (P? EACH)?", _with_weekdays),
            ("EVERYP", f"ON? {_WEEK_DAYS} (P|COMMA)? EVERYP", _with_weekdays),
            ("EVERYP", f"EVERYP (P|ON)? {_DAYS_OF_MONTH} (P? EACH)?", _monthly),
            ("EVERYP", f"EVERYP (P|ON|AT)? {_LAST_DAY} (P? EACH)?", _monthly),
            ("EVERYP", f"EVERYP (P|ON)? {_DAYS_OF_MONTH} P? SIGN? {_LAST_DAY} (P? EACH)?", _monthly),
            ("EVERYP", f"ON? {_DAYS_OF_MONTH} EVERYP", _monthly),
            ("EVERYP", f"ON? {_LAST_DAY} EVERYP", _monthly),
            ("EVERYP", "EVERYP (P|ON)? MREF P? NTH", _nth_of_year),
            ("EVERYP", "EVERYP (P|ON)? THE? NTH (OF|IN) MREF", _nth_of_year),
            ("EVERYP", "THE? NTH (OF|IN) MREF EVERYP", _nth_of_year),
            ("EVERYP", "EVERYP COMMA? WDLIST", _days_listed),
            ("EVERYP", "WDLIST COMMA? EVERYP", _days_listed),
            ("EVERYP", "EVERYP (P|ON)? THE? NTH (P? EACH)?", _monthly),
            ("EVERYP", "ON? THE? NTH EVERYP", _monthly),
            ("EVERYP", "EVERYP (P|ON)? (MDAY|HOLIDAY) (P? EACH)?", _yearly),
            ("EVERYP", "ON? (MDAY|HOLIDAY) EVERYP", _yearly),
        ],
        NAMES,
    ),
    Pass(
        [
            ("EVERYP", "ON? WDS", _weekly),
            ("EVERYP", "ON? WDLIST", _listed),
            ("EVERYP", "(?<![MREF P OF IN]) ON? THE? NTH (?!P? [OF IN]? MREF)", _several_nths),
            ("CLKEACH", "(?<=CLK) EACH", lambda found: Every("DAILY")),
        ]
    ),
)
