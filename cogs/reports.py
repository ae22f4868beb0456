"""For the person who runs the bot: the first word that a link is broken comes here, and what they did about it."""

from __future__ import annotations

from bot.chat.cog import Cog, post, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.catalogue import Resource
from bot.core.errors import UnknownPress
from bot.services.library import Library
from bot.services.reports import Reports


class ReportLetters(Cog):
    """Tells the hosts of a broken link and takes their word."""

    name = "reports"

    def __init__(self, library: Library, reports: Reports) -> None:
        """Take the services that know the rows and what is said of their links."""
        self._library, self._reports = library, reports

    @post
    async def broken(self, ctx: Context, *, resource: str) -> Reply:
        """Tell that a link does not open, with what could take its place."""
        row = self._library.resource(resource)
        said = lines(_title(ctx, row, resource), ctx.t("reports.broken"), instead(ctx, self._library, row))
        return Reply(said, rows=(self._verbs(ctx, resource),))

    @press(access=Access.HOST)
    async def fixed(self, ctx: Context, resource: str) -> Reply:
        """Close the reports: the link was seen to."""
        row = self._library.resource(resource)
        if row is None and await self._reports.about(resource) is None:
            raise UnknownPress
        await self._reports.settle(resource)
        return Reply(lines(_title(ctx, row, resource), ctx.t("reports.fixed")), how=How.EDIT)

    @press(access=Access.HOST)
    async def still(self, ctx: Context, resource: str) -> Reply:
        """Leave the reports open: the link is as it was."""
        row = self._library.resource(resource)
        if row is None:
            raise UnknownPress
        said = lines(_title(ctx, row, resource), ctx.t("reports.still"), instead(ctx, self._library, row))
        return Reply(said, rows=(self._verbs(ctx, resource)[:1],), how=How.EDIT)

    def _verbs(self, ctx: Context, resource: str) -> tuple[Button, ...]:
        return (
            Button(ctx.t("reports.verb.fixed"), Press.of("reports.fixed", resource), style=Style.PRIMARY),
            Button(ctx.t("reports.verb.still"), Press.of("reports.still", resource)),
        )


def _title(ctx: Context, row: Resource | None, resource: str) -> Text:
    if row is None or row.link is None:
        return text(Bold(resource if row is None else row.name(ctx.locale)))
    return text(Link(row.name(ctx.locale), row.link))


def instead(ctx: Context, library: Library, row: Resource | None) -> Text:
    """Return the rows that could take the place of `row`, as links, or nothing."""
    after = [each for each in library.successors(row) if each.link] if row else []
    if not after:
        return ()
    links: list[Text | str] = [ctx.t("recommend.successors"), " "]
    for number, successor in enumerate(after[:2]):
        links += [", " if number else "", (Link(successor.name(ctx.locale), successor.link or ""),)]
    return text(*links)
