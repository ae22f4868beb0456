"""Looks once a week whether the catalogue's links still open, gently: a few at a time, each of another host.

What is found needs several days to be said (`core.link_health` judges). Organisers and the host see it with what could
take the link's place; the host is written to once about each dead link, and at most once a week.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.core.catalogue import Resource, Showing
from bot.core.link_health import (
    TO_MEND,
    LinkHealth,
    Met,
    Verdict,
    Visit,
    address_to_ask,
    after,
    first_visit,
    put_off,
    visit_of_page,
    visit_of_status,
)
from bot.core.outbox import NewLetter
from bot.core.papers.links import host_of
from bot.core.refs import UserRef
from bot.core.schedule import NOTICE
from bot.core.shelf import Shelf
from bot.services.outbox import Outbox
from bot.storage import Storage

if TYPE_CHECKING:
    from bot.feeds.fetch import Fetcher
    from bot.feeds.sources import Sources

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=10)
AT_ONCE = 6  # links of a round, each of another host: several hundred links are spread over a week with room to spare
READ = 60  # due links that are looked at for those
OURS = timedelta(hours=3)  # without an answer from anybody for so long, it is our own network that is away
LETTER = "reports.dead"  # the post to the hosts
TOLD_EVERY, GATHERED = timedelta(days=7), timedelta(days=1)
_TOLD, _FOUND = "links.told", "links.found"  # marks: the last letter, and when something to tell was first there


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link that is to be mended: what was found, the rows that have it, and what could take its place.

    `instead` is an address for the same thing (where it moved to, or another of the row's), `successors` are rows.
    """

    health: LinkHealth
    rows: tuple[Resource, ...]
    instead: str | None
    successors: tuple[Resource, ...]


class LinkCheck:
    """Looks after the catalogue's links."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        books: Shelf,
        outbox: Outbox,
        owners: Iterable[UserRef],
        sources: Callable[[], Sources],
    ) -> None:
        """Look after the links of `books`, through `sources`; write to `owners` through `outbox`."""
        self._storage, self._clock, self._books = storage, clock, books
        self._outbox, self._owners, self._sources = outbox, tuple(owners), sources
        self._known: frozenset[str] = frozenset()
        self._open: Sources | None = None

    async def close(self) -> None:
        """Let go of every connection."""
        if self._open is not None:
            await self._open.close()

    async def go_round(self) -> int:
        """Look at a few of the links whose turn it is, and tell the hosts what they should know; return how many."""
        await self._learn()
        async with self._storage.read() as uow:
            due = await uow.link_checks.due(self._clock(), READ)
            last_answer = await uow.link_checks.last_answer()
        chosen = _one_a_host(due)
        if chosen:
            self._open = opened = self._sources()
            visits = await asyncio.gather(*(visit(opened.fetcher, each.url) for each in chosen))
            await self._keep(chosen, visits, last_answer)
        await self._tell()
        return len(chosen)

    async def found(self) -> tuple[FoundLink, ...]:
        """Return what is to be mended: dead links first, then those that moved, the longest standing first."""
        return await found_in(self._storage, self._books)

    async def _learn(self) -> None:
        """Look after the links that the catalogue has now."""
        wanted = frozenset(rows_by_link(self._books))
        if wanted == self._known:
            return
        now = self._clock()
        async with self._storage.write() as uow:
            there = await uow.link_checks.urls()
            await uow.link_checks.add([first_visit(url, now) for url in sorted(wanted - there)])
            await uow.link_checks.forget(there - wanted)
        self._known = wanted

    async def _keep(self, chosen: tuple[LinkHealth, ...], visits: list[Visit], last_answer: datetime | None) -> None:
        now = self._clock()
        here = any(each.answered for each in visits)
        here = here or (last_answer is not None and now - last_answer < OURS)
        async with self._storage.write() as uow:
            for link, met in zip(chosen, visits, strict=True):
                await uow.link_checks.put(after(link, met, now) if here else put_off(link, now))
        if not here:
            log.info("no link was counted: nobody answers, so the network is ours to blame", links=len(chosen))

    async def _tell(self) -> None:
        """Write to the hosts about dead links they do not know of, those of a day or longer together."""
        now = self._clock()
        async with self._storage.read() as uow:
            untold = [each for each in await uow.link_checks.of((Verdict.DEAD,)) if each.told_at is None]
            told, found = await uow.marks.get(_TOLD), await uow.marks.get(_FOUND)
        if not untold or not self._owners or (told and now - datetime.fromisoformat(told) < TOLD_EVERY):
            return
        if not found:
            async with self._storage.write() as uow:
                await uow.marks.put(_FOUND, now.isoformat(), now)
            return
        if now - datetime.fromisoformat(found) < GATHERED:
            return
        urls = [each.url for each in untold]
        letters = [
            NewLetter(f"links:{now:%Y%m%d}:{owner}", NOTICE, owner, LETTER, {"urls": urls}) for owner in self._owners
        ]
        async with self._storage.write() as uow:
            await uow.link_checks.tell(urls, now)
            await uow.marks.put(_TOLD, now.isoformat(), now)
            await uow.marks.put(_FOUND, "", now)
            await self._outbox.put(uow, letters)
        log.info("the hosts are told of dead links", links=len(urls))
        self._outbox.wake()


async def found_in(storage: Storage, books: Shelf) -> tuple[FoundLink, ...]:
    """Return what is to be mended of the links of `books`, by what `storage` has of them."""
    async with storage.read() as uow:
        links = await uow.link_checks.of(TO_MEND)
    rows, dead = rows_by_link(books), {each.url for each in links if each.verdict is Verdict.DEAD}
    known = [_found(each, rows[each.url], books, dead) for each in links if each.url in rows]
    return tuple(sorted(known, key=lambda each: each.health.verdict is not Verdict.DEAD))


async def visit(fetcher: Fetcher, url: str) -> Visit:
    """Look once whether `url` opens. It never raises for what strangers' servers do."""
    from bot.feeds.errors import BadStatus, FetchFailed, Forbidden  # aiohttp is not needed before there is one

    asked = address_to_ask(url)
    try:
        page = await fetcher.look(asked)
    except BadStatus as error:
        return visit_of_status(error.status, wait=error.wait is not None)
    except Forbidden:  # never looked at, so nothing is said of it
        return Visit(Met.UNSURE, "forbidden", answered=False)
    except FetchFailed as error:
        return Visit(Met.FAILED, error.reason, answered=False)
    except Exception:  # a mistake of ours must not keep the others from being looked at, round after round
        log.exception("a link could not be looked at", url=asked)
        return Visit(Met.UNSURE, "unexpected", answered=False)
    return visit_of_page(asked, page.url, page.moved_to)


def rows_by_link(books: Shelf) -> Mapping[str, tuple[Resource, ...]]:
    """Return the rows that have each link, in the catalogue's order; what is never shown has none to look after."""
    found: dict[str, tuple[Resource, ...]] = {}
    for row in books.catalogue:
        if row.showing is Showing.NEVER:
            continue
        for url in dict.fromkeys(filter(None, (row.link, *row.other_urls))):
            found[url] = (*found.get(url, ()), row)
    return found


def _found(link: LinkHealth, rows: tuple[Resource, ...], books: Shelf, dead: set[str]) -> FoundLink:
    others = (url for row in rows for url in (row.link, *row.other_urls) if url and url not in dead)
    instead = link.moved_to or next(others, None)
    after_them = {each.id: each for row in rows for each in books.catalogue.successors(row)}
    return FoundLink(link, rows, instead, tuple(each for each in after_them.values() if each.link not in dead))


def _one_a_host(due: Iterable[LinkHealth]) -> tuple[LinkHealth, ...]:
    chosen: dict[str, LinkHealth] = {}
    for link in due:
        chosen.setdefault(host_of(address_to_ask(link.url)), link)
    return tuple(chosen.values())[:AT_ONCE]
