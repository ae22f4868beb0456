"""A rule or a moment back in words, in both languages, so that a person can check what was understood.

From the rule itself, not from what was typed, and in words that `reading` reads back into the same rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from bot.core.schedule import Rule
from bot.core.timewords.rules import CODES
from bot.i18n import Bilingual, Locale

_WEEKDAYS = (
    Bilingual("월", "Monday"),
    Bilingual("화", "Tuesday"),
    Bilingual("수", "Wednesday"),
    Bilingual("목", "Thursday"),
    Bilingual("금", "Friday"),
    Bilingual("토", "Saturday"),
    Bilingual("일", "Sunday"),
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_WHICH = {
    1: Bilingual("첫째", "first"),
    2: Bilingual("둘째", "second"),
    3: Bilingual("셋째", "third"),
    4: Bilingual("넷째", "fourth"),
    5: Bilingual("다섯째", "fifth"),
    -1: Bilingual("마지막", "last"),
}
_WORKING_DAYS, _WEEKEND = ("MO", "TU", "WE", "TH", "FR"), ("SA", "SU")
_DAYS_KO = {1: "매일", 2: "이틀마다", 3: "사흘마다", 4: "나흘마다"}
_UNITS = {
    "MINUTELY": Bilingual("분마다", "minutes"),
    "HOURLY": Bilingual("시간마다", "hours"),
    "DAILY": Bilingual("일마다", "days"),
    "WEEKLY": Bilingual("주마다", "weeks"),
    "MONTHLY": Bilingual("개월마다", "months"),
    "YEARLY": Bilingual("년마다", "years"),
}
_SINGLE = {
    "MINUTELY": Bilingual("1분마다", "every minute"),
    "HOURLY": Bilingual("매시간", "every hour"),
    "DAILY": Bilingual("매일", "every day"),
    "WEEKLY": Bilingual("매주", "every week"),
    "MONTHLY": Bilingual("매달", "every month"),
    "YEARLY": Bilingual("매년", "every year"),
}


def in_words(what: Rule | datetime, locale: Locale, count: int | None = None, today: date | None = None) -> str:
    """Return a rule, or an aware moment in the zone it carries, in words.

    `count`: how often a rule still falls due. `today`: the person's date; moments of its year are said without it.
    """
    if isinstance(what, datetime):
        return _moment(what, locale, today)
    parts = dict(part.split("=", 1) for part in what.rrule.upper().split(";"))
    words = _days(parts, what.start, locale)
    if parts["FREQ"] not in ("HOURLY", "MINUTELY"):
        words = f"{words} {_at(_times(parts, what.start), locale)}"
    if what.until is not None:
        day = _date(what.until, locale, year=True)
        words += f", {day}까지" if locale is Locale.KO else f" until {day}"
    if count is not None:
        words += f", {count}번" if locale is Locale.KO else f", {count} times" if count != 1 else ", once"
    return words


def time_in_words(at: time, locale: Locale) -> str:
    """Return a time of day: "오전 7:00", "07:00"."""
    if locale is Locale.EN:
        return f"{at:%H:%M}"
    hour = at.hour if at.hour < 13 else at.hour - 12
    return f"{'오전' if at.hour < 12 else '오후'} {hour}:{at:%M}"


def date_in_words(day: date, locale: Locale, today: date | None = None) -> str:
    """Return a day: "3월 12일", "12 March"; with its year unless that is `today`'s."""
    return _date(day, locale, year=today is None or day.year != today.year)


def days_in_words(first: date, last: date, locale: Locale) -> str:
    """Return a span of days with its year, saying nothing twice: "2026년 3월 12–18일", "12–18 March 2026"."""
    korean = locale is Locale.KO
    if first == last:
        return date_in_words(first, locale)
    if (first.year, first.month) == (last.year, last.month):
        month = f"{first.year}년 {first.month}월" if korean else f"{_MONTHS[first.month - 1]} {first.year}"
        return f"{month} {first.day}–{last.day}일" if korean else f"{first.day}–{last.day} {month}"
    apart = first.year != last.year
    begins, ends = _date(first, locale, year=apart or korean), _date(last, locale, year=apart or not korean)
    return f"{begins} – {ends}"


def weekday_in_words(day: date, locale: Locale, today: date | None = None) -> str:
    """Return a day with its weekday: "3월 12일(목)", "Thursday 12 March"; with its year unless that is `today`'s."""
    weekday, named = _WEEKDAYS[day.weekday()](locale), date_in_words(day, locale, today)
    return f"{named}({weekday})" if locale is Locale.KO else f"{weekday} {named}"


def _moment(at: datetime, locale: Locale, today: date | None) -> str:
    day = weekday_in_words(at.date(), locale, today)
    between = " " if locale is Locale.KO else " at "
    return f"{day}{between}{time_in_words(at.timetz(), locale)}"


def _date(day: date, locale: Locale, year: bool) -> str:
    if locale is Locale.KO:
        return (f"{day.year}년 " if year else "") + f"{day.month}월 {day.day}일"
    return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")


def _at(times: Iterable[time], locale: Locale) -> str:
    said = [time_in_words(each, locale) for each in times]
    return _and(said, locale) if locale is Locale.KO else f"at {_and(said, locale)}"


def _times(parts: dict[str, str], start: datetime) -> list[time]:
    hours = [int(hour) for hour in parts.get("BYHOUR", str(start.hour)).split(",")]
    minutes = [int(minute) for minute in parts.get("BYMINUTE", str(start.minute)).split(",")]
    return [time(hour, minute) for hour in hours for minute in minutes]


def _days(parts: dict[str, str], start: datetime, locale: Locale) -> str:
    freq, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    if freq == "WEEKLY" and "BYSETPOS" not in parts and "BYMONTH" not in parts:
        codes = parts.get("BYDAY", CODES[start.weekday()]).split(",")
        return _weekly([code for code in CODES if code in codes], interval, locale)
    named = _named_days(parts, start, locale)
    if freq == "MONTHLY" and interval == 1 and locale is Locale.EN:
        return f"on {named} of every month"
    every = _every(freq, interval, locale)
    if not named:
        return every
    return f"{every} {named}" if locale is Locale.KO else f"{every} on {named}"


def _every(freq: str, interval: int, locale: Locale) -> str:
    if interval == 1:
        return _SINGLE[freq](locale)
    if locale is Locale.EN:
        return f"every {interval} {_UNITS[freq](locale)}"
    if freq == "DAILY" and interval in _DAYS_KO:
        return _DAYS_KO[interval]
    return f"{interval}{_UNITS[freq](locale)}"


def _weekly(codes: list[str], interval: int, locale: Locale) -> str:
    days = [_WEEKDAYS[CODES.index(code)](locale) for code in codes]
    if interval == 1 and tuple(codes) == _WORKING_DAYS:
        return "평일" if locale is Locale.KO else "every weekday"
    if interval == 1 and tuple(codes) == _WEEKEND:
        return "주말마다" if locale is Locale.KO else "every weekend"
    if interval == 1 and len(codes) == len(CODES) - 1:
        left_out = next(_WEEKDAYS[at](locale) for at, code in enumerate(CODES) if code not in codes)
        return f"{left_out}요일 빼고 매일" if locale is Locale.KO else f"every day except {left_out}"
    if locale is Locale.KO:
        every = {1: "매주", 2: "격주"}.get(interval, f"{interval}주마다")
        return f"{every} {days[0]}요일" if len(days) == 1 else f"{every} {'·'.join(days)}"
    if interval < 3:
        return f"every {'other ' if interval == 2 else ''}{_and(days, locale)}"
    return f"every {interval} weeks on {_and(days, locale)}"


def _named_days(parts: dict[str, str], start: datetime, locale: Locale) -> str:
    """Return the days that a rule names within its month or year; "" when it names none."""
    months = [int(month) for month in parts.get("BYMONTH", "").split(",") if month]
    if parts["FREQ"] == "YEARLY" and not months:
        months = [start.month]
    days = parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else []
    numbers = [int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    if not days and not numbers and parts["FREQ"] in ("MONTHLY", "YEARLY"):
        numbers = [start.day]
    said = [_of_weekdays(days, parts.get("BYSETPOS"), locale)] if days else []
    if numbers:
        said.append(_of_numbers(numbers, months, locale))
        months = months if locale is Locale.KO else []
    words = " ".join(each for each in said if each)
    return _in_months(words, months, locale)


def _in_months(words: str, months: list[int], locale: Locale) -> str:
    if not months:
        return words
    if locale is Locale.KO:
        return f"{'·'.join(f'{month}월' for month in months)} {words}".strip()
    return f"{words} of {_and([_MONTHS[month - 1] for month in months], locale)}"


def _of_numbers(numbers: list[int], months: list[int], locale: Locale) -> str:
    if locale is Locale.KO:
        return "·".join(_day_ko(day) for day in numbers)
    if months and all(day > 0 for day in numbers):
        return _and([f"{day} {_MONTHS[month - 1]}" for month in months for day in numbers], locale)
    words = f"the {_and([_day_en(day) for day in numbers], locale)}"
    return f"{words} of {_and([_MONTHS[month - 1] for month in months], locale)}" if months else words


def _day_ko(day: int) -> str:
    if day > 0:
        return f"{day}일"
    return "마지막 날" if day == -1 else f"끝에서 {-day}번째 날"


def _day_en(day: int) -> str:
    if day > 0:
        return _ordinal(day)
    return "last day" if day == -1 else f"{_ordinal(-day)} last day"


def _ordinal(number: int) -> str:
    end = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{end}"


def _of_weekdays(days: list[str], positions: str | None, locale: Locale) -> str:
    if positions is not None:
        which = "·".join(_which(int(n), locale) for n in positions.split(","))
        if set(days) == set(_WORKING_DAYS):
            return f"{which} 평일" if locale is Locale.KO else f"the {which} weekday"
        names = _and([_WEEKDAYS[CODES.index(day[-2:])](locale) for day in days], locale)
        return f"{names} 중 {which}" if locale is Locale.KO else f"the {which} of {names}"
    by_weekday: dict[str, list[str]] = {}
    for day in days:
        by_weekday.setdefault(day[-2:], []).append(_which(int(day[:-2]), locale) if day[:-2] else "")
    return _and([_nths(code, which, locale) for code, which in by_weekday.items()], locale)


def _nths(code: str, which: list[str], locale: Locale) -> str:
    """Return "둘째·넷째 토요일", "the second and fourth Saturday"; just the weekday where none of a month is named."""
    name = _WEEKDAYS[CODES.index(code)](locale) + ("요일" if locale is Locale.KO else "")
    if not any(which):
        return name
    return f"{_and(which, locale)} {name}" if locale is Locale.KO else f"the {_and(which, locale)} {name}"


def _which(number: int, locale: Locale) -> str:
    known = _WHICH.get(number)
    if known is not None:
        return known(locale)
    return f"{number}번째" if locale is Locale.KO else _ordinal(number)


def _and(words: list[str], locale: Locale) -> str:
    if len(words) == 1:
        return words[0]
    if locale is Locale.KO:
        return "·".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
