"""What a page of the archive costs a reader, two years of issues long, against the same bytes sent from memory."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web.archive import serving
from bot.web.site import application
from tests.bench.figures import Figure
from tests.web.archive.house import issued_club
from tests.web.archive.sample import issue

pytestmark = pytest.mark.bench
ISSUES, ROUNDS = 104, 4
PAGE_GOAL_MS = 20.0
# What a page may cost as a multiple of its control: about twice what was measured in November 2026.
PAGE = 30.0


async def _reading(folder: Path) -> tuple[list[float], list[float]]:
    """Return the milliseconds of every page of an archive, in turns with those of its bytes from memory."""
    held: dict[str, bytes] = {}
    plain = web.RouteTableDef()

    @plain.get("/plain/{page}")
    async def from_memory(request: web.Request) -> web.Response:
        return web.Response(body=held[request.match_info["page"]], content_type="text/html")

    async with issued_club(folder, "https://moim.example.org") as made:
        await made.keep(*(issue(number) for number in range(4, ISSUES + 1)))
        path = f"/{(await made.archives.entrance(made.group.id)).secret_path}"
        pages = [
            "index.html",
            "index.en.html",
            "atom.xml",
            "calendar.ics",
            *(f"{n}.html" for n in range(1, ISSUES + 1)),
        ]
        async with TestClient(TestServer(application([plain, serving.routes(made.archives)]))) as client:

            async def took(address: str) -> tuple[float, bytes]:
                begun = time.perf_counter()
                answer = await client.get(address)
                body = await answer.read()
                assert answer.status == 200
                return (time.perf_counter() - begun) * 1000, body

            ours, control = [], []
            for number in range(ROUNDS + 1):
                for page in pages:
                    took_ours, held[page] = await took(path + page)
                    took_control, _ = await took(f"/plain/{page}")
                    if number:  # the first time around, everything is read from disk
                        ours.append(took_ours)
                        control.append(took_control)
    return ours, control


def test_a_page_is_there_before_a_reader_blinks(keep: Callable[[Figure], None], tmp_path: Path) -> None:
    ours, control = asyncio.run(_reading(tmp_path))
    at_99 = [statistics.quantiles(each, n=100)[98] for each in (ours, control)]
    keep(
        Figure(
            "a page of two years' archive, p99",
            at_99[0],
            "the same bytes from memory",
            at_99[1],
            PAGE,
            goal=PAGE_GOAL_MS,
        )
    )
