"""`/manage`: what those who run a group can do: links that are said to be broken, and how the house stands.

Nothing here is about any member: in a Telegram group everybody reads the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.chat.cog import Cog, command, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply
from bot.chat.router import CALL
from bot.chat.spec import Access, Where
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.errors import NotHere
from bot.services.library import Library
from bot.services.reports import OpenReport, Reports
from bot.services.status import StatusReport
from cogs.manage._status import Drawer
from cogs.reports import instead

PAGE = 5
STATUS_WORDS = frozenset({"status", "상태"})


class Manage(Cog):
    """Shows the panel to organisers."""

    name = "manage"

    def __init__(
        self, library: Library, reports: Reports, status: StatusReport, is_host: Callable[[Context], bool]
    ) -> None:
        """Take the services that know the rows, what is said of their links, and how the house stands."""
        self._library, self._reports, self._status, self._is_host = library, reports, status, is_host

    @command(where=Where.GROUP, access=Access.ORGANISER, menu_group=50)
    async def manage(self, ctx: Context, what: str = "") -> Reply:
        """Show the panel, or what is asked for by its word."""
        if what.strip().casefold() in STATUS_WORDS:
            return await self._look(ctx)
        return await self._panel(ctx)

    @press(access=Access.ORGANISER)
    async def status(self, ctx: Context) -> Reply:
        """Show how the house stands, in place."""
        if ctx.caller.place.space is None and not self._is_host(ctx):
            raise NotHere(command="manage")
        return replace(await self._look(ctx), how=How.EDIT)

    async def _look(self, ctx: Context) -> Reply:
        place = ctx.caller.place
        if self._is_host(ctx) or place.space is None:
            status = await self._status.whole()
        else:
            status = await self._status.of_space(place.space, place.channel)
        again = Button(ctx.t("manage.again"), Press.of("manage.status"))
        panel = (Button(ctx.t("manage.back"), Press.of(CALL, "manage")),) if place.space is not None else ()
        return Reply(cards=(Drawer(ctx).card(status),), rows=((again, *panel),))

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
        status = Button(ctx.t("manage.status"), Press.of("manage.status"))
        if not reports:
            card = Card(ctx.t("manage.title"), (text(ctx.t("manage.nothing")),))
            return Reply(cards=(card,), rows=((again, status),))
        rows = [self._row(ctx, number, report) for number, report in enumerate(reports[:PAGE], 1)]
        rows.insert(0, text(ctx.t("manage.broken", count=len(reports))))
        handled = tuple(
            Button(ctx.t("manage.handled", number=number), Press.of("manage.handled", report.resource_id))
            for number, report in enumerate(reports[:PAGE], 1)
        )
        return Reply(cards=(Card(ctx.t("manage.title"), tuple(rows)),), rows=(handled, (again, status)))

    def _row(self, ctx: Context, number: int, report: OpenReport) -> Text:
        row = report.resource
        name = row.name(ctx.locale) if row else report.resource_id
        title = Link(name, row.link) if row and row.link else Bold(name)
        said = ctx.t("manage.said", count=report.people, date=f"{report.since:%Y-%m-%d}")
        return lines(text(Bold(f"{number}."), " ", title), said, instead(ctx, self._library, row))
