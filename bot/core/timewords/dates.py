"""One day: "내일", "다음 주 금요일", "the 15th", "last sunday of march", "three days after easter".

Tables of patterns that give a `Day`. A day that people mean differently carries both, for a question; a day that is
over carries its date all the same, so that it can be said to be past.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.core.timewords import holidays
from bot.core.timewords.grammar import Found, Pass
from bot.core.timewords.pieces import Unsure
from bot.core.timewords.structures import NAMES, WORKING_DAY, Month, MonthDay, Now, Nth, Span
from bot.core.timewords.tables_en import Spelled
from bot.core.timewords.tokens import Number

DAY_BEGINS = 4  # o'clock: before, "tomorrow" may be the day that has just begun
YEARS_AHEAD = 12
NEAR = timedelta(90)  # people know the weekday of a nearer date; "Fri, Jul 18" in winter may be another year's
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Day:
    """A date as said.

    `other`: a second date the words may mean; `asks`: whether that needs a question even where no hour was said.
    `weekday`, `day`, `month_day`: what named it, for a rule that it belongs to. `ends`: the last day of the week or
    month that it begins, when the words named one.
    """

    on: date
    other: date | None = None
    asks: bool = True
    weekday: int | None = None
    day: int | None = None
    month_day: MonthDay | None = None
    part: str | None = None
    ends: date | None = None
    then: date | None = None  # the next such day, where an hour of this one is over
    today: bool = False  # said as "today"
    whole: bool = False  # a week or month, and no day of it
    letter: bool = False  # said as 일, which is work as well
    holiday: bool = False  # said by its name
    weekend: bool = False  # a Saturday that stands for its Sunday as well


def _relative(found: Found) -> Day:
    shift: int = found.get("DAY")
    now: Now = found.now
    day = now.today + timedelta(shift)
    if shift > 0 and now.wall.hour < DAY_BEGINS:
        return Day(day - timedelta(1), other=day)
    return Day(day, today=shift == 0)


def _tonight(found: Found) -> Day:
    now: Now = found.now
    part = found.get("PART") or ("late_night" if found.has("LATE") else "night")
    if now.wall.hour < DAY_BEGINS and part == "night":
        return Day(now.today, other=None, part=part)
    return Day(now.today, part=part)


def _coming(weekday: int, today: date) -> date:
    return today + timedelta((weekday - today.weekday()) % 7)


def _weekday(found: Found) -> Day:
    """Build a weekday: the next one. Today's own name is a week from now, unless an hour of today is still ahead."""
    weekday = found.get("WD", "WDCH")
    coming = _coming(weekday, found.now.today)
    if coming != found.now.today:
        return Day(coming, weekday=weekday)
    return Day(coming + timedelta(7), other=coming, asks=False, weekday=weekday)


def _letter(found: Found) -> Day | None:
    """Build the 토 of "토 10시"; 일 is work as well, and a Sunday only where it begins the text."""
    return _weekday(found) if found.get("WDCH") != SUNDAY else None


def _sunday(found: Found) -> Day | None:
    return replace(_weekday(found), letter=True) if found.get("WDCH") == SUNDAY else None


def _this_weekday(found: Found) -> Day:
    return Day(_coming(found.get("WD", "WDCH"), found.now.today))


def _coming_weekday(found: Found) -> Day:
    """Build "coming friday"; on a Friday it is the one of next week."""
    return Day(_coming(found.get("WD", "WDCH"), found.now.today + timedelta(1)))


def _next_weekday(found: Found) -> Day:
    """Build "next friday": that of next week, also while this week's, "friday" or "this friday", is ahead."""
    today: date = found.now.today
    weekday = found.get("WD", "WDCH")
    if found.has("AFTER"):  # "friday after next": the one after the one that comes
        return Day(_coming(weekday, today + timedelta(1)) + timedelta(7))
    return Day(_in_week(sum(found.all("NEXT")), weekday, today))


def following(day: Day, first: date) -> date | None:
    """Return the date of a day that ends what begins on `first` ("25일부터 5일까지"), None when it lies before."""
    on = day.ends or (day.other if day.weekend and day.other else day.on)
    if on >= first and day.weekday is None and day.day is None:
        return on
    ahead = (first + timedelta(days) for days in range(366))
    if day.weekday is not None:
        return next(each for each in ahead if each.weekday() == day.weekday)
    if day.day is not None:
        return next((each for each in ahead if each.day == day.day), None)
    return None


def _past_weekday(found: Found) -> Day:
    return Day(_coming(found.get("WD"), found.now.today) - timedelta(7))


def _same_weekday(found: Found) -> Day:
    """Build "내일(목)", a date with its weekday in brackets, which has to be that date's."""
    day: Day = found.get("DAYP")
    weekday = found.get("WD", "WDCH")
    fitting = [each for each in (day.on, day.other) if each and each.weekday() == weekday]
    if not fitting:
        raise Unsure
    return replace(day, on=fitting[0], other=None)


def _night_before(found: Found) -> Day | None:
    """Build "the night before christmas": of the day that ends with it."""
    day: Day = found.get("DAYP")
    if day.whole or day.part or (day.other and day.asks):
        return None
    return Day(day.on - timedelta(1), part=found.get("PART"))


def _weekend(found: Found) -> Day:
    """Build "this weekend", which is two days."""
    today: date = found.now.today
    shift = found.get("WREF")
    saturday = _in_week(shift if shift is not None else 1 if found.has("NEXT") else 0, 5, today)
    return Day(saturday, other=saturday + timedelta(1), weekend=True)


def _in_week(shift: int, weekday: int, today: date) -> date:
    return today - timedelta(today.weekday()) + timedelta(7 * shift + weekday)


def _weekday_of_week(found: Found) -> Day:
    return Day(_in_week(found.get("WREF"), found.get("WD", "WDCH"), found.now.today))


def _weekday_after(found: Found) -> Day | None:
    """Build "monday in two weeks": the Monday of that week."""
    span: Span = found.get("SPAN")
    if span.months or span.seconds or span.days % 7:
        return None
    return Day(_in_week(span.days // 7, found.get("WD"), found.now.today))


def _today_of_week(found: Found) -> Day | None:
    """Build "다음 주 오늘"."""
    return Day(found.now.today + timedelta(7 * found.get("WREF"))) if found.get("DAY") == 0 else None


def _weekdays_from_now(found: Found) -> Day | None:
    """Build "three fridays from now", which some count from the week after this one."""
    count: Number = found.get("NUM")
    weekday = found.get("WD", "WDPLS")
    weekday = weekday[0] if isinstance(weekday, tuple) else weekday
    if not 0 < count.value < 60:
        return None
    first = _coming(weekday, found.now.today + timedelta(1)) + timedelta(7 * (count.value - 1))
    return Day(first, other=first + timedelta(7))


def _days_ahead(found: Found) -> Day | None:
    span: Span = found.get("SPAN")
    return Day(found.now.today + timedelta(span.days)) if span.days and not span.months and not span.seconds else None


def _month_day(found: Found) -> Day | None:
    said: MonthDay = found.get("MDAY")
    if found.has("YEARREL"):
        said = said._replace(year=found.now.today.year + found.get("YEARREL"))
    elif found.has("YEAR"):  # "next year", "this year"
        said = said._replace(year=found.now.today.year + (1 if found.has("NEXT") else 0))
    days = _dates(said, found.now.today)
    weekday = found.get("WD", "WDCH")
    if days and weekday is not None and days[0].weekday() != weekday:
        another = found.has("COMMA") and days[0] - found.now.today > NEAR
        days = [day for day in days[1:2] if another and day.weekday() == weekday]
        if not days:
            raise Unsure  # "12월 3일 월요일" of a year in which it is a Thursday
    return Day(days[0], month_day=said if said.year is None else None) if days else None


def _dates(said: MonthDay, today: date) -> list[date]:
    """Return the dates that a day of a month can be: of its year, or of the years ahead."""
    years = [said.year] if said.year else range(today.year, today.year + YEARS_AHEAD)
    days = [day for year in years if (day := _date(year, said.month, said.day))]
    return days if said.year else [day for day in days if day >= today]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_of_month(found: Found) -> Day | None:
    """Build "15일", "the 15th": the next such day, which a short month does not have."""
    number = found.get("NUM", "ORD")
    spelled = isinstance(number, Number) and not number.digits and not found.has("IL")
    if spelled or (isinstance(number, Spelled) and not found.has("ON")):
        return None  # "the one", "the second"
    wanted = number.value if isinstance(number, Number) else number
    weekday = found.get("WD", "WDCH")
    today: date = found.now.today
    months = (divmod(today.month - 1 + ahead, 12) for ahead in range(80))
    days = [day for years, month in months if (day := _date(today.year + years, month + 1, wanted)) and day >= today]
    if weekday is not None and found.has("IL") and days[0].weekday() != weekday:
        raise Unsure  # "15일(월)"; "friday the 13th" waits for one
    days = [day for day in days if weekday is None or day.weekday() == weekday]
    return Day(days[0], day=wanted, then=days[1]) if len(days) > 1 else None


def _month_of(said: Month | None, today: date, pick: Callable[[int, int], date | None]) -> date | None:
    """Return the day that `pick` finds in a month; of a month without a year, the next that is not over."""
    if said is None:  # "the 1st of the month": of the next one, when this one's is over
        months = ((today.year, today.month), (today.year + today.month // 12, today.month % 12 + 1))
        return next((day for month in months if (day := pick(*month)) and day >= today), None)
    if said.year:
        return pick(said.year, said.month)
    found = (pick(year, said.month) for year in range(today.year, today.year + YEARS_AHEAD))
    return next((day for day in found if day and day >= today), None)


def _of_month(found: Found) -> Day | None:
    """Build a day of a month that was said: "20th of next month", "last day of may", "3월 마지막 월요일"."""
    nths: tuple[Nth, ...] | None = found.get("NTH")
    if nths and len(nths) > 1:
        return None
    number = found.get("NUM", "ORD")
    count = number.value if isinstance(number, Number) else number
    today: date = found.now.today

    def pick(year: int, month: int) -> date | None:
        if nths:
            return _nth(year, month, nths[0])
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).day
        if found.has("LAST") or found.has("LASTDAY") or found.has("END"):
            return date(year, month, last - (count or 1) + 1) if (count or 1) <= last else None
        return _date(year, month, count or 1)

    day = _month_of(found.get("MREF"), today, pick)
    return Day(day) if day else None


def _nth(year: int, month: int, nth: Nth) -> date | None:
    if nth.weekday != WORKING_DAY:
        return holidays.nth_weekday(year, month, nth.weekday, nth.n)
    days = [day for number in range(1, 32) if (day := _date(year, month, number)) and day.weekday() < 5]
    return days[nth.n - 1 if nth.n > 0 else nth.n] if abs(nth.n) <= len(days) else None


def _end_of_this_month(found: Found) -> Day:
    today: date = found.now.today
    return Day(date(today.year + today.month // 12, today.month % 12 + 1, 1) - timedelta(1))


def _start_of_month(found: Found) -> Day:
    today: date = found.now.today
    this = today.replace(day=1)
    return Day(this if this >= today else date(today.year + today.month // 12, today.month % 12 + 1, 1))


def _end_of_year(found: Found) -> Day:
    return Day(date(found.now.today.year + (found.get("YEARREL") or 0), 12, 31))


def _day_of_year(found: Found) -> Day:
    """Build "내년 첫날"; nobody counts far."""
    return Day(date(found.now.today.year + found.get("YEARREL"), 1, found.get("ORD")))


def _holiday(found: Found) -> Day | None:
    rule = found.get("HOLIDAY")
    today: date = found.now.today
    year = found.get("NUM")
    if year and not today.year <= year.value < today.year + 100:
        return None
    years = [year.value] if year else range(today.year, today.year + YEARS_AHEAD)
    if found.has("YEARREL") or found.has("YEAR"):
        years = [today.year + (found.get("YEARREL") or (1 if found.has("NEXT") else 0))]
    for each in years:
        day = holidays.date_of(rule, each)
        if day is None:
            return None
        if day >= today or len(years) == 1:
            return Day(day, holiday=True)
    return None


def _shifted(found: Found) -> Day | None:
    """Build "three days after easter", "a week from friday", "크리스마스 이틀 전", "the day after christmas"."""
    span: Span | None = found.get("SPAN")
    if span is None:
        span = Span(days=1)
    day: Day = found.get("DAYP")
    if not span.whole_days or day.whole:
        return None
    sign = -1 if found.has("BEFORE") or found.has("EVE") else 1

    def moved(from_day: date) -> date:
        return span.after(datetime.combine(from_day, time()), sign).date()

    return replace(Day(moved(day.on), asks=day.asks), other=moved(day.other) if day.other else None)


def _whole(found: Found) -> Day:
    """Build a week or month without a day: "이번 주", "다음 달". It is only a bound for a rule."""
    today: date = found.now.today
    month: Month | None = found.get("MREF")
    if month is None:
        first = _in_week(found.get("WREF"), 0, today)
        last = first + timedelta(6)
    else:
        year = month.year or today.year + (month.month < today.month)
        first = date(year, month.month, 1)
        last = date(year + month.month // 12, month.month % 12 + 1, 1) - timedelta(1)
    return Day(first, ends=last, whole=True)


dates = (
    Pass(
        [
            ("DAYP", "ON? DAY", _relative),
            ("DAYP", "DAY WITHIN P?", _relative),
            ("DAYP", "LATE? TONIGHT", _tonight),
            ("DAYP", "THIS PART", _tonight),
            ("DAYP", "ON? THE? WD NAL?", _weekday),
            ("DAYP", "(?<!NUM) WDCH (?=CLK|PART)", _letter),
            ("DAYP", "(?<!.) WDCH (?=CLK|PART)", _sunday),
            ("DAYP", "ON? THIS WD NAL?", _this_weekday),
            ("DAYP", "ON? THIS? UPCOMING WD NAL?", _coming_weekday),
            ("DAYP", "PREV WD", _past_weekday),
            ("DAYP", "ON? NEXT+ WD NAL?", _next_weekday),
            ("DAYP", "ON? THE? WD AFTER NEXT", _next_weekday),
            ("DAYP", "ON? WREF (P|ON)? [WD WDCH] NAL?", _weekday_of_week),
            ("DAYP", "ON? THE? WD (OF|IN)? WREF", _weekday_of_week),
            ("DAYP", "ON? WD IN SPAN", _weekday_after),
            ("DAYP", "IN SPAN ON? WD", _weekday_after),
            ("DAYP", "SPAN LATER P? WD", _weekday_after),
            ("DAYP", "WREF DAY", _today_of_week),
            ("DAYP", "NUM [WD WDPLS] [FROM LATER] NOW?", _weekdays_from_now),
            ("DAYP", "UPCOMING SPAN", _days_ahead),
            ("DAYP", "NUM UPCOMING DAYU", lambda found: Day(found.now.today + timedelta(found.get("NUM").value))),
            ("DAYP", "ON? MDAY", _month_day),
            ("DAYP", "ON? MDAY COMMA? (YEARREL|(THIS|NEXT) YEAR)", _month_day),
            ("DAYP", "(YEARREL|(THIS|NEXT) YEAR) [COMMA ON P]? MDAY", _month_day),
            ("DAYP", "ON? WD COMMA? THE? MDAY", _month_day),
            ("DAYP", "ON? MDAY (COMMA|PUNCT|P)? [WD WDCH] PUNCT?", _month_day),
            ("DAYP", "NUM IL", _day_of_month),
            ("DAYP", "NUM IL PUNCT? [WD WDCH] PUNCT?", _day_of_month),
            ("DAYP", "ON? THE ORD (?!WEEK|WD|FILL)", _day_of_month),
            ("DAYP", "ON ORD (?!WEEK|WD|FILL)", _day_of_month),
            ("DAYP", "(?<!FILL) ORD (?=AT|CLK|PUNCT|COMMA|$)", _day_of_month),
            ("DAYP", "ON? THE NUM (?!FILL|UNIT|OF)", _day_of_month),
            ("DAYP", "ON? WD COMMA? THE? ORD", _day_of_month),
            ("DAYP", "ON? THE? [ORD NUM] DAYU? OF MREF", _of_month),
            ("DAYP", "ON? MREF (P|ON)? THE? (NUM IL|ORD (NAL|DAYU)?)", _of_month),
            ("DAYP", "ON? THE? NTH ((OF|IN) THE?)? MREF", _of_month),
            ("DAYP", "ON? MREF (P|ON)? THE? NTH", _of_month),
            ("DAYP", "ON? THE? NTH (OF|IN) (THE|THIS)? MONTHU", _of_month),
            ("DAYP", "(ON|AT)? THE? ORD? LAST DAYU (OF|IN) (MREF|(THE|THIS) MONTHU)", _of_month),
            ("DAYP", "(ON|AT)? THE? END OF (MREF|(THE|THIS)? MONTHU)", _of_month),
            ("DAYP", "ON? THE? ORD DAYU? OF THE MONTHU", _of_month),
            ("DAYP", "MREF P? (LAST NAL|LASTDAY|END)", _of_month),
            ("DAYP", "[ON AT OVER]? THE? [THIS NEXT UPCOMING]* WEEKEND", _weekend),
            ("DAYP", "WREF P? WEEKEND", _weekend),
            ("DAYP", "LASTDAY", _end_of_this_month),
            ("DAYP", "MEND", _end_of_this_month),
            ("DAYP", "MBEGIN", _start_of_month),
            ("DAYP", "THE? YEND", _end_of_year),
            ("DAYP", "(AT|ON)? THE? END OF (THE|THIS) YEAR", _end_of_year),
            ("DAYP", "(AT|ON)? THE? LAST DAYU (OF|IN) (THE|THIS) YEAR", _end_of_year),
            ("DAYP", "YEARREL P? (END|YEND|LAST NAL|LASTDAY)", _end_of_year),
            ("DAYP", "YEARREL P? ORD NAL", _day_of_year),
            ("DAYP", "ON? HOLIDAY (?!NUM)", _holiday),
            ("DAYP", "ON? HOLIDAY NUM (?!FILL|OCLOCK|PART)", _holiday),
            ("DAYP", "(ON|NEXT|THIS)? HOLIDAY (YEARREL|(THIS|NEXT) YEAR)?", _holiday),
            ("DAYP", "(YEARREL|NEXT) HOLIDAY", _holiday),
        ],
        NAMES,
    ),
    Pass(
        [
            ("DAYP", "DAYP PUNCT [WD WDCH] PUNCT", _same_weekday),
            ("DAYP", "(?<!AT) (ON? THE)? PART BEFORE DAYP", _night_before),
            ("DAYP", "SPAN (AFTER|FROM|BEFORE) DAYP", _shifted),
            ("DAYP", "THE? DAYU (AFTER|BEFORE) DAYP", _shifted),
            ("DAYP", "DAYP P? (SPAN (BEFORE|LATER)|EVE|NEXTDAY)", _shifted),
            ("DAYP", "WREF", _whole),
            ("DAYP", "IN? MREF", _whole),
        ],
        NAMES,
    ),
)
