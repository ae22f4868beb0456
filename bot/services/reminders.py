"""Reminders as members use them: set, listed, changed, taken back; and what became of the messages about them.

What falls due and who carries it is the scheduler's; what is done about one occurrence is told in `occasions`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.errors import Told, UnknownPress
from bot.core.linking import same_reminder
from bot.core.outbox import Letter, LetterState
from bot.core.people import Person, PersonId
from bot.core.refs import Place, UserRef
from bot.core.reminders import KIND, Subject, When, Wish, at_wall, last_change, remembering, undone
from bot.core.schedule import NewSchedule, Schedule, ScheduleId, ScheduleState
from bot.core.study import StudyId
from bot.services.occasions import Log
from bot.services.outbox import Outbox
from bot.services.own_schedules import OVER, Row, change, end_moved, is_twin, own, stand_aside, still_moved, wake
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

MOST = 100  # reminders of one person; more would be a mistake, or meant to harm
CONFIRMED_WITHIN = 2.5  # seconds that a confirmation may take before the answer goes out without knowing
SET_POST = "remind.set"
_OF_THE_TIME = ("was", "zone", "wall")  # in a payload: what belongs to when it comes, not to what it is about
_TURN = "turn"  # in a payload: the turn in which it was set


class TooMany(Told):
    """More reminders than anybody needs. Values: `count`."""

    key = "remind.too_many"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Whether the confirmation of a reminder arrived where its messages go.

    `way` is that account. `reason` None with `arrived` False: not known yet.
    """

    arrived: bool
    reason: str | None
    way: UserRef


class Reminders:
    """Serves people about their reminders."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], outbox: Outbox, log: Log) -> None:
        """Keep in `storage`, write through `outbox`; what is done goes into `log`."""
        self._storage, self._clock, self._outbox, self._log = storage, clock, outbox, log

    # setting

    async def set(
        self, user: UserRef, language: str | None, wish: Wish, origin: Place, turn: str | None = None
    ) -> Schedule:
        """Keep a reminder and return it. `origin` is where it was asked for. Raises `TooMany`.

        Asked for again, or pressed twice, it is the one that is there; so it is when the same `turn` comes twice.
        """
        now = self._clock()
        at = max(wish.when.at, now + timedelta(seconds=1)).replace(microsecond=0)
        payload = wish.subject.put()
        if wish.when.rule is None and wish.when.zone is not None:
            payload |= at_wall(at, wish.when.zone)
        if turn is not None:
            payload[_TURN] = turn
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            if turn is not None and (set_ := await _set_in(uow, identity.person_id, turn)) is not None:
                return replace(set_, next_due_at=set_.next_due_at or now)
            theirs = await uow.schedules.of_person(identity.person_id, KIND)
            same = next((each for each in theirs if _same(each, wish, at)), None)
            own = [each for each in theirs if each.identity_id == identity.id and is_twin(each)]
            if same is not None and (same.identity_id == identity.id or any(same_reminder(x, same, now) for x in own)):
                return same
            if len(theirs) >= MOST:
                raise TooMany(count=MOST)
            new = NewSchedule(
                KIND,
                at,
                payload,
                identity.id,
                rule=wish.when.rule,
                left=wish.when.count,
                origin=None if origin.private else origin,
            )
            schedule = await uow.schedules.add(new, now)
            if same is not None:  # another account of theirs has it: kept for the day they part
                await stand_aside(uow, schedule, same, now)
                return same
        self._outbox.wake()
        return schedule

    async def is_first(self, person: Person | None, schedule: Schedule) -> bool:
        """Say whether `person`, as they were before, had no other reminder than this one."""
        if person is None:
            return True
        async with self._storage.read() as uow:
            ever = await uow.schedules.of_person(person.id, KIND, tuple(ScheduleState))
        return all(each.id == schedule.id for each in ever)

    async def confirm(
        self, user: UserRef, schedule: Schedule, place: Place, turn: str | None = None
    ) -> Confirmed | None:
        """Write the confirmation to where the reminder will go, once in a `turn`, and return how that went.

        None: the answer to `place` is itself the proof, because the reminder goes to that very private chat.
        """
        async with self._storage.read() as uow:
            way = await self._way(uow, schedule, user)
        if place.private and way == user:
            return None
        key = f"set:{schedule.id}@{turn or f'{self._clock():%Y%m%dT%H%M%S%f}'}"
        await self._outbox.enqueue(SET_POST, way, key, {"schedule": schedule.id})
        outcome = await self._outbox.outcome(key, CONFIRMED_WITHIN)
        if outcome is None:
            return Confirmed(False, None, way)
        if outcome.state is LetterState.SENT:
            return Confirmed(True, None, way)
        return Confirmed(False, outcome.reason or outcome.state.value, way)

    async def _way(self, uow: UnitOfWork, schedule: Schedule, user: UserRef) -> UserRef:
        return (await uow.schedules.addresses([schedule.id])).get(schedule.id, user)

    async def allow_here(self, user: UserRef, schedule_id: int) -> Schedule:
        """Take the person's leave to say, where the reminder was set, that something waits: never what."""
        async with self._storage.write() as uow:
            schedule = await own(uow, user, schedule_id)
            if schedule.origin is None:
                raise UnknownPress
            return await change(uow, schedule, self._clock(), fallback=True)

    # the list

    async def rows(self, person: Person | None) -> tuple[Row, ...]:
        """Return somebody's reminders, what comes first first, what stands still last."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            found = [each for each in await uow.schedules.of_person(person.id, KIND) if not is_twin(each)]
        roots = {each.id for each in found if each.of is None}
        moved = {each.of: each for each in found if each.of in roots and each.state is ScheduleState.ACTIVE}
        rows = [
            Row(each, moved[each.id].next_due_at if each.id in moved else None)
            for each in found
            if each.of is None or each.of not in roots
        ]
        return tuple(sorted(rows, key=_comes))

    async def row(self, user: UserRef, schedule_id: int) -> Row:
        """Return one reminder of `user`. Raises `UnknownPress` for anything else."""
        async with self._storage.read() as uow:
            schedule = await own(uow, user, schedule_id)
            snoozes = await uow.schedules.snoozes(schedule.id)
        moved = [each.next_due_at for each in snoozes if each.state is ScheduleState.ACTIVE and each.next_due_at]
        return Row(schedule, min(moved, default=None))

    async def find(self, schedule_id: int) -> Schedule | None:
        """Return a schedule by its number, for a letter about it; None when it is gone."""
        async with self._storage.read() as uow:
            return await uow.schedules.get(ScheduleId(schedule_id))

    async def pause(self, user: UserRef, schedule_id: int) -> Schedule:
        """Let a reminder stand still until it is told to go on; what was moved of it waits too."""
        async with self._storage.write() as uow:
            schedule = await own(uow, user, schedule_id)
            if schedule.state is not ScheduleState.ACTIVE:
                return schedule
            for each in await still_moved(uow, schedule, ScheduleState.ACTIVE):
                await change(uow, each, self._clock(), state=ScheduleState.PAUSED)
            return await change(
                uow, schedule, self._clock(), **remembering(schedule, "pause", state=ScheduleState.PAUSED)
            )

    async def resume(self, user: UserRef, schedule_id: int) -> Schedule:
        """Let a reminder go on: a rule with its next occurrence; once whose time is over comes at once."""
        async with self._storage.write() as uow:
            schedule = await own(uow, user, schedule_id)
            if schedule.state not in (ScheduleState.PAUSED, ScheduleState.AWAY):
                return schedule
            changed = await wake(uow, schedule, self._clock())
            for each in await still_moved(uow, schedule, ScheduleState.PAUSED, ScheduleState.AWAY):
                await wake(uow, each, self._clock(), root=schedule)
        self._outbox.wake()
        return changed

    async def stop(self, user: UserRef, schedule_id: int) -> Schedule:
        """End a reminder and what was moved of it."""
        async with self._storage.write() as uow:
            schedule = await own(uow, user, schedule_id)
            if schedule.state is ScheduleState.ENDED and last_change(schedule).get("did") == "stop":
                return schedule
            ended = await end_moved(uow, schedule, self._clock())
            return await change(
                uow,
                schedule,
                self._clock(),
                **remembering(schedule, "stop", {"open": ended}, state=ScheduleState.ENDED),
            )

    async def edit(self, user: UserRef, schedule_id: int, *, when: When | None, subject: Subject | None) -> Schedule:
        """Change when a reminder is due, or what it is about. What was moved of a rule stays moved."""
        async with self._storage.write() as uow:
            schedule = await own(uow, user, schedule_id)
            payload = {name: value for name, value in schedule.payload.items() if name not in _OF_THE_TIME}
            if subject is not None:
                payload = {name: payload[name] for name in ("root", "root_due") if name in payload} | subject.put()
            timed = {name: schedule.payload[name] for name in _OF_THE_TIME[1:] if name in schedule.payload}
            if when is not None:
                timed = at_wall(when.at.replace(microsecond=0), when.zone) if when.zone is not None else {}
            fields: dict[str, Any] = {"payload": payload | timed}
            extra: dict[str, Any] = {}
            if when is not None:
                fields |= {"rule": when.rule, "left": when.count, "next_due_at": when.at.replace(microsecond=0)}
                fields["state"] = ScheduleState.ACTIVE
                if schedule.rule is None:  # it was the one occurrence: two would come otherwise
                    extra["open"] = await end_moved(uow, schedule, self._clock())
            changed = await change(uow, schedule, self._clock(), **remembering(schedule, "edit", extra, **fields))
            if subject is not None:
                for each in await still_moved(uow, schedule, *ScheduleState):
                    kept = {name: each.payload[name] for name in ("root", "root_due") if name in each.payload}
                    await change(uow, each, self._clock(), payload=kept | subject.put())
        self._outbox.wake()
        return changed

    async def undo(self, user: UserRef, person: Person | None, schedule_id: int, version: int) -> Schedule | None:
        """Take back the change that led to `version`, or the setting itself (then None is returned).

        Pressed again, or after another change, it changes nothing.
        """
        async with self._storage.write() as uow:
            schedule = await own(uow, user, schedule_id)
            if schedule.version != version:
                return schedule
            now = self._clock()
            was = last_change(schedule)
            fields = undone(schedule, now)
            if fields is None:
                await uow.schedules.remove(schedule.id)
                return None
            changed = await change(uow, schedule, self._clock(), **fields)
            for snooze_id, at in was.get("open", ()):
                snooze = await uow.schedules.get(ScheduleId(snooze_id))
                if snooze is not None and snooze.state is ScheduleState.ENDED:
                    due = max(datetime.fromisoformat(at), now)
                    payload = {name: value for name, value in snooze.payload.items() if name != OVER}
                    await change(
                        uow, snooze, self._clock(), state=ScheduleState.ACTIVE, next_due_at=due, payload=payload
                    )
            if was.get("did") == "pause":
                for each in await still_moved(uow, schedule, ScheduleState.PAUSED):
                    await wake(uow, each, now, root=schedule)
        if was.get("line") is not None:
            await self._log.take_back(person, StudyId(was["line"]))
        self._outbox.wake()
        return changed

    # what became of the messages

    async def deliveries(self, person: Person | None, limit: int, offset: int) -> tuple[Letter, ...]:
        """Return the messages about somebody's reminders, the latest first."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            return await uow.outbox.of_person(person.id, limit, offset)

    async def untold(self, person: Person | None) -> tuple[Letter, ...]:
        """Return what could not be sent and was not told of yet; from now on it counts as told."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            found = tuple(each for each in await uow.outbox.untold(person.id) if each.kind == KIND)
        if found:
            async with self._storage.write() as uow:
                await uow.outbox.tell([each.id for each in found], self._clock())
        return found


async def _set_in(uow: UnitOfWork, person_id: PersonId, turn: str) -> Schedule | None:
    """Return what a turn set already, also when it is over: the turn came twice."""
    ever = await uow.schedules.of_person(person_id, KIND, tuple(ScheduleState))
    return next((each for each in ever if each.payload.get(_TURN) == turn and not is_twin(each)), None)


def _same(schedule: Schedule, wish: Wish, at: datetime) -> bool:
    """Say whether a reminder is what `wish` asks for."""
    if schedule.of is not None or schedule.state is not ScheduleState.ACTIVE:
        return False
    return (schedule.rule, schedule.next_due_at, Subject.of(schedule.payload)) == (wish.when.rule, at, wish.subject)


def _comes(row: Row) -> tuple[bool, float, int]:
    still = row.schedule.state is not ScheduleState.ACTIVE and row.moved is None
    at = row.moved or row.schedule.next_due_at
    return (still, at.timestamp() if at is not None else 0.0, row.schedule.id)
