"""One client's gateway connection: it goes on where the last process stopped, and begins anew only within a budget.

discord.py keeps a session over lost connections but not over the process, and has no door for it, so the loop around
its websocket is ours (ADR 0016). No interaction is lost: the place in the stream that is kept never lies beyond one
that is still being answered. What was answered and comes again is known by `Answered`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from bot.adapters.contract import Sessions
from bot.adapters.discord.failures import said
from bot.adapters.discord.lean import LeanClient

log = structlog.get_logger(__name__)

KEPT_EVERY = 1.0  # seconds between two looks at how far the session has come; written only where it went on
OPENING_SECONDS = 60.0
AFTER_INVALID = (1.0, 5.0)  # seconds; Discord asks for a random wait before a new session
BAD_TOKEN = 4004
# Discord gives 1,000 new sessions in 24 hours and then takes the token away. A bot that falls over at every start must
# not come near: twenty are free, then the waits double up to half an hour, and below 900 left none is begun.
FREE, LONGEST_WAIT, LEAST_LEFT = 20, 1800.0, 900
ASKED_AGAIN = 600.0  # seconds between questions whether Discord gives new sessions again


@dataclass(frozen=True, slots=True)
class Stand:
    """A session and the last event of it."""

    session_id: str
    seq: int
    resume_url: str


class Budget:
    """How many sessions may be begun."""

    def __init__(self, sessions: Sessions, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Count in `sessions`."""
        self._sessions, self._sleep = sessions, sleep

    async def wait(self, client: LeanClient) -> None:
        """Wait until a new session may begin."""
        count = await self._sessions.identifies()
        if count >= FREE:
            wait = min(2.0 ** (count - FREE), LONGEST_WAIT)
            log.warning("many new sessions with Discord today; waiting before another one", today=count, seconds=wait)
            await self._sleep(wait)
        while count and (wait := await self._exhausted(client)):
            log.error("Discord gives hardly any new sessions today; waiting for more", seconds=wait)
            await self._sleep(wait)

    async def _exhausted(self, client: LeanClient) -> float:
        """Return for how many seconds no session should be begun, by what Discord says is left."""
        try:
            limit: Any = (await client.http.get_bot_gateway())[2]
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            log.info("what is left of the day's sessions could not be asked", error=said(error))
            return 0.0
        if limit["remaining"] > LEAST_LEFT * limit["total"] / 1000:
            return 0.0
        return min(float(limit["reset_after"]) / 1000 + 1, ASKED_AGAIN)


class Gateway:
    """Stays connected."""

    def __init__(self, client: LeanClient, sessions: Sessions, *, backoff: Callable[[], float] | None = None) -> None:
        """Connect `client`, which is logged in; keep the session in `sessions`."""
        self._client, self._sessions = client, sessions
        self._budget = Budget(sessions)
        self._backoff = backoff or ExponentialBackoff().delay
        self._kept: Stand | None = None
        self._lost = False
        self._began = asyncio.Event()

    async def run(self) -> None:
        """Take part until the client closes. Raises `discord.ConnectionClosed` for what trying again does not mend."""
        kept = await self._sessions.session()
        session = self._kept = Stand(kept.session_id, kept.seq, kept.resume_url) if kept else None
        self._client.under_way.replaying = session is not None
        self._client.before_identify = self._sessions.identified
        keeping = asyncio.create_task(self._keep(), name="keep the session")
        try:
            await self._stay(session)
        except discord.ConnectionClosed:
            await self._sessions.end_session()
            raise
        except Exception:
            # An event that breaks the process would come again with the session, for ever.
            await self._sessions.end_session()
            raise
        else:
            await self._save()
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    def back(self) -> None:
        """The connection stands again: its session is kept at once, and the next outage will be told."""
        self._lost = False
        self._began.set()

    async def _stay(self, session: Stand | None) -> None:
        of_before, url = session is not None, session.resume_url if session else None
        while not self._client.leaving:
            try:
                await self._open(session, url)
                while True:
                    await self._client.ws.poll_event()
            except ReconnectWebSocket as again:
                self._client.dispatch("disconnect")
                session = self._stands() if again.resume else None
                if session is None:
                    await self._begin_anew()
            except discord.ConnectionClosed as closed:
                if closed.code != BAD_TOKEN or not of_before:
                    raise
                session = None  # a session of another token, perhaps; a token that is bad will be refused again
                await self._begin_anew()
            except (OSError, discord.HTTPException, aiohttp.ClientError, TimeoutError) as error:
                self._client.dispatch("disconnect")
                await self._pause(error)
                session, url = self._stands() or session, None  # the session's own address may be what is gone
                continue
            of_before, url = False, session.resume_url if session else None

    async def _open(self, session: Stand | None, url: str | None) -> None:
        if session is None:
            await self._budget.wait(self._client)
        opening = DiscordWebSocket.from_client(
            self._client,
            initial=True,
            gateway=yarl.URL(url) if url else None,
            session=session.session_id if session else None,
            sequence=session.seq if session else None,
            resume=session is not None,
        )
        async with asyncio.timeout(OPENING_SECONDS):
            self._client.ws = await opening

    async def _begin_anew(self) -> None:
        self._kept = None
        self._client.under_way.replaying = False
        await self._sessions.end_session()
        if not self._client.leaving:
            await asyncio.sleep(random.uniform(*AFTER_INVALID))  # noqa: S311 - only to spread the tries

    async def _pause(self, error: Exception) -> None:
        if self._client.leaving:
            return
        if not self._lost:
            self._lost = True
            log.warning("the connection to Discord is lost; trying until it is back", error=said(error))
        await asyncio.sleep(self._backoff())

    # how far the session has come

    def _stands(self) -> Stand | None:
        """Return the session with the last event that came."""
        socket: DiscordWebSocket | None = self._client.ws  # None until the very first connection stands
        if socket is None or socket.session_id is None or socket.sequence is None:
            return None
        return Stand(socket.session_id, socket.sequence, str(socket.gateway))

    async def _keep(self) -> None:
        while True:
            # Not `wait_for`: before Python 3.12 it forgets that it was cancelled when what it waits for comes just
            # then, and whoever ended this task would wait for it for ever.
            with suppress(TimeoutError):
                async with asyncio.timeout(KEPT_EVERY):
                    await self._began.wait()
            self._began.clear()
            try:
                await self._save()
            except Exception as error:  # a full disk must not end the connection; the next second tries again
                log.warning("the session could not be kept", error=said(error))

    async def _save(self) -> None:
        """Keep the session with the last event before any that is still being dealt with."""
        stands = self._stands()
        if stands is None:
            return
        session = Stand(stands.session_id, self._client.under_way.done_until(stands.seq), stands.resume_url)
        if session != self._kept:
            await self._sessions.keep_session(session.session_id, session.seq, session.resume_url)
            self._kept = session
