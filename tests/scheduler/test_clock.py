"""Time itself: bells that ring, wall clocks that jump, machines that sleep, countries that change their minds."""

from __future__ import annotations

import asyncio
import zoneinfo
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.refs import Platform, UserRef
from bot.core.reminders import at_wall
from bot.core.schedule import NewSchedule, Schedule
from bot.core.schedule import wall as wall_times
from bot.scheduler import clock as clocks
from bot.scheduler.alarm import Alarm, Bell
from bot.scheduler.chores import Chores
from bot.scheduler.clock import Timekeeper
from bot.scheduler.due import SCHEDULER, Due
from bot.scheduler.zones import Zones
from tests.scheduler.street import ALICE, DAILY, START, Clock, Street, open_street, until


class Running:
    """A clock that only runs."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@asynccontextmanager
async def kept(street: Street, running: Running, longest: float = 0.02) -> AsyncIterator[Alarm]:
    """The clock at work, looking again after at most `longest` seconds of real time."""
    alarm = Alarm(longest)
    alarm.start()
    due = Due(street.storage, street.clock, {}, street.outbox.wake)
    zones = Zones(street.storage, street.clock, street.outbox.wake)
    keeper = Timekeeper(due, zones, street.clock, alarm.bell("due"), running=running)
    task = asyncio.create_task(keeper.run(await street.lead(SCHEDULER)))
    try:
        yield alarm
        assert not task.done(), task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        alarm.stop()


async def waiting(street: Street) -> int:
    return sum((await street.states()).values())


# the alarm


async def test_a_bell_rings_in_time_when_woken_and_at_the_latest_after_the_longest_sleep() -> None:
    short, long = Alarm(longest=0.3), Alarm(longest=3600.0)
    loop = asyncio.get_running_loop()

    async def slept(bell: Bell, seconds: float | None) -> float:
        begun = loop.time()
        await asyncio.wait_for(bell.wait(seconds), 15)
        return loop.time() - begun

    for alarm in (short, long):
        alarm.start()
    seldom, bell = short.bell("seldom"), long.bell("one")
    assert await slept(bell, 0.05) > 0.04
    assert await slept(seldom, None) > 0.25
    assert await slept(seldom, 3600.0) > 0.25
    bell.wake()
    await slept(bell, None)  # woken before it slept
    loop.call_later(0.02, long.wake)
    await slept(bell, None)
    for alarm in (short, long):
        alarm.stop()


async def test_a_bell_never_spins() -> None:
    bell = Alarm().bell("one")
    begun = asyncio.get_running_loop().time()
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    for _ in range(100):
        await bell.wait(-5)
    task.cancel()
    assert turns >= 100, "others have their turns"
    assert asyncio.get_running_loop().time() - begun < 2


# waking


async def test_storing_a_nearer_time_wakes_the_clock_at_once(file: Path) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    async with open_street(file, now) as street, kept(street, Running(), longest=30) as alarm:
        await asyncio.sleep(0.1)
        due = now() + timedelta(seconds=0.15)
        await street.remind_of("soon", due)
        alarm.wake()
        await until_count(street, 1)
        assert timedelta() <= now() - due < timedelta(seconds=20), "woken, and not by looking every half minute"


# D8


async def test_d8_an_hour_ahead_and_back_fires_each_occurrence_once(street: Street, clock: Clock) -> None:
    running = Running()
    for minutes in range(0, 180, 10):
        due = START + timedelta(minutes=minutes + 5)
        await street.remind_of(f"{minutes}", due, user=UserRef(Platform.DISCORD, str(minutes)), rrule=DAILY)
    async with kept(street, running):
        clock.leap(hours=1)
        await until_count(street, 6)
        clock.leap(hours=-1)
        await asyncio.sleep(0.1)
        assert await waiting(street) == 6, "no storm"
        for _ in range(18):
            clock.leap(minutes=10)
            running.at += 600
            await asyncio.sleep(0.03)
        await until_count(street, 18)
        await asyncio.sleep(0.1)
        assert await waiting(street) == 18, "nothing lost, nothing doubled"


@pytest.mark.parametrize("years", [10, -10])
async def test_d8_ten_years_off_and_mended_again_loses_nothing_and_hangs_nowhere(
    street: Street, clock: Clock, years: int
) -> None:
    running = Running()
    await street.remind_of("daily", START + timedelta(minutes=5), rrule=DAILY)
    async with kept(street, running):
        await asyncio.sleep(0.05)
        clock.leap(days=365.25 * years)
        await asyncio.sleep(0.15)
        assert await waiting(street) == 0, "no storm"
        clock.leap(days=-365.25 * years)
        await asyncio.sleep(0.1)
        clock.leap(minutes=6)
        running.at += 360
        await until_count(street, 1)


async def test_d8_a_clock_that_stays_ahead_is_believed_in_the_end(street: Street, clock: Clock) -> None:
    running = Running()
    await street.remind_of("daily", START + timedelta(minutes=5), rrule=DAILY)
    async with kept(street, running):
        await asyncio.sleep(0.05)
        clock.leap(days=3650)
        running.at += clocks.DISBELIEVED + 1
        clock.leap(seconds=clocks.DISBELIEVED + 1)
        await asyncio.sleep(0.1)
        running.at += clocks.DISBELIEVED + 1
        clock.leap(seconds=clocks.DISBELIEVED + 1)
        await until_count(street, 1)


async def until_count(street: Street, number: int) -> None:
    async with asyncio.timeout(10):
        while await waiting(street) != number:  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.01)


# D9


async def test_d9_a_machine_that_slept_over_it_is_late_and_loses_nothing(street: Street, clock: Clock) -> None:
    running = Running()
    await street.remind_of("daily", START + timedelta(minutes=5), rrule=DAILY)
    async with kept(street, running):
        await asyncio.sleep(0.05)
        clock.leap(hours=3)  # the monotonic clock stood still with the machine
        await until_count(street, 1)
    await street.carry()
    assert street.discord.texts == ["daily | late 2:55:00"]


# D6, D11

OLD, NEW = "KST-9", "KST-10"  # a country that moves its clocks for good


@pytest.fixture
def zone_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of zone data of our own, with one zone in it: Asia/Test."""
    before = zoneinfo.TZPATH
    folder = tmp_path / "zoneinfo"
    write_zone(folder, OLD, 9)
    zoneinfo.reset_tzpath([str(folder), *before])
    forget_zones()
    yield folder
    zoneinfo.reset_tzpath(before)
    forget_zones()


def write_zone(folder: Path, rule: str, hours: int) -> None:
    """A TZif file (RFC 9636, version 2) with a single offset and a rule for the future."""
    block = b"TZif2" + bytes(15)
    counts = b"".join(number.to_bytes(4, "big") for number in (0, 0, 0, 0, 1, 4))
    body = (hours * 3600).to_bytes(4, "big") + b"\0\0" + b"KST\0"
    (folder / "Asia").mkdir(parents=True, exist_ok=True)
    (folder / "Asia/Test").write_bytes((block + counts + body) * 2 + f"\n{rule}\n".encode())


def forget_zones() -> None:
    zoneinfo.ZoneInfo.clear_cache()
    wall_times.zone_of.cache_clear()


async def test_d6_when_a_country_changes_its_clocks_next_times_follow_and_their_people_are_told(
    street: Street, clock: Clock, zone_folder: Path
) -> None:
    moves = await street.remind_of("at nine", START + timedelta(hours=12), rrule=DAILY, zone="Asia/Test")
    await street.remind_of("too", START + timedelta(hours=13), rrule=DAILY, zone="Asia/Test")
    stays = await street.remind_of("in Paris", START + timedelta(hours=12), rrule=DAILY, zone="Europe/Paris")
    zones = Zones(street.storage, clock, street.outbox.wake)
    assert await zones.look() == 0, "the first look only remembers"
    assert await zones.look() == 0
    write_zone(zone_folder, NEW, 10)
    forget_zones()
    assert await zones.look() == 2
    assert await zones.look() == 0, "once"
    async with street.storage.read() as uow:
        moved, stayed = await uow.schedules.get(moves.id), await uow.schedules.get(stays.id)
    assert moved is not None
    assert stayed is not None
    assert moved.next_due_at == START + timedelta(hours=11)
    assert stayed.next_due_at == stays.next_due_at
    await street.carry()
    (notice,) = street.discord.texts
    assert "T23:00:00" in notice, "one word about both"


async def test_d6_what_comes_once_keeps_the_wall_time_that_was_said(
    street: Street, clock: Clock, zone_folder: Path
) -> None:
    due = START + timedelta(hours=12)
    async with street.storage.write() as uow:
        person = await uow.people.meet(ALICE, "en", clock())

        async def once(payload: dict[str, Any], at: datetime = due) -> Schedule:
            return await uow.schedules.add(NewSchedule("reminder", at, payload, identity_id=person.id), clock())

        said = await once({"text": "at nine", **at_wall(due, "Asia/Test")})
        span = await once({"text": "in twelve hours"})
        snoozed = await once({"text": "moved since", **at_wall(due, "Asia/Test")}, due + timedelta(minutes=20))
    zones = Zones(street.storage, clock, street.outbox.wake)
    await zones.look()
    for rule, hours, expected in ((NEW, 10, due - timedelta(hours=1)), (OLD, 9, due)):
        write_zone(zone_folder, rule, hours)
        forget_zones()
        assert await zones.look() == 1
        async with street.storage.read() as uow:
            found = [await uow.schedules.get(each.id) for each in (said, span, snoozed)]
        assert [each.next_due_at for each in found if each is not None] == [
            expected,
            span.next_due_at,
            snoozed.next_due_at,
        ]
    await street.carry()
    assert len(street.discord.texts) == 2, "each time its person is told"


async def test_d6_what_was_due_already_is_not_moved_away(street: Street, clock: Clock, zone_folder: Path) -> None:
    await street.remind_of("overdue", START - timedelta(minutes=1), rrule=DAILY, zone="Asia/Test")
    zones = Zones(street.storage, clock, street.outbox.wake)
    await zones.look()
    write_zone(zone_folder, NEW, 10)
    forget_zones()
    assert await zones.look() == 0
    assert await street.fall() == 1


async def test_d11_a_zone_that_is_gone_is_read_as_utc_and_its_people_are_told(
    street: Street, clock: Clock, zone_folder: Path
) -> None:
    await street.remind_of("at nine", START + timedelta(hours=12), rrule=DAILY, zone="Asia/Test")
    zones = Zones(street.storage, clock, street.outbox.wake)
    await zones.look()
    (zone_folder / "Asia/Test").unlink()
    forget_zones()
    assert await zones.look() == 1
    await street.carry()
    assert len(street.discord.texts) == 1
    clock.leap(days=2)
    assert await street.fall() == 1, "it goes on"


# chores


async def test_chores_are_done_once_a_night_also_when_the_night_was_slept_through(street: Street, clock: Clock) -> None:
    done: list[str] = []

    async def fails() -> None:
        done.append("fails")
        raise RuntimeError

    async def works() -> None:
        done.append("works")

    alarm = Alarm(0.01)
    chores = Chores(street.storage, clock, alarm.bell("chores"), (("fails", fails), ("works", works)))
    task = asyncio.create_task(chores.run())
    await asyncio.sleep(0.05)
    assert done == [], "a new house has nothing to tidy"
    clock.leap(hours=17)
    await until(lambda: len(done) == 2)
    await asyncio.sleep(0.05)
    assert done == ["fails", "works"]
    clock.leap(days=30)
    await until(lambda: len(done) == 4)
    await asyncio.sleep(0.05)
    assert len(done) == 4, "not thirty times"
    task.cancel()


async def test_was_down_is_told_by_the_last_sign_of_life(street: Street, clock: Clock) -> None:
    chores = Chores(street.storage, clock, Alarm().bell("chores"))
    first = await chores.begin()
    assert first.covers(START - timedelta(days=1)), "before the first start nobody was there"
    clock.leap(hours=2)
    again = await chores.begin()
    assert again.covers(START + timedelta(hours=1))
    assert not again.covers(START - timedelta(hours=1)), "it was running then"
    assert not again.covers(START + timedelta(hours=3))
