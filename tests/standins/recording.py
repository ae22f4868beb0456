"""What a stand-in remembers of a request, what it holds against one, and how it is told to misbehave.

Knows neither platform: paths and method names are only text here.
"""

from __future__ import annotations

import fnmatch
from collections import deque
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
PATIENCE = 15.0  # seconds for what comes in milliseconds on an idle machine; a busy one is not the bot's fault


class DriverError(AssertionError):
    """The test asked for something a real person could not do (unknown command, disabled button, ...)."""


class NoReply(AssertionError):
    """The bot did not answer in time."""


@dataclass(frozen=True)
class Upload:
    """A file part of a multipart request."""

    field: str
    filename: str
    content_type: str
    data: bytes

    def __len__(self) -> int:
        return len(self.data)


@dataclass
class Request:
    """One API request of the bot, and the answer it got."""

    at: float  # time.monotonic() on arrival
    method: str  # the HTTP verb
    path: str  # the concrete path, or the Telegram method
    route: str | None  # the path template, or the Telegram method; None when unknown
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)  # lower-case names
    status: int = 0
    response: Any = None

    def named(self, glob: str) -> bool:
        """Does the path or its template match the glob?"""
        return fnmatch.fnmatchcase(self.path, glob) or fnmatch.fnmatchcase(self.route or "", glob)

    @property
    def where(self) -> str:
        return f"{self.method} {self.route or self.path}"


@dataclass(frozen=True)
class Violation:
    """A request, or its timing, that breaks the published contract."""

    code: str
    where: str
    detail: str
    request: Request | None = None

    def __str__(self) -> str:
        return f"[{self.code}] {self.where}: {self.detail}"


@dataclass
class Fault:
    """Makes matching requests fail; `times=None` means until it is taken away."""

    path: str = "*"
    method: str = "*"
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0  # seconds before anything else happens
    drop: bool = False  # cut the connection instead of answering; nothing is carried out
    lose_response: bool = False  # carry the request out, then cut: was it done or not?
    times: int | None = 1
    after: int = 0  # so many matching requests pass first
    seen: int = 0

    def takes(self, request: Request) -> bool:
        if self.method not in ("*", request.method) or not request.named(self.path):
            return False
        self.seen += 1
        return self.seen > self.after and (self.times is None or self.seen <= self.after + self.times)


class Bucket:
    """A sliding window: at most `limit` events in any `window` seconds."""

    def __init__(self, limit: int, window: float) -> None:
        self.limit, self.window = limit, window
        self._times: deque[float] = deque()

    def _trim(self, now: float) -> None:
        while self._times and self._times[0] <= now - self.window:
            self._times.popleft()

    def wait(self, now: float) -> float:
        """Seconds until one more event is allowed, 0 when it is allowed now."""
        self._trim(now)
        return 0.0 if len(self._times) < self.limit else self.reset_after(now)

    def hit(self, now: float) -> None:
        self._times.append(now)

    def remaining(self, now: float) -> int:
        self._trim(now)
        return max(0, self.limit - len(self._times))

    def reset_after(self, now: float) -> float:
        self._trim(now)
        return self._times[0] + self.window - now if self._times else self.window
