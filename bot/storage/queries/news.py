"""The news: feeds with when each is asked next, and what they brought, each entry once however often it is offered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select, update

from bot.core.digest.fetching import OWN, Feed, FeedId, Health, Taken, Visits, prints_of
from bot.core.digest.items import Item, ItemKind
from bot.storage.many import Many
from bot.storage.run import AnyRow, Run
from bot.storage.tables import feeds, group_feeds, item_signs, items
from bot.storage.upsert import insert_or_leave

MOST_OF_A_FEED = 5_000  # items that are kept of one feed: arXiv's largest list has 200 a day
SIGN_KEPT = timedelta(days=30)  # from when the feed last had the entry: what comes again later is old by its date
_SEEN_AGAIN = timedelta(days=7)  # how old "seen" may be before it is written anew
_AT_ONCE = 500  # parameters of one statement
_ROWS_AT_ONCE = 500  # so that others have their turn: a row costs the loop a fiftieth of a millisecond

_this = feeds.c.id == bindparam("this")
_GET = select(feeds).where(_this)
_ALL = select(feeds).order_by(feeds.c.id)
_BY_KEYS = select(feeds).where(feeds.c.key.in_(bindparam("keys", expanding=True)))
_NEW = insert_or_leave(feeds, feeds.c.key)
_RENAME = update(feeds).where(_this).values(address=bindparam("lives_at"), title=bindparam("is_called"))
_DUE = (
    select(feeds)
    .where(feeds.c.next_at.is_not(None), feeds.c.next_at <= bindparam("now"))
    .order_by(feeds.c.next_at)
    .limit(bindparam("most"))
)
_VISITED = (
    update(feeds)
    .where(_this)
    .values({name: bindparam(f"its_{name}") for name in (
        "next_at", "seconds", "etag", "modified", "moved_to", "ok_at", "failures", "failing_since", "reason", "health",
    )})
)  # fmt: skip
_of_feed = item_signs.c.feed_id == bindparam("of_feed")
_KNOWN = select(item_signs.c.sign, item_signs.c.seen_at).where(
    _of_feed, item_signs.c.sign.in_(bindparam("signs", expanding=True))
)
_SIGN = Many(insert_or_leave(item_signs), "feed_id", "sign", "seen_at")
_SIGN_AGAIN = (
    update(item_signs)
    .where(_of_feed, item_signs.c.sign.in_(bindparam("signs", expanding=True)))
    .values(seen_at=bindparam("moment"))
)
_UNSIGN = delete(item_signs).where(_of_feed, item_signs.c.seen_at < bindparam("before"))
_COLUMNS = (
    "feed_id", "at", "url", "title", "kind", "guid", "summary", "authors", "published", "language", "minutes", "topics",
    "categories", "paper",
)  # fmt: skip
_ADD = Many(insert(items), *_COLUMNS)
_BEYOND = (
    select(items.c.at)
    .where(items.c.feed_id == bindparam("of_feed"))
    .order_by(items.c.at.desc())
    .offset(bindparam("most"))
    .limit(1)
)
_TRIM = delete(items).where(items.c.feed_id == bindparam("of_feed"), items.c.at <= bindparam("before"))
_ITEMS = (
    select(items)
    .where(
        items.c.feed_id == bindparam("of_feed"),
        items.c.at >= bindparam("since"),
        items.c.at <= bindparam("last"),
        or_(items.c.at < bindparam("last"), items.c.id < bindparam("below")),
    )
    .order_by(items.c.at.desc(), items.c.id.desc())
    .limit(_ROWS_AT_ONCE)
)
_COUNT = select(func.count()).select_from(items).where(items.c.feed_id == bindparam("of_feed"))
_HEALTH = select(feeds.c.health, func.count()).where(feeds.c.next_at.is_not(None)).group_by(feeds.c.health)
_PURGE = delete(items).where(items.c.at < bindparam("before"))
_LEFT_ALONE = delete(feeds).where(
    feeds.c.next_at.is_(None),
    feeds.c.key.like(f"{OWN}%"),
    ~exists().where(group_feeds.c.feed_id == feeds.c.id),
    ~exists().where(items.c.feed_id == feeds.c.id),
)


class News:
    """Feeds and their items."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def ensure(self, key: str, address: str, title: str, visits: Visits) -> Feed:
        """Return the feed of that key, kept from now on with `visits` when it is new.

        One that lives elsewhere or is called otherwise by now is changed; at another address nothing that was said at
        the old one counts any more.
        """
        known = {"key": key, "address": address, "title": title}
        row = await self._run.row(_BY_KEYS, {"keys": [key]})
        if row is None:
            await self._run.count(_NEW[self._run.dialect], {**known, **_columns(visits)})
            row = await self._run.row(_BY_KEYS, {"keys": [key]})
            assert row is not None  # noqa: S101 - inserted a line ago
        feed = _feed(row)
        if (feed.address, feed.title) == (address, title):
            return feed
        await self._run.count(_RENAME, {"this": feed.id, "lives_at": address, "is_called": title})
        visits = feed.visits if feed.address == address else visits
        await self.visited(feed.id, visits)
        return Feed(feed.id, key, address, title, visits)

    async def get(self, feed_id: FeedId) -> Feed | None:
        """Return a feed by its number."""
        row = await self._run.row(_GET, {"this": feed_id})
        return None if row is None else _feed(row)

    async def all(self) -> tuple[Feed, ...]:
        """Return every feed that was ever followed and is not forgotten."""
        return tuple(map(_feed, await self._run.rows(_ALL)))

    async def feeds(self, keys: Iterable[str]) -> tuple[Feed, ...]:
        """Return the feeds of some keys, as many as are kept."""
        wanted = sorted(set(keys))
        found: list[AnyRow] = []
        for start in range(0, len(wanted), _AT_ONCE):
            found += await self._run.rows(_BY_KEYS, {"keys": wanted[start : start + _AT_ONCE]})
        return tuple(map(_feed, found))

    async def due(self, now: datetime, limit: int) -> tuple[Feed, ...]:
        """Return the feeds that are to be asked by `now`, the longest waiting first."""
        return tuple(map(_feed, await self._run.rows(_DUE, {"now": now, "most": limit})))

    async def visited(self, feed_id: FeedId, visits: Visits) -> None:
        """Keep how it stands with a feed: after a failure, when it is put off, when nobody or somebody follows it."""
        values = {f"its_{name}": value for name, value in _columns(visits).items()}
        await self._run.count(_VISITED, {"this": feed_id, **values})

    async def known(self, feed_id: FeedId, prints: Collection[str]) -> frozenset[str]:
        """Return those of the prints by which the feed's entries are known already."""
        return frozenset(await self._seen(feed_id, prints))

    async def answered(
        self, feed_id: FeedId, visits: Visits, taken: Sequence[Taken], prints: Collection[str], now: datetime
    ) -> int:
        """Keep what a feed brought and how it stands with it, in one step; return how many of `taken` are new.

        `prints` are those of all entries that the feed has now, also of those that are not taken: none of them is new
        at a later visit. An entry of which any print is known is never added again.
        """
        await self.visited(feed_id, visits)  # first: whoever else is about to do the same waits here
        seen = await self._seen(feed_id, prints)
        rows, ours = [], set(seen)
        for each in taken:
            own = prints_of(each.item)
            if ours.isdisjoint(own):
                rows.append(_row(feed_id, each))
            ours.update(own)
        await self._run.many(_ADD, rows)
        await self._run.many(_SIGN, [(feed_id, sign, now) for sign in {*prints, *ours} - seen.keys()])
        old = [sign for sign, at in seen.items() if now - at >= _SEEN_AGAIN]
        for start in range(0, len(old), _AT_ONCE):
            some = {"of_feed": feed_id, "signs": old[start : start + _AT_ONCE], "moment": now}
            await self._run.count(_SIGN_AGAIN, some)
        if prints:
            await self._run.count(_UNSIGN, {"of_feed": feed_id, "before": now - SIGN_KEPT})
        spare = {"of_feed": feed_id, "most": MOST_OF_A_FEED}
        if rows and (beyond := await self._run.value(_BEYOND, spare)) is not None:
            await self._run.count(_TRIM, {"of_feed": feed_id, "before": beyond})
        return len(rows)

    async def items(
        self, keys: Iterable[str], since: datetime, until: datetime, limit: int = 20_000
    ) -> tuple[Item, ...]:
        """Return what the feeds of these keys brought from `since` until before `until`, the latest first.

        More than `limit` are cut off at the earlier end.
        """
        found: list[tuple[datetime, int, Item]] = []
        for feed in await self.feeds(keys):
            last, below = until, 0  # what comes at that very moment is not asked for
            left = limit
            while left > 0:
                some = {"of_feed": feed.id, "since": since, "last": last, "below": below}
                rows = await self._run.rows(_ITEMS, some)
                found += [(row.at, row.id, _item(row, feed.key)) for row in rows[:left]]
                if len(rows) < _ROWS_AT_ONCE:
                    break
                last, below, left = rows[-1].at, rows[-1].id, left - len(rows)
            if len(found) > 2 * limit:  # hundreds of feeds: never more at once than is needed to know the latest
                found = sorted(found, key=lambda each: each[:2], reverse=True)[:limit]
        found.sort(key=lambda each: each[:2], reverse=True)
        return tuple(item for _, _, item in found[:limit])

    async def count(self, feed_id: FeedId) -> int:
        """Return how many items of a feed are kept."""
        return int(await self._run.value(_COUNT, {"of_feed": feed_id}))

    async def health(self) -> Mapping[Health, int]:
        """Return how many of the feeds that somebody follows are how."""
        return {Health(row[0]): row[1] for row in await self._run.rows(_HEALTH)}

    async def purge(self, before: datetime) -> int:
        """Delete items of before that moment, and groups' own feeds that nobody has any more; return how many."""
        return await self._run.count(_PURGE, {"before": before}) + await self._run.count(_LEFT_ALONE)

    async def _seen(self, feed_id: FeedId, prints: Collection[str]) -> dict[str, datetime]:
        wanted = sorted(set(prints))
        found: dict[str, datetime] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = {"of_feed": feed_id, "signs": wanted[start : start + _AT_ONCE]}
            found |= {row.sign: row.seen_at for row in await self._run.rows(_KNOWN, some)}
        return found


def feed_columns() -> tuple[Any, ...]:
    """Return the columns of a feed under names of their own, for a question that joins them with others."""
    return tuple(column.label(f"its_{column.name}") for column in feeds.columns)


def joined_feed(row: AnyRow) -> Feed:
    """Return the feed in a row that was asked for with `feed_columns`."""
    return _from({column.name: getattr(row, f"its_{column.name}") for column in feeds.columns})


def _feed(row: AnyRow) -> Feed:
    return _from(dict(row._mapping))


def _from(values: Mapping[str, Any]) -> Feed:
    visits = Visits(
        values["next_at"],
        timedelta(seconds=values["seconds"]),
        values["etag"],
        values["modified"],
        values["moved_to"],
        values["ok_at"],
        values["failures"],
        values["failing_since"],
        values["reason"],
        Health(values["health"]),
    )
    return Feed(FeedId(values["id"]), values["key"], values["address"], values["title"], visits)


def _columns(visits: Visits) -> dict[str, Any]:
    return {
        "next_at": visits.next_at,
        "seconds": int(visits.every.total_seconds()),
        "etag": visits.etag,
        "modified": visits.modified,
        "moved_to": visits.moved_to,
        "ok_at": visits.ok_at,
        "failures": visits.failures,
        "failing_since": visits.failing_since,
        "reason": visits.reason,
        "health": visits.health.value,
    }


def _row(feed_id: FeedId, taken: Taken) -> tuple[Any, ...]:
    item = taken.item
    return (
        feed_id,
        taken.at,
        item.url,
        item.title,
        item.kind.value,
        item.guid,
        item.summary,
        list(item.authors),
        item.published,
        item.language,
        item.minutes,
        list(item.topics),
        list(item.categories),
        item.paper,
    )


def _item(row: AnyRow, source: str) -> Item:
    return Item(
        source=source,
        url=row.url,
        title=row.title,
        kind=ItemKind(row.kind),
        guid=row.guid,
        summary=row.summary,
        authors=tuple(row.authors),
        published=row.published,
        language=row.language,
        minutes=row.minutes,
        topics=tuple(row.topics),
        categories=tuple(row.categories),
        paper=row.paper,
    )
