"""Reads the feeds that are due: each once for all groups, politely, and keeps what is new of it.

A feed's answer and what it brought are kept in one step, so whoever is killed anywhere neither loses nor doubles an
item; what was not asked is asked by whoever leads next. Documents are taken apart in a thread, one at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog

from bot.core.digest.fetching import (
    OURS_WAIT,
    Answer,
    Failure,
    Feed,
    Taken,
    Visits,
    after_answer,
    after_failure,
    news_of,
    prints_of,
    put_off,
)
from bot.core.digest.items import Item, ItemKind
from bot.core.digest.sources import FeedKind, FeedRow
from bot.core.errors import Unavailable
from bot.core.papers.links import host_of
from bot.core.papers.subjects import subjects_of
from bot.core.shelf import Shelf
from bot.feeds.errors import BadStatus, FetchFailed, Unreadable
from bot.storage import Storage
from bot.storage.errors import StorageFailed

if TYPE_CHECKING:
    from bot.feeds.documents import Feed as Document
    from bot.feeds.fetch import Fetcher, Page

log = structlog.get_logger(__name__)

HOSTS_AT_ONCE = 8  # that are being asked; each is asked one thing after the other
FORMS = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_HOSTS_THAT_TELL = 3  # that do not answer while none does, from which on it is our own line
_HOST_PATIENCE = 2  # of its feeds that get no answer, one after the other, before the rest is left for later
_OF_LINE = frozenset({"unreachable", "too_slow"})
_KIND_OF_ITEMS = {
    FeedKind.PAPERS: ItemKind.PAPER,
    FeedKind.VIDEOS: ItemKind.VIDEO,
    FeedKind.NEWSLETTER: ItemKind.NEWSLETTER,
    FeedKind.REPOSITORY: ItemKind.REPOSITORY,
    FeedKind.BLOG: ItemKind.POST,
    FeedKind.NEWS: ItemKind.POST,
    FeedKind.COMMUNITY: ItemKind.POST,
}


@dataclass(slots=True)
class _Tally:
    """How a round goes: what was kept, which hosts said anything, and what failed so that it may be our own line."""

    fresh: int = 0
    spoke: set[str] = field(default_factory=set)
    silent: list[tuple[Feed, Failure]] = field(default_factory=list)


class FeedRound:
    """Asks feeds and keeps what they bring."""

    def __init__(
        self, storage: Storage, clock: Callable[[], datetime], books: Shelf, chance: Callable[[], float]
    ) -> None:
        """Keep in `storage`; the topics of what comes are told by `books`. `chance` gives numbers from 0 to 1."""
        self._storage, self._clock, self._books, self._chance = storage, clock, books, chance
        self._hosts = asyncio.Semaphore(HOSTS_AT_ONCE)
        self._parsing = asyncio.Lock()

    async def read(self, due: Sequence[Feed], rows: Mapping[str, FeedRow], fetcher: Fetcher) -> int:
        """Ask the `due` feeds; return how many new items were kept. Raises `Unavailable` when nothing can be kept.

        `rows` are what the shipped file says of them, by key.
        """
        hosts: dict[str, list[Feed]] = {}
        for feed in due:
            hosts.setdefault(host_of(feed.asked_at), []).append(feed)
        tally = _Tally()
        asking = [self._ask_host(host, feeds, rows, fetcher, tally) for host, feeds in hosts.items()]
        await _all_of(asking)
        await self._judge(tally)
        return tally.fresh

    async def _ask_host(
        self, host: str, feeds: Sequence[Feed], rows: Mapping[str, FeedRow], fetcher: Fetcher, tally: _Tally
    ) -> None:
        """Ask one host for all its feeds; when it asks to be left alone, or says nothing, the rest is put off."""
        async with self._hosts:
            unanswered = 0
            for number, feed in enumerate(feeds, 1):
                failure = await self._ask(host, feed, rows.get(feed.key), fetcher, tally)
                unanswered = unanswered + 1 if failure is not None and failure.reason in _OF_LINE else 0
                if failure is not None and (failure.speaks_for_host or unanswered >= _HOST_PATIENCE):
                    await self._put_off(feeds[number:], failure)
                    return

    async def _ask(self, host: str, feed: Feed, row: FeedRow | None, fetcher: Fetcher, tally: _Tally) -> Failure | None:
        """Ask one feed and keep what came; return why nothing did."""
        visits = feed.visits
        try:
            page = await fetcher.get(feed.asked_at, etag=visits.etag, modified=visits.modified, accept=FORMS)
            tally.spoke.add(host)
            fresh = await self.keep(feed, page, row)
            tally.fresh += fresh
        except FetchFailed as error:
            failure = failure_of(error)
            log.info("a feed did not answer well", feed=feed.key, reason=failure.reason, status=failure.status)
            if failure.reason in _OF_LINE:
                tally.silent.append((feed, failure))
            else:
                tally.spoke.add(host)
                await self._failed(feed, failure)
            return failure
        except Exception as error:
            if isinstance(error, Unavailable) and not isinstance(error, StorageFailed):
                raise
            # A mistake of ours, or what the database refuses of it, must not keep all the others from being read, round
            # after round; when the database takes nothing at all, the next line tells.
            log.exception("a feed could not be read", feed=feed.key)
            failure = Failure("unexpected")
            await self._failed(feed, failure)
            return failure
        return None

    async def keep(self, feed: Feed, page: Page, row: FeedRow | None = None, document: Document | None = None) -> int:
        """Keep what a page brought of a feed, and return how many items are new. Raises `Unreadable`, `TooLarge`.

        `document` is the page's when it was taken apart already.
        """
        now, first = self._clock(), feed.visits.ok_at is None
        answer = Answer(page.unchanged, page.etag, page.modified, page.moved_to)
        if page.unchanged:
            await self._visited(feed, after_answer(feed.visits, answer, now, fresh=0, chance=self._chance()))
            return 0
        found = document or await self.taken_apart(page, row, feed.key)
        items = [replace(each, source=feed.key) for each in found.items]
        prints = {each: prints_of(each) for each in items}
        every = {sign for signs in prints.values() for sign in signs}
        async with self._storage.read() as uow:
            known = await uow.news.known(feed.id, every)
        new = [item for item in items if known.isdisjoint(prints[item])]
        taken = await self._sorted(news_of(new, now, first=first))
        visits = after_answer(feed.visits, answer, now, fresh=len(taken), chance=self._chance())
        async with self._storage.write() as uow:
            return await uow.news.answered(feed.id, visits, taken, every, now)

    async def taken_apart(self, page: Page, row: FeedRow | None, source: str) -> Document:
        """Return what a page says as a feed. Raises `Unreadable`, `TooLarge`."""
        kind = _KIND_OF_ITEMS[row.kind] if row is not None else None

        def read() -> Document:
            from bot.feeds.documents import read_feed  # feedparser: heavy, and not needed at the start

            return read_feed(page.body, page.content_type, page.url, source=source, kind=kind, seen=self._clock())

        async with self._parsing:
            try:
                return await asyncio.to_thread(read)
            except FetchFailed:
                raise
            except Exception as error:  # whatever a stranger's document does to a parser, the others are read
                log.exception("a feed could not be taken apart", feed=source)
                raise Unreadable(type(error).__name__) from None

    async def _sorted(self, taken: Sequence[Taken]) -> tuple[Taken, ...]:
        """Return what is taken with its topics."""
        if not taken:
            return ()

        def sort() -> tuple[Taken, ...]:
            return tuple(replace(each, item=self._with_topics(each.item)) for each in taken)

        async with self._parsing:
            return await asyncio.to_thread(sort)

    def _with_topics(self, item: Item) -> Item:
        return replace(item, topics=subjects_of(item.title, item.categories, self._books))

    async def _judge(self, tally: _Tally) -> None:
        """Tell feeds that do not answer from a line of our own that is down: then nobody's silence counts."""
        hosts = {host_of(feed.asked_at) for feed, _ in tally.silent}
        ours = not tally.spoke and len(hosts) >= _HOSTS_THAT_TELL
        if ours:
            log.warning("no feed can be reached: our own line may be down", hosts=len(hosts))
        for feed, failure in tally.silent:
            if ours:
                await self._visited(feed, put_off(feed.visits, self._clock(), OURS_WAIT, chance=self._chance()))
            else:
                await self._failed(feed, failure)

    async def _failed(self, feed: Feed, failure: Failure) -> None:
        await self._visited(feed, after_failure(feed.visits, failure, self._clock(), chance=self._chance()))

    async def _put_off(self, feeds: Iterable[Feed], failure: Failure) -> None:
        wait = max(failure.wait or OURS_WAIT, OURS_WAIT)
        for feed in feeds:
            await self._visited(feed, put_off(feed.visits, self._clock(), wait, chance=self._chance()))

    async def _visited(self, feed: Feed, visits: Visits) -> None:
        async with self._storage.write() as uow:
            await uow.news.visited(feed.id, visits)


def failure_of(error: FetchFailed) -> Failure:
    """Return in our words why a feed did not answer well."""
    return Failure(error.reason, error.status if isinstance(error, BadStatus) else None, error.wait)


async def _all_of(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do everything side by side; what one of them raises ends the others."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
