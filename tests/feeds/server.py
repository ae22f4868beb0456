"""A web server on the loopback that serves what a test tells it to, byte by byte where it must."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Served:
    """What is served under which path, and which requests came, with the loop's time of each."""

    address: str
    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[float, web.Request]] = field(default_factory=list)

    def say(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        """Serve `body` at `path` and return the address of it; `_` in a header's name stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(_request: web.Request) -> web.Response:
            return web.Response(body=body, status=status, headers=named)

        self.answers[path] = answer
        return self.address + path


@asynccontextmanager
async def serving(host: str = "127.0.0.1") -> AsyncIterator[Served]:
    async def answer(request: web.Request) -> web.StreamResponse:
        served.asked.append((asyncio.get_running_loop().time(), request))
        found = served.answers.get(request.path)
        return await found(request) if found else web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    port = runner.addresses[0][1]
    served = Served(f"http://{host}:{port}", port)
    try:
        yield served
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Serve whatever `talk` writes after a request came, and give the address."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, host, 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://{host}:{port}/"
    finally:
        server.close()
