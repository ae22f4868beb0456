"""Groups, which may live in several places at once."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from bot.core.people import Approval, SpaceId
from bot.storage import Storage, UnitOfWork
from tests.storage.moments import NOW, SERVER, SUPERGROUP


async def _space(uow: UnitOfWork, space: object) -> SpaceId:
    joined = await uow.spaces.joined(space, "", added_by=None, approval=Approval.APPROVED, now=NOW)  # type: ignore[arg-type]
    return joined.id


async def test_a_group_lives_on_both_platforms_at_once(storage: Storage) -> None:
    async with storage.write() as uow:
        group = await uow.groups.create("논문 모임", NOW)
        first = await uow.groups.settle(group.id, await _space(uow, SERVER), "42")
        second = await uow.groups.settle(group.id, await _space(uow, SUPERGROUP), None)
    assert (first.space, first.channel, second.space, second.channel) == (SERVER, "42", SUPERGROUP, None)
    async with storage.read() as uow:
        assert await uow.groups.homes(group.id) == (first, second)
        assert await uow.groups.at(SERVER, "42") == group
        assert await uow.groups.at(SUPERGROUP, "17") == group


async def test_a_space_holds_several_groups_each_in_its_channel(storage: Storage) -> None:
    async with storage.write() as uow:
        space = await _space(uow, SERVER)
        vision, language, all_ = [await uow.groups.create(name, NOW) for name in ("비전", "언어", "전체")]
        for group, channel in ((vision, "1"), (language, "2"), (all_, None)):
            await uow.groups.settle(group.id, space, channel)
    async with storage.read() as uow:
        assert await uow.groups.at(SERVER, "1") == vision
        assert await uow.groups.at(SERVER, "2") == language
        assert await uow.groups.at(SERVER, "3") == all_
        assert await uow.groups.at(SERVER, None) == all_


async def test_where_nobody_lives_is_nobody(storage: Storage) -> None:
    async with storage.write() as uow:
        group = await uow.groups.create("논문 모임", NOW)
        await uow.groups.settle(group.id, await _space(uow, SERVER), "1")
        assert await uow.groups.at(SERVER, "2") is None
        assert await uow.groups.at(SERVER, None) is None
        assert await uow.groups.at(SUPERGROUP, "1") is None


@pytest.mark.parametrize("channel", ["1", None])
async def test_two_groups_cannot_live_in_one_place(storage: Storage, channel: str | None) -> None:
    async with storage.write() as uow:
        space = await _space(uow, SERVER)
        first = await uow.groups.create("먼저", NOW)
        await uow.groups.settle(first.id, space, channel)
    with pytest.raises(IntegrityError):
        async with storage.write() as uow:
            second = await uow.groups.create("나중", NOW)
            await uow.groups.settle(second.id, space, channel)
    async with storage.read() as uow:
        assert await uow.groups.at(SERVER, channel) == first
