"""The table of modelled methods, how parameters are read, and the refusals that methods share."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..recording import Json, Upload

if TYPE_CHECKING:
    from .server import TelegramServer


class TgError(Exception):
    """An error answer in Telegram's own wording; `broken`: the bot broke a documented rule."""

    def __init__(self, code: int, description: str, broken: bool = False, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.broken, self.parameters = code, description, broken, parameters


def bad(text: str) -> TgError:
    """The world changed under the bot: no fault of its own."""
    return TgError(400, f"Bad Request: {text}")


def broken(text: str) -> TgError:
    """The bot broke a documented rule."""
    return TgError(400, f"Bad Request: {text}", broken=True)


Handler = Callable[["TelegramServer", Json], Any]


@dataclass(frozen=True)
class Method:
    """One modelled method."""

    name: str
    handler: Handler
    needs: tuple[str, ...]


METHODS: dict[str, Method] = {}  # lower-case name -> method


def method(names: str, needs: str = "") -> Callable[[Handler], Handler]:
    """Register a handler; both arguments are lists separated by spaces."""

    def register(handler: Handler) -> Handler:
        for name in names.split():
            METHODS[name.lower()] = Method(name, handler, tuple(needs.split()))
        return handler

    return register


# Parameters whose text may look like JSON and is not.
TEXTS = "text caption callback_query_id inline_query_id name description short_description next_offset"
TYPES: dict[str, type | tuple[type, ...]] = {
    "chat_id": (int, str),
    "user_id": int,
    "message_id": int,
    "message_thread_id": int,
    "text": str,
    "caption": str,
    "callback_query_id": str,
    "inline_query_id": str,
    "action": str,
    "parse_mode": str,
    "entities": list,
    "caption_entities": list,
    "commands": list,
    "results": list,
    "message_ids": list,
    "allowed_updates": list,
    "scope": dict,
    "reply_markup": dict,
    "reply_parameters": dict,
    "link_preview_options": dict,
    "disable_notification": bool,
    "show_alert": bool,
    "offset": int,
    "timeout": int,
    "limit": int,
    "photo": (str, Upload),
    "document": (str, Upload),
}


def read_params(method: Method, raw: Json, uploads: dict[str, Upload]) -> Json:
    """Values out of a form or a JSON body; refuses what is missing or of the wrong type."""
    params: Json = {}
    for name, value in raw.items():
        if isinstance(value, str) and value.startswith("attach://"):
            value = uploads.get(value.removeprefix("attach://"), value)
        elif isinstance(value, str) and name not in TEXTS.split():
            with contextlib.suppress(ValueError):
                value = json.loads(value)
        params[name] = value
    params |= {name: upload for name, upload in uploads.items() if name in TYPES}
    for name in method.needs:
        if params.get(name) is None:
            raise broken(f"required parameter {name} is missing")
    for name, value in params.items():
        if name in TYPES and (not isinstance(value, TYPES[name]) or (value is True and TYPES[name] is int)):
            raise broken(f"can't parse {name}: {value!r:.60}")
    return params


def allowed_chat(sim: TelegramServer, p: Json, right: str | None = None) -> Json:
    """The chat a method acts on; refuses as Telegram does."""
    chat = sim.world.find_chat(p.get("chat_id"))
    if chat is None:
        raise bad("chat not found")
    state = sim.world.state(chat)
    if state.migrated_to:
        text = "Bad Request: group chat was upgraded to a supergroup chat"
        raise TgError(400, text, migrate_to_chat_id=state.migrated_to)
    if chat["type"] == "private":
        if state.blocked:
            raise TgError(403, "Forbidden: bot was blocked by the user")
        if not state.started:
            raise TgError(403, "Forbidden: bot can't initiate conversation with a user")
    elif sim.world.me["id"] not in state.members or state.kicked:
        what = "bot was kicked from" if state.kicked else "bot is not a member of"
        raise TgError(403, f"Forbidden: {what} the {chat['type']} chat")
    elif right and not sim.world.is_admin(chat, sim.world.me["id"]):
        if right != "send":
            raise bad(right)
        if state.muted:
            raise bad("not enough rights to send text messages to the chat")
    return chat


def command_scope(p: Json) -> tuple[str, ...]:
    """The key of a list of commands: type, chat, user, language."""
    scope = p.get("scope") or {"type": "default"}
    ids = (str(scope.get(key, "")) for key in ("chat_id", "user_id"))
    return (scope["type"], *ids, p.get("language_code") or "")
