"""Where a group's posts go: this channel or another of its space, what the bot may do there, how that is mended."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.cog import Cog, press
from bot.chat.context import Context
from bot.chat.limits import MENU_CHOICES
from bot.chat.press import Press
from bot.chat.reply import Choice, How, Menu, Reply, Style
from bot.chat.spec import Access
from bot.chat.stores import Room
from bot.chat.text import Text, lines
from bot.core.errors import UnknownPress
from bot.core.groups import Group, Home, channel_of
from bot.core.refs import Place, Platform
from bot.services.homes import Settled
from cogs.manage._desk import Desk
from cogs.manage._questions import Questions
from cogs.manage._words import button, missing

ORGANISER = Access.ORGANISER


class Posting(Cog):
    """Asks where to post, and moves a group there."""

    name = "posting"
    short = "pst"

    def __init__(self, desk: Desk) -> None:
        """Work at `desk`."""
        self._desk, self._questions = desk, Questions(desk)

    @press(access=ORGANISER)
    async def show(self, ctx: Context, group: int) -> Reply:
        """Ask where to post, and say what the bot may do where it would."""
        return await self.asks(ctx, await self._desk.group(ctx, group))

    @press(access=ORGANISER)
    async def choose(self, ctx: Context, group: int, channel: str) -> Reply:
        """Post in a channel of this server, or here ("")."""
        found = await self._desk.group(ctx, group)
        place = await self._place_of(ctx, channel)
        if place is None:
            raise UnknownPress
        home = await self._home_in(found, place)
        if home is None:
            raise UnknownPress
        if await self._desk.homes.move(found.id, home.id, place) is Settled.TAKEN:
            asked = await self.asks(ctx, found)
            return replace(asked, text=lines(ctx.t("organise.where.taken"), asked.text))
        rights = await self._desk.rights(place)
        if rights is not None and list(missing(ctx, place.platform, rights, needed=True)):
            return await self.asks(ctx, found)
        return await self._questions.next(ctx, found)

    async def asks(self, ctx: Context, group: Group) -> Reply:
        """Return the question where to post, in place; in private the next one, since there is nowhere to choose."""
        place, space = ctx.caller.place, ctx.caller.place.space
        if space is None:
            return await self._questions.next(ctx, group)
        home = await self._home_in(group, place)
        chosen = home.place() if home is not None else None
        rooms = await self._desk.rooms(space)
        said: list[str | Text] = [ctx.t("organise.where.ask")]
        if chosen is not None:
            said.append(ctx.t("organise.where.now", place=_name_of(ctx, chosen, rooms)))
            said += await self._rights(ctx, chosen)
        said.append(ctx.t(f"organise.where.other.{space.platform.value}"))
        moves = chosen is not None and channel_of(chosen) != channel_of(place)
        stays = button(ctx, "where.stay", "su.preview", group.id, style=Style.PRIMARY)
        here = (button(ctx, "where.here", "pst.choose", group.id, ""),) if moves else ()
        again = (button(ctx, "where.again", "pst.show", group.id), button(ctx, "back", "su.who", group.id))
        menu = None
        if rooms:
            choices = tuple(Choice(f"#{room.name}", room.place.channel) for room in rooms[:MENU_CHOICES])
            menu = Menu(ctx.t("organise.where.menu"), Press.of("pst.choose", group.id), choices)
        return Reply(lines(*said), menu=menu, rows=((stays, *here), again), how=How.EDIT)

    async def _rights(self, ctx: Context, place: Place) -> list[str]:
        """Return a line for what is missing in a place, or one that says that nothing is."""
        rights = await self._desk.rights(place)
        if rights is None:
            return [ctx.t("organise.where.unasked")]
        lacking = [
            *missing(ctx, place.platform, rights, needed=True),
            *(missing(ctx, place.platform, rights, needed=False) if rights.post else ()),
        ]
        return lacking or [ctx.t("organise.where.fine")]

    async def _place_of(self, ctx: Context, channel: str) -> Place | None:
        """Return the place of a button: this one, or a channel that the platform itself names in this space."""
        here = ctx.caller.place
        if here.space is None:
            return None
        if not channel:
            return here if here.platform is not Platform.DISCORD else replace(here, thread=None)
        rooms = await self._desk.rooms(here.space)
        return next((room.place for room in rooms if room.place.channel == channel), None)

    async def _home_in(self, group: Group, place: Place) -> Home | None:
        homes = [home for home in await self._desk.groups.homes(group.id) if home.space == place.space]
        exact = [home for home in homes if home.channel == channel_of(place)]
        return next(iter([*exact, *homes]), None)


def _name_of(ctx: Context, place: Place, rooms: tuple[Room, ...]) -> str:
    """Return what people call a place."""
    if channel_of(place) == channel_of(ctx.caller.place):
        return ctx.t(f"organise.where.this.{place.platform.value}")
    name = next((room.name for room in rooms if room.place.channel == place.channel), None)
    return f"#{name}" if name is not None else ctx.t("organise.where.another")
