"""Papers: kept once under their key, completed later, brought up to date with the program."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.papers.paper import Difficulty, Paper, PaperKind, PaperState, Review
from bot.core.papers.terms import asked
from bot.core.reading import Listing, PaperId
from bot.storage import Storage
from tests.storage.club import kept, paper
from tests.storage.moments import MINUTE, NOW

HOUR = timedelta(hours=1)
WHOLE = Paper(
    "arxiv:1706.03762",
    "https://arxiv.org/abs/1706.03762",
    "Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    abstract="The dominant sequence transduction models …",
    year=2017,
    published=date(2017, 6, 12),
    categories=("cs.CL", "cs.LG"),
    topics=("transformers",),
    kind=PaperKind.METHOD,
    difficulty=Difficulty.INTERMEDIATE,
    prerequisites=("rnn",),
    own_prerequisites=False,
    reviews=(Review("video", "PR-049", "https://youtu.be/6zGgVIlStXs", "ko"),),
    short="Transformer",
    code_url="https://github.com/tensorflow/tensor2tensor",
    listed=3,
)
LINK = Paper(WHOLE.key, WHOLE.url, WHOLE.url, PaperState.PENDING)


async def test_a_paper_comes_back_whole(storage: Storage) -> None:
    async with storage.write() as uow:
        number = await uow.papers.put(WHOLE, NOW)
        (other,) = await kept(uow, "doi:10.1/x")
    async with storage.read() as uow:
        found = await uow.papers.get(number)
        assert found is not None
        assert (found.id, found.paper, found.tries, found.next_try_at) == (number, WHOLE, 0, None)
        assert await uow.papers.by_key(WHOLE.key) == found
        assert (await uow.papers.many([number, other, number]))[number] == found
        assert set(await uow.papers.many([number, other])) == {number, other}
        assert set(await uow.papers.by_keys([WHOLE.key, "arxiv:9999.99999"])) == {WHOLE.key}
        assert await uow.papers.get(PaperId(999)) is None
        assert await uow.papers.by_key("arxiv:9999.99999") is None
        assert await uow.papers.many(()) == {}


async def test_a_link_to_a_paper_that_is_known_takes_nothing_from_it(storage: Storage) -> None:
    async with storage.write() as uow:
        number = await uow.papers.put(WHOLE, NOW)
        assert await uow.papers.put(LINK, NOW) == number
        assert (await uow.papers.many([number]))[number].paper == WHOLE
        assert await uow.papers.pending(NOW + HOUR, 10) == ()


async def test_a_pending_paper_is_asked_for_until_the_archive_answers(storage: Storage) -> None:
    async with storage.write() as uow:
        number = await uow.papers.put(LINK, NOW)
        later = await uow.papers.put(replace(LINK, key="arxiv:1"), NOW, next_try_at=NOW + HOUR)
        assert [each.id for each in await uow.papers.pending(NOW, 10)] == [number]
        assert [each.id for each in await uow.papers.pending(NOW + HOUR, 10)] == [number, later]
        assert [each.id for each in await uow.papers.pending(NOW + HOUR, 1)] == [number]
        await uow.papers.failed(number, NOW + 2 * HOUR)
        assert await uow.papers.pending(NOW, 10) == ()
        (_, waiting) = await uow.papers.pending(NOW + 2 * HOUR, 10)
        assert (waiting.id, waiting.tries) == (number, 1)
        await uow.papers.answered(number, replace(WHOLE, difficulty=None, reviews=()))
        found = await uow.papers.get(number)
        assert found is not None
        assert found.paper == replace(WHOLE, difficulty=None, reviews=())
        assert (found.tries, found.next_try_at) == (0, None)
        await uow.papers.failed(later, None)
        assert await uow.papers.pending(NOW + 9 * HOUR, 10) == ()


async def test_a_paper_the_archive_does_not_have_is_not_asked_for_again(storage: Storage) -> None:
    async with storage.write() as uow:
        number = await uow.papers.put(LINK, NOW)
        await uow.papers.answered(number, replace(LINK, state=PaperState.MISSING))
        assert await uow.papers.pending(NOW + HOUR, 10) == ()
        assert (await uow.papers.many([number]))[number].paper.state is PaperState.MISSING
        with pytest.raises(LookupError):
            await uow.papers.answered(PaperId(999), WHOLE)


async def test_what_a_curator_added_survives_the_archives_answer(storage: Storage) -> None:
    async with storage.write() as uow:
        number = await uow.papers.put(WHOLE, NOW)
        from_archive = Paper(WHOLE.key, WHOLE.url, "Attention Is All You Need", abstract="New words.", year=2017)
        await uow.papers.answered(number, from_archive)
        found = (await uow.papers.many([number]))[number].paper
        assert found == replace(WHOLE, abstract="New words.")


async def test_the_pool_is_imported_once_and_brought_up_to_date(storage: Storage) -> None:
    weekly, reading = Listing("weekly", date(2024, 1, 1), date(2024, 1, 7)), Listing("reading list")
    pool = [(paper("arxiv:1", "First"), [weekly]), (paper("arxiv:2", "Second"), []), (paper("arxiv:1"), [reading])]
    async with storage.write() as uow:
        (mine,) = await kept(uow, "arxiv:2")
        assert await uow.papers.import_pool(pool, NOW) == 2
        assert await uow.papers.import_pool(pool, NOW + MINUTE) == 0
        first = await uow.papers.by_key("arxiv:1")
        assert first is not None
        assert {each.source for each in await uow.papers.listings(first.id)} == {"weekly", "reading list"}
        assert weekly in await uow.papers.listings(first.id)
        second = await uow.papers.by_key("arxiv:2")
        assert second is not None
        assert (second.id, second.paper.title) == (mine, "Second")
        assert {each.id for each in await uow.papers.shipped()} == {first.id, second.id}
        newer = [(paper("arxiv:1", "First, revised"), [weekly]), (paper("arxiv:3", "Third"), [weekly])]
        assert await uow.papers.import_pool(newer, NOW) == 2
        assert len(await uow.papers.listings(first.id)) == 2
        assert [hit.paper_id for hit in await uow.papers.search(asked("revised"), None, 5)] == [first.id]
        assert await uow.papers.import_pool([], NOW) == 0


async def test_hostile_titles_are_kept_as_they_are(storage: Storage) -> None:
    hostile = paper(
        "url:x", "'; DROP TABLE papers; -- <b>@everyone</b> \\frac{1}{ 한글\u202e" * 100, abstract="x" * 10_000
    )
    async with storage.write() as uow:
        number = await uow.papers.put(hostile, NOW)
        assert (await uow.papers.many([number]))[number].paper == hostile
        assert [hit.paper_id for hit in await uow.papers.search(asked("한글"), None, 5)] == [number]
