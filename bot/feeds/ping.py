"""Two small questions to addresses the host chose: a sign of life to a watcher, and what time a server has.

These are the host's own addresses, so one in the host's own network is as good as any; nothing of an answer's body is
read. Neither ever raises.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import structlog

log = structlog.get_logger(__name__)

SECONDS = 10.0


class Pinger:
    """Calls an address as long as all is well: when the calls end, somebody outside notices."""

    def __init__(self, address: str, well: Callable[[], bool]) -> None:
        """Call `address` with GET when `well` says so."""
        self._address, self._well = address, well
        self._failing = False

    async def ping(self) -> bool:
        """Call once, if all is well; say whether that was answered with success."""
        if not self._well():
            log.warning("no sign of life is given: something is not well")
            return False
        status = await _status(self._address)
        arrived = status is not None and status < 400
        if arrived == self._failing:
            told = log.info if arrived else log.warning
            told("the ping address answers" if arrived else "the ping address does not answer", status=status)
        self._failing = not arrived
        return arrived


async def seconds_ahead(address: str, now: Callable[[], datetime]) -> float | None:
    """Return how far our clock is ahead of the server at `address`, None when it does not say."""
    response = await _asked(address)
    if response is None:
        return None
    try:
        said = parsedate_to_datetime(response.headers.get("Date", ""))
    except (ValueError, OverflowError):
        return None
    # The header is cut to whole seconds: half a second is the fair guess.
    return (now() - said.astimezone(UTC)).total_seconds() - 0.5


async def _status(address: str) -> int | None:
    response = await _asked(address)
    return None if response is None else response.status


async def _asked(address: str) -> aiohttp.ClientResponse | None:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
            session.get(address, allow_redirects=True) as response,
        ):
            return response
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        log.debug("no answer", error=type(error).__name__)
        return None
