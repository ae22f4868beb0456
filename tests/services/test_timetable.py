"""The schedules of a group's week and of its digest: how they follow from whatever is done to the group."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.cycle import Shift, Step
from bot.core.digest.timing import DigestSettings
from bot.core.groups import GroupSettings
from bot.core.refs import Place, Platform
from tests.services.house import GUILD, THURSDAY, House, evening, house_in


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with house_in(tmp_path) as opened:
        yield opened


# the week


async def test_started_its_week_is_scheduled_and_a_second_start_changes_nothing(house: House) -> None:
    group = await house.group()
    expected = {
        "recap": "Fri 11-27 09:00",
        "close": "Sun 11-29 20:00",
        "post": "Mon 11-30 09:00",
        "nudge": "Wed 12-02 21:00",
        "hour": "Thu 12-03 20:00",
    }
    assert await house.steps(group.id) == expected
    house.now += timedelta(hours=1)
    await house.groups.start(group.id)
    assert await house.steps(group.id) == expected


async def test_a_moved_meeting_takes_its_cycle_and_its_ballot_along(house: House) -> None:
    group = await house.group()
    await house.leap(timedelta(days=4))  # Saturday: the ballot for the 3rd is open
    async with house.storage.write() as uow:
        cycle = await uow.cycles.of(group.id, date(2026, 12, 3), THURSDAY.meeting_at(date(2026, 12, 3)))
        paper = await uow.ballots.open(cycle.id, [], datetime(2026, 11, 29, 11, tzinfo=UTC), house.now)
    await house.groups.change(group.id, rhythm=evening(date(2026, 12, 5), 15))
    async with house.storage.read() as uow:
        moved, ballot = await uow.cycles.get(cycle.id), await uow.ballots.get(paper.id)
    assert moved is not None
    assert ballot is not None
    assert (moved.meets_on, moved.meeting_at) == (date(2026, 12, 5), datetime(2026, 12, 5, 6, tzinfo=UTC))
    assert ballot.closes_at == datetime(2026, 12, 1, 11, tzinfo=UTC)
    assert await house.steps(group.id) == {
        "close": "Tue 12-01 20:00",
        "post": "Wed 12-02 09:00",
        "nudge": "Fri 12-04 15:00",
        "hour": "Sat 12-05 14:00",
        "recap": "Sun 12-06 09:00",
    }


async def test_a_step_can_be_moved_turned_off_and_on(house: House) -> None:
    group = await house.group()
    moved = GroupSettings(off=frozenset({Step.NUDGE}), shifts={Step.POST: Shift(-2, time(19))})
    await house.groups.change(group.id, settings=moved)
    steps = await house.steps(group.id)
    assert steps["post"] == "Tue 12-01 19:00"
    assert "nudge" not in steps
    await house.groups.change(group.id, settings=GroupSettings())
    assert (await house.steps(group.id))["nudge"] == "Wed 12-02 21:00"


async def test_post_now_posts_for_the_meeting_that_comes_and_once(house: House) -> None:
    group = await house.group()
    assert await house.groups.hurry(group.id)
    await house.leap(timedelta(minutes=1))
    assert [step for _, step in house.happened] == [Step.POST]
    assert not await house.groups.hurry(group.id), "it is out"
    await house.leap(timedelta(days=3))
    cycles = {cycle for cycle, _ in house.happened}
    assert [step for _, step in house.happened] == [Step.POST, Step.NUDGE, Step.HOUR, Step.RECAP]
    assert len(cycles) == 1, "all for this week's meeting"
    assert (await house.steps(group.id))["post"] == "Mon 11-30 09:00"


async def test_a_meeting_changed_during_the_exams_holds_after_them(house: House) -> None:
    group = await house.group()
    await house.groups.pause(group.id, None)
    await house.groups.change(group.id, rhythm=evening(date(2026, 11, 30), 20), settings=GroupSettings())
    await house.leap(timedelta(days=20))
    assert house.happened == []
    await house.groups.wake(group.id)
    await house.leap(timedelta(days=10))
    assert Step.POST in [step for _, step in house.happened]


acts = st.lists(
    st.tuples(
        st.integers(1, 12 * 24),
        st.one_of(
            st.tuples(st.just("meet"), st.integers(1, 7), st.sampled_from([10, 20, 21]), st.sampled_from([1, 2])),
            st.tuples(st.just("move"), st.integers(-6, -1), st.just(0), st.just(0)),
            st.tuples(st.just("pause"), st.integers(0, 20), st.just(0), st.just(0)),
            st.tuples(st.just("wake"), st.just(0), st.just(0), st.just(0)),
        ),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
async def test_whatever_organisers_do_no_step_is_lost_or_doubled(
    house: House, changes: list[tuple[int, tuple[str, int, int, int]]]
) -> None:
    house = House(house.storage)
    group = await house.group(Place(Platform.DISCORD, secrets.token_hex(4), GUILD))
    try:
        for hours, (what, number, hour, weeks) in changes:
            await house.leap(timedelta(hours=hours))
            if what == "meet":
                day = (house.now + timedelta(days=number)).date()
                await house.groups.change(group.id, rhythm=evening(day, hour, weeks))
            elif what == "move":
                shifts = {Step.POST: Shift(number, time(19))}
                await house.groups.change(group.id, settings=GroupSettings(shifts=shifts))
            elif what == "pause":
                await house.groups.pause(group.id, house.now + timedelta(days=number) if number else None)
            else:
                await house.groups.wake(group.id)
        await house.groups.wake(group.id)
        before = len(house.happened)
        await house.leap(timedelta(days=45))
        assert len(house.happened) == len(set(house.happened)), "nothing twice"
        assert sum(step is Step.POST for _, step in house.happened[before:]) >= 2, "it goes on"
        closed = [cycle for cycle, step in house.happened if step is Step.CLOSE][:-1]
        for cycle in closed:
            assert {Step.POST, Step.RECAP} <= {step for of, step in house.happened if of == cycle}, "nothing lost"
    finally:
        await house.groups.end(group.id)


# the digest


async def test_the_digest_comes_from_the_second_week_on_and_rests_with_the_group(house: House) -> None:
    group = await house.group()  # on Tuesday the 24th
    assert await house.digest(group.id) == "Sun 12-06 10:00"
    await house.groups.pause(group.id, None)
    assert await house.digest(group.id) == "(Sun 12-06 10:00)"
    house.now += timedelta(days=20)  # past it: what was not made is not made up for
    await house.groups.wake(group.id)
    assert await house.digest(group.id) == "Sun 12-20 10:00"
    await house.groups.end(group.id)
    assert await house.digest(group.id) is None


async def test_the_digest_can_be_moved_and_turned_off_and_on(house: House) -> None:
    group = await house.group()

    async def choose(chosen: DigestSettings) -> str | None:
        await house.groups.change(group.id, settings=GroupSettings(digest=chosen))
        return await house.digest(group.id)

    assert await choose(DigestSettings(day=4, at=time(18))) == "Fri 12-04 18:00"
    assert await choose(DigestSettings(day=0, at=time(9))) == "Mon 12-07 09:00"  # the 30th is in its first week
    assert await choose(DigestSettings(on=False)) is None
    assert await choose(DigestSettings()) == "Sun 12-06 10:00"
    await house.groups.change(group.id, zone="Europe/Berlin")
    assert await house.digest(group.id) == "Sun 12-06 18:00"  # ten in the morning there


async def test_a_group_that_meets_every_other_week_gets_the_digest_between_its_posts(house: House) -> None:
    group = await house.group(rhythm=replace(THURSDAY, weeks=2))  # posts on Monday, 12-07, recaps on Friday, 12-11
    assert await house.digest(group.id) == "Sun 12-06 10:00"
    await house.leap(timedelta(days=13))
    assert await house.digest(group.id) == "Sun 12-20 10:00"
    await house.groups.change(group.id, rhythm=THURSDAY)
    assert await house.digest(group.id) == "Sun 12-13 10:00"
