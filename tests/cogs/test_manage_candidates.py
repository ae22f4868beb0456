"""What stands to be read next: put first, taken out with a reason, read in order."""

from __future__ import annotations

from datetime import timedelta

from bot.core.people import GroupId
from tests.cogs.evening import Evening, evening, fill, set_up

__all__ = ["evening"]


async def test_candidates_are_put_first_taken_out_with_a_reason_and_back(evening: Evening) -> None:
    jisoo = await set_up(evening)
    services = evening.house.services
    assert services is not None
    ids = []
    for link in ("https://arxiv.org/abs/1706.03762", "https://arxiv.org/abs/1512.03385"):
        kept = await services.papers.found(link, patience=0)
        assert kept is not None
        async with evening.house.storage.write() as uow:
            nomination, _ = await uow.nominations.add(GroupId(1), kept.id, None, "", evening.clock())
        ids.append(nomination.id)
        evening.clock.leap(timedelta(seconds=1))
    await jisoo.call("manage")
    await jisoo.take("후보")
    await jisoo.take("2")
    assert "맨 앞에 뒀어요." in await jisoo.take("맨 앞에")
    assert [each.nomination.id for each in await services.queue.open(GroupId(1))] == [ids[1], ids[0]]
    await jisoo.take("1")
    assert "빼려면 까닭을 적어 주세요." in await fill(jisoo, "빼기", why="   ")
    await jisoo.take("1")
    assert "뺐어요." in await fill(jisoo, "빼기", why="지난달에 읽었어요")
    assert len(await services.queue.open(GroupId(1))) == 1
    await jisoo.take("되돌리기")
    assert len(await services.queue.open(GroupId(1))) == 2


async def test_a_list_in_order_takes_a_link_a_line(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("후보")
    said = await fill(
        jisoo, "순서에 더하기", links="https://arxiv.org/abs/1706.03762\n\n아무 말\nhttps://arxiv.org/abs/1512.03385"
    )
    assert "2개를 순서 끝에 더했어요. 나머지 줄에서는 링크를 찾지 못했어요." in said
    await fill(jisoo, "순서에 더하기", links="https://arxiv.org/pdf/1512.03385v1")
    assert evening.house.services is not None
    assert len(await evening.house.services.queue.list(GroupId(1))) == 2, "what stands in it already is left out"


async def test_links_that_share_a_line_are_all_added(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("후보")
    said = await fill(
        jisoo,
        "순서에 더하기",
        links="https://arxiv.org/abs/1706.03762, https://arxiv.org/abs/1512.03385\n"
        "https://arxiv.org/abs/1409.0473 https://github.com/somebody/its-code",
    )
    assert "3개를 순서 끝에 더했어요." in said
    assert "나머지 줄" not in said
