"""Who reads what, counted in people, whichever account they press with."""

from __future__ import annotations

from bot.core.groups import Group
from bot.core.people import GroupId
from bot.core.reading import Reader, Readers, ReaderState
from bot.storage import Storage
from tests.storage.club import founded, kept
from tests.storage.moments import MINUTE, NOW

READING, FINISHED, SKIMMED = ReaderState


async def test_of_two_marks_of_one_person_the_later_stands_and_people_are_counted(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        group, minsu = club.group.id, club.minsu.person_id
        (paper,) = await kept(uow, "a")
        assert await uow.readers.of(group, paper) == Readers()
        await uow.readers.set(group, paper, club.minsu.id, READING, NOW)
        await uow.readers.set(group, paper, club.minsu_there.id, FINISHED, NOW + MINUTE)
        await uow.readers.set(group, paper, club.jiwoo.id, SKIMMED, NOW)
        assert await uow.readers.of(group, paper) == Readers(finished=1, skimmed=1, pressed=2)
        mine = await uow.readers.mine(group, paper, minsu)
        assert mine == Reader(group, paper, minsu, FINISHED, False, NOW + MINUTE)
        alone = await uow.people.part(club.minsu_there.id, NOW)
        assert await uow.readers.of(group, paper) == Readers(reading=1, finished=1, skimmed=1, pressed=3)
        there = await uow.readers.mine(group, paper, alone)
        assert there is not None
        assert there.state is FINISHED


async def test_too_hard_is_a_word_of_its_own_and_both_can_be_taken_back(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        group, minsu = club.group.id, club.minsu.person_id
        (paper,) = await kept(uow, "a")
        await uow.readers.set(group, paper, club.minsu.id, READING, NOW)
        await uow.readers.too_hard(group, paper, club.minsu_there.id, True, NOW + MINUTE)
        expected = Reader(group, paper, minsu, READING, True, NOW + MINUTE)
        assert await uow.readers.mine(group, paper, minsu) == expected
        assert await uow.readers.who(group, paper) == (expected,)
        assert await uow.readers.of(group, paper) == Readers(reading=1, too_hard=1, pressed=1)
        await uow.readers.set(group, paper, club.minsu_there.id, None, NOW + 2 * MINUTE)
        assert await uow.readers.of(group, paper) == Readers(too_hard=1, pressed=1)
        await uow.readers.too_hard(group, paper, club.minsu.id, False, NOW + 3 * MINUTE)
        assert await uow.readers.mine(group, paper, minsu) is None
        assert await uow.readers.of(group, paper) == Readers()


async def test_marks_are_a_groups_own_and_a_person_sees_all_of_theirs(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        other: Group = await uow.groups.create("다른 모임", NOW)
        first, second = await kept(uow, "a", "b")
        await uow.readers.set(club.group.id, first, club.minsu.id, READING, NOW)
        await uow.readers.set(other.id, first, club.minsu_there.id, FINISHED, NOW + MINUTE)
        await uow.readers.set(club.group.id, second, club.minsu.id, SKIMMED, NOW + 2 * MINUTE)
        found = await uow.readers.of_person(club.minsu.person_id)
        assert [(each.group_id, each.paper_id, each.state) for each in found] == [
            (club.group.id, second, SKIMMED),
            (other.id, first, FINISHED),
            (club.group.id, first, READING),
        ]
        of_group = await uow.readers.of_group(club.group.id)
        assert of_group == {first: Readers(reading=1, pressed=1), second: Readers(skimmed=1, pressed=1)}
        assert await uow.readers.of_group(GroupId(999)) == {}
