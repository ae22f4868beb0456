"""Study groups as a service: which one a chat is about, how they begin, rest and end, and where they live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.digest.timing import DIGEST
from bot.core.groups import GroupState
from bot.core.refs import Place, Platform, SpaceRef
from bot.services.homes import Claimed, Settled, hash_of
from tests.services.house import ANN, BEN, CHAT, GUILD, OTHER, READING, ROOM, THURSDAY, TUESDAY, House, house_in


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with house_in(tmp_path) as opened:
        yield opened


# which group


async def test_a_group_is_drafted_where_it_is_set_up_under_the_names_of_the_space(house: House) -> None:
    group = await house.groups.draft(READING, ANN, "ko")
    assert (group.name, group.state) == ("Lab", GroupState.DRAFT)
    assert (await house.groups.draft(READING, ANN, "ko")).id == group.id, "once"
    assert await house.steps(group.id) == {}


async def test_a_channel_is_about_its_own_group_or_the_only_one_of_its_server(house: House) -> None:
    first = await house.group()
    assert await house.groups.here(OTHER) == first
    second = await house.groups.draft(OTHER, ANN, "ko", "생성모델")
    assert await house.groups.here(OTHER) == second
    assert await house.groups.here(Place(Platform.DISCORD, "12", GUILD)) is None, "one of two"
    assert [each.name for each in await house.groups.in_space(GUILD)] == ["Lab", "생성모델"]


async def test_in_private_it_is_the_group_one_chose_last(house: House) -> None:
    first, second = await house.group(), await house.group(ROOM)
    async with house.storage.write() as uow:
        identity = await uow.people.meet(ANN, "ko", house.now)
        for space in (GUILD, CHAT):
            await uow.members.note(identity.id, space, house.now)
        person = await uow.people.visitor(ANN)
    private = Place(Platform.DISCORD, "1")
    house.now += timedelta(hours=1)
    await house.groups.use(ANN, "ko", first.id)
    assert (await house.groups.here(private, person)) == first
    house.now += timedelta(hours=1)
    await house.groups.use(ANN, "ko", second.id)
    assert [each.id for each in await house.groups.of_person(person)] == [second.id, first.id]
    assert await house.groups.here(private) is None, "a stranger"


async def test_a_telegram_group_that_became_a_supergroup_keeps_its_study_group(house: House) -> None:
    group = await house.group(ROOM)
    new = SpaceRef(Platform.TELEGRAM, "-100999")
    async with house.storage.write() as uow:
        await uow.spaces.moved(CHAT, new)
    moved = Place(Platform.TELEGRAM, new.id, new)
    assert (await house.groups.here(moved)) == group
    assert [place for _, place in await house.groups.places(group.id)] == [moved]


# beginning, changing, resting


async def test_a_new_zone_keeps_the_hour_of_the_meeting(house: House) -> None:
    group = await house.group()
    there = await house.groups.change(group.id, zone="Europe/Berlin")
    assert there.rhythm is not None
    assert (there.zone, there.rhythm.zone, there.rhythm.first) == ("Europe/Berlin", "Europe/Berlin", THURSDAY.first)
    assert (await house.steps(group.id))["post"] == "Mon 11-30 17:00"  # 09:00 there


async def test_groups_that_began_before_there_were_digests_get_theirs(house: House) -> None:
    group = await house.group()
    async with house.storage.write() as uow:
        for row in await uow.schedules.of_group(group.id, DIGEST):
            await uow.schedules.remove(row.id)
    assert [await house.groups.time_digests() for _ in range(2)] == [1, 0]
    assert await house.digest(group.id) == "Sun 12-06 10:00"


async def test_a_drafted_group_is_in_no_hurry_and_an_ended_one_has_no_week(house: House) -> None:
    drafted = await house.groups.draft(READING, ANN, "ko", rhythm=THURSDAY)
    assert not await house.groups.hurry(drafted.id)
    await house.groups.start(drafted.id)
    await house.groups.end(drafted.id)
    assert await house.steps(drafted.id) == {}
    assert await house.groups.here(READING) is None
    assert (await house.groups.draft(READING, ANN, "ko")).id == drafted.id, "its history is there when it returns"


async def test_a_pause_ends_by_itself_and_nothing_happens_meanwhile(house: House) -> None:
    group = await house.group()
    paused = await house.groups.pause(group.id, TUESDAY + timedelta(days=14))
    assert paused.state is GroupState.PAUSED
    await house.leap(timedelta(days=14, minutes=1))
    assert house.happened == []
    again = await house.groups.get(group.id)
    assert again is not None
    assert (again.state, again.paused_until) == (GroupState.ACTIVE, None)
    assert (await house.steps(group.id))["post"] == "Mon 12-14 09:00"


async def test_one_tap_wakes_a_sleeping_group_and_a_second_does_nothing(house: House) -> None:
    group = await house.group()
    await house.groups.rest(group.id)
    await house.leap(timedelta(days=30))
    assert (await house.groups.wake(group.id)).state is GroupState.ACTIVE
    steps = await house.steps(group.id)
    assert steps["close"] == "Sun 12-27 20:00"
    assert await house.groups.wake(group.id)
    assert await house.steps(group.id) == steps


# homes


async def test_another_chat_joins_by_a_code_and_both_sides_say_so(house: House) -> None:
    group = await house.group()
    code = await house.homes.offer(group.id, ANN, "ko")
    claim = await house.homes.claim(f" {code.lower()} ", ROOM, BEN, "ko")
    assert (claim.outcome, claim.group) == (Claimed.ASKED, group)
    assert len(await house.groups.homes(group.id)) == 1, "not before the other side agrees"
    assert await house.letters() == [("chats.asked", ANN)]
    waiting = await house.homes.waiting(hash_of(code))
    assert waiting is not None
    assert (waiting.place, waiting.title) == (ROOM, "주말 논문방")
    assert await house.homes.confirm(hash_of(code), yes=True) == waiting
    assert await house.homes.confirm(hash_of(code), yes=True) is None, "once"
    assert [place for _, place in await house.groups.places(group.id)] == [READING, ROOM]
    assert await house.groups.here(ROOM) == group


async def test_a_code_that_is_old_declined_typed_at_home_or_where_a_group_runs_connects_nothing(house: House) -> None:
    group = await house.group()
    code = await house.homes.offer(group.id, ANN, "ko")
    assert (await house.homes.claim("AAAA-AAAA", ROOM, BEN, "ko")).outcome is Claimed.UNKNOWN
    assert (await house.homes.claim(code, READING, ANN, "ko")).outcome is Claimed.HERE
    running = await house.group(ROOM)
    assert (await house.homes.claim(code, ROOM, BEN, "ko")).outcome is Claimed.TAKEN
    await house.groups.end(running.id)
    assert (await house.homes.claim(code, ROOM, BEN, "ko")).outcome is Claimed.ASKED
    assert await house.homes.confirm(hash_of(code), yes=False) is not None
    assert len(await house.groups.homes(group.id)) == 1
    late = await house.homes.offer(group.id, ANN, "ko")
    house.now += timedelta(hours=2)
    assert (await house.homes.claim(late, ROOM, BEN, "ko")).outcome is Claimed.UNKNOWN


async def test_a_connected_chat_can_be_disconnected_the_last_one_cannot(house: House) -> None:
    group = await house.group()
    code = await house.homes.offer(group.id, ANN, "ko")
    await house.homes.claim(code, ROOM, BEN, "ko")
    await house.homes.confirm(hash_of(code), yes=True)
    first, second = await house.homes.of(group.id)
    assert (first.title, second.title) == ("Lab", "주말 논문방")
    assert await house.homes.leave(group.id, second.home.id)
    assert not await house.homes.leave(group.id, first.home.id)
    assert await house.groups.here(ROOM) is None


async def test_posts_can_go_to_another_channel_unless_another_group_lives_there(house: House) -> None:
    group = await house.group()
    (home,) = await house.groups.homes(group.id)
    assert await house.homes.move(group.id, home.id, READING) is Settled.SAME
    assert await house.homes.move(group.id, home.id, OTHER) is Settled.DONE
    assert await house.groups.places(group.id) == ((home.id, OTHER),)
    await house.groups.draft(READING, ANN, "ko")
    assert await house.homes.move(group.id, home.id, READING) is Settled.TAKEN
