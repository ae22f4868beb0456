"""Rules and moments back in words, from the rule itself."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from bot.core.schedule import Rule
from bot.core.timewords import days_in_words, in_words, time_in_words, weekday_in_words
from bot.core.timewords.rules import CODES
from bot.i18n import Locale
from tests.core.timewords.people import at, rule

START = datetime.fromisoformat("2026-11-25T07:00")


@pytest.mark.parametrize(
    ("rrule", "korean", "english"),
    [
        ("FREQ=DAILY", "매일 오전 7:00", "every day at 07:00"),
        ("FREQ=DAILY;INTERVAL=2", "이틀마다 오전 7:00", "every 2 days at 07:00"),
        ("FREQ=DAILY;INTERVAL=10", "10일마다 오전 7:00", "every 10 days at 07:00"),
        ("FREQ=DAILY;BYHOUR=8,20", "매일 오전 8:00·오후 8:00", "every day at 08:00 and 20:00"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "매주 월·수·금 오전 7:00", "every Monday, Wednesday and Friday at 07:00"),
        ("FREQ=WEEKLY;BYDAY=SA", "매주 토요일 오전 7:00", "every Saturday at 07:00"),
        ("FREQ=WEEKLY", "매주 수요일 오전 7:00", "every Wednesday at 07:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "평일 오전 7:00", "every weekday at 07:00"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "주말마다 오전 7:00", "every weekend at 07:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", "일요일 빼고 매일 오전 7:00", "every day except Sunday at 07:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,TH,FR,SA,SU", "수요일 빼고 매일 오전 7:00", "every day except Wednesday at 07:00"),
        (
            "FREQ=WEEKLY;BYDAY=MO,TU,TH,FR",
            "매주 월·화·목·금 오전 7:00",
            "every Monday, Tuesday, Thursday and Friday at 07:00",
        ),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "격주 토요일 오전 7:00", "every other Saturday at 07:00"),
        (
            "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH",
            "3주마다 월·목 오전 7:00",
            "every 3 weeks on Monday and Thursday at 07:00",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "매달 1일 오전 7:00", "on the 1st of every month at 07:00"),
        ("FREQ=MONTHLY", "매달 25일 오전 7:00", "on the 25th of every month at 07:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "매달 1일·15일 오전 7:00", "on the 1st and 15th of every month at 07:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "매달 마지막 날 오전 7:00", "on the last day of every month at 07:00"),
        ("FREQ=MONTHLY;BYDAY=1MO", "매달 첫째 월요일 오전 7:00", "on the first Monday of every month at 07:00"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "매달 마지막 금요일 오전 7:00", "on the last Friday of every month at 07:00"),
        (
            "FREQ=MONTHLY;BYDAY=2SA,4SA",
            "매달 둘째·넷째 토요일 오전 7:00",
            "on the second and fourth Saturday of every month at 07:00",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=15,-1",
            "매달 15일·마지막 날 오전 7:00",
            "on the 15th and last day of every month at 07:00",
        ),
        (
            "FREQ=MONTHLY;BYDAY=1TU,3TU",
            "매달 첫째·셋째 화요일 오전 7:00",
            "on the first and third Tuesday of every month at 07:00",
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
            "매달 첫째 평일 오전 7:00",
            "on the first weekday of every month at 07:00",
        ),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1", "2개월마다 1일 오전 7:00", "every 2 months on the 1st at 07:00"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2", "매년 3월 2일 오전 7:00", "every year on 2 March at 07:00"),
        (
            "FREQ=YEARLY;BYMONTH=5;BYDAY=2SU",
            "매년 5월 둘째 일요일 오전 7:00",
            "every year on the second Sunday of May at 07:00",
        ),
        ("FREQ=YEARLY", "매년 11월 25일 오전 7:00", "every year on 25 November at 07:00"),
        ("FREQ=HOURLY", "매시간", "every hour"),
        ("FREQ=HOURLY;INTERVAL=2", "2시간마다", "every 2 hours"),
        ("FREQ=MINUTELY;INTERVAL=30", "30분마다", "every 30 minutes"),
    ],
)
def test_a_rule_is_said_in_both_languages(rrule: str, korean: str, english: str) -> None:
    rule = Rule(rrule, START, "Asia/Seoul")
    assert in_words(rule, Locale.KO) == korean
    assert in_words(rule, Locale.EN) == english


def test_the_end_of_a_rule_is_said() -> None:
    rule = Rule("FREQ=DAILY", START, "Asia/Seoul", date(2026, 12, 31))
    assert in_words(rule, Locale.KO) == "매일 오전 7:00, 2026년 12월 31일까지"
    assert in_words(rule, Locale.EN) == "every day at 07:00 until 31 December 2026"
    endless = Rule("FREQ=DAILY", START, "Asia/Seoul")
    assert in_words(endless, Locale.KO, count=8) == "매일 오전 7:00, 8번"
    assert in_words(endless, Locale.EN, count=8) == "every day at 07:00, 8 times"
    assert in_words(endless, Locale.EN, count=1) == "every day at 07:00, once"


def test_a_moment_is_said_with_its_weekday_and_without_the_year_that_goes_without_saying() -> None:
    moment = at("2026-11-26 21:05")
    assert in_words(moment, Locale.KO) == "2026년 11월 26일(목) 오후 9:05"
    assert in_words(moment, Locale.EN) == "Thursday 26 November 2026 at 21:05"
    assert in_words(moment, Locale.KO, today=date(2026, 11, 25)) == "11월 26일(목) 오후 9:05"
    assert in_words(moment, Locale.EN, today=date(2026, 11, 25)) == "Thursday 26 November at 21:05"
    assert "2026" in in_words(moment, Locale.EN, today=date(2025, 12, 31))


@pytest.mark.parametrize(
    ("hour", "korean"), [(0, "오전 0:30"), (7, "오전 7:30"), (12, "오후 12:30"), (13, "오후 1:30"), (23, "오후 11:30")]
)
def test_a_time_of_day_is_said_as_each_language_does(hour: int, korean: str) -> None:
    assert time_in_words(time(hour, 30), Locale.KO) == korean
    assert time_in_words(time(hour, 30), Locale.EN) == f"{hour:02}:30"


def test_a_day_is_said_with_its_weekday() -> None:
    day = date(2026, 12, 4)
    assert weekday_in_words(day, Locale.KO, day) == "12월 4일(금)"
    assert weekday_in_words(day, Locale.EN, day) == "Friday 4 December"
    assert weekday_in_words(day, Locale.KO) == "2026년 12월 4일(금)"


@pytest.mark.parametrize(
    ("first", "last", "korean", "english"),
    [
        (date(2026, 11, 16), date(2026, 11, 22), "2026년 11월 16–22일", "16–22 November 2026"),
        (date(2026, 11, 30), date(2026, 12, 6), "2026년 11월 30일 – 12월 6일", "30 November – 6 December 2026"),
        (
            date(2026, 12, 28),
            date(2027, 1, 3),
            "2026년 12월 28일 – 2027년 1월 3일",
            "28 December 2026 – 3 January 2027",
        ),
        (date(2026, 1, 1), date(2026, 1, 1), "2026년 1월 1일", "1 January 2026"),
    ],
)
def test_a_span_of_days_says_nothing_twice(first: date, last: date, korean: str, english: str) -> None:
    assert (days_in_words(first, last, Locale.KO), days_in_words(first, last, Locale.EN)) == (korean, english)


@pytest.mark.parametrize(
    "rrule",
    [
        *(f"FREQ=WEEKLY;BYDAY={','.join(each for each in CODES if each != code)}" for code in CODES),
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=15,-1",
        "FREQ=MONTHLY;BYDAY=1TU,3TU",
        "FREQ=MONTHLY;BYDAY=2TH,-1TH",
    ],
)
@pytest.mark.parametrize("locale", Locale)
def test_what_exceptions_and_several_days_of_a_month_make_is_read_back_from_its_words(
    rrule: str, locale: Locale
) -> None:
    said = in_words(Rule(rrule, START, "Asia/Seoul", date(2027, 3, 1)), locale)
    heard = rule(said)
    assert (heard.rule.rrule, heard.rule.until, heard.rest) == (rrule, date(2027, 3, 1), ""), said
