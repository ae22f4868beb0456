"""Made feeds on the loopback, of every form there is: what a source brings when, and that it is away when told to be.

The same feeds are the shipped ones of the bot under test: `rows` is what its list of sources says instead of the real.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Entry:
    """One entry as a source words it: the same thing may be worded and linked to otherwise by another."""

    title: str
    url: str
    at: datetime
    guid: str = ""
    summary: str = ""


@dataclass
class Source:
    """One feed: its name, its form, and what is in it now, the latest first. `down` is a status it fails with."""

    id: str
    title: str
    kind: str
    form: str = "rss"
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    entries: list[Entry] = field(default_factory=list)
    down: int | None = None
    visits: int = 0

    def brings(self, *entries: Entry, most: int = 20) -> None:
        """Put entries on top; what is older than the latest few falls out, as it does in feeds."""
        self.entries = [*sorted(entries, key=lambda each: each.at, reverse=True), *self.entries][:most]

    def document(self) -> tuple[str, str]:
        """Return the feed as it is served, and its type."""
        return {"rss": _rss, "atom": _atom, "json": _json}[self.form](self)


class Newsroom:
    """All of them, served at `address`."""

    def __init__(self, port: int) -> None:
        self.port, self.address = port, f"http://127.0.0.1:{port}"
        self.sources: dict[str, Source] = {}

    def opens(self, source: Source) -> Source:
        """Serve a feed under its id."""
        self.sources[source.id] = source
        return source

    def at(self, source: Source) -> str:
        """Return the address of a feed."""
        return f"{self.address}/{source.id}"

    def site(self, source: Source) -> str:
        """Return the address of the page of which it is the feed."""
        return f"{self.address}/site/{source.id}"

    def rows(self, *sources: Source) -> str:
        """Return the rows of a list of sources, as JSON."""
        found = [
            {
                "id": each.id,
                "title": each.title,
                "url": self.at(each),
                "kind": each.kind,
                "topics": each.topics,
                "languages": each.languages,
                "cadence": "daily",
            }
            for each in sources
        ]
        return json.dumps(found, ensure_ascii=False)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        page, _, name = request.path.strip("/").rpartition("/")
        source = self.sources.get(name)
        if source is None:
            return web.Response(status=404)
        if page == "site":
            link = f'<link rel="alternate" type="application/rss+xml" href="{self.at(source)}">'
            return web.Response(text=f"<html><head>{link}</head><body>x</body></html>", content_type="text/html")
        source.visits += 1
        if source.down is not None:
            return web.Response(status=source.down)
        document, kind = source.document()
        etag = f'"{hashlib.sha256(document.encode()).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(text=document, content_type=kind, headers={"ETag": etag})


@contextmanager
def newsroom() -> Iterator[Newsroom]:
    """Serve, in a loop of its own, until the block ends."""
    loop, ready, told = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    opened: list[Newsroom] = []

    async def live() -> None:
        async def answer(request: web.Request) -> web.StreamResponse:
            return await opened[0].answer(request)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        opened.append(Newsroom(runner.addresses[0][1]))
        ready.set()
        await told.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),), name="newsroom", daemon=True)
    thread.start()
    assert ready.wait(10), "the newsroom did not open"
    yield opened[0]
    loop.call_soon_threadsafe(told.set)
    thread.join(5)
    loop.close()


def _rss(source: Source) -> tuple[str, str]:
    items = "".join(
        f"<item><title>{escape(each.title)}</title><link>{escape(each.url)}</link>"
        f"<guid isPermaLink='false'>{escape(each.guid or each.url)}</guid>"
        f"<description>{escape(each.summary)}</description><pubDate>{format_datetime(each.at)}</pubDate></item>"
        for each in source.entries
    )
    language = f"<language>{source.languages[0]}</language>"
    head = f"<title>{escape(source.title)}</title><link>https://made.example/{source.id}</link>{language}"
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{head}{items}</channel></rss>", "application/rss+xml"


def _atom(source: Source) -> tuple[str, str]:
    entries = "".join(
        f"<entry><title>{escape(each.title)}</title><link href='{escape(each.url)}'/>"
        f"<id>{escape(each.guid or each.url)}</id>"
        f"<summary>{escape(each.summary)}</summary><published>{each.at.isoformat()}</published>"
        f"<updated>{each.at.isoformat()}</updated></entry>"
        for each in source.entries
    )
    head = f"<title>{escape(source.title)}</title><id>urn:made:{source.id}</id>"
    language = source.languages[0]
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='{language}'>{head}{entries}</feed>"
    return feed, "application/atom+xml"


def _json(source: Source) -> tuple[str, str]:
    items: list[dict[str, Any]] = [
        {
            "id": each.guid or each.url,
            "url": each.url,
            "title": each.title,
            "content_text": each.summary,
            "date_published": each.at.isoformat(),
        }
        for each in source.entries
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": source.title, "items": items}
    return json.dumps(feed | {"language": source.languages[0]}, ensure_ascii=False), "application/feed+json"
