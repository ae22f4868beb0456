"""The paper of the next meeting, taken at once: one of a few that are offered, one behind a link, or none just now."""

from __future__ import annotations

from bot.chat.cog import Cog, press, submission
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Field, Form, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.errors import UnknownPress
from bot.core.groups import Group
from bot.core.papers.filling import Why
from bot.core.reading import KeptPaper, PaperId
from bot.core.rewriting import foreseen
from cogs.manage._desk import Desk
from cogs.manage._words import back_to_panel, button, moment_in_words

ORGANISER = Access.ORGANISER
CLASSICS = 3
LONGEST_LINK = 500


class FirstPaper(Cog):
    """Offers papers, takes one and posts it."""

    name = "first"
    short = "fst"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self._desk = desk

    @press(access=ORGANISER)
    async def show(self, ctx: Context, group: int) -> Reply:
        """Offer papers for the next meeting of a group that runs."""
        return await self._offered(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def paper(self, ctx: Context, group: int, paper: int) -> Reply:
        """Take a paper for the next meeting, and post it."""
        found = await self._desk.group(ctx, group)
        kept = await self._desk.papers.get(PaperId(paper))
        if kept is None:
            raise UnknownPress
        return await self._take(ctx, found, kept)

    @press(opens_form=True, access=ORGANISER)
    async def link(self, ctx: Context, group: int) -> Form:
        """Ask for the paper's link."""
        field = Field("link", ctx.t("organise.first.label"), ctx.t("organise.first.example"), limit=LONGEST_LINK)
        return Form(ctx.t("organise.first.title"), Press.of("fst.linked", group), (field,))

    @submission(access=ORGANISER)
    async def linked(self, ctx: Context, group: int, *, answers: dict[str, str]) -> Reply:
        """Take the paper behind a link for the next meeting, and post it."""
        found = await self._desk.group(ctx, group)
        kept = await self._desk.papers.found(answers.get("link", ""))
        if kept is None:
            return await self._offered(ctx, found, ctx.t("organise.first.unread"))
        return await self._take(ctx, found, kept)

    @press(access=ORGANISER)
    async def wait(self, ctx: Context, group: int) -> Reply:
        """Leave the first paper to the next week."""
        found = await self._desk.group(ctx, group)
        course, steps = await self._desk.groups.course(found), await self._desk.steps(found)
        rows = [] if course is None else [each for each in foreseen(course) if each[0] in steps][:1]
        zone = self._desk.groups.zone_of(found)
        said = [ctx.t("organise.first.next", line=moment_in_words(ctx, ahead.due, zone)) for _, ahead in rows]
        return self._done(ctx, found, lines(*said))

    async def asks(self, ctx: Context, group: Group, line: str = "") -> Reply:
        """Return the papers that are offered to begin with, in place, after `line`; none yet is one answer."""
        return await self._offered(ctx, group, line, begins=True)

    async def _offered(self, ctx: Context, group: Group, line: str = "", *, begins: bool = False) -> Reply:
        offered = await self._desk.papers.fill(group.id, group.settings.topics, group.settings.stage, CLASSICS)
        rows: list[Text] = []
        for number, (kept, filled) in enumerate(offered, 1):
            title: Text = text(Bold(f"{number}."), " ", Link(kept.paper.title, kept.paper.url))
            rows.append(lines(title, self._why(ctx, filled.why, filled.value)))
        numbers = tuple(
            Button(ctx.t("organise.first.take", number=number), Press.of("fst.paper", group.id, kept.id))
            for number, (kept, _) in enumerate(offered, 1)
        )
        otherwise = button(ctx, "first.wait", "fst.wait", group.id) if begins else back_to_panel(ctx, group)
        last = (button(ctx, "first.link", "fst.link", group.id), otherwise)
        card = Card(ctx.t(f"organise.first.{'card' if begins else 'title'}"), tuple(rows))
        return Reply(text(line), cards=(card,), rows=(numbers, last), how=How.EDIT)

    def _why(self, ctx: Context, why: Why, value: str) -> str:
        if why is Why.LISTED:
            return ctx.t("papers.why.listed", count=int(value))
        topic = self._desk.library.topic(value)
        return ctx.t(f"papers.why.{why.value}", topic=topic.name(ctx.locale) if topic is not None else value)

    async def _take(self, ctx: Context, group: Group, kept: KeptPaper) -> Reply:
        cycle = await self._desk.queue.pick(group, kept.id)
        title = shorten(kept.paper.title, 80)
        if cycle is None:
            return self._done(ctx, group, text(ctx.t("organise.first.late")))
        hurried = await self._desk.groups.hurry(group.id)
        zone = self._desk.groups.zone_of(group)
        meeting = moment_in_words(ctx, cycle.meeting_at, zone)
        key = "organise.first.taken" if hurried else "organise.first.kept"
        return self._done(ctx, group, text(ctx.t(key, title=title, meeting=meeting)))

    def _done(self, ctx: Context, group: Group, said: Text) -> Reply:
        card = button(ctx, "card.button", "org.card", group.id, style=Style.PRIMARY)
        panel = button(ctx, "panel.button", "org.panel", group.id)
        return Reply(lines(said, ctx.t("organise.card.offer")), rows=((card, panel),), how=How.EDIT)
