"""Reminders: set, moved, changed and taken back, neither lost nor multiplied; and another way when one is closed."""

# ruff: noqa: DTZ001 - rules are about wall-clock times

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.stores import Undeliverable
from bot.core.errors import UnknownPress
from bot.core.outbox import Letter, LetterState
from bot.core.people import Approval, Person
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.reminders import Later, Subject, When, Wish, renewed
from bot.core.schedule import Rule, Schedule, ScheduleId, ScheduleState
from bot.core.shelf import Shelf
from bot.core.timewords import Why
from bot.i18n import Locale
from bot.services import shelf
from bot.services.away import RETURN, Aways
from bot.services.doors import Doors
from bot.services.members import Members
from bot.services.occasions import Occasion, Occasions
from bot.services.other_ways import fallback
from bot.services.outbox import Outbox
from bot.services.reminders import MOST, Reminders, TooMany
from bot.services.study import Study
from bot.services.wishes import Unread, Wishes
from bot.storage import Storage
from tests.callers import GUILD
from tests.scheduler.street import ALICE, BOB, Clock, Street

SEOUL = "Asia/Seoul"
START = datetime(2026, 11, 25, 3, tzinfo=UTC)  # noon in Seoul
NINE = Rule("FREQ=DAILY", datetime(2026, 11, 25, 9), SEOUL)
PRIVATE = Place(Platform.DISCORD, ALICE.id)
CHANNEL = Place(Platform.DISCORD, "10", GUILD)
STRANGER = UserRef(Platform.DISCORD, "666")


def seoul(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of a day of November (the 31st is the first of December) in Seoul."""
    first = datetime(2026, 11, 1, hour, minute, tzinfo=ZoneInfo(SEOUL))
    return (first + timedelta(days=day - 1)).astimezone(UTC)


def daily(text: str = "read", **more: object) -> Wish:
    return Wish(Subject(text, **more), When(seoul(26, 9), NINE))  # type: ignore[arg-type]


def once(at: datetime | None = None, text: str = "read") -> Wish:
    return Wish(Subject(text), When(at or seoul(26, 9), zone=SEOUL))


class Desk:
    """Everything behind reminders, on one database and a clock that leaps."""

    def __init__(self, storage: Storage, clock: Clock, books: Shelf) -> None:
        self.storage, self.clock = storage, clock
        self.street = Street(storage, clock, fallback=fallback)
        self.outbox: Outbox = self.street.outbox
        self.study = Study(books, storage, clock, SEOUL)
        self.wishes = Wishes(books, clock, SEOUL)
        self.reminders = Reminders(storage, clock, self.outbox, self.study)
        self.occasions = Occasions(storage, clock, self.wishes, self.outbox, self.study)
        self.aways = Aways(storage, clock, self.outbox)
        self.members = Members(storage, clock, Doors(storage, (), clock), SEOUL)

    async def set(self, wish: Wish, user: UserRef = ALICE, place: Place = PRIVATE) -> Schedule:
        return await self.reminders.set(user, "ko", wish, place)

    async def person(self, user: UserRef = ALICE) -> Person | None:
        async with self.storage.read() as uow:
            return await uow.people.visitor(user)

    async def get(self, schedule: int) -> Schedule:
        found = await self.reminders.find(schedule)
        assert found is not None
        return found

    async def until(self, at: datetime) -> list[Letter]:
        """Leap from one due moment to the next until `at`; return the letters that came of it."""
        before = {letter.id for letter in await self.letters()}
        while True:
            async with self.storage.read() as uow:
                earliest = await uow.schedules.earliest()
            if earliest is None or earliest > at:
                break
            self.clock.now = max(self.clock.now, earliest)
            await self.street.fall({RETURN: self.aways.returned})
        self.clock.now = max(at, self.clock.now)
        return [letter for letter in await self.letters() if letter.id not in before]

    async def letters(self, user: UserRef = ALICE) -> list[Letter]:
        found = await self.reminders.deliveries(await self.person(user), 1000, 0)
        return sorted(found, key=lambda letter: letter.id)

    async def came(self, at: datetime) -> list[str]:
        """The local times of what came until `at`."""
        return [_local(letter) for letter in await self.until(at)]


def _local(letter: Letter) -> str:
    assert letter.due_at is not None
    return _said(letter.due_at)


def _said(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(SEOUL)):%d %H:%M}"


@pytest.fixture(scope="module")
def books() -> Shelf:
    return shelf.load()


@asynccontextmanager
async def opened(folder: Path, books: Shelf) -> AsyncIterator[Desk]:
    clock = Clock(START)
    async with await Storage.open(f"sqlite:///{folder}/moim.db", clock=clock) as storage:
        yield Desk(storage, clock, books)


@pytest.fixture
async def desk(tmp_path: Path, books: Shelf) -> AsyncIterator[Desk]:
    async with opened(tmp_path, books) as desk:
        yield desk


# setting


async def test_a_rule_comes_at_its_time_every_day_and_once_comes_once(desk: Desk) -> None:
    await desk.set(daily())
    await desk.set(once(seoul(26, 12)))
    assert await desk.came(seoul(28, 23)) == ["26 09:00", "26 12:00", "27 09:00", "28 09:00"]


async def test_the_same_thing_asked_for_twice_is_one_reminder(desk: Desk) -> None:
    first = await desk.set(daily())
    assert (await desk.set(daily())).id == first.id
    assert (await desk.set(daily("write"))).id != first.id
    assert len(await desk.reminders.rows(await desk.person())) == 2


async def test_nobody_keeps_more_than_a_sane_number(desk: Desk) -> None:
    for number in range(MOST):
        await desk.set(once(text=str(number)))
    with pytest.raises(TooMany):
        await desk.set(once(text="one more"))


@pytest.mark.parametrize(
    ("words", "text", "resource", "series"),
    [
        ("내일 오전 9시 CS231n 5강", "CS231n 5강", "stanford-cs231n-2025", None),
        ("내일 9시", "", None, None),
        ("매주 일요일 10시 CS224W 다음 강의", "", "stanford-cs224w-2021", "cs224w"),
        ("the next PR-12 video every weekday at 12:10", "", "pr-12", "pr-12"),
        ("remind me to call my sister tomorrow at 9am", "call my sister", None, None),
    ],
)
async def test_words_name_the_time_the_text_and_what_to_study(
    desk: Desk, words: str, text: str, resource: str | None, series: str | None
) -> None:
    heard = desk.wishes.hear(words, "", None, "ko", Locale.KO)
    assert isinstance(heard, Wish)
    assert (heard.subject.text, heard.subject.resource, heard.subject.series) == (text, resource, series)


async def test_words_without_a_time_are_not_understood_but_kept(desk: Desk) -> None:
    heard = desk.wishes.hear("CS231n 5강", "", None, "ko", Locale.KO)
    assert isinstance(heard, Unread)
    assert (heard.why, heard.subject.text) == (Why.NO_TIME, "CS231n 5강")


async def test_a_message_is_what_the_reminder_is_about(desk: Desk) -> None:
    heard = desk.wishes.hear("내일 오전 9시", "이 논문 읽어 보세요", None, "ko", Locale.KO)
    assert isinstance(heard, Wish)
    assert heard.subject.text == "이 논문 읽어 보세요"


# moving one occurrence


async def test_a_snoozed_recurring_reminder_does_not_multiply(desk: Desk) -> None:
    kept = await desk.set(daily())
    await desk.until(seoul(26, 9))
    on = Occasion(kept.id, seoul(26, 9))
    for _ in range(3):
        await desk.occasions.later(ALICE, await desk.person(), "ko", on, Later.MINUTES)
        desk.clock.leap(minutes=1)
    assert await desk.came(seoul(28, 12)) == ["26 09:22", "27 09:00", "28 09:00"]


async def test_a_snooze_of_a_snooze_moves_the_same_occurrence(desk: Desk) -> None:
    kept = await desk.set(daily())
    await desk.until(seoul(26, 9))
    on = Occasion(kept.id, seoul(26, 9))
    await desk.occasions.later(ALICE, await desk.person(), "ko", on, Later.HOUR)
    [moved] = await desk.until(seoul(26, 10))
    assert (moved.payload["root"], moved.payload["root_due"]) == (kept.id, int(seoul(26, 9).timestamp()))
    await desk.occasions.later(ALICE, await desk.person(), "ko", on, Later.HOUR)
    assert await desk.came(seoul(27, 8)) == ["26 11:00"]


async def test_a_snooze_never_shifts_the_rule(desk: Desk) -> None:
    kept = await desk.set(daily())
    await desk.until(seoul(26, 9))
    await desk.occasions.later(ALICE, await desk.person(), "ko", Occasion(kept.id, seoul(26, 9)), Later.TOMORROW)
    assert await desk.came(seoul(28, 12)) == ["27 09:00", "27 09:00", "28 09:00"]
    assert (await desk.get(kept.id)).rule == NINE


async def test_what_was_moved_can_be_let_be(desk: Desk) -> None:
    kept = await desk.set(once())
    await desk.until(seoul(26, 9))
    on = Occasion(kept.id, seoul(26, 9))
    await desk.occasions.later(ALICE, await desk.person(), "ko", on, Later.HOUR)
    await desk.occasions.not_later(ALICE, on)
    assert await desk.came(seoul(27, 12)) == []
    await desk.occasions.later(ALICE, await desk.person(), "ko", on, Later.HOUR)
    assert len(await desk.came(seoul(28, 12))) == 1, "and moved again after all"


async def test_one_person_cannot_touch_another_ones(desk: Desk) -> None:
    kept = await desk.set(daily())
    await desk.set(daily(), STRANGER)
    for act in (
        desk.reminders.pause(STRANGER, kept.id),
        desk.reminders.resume(STRANGER, kept.id),
        desk.reminders.stop(STRANGER, kept.id),
        desk.reminders.row(STRANGER, kept.id),
        desk.reminders.undo(STRANGER, None, kept.id, 1),
        desk.reminders.edit(STRANGER, kept.id, when=None, subject=Subject("mine")),
        desk.occasions.done(STRANGER, "en", Occasion(kept.id, START)),
        desk.occasions.later(STRANGER, None, "en", Occasion(kept.id, START), Later.HOUR),
        desk.reminders.allow_here(STRANGER, kept.id),
        desk.reminders.row(STRANGER, 10**9),
    ):
        with pytest.raises(UnknownPress):
            await act
    assert await desk.get(kept.id) == kept


# done, and series


async def test_done_is_written_down_once_and_undone(desk: Desk) -> None:
    kept = await desk.set(once(text="선형대수"))
    await desk.until(seoul(26, 9))
    on = Occasion(kept.id, seoul(26, 9))
    done = await desk.occasions.done(ALICE, "ko", on)
    await desk.occasions.done(ALICE, "ko", on)
    today = desk.study.today_of(await desk.person(), "ko")
    assert [line.text for line in await desk.study.of_day(await desk.person(), today)] == ["선형대수"]
    await desk.reminders.undo(ALICE, await desk.person(), kept.id, done.schedule.version)
    assert await desk.study.of_day(await desk.person(), today) == ()


async def test_done_takes_back_what_was_moved(desk: Desk) -> None:
    kept = await desk.set(daily())
    await desk.until(seoul(26, 9))
    on = Occasion(kept.id, seoul(26, 9))
    await desk.occasions.later(ALICE, await desk.person(), "ko", on, Later.HOUR)
    await desk.occasions.done(ALICE, "ko", on)
    assert await desk.came(seoul(27, 12)) == ["27 09:00"]


async def test_a_series_goes_on_only_when_its_unit_is_done(desk: Desk) -> None:
    kept = await desk.set(daily("", resource="stanford-cs229-2018", series="cs229", unit=1))
    await desk.until(seoul(27, 9))
    assert (await desk.get(kept.id)).payload["unit"] == 1, "not done: the same again"
    done = await desk.occasions.done(ALICE, "ko", Occasion(kept.id, seoul(27, 9), 1))
    assert done.following is not None
    assert done.following.number == 2
    await desk.occasions.done(ALICE, "ko", Occasion(kept.id, seoul(26, 9), 1))
    assert (await desk.get(kept.id)).payload["unit"] == 2, "the older message was about the same unit"


async def test_the_same_unit_again_is_known_as_such(desk: Desk) -> None:
    kept = await desk.set(daily("", resource="stanford-cs229-2018", series="cs229", unit=1))
    await desk.until(seoul(26, 9))
    await desk.occasions.done(ALICE, "ko", Occasion(kept.id, seoul(26, 9), 1))
    schedule = await desk.get(kept.id)
    assert not desk.occasions.came_before(schedule, seoul(27, 9))
    assert desk.occasions.came_before(schedule, seoul(28, 9))


async def test_the_first_unit_that_comes_again_is_known_too(desk: Desk) -> None:
    kept = await desk.set(daily("", resource="stanford-cs229-2018", series="cs229", unit=1))
    schedule = await desk.get(kept.id)
    assert not desk.occasions.came_before(schedule, seoul(26, 9))
    assert desk.occasions.came_before(schedule, seoul(27, 9))


async def test_behind_the_last_unit_the_reminder_ends_and_undo_brings_it_back(desk: Desk) -> None:
    kept = await desk.set(daily("", resource="stanford-cs229-2018", series="cs229", unit=20))
    await desk.until(seoul(26, 9))
    done = await desk.occasions.done(ALICE, "ko", Occasion(kept.id, seoul(26, 9), 20))
    assert done.ended
    assert done.following is None
    assert await desk.came(seoul(28, 12)) == []
    back = await desk.reminders.undo(ALICE, await desk.person(), kept.id, done.schedule.version)
    assert back is not None
    assert await desk.came(seoul(29, 12)) == ["29 09:00"]


async def test_a_unit_may_be_left_out_without_a_line_in_the_log(desk: Desk) -> None:
    kept = await desk.set(daily("", resource="pr-12", series="pr-12", unit=1))
    await desk.until(seoul(26, 9))
    left = await desk.occasions.move_on(ALICE, Occasion(kept.id, seoul(26, 9), 1))
    assert left.following is not None
    assert left.following.number == 2
    today = desk.study.today_of(await desk.person(), "ko")
    assert await desk.study.of_day(await desk.person(), today) == ()


# changing


async def test_what_stands_still_comes_with_its_next_time_and_neither_twice_nor_late(desk: Desk) -> None:
    kept = await desk.set(daily())
    await desk.reminders.pause(ALICE, kept.id)
    assert await desk.came(seoul(28, 12)) == []
    await desk.reminders.resume(ALICE, kept.id)
    await desk.reminders.resume(ALICE, kept.id)
    assert await desk.came(seoul(30, 12)) == ["29 09:00", "30 09:00"]


async def test_once_that_stood_still_over_its_time_comes_when_it_goes_on(desk: Desk) -> None:
    kept = await desk.set(once())
    await desk.reminders.pause(ALICE, kept.id)
    desk.clock.now = seoul(27, 15)
    await desk.reminders.resume(ALICE, kept.id)
    assert await desk.came(seoul(27, 16)) == ["27 15:00"]


async def test_stop_ends_what_was_moved_too_and_undo_brings_both_back(desk: Desk) -> None:
    kept = await desk.set(daily())
    await desk.until(seoul(26, 9))
    await desk.occasions.later(ALICE, await desk.person(), "ko", Occasion(kept.id, seoul(26, 9)), Later.HOUR)
    stopped = await desk.reminders.stop(ALICE, kept.id)
    assert (await desk.reminders.stop(ALICE, kept.id)).version == stopped.version, "a second press is the same"
    assert await desk.came(seoul(26, 9, 30)) == []
    await desk.reminders.undo(ALICE, await desk.person(), kept.id, stopped.version)
    assert await desk.came(seoul(27, 12)) == ["26 10:00", "27 09:00"]


async def test_undoing_the_setting_leaves_nothing(desk: Desk) -> None:
    kept = await desk.set(daily())
    assert await desk.reminders.undo(ALICE, await desk.person(), kept.id, kept.version) is None
    assert await desk.came(seoul(28, 12)) == []
    assert await desk.reminders.rows(await desk.person()) == ()


async def test_an_undo_pressed_after_another_change_changes_nothing(desk: Desk) -> None:
    kept = await desk.set(daily())
    paused = await desk.reminders.pause(ALICE, kept.id)
    same = await desk.reminders.undo(ALICE, await desk.person(), kept.id, kept.version)
    assert same == paused


async def test_a_new_time_takes_the_place_of_the_old_one_and_undo_of_the_new_one(desk: Desk) -> None:
    kept = await desk.set(daily())
    eight = When(seoul(26, 20), replace(NINE, start=datetime(2026, 11, 25, 20)))
    changed = await desk.reminders.edit(ALICE, kept.id, when=eight, subject=None)
    assert await desk.came(seoul(27, 12)) == ["26 20:00"]
    await desk.reminders.undo(ALICE, await desk.person(), kept.id, changed.version)
    assert await desk.came(seoul(28, 23)) == ["28 09:00"]


async def test_a_new_time_for_once_takes_what_was_moved_along(desk: Desk) -> None:
    kept = await desk.set(once())
    await desk.until(seoul(26, 9))
    await desk.occasions.later(ALICE, await desk.person(), "ko", Occasion(kept.id, seoul(26, 9)), Later.HOUR)
    await desk.reminders.edit(ALICE, kept.id, when=When(seoul(26, 18), zone=SEOUL), subject=None)
    assert await desk.came(seoul(27, 12)) == ["26 18:00"]


async def test_once_at_a_time_of_day_knows_its_wall_time_whatever_is_changed_of_it(desk: Desk) -> None:
    kept = await desk.set(once(seoul(26, 9)))
    assert renewed(await desk.get(kept.id)) == seoul(26, 9)
    await desk.reminders.edit(ALICE, kept.id, when=None, subject=Subject("write"))
    assert renewed(await desk.get(kept.id)) == seoul(26, 9)
    await desk.reminders.edit(ALICE, kept.id, when=When(seoul(26, 18), zone=SEOUL), subject=None)
    assert renewed(await desk.get(kept.id)) == seoul(26, 18)
    await desk.reminders.edit(ALICE, kept.id, when=When(seoul(26, 20)), subject=None)
    assert renewed(await desk.get(kept.id)) is None, "twenty minutes from now are twenty minutes"


async def test_a_new_text_is_that_of_what_was_moved_too(desk: Desk) -> None:
    kept = await desk.set(daily())
    await desk.until(seoul(26, 9))
    await desk.occasions.later(ALICE, await desk.person(), "ko", Occasion(kept.id, seoul(26, 9)), Later.HOUR)
    await desk.reminders.edit(ALICE, kept.id, when=None, subject=Subject("write"))
    assert [letter.payload["text"] for letter in await desk.until(seoul(27, 12))] == ["write", "write"]


async def test_the_list_shows_what_comes_first_first_and_what_stands_still_last(desk: Desk) -> None:
    late = await desk.set(daily("late"))
    soon = await desk.set(once(seoul(25, 18), "soon"))
    still = await desk.set(once(seoul(25, 13), "still"))
    await desk.reminders.pause(ALICE, still.id)
    rows = await desk.reminders.rows(await desk.person())
    assert [row.schedule.id for row in rows] == [soon.id, late.id, still.id]


async def test_d7_a_change_of_zone_between_firings_moves_reminders_in_the_same_moment(desk: Desk) -> None:
    kept = await desk.set(daily())
    by_clock = await desk.set(once(seoul(27, 15)))
    span = await desk.reminders.set(ALICE, "ko", Wish(Subject("tea"), When(START + timedelta(hours=30))), PRIVATE)
    desk.clock.now = seoul(26, 9) - timedelta(seconds=1)
    await desk.members.prefer(ALICE, "ko", timezone="America/New_York")
    assert (await desk.get(kept.id)).next_due_at == datetime(2026, 11, 26, 14, tzinfo=UTC)
    assert (await desk.get(by_clock.id)).next_due_at == datetime(2026, 11, 27, 20, tzinfo=UTC)
    assert (await desk.get(span.id)).next_due_at == START + timedelta(hours=30)
    await desk.members.prefer(ALICE, "ko", timezone=None)
    assert (await desk.get(kept.id)).next_due_at == seoul(26, 9), "undone: as it was, in the guessed zone"
    assert await desk.came(seoul(26, 10)) == ["26 09:00"]


# away


async def test_away_lets_everything_stand_still_and_comes_back_by_itself(desk: Desk) -> None:
    kept = await desk.set(daily())
    paused = await desk.set(daily("paused"))
    await desk.reminders.pause(ALICE, paused.id)
    await desk.aways.leave(ALICE, "ko", seoul(28, 7))
    assert await desk.aways.current(await desk.person()) is not None
    assert await desk.came(seoul(28, 6)) == []
    assert await desk.came(seoul(29, 12)) == ["28 09:00", "29 09:00"]
    assert await desk.aways.current(await desk.person()) is None
    assert (await desk.get(paused.id)).state is ScheduleState.PAUSED, "what a tap paused stays so"
    assert (await desk.get(kept.id)).state is ScheduleState.ACTIVE


async def test_away_without_an_end_lasts_until_one_is_back(desk: Desk) -> None:
    await desk.set(daily())
    await desk.aways.leave(ALICE, "ko", None)
    assert await desk.came(seoul(29, 12)) == []
    assert await desk.aways.back(ALICE) == 1
    assert await desk.aways.back(ALICE) == 0
    assert await desk.came(seoul(30, 12)) == ["30 09:00"]


async def test_being_back_early_and_leaving_again_leaves_one_end(desk: Desk) -> None:
    await desk.set(daily())
    await desk.aways.leave(ALICE, "ko", seoul(27, 7))
    await desk.aways.back(ALICE)
    await desk.aways.leave(ALICE, "ko", seoul(28, 7))
    assert await desk.came(seoul(27, 12)) == [], "the first end does not end the second time away"
    assert await desk.came(seoul(28, 12)) == ["28 09:00"]


async def test_what_is_set_while_away_comes(desk: Desk) -> None:
    await desk.aways.leave(ALICE, "ko", None)
    await desk.set(once(seoul(26, 9)))
    assert await desk.came(seoul(27, 9)) == ["26 09:00"]


# where it goes


async def _joined(desk: Desk, other: UserRef = BOB) -> None:
    async with desk.storage.write() as uow:
        me = await uow.people.meet(ALICE, "ko", START)
        also = await uow.people.meet(other, "ko", START)
        await uow.people.join(also.id, me.person_id)


async def test_c8_a_closed_dm_goes_to_the_persons_other_account_with_the_text(desk: Desk) -> None:
    await desk.set(once())
    await _joined(desk)
    desk.street.discord.fails[ALICE.id] = [Undeliverable("closed")]
    await desk.until(seoul(26, 9))
    await desk.street.carry()
    assert desk.street.telegram.to(BOB.id) == ["read"]
    states = [letter.state for letter in await desk.letters()]
    assert states == [LetterState.UNDELIVERED, LetterState.SENT]


async def test_c8_without_leave_nothing_is_said_in_public_and_the_person_is_told_once(desk: Desk) -> None:
    await desk.set(once(), place=CHANNEL)
    desk.street.discord.fails[ALICE.id] = [Undeliverable("closed")]
    await desk.until(seoul(26, 9))
    await desk.street.carry()
    assert desk.street.discord.messages == []
    told = await desk.reminders.untold(await desk.person())
    assert [(letter.state, letter.reason) for letter in told] == [(LetterState.UNDELIVERED, "closed")]
    assert await desk.reminders.untold(await desk.person()) == ()


async def test_c8_with_leave_the_place_it_was_set_in_hears_that_something_waits_without_the_text(desk: Desk) -> None:
    kept = await desk.set(once(text="secret"), place=CHANNEL)
    await desk.reminders.allow_here(ALICE, kept.id)
    desk.street.discord.fails[ALICE.id] = [Undeliverable("closed")]
    await desk.until(seoul(26, 9))
    await desk.street.carry()
    assert desk.street.discord.to(CHANNEL.channel) == [f"something waits for {ALICE}"]
    assert not any("secret" in text for text in desk.street.discord.texts)


async def test_leave_for_a_public_place_needs_one(desk: Desk) -> None:
    kept = await desk.set(once())
    with pytest.raises(UnknownPress):
        await desk.reminders.allow_here(ALICE, kept.id)


async def test_both_ways_closed_is_told_and_never_sent_round_in_circles(desk: Desk) -> None:
    await desk.set(once())
    await _joined(desk)
    desk.street.discord.fails[ALICE.id] = [Undeliverable("closed")]
    desk.street.telegram.fails[BOB.id] = [Undeliverable("blocked")]
    await desk.until(seoul(26, 9))
    await desk.street.carry()
    assert [letter.state for letter in await desk.letters()] == [LetterState.UNDELIVERED] * 2
    assert len(await desk.reminders.untold(await desk.person())) == 2


async def test_an_account_is_not_taken_for_tried_because_its_number_begins_like_another_ones(desk: Desk) -> None:
    carol = UserRef(Platform.TELEGRAM, "3")
    async with desk.storage.write() as uow:
        first = await uow.people.meet(carol, "ko", START)
        for number in range(9):
            await uow.people.meet(UserRef(Platform.DISCORD, f"90{number}"), "ko", START)
        me, last = await uow.people.meet(ALICE, "ko", START), await uow.people.meet(BOB, "ko", START)
        assert str(last.id).startswith(str(first.id))
        for also in (first, last):
            await uow.people.join(also.id, me.person_id)
        await uow.unreachable.mark(carol, "blocked", START)
    await desk.set(once())
    desk.street.discord.fails[ALICE.id] = [Undeliverable("closed")]
    desk.street.telegram.fails[BOB.id] = [Undeliverable("blocked")]
    await desk.until(seoul(26, 9))
    await desk.street.carry(Platform.DISCORD)
    await desk.street.outbox.found(carol)
    await desk.street.carry(Platform.TELEGRAM)
    assert desk.street.telegram.to(carol.id) == ["read"]


async def test_it_goes_where_the_person_chose(desk: Desk) -> None:
    await desk.set(once())
    await _joined(desk)
    await desk.members.prefer(ALICE, "ko", delivery=Platform.TELEGRAM)
    await desk.until(seoul(26, 9))
    await desk.street.carry()
    assert (desk.street.telegram.texts, desk.street.discord.texts) == (["read"], [])


async def test_b7_the_place_of_a_group_that_became_a_supergroup_is_its_new_one(desk: Desk) -> None:
    old, new = SpaceRef(Platform.TELEGRAM, "-5"), SpaceRef(Platform.TELEGRAM, "-100555")
    kept = await desk.reminders.set(BOB, "ko", once(), Place(Platform.TELEGRAM, "-5", old))
    await desk.reminders.allow_here(BOB, kept.id)
    async with desk.storage.write() as uow:
        await uow.spaces.joined(old, "x", added_by=None, approval=Approval.APPROVED, now=START)
        await uow.spaces.moved(old, new)
    desk.street.telegram.fails[BOB.id] = [Undeliverable("blocked")]
    await desk.until(seoul(26, 9))
    await desk.street.carry()
    assert desk.street.telegram.to("-100555") == [f"something waits for {BOB}"]


# neither lost nor multiplied, whatever is pressed


ACTS = st.lists(
    st.sampled_from(("snooze", "snooze twice", "pause", "edit", "edit and undo", "stop and undo", "done", "nothing")),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
async def test_snooze_pause_and_edit_never_lose_or_multiply(books: Shelf, acts: list[str]) -> None:
    """Each morning one reminder, each snooze one more; a day that stood still none; whatever was done before."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), books) as desk:
            kept = await desk.set(daily())
            hour = 9
            for day, act in enumerate(acts, 26):
                assert await desk.came(seoul(day, hour)) == [_said(seoul(day, hour))], act
                on = Occasion(kept.id, seoul(day, hour))
                hour, expected = await _act(desk, kept.id, on, act, hour, day)
                assert await desk.came(seoul(day, 23, 30)) == expected, act
            assert len(await desk.reminders.rows(await desk.person())) == 1


def _wall(day: int, hour: int) -> datetime:
    return seoul(day, hour).astimezone(ZoneInfo(SEOUL)).replace(tzinfo=None)


async def _act(desk: Desk, kept: ScheduleId, on: Occasion, act: str, hour: int, day: int) -> tuple[int, list[str]]:
    """Do something after the reminder of a day; return the hour from then on and what still comes that day."""
    person, reminders = await desk.person(), desk.reminders
    local = _said(seoul(day, hour, 20))
    match act:
        case "snooze" | "snooze twice":
            for _ in range(2 if act == "snooze twice" else 1):
                await desk.occasions.later(ALICE, person, "ko", on, Later.MINUTES)
            return hour, [local]
        case "done":
            await desk.occasions.later(ALICE, person, "ko", on, Later.MINUTES)
            await desk.occasions.done(ALICE, "ko", on)
        case "pause":
            await desk.occasions.later(ALICE, person, "ko", on, Later.MINUTES)
            await reminders.pause(ALICE, kept)
            await reminders.resume(ALICE, kept)
            return hour, [local]
        case "edit":
            hour = 10 if hour == 9 else 9
            when = When(seoul(day + 1, hour), replace(NINE, start=_wall(day + 1, hour)))
            await reminders.edit(ALICE, kept, when=when, subject=None)
        case "edit and undo":
            when = When(seoul(day, 23), replace(NINE, start=_wall(day, 23)))
            changed = await reminders.edit(ALICE, kept, when=when, subject=Subject("else"))
            await reminders.undo(ALICE, person, kept, changed.version)
        case "stop and undo":
            await desk.occasions.later(ALICE, person, "ko", on, Later.MINUTES)
            stopped = await reminders.stop(ALICE, kept)
            await reminders.undo(ALICE, person, kept, stopped.version)
            return hour, [local]
    return hour, []
