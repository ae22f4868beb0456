"""The paper of the next meeting is taken by its link, once."""

from __future__ import annotations

from datetime import timedelta

from tests.cogs.evening import TUESDAY, Evening, evening, fill, set_up

__all__ = ["evening"]


async def test_a_pasted_link_is_the_first_paper_and_no_link_is_said_so(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("논문 정하기")
    assert (await fill(jisoo, "링크 붙이기", link="트랜스포머")).startswith("링크를 찾지 못했어요.")
    assert "곧 올릴게요." in await fill(jisoo, "링크 붙이기", link="https://arxiv.org/abs/1706.03762")
    await evening.until(TUESDAY + timedelta(minutes=1))
    await jisoo.call("manage")
    await jisoo.take("논문 정하기")
    late = await fill(jisoo, "링크 붙이기", link="https://arxiv.org/abs/1512.03385")
    assert late.startswith("이번 모임의 논문은 이미 올라가 있어요.")
