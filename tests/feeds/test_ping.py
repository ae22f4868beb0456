"""The sign of life to a watcher outside, and a server's word for what time it is: neither ever disturbs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.feeds import ping
from bot.feeds.ping import Pinger, seconds_ahead

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@asynccontextmanager
async def watcher(status: int = 200, date: datetime | None = None) -> AsyncIterator[tuple[str, list[str]]]:
    """A service in our own network that takes note of who called."""
    called: list[str] = []

    async def take(request: web.Request) -> web.Response:
        called.append(f"{request.method} {request.path}")
        headers = {"Date": format_datetime(date, usegmt=True)} if date else {}
        return web.Response(status=status, text="OK" * 1000, headers=headers)

    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", take)
    async with TestServer(application, host="127.0.0.1") as server:
        yield str(server.make_url("/my-uuid")), called


async def test_while_all_is_well_the_address_is_called_with_get_also_in_ones_own_network() -> None:
    async with watcher() as (address, called):
        assert await Pinger(address, lambda: True).ping()
        assert called == ["GET /my-uuid"]


async def test_when_something_is_not_well_nobody_is_called() -> None:
    async with watcher() as (address, called):
        well = False
        pinger = Pinger(address, lambda: well)
        assert not await pinger.ping()
        assert called == []
        well = True
        assert await pinger.ping()


async def test_an_address_that_does_not_answer_disturbs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ping, "SECONDS", 0.3)
    assert not await Pinger(f"http://127.0.0.1:{unused_port()}/", lambda: True).ping()
    assert not await Pinger("http://nowhere.invalid/", lambda: True).ping()
    assert not await Pinger("http://[", lambda: True).ping()
    async with watcher(status=500) as (address, _):
        assert not await Pinger(address, lambda: True).ping()


async def test_a_servers_clock_tells_how_far_ours_is_off() -> None:
    async with watcher(date=NOW - timedelta(seconds=90)) as (address, _):
        ahead = await seconds_ahead(address, lambda: NOW)
        assert ahead == pytest.approx(89.5)
    assert await seconds_ahead(f"http://127.0.0.1:{unused_port()}/", lambda: NOW) is None
