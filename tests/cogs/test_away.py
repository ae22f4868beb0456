"""`/away`: until a day or until one is back, in words or by a tap; everything goes on without a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.press import Press, pack, to_start
from bot.chat.router import CALL
from bot.core.refs import Platform, UserRef
from tests.callers import in_group
from tests.cogs.conftest import buttons_of, reply_of, words_of
from tests.cogs.month import Member
from tests.cogs.test_remind import KOREAN, Town, minji, seoul, town

__all__ = ["minji", "town"]


async def test_bare_says_what_it_does_and_offers_days(minji: Member) -> None:
    said = await minji.call("away")
    assert said.startswith("쉬는 동안 알림, 맡은 일, 이어 가기가 함께 멈춰요. 언제까지 쉴까요?")
    assert minji.offers == ["3일", "7일", "14일", "돌아올 때까지"]
    assert (await minji.take("3일")).startswith("11월 27일(금)까지 쉬어요.")


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("다음 주 월요일까지", "11월 30일(월)까지 쉬어요."),
        ("다음 주 금요일까지", "12월 4일(금)까지 쉬어요."),
        ("모레", "11월 27일(금)까지 쉬어요."),
        ("오늘까지", "11월 25일(수)까지 쉬어요."),
        ("12월 3일까지", "12월 3일(목)까지 쉬어요."),
        ("내년 1월 2일까지 쉴게요", "2027년 1월 2일(토)까지 쉬어요."),
        ("until next monday", "11월 30일(월)까지 쉬어요."),
        ("until friday", "11월 27일(금)까지 쉬어요."),
        ("back on friday", "11월 26일(목)까지 쉬어요."),
        ("2주", "12월 8일(화)까지 쉬어요."),
        ("two weeks", "12월 8일(화)까지 쉬어요."),
        ("3일", "11월 27일(금)까지 쉬어요."),
        ("7일", "12월 1일(화)까지 쉬어요."),
        ("3일 동안", "11월 27일(금)까지 쉬어요."),
        ("10일간", "12월 4일(금)까지 쉬어요."),
        ("3일만 쉴게요", "11월 27일(금)까지 쉬어요."),
        ("사흘", "11월 27일(금)까지 쉬어요."),
        ("일주일간", "12월 1일(화)까지 쉬어요."),
        ("2주 동안", "12월 8일(화)까지 쉬어요."),
        ("3 days", "11월 27일(금)까지 쉬어요."),
        ("for two weeks", "12월 8일(화)까지 쉬어요."),
        ("3일까지", "12월 3일(목)까지 쉬어요."),
        ("금요일까지만 쉴게요", "11월 27일(금)까지 쉬어요."),
        ("금요일만 쉴게요", "11월 27일(금)까지 쉬어요."),
        ("내일 쉴게요", "11월 26일(목)까지 쉬어요."),
        ("금요일 오후 3시까지", "11월 27일(금) 오후 3:00까지 쉬어요."),
        ("until friday 3pm", "11월 27일(금) 오후 3:00까지 쉬어요."),
    ],
)
async def test_until_when_is_said_in_words(minji: Member, until: str, said: str) -> None:
    assert (await minji.call("away", until=until)).startswith(said)


@pytest.mark.parametrize("until", ["멍", "어제까지", "10년 뒤", "매주 월요일", "😀"])
async def test_what_is_not_understood_changes_nothing(minji: Member, until: str) -> None:
    assert (await minji.call("away", until=until)).startswith("언제까지인지 알아듣지 못했어요.")
    assert (await minji.call("away")).startswith("쉬는 동안")


async def test_reminders_stand_still_and_go_on_by_themselves_without_a_word(town: Town, minji: Member) -> None:
    await minji.call("remind", when="매일 오전 9시 책")
    await minji.call("away", until="11월 27일까지")
    assert (await minji.call("remind")).startswith("11월 27일(금)까지 쉬는 중이에요.")
    assert "쉬는 동안 멈춰 있어요" in minji.words
    assert await town.until(seoul(28, 8)) == [], "and no word at the return"
    assert "쉬는 중" not in await minji.call("remind")
    assert len(await town.until(seoul(28, 9))) == 1


async def test_back_at_any_time_and_undo_is_the_same(town: Town, minji: Member) -> None:
    await minji.call("remind", when="매일 오전 9시 책")
    await minji.call("away", until="2주")
    assert await minji.take("되돌리기") == "다시 시작했어요.\n멈춰 있던 알림 1개가 다시 가요."
    await minji.call("away")
    await minji.take("돌아올 때까지")
    assert (await minji.call("away")).startswith("돌아왔다고 하실 때까지 쉬어요.")
    assert "다시 시작했어요." in await minji.take("돌아왔어요")
    assert len(await town.until(seoul(26, 9))) == 1


async def test_a_days_button_forged_wildly_stays_within_a_year(minji: Member) -> None:
    for days in ("0", "99999", "-4", "x", ""):
        await minji.press(f"away.leave|{days}")
        assert "까지 쉬어요." in minji.words or "예전 버전" in minji.words


async def test_a_link_sends_nobody_away(town: Town, minji: Member) -> None:
    payload = to_start(pack(Press.of(CALL, "away", "2주")))
    assert payload is not None
    assert "예전 버전의 버튼" in words_of(await town.router.land(KOREAN, payload))
    assert (await minji.call("away")).startswith("쉬는 동안")


async def test_in_a_telegram_group_it_is_not_shown_who_is_away(town: Town, minji: Member) -> None:
    await minji.call("away", until="2주")
    there = minji.elsewhere(in_group("5", language="ko"))
    assert await there.call("away") == "쉬는 것은 나만 보는 대화에서 정해요."
    assert (await there.take("내 답 따로 보기")).startswith("12월 8일(화)")


async def test_going_away_again_moves_the_end(town: Town, minji: Member) -> None:
    await minji.call("remind", when="매일 오전 9시 책")
    await minji.call("away", until="11월 26일까지")
    await minji.call("away", until="11월 28일까지")
    assert await town.until(seoul(29, 6)) == []
    assert len(await town.until(seoul(29, 9))) == 1


async def test_a_named_day_is_still_off_in_english_too(town: Town, minji: Member) -> None:
    english = minji.elsewhere(replace(KOREAN, user=UserRef(Platform.TELEGRAM, "77"), language="en"))
    await english.call("settings")
    await english.press("set.put|timezone|Asia/Seoul")
    said = await english.call("away", until="until friday")
    assert said.startswith("Away until Friday 27 November, that day included.")
    assert (await english.call("away")).startswith("Away until Friday 27 November, that day included.")


async def test_progress_says_until_when_somebody_is_away(town: Town, minji: Member) -> None:
    assert "쉬는 중" not in await minji.call("progress")
    await minji.call("away", until="다음 주 금요일까지")
    assert (await minji.call("progress")).startswith("12월 4일(금)까지 쉬는 중이에요.")
    await minji.call("log", what="선형대수 2시간")
    assert (await minji.call("progress")).startswith("12월 4일(금)까지 쉬는 중이에요.")
    await minji.call("away")
    await minji.take("돌아올 때까지")
    assert (await minji.call("progress")).startswith("쉬는 중이에요.")
    await minji.press("away.back")
    assert "쉬는 중" not in await minji.call("progress")


def _wire(member: Member, label: str) -> str:
    assert member.seen is not None
    return buttons_of(reply_of(member.seen))[label].wire


async def test_settings_stop_everything_that_comes_by_itself_asked_once_and_undone(town: Town, minji: Member) -> None:
    await minji.call("remind", when="매일 오전 9시 책")
    await minji.call("remind", when="내일 오후 2시 강의")
    await minji.call("settings")
    assert (await minji.take("모두 멈추기")).startswith("나에게 먼저 보내는 것을 모두 멈출까요?")
    await minji.take("네, 모두 멈추기")
    assert minji.words.startswith("모두 멈췄어요.") and minji.offers == ["되돌리기", "돌아가기"]
    undo = _wire(minji, "되돌리기")
    assert await town.until(seoul(27, 12)) == []
    assert (await minji.call("remind")).startswith("쉬는 중이에요.")
    assert (await minji.press(undo)).startswith("다시 시작했어요.")
    assert "쉬는 중" not in await minji.call("remind")
    assert await town.until(seoul(28, 12))


async def test_a_stop_that_is_asked_about_and_left_changes_nothing(minji: Member) -> None:
    await minji.call("settings")
    await minji.take("모두 멈추기")
    await minji.take("돌아가기")
    assert minji.words.startswith("내 설정")
    assert (await minji.call("away")).startswith("쉬는 동안")


@pytest.mark.parametrize("until", ["11월 28일까지", ""])
async def test_a_stop_while_away_is_undone_to_how_it_was(minji: Member, until: str) -> None:
    before = await (minji.call("away", until=until) if until else minji.press("away.leave|open"))
    await minji.call("settings")
    await minji.take("모두 멈추기")
    yes = _wire(minji, "네, 모두 멈추기")
    await minji.press(yes)
    await minji.press(yes)
    undo = _wire(minji, "되돌리기")
    assert (await minji.call("away")).startswith("돌아왔다고 하실 때까지 쉬어요.")
    assert await minji.press(undo) == before


@pytest.mark.parametrize("was", ["", "x", "-1", "99999999999999"])
async def test_a_forged_end_is_refused(minji: Member, was: str) -> None:
    assert "예전 버전" in await minji.press(f"away.go_on|{was}")
