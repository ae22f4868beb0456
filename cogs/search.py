"""`/search`: topics, resources, papers and the group's notes by their words. One hit is its card, more are a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated

from bot.chat.cog import Choice, Cog, Completes, command, completion, press, submission
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Field, Form, How, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.catalogue import Resource
from bot.core.errors import UnknownPress
from bot.core.language.lookup import Hits
from bot.core.language.words import squeeze
from bot.core.papers.filling import same_title
from bot.core.topics import Topic
from bot.services.groups import Groups
from bot.services.library import Library
from bot.services.papers import FoundPaper, Papers
from cogs.card import Cards
from cogs.card.way import Home, Way
from cogs.papers import PaperCards, row_of
from cogs.papers import Way as PaperWay
from cogs.phrases import facts

PAGE = 8
MOST_PAPERS = 24
_IN_A_ROW = 4
_LONGEST = 200
_NOTE = 80  # characters of a note in a list
_WORDS_OF_A_TITLE = 3
_NEIGHBOURS = 4  # topics named in one line

Found = Topic | Resource | FoundPaper


class Search(Cog):
    """Finds what somebody means by name."""

    name = "search"

    def __init__(self, library: Library, cards: Cards, papers: Papers, paper_cards: PaperCards, groups: Groups) -> None:
        """Take the services that know the catalogue, papers and groups, and who draws the cards."""
        self._library, self._cards = library, cards
        self._papers, self._paper_cards, self._groups = papers, paper_cards, groups

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
        return replace(await self._found(ctx, words, offset, listed=True), how=How.EDIT)

    @press(lands=True)
    async def papers(self, ctx: Context, words: str) -> Reply:
        """Show the papers and notes alone, where one hit of the catalogue had its card."""
        words = " ".join(words.split())[:_LONGEST]
        found = await self._found_papers(ctx, words)
        if not found:
            return replace(_bare(ctx), how=How.EDIT)
        return replace(self._list(ctx, words, (), found, 0), how=How.EDIT)

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
        reply = await self._found(replace(ctx, person=None, impersonal=True), words, offset, listed=True)
        back = Button(ctx.t("recommend.unshare"), Press("rec.unshare", owner=ctx.caller.user.id))
        return replace(reply, rows=(*reply.rows, (back,)), how=How.NEW, public=True)

    async def _found(self, ctx: Context, words: str, offset: int, *, listed: bool = False) -> Reply:
        words = " ".join(words.split())[:_LONGEST]
        if not words:
            return _bare(ctx)
        hits = self._library.look_up(words, ctx.locale)
        papers = await self._found_papers(ctx, words)
        if not hits.count and not papers:
            return _nothing(ctx, words, hits)
        if not listed and (single := await self._single(ctx, words, hits, papers)) is not None:
            return single
        return self._list(ctx, words, [*hits.topics, *hits.resources], papers, offset)

    async def _found_papers(self, ctx: Context, words: str) -> tuple[FoundPaper, ...]:
        """Return papers, and the group's notes: its own business, so none of them where anybody may read."""
        group = None if ctx.impersonal else await self._groups.here(ctx.caller.place, ctx.person)
        return await self._papers.search(words, group, ctx.person, MOST_PAPERS)

    async def _single(self, ctx: Context, words: str, hits: Hits, papers: tuple[FoundPaper, ...]) -> Reply | None:
        """Return the card of what is surely meant, None when that is open. Papers beside it are behind a button."""
        more = () if not papers or ctx.impersonal else (_papers_button(ctx, words, len(papers)),)
        if hits.begun and hits.count == 1:
            return None  # the beginning of one name is perhaps the middle of another
        if hits.count == 1 and hits.topics:
            card = self._topic_card(ctx, hits.topics[0], Press.of("search.turn", 0, ""))
            return replace(card, rows=(*card.rows, more))
        if hits.count == 1:
            card = await self._cards.show(ctx, hits.resources[0].id, Way.from_home(Home.SEARCH))
            return replace(card, rows=(*card.rows, more), how=How.NEW)
        if papers and ((len(papers) == 1 and not hits.count) or _is_title_of(words, papers[0])):
            way = PaperWay() if hits.count + len(papers) == 1 else PaperWay(0, words)
            return await self._paper_cards.show(ctx, papers[0].kept.id, way, How.NEW)
        return None

    def _list(
        self, ctx: Context, words: str, hits: Sequence[Topic | Resource], papers: Sequence[FoundPaper], offset: int
    ) -> Reply:
        every: list[Found] = [*hits, *papers]
        if papers and _is_called(words, papers[0]):
            every = [papers[0], *hits, *papers[1:]]
        offset = min(max(offset, 0), (len(every) - 1) // PAGE * PAGE)
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


def _is_title_of(words: str, found: FoundPaper) -> bool:
    """Say whether somebody typed the whole title of a paper: several words that are hardly a topic's."""
    title = same_title(words)
    return len(words.split()) >= _WORDS_OF_A_TITLE and bool(title) and title == same_title(found.kept.paper.title)


def _is_called(words: str, found: FoundPaper) -> bool:
    """Say whether people call a paper so: "ResNet"."""
    short = found.kept.paper.short
    return bool(short) and squeeze(words) == squeeze(short or "")


def _papers_button(ctx: Context, words: str, count: int) -> Button:
    return Button(ctx.t("search.papers", count=count), Press.of("search.papers", words), personal=True)


def _row(ctx: Context, number: int, hit: Found) -> Text:
    """A topic with what it is, a resource with what kind of thing it is, a paper with the note it was found by."""
    if isinstance(hit, FoundPaper):
        note = shorten(" ".join(hit.note.text.split()), _NOTE) if hit.note is not None else ""
        return row_of(ctx, number, hit.kept, ctx.t("search.note", text=note) if note else "")
    name = hit.name(ctx.locale)
    if isinstance(hit, Topic):
        head = text(Bold(f"{number}."), " ", Bold(name), f" · {ctx.t('search.is_topic')}")
        return lines(head, hit.definition(ctx.locale))
    title = Link(name, hit.link) if hit.link else Bold(name)
    return text(Bold(f"{number}."), " ", title, f" · {facts(ctx, hit)}")


def _press_of(hit: Found, words: str, offset: int) -> Press:
    match hit:
        case Topic():
            return Press.of("search.topic", hit.id, offset, words)
        case FoundPaper():
            return PaperWay(offset, words).press("pc.card", hit.kept.id)
        case _:
            return Way.from_home(Home.SEARCH, offset, words).press("rec.card", hit.id)


def _buttons(
    ctx: Context, shown: Sequence[Found], words: str, offset: int, total: int
) -> tuple[tuple[Button, ...], ...]:
    numbers = [Button(str(number), _press_of(hit, words, offset), personal=True) for number, hit in enumerate(shown, 1)]
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
    offered = ctx.t("recommend.nearest" if hits.alike else "recommend.far") if nearest else ""
    said = lines(ctx.t("search.nothing", words=words), offered)
    return Reply(said, rows=(nearest, (again,)))
