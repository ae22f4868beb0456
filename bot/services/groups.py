"""Study groups: which one a chat is about, what their organisers choose, and when the steps of their week fall due.

A group's schedules follow from its week. Whatever changes it, rests it or takes it up again goes through `_go_on`, so
that no step is lost and none comes twice. What happens at a step is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, Unpack

from bot.core.cycle import Picks, Step, Week
from bot.core.digest.timing import DIGEST, FIRST_WEEK, coming, next_due, rule_of
from bot.core.groups import Group, GroupState, Home, Organiser, channel_of
from bot.core.outbox import NewLetter
from bot.core.people import Approval, GroupId, HomeId, Identity, IdentityId, Person, PersonId
from bot.core.reading import CycleId
from bot.core.refs import Place, SpaceRef, UserRef
from bot.core.rewriting import (
    PREFIX,
    WAKE,
    Ahead,
    Course,
    begun,
    day_of,
    hurried,
    kind_of,
    rewritten,
    skipped_of,
    step_of,
)
from bot.core.schedule import NewSchedule, Schedule, ScheduleState
from bot.i18n import Locale
from bot.services.outbox import Outbox
from bot.storage import Storage
from bot.storage.queries.groups import GroupChange
from bot.storage.unit import UnitOfWork

SILENCE = 6  # meetings back that a silence is looked for
REMEMBERED = timedelta(minutes=1)  # who runs which group: another process may name somebody
MOST_REMEMBERED = 10_000
INHERITED_POST = "organise.inherited"
STEP_KINDS = frozenset(kind_of(step) for step in Step)
ASKING = (Picks.VOTE, Picks.PRESENTER)  # what these groups read is asked of their members after a meeting
RESTING = (GroupState.PAUSED, GroupState.RESTING)
NOT_BEFORE, SKIPPED = "from", "skipped"  # in the payload of a digest's row: moments before which none comes
HEARD = "heard"  # there too: when somebody had the group go on last
_OPEN = "open"  # in the payload of a resting group's rows: the meeting that was coming when it went to rest


class Groups:
    """Serves the study groups of the house."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        outbox: Outbox,
        default_zone: str = "UTC",
        default_locale: Locale = Locale.EN,
    ) -> None:
        """Keep in `storage`; the defaults hold for a group whose organisers chose nothing."""
        self._storage, self._clock, self._outbox = storage, clock, outbox
        self._default_zone, self._default_locale = default_zone, default_locale
        self._organise: dict[tuple[PersonId, SpaceRef | None], tuple[datetime, bool]] = {}

    # which group

    async def here(self, place: Place, person: Person | None = None) -> Group | None:
        """Return the group that a chat is about: its channel's or topic's, else the only one of its space.

        In a private chat it is the one that `person` used last. One that ended is none.
        """
        async with self._storage.read() as uow:
            if place.space is None:
                return await uow.groups.last_used(person.id) if person is not None else None
            found = await at(uow, place)
            if found is not None and found.state is not GroupState.ENDED:
                return found
            living = [each for each in await uow.groups.in_space(place.space) if each.state is not GroupState.ENDED]
            return living[0] if len(living) == 1 else None

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
            await self._name(uow, found.id, identity.id)
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
            if before.week is not None and after.week is not None and before.week != after.week:
                await self._rewrite(uow, before.week, after)
            await self._time_digest(uow, after)
        self._outbox.wake()
        return after

    async def start(self, group_id: GroupId) -> Group:
        """Let a drafted group's week begin; one that runs already stays as it is. Raises `LookupError`."""
        now = self._clock()
        async with self._storage.write() as uow:
            group = await _known(uow, group_id)
            if group.state is not GroupState.DRAFT or group.week is None:
                return group
            for schedule in await _rows(uow, group_id):
                await uow.schedules.remove(schedule.id)
            await self._write(uow, group_id, begun(group.week, now, asks=group.picks in ASKING), {})
            group = await uow.groups.change(group_id, state=GroupState.ACTIVE)
            for schedule in await uow.schedules.of_group(group_id, DIGEST):
                await uow.schedules.remove(schedule.id)
            await self._time_digest(uow, group, now + FIRST_WEEK)
        self._outbox.wake()
        return group

    async def time_digests(self) -> int:
        """Give groups that began before there were digests the row of theirs; return how many."""
        async with self._storage.read() as uow:
            alive = [each for each in await uow.groups.all((GroupState.ACTIVE, *RESTING)) if each.settings.digest.on]
            without = [each.id for each in alive if not await uow.schedules.of_group(each.id, DIGEST)]
        if not without:
            return 0
        async with self._storage.write() as uow:
            timed = sum([await self._time_digest(uow, await _known(uow, group_id)) for group_id in without])
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
            for schedule in await uow.schedules.of_group(group_id):
                await uow.schedules.remove(schedule.id)
            return await uow.groups.change(group_id, state=GroupState.ENDED, paused_until=None)

    async def course(self, group: Group) -> Course | None:
        """Return how a group goes on: as it would begin now, for one that did not; None without a meeting."""
        if group.week is None:
            return None
        if group.state is GroupState.DRAFT:
            return begun(group.week, self._clock(), asks=group.picks in ASKING)
        async with self._storage.read() as uow:
            rows = await _rows(uow, group.id)
        ahead = _ahead(group.week, rows)
        if group.state in RESTING:
            return rewritten(
                group.week, group.week, _coming(group.week, rows, self._clock()), ahead, self._wakes_at(group),
                patient=True,
            )  # fmt: skip
        return Course(group.week, self._prepared(group.week, ahead), ahead)

    async def issues_ahead(self, group: Group, until: datetime) -> tuple[datetime, ...]:
        """Return when issues of the digest come until an aware moment: as if it began now, for a draft."""
        if group.week is None or not group.settings.digest.on:
            return ()
        rule, now, made_at = rule_of(group.week, group.settings.digest), self._clock(), None
        if group.state is GroupState.DRAFT:
            first = next_due(rule, now, now + FIRST_WEEK)
        else:
            async with self._storage.read() as uow:
                row = next(iter(await uow.schedules.of_group(group.id, DIGEST)), None)
                latest = next(iter(await uow.issues.latest(group.id, 1, sent=False)), None)
            if row is None:
                return ()
            made_at = latest.made_at if latest is not None else None
            after = self._wakes_at(group) if group.state in RESTING else now
            first = next_due(rule, after, earliest(row))
        return tuple(takewhile(lambda at: at <= until, coming(rule, first, made_at)))

    async def prepares(self, group: Group) -> date | None:
        """Return the day of the meeting that the next ballot and post are for; None without a meeting."""
        if group.week is None:
            return None
        async with self._storage.read() as uow:
            ahead = _ahead(group.week, await _rows(uow, group.id))
        return self._prepared(group.week, ahead)

    async def hurry(self, group_id: GroupId, step: Step = Step.POST) -> bool:
        """Let a step of the next meeting fall due now, out of quiet hours; False when it was done or does not happen.

        For a meeting that the group began too late for, the steps until then come too.
        """
        now = self._clock()
        async with self._storage.write() as uow:
            group = await _known(uow, group_id)
            if group.week is None or group.state is not GroupState.ACTIVE:
                return False
            rows = {step_of(row): row for row in await _rows(uow, group_id)}
            coming = group.week.rhythm.next_meeting(now)
            course = Course(group.week, coming, _ahead(group.week, rows.values()))
            if step in rows:
                course = replace(course, skipped=skipped_of(rows[step]))
            sooner = hurried(course, step, now)
            if sooner is None:
                return False
            await self._write(uow, group_id, sooner, rows, only=course)
        self._outbox.wake()
        return True

    # who runs it

    async def organises(self, person: Person, place: Place) -> bool:
        """Say whether a person was named an organiser of a group of this space; in private, of any group.

        Remembered for a minute. The door of the router.
        """
        now, asked = self._clock(), (person.id, place.space)
        until, known = self._organise.get(asked, (now, False))
        if until > now:
            return known
        async with self._storage.read() as uow:
            mine = set(await uow.organisers.groups(person.id))
            if mine and place.space is not None:
                mine &= {each.id for each in await uow.groups.in_space(place.space)}
        if len(self._organise) >= MOST_REMEMBERED:
            self._organise.clear()
        self._organise[asked] = (now + REMEMBERED, bool(mine))
        return bool(mine)

    async def may_run(self, group_id: GroupId, person: Person | None, place: Place, *, admin: bool) -> bool:
        """Say whether somebody runs this very group: named, or an `admin` of the space that `place` is in."""
        async with self._storage.read() as uow:
            if admin and place.space is not None:
                homes = await uow.groups.homes(group_id)
                if any(home.space == place.space for home in homes):
                    return True
            return person is not None and await uow.organisers.is_one(group_id, person.id)

    async def organisers(self, group_id: GroupId) -> tuple[Organiser, ...]:
        """Return who was named, by the account they were named by, the first named first."""
        async with self._storage.read() as uow:
            return await uow.organisers.of(group_id)

    async def name_organiser(self, group_id: GroupId, user: UserRef, language: str | None = None) -> bool:
        """Name an organiser; False when they are one already."""
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, self._clock())
            if await uow.organisers.is_one(group_id, identity.person_id):
                return False
            await self._name(uow, group_id, identity.id)
        return True

    async def step_down(self, group_id: GroupId, person: Person) -> bool:
        """Take a person's role back; False when they had none. Of the last one the platforms' admins inherit."""
        async with self._storage.write() as uow:
            gone = await uow.organisers.remove(group_id, person.id)
            self._organise.clear()
            if gone:
                await self._bequeath(uow, group_id)
        self._outbox.wake()
        return gone

    async def inherit(self) -> int:
        """Tell the groups whose last organiser is gone that their chat's admins run them now, once; return how many."""
        told = 0
        async with self._storage.write() as uow:
            for group in await uow.groups.all((GroupState.ACTIVE, *RESTING)):
                told += await self._bequeath(uow, group.id)
        if told:
            self._outbox.wake()
        return told

    async def _name(self, uow: UnitOfWork, group_id: GroupId, identity_id: IdentityId) -> None:
        await uow.organisers.add(group_id, identity_id, self._clock())
        await uow.marks.put(_named(group_id), "named", self._clock())
        self._organise.clear()

    async def _bequeath(self, uow: UnitOfWork, group_id: GroupId) -> bool:
        """Tell a group's first home, when it had organisers and has none any more; each time once."""
        now = self._clock()
        if await uow.organisers.of(group_id) or not await uow.marks.get(_named(group_id)):
            return False
        await uow.marks.put(_named(group_id), "", now)
        places = [home.place() for home in await uow.groups.homes(group_id)]
        place = next((each for each in places if each is not None), None)
        if place is None:
            return False
        key = f"inherit:{group_id}:{now:%Y%m%d%H%M%S}"
        letter = NewLetter(key, "notice", place, INHERITED_POST, {"group": group_id}, group_id=group_id, silent=True)
        await self._outbox.put(uow, [letter])
        return True

    # the week's schedules

    async def _rest(self, group_id: GroupId, state: GroupState, until: datetime | None) -> Group:
        now = self._clock()
        async with self._storage.write() as uow:
            group = await _known(uow, group_id)
            if group.state not in (GroupState.ACTIVE, *RESTING):
                return group
            rows = await _rows(uow, group_id)
            if group.week is not None:
                coming = _coming(group.week, rows, now).isoformat()
                for row in rows:
                    await self._set(uow, row, state=ScheduleState.PAUSED, payload={**row.payload, _OPEN: coming})
            for row in await uow.schedules.of_group(group_id, DIGEST):
                await self._set(uow, row, state=ScheduleState.PAUSED)
            for row in await uow.schedules.of_group(group_id, WAKE):
                await uow.schedules.remove(row.id)
            if until is not None:
                await uow.schedules.add(NewSchedule(WAKE, until, group_id=group_id), now)
            group = await uow.groups.change(group_id, state=state, paused_until=until)
        self._outbox.wake()
        return group

    async def _wake(self, uow: UnitOfWork, group: Group) -> Group:
        if group.state not in RESTING:
            return group
        for row in await uow.schedules.of_group(group.id, WAKE):
            if row.next_due_at is None or row.next_due_at > self._clock():  # one that is due now ends by itself
                await uow.schedules.remove(row.id)
        if group.week is not None:
            await self._rewrite(uow, group.week, group, patient=True)
        for row in await _rows(uow, group.id):
            payload = {name: value for name, value in row.payload.items() if name != _OPEN}
            await self._set(uow, row, state=ScheduleState.ACTIVE, payload=payload)
        for cycle in await uow.cycles.latest(group.id, SILENCE):  # somebody is there after all: it is counted anew
            await uow.cycles.silent(cycle.id, False)
        group = await uow.groups.change(group.id, state=GroupState.ACTIVE, paused_until=None)
        await self._time_digest(uow, group)
        return group

    async def _time_digest(self, uow: UnitOfWork, group: Group, not_before: datetime | None = None) -> bool:
        """Have the row of a group's weekly issue follow from what was chosen; say whether it is new.

        One that slept goes on with what is ahead: an issue that was not made is not made up for.
        """
        chosen, now = group.settings.digest, self._clock()
        rows = await uow.schedules.of_group(group.id, DIGEST)
        if group.week is None or not chosen.on or group.state in (GroupState.DRAFT, GroupState.ENDED):
            for row in rows:
                await uow.schedules.remove(row.id)
            return False
        rule, rests = rule_of(group.week, chosen), group.state in RESTING
        if not rows:
            floor = not_before or group.created_at + FIRST_WEEK
            payload = {NOT_BEFORE: floor.isoformat(), HEARD: now.isoformat()}
            due = next_due(rule, now, floor)
            row = await uow.schedules.add(NewSchedule(DIGEST, due, payload, group_id=group.id, rule=rule), now)
            if rests:
                await self._set(uow, row, state=ScheduleState.PAUSED)
            return True
        for row in rows:
            wakes = row.state is ScheduleState.PAUSED and not rests
            if row.rule != rule or (wakes and (row.next_due_at is None or row.next_due_at <= now)):
                await self._set(uow, row, rule=rule, next_due_at=next_due(rule, now, earliest(row)))
        for row in await uow.schedules.of_group(group.id, DIGEST):
            if row.state is not ScheduleState.PAUSED and rests:
                await self._set(uow, row, state=ScheduleState.PAUSED)
            elif row.state is ScheduleState.PAUSED and not rests:
                await self._set(uow, row, state=ScheduleState.ACTIVE, payload={**row.payload, HEARD: now.isoformat()})
        return False

    async def _rewrite(self, uow: UnitOfWork, old: Week, group: Group, *, patient: bool = False) -> None:
        """Move what is ahead from the `old` week to the group's own, the cycles under way with it."""
        week, now = group.week, self._clock()
        rows = await _rows(uow, group.id)
        if week is None or group.state in (GroupState.DRAFT, GroupState.ENDED):
            return
        course = rewritten(old, week, _coming(old, rows, now), _ahead(old, rows), now, patient=patient)
        await self._write(uow, group.id, course, {step_of(row): row for row in rows})
        for was in sorted(course.days, reverse=course.days[min(course.days)] > min(course.days)):
            cycle = await uow.cycles.on(group.id, was)
            becomes = course.days[was]
            if cycle is None or (was == becomes and cycle.meeting_at == week.rhythm.meeting_at(becomes)):
                continue
            await uow.cycles.move(cycle.id, becomes, week.rhythm.meeting_at(becomes))
            ballot = await uow.ballots.of(cycle.id)
            if ballot is not None and Step.CLOSE in week.steps:
                ahead = course.ahead[Step.CLOSE]
                closes_at = ahead.due if ahead.day == becomes else week.moment(Step.CLOSE, becomes)
                await uow.ballots.move(ballot.id, closes_at)
                await self._retell(uow, group.id, cycle.id, closes_at)

    async def _retell(self, uow: UnitOfWork, group_id: GroupId, cycle_id: CycleId, closes_at: datetime) -> None:
        """Have the posts that ask for votes say when the ballot ends now."""
        keys = [f"cycle:{cycle_id}:ballot#{home.id}" for home in await uow.groups.homes(group_id)]
        letters = [
            NewLetter(
                f"{key}:until@{closes_at:%Y%m%d%H%M}",
                "notice",
                asked.to,
                asked.post,
                asked.payload,
                group_id=group_id,
                revises=key,
                silent=True,
            )
            for key, asked in (await uow.outbox.by_key(keys)).items()
        ]
        await self._outbox.put(uow, letters)

    async def _write(
        self,
        uow: UnitOfWork,
        group_id: GroupId,
        course: Course,
        rows: Mapping[Step, Schedule],
        *,
        only: Course | None = None,
    ) -> None:
        """Keep a course: a row for each step. `only`: leave the rows of steps that are the same in it as they are."""
        now = self._clock()
        sleeps = any(row.state is ScheduleState.PAUSED for row in rows.values())
        for step, row in rows.items():
            if step not in course.ahead:
                await uow.schedules.remove(row.id)
        for step, ahead in course.ahead.items():
            known = rows.get(step)
            kept: dict[str, Any] = course.payload(step)
            if sleeps:
                kept[_OPEN] = course.coming.isoformat()
            if known is None:
                new = NewSchedule(kind_of(step), ahead.due, kept, group_id=group_id, rule=course.rule(step))
                row = await uow.schedules.add(new, now)
                if sleeps:
                    await self._set(uow, row, state=ScheduleState.PAUSED)
            elif only is None or only.ahead.get(step) != ahead:
                await self._set(uow, known, payload=kept, next_due_at=ahead.due, rule=course.rule(step))

    async def _set(self, uow: UnitOfWork, schedule: Schedule, **fields: Any) -> None:
        await uow.schedules.change(schedule.id, schedule.version, self._clock(), **fields)

    def _prepared(self, week: Week, ahead: Mapping[Step, Ahead]) -> date:
        days = [ahead[step].day for step in (Step.CLOSE, Step.POST) if step in ahead]
        return min(days, default=week.rhythm.next_meeting(self._clock()))

    def _wakes_at(self, group: Group) -> datetime:
        return max(group.paused_until or self._clock(), self._clock())


def earliest(row: Schedule) -> datetime | None:
    """Return the moment before which no issue of a digest may come: in its first week, or in one that is skipped."""
    said = [row.payload[name] for name in (NOT_BEFORE, SKIPPED) if row.payload.get(name)]
    return max(map(datetime.fromisoformat, said), default=None)


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


async def _rows(uow: UnitOfWork, group_id: GroupId) -> list[Schedule]:
    """Return the rows of a group's steps."""
    found = await uow.schedules.of_group(group_id)
    return [each for each in found if each.kind.startswith(PREFIX) and each.kind in STEP_KINDS]


def _ahead(week: Week, rows: Any) -> dict[Step, Ahead]:
    return {
        step_of(row): Ahead(row.next_due_at, day_of(week, row, row.next_due_at))
        for row in rows
        if row.next_due_at is not None
    }


def _coming(week: Week, rows: Sequence[Schedule], now: datetime) -> date:
    """Return the meeting that comes next, or that came next when the group went to rest."""
    said = next((row.payload[_OPEN] for row in rows if _OPEN in row.payload), None)
    return date.fromisoformat(said) if said is not None else week.rhythm.next_meeting(now)


def _named(group_id: GroupId) -> str:
    return f"organised.{group_id}"
