"""For the person who runs the bot: a new server or group waits here for their tap."""

from __future__ import annotations

from typing import Protocol

from bot.chat.cog import Cog, post, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import Bold, lines, text
from bot.core.refs import Platform, SpaceRef, UserRef


class Doorkeeper(Protocol):
    """The service that opens and closes spaces."""

    async def state(self, space: SpaceRef) -> str | None:
        """Return `approved`, `waiting`, `refused` or `left`, or None for a space never seen."""
        ...

    async def decide(self, space: SpaceRef, by: UserRef, *, approved: bool) -> str:
        """Open or refuse `space` and return its title."""
        ...


class Doors(Cog):
    """Asks the host about new spaces, and takes the answer."""

    name = "doors"

    def __init__(self, doors: Doorkeeper) -> None:
        """Take the service that knows the spaces."""
        self._doors = doors

    @post
    async def waiting(self, ctx: Context, *, platform: str, space: str, title: str) -> Reply | None:
        """Ask about a space that the bot was added to; None once another host decided, or it is gone again."""
        added = SpaceRef(Platform(platform), space)
        if await self._doors.state(added) != "waiting":
            return None
        question = lines(text(Bold(title)), ctx.t("doors.waiting", platform=ctx.t(f"doors.platform.{platform}")))
        return Reply(
            question,
            rows=(
                (
                    Button(ctx.t("doors.approve"), _press("approve", added), style=Style.PRIMARY),
                    Button(ctx.t("doors.refuse"), _press("refuse", added)),
                ),
            ),
        )

    @press(access=Access.HOST)
    async def approve(self, ctx: Context, platform: Platform, space: str) -> Reply:
        """Open the space."""
        return await self._decide(ctx, SpaceRef(platform, space), approved=True)

    @press(access=Access.HOST)
    async def refuse(self, ctx: Context, platform: Platform, space: str) -> Reply:
        """Leave the space closed."""
        return await self._decide(ctx, SpaceRef(platform, space), approved=False)

    async def _decide(self, ctx: Context, space: SpaceRef, *, approved: bool) -> Reply:
        title = await self._doors.decide(space, ctx.caller.user, approved=approved)
        undo = ("refuse", "doors.close_again") if approved else ("approve", "doors.open_after_all")
        said = ctx.t("doors.approved" if approved else "doors.refused", title=title)
        return Reply((said,), rows=((Button(ctx.t(undo[1]), _press(undo[0], space)),),), how=How.EDIT)


def _press(name: str, space: SpaceRef) -> Press:
    return Press.of(f"doors.{name}", space.platform.value, space.id)
