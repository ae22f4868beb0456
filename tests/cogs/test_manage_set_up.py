"""Setting a group up, word by word: from nothing to one that runs, and what was promised is what comes."""

from __future__ import annotations

from datetime import timedelta

from bot.core.groups import GroupState
from bot.core.refs import Place
from tests.callers import in_group, on_server
from tests.cogs.conftest import buttons_of, words_of
from tests.cogs.evening import TUESDAY, Evening, evening, organiser, seen_by, set_up

__all__ = ["evening"]

DAYS = ["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"]


async def test_four_questions_and_it_runs(evening: Evening) -> None:
    jisoo = organiser(evening)
    assert await jisoo.call("manage") == (
        "언제 모이나요? 다른 시각은 모두 여기서 나와요.\n매주 모이는 요일을 골라 주세요."
    )
    assert jisoo.offers == ["매주", "격주", "안 모여요", *DAYS, "직접 적기", "다른 채팅의 모임과 잇기"]

    assert await jisoo.take("목요일") == "매주 목요일, 몇 시에 모이나요?"
    assert jisoo.offers[:6] == ["오전 10:00", "오후 2:00", "오후 7:00", "오후 8:00", "오후 9:00", "오후 10:00"]

    assert await jisoo.take("오후 9:00") == (
        "읽을 논문은 누가 고르나요?\n"
        "투표: 후보를 모아 여럿을 고르고, 가장 많이 고른 것을 읽어요.\n"
        "발제자: 차례가 된 분이 골라요.\n"
        "운영자: 여기서 직접 골라요.\n"
        "정해 둔 순서: 목록을 위에서부터 읽어요."
    )
    assert await jisoo.take("투표") == (
        "어디에 올릴까요?\n"
        "지금은 이 채널에 올려요.\n"
        "여기서 필요한 권한은 모두 있어요.\n"
        "다른 채널은 아래에서 고를 수 있어요."
    )
    assert await jisoo.take("이대로") == (
        "논문 읽는 화요일 · 앞으로 이렇게 돼요\n"
        "모임: 매주 목요일 오후 9:00 (서울 시각)\n"
        "고르기: 투표\n"
        "\n"
        "11월 27일(금) 오전 9:00 · 모임 정리와 다음 논문 투표\n"
        "11월 29일(일) 오후 8:00 · 투표 마감, 올린 글을 고쳐요\n"
        "11월 30일(월) 오전 9:00 · 이 주의 논문\n"
        "12월 2일(수) 오후 9:00 · 조용하면 스레드에 한 줄\n"
        "12월 3일(목) 오후 8:00 · 곧 모인다는 한 줄\n"
        "12월 4일(금) 오전 9:00 · 모임 정리와 다음 논문 투표\n"
        "12월 6일(일) 오전 10:00 · 한 주 소식, 소리 없이\n"
        "12월 6일(일) 오후 8:00 · 투표 마감, 올린 글을 고쳐요\n"
        "12월 7일(월) 오전 9:00 · 이 주의 논문\n"
        "12월 9일(수) 오후 9:00 · 조용하면 스레드에 한 줄\n"
        "12월 10일(목) 오후 8:00 · 곧 모인다는 한 줄\n"
        "12월 11일(금) 오전 9:00 · 모임 정리와 다음 논문 투표\n"
        "\n"
        "주 3번, 멘션 0번.\n"
        "아직 아무것도 올리지 않았어요. 밤 11시부터 아침 8시까지는 조용해요."
    )
    assert jisoo.offers == ["시작", "모이는 곳", "처음부터"]
    assert (await evening.group()).state is GroupState.DRAFT
    assert await evening.letters() == [], "nothing was posted"

    started = await jisoo.take("시작")
    assert started.startswith("시작했어요. 첫 논문을 지금 정할 수 있어요.\n첫 논문\n1. ")
    assert jisoo.offers == ["1번으로", "2번으로", "3번으로", "링크 붙이기", "다음 주부터"]
    taken = await jisoo.take("1번으로")
    assert "11월 26일(목) 오후 9:00 모임에서 읽어요. 곧 올릴게요." in taken
    assert "할 수 있는 것을 적은 카드를 한 장 올리고 고정할 수 있어요." in taken
    assert jisoo.offers == ["고정할 카드", "운영 판"]

    posted = await evening.until(TUESDAY + timedelta(minutes=1))
    assert [to for to, _ in posted if isinstance(to, Place)][:1] == [on_server().place], "the first paper is out"
    wire = buttons_of(seen_by(jisoo))["고정할 카드"].wire
    pinned = await evening.carried(evening.router.press(jisoo.caller, wire))
    assert words_of(pinned) == "카드를 올리고 고정했어요."
    card = words_of(evening.discord.sent[-1][1])
    assert card.startswith("논문 읽는 화요일\n매주 목요일 오후 9:00 (서울 시각)\n")
    assert "/recommend 지금 나에게 맞는 공부할 것" in card
    assert len(evening.discord.pinned) == 1


async def test_in_a_telegram_group_the_same_taps_do(evening: Evening) -> None:
    jisoo = organiser(evening, in_group("2", language="ko"))
    await jisoo.call("manage")
    for label in ("목요일", "오후 9:00", "투표"):
        await jisoo.take(label)
    assert jisoo.words.endswith("다른 주제에 올리려면 그 주제에서 /manage를 열어 주세요.")
    preview = await jisoo.take("이대로")
    assert "주 4번, 멘션 0번." in preview, "the line before the meeting has no thread to go to"
    await jisoo.take("시작")
    assert (await evening.group()).state is GroupState.ACTIVE
    assert (await evening.group()).name == "주말 논문방"


async def test_called_away_one_goes_on_where_one_was(evening: Evening) -> None:
    jisoo = organiser(evening)
    await jisoo.call("manage")
    for label in ("목요일", "오후 9:00"):
        await jisoo.take(label)
    assert (await jisoo.call("manage")).startswith("읽을 논문은 누가 고르나요?")
    await jisoo.take("투표")
    assert (await jisoo.call("manage")).startswith("논문 읽는 화요일 · 앞으로 이렇게 돼요")


async def test_what_the_preview_promises_is_what_comes(evening: Evening) -> None:
    """Two weeks as they are foreseen, against two weeks as they happen."""
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    preview = await jisoo.take("미리 보기")
    promised = [line.partition(" · ")[0] for line in preview.splitlines() if " · " in line][1:]
    group = await evening.group()
    happened: list[str] = []
    while (at := await evening._earliest()) is not None and at <= TUESDAY + timedelta(days=17):
        local = at + timedelta(hours=9)
        weekday = "월화수목금토일"[local.weekday()]
        hour = local.hour if local.hour < 13 else local.hour - 12
        happened.append(
            f"{local.month}월 {local.day}일({weekday}) {'오전' if local.hour < 12 else '오후'} {hour}:{local:%M}"
        )
        evening.clock.now = at
        await evening._tick(down=False)
    assert happened == promised
    posts = [reply for to, reply in evening.discord.sent if isinstance(to, Place) and to.thread is None]
    assert group.week is not None
    assert posts, "the group read something"
