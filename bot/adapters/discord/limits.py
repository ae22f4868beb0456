"""How fast we may ask Discord: its global window, what the headers of its answers say, and when it has had enough.

discord.py notices a limit only after it was crossed or, at the end of a bucket, sleeps with the answer in its hand. So
here every request waits its turn before it leaves, and discord.py's own waiting is switched off (`take_over`).
Interactions' answers are outside the global limit and are not paced; their refusals count like any other.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import aiohttp
import structlog
from discord.http import HTTPClient

from bot.adapters.discord.failures import is_ban
from bot.adapters.pace import Held, Lane, Pace, Rate

log = structlog.get_logger(__name__)

WHOLE = Rate(50, 1.0)  # "Rate Limits", Global Rate Limit; Discord's documentation, read in 2026
KEPT = 5  # of those, for people who wait
ALONE = (Rate(1, 0.0),)  # a bucket's size is unknown until its first answer: one at a time
BAN_SECONDS = (
    300.0  # of quiet when Cloudflare turns us away; it bans for about that long, and longer for those who go on
)
INVALID, INVALID_SECONDS = 1000, 600.0  # of the 10,000 refusals in ten minutes that get an address banned
_BUCKETS = 256
_AT_ONCE = 0.001  # seconds of a 429 that discord.py may wait out by itself

_lane: ContextVar[str | None] = ContextVar("lane", default=None)


class Limits:
    """Grants turns, and learns from every answer."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """`clock` is monotonic, in seconds; `sleep` waits on the same clock."""
        self._clock = clock
        self.pace = Pace(WHOLE, kept=KEPT, clock=clock, sleep=sleep)
        self._invalid: deque[float] = deque(maxlen=INVALID)
        self.refusals = 0  # answers of 429: each is a mistake of ours, and counted

    @asynccontextmanager
    async def turn(self, lane: str, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait until a request of `lane` may leave; leave the block with its answer. Raises `pace.Held`."""
        if not urgent and (wait := self.shed()):
            raise Held(wait, everywhere=True)
        async with self.pace.turn(Lane(lane, ALONE), urgent=urgent):
            token = _lane.set(lane)
            try:
                yield
            finally:
                _lane.reset(token)

    def shed(self) -> float:
        """Return for how many seconds nothing should leave that can wait: too much was refused lately."""
        if len(self._invalid) < INVALID:
            return 0.0
        return max(0.0, self._invalid[0] + INVALID_SECONDS - self._clock())

    def trace(self) -> aiohttp.TraceConfig:
        """Return what shows every answer of an HTTP session to `answered`."""

        async def on_end(_: Any, __: Any, end: aiohttp.TraceRequestEndParams) -> None:
            self.answered(end.response.status, end.response.headers)

        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(on_end)
        return trace

    def answered(self, status: int, headers: Any) -> None:
        """Learn from an answer: whether its bucket is empty, who is to wait, and how much was refused lately."""
        lane = _lane.get()
        if status in (401, 403, 429) and headers.get("X-RateLimit-Scope") != "shared":
            self._invalid.append(self._clock())
        if status == 429:
            self._refused(lane, headers, ban=is_ban(status, headers))
        elif lane is not None and headers.get("X-RateLimit-Remaining") == "0":
            self.pace.rest(float(headers.get("X-RateLimit-Reset-After", 1.0)), lane)

    def quiet(self, seconds: float = BAN_SECONDS) -> None:
        """Let nothing that can wait leave for so long."""
        self.pace.hold(seconds)

    def _refused(self, lane: str | None, headers: Any, *, ban: bool) -> None:
        self.refusals += 1
        if ban:
            log.warning("Discord turns us away; quiet for a while", seconds=BAN_SECONDS)
            self.quiet()
            return
        seconds, scope = float(headers.get("Retry-After", 1.0)), headers.get("X-RateLimit-Scope", "user")
        log.warning("too fast for Discord", lane=lane, scope=scope, seconds=seconds)
        if scope == "global" or "X-RateLimit-Global" in headers:
            self.pace.hold(seconds)
        elif lane is not None:
            self.pace.hold(seconds, lane)


class _NoLimit:
    """Stands where discord.py keeps a bucket's state, and never waits."""

    remaining = 0

    async def __aenter__(self) -> _NoLimit:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def update(self, _: aiohttp.ClientResponse, *, use_clock: bool = False) -> None:
        """Answers are read in `Limits.answered`."""


def take_over(http: HTTPClient) -> None:
    """Switch discord.py's own limiter off: a 429 raises `discord.RateLimited` at once, and nothing sleeps inside."""
    unlimited: Any = _NoLimit()

    def get_ratelimit(_: str) -> Any:
        if len(http._buckets) > _BUCKETS:
            http._buckets.clear()
        return unlimited

    http.get_ratelimit = get_ratelimit  # type: ignore[method-assign,assignment]
    http.max_ratelimit_timeout = _AT_ONCE
