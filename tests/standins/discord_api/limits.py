"""Discord's rate limits (topics/rate-limits): buckets, their headers, and whether Retry-After is honoured."""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass

from ..recording import Bucket, Json, Request

# Events per seconds; real sizes are unpublished, these are the ones seen in practice.
SIZES = {
    "*": (100, 5.0),
    "POST /channels/{channel_id}/messages": (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
}
GLOBAL = "global"


@dataclass(frozen=True)
class Refusal:
    """A 429 answer."""

    retry_after: float
    scope: str  # user | shared | global
    ignored: bool = False  # sent although an earlier Retry-After had not run out

    @property
    def body(self) -> Json:
        what = "The resource is" if self.scope == "shared" else "You are"
        seconds = round(self.retry_after, 3)
        message = f"{what} being rate limited."
        return {"message": message, "retry_after": seconds, "global": self.scope == GLOBAL}

    @property
    def headers(self) -> dict[str, str]:
        head = {"Retry-After": str(math.ceil(self.retry_after)), "X-RateLimit-Scope": self.scope}
        return head | ({"X-RateLimit-Global": "true"} if self.scope == GLOBAL else {})


class RateLimits:
    """Counts only when `enforce` is set; a refusal once given is always remembered."""

    def __init__(self) -> None:
        self.enforce = False
        self.rotation = 0  # changed, every bucket gets another name
        self.sizes = dict(SIZES)
        self._buckets: dict[str, Bucket] = {}
        self._blocked: dict[str, tuple[float, float]] = {}  # key -> (told at, until)

    def _key(self, request: Request, params: dict[str, str]) -> str:
        major = params.get("channel_id") or params.get("guild_id") or params.get("webhook_token", "")
        return f"{request.where} {major}"

    def _exempt(self, request: Request) -> bool:
        """Interaction endpoints are outside of the global limit."""
        return (request.route or "").startswith(("/interactions/", "/webhooks/"))

    def remember(self, request: Request, params: dict[str, str], refusal: Refusal) -> None:
        key = GLOBAL if refusal.scope == GLOBAL else self._key(request, params)
        now = time.monotonic()
        self._blocked[key] = (now, now + refusal.retry_after)

    def refuse(self, request: Request, params: dict[str, str]) -> Refusal | None:
        """Counts the request, or says why it is one too many."""
        key, now = self._key(request, params), time.monotonic()
        keys = [key] if self._exempt(request) else [key, GLOBAL]
        for blocked in keys:
            told, until = self._blocked.get(blocked, (0.0, 0.0))
            if told + 0.1 < now < until - 0.05:  # what was already under way is forgiven
                return Refusal(until - now, GLOBAL if blocked == GLOBAL else "user", ignored=True)
        if not self.enforce:
            return None
        buckets = [self._bucket(request, name) for name in keys]
        for name, bucket in zip(keys, buckets, strict=True):
            if wait := bucket.wait(now):
                return Refusal(wait, GLOBAL if name == GLOBAL else "user")
        for bucket in buckets:
            bucket.hit(now)
        return None

    def _bucket(self, request: Request, key: str) -> Bucket:
        size = (50, 1.0) if key == GLOBAL else self.sizes.get(request.where, self.sizes["*"])
        return self._buckets.setdefault(key, Bucket(*size))

    def headers(self, request: Request, params: dict[str, str]) -> dict[str, str]:
        if not self.enforce or request.route is None:
            return {}
        now, bucket = time.monotonic(), self._bucket(request, self._key(request, params))
        after = bucket.reset_after(now)
        return {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.remaining(now)),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(f"{request.where}{self.rotation}".encode()).hexdigest()[:32],
        }
