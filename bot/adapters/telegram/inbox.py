"""Which updates are new, which are under way, and which were answered: each once, and none lost to a sudden end.

An update is noted in the database when its answer is about to leave, and confirmed to Telegram only after that. A
process killed before then finds it again; one noted is passed over for 24 hours. Nothing of an update is kept but its
number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

import structlog

from bot.adapters.contract import Seen
from bot.core.refs import Platform

log = structlog.get_logger(__name__)

KEPT = 10_000  # numbers of updates remembered without asking the database
HELD_SECONDS = 5.0  # longer work is confirmed before its end: it must not hold up a hundred others
A_BATCH = 100  # what Telegram hands over at most; a smaller batch was the last of what had waited


class Inbox:
    """The updates of one bot, by their numbers."""

    def __init__(self, seen: Seen, bot: int, clock: Callable[[], datetime]) -> None:
        """Note in `seen` the updates of the account `bot`."""
        self._seen, self._bot, self._clock = seen, bot, clock
        self._under_way: dict[int, float] = {}  # since when, on the loop's clock
        self._done: dict[int, None] = {}
        self._highest = self._let_go = 0
        self._caught_up = False  # what had waited before our time has been fetched
        self._finished = asyncio.Event()
        self._left: set[int] = set()  # noted: their answer is on its way
        self._to_note: dict[str, None] = {}
        self._noting: asyncio.Task[None] | None = None

    async def fresh(self, updates: Iterable[int], *, in_any_order: bool = False) -> frozenset[int]:
        """Return those of a fetched batch that are to be handled, and count them as under way.

        `in_any_order`: they are handed over one by one, and one handled in an earlier life may come at any time.
        """
        fetched = list(updates)
        new = {number for number in fetched if number not in self._under_way and number not in self._done}
        unsure = [number for number in new if in_any_order or not self._caught_up or number <= self._highest]
        if unsure:
            handled = await self._handled(unsure)
            self._remember(handled)
            new -= handled
        if len(fetched) < A_BATCH:
            self._caught_up = True
        else:  # more may wait behind these: they are confirmed, so that it is handed over
            self._let_go = max(fetched)
        self._highest = max(self._highest, *fetched, 0)
        now = asyncio.get_running_loop().time()
        self._under_way |= dict.fromkeys(sorted(new), now)
        return frozenset(new)

    async def answering(self, update: int) -> None:
        """Note an update whose answer is about to leave. Those of the same moment share one write."""
        if update not in self._under_way or update in self._left:
            return
        name = self._name(update)
        self._to_note[name] = None
        while name in self._to_note:
            if self._noting is None or self._noting.done():
                self._noting = asyncio.create_task(self._note(), name="noting updates")
            await asyncio.shield(self._noting)
        self._left.add(update)

    def done(self, update: int) -> None:
        """An update needs nothing more."""
        self._left.discard(update)
        if self._under_way.pop(update, None) is not None:
            self._remember([update])
            self._finished.set()

    @property
    def idle(self) -> bool:
        """Say whether nothing holds back a confirmation."""
        return not self._held()

    def offset(self, end: int | None) -> int | None:
        """Return from which number on Telegram is to hand over: the first under way, else `end`."""
        held = self._held()
        return min(held) if held else end

    async def settle(self, seconds: float) -> None:
        """Wait until nothing is under way, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._held():
                    self._finished.clear()
                    await self._finished.wait()

    async def answered(self, update: int, seconds: float) -> None:
        """Wait until an update needs nothing more, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while update in self._under_way:
                    self._finished.clear()
                    await self._finished.wait()

    def _held(self) -> list[int]:
        oldest = asyncio.get_running_loop().time() - HELD_SECONDS
        return [number for number, since in self._under_way.items() if since > oldest and number > self._let_go]

    def _remember(self, updates: Iterable[int]) -> None:
        self._done |= dict.fromkeys(updates)
        while len(self._done) > KEPT:
            del self._done[next(iter(self._done))]

    async def _handled(self, updates: list[int]) -> set[int]:
        """Say which were handled in an earlier life; when that cannot be known, silence would be the worse mistake."""
        names = {self._name(number): number for number in updates}
        try:
            return {names[name] for name in await self._seen.noted(Platform.TELEGRAM, list(names))}
        except Exception:
            log.exception("it cannot be known whether updates were handled before")
            return set()

    async def _note(self) -> None:
        names = list(self._to_note)
        try:
            await self._seen.note(Platform.TELEGRAM, names, self._clock())
        except Exception:
            log.exception("it cannot be noted that updates were handled")
        for name in names:
            del self._to_note[name]

    def _name(self, update: int) -> str:
        return f"{self._bot}:{update}"
