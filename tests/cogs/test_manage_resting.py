"""A group rests until a day or a tap."""

from __future__ import annotations

from datetime import timedelta

from bot.core.groups import GroupState
from tests.cogs.evening import TUESDAY, Evening, evening, fill, set_up

__all__ = ["evening"]


async def test_the_exams_are_a_pause_that_ends_by_a_tap(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("쉬기")
    assert (await fill(jisoo, "날짜 적기", until="나중에")).startswith("날짜를 알아듣지 못했어요.")
    paused = await fill(jisoo, "날짜 적기", until="12월 20일까지")
    assert "모두 멈췄어요." in paused
    assert "지금: 12월 20일(일) 오전 8:00까지 쉬는 중" in paused
    assert await evening.until(TUESDAY + timedelta(days=10)) == [], "nothing is posted meanwhile"
    assert "다시 시작해요. 멈춘 데서 이어서 해요." in await jisoo.take("깨우기")
    assert (await evening.group()).state is GroupState.ACTIVE


async def test_a_pause_of_two_weeks_ends_by_itself(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("쉬기")
    await jisoo.take("2주")
    assert (await evening.group()).paused_until == TUESDAY + timedelta(days=13, hours=12, minutes=30)
    await evening.until(TUESDAY + timedelta(days=14))
    assert (await evening.group()).state is GroupState.ACTIVE
