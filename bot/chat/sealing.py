"""Seals what goes out, and keeps the presses that are too long for a button until they are pressed.

When they cannot be kept, their buttons are left out. What the wires look like is the codec's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import structlog

from bot.chat.codec import handed_over, seal, without
from bot.chat.context import Context
from bot.chat.limits import TooLarge
from bot.chat.press import Press
from bot.chat.reply import Answer, Offers, Reply
from bot.chat.stores import Tokens
from bot.core.errors import Unavailable

log = structlog.get_logger(__name__)


def _never(press: Press) -> bool:
    return False


class Sealing:
    """Seals answers and offers for whoever asked."""

    def __init__(
        self, tokens: Tokens, opens_form: Callable[[str], bool], acts: Callable[[Press], bool] = _never
    ) -> None:
        """Keep long wires in `tokens`; `opens_form` says of a wire whether pressing it opens a form.

        `acts` says of a press that it does something, so that no deep link may press it.
        """
        self._tokens, self._opens_form, self._acts = tokens, opens_form, acts

    async def answer(self, ctx: Context, answer: Answer, *, elsewhere: bool = False) -> Answer:
        """Return `answer` within limits and with its wires; `elsewhere`: the bot need not be where it is read.

        Raises `TooLarge` for what no limit can fit, `Unavailable` for a form whose long wire cannot be kept.
        """
        sealed, kept = seal(
            answer,
            landing=not ctx.caller.private_answers,
            shares=ctx.caller.shares,
            asker=str(ctx.caller.user),
            acts=_never if elsewhere else self._acts,
            owner=ctx.caller.user.id if ctx.caller.turn is not None else None,
        )
        self._check_forms(kept.values())
        if not kept:
            return sealed
        try:
            await self._tokens.keep(kept, ctx.now)
        except Unavailable as error:
            log.error("long presses cannot be kept: their buttons are left out", error=str(error))
            return without(sealed, kept)
        return sealed

    async def offers(self, ctx: Context, offers: Offers) -> Offers:
        """Return `offers` whose replies can be sent where the bot need not be. Raises `TooLarge`."""
        found = [replace(each, reply=await self._handed_over(ctx, each.reply)) for each in offers.found]
        if offers.instead is None:
            return replace(offers, found=tuple(found))
        way = await self._handed_over(ctx, Reply(rows=((offers.instead,),)))
        return replace(offers, found=tuple(found), instead=way.rows[0][0])

    async def _handed_over(self, ctx: Context, reply: Reply) -> Reply:
        sealed = await self.answer(ctx, handed_over(reply), elsewhere=True)
        assert isinstance(sealed, Reply)  # noqa: S101 - offers are declared to hold replies
        return sealed

    def _check_forms(self, long_wires: Iterable[str]) -> None:
        """Refuse a form behind a token: some platforms must know that a form opens before a token is looked up."""
        for wire in long_wires:
            if self._opens_form(wire):
                raise TooLarge(f"the press {wire[:40]!r} opens a form and must fit a button")
