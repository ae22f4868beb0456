"""One person's reminders inside a unit of work: whose they are, and the changes that every use of them is made of.

What a person asked for is the callers' work; they open the unit and say what the moment is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.core.errors import Unavailable, UnknownPress
from bot.core.people import PersonId
from bot.core.refs import UserRef
from bot.core.reminders import KIND, Subject, resumed, rezoned
from bot.core.schedule import KINDS, Schedule, ScheduleId, ScheduleState
from bot.storage.unit import UnitOfWork

OVER = "over"  # in the payload of a moved occurrence that shall not come any more


@dataclass(frozen=True, slots=True)
class Row:
    """One reminder in somebody's list. `moved` is when its moved occurrence comes, before the rule's next one."""

    schedule: Schedule
    moved: datetime | None = None

    @property
    def subject(self) -> Subject:
        """Return what it is about."""
        return Subject.of(self.schedule.payload)


async def own(uow: UnitOfWork, user: UserRef, schedule_id: int) -> Schedule:
    """Return a reminder of the person behind `user`. Raises `UnknownPress` for anybody else's."""
    identity = await uow.people.of_identity(user)
    schedule = await uow.schedules.get(ScheduleId(schedule_id)) if identity is not None else None
    if identity is None or schedule is None or schedule.kind != KIND:
        raise UnknownPress
    if schedule.identity_id != identity.id:
        theirs = {each.id for each in await uow.people.identities(identity.person_id)}
        if schedule.identity_id not in theirs:
            raise UnknownPress
    return schedule


async def change(uow: UnitOfWork, schedule: Schedule, now: datetime, **fields: Any) -> Schedule:
    """Change a schedule as it was read and return it. Raises `Unavailable` when another process was faster."""
    if not await uow.schedules.change(schedule.id, schedule.version, now, **fields):
        raise Unavailable
    return replace(schedule, version=schedule.version + 1, **fields)


async def wake(uow: UnitOfWork, schedule: Schedule, now: datetime, root: Schedule | None = None) -> Schedule:
    """Let what stood still go on. A moved occurrence of a rule (`root`) that is long past is let be."""
    due = resumed(schedule, now)
    past = schedule.next_due_at is not None and schedule.next_due_at < now - KINDS[KIND].lateness
    if due is None or (root is not None and root.rule is not None and past):
        return await change(uow, schedule, now, state=ScheduleState.ENDED)
    return await change(uow, schedule, now, state=ScheduleState.ACTIVE, next_due_at=due)


async def move_zone(uow: UnitOfWork, person_id: PersonId, zone: str, now: datetime) -> int:
    """Move the reminders of somebody who lives in `zone` from now on; return how many moved.

    Call it in the unit of work that keeps the new zone: what falls due in between falls due by one of the two.
    """
    moved = 0
    for schedule in await uow.schedules.of_person(person_id, KIND):
        fields = rezoned(schedule, zone, now)
        if fields:
            await change(uow, schedule, now, **fields)
            moved += 1
    return moved


async def still_moved(uow: UnitOfWork, schedule: Schedule, *states: ScheduleState) -> list[Schedule]:
    """Return the moved occurrences of a schedule that are still to come."""
    snoozes = await uow.schedules.snoozes(schedule.id)
    return [each for each in snoozes if each.state in states and each.state is not ScheduleState.ENDED]


async def end_moved(uow: UnitOfWork, schedule: Schedule, now: datetime) -> list[list[Any]]:
    """End what was moved of a schedule; return the numbers and moments, to bring it back."""
    ended: list[list[Any]] = []
    for each in await still_moved(uow, schedule, *ScheduleState):
        if each.next_due_at is not None:
            ended.append([each.id, each.next_due_at.isoformat()])
        await change(uow, each, now, state=ScheduleState.ENDED, payload={**each.payload, OVER: True})
    return ended


async def let_be(uow: UnitOfWork, schedule: Schedule, due: datetime, now: datetime) -> None:
    """Let a moved occurrence not come any more; nothing for one that was never moved."""
    each = await uow.schedules.snooze_of(schedule.id, due)
    if each is not None and not each.payload.get(OVER):
        await change(uow, each, now, state=ScheduleState.ENDED, payload={**each.payload, OVER: True})
