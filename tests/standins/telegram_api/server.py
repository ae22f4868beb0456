"""The HTTP side of the stand-in: every call read, recorded, held against the contract, carried out.

What people do is in `sim`; this file knows only the bot's calls and the updates it fetches.
"""

from __future__ import annotations

import asyncio
import json
import time
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ..recording import Fault, Json, Request, Upload
from ..simulator import Simulator, cut, read_form
from . import methods as _methods  # noqa: F401 - fills the table of methods
from .flood import SENDING, FloodControl, FloodLimits
from .routing import METHODS, Method, TgError, read_params
from .schema import TelegramSchema
from .world import World

# getUpdates, allowed_updates: what is not sent unless asked for
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
METHODS["getupdates"] = Method("getUpdates", lambda _sim, _p: None, ())  # answered by the long poll


@dataclass(eq=False)
class Query:
    """A callback or inline query that waits for its answer."""

    id: str
    text: str  # the callback data, or what was typed
    asked: float = field(default_factory=time.monotonic)
    answered: float | None = None
    answer: Json | None = None

    def settle(self, answer: Json) -> None:
        self.answer, self.answered = answer, time.monotonic()


class TelegramServer(Simulator):
    """The Bot API over one `World`."""

    def __init__(self, port: int, flood: FloodLimits | None, privacy: bool, username: str) -> None:
        super().__init__(port)
        self.schema = TelegramSchema.load()
        self.world = World(username, privacy)
        self.flood = FloodControl(flood)
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[str, ...], list[Json]] = {}
        self.actions: list[tuple[float, int, str]] = []
        self.updates: list[Json] = []  # not yet confirmed
        self.all_updates: list[Json] = []
        self.polls = 0  # calls of getUpdates since the bot was started
        self._repeated: list[Json] = []
        self._allowed: list[str] | None = None
        self._update_id = 500_000
        self._turn = 0

    @property
    def flood_limits(self) -> FloodLimits | None:
        return self.flood.limits

    @flood_limits.setter
    def flood_limits(self, limits: FloodLimits | None) -> None:
        self.flood.limits = limits

    async def _close(self) -> None:
        self._turn += 1  # ends a waiting poll
        self.wake()
        await super()._close()

    def env(self) -> dict[str, str]:
        """The settings that point the bot here."""
        return {"TELEGRAM_TOKEN": self.world.token, "TELEGRAM_API_BASE": self.base_url}

    # -- one call
    async def _serve(self, http: web.BaseRequest) -> web.StreamResponse:
        _, bot, name = (http.path + "//").split("/", 2)
        if not bot.startswith("bot"):
            return web.Response(status=404)
        method = METHODS.get(name.removesuffix("//").lower())
        called = method.name if method else name.removesuffix("//")
        params, uploads = await _read(http)
        request = Request(time.monotonic(), "POST", called, method.name if method else None, params)
        request.files = list(uploads.values())
        if called != "getUpdates":
            self.requests.append(request)
        fault = await self._hit_fault(http, request)
        try:
            if fault and fault.status is not None:
                return self._faulty(request, fault)
            if bot != f"bot{self.world.token}":
                self.violate("auth", called, "wrong bot token", request)
                raise TgError(401, "Unauthorized")
            result = await self._call(request, method, params, uploads)
        except TgError as error:
            if error.broken:
                self.violate("rule", called, error.description, request)
            return self._error(request, error)
        request.status, request.response = 200, result
        self.wake()
        if fault and fault.lose_response:
            cut(http)
        return _json(200, {"ok": True, "result": result})

    def _faulty(self, request: Request, fault: Fault) -> web.Response:
        status = fault.status or 500
        if fault.headers or (fault.body is None and status >= 500):
            text = fault.body or "<html><body>Bad Gateway</body></html>"
            return web.Response(status=status, text=text, headers=fault.headers or {"Content-Type": "text/html"})
        if status == 429:
            chat = self.world.find_chat(request.body.get("chat_id"))
            raise self.flood.refusal(chat["id"] if chat else 0, fault.body)
        raise TgError(status, fault.body)

    async def _call(self, request: Request, method: Method | None, raw: Json, uploads: dict[str, Upload]) -> Any:
        if method is None:
            return self._not_modelled(request)
        if self.schema:
            problems = self.schema.check_call(method.name, raw, uploads)
            if problems:
                detail = "; ".join(f"{where}: {what}" for where, what in problems[:6])
                self.violate("schema", method.name, detail, request)
                raise TgError(400, f"Bad Request: {detail}")
        params = read_params(method, raw, uploads)
        if SENDING.match(method.name):
            self._check_flood(request, params)
        if method.name == "getUpdates":
            return await self._poll(params)
        try:
            result = method.handler(self, params)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            if self.schema:
                raise  # the shape was checked, so this is the stand-in's own mistake
            raise TgError(400, f"Bad Request: malformed parameters: {error!r}", broken=True) from error
        result = json.loads(json.dumps(result))
        if self.schema:
            problems = self.schema.check_result(method.name, result)
            self.self_check += [f"{method.name} at {where}: {what}" for where, what in problems]
        return result

    def _not_modelled(self, request: Request) -> None:
        if self.schema and request.path in self.schema.methods:
            self.unimplemented.append(request)
            raise TgError(501, f"the stand-in does not model {request.path}")
        self.violate("unknown-method", request.path, "not a method of the Bot API", request)
        raise TgError(404, "Not Found")

    def _check_flood(self, request: Request, params: Json) -> None:
        chat = self.world.find_chat(params.get("chat_id"))
        if chat is None:
            return
        early = self.flood.impatient(chat["id"])
        if early:
            detail = f"sent {early:.1f} s before retry_after ran out"
            self.violate("flood-ignored", request.path, detail, request)
            raise self.flood.refusal(chat["id"], early)
        self.flood.count(chat, self.world.state(chat))

    def _error(self, request: Request, error: TgError) -> web.Response:
        body: Json = {"ok": False, "error_code": error.code, "description": error.description}
        if error.parameters:
            body["parameters"] = error.parameters
        request.status, request.response = error.code, body
        return _json(error.code, body)

    # -- updates
    def push(self, kind: str, payload: Json) -> Json:
        """Queue an update for the bot, if it wants this kind."""
        self._update_id += 1
        update = {"update_id": self._update_id, kind: payload}
        if self.schema:
            problems = self.schema.check_update(json.loads(json.dumps(update)))
            self.self_check += [f"update {kind} at {where}: {what}" for where, what in problems]
        self.all_updates.append(update)
        wanted = kind in self._allowed if self._allowed else kind not in NOT_BY_DEFAULT
        if wanted:
            self.updates.append(update)
            self.wake()
        return update

    def repeat(self, update: Json) -> None:
        """Deliver an update once more, confirmed or not."""
        self._repeated.append(update)
        self.wake()

    async def _poll(self, p: Json) -> list[Json]:
        self._turn += 1
        turn = self._turn
        self.polls += 1
        self.wake()  # an older poll ends with 409
        if p.get("allowed_updates") is not None:
            self._allowed = p["allowed_updates"]
        self.updates = [u for u in self.updates if u["update_id"] >= p.get("offset", 0)]
        end = time.monotonic() + p.get("timeout", 0)
        while not (self.updates or self._repeated) and (left := end - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(self._tick.wait(), left)
            except TimeoutError:
                break
            if turn != self._turn:
                raise TgError(409, CONFLICT)
        repeated, self._repeated = self._repeated, []
        return json.loads(json.dumps([*repeated, *self.updates[: p.get("limit", 100)]]))  # type: ignore[no-any-return]


def _json(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")


async def _read(http: web.BaseRequest) -> tuple[Json, dict[str, Upload]]:
    """Parameters from wherever the Bot API accepts them, and the files by part name."""
    params: Json = dict(http.query)
    if http.content_type == "multipart/form-data":
        fields, files = await read_form(http)
        return params | fields, {f.field: f for f in files}
    raw = await http.read() if http.body_exists else b""
    if http.content_type == "application/json":
        return params | json.loads(raw or b"{}"), {}
    return params | dict(urllib.parse.parse_qsl(raw.decode(), keep_blank_values=True)), {}
