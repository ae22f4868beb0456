"""One person's reminders inside a unit of work: whose they are, and the changes that every use of them is made of.

What a person asked for is the callers' work; they open the unit and say what the moment is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.core.errors import Unavailable, UnknownPress
from bot.core.linking import same_reminder
from bot.core.people import IdentityId, PersonId
from bot.core.refs import UserRef
from bot.core.reminders import KIND, Subject, resumed, rezoned
from bot.core.schedule import KINDS, Schedule, ScheduleId, ScheduleState
from bot.storage.unit import UnitOfWork

OVER = "over"  # in the payload of a moved occurrence that shall not come any more
# In the payload of a reminder that stands still because another account of its person has the same one: that account.
TWIN = "twin"


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


# the same reminder on two accounts of one person: it comes once, and is kept for the day they part


def is_twin(schedule: Schedule) -> bool:
    """Say whether another account of the person has the same reminder, which is the one that comes and is shown."""
    return TWIN in schedule.payload


async def come_once(uow: UnitOfWork, person_id: PersonId, now: datetime) -> None:
    """Let what several accounts of a person have alike come from the first of them only."""
    kept: list[Schedule] = []
    coming = await uow.schedules.of_person(person_id, KIND, (ScheduleState.ACTIVE, ScheduleState.AWAY))
    for each in sorted(coming, key=lambda row: row.id):
        first = next((k for k in kept if k.identity_id != each.identity_id and same_reminder(k, each, now)), None)
        if first is None:
            kept.append(each)
        else:
            await stand_aside(uow, each, first, now)


async def stand_aside(uow: UnitOfWork, schedule: Schedule, first: Schedule, now: datetime) -> Schedule:
    """Let a reminder stand still for the same one of another account."""
    payload = {**schedule.payload, TWIN: first.identity_id}
    return await change(uow, schedule, now, state=ScheduleState.PAUSED, payload=payload)


async def come_again(uow: UnitOfWork, person_id: PersonId, accounts: Collection[IdentityId], now: datetime) -> None:
    """Give a person, whose accounts these are now, back what stood still for an account that is not theirs any more.

    It stands as what stands still for somebody away: `away.welcome` wakes it.
    """
    for each in await uow.schedules.of_person(person_id, KIND, (ScheduleState.PAUSED,)):
        if not is_twin(each) or each.payload[TWIN] in accounts:
            continue
        coming = await uow.schedules.of_person(person_id, KIND, (ScheduleState.ACTIVE, ScheduleState.AWAY))
        alike = [row for row in coming if same_reminder(row, each, now)]
        other = next((row for row in alike if row.identity_id != each.identity_id), None)
        if other is not None and len(alike) == 1:  # a third account has it: it comes from there now
            await stand_aside(uow, each, other, now)
            continue
        payload = {name: value for name, value in each.payload.items() if name != TWIN}
        state = ScheduleState.ENDED if alike else ScheduleState.AWAY
        await change(uow, each, now, state=state, payload=payload)
