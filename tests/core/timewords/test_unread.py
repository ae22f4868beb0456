"""Words beside a time that no piece took: refused where they speak of it, kept where they are of the task."""

from __future__ import annotations

import pytest

from bot.core.timewords import NotUnderstood, Once, Recurring, Why
from tests.core.timewords.people import hear

PAIRS = (
    ("월급날 9시", "월급날 선물 9시"),
    ("방학 동안 매일 9시", "방학 숙제 매일 9시"),
    ("매일 9시 공휴일은 쉬어", "매일 9시 공휴일 계획"),
    ("개강부터 매일 9시", "기초부터 공부 매일 9시"),
    ("월급날마다 9시", "사람마다 다른 의견 내일 9시"),
    ("수요일이면 9시", "오늘이 생일인 친구 내일 9시"),
    ("만날 9시", "친구 만날 준비 9시"),
    ("회의3시 내일", "3시즌 2화 내일"),
    ("매시 30분", "매일 30분 독서"),
    ("9시 지난 뒤", "내일 9시 지난 강의 복습"),
    ("쉬는 날만 9시", "맥주만 마시기 내일 9시"),
    ("the whole week at 9", "study all day tomorrow at 9"),
    ("홀수 날 9시", "홀수 문제 9시"),
    ("every day at 9 during exams", "every day at 9 plan exams"),
    ("every day at 9 except holidays", "every day at 9 plan the holiday"),
    ("on my birthday at 9", "buy a birthday cake at 9"),
    ("every payday at 9", "check every door tomorrow at 9"),
    ("every hour at :30", "every hour read 30 pages"),
    ("the week of the 14th at 9", "read week 14 tomorrow at 9"),
    ("always at 9", "tomorrow at 9 why it always rains"),
    ("book a table for 4 tomorrow", "book a table for 4 tomorrow at 9"),
)


@pytest.mark.parametrize(("refused", "read"), PAIRS)
def test_a_word_that_speaks_of_time_is_refused_beside_one_and_kept_where_it_is_of_the_task(
    refused: str, read: str
) -> None:
    heard = hear(refused)
    assert isinstance(heard, NotUnderstood) and heard.why is Why.UNSURE, heard
    assert isinstance(hear(read), Once | Recurring), hear(read)
