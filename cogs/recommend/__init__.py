"""`/recommend`: three picks, one line of why each; the rest behind a tap.

The cog asks the library and draws; `_asked` carries the question from button to button, `_list` draws the picks and
`_offers` what may be sent into other chats. The details of one are `cogs.card`'s.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from bot.chat.cog import Cog, Completes, command, completion, inline, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Choice, Field, Form, How, Menu, Offers, Reply
from bot.core.catalogue import Level
from bot.core.errors import UnknownPress
from bot.services.library import Library
from bot.services.opinions import Opinions
from cogs.recommend._asked import Asked, Language, WantedKind
from cogs.recommend._list import PAGE, draw_list, not_understood
from cogs.recommend._offers import offer


class Recommend(Cog):
    """Recommends from the catalogue."""

    name = "recommend"
    short = "rec"

    def __init__(self, library: Library, opinions: Opinions) -> None:
        """Take the services that know the catalogue and what groups think of it."""
        self._library, self._opinions = library, opinions

    @command(menu_private=10, menu_group=20, on_message=True, lands=True)
    async def recommend(
        self,
        ctx: Context,
        topic: Annotated[str | None, Completes("topics")] = None,
        level: Level | None = None,
        language: Language | None = None,
        kind: WantedKind | None = None,
    ) -> Reply:
        """Give three picks for what was typed; bare, the map of topics."""
        asked = Asked(topic or "", level, language, kind)
        return self._map(ctx) if asked == Asked() else await self._list(ctx, asked, 0)

    @completion
    def topics(self, ctx: Context, typed: str) -> tuple[Choice, ...]:
        """Suggest topics and titles while somebody types."""
        return tuple(Choice(s.label, s.value) for s in self._library.suggest(typed, ctx.locale))

    @inline
    def offers(self, ctx: Context, typed: str, offset: int) -> Offers:
        """Offer the picks one by one, for a chat where the bot need not be."""
        return offer(ctx, self._library, typed, offset)

    @press(lands=True)
    async def turn(self, ctx: Context, offset: int, asked: str) -> Reply:
        """Show the picks from `offset` on, in place."""
        return replace(await self._list(ctx, Asked.parse(asked), offset), how=How.EDIT)

    @press(lands=True)
    async def pick(self, ctx: Context, topic: str) -> Reply:
        """Show the picks of a topic chosen from the map, and the narrower topics below it."""
        found = self._library.topic(topic)
        if found is None:
            raise UnknownPress
        reply = await self._list(ctx, Asked(topic), 0)
        below = self._library.topics(topic)
        menu = _topic_menu(ctx, "recommend.narrower", [(t.id, t.name(ctx.locale)) for t in below]) if below else None
        return replace(reply, menu=menu, how=How.EDIT)

    @press(opens_form=True, lands=True)
    async def ask(self, ctx: Context) -> Form:
        """Ask for a topic in the person's own words."""
        field = Field("topic", ctx.t("recommend.ask.label"), ctx.t("recommend.ask.placeholder"), limit=200)
        return Form(ctx.t("recommend.ask.title"), Press.of("rec.asked"), (field,))

    @submission
    async def asked(self, ctx: Context, *, answers: dict[str, str]) -> Reply:
        """Answer what was typed into the form."""
        return await self._list(ctx, Asked(answers.get("topic", "")), 0)

    @press()
    async def share(self, ctx: Context, offset: int, asked: str) -> Reply:
        """Show the picks to everybody here, without anything personal."""
        reply = await self._list(replace(ctx, person=None, impersonal=True), Asked.parse(asked), offset)
        back = Button(ctx.t("recommend.unshare"), Press("rec.unshare", owner=ctx.caller.user.id))
        return replace(reply, rows=(*reply.rows, (back,)), public=True)

    @press()
    async def unshare(self, ctx: Context) -> Reply:
        """Take a shared answer back; only the one who shared it may."""
        return Reply((ctx.t("recommend.unshared"),), how=How.EDIT, public=True)

    async def _list(self, ctx: Context, asked: Asked, offset: int) -> Reply:
        person = None if ctx.impersonal else ctx.person
        group = await self._opinions.of_group(ctx.caller.place, person)
        found = self._library.recommend(
            asked.question(), ctx.locale, person, offset=max(offset, 0), limit=PAGE, group=group
        )
        if found.reading.empty and asked == Asked(asked.topic):  # nothing but signs was typed
            return self._map(ctx)
        if not found.picks and offset == 0:
            return not_understood(ctx, self._library, asked, found)
        return draw_list(ctx, self._library, asked, found, offset, group)

    def _map(self, ctx: Context) -> Reply:
        topics = [(topic.id, topic.name(ctx.locale)) for topic in self._library.topics()]
        ask = Button(ctx.t("recommend.ask.button"), Press.of("rec.ask"))
        return Reply((ctx.t("recommend.map"),), menu=_topic_menu(ctx, "recommend.choose", topics), rows=((ask,),))


def _topic_menu(ctx: Context, placeholder: str, topics: list[tuple[str, str]]) -> Menu:
    choices = tuple(Choice(name, topic) for topic, name in topics[:25])
    return Menu(ctx.t(placeholder), Press.of("rec.pick"), choices)
