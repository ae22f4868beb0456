"""Who runs a group: whoever set it up, whom they name, and the admins of its chats when nobody is left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.people import Person
from bot.core.refs import Place, Platform, UserRef
from tests.services.house import ANN, BEN, OTHER, READING, ROOM, House, house_in


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with house_in(tmp_path) as opened:
        yield opened


async def test_whoever_set_it_up_runs_it_and_so_does_whom_they_name(house: House) -> None:
    group = await house.group()
    person = await _person(house, ANN)
    assert await house.organisers.organises(person, READING)
    assert await house.organisers.may_run(group.id, person, Place(Platform.DISCORD, "1"), admin=False), "in private too"
    assert await house.organisers.name(group.id, BEN)
    assert not await house.organisers.name(group.id, BEN), "twice is once"
    other = await _person(house, BEN)
    assert await house.organisers.organises(other, READING)
    assert not await house.organisers.organises(other, ROOM), "that is another group's chat"


async def test_the_admin_of_one_chat_does_not_run_the_group_of_another(house: House) -> None:
    group, other = await house.group(), await house.group(ROOM)
    assert await house.organisers.may_run(group.id, None, OTHER, admin=True), "of the same server"
    assert not await house.organisers.may_run(other.id, None, READING, admin=True)
    assert not await house.organisers.may_run(group.id, None, Place(Platform.DISCORD, "5"), admin=True)


async def test_of_the_last_organiser_the_admins_inherit_and_are_told_once(house: House) -> None:
    group = await house.group()
    person = await _person(house, ANN)
    assert await house.organisers.step_down(group.id, person)
    assert await house.letters() == [("people.inherited", READING)]
    assert not await house.organisers.step_down(group.id, person)
    assert await house.organisers.inherit() == 0
    await house.organisers.name(group.id, BEN)
    async with house.storage.write() as uow:
        await uow.own.erase([BEN])  # they delete everything about themselves
    house.now += timedelta(hours=1)
    assert await house.organisers.inherit() == 1
    assert await house.organisers.inherit() == 0


async def _person(house: House, user: UserRef) -> Person:
    async with house.storage.read() as uow:
        person = await uow.people.visitor(user)
    assert person is not None
    return person
