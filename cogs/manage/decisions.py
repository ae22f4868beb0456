"""What members suggested for the catalogue or beside a paper, for whoever may let it in."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import Link, text
from bot.core.errors import UnknownPress
from bot.core.people import GroupId
from bot.core.reading import Suggestion, SuggestionId, SuggestionKind
from bot.services.own_rows import NotWritten
from bot.services.suggestions import Suggestions
from cogs.manage._desk import Desk
from cogs.papers import LONGEST_TITLE
from cogs.suggest import MOST_SHOWN, NO_GROUP, in_rows, suggested_row


class Decisions(Cog):
    """Shows suggestions and takes a decision about each."""

    name = "decisions"
    short = "dec"

    def __init__(self, desk: Desk, suggestions: Suggestions) -> None:
        """Work at `desk`, on these `suggestions`."""
        self._desk, self._suggestions = desk, suggestions

    @press(access=Access.ORGANISER)
    async def waiting(self, ctx: Context, group: int) -> Reply:
        """Show what waits for a decision."""
        await self._check(ctx, group)
        found = await self._suggestions.waiting(GroupId(group) if group else None)
        if not found:
            return Reply((ctx.t("suggest.waiting.none"),), rows=((_back(ctx, group),),), how=How.EDIT)
        shown = found[:MOST_SHOWN]
        rows = tuple(suggested_row(ctx, number, each) for number, each in enumerate(shown, 1))
        buttons = [
            Button(str(number), Press.of("dec.look", each.id, group), personal=True)
            for number, each in enumerate(shown, 1)
        ]
        card = Card(ctx.t("suggest.waiting.title", count=len(found)), rows)
        return Reply(cards=(card,), rows=(*in_rows(buttons), (_back(ctx, group),)), how=How.EDIT)

    @press(access=Access.ORGANISER)
    async def look(self, ctx: Context, suggestion: int, group: int) -> Reply:
        """Show one suggestion, to be decided."""
        found = await self._of(ctx, suggestion, group)
        body = [
            text(Link(shorten(found.url, 200), found.url)),
            text(ctx.t(f"suggest.what.{found.what.value}")),
            text(ctx.t("suggest.waiting.why", why=found.why)) if found.why else (),
        ]
        if found.paper_id is not None and (kept := await self._desk.papers.get(found.paper_id)) is not None:
            body.insert(1, text(ctx.t("suggest.waiting.of", title=shorten(kept.paper.title, LONGEST_TITLE))))
        if found.what is SuggestionKind.RESOURCE:
            body.append(text(ctx.t("suggest.waiting.row")))
        row = (
            Button(ctx.t("suggest.waiting.approve"), Press.of("dec.approve", found.id, group), style=Style.PRIMARY),
            Button(ctx.t("suggest.waiting.decline"), Press.of("dec.decline", found.id, group)),
            Button(ctx.t("kit.back"), Press.of("dec.waiting", group)),
        )
        card = Card(shorten(found.title, LONGEST_TITLE), tuple(filter(None, body)))
        return Reply(cards=(card,), rows=(tuple(replace(each, personal=True) for each in row),), how=How.EDIT)

    @press(access=Access.ORGANISER)
    async def approve(self, ctx: Context, suggestion: int, group: int) -> Reply:
        """Let it in."""
        found = await self._of(ctx, suggestion, group)
        try:
            done = await self._suggestions.approve(found.id, ctx.caller.user, ctx.caller.language)
        except NotWritten as error:
            return Reply((ctx.t("suggest.waiting.not_written", why=shorten(str(error), 200)),), how=How.EDIT)
        key = f"approved.{found.what.value}" if done else "decided"
        return self._decided(ctx, key, group)

    @press(access=Access.ORGANISER)
    async def decline(self, ctx: Context, suggestion: int, group: int) -> Reply:
        """Leave it out."""
        found = await self._of(ctx, suggestion, group)
        done = await self._suggestions.decline(found.id, ctx.caller.user, ctx.caller.language)
        return self._decided(ctx, "declined" if done else "decided", group)

    async def _of(self, ctx: Context, suggestion: int, group: int) -> Suggestion:
        """Return a suggestion that the caller may decide. Raises `UnknownPress` and `NotOrganiser`."""
        await self._check(ctx, group)
        found = await self._suggestions.get(SuggestionId(suggestion))
        if found is None or (group != NO_GROUP and found.group_id != group):
            raise UnknownPress
        return found

    async def _check(self, ctx: Context, group: int) -> None:
        """Let those pass who run this very group. What belongs to no group is the host's alone."""
        if group != NO_GROUP:
            await self._desk.group(ctx, group)
        elif not self._desk.is_host(ctx):
            raise UnknownPress

    def _decided(self, ctx: Context, key: str, group: int) -> Reply:
        more = Button(ctx.t("suggest.waiting.more"), Press.of("dec.waiting", group), personal=True)
        return Reply((ctx.t(f"suggest.waiting.{key}"),), rows=((more,),), how=How.EDIT)


def _back(ctx: Context, group: int) -> Button:
    """Return the way back to where the group is run, or to how the house stands for what belongs to none."""
    press = Press.of("org.panel", group) if group != NO_GROUP else Press.of("manage.status")
    return Button(ctx.t("kit.back"), press, personal=True)
