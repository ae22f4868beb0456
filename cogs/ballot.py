"""The ballot: a press approves, *my vote* shows what one said in private and takes it back.

Nothing here tells anybody what others said; until it closes not even how many.
"""

from __future__ import annotations

from bot.chat.cog import Cog, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, How, Reply
from bot.chat.text import lines, text
from bot.core.errors import UnknownPress
from bot.core.reading import BallotId, NominationId
from bot.services.ballots import Ballots, Slip
from cogs.reading_words import with_year

IN_ROW = 5


class Ballot(Cog):
    """Takes votes."""

    name = "ballot"
    short = "bal"

    def __init__(self, ballots: Ballots) -> None:
        """Take the service that keeps them."""
        self._ballots = ballots

    @press()
    async def yes(self, ctx: Context, ballot: int, nomination: int) -> Reply:
        """Approve of a candidate; again is the same."""
        slip = await self._say(ctx, ballot, {NominationId(nomination): True})
        return Reply((_ticks(ctx, slip),), how=How.TOAST)

    @press(lands=True)
    async def mine(self, ctx: Context, ballot: int) -> Reply:
        """Show in private what this person approves of, with a button to take each back."""
        slip = await self._ballots.shown(BallotId(ballot), ctx.person)
        if slip is None:
            raise UnknownPress
        return _draw(ctx, slip)

    @press()
    async def no(self, ctx: Context, ballot: int, nomination: int) -> Reply:
        """Take an approval back."""
        return _draw(ctx, await self._say(ctx, ballot, {NominationId(nomination): False}), edits=True)

    @press()
    async def also(self, ctx: Context, ballot: int, nomination: int) -> Reply:
        """Approve of one more, from *my vote*."""
        return _draw(ctx, await self._say(ctx, ballot, {NominationId(nomination): True}), edits=True)

    @press()
    async def clear(self, ctx: Context, ballot: int) -> Reply:
        """Take everything back."""
        shown = await self._ballots.shown(BallotId(ballot), ctx.person)
        if shown is None:
            raise UnknownPress
        return _draw(ctx, await self._say(ctx, ballot, dict.fromkeys(shown.mine, False)), edits=True)

    async def _say(self, ctx: Context, ballot: int, said: dict[NominationId, bool]) -> Slip:
        slip = await self._ballots.say(ctx.caller.user, ctx.caller.language, BallotId(ballot), said)
        if slip is None:
            raise UnknownPress
        return slip


def _ticks(ctx: Context, slip: Slip) -> str:
    if slip.ballot.closed_at is not None:
        return ctx.t("ballot.closed")
    ticks = ", ".join(map(str, slip.ticks))
    return ctx.t("ballot.ticks", numbers=ticks) if ticks else ctx.t("ballot.nothing")


def _draw(ctx: Context, slip: Slip, *, edits: bool = False) -> Reply:
    rows = [
        text("● " if each.nomination.id in slip.mine else "○ ", f"{number}. ", with_year(each.kept))
        for number, each in enumerate(slip.standing, 1)
    ]
    how = How.EDIT if edits else How.NEW
    if slip.ballot.closed_at is not None:
        return Reply(lines(ctx.t("ballot.closed"), *rows), how=how, public=False)
    buttons = [
        Button(
            shorten(ctx.t("ballot.take_back" if each.nomination.id in slip.mine else "ballot.add", number=number), 40),
            Press.of("bal.no" if each.nomination.id in slip.mine else "bal.also", slip.ballot.id, each.nomination.id),
            personal=True,
        )
        for number, each in enumerate(slip.standing, 1)
    ]
    grid = [tuple(buttons[start : start + IN_ROW]) for start in range(0, len(buttons), IN_ROW)]
    clear = (Button(ctx.t("ballot.clear"), Press.of("bal.clear", slip.ballot.id), personal=True),) if slip.mine else ()
    return Reply(lines(_ticks(ctx, slip), *rows), rows=(*grid, *((clear,) if clear else ())), how=how, public=False)
