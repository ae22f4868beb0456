"""`/privacy`: what is kept and how long, told from the table of retention rules; handed over or deleted on a tap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.chat.cog import Cog, command, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, File, How, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import Bold, Text, lines, text
from bot.core.retention import RULES, Rule
from bot.services.members import Members

EXPORT_NAME = "moim-export.json"
_DAY = timedelta(days=1)


class Privacy(Cog):
    """Tells, hands over and deletes what is kept of a person."""

    name = "privacy"

    def __init__(self, members: Members) -> None:
        """Take the service that keeps it."""
        self._members = members

    @command()
    async def privacy(self, ctx: Context) -> Reply:
        """Tell what is kept, how long and how much, with the ways to have it and to delete it; to nobody else."""
        if ctx.impersonal:
            return Reply((ctx.t("privacy.elsewhere"),))
        counts = await self._members.counts(ctx.caller.user)
        export = Button(ctx.t("privacy.export"), Press.of("privacy.export"), personal=True)
        delete = Button(ctx.t("privacy.delete"), Press.of("privacy.ask"), personal=True)
        return Reply(cards=(_told(ctx, counts),), rows=((export, delete),))

    @press(lands=True)
    async def export(self, ctx: Context) -> Reply:
        """Hand over everything as one file."""
        content = await self._members.export(ctx.caller.user)
        counts = await self._members.counts(ctx.caller.user)
        file = File(EXPORT_NAME, content, alt=ctx.t("privacy.exported", what=_summary(ctx, counts)))
        return Reply(file=file)

    @press(lands=True)
    async def ask(self, ctx: Context) -> Reply:
        """Ask once, and say that it cannot be undone."""
        counts = await self._members.counts(ctx.caller.user)
        accounts = max(1, len(await self._members.accounts(ctx.person)))
        question = lines(
            Bold(ctx.t("privacy.sure")),
            ctx.t("privacy.all_of", what=_summary(ctx, counts)),
            ctx.t("privacy.accounts", count=accounts) if accounts > 1 else "",
            ctx.t("privacy.no_undo"),
        )
        # Bound to the asker: nobody else shall delete somebody by a tap on the wrong message.
        erase = Press("privacy.erase", owner=ctx.caller.user.id)
        delete = Button(ctx.t("privacy.delete_all"), erase, style=Style.DANGER)
        keep = Button(ctx.t("privacy.keep"), Press.of(CALL, "privacy"))
        return Reply(question, rows=((delete, keep),), how=How.EDIT)

    @press()
    async def erase(self, ctx: Context) -> Reply:
        """Delete everything, for good."""
        clean = await self._members.erase(ctx.caller.user)
        said = lines(
            Bold(ctx.t("privacy.deleted")),
            "" if clean else ctx.t("privacy.traces"),
            ctx.t("privacy.copies"),
            ctx.t("privacy.chat"),
        )
        return Reply(said, how=How.EDIT)


def _told(ctx: Context, counts: Mapping[str, int]) -> Card:
    """Return the rules in words, those of one duration together, and how much there is of each."""
    groups: dict[str, list[Text]] = {}
    for rule in RULES:
        groups.setdefault(_until(ctx, rule), []).append(_line(ctx, rule, counts))
    blocks = [lines(Bold(until), *kept) for until, kept in groups.items()]
    where = lines(ctx.t("privacy.where"), ctx.t("privacy.ended"))
    return Card(ctx.t("privacy.title"), (*blocks, where))


def _line(ctx: Context, rule: Rule, counts: Mapping[str, int]) -> Text:
    there = counts.get(rule.name, 0)
    now = f" ({ctx.t('privacy.now', count=there)})" if there else ""
    return text(f"{ctx.t(f'privacy.name.{rule.name}')}{now}: {ctx.t(f'privacy.kept.{rule.name}')}")


def _until(ctx: Context, rule: Rule) -> str:
    """Return how long something stays, in words, from the rule itself."""
    if rule.lasts is None:
        return ctx.t(f"privacy.until.{rule.whose.name.lower()}")
    if rule.lasts > _DAY:
        return ctx.t("privacy.until.days", count=rule.lasts // _DAY)
    return ctx.t("privacy.until.hours", count=rule.lasts // timedelta(hours=1))


def _summary(ctx: Context, counts: Mapping[str, int]) -> str:
    """Return how much there is of each kind, in one line."""
    parts = [f"{ctx.t(f'privacy.name.{name}')} {count}" for name, count in counts.items() if count]
    return ", ".join(parts) or ctx.t("privacy.nothing")
