"""Draws what everybody sees: the weekly post within its 700 characters, and the questions for its thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Reply, Style
from bot.chat.text import Bold, Text, blocks, lines, plain, text
from bot.core.papers.course import PASSES, prompts, reading_minutes
from bot.core.papers.paper import PaperKind, PaperState
from bot.core.topics import Topic
from bot.services.library import Library
from bot.services.reading import Week
from cogs.paper._words import WEB, by, counts, course_line, course_rows, meeting, personal, review_link, why
from cogs.progress.words import duration
from cogs.reading_words import presented_by

LONGEST = 700  # characters of a weekly post
THREAD_CHARACTERS = 90
_BREAKS = 3  # lines that begin anew between the parts


@dataclass(frozen=True, slots=True)
class _Size:
    """How long a title, a reason and the name of a review may be, and whether the course is written out."""

    title: int
    reason: int
    review: int
    written_out: bool


_SIZES = (
    _Size(160, 120, 60, True),
    _Size(110, 80, 40, True),
    _Size(160, 120, 60, False),
    _Size(110, 60, 40, False),
    _Size(60, 30, 20, False),
    _Size(40, 20, 10, False),
)
"""The first that fits is taken."""


def draw_week(ctx: Context, library: Library, week: Week, zone: str) -> Reply:
    """Return the weekly post: the paper, why this one, how long, the ten-minute course, counts, four buttons."""
    for size in _SIZES:
        said, card = _said(ctx, library, week, zone, size)
        if length(said, card) <= LONGEST:
            break
    name = " ".join((week.paper.short or week.paper.title).split())
    return Reply(said, cards=(card,), rows=(buttons(ctx, week),), public=True, thread=shorten(name, THREAD_CHARACTERS))


def length(said: Text, card: Card) -> int:
    """Return how many characters a post has, addresses included."""
    return sum(map(len, (plain(said), card.title, plain(card.body), card.footer))) + _BREAKS


def buttons(ctx: Context, week: Week) -> tuple[Button, ...]:
    """Return the four buttons of a post."""
    return (
        Button(ctx.t("paper.first.button"), Press.of("paper.first", week.code), style=Style.PRIMARY, personal=True),
        Button(ctx.t("paper.state.reading"), Press.of("paper.reading", week.code)),
        personal(ctx.t("paper.end.button"), "paper.end", week.code),
        personal(ctx.t("kit.more"), "paper.more", week.code),
    )


def _said(ctx: Context, library: Library, week: Week, zone: str, size: _Size) -> tuple[Text, Card]:
    paper = week.paper
    presenter = presented_by(ctx, week.named) if week.presenter is not None else ()
    said = lines(Bold(ctx.t("paper.week.heading")), meeting(ctx, week, zone), presenter)
    state = ctx.t(f"papers.state.{paper.state.value}") if paper.state is not PaperState.COMPLETE else ""
    reasons = why(ctx, library, week, size.reason)
    about = lines(
        by(ctx, paper),
        state,
        ctx.t("paper.week.why", why=reasons) if reasons else "",
        ctx.t("papers.estimate", time=duration(ctx, reading_minutes(paper))),
    )
    ten = ctx.t("papers.ten_minutes")
    way = (
        lines(Bold(ten), *course_rows(ctx, week.kind))
        if size.written_out
        else text(Bold(ten), f": {course_line(ctx, week.kind)}")
    )
    body = [about, _review(ctx, week, size), way]
    url = paper.mobile_url if paper.mobile_url.startswith(WEB) else None
    name = shorten(" ".join(paper.title.split()), size.title)
    return said, Card(name, tuple(each for each in body if each), url=url, footer=counts(ctx, week.readers))


def _review(ctx: Context, week: Week, size: _Size) -> Text:
    """A review stands in front only where the paper is heavy for the group; else one reads alone first."""
    link = review_link(week.paper, ctx.locale, size.review) if week.heavy else None
    return text(ctx.t("paper.week.review_first"), " ", link) if link is not None else ()


def draw_prompts(ctx: Context, week: Week, terms: Sequence[Topic]) -> Text:
    """Return what to ask while reading: by the kind of paper, in three passes, and the terms explained."""
    known = week.kind is not PaperKind.UNSURE
    kind = ctx.t(f"papers.kind.{week.kind.value}")
    heading = ctx.t("paper.prompts.heading", kind=kind) if known else ctx.t("paper.prompts.heading_any")
    asked = [f"{number}. {ctx.t(key)}" for number, key in enumerate(prompts(week.kind), 1)]
    passes = [f"· {ctx.t(f'papers.passes.{name}')}" for name in PASSES]
    meant = [text(Bold(topic.name(ctx.locale)), f": {topic.definition(ctx.locale)}") for topic in terms]
    return blocks(
        lines(Bold(heading), *asked),
        lines(Bold(ctx.t("paper.prompts.passes")), *passes),
        lines(Bold(ctx.t("paper.prompts.terms")), *meant) if meant else (),
        text(ctx.t("papers.unread")),
    )
