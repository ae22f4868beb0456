"""For the person who runs the bot: what the clock could not do by itself, told once and without a riddle."""

from __future__ import annotations

from datetime import datetime

from bot.chat.cog import Cog, post
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Reply
from bot.chat.text import Moment, Node, Text, text
from bot.i18n import Bilingual

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
        return Reply((ctx.t("notices.task_failed", task=task),), rows=_look(ctx))

    @post
    async def stuck(self, ctx: Context, *, number: str, kind: str) -> Reply:
        """Tell that something due could not go on and was put aside."""
        word = ctx.t(f"manage.kind.{kind}") if f"manage.kind.{kind}" in ctx.t else kind
        return Reply((ctx.t("notices.stuck", number=number, kind=word),), rows=_look(ctx))

    @post
    async def disk(self, ctx: Context, *, free: str) -> Reply:
        """Tell that the disk is nearly full."""
        return Reply((ctx.t("notices.disk", free=free),), rows=_look(ctx))

    @post
    async def storage(self, ctx: Context) -> Reply:
        """Tell that nothing can be written down."""
        return Reply((ctx.t("notices.storage"),))

    @post
    async def token(self, ctx: Context, *, platform: str, why_en: str, why_ko: str) -> Reply:
        """Tell, on the other platform, that one refuses the token."""
        why = Bilingual(ko=why_ko, en=why_en)(ctx.locale)
        return Reply((ctx.t("notices.token", platform=_name(ctx, platform), why=why),))

    @post
    async def backup(self, ctx: Context, *, why_en: str, why_ko: str) -> Reply:
        """Tell that a backup could not be made."""
        return Reply((ctx.t("notices.backup", why=Bilingual(ko=why_ko, en=why_en)(ctx.locale)),), rows=_look(ctx))

    @post
    async def flood(self, ctx: Context, *, count: str) -> Reply:
        """Tell that platforms asked for quiet again and again."""
        return Reply((ctx.t("notices.flood", platform=ctx.t("notices.platforms"), count=count),), rows=_look(ctx))

    @post
    async def dead(self, ctx: Context, *, count: str) -> Reply:
        """Tell that letters were given up."""
        return Reply((ctx.t("notices.dead", count=count),), rows=_look(ctx))

    @post
    async def clock(self, ctx: Context, *, seconds: str) -> Reply:
        """Tell that the machine's clock is wrong."""
        return Reply((ctx.t("notices.clock", seconds=seconds),))


def _look(ctx: Context) -> tuple[tuple[Button, ...], ...]:
    return ((Button(ctx.t("notices.status"), Press.of("manage.status")),),)


def _name(ctx: Context, platform: str) -> str:
    return ctx.t(f"choices.platform.{platform}")


def _with_moment(ctx: Context, said: str, until: str) -> Text:
    zone = ctx.person.preferences.timezone if ctx.person is not None else None
    before, _, after = said.partition(SLOT)
    parts: list[Node | Text] = [before, Moment(datetime.fromisoformat(until), zone or "UTC"), after]
    return text(*parts)
