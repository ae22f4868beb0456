"""The phrases about a paper of the week that its post, its panel and its past share."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button
from bot.chat.text import Link, MomentStyle, Node, Text, text
from bot.core.papers.course import course
from bot.core.papers.export import FEWEST_TOO_HARD
from bot.core.papers.paper import Paper, PaperKind
from bot.core.papers.reviews import reviews_for
from bot.core.reading import How, Readers
from bot.i18n import Locale
from bot.services.ballots import REASON
from bot.services.library import Library
from bot.services.reading import Week
from cogs.reading_words import SLOT, reason, with_moment

WEB = ("https://", "http://")
_NAME = 32  # characters of an author
_PLACE = 60


def by(ctx: Context, paper: Paper) -> str:
    """Return who wrote a paper, in few words, and when."""
    who = ", ".join(shorten(each, _NAME) for each in paper.authors[:2])
    if len(paper.authors) > 2:
        who = ctx.t("papers.card.and_others", first=shorten(paper.authors[0], _NAME), count=len(paper.authors) - 1)
    return " · ".join(part for part in (who, str(paper.year or "")) if part)


def meeting(ctx: Context, week: Week, zone: str) -> Text:
    """Return when and where the group meets, or until when it reads."""
    rhythm = week.group.rhythm
    key = "paper.week.meeting" if rhythm is None or rhythm.meets else "paper.week.until"
    when = with_moment(ctx.t(key, moment=SLOT), week.cycle.meeting_at, week.group, zone)
    where = place_of(week.group.place)
    return text(when, " · ", where) if where else when


def place_of(place: str | None) -> Node | None:
    """Return where a group meets; an address can be followed, under the name of its site."""
    said = " ".join((place or "").split())
    if not said:
        return None
    if said.startswith(WEB) and " " not in said and (host := _host(said)):
        return Link(shorten(host, _PLACE), said)
    return shorten(said, _PLACE)


def _host(address: str) -> str | None:
    """Return the name of the site an address leads to, None for one that is no address."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def was_on(ctx: Context, week: Week, zone: str) -> Text:
    """Return for which meeting of the past a paper was read."""
    said = ctx.t("paper.past.read_on", moment=SLOT)
    return with_moment(said, week.cycle.meeting_at, week.group, zone, MomentStyle.DATE)


def why(ctx: Context, library: Library, week: Week, longest: int = 200) -> str:
    """Return why this paper: how it was picked, and what was said for it. Nothing that is not known to be true."""
    cycle = week.cycle
    own = bool(cycle.why) and not (cycle.why or "").startswith(REASON)
    said = reason(ctx, library, cycle.why)
    quoted = ctx.t("paper.why.said", why=shorten(said, longest)) if own and said else said
    return " ".join(part for part in (*_how(ctx, week, own=own), quoted) if part)


def _how(ctx: Context, week: Week, *, own: bool) -> Iterator[str]:
    picked = week.picked
    match week.cycle.how:
        case How.VOTE if picked.voters is None:
            pinned = picked.nomination is not None and picked.nomination.pinned
            yield ctx.t("paper.why.pinned" if pinned else "paper.why.waited")
        case How.VOTE if not picked.voters:
            yield ctx.t("paper.why.nobody")
        case How.VOTE if picked.approvals:
            yield ctx.t("paper.why.votes", count=picked.voters, approvals=picked.approvals)
            if picked.tie:
                yield ctx.t("paper.why.tie")
        case How.FILLED if own or (picked.nomination is not None and picked.nomination.identity_id is not None):
            yield ctx.t("paper.why.only")
        case How.PRESENTER | How.ORGANISER | How.LIST as how:
            yield ctx.t(f"paper.how.{how.value}")
        case _:
            return


def counts(ctx: Context, readers: Readers) -> str:
    """Return how many stand where, in numbers of people; that it is too hard only from three on."""
    parts = [
        ctx.t(f"paper.counts.{state}", count=number)
        for state, number in (
            ("reading", readers.reading),
            ("finished", readers.finished),
            ("skimmed", readers.skimmed),
        )
        if number
    ]
    if readers.too_hard >= FEWEST_TOO_HARD:
        parts.append(ctx.t("paper.counts.too_hard", count=readers.too_hard))
    return " · ".join(parts)


def course_rows(ctx: Context, kind: PaperKind) -> list[str]:
    """Return the ten-minute course, a line for each stop."""
    return [
        ctx.t("papers.stop", minutes=stop.minutes, what=ctx.t(f"papers.course.{kind.value}.{stop.what}"))
        for stop in course(kind)
    ]


def course_line(ctx: Context, kind: PaperKind) -> str:
    """Return the same in one line: what to look at, without what to ask."""
    stops = [
        ctx.t(
            "papers.stop",
            minutes=stop.minutes,
            what=ctx.t(f"papers.course.{kind.value}.{stop.what}").partition(":")[0],
        )
        for stop in course(kind)
    ]
    return " → ".join(stops)


def review_link(paper: Paper, locale: Locale, longest: int = 60) -> Link | None:
    """Return the review that suits a reader best, None when none is known."""
    found = next((each for each in reviews_for(paper, locale) if each.url.startswith(WEB)), None)
    return Link(shorten(" ".join(found.title.split()), longest) or found.url, found.url) if found else None


def personal(label: str, name: str, *args: str | int) -> Button:
    """Return a button whose answer is for the presser alone."""
    return Button(label, Press.of(name, *args), personal=True)
