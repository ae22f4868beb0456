"""`/mylist`: what is going first, then what waits, then what is behind one; never a word of blame."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.reply import How
from bot.chat.router import Router
from bot.core.people import EntryState
from bot.storage import Storage
from tests.callers import GROUP, in_group, in_private
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of
from tests.cogs.month import Member

KOREAN = in_private(language="ko")
EIGHT = ("d2l", "mit-18-06", "3b1b-linear-algebra", "cs50p", "py4e", "seeing-theory", "sutton-barto", "modu-rl")


@pytest.fixture
def member(router: Router) -> Member:
    return Member(router, in_private())


async def _keep(router: Router, **states: str) -> None:
    for resource, state in states.items():
        await router.press(in_private(), f"rec.put|{state}|{resource.replace('_', '-')}|0|x")


async def _days_ago(folder: Path, days: int, **states: EntryState) -> None:
    """Write down what somebody said some days ago."""
    at = datetime.now(UTC) - timedelta(days=days)
    opened = await Storage.open(f"sqlite+aiosqlite:///{folder}/moim.db", clock=lambda: at)
    async with opened as storage, storage.write() as uow:
        identity = await uow.people.meet(in_private().user, "en", at)
        for resource, state in states.items():
            await uow.entries.set(identity.id, resource.replace("_", "-"), state, at)


async def test_an_empty_list_teaches_the_next_command(router: Router) -> None:
    member = Member(router, KOREAN)
    said = await member.call("mylist")
    assert said.startswith("아직 담은 것이 없어요.\n/recommend에서 번호를 누르고 담기나 시작을 누르면")
    assert member.offers == ["자료 추천받기", "찾기"]
    await member.take("자료 추천받기")
    assert member.seen is not None and member.seen.menu is not None


async def test_the_sections_stand_in_order_with_when_it_was_said(member: Member, router: Router) -> None:
    await _keep(router, d2l="done", mit_18_06="saved", cs50p="going", py4e="skimmed", modu_rl="not_for_me")
    said = await member.call("mylist")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    places = [said.index(word) for word in ("Under way", f"started {today}", "Saved", "Finished or skimmed")]
    assert places == sorted(places)
    assert member.seen is not None and member.seen.shown == ("cs50p", "mit-18-06", "py4e", "d2l")
    assert member.offers == ["1", "2", "3", "4"]


async def test_a_row_opens_its_card_and_back_returns_to_the_same_page(member: Member, router: Router) -> None:
    for resource in EIGHT:
        await _keep(router, **{resource.replace("-", "_"): "saved"})
    first = await member.call("mylist")
    assert member.offers == ["1", "2", "3", "4", "5", "More"]
    second = await member.take("More")
    assert member.seen is not None and member.seen.how is How.EDIT
    assert member.offers == ["1", "2", "3", "Earlier"]
    assert first != second
    await member.take("2")
    assert "On your list." in member.words
    assert await member.take("Back") == second
    assert await member.take("Earlier") == first


async def test_what_is_finished_from_the_list_moves_down_and_can_be_undone(member: Member, router: Router) -> None:
    await _keep(router, d2l="going")
    await member.call("mylist")
    await member.take("1")
    await member.take("Finished")
    await member.take("Seen it myself")
    await member.take("Good")
    said = await member.take("Back")
    assert "Finished or skimmed" in said and "seen myself · good" in said
    assert "Nothing is under way. Pick one and press Start." in said


async def test_far_pages_and_pages_before_the_first_are_the_nearest_there_are(member: Member, router: Router) -> None:
    await _keep(router, d2l="saved")
    first = await member.call("mylist")
    assert await member.press("mylist.turn|999999999|") == first
    assert await member.press("mylist.turn|-9|") == first


async def test_three_open_things_are_met_with_an_offer(router: Router, member: Member) -> None:
    await _keep(router, d2l="going", cs50p="going")
    assert "finish one first" not in await member.call("mylist")
    await _keep(router, py4e="going")
    assert "Several things are open. Shall we finish one first?" in await member.call("mylist")


async def test_a_week_without_an_end_is_met_without_shame(router: Router, tmp_path: Path) -> None:
    member = Member(router, KOREAN)
    await _days_ago(tmp_path, 6, d2l=EntryState.GOING)
    assert "괜찮아요" not in await member.call("mylist")
    await _days_ago(tmp_path, 8, cs50p=EntryState.GOING)
    assert "한 주 동안 끝낸 것이 없어도 괜찮아요." in await member.call("mylist")
    await _days_ago(tmp_path, 1, py4e=EntryState.SKIMMED)
    assert "괜찮아요" not in await member.call("mylist"), "skimming counts"


async def test_a_row_that_the_catalogue_lost_breaks_nothing(router: Router, member: Member, tmp_path: Path) -> None:
    await _days_ago(tmp_path, 1, long_gone_row=EntryState.SAVED, d2l=EntryState.SAVED)
    assert "One resource is no longer in the catalogue and is not shown." in await member.call("mylist")
    assert member.offers == ["1"]


async def test_a_list_of_lost_rows_only_is_an_empty_one(member: Member, tmp_path: Path) -> None:
    await _days_ago(tmp_path, 1, long_gone_row=EntryState.SAVED)
    assert (await member.call("mylist")).startswith("Nothing on your list yet.")


async def test_a_telegram_group_reads_nothing_of_the_list_and_the_door_leads_to_it(router: Router) -> None:
    await router.space_arrived(GROUP, "Lab")
    await router.press(in_private(HOST.id), f"doors.approve|telegram|{GROUP.id}")
    there = in_group("5")
    answer = await router.call(there, "mylist", {})
    assert words_of(answer) == "Your list is for you alone, so it is shown in our private chat."
    assert list(buttons_of(answer)) == ["My answer, in private"]
    member = Member(router, there, reply_of(answer))
    assert (await member.take("My answer, in private")).startswith("Nothing on your list yet.")
    assert words_of(await router.press(there, "mylist.turn|0|")) == words_of(answer)


@pytest.mark.parametrize("wire", ["mylist.turn", "mylist.turn|first|", "mylist.turn|0||x"])
async def test_forged_pages_are_refused(member: Member, wire: str) -> None:
    assert "older version" in await member.press(wire)
