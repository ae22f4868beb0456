"""The house's commands as Discord's application commands, registered only when they changed.

Texts come from the locale files: English for everyone, Korean descriptions, options and choices as localisations.
A command's own name is the same for all, so that people can tell each other what to type.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

import discord
import structlog

from bot.adapters.contract import Marks
from bot.adapters.discord.extras.message_menu import menu_entries
from bot.adapters.discord.localised import localised
from bot.adapters.discord.render import Json
from bot.chat.spec import Command, Option, Where
from bot.i18n import Locale

CHAT_INPUT = 1
TEXT, INTEGER = 3, 4
OPTION_CHARACTERS = 200  # of a text option; longer text comes by the menu of a message
LARGEST = 2**53 - 1  # beyond it JSON numbers are not whole any more
# "Interaction Contexts" and "Installation Contexts" of Discord's documentation, read in 2026.
IN_GUILD, IN_BOT_DM, AMONG_OTHERS = 0, 1, 2
GUILD_INSTALL, USER_INSTALL = 0, 1

log = structlog.get_logger(__name__)


def payload(commands: Iterable[Command], names: Locale) -> list[Json]:
    """Return everything to register; `names` is the language of the commands' own names."""
    commands = tuple(commands)
    entries = [_command(command, names) for command in commands]
    return entries + [entry | _scope(command) for command, entry in menu_entries(commands)]


def by_name(commands: Iterable[Command], names: Locale) -> Mapping[str, Command]:
    """Return the commands by the names they are registered under, and by their plain ones."""
    commands = tuple(commands)
    return {c.name: c for c in commands} | {c.word(names): c for c in commands}


def fingerprint(entries: list[Json]) -> str:
    """Return a short text that changes exactly when the registered commands would."""
    canonical = json.dumps(entries, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()


async def register(
    http: discord.http.HTTPClient, application: int, entries: list[Json], marks: Marks, *, force: bool = False
) -> bool:
    """Replace the registered commands, in one request, when they changed or with `force`. Says whether it did.

    Where Discord takes no commands for people (the application's page allows no user installs), servers get theirs all
    the same; the next start tries again.
    """
    mark, wanted = f"discord.commands.{application}", fingerprint(entries)
    if not force and await marks.get(mark) == wanted:
        return False
    await marks.put(mark, "")  # until it is known what Discord has, nothing counts as unchanged
    try:
        await http.bulk_upsert_global_commands(application, entries)
    except discord.HTTPException as error:
        if "integration_types" not in str(error):
            raise
        log.warning("Discord takes no commands for people; switch User Install on (moim check says where)")
        await http.bulk_upsert_global_commands(application, [entry | _IN_SERVERS for entry in entries])
        return True
    await marks.put(mark, wanted)
    return True


def _command(command: Command, names: Locale) -> Json:
    return {
        "type": CHAT_INPUT,
        "name": command.word(names),
        "description": command.description(names),
        "description_localizations": localised(command.description),
        "options": [_option(command, option, names) for option in command.options],
    } | _scope(command)


_IN_SERVERS: Json = {"contexts": [IN_GUILD, IN_BOT_DM], "integration_types": [GUILD_INSTALL]}


def _scope(command: Command) -> Json:
    """Where a command can be used: a group's in servers that took the bot in, a person's own wherever they are."""
    if command.where is Where.GROUP:
        return {"contexts": [IN_GUILD], "integration_types": [GUILD_INSTALL]}
    return {"contexts": [IN_GUILD, IN_BOT_DM, AMONG_OTHERS], "integration_types": [GUILD_INSTALL, USER_INSTALL]}


def _option(command: Command, option: Option, names: Locale) -> Json:
    shape: Json = {
        "type": INTEGER if option.type is int else TEXT,
        "name": option.name,
        "name_localizations": localised(lambda locale: command.option_word(option, locale)),
        "description": command.option_description(option, names),
        "description_localizations": localised(lambda locale: command.option_description(option, locale)),
        "required": False,
    }
    if option.type is int:
        return shape | _bounds(option)
    if option.choices:
        return shape | {"choices": [_choice(command, option, value, names) for value in option.choices]}
    return shape | {"max_length": OPTION_CHARACTERS, "autocomplete": option.completes is not None}


def _bounds(option: Option) -> Json:
    least = -LARGEST if option.least is None else option.least
    most = LARGEST if option.most is None else option.most
    return {"min_value": max(least, -LARGEST), "max_value": min(most, LARGEST)}


def _choice(command: Command, option: Option, value: str, names: Locale) -> Json:
    return {
        "name": command.choice_label(option, value, names),
        "name_localizations": localised(lambda locale: command.choice_label(option, value, locale)),
        "value": value,
    }
