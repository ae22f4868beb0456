"""Spaces: waiting for an owner, leaving, coming back, and the chat that becomes a supergroup."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from bot.core.outbox import LetterState, NewLetter
from bot.core.people import Approval, Space, SpaceState
from bot.core.refs import Place, Platform, UserRef
from bot.core.schedule import NewSchedule
from bot.services.outbox import Outbox
from bot.storage import Storage, UnitOfWork
from tests.storage.moments import CHAT, JIWOO, MINSU, MINUTE, NOW, SERVER, SUPERGROUP, TOPIC

OWNER = UserRef(Platform.TELEGRAM, "77")


async def _join(uow: UnitOfWork, space: object = SERVER, approval: Approval = Approval.WAITING) -> Space:
    return await uow.spaces.joined(space, "논문 모임", added_by=None, approval=approval, now=NOW)  # type: ignore[arg-type]


async def test_a_new_space_waits_for_an_owner(storage: Storage) -> None:
    async with storage.write() as uow:
        space = await uow.spaces.joined(SERVER, "논문 모임", added_by=MINSU, approval=Approval.WAITING, now=NOW)
    assert (space.ref, space.title, space.added_by, space.added_at) == (SERVER, "논문 모임", MINSU, NOW)
    assert space.state is SpaceState.WAITING
    async with storage.read() as uow:
        assert await uow.spaces.of(SERVER) == space
        assert await uow.spaces.waiting() == (space,)


async def test_a_space_never_seen_is_unknown(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.spaces.of(SERVER) is None
        assert await uow.spaces.left(SERVER, NOW) is None
        assert await uow.spaces.decide(SERVER, Approval.APPROVED, OWNER, NOW) is None


@pytest.mark.parametrize("word", [Approval.APPROVED, Approval.REFUSED])
async def test_an_owner_decides_from_the_other_platform(storage: Storage, word: Approval) -> None:
    async with storage.write() as uow:
        await _join(uow)
        space = await uow.spaces.decide(SERVER, word, OWNER, NOW + MINUTE)
        assert space is not None
        assert space.state is SpaceState(word)
        assert (space.decided_by, space.decided_at) == (OWNER, NOW + MINUTE)
        assert await uow.spaces.waiting() == ()


async def test_being_told_twice_of_a_space_is_being_told_once(storage: Storage) -> None:
    async with storage.write() as uow:
        first = await _join(uow)
        await uow.spaces.decide(SERVER, Approval.APPROVED, OWNER, NOW)
        again = await uow.spaces.joined(SERVER, "새 이름", added_by=MINSU, approval=Approval.WAITING, now=NOW + MINUTE)
    assert (again.id, again.title, again.added_at, again.state) == (first.id, "새 이름", NOW, SpaceState.APPROVED)


async def test_a_space_that_returns_is_as_it_was(storage: Storage) -> None:
    async with storage.write() as uow:
        await _join(uow)
        await uow.spaces.decide(SERVER, Approval.APPROVED, OWNER, NOW)
        gone = await uow.spaces.left(SERVER, NOW + MINUTE)
        assert gone is not None
        assert (gone.state, gone.left_at) == (SpaceState.LEFT, NOW + MINUTE)
        still = await uow.spaces.left(SERVER, NOW + 2 * MINUTE)
        assert still is not None
        assert still.left_at == NOW + MINUTE
        assert (await _join(uow)).state is SpaceState.APPROVED


async def test_a_space_that_left_waits_for_nobody(storage: Storage) -> None:
    async with storage.write() as uow:
        await _join(uow)
        await uow.spaces.left(SERVER, NOW)
        assert await uow.spaces.waiting() == ()


async def test_the_longest_waiting_comes_first(storage: Storage) -> None:
    async with storage.write() as uow:
        for minutes, space in ((2, SERVER), (1, CHAT)):
            await uow.spaces.joined(space, "", added_by=None, approval=Approval.WAITING, now=NOW + minutes * MINUTE)
        assert [space.ref for space in await uow.spaces.waiting()] == [CHAT, SERVER]


async def test_a_chat_that_becomes_a_supergroup_takes_its_groups_and_forms_along(storage: Storage) -> None:
    before, after = Place(Platform.TELEGRAM, CHAT.id, CHAT), Place(Platform.TELEGRAM, SUPERGROUP.id, SUPERGROUP)
    async with storage.write() as uow:
        space = await _join(uow, CHAT, Approval.APPROVED)
        group = await uow.groups.create("논문 모임", NOW)
        await uow.groups.settle(group.id, space.id, None)
        await uow.forms.begin(JIWOO, before, {"field": 1}, expires_at=NOW + MINUTE)
        await uow.spaces.moved(CHAT, SUPERGROUP)
    async with storage.read() as uow:
        moved = await uow.spaces.of(SUPERGROUP)
        assert moved is not None
        assert (moved.id, moved.state) == (space.id, SpaceState.APPROVED)
        assert await uow.spaces.of(CHAT) is None
        assert await uow.groups.at(SUPERGROUP, None) == group
        assert await uow.forms.pending(JIWOO, after, NOW) == {"field": 1}
        assert await uow.forms.pending(JIWOO, before, NOW) is None


@pytest.mark.parametrize("order", list(itertools.permutations(["moved", "moved again", "new seen", "old left"])))
async def test_the_order_of_a_migrations_messages_does_not_matter(on_sqlite: Storage, order: tuple[str, ...]) -> None:
    async with on_sqlite.write() as uow:
        space = await _join(uow, CHAT, Approval.APPROVED)
        group = await uow.groups.create("논문 모임", NOW)
        await uow.groups.settle(group.id, space.id, None)
    for message in order:
        async with on_sqlite.write() as uow:
            if message == "new seen":
                await _join(uow, SUPERGROUP)
            elif message == "old left":
                await uow.spaces.left(CHAT, NOW)
            else:
                await uow.spaces.moved(CHAT, SUPERGROUP)
    async with on_sqlite.read() as uow:
        moved = await uow.spaces.of(SUPERGROUP)
        assert moved is not None
        assert (moved.id, moved.state) == (space.id, SpaceState.APPROVED)
        assert await uow.spaces.of(CHAT) is None
        assert [home.space for home in await uow.groups.homes(group.id)] == [SUPERGROUP]


async def test_an_owners_word_about_the_new_id_is_not_lost_when_the_two_become_one(storage: Storage) -> None:
    async with storage.write() as uow:
        old = await _join(uow, CHAT)
        new = await _join(uow, SUPERGROUP)
        await uow.groups.settle((await uow.groups.create("옛", NOW)).id, old.id, None)
        newer = await uow.groups.create("새", NOW)
        await uow.groups.settle(newer.id, new.id, None)
        await uow.groups.settle(newer.id, new.id, TOPIC.thread)
        await uow.forms.begin(JIWOO, Place(Platform.TELEGRAM, CHAT.id, CHAT), {"n": 1}, expires_at=NOW + MINUTE)
        await uow.forms.begin(JIWOO, TOPIC, {"n": 2}, expires_at=NOW + MINUTE)
        await uow.spaces.decide(SUPERGROUP, Approval.APPROVED, OWNER, NOW)
        await uow.spaces.moved(CHAT, SUPERGROUP)
        moved = await uow.spaces.of(SUPERGROUP)
        assert moved is not None
        assert (moved.id, moved.state, moved.decided_by) == (old.id, SpaceState.APPROVED, OWNER)
        at_home, at_topic = await uow.groups.at(SUPERGROUP, None), await uow.groups.at(SUPERGROUP, TOPIC.thread)
        assert at_home is not None
        assert (at_home.name, at_topic) == ("옛", newer)


async def test_a_move_of_a_chat_never_seen_changes_nothing(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.spaces.moved(CHAT, SUPERGROUP)
        assert await uow.spaces.of(SUPERGROUP) is None


async def test_a_space_that_was_left_under_its_new_id_stays_left(storage: Storage) -> None:
    async with storage.write() as uow:
        await _join(uow, CHAT, Approval.APPROVED)
        await _join(uow, SUPERGROUP, Approval.APPROVED)
        await uow.spaces.left(SUPERGROUP, NOW)
        await uow.spaces.moved(CHAT, SUPERGROUP)
        moved = await uow.spaces.of(SUPERGROUP)
    assert moved is not None
    assert moved.state is SpaceState.LEFT


@pytest.mark.parametrize("another_there", [False, True])
async def test_b10_of_a_topic_that_is_gone_everything_goes_to_its_group(storage: Storage, another_there: bool) -> None:
    other = replace(TOPIC, thread="18")
    async with storage.write() as uow:
        space = await _join(uow, SUPERGROUP)
        group = await uow.groups.create("논문", NOW)
        await uow.groups.settle(group.id, space.id, TOPIC.thread)
        if another_there:
            await uow.groups.settle((await uow.groups.create("수다", NOW)).id, space.id, None)
        identity = await uow.people.meet(JIWOO, "ko", NOW)
        set_there = [
            await uow.schedules.add(NewSchedule("reminder", NOW, {}, identity.id, origin=place), NOW)
            for place in (TOPIC, other)
        ]
        letters = [NewLetter(f"k{place.thread}", "notice", place, "x.y") for place in (TOPIC, other)]
        await uow.outbox.put([*letters, NewLetter("was", "notice", TOPIC, "x.y", state=LetterState.DEAD)], NOW)
    await Outbox(storage, lambda: NOW).gone(TOPIC)
    async with storage.read() as uow:
        waiting = await uow.outbox.by_key(["k17", "k18", "was"])
        origins = [(await uow.schedules.get(each.id)).origin for each in set_there]  # type: ignore[union-attr]
        (home,) = await uow.groups.homes(group.id)
    whole = replace(TOPIC, thread=None)
    assert {key: letter.to for key, letter in waiting.items()} == {"k17": whole, "k18": other, "was": TOPIC}
    assert origins == [whole, other]
    assert home.channel == (TOPIC.thread if another_there else None), "two groups cannot share a whole space"
