"""Running a group that is set up: its panel, from which everything that can be changed is a tap away, and its card.

Whoever does not run the very group of a button is refused, politely; nobody types an id. What the buttons change has a
module each beside this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.cog import Cog, post, press
from bot.chat.context import Context
from bot.chat.limits import shorten
from bot.chat.press import CALL, Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.spec import Access
from bot.chat.stores import InDoubt, Receipt, Refused, Undeliverable, Unsent
from bot.chat.text import Code, lines, text
from bot.core.cycle import Picks
from bot.core.groups import RESTING, Group, GroupState
from bot.core.outbox import LetterState
from bot.core.people import GroupId
from bot.core.refs import Place
from bot.services.reading import code_of
from cogs.manage._desk import Desk
from cogs.manage._words import (
    button,
    fact,
    moment_in_words,
    picks_in_words,
    rhythm_in_words,
    rows_of,
    state_in_words,
    step_in_words,
)

ORGANISER = Access.ORGANISER
MEMBERS_CAN = ("paper", "suggest", "recommend")
CARD_POST = "organise.members"
FORTNIGHT = timedelta(weeks=2)


class Running(Cog):
    """Shows the panel and does what its buttons say."""

    name = "organise"
    short = "org"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self.desk = self._desk = desk

    async def open(self, ctx: Context, group: Group, line: str = "", others: Sequence[Group] = ()) -> Reply:
        """Return the panel of a group, after a change with what was done; `others` are one tap away."""
        desk, zone = self._desk, self._desk.groups.zone_of(group)
        cities = await desk.cities.get()
        about = [
            fact(ctx, "meets", rhythm_in_words(ctx, group.rhythm, cities)),
            fact(ctx, "place", group.place or ctx.t("organise.panel.nowhere")),
            fact(ctx, "picks", picks_in_words(ctx, group.picks)),
            fact(ctx, "state", state_in_words(ctx, group, zone)),
        ]
        if group.state is GroupState.ACTIVE and (ahead := await self._next(ctx, group)) is not None:
            about.append(fact(ctx, "next", f"{moment_in_words(ctx, ahead[0], zone)} · {ahead[1]}"))
        card = Card(ctx.t("organise.panel.title", name=group.name), (lines(*about),))
        rows = self._buttons(ctx, group)
        if others:
            rows = (*rows, tuple(Button(shorten(each.name, 30), Press.of("org.panel", each.id)) for each in others[:4]))
        return Reply(text(line), cards=(card,), rows=rows)

    async def _next(self, ctx: Context, group: Group) -> tuple[datetime, str] | None:
        """Return what comes next in a group that runs, a step or an issue of the digest: when, and in words."""
        course, steps = await self._desk.groups.course(group), await self._desk.steps(group)
        ahead = course.ahead.items() if course is not None else ()
        coming = [(at.due, step_in_words(ctx, group, step)) for step, at in ahead if step in steps]
        until = min((due for due, _ in coming), default=ctx.now + FORTNIGHT)
        issues = await self._desk.groups.issues_ahead(group, until)
        return min([*coming, *((due, ctx.t("organise.step.digest")) for due in issues)], default=None)

    def choose(self, ctx: Context, groups: Sequence[Group]) -> Reply:
        """Ask which of several groups is meant; in a space a new one can be set up too."""
        choices = [Button(shorten(each.name, 30), Press.of("org.panel", each.id)) for each in groups[:12]]
        fresh = [] if ctx.caller.place.private else [button(ctx, "panel.new", "mtg.when", 0, 1)]
        return Reply((ctx.t("organise.panel.which"),), rows=rows_of([*choices, *fresh]))

    @press(access=ORGANISER)
    async def panel(self, ctx: Context, group: int) -> Reply:
        """Show the panel, in place."""
        found = await self._desk.group(ctx, group)
        if ctx.caller.place.private:
            await self._desk.groups.use(ctx.caller.user, ctx.caller.language, found.id)
        return await self.shown(ctx, found)

    async def shown(self, ctx: Context, group: Group, line: str = "") -> Reply:
        """Return the panel of a group in place of what was pressed, after a change with what was done."""
        return replace(await self.open(ctx, group, line), how=How.EDIT)

    def _buttons(self, ctx: Context, group: Group) -> tuple[tuple[Button, ...], ...]:
        number = group.id
        if group.state in RESTING:
            rest = button(ctx, "wake", "rst.wake", number, style=Style.PRIMARY)
        else:
            rest = button(ctx, "rest.button", "rst.ask", number)
        week = (
            rest,
            button(ctx, "panel.when", "mtg.when", number, group.rhythm.weeks if group.rhythm else 1),
            button(ctx, "panel.who", "su.who", number),
            button(ctx, "panel.parts", "prt.show", number),
            button(ctx, "panel.preview", "su.preview", number),
        )
        papers = [button(ctx, "panel.queue", "cnd.show", number, 0), button(ctx, "panel.first", "fst.show", number)]
        if self._desk.offers("suggest"):
            papers.append(button(ctx, "panel.suggestions", "dec.waiting", number))
        turns = [button(ctx, "panel.turns", "trn.show", number)] if group.picks is Picks.PRESENTER else []
        people = (
            *turns,
            button(ctx, "panel.people", "ppl.show", number),
            button(ctx, "panel.chats", "cht.show", number),
            button(ctx, "panel.basics", "bsc.show", number),
            button(ctx, "card.button", "org.card", number),
        )
        if self._desk.offers("paper"):
            papers.append(button(ctx, "panel.export", "ph.exports", number))
        papers.append(Button(ctx.t("digest.desk.button"), Press.of("ed.panel", number)))
        house = (button(ctx, "panel.status", "manage.status"), button(ctx, "panel.links", "manage.links"))
        return (week, tuple(papers), people, house)

    # the paper, now

    @press(access=ORGANISER)
    async def now(self, ctx: Context, group: int) -> Reply:
        """Post the paper of the next meeting now."""
        found = await self._desk.group(ctx, group)
        hurried = await self._desk.groups.hurry(found.id)
        return await self.shown(ctx, found, ctx.t("organise.now.done" if hurried else "organise.now.over"))

    # the card for members

    @press(access=ORGANISER)
    async def card(self, ctx: Context, group: int) -> Reply:
        """Post the card that tells members what they can do, and pin it where that may be done."""
        found = await self._desk.group(ctx, group)
        said: list[str] = []
        for home, place in await self._desk.groups.places(found.id):
            key = f"card:{found.id}:{home}:{ctx.now:%Y%m%d}"
            payload = {"group": found.id}
            await self._desk.outbox.enqueue(CARD_POST, place, key, payload, group_id=found.id, silent=True)
            said.append(await self._pinned(ctx, place, key))
        rows = ((button(ctx, "panel.button", "org.panel", found.id),),)
        return Reply(lines(*dict.fromkeys(said)), rows=rows, how=How.EDIT)

    async def _pinned(self, ctx: Context, place: Place, key: str) -> str:
        """Pin the letter of a key once it arrived, and say what became of it."""
        outcome = await self._desk.outbox.outcome(key)
        outlet = self._desk.outlets().get(place.platform)
        if outcome is None or outlet is None:
            return ctx.t("organise.card.on_its_way")
        if outcome.state is not LetterState.SENT or outcome.place is None or outcome.message is None:
            return ctx.t("organise.card.unsent")
        try:
            await outlet.pin(Receipt.read(outcome.place, outcome.message))
        except (Undeliverable, Unsent, InDoubt, Refused):
            return f"{ctx.t('organise.card.unpinned')} {ctx.t(f'organise.right.{place.platform.value}.pin')}"
        return ctx.t("organise.card.pinned")

    @post
    async def members(self, ctx: Context, *, group: int) -> Reply | None:
        """Tell members what they can do here."""
        found = await self._desk.groups.get(GroupId(group))
        if found is None:
            return None
        ctx = replace(ctx, locale=self._desk.groups.locale_of(found))
        there = self._desk.offers(*MEMBERS_CAN)
        can = [each for each in MEMBERS_CAN if each in there]
        rows = [text(Code(f"/{each}"), f" {ctx.t(f'organise.card.can.{each}')}") for each in can]
        buttons = tuple(
            Button(ctx.t(f"organise.card.do.{each}"), _of_group(found, each), personal=True) for each in can
        )
        cities = await self._desk.cities.get()
        about = lines(rhythm_in_words(ctx, found.rhythm, cities), found.place or "")
        return Reply(
            cards=(Card(found.name, (about, lines(*rows)), footer=ctx.t("organise.card.footer")),), rows=(buttons,)
        )


def _of_group(group: Group, command: str) -> Press:
    """Return the press that does what a command does, for this group wherever it is pressed."""
    presses = {"paper": Press.of("paper.now", code_of(group)), "suggest": Press.of("sg.of", code_of(group))}
    return presses.get(command, Press.of(CALL, command))
