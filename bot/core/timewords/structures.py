"""What days and spans are built of: numbers, spans ("1시간 반"), lists of weekdays, days of months, months, weeks.

Tables of patterns with a builder each. They come before recurrences and dates, which both use them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from bot.core.timewords import hours
from bot.core.timewords.grammar import Found, Pass
from bot.core.timewords.heard import Grain, Habits
from bot.core.timewords.tokens import ClockText, Number

NAMES = {
    "UNIT": "[SEC MIN HOUR DAYU WEEK MONTHU YEAR]",
    "FILL": "[WORD COUNT]",
    "SIGN": "(COMMA AND?|AND|SLASH)",
}


class Now(NamedTuple):
    """The wall-clock time of the person, and their habits."""

    wall: datetime
    habits: Habits

    @property
    def today(self) -> date:
        """Return the person's date."""
        return self.wall.date()


class Span(NamedTuple):
    """A length of time. Months and days are of the calendar, seconds of the clock."""

    months: int = 0
    days: int = 0
    seconds: int = 0
    grain: Grain = Grain.DAY
    vague: bool = False  # "a few"

    def after(self, wall: datetime, times: int = 1) -> datetime:
        """Return the wall-clock time so much later; day 31 of a shorter month is its last."""
        month = wall.month - 1 + self.months * times
        year, month = wall.year + month // 12, month % 12 + 1
        day = min(wall.day, (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).day)
        return wall.replace(year=year, month=month, day=day) + timedelta(self.days * times, self.seconds * times)

    @property
    def whole_days(self) -> bool:
        """Say whether it is of days only, so that the hour stays open."""
        return not self.seconds


class MonthDay(NamedTuple):
    """A day of a month, with its year if that was said. A day of -1 is the last."""

    month: int
    day: int
    year: int | None = None


class Month(NamedTuple):
    """A month; `year` None: the next such. `said`: by its name or number, not as "next month"."""

    month: int
    year: int | None = None


class Nth(NamedTuple):
    """The n-th weekday of a month (-1: the last); weekday 7 stands for any of Monday to Friday."""

    n: int
    weekday: int


WORKING_DAY = 7
MOST_YEARS = 50
VAGUE = 3  # what "a few" is taken for; "a couple" is two
_SECONDS = {"SEC": Grain.SECOND, "MIN": Grain.SECOND, "HOUR": Grain.MINUTE}


# Numbers


def _tens(found: Found) -> Number | None:
    tens, ones = found.all("NUM")
    fits = not tens.digits and not ones.digits and tens.value in (20, 30, 40, 50) and 0 < ones.value < 10
    return Number(tens.value + ones.value) if fits else None


def _tens_ordinal(found: Found) -> int | None:
    tens, ones = found.get("NUM"), found.get("ORD")
    return tens.value + ones if not tens.digits and tens.value in (20, 30) and ones < 10 else None


def _ordinal(found: Found) -> int | None:
    number = found.get("NUM", "ORD")
    value: int = number.value if isinstance(number, Number) else number
    return value if 0 < value < 32 else None


numbers = Pass(
    [
        ("COUNT", "COUNT NUM (SIGN NUM|OF NUM)+ (?!PART|OCLOCK|UNIT|HALF|TIMES|DASH|SLASH|ISH)", lambda found: ""),
        ("NUM", "NUM DASH? NUM", _tens),
        ("ORD", "NUM DASH? ORD", _tens_ordinal),
        ("ORD", "[NUM ORD] TH", _ordinal),
        ("FEW", "A? PAIR OF?", lambda found: 2),
        ("FEW", "A FEW", lambda found: 3),
    ],
    NAMES,
)

# Times of day. Four passes, because each may hold one of the pass before: "quarter to 8 in the evening".
_CLOCKS = [
    ("CLK", "(?<!IN) AT? CLOCK", hours.from_digits),
    ("CLK", "AT? NOON", hours.from_name),
    ("CLK", "SAME", hours.right_now),
    ("CLK", "AT? NUM NOON", hours.twelve),
    ("CLK", "AT? NUM HOUR (?!LATER|FROM)", hours.military),
    ("CLK", "AT? DEC PART (?!NUM|CLOCK)", hours.from_point),
    ("CLK", "AT DEC (?!UNIT|FILL)", hours.from_point),
    ("CLK", "(?<![COUNT WORD]) DEC (?=DAY|TONIGHT)", hours.from_point),
    ("CLK", "(?<=DAY) DEC (?!UNIT|FILL)", hours.from_point),
    ("CLK", "HCLOCK (?!FILL|OF|LATER|FROM)", hours.from_late_h),
    ("CLK", "(?<!COUNT) [AT FROM]? DASHED PART", hours.beginning_of_digits),
    (
        "CLK",
        "(?<![COUNT NUM]) NUM DASH NUM OCLOCK (UNTIL (?!(ON? THE?)? [NUM ORD]? [MONTH HOLIDAY WD]))?",
        hours.beginning,
    ),
    ("CLK", "NUM DASH? ISH", hours.from_number),
    ("CLK", "(?<=[DAY WD MD DATE AT]) HCLOCK", hours.from_h),
    ("CLK", "AT? NUM OCLOCK (HALF|NUM MIN (NUM SEC)?)?", hours.spoken),
    ("CLK", "NUM OCLOCK NUM MIN BEFORE", hours.spoken),
    ("CLK", "AT? NUM OCLOCK NUM (?=$|P (?!UNTIL))", hours.spoken_short),
    ("CLK", "AT? NUM OCLOCK NUM (?!UNIT|TIMES|IL|MON|OCLOCK)", hours.touching(hours.spoken_short)),
    ("CLK", "AT? NUM PART", hours.number_in_part),
    ("CLK", "AT? NUM ZERO NUM PART", hours.spelled_in_part),
    ("CLK", "AT? (NUM DASH? NUM|NUM ZERO NUM|NUM DASH ZERO DASH NUM) (?!TIMES|UNIT)", hours.spelled),
]
_CLOCKS_IN_PARTS = [
    ("CLK", "(?<![THIS EVERY]) PART P? CLK", hours.halved),
    ("CLK", "CLK (ABOUT? IN THE?)? PART (?!FILL)", hours.halved),
    ("CLK", "CLK ABOUT? IN THE? PART", hours.halved),
    ("CLK", "CLK PART (?=FILL)", hours.halved_behind),
    ("CLK", "(?<!COUNT) AT? ABOUT? NUM ABOUT? IN THE PART", hours.number_in_part),
    ("CLK", "(?<!COUNT) AT? ABOUT? NUM AT PART", hours.number_in_part),
    ("CLK", "(?<![THIS EVERY]) PART AT? ABOUT? NUM (?!FILL|UNIT|OCLOCK|TIMES|COMMA NUM|AND NUM)", hours.number_in_part),
]
_HOURS = "NUM|CLOCK|CLK"
_NO_HOUR = f"(?!UNIT|TIMES|PART|MON|IL|DASH ({_HOURS}|HALF|PART)|TO ({_HOURS}))"
_NOT_HALF_OF = "(?<![SEC MIN HOUR DAYU WEEK MONTHU YEAR NUM AND A OCLOCK IN])"
clocks = (
    Pass(_CLOCKS[:-1], NAMES),
    Pass([("CLK", "(?<![THIS EVERY]) PART P? CLK", hours.halved)], NAMES),
    Pass(
        [
            ("CLK", "AT? (A? QUART|HALF|NUM MIN?) PAST (CLK|NUM)", hours.relative),
            ("CLK", "AT? (A? QUART OF|(A? QUART|NUM MIN?) [TO UNTIL BEFORE]) (CLK|NUM)", hours.relative),
            ("CLK", "AT HALF (CLK|NUM) (?!UNIT)", hours.half_past),
            ("CLK", "(?<=[DAY WD TONIGHT]) HALF (CLK|NUM) (?!UNIT)", hours.half_past),
            ("CLK", f"{_NOT_HALF_OF} HALF (CLK|NUM) (?!UNIT|FILL|TIMES|MON|IL|DASH|TO|AND|OF)", hours.half_past),
            _CLOCKS[-1],
        ],
        NAMES,
    ),
    Pass(_CLOCKS_IN_PARTS, NAMES),
    Pass([("CLK", f"AT ABOUT? NUM {_NO_HOUR}", hours.from_number)], NAMES),
)

# Spans


def _span(kind: str, size: int, count: float) -> Span:
    if kind in _SECONDS:
        return Span(seconds=round(size * count), grain=_SECONDS[kind])
    if kind in ("MONTHU", "YEAR"):
        months = size * count
        return Span(int(months), round((months - int(months)) * 30))
    days = size * count
    return Span(0, int(days), round((days - int(days)) * 86400))


def _quantity(found: Found) -> Span | None:
    """Build a span of one unit: "2 and a half hours", "두 시간 반", "half an hour", "3/4 h", "a couple of minutes"."""
    number = found.get("NUM", "FEW")
    count: float = number.value if isinstance(number, Number) else number or 0
    if found.has("HALF"):
        before_unit = not found.has("NUM") and not _half_is_last(found)
        count = 0.5 if before_unit else (count or 1) + 0.5
    elif found.has("QUART"):
        count = 0.25 * (count or 1)
    elif (pair := found.get("MD")) is not None:
        count = pair[0] / pair[1] if pair[1] else 0
    elif (pair := found.get("DEC")) is not None:
        count = float(f"{pair[0]}.{pair[1]}")
    elif not count:
        count = 1
    unit = _unit_token(found)
    if unit[0] == "YEAR" and count > MOST_YEARS:  # the year of a date
        return None
    return _span(*unit, count)._replace(vague=count == VAGUE and found.has("FEW")) if 0 < count < 10_000 else None


def _unit_token(found: Found) -> tuple[str, int]:
    kinds = ("SEC", "MIN", "HOUR", "DAYU", "IL", "WEEK", "MONTHU", "YEAR")
    token = next(token for token in found.tokens if token.kind in kinds)
    return token.kind, token.value


def _half_is_last(found: Found) -> bool:
    return found.tokens[-1].kind == "HALF"


def _hours(found: Found) -> Span:
    return Span(seconds=3600 * found.get("HCLOCK"), grain=Grain.MINUTE)


def _named(found: Found) -> Span:
    months, days, seconds = found.get("DUR")
    return Span(months, days, seconds, Grain.MINUTE if seconds else Grain.DAY)


def _size(span: Span) -> tuple[int, int, int]:
    return span[:3]


def _sum(found: Found) -> Span | None:
    """Build "1시간 30분", the larger first: in "운동 1시간 사흘 뒤" the hour belongs to the text."""
    spans: list[Span] = found.all("SPAN")
    if any(_size(one) <= _size(other) for one, other in pairwise(spans)):
        return None
    exact = min((span.grain for span in spans), key=list(Grain).index)
    return Span(
        sum(span.months for span in spans), sum(span.days for span in spans), sum(span.seconds for span in spans), exact
    )


def _and_a_quarter(found: Found) -> Span | None:
    """Build "an hour and a quarter", "two hours and three quarters"."""
    counted = [token.value.value if token.kind == "NUM" else 1 for token in found.tokens if token.kind in ("NUM", "A")]
    whole, quarters = counted
    return Span(seconds=3600 * whole + 900 * quarters, grain=Grain.MINUTE) if quarters < 4 else None


def _hours_and_digits(found: Found) -> Span:
    """Build "in 1h30", "in 1:30"."""
    said: ClockText = found.get("CLOCK")
    return Span(seconds=3600 * said.hour + 60 * said.minute + (said.second or 0), grain=Grain.MINUTE)


def _hours_and_minutes(found: Found) -> Span | None:
    """Build "1 h 30"."""
    whole, minutes = found.all("NUM")
    fits = len(minutes.digits) == 2 and minutes.value < 60
    return Span(seconds=3600 * whole.value + 60 * minutes.value, grain=Grain.MINUTE) if fits else None


spans = (
    Pass(
        [
            ("RANGE", "(?<!COUNT) NUM COMMA NUM (IL|UNIT) (?=P? [LATER SOON])", lambda found: True),
            ("SPANP", "(?<!.) NUM MORE UNIT (?=$)", _quantity),  # "20 more minutes"
            ("SPAN", "A? DUR", _named),
            ("SPAN", "[NUM FEW] (MORE|OF)? UNIT (?!P? NUM MON)", _quantity),
            ("SPAN", "[NUM FEW] UNIT (AND A?)? HALF", _quantity),
            ("SPAN", "[NUM A] HOUR AND (A|NUM) QUART (?!OF|PAST|TO)", _and_a_quarter),
            ("SPAN", "(?<=IN) NUM HOUR NUM (?=$)", _hours_and_minutes),
            ("SPAN", "NUM AND? A? HALF UNIT", _quantity),
            ("SPAN", "A UNIT (AND A HALF)?", _quantity),
            ("SPAN", "(A HALF|HALF A?) UNIT", _quantity),
            ("SPAN", "(A|NUM)? QUART (OF A?)? HOUR", _quantity),
            ("SPAN", "[MD DEC] (OF? A)? UNIT", _quantity),
            ("SPAN", "(?<!FREQ) NUM IL (?=[LATER SOON FOR EACH SKIP WITHIN BEFORE]|P? NUM TIMES|P LATER)", _quantity),
            ("SPAN", "(?<=[IN ABOUT WITHIN]) HCLOCK", _hours),
            ("SPAN", "(?<=IN) CLOCK", _hours_and_digits),
            ("SPAN", "HCLOCK (?=LATER|FROM NOW)", _hours),
        ],
        NAMES,
    ),
    Pass([("SPAN", "SPAN (AND? SPAN)+", _sum)]),
)

# Weekdays


def _list(found: Found) -> tuple[int, ...]:
    several = [day for days in found.all("WDS") for day in days]
    return tuple(sorted({*found.all("WD", "WDCH", "WDPL"), *several}))


def _rising(found: Found) -> tuple[int, ...] | None:
    days = found.all("WDCH")
    return tuple(days) if all(a < b for a, b in pairwise(days)) else None


def _range(found: Found) -> tuple[int, ...] | None:
    first, last = found.all("WD", "WDCH")
    return tuple(range(first, last + 1)) if first < last else None


weekdays = Pass(
    [
        ("WDS", "WDCH (SIGN? WDCH)+", _rising),
        ("WDLIST", "[WD WDCH] (SIGN? WD|SIGN WDCH)+", _list),
        ("WDPLS", "WDPL (SIGN? WDPL)*", _list),
        ("WDS", "(?<![WEEK NEXT WEEKREL]) [WD WDCH] DASH [WD WDCH]", _range),
        ("WDLIST", "(?<![WEEK NEXT WEEKREL]) FROM? [WD WDCH] (TO|UNTIL) [WD WDCH]", _range),
        ("WDLIST", "(?<![WEEK NEXT WEEKREL]) [WD WDCH] FROM [WD WDCH] UNTIL", _range),
    ],
    NAMES,
)

# Days of months, months, weeks


def _year(number: Number) -> int | None:
    if len(number.digits) == 4 or number.value > 1900:
        return number.value if 1900 < number.value < 2200 else None
    return 2000 + number.value if len(number.digits) == 2 else None


def month_day(month: int, day: int, year: int | None = None) -> MonthDay | None:
    """Return a day of a month, None when no year has it."""
    days = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return MonthDay(month, day, year) if 1 <= month <= 12 and 1 <= day <= days[month - 1] else None


def _named_month(found: Found) -> MonthDay | None:
    number = found.get("NUM", "ORD")
    return month_day(found.get("MONTH"), number.value if isinstance(number, Number) else number)


def _named_month_year(found: Found) -> MonthDay | None:
    day = found.get("NUM", "ORD")
    year = _year(found.all("NUM")[-1])
    return month_day(found.get("MONTH"), day.value if isinstance(day, Number) else day, year) if year else None


def _counted_month(found: Found) -> MonthDay | None:
    numbers: list[Number] = found.all("NUM")
    year = None
    if len(numbers) == 3 and (year := _year(numbers[0])) is None:
        return None
    if (shift := found.get("YEARREL")) is not None:
        year = found.now.today.year + shift
    return month_day(numbers[-2].value, numbers[-1].value, year)


def _two_numbers(found: Found) -> MonthDay | None:
    """Build "2/15", "2 - 15"; a first number over 12 is the day."""
    pair = found.get("MD", "DASHED", "DEC") or tuple(number.value for number in found.all("NUM"))
    first, second = pair
    return month_day(first, second) if first <= 12 else month_day(second, first)


def _three_numbers(found: Found) -> MonthDay | None:
    """Build "2015-3-3" and its orders; of several that are possible the one that is still ahead, or none."""
    a, b, c = found.get("DATE", "DATE3")
    if a > 1900:
        return month_day(b, c, a)
    orders = {(a + 2000, b, c)} if c < 100 else set()
    year = c if c > 99 else 2000 + c
    orders |= {(year, a, b), (year, b, a)} if a != b else {(year, a, b)}
    today = found.now.today
    days = [month_day(month, day, year) for year, month, day in orders]
    ahead = {
        day for day in days if day and day.year and today.year <= day.year < today.year + 20 and _is_ahead(day, today)
    }
    if len(ahead) == 2 and c > 99:  # month first, as with two numbers
        return month_day(a, b, year)
    return ahead.pop() if len(ahead) == 1 else MonthDay(1, 1, 1999) if not ahead else None


def _is_ahead(day: MonthDay, today: date) -> bool:
    return (day.year, day.month, day.day) >= (today.year, today.month, today.day)


def _month(found: Found) -> Month | None:
    numbers: list[Number] = found.all("NUM")
    today: date = found.now.today
    shift = found.get("YEARREL")
    if (name := found.get("MONTH")) is not None:
        year = _year(numbers[0]) if numbers else None
        return None if numbers and year is None else Month(name, year if shift is None else today.year + shift)
    year = None if shift is None else today.year + shift
    if len(numbers) == 2 and (year := _year(numbers[0])) is None:
        return None
    return Month(numbers[-1].value, year) if 1 <= numbers[-1].value <= 12 else None


def _month_from_now(found: Found) -> Month:
    shift = found.get("MONTHREL")
    if shift is None:
        shift = sum(found.all("NEXT")) if found.has("NEXT") else -1 if found.has("PREV") else 0
    years, month = divmod(found.now.today.month - 1 + shift, 12)
    return Month(month + 1, found.now.today.year + years)


def _week_from_now(found: Found) -> int:
    shift = found.get("WEEKREL")
    if shift is not None:
        return int(shift)
    if found.has("PREV"):
        return -1
    if found.has("AFTER"):
        return 2
    return sum(found.all("NEXT")) if found.has("NEXT") else 1 if found.has("UPCOMING") else 0


def _nths(found: Found) -> tuple[Nth, ...]:
    weekday = found.get("WD", "WDCH")
    which = [token.value if token.kind == "ORD" else -1 for token in found.tokens if token.kind in ("ORD", "LAST")]
    return tuple(Nth(n, WORKING_DAY if weekday is None else weekday) for n in which)


days_of_months = (
    Pass(
        [
            ("MDAY", "MONTH PUNCT? THE? [NUM ORD]", _named_month),
            ("MDAY", "MONTH PUNCT? THE? [NUM ORD] COMMA? NUM", _named_month_year),
            ("MDAY", "(?<!COUNT) THE? [NUM ORD] DAYU? OF? MONTH", _named_month),
            ("MDAY", "(?<!COUNT) THE? [NUM ORD] DAYU? OF? MONTH COMMA? NUM", _named_month_year),
            ("MDAY", "[NUM ORD] (DASH|SLASH) MONTH", _named_month),
            ("MDAY", "[NUM ORD] (DASH|SLASH) MONTH (DASH|SLASH) NUM", _named_month_year),
            ("MDAY", "((NUM YEAR|YEARREL) P?)? NUM MON P? NUM IL", _counted_month),
            ("MDAY", "[DATE DATE3]", _three_numbers),
            ("MDAY", "(?<!COUNT) MD", _two_numbers),
            ("MDAY", "(?<![WORD COUNT NUM DAY WD TONIGHT HOLIDAY AT]) DASHED (?!FILL|DAY|TONIGHT|UNIT)", _two_numbers),
            ("MDAY", "(?<![WORD COUNT NUM AT]) NUM (DASH|SLASH) NUM (?!FILL|PART|NUM|OCLOCK|UNIT|DASH)", _two_numbers),
            ("MDAY", "(?<!COUNT) DEC (?=P? PUNCT? [CLK PART WD WDCH])", _two_numbers),
            ("NTH", "[ORD LAST] (WEEK P?)? (SIGN? [ORD LAST] (WEEK P?)?)* [WD WDCH WEEKDAYS]", _nths),
            ("WREF", "THE? (NEXT+|THIS|UPCOMING|PREV) WEEK", _week_from_now),
            ("WREF", "THE? WEEK AFTER NEXT", _week_from_now),
            ("WREF", "WEEKREL", _week_from_now),
            ("MREF", "THE? (NEXT+|THIS|UPCOMING|PREV) MONTHU", _month_from_now),
            ("MREF", "MONTHREL", _month_from_now),
        ],
        NAMES,
    ),
    Pass(
        [
            ("MREF", "((NUM YEAR|YEARREL|NEXT|UPCOMING) P?)? NUM MON", _month),
            ("MREF", "(NEXT|THIS)? MONTH (OF? NUM|YEARREL)?", _month),
        ],
        NAMES,
    ),
)
