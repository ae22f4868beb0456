"""`/progress`: a picture and its words, for oneself alone; streak and board only for who asks; no word of blame."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot.app import utc_now
from bot.chat.context import Context
from bot.chat.reply import How
from bot.chat.router import Router
from bot.core.people import EntryState
from bot.core.progress import Studied, add_up
from bot.core.shelf import Shelf
from bot.i18n import Locale
from bot.pictures import Column, Figure
from cogs.progress._sheet import in_words, sheet_of
from cogs.progress.words import line_words
from tests.callers import GROUP, GUILD, in_group, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of
from tests.cogs.month import Member

KOREAN = in_private(language="ko")
TODAY = date(2026, 11, 25)
LOG = [
    Studied(date(2026, 11, 24), 50),
    Studied(date(2026, 11, 25)),
    Studied(date(2026, 10, 1), 125),
    Studied(date(2026, 6, 1), 20),
    Studied(date(2026, 6, 1), 25),
]


@pytest.fixture
def member(router: Router) -> Member:
    return Member(router, KOREAN)


def context(locale: Locale) -> Context:
    return Context(KOREAN, None, locale, utc_now())


# what is drawn


def test_the_picture_shows_days_weeks_and_what_was_finished() -> None:
    sheet = sheet_of(context(Locale.KO), add_up(LOG, TODAY), ["a", "b", "c", "d", "e", "f"], "내 공부")
    assert sheet.figures == (
        Figure("2일", "이번 주 · 50분"),
        Figure("4일", "지난 26주"),
        Figure("3시간 40분", "적어 둔 시간"),
    )
    assert (sheet.title, sheet.period, sheet.peak) == ("내 공부", "6월 1일 – 11월 25일", "2시간 5분")
    assert (sheet.finished, sheet.rest) == (("a", "b", "c", "d"), "그 밖에 2개")
    assert sheet.weekdays == ("월", "", "수", "", "금", "", "")
    assert len(sheet.columns) == 26
    assert sheet.columns[0] == Column((2, 0, 0, 0, 0, 0, 0), 45, "6월")
    assert sheet.columns[17] == Column((0, 0, 0, 4, 0, 0, 0), 125, ""), "the 28th of September"
    assert sheet.columns[25] == Column((0, 2, 1, None, None, None, None), 50, "")
    months = [column.month for column in sheet.columns if column.month]
    assert months == ["6월", "7월", "8월", "9월", "10월", "11월"]


def test_a_month_is_named_where_it_begins_and_never_twice_or_close() -> None:
    for ago in range(400):
        columns = sheet_of(context(Locale.EN), add_up([], TODAY - timedelta(days=ago)), [], "").columns
        at = [number for number, column in enumerate(columns) if column.month]
        assert all(after - before >= 3 for before, after in pairwise(at))
        assert 5 <= len(at) <= 7


def test_the_words_tell_what_the_picture_shows() -> None:
    said = in_words(context(Locale.KO), add_up(LOG, TODAY), ["D2L"])
    assert said == "지난 26주: 4일, 3시간 40분\n11월 23일–11월 25일: 2일, 50분\n끝낸 것: D2L"
    english = in_words(context(Locale.EN), add_up(LOG, TODAY), [])
    assert english == "The last 26 weeks: 4 days, 3 h 40 min\n23 Nov–25 Nov: 2 days, 50 min"


def test_the_words_fit_beside_a_picture_on_every_platform() -> None:
    every_day = [Studied(TODAY - timedelta(days=ago), 600) for ago in range(200)]
    assert len(in_words(context(Locale.EN), add_up(every_day, TODAY), ["x" * 200] * 40)) < 1000


# what is shown


async def test_without_a_line_it_says_how_it_begins(member: Member) -> None:
    assert await member.call("progress") == (
        "아직 적은 것이 없어요.\n/log에 한 줄씩 적거나 자료에서 끝냄을 누르면 여기에 모여요."
    )
    assert member.offers == ["적기", "이어 가기", "모임 현황"]
    assert "오늘 적은 것은 아직 없어요." in await member.take("적기")


async def test_the_picture_comes_with_its_words_and_in_another_look(member: Member) -> None:
    await member.call("log", what="통계 50분")
    await member.press("rec.put|done|d2l|0|x")
    assert await member.call("progress") == "이번 주 1일, 50분."
    assert member.seen is not None and member.seen.file is not None
    dark = member.seen.file
    assert dark.name == "progress.png" and dark.content.startswith(b"\x89PNG")
    assert "지난 26주: 1일, 50분" in dark.alt and "끝낸 것: Dive into Deep Learning" in dark.alt
    assert member.offers == ["주마다 보기", "이어 가기", "모임 현황", "밝게"]
    await member.take("밝게")
    assert member.seen.how is How.EDIT and member.seen.file is not None
    assert member.seen.file.content != dark.content
    assert member.offers[-1] == "어둡게"
    await member.call("progress")
    assert member.offers[-1] == "어둡게", "as it was chosen last"


async def test_every_week_is_told_in_words(member: Member) -> None:
    await member.call("log", what="통계 50분")
    await member.call("log", what="30일 전 통계 1시간")
    await member.call("progress")
    said = await member.take("주마다 보기")
    assert said.startswith("주마다 공부한 것\n")
    assert said.count("1일, ") == 2
    assert "이번 주 1일" in await member.take("돌아가기")


async def test_a_week_without_study_is_open_and_nothing_is_said_of_it(member: Member) -> None:
    await member.call("log", what="20일 전 통계 50분")
    assert await member.call("progress") == "이번 주는 이제부터예요."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (Studied(TODAY, 50, "d2l", "d2l", "3장"), "Dive into Deep Learning · 3장 · 50분"),
        (Studied(TODAY, text="영상 보기", part="12"), "영상 보기 · 12번째"),
        (Studied(TODAY, 90), "공부 · 1시간 30분"),
        (Studied(TODAY, resource_id="d2l", end=EntryState.SKIMMED), "Dive into Deep Learning · 훑음"),
    ],
)
def test_a_line_of_the_log_in_words(line: Studied, said: str, catalogue: Shelf) -> None:
    assert line_words(context(Locale.KO), line, catalogue.catalogue.get) == said


# the streak


async def test_a_streak_is_off_until_asked_for_and_can_be_left(member: Member) -> None:
    await member.call("log", what="통계 50분")
    await member.call("progress")
    said = await member.take("이어 가기")
    assert said.startswith("이어 가기는 꺼져 있어요.")
    assert member.offers == ["주 2일", "주 3일", "주 4일", "주 5일", "매일", "돌아가기"]
    said = await member.take("주 3일")
    assert said.startswith("주 3일로 세어요.\n12주 안에 두 주는 쉬어도 이어져요.")
    assert member.offers == ["되돌리기", "돌아가기"]
    assert "이번 주 1/3일." in await member.call("progress")
    await member.take("이어 가기")
    assert "그만 세기" in member.offers and "주 3일" not in member.offers
    await member.take("매일")
    assert "1일 이어 왔어요." in await member.call("progress")
    await member.take("이어 가기")
    await member.take("그만 세기")
    assert await member.call("progress") == "이번 주 1일, 50분."


async def test_undo_puts_back_what_was_counted_before(member: Member) -> None:
    await member.press("progress.aim|weekly:3")
    await member.press("progress.aim|daily")
    assert await member.take("되돌리기") == await member.press("progress.aim|weekly:3")
    await member.press("progress.aim|off")
    assert (await member.take("되돌리기")).startswith("주 3일로 세어요.")


# the board


async def _study_group(router: Router) -> list[Member]:
    await router.space_arrived(GUILD, "Study")
    await router.press(in_private(HOST.id), f"doors.approve|discord|{GUILD.id}")
    members = [Member(router, on_server(number, language="ko")) for number in "1234"]
    for number, member in enumerate(members, 1):
        await member.call("log", what=f"통계 {number}0분")
        await member.call("log")  # by now they are known, so that the meeting is noted
    await router.finish()
    return members


async def test_the_board_names_nobody_and_needs_three(router: Router) -> None:
    ann, ben, cat, _ = await _study_group(router)
    for member in (ann, ben):
        await member.call("progress")
        await member.take("모임 현황")
        said = await member.take("함께 보기")
        assert "켠 사람이 3명부터 보여요." in said and "0분" not in said
    await cat.press("progress.join|on")
    assert "1일 · 30분 · 나\n1일 · 20분\n1일 · 10분\n이름은 보이지 않아요." in cat.words
    assert "40분" not in cat.words, "the fourth did not ask to be seen"
    await ben.press("progress.join|off")
    assert "켠 사람이 3명부터 보여요." in await ann.press("progress.board")


# sharing


async def test_a_share_asks_what_and_is_taken_back_by_whoever_shared(router: Router) -> None:
    ann, ben, *_ = await _study_group(router)
    ann.caller = replace(ann.caller, name="Ann")
    await ann.press("progress.aim|daily")
    await ann.call("progress")
    assert not reply_of(ann.seen).public  # type: ignore[arg-type]
    await ann.take("공유")
    question = ann.seen
    assert ann.offers == ["그림", "이번 주 숫자만", "돌아가기"]
    await ann.take("그림")
    assert ann.seen is not None and ann.seen.public and ann.seen.file is not None
    assert "이어" not in ann.words + ann.seen.file.alt, "the streak stays out"
    [wire] = [button.wire for button in buttons_of(ann.seen).values()]
    assert "내리" not in await ben.press(wire)
    ann.seen = question
    assert await ann.take("이번 주 숫자만") == "이번 주에 1일 공부했어요. 모두 10분이에요."
    assert ann.seen is not None and ann.seen.public


async def test_in_private_there_is_nobody_to_share_with(member: Member) -> None:
    await member.call("log", what="통계 50분")
    await member.call("progress")
    assert "공유" not in member.offers


async def test_a_telegram_group_reads_nothing_of_it(router: Router) -> None:
    await router.space_arrived(GROUP, "Lab")
    await router.press(in_private(HOST.id), f"doors.approve|telegram|{GROUP.id}")
    there = in_group("5", language="ko")
    await router.call(there, "log", {"what": "통계 1시간"})
    answer = reply_of(await router.call(there, "progress", {}))
    private = "공부한 기록은 나만 볼 수 있어서 개인 대화에서 보여 드려요."
    assert words_of(answer) == private and answer.file is None
    for wire in ("show|dark", "weeks", "streak", "aim|daily", "board", "join|on", "share", "picture|dark", "numbers"):
        pressed = reply_of(await router.press(there, f"progress.{wire}"))
        assert words_of(pressed) == private and pressed.file is None
    member = Member(router, there, answer)
    assert await member.take("내 답 따로 보기") == "이번 주 1일, 1시간."


@pytest.mark.parametrize("wire", ["aim|hourly", "aim|weekly:9", "join|maybe", "show|pink", "show", "picture|x"])
async def test_forged_presses_are_refused(member: Member, wire: str) -> None:
    assert "예전 버전" in await member.press(f"progress.{wire}")
