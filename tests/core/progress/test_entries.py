"""A line that tells of several things: each keeps its own minutes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.progress import MOST_ENTRIES, MOST_MINUTES, Trouble, read_entries, read_line

TODAY = date(2026, 11, 25)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("CS231n 3강 50분, d2l 20분", [("CS231n", 50), ("d2l", 20)]),
        ("CS231n lecture 3 50 min, d2l 20 min", [("CS231n", 50), ("d2l", 20)]),
        ("30분 d2l, 20분 CS231n", [("d2l", 30), ("CS231n", 20)]),
        ("2h linear algebra and 30 min of d2l", [("linear algebra", 120), ("d2l", 30)]),
        ("수학 1시간 그리고 영어 30분; 통계 20분", [("수학", 60), ("영어", 30), ("통계", 20)]),
        ("코딩 1시간 하고 수학 30분", [("코딩", 60), ("수학", 30)]),
        ("d2l 1시간\nCS231n 30분", [("d2l", 60), ("CS231n", 30)]),
    ],
)
def test_each_thing_keeps_its_own_minutes(line: str, told: list[tuple[str, int]]) -> None:
    assert [(said.about, said.minutes) for said in read_entries(line, TODAY)] == told


@pytest.mark.parametrize(
    "line",
    [
        "d2l, 30분, 3장",
        "오전 한 시간, 저녁 30분",
        "CS231n 3강 30분, 4강 20분",
        "d2l 1 hour and 30 minutes",
        "statistics an hour and a half",
        "수학, 물리 1시간",
        "수학 1시간, 재밌었다",
        "문제 1,000개 1시간",
        "두 시간짜리 강의, 30분 봄",
        "통계",
        "",
    ],
)
def test_what_is_one_thing_stays_one(line: str) -> None:
    assert read_entries(line, TODAY) == (read_line(line, TODAY),)


def test_a_day_holds_until_another_is_said() -> None:
    days = [said.day for said in read_entries("어제 CS231n 50분, d2l 20분, 오늘 통계 10분", TODAY)]
    assert days == [YESTERDAY, YESTERDAY, TODAY]


def test_one_day_to_come_is_said_for_the_whole_line() -> None:
    assert [said.trouble for said in read_entries("수학 1시간, 내일 영어 2시간", TODAY)] == [Trouble.AHEAD]


@given(st.text(alphabet="분시간12, d수학강a\n", max_size=220))
def test_any_line_is_a_few_entries_within_bounds(line: str) -> None:
    entries = read_entries(line, TODAY)
    assert 1 <= len(entries) <= MOST_ENTRIES
    assert all(said.minutes is None or 1 <= said.minutes <= MOST_MINUTES for said in entries)
