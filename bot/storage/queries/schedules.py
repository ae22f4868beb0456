"""What is due when.

A row falls due while it is active; the index over `next_due_at` holds active rows only, so a look at what is due costs
the same however many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, insert, literal_column, select, update
from sqlalchemy.sql.elements import ColumnElement

from bot.core.people import GroupId, PersonId
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.schedule import NewSchedule, Rule, Schedule, ScheduleId, ScheduleState
from bot.storage.addresses import place_at, place_values
from bot.storage.many import Many
from bot.storage.run import AnyRow, Run
from bot.storage.tables import identities, people, schedules

_columns = [column for column in schedules.c if column.name != "ended_at"]  # as `_schedule` takes them
_active: ColumnElement[bool] = schedules.c.state == literal_column("'active'")  # as the index has it, not as a value
_of_person = schedules.c.identity_id.in_(
    select(identities.c.id).where(identities.c.person_id == bindparam("of_person"))
)
_this = schedules.c.id == bindparam("this")
_ACTIVE, _ENDED = ScheduleState.ACTIVE.value, ScheduleState.ENDED.value
_CHANGEABLE = frozenset({"payload", "next_due_at", "left", "state", "fallback", "identity_id", "rule", "origin"})

_DUE = (
    select(*_columns)
    .where(_active, schedules.c.next_due_at <= bindparam("now"))
    .order_by(schedules.c.next_due_at)
    .limit(bindparam("most"))
)
_DUE_OF_OTHERS = _DUE.where(schedules.c.kind.not_in(bindparam("kinds", expanding=True)))
_chosen = identities.alias("chosen")
_of_their_choice = and_(_chosen.c.person_id == people.c.id, _chosen.c.platform == people.c.delivery)
_ADDRESSES = (
    select(schedules.c.id, identities.c.platform, identities.c.user_id, _chosen.c.platform, _chosen.c.user_id)
    .select_from(schedules.join(identities).join(people).outerjoin(_chosen, _of_their_choice))
    .where(schedules.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_chosen.c.id.desc())  # of several accounts there, the first met
)
_ALIVE = select(func.count()).select_from(schedules).where(_active)
_EARLIEST = select(schedules.c.next_due_at).where(_active).order_by(schedules.c.next_due_at).limit(1)
_GET = select(*_columns).where(_this)
_OF_PERSON = select(*_columns).where(_of_person).order_by(schedules.c.next_due_at, schedules.c.id)
_OF_GROUP = (
    select(*_columns)
    .where(schedules.c.group_id == bindparam("of_group"))
    .order_by(schedules.c.next_due_at, schedules.c.id)
)
_SNOOZES = select(*_columns).where(schedules.c.of == bindparam("belongs_to")).order_by(schedules.c.id)
_SNOOZE = select(*_columns).where(
    schedules.c.of == bindparam("belongs_to"), schedules.c.of_due == bindparam("occurrence")
)
_NEW = insert(schedules).returning(schedules.c.id)
_NOW = select(schedules.c.id, schedules.c.next_due_at, schedules.c.version).where(
    schedules.c.id.in_(bindparam("ids", expanding=True))
)
_ADVANCE = Many(
    update(schedules)
    .where(
        _this, schedules.c.next_due_at == bindparam("was_due_at"), schedules.c.version == bindparam("as_of"), _active
    )
    .values(
        next_due_at=bindparam("following"),
        left=bindparam("still_left"),
        state=bindparam("then"),
        ended_at=bindparam("ends"),
    ),
    *("still_left", "following", "then", "ends", "this", "was_due_at", "as_of"),
)
_CHANGE = update(schedules).where(_this, schedules.c.version == bindparam("as_of"))
_SEND_AWAY = (
    update(schedules).where(_of_person, _active).values(state=ScheduleState.AWAY.value, version=schedules.c.version + 1)
)
_REMOVE = delete(schedules).where(_this)
_IN_ZONE = (
    select(*_columns)
    .where(schedules.c.id > bindparam("beyond"), _active, schedules.c.zone == bindparam("zone_named"))
    .order_by(schedules.c.id)
    .limit(bindparam("most"))
)
_SINGLE = (
    select(*_columns)
    .where(
        schedules.c.id > bindparam("beyond"),
        schedules.c.kind == bindparam("of_kind"),
        schedules.c.rrule.is_(None),
        schedules.c.next_due_at.is_not(None),
        schedules.c.state != ScheduleState.ENDED.value,
    )
    .order_by(schedules.c.id)
    .limit(bindparam("most"))
)
_ZONES = select(schedules.c.zone).where(_active, schedules.c.zone.is_not(None)).distinct().order_by(schedules.c.zone)
_PURGE = delete(schedules).where(schedules.c.ended_at < bindparam("before"))
_MOVED = (
    update(schedules)
    .where(schedules.c.platform == bindparam("on_platform"), schedules.c.space == bindparam("space_was"))
    .values(
        space=bindparam("space_is"),
        channel=case((schedules.c.channel == bindparam("space_was"), bindparam("space_is")), else_=schedules.c.channel),
    )
)
_UNTHREAD = (
    update(schedules)
    .where(
        schedules.c.platform == bindparam("on_platform"),
        schedules.c.space == bindparam("in_space"),
        schedules.c.thread == bindparam("thread_gone"),
    )
    .values(thread=None)
)


@dataclass(frozen=True, slots=True)
class Step:
    """How one due schedule goes on: what it was when it was read, and what becomes of it (`next_due_at` None: ends)."""

    read: Schedule
    next_due_at: datetime | None
    left: int | None


class Schedules:
    """Schedules of people and groups."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def add(self, new: NewSchedule, now: datetime) -> Schedule:
        """Keep a new schedule and return it."""
        return await self._add(_new_values(new, now))

    async def snooze(self, schedule: Schedule, due: datetime, until: datetime, now: datetime) -> Schedule:
        """Move one occurrence of a schedule to `until` and return the snooze; the rule is not touched.

        A second snooze of the same occurrence, or of the snooze itself, moves the first: it never becomes two.
        """
        root, root_due = schedule.id, due
        if schedule.of is not None and schedule.of_due is not None:
            root, root_due = schedule.of, schedule.of_due
        before = await self.snooze_of(root, root_due)
        if before is None:
            new = NewSchedule(
                schedule.kind,
                until,
                schedule.payload,
                schedule.identity_id,
                schedule.group_id,
                origin=schedule.origin,
                fallback=schedule.fallback,
            )
            return await self._add(_new_values(new, now) | {"of": root, "of_due": root_due})
        changes = {"next_due_at": until, "state": ScheduleState.ACTIVE, "payload": schedule.payload}
        await self.change(before.id, before.version, now, **changes)
        return await self._known(before.id)

    async def snooze_of(self, schedule_id: ScheduleId, due: datetime) -> Schedule | None:
        """Return the snooze of one occurrence, also one that ended; None when it was never moved."""
        row = await self._run.row(_SNOOZE, {"belongs_to": schedule_id, "occurrence": due})
        return None if row is None else _schedule(row)

    async def get(self, schedule_id: ScheduleId) -> Schedule | None:
        """Return a schedule, also one that ended; None when it is gone."""
        row = await self._run.row(_GET, {"this": schedule_id})
        return None if row is None else _schedule(row)

    async def of_person(
        self,
        person_id: PersonId,
        kind: str | None = None,
        states: Collection[ScheduleState] = (ScheduleState.ACTIVE, ScheduleState.PAUSED, ScheduleState.AWAY),
    ) -> tuple[Schedule, ...]:
        """Return a person's schedules, from all their accounts, the next due first."""
        rows = await self._run.rows(_OF_PERSON, {"of_person": person_id})
        return _some(rows, kind, states)

    async def of_group(
        self,
        group_id: GroupId,
        kind: str | None = None,
        states: Collection[ScheduleState] = (ScheduleState.ACTIVE, ScheduleState.PAUSED),
    ) -> tuple[Schedule, ...]:
        """Return a group's schedules, the next due first."""
        return _some(await self._run.rows(_OF_GROUP, {"of_group": group_id}), kind, states)

    async def snoozes(self, schedule_id: ScheduleId) -> tuple[Schedule, ...]:
        """Return the snoozes of a schedule's occurrences, also those that ended."""
        return tuple(map(_schedule, await self._run.rows(_SNOOZES, {"belongs_to": schedule_id})))

    async def change(self, schedule_id: ScheduleId, version: int, now: datetime, **changes: Any) -> bool:
        """Change a schedule that is still at `version`; False when somebody else changed it meanwhile or it is gone.

        `changes` are fields of `Schedule`: payload, next_due_at, left, state, fallback, identity_id, rule, origin.
        """
        if unknown := changes.keys() - _CHANGEABLE:
            raise ValueError(f"not to be changed: {', '.join(sorted(unknown))}")
        values = _changed(changes)
        if "state" in changes:
            values["ended_at"] = now if changes["state"] is ScheduleState.ENDED else None
        statement = _CHANGE.values(version=version + 1, **values)
        return await self._run.count(statement, {"this": schedule_id, "as_of": version}) > 0

    async def due(self, now: datetime, limit: int, *, without: Collection[str] = ()) -> tuple[Schedule, ...]:
        """Return what is due by `now`, the longest due first, at most `limit`; `without` are kinds to be left out."""
        values = {"now": now, "most": limit}
        if not without:
            return tuple(map(_schedule, await self._run.rows(_DUE, values)))
        return tuple(map(_schedule, await self._run.rows(_DUE_OF_OTHERS, values | {"kinds": list(without)})))

    async def addresses(self, ids: Collection[ScheduleId]) -> Mapping[ScheduleId, UserRef]:
        """Return where each schedule's person is written to: the account on the platform they chose, else their own."""
        rows = await self._run.rows(_ADDRESSES, {"ids": list(ids)}) if ids else ()
        return {ScheduleId(row[0]): _chosen_or_own(*row[1:]) for row in rows}

    async def earliest(self) -> datetime | None:
        """Return when the next schedule falls due, None when none will."""
        found: datetime | None = await self._run.value(_EARLIEST)
        return found

    async def alive(self) -> int:
        """Return how many schedules will fall due."""
        return int(await self._run.value(_ALIVE))

    async def advance(self, steps: Sequence[Step], now: datetime) -> set[ScheduleId]:
        """Let due schedules go on; return those that were still as they were read. Only these may be written about.

        Call it in the unit of work that keeps their letters: the two belong together.
        """
        count = await self._run.many(_ADVANCE, [_advanced(step, now) for step in steps])
        if count == len(steps):
            return {step.read.id for step in steps}
        rows = await self._run.rows(_NOW, {"ids": [step.read.id for step in steps]}) if steps else ()
        found = {row.id: (row.next_due_at, row.version) for row in rows}
        # One that another process let go on to the same moment is among them: its letter has the same key, and is one.
        return {step.read.id for step in steps if found.get(step.read.id) == (step.next_due_at, step.read.version)}

    async def send_away(self, person_id: PersonId) -> int:
        """Stop what is active of a person until they are back (`change` wakes each); return how many there were."""
        return await self._run.count(_SEND_AWAY, {"of_person": person_id})

    async def remove(self, schedule_id: ScheduleId) -> bool:
        """Delete a schedule for good, as if it had never been set; its letters stay in the log."""
        return await self._run.count(_REMOVE, {"this": schedule_id}) > 0

    async def zones(self) -> tuple[str, ...]:
        """Return the names of the zones that active rules are in. It looks at every schedule."""
        return tuple(row.zone for row in await self._run.rows(_ZONES))

    async def in_zone(self, zone: str, after_id: int, limit: int) -> tuple[Schedule, ...]:
        """Return the active rules in a zone whose id is greater than `after_id`, in order: to walk through all."""
        values = {"zone_named": zone, "beyond": after_id, "most": limit}
        return tuple(map(_schedule, await self._run.rows(_IN_ZONE, values)))

    async def single(self, kind: str, after_id: int, limit: int) -> tuple[Schedule, ...]:
        """Return what comes once, by no rule, whose id is greater than `after_id`, in order: to walk through all."""
        values = {"of_kind": kind, "beyond": after_id, "most": limit}
        return tuple(map(_schedule, await self._run.rows(_SINGLE, values)))

    async def moved(self, old: SpaceRef, new: SpaceRef) -> None:
        """Give the places that schedules were set in their new id. Called by `Spaces.moved`."""
        values = {"on_platform": old.platform.value, "space_was": old.id, "space_is": new.id}
        await self._run.count(_MOVED, values)

    async def unthread(self, space: SpaceRef, thread: str) -> None:
        """Let what was set in a topic that is gone have been set in its group. Called by `Spaces.topic_gone`."""
        values = {"on_platform": space.platform.value, "in_space": space.id, "thread_gone": thread}
        await self._run.count(_UNTHREAD, values)

    async def purge(self, before: datetime) -> int:
        """Delete what ended before that moment, and return how many there were."""
        return await self._run.count(_PURGE, {"before": before})

    async def _add(self, values: Mapping[str, Any]) -> Schedule:
        return await self._known(ScheduleId(await self._run.value(_NEW, values)))

    async def _known(self, schedule_id: ScheduleId) -> Schedule:
        found = await self.get(schedule_id)
        assert found is not None  # noqa: S101 - written a line ago
        return found


def _chosen_or_own(platform: str, user: str, chosen_platform: str | None, chosen_user: str | None) -> UserRef:
    if chosen_platform is None or chosen_user is None or chosen_platform == platform:
        return UserRef(Platform(platform), user)
    return UserRef(Platform(chosen_platform), chosen_user)


def _some(rows: Sequence[AnyRow], kind: str | None, states: Collection[ScheduleState]) -> tuple[Schedule, ...]:
    found = map(_schedule, rows)
    return tuple(each for each in found if each.state in states and kind in (None, each.kind))


def _advanced(step: Step, now: datetime) -> tuple[Any, ...]:
    read, following = step.read, step.next_due_at
    then, ends = (_ENDED, now) if following is None else (_ACTIVE, None)
    return step.left, following, then, ends, read.id, read.next_due_at, read.version


def _new_values(new: NewSchedule, now: datetime) -> dict[str, Any]:
    return {
        "kind": new.kind,
        "identity_id": new.identity_id,
        "group_id": new.group_id,
        **_rule_values(new.rule),
        "left": new.left,
        "payload": dict(new.payload),
        "next_due_at": new.next_due_at,
        "state": ScheduleState.ACTIVE.value,
        **_origin_values(new.origin),
        "fallback": new.fallback,
        "of": None,
        "of_due": None,
        "version": 1,
        "created_at": now,
        "ended_at": None,
    }


def _changed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of changed fields."""
    values = dict(changes)
    if "rule" in values:
        values |= _rule_values(values.pop("rule"))
    if "origin" in values:
        values |= _origin_values(values.pop("origin"))
    if "state" in values:
        values["state"] = values["state"].value
    if "payload" in values:
        values["payload"] = dict(values["payload"])
    return values


def _rule_values(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"rrule": None, "start": None, "zone": None, "until": None}
    return {"rrule": rule.rrule, "start": rule.start, "zone": rule.zone, "until": rule.until}


def _origin_values(origin: Place | None) -> dict[str, Any]:
    return dict.fromkeys(("platform", "channel", "thread", "space")) if origin is None else place_values(origin)


_STATES = {state.value: state for state in ScheduleState}


def _schedule(row: AnyRow) -> Schedule:
    # All at once: asking a row for its columns by name is half of what reading it costs.
    number, kind, identity_id, group_id, rrule, start, zone, until, left, payload, due, state, *rest = row
    platform, channel, thread, space, fallback, of, of_due, version, created_at = rest
    return Schedule(
        number,
        kind,
        identity_id,
        group_id,
        None if rrule is None else Rule(rrule, start, zone, until),
        left,
        payload,
        due,
        _STATES[state],
        None if channel is None else place_at(platform, channel, thread, space),
        fallback,
        of,
        of_due,
        version,
        created_at,
    )
