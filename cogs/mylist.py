"""`/mylist`: what one studies, what waits, what is behind one. A row opens its card, which has the verbs.

Nothing here counts days or calls anything late: a week in which nothing was finished is met with an offer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.chat.cog import Cog, command, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.people import Entry, EntryState
from bot.core.reading import KeptPaper, PaperId, paper_listed
from bot.services.library import Library
from bot.services.papers import Papers
from cogs.card.way import Home, Way
from cogs.papers import row_of
from cogs.phrases import facts

PAGE = 5
FOCUS_FROM = 3
QUIET = timedelta(days=7)  # nothing finished for so long, with something open: say that this is fine
_SECTIONS = (
    ("going", (EntryState.GOING,)),
    ("saved", (EntryState.SAVED,)),
    ("behind", (EntryState.DONE, EntryState.SKIMMED)),
)


class MyList(Cog):
    """Shows a person's own list, to them alone."""

    name = "mylist"

    def __init__(self, library: Library, papers: Papers) -> None:
        """Take the service that keeps the lists, and the one that knows papers."""
        self._library, self._papers = library, papers

    @command(menu_private=50)
    async def mylist(self, ctx: Context) -> Reply:
        """Show the first page: what is going comes first."""
        return await self._page(ctx, 0)

    @press(lands=True)
    async def turn(self, ctx: Context, offset: int, rest: str) -> Reply:
        """Show the page from `offset` on, in place."""
        return replace(await self._page(ctx, offset), how=How.EDIT)

    async def _page(self, ctx: Context, offset: int) -> Reply:
        if ctx.impersonal:
            return Reply((ctx.t("mylist.private"),))
        entries = await self._library.entries(ctx.person)
        papers = await self._papers.many(each for entry in entries if (each := paper_listed(entry.resource_id)))
        here = [entry for entry in entries if self._is_here(entry, papers)]
        rows = [(name, entry) for name, states in _SECTIONS for entry in here if entry.state in states]
        if not rows:
            return _empty(ctx)
        offset = min(max(offset, 0), (len(rows) - 1) // PAGE * PAGE)
        shown = rows[offset : offset + PAGE]
        body = [*_first_words(ctx, here, len(entries) - len(here))] if offset == 0 else []
        body += self._rows(ctx, shown, papers)
        card = Card(ctx.t("mylist.title"), tuple(body), footer=ctx.t("mylist.footer"))
        ids = tuple(entry.resource_id for _, entry in shown)
        studied = tuple(each for each in ids if paper_listed(each) is None)
        return Reply(cards=(card,), rows=_buttons(ctx, ids, offset, len(rows)), shown=studied)

    def _is_here(self, entry: Entry, papers: Mapping[PaperId, KeptPaper]) -> bool:
        paper = paper_listed(entry.resource_id)
        return paper in papers if paper is not None else self._library.resource(entry.resource_id) is not None

    def _rows(
        self, ctx: Context, shown: Sequence[tuple[str, Entry]], papers: Mapping[PaperId, KeptPaper]
    ) -> Iterator[Text]:
        """Yield the rows, numbered as their buttons, each section under its name."""
        before = ""
        for number, (section, entry) in enumerate(shown, 1):
            paper = paper_listed(entry.resource_id)
            row = _paper_row(ctx, number, entry, papers[paper]) if paper else self._row(ctx, number, entry)
            yield lines(text(Bold(ctx.t(f"mylist.section.{section}"))), row) if section != before else row
            before = section

    def _row(self, ctx: Context, number: int, entry: Entry) -> Text:
        resource = self._library.resource(entry.resource_id)
        assert resource is not None  # noqa: S101 - rows that the catalogue lost were left out
        name = resource.name(ctx.locale)
        title = Link(name, resource.link) if resource.link else Bold(name)
        since = ctx.t(f"mylist.since.{entry.state.value}", date=f"{entry.at:%Y-%m-%d}")
        opinion = ctx.person.opinions.get(entry.resource_id) if ctx.person else None
        marks = []
        if opinion is not None and opinion.seen:
            marks.append(ctx.t("mylist.seen"))
        if opinion is not None and opinion.thumb:
            marks.append(ctx.t("mylist.up" if opinion.thumb > 0 else "mylist.down"))
        return lines(
            text(Bold(f"{number}."), " ", title, f" · {facts(ctx, resource)}"),
            " · ".join((since, *marks)),
        )


def _paper_row(ctx: Context, number: int, entry: Entry, kept: KeptPaper) -> Text:
    since = ctx.t(f"mylist.since.{entry.state.value}", date=f"{entry.at:%Y-%m-%d}")
    return lines(row_of(ctx, number, kept), since)


def _first_words(ctx: Context, entries: Sequence[Entry], lost: int) -> Iterator[Text]:
    """Yield what is said above the list: never how long something took, always what can be done."""
    going = [entry for entry in entries if entry.state is EntryState.GOING]
    finished = [entry.at for entry in entries if entry.state in (EntryState.DONE, EntryState.SKIMMED)]
    quiet_since = ctx.now - QUIET
    if going and min(entry.at for entry in going) < quiet_since and max(finished, default=quiet_since) <= quiet_since:
        yield text(ctx.t("mylist.quiet"))
    if len(going) >= FOCUS_FROM:
        yield text(ctx.t("mylist.focus"))
    if not going:
        yield text(ctx.t("mylist.nothing_going"))
    if lost:
        yield text(ctx.t("mylist.lost", count=lost))


def _empty(ctx: Context) -> Reply:
    """Say what the list is for and offer the two ways to fill it."""
    recommend = Button(ctx.t("mylist.recommend"), Press.of(CALL, "recommend"), style=Style.PRIMARY, personal=True)
    search = Button(ctx.t("mylist.search"), Press.of(CALL, "search"), personal=True)
    return Reply(lines(ctx.t("mylist.empty"), ctx.t("mylist.how")), rows=((recommend, search),))


def _buttons(ctx: Context, ids: Sequence[str], offset: int, total: int) -> tuple[tuple[Button, ...], ...]:
    way = Way.from_home(Home.LIST, offset)
    numbers = tuple(Button(str(number), _card(way, name), personal=True) for number, name in enumerate(ids, 1))
    moves = []
    if offset:
        moves.append(Button(ctx.t("mylist.earlier"), Press.of("mylist.turn", offset - PAGE, ""), personal=True))
    if offset + PAGE < total:
        moves.append(Button(ctx.t("kit.more"), Press.of("mylist.turn", offset + PAGE, ""), personal=True))
    return (numbers, tuple(moves)) if moves else (numbers,)


def _card(way: Way, name: str) -> Press:
    paper = paper_listed(name)
    return way.press("rec.card", name) if paper is None else Press.of("pc.card", paper, 0, "")
