"""Whom an answer is shown to: everybody, or the one who asked, and then without changing what is everybody's.

Pure rules over the reply and its context; how a platform hides a message is the adapter's.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.limits import BUTTONS_IN_ROW, ROWS
from bot.chat.press import CALL, Press
from bot.chat.reply import Answer, Button, How, Reply


def how_of_error(ctx: Context) -> How:
    """Refusals under a public message are a toast, so that nobody else's message changes."""
    return How.TOAST if ctx.caller.on_public else How.NEW


def in_private(ctx: Context, answer: Answer) -> Answer:
    """A public message is nobody's to change unless the handler says so: answer the presser alone instead."""
    if not isinstance(answer, Reply) or answer.public:
        return answer
    if answer.public is None and ctx.impersonal and answer.how is not How.TOAST:
        return replace(answer, public=True)
    changes = answer.how is How.EDIT and ctx.caller.on_public
    return replace(answer, how=How.NEW if changes else answer.how, public=False)


def with_mine(ctx: Context, reply: Reply, name: str, args: list[str]) -> Reply:
    """Add the door to the caller's own answer, in the private chat, under an impersonal one.

    It asks the same again, unless the reply says what it opens.
    """
    while args and not args[-1]:
        args.pop()
    mine = Button(ctx.t("kit.mine"), reply.mine or Press.of(CALL, name, *args), personal=True)
    rows = tuple(row for row in reply.rows if row)
    full = len(rows) + (reply.menu is not None) >= ROWS
    if full and rows and len(rows[-1]) < BUTTONS_IN_ROW:
        return replace(reply, rows=(*rows[:-1], (*rows[-1], mine)))
    return replace(reply, rows=(*rows, (mine,)))
