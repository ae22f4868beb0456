"""When a group meets: typed in one's own words, not at all, or otherwise than before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from cogs.manage.meeting import heard_rhythms
from tests.cogs.evening import TUESDAY, Evening, evening, fill, organiser, set_up

__all__ = ["evening"]


async def test_the_time_can_be_typed_and_the_place_with_it(evening: Evening) -> None:
    jisoo = organiser(evening)
    await jisoo.call("manage")
    assert (await fill(jisoo, "직접 적기", when="언젠가")).startswith("언제인지 알아듣지 못했어요.")
    await fill(jisoo, "직접 적기", when="격주 화요일 저녁 8시", place="세미나실 3")
    for label in ("발제자", "이대로"):
        await jisoo.take(label)
    assert "모임: 격주 화요일 오후 8:00 (서울 시각)" in jisoo.words
    assert "곳: 세미나실 3" in jisoo.words
    assert "두 주에 3번, 멘션 0번." in jisoo.words
    before = (await evening.group()).rhythm
    await jisoo.take("한 주 뒤부터")
    after = (await evening.group()).rhythm
    assert before is not None
    assert after is not None
    assert after.next_meeting(TUESDAY) - before.next_meeting(TUESDAY) == timedelta(weeks=1)


async def test_a_day_that_may_be_two_is_asked_about(evening: Evening) -> None:
    jisoo = organiser(evening)
    await jisoo.call("manage")
    assert await fill(jisoo, "직접 적기", when="주말 밤 9시") == "둘 중 언제인가요?"
    assert set(jisoo.offers[:2]) == {"토요일 오후 9:00", "일요일 오후 9:00"}
    await jisoo.take("일요일 오후 9:00")
    rhythm = (await evening.group()).rhythm
    assert rhythm is not None
    assert rhythm.first == datetime.combine(date(2026, 11, 29), time(21))


async def test_every_other_week_that_was_chosen_holds_for_what_is_typed_then(evening: Evening) -> None:
    jisoo = organiser(evening)
    await jisoo.call("manage")
    await jisoo.take("격주")
    assert "격주로 모이는 요일" in await fill(jisoo, "직접 적기", when="언젠가"), "still so when it was not understood"
    await fill(jisoo, "직접 적기", when="수요일 저녁 7시 반")
    for label in ("투표", "이대로"):
        await jisoo.take(label)
    assert "모임: 격주 수요일 오후 7:30 (서울 시각)" in jisoo.words
    await jisoo.take("처음부터")
    await jisoo.take("토요일")
    await fill(jisoo, "직접 적기", when="매주 목요일 21:00")
    assert "모임: 매주 목요일 오후 9:00 (서울 시각)" in jisoo.words, "what is typed out goes before a button"


async def test_the_very_day_of_the_meeting_is_one_answer_and_not_two(evening: Evening) -> None:
    jisoo = organiser(evening)
    await jisoo.call("manage")
    assert "둘 중" not in await fill(jisoo, "직접 적기", when="화요일 저녁 8시")
    rhythm = (await evening.group()).rhythm
    assert rhythm is not None
    assert rhythm.first == datetime.combine(date(2026, 11, 24), time(20))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("목요일 밤 9시", ["11-26 21:00 1"]),
        ("매주 목요일 21:00", ["11-26 21:00 1"]),
        ("Thursday 9pm", ["11-26 21:00 1"]),
        ("every other Tuesday at 8pm", ["11-24 20:00 2"]),
        ("매주 화목 밤 9시", []),
        ("매일 밤 9시", []),
        ("3시간 뒤", []),
        ("목요일", []),
        ("", []),
    ],
)
def test_typed_times_are_a_rhythm_or_none(words: str, expected: list[str]) -> None:
    found = heard_rhythms(words, TUESDAY, "Asia/Seoul")
    assert [f"{each.first:%m-%d %H:%M} {each.weeks}" for each in found] == expected


async def test_a_group_may_read_without_meeting(evening: Evening) -> None:
    jisoo = organiser(evening)
    await jisoo.call("manage")
    for label in ("안 모여요", "운영자", "이대로"):
        await jisoo.take(label)
    assert "모임: 모이지 않고 매주 함께 읽어요 (서울 시각)" in jisoo.words
    assert "한 시간" not in jisoo.words
    assert "주 3번, 멘션 0번." in jisoo.words


async def test_a_changed_meeting_shows_what_moves(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    for label in ("모임 시간", "토요일", "오후 2:00"):
        await jisoo.take(label)
    assert "모임: 매주 토요일 오후 2:00 (서울 시각)" in jisoo.words
    assert "모임: 매주 목요일 오후 9:00 (서울 시각)" in await jisoo.take("되돌리기")
    assert "돌아가기" in jisoo.offers
