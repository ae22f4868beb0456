"""For the person who runs the bot: links that are said to be broken or were found so, and what they did about it."""

from __future__ import annotations

from bot.chat.cog import Cog, post, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.catalogue import Resource
from bot.core.errors import UnknownPress
from bot.core.link_health import Verdict
from bot.services.library import Library
from bot.services.link_check import FoundLink, LinkCheck
from bot.services.reports import Reports

SHOWN = 5  # links of a letter
LONGEST_ADDRESS = 60
REASONS = ("unreachable", "too_slow")  # those whose words are in the locales; a status is its own word


class ReportLetters(Cog):
    """Tells the hosts of a broken link and takes their word."""

    name = "reports"

    def __init__(self, library: Library, reports: Reports, link_check: LinkCheck) -> None:
        """Take the services that know the rows, what is said of their links and what was found."""
        self._library, self._reports, self._link_check = library, reports, link_check

    @post
    async def broken(self, ctx: Context, *, resource: str) -> Reply:
        """Tell that a link does not open, with what could take its place."""
        row = self._library.resource(resource)
        said = lines(_title(ctx, row, resource), ctx.t("reports.broken"), instead(ctx, self._library, row))
        return Reply(said, rows=(self._verbs(ctx, resource),))

    @post
    async def dead(self, ctx: Context, *, urls: list[str]) -> Reply | None:
        """Tell of links that do not open any more, with what is proposed; None when all were mended meanwhile."""
        told = [each for each in await self._link_check.found() if each.health.url in urls]
        told = [each for each in told if each.health.verdict is Verdict.DEAD]
        if not told:
            return None
        said = [text(ctx.t("reports.dead", count=len(told))), *(found_link(ctx, each) for each in told[:SHOWN])]
        if len(told) > SHOWN:
            said.append(text(ctx.t("reports.dead_more", count=len(told) - SHOWN)))
        see = Button(ctx.t("reports.see"), Press.of("manage.links"))
        return Reply(lines(*said), rows=((see,),))

    @press(access=Access.HOST)
    async def fixed(self, ctx: Context, resource: str) -> Reply:
        """Close the reports: the link was seen to."""
        row = self._library.resource(resource)
        if row is None and await self._reports.about(resource) is None:
            raise UnknownPress
        await self._reports.settle(resource)
        return Reply(lines(_title(ctx, row, resource), ctx.t("reports.fixed")), how=How.EDIT)

    @press(access=Access.HOST)
    async def still(self, ctx: Context, resource: str) -> Reply:
        """Leave the reports open: the link is as it was."""
        row = self._library.resource(resource)
        if row is None:
            raise UnknownPress
        said = lines(_title(ctx, row, resource), ctx.t("reports.still"), instead(ctx, self._library, row))
        return Reply(said, rows=(self._verbs(ctx, resource)[:1],), how=How.EDIT)

    def _verbs(self, ctx: Context, resource: str) -> tuple[Button, ...]:
        return (
            Button(ctx.t("reports.verb.fixed"), Press.of("reports.fixed", resource), style=Style.PRIMARY),
            Button(ctx.t("reports.verb.still"), Press.of("reports.still", resource)),
        )


def _title(ctx: Context, row: Resource | None, resource: str) -> Text:
    if row is None or row.link is None:
        return text(Bold(resource if row is None else row.name(ctx.locale)))
    return text(Link(row.name(ctx.locale), row.link))


def found_link(ctx: Context, found: FoundLink) -> Text:
    """Return a link that is to be mended, in lines: its row, what was found, and what is proposed instead."""
    row, health = found.rows[0], found.health
    reason = health.reason if health.reason.isdecimal() else ctx.t("reports.unknown")
    if health.reason in REASONS:
        reason = ctx.t(f"reports.found.reason.{health.reason}")
    since = f"{health.since or health.next_at:%Y-%m-%d}"
    what = "dead" if health.verdict is Verdict.DEAD else "moved"
    said = ctx.t(f"reports.found.{what}", date=since, reason=reason)
    proposed: list[Text | str] = [(Link(each.name(ctx.locale), each.link or ""),) for each in found.successors[:2]]
    if found.instead is not None:
        proposed.insert(0, (Link(_short(found.instead), found.instead),))
    parts: list[Text | str] = [ctx.t("reports.found.instead")]
    for number, each in enumerate(proposed):
        parts += [", " if number else " ", each]
    title = text(Link(row.name(ctx.locale), health.url))
    return lines(title, text(said), text(*parts) if proposed else ())


def _short(url: str) -> str:
    return shorten(url.partition("://")[2], LONGEST_ADDRESS)


def instead(ctx: Context, library: Library, row: Resource | None) -> Text:
    """Return the rows that could take the place of `row`, as links, or nothing."""
    after = [each for each in library.successors(row) if each.link] if row else []
    if not after:
        return ()
    links: list[Text | str] = [ctx.t("recommend.successors"), " "]
    for number, successor in enumerate(after[:2]):
        links += [", " if number else "", (Link(successor.name(ctx.locale), successor.link or ""),)]
    return text(*links)
