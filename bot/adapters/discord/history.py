"""Finds out from a chat's own history which parts of a delivery arrived, when Discord's nonce no longer tells.

Reading it takes the right "Read Message History" in servers. Without it Discord answers with nothing, and a message in
doubt is sent again: better twice than never.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from discord.http import HTTPClient
from discord.utils import time_snowflake

from bot.adapters.discord.render import Json

MESSAGES = 100  # the most that one request returns
CLOCKS_APART = timedelta(seconds=30)  # between our clock and Discord's


async def sent_since(
    http: HTTPClient, channel: int, author: int | None, bodies: Sequence[Json], since: datetime
) -> list[str]:
    """Return the ids of our messages in `channel` that are the first of the `bodies`, in their order, without a gap."""
    after = time_snowflake(since - CLOCKS_APART)
    listed: Any = await http.logs_from(channel, MESSAGES, after=after)
    ours = [message for message in listed if message["author"]["id"] == str(author)]
    ours.sort(key=lambda message: int(message["id"]))
    found: list[str] = []
    for body in bodies:
        match = next((message for message in ours if message["id"] not in found and _is(message, body)), None)
        if match is None:
            break
        found.append(match["id"])
    return found


def _is(message: Json, body: Json) -> bool:
    """Say whether `message` came of `body`: by its nonce where Discord still tells it, else by what it shows."""
    nonce = message.get("nonce")
    if nonce is not None:
        return str(nonce) == body.get("nonce")
    presses = _presses(message)
    if presses:
        return presses == _presses(body)
    return bool(message.get("content") == body.get("content", "") and _titles(message) == _titles(body))


def _presses(message: Json) -> list[str]:
    """Return what its buttons do; a reminder's name the occurrence, so they tell it from any other."""
    rows: list[Json] = message.get("components", [])
    return [part["custom_id"] for row in rows for part in row.get("components", []) if "custom_id" in part]


def _titles(message: Json) -> list[tuple[str, str]]:
    embeds: list[Json] = message.get("embeds", [])
    return [(embed.get("title", ""), embed.get("description", "")) for embed in embeds]
