"""The parts of a week are moved, turned off and put back."""

from __future__ import annotations

from bot.core.cycle import Step
from tests.cogs.evening import Evening, evening, set_up

__all__ = ["evening"]


async def test_a_part_is_moved_turned_off_and_put_back(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("순서와 시각")
    assert "이 주의 논문: 모임 3일 전 오전 9:00" in jisoo.words
    await jisoo.take("이 주의 논문")
    assert "이 주의 논문: 모임 2일 전 오후 7:00" in await jisoo.take("모임 2일 전 오후 7:00")
    await jisoo.take("조용하면 스레드에 한 줄")
    assert "조용하면 스레드에 한 줄: 하지 않아요" in await jisoo.take("끄기")
    group = await evening.group()
    assert group.settings.off == {Step.NUDGE}
    await jisoo.take("이 주의 논문")
    assert "이 주의 논문: 모임 3일 전 오전 9:00" in await jisoo.take("보통대로")
    assert not (await evening.group()).settings.shifts
