"""`/start`: a first hello with one obvious next tap. A deep link never comes here: it lands on its own answer."""

from __future__ import annotations

from bot.chat.cog import Cog, command
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import lines


class Start(Cog):
    """Says hello."""

    name = "start"

    @command()
    async def start(self, ctx: Context) -> Reply:
        """Say what the bot is for and offer the first step."""
        first = Button(
            ctx.t("start.new_here"),
            Press.of(CALL, "recommend", ctx.t("start.first_question")),
            style=Style.PRIMARY,
            personal=True,
        )
        topics = Button(ctx.t("start.topics"), Press.of(CALL, "recommend"), personal=True)
        more = Button(ctx.t("start.help"), Press.of(CALL, "help"), personal=True)
        return Reply(lines(ctx.t("start.hello"), ctx.t("start.how")), rows=((first,), (topics, more)))
