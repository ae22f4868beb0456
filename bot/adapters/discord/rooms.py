"""Which channels of a guild something can be posted in, to choose from without typing an id.

Asked for when somebody sets a group up; nothing of it is kept.
"""

from __future__ import annotations

from typing import Any

import discord

from bot.adapters.discord.render import Json
from bot.adapters.discord.requests import Requests
from bot.adapters.discord.rights import LANE, VIEW
from bot.chat.stores import Room, Unsent
from bot.core.refs import Place, Platform, SpaceRef

TEXT, NEWS = 0, 5  # "Channel Types"; Discord's documentation, read in 2026


async def rooms_in(client: discord.Client, requests: Requests, space: SpaceRef) -> tuple[Room, ...]:
    """Return the text channels of a guild that everybody there can see, as they stand there. Raises `Unsent`."""
    try:
        found: Any = await requests.make(LANE, lambda: client.http.get_all_guild_channels(int(space.id)), urgent=True)
    except discord.HTTPException as error:
        raise Unsent(str(error)) from error
    texts = [each for each in found if each["type"] in (TEXT, NEWS) and _is_seen_by_all(each, space.id)]
    texts.sort(key=lambda each: (each.get("position", 0), int(each["id"])))
    return tuple(Room(Place(Platform.DISCORD, each["id"], space), each["name"]) for each in texts)


def _is_seen_by_all(channel: Json, guild: str) -> bool:
    """Say whether the role of everybody, which has the guild's own id, is kept out: such names are not ours to tell."""
    rules = (rule for rule in channel.get("permission_overwrites", ()) if rule["id"] == guild)
    return not any(int(rule["deny"]) & VIEW for rule in rules)
