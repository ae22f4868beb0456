"""One request to Discord that nobody is waiting for: in its turn, again where that can double nothing, and its outcome.

Everything asked here is safe to ask twice: messages carry a nonce, edits and pins say what shall be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import aiohttp
import discord

from bot.adapters.discord.failures import Fate, fate_of, said
from bot.adapters.discord.limits import Limits
from bot.adapters.pace import Held
from bot.chat.stores import InDoubt, Refused, Undeliverable, Unsent

T = TypeVar("T")

TRIES = 3
PAUSES = (1.0, 3.0)  # seconds between them
PATIENCE = 20.0  # seconds for one try; discord.py itself tries again after a 502 within them
UPLOAD_PATIENCE = 60.0
DELAYS = 5  # times that Discord may say "too fast" to one request before it goes back to the outbox
UNREACHABLE = {Fate.CLOSED: "closed", Fate.GONE: "gone", Fate.FORBIDDEN: "forbidden", Fate.ARCHIVED: "forbidden"}


class Requests:
    """Makes requests, and says what became of them in the words of `bot.chat.stores`."""

    def __init__(self, limits: Limits, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Keep to the `limits`."""
        self._limits, self._sleep = limits, sleep

    async def make(
        self, lane: str, request: Callable[[], Awaitable[T]], *, patience: float = PATIENCE, urgent: bool = False
    ) -> T:
        """Return the answer to `request`, made in its turn in `lane`.

        Raises `Unsent`, `InDoubt` or `Refused`; and `discord.HTTPException` where the answer says that the address is
        closed, gone, forbidden or asleep, or that somebody was faster: the caller may know a way out.
        """
        tries = delays = 0
        while True:
            try:
                async with self._limits.turn(lane, urgent=urgent), asyncio.timeout(patience):
                    return _json(await request())
            except Held as held:
                raise Unsent(str(held), timedelta(seconds=held.seconds), everywhere=held.everywhere) from None
            except Exception as error:
                fate = fate_of(error)
                if fate is Fate.WAIT and isinstance(error, discord.RateLimited) and delays < DELAYS:
                    delays += 1  # the lane is held for as long as Discord asked
                    continue
                if fate not in (Fate.UNSENT, Fate.UNSURE):
                    raise self._outcome(error, fate) from error
                if tries == TRIES - 1:
                    raise (InDoubt if fate is Fate.UNSURE else Unsent)(said(error)) from error
            await self._sleep(PAUSES[tries])
            tries += 1

    def _outcome(self, error: Exception, fate: Fate | None) -> Exception:
        match fate:
            case Fate.REFUSED:
                return Refused(said(error))
            case Fate.UNKNOWN:
                return Unsent(said(error), counts=True)
            case Fate.WAIT if isinstance(error, discord.RateLimited):
                return Unsent(said(error), timedelta(seconds=error.retry_after))
            case Fate.BANNED | Fate.TOKEN:
                if fate is Fate.TOKEN:
                    self._limits.quiet()
                return Unsent(said(error), timedelta(seconds=self._limits.pace.held()), everywhere=True)
        return error


def _json(answer: T) -> T:
    """Return `answer`; discord.py hands over as text what is no JSON, and nothing where there is nothing to say."""
    if isinstance(answer, str) and answer:
        raise aiohttp.ClientPayloadError("an answer that is no JSON")
    return answer


def unreachable(error: discord.HTTPException) -> Exception:
    """Return what to raise where the address itself is the trouble and no way round it was found."""
    fate = fate_of(error)
    return Undeliverable(UNREACHABLE[fate]) if fate in UNREACHABLE else Unsent(said(error), counts=True)
