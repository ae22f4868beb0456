"""One polite and wary way to fetch an address that somebody else chose.

The address that is really connected to is looked at, at every hop, so that neither a name that means a machine of our
own network nor a redirect to one gets through. What comes back is bounded in size after unpacking, in time as a whole,
and in hops. A host is asked at a pace. It knows nothing of what a page means.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import yarl

from bot.feeds.errors import (
    BadStatus,
    Forbidden,
    TooLarge,
    TooSlow,
    Unpackable,
    Unreachable,
)

AGENT = "Moim (a study group's bot; asks seldom, honours Retry-After)"
BYTES = 5 * 2**20  # of a body, unpacked
SECONDS = 10.0  # for all of it, redirects included
HOPS = 5
PORTS = frozenset({80, 443, 8080, 8443})
PACE_SECONDS = 1.0  # between two requests to one host
LONGEST_ADDRESS = 2000
_CHUNK = 64 * 1024
_HOSTS_KEPT = 1000
_LONGEST_WAIT = timedelta(days=1)  # nobody's Retry-After keeps us away for longer
# Addresses that stand for others: translated to IPv4 on the way, so what they mean is not ours to see (RFC 6052, 8215).
# And what was meant for that, or for one site, long ago (RFC 4291 2.5.5.1, RFC 3879, RFC 7526).
_STAND_INS = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "fec0::/10", "192.88.99.0/24"))
)
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_TOO_MANY = 429

_GLANCE = 1024  # bytes

_Read = Callable[[aiohttp.ClientResponse, yarl.URL, str | None], Awaitable["Page"]]
Reachable = Callable[[str, int], bool]
"""Says whether a connection to an IP address and port may be made."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came back. `url` is where it was found in the end, `moved_to` where it says it lives from now on.

    `status` is 200 or 304; with 304 the body is empty, because what one has is still true. `etag` and `modified` are
    to be given back at the next visit.
    """

    url: str
    status: int
    body: bytes
    content_type: str
    etag: str | None = None
    modified: str | None = None
    moved_to: str | None = None

    @property
    def unchanged(self) -> bool:
        """Say that nothing is new since the last visit."""
        return self.status == 304


def is_public(address: str, port: int) -> bool:
    """Say whether `address` is a machine of the open internet, at a port where pages are served."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    teredo = getattr(ip, "teredo", None)
    inner = [mapped] if mapped else list(teredo) if teredo else []
    if any(ip in network for network in _STAND_INS):
        return False
    return port in PORTS and all(each.is_global and not each.is_multicast for each in (ip, *inner))


class Fetcher:
    """One session for everything that is fetched."""

    def __init__(
        self,
        *,
        reachable: Reachable = is_public,
        pace: Mapping[str, float] | None = None,
        seconds: float = SECONDS,
        size: int = BYTES,
    ) -> None:
        """Open nothing yet. `pace` are seconds between requests for hosts that ask for more than the usual."""
        self._reachable, self._pace, self._seconds, self._size = reachable, dict(pace or {}), seconds, size
        self._session: aiohttp.ClientSession | None = None
        self._turns: OrderedDict[str, _Turns] = OrderedDict()

    async def __aenter__(self) -> Fetcher:
        """Return the fetcher, to be closed at the end of the block."""
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close."""
        await self.close()

    async def close(self) -> None:
        """Let go of every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        modified: str | None = None,
        accept: str = "*/*",
    ) -> Page:
        """Return the page at `url`. Raises a `FetchFailed`.

        The time it may take begins when it is this request's turn at its host.
        """
        asked = _address(url)
        conditions = {
            name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified)) if value
        }
        headers = {"Accept": accept, **conditions}
        async with self._turn(asked.host or ""):
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._follow(asked, headers, self._page)
            except TimeoutError:
                raise TooSlow(str(asked.host)) from None

    async def look(self, url: str) -> Page:
        """Say whether there is a page at `url`, by reading next to nothing of it: the body stays empty.

        It asks for the head alone, and where a server will not give that, for the first bytes. Raises a `FetchFailed`.
        """
        asked = _address(url)
        try:
            return await self._glance(asked, "HEAD", {})
        except (BadStatus, Unreachable, TooSlow) as error:
            if error.wait is not None or getattr(error, "status", 0) == _TOO_MANY:
                raise
        # Many servers answer a HEAD wrongly, or not at all.
        return await self._glance(asked, "GET", {"Range": f"bytes=0-{_GLANCE - 1}"})

    async def _glance(self, asked: yarl.URL, method: str, headers: Mapping[str, str]) -> Page:
        async with self._turn(asked.host or ""):
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._follow(asked, {"Accept": "*/*", **headers}, _glanced, method)
            except TimeoutError:
                raise TooSlow(str(asked.host)) from None

    async def _follow(self, asked: yarl.URL, headers: Mapping[str, str], read: _Read, method: str = "GET") -> Page:
        at, moved_to, permanent = asked, None, True
        for _ in range(HOPS + 1):
            try:
                async with self._opened().request(method, at, headers=headers, allow_redirects=False) as answer:
                    if answer.status not in _REDIRECTS:
                        return await read(answer, at, moved_to)
                    at_next = _next(at, answer.headers.get("Location", ""))
                    permanent = permanent and answer.status in _PERMANENT
                    at, moved_to = at_next, str(at_next) if permanent else moved_to
            except aiohttp.InvalidURL:
                raise Forbidden("no address") from None
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise _failure(error) from None
        raise Unreachable("too many redirects")

    async def _page(self, answer: aiohttp.ClientResponse, at: yarl.URL, moved_to: str | None) -> Page:
        if answer.status not in (200, 304):
            raise BadStatus(answer.status, wait=_wait(answer.headers.get("Retry-After", "")))
        body = b"" if answer.status == 304 else await self._unpacked(answer)
        return Page(
            str(at),
            answer.status,
            body,
            answer.headers.get("Content-Type", "")[:200],
            answer.headers.get("ETag"),
            answer.headers.get("Last-Modified"),
            moved_to,
        )

    async def _unpacked(self, answer: aiohttp.ClientResponse) -> bytes:
        """Return the body, unpacked in small steps so that no bomb ever unfolds."""
        packing = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if packing not in ("identity", "", "gzip", "x-gzip"):
            raise Unpackable(packing[:40])
        unpack = _Gzip(self._size) if "gzip" in packing else _Plain(self._size)
        async for chunk in answer.content.iter_chunked(_CHUNK):
            unpack.feed(chunk)
        return unpack.whole()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(socket_factory=self._socket, limit=20, limit_per_host=1)
            self._session = aiohttp.ClientSession(
                connector=connector,
                headers={"User-Agent": AGENT, "Accept-Encoding": "gzip"},
                auto_decompress=False,
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._seconds),
            )
        return self._session

    def _socket(self, info: Any) -> socket.socket:
        """Make the socket for one address that a name meant: here it is too late for the name to mean another."""
        family, kind, protocol, _, at = info
        if not self._reachable(str(at[0]), int(at[1])):
            raise Forbidden(f"{at[0]}:{at[1]}")
        return socket.socket(family, kind, protocol)

    def _turn(self, host: str) -> _Turns:
        """Return the queue before `host`."""
        turns = self._turns.pop(host, None) or _Turns(self._pace.get(host, PACE_SECONDS))
        self._turns[host] = turns
        while len(self._turns) > _HOSTS_KEPT and not next(iter(self._turns.values())).busy:
            self._turns.popitem(last=False)
        return turns


async def _glanced(answer: aiohttp.ClientResponse, at: yarl.URL, moved_to: str | None) -> Page:
    """Return what is seen of an answer at a glance, and hang up."""
    if answer.status not in (200, 203, 204, 206, 416):  # 416: there is something, but less than was asked for
        raise BadStatus(answer.status, wait=_wait(answer.headers.get("Retry-After", "")))
    if answer.method != "HEAD":
        await answer.content.read(_GLANCE)
        answer.close()
    return Page(str(at), 200, b"", answer.headers.get("Content-Type", "")[:200], moved_to=moved_to)


class _Turns:
    """One request at a time to a host, and a while between two."""

    def __init__(self, seconds: float) -> None:
        self._lock, self._seconds, self._free_at = asyncio.Lock(), seconds, 0.0

    @property
    def busy(self) -> bool:
        return self._lock.locked()

    async def __aenter__(self) -> None:
        await self._lock.acquire()
        try:
            await asyncio.sleep(max(0.0, self._free_at - asyncio.get_running_loop().time()))
        except BaseException:
            self._lock.release()
            raise

    async def __aexit__(self, *_exception: object) -> None:
        self._free_at = asyncio.get_running_loop().time() + self._seconds
        self._lock.release()


class _Plain:
    """A body as it comes."""

    def __init__(self, most: int) -> None:
        self._parts: list[bytes] = []
        self._left = most

    def feed(self, chunk: bytes) -> None:
        """Take more of it. Raises `TooLarge`."""
        self._left -= len(chunk)
        if self._left < 0:
            raise TooLarge
        self._parts.append(chunk)

    def whole(self) -> bytes:
        """Return all of it."""
        return b"".join(self._parts)


class _Gzip(_Plain):
    """A packed body, of one member or several behind each other."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self._unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def feed(self, chunk: bytes) -> None:
        """Unpack more of it. Raises `TooLarge` and `Unpackable`."""
        try:
            while chunk:
                super().feed(self._unpacker.decompress(chunk, self._left + 1))
                if self._unpacker.eof:
                    chunk = self._unpacker.unused_data
                    self._unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
                else:
                    chunk = self._unpacker.unconsumed_tail
        except zlib.error:
            raise Unpackable("gzip") from None


def _address(url: str) -> yarl.URL:
    """Return `url` if it can be an address of the web at all. Raises `Forbidden`."""
    if len(url) > LONGEST_ADDRESS:
        raise Forbidden("too long")
    try:
        found = yarl.URL(url)
        host = found.host
    except (ValueError, TypeError):
        raise Forbidden("no address") from None
    if found.scheme not in ("http", "https") or not host or found.user or found.password:
        raise Forbidden(found.scheme or "no scheme")
    return found.with_fragment(None)


def _next(at: yarl.URL, location: str) -> yarl.URL:
    try:
        return _address(str(at.join(yarl.URL(location[:LONGEST_ADDRESS]))))
    except (ValueError, TypeError):
        raise Unreachable("a redirect to nowhere") from None


def _failure(error: Exception) -> Unreachable | Forbidden:
    """Return what a failed request means. Its words may hold what a stranger wrote: only the kind is kept."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Forbidden):
            return cause
        cause = cause.__cause__ or cause.__context__
    return Unreachable(type(error).__name__)


def _wait(header: str) -> timedelta | None:
    """Return how long the server asks to be left alone, from seconds or a date."""
    if header.isdecimal() and len(header) < 10:
        return min(timedelta(seconds=int(header)), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    now = datetime.now(UTC)
    ahead = until.replace(tzinfo=until.tzinfo or UTC) - now
    return min(max(ahead, timedelta()), _LONGEST_WAIT)
