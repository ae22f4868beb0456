"""The pages of a group's digest, for those who run it: where they are, who may read them, another address.

Making them public and renewing their address ask first, each once: what was read by strangers stays read, and an
address that many know is gone for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.cog import Cog, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import Bold, Code, Link, Text, lines, text
from bot.core.groups import Group
from bot.services.archive import Archives, Entrance
from cogs.manage._desk import Desk
from cogs.manage._words import button

ORGANISER = Access.ORGANISER
FEED, CALENDAR = "atom.xml", "calendar.ics"


class Archive(Cog):
    """Shows the way to a group's pages."""

    name = "archive"
    short = "ar"

    def __init__(self, desk: Desk, archives: Archives) -> None:
        """Work at `desk`; `archives` knows who may read what."""
        self._desk, self._archives = desk, archives

    @press(access=ORGANISER)
    async def show(self, ctx: Context, group: int) -> Reply:
        """Show where the pages are and who may read them."""
        found = await self._desk.group(ctx, group)
        return await self._show(ctx, found, await self._archives.entrance(found.id))

    @press(access=ORGANISER)
    async def ask(self, ctx: Context, group: int) -> Reply:
        """Say what it means that everybody may read, and ask."""
        found = await self._desk.group(ctx, group)
        return self._asks(ctx, found, "publish", Press.of("ar.open", found.id, "yes"))

    @press(access=ORGANISER)
    async def open(self, ctx: Context, group: int, everybody: str) -> Reply:
        """Let everybody read, or only those who know the address."""
        found = await self._desk.group(ctx, group)
        entrance = await self._archives.publish(found.id, everybody == "yes")
        return await self._show(ctx, found, entrance, "published" if entrance.public else "withdrawn")

    @press(access=ORGANISER)
    async def another(self, ctx: Context, group: int) -> Reply:
        """Say what another address means, and ask."""
        found = await self._desk.group(ctx, group)
        word = (await self._archives.entrance(found.id)).word
        return self._asks(ctx, found, "renew", Press.of("ar.renew", found.id, word[:8]))

    @press(access=ORGANISER)
    async def renew(self, ctx: Context, group: int, instead_of: str) -> Reply:
        """Make another address, once: a second tap finds that it is another already."""
        found = await self._desk.group(ctx, group)
        entrance = await self._archives.entrance(found.id)
        if entrance.word.startswith(instead_of):
            entrance = await self._archives.renew(found.id)
        return await self._show(ctx, found, entrance, "renewed")

    async def _show(self, ctx: Context, group: Group, entrance: Entrance, done: str = "") -> Reply:
        address = self._archives.address(entrance)
        archive = await self._archives.of(group.id, openly=entrance.public)
        count = len(archive.issues) if archive is not None else 0
        rows = [self._row(ctx, "issues", str(count)), *self._ways(ctx, address)]
        rows.append(self._row(ctx, "who", ctx.t(f"archive.panel.{'public' if entrance.public else 'secret'}")))
        if self._archives.reachable is not True:
            rows.append(text(ctx.t(f"archive.panel.{'nowhere' if address is None else 'local'}")))
        said = text(ctx.t(f"archive.panel.{done}")) if done else ()
        card = Card(ctx.t("archive.panel.title", name=group.name), (lines(*rows),))
        return Reply(said, cards=(card,), rows=self._buttons(ctx, group, entrance, address), how=How.EDIT)

    def _ways(self, ctx: Context, address: str | None) -> Sequence[Text]:
        if address is None:
            return ()
        ways = {"address": address, "feed": f"{address}{FEED}", "calendar": f"{address}{CALENDAR}"}
        if self._archives.reachable:
            return [self._row(ctx, what, Link(way, way)) for what, way in ways.items()]
        return [self._row(ctx, what, Code(way)) for what, way in ways.items()]

    def _row(self, ctx: Context, what: str, said: str | Link | Code) -> Text:
        return text(Bold(ctx.t(f"archive.panel.{what}")), ": ", said)

    def _buttons(
        self, ctx: Context, group: Group, entrance: Entrance, address: str | None
    ) -> tuple[tuple[Button, ...], ...]:
        t, number = ctx.t, group.id
        see = [Button(t("archive.panel.open"), url=address)] if address is not None and self._archives.reachable else []
        if entrance.public:
            change = [Button(t("archive.panel.withdraw"), Press.of("ar.open", number, "no"))]
        else:
            change = [
                Button(t("archive.panel.publish"), Press.of("ar.ask", number)),
                Button(t("archive.panel.renew"), Press.of("ar.another", number)),
            ]
        return (*((tuple(see),) if see else ()), (*change, button(ctx, "back", "ed.panel", number)))

    def _asks(self, ctx: Context, group: Group, what: str, yes: Press) -> Reply:
        sure = Button(ctx.t(f"archive.panel.yes_{what}"), yes, style=Style.PRIMARY)
        back = button(ctx, "back", "ar.show", group.id)
        return Reply((ctx.t(f"archive.panel.ask_{what}"),), rows=((sure, back),), how=How.EDIT)
