"""Telegram's flood control (bots/faq#my-bot-is-hitting-limits), and whether `retry_after` is honoured."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass

from ..recording import Bucket, Json
from .routing import TgError
from .world import ChatState

SENDING = re.compile(r"send(?!ChatAction)", re.IGNORECASE)


@dataclass(frozen=True)
class FloodLimits:
    """ "Avoid sending more than one message per second" to a chat (short bursts pass), 20 a minute to a group
    and about 30 a second overall; what is over is answered with 429."""

    per_chat: float = 1.0  # messages per second, on average
    chat_burst: int = 3  # so many may come at once
    overall_per_second: int = 30


class FloodControl:
    """Counts messages; `limits=None` counts nothing."""

    def __init__(self, limits: FloodLimits | None) -> None:
        self.limits = limits
        self._overall = Bucket(30, 1.0)
        self._told: dict[int, tuple[float, float]] = {}  # chat id -> (told at, until)

    def impatient(self, chat_id: int) -> float:
        """Seconds by which a request comes before an earlier `retry_after` ran out."""
        now = time.monotonic()
        told, until = self._told.get(chat_id, (0.0, 0.0))
        return until - now if told + 0.1 < now < until - 0.05 else 0.0

    def refusal(self, chat_id: int, seconds: float) -> TgError:
        retry, now = max(1, math.ceil(seconds)), time.monotonic()
        self._told[chat_id] = (now, now + retry)
        return TgError(429, f"Too Many Requests: retry after {retry}", retry_after=retry)

    def count(self, chat: Json, state: ChatState) -> None:
        """One more message to a chat; raises when it is one too many."""
        if self.limits is None:
            return
        now = time.monotonic()
        self._overall.limit = self.limits.overall_per_second
        level = max(0.0, state.level - (now - state.level_at) * self.limits.per_chat)
        wait = (level + 1 - self.limits.chat_burst) / self.limits.per_chat
        waits = [wait if wait > 1e-9 else 0.0, self._overall.wait(now)]
        if chat["type"] != "private":
            waits.append(state.minute.wait(now))
        if any(waits):
            raise self.refusal(chat["id"], max(waits))
        state.minute.hit(now)
        self._overall.hit(now)
        state.level, state.level_at = level + 1, now
