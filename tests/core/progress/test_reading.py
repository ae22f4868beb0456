"""What somebody writes down about their study, in either language, as they really type it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.progress import LONGEST, MOST_MINUTES, Trouble, read_line
from tests.core.hostile import HOSTILE

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("CS231n 3강 50분", 50),
        ("2h linear algebra", 120),
        ("90m", 90),
        ("한 시간 반", 90),
        ("1시간반", 90),
        ("1시간30분", 90),
        ("1시간 30분 d2l", 90),
        ("두시간 반 동안 코딩", 150),
        ("강화학습 강의 세 시간", 180),
        ("1.5시간 케라스", 90),
        ("반시간 영어", 30),
        ("오십분", 50),
        ("삼십 분 강화학습", 30),
        ("이십오분 통계", 25),
        ("한 30분 정도 d2l", 30),
        ("약 2시간", 120),
        ("한두 시간 논문", 90),
        ("20~30분 공부", 25),
        ("30분씩 2번 영어", 60),
        ("25분씩 네 번", 100),
        ("30분 만에 끝냄", 30),
        ("오전 한 시간, 저녁 30분", 90),
        ("half an hour of cs224n lecture 4", 30),
        ("half-hour on gans", 30),
        ("an hour and a half of statistics", 90),
        ("one and a half hours d2l", 90),
        ("three quarters of an hour", 45),
        ("a quarter of an hour", 15),
        ("a couple of hours on gans", 120),
        ("1h30 rl", 90),
        ("1h 30m rl", 90),
        ("2 hours 15 minutes", 135),
        ("1.5 hrs", 90),
        ("twenty minutes of probability", 20),
        ("for about 40 mins", 40),
        ("9시부터 11시까지 선형대수", 120),
        ("오후 2시부터 4시 반까지 수학", 150),
        ("11시~1시 강의", 120),
        ("from 9 to 11 linear algebra", 120),
        ("9-11pm rl", 120),
        ("9:00-10:30 d2l", 90),
        ("23:30-01:00 d2l", 90),
        ("두 시간짜리 강의", 120),
        ("두 시간짜리 강의 30분 봄", 30),
        ("2-hour lecture", 120),
    ],
)
def test_how_long_it_took(line: str, minutes: int) -> None:
    assert read_line(line, TODAY).minutes == minutes


@pytest.mark.parametrize(
    "line",
    [
        "오늘 논문 하나 읽음",
        "attention 논문",
        "이분이 오셨다",
        "두 분이 오셨다",
        "미분 공부",
        "부분 적분",
        "3분의 1 읽음",
        "1분기 정리",
        "3시 50분에 CS231n 2강",
        "새벽 2시까지 논문",
        "at 9pm d2l",
        "10분 전에 끝냄 d2l",
        "2 hours ago d2l",
        "30분 남음",
        "90M params model",
        "7B 모델 논문",
        "논문 2편",
        "한 시리즈 봄",
        "cs231n",
        "하루 종일 공부",
        "48시간",
        "0분",
    ],
)
def test_what_tells_no_duration_is_left_open(line: str) -> None:
    assert read_line(line, TODAY).minutes is None


@pytest.mark.parametrize(
    ("line", "ago"),
    [
        ("d2l 30분", 0),
        ("오늘 아침 30분", 0),
        ("방금 30분", 0),
        ("어제 밤 30분 강의", 1),
        ("어젯밤 한 시간", 1),
        ("그저께 1.5시간", 2),
        ("그제 30분", 2),
        ("엊그제 30분", 2),
        ("3일 전 40분 py4e", 3),
        ("이틀 전에 논문", 2),
        ("월요일에 cs50p", 2),
        ("수요일 d2l", 0),
        ("지난주 금요일 20분", 5),
        ("지난주 수요일 20분", 7),
        ("11월 20일 d2l", 5),
        ("7월 31일 d2l", 117),
        ("2025년 12월 25일 수학 1시간", 335),
        ("어제는 수학 1시간", 1),
        ("그제는 수학 1시간", 2),
        ("이틀 전에는 수학", 2),
        ("월요일엔 cs50p", 2),
        ("11월 20일은 d2l", 5),
        ("20 November d2l 1h", 5),
        ("d2l on Nov 20th 1h", 5),
        ("2026-11-20 d2l", 5),
        ("11/20 d2l 30분", 5),
        ("last night 45 minutes", 1),
        ("yesterday afternoon 25 min", 1),
        ("the day before yesterday 25 min", 2),
        ("two days ago watched lecture 5", 2),
        ("on monday d2l", 2),
        ("this morning 30m", 0),
    ],
)
def test_which_day_it_was(line: str, ago: int) -> None:
    assert read_line(line, TODAY).day == TODAY - timedelta(days=ago)


@pytest.mark.parametrize(
    "line",
    [
        "내일 3시간",
        "모레 수학",
        "내일은 수학 1시간",
        "다음 주 수학 2시간",
        "다음 주 금요일 20분",
        "3일 뒤 수학 1시간",
        "12월 25일 수학 1시간",
        "2026-12-31 d2l",
        "tomorrow 3h",
        "maths for 2 hours tomorrow",
        "next week 2h linear algebra",
        "next friday d2l",
        "25 December 1h",
        "december 25th maths 1h",
    ],
)
def test_a_day_to_come_is_not_written_down(line: str) -> None:
    assert read_line(line, TODAY).trouble is Trouble.AHEAD


@pytest.mark.parametrize(
    "line",
    [
        "내일 시험 공부 2시간",
        "다음 주 발표 준비 1시간",
        "내일까지 낼 과제 1시간",
        "오늘 내일 발표 준비 1시간",
        "for tomorrow's exam 2h",
        "prepared for the exam tomorrow 2h",
        "어제 d2l",
        "12월 d2l",
        "march of the models, lecture 3",
        "maths, that may 30 min",
        "다음 주 강의 예습 1시간",
    ],
)
def test_what_is_studied_for_a_day_to_come_is_studied_now(line: str) -> None:
    assert read_line(line, TODAY).trouble is None


@pytest.mark.parametrize(
    "line", ["오늘은 그냥 쉬었어요", "어제는 쉬었음", "쉼", "공부 못 했어요", "just rested today", "day off"]
)
def test_a_day_of_rest_is_no_study(line: str) -> None:
    assert read_line(line, TODAY).trouble is Trouble.RESTED


@pytest.mark.parametrize("line", ["30시간 공부", "d2l 48시간", "studied 30 hours", "12시간씩 3번"])
def test_more_than_a_day_has_is_said_to_be_so(line: str) -> None:
    said = read_line(line, TODAY)
    assert (said.minutes, said.trouble) == (None, Trouble.TOO_LONG)


@pytest.mark.parametrize("line", ["3/4 of the book", "1/2 권", "2월 30일 d2l", "900일 전 d2l"])
def test_what_is_no_day_of_the_past_is_today(line: str) -> None:
    assert read_line(line, TODAY).day == TODAY


@pytest.mark.parametrize(
    ("line", "part", "about"),
    [
        ("CS231n 3강 50분", "3강", "CS231n"),
        ("half an hour of cs224n lecture 4", "lecture 4", "cs224n"),
        ("CS224W 1-3강 봄", "1-3강", "CS224W"),
        ("d2l 5장까지", "5장", "d2l"),
        ("ch. 3 d2l", "ch. 3", "d2l"),
        ("hw 2 cs50p", "hw 2", "cs50p"),
        ("cs50p week 3 and week 4", "week 3, week 4", "cs50p"),
        ("cs230 L4", "L4", "cs230"),
        ("영상 3강의 자료", None, "영상 3강의 자료"),
        ("CS231n", None, "CS231n"),
        ("GPT-4 리포트", None, "GPT-4 리포트"),
        ("오늘 논문 하나 읽음", None, "논문"),
        ("studied linear algebra for 2 hours", None, "linear algebra"),
    ],
)
def test_which_part_and_what_it_was_about(line: str, part: str | None, about: str) -> None:
    said = read_line(line, TODAY)
    assert (said.part, said.about) == (part, about)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("어제 밤 30분 강의", "강의"),
        ("오늘 논문 하나 읽음", "논문 하나 읽음"),
        ("2h of linear algebra", "linear algebra"),
        ("d2l, 30분, 3장", "d2l, 3장"),
        ("두 시간짜리 강의 30분 봄", "두 시간짜리 강의 봄"),
        ("90m", ""),
        ("어제는 수학 1시간", "수학"),
        ("오늘은 d2l", "d2l"),
        ("오늘의 논문 30분", "논문"),
    ],
)
def test_the_persons_own_words_are_kept_without_duration_and_day(line: str, what: str) -> None:
    assert read_line(line, TODAY).what == what


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_is_a_line_like_any_other(line: str) -> None:
    said = read_line(line, TODAY)
    assert len(said.what) <= LONGEST
    assert said.day <= TODAY


@given(st.text(max_size=300))
def test_any_text_is_read_within_bounds(line: str) -> None:
    said = read_line(line, TODAY)
    assert TODAY - timedelta(days=366) <= said.day <= TODAY
    assert said.minutes is None or 1 <= said.minutes <= MOST_MINUTES
    assert said.what == " ".join(said.what.split())


NAMES = st.sampled_from(["d2l", "선형대수", "CS231n 3강", "attention 논문", "linear algebra", ""])


@given(NAMES, st.integers(0, 23), st.integers(0, 59), st.booleans())
def test_hours_and_minutes_are_heard_wherever_they_stand(name: str, hours: int, minutes: int, first: bool) -> None:
    korean = " ".join(filter(None, [f"{hours}시간" if hours else "", f"{minutes}분" if minutes else ""]))
    english = " ".join(filter(None, [f"{hours}h" if hours else "", f"{minutes} min" if minutes else ""]))
    for said in (korean, english):
        line = f"{said} {name}" if first else f"{name} {said}"
        assert read_line(line, TODAY).minutes == (60 * hours + minutes or None)


@given(NAMES, st.integers(1, 60), st.sampled_from(["{}일 전", "{} days ago"]))
def test_so_many_days_ago_is_that_day(name: str, ago: int, form: str) -> None:
    assert read_line(f"{form.format(ago)} {name}", TODAY).day == TODAY - timedelta(days=ago)
