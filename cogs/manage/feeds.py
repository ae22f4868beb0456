"""A group's sources, for those who run it: which there are and how they are, one more, one left out, one taken back.

Whatever somebody types is looked behind; what is wrong with it is said in their language. Texts are `feeds`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from bot.chat.cog import Cog, press, submission
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Field, Form, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.digest.fetching import FeedId, Health
from bot.core.groups import Group
from bot.core.schedule import zone_or_utc
from bot.core.timewords import date_in_words
from bot.services.news import News, Outcome, Source
from cogs.manage._desk import Desk
from cogs.manage._words import button, day_in_words, moment_in_words, rows_of

ORGANISER = Access.ORGANISER
SHOWN = 8  # sources on a page
LONGEST_ADDRESS = 500
_WEEK = timedelta(days=7)
_NOTHING_WRONG = frozenset({Outcome.ADDED, Outcome.THERE, Outcome.BACK})


class Feeds(Cog):
    """Shows the sources and does what their buttons say."""

    name = "feeds"
    short = "fd"

    def __init__(self, desk: Desk, news: News) -> None:
        """Work at `desk`; `news` knows the sources."""
        self._desk, self._news = desk, news

    @press(access=ORGANISER)
    async def panel(self, ctx: Context, group: int, offset: int) -> Reply:
        """Show the sources, those of the group's own first, each a button."""
        return await self._panel(ctx, await self._desk.group(ctx, group), offset)

    @press(access=ORGANISER)
    async def one(self, ctx: Context, group: int, code: str) -> Reply:
        """Show one source with what can be done about it."""
        found = await self._desk.group(ctx, group)
        source = await self._news.source(found, code)
        return await self._panel(ctx, found, 0, "gone") if source is None else self._one(ctx, found, source)

    @press(access=ORGANISER)
    async def hear(self, ctx: Context, group: int, code: str, on: int) -> Reply:
        """Leave a source out, or hear it again."""
        found = await self._desk.group(ctx, group)
        source = await self._news.source(found, code)
        if source is None:
            return await self._panel(ctx, found, 0, "gone")
        await self._news.mute(found, source.key, ctx.caller.user, ctx.caller.language, muted=not on)
        return self._one(ctx, found, replace(source, muted=not on), "heard" if on else "muted")

    @press(access=ORGANISER)
    async def drop(self, ctx: Context, group: int, code: str) -> Reply:
        """Take one of its own sources from the group, with a way back."""
        found = await self._desk.group(ctx, group)
        source = await self._news.source(found, code)
        if source is None or source.feed is None or not await self._news.drop(found, source.key):
            return await self._panel(ctx, found, 0, "gone")
        reply = await self._panel(ctx, found, 0, "dropped", title=source.title)
        undo = button(ctx, "undo", "fd.undrop", found.id, source.feed.id, source.code)
        return replace(reply, rows=((undo,), *reply.rows))

    @press(access=ORGANISER)
    async def undrop(self, ctx: Context, group: int, feed: int, code: str) -> Reply:
        """Give a source back that was taken from the group."""
        found = await self._desk.group(ctx, group)
        title = await self._news.take_back(found, FeedId(feed), code, ctx.caller.user, ctx.caller.language)
        if title is None:
            return await self._panel(ctx, found, 0, "gone")
        return await self._panel(ctx, found, 0, "restored", title=title)

    @press(opens_form=True, access=ORGANISER)
    async def add(self, ctx: Context, group: int) -> Form:
        """Ask for the address of a source."""
        field = Field("address", ctx.t("feeds.label"), ctx.t("feeds.example"), limit=LONGEST_ADDRESS)
        return Form(ctx.t("feeds.add"), Press.of("fd.added", group), (field,))

    @submission(access=ORGANISER)
    async def added(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Add the feed behind what was typed, or say why there is none."""
        found = await self._desk.group(ctx, group)
        added = await self._news.find(found, answers.get("address", ""), ctx.caller.user, ctx.caller.language)
        said = f"found.{added.outcome.value}"
        reply = await self._panel(ctx, found, 0, said, title=shorten(added.title, 80), count=added.entries)
        if added.outcome in _NOTHING_WRONG:
            return reply
        again = Button(ctx.t("feeds.again"), Press.of("fd.add", found.id), style=Style.PRIMARY)
        return replace(reply, rows=((again,), *reply.rows))

    async def _panel(self, ctx: Context, group: Group, offset: int, said: str = "", **values: object) -> Reply:
        sources = await self._news.sources(group)
        start = offset if 0 <= offset < len(sources) else 0
        page = sources[start : start + SHOWN]
        rows = [self._row(ctx, group, number, each) for number, each in enumerate(page, start + 1)]
        heard = sum(not each.muted for each in sources)
        ailing = sum(each.ailing and not each.muted for each in sources)
        about = [ctx.t("feeds.count", count=heard) if sources else ctx.t("feeds.none")]
        about += [ctx.t("feeds.ailing", count=ailing)] if ailing else []
        numbers = [
            Button(str(number), Press.of("fd.one", group.id, each.code)) for number, each in enumerate(page, start + 1)
        ]
        turn = []
        if start:
            turn.append(button(ctx, "queue.before", "fd.panel", group.id, max(0, start - SHOWN)))
        if start + SHOWN < len(sources):
            turn.append(button(ctx, "queue.after", "fd.panel", group.id, start + SHOWN))
        add = Button(ctx.t("feeds.add"), Press.of("fd.add", group.id))
        last = (add, button(ctx, "back", "ed.panel", group.id))
        card = Card(ctx.t("feeds.title", name=group.name), (lines(*about), lines(*rows)))
        line = ctx.t(f"feeds.{said}", **values) if said else ""
        return Reply(text(line), cards=(card,), rows=(*rows_of(numbers), tuple(turn), last), how=How.EDIT)

    def _row(self, ctx: Context, group: Group, number: int, source: Source) -> Text:
        marks = [ctx.t("feeds.is_own")] if source.own else []
        if source.muted:
            marks.append(ctx.t("feeds.is_muted"))
        elif source.ailing:
            marks.append(self._health(ctx, group, source))
        return text(Bold(f"{number}."), f" {shorten(source.title, 60)}", *(f" · {mark}" for mark in marks))

    def _one(self, ctx: Context, group: Group, source: Source, said: str = "") -> Reply:
        address = urlsplit(source.address)
        place = Link(shorten(f"{address.netloc}{address.path}", 80), source.address)
        about = [
            ctx.t("feeds.own" if source.own else "feeds.shipped"),
            self._health(ctx, group, source),
            ctx.t("feeds.left_out") if source.muted else "",
        ]
        hear = Button(
            ctx.t("feeds.hear" if source.muted else "feeds.mute"),
            Press.of("fd.hear", group.id, source.code, int(source.muted)),
        )
        drop = Button(ctx.t("feeds.drop"), Press.of("fd.drop", group.id, source.code), style=Style.DANGER)
        row = (hear, drop) if source.own else (hear,)
        card = Card(shorten(source.title, 100), (text(place), lines(*filter(None, about))))
        line = ctx.t(f"feeds.{said}") if said else ""
        back = button(ctx, "back", "fd.panel", group.id, 0)
        return Reply(text(line), cards=(card,), rows=(row, (back,)), how=How.EDIT)

    def _health(self, ctx: Context, group: Group, source: Source) -> str:
        """Return how it is with a source: since when nothing comes, or when it answered last."""
        visits = source.feed.visits if source.feed is not None else None
        if visits is None or (visits.ok_at is None and visits.failing_since is None):
            return ctx.t("feeds.unread")
        zone = self._desk.groups.zone_of(group)
        if visits.failing_since is not None and visits.health is not Health.WELL:
            day = visits.failing_since.astimezone(zone_or_utc(zone)).date()
            today = ctx.now.astimezone(zone_or_utc(zone)).date()
            since = day_in_words(ctx, day.weekday()) if today - day < _WEEK else date_in_words(day, ctx.locale, today)
            return ctx.t(f"feeds.health.{visits.health.value}", day=since)
        if visits.ok_at is None:
            return ctx.t("feeds.unread")
        return ctx.t("feeds.health.well", moment=moment_in_words(ctx, visits.ok_at, zone))
