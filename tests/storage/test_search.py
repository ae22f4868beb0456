"""Papers and notes are found by their words, Korean ones by any two syllables, and nobody's private ones."""

from __future__ import annotations

import pytest

from bot.core.papers.terms import asked
from bot.core.reading import Found, Hit, NoteKind
from bot.storage import Storage, UnitOfWork
from tests.storage.club import Club, founded, kept, paper
from tests.storage.moments import MINUTE, NOW


async def _found(uow: UnitOfWork, words: str, club: Club | None = None, **more: object) -> list[tuple[Found, int]]:
    group = None if club is None else club.group.id
    hits = await uow.papers.search(asked(words), group, 10, **more)  # type: ignore[arg-type]
    return [(hit.what, hit.note_id or hit.paper_id) for hit in hits]


async def test_a_title_counts_more_than_an_abstract_and_more_words_more_than_fewer(storage: Storage) -> None:
    async with storage.write() as uow:
        in_abstract = await uow.papers.put(paper("a", "On optics", abstract="A vision of attention."), NOW)
        in_title = await uow.papers.put(paper("b", "Attention for vision"), NOW)
        one_word = await uow.papers.put(paper("c", "Attention"), NOW)
        author = await uow.papers.put(paper("d", "Kernels", authors=("Vision Smith",)), NOW)
        found = await _found(uow, "attention vision")
    assert found == [(Found.PAPER, number) for number in (in_title, in_abstract, one_word, author)]


@pytest.mark.parametrize(
    "words", ["transformers", "Transformer", "TRANSFORMER!", "the transformer", "transformer xyzzy"]
)
async def test_forms_of_a_word_find_each_other_and_unknown_words_hide_nothing(storage: Storage, words: str) -> None:
    async with storage.write() as uow:
        one = await uow.papers.put(paper("a", "A transformer"), NOW)
        many = await uow.papers.put(paper("b", "Vision Transformers"), NOW)
        await kept(uow, "c")
        assert set(await _found(uow, words)) == {(Found.PAPER, one), (Found.PAPER, many)}


async def test_two_syllables_are_found_inside_a_longer_korean_word(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        (about,) = await kept(uow, "a")
        note = await uow.notes.add(
            club.group.id, about, club.jiwoo.id, NoteKind.NOTE, "확률적경사하강법이 왜 되는지", NOW, shared=True
        )
        assert await _found(uow, "경사", club) == [(Found.NOTE, note.id)]
        assert await _found(uow, "하강법", club) == [(Found.NOTE, note.id)]
        assert await _found(uow, "사과", club) == []
        assert await _found(uow, "경사") == []


async def test_notes_of_others_are_found_only_when_they_are_shared_and_only_in_their_group(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        other = await uow.groups.create("다른 모임", NOW)
        (about,) = await kept(uow, "a")
        for group, shared in ((club.group, False), (other, True)):
            await uow.notes.add(group.id, about, club.minsu.id, NoteKind.NOTE, "secret words", NOW, shared=shared)
        assert await _found(uow, "secret", club) == []
        assert await _found(uow, "secret", club, person_id=club.jiwoo.person_id) == []
        assert len(await _found(uow, "secret", club, person_id=club.minsu.person_id)) == 1


async def test_a_note_is_found_by_its_words_of_today_and_not_at_all_once_removed(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        (about,) = await kept(uow, "a")
        note = await uow.notes.add(club.group.id, about, club.jiwoo.id, NoteKind.NOTE, "before", NOW, shared=True)
        await uow.notes.change(note.id, club.jiwoo.person_id, text="afterwards")
        assert await _found(uow, "before", club) == []
        hits = await uow.papers.search(asked("afterwards"), club.group.id, 10)
        assert hits == (Hit(Found.NOTE, about, note.id, 1, hits[0].weight),)
        await uow.notes.remove(note.id, club.jiwoo.person_id)
        assert await _found(uow, "afterwards", club) == []


async def test_a_rare_word_does_not_hide_what_has_all_the_others(storage: Storage) -> None:
    async with storage.write() as uow:
        wanted = await uow.papers.put(paper("a", "Graph attention networks"), NOW)
        rare = await uow.papers.put(paper("b", "Zebra"), NOW)
        assert await _found(uow, "graph attention networks zebra") == [(Found.PAPER, wanted), (Found.PAPER, rare)]


async def test_a_word_that_stands_everywhere_gives_as_many_as_were_asked_for(storage: Storage) -> None:
    async with storage.write() as uow:
        pool = [(paper(f"arxiv:{number}", f"Learning {number}"), ()) for number in range(900)]
        await uow.papers.import_pool(pool, NOW)
        special = await uow.papers.put(paper("special", "Learning to rank zebras"), NOW + MINUTE)
        assert len(await uow.papers.search(asked("learning"), None, 7)) == 7
        assert (await _found(uow, "learning zebra"))[0] == (Found.PAPER, special)


@pytest.mark.parametrize(
    "words", ["", "   ", "!?", "\0", "'; DROP TABLE xyzzy", "x" * 30_000, "가" * 5000, "a b " * 999]
)
async def test_any_question_is_answered(storage: Storage, words: str) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        await kept(uow, "a")
        assert await _found(uow, words, club) == []
        assert await uow.papers.search(asked(words), club.group.id, 0) == ()
