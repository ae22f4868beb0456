"""Two chats on two platforms become one group, when both sides say so."""

from __future__ import annotations

from bot.core.people import GroupId
from bot.core.refs import Platform, UserRef
from tests.callers import in_group, in_private
from tests.cogs.conftest import buttons_of, reply_of, words_of
from tests.cogs.evening import Evening, evening, fill, organiser, set_up

__all__ = ["evening"]


async def test_a_telegram_chat_and_a_server_become_one_group(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("채팅 연결")
    said = await jisoo.take("다른 채팅 잇기")
    code = said.split()[1]
    waits = jisoo.seen
    assert "아직 적은 곳이 없어요." in await jisoo.take("적었는지 보기")
    room = organiser(evening, in_group("2", language="ko"))
    await room.call("manage")
    assert "그런 코드는 없어요." in await fill(room, "다른 채팅의 모임과 잇기", code="AAAA-AAAA")
    assert "‘논문 읽는 화요일’ 모임에 물어봤어요." in await fill(room, "코드 다시 적기", code=code)
    asked = await evening.until(evening.clock())
    assert asked == [] or isinstance(asked[0][0], UserRef)
    await evening.carry()
    to, letter = evening.discord.sent[-1]
    assert to == UserRef(Platform.DISCORD, "1"), "whoever asked for the code, in private"
    jisoo.seen = waits
    question = await jisoo.take("적었는지 보기")
    assert question == "텔레그램 채팅 ‘주말 논문방’에서 코드를 적었어요. ‘논문 읽는 화요일’ 모임과 이을까요?"
    assert "‘주말 논문방’ 채팅을 이었어요." in await jisoo.take("이어요")
    assert (await room.call("manage")).startswith("논문 읽는 화요일 · 운영")
    again = reply_of(
        await evening.router.press(
            in_private("1", language="ko"),
            buttons_of(letter)["Connect" if "Connect" in buttons_of(letter) else "이어요"].wire,
        )
    )
    assert words_of(again).startswith("이 코드는 끝났어요.")
    await room.take("채팅 연결")
    await room.take("2번 떼기")
    assert "뗐어요." in await room.take("떼기")
    assert len(await evening.groups.places(GroupId(1))) == 1
