"""The figures, in Prometheus's form. Nothing is counted by person, group or command; no figure carries a token.

What happens is counted when it does; what simply is (letters that wait, schedules, leases) is read when asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.core.digest.fetching import Health
from bot.core.outbox import Letter, LetterState
from bot.core.refs import Platform

LOOKED_EVERY = 0.5  # seconds between two looks at the loop
FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0, 43200.0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What simply is, at the moment it is asked for. `leads`: by the name of each lease, whether it is held."""

    waiting: Mapping[LetterState, int] = field(default_factory=dict)
    schedules: int = 0
    unreachable: int = 0
    leads: Mapping[str, bool] = field(default_factory=dict)
    holds: Mapping[str, int] = field(default_factory=dict)
    ready: bool = True
    database_bytes: int | None = None
    free_bytes: int | None = None
    backup_at: datetime | None = None
    feeds: Mapping[Health, int] = field(default_factory=dict)


class Metrics:
    """Counts."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Start from nothing."""
        self._clock = clock
        self.registry = CollectorRegistry(auto_describe=False)
        for process in (ProcessCollector, PlatformCollector, GCCollector):
            process(registry=self.registry)
        self._now = Snapshot()
        self.registry.register(_Present(lambda: self._now))
        self._ended = Counter(
            "moim_letters_ended", "Letters that ended, by how.", ("platform", "state"), registry=self.registry
        )
        self._sending = Histogram(
            "moim_send_seconds",
            "From taking a letter up to its receipt.",
            ("platform",),
            buckets=SLOW,
            registry=self.registry,
        )
        self._late = Histogram(
            "moim_lateness_seconds",
            "From the moment something was due to its receipt.",
            ("kind",),
            buckets=SLOW,
            registry=self.registry,
        )
        self._turns = Counter(
            "moim_turns",
            "Commands, presses and forms, by how they ended.",
            ("platform", "outcome"),
            registry=self.registry,
        )
        self._stalls = Histogram(
            "moim_loop_stall_seconds", "How long the event loop was held up.", buckets=FAST, registry=self.registry
        )
        self._writes = Histogram(
            "moim_write_seconds", "From asking to write to being on disk.", buckets=FAST, registry=self.registry
        )

    def ended(self, ends: Sequence[tuple[Letter, LetterState, str | None]]) -> None:
        """Count letters that ended."""
        now = self._clock()
        for letter, state, _ in ends:
            platform = letter.platform.value
            self._ended.labels(platform, state.value).inc()
            if state is not LetterState.SENT:
                continue
            if letter.tried_at is not None:
                self._sending.labels(platform).observe(max(0.0, (now - letter.tried_at).total_seconds()))
            if letter.due_at is not None:
                self._late.labels(letter.kind).observe(max(0.0, (now - letter.due_at).total_seconds()))

    def turned(self, platform: Platform, outcome: str) -> None:
        """Count a turn."""
        self._turns.labels(platform.value, outcome).inc()

    def wrote(self, seconds: float) -> None:
        """Note how long a write took."""
        self._writes.observe(seconds)

    async def watch_the_loop(self) -> None:
        """Measure, until cancelled, by how much a short sleep is too long."""
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(LOOKED_EVERY)
            self._stalls.observe(max(0.0, loop.time() - begun - LOOKED_EVERY))

    def text(self, now: Snapshot) -> bytes:
        """Return everything, with what is `now`."""
        self._now = now
        return generate_latest(self.registry)


class _Present(Collector):
    """What simply is."""

    def __init__(self, now: Callable[[], Snapshot]) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Give the figures of this moment."""
        now = self._now()
        waiting = GaugeMetricFamily("moim_letters", "Letters that have not ended, by state.", labels=["state"])
        for state in (LetterState.WAITING, LetterState.LEASED, LetterState.HELD):
            waiting.add_metric([state.value], now.waiting.get(state, 0))
        leads = GaugeMetricFamily("moim_lease_held", "Whether somebody leads, by what.", labels=["what"])
        for what, held in sorted(now.leads.items()):
            leads.add_metric([what], float(held))
        holds = CounterMetricFamily("moim_rate_limited", "How often a platform asked us to wait.", labels=["platform"])
        for platform, count in sorted(now.holds.items()):
            holds.add_metric([platform], count)
        feeds = GaugeMetricFamily("moim_feeds", "Feeds that some group follows, by how they are.", labels=["health"])
        for health in Health:
            feeds.add_metric([health.value], now.feeds.get(health, 0))
        yield from (waiting, leads, holds, feeds)
        yield GaugeMetricFamily("moim_schedules", "Schedules that will fall due.", value=now.schedules)
        yield GaugeMetricFamily("moim_unreachable", "Addresses out of reach.", value=now.unreachable)
        yield GaugeMetricFamily(
            "moim_ready", "Whether every task runs and every platform is connected.", value=now.ready
        )
        if now.database_bytes is not None:
            yield GaugeMetricFamily("moim_database_bytes", "The database's size.", value=now.database_bytes)
        if now.free_bytes is not None:
            yield GaugeMetricFamily("moim_disk_free_bytes", "Free bytes where it is.", value=now.free_bytes)
        if now.backup_at is not None:
            at = now.backup_at.timestamp()
            yield GaugeMetricFamily("moim_last_backup_timestamp_seconds", "When it was last backed up.", value=at)


def routes(metrics: Metrics, look: Callable[[], Awaitable[Snapshot]]) -> web.RouteTableDef:
    """Return the table. `look` reads what simply is."""
    table = web.RouteTableDef()

    @table.get("/metrics")
    async def figures(_request: web.Request) -> web.Response:
        """All of them."""
        return web.Response(body=metrics.text(await look()), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return table
