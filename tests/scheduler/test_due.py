"""What falls due: every occurrence once, the latest of those missed, and nothing that somebody changed meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.outbox import LetterId, LetterState, NewLetter, occurrence_key
from bot.core.refs import Platform, UserRef
from bot.core.schedule import NewSchedule, Schedule, ScheduleState
from bot.scheduler.chores import Chores
from bot.scheduler.due import SCHEDULER, Due
from bot.scheduler.leader import Superseded
from tests.scheduler.street import ALICE, BOB, DAILY, HOST, START, Clock, Street, open_street


async def test_an_occurrence_becomes_one_letter_and_the_schedule_goes_on(street: Street, clock: Clock) -> None:
    reminder = await street.remind_of("daily", START, rrule=DAILY)
    assert await street.fall() == 1
    assert await street.fall() == 0
    async with street.storage.read() as uow:
        after = await uow.schedules.get(reminder.id)
    assert after is not None
    assert after.next_due_at == START + timedelta(days=1)
    key = occurrence_key(reminder.id, START)
    assert (await street.letters(key))[key].state is LetterState.WAITING


async def test_a10_after_an_outage_each_rule_is_told_of_once_and_late(file: Path, clock: Clock) -> None:
    async with open_street(file, clock) as street:
        await Chores(street.storage, clock, None).begin()  # type: ignore[arg-type]  # it does not sleep here
        for number in range(20):
            user = UserRef(Platform.DISCORD, str(number))
            await street.remind_of("hourly", START + timedelta(minutes=5), user=user, rrule="FREQ=HOURLY")
    clock.leap(hours=6)
    async with open_street(file, clock) as street:
        due = Due(street.storage, clock, {}, street.outbox.wake)
        due.downtime = await Chores(street.storage, clock, None).begin()  # type: ignore[arg-type]
        assert await street.fall(due=due) == 20
        await street.carry()
        assert street.discord.texts == ["hourly | late 0:55:00 | while down"] * 20, "the latest missed one, not six"
        assert await street.fall(due=due) == 0
        clock.leap(minutes=5)
        await street.fall(due=due)
        await street.carry()
        assert street.discord.texts[20:] == ["hourly"] * 20, "and the next one is as always"


async def test_what_was_changed_meanwhile_is_not_written_about(street: Street, clock: Clock) -> None:
    reminder = await street.remind_of("moved", START, rrule=DAILY)

    async def planner(schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        async with street.storage.write() as uow:  # its person moves it in this very moment
            await uow.schedules.change(schedule.id, schedule.version, clock(), next_due_at=START + timedelta(hours=1))
        return (NewLetter("never", "notice", ALICE, "remind.waits", {"user": "x"}),)

    assert await street.fall({"reminder": planner}) == 0
    assert await street.letters("never") == {}
    async with street.storage.read() as uow:
        after = await uow.schedules.get(reminder.id)
    assert after is not None
    assert after.next_due_at == START + timedelta(hours=1)


async def test_d7_who_changes_their_zone_a_second_before_gets_it_once(street: Street, clock: Clock) -> None:
    due = START + timedelta(seconds=1)
    reminder = await street.remind_of("at nine", due, rrule=DAILY, zone="Asia/Seoul")
    assert reminder.rule is not None
    async with street.storage.write() as uow:
        later = due + timedelta(hours=8)
        assert await uow.schedules.change(reminder.id, reminder.version, clock(), next_due_at=later)
    clock.leap(seconds=2)
    assert await street.fall() == 0
    clock.leap(hours=8)
    assert await street.fall() == 1
    assert await street.fall() == 0


async def test_a_planner_that_fails_is_asked_again_and_in_the_end_its_schedule_is_put_aside(
    street: Street, clock: Clock
) -> None:
    broken = await street.remind_of("broken", START, rrule=DAILY)
    await street.remind_of("fine", START, user=BOB)
    asked = 0

    async def planner(schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        nonlocal asked
        if schedule.id == broken.id:
            asked += 1
            raise RuntimeError("no paper this week")
        return (NewLetter("fine", "notice", BOB, "remind.waits", {"user": "fine"}),)

    fence = await street.lead(SCHEDULER)
    looking = Due(street.storage, clock, {"reminder": planner}, street.outbox.wake)
    assert await looking.tick(fence) == 1, "the other one falls due"
    await looking.tick(fence)
    assert asked == 1, "not at once again"
    for wait in (5, 20, 80, 320, 600):
        clock.leap(seconds=wait)
        await looking.tick(fence)
    assert asked == 5
    async with street.storage.read() as uow:
        after = await uow.schedules.get(broken.id)
    assert after is not None
    assert after.state is ScheduleState.PAUSED


async def test_many_that_fail_keep_nobody_waiting_and_one_that_recovers_is_forgiven(
    street: Street, clock: Clock
) -> None:
    async with street.storage.write() as uow:
        for _ in range(40):
            await uow.schedules.add(NewSchedule("digest.week", START - timedelta(minutes=1), {}), clock())
    failing = True

    async def planner(schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        if failing:
            raise RuntimeError("no issue this week")
        return ()

    fence = await street.lead(SCHEDULER)
    looking = Due(street.storage, clock, {"digest.week": planner}, street.outbox.wake)
    for _ in range(4):
        await looking.tick(fence)
    await street.remind_of("on time", START)
    assert await looking.tick(fence) == 1
    failing = False
    clock.leap(seconds=5)
    assert await looking.tick(fence) == 40


async def test_a_reminder_does_not_wait_for_an_issue_to_be_made(street: Street, clock: Clock) -> None:
    reminder = await street.remind_of("at ten", START)
    async with street.storage.write() as uow:
        for _ in range(6):
            await uow.schedules.add(NewSchedule("digest.week", START - timedelta(minutes=1), {}), clock())
    waiting: list[int] = []

    async def planner(schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        assert occurrence_key(reminder.id, START) in await street.letters(occurrence_key(reminder.id, START))
        waiting.append(sum((await street.states()).values()))
        return (NewLetter(f"issue:{schedule.id}", "notice", BOB, "remind.waits", {"user": "x"}),)

    assert await street.fall({"digest.week": planner}) == 7
    assert waiting == [1, 1, 1, 1, 5, 5], "and the first issues leave before the last are made"


async def test_a_reminder_that_falls_due_while_issues_are_made_overtakes_those_that_are_left(
    street: Street, clock: Clock
) -> None:
    for number in range(40):  # at the same minute as the issues, and more than a look takes in
        await street.remind_of(f"number {number}", START)
    async with street.storage.write() as uow:
        for _ in range(20):
            await uow.schedules.add(NewSchedule("digest.week", START - timedelta(minutes=1), {}), clock())
    later = await street.remind_of("later", START + timedelta(seconds=3))
    key = occurrence_key(later.id, START + timedelta(seconds=3))
    made: list[tuple[int, bool]] = []

    async def planner(schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        clock.leap(seconds=1)
        made.append((sum((await street.states()).values()), key in await street.letters(key)))
        return (NewLetter(f"issue:{schedule.id}", "notice", BOB, "remind.waits", {"user": "x"}),)

    assert await street.fall({"digest.week": planner}) == 61
    assert made[0] == (40, False), "those of the same minute are out before the first issue is made"
    assert [there for _, there in made] == [False] * 4 + [True] * 16


async def test_one_that_nobody_is_written_to_for_is_asked_about_once_in_a_look(street: Street, clock: Clock) -> None:
    async with street.storage.write() as uow:
        lost = await uow.schedules.add(NewSchedule("reminder", START, {}), clock())
        for _ in range(40):
            await uow.schedules.add(NewSchedule("digest.week", START - timedelta(minutes=1), {}), clock())

    async def planner(schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        return ()

    assert await street.fall({"digest.week": planner}) == 40
    async with street.storage.read() as uow:
        after = await uow.schedules.get(lost.id)
    assert after is not None
    assert after.state is ScheduleState.ACTIVE, "it is put aside only after several looks"


async def test_what_is_put_aside_is_told_to_its_person_and_the_hosts_each_time_once(
    street: Street, clock: Clock
) -> None:
    broken = await street.remind_of("broken", START, rrule=DAILY)

    async def planner(schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        raise RuntimeError("no paper this week")

    fence = await street.lead(SCHEDULER)
    looking = Due(street.storage, clock, {"reminder": planner}, street.outbox.wake, street.desk.to_hosts)
    for times in (1, 2):
        for _ in range(8):
            await looking.tick(fence)
            clock.leap(minutes=6)
        async with street.storage.write() as uow:
            found = [await uow.outbox.get(LetterId(number)) for number in range(1, 9)]
            told = [(each.to, each.post) for each in found if each is not None]
            assert sorted(told, key=str) == sorted([(ALICE, "remind.stuck"), (HOST, "notices.stuck")] * times, key=str)
            aside = await uow.schedules.get(broken.id)
            assert aside is not None and aside.state is ScheduleState.PAUSED
            await uow.schedules.change(broken.id, aside.version, clock(), state=ScheduleState.ACTIVE)


async def test_a_rule_that_cannot_be_read_stops_no_other(street: Street, clock: Clock) -> None:
    broken = await street.remind_of("broken", START, rrule=DAILY)
    await street.remind_of("fine", START)
    from sqlalchemy import text

    async with street.storage.write() as uow:
        await uow._run.count(text(f"UPDATE schedules SET rrule = 'FREQ=NEVER' WHERE id = {broken.id}"))
    await street.fall()
    await street.carry()
    assert street.discord.texts == ["fine"]


async def test_a9_a_leader_that_was_frozen_lets_nothing_fall_due(street: Street, clock: Clock) -> None:
    old = await street.lead(SCHEDULER, "frozen")
    new = await street.lead(SCHEDULER, "awake")
    await street.remind_of("once", START)
    looking = Due(street.storage, clock, {}, street.outbox.wake)
    with pytest.raises(Superseded):
        await looking.tick(old)
    assert await street.states() == {}
    assert await looking.tick(new) == 1


async def test_a9_control_without_the_fence_it_would(
    street: Street, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.storage.queries.leases import Leases

    async def always(*_: object) -> bool:
        return True

    monkeypatch.setattr(Leases, "check", always)
    old = await street.lead(SCHEDULER, "frozen")
    await street.lead(SCHEDULER, "awake")
    await street.remind_of("once", START)
    assert await Due(street.storage, clock, {}, street.outbox.wake).tick(old) == 1


async def test_g1_ten_thousand_due_at_once_never_hold_up_the_loop(street: Street, clock: Clock) -> None:
    """The short form: 2,000. Arithmetic yields; what the database does between two yields is its own batch."""
    from bot.core.schedule import Rule

    async with street.storage.write() as uow:
        identity = await uow.people.meet(ALICE, "en", clock())
        rule = Rule("FREQ=WEEKLY;BYDAY=MO,WE,FR", datetime(2026, 11, 2, 12), "Asia/Seoul")  # noqa: DTZ001
        for number in range(2_000):
            new = NewSchedule("reminder", START, {"text": str(number)}, identity_id=identity.id, rule=rule)
            await uow.schedules.add(new, clock())
    stalls: list[float] = []

    async def heart() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0)
            stalls.append(time.perf_counter() - begun)

    beating = asyncio.create_task(heart())
    assert await street.fall() == 2_000
    beating.cancel()
    stalls.sort()
    print("worst", stalls[-5:])
    assert await street.states() == {LetterState.WAITING: 2_000}
