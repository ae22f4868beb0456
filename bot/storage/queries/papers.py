"""Papers: whatever can be read in a week, known by its key, and found again by its words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from bot.core.papers.merging import merged
from bot.core.papers.paper import Paper, PaperState
from bot.core.papers.terms import weighed
from bot.core.people import GroupId, PersonId
from bot.core.reading import Hit, KeptPaper, Listing, PaperId
from bot.storage.many import Many
from bot.storage.packing import pack_paper, unpack_paper
from bot.storage.queries.terms import Terms
from bot.storage.run import AnyRow, Run
from bot.storage.tables import listings, paper_terms, papers

_IN_TITLE, _BY_AUTHOR, _IN_ABSTRACT = 8, 4, 1
_AUTHORS_INDEXED = 10
_IDS_AT_ONCE = 500  # parameters of one statement

_this = papers.c.id == bindparam("this")
_BY_KEY = select(papers).where(papers.c.key == bindparam("known_as"))
_GET = select(papers).where(_this)
_MANY = select(papers).where(papers.c.id.in_(bindparam("these", expanding=True)))
_BY_KEYS = select(papers).where(papers.c.key.in_(bindparam("keys", expanding=True)))
_SHIPPED = select(papers).where(papers.c.shipped.is_(True)).order_by(papers.c.id)
_KEYS = select(papers.c.id, papers.c.key)
_ADDED = (*pack_paper(Paper("", "", "")), "shipped", "tries", "next_try_at", "at")
_ADD = Many(insert(papers), *_ADDED)
_NEW = insert(papers).returning(papers.c.id)
_PENDING = (
    select(papers)
    .where(papers.c.next_try_at.is_not(None), papers.c.next_try_at <= bindparam("now"))
    .order_by(papers.c.next_try_at, papers.c.id)
    .limit(bindparam("most"))
)
_ASK = update(papers).where(_this, papers.c.next_try_at.is_(None)).values(next_try_at=bindparam("from_at"))
_FAILED = update(papers).where(_this).values(tries=papers.c.tries + 1, next_try_at=bindparam("again_at"))
_LISTINGS = (
    select(listings).where(listings.c.paper_id == bindparam("of_paper")).order_by(listings.c.listed_from, listings.c.id)
)
_ALL_LISTINGS = select(listings.c.paper_id, listings.c.source, listings.c.listed_from, listings.c.listed_to)
_LIST = Many(insert(listings), "paper_id", "source", "listed_from", "listed_to")
_UNINDEX = delete(paper_terms).where(paper_terms.c.paper_id == bindparam("of_paper"))
_INDEX = Many(insert(paper_terms), "paper_id", "term", "weight")


class Papers:
    """What is known of papers. Only `put` and what imports decides what stands: see `core.papers.merging`."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def get(self, paper_id: PaperId) -> KeptPaper | None:
        """Return a paper by its number."""
        row = await self._run.row(_GET, {"this": paper_id})
        return None if row is None else kept_paper(row)

    async def by_key(self, key: str) -> KeptPaper | None:
        """Return a paper by what it is known by; None for one that is not kept."""
        row = await self._run.row(_BY_KEY, {"known_as": key})
        return None if row is None else kept_paper(row)

    async def many(self, paper_ids: Iterable[PaperId]) -> Mapping[PaperId, KeptPaper]:
        """Return papers by their numbers."""
        rows = await self._some(_MANY, "these", sorted(set(paper_ids)))
        return {PaperId(row.id): kept_paper(row) for row in rows}

    async def by_keys(self, keys: Iterable[str]) -> Mapping[str, KeptPaper]:
        """Return papers by what they are known by."""
        rows = await self._some(_BY_KEYS, "keys", sorted(set(keys)))
        return {row.key: kept_paper(row) for row in rows}

    async def shipped(self) -> tuple[KeptPaper, ...]:
        """Return every paper that came with the program."""
        return tuple(map(kept_paper, await self._run.rows(_SHIPPED)))

    async def put(self, paper: Paper, now: datetime, *, next_try_at: datetime | None = None) -> PaperId:
        """Keep a paper, or add what is new about one that is kept, and return its number.

        A pending paper is to be asked for from `next_try_at`, or at once. What is known is never lost to a mere link.
        """
        known = await self.by_key(paper.key)
        if known is not None:
            both = merged(known.paper, paper)
            if both != known.paper:
                await self._replace(known, both)
            return known.id
        if paper.state is PaperState.PENDING:
            next_try_at = next_try_at or now
        values = _row(paper, now, shipped=False) | {"next_try_at": next_try_at}
        paper_id = PaperId(await self._run.value(_NEW, values))
        await self._index({paper_id: paper})
        return paper_id

    async def pending(self, now: datetime, limit: int) -> tuple[KeptPaper, ...]:
        """Return papers the archive is to be asked for by now, the longest waiting first."""
        return tuple(map(kept_paper, await self._run.rows(_PENDING, {"now": now, "most": limit})))

    async def ask(self, paper_id: PaperId, at: datetime) -> None:
        """Have the archive asked for what is missing of a paper, from `at` on; nothing when that is so already."""
        await self._run.count(_ASK, {"this": paper_id, "from_at": at})

    async def answered(self, paper_id: PaperId, paper: Paper) -> None:
        """Keep what the archive said of a paper; it is not asked for again. Its key stays. Raises `LookupError`."""
        known = await self.get(paper_id)
        if known is None:
            raise LookupError(f"no paper {paper_id}")
        await self._replace(known, merged(known.paper, paper))

    async def failed(self, paper_id: PaperId, next_try_at: datetime | None) -> None:
        """Note that the archive did not answer, and when to ask again; None: not any more."""
        await self._run.count(_FAILED, {"this": paper_id, "again_at": next_try_at})

    async def listings(self, paper_id: PaperId) -> tuple[Listing, ...]:
        """Return which lists named a paper, the earliest first."""
        return tuple(_listing(row) for row in await self._run.rows(_LISTINGS, {"of_paper": paper_id}))

    async def import_pool(self, pool: Iterable[tuple[Paper, Sequence[Listing]]], now: datetime) -> int:
        """Bring the papers that come with the program up to date, and return how many are new or changed.

        Papers with one key become one. What a group added or the archive said of them stays.
        """
        told: dict[str, Paper] = {}
        named: dict[str, list[Listing]] = {}
        for paper, lists in pool:
            told[paper.key] = merged(told[paper.key], paper) if paper.key in told else paper
            named.setdefault(paper.key, []).extend(lists)
        changed = await self._import(told, now)
        ids = {row.key: PaperId(row.id) for row in await self._run.rows(_KEYS)}
        await self._index({ids[key]: paper for key, paper in changed.items()})
        await self._list({ids[key]: lists for key, lists in named.items()})
        return len(changed)

    async def search(
        self,
        words: Collection[str],
        group_id: GroupId | None,
        limit: int,
        *,
        person_id: PersonId | None = None,
    ) -> tuple[Hit, ...]:
        """Return papers, and notes of a group about them, in which most of the `words` stand, the best first.

        `words` come from `core.papers.terms.asked`. Of the notes only those that are shared, and the person's own.
        """
        return await Terms(self._run).search(words, group_id, person_id, limit)

    async def _some(self, statement: Any, name: str, values: Sequence[Any]) -> list[AnyRow]:
        found: list[AnyRow] = []
        for start in range(0, len(values), _IDS_AT_ONCE):
            found += await self._run.rows(statement, {name: values[start : start + _IDS_AT_ONCE]})
        return found

    async def _replace(self, known: KeptPaper, paper: Paper) -> None:
        values = pack_paper(paper) | {"key": known.paper.key, "next_try_at": known.next_try_at}
        if paper.state is not PaperState.PENDING:
            values |= {"next_try_at": None, "tries": 0}
        await self._run.count(update(papers).where(papers.c.id == known.id).values(values))
        await self._run.count(_UNINDEX, {"of_paper": known.id})
        await self._index({known.id: paper})

    async def _import(self, told: Mapping[str, Paper], now: datetime) -> dict[str, Paper]:
        """Insert what is new and change what is not as told; return both by key."""
        known = await self.by_keys(told) if await self._run.row(_KEYS.limit(1)) else {}
        new = {key: paper for key, paper in told.items() if key not in known}
        rows = (_row(paper, now, shipped=True) for paper in new.values())
        await self._run.many(_ADD, [tuple(row[name] for name in _ADDED) for row in rows])
        both = {key: merged(kept.paper, told[key]) for key, kept in known.items()}
        changed = {key: paper for key, paper in both.items() if paper != known[key].paper}
        for key, paper in changed.items():
            values = pack_paper(paper) | {"shipped": True}
            await self._run.count(update(papers).where(papers.c.id == known[key].id).values(values))
            await self._run.count(_UNINDEX, {"of_paper": known[key].id})
        return new | changed

    async def _list(self, named: Mapping[PaperId, Sequence[Listing]]) -> None:
        rows = await self._run.rows(_ALL_LISTINGS)
        there = {(row.paper_id, row.source, row.listed_from, row.listed_to) for row in rows}
        told = {
            (paper_id, each.source, each.listed_from, each.listed_to): None
            for paper_id, lists in named.items()
            for each in lists
        }
        await self._run.many(_LIST, [each for each in told if each not in there])

    async def _index(self, of: Mapping[PaperId, Paper]) -> None:
        rows = [(paper_id, term, weight) for paper_id, paper in of.items() for term, weight in _terms(paper).items()]
        await self._run.many(_INDEX, rows)


def _terms(paper: Paper) -> Mapping[str, int]:
    authors = " ".join(paper.authors[:_AUTHORS_INDEXED])
    return weighed(
        (f"{paper.title} {paper.short or ''}", _IN_TITLE), (authors, _BY_AUTHOR), (paper.abstract, _IN_ABSTRACT)
    )


def _row(paper: Paper, now: datetime, *, shipped: bool) -> dict[str, Any]:
    return pack_paper(paper) | {"shipped": shipped, "tries": 0, "next_try_at": None, "at": now}


def kept_paper(row: AnyRow) -> KeptPaper:
    """Return the paper in a row of its table, with its number."""
    return KeptPaper(PaperId(row.id), unpack_paper(row), row.tries, row.next_try_at)


def _listing(row: AnyRow) -> Listing:
    return Listing(row.source, row.listed_from, row.listed_to)
