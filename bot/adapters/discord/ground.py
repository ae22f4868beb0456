"""Who reads along where an interaction happens, and whether the bot belongs there or is one person's guest.

People may install an application for themselves and use it everywhere: in servers and group chats that never invited
it. There it answers that person alone. Pure reading of the interaction and of the client's list of guilds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import discord

from bot.core.refs import Place, Platform, SpaceRef

Interaction: TypeAlias = "discord.Interaction[Any]"


@dataclass(frozen=True, slots=True)
class Ground:
    """`company`: others read what is not ephemeral. `guest`: nobody but this person has let the bot in."""

    company: bool
    guest: bool


def ground_of(interaction: Interaction) -> Ground:
    """Return where `interaction` happens. A private chat with the bot has neither company nor a host."""
    if interaction.guild_id is None:
        among_others = interaction.context.private_channel  # a group chat, or a chat of this person with another one
        return Ground(company=among_others, guest=among_others)
    return Ground(company=True, guest=_is_guest(interaction, interaction.guild_id))


def place_of(interaction: Interaction, *, guest: bool = False) -> Place:
    """Return where `interaction` happens; where the bot is a `guest`, no server is met."""
    channel = interaction.channel
    space = SpaceRef(Platform.DISCORD, str(interaction.guild_id)) if interaction.guild_id and not guest else None
    if isinstance(channel, discord.Thread):
        return Place(Platform.DISCORD, str(channel.parent_id), space, str(channel.id))
    # A kind of channel that discord.py does not know yet has no object; the answer does not need one.
    return Place(Platform.DISCORD, str(channel.id if channel else 0), space)


def _is_guest(interaction: Interaction, guild: int) -> bool:
    """Say whether the server has not taken the bot in.

    Discord names the installations by which an interaction came; a server's own install may lack the bot itself, which
    only the list of guilds tells. A session that goes on after a restart learns that list a moment later.
    """
    only_theirs = interaction.is_user_integration() and not interaction.is_guild_integration()
    client: Any = interaction.client
    return only_theirs or (client.knows_guilds and client.get_guild(guild) is None)
