"""`/log`: a line in one's own words, said back at once, with the ways to undo and to change it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.reply import Form, How
from bot.chat.router import Router
from tests.callers import GROUP, in_group, in_private
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of
from tests.cogs.month import Member

KOREAN = in_private(language="ko")


@pytest.fixture
def member(router: Router) -> Member:
    return Member(router, KOREAN)


async def test_a_line_is_said_back_as_it_was_understood(member: Member) -> None:
    said = await member.call("log", what="d2l 3장 50분")
    assert said.startswith("적어 뒀어요.\n오늘: Dive into Deep Learning")
    assert said.endswith("· 3장 · 50분")
    assert member.offers == ["되돌리기", "바꾸기", "오늘 기록"]


async def test_a_line_without_a_duration_is_written_down_and_can_be_filled(member: Member) -> None:
    said = await member.call("log", what="오늘 논문 하나 읽음")
    assert said.startswith("적어 뒀어요.\n오늘: 논문 하나 읽음\n시간은 비워 뒀어요.")
    assert member.offers == ["30분", "1시간", "2시간", "되돌리기", "바꾸기", "오늘 기록"]
    assert await member.take("1시간") == "바꿔 뒀어요.\n오늘: 논문 하나 읽음 · 1시간"
    assert member.seen is not None and member.seen.how is How.EDIT


async def test_another_day_is_said_and_the_sum_of_that_day(member: Member) -> None:
    await member.call("log", what="어제 30분 강의")
    said = await member.call("log", what="어제 통계 1시간")
    assert "어제: 통계 · 1시간" in said and "어제 모두 1시간 30분" in said


async def test_undo_takes_back_what_was_written_and_pressing_twice_nothing_else(member: Member) -> None:
    await member.call("log", what="통계 1시간")
    await member.call("log", what="d2l 20분")
    undo = buttons_of(member.seen)["되돌리기"].wire  # type: ignore[arg-type]
    said = await member.press(undo)
    assert said.startswith("오늘 기록\n지웠어요.") and "통계" in said and "Dive" not in said
    again = await member.press(undo)
    assert again.startswith("오늘 기록\n그 줄은 이미 없어요.") and "통계" in again


async def test_everything_of_a_line_can_be_changed(member: Member, router: Router) -> None:
    await member.call("log", what="통계 1시간")
    said = await member.take("바꾸기")
    assert said == "무엇을 바꿀까요?\n오늘: 통계 · 1시간"
    assert member.offers[:5] == ["15분", "30분", "1시간 30분", "2시간", "어제"]
    assert member.offers[-3:] == ["다시 적기", "지우기", "돌아가기"]
    await member.take("어제")
    assert "어제: 통계 · 1시간" in member.words
    await member.take("바꾸기")
    form = await router.press(KOREAN, buttons_of(member.seen)["다시 적기"].wire)  # type: ignore[arg-type]
    assert isinstance(form, Form)
    anew = words_of(await router.submit(KOREAN, form.wire, {"what": "그제 확률 40분"}))
    assert "확률 · 40분" in anew and anew.startswith("바꿔 뒀어요.")
    assert "오늘 적은 것은 아직 없어요." in await member.call("log")


async def test_today_is_empty_without_a_word_of_blame_and_teaches_how(member: Member, router: Router) -> None:
    said = await member.call("log")
    assert said.startswith("오늘 적은 것은 아직 없어요.\n/log CS231n 3강 50분처럼 적어요.")
    assert member.offers == ["적기"]
    form = await router.press(KOREAN, buttons_of(member.seen)["적기"].wire)  # type: ignore[arg-type]
    assert isinstance(form, Form)
    assert "통계 · 25분" in words_of(await router.submit(KOREAN, form.wire, {"what": "통계 25분"}))
    assert "오늘 적은 것은 아직 없어요." not in words_of(await router.submit(KOREAN, form.wire, {"what": "  "}))


async def test_today_lists_what_was_written_and_what_is_under_way_is_one_press(member: Member) -> None:
    await member.press("rec.put|going|d2l|0|x")
    await member.call("log", what="통계 30분")
    said = await member.call("log")
    assert said == "오늘 기록\n1) 통계 · 30분\n모두 30분"
    assert member.offers == ["1", "적기", "마지막 줄 지우기", "Dive into Deep Learning"]
    await member.take("Dive into Deep Learning")
    assert "오늘: Dive into Deep Learning" in member.words
    await member.take("30분")
    assert "오늘 모두 1시간" in member.words
    await member.take("끝냄")
    assert "끝낸 자료예요." in member.words
    assert "3) Dive into Deep Learning" in await member.call("log")
    assert member.words.splitlines()[3].endswith("· 끝냄")


async def test_what_a_card_says_is_finished_is_in_the_log_once(member: Member) -> None:
    for _ in range(2):
        await member.press("rec.put|skimmed|d2l|0|x")
    said = await member.call("log")
    assert said.count("Dive into Deep Learning") == 1 and said.endswith("훑음")
    await member.press("rec.undo|none|d2l|0|x")
    assert (await member.call("log")).startswith("오늘 적은 것은 아직 없어요.")


async def test_yesterday_evening_lasts_until_four(member: Member) -> None:
    """The clock of the house is the real one: whatever it shows, a line without a day is of the day it still is."""
    await member.call("log", what="통계 30분")
    seoul = datetime.now(UTC) + timedelta(hours=9 - 4)
    await member.take("바꾸기")
    assert "오늘: 통계" in member.words
    the_day_before = seoul - timedelta(days=2)
    assert f"{the_day_before.month}월 {the_day_before.day}일" in " ".join(member.offers)


async def test_a_telegram_group_reads_nothing_of_it(router: Router) -> None:
    await router.space_arrived(GROUP, "Lab")
    await router.press(in_private(HOST.id), f"doors.approve|telegram|{GROUP.id}")
    there = in_group("5", language="ko")
    answer = await router.call(there, "log", {"what": "통계 1시간"})
    assert words_of(answer) == "적어 뒀어요. 무엇을 적었는지는 개인 대화에서 볼 수 있어요."
    member = Member(router, there, reply_of(answer))
    assert "1) 통계 · 1시간" in await member.take("내 답 따로 보기"), "the door shows, it does not write again"
    assert "통계" not in words_of(await router.call(there, "log", {}))
    [line] = [button.wire for label, button in buttons_of(member.seen).items() if label == "1"]  # type: ignore[arg-type]
    for wire in (line, line.replace("change", "undo"), "log.today"):
        assert "통계" not in words_of(await router.press(there, wire))


@pytest.mark.parametrize(
    "wire", ["log.time|1|0", "log.time|1|9999", "log.day|1|-1", "log.day|1|99", "log.quick|nothing", "log.undo|x"]
)
async def test_forged_presses_are_refused(member: Member, wire: str) -> None:
    await member.call("log", what="통계")
    assert "예전 버전" in await member.press(wire)


async def test_nobody_reaches_the_line_of_another(member: Member, router: Router) -> None:
    await member.call("log", what="통계 1시간")
    other = Member(router, in_private("2", language="ko"))
    for wire in ("log.change|1", "log.time|1|30", "log.day|1|1", "log.undo|1"):
        assert "통계" not in await other.press(wire)
    assert "통계 · 1시간" in await member.call("log")


async def test_asking_to_see_the_log_writes_nothing_down(member: Member) -> None:
    await member.call("log", what="CS231n 3강 50분")
    for words in ("보여줘", "목록", "show me"):
        shown = await member.call("log", what=words)
        assert shown == await member.call("log")


async def test_several_things_in_a_line_are_said_back_one_by_one(member: Member) -> None:
    said = await member.call("log", what="CS231n 3강 50분, d2l 20분")
    assert said.splitlines()[0] == "적어 뒀어요."
    assert said.splitlines()[1].startswith("1) 오늘: ") and said.splitlines()[1].endswith("· 3강 · 50분")
    assert said.splitlines()[2].startswith("2) 오늘: Dive into Deep Learning") and said.endswith("· 20분")
    assert member.offers == ["1", "2", "되돌리기", "오늘 기록"]
    undo = buttons_of(member.seen)["되돌리기"].wire  # type: ignore[arg-type]
    await member.take("2")
    await member.take("1시간")
    assert "Dive into Deep Learning" in member.words and "1시간" in member.words
    assert "오늘 적은 것은 아직 없어요." in await member.press(undo)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("내일 3시간", "아직 오지 않은 날은 적지 않아요."),
        ("오늘은 그냥 쉬었어요", "쉬는 것도 좋아요."),
    ],
)
async def test_what_was_not_studied_is_not_written_down(member: Member, what: str, said: str) -> None:
    assert (await member.call("log", what=what)).startswith(said)
    assert member.offers == ["적기"]
    assert (await member.call("log")).startswith("오늘 적은 것은 아직 없어요.")


async def test_a_duration_that_is_left_out_is_said_to_be(member: Member) -> None:
    said = await member.call("log", what="30시간 공부")
    assert "하루는 24시간이라 그보다 긴 시간은 비워 뒀어요." in said
    assert member.offers[:3] == ["30분", "1시간", "2시간"]


async def test_the_year_of_another_year_is_said(member: Member) -> None:
    line = datetime.now(UTC).date() - timedelta(days=365)
    said = await member.call("log", what=f"{line.year}년 {line.month}월 {line.day}일 수학 1시간")
    assert f"{line.year}년 {line.month}월 {line.day}일" in said and said.endswith("수학 · 1시간")
