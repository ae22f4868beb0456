"""What is new in a group's field: which sources it has, what came from them, and how they are.

A group gets the shipped feeds of its topics and languages, and those it added; it may leave out any. Every feed is
read once for all groups, and only while an active group follows it: how, `feed_rounds` knows.
"""

from __future__ import annotations

import asyncio
import random
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.core.digest.fetching import Feed, FeedId, GroupFeed, Health, first_visit, own_key, parked, woken
from bot.core.digest.items import Story, stories_of
from bot.core.digest.sources import FeedRow, feeds_of_group
from bot.core.errors import Unavailable
from bot.core.groups import Group, GroupState
from bot.core.papers.links import host_of, same_place
from bot.core.people import GroupId
from bot.core.refs import UserRef
from bot.core.shelf import Shelf
from bot.i18n import Locale
from bot.services.feed_finder import Discovery, FeedFinder, NotFound
from bot.services.feed_rounds import FeedRound
from bot.services.shelf.feeds import load_feeds
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

if TYPE_CHECKING:
    from bot.feeds.sources import Sources

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=5)  # due feeds are looked for
MOST_OWN = 50  # feeds that one group may add
LONGEST_TITLE = 80  # characters of what a source is called
_MOST_AT_ONCE = 1000  # feeds of one round


class Outcome(StrEnum):
    """What became of adding a feed, when one was found. The values are keys of texts."""

    ADDED = "added"
    THERE = "there"  # the group has it already
    BACK = "back"  # it was left out, and comes again
    FULL = "full"  # the group has enough of its own


@dataclass(frozen=True, slots=True)
class Added:
    """What became of what somebody typed: `title` and the number of entries are those of the feed that was found."""

    outcome: Outcome | NotFound
    title: str = ""
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """One feed of a group. `feed` is how it stands with it, None before it was first asked for.

    `own`: the group added it. `muted`: nothing of it is shown.
    """

    key: str
    title: str
    address: str
    row: FeedRow | None
    feed: Feed | None
    own: bool = False
    muted: bool = False

    @property
    def code(self) -> str:
        """Return what it is known by in a button, short and always the same."""
        return _code(self.key)

    @property
    def ailing(self) -> bool:
        """Say whether nothing comes from it."""
        return self.feed is not None and self.feed.ailing


@dataclass(frozen=True, slots=True)
class Ailing:
    """A source of a group from which nothing usable came `since` then, and in what way."""

    key: str
    title: str
    since: datetime
    health: Health


class News:
    """Knows what is new."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        books: Shelf,
        sources: Callable[[], Sources],
        locale: Locale,
        *,
        data_dir: Path | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Keep in `storage`; ask what `sources` opens, when first needed.

        `locale` is the language of groups that chose none, `data_dir` replaces the shipped data.
        """
        self._storage, self._clock, self._books, self._open = storage, clock, books, sources
        self._locale, self._data_dir, self._chance = locale, data_dir, chance
        self._opened: Sources | None = None
        self._rows: tuple[FeedRow, ...] | None = None
        self._round = FeedRound(storage, clock, books, chance)
        self._finder = FeedFinder(self._round.taken_apart)

    # reading

    async def read_due(self) -> int:
        """Ask every feed that is due for any active group, and return how many new items came."""
        try:
            rows = {each.id: each for each in await self._shipped()}
            await self._settle(rows)
            async with self._storage.read() as uow:
                due = await uow.news.due(self._clock(), _MOST_AT_ONCE)
            if not due:
                return 0
            fresh = await self._round.read(due, rows, self._sources.fetcher)
        except Unavailable as error:
            log.warning("feeds could not be read", reason=str(error))
            return 0
        log.info("feeds read", feeds=len(due), items=fresh)
        return fresh

    async def _settle(self, rows: Mapping[str, FeedRow]) -> None:
        """Have exactly those feeds asked that an active group follows."""
        async with self._storage.read() as uow:
            wanted = await self._followed(uow)
            known = {each.key: each for each in await uow.news.all()}
        changes = [row for key, row in rows.items() if key in wanted and _is_news(row, known.get(key))]
        idle = [each for key, each in known.items() if key not in wanted and each.visits.next_at is not None]
        asleep = [known[key] for key in wanted if key in known and known[key].visits.next_at is None]
        if not (changes or idle or asleep):
            return
        now = self._clock()
        async with self._storage.write() as uow:
            for row in changes:
                assert row.address is not None  # noqa: S101 - only such are followed
                await uow.news.ensure(row.id, row.address, row.title, first_visit(now, row.cadence))
            for feed in idle:
                await uow.news.visited(feed.id, parked(feed.visits))
            for feed in asleep:
                await uow.news.visited(feed.id, woken(feed.visits, now))

    async def _followed(self, uow: UnitOfWork) -> frozenset[str]:
        """Return the keys of all feeds that some active group follows."""
        active = await uow.groups.all([GroupState.ACTIVE])
        said: dict[GroupId, list[GroupFeed]] = {}
        for each in await uow.group_feeds.all():
            said.setdefault(each.group_id, []).append(each)
        shipped = await self._shipped()
        ways: dict[tuple[tuple[str, ...], Locale], tuple[str, ...]] = {}
        found: set[str] = set()
        for group in active:
            way = (group.settings.topics, group.locale or self._locale)
            if way not in ways:
                ways[way] = tuple(row.id for row in feeds_of_group(shipped, *way, self._books.topics))
                await asyncio.sleep(0)  # others have their turn between hundreds of groups
            own = said.get(group.id, ())
            muted = {each.feed.key for each in own if each.muted}
            found.update(key for key in ways[way] if key not in muted)
            found.update(each.feed.key for each in own if each.own and not each.muted)
        return frozenset(found)

    # what a group has

    async def sources(self, group: Group) -> tuple[Source, ...]:
        """Return every feed of a group, those left out too: its own first, then those shipped, as in the file."""
        rows = feeds_of_group(
            await self._shipped(), group.settings.topics, group.locale or self._locale, self._books.topics
        )
        async with self._storage.read() as uow:
            said = await uow.group_feeds.of(group.id)
            feeds = {each.key: each for each in await uow.news.feeds(row.id for row in rows)}
        by_id = {each.id: each for each in await self._shipped()}
        own = tuple(_own(each, by_id.get(each.feed.key)) for each in said if each.own)
        muted = {each.feed.key for each in said if each.muted}
        there = {same_place(each.address) for each in own}  # one that is shipped by now was added before
        shipped = tuple(
            Source(row.id, row.title, row.address, row, feeds.get(row.id), muted=row.id in muted)
            for row in rows
            if row.address is not None and same_place(row.address) not in there
        )
        return own + shipped

    async def feeds_of(self, group: Group) -> tuple[Source, ...]:
        """Return the feeds that a group hears."""
        return tuple(each for each in await self.sources(group) if not each.muted)

    async def source(self, group: Group, code: str) -> Source | None:
        """Return the source of a group that a button means, None for one it does not have any more."""
        return next((each for each in await self.sources(group) if each.code == code), None)

    async def titles_of(self, group: Group) -> Mapping[str, str]:
        """Return what a group's sources are called, by the `source` of their items."""
        return {each.key: each.title for each in await self.sources(group)}

    async def stories_for(self, group: Group, since: datetime, until: datetime) -> tuple[Story, ...]:
        """Return what came to a group from `since` until before `until`, each story once, in no order.

        What came late, because a source or we were away, counts as of when it came.
        """
        keys = [each.key for each in await self.feeds_of(group)]
        async with self._storage.read() as uow:
            items = await uow.news.items(keys, since, until)
        return await asyncio.to_thread(stories_of, items)

    async def ailing(self, group: Group) -> tuple[Ailing, ...]:
        """Return the sources of a group from which nothing comes, the longest silent first."""
        found = [
            Ailing(each.key, each.title, each.feed.visits.failing_since, each.feed.visits.health)
            for each in await self.feeds_of(group)
            if each.feed is not None and each.feed.ailing and each.feed.visits.failing_since is not None
        ]
        return tuple(sorted(found, key=lambda each: (each.since, each.title)))

    # what organisers change

    async def find(self, group: Group, typed: str, user: UserRef, language: str | None = None) -> Added:
        """Add the feed behind what was typed: its address, a page of which it is, or a YouTube channel."""
        found = await self._finder.find(typed, self._sources.fetcher)
        if isinstance(found, NotFound):
            return Added(found)
        now, entries = self._clock(), len(found.document.items)
        place = same_place(found.address)
        row = next((each for each in await self._shipped() if each.address and same_place(each.address) == place), None)
        title = row.title if row is not None else _title(found)
        there = next((each for each in await self.sources(group) if same_place(each.address) == place), None)
        if there is not None and not there.muted:
            return Added(Outcome.THERE, there.title, entries)
        if there is not None:
            await self.mute(group, there.key, user, language, muted=False)
            return Added(Outcome.BACK, there.title, entries)
        async with self._storage.write() as uow:
            if sum(each.own for each in await uow.group_feeds.of(group.id)) >= MOST_OWN:
                return Added(Outcome.FULL, title, entries)
            identity = await uow.people.meet(user, language, now)
            key, address = (row.id, row.address) if row is not None else (own_key(place), found.address)
            assert address is not None  # noqa: S101 - by it the row was found
            feed = await uow.news.ensure(key, address, title, first_visit(now))
            if feed.visits.next_at is None:
                await uow.news.visited(feed.id, woken(feed.visits, now))
            await uow.group_feeds.follow(group.id, feed, identity.id, now)
        await self._round.keep(feed, found.page, row, found.document)
        return Added(Outcome.ADDED, feed.title, entries)

    async def mute(
        self, group: Group, key: str, user: UserRef, language: str | None = None, *, muted: bool = True
    ) -> bool:
        """Leave a source out for a group, or hear it again; False for one that it does not have."""
        source = next((each for each in await self.sources(group) if each.key == key), None)
        if source is None:
            return False
        now = self._clock()
        async with self._storage.write() as uow:
            cadence = source.row.cadence if source.row is not None else None
            feed = source.feed or await uow.news.ensure(key, source.address, source.title, first_visit(now, cadence))
            identity = await uow.people.meet(user, language, now)
            await uow.group_feeds.mute(group.id, feed.id, muted, identity.id, now)
        return True

    async def drop(self, group: Group, key: str) -> bool:
        """Take one of its own sources from a group; False for one that it did not add."""
        async with self._storage.write() as uow:
            said = {each.feed.key: each for each in await uow.group_feeds.of(group.id) if each.own}
            return key in said and await uow.group_feeds.leave(group.id, said[key].feed.id)

    async def take_back(
        self, group: Group, feed_id: FeedId, code: str, user: UserRef, language: str | None = None
    ) -> str | None:
        """Give a group a source again that was taken from it, and return its name; None for one forgotten meanwhile.

        `code` is the source's: who cannot have seen it is not given another group's source by its number.
        """
        now = self._clock()
        async with self._storage.write() as uow:
            feed = await uow.news.get(feed_id)
            if feed is None or _code(feed.key) != code:
                return None
            identity = await uow.people.meet(user, language, now)
            await uow.group_feeds.follow(group.id, feed, identity.id, now)
        return feed.title

    async def close(self) -> None:
        """Let go of every connection."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()

    @property
    def _sources(self) -> Sources:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    async def _shipped(self) -> tuple[FeedRow, ...]:
        if self._rows is None:
            self._rows = await asyncio.to_thread(load_feeds, self._data_dir)
        return self._rows


def _code(key: str) -> str:
    return urlsafe_b64encode(blake2b(key.encode(), digest_size=6).digest()).decode("ascii")


def _is_news(row: FeedRow, known: Feed | None) -> bool:
    return known is None or (known.address, known.title) != (row.address, row.title)


def _own(said: GroupFeed, row: FeedRow | None) -> Source:
    feed = said.feed
    return Source(feed.key, feed.title, feed.address, row, feed, own=True, muted=said.muted)


def _title(found: Discovery) -> str:
    """Return what a feed calls itself, else where it is."""
    from bot.feeds.plain import cut  # it brings a library that is not needed at the start

    return cut(found.document.title, LONGEST_TITLE) or host_of(found.address).removeprefix("www.")
