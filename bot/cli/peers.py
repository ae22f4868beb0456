"""Asks Discord and Telegram who a token belongs to, for `moim init` and `moim check`.

A few plain requests over aiohttp, each with a short deadline; neither platform's library is needed for them. No error
of this module carries a token, although Telegram's addresses hold one.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

DISCORD_API = "https://discord.com/api/v10"
TELEGRAM_API = "https://api.telegram.org"
DEADLINE_S = 5.0
_LARGEST_ANSWER = 1 << 20
# Discord asks for an address and a version; ".invalid" (RFC 2606) is honest for a bot that each host runs alone.
_DISCORD_AGENT = "DiscordBot (https://moim.invalid, 1)"

RIGHTS = {
    "view_channels": 1 << 10,
    "send_messages": 1 << 11,
    "send_messages_in_threads": 1 << 38,
    "read_message_history": 1 << 16,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
}
"""What the bot needs in a Discord server, by the key of its name and reason in the texts."""

ADMINISTRATOR = 1 << 3
PRIVILEGED_FLAGS = {
    12: "Presence",
    13: "Presence",
    14: "Server Members",
    15: "Server Members",
    18: "Message Content",
} | {19: "Message Content"}
"""Bits of an application's flags that switch a privileged intent on, by the name of the switch."""


class Unreachable(Exception):
    """The platform gave no usable answer. `host` is whom we asked, `reason` what the network said, "" for silence."""

    def __init__(self, host: str, reason: str = "") -> None:
        """Carry both."""
        super().__init__(f"{host}: {reason or 'no answer'}")
        self.host = host
        self.reason = reason


class Refused(Exception):
    """The platform knows no such token."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the decoded body, and how far our clock is ahead of the server's, in seconds."""

    body: Any
    clock_ahead_s: float | None


class Peers:
    """One HTTP session for a few questions; use as an async context manager."""

    def __init__(self, discord_base: str | None = None, telegram_base: str | None = None) -> None:
        """Ask at these addresses instead of the real ones, where given."""
        self._discord, self._telegram = discord_base or DISCORD_API, telegram_base or TELEGRAM_API
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Peers:
        """Open the session."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE_S))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def discord(self, token: str, path: str) -> Answer:
        """Return the answer to GET `path` ("/users/@me"). Raises `Refused` or `Unreachable`."""
        headers = {"Authorization": f"Bot {token}", "User-Agent": _DISCORD_AGENT}
        return await self._get(self._discord, path, headers)

    async def telegram(self, token: str, method: str) -> Answer:
        """Return the result of the parameterless `method` ("getMe"). Raises `Refused` or `Unreachable`."""
        answer = await self._get(self._telegram, f"/bot{token}/{method}", {})
        result = answer.body.get("result") if isinstance(answer.body, dict) else None
        if result is None:
            raise Unreachable(_host(self._telegram), "not the Bot API")
        return Answer(result, answer.clock_ahead_s)

    async def _get(self, base: str, path: str, headers: Mapping[str, str]) -> Answer:
        host = _host(base)
        if self._session is None:
            raise RuntimeError("Peers is used outside its `async with`")
        try:
            async with self._session.get(base + path, headers=headers, allow_redirects=False) as response:
                body = await response.content.read(_LARGEST_ANSWER)
                status, date = response.status, response.headers.get("Date")
        except TimeoutError:
            raise Unreachable(host) from None
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(host, error.os_error.strerror or type(error.os_error).__name__) from None
        except (aiohttp.ClientError, ValueError) as error:
            raise Unreachable(host, type(error).__name__) from None
        try:
            decoded = json.loads(body)
        except ValueError:
            decoded = None
        # Telegram answers 404, in its own form, to a token that has not a token's shape.
        if status == 401 or (status == 404 and isinstance(decoded, dict) and "error_code" in decoded):
            raise Refused
        if status != 200 or decoded is None:
            raise Unreachable(host, f"HTTP {status}")
        return Answer(decoded, _clock_ahead(date))


def invite_link(application: str) -> str:
    """Return the link that adds the Discord application with exactly the rights of `RIGHTS`."""
    asked = {"client_id": application, "scope": "bot applications.commands", "permissions": sum(RIGHTS.values())}
    return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"


def own_install_link(application: str) -> str:
    """Return the link with which a person installs the Discord application for themselves; it asks for no right."""
    asked = {"client_id": application, "integration_type": "1", "scope": "applications.commands"}
    return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"


def application_of(token: str) -> str | None:
    """Return the application's number, which is the first part of a Discord token, or None for another shape."""
    first = token.partition(".")[0]
    try:
        number = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return number if number.isdecimal() else None


def owner_of(application: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the number and name of the person whose Discord `application` it is (of a team: its owner)."""
    owner = application.get("owner") or {}
    number = (application.get("team") or {}).get("owner_user_id") or owner.get("id")
    return (str(number), str(owner.get("username", number))) if number else None


def _host(base: str) -> str:
    return urlsplit(base).netloc.rpartition("@")[2]


def _clock_ahead(date: str | None) -> float | None:
    if date is None:
        return None
    try:
        said = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    # The header is cut to whole seconds: half a second is the fair guess.
    return (datetime.now(UTC) - said.astimezone(UTC)).total_seconds() - 0.5
