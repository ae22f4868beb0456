"""A discord.py client that keeps next to nothing in memory, and whose log says a thing once.

Of a guild we need its id and its name. Channels, roles, emoji and members would cost hundreds of megabytes with many
guilds; what an interaction needs of them comes with the interaction.
"""

from __future__ import annotations

import logging
from typing import Any, Protocol

import discord
import structlog
from discord.state import ConnectionState

from bot.adapters.discord.failures import said

log = structlog.get_logger(__name__)

_HEAVY = ("channels", "threads", "roles", "emojis", "stickers", "members", "presences", "voice_states",
          "stage_instances", "guild_scheduled_events", "soundboard_sounds")  # fmt: skip

# We send no voice; discord.py would say at every start that its libraries are missing.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class Listener(Protocol):
    """What the client tells."""

    async def started(self, client: LeanClient) -> None:
        """The token was accepted; called once for each client."""
        ...

    async def connected(self) -> None:
        """The gateway has accepted us, at first or again."""
        ...

    async def took(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody used a command, a button or a form."""
        ...

    async def joined(self, guild: discord.Guild) -> None:
        """The bot was added to a guild."""
        ...

    async def removed(self, guild: discord.Guild) -> None:
        """The bot was removed from a guild. An outage is not a removal."""
        ...


class _LeanState(ConnectionState[Any]):
    """discord.py's memory, without what we never look at."""

    def parse_guild_create(self, data: Any) -> None:
        """Take the guild without its contents, and tell of one that was not there before.

        discord.py's own event misses the joins of the first two seconds of a session.
        """
        new = self._get_guild(int(data["id"])) is None
        super().parse_guild_create({**data, **{name: [] for name in _HEAVY if name in data}})
        guild = self._get_guild(int(data["id"]))
        if new and guild is not None:
            self.dispatch("arrival", guild)

    def parse_interaction_create(self, data: Any) -> None:
        """Take the interaction; one that discord.py cannot read must not end the connection."""
        try:
            super().parse_interaction_create(data)
        except Exception:
            log.exception("an interaction could not be read")


class LeanClient(discord.Client):
    """A client with the one intent that tells of joins and removals, no privileged one, no cache, no pings."""

    def __init__(self, listener: Listener | None = None) -> None:
        """Tell `listener` what happens; without one this client only makes requests."""
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self._listener = listener

    def _get_state(self, **options: Any) -> ConnectionState[Any]:
        return _LeanState(dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options)

    async def setup_hook(self) -> None:
        """Start what is to be done once, however often Discord says READY."""
        if self._listener:
            await self._listener.started(self)

    async def on_connect(self) -> None:
        """Pass a new session on."""
        if self._listener:
            await self._listener.connected()

    async def on_resumed(self) -> None:
        """Pass a resumed session on."""
        if self._listener:
            await self._listener.connected()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Pass an interaction on."""
        if self._listener:
            await self._listener.took(interaction)

    async def on_arrival(self, guild: discord.Guild) -> None:
        """Pass a join on."""
        if self._listener:
            await self._listener.joined(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Pass a removal on."""
        if self._listener:
            await self._listener.removed(guild)


class OneLineReconnects(logging.Filter):
    """Turns discord.py's traceback at every failed reconnect into one line for the whole outage."""

    def __init__(self) -> None:
        """Start with everything well."""
        super().__init__()
        self._told = False

    def over(self) -> None:
        """The connection is there again: the next outage will be told."""
        self._told = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record pass, or not."""
        if not str(record.msg).startswith("Attempting a reconnect"):
            return True
        if self._told:
            return False
        self._told = True
        cause = record.exc_info[1] if record.exc_info else None
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        record.msg, record.args, record.exc_info = (
            "the connection to Discord is lost (%s); trying until it is back",
            (said(cause) if cause else "no reason given",),
            None,
        )
        return True
