"""A discord.py client that keeps next to nothing in memory, and waits for nothing inside.

Of a guild we need its id and its name. Channels, roles, emoji and members would cost hundreds of megabytes with many
guilds; what an interaction needs of them comes with the interaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

import aiohttp
import discord
import structlog
from discord.http import MultipartParameters, Route
from discord.state import ConnectionState
from discord.webhook.async_ import AsyncWebhookAdapter

from bot.adapters.discord.limits import Limits, take_over

log = structlog.get_logger(__name__)

_HEAVY = ("channels", "threads", "roles", "emojis", "stickers", "members", "presences", "voice_states",
          "stage_instances", "guild_scheduled_events", "soundboard_sounds")  # fmt: skip

HEARTBEAT_SECONDS = 60.0  # without a word from the gateway until the connection counts as dead
LEAVING = 4000  # any code but 1000 and 1001 lets the next process go on with the session
GUILDS_A_PAGE = 200

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

    async def removed(self, guild: int) -> None:
        """The bot was removed from a guild. An outage is not a removal."""
        ...

    async def deleted(self, guild: int, channel: int, parent: int | None) -> None:
        """A channel, or a thread of the channel `parent`, was deleted."""
        ...

    async def changed(self, guild: int) -> None:
        """What the bot may do in a guild may have changed."""
        ...


class UnderWay:
    """Which interactions are being answered, and which of them came a second time."""

    def __init__(self) -> None:
        """Begin with none."""
        self.replaying = False  # a session of an earlier process is being taken up; what comes was sent before
        self._began: dict[int, int] = {}
        self._again: set[int] = set()

    def begin(self, interaction: int, seq: int) -> None:
        """Note an interaction that came as event number `seq`."""
        self._began[interaction] = seq
        if self.replaying:
            self._again.add(interaction)

    def came_again(self, interaction: int) -> bool:
        """Say whether an earlier process may have answered it already."""
        return interaction in self._again

    def end(self, interaction: int) -> None:
        """It is answered, or given up."""
        self._began.pop(interaction, None)
        self._again.discard(interaction)

    def done_until(self, seq: int) -> int:
        """Return the last event up to which nothing is under way, `seq` being the last that came."""
        return min(seq, min(self._began.values(), default=seq + 1) - 1)


class _LeanState(ConnectionState[Any]):
    """discord.py's memory, without what we never look at."""

    client: LeanClient

    def parse_ready(self, data: Any) -> None:
        """Begin a session; it names every guild."""
        self.client.under_way.replaying = False
        self.client.knows_guilds = True
        super().parse_ready(data)

    def parse_resumed(self, data: Any) -> None:
        """Everything that was missed has come."""
        self.client.under_way.replaying = False
        super().parse_resumed(data)

    def parse_guild_create(self, data: Any) -> None:
        """Take the guild without its contents, and tell of one that was not there before.

        One that took the bot in while it was not running is told of when the session begins: only then is its name
        known. discord.py's own event misses the joins of the first two seconds of a session.
        """
        before = self._get_guild(int(data["id"]))
        new = before is None or before.unavailable
        super().parse_guild_create({**data, **{name: [] for name in _HEAVY if name in data}})
        guild = self._get_guild(int(data["id"]))
        if new and guild is not None:
            self.dispatch("arrival", guild)

    def parse_guild_delete(self, data: Any) -> None:
        """Tell of a removal also from a guild that is not in memory yet."""
        super().parse_guild_delete(data)
        if not data.get("unavailable", False):
            self.dispatch("removal", int(data["id"]))

    def parse_channel_delete(self, data: Any) -> None:
        """Tell of it by id: channels are not in memory."""
        if "guild_id" in data:
            self.dispatch("deletion", int(data["guild_id"]), int(data["id"]), None)

    def parse_thread_delete(self, data: Any) -> None:
        """Tell of it by id."""
        self.dispatch("deletion", int(data["guild_id"]), int(data["id"]), int(data["parent_id"]))

    def parse_channel_update(self, data: Any) -> None:
        """Tell that rights may have changed: a channel has its own."""
        if "guild_id" in data:
            self.dispatch("change", int(data["guild_id"]))

    def parse_guild_role_create(self, data: Any) -> None:
        """Tell that rights may have changed; roles are not in memory."""
        self.dispatch("change", int(data["guild_id"]))

    parse_guild_role_update = parse_guild_role_create
    parse_guild_role_delete = parse_guild_role_create

    def parse_interaction_create(self, data: Any) -> None:
        """Take the interaction; one that discord.py cannot read must not end the connection."""
        number = int(data["id"])
        self.client.under_way.begin(number, self.client.ws.sequence or 0)
        try:
            super().parse_interaction_create(data)
        except Exception:
            log.exception("an interaction could not be read")
            self.client.under_way.end(number)


class LeanClient(discord.Client):
    """A client with the one intent that tells of joins and removals, no privileged one, no cache, no pings."""

    def __init__(self, listener: Listener | None = None, *, limits: Limits | None = None) -> None:
        """Tell `listener` what happens; without one this client only makes requests. `limits` replace discord.py's."""
        self.under_way = UnderWay()
        self.knows_guilds = False
        self.leaving = False
        self.before_identify: Callable[[], Awaitable[object]] | None = None
        options: Any = {"http_trace": limits.trace()} if limits else {}
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            heartbeat_timeout=HEARTBEAT_SECONDS,
            **options,
        )
        if limits:
            take_over(self.http)
        self._listener = listener

    def _get_state(self, **options: Any) -> ConnectionState[Any]:
        state = _LeanState(
            dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options
        )
        state.client = self
        return state

    async def setup_hook(self) -> None:
        """Start what is to be done once, however often Discord says READY."""
        if self._listener:
            await self._listener.started(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """A new session is about to begin."""
        if self.before_identify:
            await self.before_identify()

    async def close(self) -> None:
        """Leave with a code that keeps the session: 1000 would end it, and its events with it."""
        self.leaving = True
        socket: Any = self.ws  # None until the first connection stands
        if socket is not None and socket.open:
            with suppress(ConnectionError, TimeoutError):
                await socket.close(LEAVING)
        await super().close()

    async def learn_guilds(self) -> None:
        """Ask where the bot is: a session that goes on does not say it."""
        after = 0
        while page := await self.http.get_guilds(GUILDS_A_PAGE, after=after, with_counts=False):
            for guild in page:
                if self.get_guild(int(guild["id"])) is None:
                    self._connection._add_guild_from_data(guild)
            after = int(page[-1]["id"])
            if len(page) < GUILDS_A_PAGE:
                break
        self.knows_guilds = True

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
        try:
            if self._listener:
                await self._listener.took(interaction)
        finally:
            self.under_way.end(interaction.id)

    async def on_arrival(self, guild: discord.Guild) -> None:
        """Pass a join on."""
        if self._listener:
            await self._listener.joined(guild)

    async def on_removal(self, guild: int) -> None:
        """Pass a removal on."""
        if self._listener:
            await self._listener.removed(guild)

    async def on_deletion(self, guild: int, channel: int, parent: int | None) -> None:
        """Pass a deletion on."""
        if self._listener:
            await self._listener.deleted(guild, channel, parent)

    async def on_change(self, guild: int) -> None:
        """Pass a change of rights on."""
        if self._listener:
            await self._listener.changed(guild)


class TerseWebhooks(AsyncWebhookAdapter):
    """discord.py's way to the webhooks of interactions, without asking for what nobody looks at.

    Its own has every first response sent back as a whole message: twice the traffic, and a tenth of a turn's CPU.
    """

    def create_interaction_response(
        self,
        interaction_id: int,
        token: str,
        *,
        session: aiohttp.ClientSession,
        proxy: str | None = None,
        proxy_auth: aiohttp.BasicAuth | None = None,
        params: MultipartParameters,
    ) -> Coroutine[Any, Any, Any]:
        """Send a first response."""
        path = "/interactions/{webhook_id}/{webhook_token}/callback"
        return self.request(
            Route("POST", path, webhook_id=interaction_id, webhook_token=token),
            session,
            payload=params.payload,
            multipart=params.multipart,
            files=params.files,
            proxy=proxy,
            proxy_auth=proxy_auth,
        )
