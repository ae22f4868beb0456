"""Papers by any link: kept at once, completed when the archive answers, whatever it does; found and chosen."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.groups import Group
from bot.core.papers.paper import Difficulty, PaperKind, PaperState
from bot.core.reading import How, NoteKind
from bot.core.refs import Platform, UserRef
from bot.core.shelf import Shelf
from bot.feeds import pages
from bot.feeds.arxiv import Arxiv
from bot.feeds.fetch import Fetcher
from bot.feeds.sources import Sources
from bot.services import shelf
from bot.services.papers import EVERY, Papers
from bot.storage import Storage
from tests.feeds.recorded import folder
from tests.standins.arxiv import ArxivStandIn, Entry, arxiv_stand_in

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ME = UserRef(Platform.DISCORD, "1")


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def books() -> Shelf:
    return shelf.load()


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one file of classics and few lines of the pool."""
    data = tmp_path_factory.mktemp("data")
    (data / "papers" / "classics").mkdir(parents=True)
    shutil.copy(shelf.DATA_DIR / "papers" / "classics" / "graph-ml.toml", data / "papers" / "classics")
    shutil.copy(shelf.DATA_DIR / "papers" / "lists.toml", data / "papers")
    lines = (shelf.DATA_DIR / "papers" / "pool.jsonl").read_text("utf-8").splitlines()[:40]
    (data / "papers" / "pool.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return data


@pytest.fixture
async def archive() -> AsyncIterator[ArxivStandIn]:
    async with arxiv_stand_in() as stand_in:
        yield stand_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def opened(
    folder: Path, books: Shelf, clock: Clock, archive: ArxivStandIn, data: Path, seconds: float = 5.0
) -> AsyncIterator[tuple[Papers, Storage]]:
    def sources() -> Sources:
        fetcher = Fetcher(reachable=lambda *_: True, pace={"127.0.0.1": 0.0}, seconds=seconds)
        return Sources(Arxiv(fetcher, archive.base), fetcher)

    async with await Storage.open(f"sqlite+aiosqlite:///{folder}/moim.db", clock=clock) as storage:
        papers = Papers(storage, books, clock, sources, data)
        try:
            yield papers, storage
        finally:
            await papers.close()


@pytest.fixture
async def house(
    tmp_path: Path, books: Shelf, clock: Clock, archive: ArxivStandIn, few: Path
) -> AsyncIterator[tuple[Papers, Storage]]:
    async with opened(tmp_path, books, clock, archive, few) as both:
        yield both


House = tuple[Papers, Storage]


async def _group(storage: Storage) -> Group:
    async with storage.write() as uow:
        return await uow.groups.create("Lab", NOW)


# what a link brings


async def test_a_link_brings_the_paper_with_everything_the_archive_tells(house: House, archive: ArxivStandIn) -> None:
    archive.papers["2401.12345"] = Entry("A $\\alpha$-Story for Graph Neural Networks", category="cs.LG")
    kept = await house[0].found("https://arxiv.org/pdf/2401.12345v3")
    assert kept is not None
    paper = kept.paper
    assert (paper.title, paper.state) == ("A α-Story for Graph Neural Networks", PaperState.COMPLETE)
    assert paper.authors == ("Ada Lovelace", "Alan Turing") and paper.published == date(2024, 5, 1)
    assert paper.topics[0] == "graph-ml" and paper.kind is PaperKind.METHOD
    assert paper.mobile_url == "https://arxiv.org/html/2401.12345"


async def test_every_address_of_a_paper_and_every_version_meet(house: House, archive: ArxivStandIn) -> None:
    archive.papers["2401.12345"] = Entry("X")
    found = [
        await house[0].found(text)
        for text in (
            "arXiv:2401.12345", "https://arxiv.org/abs/2401.12345v2", "https://huggingface.co/papers/2401.12345",
            "https://www.alphaxiv.org/abs/2401.12345", "이거요 https://doi.org/10.48550/arXiv.2401.12345 어때요",
        )
    ]  # fmt: skip
    assert len({each.id for each in found if each is not None}) == 1 and None not in found
    assert archive.asked == ["2401.12345"], "and the archive was asked once"


async def test_recorded_answers_are_replayed(house: House) -> None:
    if not (folder() / "arxiv-api-old-style-id.xml").is_file():
        pytest.skip("the recorded document arxiv-api-old-style-id.xml is not at hand")
    kept = await house[0].found("https://arxiv.org/abs/astro-ph/0601001v1")
    assert kept is not None and kept.paper.categories[0] == "astro-ph" and len(kept.paper.authors) == 4


async def test_no_link_is_no_paper(house: House) -> None:
    assert await house[0].found("attention is all you need") is None


async def test_a_classic_keeps_what_its_curator_said_and_gains_what_the_archive_tells(
    house: House, archive: ArxivStandIn
) -> None:
    archive.papers["1810.00826"] = Entry("How Powerful are Graph Neural Networks?", abstract="We propose a method.")
    kept = await house[0].found("1810.00826")
    assert kept is not None
    assert (kept.paper.kind, kept.paper.difficulty) == (PaperKind.THEORY, Difficulty.ADVANCED)
    assert kept.paper.authors and kept.paper.abstract and kept.paper.short == "GIN"


# what goes wrong


@pytest.mark.parametrize("status", [429, 500, 503, 403])
async def test_an_outage_keeps_the_paper_and_it_is_completed_later(
    house: House, archive: ArxivStandIn, clock: Clock, status: int
) -> None:
    papers, _ = house
    archive.papers["2401.12345"] = Entry("X")
    archive.trouble = [status, status]
    kept = await papers.found("2401.12345")
    assert kept is not None and kept.paper.state is PaperState.PENDING and kept.paper.title == "arXiv:2401.12345"
    assert await papers.complete_pending() == 0, "not at once again"
    clock.now += timedelta(minutes=2)
    assert await papers.complete_pending() == 0 and len(archive.asked) == 2
    clock.now += timedelta(minutes=3)
    assert await papers.complete_pending() == 0 and len(archive.asked) == 2, "the second wait is longer"
    clock.now += timedelta(minutes=4)
    assert await papers.complete_pending() == 1
    again = await papers.get(kept.id)
    assert again is not None and (again.paper.title, again.tries) == ("X", 0)


async def test_who_asks_to_be_left_alone_is_left_alone(house: House, archive: ArxivStandIn, clock: Clock) -> None:
    papers, _ = house
    archive.papers |= {"2401.12345": Entry("X"), "2401.12346": Entry("Y")}
    archive.trouble, archive.retry_after = [429], "7200"
    await papers.found("2401.12345")
    await papers.found("2401.12345")
    clock.now += timedelta(minutes=110)
    await papers.complete_pending()
    assert len(archive.asked) == 1
    clock.now += timedelta(minutes=45)
    assert await papers.complete_pending() == 1


async def test_a_slow_archive_makes_nobody_wait(house: House, archive: ArxivStandIn, clock: Clock) -> None:
    papers, _ = house
    archive.papers["2401.12345"] = Entry("X")
    archive.trouble = [2.0]
    begun = asyncio.get_running_loop().time()
    kept = await papers.found("2401.12345", patience=0.1)
    assert asyncio.get_running_loop().time() - begun < 1.5
    assert kept is not None and kept.paper.state is PaperState.PENDING
    again = await papers.found("2401.12345", patience=5)
    assert again is not None and again.paper.title == "X" and len(archive.asked) == 1, "one question, still under way"


async def test_an_archive_that_answers_too_late_is_asked_again(
    tmp_path: Path, books: Shelf, clock: Clock, archive: ArxivStandIn, few: Path
) -> None:
    archive.papers["2401.12345"] = Entry("X")
    archive.trouble = [1.0]
    async with opened(tmp_path, books, clock, archive, few, seconds=0.2) as (papers, _):
        kept = await papers.found("2401.12345")
        assert kept is not None and (kept.paper.state, kept.tries) == (PaperState.PENDING, 1)
        clock.now += timedelta(minutes=5)
        assert await papers.complete_pending() == 1


async def test_a_kill_in_between_keeps_the_paper(
    tmp_path: Path, books: Shelf, clock: Clock, archive: ArxivStandIn, few: Path
) -> None:
    archive.papers["2401.12345"] = Entry("X")
    archive.trouble = [30.0]
    async with opened(tmp_path, books, clock, archive, few) as (papers, _):
        await papers.found("2401.12345", patience=0.05)  # and the process ends while the archive is asked
    archive.trouble = []
    async with opened(tmp_path, books, clock, archive, few) as (papers, _):
        clock.now += EVERY + timedelta(seconds=1)
        assert await papers.complete_pending() == 1
        kept = await papers.found("2401.12345")
        assert kept is not None and kept.paper.title == "X"


async def test_a_paper_that_there_is_not_is_said_to_be_missing(house: House, archive: ArxivStandIn) -> None:
    kept = await house[0].found("https://arxiv.org/abs/2401.99999")
    assert kept is not None and kept.paper.state is PaperState.MISSING and kept.next_try_at is None
    archive.papers["2401.99999"] = Entry("Late")
    kept = await house[0].found("2401.99999")
    assert kept is not None and kept.paper.title == "Late", "who insists has it asked for again"


async def test_a_paper_that_others_vouch_for_is_not_lost_to_an_empty_answer(
    house: House, archive: ArxivStandIn, clock: Clock
) -> None:
    kept = await house[0].found("1810.00826")
    assert kept is not None
    assert (kept.paper.state, kept.paper.title) == (PaperState.COMPLETE, "How Powerful are Graph Neural Networks?")
    clock.now += timedelta(days=2)
    archive.papers["1810.00826"] = Entry("How Powerful are Graph Neural Networks?")
    assert await house[0].complete_pending() == 1


async def test_a_paper_of_today_may_come_yet(house: House, archive: ArxivStandIn, clock: Clock) -> None:
    papers, _ = house
    kept = await papers.found("2611.12345")
    assert kept is not None and kept.paper.state is PaperState.PENDING
    archive.papers["2611.12345"] = Entry("New")
    clock.now += timedelta(hours=9)
    assert await papers.complete_pending() == 1
    kept = await papers.get(kept.id)
    assert kept is not None and kept.paper.title == "New"


async def test_a_withdrawn_paper_is_said_to_be(house: House, archive: ArxivStandIn) -> None:
    archive.papers["2401.12345"] = Entry("X", comment="This paper has been withdrawn by the authors")
    kept = await house[0].found("2401.12345")
    assert kept is not None and kept.paper.state is PaperState.WITHDRAWN


async def test_what_waits_is_asked_for_in_one_question(house: House, archive: ArxivStandIn, clock: Clock) -> None:
    papers, _ = house
    ids = [f"2401.0000{number}" for number in range(1, 8)]
    for each in ids:
        archive.trouble = [500]
        await papers.found(each)
        archive.papers[each] = Entry(f"Paper {each}")
    archive.asked.clear()
    clock.now += timedelta(minutes=5)
    assert await papers.complete_pending() == len(ids)
    assert [set(each.split(",")) for each in archive.asked] == [set(ids)]


@pytest.mark.parametrize(
    "title",
    ["@everyone <@1> **bold** [x](https://evil.example) <b>html</b>", "x" * 10_000, "\\frac{1}{", "$" * 99, "‮evil"],
)
async def test_hostile_titles_are_kept_as_words(house: House, archive: ArxivStandIn, title: str) -> None:
    archive.papers["2401.12345"] = Entry(title, authors=(title,) * 3, abstract=title * 3)
    kept = await house[0].found("2401.12345")
    assert kept is not None and kept.paper.state is PaperState.COMPLETE
    assert 0 < len(kept.paper.title) <= 10_000 and "\n" not in kept.paper.title
    assert await house[0].search(title[:100], None, None) is not None


# other links


async def test_a_page_brings_its_title_and_what_it_says_of_a_paper(house: House, archive: ArxivStandIn) -> None:
    head = '<meta name="citation_title" content="GloVe"><meta name="citation_author" content="J. Pennington">'
    kept = await house[0].found(archive.page("/D14-1162/", f"<html><head><title>x</title>{head}"))
    assert kept is not None
    assert (kept.paper.title, kept.paper.authors, kept.paper.state) == (
        "GloVe",
        ("J. Pennington",),
        PaperState.COMPLETE,
    )


async def test_a_page_that_is_none_keeps_its_address_for_a_title(house: House, archive: ArxivStandIn) -> None:
    kept = await house[0].found(archive.page("/some/paper.pdf", "%PDF", "application/pdf"))
    gone = await house[0].found(f"{archive.address}/gone")
    assert kept is not None and gone is not None
    assert kept.paper.title.endswith("/some/paper.pdf") and kept.paper.state is PaperState.COMPLETE
    assert gone.paper.title.endswith("/gone") and gone.next_try_at is None


async def test_a_page_that_we_stumble_over_keeps_no_other_waiting(
    house: House, archive: ArxivStandIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers, _ = house
    read = pages.read_page

    def stumbling(body: bytes, content_type: str) -> pages.PageFacts:
        if b"odd" in body:
            raise OverflowError
        return read(body, content_type)

    monkeypatch.setattr(pages, "read_page", stumbling)
    for name in ("odd", "even"):
        await papers.found(archive.page(f"/{name}", f"<title>{name}</title>"), patience=0)
    clock.now += timedelta(minutes=5)
    assert await papers.complete_pending() == 1
    assert await papers.complete_pending() == 0, "and not at once again"


async def test_a_private_address_is_never_asked(
    tmp_path: Path, books: Shelf, clock: Clock, archive: ArxivStandIn, few: Path
) -> None:
    def guarded() -> Sources:
        fetcher = Fetcher()
        return Sources(Arxiv(fetcher), fetcher)

    async with await Storage.open(f"sqlite+aiosqlite:///{tmp_path}/moim.db", clock=clock) as storage:
        papers = Papers(storage, books, clock, guarded, few)
        kept = await papers.found(archive.page("/secret", "<title>secret</title>"))
        await papers.close()
    assert archive.asked == []
    assert kept is not None and "secret" in kept.paper.title and kept.paper.state is PaperState.COMPLETE


# the papers that come along


async def test_they_are_taken_in_once_for_each_version(
    tmp_path: Path, books: Shelf, clock: Clock, archive: ArxivStandIn, few: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(few, data)
    async with opened(tmp_path, books, clock, archive, data) as (papers, storage):
        await papers.ensure()
        async with storage.read() as uow:
            first = await uow.papers.shipped()
    assert len(first) >= 40
    row = {"key": "arxiv:2401.00001", "title": "A new one", "lists": [["dair-weekly", "2026-11-16", "2026-11-22"]]}
    with (data / "papers" / "pool.jsonl").open("a", encoding="utf-8") as pool:
        pool.write("\n" + json.dumps(row))
    async with opened(tmp_path, books, clock, archive, data) as (papers, storage):
        await asyncio.gather(papers.ensure(), papers.ensure())
        async with storage.read() as uow:
            second = await uow.papers.shipped()
            new = await uow.papers.by_key("arxiv:2401.00001")
            assert new is not None
            assert [each.source for each in await uow.papers.listings(new.id)] == ["dair-weekly"]
    assert len(second) == len(first) + 1


async def test_a_group_is_given_papers_with_true_reasons_and_none_twice(house: House) -> None:
    papers, storage = house
    group = await _group(storage)
    given = [await papers.fill(group.id, ("graph-ml",), None)]
    async with storage.write() as uow:
        await uow.nominations.add(group.id, given[0][0][0].id, None, "", NOW)
    given.append(await papers.fill(group.id, ("graph-ml",), None))
    async with storage.write() as uow:
        cycle = await uow.cycles.of(group.id, NOW.date(), NOW)
        await uow.cycles.pick(cycle.id, given[1][0][0].id, How.FILLED, None, NOW)
    given.append(await papers.fill(group.id, ("graph-ml",), None, 3))
    keys = [kept.paper.key for each in given for kept, _ in each]
    assert len(keys) == len(set(keys)) == 5
    assert all("graph-ml" in kept.paper.topics for each in given[:2] for kept, _ in each)


# looking up


async def test_papers_are_found_by_their_words_and_a_whole_title_comes_first(house: House) -> None:
    papers, _ = house
    found = await papers.search("graph attention networks", None, None)
    assert found[0].kept.paper.title == "Graph Attention Networks"
    assert await papers.search("zork blah", None, None) == ()
    assert await papers.search("", None, None) == ()


async def test_a_groups_notes_are_found_by_korean_words_of_two_syllables_and_only_by_the_group(house: House) -> None:
    papers, storage = house
    group, other = await _group(storage), await _group(storage)
    kept = (await papers.search("graph attention networks", None, None))[0].kept
    async with storage.write() as uow:
        me = await uow.people.meet(ME, "ko", NOW)
        await uow.notes.add(
            group.id, kept.id, me.id, NoteKind.NOTE, "귀납적 학습이라 새 노드에도 되네요", NOW, shared=True
        )
        await uow.notes.add(group.id, kept.id, me.id, NoteKind.NOTE, "부끄러운 비밀", NOW)
    found = await papers.search("노드", group, None)
    assert [each.note.text for each in found if each.note] == ["귀납적 학습이라 새 노드에도 되네요"]
    assert await papers.search("노드", other, None) == await papers.search("노드", None, None) == ()
    assert await papers.search("비밀", group, None) == ()
    standing = await papers.in_group(group, kept.id)
    assert [note.text for note in standing.notes] == ["귀납적 학습이라 새 노드에도 되네요"]
