"""What a failed request to Discord means, decided from the exception in one place.

Dropped connections, cut bodies and answers that are no JSON reach us as errors of aiohttp and of the JSON reader, not
of discord.py, so catching `discord.HTTPException` is never enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import aiohttp
import discord


class Fate(Enum):
    """What became of a request."""

    UNSENT = "unsent"  # it never left: sending again is safe
    UNSURE = "unsure"  # it may have been accepted; its answer was lost
    TAKEN = "taken"  # it is there already: the first answer to an interaction, the thread under a message
    OVER = "over"  # the interaction is unknown by now: too late, or never answered
    CLOSED = "closed"  # this person takes no messages from us
    GONE = "gone"  # there is no such address
    FORBIDDEN = "forbidden"  # we may not speak there
    ARCHIVED = "archived"  # the thread sleeps, or is locked
    WAIT = "wait"  # too fast: later
    BANNED = "banned"  # Cloudflare turns us away: nothing at all, for minutes
    REFUSED = "refused"  # a request that Discord calls wrong: our mistake
    UNKNOWN = "unknown"  # turned down for a reason nobody has heard of; it may pass
    TOKEN = "token"  # noqa: S105 - the bot's token is not accepted; nothing else will work either


# Discord's JSON error codes. 50027 comes with a 401, so codes are asked before the status.
_BY_CODE = {
    40060: Fate.TAKEN,
    160004: Fate.TAKEN,  # the message has its thread already
    10062: Fate.OVER,  # unknown interaction
    10015: Fate.OVER,  # unknown webhook: the interaction has no first answer, or its token has ended
    50027: Fate.OVER,  # invalid webhook token: the fifteen minutes are over
    10008: Fate.GONE,  # unknown message
    10003: Fate.GONE,  # unknown channel
    10013: Fate.GONE,  # unknown user
    50007: Fate.CLOSED,  # cannot send messages to this user
    50278: Fate.CLOSED,  # no mutual guild
    50001: Fate.FORBIDDEN,  # missing access
    50013: Fate.FORBIDDEN,  # missing permissions
    50083: Fate.ARCHIVED,  # the thread is archived
    160005: Fate.ARCHIVED,  # the thread is locked
    40003: Fate.WAIT,  # opening direct messages too fast
    20028: Fate.WAIT,  # the channel's writes are rate limited
    40004: Fate.WAIT,  # sending messages is switched off for a while
    50035: Fate.REFUSED,  # invalid form body
    50006: Fate.REFUSED,  # an empty message
}
_BAD_REQUEST, _UNAUTHORISED, _TOO_LARGE, _TOO_MANY, _SERVER = 400, 401, 413, 429, 500


def fate_of(error: BaseException) -> Fate | None:
    """Return what `error` means, or None for one that no request raises: a mistake in our own code."""
    match error:
        case discord.HTTPException():
            return _fate_of_answer(error)
        case discord.RateLimited():
            return Fate.WAIT
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Fate.UNSENT
        case aiohttp.ClientError() | OSError() | TimeoutError():
            return Fate.UNSURE
        case ValueError() if type(error).__name__ == "JSONDecodeError":  # of orjson or of the standard library
            return Fate.UNSURE
    return None


def said(error: BaseException) -> str:
    """Return one line about `error`; network errors often have no words of their own."""
    return f"{type(error).__name__}: {error}".replace("\n", " ").rstrip(": ")


def is_ban(status: int, headers: Mapping[str, str]) -> bool:
    """Say whether a 429 comes from Cloudflare in front of Discord (error 1015), not from Discord itself."""
    is_json = headers.get("Content-Type", "").startswith("application/json")
    return status == _TOO_MANY and not ("Via" in headers and is_json)


def _fate_of_answer(error: discord.HTTPException) -> Fate:
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    if error.status == _TOO_MANY:
        return Fate.BANNED if is_ban(error.status, error.response.headers) else Fate.WAIT
    if error.status == _UNAUTHORISED:
        return Fate.TOKEN
    if error.status >= _SERVER:
        return Fate.UNSURE
    return Fate.REFUSED if error.status in (_BAD_REQUEST, _TOO_LARGE) else Fate.UNKNOWN
