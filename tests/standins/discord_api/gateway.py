"""Discord Gateway v10: HELLO, IDENTIFY, READY, dispatch, heartbeats, RESUME, and its failures on demand.

Follows events/gateway and topics/opcodes-and-status-codes of Discord's documentation. Our bot asks for the
guilds intent alone, so no event of another one is sent.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from ..recording import Json
from .world import THREADS, Guild, World, now_iso

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 3, 6, 7, 9, 10, 11
GUILDS = 1 << 0
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15  # members, presences, message content
# Close codes of what a client does wrong.
UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, BAD_TOKEN, TWICE = 4001, 4002, 4003, 4004, 4005
TOO_FAST, TIMED_OUT, BAD_INTENTS, FORBIDDEN_INTENTS = 4008, 4009, 4013, 4014


@dataclass(eq=False)
class Session:
    """What survives a lost connection."""

    id: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    buffer: deque[Json] = field(default_factory=lambda: deque(maxlen=1000))  # for RESUME
    connection: Connection | None = None


class Connection:
    """One websocket; writes queue up so that their order is kept and nobody waits for a slow peer."""

    def __init__(self, ws: web.WebSocketResponse, http: web.BaseRequest, compressed: bool) -> None:
        self.ws, self.http = ws, http
        self.session: Session | None = None
        self.last_beat = time.monotonic()
        self.arrivals: deque[float] = deque()
        self.cut = False  # by us
        self._queue: asyncio.Queue[Json] = asyncio.Queue()
        self._zlib = zlib.compressobj(1) if compressed else None

    def send(self, op: int, data: Any, seq: int | None = None, event: str | None = None) -> None:
        self._queue.put_nowait({"op": op, "d": data, "s": seq, "t": event})

    def replay(self, payload: Json) -> None:
        self._queue.put_nowait(payload)

    async def pump(self) -> None:
        while True:
            text = json.dumps(await self._queue.get())
            try:
                if self._zlib:
                    packed = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
                    await self.ws.send_bytes(packed)
                else:
                    await self.ws.send_str(text)
            except (ConnectionError, aiohttp.ClientError, RuntimeError):
                return


class Gateway:
    """The websocket endpoint and everything that is dispatched through it."""

    def __init__(self, world: World, violate: Callable[[str, str, str], None], changed: Callable[[], None]) -> None:
        self._world, self._violate, self._changed = world, violate, changed
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.heartbeat_interval = 41.25  # seconds
        self.ack_heartbeats = True
        self.refuse = False  # answer new connections with 503
        self.identifies: list[float] = []
        self.resumes: list[tuple[float, bool]] = []  # when, and whether it was granted
        self.received: list[Json] = []
        self.sessions_a_day, self.reset_after = 1000, 86_400_000  # of session_start_limit; milliseconds

    @property
    def connected(self) -> bool:
        return any(s.connection for s in self.sessions.values())

    # -- the websocket
    async def handle(self, http: web.BaseRequest) -> web.StreamResponse:
        if self.refuse:
            return web.Response(status=503)
        query = http.query
        if query.get("v") != "10" or query.get("encoding") != "json":
            self._violate("gateway", "connect", f"expected v=10&encoding=json, got {dict(query)}")
        ws = web.WebSocketResponse(compress=False, max_msg_size=1 << 20)
        await ws.prepare(http)
        conn = Connection(ws, http, compressed=query.get("compress") == "zlib-stream")
        self.connections.add(conn)
        tasks = [asyncio.create_task(conn.pump()), asyncio.create_task(self._watch(conn))]
        conn.send(HELLO, {"heartbeat_interval": int(self.heartbeat_interval * 1000), "_trace": []})
        try:
            async for message in ws:
                code = self._receive(conn, message.data)
                if code:
                    await ws.close(code=code)
        finally:
            for task in tasks:
                task.cancel()
            self._closed(conn)
        return ws

    def _closed(self, conn: Connection) -> None:
        self.connections.discard(conn)
        session = conn.session
        if session and session.connection is conn:
            session.connection = None
            if conn.ws.close_code in (1000, 1001) and not conn.cut:  # closed by the bot: the session ends
                self.sessions.pop(session.id, None)
        self._changed()

    async def _watch(self, conn: Connection) -> None:
        left = self.heartbeat_interval * 2
        while left > 0:
            await asyncio.sleep(left)
            left = conn.last_beat + self.heartbeat_interval * 2 - time.monotonic()
        self._violate("gateway", "heartbeat", "no heartbeat for two intervals")
        await conn.ws.close(code=TIMED_OUT)

    def _receive(self, conn: Connection, raw: str | bytes) -> int | None:
        """Handle one payload; answers the close code of a broken one."""
        now = time.monotonic()
        conn.arrivals.append(now)
        while conn.arrivals[0] < now - 60:
            conn.arrivals.popleft()
        try:
            payload = json.loads(raw)
            self.received.append(payload)
            code = TOO_FAST if len(conn.arrivals) > 120 else self._act(conn, payload["op"], payload.get("d"))
        except (ValueError, KeyError, TypeError, AttributeError):
            code = DECODE_ERROR
        if len(raw) > 4096:
            code = DECODE_ERROR
        if code in (UNKNOWN_OPCODE, DECODE_ERROR, TWICE, TOO_FAST, NOT_AUTHENTICATED):
            self._violate("gateway", "send", f"closed with {code} for {str(raw)[:100]}")
        return code

    def _act(self, conn: Connection, op: int, data: Any) -> int | None:
        if op == HEARTBEAT:
            conn.last_beat = time.monotonic()
            if self.ack_heartbeats:
                conn.send(ACK, None)
            return None
        if op == IDENTIFY:
            return self._identify(conn, data)
        if op == RESUME:
            return self._resume(conn, data)
        if conn.session is None:
            return NOT_AUTHENTICATED
        return None if op == PRESENCE else UNKNOWN_OPCODE

    def _identify(self, conn: Connection, data: Json) -> int | None:
        if conn.session is not None:
            return TWICE
        if data["token"] != self._world.token:
            return BAD_TOKEN
        intents = data["intents"]
        if not isinstance(intents, int) or intents >> 26 or "properties" not in data:
            return BAD_INTENTS
        if intents & PRIVILEGED:
            return FORBIDDEN_INTENTS
        if intents != GUILDS:
            self._violate("gateway", "IDENTIFY", f"intents {intents}: the bot needs guilds and nothing else")
        session = conn.session = Session(connection=conn)
        self.sessions[session.id] = session
        self.identifies.append(time.monotonic())
        guilds = [g for g in self._world.guilds.values() if g.bot_installed]
        self._push(session, "READY", self._ready(session, guilds))
        for guild in guilds:
            self._push(session, "GUILD_CREATE", self.guild_create(guild))
        self._changed()
        return None

    def _ready(self, session: Session, guilds: list[Guild]) -> Json:
        return {
            "v": 10,
            "user": {**self._world.bot, "verified": True, "mfa_enabled": True, "email": None},
            "guilds": [{"id": g.id, "unavailable": True} for g in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "application": {"id": self._world.app_id, "flags": 0},
            "user_settings": {},
            "private_channels": [],
            "relationships": [],
            "presences": [],
        }

    def _resume(self, conn: Connection, data: Json) -> int | None:
        if data["token"] != self._world.token:
            return BAD_TOKEN
        session = self.sessions.get(data["session_id"])
        granted = session is not None and (not session.buffer or data["seq"] >= session.buffer[0]["s"] - 1)
        self.resumes.append((time.monotonic(), granted))
        if session is None or not granted:
            conn.send(INVALID, False)
        else:
            session.connection, conn.session = conn, session
            for payload in session.buffer:
                if payload["s"] > data["seq"]:
                    conn.replay(payload)
            self._push(session, "RESUMED", {"_trace": []})
        self._changed()
        return None

    # -- dispatch
    def _push(self, session: Session, event: str, data: Json) -> None:
        session.seq += 1
        payload = {"op": DISPATCH, "t": event, "s": session.seq, "d": data}
        session.buffer.append(payload)
        if session.connection:
            session.connection.replay(payload)

    def dispatch(self, event: str, data: Json) -> None:
        """Send an event to every session."""
        for session in self.sessions.values():
            self._push(session, event, data)

    def guild_create(self, guild: Guild, joined: bool = False) -> Json:
        """`joined`: the bot was added just now, and the payload says nothing of availability."""
        mine = [c for c in self._world.channels.values() if c.get("guild_id") == guild.id]
        return {
            **guild.data,
            "roles": list(guild.roles.values()),
            "joined_at": now_iso(),
            "large": False,
            **({} if joined else {"unavailable": False}),
            "member_count": len(guild.members),
            "voice_states": [],
            "members": list(guild.members.values()),
            "channels": [c for c in mine if c["type"] not in THREADS],
            "threads": [c for c in mine if c["type"] in THREADS],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    # -- failures on demand
    async def drop(self, code: int | None) -> int:
        """Cut every connection, with a close code or (None) without a closing handshake; answers how many."""
        connections = list(self.connections)
        for conn in connections:
            conn.cut = True
            if code is not None:
                await conn.ws.close(code=code)
            elif conn.http.transport is not None:
                conn.http.transport.abort()
        return len(connections)

    def ask_reconnect(self) -> None:
        for conn in self.connections:
            conn.send(RECONNECT, None)

    def invalidate(self, resumable: bool) -> None:
        if not resumable:
            self.forget_sessions()
        for conn in self.connections:
            conn.send(INVALID, resumable)

    def forget_sessions(self) -> None:
        """The next RESUME is refused (op 9, d=false)."""
        self.sessions.clear()
        for conn in self.connections:
            conn.session = None
