"""The phrases about what a group reads that its posts and cards share: a paper in one line, why it is up, moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.text import Bold, Link, Mention, Moment, MomentStyle, Node, Text, text
from bot.core.groups import Group
from bot.core.papers.filling import Why
from bot.core.reading import KeptPaper
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale
from bot.services.ballots import REASON
from bot.services.library import Library

TITLE_CHARACTERS = 110  # of a title in a post: the longest are abstracts of their own
WHY_CHARACTERS = 140
SLOT = "\N{OBJECT REPLACEMENT CHARACTER}"  # where a moment goes


def spoken_in(ctx: Context, locale: Locale) -> Context:
    """Return `ctx` in the language of the group that the words are for."""
    return ctx if ctx.locale is locale else replace(ctx, locale=locale)


def title_of(kept: KeptPaper) -> Node:
    """Return a paper's title, leading to where it reads well on a phone."""
    paper = kept.paper
    name = shorten(paper.title, TITLE_CHARACTERS)
    return Link(name, paper.mobile_url) if paper.mobile_url.startswith(("https://", "http://")) else Bold(name)


def with_year(kept: KeptPaper) -> Text:
    """Return a paper's title and year."""
    return text(title_of(kept), f" ({kept.paper.year})" if kept.paper.year else "")


def reason(ctx: Context, library: Library, why: str | None) -> str:
    """Return why a paper is up, in words: a member's own, or what the bot put it up for. Empty without one."""
    if not why:
        return ""
    if not why.startswith(REASON):
        return shorten(" ".join(why.split()), WHY_CHARACTERS)
    name, _, value = why.removeprefix(REASON).partition(":")
    if name == Why.LISTED.value and value.isdecimal():
        return ctx.t("papers.why.listed", count=int(value))
    topic = library.topic(value) if value else None
    try:
        return ctx.t(f"papers.why.{name}", topic=topic.name(ctx.locale) if topic is not None else value)
    except KeyError:  # kept by another version of the program
        return ""


def presented_by(ctx: Context, user: UserRef | None) -> Text:
    """Return who presents, for everybody to read: by name where the reader's platform shows it and calls nobody.

    Only Discord does; elsewhere, and without the presenter's own word (`user` None), that there is somebody.
    """
    if user is None or user.platform is not ctx.platform or ctx.platform is not Platform.DISCORD:
        return text(ctx.t("ritual.presenter_found"))
    return text(ctx.t("ritual.presented_by"), " ", Mention(user, ctx.t("ritual.presenter"), quiet=True))


def with_moment(said: str, at: datetime, group: Group, zone: str, style: MomentStyle = MomentStyle.BOTH) -> Text:
    """Return `said`, in which `SLOT` stands for the moment `at`, drawn in each reader's own time where that can be."""
    before, _, after = said.partition(SLOT)
    return text(before, Moment(at, group.zone or zone, style), after)
