"""Where a group's posts go: only where the platform says there is a channel, with every missing right named."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.stores import Rights
from bot.core.people import GroupId
from tests.cogs.evening import ALL, PAPERS, Evening, evening, organiser, set_up

__all__ = ["evening"]


async def test_a_missing_right_is_named_with_its_mend_and_looked_at_again(evening: Evening) -> None:
    evening.discord.allowed["11"] = Rights(see=True, post=False)
    evening.discord.allowed["10"] = replace(ALL, pin=False)
    jisoo = organiser(evening)
    await jisoo.call("manage")
    for label in ("목요일", "오후 9:00", "투표"):
        await jisoo.take(label)
    assert "글을 고정할 수 없어요. ‘메시지 고정’을 켜거나 직접 고정해 주세요." in jisoo.words
    assert jisoo.seen is not None
    assert jisoo.seen.menu is not None
    assert [choice.label for choice in jisoo.seen.menu.choices] == ["#general", "#papers"]
    await jisoo.press(jisoo.seen.menu.wires[1])
    assert "지금은 #papers에 올려요." in jisoo.words
    assert "이 채널에 글을 쓸 수 없어요. 채널 설정 › 권한에서 봇에게 ‘메시지 보내기’를 켜 주세요." in jisoo.words
    evening.discord.allowed["11"] = ALL
    assert "여기서 필요한 권한은 모두 있어요." in await jisoo.take("권한 다시 보기")
    await jisoo.take("이대로")
    assert [place for _, place in await evening.groups.places(GroupId(1))] == [PAPERS]


async def test_a_channel_that_the_platform_does_not_name_is_nobodys_to_choose(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.press("pst.choose|1|99999")
    assert [place.channel for _, place in await evening.groups.places(GroupId(1))] == ["10"]
