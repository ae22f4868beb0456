"""The table of modelled REST operations, what a handler is given, and the refusals handlers share."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..recording import Json, Request
from .schema import Problem
from .world import DM, PERMISSIONS, Guild

if TYPE_CHECKING:
    from .server import DiscordServer

# A handler answers a body (200), None (204) or (status, body), or raises ApiError.
Handler = Callable[["DiscordServer", "Call"], Any]
ENDPOINTS: dict[tuple[str, str], Handler] = {}
EMPTY = "Cannot send an empty message"


class ApiError(Exception):
    """One of Discord's documented error answers."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, "code": code, **({"errors": errors} if errors else {})}


@dataclass(frozen=True)
class Call:
    """A request whose route is known."""

    request: Request
    params: dict[str, str]

    @property
    def body(self) -> Json:
        return self.request.body or {}

    def __getitem__(self, param: str) -> str:
        return self.params[param]


def endpoint(method: str, *routes: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for route in routes:
            ENDPOINTS[method, route] = handler
        return handler

    return register


def match(method: str, path: str) -> tuple[str | None, dict[str, str]]:
    """The template of a modelled operation and its parameters; fixed words win over parameters."""
    parts = [urllib.parse.unquote(part) for part in path.split("/")]
    for verb, route in sorted(ENDPOINTS, key=lambda key: key[1].count("{")):
        template = route.split("/")
        if verb != method or len(template) != len(parts):
            continue
        if all(t.startswith("{") or t == p for t, p in zip(template, parts, strict=True)):
            return route, {t[1:-1]: p for t, p in zip(template, parts, strict=True) if t.startswith("{")}
    return None, {}


def form_errors(problems: Iterable[Problem]) -> Json:
    """The nested `errors` object of a 50035 answer."""
    tree: Json = {}
    for path, message in problems:
        node = tree
        for key in path:
            node = node.setdefault(str(key), {})
        node.setdefault("_errors", []).append({"code": "BASE_TYPE_INVALID", "message": message})
    return tree


def check(sim: DiscordServer, call: Call, problems: Iterable[Problem], code: str = "rule") -> None:
    """Refuse, and hold against the bot, a request with problems."""
    found = list(problems)
    if not found:
        return
    detail = "; ".join(f"{'.'.join(map(str, path)) or 'body'}: {message}" for path, message in found[:6])
    sim.violate(code, call.request.where, detail, call.request)
    if [message for _, message in found] == [EMPTY]:
        raise ApiError(400, 50006, EMPTY)
    raise ApiError(400, 50035, "Invalid Form Body", form_errors(found))


def unknown(code: int, what: str) -> ApiError:
    return ApiError(404, code, f"Unknown {what}")


# -- lookups
def has(sim: DiscordServer, channel: Json, name: str) -> bool:
    """The bot has this permission in the channel; in a direct message it has all."""
    if channel["type"] == DM:
        return True
    have = sim.world.permissions(sim.world.guild_of(channel), channel, sim.world.app_id)
    return bool(have & PERMISSIONS[name])


def require(sim: DiscordServer, channel: Json, *names: str) -> None:
    """The bot may see the channel and has these permissions there."""
    if channel["type"] == DM:
        return
    guild = sim.world.guild_of(channel)
    have = sim.world.permissions(guild, channel, sim.world.app_id) if guild and guild.bot_installed else 0
    if not have & PERMISSIONS["view_channel"]:
        raise ApiError(403, 50001, "Missing Access")
    if not all(have & PERMISSIONS[name] for name in names):
        raise ApiError(403, 50013, "Missing Permissions")


def channel_of(sim: DiscordServer, call: Call, *need: str) -> Json:
    channel = sim.world.channels.get(call["channel_id"])
    if channel is None:
        raise unknown(10003, "Channel")
    require(sim, channel, *need)
    return channel


def guild_of(sim: DiscordServer, call: Call) -> Guild:
    guild = sim.world.guilds.get(call["guild_id"])
    if guild is None or not guild.bot_installed:
        raise unknown(10004, "Guild")
    return guild


def message_of(sim: DiscordServer, call: Call, channel: Json) -> Json:
    message = sim.world.find_message(channel["id"], call["message_id"])
    if message is None or message["id"] in sim.world.seen_only_by:
        raise unknown(10008, "Message")
    return message
