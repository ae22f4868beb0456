"""What is new for a group: its sources are asked once for all groups; what they bring, and what becomes of failures."""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.core.digest.fetching import FIRST_WAIT, GONE_WAIT, LONGEST, OURS_WAIT, Feed, Health, Visits, first_visit
from bot.core.digest.items import ItemKind
from bot.core.groups import Group, GroupSettings, GroupState
from bot.core.refs import Platform, UserRef
from bot.core.shelf import Shelf
from bot.feeds.arxiv import Arxiv
from bot.feeds.fetch import Fetcher, is_public
from bot.feeds.sources import Sources
from bot.i18n import Locale
from bot.services import shelf
from bot.services.feed_finder import NotFound
from bot.services.news import MOST_OWN, News, Outcome
from bot.storage import Storage
from tests.feeds.recorded import folder, recorded
from tests.feeds.server import Served, raw, serving
from tests.feeds.test_documents import entry, rss

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ME = UserRef(Platform.DISCORD, "1")
SHIPPED = """
[robots]
title = "Robots"
url = "https://127.0.0.8:1/robots"
topics = ["robotics"]

[daily]
title = "Daily"
url = "https://127.0.0.8:1/daily"
kind = "papers"
topics = ["paper-reading"]

[korean]
title = "한국어"
url = "https://127.0.0.8:1/korean"
languages = ["ko"]
topics = ["robotics"]

[graphs]
title = "Graphs"
url = "https://127.0.0.8:1/graphs"
topics = ["graph-ml"]
"""


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class House:
    """The news over one database, with groups and a server of feeds."""

    def __init__(self, storage: Storage, news: News, clock: Clock, served: Served) -> None:
        self.storage, self.news, self.clock, self.served = storage, news, clock, served

    async def group(self, *topics: str, locale: Locale = Locale.EN, state: GroupState = GroupState.ACTIVE) -> Group:
        async with self.storage.write() as uow:
            made = await uow.groups.create("Lab", NOW)
            settings = GroupSettings(topics=topics or ("graph-ml",))
            return await uow.groups.change(made.id, locale=locale, state=state, settings=settings)

    async def followed(self, *paths: str) -> Group:
        """A group of which the feeds at these paths are its own."""
        group = await self.group()
        for path in paths:
            assert (await self.news.find(group, self.served.address + path, ME)).outcome is Outcome.ADDED
        self.served.asked.clear()
        return group

    async def read(self, after: timedelta = LONGEST * 2) -> int:
        self.clock.now += after
        return await self.news.read_due()

    async def feed(self, path: str) -> Feed:
        async with self.storage.read() as uow:
            return next(each for each in await uow.news.all() if each.address.endswith(path))

    async def titles(self, group: Group, days: int = 30) -> list[str]:
        found = await self.news.stories_for(group, self.clock.now - days * DAY, self.clock.now + DAY)
        return sorted(each.title for each in found)

    @property
    def asked(self) -> list[str]:
        return [request.path for _, request in self.served.asked if not request.path.startswith("/hosts")]


@pytest.fixture(scope="module")
def books() -> Shelf:
    return shelf.load()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder without feeds, so that groups have their own only."""
    path = tmp_path_factory.mktemp("bare")
    (path / "feeds.toml").write_text("", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a few feeds, of which none answers."""
    path = tmp_path_factory.mktemp("stocked")
    (path / "feeds.toml").write_text(SHIPPED, encoding="utf-8")
    return path


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as server:
        yield server


@asynccontextmanager
async def opened(
    url: str, books: Shelf, data: Path, served: Served, reachable: Callable[[str, int], bool], seconds: float = 5.0
) -> AsyncIterator[House]:
    clock = Clock()

    def sources() -> Sources:
        fetcher = Fetcher(
            reachable=reachable, pace={f"127.0.0.{number}": 0.0 for number in range(1, 9)}, seconds=seconds
        )
        return Sources(Arxiv(fetcher), fetcher)

    async with await Storage.open(url, clock=clock) as storage:
        news = News(storage, clock, books, sources, Locale.EN, data_dir=data, chance=lambda: 0.0)
        try:
            yield House(storage, news, clock, served)
        finally:
            await news.close()


@pytest.fixture
async def house(tmp_path: Path, books: Shelf, bare: Path, served: Served) -> AsyncIterator[House]:
    async with opened(in_file(tmp_path), books, bare, served, on_loopback) as house:
        yield house


@pytest.fixture
async def shop(tmp_path: Path, books: Shelf, stocked: Path, served: Served) -> AsyncIterator[House]:
    """A house with shipped feeds."""
    async with opened(in_file(tmp_path), books, stocked, served, on_loopback) as house:
        yield house


def in_file(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}/moim.db"


def on_loopback(address: str, _port: int) -> bool:
    return address.startswith("127.")


def post(number: int, title: str = "", ago: timedelta = HOUR, more: str = "") -> str:
    dated = f"<pubDate>{(NOW - ago):%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
    return entry(number, f"{dated}{more}", title or "A post about graph neural networks and molecules")


def blog(*posts: str, title: str = "A blog") -> bytes:
    return rss("".join(posts), f"<title>{title}</title><link>https://example.org/blog/</link>").encode()


# reading


async def test_a_feed_is_asked_once_for_all_groups_and_each_hears_what_came(house: House) -> None:
    house.served.say("/feed", blog(post(1)))
    one, other = await house.followed("/feed"), await house.followed("/feed")
    house.served.say("/feed", blog(post(2), post(1)))
    assert await house.read() == 1
    assert house.asked == ["/feed"]
    assert await house.titles(one) == await house.titles(other) and len(await house.titles(one)) == 2


async def test_an_item_is_kept_with_what_is_told_of_it(house: House) -> None:
    written = "&lt;b&gt;Graphs&lt;/b&gt; &amp;lt;script&amp;gt;"
    house.served.say("/feed", blog(post(1, more=f"<description>{written}</description>")))
    group = await house.followed("/feed")
    [story] = await house.news.stories_for(group, NOW - DAY, NOW + DAY)
    item = story.lead
    assert (item.kind, item.language, item.published) == (ItemKind.POST, "en", NOW - HOUR)
    assert "graph-ml" in item.topics
    assert "<" not in item.summary
    assert await house.news.titles_of(group) == {item.source: "A blog"}


async def test_what_has_not_changed_is_not_sent_again(house: House) -> None:
    async def answer(request: web.Request) -> web.Response:
        known = request.headers.get("If-None-Match") == '"v1"'
        return web.Response(
            status=304 if known else 200, body=None if known else blog(post(1)), headers={"ETag": '"v1"'}
        )

    house.served.answers["/feed"] = answer
    group = await house.followed("/feed")
    every = (await house.feed("/feed")).visits.every
    for _ in range(3):
        assert await house.read() == 0
    assert [request.headers.get("If-None-Match") for _, request in house.served.asked] == ['"v1"'] * 3
    assert len(await house.titles(group)) == 1
    assert (await house.feed("/feed")).visits.every > every, "and it is asked ever less often"


@pytest.mark.parametrize(("status", "wait"), [(410, GONE_WAIT), (404, FIRST_WAIT), (500, FIRST_WAIT)])
async def test_a_feed_that_fails_is_asked_later_and_keeps_what_it_brought(
    house: House, status: int, wait: timedelta
) -> None:
    house.served.say("/feed", blog(post(1)))
    group = await house.followed("/feed")
    house.served.say("/feed", status=status)
    assert await house.read() == 0
    feed = await house.feed("/feed")
    assert feed.visits.next_at == house.clock.now + wait
    assert feed.gone == (status == 410)
    assert len(await house.titles(group)) == 1


async def test_a_feed_silent_for_a_day_is_told_with_when_it_began_until_it_answers(house: House) -> None:
    house.served.say("/feed", blog(post(1)))
    group = await house.followed("/feed")
    house.served.say("/feed", b"<html>a page now</html>")
    await house.read()
    began = house.clock.now
    assert await house.news.ailing(group) == ()
    for _ in range(3):
        await house.read()
    [ailing] = await house.news.ailing(group)
    assert (ailing.title, ailing.since, ailing.health) == ("A blog", began, Health.SILENT)
    house.served.say("/feed", blog(post(1)))
    await house.read()
    assert await house.news.ailing(group) == ()


async def test_a_host_that_asks_for_patience_is_left_alone_with_all_its_feeds(house: House) -> None:
    paths = [f"/feed-{number}" for number in range(5)]
    for path in paths:
        house.served.say(path, blog(post(1)))
    await house.followed(*paths)
    for path in paths:
        house.served.say(path, status=429, Retry_After=str(9 * 3600))
    await house.read()
    assert len(house.asked) == 1
    feeds = [await house.feed(path) for path in paths]
    assert {feed.visits.next_at for feed in feeds} == {house.clock.now + 9 * HOUR}
    assert sum(feed.visits.failures for feed in feeds) == 1, "only the one that was asked failed"
    house.served.asked.clear()
    await house.read(8 * HOUR)
    assert house.asked == []


async def test_when_nobody_answers_it_is_our_own_line(house: House) -> None:
    group = await house.group()
    async with serving("127.0.0.2") as second, serving("127.0.0.3") as third:
        for server in (house.served, second, third):
            address = server.say("/feed", blog(post(1), title=server.address))
            assert (await house.news.find(group, address, ME)).outcome is Outcome.ADDED

    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    house.served.answers["/feed"] = hang_up
    for _ in range(5):
        await house.read()
    assert await house.news.ailing(group) == ()
    feed = await house.feed("/feed")
    assert (feed.visits.failures, feed.visits.next_at) == (0, house.clock.now + OURS_WAIT)
    house.served.say("/feed", blog(post(1)))
    for _ in range(4):
        await house.read()
    assert len(await house.news.ailing(group)) == 2, "once one answers, the others' silence is their own"


async def test_a_move_for_good_is_followed_and_forgotten_when_it_leads_nowhere(house: House) -> None:
    house.served.say("/feed", blog(post(1)))
    await house.followed("/feed")
    house.served.say("/feed", status=301, Location="/new")
    house.served.say("/new", blog(post(1)))
    await house.read()
    await house.read()
    assert house.asked == ["/feed", "/new", "/new"]
    house.served.say("/new", status=404)
    await house.read()
    house.served.say("/feed", blog(post(2)))
    assert await house.read() == 1


async def test_f3_a_slow_drip_keeps_no_other_waiting(tmp_path: Path, books: Shelf, bare: Path, served: Served) -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        while True:
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with (
        opened(in_file(tmp_path), books, bare, served, on_loopback, seconds=0.6) as house,
        raw(drip, "127.0.0.2") as slow,
    ):
        served.say("/feed", blog(post(1)))
        group = await house.followed("/feed")
        async with house.storage.write() as uow:
            [feed] = [each for each in await uow.news.all() if each.own]
            dripping = await uow.news.ensure("own:slow", slow, "Slow", feed.visits)
            await uow.group_feeds.follow(group.id, dripping, None, NOW)
        served.say("/feed", blog(post(2), post(1)))
        reading = asyncio.create_task(house.read())
        async with asyncio.timeout(5):
            while len(await house.titles(group)) < 2:  # noqa: ASYNC110 - it is the database that tells
                await asyncio.sleep(0.01)
            assert not reading.done(), "the other was kept while the slow one still dripped"
            assert await reading == 1
        assert (await house.feed(slow)).visits.reason == "too_slow"


@pytest.mark.parametrize("gone", ["bomb", "laughs", "private", "nonsense"])
async def test_f1_f2_f4_a_feed_turned_hostile_is_one_failed_feed(house: House, gone: str) -> None:
    for path in ("/feed", "/other"):
        house.served.say(path, blog(post(1), title=path))
    group = await house.followed("/feed", "/other")
    secret = "/hosts-only"
    house.served.say(secret, blog(post(66, "What only this machine may know of itself")))
    hostile: dict[str, tuple[bytes, dict[str, str]]] = {
        "bomb": (gzip.compress(b"<rss>" + b"\0" * (6 << 20)), {"Content_Encoding": "gzip"}),
        "laughs": (b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss>&b;</rss>', {}),
        "private": (b"", {"Location": f"http://[::ffff:127.0.0.1]:{house.served.port}{secret}"}),
        "nonsense": (b"\x00\xff" * 1000, {}),
    }
    body, headers = hostile[gone]
    house.served.say("/feed", body, 302 if gone == "private" else 200, **headers)
    house.served.say("/other", blog(post(2), post(1), title="/other"))
    assert await house.read() == 1
    assert (await house.feed("/feed")).visits.failures == 1
    assert not any("only this machine" in title for title in await house.titles(group))
    assert secret not in [request.path for _, request in house.served.asked]


async def test_what_the_database_refuses_of_one_feed_stops_no_other(house: House, tmp_path: Path) -> None:
    for path in ("/feed", "/other"):
        house.served.say(path, blog(post(1), title=path))
    await house.followed("/feed", "/other")
    with closing(sqlite3.connect(tmp_path / "moim.db")) as database:
        refuse = "BEFORE INSERT ON items WHEN NEW.title LIKE '%refused%' BEGIN SELECT RAISE(ABORT, 'not this'); END"
        database.execute(f"CREATE TRIGGER refuses {refuse}")
    house.served.say("/feed", blog(post(2, "A post that is refused by whatever keeps it"), title="/feed"))
    house.served.say("/other", blog(post(3), title="/other"))
    assert await house.read() == 1
    assert [(await house.feed(path)).visits.failures for path in ("/feed", "/other")] == [1, 0]


async def test_f5_a_feed_of_a_hundred_thousand_that_changes_its_ids_and_dates_posts_once(house: House) -> None:
    def torrent(turn: int) -> bytes:
        dated = "<pubDate>Fri, 01 Jan 2100 00:00:00 GMT</pubDate>"
        return blog(*(entry(number, f"<guid>{turn}-{number}</guid>{dated}") for number in range(10_000)))

    house.served.say("/feed", blog(post(0)))
    group = await house.followed("/feed")
    counts = []
    for turn in range(3):
        house.served.say("/feed", torrent(turn))
        counts.append(await house.read())
    assert 0 < counts[0] <= 200 and counts[1:] == [0, 0]
    stories = await house.news.stories_for(group, NOW - DAY, house.clock.now + DAY)
    assert all(each.published is None or each.published <= house.clock.now for each in stories)


async def test_a_feed_in_another_encoding_is_read_in_its_letters(house: House) -> None:
    korean = blog(post(1, "그래프 신경망으로 분자를 읽는 법")).decode().replace('"1.0"', '"1.0" encoding="euc-kr"')
    house.served.say("/feed", korean.encode("euc-kr"), Content_Type="text/xml")
    group = await house.followed("/feed")
    [story] = await house.news.stories_for(group, NOW - DAY, NOW + DAY)
    assert (story.title, story.lead.language) == ("그래프 신경망으로 분자를 읽는 법 1", "ko")


async def test_every_recorded_document_comes_through_or_fails_alone(house: House) -> None:
    if not folder().is_dir():
        pytest.skip("the recorded documents are not at hand")
    names = [path.name for path in sorted(folder().iterdir()) if path.name != "index.json"]
    group = await house.group()
    for name in names:
        house.served.say(f"/{name}", recorded(name))
        async with house.storage.write() as uow:
            visits = (await uow.news.ensure(f"own:{name}", house.served.address + f"/{name}", name, _due())).visits
            feed = await uow.news.ensure(f"own:{name}", house.served.address + f"/{name}", name, visits)
            await uow.group_feeds.follow(group.id, feed, None, NOW)
    await house.read(timedelta())
    async with house.storage.read() as uow:
        feeds = [each for each in await uow.news.all() if each.own]
    failed = {each.title for each in feeds if each.visits.failures}
    assert failed == {"unrecognized.xml"}
    assert {each.visits.reason for each in feeds if each.visits.failures} == {"unreadable"}
    assert await house.read(timedelta(minutes=5)) == 0


def _due() -> Visits:
    return first_visit(NOW)


async def test_a_reading_cut_off_anywhere_neither_loses_nor_doubles(house: House) -> None:
    paths = [f"/feed-{number}" for number in range(6)]
    for path in paths:
        house.served.say(path, blog(post(0), title=path))
    group = await house.followed(*paths)
    for number, path in enumerate(paths):
        posts = [post(number * 100 + each, f"Feed {number} says in so many words") for each in range(1, 10)]
        house.served.say(path, blog(*posts))
    house.clock.now += 2 * LONGEST
    for cut in range(16):
        reading = asyncio.create_task(house.news.read_due())
        await asyncio.sleep(0.008 * cut)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    await house.news.read_due()
    found = await house.titles(group)
    assert len(found) == len(set(found)) == 6 * 9 + 1


async def test_the_same_story_from_several_sources_is_one_with_all_who_named_it(house: House) -> None:
    paper = "<item><title>Graphs That Read Molecules Well</title><link>https://arxiv.org/abs/2611.01234</link></item>"
    told = (
        "<item><title>We like this one</title><link>https://example.org/p</link>"
        "<description>See https://arxiv.org/abs/2611.01234v2</description></item>"
    )
    house.served.say("/papers", blog(paper, title="Papers"))
    house.served.say("/blog", blog(told, title="Blog"))
    group = await house.followed("/papers", "/blog")
    [story] = await house.news.stories_for(group, NOW - DAY, NOW + DAY)
    assert len(story.sources) == 2
    assert story.kind is ItemKind.PAPER


async def test_on_postgresql_it_is_the_same(postgres_url: str, books: Shelf, bare: Path, served: Served) -> None:
    async with opened(postgres_url, books, bare, served, on_loopback) as house:
        served.say("/feed", blog(post(1)))
        group = await house.followed("/feed")
        served.say("/feed", blog(post(2), post(1)))
        assert [await house.read(), await house.read()] == [1, 0]
        assert len(await house.titles(group)) == 2


# what a group gets


async def keys(house: House, group: Group) -> list[str]:
    return [each.key for each in await house.news.feeds_of(group)]


async def test_a_group_gets_what_its_topics_and_languages_bring(shop: House) -> None:
    assert "korean" not in await keys(shop, await shop.group("robotics"))
    assert {"robots", "korean"} <= set(await keys(shop, await shop.group("robotics", locale=Locale.KO)))


async def test_only_what_an_active_group_follows_is_asked(shop: House) -> None:
    house = shop

    async def due() -> set[str]:
        await house.news.read_due()
        async with house.storage.read() as uow:
            return {each.key for each in await uow.news.all() if each.visits.next_at is not None}

    await house.group("graph-ml", state=GroupState.RESTING)
    await house.group("graph-ml", state=GroupState.DRAFT)
    assert await due() == set()
    group = await house.group("robotics")
    assert await due() == {"robots", "daily"}
    await house.news.mute(group, "daily", ME)
    assert await due() == {"robots"}
    async with house.storage.write() as uow:
        await uow.groups.change(group.id, state=GroupState.PAUSED)
    assert await due() == set()
    async with house.storage.write() as uow:
        await uow.groups.change(group.id, state=GroupState.ACTIVE)
    assert await due() == {"robots"}


async def test_what_is_left_out_is_not_heard_and_can_come_back(shop: House) -> None:
    house = shop
    house.served.say("/feed", blog(post(1)))
    group = await house.followed("/feed")
    own = (await keys(house, group))[0]
    for key in (own, "graphs"):
        assert await house.news.mute(group, key, ME)
        assert key not in await keys(house, group)
    assert await house.titles(group) == []
    assert {each.key for each in await house.news.sources(group) if each.muted} == {own, "graphs"}
    for key in (own, "graphs"):
        assert await house.news.mute(group, key, ME, muted=False)
        assert key in await keys(house, group)
    assert len(await house.titles(group)) == 1
    assert not await house.news.mute(group, "no-such", ME)


async def test_a_source_of_ones_own_that_is_shipped_by_now_stands_there_once(shop: House) -> None:
    group = await shop.group("graph-ml")
    async with shop.storage.write() as uow:
        feed = await uow.news.ensure("own:before", "https://127.0.0.8:1/graphs", "Ours", first_visit(NOW))
        await uow.group_feeds.follow(group.id, feed, None, NOW)
    assert [each.title for each in await shop.news.sources(group) if each.address.endswith("/graphs")] == ["Ours"]


async def test_only_ones_own_can_be_taken_out(shop: House) -> None:
    house = shop
    house.served.say("/feed", blog(post(1)))
    group = await house.followed("/feed")
    own = (await keys(house, group))[0]
    assert not await house.news.drop(group, "graphs")
    assert await house.news.drop(group, own)
    assert own not in await keys(house, group)
    assert not await house.news.drop(group, own)


# adding one


async def test_a_page_leads_to_its_feed(house: House) -> None:
    house.served.say("/feed.xml", blog(post(1), post(2)))
    house.served.say(
        "/blog",
        b"<!DOCTYPE html><html><head><link rel=alternate type=application/rss+xml href=/feed.xml></head></html>",
        Content_Type="text/html",
    )
    group = await house.group()
    added = await house.news.find(group, f"여기 좋아요 {house.served.address}/blog", ME)
    assert (added.outcome, added.title, added.entries) == (Outcome.ADDED, "A blog", 2)
    assert (await house.feed("/feed.xml")).own
    assert len(await house.titles(group)) == 2, "what it has is there at once"


async def test_json_feeds_and_atom_are_feeds_too(house: House) -> None:
    item = b'{"id":"1","url":"https://e.org/1","title":"One"}'
    house.served.say("/json", b'{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[' + item + b"]}")
    house.served.say(
        "/atom",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>At</title>'
        b'<entry><title>One</title><link href="https://e.org/2"/></entry></feed>',
    )
    group = await house.group()
    for path, title in (("/json", "J"), ("/atom", "At")):
        added = await house.news.find(group, house.served.address + path, ME)
        assert (added.outcome, added.title, added.entries) == (Outcome.ADDED, title, 1)


async def test_a_feed_that_is_there_is_not_added_twice_and_one_left_out_comes_back(house: House) -> None:
    house.served.say("/feed", blog(post(1)))
    group = await house.followed("/feed")
    again = f"{house.served.address}/feed/"
    house.served.say("/feed/", blog(post(1)))
    assert (await house.news.find(group, again, ME)).outcome is Outcome.THERE
    await house.news.mute(group, (await keys(house, group))[0], ME)
    assert (await house.news.find(group, again, ME)).outcome is Outcome.BACK
    assert (await house.news.find(group, again, ME)).outcome is Outcome.THERE
    assert sum(each.own for each in await house.news.sources(group)) == 1


async def test_the_word_that_lets_in_at_an_address_is_in_no_key_and_no_log(house: House) -> None:
    house.served.say("/feed", blog(post(1)))
    with capture_logs() as logs:
        group = await house.followed("/feed?token=let-me-in")
        house.served.say("/feed", status=404)
        await house.read()
    assert any(each["event"] == "a feed did not answer well" for each in logs)
    stories = await house.news.stories_for(group, NOW - DAY, house.clock.now + DAY)
    assert [each.sources for each in stories] == [tuple(await keys(house, group))]
    assert "let-me-in" in (await house.feed("let-me-in")).asked_at, "it is asked with it all the same"
    assert "let-me-in" not in f"{logs}{stories}"


async def test_a_group_has_only_so_many_of_its_own(house: House) -> None:
    group = await house.group()
    async with house.storage.write() as uow:
        for number in range(MOST_OWN):
            feed = await uow.news.ensure(f"own:https://e.org/{number}", f"https://e.org/{number}", "", _due())
            await uow.group_feeds.follow(group.id, feed, None, NOW)
    house.served.say("/feed", blog(post(1)))
    assert (await house.news.find(group, f"{house.served.address}/feed", ME)).outcome is Outcome.FULL


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, NotFound.MISSING), (410, NotFound.MISSING), (403, NotFound.REFUSED), (401, NotFound.REFUSED),
        (429, NotFound.BUSY), (503, NotFound.BUSY), (500, NotFound.UNREACHABLE),
    ],
)  # fmt: skip
async def test_each_refusal_is_told_as_what_it_is(house: House, status: int, expected: NotFound) -> None:
    address = house.served.say("/feed", status=status)
    assert (await house.news.find(await house.group(), address, ME)).outcome is expected


async def test_what_is_no_feed_is_told_as_what_it_is(house: House) -> None:
    served, group = house.served, await house.group()
    cases = {
        "안녕하세요": NotFound.NO_ADDRESS,
        served.say("/page", b"<html><body>words</body></html>", Content_Type="text/html"): NotFound.NO_FEED,
        served.say("/noise", b"\x00\x01nothing"): NotFound.UNREADABLE,
        served.say("/large", b"x" * (6 << 20)): NotFound.TOO_LARGE,
        "http://127.0.0.1:1/": NotFound.UNREACHABLE,
        "http://10.0.0.1/feed": NotFound.FORBIDDEN,
        "http://169.254.169.254/latest/meta-data": NotFound.FORBIDDEN,
        "http://someone:secret@127.0.0.1/": NotFound.FORBIDDEN,
    }
    for typed, expected in cases.items():
        assert (await house.news.find(group, typed, ME)).outcome is expected, typed
    assert await house.news.drop(group, "") is False
    assert not any(each.own for each in await house.news.sources(group))


async def test_f4_an_organiser_cannot_make_it_look_at_its_own_machine(
    tmp_path: Path, books: Shelf, bare: Path, served: Served
) -> None:
    served.say("/feed", blog(post(1)))
    async with opened(in_file(tmp_path), books, bare, served, is_public) as house:
        group = await house.group()
        for host in ("127.0.0.1", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "localhost"):
            added = await house.news.find(group, f"http://{host}:{served.port}/feed", ME)
            assert added.outcome is NotFound.FORBIDDEN, host
    assert served.asked == []


async def test_f4_negative_control_without_the_guard_it_would(house: House) -> None:
    house.served.say("/feed", blog(post(1)))
    added = await house.news.find(await house.group(), f"http://127.0.0.1:{house.served.port}/feed", ME)
    assert added.outcome is Outcome.ADDED
