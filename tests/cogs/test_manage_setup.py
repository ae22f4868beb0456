"""The organiser's Tuesday evening: from nothing to a group that runs, word by word; then what the panel changes."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_house
from bot.chat.context import Caller
from bot.chat.reply import Form, Reply
from bot.chat.stores import Receipt, Rights, Room, Undeliverable
from bot.config import Settings
from bot.core.cycle import Step
from bot.core.groups import Group, GroupState
from bot.core.outbox import Letter
from bot.core.people import GroupId
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.shelf import Shelf
from bot.services import shelf
from bot.services.groups import Groups
from cogs.manage.meeting import heard_rhythms
from tests.callers import GROUP, GUILD, in_group, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of
from tests.cogs.month import Member
from tests.cogs.test_remind import Town
from tests.stores import Clock

TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)  # half past seven in Seoul
DAYS = ["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"]
ALL = Rights(see=True, post=True, thread=True, history=True, pin=True)
PAPERS = Place(Platform.DISCORD, "11", GUILD)
PARTED = timedelta(seconds=0.02)


class Outlet:
    """A platform's door out, with rights and channels of its own."""

    def __init__(self, rooms: tuple[Room, ...] | None = None) -> None:
        self.sent: list[tuple[UserRef | Place, Reply]] = []
        self.pinned: list[Receipt] = []
        self.revised: list[tuple[Receipt, Reply]] = []
        self.allowed: dict[str, Rights] = {}
        self.closed: dict[str, str] = {}
        if rooms is not None:
            self.rooms = self._rooms
        self._known = rooms or ()

    async def deliver(self, to: UserRef | Place, reply: Reply, key: str, **_: Any) -> Receipt:
        self.sent.append((to, reply))
        return Receipt(to if isinstance(to, Place) else Place(to.platform, to.id), str(len(self.sent)))

    async def revise(self, sent: Receipt, reply: Reply) -> None:
        self.revised.append((sent, reply))

    async def pin(self, sent: Receipt) -> None:
        if not (await self.rights(sent.place)).pin:
            raise Undeliverable("forbidden")
        self.pinned.append(sent)

    async def rights(self, place: Place) -> Rights:
        return self.allowed.get(place.channel, ALL)

    async def _rooms(self, space: SpaceRef) -> tuple[Room, ...]:
        return self._known


class Evening(Town):
    """The whole house, and one organiser's view of it."""

    def open(self) -> None:
        rooms = (Room(Place(Platform.DISCORD, "10", GUILD), "general"), Room(PAPERS, "papers"))
        self.discord, self.telegram = Outlet(rooms), Outlet()
        self.boxes = {Platform.DISCORD: self.discord, Platform.TELEGRAM: self.telegram}  # type: ignore[dict-item]
        self.router.outlets |= self.boxes

    @property
    def groups(self) -> Groups:
        assert self.house.services is not None
        return self.house.services.groups

    async def group(self, number: int = 1) -> Group:
        found = await self.groups.get(GroupId(number))
        assert found is not None
        return found

    async def letters(self) -> list[Letter]:
        async with self.house.storage.write() as uow:
            return [
                letter
                for platform in self.boxes
                for letter in await uow.outbox.lease(platform, self.clock(), self.clock() + timedelta(minutes=1), 10)
            ]

    async def carried(self, answering: Any) -> Any:
        """Carry letters while something is answered that waits for one."""
        task = asyncio.ensure_future(answering)
        while not task.done():
            await self.carry()
            await asyncio.sleep(PARTED.total_seconds())
        return await task


@pytest.fixture
async def evening(
    catalogue: Shelf, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Evening]:
    monkeypatch.chdir(tmp_path)
    shutil.copy(furnished, tmp_path / "moim.db")
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    clock = Clock()
    clock.now = TUESDAY
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/moim.db", owners=(("discord", HOST.id),))
    async with open_house(settings, clock=clock) as house:
        for space, title in ((GUILD, "논문 읽는 화요일"), (GROUP, "주말 논문방")):
            await house.router.space_arrived(space, title)
            await house.router.press(in_private(HOST.id), f"doors.approve|{space.platform.value}|{space.id}")
        opened = Evening(house, clock)
        opened.open()
        await opened.carry()  # what asked the host about the chats is settled
        yield opened


def organiser(evening: Evening, caller: Caller | None = None, user: str = "1") -> Member:
    """Whoever may manage the space."""
    return Member(evening.router, replace(caller or on_server(user, language="ko"), admin=True))


def seen_by(member: Member) -> Reply:
    """Return the newest answer of a member."""
    assert member.seen is not None
    return member.seen


async def fill(member: Member, label: str, **answers: str) -> str:
    """Press a button that opens a form, and fill it in."""
    assert member.seen is not None
    form = await member.router.press(member.caller, buttons_of(member.seen)[label].wire)
    assert isinstance(form, Form)
    assert answers.keys() <= {field.name for field in form.fields}
    member.seen = reply_of(await member.router.submit(member.caller, form.wire, answers))
    return member.words


async def set_up(evening: Evening, caller: Caller | None = None, **options: str) -> Member:
    """A group that meets on Thursdays at nine, started on Tuesday evening."""
    jisoo = organiser(evening, caller)
    await jisoo.call("manage", **options)
    for label in ("목요일", "오후 9:00", "투표", "이대로", "시작"):
        await jisoo.take(label)
    await jisoo.take("다음 주부터")
    return jisoo


# the evening


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


async def test_the_time_can_be_typed_and_the_place_with_it(evening: Evening) -> None:
    jisoo = organiser(evening)
    await jisoo.call("manage")
    assert (await fill(jisoo, "직접 적기", when="언젠가")).startswith("언제인지 알아듣지 못했어요.")
    await fill(jisoo, "직접 적기", when="격주 화요일 저녁 8시", place="세미나실 3")
    for label in ("발제자", "이대로"):
        await jisoo.take(label)
    assert "모임: 격주 화요일 오후 8:00 (서울 시각)" in jisoo.words
    assert "곳: 세미나실 3" in jisoo.words
    assert "두 주에 3번, 멘션 0번." in jisoo.words
    before = (await evening.group()).rhythm
    await jisoo.take("한 주 뒤부터")
    after = (await evening.group()).rhythm
    assert before is not None
    assert after is not None
    assert after.next_meeting(TUESDAY) - before.next_meeting(TUESDAY) == timedelta(weeks=1)


async def test_an_hour_that_may_be_two_is_asked_about(evening: Evening) -> None:
    jisoo = organiser(evening)
    await jisoo.call("manage")
    if len(heard_rhythms("목요일 9시", TUESDAY, "Asia/Seoul")) == 1:
        pytest.skip("it is sure of this one by now")
    assert await fill(jisoo, "직접 적기", when="목요일 9시") == "둘 중 언제인가요?"
    assert set(jisoo.offers[:2]) == {"목요일 오전 9:00", "목요일 오후 9:00"}
    await jisoo.take("목요일 오후 9:00")
    rhythm = (await evening.group()).rhythm
    assert rhythm is not None
    assert rhythm.first == datetime.combine(date(2026, 11, 26), datetime.min.time().replace(hour=21))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("목요일 밤 9시", ["11-26 21:00 1"]),
        ("매주 목요일 21:00", ["11-26 21:00 1"]),
        ("Thursday 9pm", ["11-26 21:00 1"]),
        ("every other Tuesday at 8pm", ["11-24 20:00 2"]),
        ("매주 화목 밤 9시", []),
        ("매일 밤 9시", []),
        ("3시간 뒤", []),
        ("목요일", []),
        ("", []),
    ],
)
def test_typed_times_are_a_rhythm_or_none(words: str, expected: list[str]) -> None:
    found = heard_rhythms(words, TUESDAY, "Asia/Seoul")
    assert [f"{each.first:%m-%d %H:%M} {each.weeks}" for each in found] == expected


async def test_a_group_may_read_without_meeting(evening: Evening) -> None:
    jisoo = organiser(evening)
    await jisoo.call("manage")
    for label in ("안 모여요", "운영자", "이대로"):
        await jisoo.take(label)
    assert "모임: 모이지 않고 매주 함께 읽어요 (서울 시각)" in jisoo.words
    assert "한 시간" not in jisoo.words
    assert "주 3번, 멘션 0번." in jisoo.words


async def test_called_away_one_goes_on_where_one_was(evening: Evening) -> None:
    jisoo = organiser(evening)
    await jisoo.call("manage")
    for label in ("목요일", "오후 9:00"):
        await jisoo.take(label)
    assert (await jisoo.call("manage")).startswith("읽을 논문은 누가 고르나요?")
    await jisoo.take("투표")
    assert (await jisoo.call("manage")).startswith("논문 읽는 화요일 · 앞으로 이렇게 돼요")


# where to post


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


# the panel


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


async def test_the_exams_are_a_pause_that_ends_by_a_tap(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("쉬기")
    assert (await fill(jisoo, "날짜 적기", until="나중에")).startswith("날짜를 알아듣지 못했어요.")
    paused = await fill(jisoo, "날짜 적기", until="12월 20일까지")
    assert "모두 멈췄어요." in paused
    assert "지금: 12월 20일(일) 오전 8:00까지 쉬는 중" in paused
    assert await evening.until(TUESDAY + timedelta(days=10)) == [], "nothing is posted meanwhile"
    assert "다시 시작해요. 멈춘 데서 이어서 해요." in await jisoo.take("깨우기")
    assert (await evening.group()).state is GroupState.ACTIVE


async def test_a_pause_of_two_weeks_ends_by_itself(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("쉬기")
    await jisoo.take("2주")
    assert (await evening.group()).paused_until == TUESDAY + timedelta(days=13, hours=12, minutes=30)
    await evening.until(TUESDAY + timedelta(days=14))
    assert (await evening.group()).state is GroupState.ACTIVE


async def test_a_part_is_moved_turned_off_and_put_back(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("순서와 시각")
    assert "이 주의 논문: 모임 3일 전 오전 9:00" in jisoo.words
    await jisoo.take("이 주의 논문")
    assert "이 주의 논문: 모임 2일 전 오후 7:00" in await jisoo.take("모임 2일 전 오후 7:00")
    await jisoo.take("조용하면 스레드에 한 줄")
    assert "조용하면 스레드에 한 줄: 하지 않아요" in await jisoo.take("끄기")
    group = await evening.group()
    assert group.settings.off == {Step.NUDGE}
    await jisoo.take("이 주의 논문")
    assert "이 주의 논문: 모임 3일 전 오전 9:00" in await jisoo.take("보통대로")
    assert not (await evening.group()).settings.shifts


async def test_a_changed_meeting_shows_what_moves(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    for label in ("모임 시간", "토요일", "오후 2:00"):
        await jisoo.take(label)
    assert "모임: 매주 토요일 오후 2:00 (서울 시각)" in jisoo.words
    assert "모임: 매주 목요일 오후 9:00 (서울 시각)" in await jisoo.take("되돌리기")
    assert "돌아가기" in jisoo.offers


async def test_name_zone_level_and_topics_are_the_organisers(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("이름과 주제")
    await fill(jisoo, "이름 바꾸기", name="  생성 모델   읽기 ")
    await fill(jisoo, "시간대", city="베를린")
    await jisoo.take("입문 논문")
    assert jisoo.seen is not None
    assert jisoo.seen.menu is not None
    wire = jisoo.seen.menu.wires[0]
    await jisoo.press(wire)
    await jisoo.press(wire)
    group = await evening.group()
    assert (group.name, group.zone, group.settings.stage) == ("생성 모델 읽기", "Europe/Berlin", "beginner")
    assert len(group.settings.topics) == 1, "a second tap sets the same"
    assert group.rhythm is not None
    assert f"{group.rhythm.first:%H:%M}" == "21:00"


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


# candidates


async def test_candidates_are_put_first_taken_out_with_a_reason_and_back(evening: Evening) -> None:
    jisoo = await set_up(evening)
    services = evening.house.services
    assert services is not None
    ids = []
    for link in ("https://arxiv.org/abs/1706.03762", "https://arxiv.org/abs/1512.03385"):
        kept = await services.papers.found(link, patience=0)
        assert kept is not None
        async with evening.house.storage.write() as uow:
            nomination, _ = await uow.nominations.add(GroupId(1), kept.id, None, "", evening.clock())
        ids.append(nomination.id)
        evening.clock.leap(timedelta(seconds=1))
    await jisoo.call("manage")
    await jisoo.take("후보")
    await jisoo.take("2")
    assert "맨 앞에 뒀어요." in await jisoo.take("맨 앞에")
    assert [each.nomination.id for each in await services.queue.open(GroupId(1))] == [ids[1], ids[0]]
    await jisoo.take("1")
    assert "빼려면 까닭을 적어 주세요." in await fill(jisoo, "빼기", why="   ")
    await jisoo.take("1")
    assert "뺐어요." in await fill(jisoo, "빼기", why="지난달에 읽었어요")
    assert len(await services.queue.open(GroupId(1))) == 1
    await jisoo.take("되돌리기")
    assert len(await services.queue.open(GroupId(1))) == 2


async def test_a_list_in_order_takes_a_link_a_line(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("후보")
    said = await fill(
        jisoo, "순서에 더하기", links="https://arxiv.org/abs/1706.03762\n\n아무 말\nhttps://arxiv.org/abs/1512.03385"
    )
    assert "2개를 순서 끝에 더했어요. 나머지 줄에서는 링크를 찾지 못했어요." in said
    await fill(jisoo, "순서에 더하기", links="https://arxiv.org/pdf/1512.03385v1")
    assert evening.house.services is not None
    assert len(await evening.house.services.queue.list(GroupId(1))) == 2, "what stands in it already is left out"


async def test_a_pasted_link_is_the_first_paper_and_no_link_is_said_so(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("논문 정하기")
    assert (await fill(jisoo, "링크 붙이기", link="트랜스포머")).startswith("링크를 찾지 못했어요.")
    assert "곧 올릴게요." in await fill(jisoo, "링크 붙이기", link="https://arxiv.org/abs/1706.03762")
    await evening.until(TUESDAY + timedelta(minutes=1))
    await jisoo.call("manage")
    await jisoo.take("논문 정하기")
    late = await fill(jisoo, "링크 붙이기", link="https://arxiv.org/abs/1512.03385")
    assert late.startswith("이번 모임의 논문은 이미 올라가 있어요.")


# who runs it


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


# chats


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


# the card


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


# noise


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
