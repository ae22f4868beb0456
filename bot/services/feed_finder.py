"""Finds the feed behind whatever address somebody typed: the feed itself, a page that names one, a YouTube channel.

Everything is fetched warily and within a time that somebody waits for; what is wrong is told in one word of ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog

from bot.core.digest.sources import FeedRow, address_in
from bot.feeds.errors import BadStatus, FetchFailed, Forbidden, TooLarge, TooSlow, Unpackable, Unreadable
from bot.services.feed_rounds import FORMS

if TYPE_CHECKING:
    from bot.feeds.documents import Feed as Document
    from bot.feeds.fetch import Fetcher, Page

log = structlog.get_logger(__name__)

PATIENCE = 25.0  # seconds that somebody waits
_MOST_TRIED = 3  # feeds of one page


class NotFound(StrEnum):
    """Why there is no feed to be added. The values are keys of texts."""

    NO_ADDRESS = "no_address"  # nothing in it is an address
    FORBIDDEN = "forbidden"  # an address that is never fetched
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    MISSING = "missing"  # there is nothing any more
    REFUSED = "refused"  # not for us
    BUSY = "busy"  # not now
    NO_FEED = "no_feed"  # a page, and no feed of it
    UNREADABLE = "unreadable"  # a feed, but nothing can be made of it


@dataclass(frozen=True, slots=True)
class Discovery:
    """A feed that answered, with what it has."""

    address: str
    page: Page
    document: Document


TakeApart = Callable[["Page", FeedRow | None, str], Awaitable["Document"]]


class FeedFinder:
    """Looks behind addresses."""

    def __init__(self, take_apart: TakeApart) -> None:
        """Read documents by `take_apart`."""
        self._take_apart = take_apart

    async def find(self, typed: str, fetcher: Fetcher) -> Discovery | NotFound:
        """Return the feed that is meant, or why there is none."""
        address = address_in(typed)
        if address is None:
            return NotFound.NO_ADDRESS
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._behind(address, fetcher)
        except TimeoutError:
            return NotFound.TOO_SLOW
        except FetchFailed as error:
            log.info("no feed was found", reason=error.reason)
            return _reason(error)

    async def _behind(self, address: str, fetcher: Fetcher) -> Discovery:
        """Look at the address itself, unless its site is known to keep feeds elsewhere."""
        from bot.feeds.finding import find_feed, guess_feed

        if known := guess_feed(address):
            try:
                return await self._first_of(known, fetcher)
            except FetchFailed as error:
                if not isinstance(error, BadStatus | Unreadable):
                    raise
        page = await fetcher.get(address, accept=f"{FORMS}, text/html;q=0.8")
        try:
            return Discovery(_lasting(address, page), page, await self._take_apart(page, None, address))
        except Unreadable as error:
            named = await asyncio.to_thread(find_feed, page)
            if named:
                return await self._first_of(named[:_MOST_TRIED], fetcher)
            if _is_page(page):
                raise _NoFeed from None
            raise error from None

    async def _first_of(self, addresses: tuple[str, ...], fetcher: Fetcher) -> Discovery:
        """Return the first of several feeds that can be read. Raises why the first could not."""
        failed: FetchFailed | None = None
        for address in addresses:
            try:
                page = await fetcher.get(address, accept=FORMS)
                return Discovery(_lasting(address, page), page, await self._take_apart(page, None, address))
            except FetchFailed as error:
                failed = failed or error
        raise failed or _NoFeed


class _NoFeed(FetchFailed):
    """A page that names no feed."""

    reason = "no_feed"


def _lasting(address: str, page: Page) -> str:
    """Return the address to be kept: where the feed says it lives from now on."""
    return page.moved_to or address


def _is_page(page: Page) -> bool:
    return "html" in page.content_type.lower() or b"<html" in page.body[:2000].lower()


_OF_ERROR: dict[type[FetchFailed], NotFound] = {
    _NoFeed: NotFound.NO_FEED,
    Forbidden: NotFound.FORBIDDEN,
    TooSlow: NotFound.TOO_SLOW,
    TooLarge: NotFound.TOO_LARGE,
    Unreadable: NotFound.UNREADABLE,
    Unpackable: NotFound.UNREADABLE,
}
_OF_STATUS = {404: NotFound.MISSING, 410: NotFound.MISSING, 429: NotFound.BUSY, 503: NotFound.BUSY}


def _reason(error: FetchFailed) -> NotFound:
    if isinstance(error, BadStatus):
        refused = NotFound.REFUSED if 400 <= error.status < 500 else NotFound.UNREACHABLE
        return _OF_STATUS.get(error.status, refused)
    return _OF_ERROR.get(type(error), NotFound.UNREACHABLE)
