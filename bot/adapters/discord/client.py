"""The Discord adapter: connects, registers the commands, hands interactions to the router, delivers posts.

Staying connected is the gateway's part; what no trying mends (a refused token, refused intents) is decided here.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.adapters.contract import CannotServe, Chats, Marks, Sessions
from bot.adapters.discord.answered import Answered
from bot.adapters.discord.chats import PrivateChats
from bot.adapters.discord.commands import payload, register
from bot.adapters.discord.deliver import Deliveries
from bot.adapters.discord.failures import Fate, fate_of, said
from bot.adapters.discord.gateway import Gateway
from bot.adapters.discord.inbound import Inbound
from bot.adapters.discord.late import Late
from bot.adapters.discord.lean import LeanClient
from bot.adapters.discord.limits import Limits
from bot.adapters.discord.requests import Requests
from bot.adapters.discord.rights import rights_in
from bot.adapters.discord.rooms import rooms_in
from bot.adapters.pace import Pace
from bot.chat.reply import Reply
from bot.chat.router import Router
from bot.chat.stores import Receipt, Rights, Room, Unsent
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.i18n import Bilingual, Locale

log = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds between tries to log in, doubled each time
LOGIN_SECONDS = 30.0  # for the two requests of a login; aiohttp alone would wait five minutes
GRACE = 3.5  # seconds for turns under way when closing; the process is to be gone after five
SYNC_WAITS = (5.0, 30.0, 120.0, 600.0)  # seconds between tries to register the commands
LOST = timedelta(seconds=5)  # until a delivery is tried again that found us disconnected
STALE = timedelta(seconds=2.75)  # an interaction takes its first answer within three; giving one takes a moment

PORTAL = "https://discord.com/developers/applications"
BAD_TOKEN = Bilingual(
    en=f"Discord does not accept DISCORD_TOKEN: copy a new one from {PORTAL} (Bot, Reset Token) into .env.",
    ko=f"Discord가 DISCORD_TOKEN을 받아 주지 않아요. {PORTAL} (Bot, Reset Token)에서 새로 복사해 .env에 넣으세요.",
)
MENDS = {
    4004: BAD_TOKEN,
    4010: Bilingual(
        en="Discord refuses the shard number; this version runs one: check that no proxy changes DISCORD_GATEWAY.",
        ko="Discord가 샤드 번호를 거절해요. 이 판은 하나로 돌아요. 프록시가 DISCORD_GATEWAY를 바꾸는지 보세요.",
    ),
    4011: Bilingual(
        en="The bot is in so many servers that Discord wants it sharded, which this version does not do.",
        ko="봇이 들어간 서버가 많아서 Discord가 샤드로 나누라고 해요. 이 판은 아직 나누지 못해요.",
    ),
    4012: Bilingual(
        en="Discord no longer speaks this version of its gateway: update Moim.",
        ko="Discord가 이 판의 게이트웨이를 더는 쓰지 않아요. 모임을 새 판으로 올리세요.",
    ),
    4013: Bilingual(
        en="Discord calls the intents invalid: update Moim.",
        ko="Discord가 보기에 인텐트가 잘못됐대요. 모임을 새 판으로 올리세요.",
    ),
    4014: Bilingual(
        en=f"Discord does not allow the intents: open {PORTAL}, Bot, and check that the application is not limited.",
        ko=f"Discord가 인텐트를 허락하지 않아요. {PORTAL} 의 Bot에서 애플리케이션이 제한되지 않았는지 보세요.",
    ),
}


class DiscordAdapter:
    """Discord."""

    platform = Platform.DISCORD

    def __init__(
        self,
        router: Router,
        *,
        token: str,
        marks: Marks,
        sessions: Sessions,
        answered: Path | None = None,
        chats: Chats | None = None,
        command_names: Locale = Locale.EN,
        api_base: str | None = None,
        gateway: str | None = None,
        clock: Callable[[], datetime],
    ) -> None:
        """Prepare to serve `router`; nothing is connected yet.

        `answered` is a small file of what was answered lately, for the next process after a kill.
        `api_base` and `gateway` replace Discord's own addresses (a rate-limit proxy, a stand-in); discord.py keeps
        them for the whole process.
        """
        if api_base:
            Route.BASE = api_base.rstrip("/")
        if gateway:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        self._router, self._token, self._marks = router, token, marks
        self._answered_file, self._answered = answered, Answered(None)
        self._inbound = Inbound(
            router, command_names, lambda interaction: self._answered.note(interaction), Late(self, clock)
        )
        self._entries = payload(router.commands, command_names)
        self._client: LeanClient | None = None
        self._gateway: Gateway | None = None
        self._sessions, self._clock = sessions, clock
        self.limits = Limits()
        self._requests = Requests(self.limits)
        self._chats = PrivateChats(self._requests, marks, clock, chats)
        self._deliveries = Deliveries(self._requests, self._chats, clock)
        self._closing = asyncio.Event()
        self._turns: set[asyncio.Task[Any]] = set()
        self._registering: asyncio.Task[None] | None = None
        self._wait = FIRST_WAIT

    # the contract

    async def serve(self) -> None:
        """Connect, and answer until cancelled or closed. Raises `CannotServe` where trying again will not help."""
        self._answered = Answered(self._answered_file)
        try:
            while not self._closing.is_set():
                client = self._client = LeanClient(self, limits=self.limits)
                if await self._logged_in(client):
                    await self._stay_connected(client)
                await client.close()
                await self._pause()
        finally:
            await self._end()
            self._answered.close()

    async def close(self) -> None:
        """Turn new interactions away, let those under way finish (at most 5 s), disconnect."""
        self._closing.set()
        if self._turns:
            _, late = await asyncio.wait(self._turns, timeout=GRACE)
            for turn in late:
                turn.cancel()
            if late:
                log.warning("turns were cut off", number=len(late))
                await asyncio.wait(late)
        await self._end()

    async def sync(self, force: bool = False) -> str:
        """Register the commands when they changed, or always with `force`. Returns a line to show.

        Raises `CannotServe` for a refused token, Discord's and the network's failures as they are.
        """
        client = LeanClient()
        try:
            await self._log_in(client)
            changed = await self._register(client, force=force)
        finally:
            await client.close()
        number = len(self._entries)
        return f"Discord: registered {number} commands." if changed else f"Discord: {number} commands, unchanged."

    async def deliver(
        self,
        to: UserRef | Place,
        reply: Reply,
        key: str,
        *,
        doubted_since: datetime | None = None,
        under: Receipt | None = None,
        silent: bool = False,
    ) -> Receipt:
        """Send what nobody is waiting for; see `bot.chat.stores.Outlet`."""
        return await self._deliveries.deliver(
            self._connected(), to, reply, key, doubted_since=doubted_since, under=under, silent=silent
        )

    async def revise(self, sent: Receipt, reply: Reply) -> None:
        """Put `reply` in the place of a message sent before; see `bot.chat.stores.Outlet`."""
        await self._deliveries.revise(self._connected(), sent, reply)

    async def pin(self, sent: Receipt) -> None:
        """Pin a message sent before; see `bot.chat.stores.Outlet`."""
        await self._deliveries.pin(self._connected(), sent)

    async def rights(self, place: Place) -> Rights:
        """Return what the bot may do in `place` now; see `bot.chat.stores.Outlet`."""
        return await rights_in(self._connected(), self._requests, place)

    async def rooms(self, space: SpaceRef) -> tuple[Room, ...]:
        """Return the channels of `space` to choose from; see `bot.chat.stores.Rooms`."""
        return await rooms_in(self._connected(), self._requests, space)

    @property
    def online(self) -> bool:
        """Say whether the gateway is connected just now."""
        client = self._client
        return client is not None and client.ws is not None and client.ws.open and not self._closing.is_set()

    @property
    def pace(self) -> Pace:
        """Return the pace of its requests; `pace.holds` counts how often Discord asked us to wait."""
        return self.limits.pace

    def _connected(self) -> LeanClient:
        client = self._client
        if client is None or client.application_id is None or client.is_closed() or self._closing.is_set():
            raise Unsent("not connected to Discord just now", LOST, everywhere=True)
        return client

    # connecting

    async def _logged_in(self, client: LeanClient) -> bool:
        """Log in; False when Discord cannot be reached just now."""
        try:
            await self._log_in(client)
        except CannotServe:
            raise
        except Exception as error:
            if fate_of(error) is None and not isinstance(error, TypeError):  # an answer that is no JSON object
                raise
            if self._wait == FIRST_WAIT:
                log.warning("Discord cannot be reached; trying until it can", error=said(error))
            return False
        return True

    async def _log_in(self, client: LeanClient) -> None:
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await client.login(self._token)
        except discord.LoginFailure:
            raise CannotServe(BAD_TOKEN) from None
        except discord.HTTPException as error:
            if fate_of(error) is Fate.TOKEN:
                raise CannotServe(BAD_TOKEN) from None
            raise

    async def _stay_connected(self, client: LeanClient) -> None:
        """Run the gateway connection until it ends; a session that cannot go on is begun anew by the caller."""
        self._gateway = Gateway(client, self._sessions)
        try:
            await self._gateway.run()
        except discord.ConnectionClosed as closed:
            if closed.code in MENDS:
                raise CannotServe(MENDS[closed.code]) from None
            log.warning("Discord closed the connection", code=closed.code)
        except Exception:
            log.exception("the connection to Discord broke")

    async def _pause(self) -> None:
        """Wait before the next try, longer each time, not at all when closing."""
        with suppress(TimeoutError):
            seconds = max(self.limits.pace.held(), self._wait) * random.uniform(0.8, 1.2)  # noqa: S311 - only to spread the tries
            await asyncio.wait_for(self._closing.wait(), seconds)
        self._wait = min(self._wait * 2, LONGEST_WAIT)

    async def _end(self) -> None:
        if self._registering is not None:
            self._registering.cancel()
            await asyncio.wait([self._registering])
        if self._client is not None:
            await self._client.close()

    # commands

    async def _register(self, client: LeanClient, *, force: bool = False) -> bool:
        application = client.application_id
        assert application is not None  # noqa: S101 - a login sets it
        return await register(client.http, application, self._entries, self._marks, force=force)

    async def _register_patiently(self, client: LeanClient) -> None:
        for wait in (*SYNC_WAITS, None):
            try:
                if await self._register(client):
                    log.info("commands registered with Discord", number=len(self._entries))
                return
            except Exception as error:
                fate = fate_of(error)
                if fate is None or fate is Fate.REFUSED or wait is None:
                    log.error("the commands could not be registered; see `moim commands sync`", error=said(error))
                    return
                log.warning("the commands could not be registered yet", error=said(error))
                held = max(self.limits.pace.held(), getattr(error, "retry_after", 0.0))
            await asyncio.sleep(max(wait, held))

    # what the client tells

    async def started(self, client: LeanClient) -> None:
        """Register the commands beside everything else: a slow answer to it must not keep people waiting."""
        if self._registering is not None:
            self._registering.cancel()  # its client is gone
        self._registering = asyncio.create_task(self._register_patiently(client), name="register commands")

    async def connected(self) -> None:
        """Note that an outage is over."""
        self._wait = FIRST_WAIT
        if self._gateway is not None:
            self._gateway.back()
        client = self._client
        if client is not None and not client.knows_guilds:
            await self._learn_guilds(client)

    async def took(self, interaction: discord.Interaction[Any]) -> None:
        """Answer an interaction."""
        if self._is_to_be_passed_over(interaction):
            return
        if self._closing.is_set():
            await self._inbound.turn_away(interaction)
            return
        if interaction.context.dm_channel and interaction.channel_id:
            self._chats.note(str(interaction.user.id), str(interaction.channel_id))
        turn = asyncio.current_task()
        assert turn is not None  # noqa: S101 - discord.py runs every event as a task
        self._turns.add(turn)
        try:
            await self._inbound.take(interaction)
        except Exception:
            log.exception("an interaction failed")
        finally:
            self._turns.discard(turn)

    def _is_to_be_passed_over(self, interaction: discord.Interaction[Any]) -> bool:
        """Say whether an answer would reach nobody, or is worth less than the requests that Discord still allows us."""
        if self._answered.before(interaction.id):  # asked always: a session resumed twice may say too early it is over
            return True
        completing = interaction.type is discord.InteractionType.autocomplete
        client = self._client
        if client is not None and client.under_way.came_again(interaction.id):
            return completing or self._clock() - interaction.created_at > STALE
        return completing and self.limits.shed() > 0

    async def joined(self, guild: discord.Guild) -> None:
        """Tell the router; nothing is posted on joining."""
        await self._told(self._router.space_arrived(_space(guild.id), guild.name))

    async def removed(self, guild: int) -> None:
        """Tell the router."""
        await self._told(self._router.space_left(_space(guild)))

    async def deleted(self, guild: int, channel: int, parent: int | None) -> None:
        """Tell the router: what goes there waits, and is not deleted."""
        space = _space(guild)
        place = Place(Platform.DISCORD, str(parent or channel), space, str(channel) if parent else None)
        await self._told(self._router.place_gone(place))

    async def changed(self, guild: int) -> None:
        """Tell the router: what we were not allowed may be allowed now."""
        await self._told(self._router.place_back(_space(guild)))

    async def _learn_guilds(self, client: LeanClient) -> None:
        try:
            await client.learn_guilds()
        except Exception as error:
            log.warning("where the bot is could not be asked; taken as known", error=said(error))

    async def _told(self, telling: Coroutine[Any, Any, None]) -> None:
        try:
            await telling
        except Exception:
            log.exception("a space's news was not taken")


def _space(guild: int) -> SpaceRef:
    return SpaceRef(Platform.DISCORD, str(guild))
