"""Letters: put in once, leased by whoever sends them, marked by what became of them.

`not_before` is the one moment a letter is looked at next: when a waiting or held one may be sent, or when the lease of
one on its way ends. It is NULL once a letter has ended, and the index over it holds the rest. Every mark is guarded by
the number of the try, so that a sender who comes back late cannot overwrite what happened since.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, literal_column, null, or_, select, update

from bot.core.outbox import UNREAD, Delivery, Letter, LetterId, LetterState, NewLetter
from bot.core.people import GroupId, IdentityId, PersonId
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.schedule import ScheduleId
from bot.storage.addresses import address_of
from bot.storage.many import Many
from bot.storage.run import AnyRow, Run
from bot.storage.tables import identities, outbox, spaces, unreachable
from bot.storage.upsert import insert_or_leave

LEFT = "left"
"""Why letters to a space that the bot is not in any more are not sent."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ROUNDS = 4  # looks for letters of further lanes, when a few lanes fill the head of the queue
_lane = outbox.c.user_id + outbox.c.channel  # one of them is ""
_of_person = outbox.c.identity_id.in_(select(identities.c.id).where(identities.c.person_id == bindparam("of_person")))
_this_try = and_(
    outbox.c.id == bindparam("this"),
    outbox.c.attempt == bindparam("this_try"),
    outbox.c.state == literal_column("'leased'"),
)
_unread = outbox.c.state.in_([state.value for state in UNREAD])
_WAITS = (LetterState.WAITING, LetterState.HELD)

_KNOWN = select(outbox.c.key).where(outbox.c.key.in_(bindparam("keys", expanding=True)))
_LATEST = _KNOWN.order_by(outbox.c.id.desc()).limit(bindparam("most"))
_PUT = Many(
    insert_or_leave(outbox, outbox.c.key),
    *("key", "kind", "platform", "user_id", "channel", "thread", "space", "identity_id", "group_id", "schedule_id"),
    *("due_at", "was_down", "post", "payload", "revises", "under", "silent", "state", "attempt", "failures"),
    *("not_before", "reason", "created_at", "ended_at"),
)
_its_address = and_(
    unreachable.c.platform == outbox.c.platform,
    unreachable.c.user_id == outbox.c.user_id,
    unreachable.c.channel == outbox.c.channel,
)
_its_space = and_(spaces.c.platform == outbox.c.platform, spaces.c.native_id == outbox.c.space)
_READY = (
    select(outbox, unreachable.c.reason.label("blocked"), unreachable.c.since.label("blocked_since"), spaces.c.left_at)
    .select_from(outbox.outerjoin(unreachable, _its_address).outerjoin(spaces, _its_space))
    .where(
        outbox.c.platform == bindparam("on_platform"),
        outbox.c.not_before <= bindparam("now"),
        _lane.not_in(bindparam("lanes", expanding=True)),
    )
    .order_by(outbox.c.not_before, outbox.c.id)
    .limit(bindparam("most"))
)
_LEASE = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        # A lease that ran out: nobody knows whether that try arrived, and the first such moment counts.
        doubted_since=case(
            (outbox.c.state == LetterState.LEASED.value, func.coalesce(outbox.c.doubted_since, outbox.c.tried_at)),
            else_=outbox.c.doubted_since,
        ),
        state=LetterState.LEASED.value,
        attempt=outbox.c.attempt + 1,
        tried_at=bindparam("now"),
        not_before=bindparam("until"),
        fence=bindparam("under_fence"),
    )
)
_SENT = Many(
    update(outbox)
    .where(_this_try)
    .values(
        state=literal_column("'sent'"),
        not_before=null(),
        ended_at=bindparam("at"),
        sent_channel=bindparam("in_channel"),
        sent_topic=bindparam("in_topic"),
        sent_message=bindparam("as_message"),
        sent_thread=bindparam("opened"),
    ),
    *("at", "in_channel", "in_topic", "as_message", "opened", "this", "this_try"),
)
_AGAIN = (
    update(outbox)
    .where(_this_try)
    .values(
        state=bindparam("then"),
        not_before=bindparam("again_at"),
        reason=bindparam("why"),
        failures=outbox.c.failures + bindparam("failed"),
        doubted_since=func.coalesce(outbox.c.doubted_since, bindparam("doubt", type_=outbox.c.doubted_since.type)),
    )
)
_END = (
    update(outbox)
    .where(_this_try)
    .values(state=bindparam("then"), reason=bindparam("why"), not_before=None, ended_at=bindparam("now"))
)
_EARLIEST = (
    select(outbox.c.not_before)
    .where(outbox.c.platform == bindparam("on_platform"), outbox.c.not_before > bindparam("later_than"))
    .order_by(outbox.c.not_before)
    .limit(1)
)
_RECLAIM = (
    update(outbox)
    .where(
        outbox.c.platform == bindparam("on_platform"),
        outbox.c.not_before > bindparam("now"),
        outbox.c.state == LetterState.LEASED.value,
        or_(outbox.c.fence.is_(None), outbox.c.fence < bindparam("under_fence")),
    )
    .values(not_before=bindparam("now"))
)
_GET = select(outbox).where(outbox.c.id == bindparam("this"))
_BY_KEY = select(outbox).where(outbox.c.key.in_(bindparam("keys", expanding=True)))
_latest_first = outbox.c.id.desc()
_OF_PERSON = (
    select(outbox).where(_of_person).order_by(_latest_first).limit(bindparam("most")).offset(bindparam("skipping"))
)
_OF_SCHEDULE = (
    select(outbox)
    .where(outbox.c.schedule_id == bindparam("of_schedule"))
    .order_by(_latest_first)
    .limit(bindparam("most"))
)
_UNTOLD = (
    select(outbox).where(_of_person, _unread, outbox.c.told_at.is_(None)).order_by(outbox.c.id).limit(bindparam("most"))
)
_TELL = update(outbox).where(outbox.c.id.in_(bindparam("ids", expanding=True))).values(told_at=bindparam("now"))
_QUEUED = (
    select(outbox.c.state, func.count().label("letters"))
    .where(outbox.c.not_before.is_not(None))
    .group_by(outbox.c.state)
)
_ENDED = (
    select(outbox.c.state, func.count().label("letters"))
    .where(outbox.c.ended_at >= bindparam("since"))
    .group_by(outbox.c.state)
)
_FAILURES = (
    select(outbox)
    .where(outbox.c.ended_at >= bindparam("since"), _unread)
    .order_by(outbox.c.ended_at.desc(), _latest_first)
    .limit(bindparam("most"))
)
_WITHHOLD = (
    update(outbox)
    .where(
        outbox.c.not_before.is_not(None),
        outbox.c.platform == bindparam("on_platform"),
        outbox.c.space == bindparam("in_space"),
        outbox.c.state.in_([state.value for state in _WAITS]),
    )
    .values(state=LetterState.WITHHELD.value, not_before=None, ended_at=bindparam("now"), reason=bindparam("why"))
)
_MOVED = (
    update(outbox)
    .where(outbox.c.platform == bindparam("on_platform"), outbox.c.space == bindparam("space_was"))
    .values(
        space=bindparam("space_is"),
        channel=case((outbox.c.channel == bindparam("space_was"), bindparam("space_is")), else_=outbox.c.channel),
    )
)
_UNTHREAD = (
    update(outbox)
    .where(
        outbox.c.platform == bindparam("on_platform"),
        outbox.c.space == bindparam("in_space"),
        outbox.c.thread == bindparam("thread_gone"),
        outbox.c.ended_at.is_(None),
    )
    .values(thread="")
)
_PURGE = delete(outbox).where(outbox.c.ended_at < bindparam("before"))


class Outbox:
    """Letters to be sent, and the log of those that were."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def put(self, letters: Sequence[NewLetter], now: datetime) -> set[str]:
        """Keep letters and return the keys of those that are new; a key that is there already is left as it is."""
        new = {letter.key: letter for letter in letters}
        before: set[str] = set()
        if new and not self._run.counts:
            before = {row.key for row in await self._run.rows(_KNOWN, {"keys": list(new)})}
        count = await self._run.many(_PUT, [_new_values(letter, now) for letter in new.values()])
        if not self._run.counts:
            return new.keys() - before
        if count == len(new):
            return set(new)
        rows = await self._run.rows(_LATEST, {"keys": list(new), "most": count})  # ids only grow
        return {row.key for row in rows}

    async def reclaim(self, platform: Platform, fence: int, now: datetime) -> int:
        """End the leases that couriers before this one left behind, and return how many there were.

        Call it once after the lease of the platform was taken: the next `lease` finds them, in doubt.
        """
        values = {"on_platform": platform.value, "under_fence": fence, "now": now}
        return await self._run.count(_RECLAIM, values)

    async def lease(
        self,
        platform: Platform,
        now: datetime,
        until: datetime,
        limit: int,
        skip_lanes: Collection[str] = (),
        fence: int | None = None,
    ) -> tuple[Letter, ...]:
        """Take letters to send, at most one a lane, until that moment; the longest waiting first.

        After `until` anybody may take them again, and knows from `doubted_since` that they may have been sent. A letter
        whose address is known to be out of reach says so in `blocked`: end it, or find another way.
        """
        lanes = set(skip_lanes)
        taken: list[AnyRow] = []
        for _ in range(_ROUNDS):
            most = limit - len(taken)
            values = {"on_platform": platform.value, "now": now, "lanes": list(lanes), "most": most}
            ready = await self._run.rows(_READY, values)
            for row in ready:
                lane = row.user_id + row.channel
                if lane not in lanes:
                    lanes.add(lane)
                    taken.append(row)
            if len(ready) < most or len(taken) == limit:
                break
        if taken:
            ids = [row.id for row in taken]
            await self._run.count(_LEASE, {"ids": ids, "now": now, "until": until, "under_fence": fence})
        return tuple(_leased(row, now, until) for row in taken)

    async def sent(self, deliveries: Sequence[Delivery]) -> None:
        """Note what a platform took; nothing for a try that does not count any more."""
        await self._run.many(_SENT, [_sent_values(each) for each in deliveries])

    async def postpone(
        self,
        letter_id: LetterId,
        attempt: int,
        not_before: datetime,
        reason: str,
        *,
        state: LetterState = LetterState.WAITING,
        doubted_since: datetime | None = None,
        counts: bool = True,
    ) -> bool:
        """Put a letter back until `not_before`, as `WAITING` or `HELD`.

        `doubted_since` says that a try may have arrived (the first such moment is kept), `counts` that this one failed
        by itself. False when the try does not count any more.
        """
        values = {
            "then": state.value,
            "again_at": not_before,
            "why": reason,
            "doubt": doubted_since,
            "failed": int(counts),
        }
        return await self._marked(_AGAIN, letter_id, attempt, values)

    async def end(self, letter_id: LetterId, attempt: int, state: LetterState, reason: str, now: datetime) -> bool:
        """End a letter that will not be sent; False when the try does not count any more."""
        values = {"then": state.value, "why": reason, "now": now}
        return await self._marked(_END, letter_id, attempt, values)

    async def withhold(self, space: SpaceRef, reason: str, now: datetime) -> int:
        """End what waits for a space; return how many letters that were. Called by `Spaces.left`."""
        values = {"on_platform": space.platform.value, "in_space": space.id, "why": reason, "now": now}
        return await self._run.count(_WITHHOLD, values)

    async def moved(self, old: SpaceRef, new: SpaceRef) -> None:
        """Give the places of letters their new id; receipts keep the old one. Called by `Spaces.moved`."""
        values = {"on_platform": old.platform.value, "space_was": old.id, "space_is": new.id}
        await self._run.count(_MOVED, values)

    async def unthread(self, space: SpaceRef, thread: str) -> None:
        """Let what waits for a topic that is gone go to its group itself. Called by `Spaces.topic_gone`."""
        values = {"on_platform": space.platform.value, "in_space": space.id, "thread_gone": thread}
        await self._run.count(_UNTHREAD, values)

    async def get(self, letter_id: LetterId) -> Letter | None:
        """Return a letter, None when it is gone."""
        row = await self._run.row(_GET, {"this": letter_id})
        return None if row is None else _letter(row)

    async def by_key(self, keys: Collection[str]) -> Mapping[str, Letter]:
        """Return the letters of these keys, as far as there are any."""
        return {row.key: _letter(row) for row in await self._run.rows(_BY_KEY, {"keys": list(keys)})}

    async def earliest(self, platform: Platform, after: datetime | None = None) -> datetime | None:
        """Return when a letter of a platform is to be looked at next, after that moment if one is given.

        One that is on its way counts with the end of its lease.
        """
        values = {"on_platform": platform.value, "later_than": after or _LONG_AGO}
        found: datetime | None = await self._run.value(_EARLIEST, values)
        return found

    async def of_person(self, person_id: PersonId, limit: int, offset: int = 0) -> tuple[Letter, ...]:
        """Return a person's letters, the latest first."""
        values = {"of_person": person_id, "most": limit, "skipping": offset}
        return tuple(map(_letter, await self._run.rows(_OF_PERSON, values)))

    async def of_schedule(self, schedule_id: ScheduleId, limit: int = 20) -> tuple[Letter, ...]:
        """Return a schedule's letters, the latest first."""
        rows = await self._run.rows(_OF_SCHEDULE, {"of_schedule": schedule_id, "most": limit})
        return tuple(map(_letter, rows))

    async def untold(self, person_id: PersonId, limit: int = 20) -> tuple[Letter, ...]:
        """Return a person's letters that were not sent and of which they have not heard, the oldest first."""
        return tuple(map(_letter, await self._run.rows(_UNTOLD, {"of_person": person_id, "most": limit})))

    async def tell(self, letters: Collection[LetterId], now: datetime) -> None:
        """Note that the readers of these letters heard that they were not sent."""
        if letters:
            await self._run.count(_TELL, {"ids": list(letters), "now": now})

    async def counts(self, since: datetime) -> Mapping[LetterState, int]:
        """Return how many letters wait, are on their way or are held, and how many ended how after `since`."""
        rows = [*await self._run.rows(_QUEUED), *await self._run.rows(_ENDED, {"since": since})]
        return {LetterState(row.state): row.letters for row in rows}

    async def failures(self, since: datetime, limit: int) -> tuple[Letter, ...]:
        """Return the letters that ended unsent after `since`, the latest first."""
        return tuple(map(_letter, await self._run.rows(_FAILURES, {"since": since, "most": limit})))

    async def purge(self, before: datetime) -> int:
        """Delete what ended before that moment, and return how many there were."""
        return await self._run.count(_PURGE, {"before": before})

    async def _marked(self, statement: Any, letter_id: LetterId, attempt: int, values: Mapping[str, Any]) -> bool:
        return await self._run.count(statement, {"this": letter_id, "this_try": attempt, **values}) > 0


def _new_values(new: NewLetter, now: datetime) -> tuple[Any, ...]:
    waits, to = new.state is LetterState.WAITING, new.to
    where: tuple[str, str, str, str | None]
    if isinstance(to, UserRef):
        where = (to.id, "", "", None)
    else:
        where = ("", to.channel, to.thread or "", None if to.space is None else to.space.id)
    return (
        *(new.key, new.kind, to.platform.value, *where, new.identity_id, new.group_id, new.schedule_id),
        *(new.due_at, new.was_down, new.post, new.payload, new.revises, new.under, new.silent, new.state.value, 0, 0),
        *((new.not_before or now) if waits else None, new.reason, now, None if waits else now),
    )


def _sent_values(each: Delivery) -> tuple[Any, ...]:
    return (each.at, each.place.channel, each.place.thread, each.message, each.thread, each.id, each.attempt)


def _leased(row: AnyRow, now: datetime, until: datetime) -> Letter:
    """Return a row as it is after it was leased."""
    cut_off, left = row.state == LetterState.LEASED.value, row.left_at is not None
    return _letter(
        row,
        state=LetterState.LEASED,
        attempt=row.attempt + 1,
        tried_at=now,
        not_before=until,
        doubted_since=(row.doubted_since or row.tried_at) if cut_off else row.doubted_since,
        found=LetterState(row.state),
        blocked=row.blocked or (LEFT if left else None),
        blocked_since=None if left else row.blocked_since,
    )


def _letter(row: AnyRow, **after: Any) -> Letter:
    to = address_of(row)
    receipt = None
    if row.sent_channel is not None:
        space = to.space if isinstance(to, Place) else None
        receipt = Place(to.platform, row.sent_channel, space, row.sent_topic)
    fields: dict[str, Any] = {
        "id": LetterId(row.id),
        "key": row.key,
        "kind": row.kind,
        "to": to,
        "post": row.post,
        "payload": row.payload,
        "identity_id": None if row.identity_id is None else IdentityId(row.identity_id),
        "group_id": None if row.group_id is None else GroupId(row.group_id),
        "schedule_id": None if row.schedule_id is None else ScheduleId(row.schedule_id),
        "due_at": row.due_at,
        "was_down": row.was_down,
        "revises": row.revises,
        "under": row.under,
        "silent": row.silent,
        "state": LetterState(row.state),
        "attempt": row.attempt,
        "failures": row.failures,
        "not_before": row.not_before,
        "tried_at": row.tried_at,
        "doubted_since": row.doubted_since,
        "reason": row.reason,
        "created_at": row.created_at,
        "ended_at": row.ended_at,
        "told_at": row.told_at,
        "sent_place": receipt,
        "sent_message": row.sent_message,
        "sent_thread": row.sent_thread,
    }
    return Letter(**(fields | after))
