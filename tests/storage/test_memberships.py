"""Members of a group: the people met in its spaces, each once, and what they said of their part."""

from __future__ import annotations

from dataclasses import replace

from bot.core.groups import Membership
from bot.core.people import Preferences
from bot.core.refs import UserRef
from bot.i18n import Locale
from bot.storage import Storage
from tests.storage.club import founded, met
from tests.storage.moments import CHAT, JIWOO, MINSU, MINSU_ON_TELEGRAM, MINUTE, NOW, SERVER


async def test_members_are_the_people_met_in_any_home_each_once_with_all_their_accounts(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        await met(uow, replace(JIWOO, id="77"), CHAT)
        await uow.people.prefer(club.minsu.person_id, Preferences(Locale.EN, "Europe/London"))
        await met(uow, MINSU_ON_TELEGRAM, SERVER, NOW + MINUTE)
        minsu, jiwoo = await uow.memberships.members(club.group.id)
    assert [each.user for each in minsu.identities] == [MINSU, MINSU_ON_TELEGRAM]
    assert minsu.identity_ids == {club.minsu.id, club.minsu_there.id}
    assert minsu.preferences == Preferences(Locale.EN, "Europe/London")
    assert (minsu.first_met_at, minsu.last_met_at) == (NOW, NOW + MINUTE)
    assert [each.user for each in jiwoo.identities] == [JIWOO]
    assert (jiwoo.membership, jiwoo.last_met_at) == (Membership(), NOW)


async def test_an_account_that_was_never_met_there_comes_along_with_its_person(storage: Storage) -> None:
    elsewhere = UserRef(MINSU.platform, "4242")
    async with storage.write() as uow:
        club = await founded(uow)
        other = await uow.people.meet(elsewhere, None, NOW - MINUTE)
        await uow.people.join(other.id, club.jiwoo.person_id)
        jiwoo, minsu = await uow.memberships.members(club.group.id)  # the first met first
    assert {each.user for each in jiwoo.identities} == {JIWOO, elsewhere}
    assert minsu.person_id == club.minsu.person_id


async def test_of_two_words_of_one_person_the_later_stands_each_for_itself(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        group, person = club.group.id, club.minsu.person_id
        assert await uow.memberships.of(group, person) == Membership()
        await uow.memberships.presents(group, club.minsu.id, True, NOW)
        await uow.memberships.presents(group, club.minsu_there.id, False, NOW + MINUTE)
        await uow.memberships.named(group, club.minsu.id, True, NOW + 2 * MINUTE)
        assert await uow.memberships.of(group, person) == Membership(presents=False, named=True)
        await uow.memberships.presents(group, club.minsu.id, True, NOW + 3 * MINUTE)
        assert await uow.memberships.of(group, person) == Membership(presents=True, named=True)
        (member, _) = await uow.memberships.members(group)
        assert member.membership == Membership(presents=True, named=True)
        assert await uow.memberships.of(group, club.jiwoo.person_id) == Membership()


async def test_parted_accounts_each_keep_their_own_word(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        group = club.group.id
        await uow.memberships.presents(group, club.minsu.id, True, NOW)
        await uow.memberships.presents(group, club.minsu_there.id, False, NOW + MINUTE)
        alone = await uow.people.part(club.minsu_there.id, NOW)
        assert (await uow.memberships.of(group, club.minsu.person_id)).presents is True
        assert (await uow.memberships.of(group, alone)).presents is False
