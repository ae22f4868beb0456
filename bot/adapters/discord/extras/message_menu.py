"""The entrance in a message's own menu: the command gets the text of the message it was chosen on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.adapters.discord.localised import localised
from bot.adapters.discord.render import Json
from bot.chat.spec import Command
from bot.i18n import Locale

MESSAGE_MENU = 3


def menu_entries(commands: Iterable[Command]) -> Iterator[tuple[Command, Json]]:
    """Yield the entries to register, each with its command. Discord allows 15."""
    for command in commands:
        if command.on_message:
            yield (
                command,
                {
                    "type": MESSAGE_MENU,
                    "name": command.message_title(Locale.EN),
                    "name_localizations": localised(command.message_title),
                },
            )


def by_title(commands: Iterable[Command]) -> dict[str, Command]:
    """Return the commands by the titles of their entries."""
    return {command.message_title(Locale.EN): command for command in commands if command.on_message}


def options_from(command: Command, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the option of `command` that a message fills: the chosen one's text, or what it links to without one."""
    messages: Mapping[str, Any] = data.get("resolved", {}).get("messages", {})
    message = messages.get(str(data.get("target_id")), {})
    return {command.of_message.name: _text_of(message)}


def _text_of(message: Mapping[str, Any]) -> str:
    embeds = message.get("embeds") or [{}]
    return str(message.get("content") or embeds[0].get("url") or embeds[0].get("title") or "")
