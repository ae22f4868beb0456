"""A group's schedules: the steps of its week and its digest, and how they move, rest and go on as the group does.

Everything happens in the caller's unit of work. Whatever changes, no step is lost and none comes twice. What happens at
a step is not known here, nor who may change a group.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from bot.core.cycle import Picks, Step, Week
from bot.core.digest.timing import DIGEST, FIRST_WEEK, coming, next_due, rule_of
from bot.core.groups import RESTING, Group, GroupState
from bot.core.outbox import revision_of
from bot.core.people import GroupId
from bot.core.reading import CycleId
from bot.core.rewriting import WAKE, Ahead, Course, begun, day_of, hurried, kind_of, rewritten, skipped_of, step_of
from bot.core.schedule import NewSchedule, Rule, Schedule, ScheduleState
from bot.services.outbox import Outbox
from bot.storage.unit import UnitOfWork

NOT_BEFORE, SKIPPED = "from", "skipped"  # in the payload of a digest's row: moments before which none comes
HEARD = "heard"  # there too: when somebody had the group go on last
_OPEN = "open"  # in the payload of a resting group's rows: the meeting that was coming when it went to rest
_STEP_KINDS = frozenset(kind_of(step) for step in Step)
_ASKING = (Picks.VOTE, Picks.PRESENTER)  # what these groups read is asked of their members after a meeting
_WITHOUT = (GroupState.DRAFT, GroupState.ENDED)  # nothing falls due for these


class Timetable:
    """Keeps the schedules of the groups. It commits nothing and wakes nobody: whoever calls does."""

    def __init__(self, clock: Callable[[], datetime], outbox: Outbox) -> None:
        """Tell members through `outbox` when a ballot ends at another time."""
        self._clock, self._outbox = clock, outbox

    # what changes it

    async def begin(self, uow: UnitOfWork, group: Group) -> None:
        """Let the week of a group that has just become active begin, from now on; one without a meeting has none."""
        now = self._clock()
        if group.week is None:
            return
        for row in [*await _rows(uow, group.id), *await uow.schedules.of_group(group.id, DIGEST)]:
            await uow.schedules.remove(row.id)
        await self._write(uow, group.id, _first(group, group.week, now), {})
        await self.time_digest(uow, group, now + FIRST_WEEK)

    async def move(self, uow: UnitOfWork, before: Group, after: Group) -> None:
        """Have everything ahead follow from what a group is now, where that is another week or digest than `before`."""
        if before.week is not None and after.week is not None and before.week != after.week:
            await self._rewrite(uow, before.week, after)
        await self.time_digest(uow, after)

    async def rest(self, uow: UnitOfWork, group: Group, until: datetime | None) -> None:
        """Let a group's schedules stand still until the aware moment `until`, or until it is woken."""
        rows, now = await _rows(uow, group.id), self._clock()
        if group.week is not None:
            open_for = _coming(group.week, rows, now).isoformat()
            for row in rows:
                await self._set(uow, row, state=ScheduleState.PAUSED, payload={**row.payload, _OPEN: open_for})
        for row in await uow.schedules.of_group(group.id, DIGEST):
            await self._set(uow, row, state=ScheduleState.PAUSED)
        for row in await uow.schedules.of_group(group.id, WAKE):
            await uow.schedules.remove(row.id)
        if until is not None:
            await uow.schedules.add(NewSchedule(WAKE, until, group_id=group.id), now)

    async def wake(self, uow: UnitOfWork, group: Group) -> None:
        """Let the schedules of a group that is active again go on, for the first meeting that can be prepared."""
        for row in await uow.schedules.of_group(group.id, WAKE):
            if row.next_due_at is None or row.next_due_at > self._clock():  # one that is due now ends by itself
                await uow.schedules.remove(row.id)
        if group.week is not None:
            await self._rewrite(uow, group.week, group, patient=True)
        for row in await _rows(uow, group.id):
            payload = {name: value for name, value in row.payload.items() if name != _OPEN}
            await self._set(uow, row, state=ScheduleState.ACTIVE, payload=payload)
        await self.time_digest(uow, group)

    async def hurry(self, uow: UnitOfWork, group: Group, step: Step) -> bool:
        """Let a step of the next meeting fall due now, out of quiet hours; False when it was done or does not happen.

        For a meeting that the group began too late for, the steps until then come too.
        """
        now = self._clock()
        if group.week is None or group.state is not GroupState.ACTIVE:
            return False
        rows = {step_of(row): row for row in await _rows(uow, group.id)}
        course = Course(group.week, group.week.rhythm.next_meeting(now), _ahead(group.week, rows.values()))
        if step in rows:
            course = replace(course, skipped=skipped_of(rows[step]))
        sooner = hurried(course, step, now)
        if sooner is None:
            return False
        await self._write(uow, group.id, sooner, rows, only=course)
        return True

    async def end(self, uow: UnitOfWork, group_id: GroupId) -> None:
        """Remove all of a group's schedules, those that wait for its return with them."""
        for row in await uow.schedules.of_group(group_id):
            await uow.schedules.remove(row.id)

    async def time_digest(self, uow: UnitOfWork, group: Group, not_before: datetime | None = None) -> bool:
        """Have the row of a group's weekly issue follow from what was chosen; say whether it is new.

        One that slept goes on with what is ahead: an issue that was not made is not made up for.
        """
        chosen, rows = group.settings.digest, await uow.schedules.of_group(group.id, DIGEST)
        if group.week is None or not chosen.on or group.state in _WITHOUT:
            for row in rows:
                await uow.schedules.remove(row.id)
            return False
        rule, rests = rule_of(group.week, chosen), group.state in RESTING
        if not rows:
            await self._add_digest(uow, group.id, rule, not_before or group.created_at + FIRST_WEEK, rests=rests)
            return True
        await self._move_digest(uow, rows, rule, rests=rests)
        for row in await uow.schedules.of_group(group.id, DIGEST):
            if row.state is not ScheduleState.PAUSED and rests:
                await self._set(uow, row, state=ScheduleState.PAUSED)
            elif row.state is ScheduleState.PAUSED and not rests:
                heard = {**row.payload, HEARD: self._clock().isoformat()}
                await self._set(uow, row, state=ScheduleState.ACTIVE, payload=heard)
        return False

    # what it says

    async def course(self, uow: UnitOfWork, group: Group) -> Course | None:
        """Return how a group goes on: as it would begin now, for one that did not; None without a meeting."""
        week, now = group.week, self._clock()
        if week is None:
            return None
        if group.state is GroupState.DRAFT:
            return _first(group, week, now)
        rows = await _rows(uow, group.id)
        ahead = _ahead(week, rows)
        if group.state in RESTING:
            return rewritten(week, week, _coming(week, rows, now), ahead, self._wakes_at(group), patient=True)
        return Course(week, self._prepared(week, ahead), ahead)

    async def prepares(self, uow: UnitOfWork, group: Group) -> date | None:
        """Return the day of the meeting that the next ballot and post are for; None without a meeting."""
        if group.week is None:
            return None
        return self._prepared(group.week, _ahead(group.week, await _rows(uow, group.id)))

    async def issues_ahead(self, uow: UnitOfWork, group: Group, until: datetime) -> tuple[datetime, ...]:
        """Return when issues of the digest come until an aware moment: as if it began now, for a draft."""
        if group.week is None or not group.settings.digest.on:
            return ()
        rule, now, made_at = rule_of(group.week, group.settings.digest), self._clock(), None
        if group.state is GroupState.DRAFT:
            first = next_due(rule, now, now + FIRST_WEEK)
        else:
            row = next(iter(await uow.schedules.of_group(group.id, DIGEST)), None)
            if row is None:
                return ()
            latest = next(iter(await uow.issues.latest(group.id, 1, sent=False)), None)
            made_at = latest.made_at if latest is not None else None
            after = self._wakes_at(group) if group.state in RESTING else now
            first = next_due(rule, after, earliest(row))
        return tuple(takewhile(lambda at: at <= until, coming(rule, first, made_at)))

    def _prepared(self, week: Week, ahead: Mapping[Step, Ahead]) -> date:
        days = [ahead[step].day for step in (Step.CLOSE, Step.POST) if step in ahead]
        return min(days, default=week.rhythm.next_meeting(self._clock()))

    def _wakes_at(self, group: Group) -> datetime:
        return max(group.paused_until or self._clock(), self._clock())

    # the rows

    async def _rewrite(self, uow: UnitOfWork, old: Week, group: Group, *, patient: bool = False) -> None:
        """Move what is ahead from the `old` week to the group's own, the cycles under way with it."""
        week, now = group.week, self._clock()
        if week is None or group.state in _WITHOUT:
            return
        rows = await _rows(uow, group.id)
        course = rewritten(old, week, _coming(old, rows, now), _ahead(old, rows), now, patient=patient)
        await self._write(uow, group.id, course, {step_of(row): row for row in rows})
        for was in sorted(course.days, reverse=course.days[min(course.days)] > min(course.days)):
            await self._move_cycle(uow, group.id, course, was)

    async def _move_cycle(self, uow: UnitOfWork, group_id: GroupId, course: Course, was: date) -> None:
        """Move what is under way for the meeting on the day `was` to the one it is for now, its ballot along."""
        week, becomes = course.week, course.days[was]
        cycle = await uow.cycles.on(group_id, was)
        if cycle is None or (was == becomes and cycle.meeting_at == week.rhythm.meeting_at(becomes)):
            return
        await uow.cycles.move(cycle.id, becomes, week.rhythm.meeting_at(becomes))
        ballot = await uow.ballots.of(cycle.id)
        if ballot is None or Step.CLOSE not in week.steps:
            return
        ahead = course.ahead[Step.CLOSE]
        closes_at = ahead.due if ahead.day == becomes else week.moment(Step.CLOSE, becomes)
        await uow.ballots.move(ballot.id, closes_at)
        await self._retell(uow, group_id, cycle.id, closes_at)

    async def _retell(self, uow: UnitOfWork, group_id: GroupId, cycle_id: CycleId, closes_at: datetime) -> None:
        """Have the posts that ask for votes say when the ballot ends now."""
        keys = [f"cycle:{cycle_id}:ballot#{home.id}" for home in await uow.groups.homes(group_id)]
        asked = (await uow.outbox.by_key(keys)).values()
        await self._outbox.put(uow, [revision_of(each, f"until@{closes_at:%Y%m%d%H%M}") for each in asked])

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
                await self._add(uow, new, rests=sleeps)
            elif only is None or only.ahead.get(step) != ahead:
                await self._set(uow, known, payload=kept, next_due_at=ahead.due, rule=course.rule(step))

    async def _add_digest(
        self, uow: UnitOfWork, group_id: GroupId, rule: Rule, floor: datetime, *, rests: bool
    ) -> None:
        now = self._clock()
        payload = {NOT_BEFORE: floor.isoformat(), HEARD: now.isoformat()}
        new = NewSchedule(DIGEST, next_due(rule, now, floor), payload, group_id=group_id, rule=rule)
        await self._add(uow, new, rests=rests)

    async def _move_digest(self, uow: UnitOfWork, rows: Sequence[Schedule], rule: Rule, *, rests: bool) -> None:
        now = self._clock()
        for row in rows:
            wakes = row.state is ScheduleState.PAUSED and not rests
            if row.rule != rule or (wakes and (row.next_due_at is None or row.next_due_at <= now)):
                await self._set(uow, row, rule=rule, next_due_at=next_due(rule, now, earliest(row)))

    async def _add(self, uow: UnitOfWork, new: NewSchedule, *, rests: bool) -> None:
        row = await uow.schedules.add(new, self._clock())
        if rests:
            await self._set(uow, row, state=ScheduleState.PAUSED)

    async def _set(self, uow: UnitOfWork, schedule: Schedule, **fields: Any) -> None:
        await uow.schedules.change(schedule.id, schedule.version, self._clock(), **fields)


def earliest(row: Schedule) -> datetime | None:
    """Return the moment before which no issue of a digest may come: in its first week, or in one that is skipped."""
    said = [row.payload[name] for name in (NOT_BEFORE, SKIPPED) if row.payload.get(name)]
    return max(map(datetime.fromisoformat, said), default=None)


def _first(group: Group, week: Week, now: datetime) -> Course:
    """Return how a group that did not begin yet would begin now."""
    return begun(week, now, asks=group.picks in _ASKING)


async def _rows(uow: UnitOfWork, group_id: GroupId) -> list[Schedule]:
    """Return the rows of a group's steps."""
    return [each for each in await uow.schedules.of_group(group_id) if each.kind in _STEP_KINDS]


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
