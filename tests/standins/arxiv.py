"""A stand-in for arXiv's query interface and for any other page, on the loopback: it answers and fails as told.

Recorded answers are replayed where they are at hand; every other paper is made, so that a story can name its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape

from aiohttp import web

from bot.core.papers.links import ArxivId, read_link
from tests.feeds.recorded import folder

_HEAD = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
_RECORDED = {"1605.08386": "arxiv-api-one-entry.xml", "astro-ph/0601001": "arxiv-api-old-style-id.xml"}


@dataclass(frozen=True)
class Entry:
    """What the archive tells of a paper."""

    title: str
    authors: tuple[str, ...] = ("Ada Lovelace", "Alan Turing")
    abstract: str = "We propose a new method. It outperforms the state of the art."
    category: str = "cs.LG"
    published: str = "2024-05-01T00:00:00Z"
    comment: str = ""

    def xml(self, identity: str) -> str:
        authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in self.authors)
        return (
            f"<entry><id>http://arxiv.org/abs/{identity}v1</id><title>{escape(self.title)}</title>"
            f"<summary>{escape(self.abstract)}</summary><published>{self.published}</published>{authors}"
            f"<arxiv:comment>{escape(self.comment)}</arxiv:comment>"
            f'<arxiv:primary_category term="{self.category}"/><category term="{self.category}"/></entry>'
        )


ERROR = (
    "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_x</id><title>Error</title>"
    "<summary>incorrect id format for x</summary></entry>"
)


@dataclass
class ArxivStandIn:
    """What is served. `trouble` holds what the coming requests meet, the next first: a status, or a wait in seconds."""

    address: str
    port: int
    papers: dict[str, Entry] = field(default_factory=dict)
    pages: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    trouble: list[int | float] = field(default_factory=list)
    retry_after: str | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        """Return what the setting ARXIV_API_BASE is to hold."""
        return f"{self.address}/api/query"

    def page(self, path: str, body: str, content_type: str = "text/html; charset=utf-8") -> str:
        """Serve a page at `path`, and return its address."""
        self.pages[path] = (body.encode(), content_type)
        return f"{self.address}{path}"

    def answer(self, ids: list[str]) -> bytes:
        """Return the answer for `ids`; what is unknown is left out, as arXiv does, but an odd id is an error."""
        if len(ids) == 1 and (name := _RECORDED.get(ids[0])) and (folder() / name).is_file():
            return (folder() / name).read_bytes()
        if any(not isinstance(read_link(each), ArxivId) for each in ids):
            return f"{_HEAD}{ERROR}</feed>".encode()
        found = (self.papers[each].xml(each) for each in ids if each in self.papers)
        return f"{_HEAD}{''.join(found)}</feed>".encode()


@asynccontextmanager
async def arxiv_stand_in() -> AsyncIterator[ArxivStandIn]:
    """Serve until the block ends."""

    async def answer(request: web.Request) -> web.StreamResponse:
        stand_in.asked.append(request.query.get("id_list", request.path))
        met = stand_in.trouble.pop(0) if stand_in.trouble else None
        if isinstance(met, float):
            await asyncio.sleep(met)
        elif met is not None:
            headers = {"Retry-After": stand_in.retry_after} if stand_in.retry_after else {}
            return web.Response(status=met, headers=headers)
        if request.path == "/api/query":
            body = stand_in.answer(request.query["id_list"].split(","))
            return web.Response(body=body, content_type="application/atom+xml")
        page = stand_in.pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        return web.Response(body=page[0], headers={"Content-Type": page[1]})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    stand_in = ArxivStandIn(f"http://127.0.0.1:{port}", port)
    try:
        yield stand_in
    finally:
        await runner.cleanup()
