"""`/path`: what first and what next, on one screen, with the step one is at.

The cog asks the paths and draws; `_draw` draws the screen and the details of a step. A route travels in buttons by its
key, with `/` and the id of a step when it is the step that is shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from bot.chat.cog import Choice, Cog, Completes, command, completion, press
from bot.chat.context import Context
from bot.chat.press import Press
from bot.chat.reply import Button, How, Reply
from bot.chat.text import Bold, Text, lines, text
from bot.core.errors import UnknownPress
from bot.core.methods import Goal
from bot.core.paths import Subject
from bot.core.people import EntryState, Knows, Person
from bot.services.library import Library
from bot.services.members import Members
from bot.services.paths import Paths, Wanted
from cogs.card.focus import doors, under_way
from cogs.path._draw import draw_route, draw_step

_NEAREST = 3
_MARKS = frozenset((EntryState.GOING, EntryState.DONE, EntryState.SKIMMED))
_NOTHING = "none"  # in buttons: no goal, or nothing said before
_NOTHING_SAID = "unsaid"  # in buttons: nobody knows how well


class PathCog(Cog):
    """Shows the whole way."""

    name = "path"

    def __init__(self, paths: Paths, library: Library, members: Members) -> None:
        """Take the services that know the way, keep the lists and keep what people chose."""
        self._paths, self._library, self._members = paths, library, members

    @command(menu_private=60, lands=True)
    async def path(self, ctx: Context, goal: Annotated[str | None, Completes("goals")] = None) -> Reply:
        """Show one's own path; with words, the one they ask for; without either, the paths there are."""
        if goal:
            return await self._wanted(ctx, self._paths.find(goal, ctx.locale), goal)
        person = _person(ctx)
        own = self._paths.of_goal(person.preferences.goal) if person and person.preferences.goal else None
        return await self._route(ctx, own.id) if own else self._all(ctx)

    @completion
    def goals(self, ctx: Context, typed: str) -> tuple[Choice, ...]:
        """Suggest the written paths and topics while somebody types."""
        written = [Choice(path.title(ctx.locale), path.id) for path in self._paths.written()]
        fitting = [each for each in written if typed.casefold() in each.label.casefold()]
        topics = [s for s in self._library.suggest(typed, ctx.locale) if self._library.topic(s.value) is not None]
        return (*fitting, *(Choice(s.label, s.value) for s in topics))

    @press(lands=True)
    async def turn(self, ctx: Context, offset: int, rest: str) -> Reply:
        """Show a route, or a step of one, in place. There are no pages: `offset` is what ways back have in common."""
        key, _, step = rest.partition("/")
        shown = self._step(ctx, key, step) if step else self._route(ctx, key)
        return replace(await shown, how=How.EDIT)

    @press(lands=True)
    async def step(self, ctx: Context, key: str, step: str) -> Reply:
        """Show the details of a step chosen from the menu."""
        return replace(await self._step(ctx, key, step), how=How.EDIT)

    @press(lands=True)
    async def all(self, ctx: Context) -> Reply:
        """Show the paths there are."""
        return replace(self._all(ctx), how=How.EDIT)

    @press()
    async def put(self, ctx: Context, state: EntryState, resource: str, key: str) -> Reply:
        """Mark the step one is at, in place."""
        if state not in _MARKS or self._library.resource(resource) is None:
            raise UnknownPress
        before = await self._library.put(ctx.caller.user, ctx.caller.language, resource, state)
        undo = _NOTHING if before is None or before is state else before.value
        ctx = await self._anew(ctx)
        reply = await self._route(ctx, key, Press.of("path.undo", undo, resource, key))
        going = under_way(ctx, self._library, resource) if state is EntryState.GOING else ()
        if going:
            asked = text(ctx.t("card.focus", count=len(going)))
            reply = replace(reply, text=asked, rows=(tuple(doors(ctx, self._library, going)), *reply.rows))
        return replace(reply, how=How.EDIT)

    @press()
    async def undo(self, ctx: Context, before: str, resource: str, key: str) -> Reply:
        """Put back what was said before."""
        state = next((each for each in EntryState if each.value == before), None)
        if state is not None and self._library.resource(resource) is not None:
            await self._library.put(ctx.caller.user, ctx.caller.language, resource, state)
        elif before == _NOTHING:
            await self._library.forget(ctx.caller.user, resource)
        else:
            raise UnknownPress
        return replace(await self._route(await self._anew(ctx), key), how=How.EDIT)

    @press()
    async def know(self, ctx: Context, subject: Subject, how_well: str, key: str) -> Reply:
        """Note how well somebody knows what a step is for; `unsaid` takes it back."""
        said = next((each for each in Knows if each.value == how_well), None)
        if said is None and how_well != _NOTHING_SAID:
            raise UnknownPress
        before = _known(ctx.person, subject)
        ctx = await self._prefer(ctx, **{subject.value: said})
        undo = Press.of("path.know", subject.value, before.value if before else _NOTHING_SAID, key)
        return replace(await self._route(ctx, key, None if before is said else undo), how=How.EDIT)

    @press()
    async def mine(self, ctx: Context, goal: str, key: str) -> Reply:
        """Make a path one's own; `none` takes the goal back."""
        chosen = next((each for each in Goal if each.value == goal), None)
        if chosen is None and goal != _NOTHING:
            raise UnknownPress
        before = ctx.person.preferences.goal if ctx.person else None
        ctx = await self._prefer(ctx, goal=chosen)
        undo = Press.of("path.mine", before.value if before else _NOTHING, key)
        return replace(await self._route(ctx, key, None if before is chosen else undo), how=How.EDIT)

    async def _prefer(self, ctx: Context, **changes: Any) -> Context:
        """Keep what somebody chose and return the context in which they have."""
        await self._members.prefer(ctx.caller.user, ctx.caller.language, **changes)
        return await self._anew(ctx)

    async def _anew(self, ctx: Context) -> Context:
        return replace(ctx, person=await self._paths.person(ctx.caller.user))

    async def _wanted(self, ctx: Context, wanted: Wanted, words: str) -> Reply:
        if wanted.key is None:
            nearest = tuple(_turn(topic.name(ctx.locale), topic.id) for topic in wanted.nearest[:_NEAREST])
            said = ctx.t("path.unknown", words=words[:40])
            every = Button(ctx.t("path.all"), Press.of("path.all"), personal=True)
            offered = ctx.t("path.nearest" if wanted.alike else "path.far") if nearest else ""
            return Reply(lines(said, offered), rows=(nearest, (every,)))
        reply = await self._route(ctx, wanted.key)
        if wanted.question is None:
            return reply
        meanings = tuple(_turn(meaning.label(ctx.locale), meaning.topic) for meaning in wanted.question.options[:5])
        return replace(reply, text=text(wanted.question.text(ctx.locale)), rows=(meanings, *reply.rows))

    async def _route(self, ctx: Context, key: str, undo: Press | None = None) -> Reply:
        person = _person(ctx)
        route = await self._paths.route(key, person, ctx.locale)
        if route is None:
            raise UnknownPress
        goal = person.preferences.goal if person else None
        see = [path for other in route.path.see if (path := self._paths.get(other)) is not None]
        return draw_route(ctx, route, goal, undo, see)

    async def _step(self, ctx: Context, key: str, step_id: str) -> Reply:
        route = await self._paths.route(key, _person(ctx), ctx.locale)
        stood = next((each for each in route.standing.steps if each.step.id == step_id), None) if route else None
        if route is None or stood is None:
            raise UnknownPress
        ids = self._paths.offered(stood.step, _person(ctx), ctx.locale)
        rows = [row for each in ids if (row := self._library.resource(each)) is not None]
        return draw_step(ctx, route, stood, rows, self._paths.methods(stood.step))

    def _all(self, ctx: Context) -> Reply:
        paths = [path for path in self._paths.written() if path.goal is not None or path.id == "article"]
        rows: list[Text] = [text(Bold(path.title(ctx.locale)), f": {path.about(ctx.locale)}") for path in paths]
        buttons = [_turn(path.title(ctx.locale), path.id) for path in paths]
        new = Button(ctx.t("path.answer"), Press.of("start.goal"), personal=True)
        said = lines(ctx.t("path.which"), *rows, ctx.t("path.or_topic"))
        return Reply(said, rows=(tuple(buttons[:3]), (*buttons[3:], new)))


def _person(ctx: Context) -> Person | None:
    return None if ctx.impersonal else ctx.person


def _known(person: Person | None, subject: Subject) -> Knows | None:
    if person is None:
        return None
    return person.preferences.python if subject is Subject.PYTHON else person.preferences.maths


def _turn(label: str, key: str) -> Button:
    return Button(label, Press.of("path.turn", 0, key), personal=True)
