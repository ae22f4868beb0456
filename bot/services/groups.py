"""Study groups: which one a chat is about, what their organisers choose, and how they begin, rest and end.

When the steps of a group's week fall due is its timetable's, and who runs it the organisers'. What happens at a step is
not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Unpack

from bot.core.cycle import Step
from bot.core.digest.timing import DIGEST
from bot.core.groups import ALIVE, RESTING, Group, GroupState, Home, channel_of
from bot.core.outbox import NewLetter
from bot.core.people import Approval, GroupId, HomeId, Identity, Person
from bot.core.refs import Place, SpaceRef, UserRef
from bot.core.rewriting import Course
from bot.core.schedule import Schedule
from bot.i18n import Locale
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.services.timetable import Timetable
from bot.services.visits import Visits
from bot.storage import Storage
from bot.storage.queries.groups import GroupChange
from bot.storage.unit import UnitOfWork

SILENCE = 6  # meetings back that a silence is looked for


class Groups:
    """Serves the study groups of the house."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        outbox: Outbox,
        organisers: Organisers,
        default_zone: str = "UTC",
        default_locale: Locale = Locale.EN,
        visits: Visits | None = None,
    ) -> None:
        """Keep in `storage`; `organisers` learns who drafted a group, the defaults hold where nothing was chosen.

        `visits` remembers where people who are not kept came from.
        """
        self._storage, self._clock, self._outbox, self._organisers = storage, clock, outbox, organisers
        self._timetable = Timetable(clock, outbox)
        self._default_zone, self._default_locale = default_zone, default_locale
        self._visits = visits or Visits()

    # which group

    async def here(self, place: Place, person: Person | None = None, user: UserRef | None = None) -> Group | None:
        """Return the group that a chat is about: its channel's or topic's, else the only one of its space.

        In a private chat it is the one that `person` used last; for somebody of none, the one that `user` came from
        within a day. One that ended is none.
        """
        async with self._storage.read() as uow:
            if place.space is None:
                last = await uow.groups.last_used(person.id) if person is not None else None
                return last or await self._visited(uow, user)
            found = await at(uow, place)
            if found is None or found.state is GroupState.ENDED:
                living = [each for each in await uow.groups.in_space(place.space) if each.state is not GroupState.ENDED]
                found = living[0] if len(living) == 1 else None
        if found is not None and user is not None:
            self._visits.note(user, found.id, self._clock())
        return found

    async def visit(
        self, user: UserRef, language: str | None, person: Person | None, place: Place, group_id: GroupId
    ) -> None:
        """Let a private chat be about the group by whose button somebody came; nobody becomes known by that.

        `person` is None for somebody unknown. Anywhere else it does nothing.
        """
        if not place.private:
            return
        now = self._clock()
        self._visits.note(user, group_id, now)
        if person is None:
            return
        async with self._storage.read() as uow:
            last = await uow.groups.last_used(person.id)
        if last is None or last.id != group_id:
            async with self._storage.write() as uow:
                await arrives(uow, user, language, place, group_id, now)

    async def _visited(self, uow: UnitOfWork, user: UserRef | None) -> Group | None:
        group_id = self._visits.last(user, self._clock()) if user is not None else None
        found = await uow.groups.get(group_id) if group_id is not None else None
        return found if found is not None and found.state is not GroupState.ENDED else None

    async def exactly_at(self, place: Place) -> Group | None:
        """Return the group whose home is just this channel or topic; one that ended is none."""
        if place.space is None:
            return None
        async with self._storage.read() as uow:
            found = await at(uow, place)
            lives = found is not None and await _lives_at(uow, found.id, place.space, channel_of(place))
        return found if found is not None and lives and found.state is not GroupState.ENDED else None

    async def in_space(self, space: SpaceRef) -> tuple[Group, ...]:
        """Return the groups that live anywhere in a space, those that ended left out."""
        async with self._storage.read() as uow:
            return tuple(each for each in await uow.groups.in_space(space) if each.state is not GroupState.ENDED)

    async def of_person(self, person: Person | None) -> tuple[Group, ...]:
        """Return the groups of a person, the last used first."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            return await uow.groups.of_person(person.id)

    async def run_by(self, person: Person | None) -> tuple[Group, ...]:
        """Return the groups that a person was named an organiser of, the oldest first."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            found = [await uow.groups.get(each) for each in await uow.organisers.groups(person.id)]
        return tuple(each for each in found if each is not None and each.state is not GroupState.ENDED)

    async def use(self, user: UserRef, language: str | None, group_id: GroupId) -> None:
        """Note that somebody chose this one of their groups, for their private chat."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            await uow.groups.use(identity.id, group_id, now)

    async def get(self, group_id: GroupId) -> Group | None:
        """Return a group, None for a number that is nobody's."""
        async with self._storage.read() as uow:
            return await uow.groups.get(group_id)

    async def named(self, name: str) -> Group:
        """Return the group of this number or name, the first of several. Raises `LookupError` without one."""
        async with self._storage.read() as uow:
            found = [each for each in await uow.groups.all() if name in (str(each.id), each.name)]
        if not found:
            raise LookupError(name)
        return found[0]

    async def homes(self, group_id: GroupId) -> tuple[Home, ...]:
        """Return where a group lives, the first settled first."""
        async with self._storage.read() as uow:
            return await uow.groups.homes(group_id)

    async def places(self, group_id: GroupId) -> tuple[tuple[HomeId, Place], ...]:
        """Return where a group's posts go, one place for each home that has one."""
        found = ((home.id, home.place()) for home in await self.homes(group_id))
        return tuple((home_id, place) for home_id, place in found if place is not None)

    def zone_of(self, group: Group) -> str:
        """Return the zone whose wall time a group lives by."""
        return group.zone or self._default_zone

    async def zones_of(self, group: Group) -> tuple[str, ...]:
        """Return the zones that people met in a group's homes live in, each once."""
        async with self._storage.read() as uow:
            found = [await uow.members.zones(home.space) for home in await uow.groups.homes(group.id)]
        return tuple(sorted({zone for zones in found for zone in zones}))

    def locale_of(self, group: Group) -> Locale:
        """Return the language of a group's posts."""
        return group.locale or self._default_locale

    # setting up and changing

    async def draft(
        self, where: Place, user: UserRef, language: str | None, title: str = "", **chosen: Unpack[GroupChange]
    ) -> Group:
        """Return the group that lives exactly in `where`, made when there is none; `user` runs it from now on.

        It does nothing before it is started. Its name is `title`, else the space's. One that runs already is left as it
        is. Raises `LookupError` in private.
        """
        if where.space is None:
            raise LookupError("a group needs a space")
        now = self._clock()
        async with self._storage.write() as uow:
            channel = channel_of(where)
            found = await at(uow, where)
            if found is None or not await _lives_at(uow, found.id, where.space, channel):
                space = await uow.spaces.of(where.space) or await uow.spaces.joined(
                    where.space, title or where.space.id, added_by=user, approval=Approval.APPROVED, now=now
                )
                found = await uow.groups.create(title or space.title, now)
                await uow.groups.settle(found.id, space.id, channel)
            elif found.state is GroupState.ENDED:
                found = await uow.groups.change(found.id, state=GroupState.DRAFT)
            elif found.state is not GroupState.DRAFT:
                return found
            identity = await uow.people.meet(user, language, now)
            await self._organisers.name_in(uow, found.id, identity.id)
            return await uow.groups.change(found.id, **chosen)

    async def change(self, group_id: GroupId, **change: Unpack[GroupChange]) -> Group:
        """Set what is named and return the group. A new week moves what is ahead. Raises `LookupError`.

        A zone takes the meeting along: nine in the evening stays nine in the evening.
        """
        async with self._storage.write() as uow:
            before = await _known(uow, group_id)
            rhythm = change.get("rhythm", before.rhythm)
            zone = change.get("zone")
            if zone is not None and rhythm is not None and rhythm.zone != zone:
                change["rhythm"] = replace(rhythm, zone=zone)
            after = await uow.groups.change(group_id, **change)
            await self._timetable.move(uow, before, after)
        self._outbox.wake()
        return after

    async def start(self, group_id: GroupId) -> Group:
        """Let a drafted group's week begin; one that runs already stays as it is. Raises `LookupError`."""
        async with self._storage.write() as uow:
            group = await _known(uow, group_id)
            if group.state is not GroupState.DRAFT or group.week is None:
                return group
            group = await uow.groups.change(group_id, state=GroupState.ACTIVE)
            await self._timetable.begin(uow, group)
        self._outbox.wake()
        return group

    async def time_digests(self) -> int:
        """Give groups that began before there were digests the row of theirs; return how many."""
        async with self._storage.read() as uow:
            alive = [each for each in await uow.groups.all(ALIVE) if each.settings.digest.on]
            without = [each.id for each in alive if not await uow.schedules.of_group(each.id, DIGEST)]
        if not without:
            return 0
        async with self._storage.write() as uow:
            timed = sum([await self._timetable.time_digest(uow, await _known(uow, each)) for each in without])
        self._outbox.wake()
        return timed

    async def pause(self, group_id: GroupId, until: datetime | None) -> Group:
        """Let everything of a group stand still until the aware moment `until`, or until somebody wakes it."""
        return await self._rest(group_id, GroupState.PAUSED, until)

    async def rest(self, group_id: GroupId) -> Group:
        """Let a group sleep that nobody seems to use, until somebody wakes it."""
        return await self._rest(group_id, GroupState.RESTING, None)

    async def wake(self, group_id: GroupId) -> Group:
        """Take a resting group up again: what was under way goes on, for the first meeting that can be prepared."""
        async with self._storage.write() as uow:
            group = await self._wake(uow, await _known(uow, group_id))
        self._outbox.wake()
        return group

    async def woken(self, schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        """End a pause whose time has come. The planner of `cycle.wake`: it writes no letter, repeating it is fine."""
        async with self._storage.write() as uow:
            group = await uow.groups.get(schedule.group_id) if schedule.group_id is not None else None
            if group is not None and group.paused_until is not None and group.paused_until <= self._clock():
                await self._wake(uow, group)
        self._outbox.wake()
        return ()

    async def end(self, group_id: GroupId) -> Group:
        """Let a group be over. What it read stays; started again, it begins anew."""
        async with self._storage.write() as uow:
            await self._timetable.end(uow, group_id)
            return await uow.groups.change(group_id, state=GroupState.ENDED, paused_until=None)

    async def hurry(self, group_id: GroupId, step: Step = Step.POST) -> bool:
        """Let a step of the next meeting fall due now, out of quiet hours; False when it was done or does not happen.

        For a meeting that the group began too late for, the steps until then come too.
        """
        async with self._storage.write() as uow:
            hurried = await self._timetable.hurry(uow, await _known(uow, group_id), step)
        if hurried:
            self._outbox.wake()
        return hurried

    async def _rest(self, group_id: GroupId, state: GroupState, until: datetime | None) -> Group:
        async with self._storage.write() as uow:
            group = await _known(uow, group_id)
            if group.state not in ALIVE:
                return group
            await self._timetable.rest(uow, group, until)
            group = await uow.groups.change(group_id, state=state, paused_until=until)
        self._outbox.wake()
        return group

    async def _wake(self, uow: UnitOfWork, group: Group) -> Group:
        if group.state not in RESTING:
            return group
        for cycle in await uow.cycles.latest(group.id, SILENCE):  # somebody is there after all: it is counted anew
            await uow.cycles.silent(cycle.id, False)
        group = await uow.groups.change(group.id, state=GroupState.ACTIVE, paused_until=None)
        await self._timetable.wake(uow, group)
        return group

    # looking ahead

    async def course(self, group: Group) -> Course | None:
        """Return how a group goes on: as it would begin now, for one that did not; None without a meeting."""
        async with self._storage.read() as uow:
            return await self._timetable.course(uow, group)

    async def prepares(self, group: Group) -> date | None:
        """Return the day of the meeting that the next ballot and post are for; None without a meeting."""
        async with self._storage.read() as uow:
            return await self._timetable.prepares(uow, group)

    async def issues_ahead(self, group: Group, until: datetime) -> tuple[datetime, ...]:
        """Return when issues of the digest come until an aware moment: as if it began now, for a draft."""
        async with self._storage.read() as uow:
            return await self._timetable.issues_ahead(uow, group, until)


async def arrives(
    uow: UnitOfWork, user: UserRef, language: str | None, place: Place, group_id: GroupId, now: datetime
) -> Identity:
    """Return the account that acts in a group, noted as one of its members: its buttons are only the group's."""
    identity = await uow.people.meet(user, language, now)
    spaces = [home.space for home in await uow.groups.homes(group_id)]
    if place.space in spaces and place.space is not None:
        await uow.members.note(identity.id, place.space, now)
        return identity
    if place.private:
        known = await uow.groups.of_person(identity.person_id)
        there = next((space for space in spaces if space.platform is user.platform), None)
        if there is not None and all(each.id != group_id for each in known):
            await uow.members.note(identity.id, there, now)
        await uow.groups.use(identity.id, group_id, now)
    return identity


async def at(uow: UnitOfWork, place: Place) -> Group | None:
    """Return the group that lives in a channel or topic, or in its whole space."""
    return None if place.space is None else await uow.groups.at(place.space, channel_of(place))


async def _lives_at(uow: UnitOfWork, group_id: GroupId, space: SpaceRef, channel: str | None) -> bool:
    homes = await uow.groups.homes(group_id)
    return any((home.space, home.channel) == (space, channel) for home in homes)


async def _known(uow: UnitOfWork, group_id: GroupId) -> Group:
    group = await uow.groups.get(group_id)
    if group is None:
        raise LookupError(f"no group {group_id}")
    return group
