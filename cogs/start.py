"""`/start`: four taps to one thing to start with; for who comes back, the next step.

Nobody is asked how good they are. The answers so far travel in the buttons, so that every question can be gone back to
and nothing is kept before the last one. A deep link never comes here: it lands on its own answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.chat.cog import Cog, command, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, Card, How, Reply, Style
from bot.chat.router import CALL
from bot.chat.text import Bold, Link, Text, lines, text
from bot.core.catalogue import Resource
from bot.core.errors import UnknownPress
from bot.core.methods import Goal
from bot.core.paths.first_step import FirstStep
from bot.core.people import HOURS, EntryState, Knows, Person
from bot.services.library import Library
from bot.services.members import Members
from bot.services.paths import Paths
from cogs.card.way import Home, Way
from cogs.phrases import facts

QUESTIONS = 4
MOST_HOURS = 168


class Start(Cog):
    """Says hello, asks four things, gives one."""

    name = "start"

    def __init__(self, paths: Paths, library: Library, members: Members) -> None:
        """Take the services that know the way and the catalogue, and keep what people chose."""
        self._paths, self._library, self._members = paths, library, members

    @command()
    async def start(self, ctx: Context) -> Reply:
        """Give who comes back the next step, and everybody else the way in."""
        person = None if ctx.impersonal else ctx.person
        return (self._again(ctx, person) if person else None) or _hello(ctx)

    @press(lands=True)
    async def goal(self, ctx: Context) -> Reply:
        """Ask what it is for."""
        answers = [(ctx.t(f"choices.goal.{goal.value}"), Press.of("start.python", goal.value)) for goal in Goal]
        return _question(ctx, 1, "goal", answers, Press.of(CALL, "start"))

    @press(lands=True)
    async def python(self, ctx: Context, goal: Goal) -> Reply:
        """Ask about Python."""
        answers = [(ctx.t(f"choices.python.{k.value}"), Press.of("start.maths", goal.value, k.value)) for k in Knows]
        return _question(ctx, 2, "python", answers, Press.of("start.goal"))

    @press(lands=True)
    async def maths(self, ctx: Context, goal: Goal, python: Knows) -> Reply:
        """Ask about maths."""
        said = (goal.value, python.value)
        answers = [(ctx.t(f"choices.maths.{k.value}"), Press.of("start.hours", *said, k.value)) for k in Knows]
        return _question(ctx, 3, "maths", answers, Press.of("start.python", goal.value))

    @press(lands=True)
    async def hours(self, ctx: Context, goal: Goal, python: Knows, maths: Knows) -> Reply:
        """Ask how many hours a week."""
        said = (goal.value, python.value, maths.value)
        answers = [(ctx.t("start.hours", count=hours), Press.of("start.first", *said, hours)) for hours in HOURS]
        return _question(ctx, 4, "hours", answers, Press.of("start.maths", goal.value, python.value))

    @press()
    async def first(self, ctx: Context, goal: Goal, python: Knows, maths: Knows, hours: int) -> Reply:
        """Keep the four answers and give one thing to start with."""
        if not 1 <= hours <= MOST_HOURS:
            raise UnknownPress
        chosen = {"goal": goal, "python": python, "maths": maths, "hours": hours}
        await self._members.prefer(ctx.caller.user, ctx.caller.language, **chosen)
        person = await self._paths.person(ctx.caller.user)
        found = self._paths.first_step(self._paths.walker(person, ctx.locale), hours)
        back = Button(ctx.t("kit.back"), Press.of("start.hours", goal.value, python.value, maths.value), personal=True)
        if found is None:
            return replace(self._walked(ctx, goal), how=How.EDIT)
        return replace(_draw(ctx, found, "start.first", 0, back), how=How.EDIT)

    @press(lands=True)
    async def other(self, ctx: Context, other: int) -> Reply:
        """Show something else for the same step."""
        hours = ctx.person.preferences.hours if ctx.person else None
        found = self._paths.first_step(self._paths.walker(ctx.person, ctx.locale), hours, other=max(other, 0))
        if found is None:
            return replace(_hello(ctx), how=How.EDIT)
        return replace(_draw(ctx, found, "start.another", max(other, 0), _anew(ctx)), how=How.EDIT)

    def _again(self, ctx: Context, person: Person) -> Reply | None:
        """Return the next step of somebody who told us where they want to go or has something open."""
        going = [row for row, state in person.entries.items() if state is EntryState.GOING]
        open_row = next((row for each in reversed(going) if (row := self._library.resource(each))), None)
        if open_row is not None:
            return _go_on(ctx, open_row)
        chosen = person.preferences
        if chosen.goal is None:
            return None
        found = self._paths.first_step(self._paths.walker(person, ctx.locale), chosen.hours)
        return _draw(ctx, found, "start.next", 0, _anew(ctx)) if found else self._walked(ctx, chosen.goal)

    def _walked(self, ctx: Context, goal: Goal) -> Reply:
        """Say that the way is walked and show where it may go on."""
        own = self._paths.of_goal(goal)
        see = [path for other in (own.see if own else ()) if (path := self._paths.get(other)) is not None]
        doors = tuple(Button(p.title(ctx.locale), Press.of("path.turn", 0, p.id), personal=True) for p in see)
        topics = Button(ctx.t("start.topics"), Press.of(CALL, "recommend"), personal=True)
        return Reply((ctx.t("start.walked"),), rows=(doors, (topics, _anew(ctx))))


def _hello(ctx: Context) -> Reply:
    first = Button(ctx.t("start.new_here"), Press.of("start.goal"), style=Style.PRIMARY, personal=True)
    topics = Button(ctx.t("start.topics"), Press.of(CALL, "recommend"), personal=True)
    more = Button(ctx.t("start.help"), Press.of(CALL, "help"), personal=True)
    how = ctx.t("start.how_here" if ctx.impersonal else "start.how")
    return Reply(lines(ctx.t("start.hello"), how), rows=((first,), (topics, more)))


def _question(ctx: Context, number: int, name: str, answers: Iterable[tuple[str, Press]], back: Press) -> Reply:
    """Return one question; each answer is a tap that carries the ones before."""
    head = text(Bold(ctx.t("start.count", number=number, all=QUESTIONS)), " ", ctx.t(f"start.question.{name}"))
    rows = [(Button(label, press, personal=True),) for label, press in answers]
    if len(rows) >= QUESTIONS:  # a row is left for going back
        rows = [(*rows[at], *(rows[at + 1] if at + 1 < len(rows) else ())) for at in range(0, len(rows), 2)]
    rows.append((Button(ctx.t("kit.back"), back, personal=True),))
    return Reply(lines(head, ctx.t(f"start.hint.{name}")), rows=tuple(rows), how=How.EDIT)


def _draw(ctx: Context, found: FirstStep, heading: str, other: int, last: Button) -> Reply:
    """Return one thing: why this one, and what not to worry about yet."""
    resource = found.resource
    name = resource.name(ctx.locale)
    title = Link(name, resource.link) if resource.link else Bold(name)
    body: list[Text] = [
        lines(text(title, f" · {facts(ctx, resource)}"), resource.note(ctx.locale)),
        text(ctx.t("start.why", reasons=" ".join(_reasons(ctx, found)))),
        text(ctx.t("start.not_yet", things=" ".join(ctx.t(f"start.later.{each.value}") for each in found.not_yet))),
    ]
    card = Card(ctx.t(heading), tuple(body), footer=ctx.t("start.kept") if heading == "start.first" else "")
    back_to = Way.from_home(Home.PATH, 0, found.path.id)
    begin = back_to.press("rec.put", EntryState.GOING.value, resource.id)
    first = [Button(ctx.t("recommend.verb.going"), begin, style=Style.PRIMARY, personal=True)]
    if found.others:
        first.append(Button(ctx.t("start.something_else"), Press.of("start.other", other + 1), personal=True))
    way = Button(ctx.t("start.whole_way"), Press.of("path.turn", 0, found.path.id), personal=True)
    return Reply(cards=(card,), rows=(tuple(first), (way, last)), shown=(resource.id,))


def _reasons(ctx: Context, found: FirstStep) -> Iterator[str]:
    yield found.step.why(ctx.locale)
    yield from (ctx.t(f"start.because.{reason.value}") for reason in found.reasons)
    if found.weeks is not None:
        yield ctx.t("start.weeks", count=found.weeks)


def _go_on(ctx: Context, resource: Resource) -> Reply:
    """Return what somebody has open: one thing first."""
    name = resource.name(ctx.locale)
    title = Link(name, resource.link) if resource.link else Bold(name)
    body = lines(text(title, f" · {facts(ctx, resource)}"), resource.note(ctx.locale))
    card = Card(ctx.t("start.go_on"), (body, text(ctx.t("start.go_on_how"))))
    details = Way.from_home(Home.LIST).press("rec.card", resource.id)
    first = Button(ctx.t("start.open"), details, style=Style.PRIMARY, personal=True)
    way = Button(ctx.t("start.whole_way"), Press.of(CALL, "path"), personal=True)
    return Reply(cards=(card,), rows=((first, way), (_anew(ctx),)), shown=(resource.id,))


def _anew(ctx: Context) -> Button:
    return Button(ctx.t("start.anew"), Press.of("start.goal"), personal=True)
