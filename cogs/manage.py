"""`/manage`: what those who run a group can do. For now: the links that members say are broken.

Nothing here is about any member: in a Telegram group everybody reads the answer.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, command, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply
from bot.chat.router import CALL
from bot.chat.spec import Access, Where
from bot.chat.text import Bold, Link, Text, lines, text
from bot.services.library import Library
from bot.services.reports import OpenReport, Reports
from cogs.reports import instead

PAGE = 5


class Manage(Cog):
    """Shows the panel to organisers."""

    name = "manage"

    def __init__(self, library: Library, reports: Reports) -> None:
        """Take the services that know the rows and what is said of their links."""
        self._library, self._reports = library, reports

    @command(where=Where.GROUP, access=Access.ORGANISER, menu_group=50)
    async def manage(self, ctx: Context) -> Reply:
        """Show the open reports."""
        return await self._panel(ctx)

    @press(access=Access.ORGANISER)
    async def handled(self, ctx: Context, resource: str) -> Reply:
        """Close the reports of one link and show what is left, in place."""
        await self._reports.settle(resource)
        row = self._library.resource(resource)
        name = row.name(ctx.locale) if row else resource
        panel = await self._panel(ctx)
        return replace(panel, text=(ctx.t("manage.closed", title=name),), how=How.EDIT)

    async def _panel(self, ctx: Context) -> Reply:
        reports = await self._reports.open()
        again = Button(ctx.t("manage.again"), Press.of(CALL, "manage"))
        if not reports:
            card = Card(ctx.t("manage.title"), (text(ctx.t("manage.nothing")),))
            return Reply(cards=(card,), rows=((again,),))
        rows = [self._row(ctx, number, report) for number, report in enumerate(reports[:PAGE], 1)]
        rows.insert(0, text(ctx.t("manage.broken", count=len(reports))))
        handled = tuple(
            Button(ctx.t("manage.handled", number=number), Press.of("manage.handled", report.resource_id))
            for number, report in enumerate(reports[:PAGE], 1)
        )
        return Reply(cards=(Card(ctx.t("manage.title"), tuple(rows)),), rows=(handled, (again,)))

    def _row(self, ctx: Context, number: int, report: OpenReport) -> Text:
        row = report.resource
        name = row.name(ctx.locale) if row else report.resource_id
        title = Link(name, row.link) if row and row.link else Bold(name)
        said = ctx.t("manage.said", count=report.people, date=f"{report.since:%Y-%m-%d}")
        return lines(text(Bold(f"{number}."), " ", title), said, instead(ctx, self._library, row))
