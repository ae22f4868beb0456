"""Presenting: taken on, swapped, given back; and what an organiser sees of it and can do about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.chat.text import Mention
from bot.core.cycle import Picks
from bot.core.reading import Cycle, CycleState, How
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.shelf import Shelf
from bot.services import shelf
from tests.cogs.club import READING, Club, club_in
from tests.cogs.conftest import buttons_of, words_of
from tests.cogs.evening import Outlet
from tests.cogs.month import Member
from tests.cogs.test_remind import Town

ORGANISER = "9"  # who set the club's group up


class Turns:
    """The club, whose meeting is prepared by presenters, with what its members and its thread are told."""

    def __init__(self, club: Club) -> None:
        self.club, self.outlet = club, Outlet()
        self.town = Town(club.house, lambda: club.now)  # type: ignore[arg-type]
        self.town.boxes = {Platform.DISCORD: self.outlet}  # type: ignore[dict-item]

    async def open(self) -> None:
        """Let the post be out that asks who presents."""
        services = self.club.house.services
        assert services is not None
        self.group = await services.groups.change(self.club.group.id, picks=Picks.PRESENTER)
        self.group = await services.groups.start(self.group.id)
        meeting = datetime(2026, 12, 3, 12, tzinfo=self.club.now.tzinfo)
        async with self.club.house.storage.write() as uow:
            self.cycle: Cycle = await uow.cycles.of(self.group.id, meeting.date(), meeting)
        payload = {"group": self.group.id, "past": None, "coming": self.cycle.id}
        await self.club.house.outbox.enqueue("ritual.recap", READING, f"cycle:{self.cycle.id}:ballot#1", payload)
        await self.told()

    async def told(self) -> list[tuple[str, str]]:
        """Carry what waits and return it, who hears it first: nobody's post is told that was drawn anew."""
        self.club.now += timedelta(seconds=90)
        before = len(self.outlet.sent)
        await self.town.carry()
        self.replies = [reply for _, reply in self.outlet.sent[before:]]
        return [(_ear(to), words_of(reply)) for to, reply in self.outlet.sent[before:]]

    def boss(self) -> Member:
        return self.club.member(ORGANISER)


def _ear(to: UserRef | Place) -> str:
    return f"user {to.id}" if isinstance(to, UserRef) else "thread"


@pytest.fixture
async def turns(
    catalogue: Shelf, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Turns]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    async with club_in(tmp_path, furnished) as club:
        for user in ("1", "2", ORGANISER):
            await club.joined(user)
        turns = Turns(club)
        await turns.open()
        yield turns


def _mentions(member: Member) -> list[Mention]:
    assert isinstance(member.seen, Reply)
    return [node for card in member.seen.cards for line in card.lines for node in line if isinstance(node, Mention)]


async def test_the_organiser_sees_who_presents_when_and_whose_turn_comes(turns: Turns) -> None:
    boss = turns.boss()
    await boss.call("manage")
    assert await boss.take("발제") == (
        "발제\n12월 3일(목) 오후 9:00\n맡을 분을 기다려요.\n\n"
        "차례를 맡은 분이 아직 없어요. 한 번 발제를 맡으면 차례에 들어와요.\n"
        "발제는 맡겠다고 한 분만 맡아요. 이름은 저장하지 않아요."
    )
    assert boss.offers == ["스레드에 묻기", "돌아가기"]
    await turns.club.member("1").press(f"rit.accept|{turns.cycle.id}")
    await boss.press(f"trn.show|{turns.group.id}")
    assert _mentions(boss) == [Mention(UserRef(Platform.DISCORD, "1"), "디스코드에 계신 분", quiet=True)]
    assert boss.offers == ["바꿀 분 찾기", "발제 거두기", "돌아가기"]


async def test_asking_says_one_line_in_the_thread_a_day(turns: Turns) -> None:
    boss = turns.boss()
    await boss.press(f"trn.show|{turns.group.id}")
    assert "하루에 한 번만 물어요." in await boss.take("스레드에 묻기")
    await boss.take("스레드에 묻기")
    assert await turns.told() == [("thread", "발제할 분을 기다려요. 누르면 맡게 돼요.")]
    turns.club.now += timedelta(days=1)
    await boss.take("스레드에 묻기")
    assert len(await turns.told()) == 1


async def test_who_presents_looks_for_a_swap_and_stays_until_somebody_takes_it(turns: Turns) -> None:
    ann, ben, cycle = turns.club.member("1"), turns.club.member("2"), turns.cycle.id
    await ann.press(f"rit.accept|{cycle}")
    ((ear, _),) = await turns.told()
    assert ear == "user 1" and list(buttons_of(turns.replies[0])) == [
        "바꿀 분 찾기",
        "못 하게 됐어요",
        "모임에 이름 보이기",
    ]
    for _ in range(2):
        assert "그대로 맡고 계세요." in await ann.press(f"rit.swap|{cycle}")
    assert await turns.told() == [("thread", "이번 발제를 바꿔 주실 분을 찾아요. 안 계시면 그대로예요.")]
    wire = buttons_of(turns.replies[0])["제가 바꿀게요"].wire
    assert "그 사이에 정해졌어요." in await ann.press(wire), "one's own swap is nobody's"
    for _ in range(2):  # a turn may come twice
        assert "맡아 주셔서 고마워요." in await ben.press(wire)
    told = await turns.told()
    assert sorted(ear for ear, _ in told) == ["user 1", "user 2"]
    assert "다른 분이 맡아 주셨어요. 다음 차례는 그대로 남아 있어요." in dict(told)["user 1"]
    assert "그 사이에 정해졌어요." in await turns.club.member("3").press(wire)
    assert "지금은 맡고 계신 발제가 아니에요." in await ann.press(f"rit.swap|{cycle}")


async def test_a_swap_that_was_looked_for_is_over_once_the_turn_was_given_back(turns: Turns) -> None:
    ann, ben, cycle = turns.club.member("1"), turns.club.member("2"), turns.cycle.id
    await ann.press(f"rit.accept|{cycle}")
    await ann.press(f"rit.swap|{cycle}")
    await turns.told()
    wire = buttons_of(turns.replies[-1])["제가 바꿀게요"].wire
    await ann.press(f"rit.passes|{cycle}")
    assert "그 사이에 정해졌어요." in await ben.press(wire)
    await ann.press(f"rit.accept|{cycle}")
    assert "그 사이에 정해졌어요." in await ben.press(wire), "that acceptance is another"


async def test_an_organiser_looks_for_a_swap_or_takes_a_turn_back_which_all_concerned_are_told(turns: Turns) -> None:
    boss, ann = turns.boss(), turns.club.member("1")
    await ann.press(f"rit.accept|{turns.cycle.id}")
    await turns.told()
    await boss.press(f"trn.show|{turns.group.id}")
    await boss.take("바꿀 분 찾기")
    await boss.take("발제 거두기")
    for _ in range(2):
        await boss.press(f"trn.cancelled|{turns.group.id}|{turns.cycle.id}")
    told = await turns.told()
    assert [words for ear, words in told if ear == "thread"] == [
        "이번 발제를 바꿔 주실 분을 찾아요. 안 계시면 그대로예요.",
        "발제하기로 한 분이 못 하게 됐어요. 대신 맡을 분이 있으면 눌러 주세요.",
    ]
    (relieved,) = [words for ear, words in told if ear == "user 1"]
    assert relieved.endswith("운영자가 거뒀어요. 준비하지 않으셔도 돼요.")
    assert "1명이 이번은 넘겼어요." in await boss.press(f"trn.show|{turns.group.id}")


async def test_nobody_else_sees_or_changes_turns_and_a_number_of_another_group_is_nobodys(turns: Turns) -> None:
    other = await turns.club.another_group()
    async with turns.club.house.storage.write() as uow:
        cycle = await uow.cycles.of(other.id, turns.cycle.meets_on, turns.cycle.meeting_at)
    services = turns.club.house.services
    assert services is not None
    await services.organisers.name(other.id, UserRef(Platform.DISCORD, "2"))
    for user in ("1", "2"):
        assert "모임을 꾸리는 분만" in await turns.club.member(user).press(f"trn.show|{turns.group.id}")
    assert "그 사이에 바뀌었어요." in await turns.boss().press(f"trn.ask|{turns.group.id}|{cycle.id}")


async def test_a_meeting_that_is_over_is_not_shown(turns: Turns) -> None:
    async with turns.club.house.storage.write() as uow:
        await uow.cycles.state(turns.cycle.id, CycleState.OVER)
    assert "앞둔 모임이 아직 없어요." in await turns.boss().press(f"trn.show|{turns.group.id}")


async def test_the_paper_of_a_meeting_stands_beside_who_presents_it(turns: Turns) -> None:
    kept = await turns.club.papers.found("1706.03762", patience=0)
    assert kept is not None
    async with turns.club.house.storage.write() as uow:
        await uow.cycles.pick(turns.cycle.id, kept.id, How.PRESENTER, None, turns.club.now)
    assert kept.paper.title in await turns.boss().press(f"trn.show|{turns.group.id}")


async def test_a_name_stands_in_the_posts_by_ones_own_word_only_and_calls_nobody(turns: Turns) -> None:
    ann, cycle = turns.club.member("1"), turns.cycle.id
    payload = {"group": turns.group.id, "past": None, "coming": cycle}
    router = turns.club.house.router

    async def post(platform: Platform) -> list[Mention]:
        place = Place(platform, "10", SpaceRef(platform, "900"))
        written = await router.post("ritual.recap", Caller(UserRef(platform, ""), place), **payload)
        assert written is not None
        return [node for node in written.text if isinstance(node, Mention)]

    await ann.press(f"rit.accept|{cycle}")
    assert await post(Platform.DISCORD) == []
    await turns.told()
    assert "아무에게도 알림이 가지 않아요." in await ann.press(f"rit.named|{cycle}|yes")
    assert await post(Platform.DISCORD) == [Mention(UserRef(Platform.DISCORD, "1"), "맡은 분", quiet=True)]
    assert await post(Platform.TELEGRAM) == [], "where a name would call somebody there is none"
    await turns.told()
    assert turns.outlet.revised, "the post that is out says so too"
    await ann.take("이름 감추기")
    assert await post(Platform.DISCORD) == []
