"""Who runs a group: how somebody is let in and steps down, and that running one is running no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.groups import GroupState
from bot.core.people import GroupId
from bot.core.refs import Platform, UserRef
from tests.callers import in_group, in_private, on_server
from tests.cogs.conftest import buttons_of, reply_of, words_of
from tests.cogs.evening import Evening, evening, organiser, set_up
from tests.cogs.month import Member

__all__ = ["evening"]


async def test_somebody_offers_to_help_in_the_group_and_is_let_in(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    assert "이름을 올린 운영자 1명" in await jisoo.take("운영자")
    await jisoo.take("함께할 분 부르기")
    called = jisoo.seen
    assert called is not None
    assert called.public
    minji = Member(evening.router, replace(on_server("5", language="ko", on_public=True), name="민지"))
    minji.seen = called
    assert await minji.take("저도 운영할게요") == "민지 님이 함께 운영하고 싶대요."
    assert minji.seen is not None
    assert minji.seen.public, "whoever runs the group sees it"
    refused = await minji.take("맡기기")
    assert refused.startswith("모임을 꾸리는 분만 할 수 있어요.")
    jisoo.seen = called
    wish = buttons_of(reply_of(await evening.router.press(minji.caller, buttons_of(called)["저도 운영할게요"].wire)))
    given = reply_of(await evening.router.press(jisoo.caller, wish["맡기기"].wire))
    assert words_of(given).startswith("이제 함께 운영해요.")
    evening.clock.leap(timedelta(minutes=2))
    private = Member(evening.router, in_private("5", language="ko"))
    assert (await private.call("manage")).startswith("논문 읽는 화요일 · 운영"), "in private too"


async def test_one_who_steps_down_is_out_and_the_admins_are_told_once(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    for label in ("운영자", "그만 맡기", "그만 맡기"):
        await jisoo.take(label)
    assert jisoo.words == "운영에서 빠졌어요. 그동안 고마웠어요."
    await evening.carry()
    told = [words_of(reply) for _, reply in evening.discord.sent]
    assert sum("관리자가 이어받아요" in words or "admins do from now on" in words for words in told) == 1


async def test_an_organiser_of_one_channel_takes_over_no_other(evening: Evening) -> None:
    await set_up(evening)
    there = on_server("1", language="ko")
    other = replace(there, admin=True, place=replace(there.place, channel="12"))
    await set_up(evening, other, what="새 모임")
    assert evening.house.services is not None
    await evening.house.services.organisers.name(GroupId(2), UserRef(Platform.DISCORD, "5"))
    minji = Member(evening.router, on_server("5", language="ko"))  # in the first group's channel, no admin
    for wire in ("mtg.time|0|1|4|1900", "mtg.time|1|1|4|1900", "rst.end|1"):
        assert (await minji.press(wire)).startswith("모임을 꾸리는 분만"), wire
    first = await evening.group(1)
    assert first.rhythm is not None
    assert f"{first.rhythm.first:%a %H:%M}" == "Thu 21:00"


async def test_whoever_runs_another_group_cannot_press_for_this_one(evening: Evening) -> None:
    await set_up(evening)
    stranger = organiser(evening, in_group("9", language="ko"))
    await stranger.call("manage")
    for wire in ("rst.pause|1|7", "rst.end|1", "mtg.time|1|1|3|2100", "org.panel|1", "cht.code|1", "su.start|1"):
        assert (await stranger.press(wire)).startswith("모임을 꾸리는 분만"), wire
    assert (await evening.group()).state is GroupState.ACTIVE
