"""Reads what somebody writes down about their study: how long, which day, which part, and what it was.

Pure and table-driven, Korean and English alike. It knows no catalogue: whether the words name a resource is found by
whoever has one. What is not clear stays open (no minutes) rather than guessed, and every reading is said back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST = 200  # characters of one line that are kept
MOST_MINUTES = 24 * 60
_OLDEST = 366  # days back that somebody still writes down
_NUMERIC_DATE = 92  # days back that 7/12 may mean a date and not a fraction

_NATIVE = {
    **{"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9},
    **{"열": 10, "열한": 11, "열두": 12},
}
_ABOUT = {"한두": 1.5, "두세": 2.5, "서너": 3.5}
_SINO = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_DAYS = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "일주일": 7}
_ENGLISH = {
    **{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8},
    **{"nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "twenty-five": 25, "thirty": 30},
    **{"forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90, "a couple of": 2},
}
_WEEKDAYS = {
    **{"월": 0, "화": 1, "수": 2, "목": 3, "금": 4, "토": 5, "일": 6},
    **{"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6},
}


def _any(words: object) -> str:
    """Return an alternative of `words`, the longest first."""
    return "|".join(map(re.escape, sorted(map(str, words), key=len, reverse=True)))  # type: ignore[call-overload]


_HOURS_KO = rf"\d{{1,2}}(?:\.\d{{1,2}})?|{_any([*_ABOUT, *_NATIVE])}"
_MINUTES_KO = r"\d{1,3}|[이삼사오]?\s?십\s?[일이삼사오육칠팔구]?|오"  # 이 분, 삼 분 are people as often
_AROUND_KO = r"(?:(?<![가-힣])(?:약|대략|한|거의)\s*)?"
_NOT_SPENT_KO = r"(?!\s*(?:전(?![가-힣])|전에|전부터|뒤|후(?![가-힣])|남[았음기은])|[의기량야]|\s*간격)"
_WORD_BEFORE = r"(?<![A-Za-z0-9.:])"
_EN_END = r"(?![A-Za-z0-9])"
_NOT_SPENT_EN = r"(?!\s*(?:ago|left|later|before)\b)"
_NUMBER_EN = rf"\d{{1,3}}(?:\.\d{{1,2}})?|\b(?:{_any(_ENGLISH)})"
_PART_OF_DAY_KO = r"(?:새벽|아침|오전|점심|낮|오후|저녁|밤)"
_AFTER_KO = r"(?=$|[\s,.;:·()~\-]|까지|부터|을|를|만|도|은|는|이|가|에|째|쯤|씩)"

_Measure = Callable[[re.Match[str]], float | None]


class Trouble(StrEnum):
    """What is odd about a line: a day to come, a day without study, or more hours than a day has."""

    AHEAD = "ahead"
    RESTED = "rested"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Said:
    """What was understood of one line.

    `what` is the line without duration and day, in the person's own words. `about` is what is left of it to look up,
    without the part and without words like "read" and "studied". `part` is "3강" or "lecture 4" as written. `minutes`
    is None where nothing tells, else from 1 to a whole day; it is None too where `trouble` is too many of them.
    """

    what: str
    about: str
    day: date
    minutes: int | None = None
    part: str | None = None
    trouble: Trouble | None = None


def read_line(line: str, today: date, otherwise: date | None = None) -> Said:
    """Return what `line` says, where the person's study day is `today`. Never raises; never a day to come.

    The day is `otherwise`, or today, where the line says none, or one that has not come yet (then `trouble` says so).
    """
    line = unicodedata.normalize("NFKC", line[:LONGEST])[:LONGEST]  # one character may become eighteen
    line = " ".join(line.split())
    rest, day = _take_day(line, today, otherwise or today)
    ahead = day > today
    rest, minutes = _take_minutes(rest)
    what = _tidy(rest)
    rest, part = _take_parts(what)
    about = _tidy(_FILLERS.sub(" ", rest))
    return Said(what, about, today if ahead else day, _within_a_day(minutes), part, _trouble(ahead, what, minutes))


def _within_a_day(minutes: int | None) -> int | None:
    return minutes if minutes is not None and minutes <= MOST_MINUTES else None


def _trouble(ahead: bool, what: str, minutes: int | None) -> Trouble | None:
    if ahead:
        return Trouble.AHEAD
    if minutes is None:
        return Trouble.RESTED if _RESTED.fullmatch(what) else None
    return Trouble.TOO_LONG if minutes > MOST_MINUTES else None


# how long


def _korean_number(word: str) -> float:
    word = word.replace(" ", "")
    if word in _ABOUT:
        return _ABOUT[word]
    if word in _NATIVE:
        return _NATIVE[word]
    if "십" in word:
        tens, ones = word.split("십")
        return 10 * _SINO.get(tens, 1) + _SINO.get(ones, 0)
    return float(_SINO.get(word) or word)


def _english_number(word: str) -> float:
    word = " ".join(word.casefold().split())
    return float(_ENGLISH.get(word) or word)


def _hours_ko(found: re.Match[str]) -> float:
    minutes = 30.0 if found["half"] else _korean_number(found["minutes"]) if found["minutes"] else 0.0
    return 60 * _middle(found["least"], _korean_number(found["hours"])) + minutes


def _middle(least: str | None, most: float) -> float:
    return (float(least) + most) / 2 if least else most


def _hours_en(found: re.Match[str]) -> float:
    more = found["minutes"] or found["glued"]
    return 60 * _english_number(found["hours"]) + (30 if found["half"] else float(more) if more else 0)


def _between(found: re.Match[str]) -> float | None:
    """Return the minutes between two times of day; the second is the next such time after the first."""
    hours = [_korean_number(found["from"]), _korean_number(found["to"])]
    rest = [30 if found[f"{end}_half"] else int(found[f"{end}_minutes"] or 0) for end in ("from", "to")]
    start, end = (60 * hour + minutes for hour, minutes in zip(hours, rest, strict=True))
    if max(hours) > 24 or max(rest) > 59:
        return None
    return (end - start) % (12 * 60) if max(hours) <= 12 else (end - start) % MOST_MINUTES


_CLOCK_HOUR = rf"(?:{_PART_OF_DAY_KO}\s*)?(?P<{{0}}>\d{{{{1,2}}}}|{_any(_NATIVE)})\s*"
_CLOCK_REST = r"(?:\s*(?P<{0}_half>반)|(?:\s*(?P<{0}_minutes>\d{{1,2}})\s*분))?"
_FROM_KO = f"{_CLOCK_HOUR}시?{_CLOCK_REST}".format("from")
_TO_KO = f"{_CLOCK_HOUR}시(?!간){_CLOCK_REST}".format("to")
_CLOCK_EN = r"(?P<{0}>\d{{1,2}})(?::(?P<{0}_minutes>\d{{2}}))?(?P<{0}_half>(?!))?\s*(?:am|pm)?"
_FROM_EN, _TO_EN = _CLOCK_EN.format("from"), _CLOCK_EN.format("to")
_RANGES = (
    re.compile(rf"{_WORD_BEFORE}{_FROM_KO}\s*(?:부터|에서|[~\-–])\s*{_TO_KO}(?:까지)?"),
    re.compile(rf"\bfrom\s+{_FROM_EN}\s+(?:to|until|till)\s+{_TO_EN}{_EN_END}", re.IGNORECASE),
    re.compile(rf"{_WORD_BEFORE}{_FROM_EN}\s*[~\-–]\s*{_TO_EN}(?<=[ap]m){_EN_END}", re.IGNORECASE),
    re.compile(
        r"(?<![\d:.])(?P<from>\d{1,2}):(?P<from_minutes>\d{2})(?P<from_half>(?!))?\s*[~\-–]\s*"
        r"(?P<to>\d{1,2}):(?P<to_minutes>\d{2})(?P<to_half>(?!))?(?![\d:])"
    ),
)  # fmt: skip
# A moment is no duration: 3시 50분에, at 3pm, 10분 전에, two hours ago.
_MOMENTS = re.compile(
    rf"{_WORD_BEFORE}(?<![가-힣])(?:{_PART_OF_DAY_KO}\s*)?(?:\d{{1,2}}|{_any(_NATIVE)})\s*시"
    rf"(?:\s*반|\s*\d{{1,2}}\s*분)?(?:에|쯤|경|부터|까지)*(?=$|[\s,.])"
    rf"|{_WORD_BEFORE}(?:{_HOURS_KO}|{_MINUTES_KO})\s*(?:시간|분)\s*전(?:에|쯤|부터)?(?=$|[\s,.])"
    rf"|(?:\bat\s+)?{_WORD_BEFORE}\d{{1,2}}(?::\d{{2}})?\s*(?:am|pm){_EN_END}|\bat\s+\d{{1,2}}:\d{{2}}{_EN_END}"
    rf"|(?:{_NUMBER_EN})\s*(?:hours?|hrs?|h|minutes?|mins?|m)\s+ago\b",
    re.IGNORECASE,
)
_LEAST = r"(?:(?P<least>\d{1,3})\s*[~\-–]\s*)?"  # 20~30분: the middle
_TAIL_KO = r"(?:\s*(?:정도|쯤|동안|가량|남짓|넘게|만에|만)(?![가-힣]))*"
_TIMES = rf"(?P<each>\s*씩\s*(?P<times>\d{{1,2}}|{_any(_NATIVE)})\s*(?:번|회|세트))?"
_DESCRIBES = r"(?P<describes>\s*짜리)?"
_DURATIONS: tuple[tuple[re.Pattern[str], _Measure], ...] = (
    (
        re.compile(
            rf"{_WORD_BEFORE}{_AROUND_KO}{_LEAST}(?<![가-힣])(?P<hours>{_HOURS_KO})\s*시간"
            rf"(?:\s*(?P<half>반)(?![가-힣])|\s*(?P<minutes>{_MINUTES_KO})\s*분(?![의기량야]))?"
            rf"{_NOT_SPENT_KO}{_DESCRIBES}{_TIMES}{_TAIL_KO}"
        ),
        _hours_ko,
    ),
    (
        re.compile(
            rf"{_WORD_BEFORE}{_AROUND_KO}{_LEAST}(?<![가-힣])(?P<minutes>{_MINUTES_KO})\s*여?\s*분"
            rf"{_NOT_SPENT_KO}{_DESCRIBES}{_TIMES}{_TAIL_KO}"
        ),
        lambda found: _middle(found["least"], _korean_number(found["minutes"])),
    ),
    (re.compile(rf"(?<![가-힣])반\s?시간{_NOT_SPENT_KO}{_DESCRIBES}{_TIMES}{_TAIL_KO}"), lambda found: 30.0),
    (
        re.compile(
            rf"\b(?:for\s+)?(?:about\s+|around\s+)?(?:(?P<three>three\s+quarters)|(?P<quarter>a\s+quarter)|(?<!and\sa\s)half)"
            rf"(?:\s+of)?[\s\-]+(?:an?\s+)?hours?{_EN_END}{_NOT_SPENT_EN}(?P<describes>[\s\-]long)?",
            re.IGNORECASE,
        ),
        lambda found: 45.0 if found["three"] else 15.0 if found["quarter"] else 30.0,
    ),
    (
        re.compile(
            rf"(?:\bfor\s+)?(?:\b(?:about|around)\s+)?{_WORD_BEFORE}(?P<hours>{_NUMBER_EN})"
            rf"(?P<half>\s+and\s+a\s+half)?\s*(?P<describes>-)?(?:hours?|hrs?|h)"
            rf"(?:(?P<glued>[0-5]\d)|(?:\s*(?:and\s+|,\s*)?(?P<minutes>\d{{1,2}})\s*(?:minutes?|mins?|m))"
            rf"|(?P<after>\s+and\s+a\s+half))?{_EN_END}{_NOT_SPENT_EN}",
            re.IGNORECASE,
        ),
        lambda found: _hours_en(found) + (30 if found["after"] else 0),
    ),
    (
        re.compile(
            rf"(?:\bfor\s+)?(?:\b(?:about|around)\s+)?{_WORD_BEFORE}(?:(?P<minutes>{_NUMBER_EN})\s*(?P<describes>-)?"
            rf"(?:minutes?|mins?)|(?P<short>\d{{1,3}})(?-i:m)){_EN_END}{_NOT_SPENT_EN}",
            re.IGNORECASE,
        ),
        lambda found: _english_number(found["minutes"] or found["short"]),
    ),
)


def _take_minutes(line: str) -> tuple[str, int | None]:
    """Return the line without what tells how long, and the minutes: spent ones, else the length of what was studied.

    They may be more than a day has: then the words stay in the line.
    """
    spent: list[float] = []
    described: list[float] = []

    def measured(minutes: float | None, found: re.Match[str]) -> str:
        if minutes is None or minutes < 1:
            return found[0]
        groups = found.groupdict()
        times = _korean_number(groups["times"]) if groups.get("times") else 1
        if groups.get("describes"):
            described.append(minutes if minutes <= MOST_MINUTES else 0)
            return found[0]  # "a two-hour lecture" goes on being called so
        spent.append(minutes * times)
        if minutes > MOST_MINUTES:
            return found[0]
        return " \n "  # a gap that no later pattern reaches over

    for pattern in _RANGES:
        line = pattern.sub(lambda found: measured(_between(found), found), line)
    line = _MOMENTS.sub(" \n ", line)
    for pattern, measure in _DURATIONS:
        line = pattern.sub(lambda found, measure=measure: measured(measure(found), found), line)  # type: ignore[misc]
    return line, round(sum(spent)) or round(max(described, default=0)) or None


# which day

_ON_DAY = r"(?:에는|에도|에|엔|은|는|도)?"
_OF_THE_DAY = re.compile(r"^(?:에는|에도|에|엔|은|는|도|의)(?=\s|$)")
_NO_LENGTH = r"(?!\d|\s*(?:hours?|hrs?|h|minutes?|mins?|m|%|시간|분)(?![a-z]))"  # "may 30 min"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month_{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_TODAY = (
    rf"오늘(?:\s*{_PART_OF_DAY_KO})?|방금|아까|(?:earlier\s+)?\btoday\b|\bthis\s+(?:morning|afternoon|evening)\b"
    r"|\btonight\b|\bjust\s+now\b"
)
_PART_OF_DAY_EN = r"(?:\s+(?:morning|afternoon|evening|night))?"
_YESTERDAY = (
    rf"(?:어제|어저께)(?:\s*{_PART_OF_DAY_KO})?|어젯밤|간밤|지난밤|\byesterday\b{_PART_OF_DAY_EN}|\blast\s+night\b"
)
_BACK: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), days)
    for pattern, days in (
        (r"그끄저께|그끄제", 3),
        (r"엊그제|그저께|그제(?=$|[\s,.에은는엔도])|\bthe\s+day\s+before\s+yesterday\b", 2),
        (_YESTERDAY, 1),
        (_TODAY, 0),
    )
)
_AGO = re.compile(
    rf"(?<![A-Za-z0-9가-힣])(?:(?P<korean>{_any(_DAYS)})|(?P<number>\d{{1,3}})\s*일)\s*전{_ON_DAY}(?![가-힣])"
    rf"|(?P<english>{_NUMBER_EN})\s+days?\s+ago\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    rf"(?P<last>지난\s?주\s*)?(?:이번\s?주\s*)?(?<![가-힣])(?P<korean>[월화수목금토일])요일(?:\s*{_PART_OF_DAY_KO})?날?{_ON_DAY}(?![가-힣])"
    r"|\b(?:on\s+)?(?:last\s+)?(?P<english>mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)\b"
    rf"{_PART_OF_DAY_EN}",
    re.IGNORECASE,
)  # fmt: skip
_DATED = re.compile(
    r"(?<!\d)(?:(?P<year>\d{4})-)(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"
    rf"|(?<!\d)(?:(?P<year_ko>\d{{4}})\s*년\s*)?(?P<month_ko>\d{{1,2}})\s*월\s*(?P<day_ko>\d{{1,2}})\s*일{_ON_DAY}(?![가-힣])"
    r"|^(?P<month_short>\d{1,2})/(?P<day_short>\d{1,2})(?=\s)"
    rf"|\b(?:on\s+)?(?:(?P<day_first>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH.format('first')}"
    rf"|{_MONTH.format('name')}\s+(?P<day_name>\d{{1,2}})(?:st|nd|rd|th)?{_NO_LENGTH})(?:,?\s+(?P<year_en>20\d{{2}}))?(?![\w-])",
    re.IGNORECASE,
)
# Tomorrow's exam, and what is due then, are studied for today.
_OCCASIONS_KO = (
    "시험|발표|수업|과제|세미나|모임|스터디|퀴즈|면접|마감|숙제|미팅|회의|예습|준비"
    "|볼|들을|읽을|있을|쓸|낼|제출할|발표할"
)
_AHEAD = re.compile(
    rf"(?<![가-힣A-Za-z0-9])(?:내일모레|내일|낼|모레|글피|(?:다음|담)\s?(?:주|달)(?:\s*[월화수목금토일]요일)?"
    rf"|(?:{_any(_DAYS)}|\d{{1,3}}\s*일)\s*[뒤후])(?:\s*{_PART_OF_DAY_KO})?{_ON_DAY}(?![가-힣])"
    rf"(?!\s+(?:\S+\s+)?(?:{_OCCASIONS_KO}))"
    r"|(?<!\bfor\s)\b(?:tomorrow|next\s+(?:week|month|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)day))\b(?!['’])"
    rf"|\bin\s+(?:{_NUMBER_EN})\s+(?:days?|weeks?)\b",
    re.IGNORECASE,
)
_EXAM_TOMORROW = re.compile(r"\bfor\s+(?:the|my|an?|our)\s+\w+(?:\s+\w+)?\s*$", re.IGNORECASE)


def _take_day(line: str, today: date, otherwise: date) -> tuple[str, date]:
    """Return the line without what tells the day, and the day: `otherwise` when nothing does, perhaps one to come."""
    for pattern, days in _BACK:
        found = pattern.search(line)
        if found:
            return _cut(line, found), today - timedelta(days=days)
    found = _AHEAD.search(line)
    if found and not _EXAM_TOMORROW.search(line[: found.start()]):
        return _cut(line, found), today + timedelta(days=1)
    for pattern, day_of in ((_AGO, _days_ago), (_DATED, _dated), (_WEEKDAY, _weekday)):
        found = pattern.search(line)
        day = day_of(found, today) if found else None
        if found and day is not None and today - timedelta(days=_OLDEST) <= day:
            return _cut(line, found), day
    return line, otherwise


def _days_ago(found: re.Match[str], today: date) -> date | None:
    number = found["number"] or found["english"]
    days = _DAYS[found["korean"]] if found["korean"] else _english_number(number)
    return today - timedelta(days=int(days))


def _dated(found: re.Match[str], today: date) -> date | None:
    """Return the day of a date; of one without a year the nearest such day, which may be to come."""
    names = ("{}", "{}_ko", "{}_short", "{}_first", "{}_name")
    groups = found.groupdict()
    month, day = (next(filter(None, (groups.get(form.format(name)) for form in names))) for name in ("month", "day"))
    number = int(month) if month.isdecimal() else 1 + _MONTHS.index(month[:3].casefold())
    said = found["year"] or found["year_ko"] or found["year_en"]
    years = (int(said),) if said else (today.year - 1, today.year, today.year + 1)
    days = [each for year in years if (each := _day_or_none(year, number, int(day))) is not None]
    meant = min(days, key=lambda each: abs(each - today), default=None)
    if meant is None or not found["month_short"]:
        return meant
    return meant if today - timedelta(days=_NUMERIC_DATE) <= meant <= today else None


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(found: re.Match[str], today: date) -> date:
    """Return the latest such weekday, today included; "last week's" is the one of the week before."""
    wanted = _WEEKDAYS[(found["korean"] or found["english"]).casefold()]
    if found["last"]:
        return today - timedelta(days=today.weekday() + 7 - wanted)
    return today - timedelta(days=(today.weekday() - wanted) % 7)


def _cut(line: str, found: re.Match[str]) -> str:
    rest = _OF_THE_DAY.sub("", line[found.end() :])
    return f"{line[: found.start()]} {rest}"


# which part

_PARTS = re.compile(
    rf"{_WORD_BEFORE}(?:제\s?)?\d{{1,4}}(?:\s*[~\-–,]\s*\d{{1,4}})?\s*(?:강|장|주차|차시|챕터|단원|화|절|부|과|쪽|페이지){_AFTER_KO}"
    rf"|(?<![가-힣])(?:강의|챕터|강|파트|유닛|섹션|과제|레슨)\s?\d{{1,3}}(?:\s*[~\-–]\s*\d{{1,3}})?(?![\d가-힣])"
    r"|\b(?:lectures?|lecs?\.?|chapters?|ch\.?|weeks?|parts?|episodes?|ep\.?|units?|sections?|sec\.?|modules?|lessons?"
    r"|assignments?|hw|homework|pages?|pp?\.)\s?#?\d{1,4}(?:\.\d{1,2})?(?:\s*[~\-–]\s*\d{1,4})?(?![\w])"
    r"|\b\d{1,2}(?:st|nd|rd|th)\s+(?:lecture|chapter|week|lesson|section|part)\b"
    r"|(?<![\w#])(?:#|L)\d{1,3}(?![\w])",
    re.IGNORECASE,
)  # fmt: skip


def _take_parts(line: str) -> tuple[str, str | None]:
    parts = [" ".join(found[0].split()) for found in _PARTS.finditer(line)]
    return _PARTS.sub(" ", line), ", ".join(parts)[:40] or None


# what is left

_FILLERS = re.compile(
    r"(?<![가-힣A-Za-z])(?:공부(?:했어요|했다|했음|함|하기|를|)|읽(?:었어요|었다|었음|음|기)|[봤들](?:어요|다|음)|봄|들음|들었(?:어요|다|음)"
    r"|했(?:어요|다|음)|함|끝(?:냄|냈어요|냈다|냈음|)|완료|완강|정주행|하나|조금|좀|살짝|열심히|같이|이어서|계속|다시|까지|부터|정도)(?![가-힣])"
    r"|\b(?:i|studied|study|studying|read|reading|watched|watching|did|doing|done|finished|worked|working|went|through"
    r"|on|of|for|with|the|a|an|some|my|bit|little|spent|from|in|and)\b",
    re.IGNORECASE,
)  # fmt: skip
_RESTED = re.compile(
    r"(?:(?:그냥|좀|푹|하루|종일|조금|잠깐|오늘|계속|그래서)\s+)*"
    r"(?:쉬었(?:어요?|다|음|습니다)|쉼|쉬는\s?날|놀았(?:어요?|다|음)|(?:아무것도\s+)?(?:공부를?\s*)?(?:안|못)\s?했(?:어요?|다|음))"
    r"|(?:i\s+)?(?:just\s+)?(?:rested|did\s+nothing|took\s+(?:a|the)\s+(?:rest|break|day\s+off))|(?:a\s+)?(?:rest\s+day|day\s+off)",
    re.IGNORECASE,
)
_EDGES = " \t\n,.;:·|/~-–—"


def _tidy(line: str) -> str:
    line = " ".join(line.split())
    line = re.sub(r"\s+([,.])", r"\1", line)
    line = re.sub(r"([,.])(?:\s*[,.])+", r"\1", line).strip(_EDGES)
    return re.sub(r"^(?:of|for|on|동안)\s+|\s+(?:for|of|동안)$", "", line, flags=re.IGNORECASE).strip(_EDGES)
