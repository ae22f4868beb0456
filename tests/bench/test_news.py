"""What it costs to read five hundred feeds with twenty thousand items, and one that means harm. Run by `make bench`."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

import feedparser  # type: ignore[import-untyped]
import pytest

from bot.core.digest.fetching import first_visit
from bot.core.groups import Group, GroupState
from bot.core.refs import Platform, UserRef
from bot.core.shelf import Shelf
from bot.feeds.arxiv import Arxiv
from bot.feeds.fetch import BYTES, Fetcher
from bot.feeds.sources import Sources
from bot.i18n import Locale
from bot.services.news import News
from bot.services.shelf import DATA_DIR
from bot.storage import Storage
from tests.bench.figures import Figure

pytestmark = pytest.mark.bench
Keep = Callable[[Figure], None]
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FEEDS, ITEMS_EACH = 500, 40
SECONDS, HELD_MS, HOSTILE_MIB = 60.0, 50.0, 20.0
HOSTILE = {  # what the server makes by itself, so that our own memory never held it: how it begins, and what it repeats
    "objects": ('{"items":[', "{},", 5 << 20),
    "items": ("<rss><channel>", "<item><![CDATA[x]]></item>", 5 << 20),
    "bomb": ("<rss>", "\0", 400 << 20),
}
# A web server in a process of its own, so that what it costs is not counted as ours. Each address of 127/8 is a host.
SERVER = """
import asyncio, gzip, json, pathlib, sys
folder, hostile = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
def body_of(path):
    if path not in hostile:
        return (folder / path).read_bytes()
    start, piece, size = hostile[path]
    return gzip.compress((start + piece * (size // len(piece)))[:size].encode(), 1)
async def talk(reader, writer):
    try:
        while True:
            path = (await reader.readuntil(b"\\r\\n\\r\\n")).split(b" ", 2)[1].decode().strip("/")
            body, packed = body_of(path), b"Content-Encoding: gzip\\r\\n" if path in hostile else b""
            writer.write(b"HTTP/1.1 200 OK\\r\\n%sContent-Length: %d\\r\\n\\r\\n" % (packed, len(body)) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(talk, "0.0.0.0", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@contextmanager
def server(folder: Path) -> Iterator[int]:
    """Serve the files of a folder, and what is hostile, and give the port."""
    argv = [sys.executable, "-c", SERVER, str(folder), json.dumps(HOSTILE)]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def documents(folder: Path, feeds: int) -> None:
    """Write feeds of real titles, every tenth with whole posts."""
    folder.mkdir()
    chance = random.Random(7)
    lines = (DATA_DIR / "papers" / "pool.jsonl").read_text(encoding="utf-8").splitlines()
    titles = [json.loads(line)["title"] for line in lines]
    words = " ".join(titles).split()
    for number in range(feeds):
        items = []
        for each in range(ITEMS_EACH):
            said = " ".join(chance.choices(words, k=900 if number % 10 == 0 else 150))
            at = NOW - timedelta(minutes=chance.randrange(10_000))
            items.append(
                f"<item><title>{escape(chance.choice(titles))} {number}-{each}</title><guid>{number}-{each}</guid>"
                f"<link>https://blog-{number}.example.org/{each}</link>"
                f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
                f"<description>{escape(f'<p>{said}</p>')}</description></item>"
            )
        head = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Blog {number}</title>'
        (folder / f"{number}").write_text(f"{head}{''.join(items)}</channel></rss>", encoding="utf-8")


class Lag:
    """How long the loop was held up at most, in milliseconds in which this very process worked.

    What other processes take from us is left out; what our own threads do meanwhile is not.
    """

    def __init__(self) -> None:
        self.worst = 0.0

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()

    async def _watch(self) -> None:
        while True:
            begun, used = time.perf_counter(), time.process_time()
            await asyncio.sleep(0.001)
            held = min(time.perf_counter() - begun - 0.001, time.process_time() - used)
            self.worst = max(self.worst, 1000 * held)


@asynccontextmanager
async def opened(folder: Path, books: Shelf, addresses: Sequence[str]) -> AsyncIterator[tuple[News, Group]]:
    """Open the news of one group that follows these feeds and no other."""

    def sources() -> Sources:
        fetcher = Fetcher(reachable=lambda *_: True)
        return Sources(Arxiv(fetcher), fetcher)

    (folder / "data").mkdir()
    (folder / "data" / "feeds.toml").touch()
    async with await Storage.open(f"sqlite+aiosqlite:///{folder}/moim.db", clock=lambda: NOW) as storage:
        async with storage.write() as uow:
            made = await uow.groups.create("Lab", NOW)
            group = await uow.groups.change(made.id, locale=Locale.EN, state=GroupState.ACTIVE)
            for number, address in enumerate(addresses):
                feed = await uow.news.ensure(f"own:{number}", address, f"Blog {number}", first_visit(NOW))
                await uow.group_feeds.follow(group.id, feed, None, NOW)
        news = News(storage, lambda: NOW, books, sources, Locale.EN, data_dir=folder / "data")
        try:
            yield news, group
        finally:
            await news.close()


def test_five_hundred_feeds_are_read(shelf: Shelf, tmp_path: Path, keep: Keep) -> None:
    served, lag = tmp_path / "served", Lag()
    documents(served, FEEDS)

    async def read(port: int) -> float:
        addresses = [f"http://127.1.{each // 250}.{each % 250 + 1}:{port}/{each}" for each in range(FEEDS)]
        async with opened(tmp_path, shelf, addresses) as (news, _), lag.watched():
            start = time.perf_counter()
            assert await news.read_due() == FEEDS * ITEMS_EACH
            return time.perf_counter() - start

    shelf.open()
    gc.freeze()  # as a bot does that serves
    try:
        with server(served) as port:
            ours = asyncio.run(read(port))
    finally:
        gc.unfreeze()
    what = f"reading {FEEDS} feeds with {FEEDS * ITEMS_EACH:,} items"
    keep(Figure(what, ours, "taking them apart with feedparser", _taken_apart(served), 6.0, goal=SECONDS, unit="s"))
    keep(Figure("the loop held up meanwhile", lag.worst, "beside a thread that counts", _counting(), 6.0, goal=HELD_MS))


def _taken_apart(served: Path) -> float:
    start = time.perf_counter()
    for path in served.iterdir():
        feedparser.parse(path.read_bytes())
    return time.perf_counter() - start


def _counting() -> float:
    lag = Lag()

    async def watch() -> None:
        async with lag.watched():
            await asyncio.to_thread(lambda: sum(number % 7 for number in range(20_000_000)))

    asyncio.run(watch())
    return lag.worst


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells how large a process was")
@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_feed_takes_little_room(shelf: Shelf, tmp_path: Path, hostile: str, keep: Keep) -> None:
    documents(tmp_path / "served", 1)

    async def read(port: int) -> float:
        async with opened(tmp_path, shelf, [f"http://127.1.0.1:{port}/0"]) as (news, group):
            await news.read_due()  # what is needed for any feed is there
            before = _forgotten()
            added = await news.find(group, f"http://127.1.0.2:{port}/{hostile}", UserRef(Platform.DISCORD, "1"))
            assert not added.entries
            return _mib("VmHWM") - before

    shelf.open()
    with server(tmp_path / "served") as port:
        room = asyncio.run(read(port))
    what = f"room for a hostile feed: {hostile}"
    keep(Figure(what, room, "the bytes that are read of it", BYTES / 2**20, 4.0, goal=HOSTILE_MIB, unit="MiB"))


def _forgotten() -> float:
    """Have the system forget how large this process was, and return how large it is."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _mib("VmRSS")


def _mib(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
