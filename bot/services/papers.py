"""Papers as a group uses them: found by any link, completed when the archive answers, looked up, chosen when none is.

A paper is kept before anybody is asked about it, so neither an outage nor a kill loses one; what is not known yet is
asked for again, ever more seldom. The papers that come with the program are taken in once for each version of them.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog

from bot.core.errors import Unavailable
from bot.core.groups import Group
from bot.core.papers.filling import Filled, Wish, fill, same_title
from bot.core.papers.kinds import kind_of
from bot.core.papers.links import ArxivId, Doi, LinkTarget, read_link
from bot.core.papers.paper import Difficulty, Paper, PaperKind, PaperState, key_of
from bot.core.papers.readable import readable
from bot.core.papers.subjects import subjects_of
from bot.core.papers.terms import asked
from bot.core.people import EntryState, GroupId, Person
from bot.core.reading import Cycle, Hit, KeptPaper, Nomination, Note, PaperId, listed_as
from bot.core.refs import UserRef
from bot.core.shelf import Shelf
from bot.feeds.errors import BadStatus, FetchFailed, Forbidden, TooLarge, Unpackable, Unreadable
from bot.storage import Storage
from bot.storage.errors import StorageFailed

if TYPE_CHECKING:
    from bot.feeds.pages import PageFacts
    from bot.feeds.sources import Sources

log = structlog.get_logger(__name__)

TAKEN_IN = "papers"  # the mark of the version of the shipped papers that is in the database
PATIENCE = 2.0  # seconds that somebody waits for what the archive says; it comes later otherwise
EVERY = timedelta(minutes=3)  # what is not complete is looked after
_BACKOFF = (1, 5, 15, 60, 240, 1440)  # minutes until the next question, by how many went unanswered
_JITTER = 0.25
_TRIES = 30  # of an archive that is out of order; a page gets fewer
_PAGE_TRIES = 4
_AT_ONCE = 50  # papers in one question
_PAGES_AT_ONCE = 5
_LABEL = 120  # characters of an address shown for want of a title
_NEW = timedelta(days=45)  # a paper announced today may take a day to be known to the archive's own interface
_UNKNOWN_TRIES = 3
_UNKNOWN_AGAIN = timedelta(hours=8)
_KNOWN_AGAIN = timedelta(days=1)
_DOI_FORMS = "application/vnd.citationstyles.csl+json, text/html;q=0.6"
_LOOKED_AT = 60  # hits of a search that are put in order
_FINAL = (Forbidden, TooLarge, Unpackable, Unreadable)  # a page that will not be another one tomorrow


@dataclass(frozen=True, slots=True)
class InGroup:
    """Where a paper stands with a group: the cycle it was read in, its place in the queue, the notes shared on it."""

    cycle: Cycle | None = None
    nomination: Nomination | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPaper:
    """An answer of a search: a paper, and the note in which the words stand, if not in the paper itself."""

    kept: KeptPaper
    note: Note | None = None


class Papers:
    """Knows papers."""

    def __init__(
        self,
        storage: Storage,
        books: Shelf,
        clock: Callable[[], datetime],
        sources: Callable[[], Sources],
        data_dir: Path | None = None,
    ) -> None:
        """Keep in `storage`; ask what `sources` opens, when first needed. `data_dir` replaces the shipped data."""
        self._storage, self._books, self._clock = storage, books, clock
        self._open, self._data_dir = sources, data_dir
        self._opened: Sources | None = None
        self._taken_in = False
        self._taking_in = asyncio.Lock()
        self._asking: dict[PaperId, asyncio.Task[None]] = {}

    # finding

    async def found(self, text: str, *, patience: float = PATIENCE) -> KeptPaper | None:
        """Return the paper that a link in `text` means, kept from now on; None without a link.

        What is not known of it is asked for, for at most `patience` seconds; it may come back without.
        """
        target = read_link(text)
        return None if target is None else await self.of_link(target, patience=patience)

    async def of_link(self, target: LinkTarget, *, patience: float = PATIENCE) -> KeptPaper:
        """Return the paper behind a link that was read."""
        await self.ensure()
        now = self._clock()
        async with self._storage.write() as uow:
            paper_id = await uow.papers.put(_only_a_link(target), now, next_try_at=now + EVERY)
            kept = await uow.papers.get(paper_id)
        assert kept is not None  # noqa: S101 - put a line ago
        return await self._completed(kept, patience)

    async def get(self, paper_id: PaperId) -> KeptPaper | None:
        """Return a paper by its number."""
        async with self._storage.read() as uow:
            return await uow.papers.get(paper_id)

    async def many(self, paper_ids: Iterable[PaperId]) -> Mapping[PaperId, KeptPaper]:
        """Return papers by their numbers, those that are gone left out."""
        async with self._storage.read() as uow:
            return await uow.papers.many(paper_ids)

    async def save(self, user: UserRef, language: str | None, paper_id: PaperId) -> None:
        """Put a paper on somebody's own list; again is the same."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            await uow.entries.set(identity.id, listed_as(paper_id), EntryState.SAVED, now)

    async def unsave(self, person: Person | None, paper_id: PaperId) -> None:
        """Take a paper off a person's own list."""
        if person is not None:
            async with self._storage.write() as uow:
                await uow.entries.forget(person.id, listed_as(paper_id))

    async def person(self, user: UserRef) -> Person | None:
        """Return the person behind an account as they are known now."""
        async with self._storage.read() as uow:
            return await uow.people.visitor(user)

    async def is_saved(self, person: Person | None, paper_id: PaperId) -> bool:
        """Say whether a paper is on a person's own list."""
        if person is None:
            return False
        async with self._storage.read() as uow:
            return any(each.resource_id == listed_as(paper_id) for each in await uow.entries.of_person(person.id))

    async def want(self, paper_id: PaperId, *, patience: float = 0.0) -> KeptPaper | None:
        """Return a paper that a group will read: what a mere list knew of it is asked for."""
        kept = await self.get(paper_id)
        return None if kept is None else await self._completed(kept, patience)

    async def in_group(self, group: Group | None, paper_id: PaperId) -> InGroup:
        """Return where a paper stands with a group."""
        if group is None:
            return InGroup()
        async with self._storage.read() as uow:
            return InGroup(
                await uow.cycles.of_paper(group.id, paper_id),
                await uow.nominations.of_paper(group.id, paper_id),
                await uow.notes.of(group.id, paper_id),
            )

    async def search(
        self, words: str, group: Group | None, person: Person | None, limit: int = 20
    ) -> tuple[FoundPaper, ...]:
        """Return the papers in which most of the words stand, and the notes of the group about them, the best first."""
        terms = asked(words)
        if not terms:
            return ()
        await self.ensure()
        async with self._storage.read() as uow:
            found = await uow.papers.search(
                terms,
                group.id if group is not None else None,
                _LOOKED_AT,
                person_id=person.id if person is not None else None,
            )
            hits = [hit for hit in found if hit.matched * 3 >= len(terms) * 2]
            papers = await uow.papers.many(hit.paper_id for hit in hits)
            notes = {hit.note_id: await uow.notes.get(hit.note_id) for hit in hits if hit.note_id is not None}
        called = same_title(words)

        def rank(hit: Hit) -> tuple[bool, int, int, bool, int]:
            paper = papers[hit.paper_id].paper
            exact = bool(called) and called == same_title(paper.title)
            return (not exact, -hit.matched, -hit.weight, paper.difficulty is None, -paper.listed)

        best = sorted((hit for hit in hits if hit.paper_id in papers), key=rank)[:limit]
        return tuple(FoundPaper(papers[hit.paper_id], notes.get(hit.note_id) if hit.note_id else None) for hit in best)

    # choosing

    async def fill(
        self, group_id: GroupId, topics: Sequence[str], difficulty: Difficulty | None, count: int = 1
    ) -> tuple[tuple[KeptPaper, Filled], ...]:
        """Return papers for a group that has none up, with why: never one it has read or had up before."""
        await self.ensure()
        async with self._storage.read() as uow:
            history = [each.paper_id for each in await uow.cycles.history(group_id) if each.paper_id is not None]
            up = [each.paper_id for each in await uow.nominations.of_group(group_id)]
            papers = await uow.papers.many({*history, *up})
        read = tuple(papers[each].paper for each in dict.fromkeys(history) if each in papers)
        known = [papers[each].paper for each in up if each in papers]
        wish = Wish(
            tuple(topics),
            difficulty,
            frozenset(each.key for each in (*read, *known)),
            frozenset(each.title for each in known),
            read,
        )
        chosen = await asyncio.to_thread(self._choose, wish, count)
        async with self._storage.read() as uow:
            kept = await uow.papers.by_keys(each.paper.key for each in chosen)
        return tuple((kept[each.paper.key], each) for each in chosen if each.paper.key in kept)

    def _choose(self, wish: Wish, count: int) -> tuple[Filled, ...]:
        from bot.services.shelf.papers import load_papers

        return fill(load_papers(self._data_dir).papers, wish, self._books.topics, count)

    # the papers that come along

    async def ensure(self) -> None:
        """Have the shipped papers in the database, taken in once for each version of them."""
        if self._taken_in:
            return
        async with self._taking_in:
            if self._taken_in:
                return
            from bot.services.shelf.papers import papers_version

            version = await asyncio.to_thread(papers_version, self._data_dir)
            async with self._storage.read() as uow:
                there = await uow.marks.get(TAKEN_IN)
            if there != version:
                await self._take_in(version)
            self._taken_in = True

    async def _take_in(self, version: str) -> None:
        from bot.services.shelf.papers import load_papers

        shipped = await asyncio.to_thread(load_papers, self._data_dir)
        now = self._clock()
        async with self._storage.write() as uow:
            if await uow.marks.get(TAKEN_IN) == version:
                return  # another process was faster
            pool = ((paper, shipped.listings.get(paper.key, ())) for paper in shipped.papers)
            changed = await uow.papers.import_pool(pool, now)
            await uow.marks.put(TAKEN_IN, version, now)
        log.info("papers taken in", papers=len(shipped.papers), changed=changed)

    # completing

    async def complete_pending(self) -> int:
        """Ask for what is not known yet and due to be asked for; return how many questions were answered."""
        async with self._storage.read() as uow:
            due = await uow.papers.pending(self._clock(), _AT_ONCE)
        due = tuple(kept for kept in due if kept.id not in self._asking)
        pages = [kept for kept in due if kept.paper.arxiv is None][:_PAGES_AT_ONCE]
        in_archive = [kept for kept in due if kept.paper.arxiv is not None]
        answered = await self._guarded(in_archive, self._ask_arxiv(in_archive))
        for kept in pages:
            answered += await self._guarded([kept], self._ask_page(kept))
        return answered

    async def _completed(self, kept: KeptPaper, patience: float) -> KeptPaper:
        """Have a paper completed, and return it as it is known after at most `patience` seconds."""
        if not _lacks(kept):
            return kept
        if kept.next_try_at is None:
            async with self._storage.write() as uow:
                await uow.papers.ask(kept.id, self._clock() + EVERY)
        elif kept.tries and kept.next_try_at > self._clock() + EVERY:
            return kept  # the archive is out of order or wants to be left alone
        if patience <= 0:
            return kept
        task = self._asking.get(kept.id)
        if task is None:
            self._asking[kept.id] = task = asyncio.create_task(self._ask(kept))
            task.add_done_callback(lambda _: self._asking.pop(kept.id, None))
        await asyncio.wait({task}, timeout=patience)
        return await self.get(kept.id) or kept

    async def close(self) -> None:
        """End what is being asked, which is asked again later, and let go of every connection."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()

    @property
    def _sources(self) -> Sources:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    async def _ask(self, kept: KeptPaper) -> None:
        asking = self._ask_arxiv([kept]) if kept.paper.arxiv is not None else self._ask_page(kept)
        try:
            await self._guarded([kept], asking)
        except Unavailable as error:
            log.warning("a paper could not be completed: storage", paper=kept.id, error=str(error))

    async def _guarded(self, papers: Sequence[KeptPaper], asking: Coroutine[Any, Any, int]) -> int:
        """Return what `asking` returns. Where it fails on one of `papers`, the others do not wait for it for ever.

        Raises `Unavailable` when the database takes nothing at all.
        """
        try:
            return await asking
        except Exception as error:
            if isinstance(error, Unavailable) and not isinstance(error, StorageFailed):
                raise
            log.exception("papers could not be completed", papers=[kept.id for kept in papers])
            await self._unanswered(papers, FetchFailed())
            return 0

    async def _ask_arxiv(self, papers: Sequence[KeptPaper]) -> int:
        by_id = {kept.paper.arxiv: kept for kept in papers if kept.paper.arxiv is not None}
        if not by_id:
            return 0
        try:
            found = await self._sources.arxiv.papers(tuple(by_id))
        except FetchFailed as error:
            log.info("arxiv did not answer", reason=error.reason, papers=len(by_id))
            await self._unanswered(papers, error)
            return 0
        pairs = [(kept, found[each]) for each, kept in by_id.items() if each in found]
        told = await asyncio.to_thread(lambda: [(kept, self._described(kept.paper, paper)) for kept, paper in pairs])
        async with self._storage.write() as uow:
            for kept, paper in told:
                if paper.state is PaperState.MISSING and _is_known(kept):
                    await uow.papers.failed(kept.id, self._clock() + _KNOWN_AGAIN if not kept.tries else None)
                elif paper.state is PaperState.MISSING and self._may_come_yet(kept):
                    await uow.papers.failed(kept.id, self._clock() + _UNKNOWN_AGAIN)
                else:
                    await uow.papers.answered(kept.id, paper)
        return len(told)

    def _described(self, known: Paper, told: Paper) -> Paper:
        """Return what was told of a paper, with what follows from it. What a curator said of its kind stands."""
        if told.state is PaperState.MISSING:
            return replace(told, title=known.title)
        return replace(
            told,
            topics=known.topics or subjects_of(told.title, told.categories, self._books),
            kind=known.kind if known.difficulty is not None else kind_of(told.title, told.abstract),
            own_prerequisites=False,
        )

    def _may_come_yet(self, kept: KeptPaper) -> bool:
        """Say whether a paper that the archive does not have may be too new for it."""
        arxiv = kept.paper.arxiv
        if arxiv is None or "/" in arxiv.id or kept.tries >= _UNKNOWN_TRIES:
            return False
        now = self._clock()
        return arxiv.id[:4] in {f"{now:%y%m}", f"{now - _NEW:%y%m}"}

    async def _ask_page(self, kept: KeptPaper) -> int:
        from bot.feeds.pages import PageFacts, read_page

        paper = kept.paper
        try:
            if paper.doi is not None:
                page = await self._sources.fetcher.get(Doi(paper.doi).url, accept=_DOI_FORMS)
            else:
                page = await self._sources.fetcher.get(paper.url, accept="text/html")
            facts = await asyncio.to_thread(read_page, page.body, page.content_type)
        except FetchFailed as error:
            if not _will_not_change(error) and kept.tries + 1 < _PAGE_TRIES:
                await self._unanswered([kept], error)
                return 0
            facts = PageFacts()  # its address has to do for a title
        told = await asyncio.to_thread(self._described, paper, _of_page(paper, facts))
        async with self._storage.write() as uow:
            await uow.papers.answered(kept.id, told)
        return 1

    async def _unanswered(self, papers: Collection[KeptPaper], error: FetchFailed) -> None:
        """Note that nothing came, and when to ask again: later each time, and not before we are welcome."""
        now = self._clock()
        async with self._storage.write() as uow:
            for kept in papers:
                minutes = _BACKOFF[min(kept.tries, len(_BACKOFF) - 1)]
                wait = max(timedelta(minutes=minutes), error.wait or timedelta())
                again = now + wait * (1 + random.uniform(0, _JITTER))  # noqa: S311 - no secret
                await uow.papers.failed(kept.id, again if kept.tries + 1 < _TRIES else None)


def _only_a_link(target: LinkTarget) -> Paper:
    """Return what a link alone tells; its address stands for the title."""
    match target:
        case ArxivId():
            return Paper(key_of(target), target.abstract, f"arXiv:{target.id}", state=PaperState.PENDING)
        case Doi():
            return Paper(key_of(target), target.url, target.doi[:_LABEL], state=PaperState.PENDING)
        case _:
            return Paper(key_of(target), target.url, _label(target.url), state=PaperState.PENDING)


def _label(url: str) -> str:
    parts = urlsplit(url)
    return readable(f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"[:_LABEL])


def _lacks(kept: KeptPaper) -> bool:
    """Say whether more of a paper is to be had than what a link or a list told."""
    paper = kept.paper
    if paper.state in (PaperState.PENDING, PaperState.MISSING):
        return True  # somebody insists: the archive may know it by now
    return paper.state is PaperState.COMPLETE and paper.arxiv is not None and not paper.authors


def _is_known(kept: KeptPaper) -> bool:
    """Say whether others vouch for a paper, so that it is the archive's mistake when it does not know it."""
    return kept.paper.difficulty is not None or kept.paper.listed > 0


def _will_not_change(error: FetchFailed) -> bool:
    gone = isinstance(error, BadStatus) and 400 <= error.status < 500 and error.status not in (408, 425, 429)
    return gone or isinstance(error, _FINAL)


def _of_page(paper: Paper, facts: PageFacts) -> Paper:
    return Paper(
        paper.key,
        paper.url,
        facts.title or paper.title,
        authors=facts.authors,
        abstract=facts.abstract if facts.is_paper else "",
        year=facts.year if facts.is_paper else None,
        kind=PaperKind.UNSURE,
        own_prerequisites=False,
    )
