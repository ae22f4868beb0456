"""What stands to be read next, for those who run a group: put first, take out with a reason, read in order."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, press, submission
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Field, Form, How, Reply
from bot.chat.spec import Access
from bot.chat.text import Bold, Text, lines, text
from bot.core.groups import Group
from bot.core.papers.links import ArxivId, LinkTarget, read_links
from cogs.manage._desk import Desk
from cogs.manage._words import button

ORGANISER = Access.ORGANISER
SHOWN = 5  # candidates on a page
LONGEST_REASON, LONGEST_LIST = 200, 2000
MOST_LISTED = 20


class Candidates(Cog):
    """Shows the candidates of a group and its list in order."""

    name = "candidates"
    short = "cnd"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self._desk = desk

    @press(access=ORGANISER)
    async def show(self, ctx: Context, group: int, offset: int) -> Reply:
        """Show what stands, to put first, take out, or read now."""
        return await self._queue(ctx, await self._desk.group(ctx, group), offset)

    @press(access=ORGANISER)
    async def one(self, ctx: Context, group: int, nomination: int) -> Reply:
        """Show one candidate with what can be done about it."""
        found = await self._desk.group(ctx, group)
        standing = next(
            (each for each in await self._desk.queue.open(found.id) if each.nomination.id == nomination), None
        )
        if standing is None:
            return await self._queue(ctx, found, 0, ctx.t("organise.queue.gone"))
        pinned = standing.nomination.pinned
        rows = (
            (
                button(ctx, "queue.unpin" if pinned else "queue.pin", "cnd.pin", found.id, nomination, int(not pinned)),
                button(ctx, "queue.veto", "cnd.veto", found.id, nomination),
                button(ctx, "queue.now", "fst.paper", found.id, standing.kept.id),
            ),
            (button(ctx, "back", "cnd.show", found.id, 0),),
        )
        why = standing.nomination.why if not standing.nomination.why.startswith("why:") else ""
        return Reply(lines(text(Bold(shorten(standing.kept.paper.title, 150))), why), rows=rows, how=How.EDIT)

    @press(access=ORGANISER)
    async def pin(self, ctx: Context, group: int, nomination: int, on: int) -> Reply:
        """Put a candidate first, or no longer."""
        found = await self._desk.group(ctx, group)
        done = await self._desk.queue.pin(found.id, nomination, pinned=bool(on))
        key = "organise.queue.gone" if not done else "organise.queue.pinned" if on else "organise.queue.unpinned"
        return await self._queue(ctx, found, 0, ctx.t(key))

    @press(opens_form=True, access=ORGANISER)
    async def veto(self, ctx: Context, group: int, nomination: int) -> Form:
        """Ask why a candidate is taken out: whoever put it up will read it."""
        field = Field("why", ctx.t("organise.queue.label"), ctx.t("organise.queue.example"), limit=LONGEST_REASON)
        return Form(ctx.t("organise.queue.veto"), Press.of("cnd.vetoed", group, nomination), (field,))

    @submission(access=ORGANISER)
    async def vetoed(self, ctx: Context, group: int, nomination: int, *, answers: dict[str, str]) -> Reply:
        """Take a candidate out, with a way back."""
        found = await self._desk.group(ctx, group)
        why = " ".join(answers.get("why", "").split())[:LONGEST_REASON]
        if not why:
            return await self._queue(ctx, found, 0, ctx.t("organise.queue.needs_reason"))
        done = await self._desk.queue.veto(found.id, nomination, why)
        reply = await self._queue(ctx, found, 0, ctx.t("organise.queue.vetoed" if done else "organise.queue.gone"))
        undo = button(ctx, "undo", "cnd.restore", found.id, nomination)
        return replace(reply, rows=((undo,), *reply.rows)) if done else reply

    @press(access=ORGANISER)
    async def restore(self, ctx: Context, group: int, nomination: int) -> Reply:
        """Let a candidate that was taken out stand again."""
        found = await self._desk.group(ctx, group)
        await self._desk.queue.restore(found.id, nomination)
        return await self._queue(ctx, found, 0)

    @press(opens_form=True, access=ORGANISER)
    async def reads(self, ctx: Context, group: int) -> Form:
        """Ask for what the group reads in order, a link a line."""
        field = Field(
            "links", ctx.t("organise.list.label"), ctx.t("organise.list.example"), long=True, limit=LONGEST_LIST
        )
        return Form(ctx.t("organise.list.title"), Press.of("cnd.listed", group), (field,))

    @submission(access=ORGANISER)
    async def listed(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Add what was typed to the end of the list."""
        found = await self._desk.group(ctx, group)
        typed = [_papers_in(line) for line in answers.get("links", "").splitlines() if line.strip()]
        links = [each for line in typed for each in line][:MOST_LISTED]
        kept = [await self._desk.papers.of_link(each, patience=0) for each in links]
        await self._desk.queue.append(found.id, [each.id for each in kept])
        key = "organise.list.added" if all(typed) else "organise.list.some"
        return await self._queue(ctx, found, 0, ctx.t(key, count=len(kept)))

    async def _queue(self, ctx: Context, group: Group, offset: int, line: str = "") -> Reply:
        standing = await self._desk.queue.open(group.id)
        in_order = await self._desk.queue.list(group.id)
        start = min(max(offset, 0), max(0, len(standing) - 1))
        page = standing[start : start + SHOWN]
        rows: list[Text] = [
            text(
                Bold(f"{number}."),
                f" {shorten(each.kept.paper.title, 100)}",
                f" · {ctx.t('organise.queue.is_pinned')}" if each.nomination.pinned else "",
            )
            for number, each in enumerate(page, start + 1)
        ]
        said = lines(*rows) if rows else text(ctx.t("organise.queue.empty"))
        listed = [
            text(f"{number}. {shorten(each.paper.title, 100)}") for number, each in enumerate(in_order[:SHOWN], 1)
        ]
        after = lines(text(Bold(ctx.t("organise.list.now", count=len(in_order)))), *listed) if in_order else ()
        numbers = tuple(
            Button(str(number), Press.of("cnd.one", group.id, each.nomination.id))
            for number, each in enumerate(page, start + 1)
        )
        turn = []
        if start:
            turn.append(button(ctx, "queue.before", "cnd.show", group.id, max(0, start - SHOWN)))
        if start + SHOWN < len(standing):
            turn.append(button(ctx, "queue.after", "cnd.show", group.id, start + SHOWN))
        last = (
            button(ctx, "list.button", "cnd.reads", group.id),
            button(ctx, "now.button", "org.now", group.id),
            button(ctx, "back", "org.panel", group.id),
        )
        card = Card(ctx.t("organise.queue.title"), (said, after), footer=ctx.t("organise.queue.footer"))
        return Reply(text(line), cards=(card,), rows=(numbers, tuple(turn), last), how=How.EDIT)


def _papers_in(line: str) -> tuple[LinkTarget, ...]:
    """Return what a line of the list means, each link of it; beside an arXiv paper others are its own."""
    found = read_links(line)
    return tuple(each for each in found if isinstance(each, ArxivId)) or found
