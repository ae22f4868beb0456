"""The HTTP server: one application of several tables of routes, served until the program ends.

It knows no route; each part of the wing brings a table. Whatever fails inside is answered without a word about it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog
from aiohttp import web

log = structlog.get_logger(__name__)

LARGEST_BODY = 2**20  # bytes that anybody may send us
CLOSING_SECONDS = 2.0
# Nothing here is to be framed, sniffed, cached by strangers or lead a browser anywhere; pages that need more say so.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(tables: Iterable[web.RouteTableDef]) -> web.Application:
    """Return the application that answers what is in `tables`."""
    made = web.Application(client_max_size=LARGEST_BODY, middlewares=[_guarded])
    for table in tables:
        made.add_routes(table)
    return made


class Site:
    """One port of this machine."""

    name = "web"

    def __init__(self, host: str, port: int, tables: Iterable[web.RouteTableDef]) -> None:
        """Answer on `port` of the address `host`."""
        self._host, self._port, self._tables = host, port, tuple(tables)
        self._runner: web.AppRunner | None = None

    async def serve(self) -> None:
        """Listen until cancelled. A port that somebody else holds is tried again: it takes nothing else down."""
        self._runner = runner = web.AppRunner(
            application(self._tables), access_log=None, handle_signals=False, shutdown_timeout=CLOSING_SECONDS
        )
        try:
            await runner.setup()
            await web.TCPSite(runner, self._host, self._port).start()
            log.info("listening", host=self._host, port=self._port)
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def close(self) -> None:
        """Take no more requests and let those under way end."""
        if self._runner is not None:
            await self._runner.cleanup()


@web.middleware
async def _guarded(request: web.Request, handler: Answering) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        raise
    except Exception:
        log.exception("a request failed", path=request.match_info.get_info().get("path", "?"))
        response = web.Response(status=500, text="It did not work.")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
