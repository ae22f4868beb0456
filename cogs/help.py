"""`/help`: what this person may do here, in six lines, the rest behind a button."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.chat.cog import Cog, command, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply
from bot.chat.router import CALL
from bot.chat.spec import Access, Command, Where
from bot.chat.text import Code, Text, lines, text
from bot.core.refs import Platform
from bot.i18n import Locale

SHOWN_FIRST = 6


class Help(Cog):
    """Lists what can be done. `commands` is asked when needed: the cog is itself part of what it lists."""

    name = "help"

    def __init__(
        self,
        commands: Callable[[], Sequence[Command]],
        is_host: Callable[[Context], bool],
        organises: Callable[[Context], Awaitable[bool]],
    ) -> None:
        """Take where to find every command, who the hosts are, and who runs a group."""
        self._commands, self._is_host, self._organises = commands, is_host, organises

    @command(menu_private=130, menu_group=40)
    async def help(self, ctx: Context) -> Reply:
        """Show the first six commands."""
        rows = [self._line(ctx, command) for command in await self._usable(ctx)]
        buttons = [Button(ctx.t("help.try"), Press.of(CALL, "recommend"), personal=True)]
        buttons.append(Button(ctx.t("help.about"), Press.of("help.about"), personal=True))
        if len(rows) > SHOWN_FIRST:
            buttons.append(Button(ctx.t("kit.more"), Press.of("help.all"), personal=True))
        footer = ctx.t("help.footer_here" if ctx.impersonal else "help.footer")
        card = Card(ctx.t("help.title"), tuple(rows[:SHOWN_FIRST]), footer=footer)
        return Reply(cards=(card,), rows=(tuple(buttons),))

    @press(lands=True)
    async def all(self, ctx: Context) -> Reply:
        """Show every command."""
        rows = tuple(self._line(ctx, command) for command in await self._usable(ctx))
        return Reply(cards=(Card(ctx.t("help.title"), rows),), rows=(_back(ctx),), how=How.EDIT)

    @press(lands=True)
    async def about(self, ctx: Context) -> Reply:
        """Say what this is, where its advice comes from and what it keeps."""
        about: Text = lines(ctx.t("help.what"), ctx.t("help.credit"), ctx.t("help.keeps"))
        return Reply(cards=(Card(ctx.t("help.about_title"), (about,)),), rows=(_back(ctx),), how=How.EDIT)

    async def _usable(self, ctx: Context) -> list[Command]:
        here_private, host = ctx.caller.place.private, self._is_host(ctx)
        may = {Access.ALL: True, Access.ORGANISER: host or await self._organises(ctx), Access.HOST: host}
        return [
            command
            for command in self._commands()
            if not (command.where is Where.GROUP and here_private) and may[command.access]
        ]

    def _line(self, ctx: Context, command: Command) -> Text:
        alias = command.word(ctx.locale)
        said = f" ({alias})" if _alias_works(ctx) and alias != command.name else ""
        return text(Code(f"/{command.name}"), f"{said} {command.description(ctx.locale)}")


def _alias_works(ctx: Context) -> bool:
    """Korean words are understood as plain text where nobody else is talking, and not on Discord."""
    return ctx.locale is Locale.KO and ctx.platform is not Platform.DISCORD and ctx.caller.place.private


def _back(ctx: Context) -> tuple[Button, ...]:
    return (Button(ctx.t("kit.back"), Press.of(CALL, "help"), personal=True),)
