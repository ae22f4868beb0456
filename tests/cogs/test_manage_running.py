"""The panel of a group, which of several it is of, and the card that is pinned."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.callers import in_group, on_server
from tests.cogs.conftest import buttons_of, words_of
from tests.cogs.evening import ALL, TUESDAY, Evening, evening, seen_by, set_up
from tests.cogs.month import Member

__all__ = ["evening"]


async def test_the_panel_says_how_it_stands_and_leads_everywhere(evening: Evening) -> None:
    jisoo = await set_up(evening)
    assert await jisoo.call("manage") == (
        "논문 읽는 화요일 · 운영\n"
        "모임: 매주 목요일 오후 9:00 (서울 시각)\n"
        "곳: 정하지 않았어요\n"
        "고르기: 투표\n"
        "지금: 진행 중\n"
        "다음: 11월 27일(금) 오전 9:00 · 모임 정리와 다음 논문 투표"
    )
    panel = jisoo.seen
    for label in (
        "모임 시간",
        "고르는 법",
        "순서와 시각",
        "미리 보기",
        "후보",
        "논문 정하기",
        "운영자",
        "채팅 연결",
        "이름과 주제",
    ):
        jisoo.seen = panel
        assert await jisoo.take(label), label
        assert "예전 버전" not in jisoo.words, label


async def test_what_comes_next_may_be_the_digest(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await evening.until(TUESDAY + timedelta(days=11))  # the recap is out, the ballot closes on Sunday evening
    assert "다음: 12월 6일(일) 오전 10:00 · 한 주 소식, 소리 없이" in await jisoo.call("manage")
    await jisoo.take("소식")
    await jisoo.take("이번 주 건너뛰기")
    assert "다음: 12월 6일(일) 오후 8:00 · 투표 마감" in await jisoo.call("manage"), "one that is left out is not next"


async def test_what_is_said_of_a_group_that_runs_is_not_what_is_said_of_a_draft(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    panel = jisoo.seen
    preview = await jisoo.take("미리 보기")
    assert "아직 아무것도" not in preview
    assert preview.endswith("밤 11시부터 아침 8시까지는 조용해요.")
    jisoo.seen = panel
    assert not (await jisoo.take("논문 정하기")).startswith("첫 논문")
    assert "다음 주부터" not in jisoo.offers
    assert "논문 읽는 화요일 · 운영" in await jisoo.take("돌아가기")


async def test_where_nothing_waits_there_is_a_way_back(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("제안")
    assert "논문 읽는 화요일 · 운영" in await jisoo.take("돌아가기")


async def test_no_line_is_promised_to_a_thread_that_is_not_there(evening: Evening) -> None:
    jisoo = await set_up(evening, in_group("2", language="ko"))
    await jisoo.call("manage")
    panel = jisoo.seen
    for label in ("미리 보기", "순서와 시각"):
        jisoo.seen = panel
        assert "스레드" not in await jisoo.take(label)
        assert not [offer for offer in jisoo.offers if "스레드" in offer]


async def test_several_groups_share_a_server_each_with_its_channel(evening: Evening) -> None:
    await set_up(evening)
    other = on_server(language="ko")
    other = replace(other, admin=True, place=replace(other.place, channel="12"))
    jisoo = Member(evening.router, other)
    assert (await jisoo.call("manage")).startswith("논문 읽는 화요일 · 운영"), "the server's only one"
    await jisoo.call("manage", what="새 모임")
    for label in ("금요일", "오후 7:00", "운영자", "이대로", "시작"):
        await jisoo.take(label)
    await jisoo.call("manage")
    assert "매주 금요일 오후 7:00" in jisoo.words
    assert (await jisoo.call("manage", what="새 모임")).startswith("논문 읽는 화요일 2 · 운영"), "it has one"
    third = Member(evening.router, replace(other, place=replace(other.place, channel="13")))
    assert await third.call("manage") == "어느 모임인가요?"
    assert third.offers == ["논문 읽는 화요일", "논문 읽는 화요일 2", "여기에 새 모임"]


async def test_without_the_right_to_pin_the_card_stands_and_the_mend_is_said(evening: Evening) -> None:
    jisoo = await set_up(evening)
    evening.discord.allowed["10"] = replace(ALL, pin=False)
    wire = buttons_of(seen_by(jisoo))["고정할 카드"].wire
    said = words_of(await evening.carried(evening.router.press(jisoo.caller, wire)))
    assert (
        said == "카드를 올렸어요. 고정은 못 했어요. 글을 고정할 수 없어요. ‘메시지 고정’을 켜거나 직접 고정해 주세요."
    )
    before = len(evening.discord.sent)
    await evening.carried(evening.router.press(jisoo.caller, wire))
    assert len(evening.discord.sent) == before, "pressed twice, posted once"
