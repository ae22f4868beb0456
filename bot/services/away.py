"""Being away: reminders, roles and streak stand still together, until a day or until one is back.

Coming back says nothing by itself: nobody gets a message they did not ask for. When an end was given, a row among the
schedules brings the person back, so no timer has to live as long as a holiday.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.core.outbox import NewLetter
from bot.core.people import Person, PersonId
from bot.core.refs import UserRef
from bot.core.reminders import KIND
from bot.core.schedule import NewSchedule, Schedule, ScheduleState
from bot.services.outbox import Outbox
from bot.services.own_schedules import come_once, wake
from bot.storage import Storage
from bot.storage.rows import Away
from bot.storage.unit import UnitOfWork

RETURN = "return"  # the kind of the schedule that ends a time away


class Aways:
    """Keeps who is away."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], outbox: Outbox) -> None:
        """Keep in `storage`; `outbox` is rung when something comes earlier than before."""
        self._storage, self._clock, self._outbox = storage, clock, outbox

    async def current(self, person: Person | None) -> Away | None:
        """Return the time away that `person` is in, None when they are here."""
        if person is None:
            return None
        async with self._storage.read() as uow:
            return _open(await uow.aways.of_person(person.id), self._clock())

    async def leave(self, user: UserRef, language: str | None, until: datetime | None) -> Away:
        """Let everything of `user` stand still, until the aware moment `until` or until they are back."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            open_ = [each for each in await uow.aways.of_person(identity.person_id) if each.ended_at is None]
            if len(open_) == 1 and open_[0].identity_id == identity.id and _open(open_, now) is not None:
                away = await uow.aways.move(open_[0], until)  # said again it is the same time away
            else:
                await uow.aways.end(identity.person_id, now)
                away = await uow.aways.start(identity.id, now, until)
            for row in await uow.schedules.of_person(identity.person_id, RETURN):
                await uow.schedules.remove(row.id)
            await uow.schedules.send_away(identity.person_id)
            if until is not None:
                await uow.schedules.add(NewSchedule(RETURN, until, identity_id=identity.id), now)
        self._outbox.wake()
        return away

    async def back(self, user: UserRef) -> int:
        """Let everything of `user` go on, and return how many reminders that were; nothing when they were not away."""
        async with self._storage.write() as uow:
            identity = await uow.people.of_identity(user)
            if identity is None:
                return 0
            for row in await uow.schedules.of_person(identity.person_id, RETURN):
                await uow.schedules.remove(row.id)
            await uow.aways.end(identity.person_id, self._clock())
            woken = await welcome(uow, identity.person_id, self._clock())
        self._outbox.wake()
        return woken

    async def returned(self, schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        """Bring back everybody whose planned end has come. A planner: it writes no letter, and repeating it is fine."""
        now = self._clock()
        async with self._storage.write() as uow:
            for person_id in await uow.aways.over(now):
                await uow.aways.end_over(person_id, now)
                if not await is_away(uow, person_id):
                    await welcome(uow, person_id, now)
        self._outbox.wake()
        return ()


async def is_away(uow: UnitOfWork, person_id: PersonId) -> bool:
    """Say whether a person is away by the word of one of their accounts."""
    return any(each.ended_at is None for each in await uow.aways.of_person(person_id))


async def welcome(uow: UnitOfWork, person_id: PersonId, now: datetime) -> int:
    """Wake what stood still because its person was away, and return how much; what was paused by a tap stays so."""
    sleeping = await uow.schedules.of_person(person_id, KIND, (ScheduleState.AWAY,))
    for each in sleeping:
        root = await uow.schedules.get(each.of) if each.of is not None else None
        await wake(uow, each, now, root=root)
    await come_once(uow, person_id, now)
    return len(sleeping)


def _open(aways: Sequence[Away], now: datetime) -> Away | None:
    """Return the time away that goes on, of several the one that ends last: each account may have said one."""
    going_on = [each for each in aways if each.ended_at is None and (each.until is None or each.until > now)]
    return max(going_on, key=lambda each: (each.until is None, each.until or each.since), default=None)
