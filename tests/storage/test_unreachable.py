"""Addresses out of reach: marked once with the first reason, told once, and forgotten at a sign of life."""

from __future__ import annotations

from dataclasses import replace

from bot.core.refs import Place, Platform
from bot.storage import Storage
from bot.storage.rows import Unreachable
from tests.storage.moments import JIWOO, MINSU, MINUTE, NOW, SERVER

CHANNEL = Place(Platform.DISCORD, "11", SERVER)
THREAD = replace(CHANNEL, thread="12")


async def test_an_address_is_marked_once_with_its_first_reason(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.unreachable.mark(MINSU, "blocked", NOW)
        assert not await uow.unreachable.mark(MINSU, "gone", NOW + MINUTE)
        assert await uow.unreachable.get(MINSU) == Unreachable(MINSU, "blocked", NOW, None)
        assert await uow.unreachable.get(JIWOO) is None


async def test_a_sign_of_life_forgets_it(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.unreachable.mark(MINSU, "blocked", NOW)
        assert not await uow.unreachable.clear(JIWOO)
        assert await uow.unreachable.clear(MINSU)
        assert not await uow.unreachable.clear(MINSU)
        assert await uow.unreachable.mark(MINSU, "closed", NOW)


async def test_a_channel_is_one_address_with_all_its_threads_and_a_space_all_its_channels(storage: Storage) -> None:
    other = Place(Platform.DISCORD, "99", replace(SERVER, id="5"))
    async with storage.write() as uow:
        assert await uow.unreachable.mark(THREAD, "forbidden", NOW)
        assert not await uow.unreachable.mark(CHANNEL, "forbidden", NOW)
        await uow.unreachable.mark(other, "gone", NOW)
        found = await uow.unreachable.among([CHANNEL, THREAD, other, MINSU])
        assert {found.get(CHANNEL) or found.get(THREAD), found[other]} == {"forbidden", "gone"}
        assert MINSU not in found
        assert [each.to for each in await uow.unreachable.all()] == [CHANNEL, other]
        assert await uow.unreachable.clear(SERVER)
        assert not await uow.unreachable.clear(SERVER)
        assert [each.to for each in await uow.unreachable.all()] == [other]
        assert await uow.unreachable.among([]) == {}


async def test_it_is_told_once(storage: Storage) -> None:
    async with storage.write() as uow:
        assert not await uow.unreachable.told(CHANNEL, NOW)
        await uow.unreachable.mark(CHANNEL, "gone", NOW)
        assert await uow.unreachable.told(CHANNEL, NOW)
        assert not await uow.unreachable.told(CHANNEL, NOW + MINUTE)
        assert await uow.unreachable.get(CHANNEL) == Unreachable(CHANNEL, "gone", NOW, NOW)


async def test_what_was_found_out_long_ago_is_purged(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.unreachable.mark(MINSU, "blocked", NOW)
        await uow.unreachable.mark(JIWOO, "blocked", NOW + MINUTE)
        assert await uow.unreachable.purge(NOW + MINUTE) == 1
        assert [each.to for each in await uow.unreachable.all()] == [JIWOO]
