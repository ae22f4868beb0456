"""What the bot may do in a channel: Discord's rules for roles and overwrites, applied to what it answers when asked.

Nothing of it is in memory, so three requests are made; it is asked when somebody sets a place up, not when we post.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import discord

from bot.adapters.discord.failures import Fate, fate_of
from bot.adapters.discord.render import Json
from bot.adapters.discord.requests import Requests
from bot.chat.stores import Rights, Unsent
from bot.core.refs import Place

# "Permissions", Bitwise Permission Flags; Discord's documentation, read in 2026.
ADMINISTRATOR, VIEW, SEND, HISTORY = 1 << 3, 1 << 10, 1 << 11, 1 << 16
OPEN_THREADS, SEND_IN_THREADS, PIN = 1 << 35, 1 << 38, 1 << 51
EVERYTHING = (1 << 53) - 1
THREADS = {10, 11, 12}
NOTHING = Rights()
LANE = "rights"


async def rights_in(client: discord.Client, requests: Requests, place: Place) -> Rights:
    """Return what the bot may do in `place`. Raises `Unsent` when that cannot be asked now."""
    if place.space is None:
        return Rights(see=True, post=True, history=True, pin=True)
    guild_id, me = int(place.space.id), client.application_id or 0
    try:
        channel: Any = await requests.make(
            LANE, lambda: client.http.get_channel(int(place.thread or place.channel)), urgent=True
        )
        is_thread = channel["type"] in THREADS
        ruling: Any = channel
        if is_thread:
            ruling = await requests.make(LANE, lambda: client.http.get_channel(int(channel["parent_id"])), urgent=True)
        guild: Any = await requests.make(LANE, lambda: client.http.get_guild(guild_id, with_counts=False), urgent=True)
        member: Any = await requests.make(LANE, lambda: client.http.get_member(guild_id, me), urgent=True)
    except discord.HTTPException as error:
        if fate_of(error) in (Fate.GONE, Fate.FORBIDDEN, Fate.UNKNOWN):
            return NOTHING
        raise Unsent(str(error)) from error
    have = permissions(guild, ruling, member, str(me))
    if not have & VIEW:
        return NOTHING
    return Rights(
        see=True,
        post=bool(have & (SEND_IN_THREADS if is_thread else SEND)),
        thread=not is_thread and have & OPEN_THREADS != 0 and have & SEND_IN_THREADS != 0,
        history=bool(have & HISTORY),
        pin=bool(have & PIN),
    )


def permissions(guild: Json, channel: Json, member: Json, me: str) -> int:
    """Return the permissions of `member` (the account `me`) in `channel`, as Discord computes them."""
    if guild["owner_id"] == me:
        return EVERYTHING
    mine = {guild["id"], *member["roles"]}
    have = _together(int(role["permissions"]) for role in guild["roles"] if role["id"] in mine)
    if have & ADMINISTRATOR:
        return EVERYTHING
    rules = {rule["id"]: rule for rule in channel.get("permission_overwrites", ())}
    for group in ({guild["id"]}, set(member["roles"]), {me}):
        applied = [rules[name] for name in group if name in rules]
        have &= ~_together(int(rule["deny"]) for rule in applied)
        have |= _together(int(rule["allow"]) for rule in applied)
    return have


def _together(bits: Iterable[int]) -> int:
    total = 0
    for bit in bits:
        total |= bit
    return total
