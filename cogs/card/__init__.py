"""The details of one resource and what a person says of it, wherever the card was opened from.

Its presses keep the short first word they had when the card belonged to the picks. `way` knows the way back, `draw`
draws the card and `_stuck` the help for who is stuck.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any, Protocol

from bot.chat.cog import Cog, press
from bot.chat.context import Context
from bot.chat.reply import How, Reply
from bot.core.errors import UnknownPress
from bot.core.people import EntryState, Opinion
from bot.core.stuck import Trouble
from bot.services.library import Library
from bot.services.opinions import Opinions
from bot.services.reports import Reports
from cogs.card._stuck import draw_help, draw_question
from cogs.card.draw import Said, draw_card
from cogs.card.focus import under_way
from cogs.card.way import Way

BROKEN_POST = "reports.broken"


class Thumb(StrEnum):
    """What somebody thinks of a resource. The values travel in buttons."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Seen(StrEnum):
    """Whether somebody says they have seen a resource themselves. The values travel in buttons."""

    YES = "yes"
    NO = "no"


_VALUES = {Thumb.UP: 1, Thumb.DOWN: -1, Thumb.NONE: 0}
_THUMBS = {value: thumb for thumb, value in _VALUES.items()}


class Letters(Protocol):
    """Writes to those who run the bot, on the side."""

    def __call__(self, post: str, key: str, *, unreached: Any, **payload: Any) -> None:
        """Have `post` written to them; `unreached` is run when nobody was."""
        ...


class Cards(Cog):
    """Shows cards and takes what is said on them."""

    name = "card"
    short = "rec"

    def __init__(self, library: Library, opinions: Opinions, reports: Reports, tell_hosts: Letters) -> None:
        """Take the services behind the buttons, and the way to the hosts."""
        self._library, self._opinions, self._reports, self._tell_hosts = library, opinions, reports, tell_hosts

    @press(lands=True)
    async def card(self, ctx: Context, resource: str, offset: int, asked: str) -> Reply:
        """Show the details of one resource."""
        return await self.show(ctx, resource, Way(offset, asked))

    async def show(self, ctx: Context, resource: str, way: Way, said: Said | None = None) -> Reply:
        """Return the card of `resource` with what is `said` of it (by default what is kept). Raises `UnknownPress`."""
        pick = self._library.explain(resource, None if ctx.impersonal else ctx.person)
        if pick is None:
            raise UnknownPress
        resource = pick.resource.id  # the button may hold one that the row had before
        group = await self._opinions.of_group(ctx.caller.place, ctx.person)
        return draw_card(ctx, self._library, pick, way, said or _kept(ctx, resource), group.get(resource))

    @press()
    async def put(self, ctx: Context, state: EntryState, resource: str, offset: int, asked: str) -> Reply:
        """Set what this person says of a resource. Pressing twice says the same thing twice."""
        resource = self._known(resource)
        way = Way(offset, asked)
        before = await self._library.put(ctx.caller.user, ctx.caller.language, resource, state)
        again = before is state  # a second tap: undoing it must not end where it began
        undo = way.press("rec.undo", "none" if before is None or again else before.value, resource)
        said = replace(_kept(ctx, resource), state=state, undo=undo)
        if state is EntryState.GOING:
            said = replace(said, going=under_way(ctx, self._library, resource))
        return await self.show(ctx, resource, way, said)

    @press()
    async def undo(self, ctx: Context, before: str, resource: str, offset: int, asked: str) -> Reply:
        """Put back what was said before."""
        resource = self._known(resource)
        state = None if before == "none" else next((each for each in EntryState if each.value == before), None)
        if state is not None:
            await self._library.put(ctx.caller.user, ctx.caller.language, resource, state)
        elif before == "none":
            await self._library.forget(ctx.caller.user, resource)
        else:
            raise UnknownPress
        return await self.show(ctx, resource, Way(offset, asked), replace(_kept(ctx, resource), state=state))

    @press()
    async def thumb(self, ctx: Context, value: Thumb, resource: str, offset: int, asked: str) -> Reply:
        """Set the thumb; the way to undo it is to set the one before."""
        resource = self._known(resource)
        way = Way(offset, asked)
        before = await self._opinions.thumb(ctx.caller.user, ctx.caller.language, resource, _VALUES[value])
        said = _kept(ctx, resource)
        undo = None
        if value is not Thumb.NONE:
            earlier = Thumb.NONE if before == _VALUES[value] else _THUMBS[before]
            undo = way.press("rec.thumb", earlier.value, resource)
        opinion = replace(said.opinion, thumb=_VALUES[value])
        return await self.show(ctx, resource, way, replace(said, opinion=opinion, undo=undo))

    @press()
    async def seen(self, ctx: Context, value: Seen, resource: str, offset: int, asked: str) -> Reply:
        """Set whether this person has seen the resource themselves."""
        resource = self._known(resource)
        way, said = Way(offset, asked), _kept(ctx, resource)
        await self._opinions.seen(ctx.caller.user, ctx.caller.language, resource, value is Seen.YES)
        opinion = replace(said.opinion, seen_at=ctx.now if value is Seen.YES else None)
        undo = way.press("rec.seen", Seen.NO.value, resource) if value is Seen.YES else None
        return await self.show(ctx, resource, way, replace(said, opinion=opinion, undo=undo))

    @press(lands=True)
    async def stuck(self, ctx: Context, resource: str, offset: int, asked: str) -> Reply:
        """Ask what it is, unless there is only one thing it can be."""
        resource = self._known(resource)
        troubles = self._library.troubles(resource, ctx.locale)
        if len(troubles) == 1:
            return await self.help(ctx, troubles[0], 0, resource, offset, asked)
        return draw_question(ctx, self._library, resource, Way(offset, asked), troubles)

    @press(lands=True)
    async def help(self, ctx: Context, trouble: Trouble, at: int, resource: str, offset: int, asked: str) -> Reply:
        """Give the smallest thing that helps now, or the next smallest."""
        resource = self._known(resource)
        found = self._library.hints(resource, trouble, ctx.locale, ctx.person)
        return draw_help(ctx, self._library, resource, Way(offset, asked), trouble, found, max(at, 0))

    @press()
    async def broken(self, ctx: Context, resource: str) -> Reply:
        """Take note of a link that does not open; the hosts hear of the first one."""
        resource = self._known(resource)
        first = await self._reports.add(ctx.caller.user, ctx.caller.language, resource)
        if await self._reports.claim(resource):

            async def unreached() -> None:
                await self._reports.release(resource)

            self._tell_hosts(BROKEN_POST, f"broken:{resource}", unreached=unreached, resource=resource)
        return Reply((ctx.t("recommend.broken.thanks" if first else "recommend.broken.known"),), how=How.TOAST)

    def _known(self, resource: str) -> str:
        """Return the id of a row that a button names, perhaps by one it had before. Raises `UnknownPress`."""
        row = self._library.resource(resource)
        if row is None:
            raise UnknownPress
        return row.id


def _kept(ctx: Context, resource: str) -> Said:
    if ctx.person is None:
        return Said()
    return Said(ctx.person.entries.get(resource), ctx.person.opinions.get(resource, Opinion()))
