"""Notes: their writer's to change, from either account, and the group's only when shared."""

from __future__ import annotations

from bot.core.reading import NoteId, NoteKind
from bot.storage import Storage
from tests.storage.club import founded, kept
from tests.storage.moments import MINUTE, NOW


async def test_only_shared_notes_are_the_groups(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        first, second = await kept(uow, "a", "b")
        group = club.group.id
        mine = await uow.notes.add(group, first, club.minsu.id, NoteKind.NOTE, "내 메모", NOW)
        asked = await uow.notes.add(group, first, club.jiwoo.id, NoteKind.QUESTION, "왜요", NOW + MINUTE, shared=True)
        there = await uow.notes.add(group, second, club.minsu_there.id, NoteKind.NOTE, "둘", NOW, shared=True)
        assert await uow.notes.of(group, first) == (asked,)
        assert await uow.notes.of(group, first, shared_only=False) == (mine, asked)
        assert await uow.notes.of_group(group) == (there, asked)
        assert await uow.notes.of_person(club.minsu.person_id) == (mine, there)
        other = await uow.groups.create("다른 모임", NOW)
        assert await uow.notes.of(other.id, first) == ()
        assert await uow.notes.get(mine.id) == mine
        assert await uow.notes.get(NoteId(999)) is None


async def test_a_note_is_changed_shared_and_removed_by_its_writer_from_either_account_and_by_nobody_else(
    storage: Storage,
) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        (paper,) = await kept(uow, "a")
        note = await uow.notes.add(club.group.id, paper, club.minsu_there.id, NoteKind.NOTE, "처음", NOW)
        minsu, jiwoo = club.minsu.person_id, club.jiwoo.person_id
        assert not await uow.notes.change(note.id, jiwoo, text="남의 것")
        assert not await uow.notes.share(note.id, jiwoo, True)
        assert not await uow.notes.remove(note.id, jiwoo)
        assert await uow.notes.change(note.id, minsu, text="나중", kind=NoteKind.QUESTION)
        assert await uow.notes.share(note.id, minsu, True)
        (shared,) = await uow.notes.of(club.group.id, paper)
        assert (shared.text, shared.kind, shared.shared, shared.at) == ("나중", NoteKind.QUESTION, True, NOW)
        assert await uow.notes.share(note.id, minsu, False)
        assert await uow.notes.of(club.group.id, paper) == ()
        assert await uow.notes.remove(note.id, minsu)
        assert not await uow.notes.remove(note.id, minsu)
        assert not await uow.notes.change(note.id, minsu)


async def test_hostile_notes_are_kept_as_they_are(storage: Storage) -> None:
    hostile = "@everyone [x](https://evil) <script> $\\sqrt{ '; -- \u202e🧑‍🔬" * 300
    async with storage.write() as uow:
        club = await founded(uow)
        (paper,) = await kept(uow, "a")
        note = await uow.notes.add(club.group.id, paper, club.jiwoo.id, NoteKind.NOTE, hostile, NOW, shared=True)
        assert await uow.notes.of(club.group.id, paper) == (note,)
        assert note.text == hostile


async def test_a_note_of_a_turn_that_comes_twice_is_one_note(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        (paper,) = await kept(uow, "a")
        where = (club.group.id, paper, club.minsu.id, NoteKind.NOTE, "메모", NOW)
        first = await uow.notes.add(*where, once="telegram:7:1")
        assert await uow.notes.add(*where, once="telegram:7:1") == first
        other = await uow.notes.add(*where, once="telegram:7:2")
        unnamed = [await uow.notes.add(*where) for _ in range(2)]
        found = await uow.notes.of_person(club.minsu.person_id)
        assert [note.id for note in found] == [first.id, other.id, *(note.id for note in unnamed)]
