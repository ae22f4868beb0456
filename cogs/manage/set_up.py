"""Setting a group up in a few taps: when it meets, who picks, where to post, what will come; then its first paper.

Everything chosen is kept at once as a draft, so whoever was called away goes on where they were. Nothing is posted
before [Start]. When, where and the first paper have a module each; who picks and the beginning are here.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, press
from bot.chat.context import Context
from bot.chat.reply import How, Reply
from bot.chat.spec import Access
from bot.core.cycle import Picks
from bot.core.groups import Group, GroupState
from cogs.manage._desk import Desk
from cogs.manage._questions import Questions
from cogs.manage.first import FirstPaper
from cogs.manage.posting import Posting

ORGANISER = Access.ORGANISER


class SetUp(Cog):
    """Asks, shows what will come, begins."""

    name = "organise"
    short = "su"

    def __init__(self, desk: Desk, posting: Posting, first: FirstPaper) -> None:
        """Work at `desk`; `posting` asks where, `first` for the first paper."""
        self._desk, self._posting, self._first = desk, posting, first
        self._questions = Questions(desk)

    async def begin(self, ctx: Context, group: Group | None = None) -> Reply:
        """Return the first question that is not answered yet, as a message of its own."""
        return await self._questions.begin(ctx, group)

    @press(access=ORGANISER)
    async def who(self, ctx: Context, group: int) -> Reply:
        """Ask who picks the paper."""
        return replace(self._questions.who(ctx, await self._desk.group(ctx, group)), how=How.EDIT)

    @press(access=ORGANISER)
    async def pick(self, ctx: Context, group: int, picks: Picks) -> Reply:
        """Keep who picks."""
        found = await self._desk.group(ctx, group)
        changed = await self._desk.groups.change(found.id, picks=picks)
        await self._desk.weeks.picks_otherwise(changed)
        if changed.state is GroupState.DRAFT and found.picks is None:
            return await self._posting.asks(ctx, changed)
        return await self._questions.next(ctx, changed)

    @press(access=ORGANISER)
    async def preview(self, ctx: Context, group: int) -> Reply:
        """Show what will come, and change nothing."""
        return replace(await self._questions.preview(ctx, await self._desk.group(ctx, group)), how=How.EDIT)

    @press(access=ORGANISER)
    async def start(self, ctx: Context, group: int) -> Reply:
        """Let the week begin, and ask for the first paper."""
        found = await self._desk.group(ctx, group)
        if found.rhythm is None or found.picks is None:
            return replace(await self.begin(ctx, found), how=How.EDIT)
        started = await self._desk.groups.start(found.id)
        return await self._first.asks(ctx, started, ctx.t("organise.started"))
