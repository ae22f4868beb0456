"""Feeds and what they bring: each entry once, however often and under whatever id it is offered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.digest.fetching import (
    OWN,
    Feed,
    FeedId,
    Health,
    Taken,
    Visits,
    first_visit,
    news_of,
    parked,
    prints_of,
)
from bot.core.digest.items import Item, ItemKind
from bot.storage import Storage, UnitOfWork
from bot.storage.queries import news as queries
from tests.storage.club import founded
from tests.storage.moments import NOW

DAY = timedelta(days=1)
AT = "https://lab.example.org/feed"


def item(number: int = 1, **values: object) -> Item:
    usual = Item(
        source="lab",
        url=f"https://lab.example.org/{number}",
        title=f"A post of some words, number {number}",
        guid=f"id-{number}",
        published=NOW - number * timedelta(minutes=1),
    )
    return replace(usual, **values)  # type: ignore[arg-type]


async def lab(uow: UnitOfWork, key: str = "lab") -> Feed:
    return await uow.news.ensure(key, AT, "The lab", first_visit(NOW))


async def bring(uow: UnitOfWork, feed: Feed, items: Sequence[Item], at: timedelta = timedelta()) -> int:
    now = NOW + at
    prints = {sign for each in items for sign in prints_of(each)}
    visits = replace(feed.visits, ok_at=now)
    return await uow.news.answered(feed.id, visits, news_of(items, now, first=False), prints, now)


async def titles(uow: UnitOfWork, days: int = 1) -> list[str]:
    found = await uow.news.items(["lab"], NOW - days * DAY, NOW + 400 * DAY)
    return [each.title for each in found]


async def test_a_feed_is_kept_once_and_changes_with_its_row(storage: Storage) -> None:
    async with storage.write() as uow:
        feed = await lab(uow)
        read = replace(feed.visits, etag='"one"', ok_at=NOW)
        await uow.news.visited(feed.id, read)
        assert await lab(uow) == replace(feed, visits=read)
        renamed = await uow.news.ensure("lab", AT, "The new lab", first_visit(NOW + DAY))
        assert (renamed.title, renamed.visits) == ("The new lab", read)
        moved = await uow.news.ensure("lab", f"{AT}/2", "The new lab", first_visit(NOW + DAY))
        assert (moved.id, moved.visits) == (feed.id, first_visit(NOW + DAY))
        assert await uow.news.get(feed.id) == moved
        assert await uow.news.all() == await uow.news.feeds(["lab", "another"]) == (moved,)
        assert await uow.news.get(FeedId(99)) is None


async def test_everything_between_two_visits_is_kept(storage: Storage) -> None:
    visits = Visits(
        NOW + DAY, timedelta(hours=3), '"e"', "Tue", "https://e.org/", NOW, 3, NOW - DAY, "too_slow", Health.SILENT
    )
    async with storage.write() as uow:
        feed = await lab(uow)
        await uow.news.visited(feed.id, visits)
        kept = await uow.news.get(feed.id)
    assert kept is not None and kept.visits == visits


async def test_how_the_feeds_are_is_counted_where_somebody_follows_them(storage: Storage) -> None:
    async with storage.write() as uow:
        for number, visits in enumerate((
            first_visit(NOW), replace(first_visit(NOW), health=Health.SILENT), parked(first_visit(NOW))
        )):  # fmt: skip
            await uow.news.ensure(f"feed-{number}", f"{AT}/{number}", "", visits)
        assert await uow.news.health() == {Health.WELL: 1, Health.SILENT: 1}


async def test_due_is_what_waits_longest_and_somebody_follows(storage: Storage) -> None:
    async with storage.write() as uow:
        for number in range(4):
            feed = await uow.news.ensure(f"feed-{number}", f"{AT}/{number}", "", first_visit(NOW - number * DAY))
            if number == 2:
                await uow.news.visited(feed.id, parked(feed.visits))
        assert [each.key for each in await uow.news.due(NOW, 9)] == ["feed-3", "feed-1", "feed-0"]
        assert [each.key for each in await uow.news.due(NOW, 1)] == ["feed-3"]
        assert await uow.news.due(NOW - 9 * DAY, 9) == ()


async def test_an_item_comes_back_as_it_was(storage: Storage) -> None:
    whole = item(
        kind=ItemKind.PAPER, summary="말", authors=("김", "Lee"), language="ko", minutes=3, topics=("llm", "rag"),
        categories=("cs.CL",), paper="arxiv:2401.12345",
    )  # fmt: skip
    bare = Item(source="lab", url="https://lab.example.org/b", title="Bare")
    async with storage.write() as uow:
        assert await bring(uow, await lab(uow), [whole, bare]) == 2
        assert set(await uow.news.items(["lab"], NOW, NOW + DAY)) == {whole, bare}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"guid": "another"},
        {"url": "https://lab.example.org/1?utm_source=feed#top", "guid": "another"},
        {"url": "https://elsewhere.example.org/1"},
        {"url": "https://elsewhere.example.org/1", "guid": "another"},
        {"title": "Renamed", "published": NOW},
    ],
    ids=["same", "another id", "another id and a tail", "another address", "only the title", "renamed and dated anew"],
)
async def test_f5_an_entry_offered_again_is_never_added_again(storage: Storage, change: dict[str, Any]) -> None:
    async with storage.write() as uow:
        feed = await lab(uow)
        assert await bring(uow, feed, [item()]) == 1
        for days in range(1, 4):
            assert await bring(uow, feed, [item(**change)], days * DAY) == 0
        assert await uow.news.count(feed.id) == 1


async def test_f5_negative_control_an_entry_known_by_its_id_alone_would_come_again(
    on_sqlite: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_id_alone(entry: Item) -> tuple[str, ...]:
        return (entry.guid,)

    monkeypatch.setattr(queries, "prints_of", by_id_alone)
    async with on_sqlite.write() as uow:
        feed = await lab(uow)
        for number in range(3):
            entry = item(guid=f"renamed-{number}")
            taken = (Taken(entry, NOW),)
            await uow.news.answered(feed.id, feed.visits, taken, by_id_alone(entry), NOW)
        assert await uow.news.count(feed.id) == 3


async def test_what_is_twice_in_one_document_is_added_once(storage: Storage) -> None:
    async with storage.write() as uow:
        twin = item(url="https://lab.example.org/twin", guid="twin")
        assert await bring(uow, await lab(uow), [item(), twin]) == 1


async def test_two_who_read_at_the_same_time_add_once(storage: Storage) -> None:
    async with storage.write() as uow:
        feed = await lab(uow)

    async def read() -> int:
        async with storage.write() as uow:
            return await bring(uow, feed, [item(number) for number in range(50)])

    assert sum(await asyncio.gather(*(read() for _ in range(4)))) == 50
    async with storage.read() as uow:
        assert await uow.news.count(feed.id) == 50


async def test_what_was_forgotten_is_not_new_while_the_feed_has_it(storage: Storage) -> None:
    """A quiet blog shows ten posts for years: that they are deleted here does not make them news."""
    undated = [item(number, published=None) for number in range(3)]
    async with storage.write() as uow:
        feed = await lab(uow)
        assert await bring(uow, feed, undated) == 3
        for days in range(10, 200, 10):
            assert await bring(uow, feed, undated, days * DAY) == 0
            await uow.news.purge(NOW + (days - 60) * DAY)
        assert await uow.news.count(feed.id) == 0


async def test_signs_of_what_a_feed_lost_long_ago_go(storage: Storage) -> None:
    async with storage.write() as uow:
        feed = await lab(uow)
        await bring(uow, feed, [item(1)])
        await bring(uow, feed, [item(2)], 61 * DAY)
        assert await uow.news.known(feed.id, prints_of(item(1))) == frozenset()
        assert await uow.news.known(feed.id, prints_of(item(2))) == frozenset(prints_of(item(2)))


async def test_items_are_asked_for_by_feed_and_by_when_they_came(storage: Storage) -> None:
    async with storage.write() as uow:
        feed, other = await lab(uow), await uow.news.ensure("other", "https://o.example.org/", "", first_visit(NOW))
        await bring(uow, feed, [item(1)])
        await bring(uow, feed, [item(2, published=NOW - 3 * DAY)], DAY)
        await bring(uow, other, [item(3)])
        assert await titles(uow) == [item(2).title, item(1).title], "what came late counts as of when it came"
        assert [each.source for each in await uow.news.items(["other"], NOW - DAY, NOW + DAY)] == ["other"]
        assert len(await uow.news.items(["lab", "other"], NOW - DAY, NOW + 9 * DAY)) == 3
        assert len(await uow.news.items(["lab", "other"], NOW - DAY, NOW + 9 * DAY, limit=2)) == 2
        assert await uow.news.items([], NOW - DAY, NOW + 9 * DAY) == ()


async def test_more_than_fit_into_one_look_are_all_there_once_and_in_order(on_sqlite: Storage) -> None:
    async with on_sqlite.write() as uow:
        feed = await lab(uow)
        for batch in range(6):
            await bring(uow, feed, [item(batch * 200 + number) for number in range(200)], batch * timedelta(hours=1))
        found = await uow.news.items(["lab"], NOW - DAY, NOW + DAY)
        assert len(set(found)) == len(found) == 1200
        assert await uow.news.items(["lab"], NOW - DAY, NOW + DAY, limit=700) == found[:700]
        assert {each.guid for each in found[:200]} == {f"id-{number}" for number in range(1000, 1200)}


async def test_of_a_torrent_only_the_latest_are_kept(on_sqlite: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_OF_A_FEED", 50)
    async with on_sqlite.write() as uow:
        feed = await lab(uow)
        for batch in range(9):
            await bring(uow, feed, [item(batch * 20 + number) for number in range(20)], batch * timedelta(hours=1))
        assert 30 < await uow.news.count(feed.id) <= 50
        assert item(8 * 20).title in await titles(uow), "the latest are"


async def test_old_items_and_feeds_that_nobody_has_are_purged(storage: Storage) -> None:
    async with storage.write() as uow:
        club = await founded(uow)
        shipped = await lab(uow)
        followed, left = [
            await uow.news.ensure(f"{OWN}{name}", f"https://{name}", "", first_visit(NOW))
            for name in ("a.org", "b.org")
        ]
        await uow.group_feeds.follow(club.group.id, followed, None, NOW)
        for each in (shipped, left):
            await bring(uow, each, [item()])
        for each in (shipped, followed, left):
            await uow.news.visited(each.id, parked(each.visits))
        assert await uow.news.purge(NOW - DAY) == 0
        assert await uow.news.purge(NOW + DAY) == 3, "two items, and one feed"
        assert {each.key for each in await uow.news.all()} == {"lab", followed.key}


# what groups say of feeds


async def test_a_group_adds_leaves_out_and_drops(storage: Storage) -> None:
    async with storage.write() as uow:
        club, feed = await founded(uow), await lab(uow)
        group, minsu = club.group.id, club.minsu.id
        await uow.group_feeds.mute(group, feed.id, True, minsu, NOW)
        [said] = await uow.group_feeds.of(group)
        assert (said.feed, said.own, said.muted, said.identity_id) == (feed, False, True, minsu)
        await uow.group_feeds.follow(group, feed, club.jiwoo.id, NOW + DAY)
        [said] = await uow.group_feeds.all()
        assert (said.own, said.muted, said.identity_id) == (True, False, minsu)
        await uow.group_feeds.mute(group, feed.id, True, club.jiwoo.id, NOW + DAY)
        [said] = await uow.group_feeds.of(group)
        assert (said.own, said.muted) == (True, True)
        assert await uow.group_feeds.leave(group, feed.id)
        assert not await uow.group_feeds.leave(group, feed.id)
        assert await uow.group_feeds.of(group) == ()


async def test_a_source_stays_with_the_group_without_the_name_of_who_added_it(storage: Storage) -> None:
    async with storage.write() as uow:
        club, feed = await founded(uow), await lab(uow)
        await uow.group_feeds.follow(club.group.id, feed, club.jiwoo.id, NOW)
        await uow.own.erase([club.jiwoo.user])
        [said] = await uow.group_feeds.of(club.group.id)
        assert (said.own, said.identity_id) == (True, None)
