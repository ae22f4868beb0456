"""`/search`: resources and topics by what they are called. One hit is its card, several are a numbered list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from bot.chat.cog import Choice, Cog, Completes, command, completion, press, submission
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Field, Form, How, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.catalogue import Resource
from bot.core.errors import UnknownPress
from bot.core.language.lookup import Hits
from bot.core.topics import Topic
from bot.services.library import Library
from cogs.card import Cards
from cogs.card.way import Home, Way
from cogs.phrases import facts

PAGE = 8
_IN_A_ROW = 4
_LONGEST = 200
_NEIGHBOURS = 4  # topics named in one line


class Search(Cog):
    """Finds what somebody means by name."""

    name = "search"

    def __init__(self, library: Library, cards: Cards) -> None:
        """Take the service that knows the catalogue, and who draws a resource's card."""
        self._library, self._cards = library, cards

    @command(menu_private=100, lands=True)
    async def search(self, ctx: Context, words: Annotated[str | None, Completes("names")] = None) -> Reply:
        """Look up what was typed; bare, ask for it."""
        return await self._found(ctx, words or "", 0)

    @completion
    def names(self, ctx: Context, typed: str) -> tuple[Choice, ...]:
        """Suggest topics and titles while somebody types."""
        return tuple(Choice(s.label, s.value) for s in self._library.suggest(typed, ctx.locale))

    @press(lands=True)
    async def turn(self, ctx: Context, offset: int, words: str) -> Reply:
        """Show the hits from `offset` on, in place."""
        return replace(await self._found(ctx, words, max(offset, 0)), how=How.EDIT)

    @press(lands=True)
    async def topic(self, ctx: Context, topic: str, offset: int, words: str) -> Reply:
        """Show one topic; Back leads to the hits."""
        found = self._library.topic(topic)
        if found is None:
            raise UnknownPress
        return replace(self._topic_card(ctx, found, Press.of("search.turn", offset, words)), how=How.EDIT)

    @press(opens_form=True, lands=True)
    async def ask(self, ctx: Context) -> Form:
        """Ask for the words."""
        field = Field("words", ctx.t("search.ask.label"), ctx.t("search.ask.placeholder"), limit=_LONGEST)
        return Form(ctx.t("search.ask.title"), Press.of("search.asked"), (field,))

    @submission
    async def asked(self, ctx: Context, *, answers: dict[str, str]) -> Reply:
        """Look up what was typed into the form."""
        return await self._found(ctx, answers.get("words", ""), 0)

    @press()
    async def share(self, ctx: Context, offset: int, words: str) -> Reply:
        """Show the hits to everybody here, without anything personal."""
        reply = await self._found(replace(ctx, person=None, impersonal=True), words, max(offset, 0))
        back = Button(ctx.t("recommend.unshare"), Press("rec.unshare", owner=ctx.caller.user.id))
        return replace(reply, rows=(*reply.rows, (back,)), how=How.NEW, public=True)

    async def _found(self, ctx: Context, words: str, offset: int) -> Reply:
        words = " ".join(words.split())[:_LONGEST]
        if not words:
            return _bare(ctx)
        hits = self._library.look_up(words, ctx.locale)
        if not hits.count:
            return _nothing(ctx, words, hits)
        if hits.count == 1 and hits.topics:
            return self._topic_card(ctx, hits.topics[0], Press.of("search.turn", 0, ""))
        if hits.count == 1:
            card = await self._cards.show(ctx, hits.resources[0].id, Way.from_home(Home.SEARCH))
            return replace(card, how=How.NEW)
        return self._list(ctx, words, hits, offset)

    def _list(self, ctx: Context, words: str, hits: Hits, offset: int) -> Reply:
        every: list[Topic | Resource] = [*hits.topics, *hits.resources]
        offset = min(offset, (len(every) - 1) // PAGE * PAGE)
        shown = every[offset : offset + PAGE]
        rows = tuple(_row(ctx, number, each) for number, each in enumerate(shown, 1))
        card = Card(ctx.t("search.found", words=words, count=len(every)), rows)
        ids = tuple(each.id for each in shown if isinstance(each, Resource))
        return Reply(cards=(card,), rows=_buttons(ctx, shown, words, offset, len(every)), shown=ids)

    def _topic_card(self, ctx: Context, topic: Topic, back: Press) -> Reply:
        body = (text(topic.definition(ctx.locale)), lines(*self._before(ctx, topic)), lines(*self._around(ctx, topic)))
        picks = Press.of(CALL, "recommend", topic.id)
        row = (
            Button(ctx.t("search.picks"), picks, style=Style.PRIMARY, personal=True),
            Button(ctx.t("kit.back"), back, personal=True),
        )
        return Reply(cards=(Card(topic.name(ctx.locale), tuple(filter(None, body))),), rows=(row,))

    def _before(self, ctx: Context, topic: Topic) -> Iterator[str]:
        for need, why in self._library.before(topic.id):
            yield ctx.t("search.before", topic=need.name(ctx.locale), why=why(ctx.locale))

    def _around(self, ctx: Context, topic: Topic) -> Iterator[str]:
        for key, topics in (("after", self._library.after(topic.id)), ("below", self._library.topics(topic.id))):
            names = ", ".join(each.name(ctx.locale) for each in topics[:_NEIGHBOURS])
            if names:
                yield ctx.t(f"search.{key}", topics=names)


def _row(ctx: Context, number: int, hit: Topic | Resource) -> Text:
    """A topic with what it is, a resource with what kind of thing it is."""
    name = hit.name(ctx.locale)
    if isinstance(hit, Topic):
        head = text(Bold(f"{number}."), " ", Bold(name), f" · {ctx.t('search.is_topic')}")
        return lines(head, hit.definition(ctx.locale))
    title = Link(name, hit.link) if hit.link else Bold(name)
    return text(Bold(f"{number}."), " ", title, f" · {facts(ctx, hit)}")


def _buttons(
    ctx: Context, shown: list[Topic | Resource], words: str, offset: int, total: int
) -> tuple[tuple[Button, ...], ...]:
    way = Way.from_home(Home.SEARCH, offset, words)
    numbers = []
    for number, hit in enumerate(shown, 1):
        opened = Press.of("search.topic", hit.id, offset, words) if isinstance(hit, Topic) else None
        numbers.append(Button(str(number), opened or way.press("rec.card", hit.id), personal=True))
    moves = []
    if offset:
        earlier = Press.of("search.turn", max(offset - PAGE, 0), words)
        moves.append(Button(ctx.t("recommend.earlier"), earlier, personal=True))
    if offset + PAGE < total:
        moves.append(Button(ctx.t("kit.more"), Press.of("search.turn", offset + PAGE, words), personal=True))
    if not ctx.impersonal and not ctx.caller.place.private:
        moves.append(Button(ctx.t("kit.share"), Press.of("search.share", offset, words)))
    rows = [numbers[at : at + _IN_A_ROW] for at in range(0, len(numbers), _IN_A_ROW)]
    return tuple(tuple(row) for row in (*rows, moves) if row)


def _bare(ctx: Context) -> Reply:
    ask = Button(ctx.t("search.ask.button"), Press.of("search.ask"), style=Style.PRIMARY, personal=True)
    topics = Button(ctx.t("search.topics"), Press.of(CALL, "recommend"), personal=True)
    return Reply((ctx.t("search.question"),), rows=((ask, topics),))


def _nothing(ctx: Context, words: str, hits: Hits) -> Reply:
    """Say so, with the nearest topics and another try as buttons."""
    nearest = tuple(
        Button(topic.name(ctx.locale), Press.of("search.topic", topic.id, 0, ""), personal=True)
        for topic in hits.nearest
    )
    again = Button(ctx.t("search.ask.again"), Press.of("search.ask"), personal=True)
    said = lines(ctx.t("search.nothing", words=words), ctx.t("recommend.nearest") if nearest else "")
    return Reply(said, rows=(nearest, (again,)))
