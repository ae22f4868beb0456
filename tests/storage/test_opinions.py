"""What people think of resources, and whose opinions are a group's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.people import Approval, EntryState, GroupOpinion, Identity, Opinion
from bot.core.refs import SpaceRef, UserRef
from bot.storage import Storage
from tests.storage.moments import CHAT, JIWOO, MINSU, MINSU_ON_TELEGRAM, MINUTE, NOW, SERVER, SUPERGROUP

MONTH = timedelta(days=30)


@pytest.fixture
async def minsu(storage: Storage) -> Identity:
    async with storage.write() as uow:
        return await uow.people.meet(MINSU, "ko", NOW)


async def _opinions_of(storage: Storage, user: UserRef) -> object:
    async with storage.read() as uow:
        visitor = await uow.people.visitor(user)
    assert visitor is not None
    return visitor.opinions


async def _join(storage: Storage, *spaces: SpaceRef) -> None:
    async with storage.write() as uow:
        for space in spaces:
            await uow.spaces.joined(space, "study", added_by=None, approval=Approval.APPROVED, now=NOW)


async def test_a_thumb_is_set_changed_and_taken_back(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        assert await uow.opinions.thumb(minsu.id, "cs231n", 1, NOW) == 0
        assert await uow.opinions.thumb(minsu.id, "cs231n", 1, NOW) == 1
        assert await uow.opinions.thumb(minsu.id, "cs231n", -1, NOW + MINUTE) == 1
    assert await _opinions_of(storage, MINSU) == {"cs231n": Opinion(-1)}
    async with storage.write() as uow:
        assert await uow.opinions.thumb(minsu.id, "cs231n", 0, NOW + 2 * MINUTE) == -1
    assert await _opinions_of(storage, MINSU) == {}


@pytest.mark.parametrize("value", [2, -2, 100])
async def test_a_thumb_points_up_down_or_nowhere(storage: Storage, minsu: Identity, value: int) -> None:
    with pytest.raises(ValueError, match="thumb"):
        async with storage.write() as uow:
            await uow.opinions.thumb(minsu.id, "cs231n", value, NOW)


async def test_having_seen_it_has_a_date_which_a_later_look_renews(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        assert await uow.opinions.seen(minsu.id, "cs231n", True, NOW) is False
        assert await uow.opinions.seen(minsu.id, "cs231n", True, NOW + MONTH) is True
    assert await _opinions_of(storage, MINSU) == {"cs231n": Opinion(0, NOW + MONTH)}
    async with storage.write() as uow:
        assert await uow.opinions.seen(minsu.id, "cs231n", False, NOW + 2 * MONTH) is True
    assert await _opinions_of(storage, MINSU) == {}


async def test_the_two_words_do_not_touch_each_other_or_the_list(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        await uow.entries.set(minsu.id, "cs231n", EntryState.DONE, NOW)
        await uow.entries.set(minsu.id, "d2l", EntryState.SAVED, NOW)
        await uow.opinions.seen(minsu.id, "cs231n", True, NOW)
        await uow.opinions.thumb(minsu.id, "cs231n", 1, NOW + MINUTE)
        await uow.opinions.thumb(minsu.id, "cs224w", -1, NOW)
    async with storage.read() as uow:
        visitor = await uow.people.visitor(MINSU)
    assert visitor is not None
    assert visitor.entries == {"cs231n": EntryState.DONE, "d2l": EntryState.SAVED}
    assert visitor.opinions == {"cs231n": Opinion(1, NOW), "cs224w": Opinion(-1)}


async def test_of_two_accounts_the_later_word_stands(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        there = await uow.people.meet(MINSU_ON_TELEGRAM, "ko", NOW)
        await uow.opinions.thumb(minsu.id, "cs231n", 1, NOW + MINUTE)
        await uow.opinions.seen(minsu.id, "cs231n", True, NOW)
        await uow.opinions.thumb(there.id, "cs231n", -1, NOW)
        await uow.opinions.seen(there.id, "cs231n", True, NOW + MONTH)
        await uow.people.join(there.id, minsu.person_id)
    joined = {"cs231n": Opinion(1, NOW + MONTH)}
    assert await _opinions_of(storage, MINSU) == await _opinions_of(storage, MINSU_ON_TELEGRAM) == joined
    async with storage.write() as uow:
        assert await uow.opinions.thumb(there.id, "cs231n", 0, NOW + 2 * MINUTE) == 1
    assert await _opinions_of(storage, MINSU) == {"cs231n": Opinion(0, NOW + MONTH)}


async def test_a_group_is_counted_in_people_who_were_met_in_its_spaces(storage: Storage, minsu: Identity) -> None:
    await _join(storage, SERVER, CHAT, SUPERGROUP)
    async with storage.write() as uow:
        there = await uow.people.meet(MINSU_ON_TELEGRAM, "ko", NOW)
        await uow.people.join(there.id, minsu.person_id)
        jiwoo = await uow.people.meet(JIWOO, "ko", NOW)
        stranger = await uow.people.meet(replace(JIWOO, id="1"), "ko", NOW)
        for identity, space in ((minsu, SERVER), (there, CHAT), (jiwoo, CHAT), (stranger, SUPERGROUP)):
            assert await uow.members.note(identity.id, space, NOW)
        for identity in (minsu, there, jiwoo, stranger):
            await uow.opinions.thumb(identity.id, "cs231n", 1, NOW)
        await uow.opinions.thumb(jiwoo.id, "d2l", -1, NOW)
        await uow.opinions.seen(minsu.id, "cs231n", True, NOW)
        await uow.opinions.seen(jiwoo.id, "cs231n", True, NOW + MONTH)
        await uow.opinions.thumb(jiwoo.id, "cs224w", 1, NOW)
        await uow.opinions.thumb(jiwoo.id, "cs224w", 0, NOW + MINUTE)
    async with storage.read() as uow:
        both = await uow.opinions.of_group([SERVER, CHAT])
        assert both == {"cs231n": GroupOpinion(2, 0, 2, NOW + MONTH), "d2l": GroupOpinion(0, 1, 0, None)}
        assert await uow.opinions.of_group([SERVER]) == {"cs231n": GroupOpinion(1, 0, 1, NOW)}
        assert await uow.opinions.of_group([replace(SERVER, id="2")]) == {}
        assert await uow.opinions.of_group([]) == {}


async def test_a_group_moves_with_its_members_to_a_new_id_whichever_was_seen_first(
    storage: Storage, minsu: Identity
) -> None:
    await _join(storage, CHAT, SUPERGROUP)
    async with storage.write() as uow:
        jiwoo = await uow.people.meet(JIWOO, "ko", NOW)
        for identity, space in ((minsu, CHAT), (minsu, SUPERGROUP), (jiwoo, SUPERGROUP)):
            await uow.members.note(identity.id, space, NOW)
            await uow.opinions.thumb(identity.id, "cs231n", 1, NOW)
        await uow.spaces.moved(CHAT, SUPERGROUP)
    async with storage.read() as uow:
        assert await uow.opinions.of_group([SUPERGROUP]) == {"cs231n": GroupOpinion(2, 0, 0, None)}
        assert await uow.opinions.of_group([CHAT]) == {}


async def test_the_last_space_is_the_one_met_in_last_where_the_bot_still_is(storage: Storage, minsu: Identity) -> None:
    await _join(storage, SERVER, CHAT)
    async with storage.write() as uow:
        assert await uow.members.last_space(minsu.person_id) is None
        assert await uow.members.note(minsu.id, SERVER, NOW)
        assert await uow.members.note(minsu.id, CHAT, NOW + MINUTE)
        assert await uow.members.last_space(minsu.person_id) == CHAT
        assert await uow.members.note(minsu.id, SERVER, NOW + 2 * MINUTE)
        assert await uow.members.last_space(minsu.person_id) == SERVER
        await uow.spaces.left(SERVER, NOW)
        assert await uow.members.last_space(minsu.person_id) == CHAT


async def test_nobody_is_met_in_a_space_that_was_never_seen(storage: Storage, minsu: Identity) -> None:
    async with storage.write() as uow:
        assert not await uow.members.note(minsu.id, SERVER, NOW)
        assert await uow.members.last_space(minsu.person_id) is None
