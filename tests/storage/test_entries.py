"""People's lists: a press sets, never toggles."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from bot.core.papers.paper import Paper
from bot.core.people import Approval, Entry, EntryState, Identity
from bot.core.reading import listed_as
from bot.core.refs import Platform, SpaceRef
from bot.storage import Storage
from tests.storage.moments import JIWOO, MINSU, MINSU_ON_TELEGRAM, MINUTE, NOW


@pytest.fixture
async def minsu(storage: Storage) -> Identity:
    async with storage.write() as uow:
        return await uow.people.meet(MINSU, "ko", NOW)


async def test_setting_tells_what_was_before(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        assert await uow.entries.set(minsu.id, "cs231n", EntryState.SAVED, NOW) is None
        assert await uow.entries.set(minsu.id, "cs231n", EntryState.DONE, NOW + MINUTE) is EntryState.SAVED
        assert await uow.entries.of_person(minsu.person_id) == (
            Entry("cs231n", EntryState.DONE, NOW + MINUTE, minsu.id),
        )


async def test_a_second_tap_changes_nothing_not_even_the_time(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        await uow.entries.set(minsu.id, "cs231n", EntryState.SAVED, NOW)
        assert await uow.entries.set(minsu.id, "cs231n", EntryState.SAVED, NOW + MINUTE) is EntryState.SAVED
        assert await uow.entries.of_person(minsu.person_id) == (Entry("cs231n", EntryState.SAVED, NOW, minsu.id),)


async def test_every_state_comes_back(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        for state in EntryState:
            await uow.entries.set(minsu.id, f"resource-{state}", state, NOW)
    async with storage.read() as uow:
        entries = await uow.entries.of_person(minsu.person_id)
    assert {entry.resource_id: entry.state for entry in entries} == {f"resource-{s}": s for s in EntryState}


async def test_the_latest_comes_first(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        for minutes, resource in ((1, "b"), (3, "c"), (2, "a")):
            await uow.entries.set(minsu.id, resource, EntryState.SAVED, NOW + minutes * MINUTE)
        assert [entry.resource_id for entry in await uow.entries.of_person(minsu.person_id)] == ["c", "a", "b"]


async def test_lists_are_apart(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        jiwoo = await uow.people.meet(JIWOO, "ko", NOW)
        await uow.entries.set(minsu.id, "cs231n", EntryState.SAVED, NOW)
        assert await uow.entries.set(jiwoo.id, "cs231n", EntryState.DONE, NOW) is None
        assert [entry.state for entry in await uow.entries.of_person(minsu.person_id)] == [EntryState.SAVED]


async def test_the_word_before_is_the_persons_whichever_account_said_it(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        there = await uow.people.meet(MINSU_ON_TELEGRAM, "ko", NOW)
        await uow.people.join(there.id, minsu.person_id)
        await uow.entries.set(minsu.id, "cs231n", EntryState.SAVED, NOW)
        assert await uow.entries.set(there.id, "cs231n", EntryState.DONE, NOW + MINUTE) is EntryState.SAVED
        assert await uow.entries.set(minsu.id, "cs231n", EntryState.SAVED, NOW + 2 * MINUTE) is EntryState.DONE
        assert await uow.entries.of_person(minsu.person_id) == (
            Entry("cs231n", EntryState.SAVED, NOW + 2 * MINUTE, minsu.id),
        )


async def test_forgetting_takes_it_off_whichever_account_said_it(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        there = await uow.people.meet(MINSU_ON_TELEGRAM, "ko", NOW)
        await uow.people.join(there.id, minsu.person_id)
        await uow.entries.set(minsu.id, "cs231n", EntryState.SAVED, NOW)
        await uow.entries.set(there.id, "cs231n", EntryState.DONE, NOW)
        await uow.entries.set(there.id, "d2l", EntryState.SAVED, NOW)
        assert await uow.entries.forget(minsu.person_id, "cs231n")
        assert not await uow.entries.forget(minsu.person_id, "cs231n")
        assert [entry.resource_id for entry in await uow.entries.of_person(minsu.person_id)] == ["d2l"]


async def test_nobody_has_an_empty_list(storage: Storage) -> None:
    async with storage.read() as uow:
        assert await uow.entries.of_person(999) == ()  # type: ignore[arg-type]


async def test_an_account_that_does_not_exist_cannot_say_anything(storage: Storage) -> None:
    with pytest.raises(IntegrityError):
        async with storage.write() as uow:
            await uow.entries.set(999, "cs231n", EntryState.SAVED, NOW)  # type: ignore[arg-type]


async def test_a_groups_papers_are_those_on_the_lists_of_its_members_each_person_once(
    storage: Storage, minsu: Identity
) -> None:
    server = SpaceRef(Platform.DISCORD, "900")
    async with storage.write() as uow:
        space = await uow.spaces.joined(server, "Group", added_by=None, approval=Approval.APPROVED, now=NOW)
        group = await uow.groups.create("Group", NOW)
        await uow.groups.settle(group.id, space.id, None)
        there, jiwoo = await uow.people.meet(MINSU_ON_TELEGRAM, "ko", NOW), await uow.people.meet(JIWOO, "ko", NOW)
        await uow.people.join(there.id, minsu.person_id)
        await uow.members.note(minsu.id, server, NOW)
        ours, old, theirs = [
            await uow.papers.put(Paper(f"arxiv:2611.0000{number}", f"https://arxiv.org/abs/{number}", "A"), NOW)
            for number in range(3)
        ]
        for account in (minsu, there):
            await uow.entries.set(account.id, listed_as(ours), EntryState.SAVED, NOW + MINUTE)
        await uow.entries.set(minsu.id, listed_as(old), EntryState.SAVED, NOW)
        await uow.entries.set(minsu.id, "cs231n", EntryState.SAVED, NOW + MINUTE)
        await uow.entries.set(jiwoo.id, listed_as(theirs), EntryState.SAVED, NOW + MINUTE)
        assert await uow.entries.papers_of(group.id, NOW + MINUTE) == {"arxiv:2611.00000": 1}
