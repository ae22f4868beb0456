"""The HTTP wing by itself: what it answers, what it turns away, and that its figures name nobody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, unused_port
from prometheus_client.parser import text_string_to_metric_families

from bot.core.digest.fetching import Health
from bot.core.outbox import Letter, LetterState
from bot.core.refs import Platform, UserRef
from bot.web import health, metrics, webhook
from bot.web.site import LARGEST_BODY, Site, application

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECRET = "s3cret_of_the_test"


@asynccontextmanager
async def client(*tables: web.RouteTableDef) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async with TestClient(TestServer(application(tables))) as made:
        yield made


# health


async def test_health_answers_as_long_as_the_process_does_and_ready_says_what_is_amiss() -> None:
    amiss: list[str] = []
    async with client(health.routes(lambda: amiss)) as here:
        for path in ("/health", "/ready"):
            assert (await here.get(path)).status == 200
        amiss += ["courier telegram", "discord is not connected"]
        assert (await here.get("/health")).status == 200
        answer = await here.get("/ready")
        assert answer.status == 503
        assert await answer.json() == {"ready": False, "amiss": amiss}


async def test_nothing_else_is_there_and_every_answer_is_guarded() -> None:
    async with client(health.routes(lambda: ())) as here:
        for path in ("/", "/metrics", "/telegram", "/../etc/passwd"):
            answer = await here.get(path)
            assert answer.status == 404
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_what_fails_inside_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    table = web.RouteTableDef()

    @table.get("/breaks")
    async def breaks(_request: web.Request) -> web.Response:
        raise RuntimeError("hunter2")

    async with client(table) as here:
        answer = await here.get("/breaks")
        assert (answer.status, await answer.text()) == (500, "It did not work.")


async def test_a_site_listens_until_it_is_closed() -> None:
    port = unused_port()
    site = Site("127.0.0.1", port, [health.routes(lambda: ())])
    serving = asyncio.create_task(site.serve())
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            try:
                async with session.get(f"http://127.0.0.1:{port}/health") as answer:
                    assert answer.status == 200
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.02)
        await site.close()
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(f"http://127.0.0.1:{port}/health")
    serving.cancel()


# figures


def letter(user: str = "80351110224678912") -> Letter:
    values: dict[str, Any] = dict.fromkeys(Letter.__dataclass_fields__)
    values |= {"kind": "reminder", "to": UserRef(Platform.DISCORD, user), "key": "s1@x", "payload": {"text": "secret"}}
    values |= {"tried_at": NOW - timedelta(seconds=2), "due_at": NOW - timedelta(seconds=7)}
    return Letter(**values)


async def figures_of(counted: metrics.Metrics, now: metrics.Snapshot) -> tuple[str, dict[str, float]]:
    async def look() -> metrics.Snapshot:
        return now

    async with client(metrics.routes(counted, look)) as here:
        answer = await here.get("/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        text = await answer.text()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return text, {f"{s.name}{sorted(s.labels.values()) if s.labels else ''}": s.value for s in samples}


async def test_what_happens_is_counted_and_what_is_is_read() -> None:
    counted = metrics.Metrics(lambda: NOW)
    sent = (letter(), LetterState.SENT, None)
    counted.ended([sent, sent, (letter(), LetterState.DEAD, "it broke for @minsu")])
    counted.turned(Platform.TELEGRAM, "answered")
    counted.turned(Platform.TELEGRAM, "failed")
    counted.wrote(0.003)
    text, found = await figures_of(
        counted,
        metrics.Snapshot(
            {LetterState.WAITING: 4},
            12,
            3,
            {"discord": True, "scheduler": False},
            {"telegram": 2},
            feeds={Health.SILENT: 5},
        ),
    )
    assert found["moim_letters_ended_total['discord', 'sent']"] == 2
    assert found["moim_letters_ended_total['dead', 'discord']"] == 1
    assert found["moim_send_seconds_sum['discord']"] == 4
    assert found["moim_lateness_seconds_sum['reminder']"] == 14
    assert found["moim_turns_total['answered', 'telegram']"] == 1
    assert found["moim_write_seconds_count"] == 1
    assert found["moim_letters['waiting']"] == 4
    assert found["moim_schedules"] == 12
    assert found["moim_unreachable"] == 3
    assert found["moim_lease_held['scheduler']"] == 0
    assert found["moim_rate_limited_total['telegram']"] == 2
    assert (found["moim_feeds['silent']"], found["moim_feeds['well']"]) == (5, 0)
    assert found["moim_ready"] == 1
    for name in ("80351110224678912", "minsu", "secret", "it broke", "s1@x"):
        assert name not in text, "F8: no ids, no words"


async def test_a_loop_that_is_held_up_shows() -> None:
    counted = metrics.Metrics(lambda: NOW)
    watching = asyncio.create_task(counted.watch_the_loop())
    await asyncio.sleep(0.05)
    import time

    time.sleep(metrics.LOOKED_EVERY + 0.3)  # noqa: ASYNC251 - it is the fault under test
    await asyncio.sleep(0.05)
    watching.cancel()
    _, found = await figures_of(counted, metrics.Snapshot())
    assert found["moim_loop_stall_seconds_sum"] > 0.2


# Telegram's calls


class Bot:
    """Takes updates."""

    def __init__(self) -> None:
        self.taken: list[Mapping[str, Any]] = []
        self.there = True

    async def accept(self, update: Mapping[str, Any]) -> bool:
        if "update_id" not in update:
            raise ValueError("no update")
        self.taken.append(update)
        return self.there


@pytest.fixture
def bot() -> Bot:
    return Bot()


async def test_an_update_with_the_secret_is_taken(bot: Bot) -> None:
    async with client(webhook.routes(SECRET, bot.accept)) as here:
        answer = await here.post("/telegram", json={"update_id": 1}, headers={webhook.SECRET: SECRET})
        assert answer.status == 200
        bot.there = False
        answer = await here.post("/telegram", json={"update_id": 2}, headers={webhook.SECRET: SECRET})
        assert answer.status == 503, "Telegram calls again"
    assert [update["update_id"] for update in bot.taken] == [1, 2]


@pytest.mark.parametrize(
    "headers", [{}, {webhook.SECRET: "wrong"}, {webhook.SECRET: ""}, {webhook.SECRET: SECRET + "x"}]
)
async def test_b19_a_call_without_the_secret_is_turned_away_unread(bot: Bot, headers: dict[str, str]) -> None:
    async with client(webhook.routes(SECRET, bot.accept)) as here:
        for body in (b'{"update_id": 1}', b"x" * (LARGEST_BODY + 1), b"{"):
            assert (await here.post("/telegram", data=body, headers=headers)).status == 403
    assert bot.taken == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * (LARGEST_BODY + 1), 413),
        (b"", 400),
        (b"{", 400),
        (b"[1]", 400),
        (b'"text"', 400),
        (b"{}", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (json.dumps({"x": "y" * 1000}).encode(), 400),
    ],
)
async def test_b19_what_is_no_update_is_refused(bot: Bot, body: bytes, status: int) -> None:
    async with client(webhook.routes(SECRET, bot.accept)) as here:
        answer = await here.post("/telegram", data=body, headers={webhook.SECRET: SECRET})
        assert answer.status == status
    assert bot.taken == []


async def test_b19_only_a_post_is_a_call(bot: Bot) -> None:
    async with client(webhook.routes(SECRET, bot.accept)) as here:
        assert (await here.get("/telegram", headers={webhook.SECRET: SECRET})).status == 405
