"""`/remind`: set at once and said back, listed, changed; the message that comes, its buttons, and other ways for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import House, desk_of, open_house
from bot.chat.context import Caller
from bot.chat.press import Press, pack, to_start
from bot.chat.reply import Form, How, Reply
from bot.chat.router import CALL, Router
from bot.chat.stores import Receipt, Rights, Undeliverable
from bot.config import Settings
from bot.core.people import Preferences
from bot.core.refs import Place, Platform, UserRef
from bot.core.reminders import Subject, When, Wish
from bot.core.schedule import ScheduleId, ScheduleState
from bot.core.shelf import Shelf
from bot.scheduler.alarm import Alarm
from bot.scheduler.courier import Courier
from bot.scheduler.due import SCHEDULER, Downtime, Due
from bot.scheduler.flight import Manner
from bot.services import shelf
from cogs.remind._set import take
from tests.callers import GROUP, GUILD, in_group, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of, words_of
from tests.cogs.month import Member
from tests.stores import Clock

NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)  # in Seoul, a Wednesday
KOREAN = in_private("5", platform=Platform.TELEGRAM, language="ko")
ENGLISH = in_private("6", language="en")


class Letterbox:
    """A platform's door out that keeps what it is given, or finds the way closed."""

    def __init__(self, house: House) -> None:
        self.sent: list[tuple[UserRef | Place, Reply]] = []
        self.closed: dict[str, str] = {}

    async def deliver(self, to: UserRef | Place, reply: Reply, key: str, **_: Any) -> Receipt:
        address = to.id if isinstance(to, UserRef) else to.channel
        if address in self.closed:
            raise Undeliverable(self.closed[address])
        self.sent.append((to, reply))
        return Receipt(to if isinstance(to, Place) else Place(to.platform, to.id), str(len(self.sent)))

    async def revise(self, sent: Receipt, reply: Reply) -> None:
        raise NotImplementedError

    async def pin(self, sent: Receipt) -> None:
        raise NotImplementedError

    async def rights(self, place: Place) -> Rights:
        raise NotImplementedError


class Town:
    """The whole house on a clock that leaps, with its clock and couriers, and a letterbox for each platform."""

    def __init__(self, house: House, clock: Clock) -> None:
        self.house, self.clock = house, clock
        self.boxes = {platform: Letterbox(house) for platform in (Platform.DISCORD, Platform.TELEGRAM)}
        self._couriers: dict[Platform, tuple[Courier, int]] = {}
        self._fences: dict[str, int] = {}

    @property
    def router(self) -> Router:
        return self.house.router

    async def until(self, at: datetime, *, down: bool = False) -> list[tuple[UserRef | Place, Reply]]:
        """Let everything fall due and be carried until `at`; return what arrived."""
        before = {platform: len(box.sent) for platform, box in self.boxes.items()}
        while (earliest := await self._earliest()) is not None and earliest <= at:
            self.clock.now = at if down else max(self.clock.now, earliest)
            await self._tick(down=down)
        self.clock.now = at
        await self.carry()
        return [each for platform, box in self.boxes.items() for each in box.sent[before[platform] :]]

    async def _earliest(self) -> datetime | None:
        async with self.house.storage.read() as uow:
            return await uow.schedules.earliest()

    async def _tick(self, *, down: bool) -> None:
        due = Due(self.house.storage, self.clock, self.house.planners, lambda: None)
        if down:
            due.downtime = Downtime(NOON, self.clock())
        await due.tick(await self._lead(SCHEDULER))
        await self.carry()

    async def carry(self) -> None:
        """Have the couriers carry what waits."""
        for platform, box in self.boxes.items():
            if platform not in self._couriers:
                fence = await self._lead(platform.value)
                manner = Manner(platform, guards=platform is Platform.DISCORD)
                courier = Courier(desk_of(self.house), lambda box=box: box, manner, Alarm().bell(platform.value))  # type: ignore[misc]
                await courier.begin(fence)
                self._couriers[platform] = (courier, fence)
            courier, fence = self._couriers[platform]
            while await courier.turn(fence):
                await courier.drain()
            await courier.turn(fence)

    async def _lead(self, name: str) -> int:
        if name not in self._fences:
            async with self.house.storage.write() as uow:
                fence = await uow.leases.take(name, "test", self.clock(), self.clock() + timedelta(days=1000))
            assert fence is not None
            self._fences[name] = fence
        return self._fences[name]


@pytest.fixture
async def town(catalogue: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    clock = Clock()
    clock.now = NOON
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/moim.db", owners=(("discord", HOST.id),))
    async with open_house(settings, clock=clock) as house:
        for space in (GUILD, GROUP):
            await house.router.space_arrived(space, "Study")
            await house.router.press(in_private(HOST.id), f"doors.approve|{space.platform.value}|{space.id}")
        yield Town(house, clock)


@pytest.fixture
def minji(town: Town) -> Member:
    return Member(town.router, KOREAN)


def seoul(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


async def _press(town: Town, caller: Caller, answer: Reply, label: str) -> Reply:
    return reply_of(await town.router.press(caller, buttons_of(answer)[label].wire))


async def test_a_reminder_that_was_put_aside_says_so_to_its_person(town: Town, minji: Member) -> None:
    await minji.call("remind", when="매일 오전 9시 책")
    async with town.house.storage.write() as uow:
        kept = await uow.schedules.get(ScheduleId(1))
        assert kept is not None
        await uow.schedules.change(kept.id, kept.version, NOON, state=ScheduleState.PAUSED)
    written = await town.router.post("remind.stuck", KOREAN, schedule=1)
    assert written is not None
    assert words_of(written).startswith("알림 하나를 이어 가지 못해서 멈춰 뒀어요: 책.")
    assert list(buttons_of(written)) == ["내 알림"]
    await minji.press("rm.resume|1|0")
    assert await town.router.post("remind.stuck", KOREAN, schedule=1) is None, "it goes on again"


# setting


async def test_words_set_at_once_and_are_said_back_with_the_absolute_local_time(minji: Member) -> None:
    said = await minji.call("remind", when="내일 오전 9시 CS231n 5강")
    assert said.splitlines()[:2] == [
        "11월 26일(목) 오전 9:00에 알려 드릴게요.",
        "CS231n 5강 열기 (https://www.youtube.com/playlist?list=PLoROMvodv4rOmsNzYBMe0gJY2XS8AQg16)",
    ]
    assert minji.offers[:2] == ["되돌리기", "바꾸기"]


async def test_the_same_in_english(town: Town) -> None:
    member = Member(town.router, in_private("6", language="en"))
    said = await member.call("remind", when="remind me every weekday at 7am to read one paper")
    assert said.splitlines()[:2] == [
        "I will remind you every weekday at 07:00, first on Wednesday 25 November at 07:00.",
        "read one paper",
    ]


async def test_a_guessed_zone_is_said_with_the_first_reminder_and_can_be_changed(minji: Member) -> None:
    assert "서울 시간으로 맞췄어요. 언어로 짐작한 시간대예요." in await minji.call("remind", when="내일 9시")
    assert "서울 시간" not in await minji.call("remind", when="모레 9시")
    await minji.call("remind", when="내일 9시")
    member = minji.elsewhere(in_private("7", platform=Platform.TELEGRAM, language="ko"))
    await member.call("remind", when="내일 9시")
    assert "어느 도시의 시간을 쓸까요?" in await member.take("시간대 바꾸기")


async def test_next_friday_is_set_at_once_with_its_date_and_can_be_changed(town: Town) -> None:
    member = Member(town.router, in_private("6", language="en"))
    assert "Friday 4 December at 17:00" in await member.call("remind", when="next friday 5pm CS224W")
    assert member.offers[:2] == ["Undo", "Change"]


async def test_a_time_alone_is_enough(minji: Member) -> None:
    assert "공부 알림" in await minji.call("remind", when="내일 9시")


async def test_an_hour_that_nobody_said_keeps_out_of_quiet_hours_and_one_that_was_said_beats_them(
    minji: Member,
) -> None:
    assert "11월 26일(목) 오전 8:00" in await minji.call("remind", when="내일 책")
    assert "매주 일요일 오전 8:00" in await minji.call("remind", when="매주 일요일 논문")
    assert "11월 26일(목) 오전 5:00" in await minji.call("remind", when="내일 새벽 5시 달리기")
    assert "11월 26일(목) 오전 7:00" in await minji.call("remind", when="내일 아침 신문"), (
        "a morning is what they say it is"
    )
    await minji.press("set.put|morning|09:30")
    assert "11월 27일(금) 오전 9:30" in await minji.call("remind", when="모레 책")
    assert "11월 27일(금) 오전 9:30" in await minji.call("remind", when="모레 아침 신문")


async def test_evening_and_before_bed_are_the_persons_own(minji: Member) -> None:
    await minji.press("set.put|evening|18:30")
    await minji.press("set.put|quiet|22:00-07:00")
    assert "오후 6:30" in await minji.call("remind", when="오늘 저녁에 복습")
    assert "오후 10:00" in await minji.call("remind", when="자기 전에 복습")


async def test_d11_a_zone_that_is_gone_counts_as_utc_and_is_said(town: Town, minji: Member) -> None:
    await minji.press("set.put|timezone|Asia/Tokyo")
    async with town.house.storage.write() as uow:
        me = await uow.people.meet(KOREAN.user, "ko", NOON)
        await uow.people.prefer(me.person_id, Preferences(timezone="Mars/Olympus"))
    said = await minji.call("remind", when="11월 26일 오전 9시 책")
    assert "Mars/Olympus 시간대가 없어져서 UTC로 세고 있어요." in said
    assert minji.offers[-1] == "시간대 바꾸기"
    assert "26일(목) 오전 9:00" in said
    assert [len(await town.until(datetime(2026, 11, 26, hour, tzinfo=UTC))) for hour in (8, 9)] == [0, 1]


async def test_undo_leaves_nothing_and_a_second_press_neither(minji: Member) -> None:
    await minji.call("remind", when="내일 9시 책")
    wire = buttons_of(minji.seen)["되돌리기"].wire  # type: ignore[arg-type]
    assert "맞추지 않은 것으로" in await minji.take("되돌리기")
    assert "예전 버전의 버튼" in await minji.press(wire)
    assert "아직 알림이 없어요." in await minji.call("remind")


async def test_two_readings_are_asked_about_and_the_press_sets_one(minji: Member) -> None:
    said = await minji.call("remind", when="12월 24일 자정에 선물 포장")
    assert said.startswith("언제를 말씀하신 건가요?")
    assert len(minji.offers) == 2
    first = minji.offers[0]
    assert (await minji.take(first)).startswith(f"{first}에 알려 드릴게요.")


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("책 읽기", "언제 알려 드릴까요? 누르거나, 시각과 함께 적어 주세요."),
        ("어제 9시 책", "그 시각은 이미 지났어요. 앞으로의 시각을 적어 주세요."),
        ("25시에 책", "언제인지 알아듣지 못했어요. 이렇게 적어 주세요."),
    ],
)
async def test_what_is_not_understood_is_said_with_an_example_and_sets_nothing(
    minji: Member, when: str, said: str
) -> None:
    answer = await minji.call("remind", when=when)
    assert answer.startswith(said)
    assert "/remind 내일 오전 9시 CS231n 5강" in answer
    assert "아직 알림이 없어요." in await minji.call("remind")


async def test_what_lacks_a_time_is_set_by_a_tap_on_one_and_two_taps_set_one(minji: Member) -> None:
    await minji.call("remind", when="책 읽기")
    assert minji.offers == ["1시간 뒤 13:00", "오늘 저녁 20:00", "26일(목) 08:00", "다음 주 2일(수) 08:00"]
    wire = buttons_of(minji.seen)["오늘 저녁 20:00"].wire  # type: ignore[arg-type]
    assert (await minji.press(wire)).startswith("11월 25일(수) 오후 8:00에 알려 드릴게요.\n책 읽기")
    await minji.press(wire)
    await minji.call("remind")
    assert minji.offers[0] == "1"
    assert "2" not in minji.offers


async def test_a_button_that_was_left_lying_sets_nothing_in_the_past(town: Town, minji: Member) -> None:
    await minji.call("remind", when="책 읽기")
    town.clock.leap(timedelta(hours=3))
    assert (await minji.take("1시간 뒤 13:00")).startswith("그 시각은 이미 지났어요.")


async def test_a_message_is_what_it_is_about_and_its_own_time_is_offered(minji: Member) -> None:
    await minji.call("remind", message="내일 3시에 이 논문 읽어 볼까요")
    assert minji.offers[0] == "11월 26일(목) 오후 3:00"
    said = await minji.call("remind", when="내일 오전 9시", message="이 글 읽어 보세요")
    assert said.splitlines()[:2] == ["11월 26일(목) 오전 9:00에 알려 드릴게요.", "이 글 읽어 보세요"]


async def test_d1_a_time_that_a_day_lacks_is_said_when_it_is_set(town: Town) -> None:
    member = Member(town.router, in_private("8", language="en"))
    await member.press("set.put|timezone|America/New_York")
    said = await member.call("remind", when="every day at 2:30am back up")
    assert "The clocks jump over that time once, so it comes on Sunday 14 March 2027 at 03:30 then." in said
    assert "In a month without that day it comes on the last one" in await member.call(
        "remind", when="on the 31st of every month at 9am tidy"
    )


async def test_a_form_sets_and_changes(town: Town, minji: Member) -> None:
    form = await town.router.press(KOREAN, "rm.new")
    assert isinstance(form, Form)
    set_ = reply_of(await town.router.submit(KOREAN, form.wire, {"when": "내일 9시", "what": "책"}))
    assert words_of(set_).startswith("11월 26일(목) 오전 9:00에 알려 드릴게요.\n책")
    change = await town.router.press(KOREAN, buttons_of(set_)["바꾸기"].wire)
    assert isinstance(change, Form)
    said = words_of(await town.router.submit(KOREAN, change.wire, {"when": "모레 10시", "what": ""}))
    assert said == "바꿨어요.\n책\n다음: 11월 27일(금) 오전 10:00"
    said = words_of(await town.router.submit(KOREAN, change.wire, {"when": "", "what": "논문"}))
    assert said == "바꿨어요.\n논문\n다음: 11월 27일(금) 오전 10:00"
    unread = reply_of(await town.router.submit(KOREAN, change.wire, {"when": "언젠가 9시쯤이나", "what": ""}))
    assert "이렇게" in words_of(unread)
    assert words_of(await town.router.submit(KOREAN, change.wire, {"when": "", "what": ""})).startswith("바뀐 것이")
    assert "11월 27일(금) 오전 10:00" in await minji.call("remind")


async def test_the_form_without_a_time_asks_for_one(town: Town) -> None:
    form = await town.router.press(KOREAN, "rm.new")
    assert isinstance(form, Form)
    said = words_of(await town.router.submit(KOREAN, form.wire, {"when": "책", "what": ""}))
    assert said.startswith("언제 알려 드릴까요?")


# the list


async def test_an_empty_list_teaches_by_example(minji: Member) -> None:
    said = await minji.call("remind")
    assert said.splitlines()[0] == "아직 알림이 없어요. 이렇게 적으면 바로 맞춰져요."
    for example in said.splitlines()[1:]:
        set_ = await minji.call("remind", when=example.removeprefix("/remind "))
        assert "알려 드릴게요" in set_, example


async def test_the_list_pages_and_each_row_opens_with_its_verbs(minji: Member) -> None:
    for number in range(7):
        await minji.call("remind", when=f"내일 {number + 9}시 일감 {number}")
    first = await minji.call("remind")
    assert minji.offers == ["1", "2", "3", "4", "5", "더 보기", "새 알림", "보낸 기록"]
    second = await minji.take("더 보기")
    assert minji.seen is not None and minji.seen.how is How.EDIT
    assert minji.offers[:3] == ["1", "2", "앞으로"]
    await minji.take("2")
    assert minji.offers == ["바꾸기", "멈추기", "그만하기", "돌아가기"]
    assert await minji.take("돌아가기") == second
    assert await minji.take("앞으로") == first


async def test_pause_go_on_stop_and_undo_in_place(minji: Member) -> None:
    await minji.call("remind", when="매일 저녁 9시 책")
    await minji.call("remind")
    await minji.take("1")
    assert "멈춰 있어요\n매일 오후 9:00" in await minji.take("멈추기")
    assert "다음: 11월 25일(수) 오후 9:00" in await minji.take("다시 켜기")
    assert "끝난 알림이에요" in await minji.take("그만하기")
    assert (await minji.take("되돌리기")).startswith("되돌렸어요.\n책\n다음: 11월 25일(수) 오후 9:00")
    assert "매일 오후 9:00" in await minji.call("remind")


async def test_in_a_telegram_group_neither_the_list_nor_the_text_is_shown(town: Town) -> None:
    there = in_group("5", language="ko")
    member = Member(town.router, there)
    assert await member.call("remind") == "알림은 나만 보는 대화에서 보여 드려요."
    assert member.offers == ["내 답 따로 보기"]
    town.boxes[Platform.TELEGRAM].closed["5"] = "blocked"
    said = await member.call("remind", when="내일 9시 병원")
    assert said == "알림을 맞췄어요. 언제 무엇인지는 개인 대화로 보냈어요."
    assert "병원" in await member.take("내 답 따로 보기")


async def test_an_anonymous_admin_sets_nothing_for_the_group_to_read(town: Town) -> None:
    admins = replace(in_group(GROUP.id, language="ko"), admin=True, anonymous=True)
    said = await Member(town.router, admins).call("remind", when="내일 9시 병원")
    assert "본인 이름으로" in said
    assert await town.until(NOON + timedelta(days=2)) == []


async def test_a_link_shows_the_list_and_sets_nothing(town: Town, minji: Member) -> None:
    for press in (Press.of(CALL, "remind", "내일 9시 책"), take(Wish(Subject("x"), When(NOON + timedelta(days=1))))):
        payload = to_start(pack(press))
        if payload is not None:
            assert "예전 버전의 버튼" in words_of(await town.router.land(KOREAN, payload))
    bare = to_start(pack(Press.of(CALL, "remind")))
    assert bare is not None
    assert "아직 알림이 없어요." in words_of(await town.router.land(KOREAN, bare))


@pytest.mark.parametrize(
    "wire",
    [
        "rm.open|1|0", "rm.stop|999999|0", "rm.done|1|0|", "rm.later|1|0||20m", "rm.later|1|0||never", "rm.undo|1|1",
        "rm.done|1|99999999999999|", "rm.back|1|-5|", "rm.more|1|0|x", "rm.skip|1|0|1234567", "rm.take|nothing",
        'rm.take|[["2026-11-26T09:00:00",null,null,null],{}]',
        'rm.take|[["2026-11-26T09:00:00+00:00",null,null,null],{"text":1}]',
        "rm.edit", "rm.here|1", "rm.again|1", "rm.about|nowhere", "rm.turn|x",
    ],
)  # fmt: skip
async def test_forged_presses_are_refused(town: Town, minji: Member, wire: str) -> None:
    await minji.elsewhere(in_private("9", language="ko")).call("remind", when="내일 9시 남의 것")
    assert "예전 버전의 버튼" in words_of(await town.router.press(KOREAN, wire))


async def test_changing_somebody_elses_by_a_forged_form_is_refused(town: Town, minji: Member) -> None:
    await minji.elsewhere(in_private("9", language="ko")).call("remind", when="내일 9시 남의 것")
    said = words_of(await town.router.submit(KOREAN, "rm.edited|1", {"when": "", "what": "내 것"}))
    assert "예전 버전의 버튼" in said


# the message


async def test_the_message_comes_in_private_with_three_buttons(town: Town, minji: Member) -> None:
    await minji.call("remind", when="내일 오전 9시 책")
    [(to, message)] = await town.until(seoul(26, 9))
    assert to == KOREAN.user
    assert words_of(message) == "알림이에요.\n책"
    assert list(buttons_of(message)) == ["끝냄", "20분 뒤", "더 보기"]


async def test_twenty_minutes_then_done_leaves_a_line_in_the_log(town: Town, minji: Member) -> None:
    await minji.call("remind", when="내일 오전 9시 선형대수 3강")
    [(_, message)] = await town.until(seoul(26, 9))
    moved = await _press(town, KOREAN, message, "20분 뒤")
    assert (moved.how, words_of(moved).splitlines()[0]) == (
        How.EDIT,
        "11월 26일(목) 오전 9:20에 다시 알려 드릴게요.",
    )
    again = await _press(town, KOREAN, message, "20분 뒤")
    assert words_of(again) == words_of(moved)
    [(_, second)] = await town.until(seoul(26, 12))
    done = await _press(town, KOREAN, second, "끝냄")
    assert words_of(done).startswith("끝냄으로 적었어요.\n선형대수 3강")
    assert "선형대수 3강" in await minji.call("log")
    back = await _press(town, KOREAN, done, "되돌리기")
    assert words_of(back) == words_of(second)
    assert "선형대수 3강" not in await minji.call("log")


async def test_more_names_each_time_and_skip_and_stop(town: Town, minji: Member) -> None:
    await minji.call("remind", when="매일 오전 9시 책")
    [(_, message)] = await town.until(seoul(26, 9))
    more = await _press(town, KOREAN, message, "더 보기")
    assert list(buttons_of(more)) == [
        "1시간 뒤 10:00", "오늘 저녁 20:00", "27일(금) 09:00", "다음 주 3일(목) 09:00",
        "이번은 건너뛰기", "그만하기", "돌아가기",
    ]  # fmt: skip
    tonight = await _press(town, KOREAN, more, "오늘 저녁 20:00")
    assert "11월 26일(목) 오후 8:00에 다시" in words_of(tonight)
    skipped = await _press(town, KOREAN, more, "이번은 건너뛰기")
    assert "다음 알림: 11월 27일(금) 오전 9:00" in words_of(skipped)
    assert await town.until(seoul(26, 23)) == [], "skipped, so tonight does not come"
    await _press(town, KOREAN, more, "그만하기")
    assert await town.until(seoul(28, 23)) == []


async def test_what_comes_late_says_so_with_the_time_it_was_due(town: Town, minji: Member) -> None:
    await minji.call("remind", when="내일 오전 9시 책")
    [(_, message)] = await town.until(seoul(26, 11), down=True)
    assert words_of(message).splitlines() == [
        "늦은 알림이에요, 서버가 꺼져 있었어요. 원래 시각: 11월 26일(목) 오전 9:00",
        "알림이에요.",
        "책",
    ]


async def test_what_is_too_late_is_not_sent_but_told_once(town: Town, minji: Member) -> None:
    await minji.call("remind", when="내일 오전 9시 책")
    assert await town.until(seoul(27, 9), down=True) == []
    assert (await minji.call("remind")).startswith("못 보낸 알림이 1개 있었어요. 마지막은 책")
    assert "못 보낸" not in await minji.call("remind")
    await minji.take("보낸 기록")
    assert "너무 늦어서 보내지 않았어요." in minji.words


async def test_a_series_comes_unit_by_unit_and_the_same_one_gently_when_it_was_not_done(
    town: Town, minji: Member
) -> None:
    said = await minji.call("remind", when="평일 12시 10분 PR-12 한 편씩")
    assert "PR-12 1편: Generative Adversarial Nets (https://youtu.be/L3hz57whyNw)" in said
    [(_, first)] = await town.until(seoul(25, 12, 10))
    assert "지난번과 같은" not in words_of(first)
    [(_, again)] = await town.until(seoul(26, 12, 10))
    assert words_of(again).endswith("지난번과 같은 것이에요. 천천히 해도 괜찮아요.")
    done = await _press(town, KOREAN, again, "끝냄")
    assert "다음은 PR-12 2편: Deformable Convolutional Networks" in words_of(done)
    [(_, next_one)] = await town.until(seoul(27, 12, 10))
    assert words_of(next_one).splitlines()[1].startswith("PR-12 2편: Deformable Convolutional Networks")
    assert "지난번과" not in words_of(next_one)
    old = await _press(town, KOREAN, first, "끝냄")
    assert "PR-12 1편" in words_of(old), "an old message is still about its own unit"
    assert "PR-12 2편" in await minji.call("remind")


async def test_a_card_offers_to_be_reminded_of_it_and_a_series_in_steps(town: Town, minji: Member) -> None:
    await minji.press("rec.card|stanford-cs224w-2021|0|x")
    await minji.take("알림")
    assert minji.words.startswith("언제 알려 드릴까요?\nStanford CS224W")
    assert minji.offers[-2:] == ["평일 오후 8:00 하나씩", "매주 일요일 오후 8:00 하나씩"]
    assert "CS224W 1강" in await minji.take("매주 일요일 오후 8:00 하나씩")


async def test_what_was_sent_tells_when_due_when_sent_and_where(town: Town, minji: Member) -> None:
    await minji.call("remind")
    assert await minji.take("보낸 기록") == "아직 보낸 알림이 없어요."
    await minji.call("remind", when="내일 오전 9시 책")
    await town.until(seoul(26, 9))
    await minji.call("remind")
    said = await minji.take("보낸 기록")
    assert said == ("보낸 기록\n11월 26일(목) 오전 9:00 · 책\n11월 26일(목) 오전 9:00에 텔레그램으로 보냈어요.")


async def test_a_stopped_one_that_still_waits_is_not_sent(town: Town, minji: Member) -> None:
    await minji.call("remind", when="내일 오전 9시 책")
    written = {"schedule": 1, "due": seoul(26, 9), "late": timedelta(minutes=9), "was_down": False, "again": False}
    assert await town.router.post("remind.due", KOREAN, **written, payload={"text": "책"}) is not None
    await minji.press("rm.stop|1|0")
    assert await town.router.post("remind.due", KOREAN, **written, payload={"text": "책"}) is None


async def test_a_message_that_may_have_come_before_says_so(town: Town, minji: Member) -> None:
    await minji.call("remind", when="내일 오전 9시 책")
    written = {"schedule": 1, "due": seoul(26, 9), "late": None, "was_down": False, "again": True}
    message = await town.router.post("remind.due", KOREAN, **written, payload={"text": "책"})
    assert message is not None
    assert words_of(message).startswith("앞서 간 것이 도착했는지 몰라 한 번 더 보내요.")


# where it goes


@pytest.fixture
def haneul(town: Town) -> Member:
    return Member(town.router, replace(on_server("6"), language="ko"))


async def _set_in_public(town: Town, haneul: Member) -> str:
    """Set one on a server while the couriers carry."""
    import asyncio

    asked = asyncio.create_task(haneul.call("remind", when="내일 오전 9시 비밀"))
    while not asked.done():
        await asyncio.sleep(0.02)
        await town.carry()
    return await asked


async def test_one_set_in_public_is_confirmed_in_private(town: Town, haneul: Member) -> None:
    said = await _set_in_public(town, haneul)
    assert "확인을 디스코드 개인 대화로 보냈어요. 알림도 거기로 가요." in said
    [(to, letter)] = town.boxes[Platform.DISCORD].sent
    assert to == haneul.caller.user
    assert words_of(letter).startswith("알림을 맞췄어요. 앞으로 여기로 와요.\n11월 26일(목) 오전 9:00에")


async def test_c8_a_closed_dm_is_found_when_it_is_set_and_leave_is_taken_without_the_text(
    town: Town, haneul: Member
) -> None:
    town.boxes[Platform.DISCORD].closed["6"] = "closed"
    said = await _set_in_public(town, haneul)
    assert "디스코드 DM이 닫혀 있어서" in said
    assert haneul.offers[:2] == ["여기에 글 없이 불러 주기", "다시 해 보기"]
    assert (await haneul.take("여기에 글 없이 불러 주기")).startswith("알겠어요.")
    [(to, call)] = await town.until(seoul(26, 9))
    assert isinstance(to, Place) and to.channel == haneul.caller.place.channel
    assert "비밀" not in words_of(call)
    assert call.public
    opened = reply_of(await town.router.press(replace(haneul.caller, on_public=True), buttons_of(call)["내 알림"].wire))
    assert opened.public is False
    assert "보낸 기록" in buttons_of(opened)


async def test_c8_without_leave_nothing_is_said_in_public_and_remind_tells_of_it_once(
    town: Town, haneul: Member
) -> None:
    town.boxes[Platform.DISCORD].closed["6"] = "closed"
    await _set_in_public(town, haneul)
    assert await town.until(seoul(26, 9)) == []
    assert "못 보낸 알림이 1개 있었어요. 마지막은 비밀, 개인 대화가 닫혀 있어요." in await haneul.call("remind")
    assert "못 보낸" not in await haneul.call("remind")


async def test_d6_new_zone_data_that_moves_a_reminder_is_told(town: Town, minji: Member) -> None:
    await minji.call("remind", when="매일 오전 9시 책")
    moved = [[1, seoul(26, 9).isoformat(), seoul(26, 10).isoformat()], [999, None, seoul(26, 10).isoformat()]]
    told = await town.router.post("remind.moved", KOREAN, moved=moved)
    assert told is not None
    assert words_of(told) == ("나라의 시계가 바뀌어서 알림 시각을 다시 셌어요.\n책: 11월 26일(목) 오전 10:00")
    assert await town.router.post("remind.moved", KOREAN, moved=moved[1:]) is None
