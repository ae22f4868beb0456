"""A paper's card: what it is, how hard and how long, where it stands with the group, who explains it, where to read it.

Whoever finds a paper by a search, a suggestion or the history of the group comes here. What is being read this week,
and what one does about it, is `/paper`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.cog import Cog, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.errors import UnknownPress
from bot.core.groups import Group
from bot.core.papers.course import reading_minutes
from bot.core.papers.needs import prerequisites_of
from bot.core.papers.paper import Paper, PaperKind, PaperState
from bot.core.papers.reviews import review_search, reviews_for
from bot.core.reading import CycleState, KeptPaper, NominationState, NoteKind, PaperId
from bot.core.timewords import date_in_words
from bot.services.groups import Groups
from bot.services.library import Library
from bot.services.nominations import Nominations
from bot.services.papers import InGroup, Papers
from cogs.progress.words import duration

_LANGUAGES = frozenset({"ko", "en", "ja"})  # those that have a name
LONGEST_TITLE = 200  # characters of a title that are shown
_AUTHORS = 3
_ABSTRACT = 350
_REVIEWS = 3
_TOPICS = 3
_NOTES = 10
_NOTE = 300
_WEB = ("https://", "http://")
_PATIENCE = 1.5  # seconds to wait for what the archive says of a paper that only a list knows


@dataclass(frozen=True, slots=True)
class Way:
    """The search a card was opened from: its page and its words; no words: from elsewhere, with no way back."""

    offset: int = 0
    words: str = ""

    def press(self, name: str, *args: str | int) -> Press:
        """Return a press that keeps the way back."""
        return Press.of(name, *args, self.offset, self.words)


class PaperCards(Cog):
    """Shows papers."""

    name = "papers"
    short = "pc"

    def __init__(self, papers: Papers, groups: Groups, nominations: Nominations, library: Library) -> None:
        """Take the services that know papers, groups and topics, and who takes nominations."""
        self._papers, self._groups, self._nominations, self._library = papers, groups, nominations, library

    @press(lands=True)
    async def card(self, ctx: Context, paper: int, offset: int, words: str) -> Reply:
        """Show one paper, in place."""
        return await self.show(ctx, PaperId(paper), Way(offset, words), How.EDIT)

    async def show(self, ctx: Context, paper_id: PaperId, way: Way, how: How, said: str = "") -> Reply:
        """Return the card of a paper, with what was just `said` about it first. Raises `UnknownPress`."""
        kept = await self._papers.want(paper_id, patience=_PATIENCE)
        if kept is None:
            raise UnknownPress
        group = await self._groups.here(ctx.caller.place, ctx.person, ctx.caller.user)
        standing = await self._papers.in_group(group, paper_id)
        card = Card(
            shorten(kept.paper.title, LONGEST_TITLE),
            tuple(self._body(ctx, kept.paper, group, standing)),
            url=_url(kept),
        )
        saved = await self._papers.is_saved(None if ctx.impersonal else ctx.person, paper_id)
        rows = () if ctx.impersonal else _buttons(ctx, kept, group, standing, way, saved=saved)
        return Reply(text(said) if said else (), cards=(card,), rows=rows, how=how)

    @press()
    async def keep(self, ctx: Context, paper: int, offset: int, words: str) -> Reply:
        """Put the paper on the person's own list."""
        if await self._papers.get(PaperId(paper)) is None:
            raise UnknownPress
        await self._papers.save(ctx.caller.user, ctx.caller.language, PaperId(paper))
        if ctx.impersonal:
            return Reply((ctx.t("papers.saved"),), how=How.TOAST)
        person = ctx.person or await self._papers.person(ctx.caller.user)  # saving makes somebody known
        ctx = replace(ctx, person=person)
        return await self.show(ctx, PaperId(paper), Way(offset, words), How.EDIT, ctx.t("papers.saved"))

    @press()
    async def drop(self, ctx: Context, paper: int, offset: int, words: str) -> Reply:
        """Take the paper off the person's own list."""
        await self._papers.unsave(ctx.person, PaperId(paper))
        if ctx.impersonal:
            return Reply((ctx.t("papers.unsaved"),), how=How.TOAST)
        return await self.show(ctx, PaperId(paper), Way(offset, words), How.EDIT, ctx.t("papers.unsaved"))

    @press()
    async def up(self, ctx: Context, paper: int, offset: int, words: str) -> Reply:
        """Put the paper up in the group of this chat."""
        kept = await self._papers.get(PaperId(paper))
        group = await self._groups.here(ctx.caller.place, ctx.person, ctx.caller.user)
        if kept is None or group is None:
            raise UnknownPress
        done = await self._nominations.nominate(ctx.caller.user, ctx.caller.language, ctx.caller.place, group, kept)
        said = "" if done.kept.id != kept.id else ctx.t(f"suggest.met.{done.met.value}.short")
        if done.presents is not None:
            day = day_of(ctx, done.presents.meeting_at, self._groups.zone_of(group))
            said = f"{said} {ctx.t('suggest.presents', date=day)}".strip()
        return await self.show(ctx, done.kept.id, Way(offset, words), How.EDIT, said)

    @press(lands=True)
    async def notes(self, ctx: Context, paper: int, offset: int, words: str) -> Reply:
        """Show what the group's members shared about the paper: their words, not their names."""
        kept = await self._papers.get(PaperId(paper))
        if kept is None:
            raise UnknownPress
        group = await self._groups.here(ctx.caller.place, ctx.person, ctx.caller.user)
        found = (await self._papers.in_group(group, kept.id)).notes[-_NOTES:]
        said = [_note(ctx, note.kind, note.text) for note in found] or [text(ctx.t("papers.notes.nothing"))]
        title = ctx.t("papers.notes.title", title=shorten(kept.paper.short or kept.paper.title, 80))
        back = Button(ctx.t("kit.back"), Way(offset, words).press("pc.card", paper), personal=True)
        return Reply(cards=(Card(title, tuple(said)),), rows=((back,),), how=How.EDIT)

    def _body(self, ctx: Context, paper: Paper, group: Group | None, standing: InGroup) -> Iterator[Text]:
        yield lines(_by(ctx, paper), self._what(ctx, paper))
        if paper.state is not PaperState.COMPLETE:
            yield text(ctx.t(f"papers.state.{paper.state.value}"))
        yield lines(*self._standing(ctx, group, standing))
        if paper.abstract:
            yield text(ctx.t("papers.card.abstract", text=shorten(paper.abstract, _ABSTRACT)))
        if not ctx.impersonal:
            yield text(self._needs(ctx, paper))
        yield _reviews(ctx, paper)
        yield _links(ctx, paper)

    def _what(self, ctx: Context, paper: Paper) -> str:
        topics = [topic.name(ctx.locale) for each in paper.topics[:_TOPICS] if (topic := self._library.topic(each))]
        parts = [
            ctx.t(f"papers.kind.{paper.kind.value}") if paper.kind is not PaperKind.UNSURE else "",
            ctx.t(f"papers.difficulty.{paper.difficulty.value}") if paper.difficulty is not None else "",
            ", ".join(topics),
            ctx.t("papers.estimate", time=duration(ctx, reading_minutes(paper))),
        ]
        return " · ".join(part for part in parts if part)

    def _needs(self, ctx: Context, paper: Paper) -> str:
        needs = prerequisites_of(paper, self._library.topic_map)
        names = [topic.name(ctx.locale) for each in needs.topics if (topic := self._library.topic(each))]
        if not names:
            return ""
        return ctx.t("papers.needs" if needs.own else "papers.needs_of_topics", topics=", ".join(names))

    def _standing(self, ctx: Context, group: Group | None, standing: InGroup) -> Iterator[str]:
        cycle, nomination = standing.cycle, standing.nomination
        if cycle is not None and group is not None:
            now = cycle.meeting_at > ctx.now and cycle.state is not CycleState.SKIPPED
            date = day_of(ctx, cycle.meeting_at, self._groups.zone_of(group))
            yield ctx.t("papers.card.now" if now else "papers.card.read_on", date=date)
        elif nomination is not None and nomination.state is NominationState.OPEN:
            why = nomination.why
            yield ctx.t("papers.card.up_why", why=why) if why else ctx.t("papers.card.up")
        if standing.notes:
            yield ctx.t("papers.card.notes", count=len(standing.notes))


def day_of(ctx: Context, at: datetime, zone: str) -> str:
    """Return a day as it is told: with the year when it is another one."""
    day, today = at.astimezone(ZoneInfo(zone)).date(), ctx.now.astimezone(ZoneInfo(zone)).date()
    return date_in_words(day, ctx.locale, today)


def _url(kept: KeptPaper) -> str | None:
    url = kept.paper.url
    return url if url.startswith(_WEB) else None


def _by(ctx: Context, paper: Paper) -> str:
    who = ", ".join(shorten(each, 40) for each in paper.authors[:_AUTHORS])
    if len(paper.authors) > _AUTHORS:
        who = ctx.t("papers.card.and_others", first=shorten(paper.authors[0], 40), count=len(paper.authors) - 1)
    parts = (paper.short or "", who, str(paper.year or ""))
    return " · ".join(part for part in parts if part)


def _language(ctx: Context, code: str) -> str:
    return ctx.t(f"choices.language.{code}") if code in _LANGUAGES else code


def _reviews(ctx: Context, paper: Paper) -> Text:
    found = [
        text(Link(shorten(review.title, 80), review.url), f" ({_language(ctx, review.language)})")
        for review in reviews_for(paper, ctx.locale)[:_REVIEWS]
        if review.url.startswith(_WEB)
    ]
    search = Link(ctx.t("papers.find_review"), review_search(paper, ctx.locale))
    if not found:
        return text(ctx.t("papers.no_review"), " ", search)
    return lines(ctx.t("papers.card.reviews"), *found)


def _links(ctx: Context, paper: Paper) -> Text:
    """Where to read it: HTML first, which a phone shows best; arXiv makes it for most papers since 2023."""
    arxiv = paper.arxiv
    pairs: list[tuple[str, str | None]] = [("page", paper.url)]
    if arxiv is not None:
        pairs = [("html", arxiv.html), ("page", arxiv.abstract), ("pdf", arxiv.pdf)]
    pairs.append(("code", paper.code_url))
    shown: list[Text | str] = []
    for key, url in pairs:
        if url and url.startswith(_WEB):
            shown += [" · " if shown else "", (Link(ctx.t(f"papers.card.{key}"), url),)]
    return text(ctx.t("papers.card.links"), " ", *shown) if shown else ()


def _note(ctx: Context, kind: NoteKind, words: str) -> Text:
    words = shorten(" ".join(words.split()), _NOTE)
    return text("• ", ctx.t("papers.notes.question", text=words) if kind is NoteKind.QUESTION else words)


def _buttons(
    ctx: Context, kept: KeptPaper, group: Group | None, standing: InGroup, way: Way, *, saved: bool
) -> tuple[tuple[Button, ...], ...]:
    row: list[Button] = []
    up = standing.nomination is not None and standing.nomination.state is not NominationState.WITHDRAWN
    if group is not None and standing.cycle is None and not up and kept.paper.state is not PaperState.MISSING:
        press_up = way.press("pc.up", kept.id)
        row.append(Button(ctx.t("papers.verb.candidate"), press_up, style=Style.PRIMARY, personal=True))
    verb = "drop" if saved else "keep"
    row.append(Button(ctx.t(f"papers.verb.{verb}"), way.press(f"pc.{verb}", kept.id), personal=True))
    if standing.notes:
        row.append(Button(ctx.t("papers.verb.notes"), way.press("pc.notes", kept.id), personal=True))
    if way.words:
        row.append(Button(ctx.t("kit.back"), Press.of("search.turn", way.offset, way.words), personal=True))
    return (tuple(row),) if row else ()


def row_of(ctx: Context, number: int, kept: KeptPaper, beside: str = "") -> Text:
    """Return a paper as a line of a numbered list."""
    paper = kept.paper
    title = shorten(paper.title, 120)
    url = _url(kept)
    told = " · ".join(part for part in (ctx.t("search.is_paper"), str(paper.year or ""), beside) if part)
    return text(Bold(f"{number}."), " ", Link(title, url) if url else Bold(title), f" · {told}")
