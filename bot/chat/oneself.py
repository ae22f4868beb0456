"""Who writes as a group or a channel is no one person: nothing is kept in that name, nor told to it alone.

Pure rules over a command and its context; who is anonymous the adapter says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat.context import Context
from bot.chat.press import CALL, Press
from bot.chat.reply import Button, Reply
from bot.chat.spec import Access, Audience, Command, Where


def is_personal(command: Command) -> bool:
    """Say whether `command` answers anybody at all for themselves, and so has an own answer in the private chat."""
    return command.audience is Audience.PRIVATE and command.access is Access.ALL and command.where is not Where.GROUP


def needs_oneself(ctx: Context, command: Command, options: Mapping[str, Any]) -> bool:
    """Say whether the call may keep something for its caller, who is nobody in particular.

    Bare, every command only shows, and one that `lands` with words too; what it takes from a message it may keep.
    """
    if not ctx.caller.anonymous or not is_personal(command):
        return False
    of_message = command.message is not None and command.message.name in options
    return of_message or (bool(options) and not command.lands)


def as_oneself(ctx: Context, command: Command) -> Reply:
    """Ask for it under their own name, with the way to the private chat."""
    mine = Button(ctx.t("kit.mine"), Press.of(CALL, command.name), personal=True)
    return Reply((ctx.t("kit.as_oneself"),), rows=((mine,),), public=True)
