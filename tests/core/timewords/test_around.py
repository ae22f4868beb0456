"""The text around a time, cut so that it can be said back."""

from __future__ import annotations

import pytest

from bot.core.timewords import Ambiguous, NotUnderstood, Once, Recurring
from tests.core.timewords.people import hear


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("remind me to read CS231n lecture 5 tomorrow at 9", "read CS231n lecture 5"),
        ("tomorrow at 9 read CS231n lecture 5", "read CS231n lecture 5"),
        ("remind me tomorrow at 9 to read CS231n lecture 5", "read CS231n lecture 5"),
        ("could you remind me to submit the form on friday at noon please", "submit the form"),
        ("Set a reminder for tomorrow 8am: gym", "gym"),
        ("wake me up at 6", ""),
        ("remind me every sunday at 10 to read the next CS224W lecture", "read the next CS224W lecture"),
        ("ping me in an hour about the oven", "the oven"),
        ("read 1984 tomorrow at 8", "read 1984"),
        ("내일 9시에 CS224W 강의 보라고 알려줘", "CS224W 강의 보기"),
        ("CS224W 강의 내일 9시에 보라고 알려줘", "CS224W 강의 보기"),
        ("내일 9시에 논문 읽으라고 꼭 알려 줘", "논문 읽기"),
        ("내일 9시에 강의 들으라고 알려주세요", "강의 듣기"),
        ("내일 9시에 회의라고 알려줘", "회의"),
        ("내일 9시에 생일이라고 알려줘", "생일"),
        ("내일 9시에 밥 먹자고 알려줘", "밥 먹기"),
        ("내일 9시에 문제 푸는 거 알려줘", "문제 풀기"),
        ("내일 9시에 세미나 있다고 말해줘", "세미나"),
        ("자기 전에 일기 쓰라고 해줘", "일기 쓰기"),
        ("나 7시에 깨워줘", ""),
        ("30분 뒤 알림", ""),
        ("12.3(목) 오후 2시 발표", "발표"),
        ("매일 아침 7시에 (단어 30개) 외우기", "(단어 30개) 외우기"),
        ("오후 3시 30분에 30분짜리 강의 듣기", "30분짜리 강의 듣기"),
        ("3강까지 보기, 매주 일요일 8시", "3강까지 보기"),
        ('read chapter 7 of "Deep Learning" on sunday at 8pm', 'read chapter 7 of "Deep Learning"'),
        ("watch 'Before Sunrise' on sunday at 8pm", "watch 'Before Sunrise'"),
        ('watch "Friday Night Lights" tomorrow at 8', 'watch "Friday Night Lights"'),
        ("내일 9시 “오늘의 영화” 보기", "“오늘의 영화” 보기"),
        ('"tomorrow at 9"', ""),
        ("let me know at 5", ""),
        ("buzz me in 15", ""),
        ("don't forget to call mom at 5", "call mom"),
        ("tomorrow's exam at 9", "exam"),
        ("내일 9시 <b>@everyone</b> `x`", "<b>@everyone</b> `x`"),
    ],
)
def test_what_is_to_be_remembered_is_cut_out_cleanly(text: str, rest: str) -> None:
    heard = hear(text)
    assert isinstance(heard, Once | Recurring), heard
    assert heard.rest == rest


def test_a_bracket_that_lost_its_deadline_is_gone() -> None:
    heard = hear("hw 4 (due dec 4)")
    assert isinstance(heard, Ambiguous) and heard.rest == "hw 4"


def test_without_a_time_the_text_is_kept_without_the_words_of_asking() -> None:
    assert hear("remind me to call mom") == NotUnderstood(hear("call mom").why, "call mom")  # type: ignore[union-attr]
    heard = hear("엄마한테 전화하라고 알려줘")
    assert isinstance(heard, NotUnderstood) and heard.rest == "엄마한테 전화하기"
