"""What is done again and again at a fixed distance by whoever leads the clock: looking about, giving a sign of life."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Round:
    """One such thing. The first time comes after `every`: a start that fails in a loop does none of it."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[object]]

    async def go(self) -> None:
        """Do it until cancelled."""
        while True:
            await asyncio.sleep(self.every.total_seconds())
            await self.do()
