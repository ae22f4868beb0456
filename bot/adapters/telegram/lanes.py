"""Lanes: work of one chat in order, chats side by side, the whole bounded.

Nothing here knows Telegram. A lane exists while it has work. A full lane refuses (somebody floods one chat), a full
house makes the giver wait (Telegram then keeps the updates for us).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

Item = TypeVar("Item")
log = structlog.get_logger(__name__)


class Lanes(Generic[Item]):
    """Runs `work` on items, one at a time and in order within a lane."""

    def __init__(self, work: Callable[[Item], Awaitable[None]], *, lane_limit: int = 64, limit: int = 1024) -> None:
        """Allow `lane_limit` waiting items a lane and `limit` in all."""
        self._work, self._lane_limit = work, lane_limit
        self._room = asyncio.Semaphore(limit)
        self._lanes: dict[str, deque[Item]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def put(self, lane: str, item: Item) -> bool:
        """Hand `item` over, waiting while the house is full. False: the lane is full and the item was refused."""
        if len(self._lanes.get(lane, ())) >= self._lane_limit:
            return False
        await self._room.acquire()
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(item)
            return True
        self._lanes[lane] = deque([item])
        task = asyncio.create_task(self._run(lane), name=f"lane {lane}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def drain(self, seconds: float) -> None:
        """Let what is under way finish, at most `seconds`; what has not begun by then is dropped."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, lane: str) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                item = waiting.popleft()
                try:
                    await self._work(item)
                except Exception:
                    log.exception("an update could not be handled")
                finally:
                    self._room.release()
        finally:
            del self._lanes[lane]
