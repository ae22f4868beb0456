"""Whether the process lives, and whether it does its work: two addresses for whoever restarts or routes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiohttp import web

Amiss = Callable[[], Sequence[str]]
"""Returns what is not as it should be, in words for machines (`courier telegram`, `discord is not connected`)."""


def routes(amiss: Amiss) -> web.RouteTableDef:
    """Return the table."""
    table = web.RouteTableDef()

    @table.get("/health")
    async def health(_request: web.Request) -> web.Response:
        """The process answers: nothing more is said."""
        return web.json_response({"status": "ok"})

    @table.get("/ready")
    async def ready(_request: web.Request) -> web.Response:
        """All is well, or what is not."""
        found = list(amiss())
        return web.json_response({"ready": not found, "amiss": found}, status=503 if found else 200)

    return table
