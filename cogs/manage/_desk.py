"""What the organisers' panels share: the services, which group is meant, and who may do anything to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.chat.context import Context
from bot.chat.spec import Command
from bot.chat.stores import Outlet, Rights, Room, Rooms, Unsent
from bot.core.cycle import Step
from bot.core.errors import NotOrganiser, UnknownPress
from bot.core.groups import Group, GroupState
from bot.core.people import GroupId
from bot.core.refs import Place, Platform, SpaceRef
from bot.core.zones import guessed_zone
from bot.services.cities import CityList
from bot.services.groups import Groups
from bot.services.homes import Homes
from bot.services.library import Library
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.services.papers import Papers
from bot.services.queue import Queue
from bot.services.ritual import Ritual
from bot.services.week_posts import happens


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the panels are given. `outlets` and `commands` are asked when needed: they come after the cogs."""

    groups: Groups
    organisers: Organisers
    homes: Homes
    queue: Queue
    weeks: Ritual
    papers: Papers
    outbox: Outbox
    cities: CityList
    library: Library
    is_host: Callable[[Context], bool]
    outlets: Callable[[], Mapping[Platform, Outlet]]
    commands: Callable[[], Sequence[Command]]
    default_zone: str

    async def group(self, ctx: Context, number: int) -> Group:
        """Return the group of a button. Raises `UnknownPress` for none, `NotOrganiser` for one the caller does not run.

        A button can be forged: that somebody runs some group says nothing about this one.
        """
        group = await self.groups.get(GroupId(number))
        if group is None or group.state is GroupState.ENDED:
            raise UnknownPress
        if not await self.runs(ctx, group):
            raise NotOrganiser
        return group

    async def runs(self, ctx: Context, group: Group) -> bool:
        """Say whether the caller runs this group: by name, by the platform's leave here, or as the host."""
        if self.is_host(ctx):
            return True
        caller = ctx.caller
        return await self.organisers.may_run(group.id, ctx.person, caller.place, admin=caller.admin)

    async def steps(self, group: Group) -> tuple[Step, ...]:
        """Return the steps of a group's week that anybody notices, in order."""
        homes = await self.groups.homes(group.id)
        return tuple(step for step in Step if happens(group, homes, step))

    def zone(self, ctx: Context) -> str:
        """Return the zone of whoever sets a group up: chosen, guessed from their language, else the house's."""
        chosen = ctx.person.preferences if ctx.person is not None else None
        guessed = guessed_zone(ctx.caller.language, chosen.locale if chosen is not None else ctx.locale)
        return (chosen.timezone if chosen is not None else None) or guessed or self.default_zone

    async def rights(self, place: Place) -> Rights | None:
        """Return what the bot may do in a place now; None when that cannot be asked just now."""
        outlet = self.outlets().get(place.platform)
        if outlet is None:
            return None
        try:
            return await outlet.rights(place)
        except Unsent:
            return None

    async def rooms(self, space: SpaceRef) -> tuple[Room, ...]:
        """Return the channels of a space to choose from; none where the platform does not tell."""
        outlet = self.outlets().get(space.platform)
        if not isinstance(outlet, Rooms):
            return ()
        try:
            return await outlet.rooms(space)
        except Unsent:
            return ()

    def offers(self, *names: str) -> frozenset[str]:
        """Return which of these commands there are."""
        return frozenset(names) & {command.name for command in self.commands()}
