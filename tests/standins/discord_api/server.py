"""The HTTP side of the stand-in: every request read, recorded, held against the contract, carried out.

What people do is in `sim`; this file knows only the bot's requests and what is told to the gateway.
"""

from __future__ import annotations

import json
import time
from typing import Any

from aiohttp import web

from ..recording import Fault, Json, Request, Upload
from ..simulator import Simulator, cut, read_form
from . import endpoints as _endpoints  # noqa: F401 - fills the table of endpoints
from . import interactions as _interactions  # noqa: F401 - fills the table of endpoints
from .gateway import Gateway
from .limits import RateLimits, Refusal
from .reply import Interaction
from .routing import ENDPOINTS, ApiError, Call, check, match
from .rules import EPHEMERAL, LOADING, REQUEST_MAX
from .schema import DiscordSchema
from .world import World

TOKENLESS = ("/interactions/", "/webhooks/{webhook_id}/{webhook_token}")


class DiscordServer(Simulator):
    """REST and gateway over one `World`."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.schema = DiscordSchema.load()
        self.world = World()
        self.gateway = Gateway(self.world, self.violate, self.wake)
        self.limits = RateLimits()
        self.interactions: dict[str, Interaction] = {}
        self.typing: list[tuple[float, str]] = []
        self.command_writes = 0
        self.deadline = 3.0  # seconds to the first answer of an interaction
        self.token_lifetime = 900.0  # seconds an interaction's token lives

    @property
    def enforce_limits(self) -> bool:
        return self.limits.enforce

    @enforce_limits.setter
    def enforce_limits(self, on: bool) -> None:
        self.limits.enforce = on

    async def _open(self) -> None:
        await super()._open()
        self.world.base_url = self.base_url
        self.gateway.url = f"ws://127.0.0.1:{self.port}/gateway"

    async def _close(self) -> None:
        await self.gateway.drop(1001)
        await super()._close()

    def env(self) -> dict[str, str]:
        """The settings that point the bot here."""
        return {
            "DISCORD_TOKEN": self.world.token,
            "DISCORD_API_BASE": f"{self.base_url}/api/v10",
            "DISCORD_GATEWAY": self.gateway.url,
        }

    # -- one request
    async def _serve(self, http: web.BaseRequest) -> web.StreamResponse:
        if http.path.rstrip("/") == "/gateway":
            return await self.gateway.handle(http)
        _, api, version, path = (http.rel_url.raw_path + "//").split("/", 3)
        path = path.removesuffix("//")
        if api != "api":
            return web.Response(status=404)
        route, params = match(http.method, "/" + path)
        request = Request(time.monotonic(), http.method, "/" + path, route, query=dict(http.query))
        request.headers = {name.lower(): value for name, value in http.headers.items()}
        request.body, request.files = await _read(http)
        self.requests.append(request)
        fault = await self._hit_fault(http, request)
        answer = self._faulty(request, params, fault) or self._respond(request, params, version)
        self.wake()
        if fault and fault.lose_response:
            cut(http)
        return answer

    def _faulty(self, request: Request, params: dict[str, str], fault: Fault | None) -> web.Response | None:
        if fault is None or fault.status is None:
            return None
        if fault.status == 429 and isinstance(fault.body, Refusal):
            return self._too_many(request, params, fault.body)
        # Headers of its own make it the answer of some other machine, Cloudflare's for one: no Via.
        return self._answer(request, fault.status, fault.body, fault.headers or {"Via": "1.1 google"})

    def _respond(self, request: Request, params: dict[str, str], version: str) -> web.Response:
        refusal = self.limits.refuse(request, params) if request.route else None
        if refusal:
            if refusal.ignored:
                detail = f"sent {refusal.retry_after:.2f} s before Retry-After ran out"
                self.violate("ratelimit-ignored", request.where, detail, request)
            return self._too_many(request, params, refusal)
        try:
            status, body = self._carry_out(request, params, version)
        except ApiError as error:
            status, body = error.status, error.body
        if self.schema and request.route and status < 400:
            problems = self.schema.check_answer(request.method, request.route, status, body)
            self.self_check += [f"{request.where} {status} at {list(at)}: {what}" for at, what in problems]
        return self._answer(request, status, body, self._headers(request, params))

    def _carry_out(self, request: Request, params: dict[str, str], version: str) -> tuple[int, Any]:
        if version != "v10":
            self.violate("api-version", request.where, f"{version!r} is not v10", request)
            raise ApiError(400, 50041, "Invalid API version provided")
        if request.route is None:
            return self._not_modelled(request)
        call = Call(request, params)
        self._check_headers(request)
        self._check_shape(call)
        try:
            result = ENDPOINTS[request.method, request.route](self, call)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            if self.schema:
                raise  # the shape was checked, so this is the stand-in's own mistake
            check(self, call, [((), f"malformed body: {error!r}")], "schema")
        if result is None:
            return 204, None
        return result if isinstance(result, tuple) else (200, result)

    def _not_modelled(self, request: Request) -> tuple[int, Any]:
        if self.schema and self.schema.knows(request.method, request.path):
            self.unimplemented.append(request)
            raise ApiError(501, 0, f"the stand-in does not model {request.where}")
        self.violate("unknown-route", request.where, "no documented operation", request)
        raise ApiError(404, 0, "404: Not Found")

    def _check_headers(self, request: Request) -> None:
        if str(request.route).startswith(TOKENLESS):
            return
        agent = request.headers.get("user-agent", "")
        if not agent.startswith("DiscordBot ("):
            self.violate("user-agent", request.where, f"must be DiscordBot ($url, $version): {agent!r}", request)
        if request.headers.get("authorization") != f"Bot {self.world.token}":
            self.violate("auth", request.where, "missing or wrong Authorization header", request)
            raise ApiError(401, 0, "401: Unauthorized")

    def _check_shape(self, call: Call) -> None:
        request, route = call.request, str(call.request.route)
        for name, value in call.params.items():
            if name.endswith("_id") and not value.isdigit():
                check(self, call, [((name,), f"Value {value!r} is not snowflake.")], "schema")
        if sum(map(len, request.files)) > REQUEST_MAX:
            self.violate("rule", request.where, "request above 25 MiB", request)
            raise ApiError(413, 40005, "Request entity too large")
        if self.schema:
            kind = request.headers.get("content-type", "").split(";")[0]
            check(self, call, self.schema.check_query(request.method, route, request.query), "schema")
            check(self, call, self.schema.check_body(request.method, route, kind, request.body), "schema")

    def _too_many(self, request: Request, params: dict[str, str], refusal: Refusal) -> web.Response:
        self.limits.remember(request, params, refusal)
        return self._answer(request, 429, refusal.body, refusal.headers | self._headers(request, params))

    def _headers(self, request: Request, params: dict[str, str]) -> dict[str, str]:
        return {"Via": "1.1 google"} | self.limits.headers(request, params)

    def _answer(self, request: Request, status: int, body: Any, headers: dict[str, str]) -> web.Response:
        request.status, request.response = status, body
        if body is None or isinstance(body, str):
            return web.Response(status=status, text=body, headers=headers)
        # As bytes: discord.py reads JSON only when the content type has no charset, and Discord sends none.
        raw = json.dumps(body).encode()
        return web.Response(status=status, body=raw, headers=headers, content_type="application/json")

    # -- messages that answer interactions
    def interaction_message(
        self,
        inter: Interaction,
        data: Json,
        files: list[Upload],
        ephemeral: bool,
        *,
        loading: bool = False,
        follow_up: bool = False,
    ) -> Json:
        flags = (data.get("flags") or 0) | (EPHEMERAL if ephemeral else 0) | (LOADING if loading else 0)
        message = self.world.make_message(
            inter.channel,
            self.world.bot,
            data,
            files,
            flags=flags,
            type=20 if inter.type == 2 and not follow_up else 0,
            webhook_id=self.world.app_id,
            application_id=self.world.app_id,
        )
        return self.world.store(message, inter.user["id"] if ephemeral else None)

    def fill_original(self, inter: Interaction, data: Json, files: list[Upload]) -> Json:
        """Replace the "thinking..." message; its visibility was settled when deferring."""
        message = inter.original
        assert message is not None
        self.world.apply_edit(message, {"content": "", **data}, files)
        message["flags"] &= ~LOADING
        inter.loading = False
        return message


async def _read(http: web.BaseRequest) -> tuple[Any, list[Upload]]:
    """The JSON body (raw when it is none) and the file parts."""
    if http.content_type == "multipart/form-data":
        fields, files = await read_form(http)
        return _parsed(fields.get("payload_json", "{}")), files
    raw = await http.read() if http.body_exists else b""
    return (_parsed(raw) if raw else None), []


def _parsed(raw: bytes | str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw
