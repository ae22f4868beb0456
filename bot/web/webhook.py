"""The door that Telegram calls at: looks at who calls and at the shape of what is brought, and hands it on.

What an update means is the adapter's. A call without the secret is turned away before anything of it is read.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

PATH = "/telegram"
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
Accept = Callable[[Mapping[str, Any]], Awaitable[bool]]


def routes(secret: str, accept: Accept) -> web.RouteTableDef:
    """Return the table. `accept` says whether an update was taken; raises `ValueError` for what is none."""
    table = web.RouteTableDef()

    @table.post(PATH)
    async def called(request: web.Request) -> web.Response:
        """Take one update."""
        if not hmac.compare_digest(request.headers.get(SECRET, "").encode(), secret.encode()):
            return web.Response(status=403)
        body = await request.read()  # too long a one ends in 413
        try:
            update = json.loads(body)
            if not isinstance(update, dict):
                return web.Response(status=400)
            taken = await accept(update)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        return web.Response(status=200 if taken else 503)

    return table
