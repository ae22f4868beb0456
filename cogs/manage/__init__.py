"""`/manage`: what those who run a group can do. Bare it sets a group up, or shows the panel of the one that is there.

`set_up` asks, `running` has the panel, and what it leads to has a module each; here are links that are said to be
broken, and how the house stands. Nothing is about any member: in a Telegram group everybody reads the answer.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, command, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply
from bot.chat.router import CALL
from bot.chat.spec import Access
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.errors import NotHere
from bot.core.groups import GroupState
from bot.services.library import Library
from bot.services.link_check import LinkCheck
from bot.services.reports import OpenReport, Reports
from bot.services.status import StatusReport
from cogs.manage._desk import Desk
from cogs.manage._status import Drawer
from cogs.manage.archive import Archive
from cogs.manage.basics import Basics
from cogs.manage.candidates import Candidates
from cogs.manage.chats import Chats
from cogs.manage.decisions import Decisions
from cogs.manage.editing import Editing
from cogs.manage.feeds import Feeds
from cogs.manage.first import FirstPaper
from cogs.manage.meeting import Meeting
from cogs.manage.parts import Parts
from cogs.manage.people import People
from cogs.manage.posting import Posting
from cogs.manage.resting import Resting
from cogs.manage.running import Running
from cogs.manage.set_up import SetUp
from cogs.manage.turns import Turns
from cogs.reports import found_link, instead

__all__ = [
    "Archive", "Basics", "Candidates", "Chats", "Decisions", "Desk", "Editing", "Feeds", "FirstPaper", "Manage",
    "Meeting", "Parts", "People", "Posting", "Resting", "Running", "SetUp", "Turns",
]  # fmt: skip

PAGE = 5
STATUS_WORDS = frozenset({"status", "상태", "형편"})
LINKS_WORDS = frozenset({"links", "링크"})
NEW_WORDS = frozenset({"new", "새 모임", "새모임"})


class Manage(Cog):
    """Shows the panel to organisers."""

    name = "manage"

    def __init__(
        self,
        library: Library,
        reports: Reports,
        link_check: LinkCheck,
        status: StatusReport,
        set_up: SetUp,
        running: Running,
    ) -> None:
        """Take the services that know the rows, what is said and found of their links, how the house stands; panels."""
        self._library, self._reports, self._link_check, self._status = library, reports, link_check, status
        self._set_up, self._running = set_up, running
        self._desk = running.desk

    @command(access=Access.ORGANISER, menu_group=50, talk=False)
    async def manage(self, ctx: Context, what: str = "") -> Reply:
        """Set a group up or show its panel, or what is asked for by its word."""
        word = " ".join(what.split()).casefold()
        place = ctx.caller.place
        if place.private and not self._desk.is_host(ctx) and not await self._desk.groups.run_by(ctx.person):
            raise NotHere(command="manage")
        if word in STATUS_WORDS:
            return await self._look(ctx)
        if word in LINKS_WORDS:
            return await self._links(ctx)
        if word in NEW_WORDS and not place.private and await self._desk.groups.exactly_at(place) is None:
            return await self._set_up.begin(ctx)
        return await (self._in_private(ctx) if place.private else self._here(ctx))

    async def _here(self, ctx: Context) -> Reply:
        """Show the group of this chat: its panel, what is still to be asked, or which of several is meant."""
        space = ctx.caller.place.space
        assert space is not None  # noqa: S101 - not in private
        group = await self._desk.groups.here(ctx.caller.place)
        if group is None:
            several = await self._desk.groups.in_space(space)
            return self._running.choose(ctx, several) if several else await self._set_up.begin(ctx)
        if group.state is GroupState.DRAFT:
            return await self._set_up.begin(ctx, group)
        return await self._running.open(ctx, group)

    async def _in_private(self, ctx: Context) -> Reply:
        """Show the group used last of those the caller runs; a host who runs none sees how the house stands."""
        mine = await self._desk.groups.run_by(ctx.person)
        if not mine:
            return await self._look(ctx)
        last = await self._desk.groups.here(ctx.caller.place, ctx.person)
        group = next((each for each in mine if last is not None and each.id == last.id), mine[0])
        others = [each for each in mine if each.id != group.id]
        return await self._running.open(ctx, group, others=others)

    @press(access=Access.ORGANISER)
    async def links(self, ctx: Context) -> Reply:
        """Show the links that are said to be broken, in place."""
        return replace(await self._links(ctx), how=How.EDIT)

    @press(access=Access.ORGANISER)
    async def status(self, ctx: Context) -> Reply:
        """Show how the house stands, in place."""
        return replace(await self._look(ctx), how=How.EDIT)

    async def _look(self, ctx: Context) -> Reply:
        place = ctx.caller.place
        if self._desk.is_host(ctx):
            status = await self._status.whole()
        elif place.space is None:  # an organiser in private: what concerns all groups is the host's alone
            raise NotHere(command="manage")
        else:
            status = await self._status.of_space(place.space, place.channel)
        group = await self._desk.groups.here(place)
        zone = self._desk.groups.zone_of(group) if group is not None else self._desk.zone(ctx)
        again = Button(ctx.t("manage.again"), Press.of("manage.status"))
        panel = (Button(ctx.t("manage.back"), Press.of(CALL, "manage")),) if place.space is not None else ()
        return Reply(cards=(Drawer(ctx, zone).card(status),), rows=((again, *panel),))

    @press(access=Access.ORGANISER)
    async def handled(self, ctx: Context, resource: str) -> Reply:
        """Close the reports of one link and show what is left, in place."""
        await self._reports.settle(resource)
        row = self._library.resource(resource)
        name = row.name(ctx.locale) if row else resource
        panel = await self._links(ctx)
        return replace(panel, text=(ctx.t("manage.closed", title=name),), how=How.EDIT)

    async def _links(self, ctx: Context) -> Reply:
        reports, found = await self._reports.open(), await self._link_check.found()
        again = Button(ctx.t("manage.again"), Press.of("manage.links"))
        back = Button(ctx.t("manage.back"), Press.of(CALL, "manage"))
        if not reports and not found:
            card = Card(ctx.t("manage.title"), (text(ctx.t("manage.nothing")),))
            return Reply(cards=(card,), rows=((again, back),))
        rows = [self._row(ctx, number, report) for number, report in enumerate(reports[:PAGE], 1)]
        if reports:
            rows.insert(0, text(ctx.t("manage.broken", count=len(reports))))
        if found:
            rows += [text(ctx.t("manage.found", count=len(found))), *(found_link(ctx, each) for each in found[:PAGE])]
        if len(found) > PAGE:
            rows.append(text(ctx.t("manage.found_more", count=len(found) - PAGE)))
        handled = tuple(
            Button(ctx.t("manage.handled", number=number), Press.of("manage.handled", report.resource_id))
            for number, report in enumerate(reports[:PAGE], 1)
        )
        return Reply(
            cards=(Card(ctx.t("manage.title"), tuple(rows)),), rows=tuple(filter(None, (handled, (again, back))))
        )

    def _row(self, ctx: Context, number: int, report: OpenReport) -> Text:
        row = report.resource
        name = row.name(ctx.locale) if row else report.resource_id
        title = Link(name, row.link) if row and row.link else Bold(name)
        said = ctx.t("manage.said", count=report.people, date=f"{report.since:%Y-%m-%d}")
        return lines(text(Bold(f"{number}."), " ", title), said, instead(ctx, self._library, row))
