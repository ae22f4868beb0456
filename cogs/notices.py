"""For the person who runs the bot: what the clock could not do by itself, told once and without a riddle."""

from __future__ import annotations

from datetime import datetime

from bot.chat.cog import Cog, post
from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.text import Moment, Node, Text, text

SLOT = "\N{OBJECT REPLACEMENT CHARACTER}"  # where a moment goes, which each platform draws in its own way
REASONS = ("closed", "blocked", "gone", "forbidden", "deactivated", "left")


class Notices(Cog):
    """Tells the hosts."""

    name = "notices"

    @post
    async def unreachable(self, ctx: Context, *, platform: str, title: str, reason: str) -> Reply:
        """Tell that nothing can be posted in a place any more."""
        why = ctx.t(f"notices.why.{reason if reason in REASONS else 'gone'}")
        return Reply((ctx.t("notices.unreachable", platform=_name(ctx, platform), title=title, why=why),))

    @post
    async def doubt(self, ctx: Context, *, platform: str, title: str, until: str) -> Reply:
        """Tell that a post may have arrived or not, and when it is sent again."""
        said = ctx.t("notices.doubt", platform=_name(ctx, platform), title=title, moment=SLOT)
        return Reply(_with_moment(ctx, said, until))

    @post
    async def parked(self, ctx: Context, *, platform: str, until: str) -> Reply:
        """Tell that a platform asked for a long silence."""
        said = ctx.t("notices.parked", platform=_name(ctx, platform), moment=SLOT)
        return Reply(_with_moment(ctx, said, until))

    @post
    async def task_failed(self, ctx: Context, *, task: str) -> Reply:
        """Tell that something that runs in the background had to be started again."""
        return Reply((ctx.t("notices.task_failed", task=task),))


def _name(ctx: Context, platform: str) -> str:
    return ctx.t(f"choices.platform.{platform}")


def _with_moment(ctx: Context, said: str, until: str) -> Text:
    zone = ctx.person.preferences.timezone if ctx.person is not None else None
    before, _, after = said.partition(SLOT)
    parts: list[Node | Text] = [before, Moment(datetime.fromisoformat(until), zone or "UTC"), after]
    return text(*parts)
