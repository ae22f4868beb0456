"""The command menus: which commands Telegram lists where, in which language. Written only when they changed.

Menus are display, not permission: every command works wherever it is typed. Names are always the plain ones, since
Telegram takes nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)

from bot.adapters.contract import Marks
from bot.chat.spec import Access, Command
from bot.i18n import Locale

MARK = "telegram.menus"
# None is what people of every other language see.
LANGUAGES: tuple[tuple[str | None, Locale], ...] = ((None, Locale.EN), ("ko", Locale.KO))
_PRIVATE: tuple[Callable[[], BotCommandScope], ...] = (BotCommandScopeDefault, BotCommandScopeAllPrivateChats)
_GROUP: tuple[Callable[[], BotCommandScope], ...] = (BotCommandScopeAllGroupChats,)
_ADMINS: tuple[Callable[[], BotCommandScope], ...] = (BotCommandScopeAllChatAdministrators,)  # theirs on top
Menus = list[tuple[BotCommandScope, str | None, list[BotCommand]]]


def menus_of(commands: Iterable[Command]) -> Menus:
    """Return every menu: its scope, its language, its commands in order."""
    commands = list(commands)
    places: list[tuple[tuple[Callable[[], BotCommandScope], ...], Callable[[Command], int | None]]] = [
        (_PRIVATE, lambda command: command.menu_private),
        (_GROUP, lambda command: None if command.access is Access.ORGANISER else command.menu_group),
        (_ADMINS, lambda command: command.menu_group),
    ]
    menus: Menus = []
    for scopes, order in places:
        listed = [(place, command) for command in commands if (place := order(command)) is not None]
        listed.sort(key=lambda pair: pair[0])
        for code, locale in LANGUAGES:
            lines = [BotCommand(command.name, command.description(locale)) for _, command in listed]
            menus += [(scope(), code, lines) for scope in scopes]
    return menus


async def sync(bot: Bot, commands: Iterable[Command], marks: Marks, *, force: bool = False) -> bool:
    """Write the menus when they differ from those last written for this bot; say whether they were written."""
    menus = menus_of(commands)
    state = [[scope.type, code, [line.to_dict() for line in lines]] for scope, code, lines in menus]
    digest = hashlib.blake2b(json.dumps([bot.id, state]).encode(), digest_size=16).hexdigest()
    if not force and await marks.get(MARK) == digest:
        return False
    await marks.put(MARK, "")  # until all are written, nothing counts as unchanged
    for scope, code, lines in menus:
        if lines:
            await bot.set_my_commands(lines, scope=scope, language_code=code)
        else:
            await bot.delete_my_commands(scope=scope, language_code=code)
    await marks.put(MARK, digest)
    return True
