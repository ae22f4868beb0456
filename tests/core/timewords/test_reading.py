"""How times are meant: the next such hour, the afternoon, the night, and what is asked about or refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.timewords import Ambiguous, Grain, Habits, NotUnderstood, Recurring, Why
from tests.core.hostile import HOSTILE
from tests.core.timewords.people import WEDNESDAY, asked, at, hear, moment, once, rule


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("9시", "2026-11-25 08:00", "2026-11-25 09:00"),
        ("9시", "2026-11-25 09:00", "2026-11-25 21:00"),
        ("at 9", "2026-11-25 21:30", "2026-11-26 09:00"),
        ("3시", "2026-11-25 13:00", "2026-11-25 15:00"),
        ("half past 7", "2026-11-25 14:00", "2026-11-25 19:30"),
        ("07:30", "2026-11-25 14:00", "2026-11-26 07:30"),
        ("21시", "2026-11-25 22:00", "2026-11-26 21:00"),
    ],
)
def test_a_bare_hour_is_the_next_such_hour_of_either_half_of_the_day(text: str, now: str, expected: str) -> None:
    assert moment(text, at(now)) == expected


@pytest.mark.parametrize("hour", range(1, 13))
def test_beside_a_date_1_to_6_is_the_afternoon_and_7_to_12_is_as_written(hour: int) -> None:
    expected = hour + 12 if hour <= 6 else hour
    assert moment(f"내일 {hour}시") == moment(f"tomorrow at {hour}") == f"2026-11-26 {expected:02}:00"
    assert rule(f"매일 {hour}시").rule.start.hour == rule(f"every day at {hour}").rule.start.hour == expected


@pytest.mark.parametrize("text", ["1시", "at 1", "한 시에 전화"])
def test_a_bare_hour_that_would_wake_somebody_is_asked_about(text: str) -> None:
    assert asked(text, at("2026-11-25 23:00")) == ("2026-11-26 01:00", "2026-11-26 13:00")


def test_the_small_hours_said_as_such_are_those_of_the_night_that_comes() -> None:
    late = at("2026-11-25 23:00")
    assert moment("새벽 1시", late) == moment("at 1am", late) == moment("밤 1시", late) == "2026-11-26 01:00"
    assert moment("오늘 새벽 3시", late) == "2026-11-26 03:00"


def test_the_person_says_when_their_night_is() -> None:
    owl = Habits("Asia/Seoul", night=(4, 12))
    assert moment("1시", at("2026-11-25 23:00"), owl) == "2026-11-26 01:00"
    assert asked("5시", at("2026-11-26 01:00"), owl) == ("2026-11-26 05:00", "2026-11-26 17:00")


def test_midnight_ends_the_day_when_it_is_the_night_s_and_is_asked_about_when_it_is_only_a_date_s() -> None:
    assert moment("내일 밤 12시") == "2026-11-27 00:00"
    assert moment("오늘 자정") == moment("midnight") == "2026-11-26 00:00"
    assert asked("내일 자정") == asked("midnight tomorrow") == ("2026-11-26 00:00", "2026-11-27 00:00")
    assert asked("내일 자정까지") == asked("by midnight tomorrow") == ("2026-11-25 23:00", "2026-11-26 23:00")
    assert asked("오늘 자정까지") == asked("by midnight today") == ("2026-11-25 23:00", "2026-11-26 00:00")
    assert moment("last day of the year at 11pm") == "2026-12-31 23:00"


def test_morning_and_evening_are_the_person_s_own() -> None:
    early = Habits("Asia/Seoul", morning="05:30", evening="18:15", bedtime="00:30")
    assert moment("내일 아침", habits=early) == "2026-11-26 05:30"
    assert moment("tomorrow evening", habits=early) == "2026-11-26 18:15"
    assert moment("자기 전", habits=early) == moment("before bed", habits=early) == "2026-11-26 00:30"
    assert once("내일", habits=early).all_day
    assert rule("every monday", habits=early).rule.start.hour == 5


def test_this_afternoon_is_what_is_left_of_it() -> None:
    assert moment("this afternoon") == "2026-11-25 15:00"
    assert moment("this afternoon", at("2026-11-25 15:20")) == "2026-11-25 17:00"
    assert hear("this afternoon", at("2026-11-25 17:30")) == NotUnderstood(Why.PAST, "this afternoon")


def test_today_without_an_hour_is_what_is_left_of_the_day() -> None:
    assert moment("오늘", at("2026-11-25 05:00")) == "2026-11-25 07:00"
    assert moment("오늘", at("2026-11-25 14:00")) == "2026-11-25 20:00"
    assert hear("오늘", at("2026-11-25 23:30")) == NotUnderstood(Why.PAST, "오늘")


def test_tomorrow_said_after_midnight_may_be_the_day_that_has_just_begun() -> None:
    assert asked("내일 9시", at("2026-11-26 01:30")) == ("2026-11-26 09:00", "2026-11-27 09:00")
    assert moment("내일 9시", at("2026-11-26 05:00")) == "2026-11-27 09:00"


def test_today_s_own_weekday_is_a_week_from_now_and_asked_about_with_an_hour_that_is_still_ahead() -> None:
    assert moment("수요일") == moment("wednesday") == "2026-12-02 07:00"
    assert moment("수요일 9시") == "2026-12-02 09:00"
    assert asked("수요일 5시") == ("2026-11-25 17:00", "2026-12-02 17:00")


def test_next_friday_is_that_of_next_week_also_while_this_week_s_is_still_ahead() -> None:
    assert moment("next friday 5pm") == "2026-12-04 17:00"
    assert moment("friday 5pm") == moment("this friday 5pm") == "2026-11-27 17:00"
    assert moment("next friday 5pm", at("2026-11-28 10:00")) == "2026-12-04 17:00"
    assert moment("next friday 5pm", at("2026-11-27 10:00")) == "2026-12-04 17:00"
    assert moment("next next friday") == "2026-12-11 07:00"
    assert moment("next monday") == "2026-11-30 07:00"
    assert moment("다음 주 금요일") == "2026-12-04 07:00"


def test_an_hour_is_an_hour_on_a_night_the_clocks_change() -> None:
    new_york = ZoneInfo("America/New_York")
    now = datetime(2026, 11, 1, 0, 30, tzinfo=new_york)
    for hours in (1, 2, 3, 12):
        heard = once(f"in {hours} hours", now, Habits("America/New_York"))
        assert heard.at - now == timedelta(0) or heard.at.timestamp() - now.timestamp() == hours * 3600
        assert heard.relative


def test_a_time_the_clocks_jump_over_is_the_one_after_them() -> None:
    zone = ZoneInfo("America/New_York")
    heard = once("tomorrow 2:30am", datetime(2026, 3, 7, 12, 0, tzinfo=zone), Habits("America/New_York"))
    assert heard.at.isoformat() == "2026-03-08T03:30:00-04:00"


def test_a_zone_that_is_named_is_the_one_that_counts() -> None:
    assert moment("thursday 8:00 gmt") == "2026-11-26 17:00"
    assert moment("at 5:30 pm kst") == "2026-11-25 17:30"
    assert rule("every day at 9 utc").rule.zone == "Etc/UTC"


@pytest.mark.parametrize(
    "text",
    [
        "twice a week at 9",
        "하루에 두 번",
        "주 3회 9시에 운동",
        "매일 9시 시험까지",
        "every day at 9 until the exam",
        "매주 화요일 빼고 9시",
        "every day except christmas at 9",
        "평일 빼고 9시",
        "3시부터 5시까지",
        "tomorrow between 3 and 5pm",
        "meeting moved from 3 to 4 tomorrow",
        "meeting moved tomorrow from 3pm to 4pm",
        "화요일 10시에서 11시로 회의 옮기기",
        "tomorrow 10 to 9pm",
        "3 times every day",
        "in 2-3 hours",
        "저녁 일찍 9시까지 3시~5시",
        "내일이나 모레 9시",
        "tomorrow or friday at 9",
        "tomorrow at 25",
        "내일 25시",
        "2월 30일 3시",
        "오전 15시",
        "3시 이후에",
        "after 3pm",
        "다음 주",
        "next month",
        "다음 주 9시",
        "a week on friday",
        "3일 연속 9시",
        "수업 끝나고 10분 뒤에",
        "10분 전에 본 영상 내일 9시",
        "2 pages a day at 9pm",
        "weekly report friday 5pm",
        "매달 월급날",
        "매달 초",
        "every few days",
        "4 화 7시",
        "일 8시에 끝내기",
        "3시 조금 넘어서",
        "시험 전날 9시",
        "하루 전에",
        "주5일 9시",
        "tomorrow at 9 and 10",
        "월요일 9시 화요일 10시",
        "내일 9:5",
        "five past midnight",
        "3 in the evening",
        "meeting 9-10 tomorrow",
        "gym 6-7 every day",
        "in 5 to 10 minutes",
        "in 10 and 20 minutes",
        "한 시간이나 두 시간 뒤",
        "5 til 9pm",
        "the week before christmas",
        "10 am class tomorrow moved to 11",
        "monday dec 3 at 9",
        "thu 10/12 2pm",
        "3/4/27 at 9",
        "second week of december on tuesday",
        "the second to last day of the month",
        "friday's exam at 9",
        "new year plan",
        "buy christmas presents",
        "before dinner tomorrow",
        "tomorrow at 9 or so",
        "tomorrow at 9 onwards",
        "run on cold days at 9",
        "tomorrow at 9-10",
        "tomorrow at 9 - 10",
        "the week of the 14th",
        "middle of the night",
        "the morning of the exam at 9",
        "on results day at 8",
        "tomorrow 9 30",
        "book a table for 4 tomorrow morning",
        "night shift",
        "morning person",
        "end of week",
        "새벽에",
    ],
)
def test_what_is_not_surely_understood_is_not_understood(text: str) -> None:
    heard = hear(text)
    assert isinstance(heard, NotUnderstood) and heard.why is Why.UNSURE, heard


@pytest.mark.parametrize(
    "text", ["어제 9시", "그저께", "yesterday", "이번 주 월요일", "2020년 3월 1일", "오늘 1시", "march 3 2015"]
)
def test_what_is_over_is_said_to_be_over(text: str) -> None:
    assert hear(text) == NotUnderstood(Why.PAST, text)


@pytest.mark.parametrize(
    "text",
    [
        "이분이 오셨다",
        "두 시간짜리 강의",
        "이 시 읽기",
        "네 시험지",
        "일 끝나고",
        "일 8시간",
        "화10시간",
        "3화9시",
        "일 많은 날",
        "이해할 수 있다",
        "회의 있다",
        "목 아파",
        "3화 보기",
        "금 시세 확인",
        "토 나와",
        "늦은 답장",
        "일찍 자기",
        "월요일을 위한 준비",
        "half of the chapter",
        "read half 7 chapters",
        "nothing but net",
        "watch lectures 7-9",
        "화목한 모임",
        "오늘의 논문",
        "5월호",
        "3강까지 보기",
        "CS231n lecture 5",
        "read chapters 2-5",
        "may the force be with you",
        "the sun is up",
        "second chapter",
        "every chapter",
        "this is the one",
        "in one's own words",
        "wed in vegas",
        "설 자리가 없다",
        "8월의 크리스마스 보기",
        "24/7 support",
        "monday.com setup",
        "세시풍속 공부",
        "일월화수목금토 외우기",
        "밤 까먹기",
        "25",
        "",
        "   ",
        "안녕하세요",
    ],
)
def test_what_is_no_time_is_never_taken_for_one(text: str) -> None:
    heard = hear(text)
    assert isinstance(heard, NotUnderstood) and heard.why is Why.NO_TIME, heard


def test_a_deadline_is_asked_about_an_hour_or_a_day_before_it_or_at_it() -> None:
    assert asked("9시까지 과제 제출") == ("2026-11-25 20:00", "2026-11-25 21:00")
    assert asked("submit it by friday 5pm") == ("2026-11-27 16:00", "2026-11-27 17:00")
    assert asked("tomorrow before 9") == ("2026-11-26 08:00", "2026-11-26 09:00")
    assert asked("before lunch tomorrow") == ("2026-11-26 11:00", "2026-11-26 12:00")
    assert asked("by 5") == ("2026-11-25 16:00", "2026-11-25 17:00")
    assert asked("금요일까지 보고서") == ("2026-11-26 07:00", "2026-11-27 07:00")


def test_two_dates_are_asked_about_unless_they_are_the_same() -> None:
    assert asked("금요일 세미나 자료 내일 9시에 준비") == ("2026-11-26 09:00", "2026-11-27 09:00")
    heard = hear("buy christmas presents on dec 20")
    assert isinstance(heard, Ambiguous)
    assert [choice.rest for choice in heard.choices] == ["buy christmas presents", "buy presents on dec 20"]
    assert moment("이번 주말 토요일 10시") == "2026-11-28 10:00"
    assert moment("friday 27 november at noon") == "2026-11-27 12:00"
    assert moment("어제 본 논문 내일 9시") == "2026-11-26 09:00"


def test_minutes_before_are_taken_from_the_time_they_belong_to() -> None:
    assert moment("내일 3시 수업 10분 전") == moment("10 minutes before 3pm tomorrow") == "2026-11-26 14:50"
    assert moment("다음 주 수요일 세미나 전날 저녁 8시") == "2026-12-01 20:00"
    assert moment("three days before christmas") == moment("크리스마스 사흘 전") == "2026-12-22 07:00"
    assert moment("meeting tomorrow at 9, 30 min earlier") == "2026-11-26 08:30"
    assert rule("매주 화요일 오후 2시 수업 30분 전").rule.start.strftime("%H:%M") == "13:30"


def test_a_number_of_times_that_may_belong_to_the_text_is_asked_about() -> None:
    heard = hear("매일 9시 8번 문제 풀기")
    assert isinstance(heard, Ambiguous)
    counted, uncounted = heard.choices
    assert isinstance(counted, Recurring) and (counted.count, counted.rest) == (8, "문제 풀기")
    assert isinstance(uncounted, Recurring) and (uncounted.count, uncounted.rest) == (None, "8번 문제 풀기")


def test_weekdays_listed_in_full_are_this_once_or_every_week() -> None:
    heard = hear("월요일, 수요일 9시")
    assert isinstance(heard, Ambiguous)
    assert [choice.count for choice in heard.choices if isinstance(choice, Recurring)] == [None, 2]
    assert rule("월수 9시").count is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow 7-8pm", "2026-11-26 19:00"),
        ("3-5pm tomorrow", "2026-11-26 15:00"),
        ("tomorrow 11-1pm", "2026-11-26 11:00"),
        ("tomorrow from 7pm to 9pm", "2026-11-26 19:00"),
        ("tomorrow 7pm until 9pm", "2026-11-26 19:00"),
        ("dec 3 7-9pm party", "2026-12-03 19:00"),
        ("friday 2pm-4", "2026-11-27 14:00"),
        ("friday from 2 to 4", "2026-11-27 14:00"),
        ("7pm to midnight on friday", "2026-11-27 19:00"),
        ("study group saturday 2-4pm", "2026-11-28 14:00"),
        ("sunday from 10am until noon: deep work", "2026-11-29 10:00"),
        ("내일 7시~20시", "2026-11-26 07:00"),
        ("내일 9시~저녁 6시", "2026-11-26 09:00"),
        ("내일 3시~저녁 6시", "2026-11-26 15:00"),
    ],
)
def test_a_span_of_hours_is_the_time_it_begins_with(text: str, expected: str) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("five oh five pm", "2026-11-25 17:05"),
        ("in 1 h 30", "2026-11-25 15:30"),
        ("in 1h30", "2026-11-25 15:30"),
        ("20 more minutes", "2026-11-25 14:20"),
        ("read week 3 tomorrow at 9", "2026-11-26 09:00"),
        ("book a table for 4 in 20 minutes", "2026-11-25 14:20"),
        ("plan ahead tomorrow at 9", "2026-11-26 09:00"),
        ("submit hw 3 dec 3 at 2pm", "2026-12-03 14:00"),
        ("watch lecture 3 - 5pm", "2026-11-25 17:00"),
        ("tomorrow at 9 - call mom", "2026-11-26 09:00"),
        ("tomorrow at 9 for the exam", "2026-11-26 09:00"),
        ("1st of the month at 9", "2026-12-01 09:00"),
        ("in an hour and a quarter", "2026-11-25 15:15"),
        ("7 at night", "2026-11-25 19:00"),
        ("2 at night", "2026-11-26 02:00"),
        ("CS229 lecture 3 in the morning", "2026-11-26 07:00"),
        ("sat arvo 3pm", "2026-11-28 15:00"),
        ("later tonight", "2026-11-25 21:00"),
        ("the night before christmas", "2026-12-24 21:00"),
        ("the evening before friday", "2026-11-26 20:00"),
        ("Fri, Nov 27 at 9am", "2026-11-27 09:00"),
        ("1:1 with ana tomorrow at 3", "2026-11-26 15:00"),
        ("18.30 tomorrow", "2026-11-26 18:30"),
        ("update version 3.11 at 9:30 tomorrow", "2026-11-26 09:30"),
        ("read part 2 of 3 tomorrow at 9", "2026-11-26 09:00"),
        ("read 1984, in 20 minutes", "2026-11-25 14:20"),
        ("team sync 1:1 tonight", "2026-11-25 21:00"),
        ("Dec. 5, 2026 at 7 PM", "2026-12-05 19:00"),
        ("set a timer for 10 minutes", "2026-11-25 14:10"),
        ("in a week's time", "2026-12-02 14:00"),
        ("read chapters 3 and 4 tomorrow at 7", "2026-11-26 07:00"),
        ("call 010-1234-5678 tomorrow at 10", "2026-11-26 10:00"),
        ("prepare for friday's exam on thursday at 6", "2026-11-26 18:00"),
        ("review yesterday's notes at 8pm", "2026-11-25 20:00"),
    ],
)
def test_no_word_of_an_hour_is_lost(text: str, expected: str) -> None:
    assert moment(text) == expected


def test_a_bare_hour_for_soon_is_never_one_of_the_night() -> None:
    assert moment("이따 5시") == "2026-11-25 17:00"
    assert isinstance(hear("이따 3시", at("2026-11-25 15:20")), NotUnderstood)
    assert isinstance(hear("3시까지 제출", at("2026-11-25 15:20")), NotUnderstood)
    assert moment("이따 1시", at("2026-11-25 23:40")) == "2026-11-26 01:00"


def test_bedtime_that_is_over_is_not_that_of_the_next_night() -> None:
    assert moment("자기 전", at("2026-11-25 22:00")) == "2026-11-25 23:00"
    assert isinstance(hear("자기 전", at("2026-11-25 23:40")), NotUnderstood)
    assert isinstance(hear("before bed", at("2026-11-26 01:30")), NotUnderstood)


def test_what_is_due_is_a_deadline() -> None:
    assert asked("hw3 due monday 11:59pm") == ("2026-11-30 22:59", "2026-11-30 23:59")
    assert asked("deadline friday 5pm") == ("2026-11-27 16:00", "2026-11-27 17:00")
    assert asked("no later than 5pm") == ("2026-11-25 16:00", "2026-11-25 17:00")
    assert rule("rent due every 1st").rest == "rent due"


def test_days_listed_with_a_span_of_hours_are_asked_about_as_any_days() -> None:
    assert asked("paper reading mon wed 9pm-10pm") == ("2026-11-25 21:00", "2026-11-25 21:00")


def test_a_date_after_a_span_of_hours_is_still_the_end_of_the_rule() -> None:
    for text in ("every day 7-8am until 20 december", "매일 오전 7시부터 8시까지 12월 20일까지"):
        heard = rule(text)
        assert (heard.rule.until, heard.rule.start.hour) == (date(2026, 12, 20), 7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("half seven tomorrow", "2026-11-26 07:30"),
        ("half past seven", "2026-11-25 19:30"),
        ("half 8 tonight", "2026-11-25 20:30"),
        ("tomorrow at half six", "2026-11-26 18:30"),
        ("friday half nine standup", "2026-11-27 09:30"),
        ("half eight am on friday", "2026-11-27 08:30"),
    ],
)
def test_half_an_hour_s_name_is_half_past_it(text: str, expected: str) -> None:
    assert moment(text) == expected


def test_late_in_a_part_of_the_day_is_later_than_it_and_after_work_is_the_evening() -> None:
    assert moment("late tonight") == moment("밤 늦게") == "2026-11-25 23:00"
    assert moment("friday late afternoon") == moment("금요일 오후 늦게") == "2026-11-27 17:00"
    assert moment("after work at 7") == moment("퇴근 후 7시") == "2026-11-25 19:00"
    assert moment("퇴근하고", habits=Habits("Asia/Seoul", evening="18:30")) == "2026-11-25 18:30"


def test_the_grain_says_how_exactly_a_time_was_said() -> None:
    said = {
        "in 90 seconds": Grain.SECOND,
        "7:30": Grain.MINUTE,
        "7시": Grain.HOUR,
        "저녁": Grain.PART,
        "내일": Grain.DAY,
    }
    assert {text: once(text).grain for text in said} == said
    assert rule("매주 월요일").grain is Grain.DAY


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_text_that_nobody_types_by_accident_is_read_as_any_other(text: str) -> None:
    assert isinstance(hear(text * 20), NotUnderstood)


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert moment("내일 9시 " + "가" * 100_000) == "2026-11-26 09:00"
    assert isinstance(hear("가 " * 400 + "내일 9시"), NotUnderstood)


def test_letters_that_are_typed_apart_or_wide_are_the_same_letters() -> None:
    assert moment("내일 9시") == moment("내일 ９시") == moment("\u1102\u1162\u110b\u1175\u11af 9\u1109\u1175")


def test_the_first_time_of_a_rule_is_ahead_and_its_start() -> None:
    heard = rule("every 3 days at 6pm")
    assert heard.first == at("2026-11-25 18:00") == heard.rule.start.replace(tzinfo=heard.first.tzinfo)
    assert rule("every 3 days at 10am").first == at("2026-11-26 10:00")
    assert heard.first > WEDNESDAY
