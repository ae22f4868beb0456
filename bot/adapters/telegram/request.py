"""python-telegram-bot's HTTP layer over one aiohttp session: a sixth of the CPU of its default client.

Failures are told apart by what they mean for sending again: never sent, refused for now, or in doubt. It knows no
method of the Bot API. Addresses hold the token, so no error here ever carries one.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
UPLOAD_SECONDS = 60.0
CONNECTIONS = 128
# Of a message that we sent only where it stands is read: making objects of its words and buttons is a tenth of a send.
WHERE = ("message_id", "date", "chat", "message_thread_id", "is_topic_message")
BLOCKED_PAUSE = 60  # an answer of 429 that is no JSON comes from the wall in front of Telegram and means all calls


class NeverSent(NetworkError):
    """The request did not reach the server: sending it again is safe."""


class ServerTrouble(NetworkError):
    """The server answered 5xx: it most likely did nothing, but nobody knows."""


class Garbled(NetworkError):
    """The server took the request and answered something that is no JSON: nobody knows what it did."""


class Flood(TelegramError):
    """Too many requests. `seconds` to wait; `everywhere` when the wall before Telegram said so, not Telegram."""

    def __init__(self, seconds: int, everywhere: bool = False) -> None:
        """Carry the wait."""
        super().__init__(f"too many requests: wait {seconds} s")
        self.seconds, self.everywhere = seconds, everywhere


class AiohttpRequest(BaseRequest):
    """One session for everything; a time-out of silence per request, so that long polling may wait longer."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Return how long a silent server is waited for, in seconds."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Open the session; again is harmless (PTB does it once for polling and once for the rest)."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS), headers={"User-Agent": self.USER_AGENT}
            )

    async def shutdown(self) -> None:
        """Close the session; again is harmless."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request and return status and body. Raises the errors of this module, `TimedOut`, `NetworkError`."""
        if self._session is None:
            raise NeverSent("not connected")
        uploads = request_data is not None and request_data.contains_files
        silence = (UPLOAD_SECONDS if uploads else READ_SECONDS) if _unset(read_timeout) else read_timeout
        connect = CONNECT_SECONDS if _unset(connect_timeout) else connect_timeout
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=silence)
        failure: NetworkError
        try:
            async with self._session.request(
                method, url, timeout=timeout, allow_redirects=False, **_body(request_data)
            ) as response:
                return _judged(response, await response.read())
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = _failure(error)
        raise failure  # out here it carries no cause: aiohttp's words may hold the address, and so the token

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer's JSON. Raises `Garbled`, without the payload in it or in the log."""
        try:
            answer = json.loads(payload)
        except ValueError:
            raise Garbled("the server's answer is no JSON") from None
        if not isinstance(answer, dict):
            raise Garbled("the server's answer is no object")
        sent = answer.get("result")
        if isinstance(sent, dict) and "message_id" in sent and "chat" in sent:
            answer["result"] = {name: sent[name] for name in WHERE if name in sent}
        return answer


def _judged(response: aiohttp.ClientResponse, payload: bytes) -> tuple[int, bytes]:
    if response.status == 429:
        raise _flood(payload, response.headers.get("Retry-After", ""))
    if response.status >= 500 or (response.status in (401, 404) and not _is_telegrams(payload)):
        raise ServerTrouble(f"HTTP {response.status}")  # a proxy's "not found" does not mean that the token is refused
    return response.status, payload


def _failure(error: Exception) -> NetworkError:
    """Return what a failed request means; its words are the error's name alone."""
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return NeverSent(name)
    return TimedOut(name) if isinstance(error, TimeoutError) else NetworkError(name)


def _unset(timeout: Any) -> bool:
    return timeout is BaseRequest.DEFAULT_NONE


def _body(request_data: RequestData | None) -> dict[str, Any]:
    if request_data is None:
        return {}
    if not request_data.contains_files:
        return {"json": request_data.parameters}
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return {"data": form}


def _is_telegrams(payload: bytes) -> bool:
    try:
        return "ok" in AiohttpRequest.parse_json_payload(payload)
    except Garbled:
        return False


def _flood(payload: bytes, header: str) -> Flood:
    seconds = int(header) if header.isdecimal() else None
    try:
        parameters = AiohttpRequest.parse_json_payload(payload).get("parameters") or {}
    except Garbled:
        return Flood(seconds or BLOCKED_PAUSE, everywhere=True)
    return Flood(int(parameters.get("retry_after") or seconds or 1))
