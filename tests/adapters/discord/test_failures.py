"""What each failure means: the table, from the libraries' own exceptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
import discord
import pytest

from bot.adapters.discord.failures import Fate, fate_of, said


class Answer:
    """As much of an HTTP answer as discord.py's exceptions look at."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        self.status, self.reason, self.headers = status, "because", headers


DISCORD = {"Content-Type": "application/json", "Via": "1.1 google"}


def refusal(status: int, code: int = 0, headers: Mapping[str, str] = DISCORD) -> discord.HTTPException:
    kinds = {403: discord.Forbidden, 404: discord.NotFound, 503: discord.DiscordServerError}
    answer: Any = Answer(status, headers)
    return kinds.get(status, discord.HTTPException)(answer, {"code": code, "message": "no"})


KEY: Any = aiohttp.client_reqrep.ConnectionKey("discord.test", 443, True, True, None, None, None)
NOT_JSON = json.JSONDecodeError("not JSON", "<html>", 0)


def orjson_error() -> Exception:
    """Return what discord.py raises for a 200 that is no JSON."""
    try:
        discord.utils._from_json("<html>")
    except ValueError as error:
        return error
    raise AssertionError


TABLE = [
    (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), Fate.UNSENT),
    (aiohttp.ConnectionTimeoutError(), Fate.UNSENT),
    (aiohttp.ServerDisconnectedError(), Fate.UNSURE),
    (aiohttp.ClientOSError(104, "reset"), Fate.UNSURE),
    (aiohttp.ClientPayloadError("cut"), Fate.UNSURE),
    (TimeoutError(), Fate.UNSURE),
    (NOT_JSON, Fate.UNSURE),
    (refusal(500), Fate.UNSURE),
    (refusal(503), Fate.UNSURE),
    (refusal(400, 40060), Fate.TAKEN),
    (refusal(404, 10062), Fate.OVER),
    (refusal(404, 10015), Fate.OVER),
    (refusal(401, 50027), Fate.OVER),
    (refusal(404, 10003), Fate.GONE),
    (refusal(403, 50007), Fate.CLOSED),
    (refusal(403, 50278), Fate.CLOSED),
    (refusal(403, 50001), Fate.FORBIDDEN),
    (refusal(403, 50013), Fate.FORBIDDEN),
    (refusal(400, 50083), Fate.ARCHIVED),
    (refusal(400, 160005), Fate.ARCHIVED),
    (refusal(403, 40003), Fate.WAIT),
    (refusal(429), Fate.WAIT),
    (refusal(429, headers={"Content-Type": "application/json"}), Fate.BANNED),
    (refusal(429, headers={"Content-Type": "text/html", "Via": "1.1 google"}), Fate.BANNED),
    (refusal(500, headers={}), Fate.UNSURE),
    (refusal(502), Fate.UNSURE),
    (refusal(504), Fate.UNSURE),
    (discord.RateLimited(5), Fate.WAIT),
    (refusal(401), Fate.TOKEN),
    (refusal(400, 50035), Fate.REFUSED),
    (refusal(400, 50006), Fate.REFUSED),
    (refusal(413), Fate.REFUSED),
    (refusal(403, 99999), Fate.UNKNOWN),
    (refusal(404), Fate.UNKNOWN),
    (orjson_error(), Fate.UNSURE),
    (KeyError("ours"), None),
    (ValueError("ours"), None),
]


@pytest.mark.parametrize(("error", "fate"), TABLE, ids=lambda value: str(getattr(value, "name", said(value)))[:40])
def test_every_failure_has_its_meaning(error: BaseException, fate: Fate | None) -> None:
    assert fate_of(error) is fate


def test_a_failure_is_told_in_one_line() -> None:
    assert said(TimeoutError()) == "TimeoutError"
    assert said(ValueError("two\nlines")) == "ValueError: two lines"
