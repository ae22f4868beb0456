"""One occurrence of a reminder, and what its person does with it: moved, done, left out, let be.

An occurrence is named by its schedule and the moment it was due, so pressing a button twice, or one of an old message,
moves the same occurrence and never a second one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from bot.core.people import Person, Preferences
from bot.core.refs import UserRef
from bot.core.reminders import Later, Quiet, Subject, came_before, last_change, moved_to, remembering
from bot.core.schedule import Schedule, ScheduleId, ScheduleState
from bot.core.series import Unit
from bot.core.study import StudyId
from bot.services.outbox import Outbox
from bot.services.own_schedules import OVER, Row, change, let_be, own
from bot.services.wishes import Wishes
from bot.storage import Storage
from bot.storage.unit import UnitOfWork


class Log(Protocol):
    """The study log, as far as *done* needs it."""

    async def finished(
        self,
        user: UserRef,
        language: str | None,
        *,
        source: str,
        text: str = "",
        resource_id: str | None = None,
        part: str | None = None,
    ) -> StudyId:
        """Write down once what is done on the occasion `source`, and return the line's id."""
        ...

    async def take_back(self, person: Person | None, line_id: StudyId) -> bool:
        """Delete a line."""
        ...


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occurrence of a reminder that came: of which schedule, and when it was due."""

    schedule: ScheduleId
    due: datetime
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What *done* led to. `following` is the unit that comes next, None behind the last one or without a series."""

    schedule: Schedule
    following: Unit | None
    ended: bool


class Occasions:
    """Serves people about one occurrence."""

    def __init__(
        self, storage: Storage, clock: Callable[[], datetime], wishes: Wishes, outbox: Outbox, log: Log
    ) -> None:
        """Keep in `storage`; what is done goes into `log`; `wishes` know people's days and the series."""
        self._storage, self._clock, self._wishes, self._outbox, self._log = storage, clock, wishes, outbox, log

    async def still(self, schedule_id: int) -> Schedule | None:
        """Return the reminder that a message is about, None when its person stopped it or let this occurrence be.

        Of a moved occurrence that is the reminder it belongs to, which knows the unit a series is at by now.
        """
        async with self._storage.read() as uow:
            schedule = await uow.schedules.get(ScheduleId(schedule_id))
            if schedule is None or schedule.payload.get(OVER) or not _wanted(schedule):
                return None
            root = await uow.schedules.get(schedule.of) if schedule.of is not None else None
        return root or schedule

    async def later(self, user: UserRef, person: Person | None, language: str | None, on: Occasion, to: Later) -> Row:
        """Move one occurrence; moved again, it is the same one that moves."""
        habits = self._wishes.habits(person, language)
        quiet = Quiet.of(person.preferences if person else Preferences())
        async with self._storage.write() as uow:
            now = self._clock()
            schedule = await own(uow, user, on.schedule)
            until = moved_to(to, on.due, now, habits, quiet).replace(microsecond=0)
            payload = Subject.of(schedule.payload).put() | {"root": schedule.id, "root_due": int(on.due.timestamp())}
            if to in (Later.TONIGHT, Later.TOMORROW, Later.WEEK):
                payload["zone"] = habits.zone
            await uow.schedules.snooze(replace(schedule, payload=payload), on.due, until, now)
        self._outbox.wake()
        return Row(schedule, until)

    async def not_later(self, user: UserRef, on: Occasion) -> Schedule:
        """Take back that an occurrence was moved, or let it be for this time: it does not come again."""
        async with self._storage.write() as uow:
            schedule = await own(uow, user, on.schedule)
            await let_be(uow, schedule, on.due, self._clock())
        return schedule

    async def done(self, user: UserRef, language: str | None, on: Occasion) -> Done:
        """Write down that it is done, once; a series goes on to the next unit, and ends behind the last."""
        async with self._storage.read() as uow:
            schedule = await own(uow, user, on.schedule)
        subject = Subject.of(schedule.payload)
        line = await self._log_it(user, language, subject, on)
        async with self._storage.write() as uow:
            schedule = await own(uow, user, on.schedule)
            await let_be(uow, schedule, on.due, self._clock())
            was = last_change(schedule)
            if was.get("did") == "done" and was.get("due") == on.due.isoformat():
                return self._done(schedule)
            schedule = await self._go_on(uow, schedule, on, "done", {"line": line})
        return self._done(schedule)

    async def move_on(self, user: UserRef, on: Occasion) -> Done:
        """Leave a unit out: the series goes on to the next one, and nothing is written down."""
        async with self._storage.write() as uow:
            schedule = await own(uow, user, on.schedule)
            await let_be(uow, schedule, on.due, self._clock())
            if on.unit is not None and schedule.payload.get("unit") == on.unit:
                schedule = await self._go_on(uow, schedule, on, "move_on", {})
        return self._done(schedule)

    def came_before(self, schedule: Schedule, due: datetime) -> bool:
        """Say whether the unit that is next came already and was not done since."""
        about = Subject.of(schedule.payload)
        return came_before(schedule.rule, replace(about, since=about.since or schedule.created_at), due)

    async def _log_it(self, user: UserRef, language: str | None, subject: Subject, on: Occasion) -> StudyId | None:
        """Write down what is done; a reminder about nothing in particular is nothing to write down."""
        if not (subject.text or subject.resource):
            return None
        part = None if on.unit is None else str(on.unit)
        source = f"remind:{on.schedule}@{on.due:%Y%m%dT%H%M%SZ}"
        return await self._log.finished(
            user, language, source=source, text=subject.text, resource_id=subject.resource, part=part
        )

    async def _go_on(
        self, uow: UnitOfWork, schedule: Schedule, on: Occasion, did: str, extra: dict[str, Any]
    ) -> Schedule:
        subject = Subject.of(schedule.payload)
        series = self._wishes.series(subject.series)
        payload = {name: value for name, value in schedule.payload.items() if name != "was"}
        fields: dict[str, Any] = {"payload": payload}
        if series is not None and on.unit is not None and subject.unit == on.unit:
            following = series.after(on.unit)
            if following is not None:
                next_one = replace(subject, unit=following.number, since=self._clock().replace(microsecond=0))
                fields["payload"] = payload | next_one.put()
            elif schedule.state is not ScheduleState.ENDED:
                fields["state"] = ScheduleState.ENDED
        extra = {**extra, "due": on.due.isoformat()}
        return await change(uow, schedule, self._clock(), **remembering(schedule, did, extra, **fields))

    def _done(self, schedule: Schedule) -> Done:
        subject = Subject.of(schedule.payload)
        following = (
            self._wishes.unit_of(subject) if schedule.state is not ScheduleState.ENDED or subject.series else None
        )
        over = subject.series is not None and schedule.state is ScheduleState.ENDED and schedule.rule is not None
        return Done(schedule, None if over else following, over)


def _wanted(schedule: Schedule) -> bool:
    if schedule.state is ScheduleState.ENDED:
        return last_change(schedule).get("did") != "stop"
    return schedule.state is ScheduleState.ACTIVE
