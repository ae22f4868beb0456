"""What a group may read: nominated by members, ordered by organisers. A paper stands once in a group's queue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from bot.core.people import GroupId, IdentityId, PersonId
from bot.core.reading import Nomination, NominationId, NominationState, PaperId
from bot.storage.run import AnyRow, Run
from bot.storage.tables import identities, nominations

_of_group = nominations.c.group_id == bindparam("of_group")
_this = nominations.c.id == bindparam("this")
_theirs = nominations.c.identity_id.in_(select(identities.c.id).where(identities.c.person_id == bindparam("of_person")))
_is_open = nominations.c.state == NominationState.OPEN.value

_GET = select(nominations).where(_this)
_OF_PAPER = select(nominations).where(_of_group, nominations.c.paper_id == bindparam("of_paper"))
_OPEN = (
    select(nominations)
    .where(_of_group, _is_open)
    .order_by(nominations.c.pinned.desc(), nominations.c.at, nominations.c.id)
)
_OF_GROUP = select(nominations).where(_of_group).order_by(nominations.c.at, nominations.c.id)
_OF_PERSON = select(nominations).where(_theirs).order_by(nominations.c.at.desc(), nominations.c.id.desc())
_NEW = insert(nominations).returning(nominations.c.id)
_AGAIN = (
    update(nominations)
    .where(_this)
    .values(
        identity_id=bindparam("by"),
        why=bindparam("because"),
        at=bindparam("moment"),
        state=NominationState.OPEN.value,
        pinned=False,
        said=None,
    )
)
_WITHDRAW = update(nominations).where(_this, _theirs, _is_open).values(state=NominationState.WITHDRAWN.value)
_EXPLAIN = update(nominations).where(_this, _theirs, _is_open).values(why=bindparam("because"))
_PIN = update(nominations).where(_this, _is_open).values(pinned=bindparam("first"), said=bindparam("reason"))
_BECOME = update(nominations).where(_this).values(state=bindparam("becomes"))
_VETO = (
    update(nominations)
    .where(_this, _is_open)
    .values(state=NominationState.VETOED.value, pinned=False, said=bindparam("reason"))
)


class Nominations:
    """A group's queue."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def add(
        self, group_id: GroupId, paper_id: PaperId, identity_id: IdentityId | None, why: str, now: datetime
    ) -> tuple[Nomination, bool]:
        """Nominate a paper; return how it stands, and whether that is by this word.

        Duplicates meet: one that is open, vetoed or picked stays as it is; one withdrawn is open again, as new.
        """
        before = await self.of_paper(group_id, paper_id)
        if before is not None and before.state is not NominationState.WITHDRAWN:
            return before, False
        if before is not None:
            values = {"this": before.id, "by": identity_id, "because": why, "moment": now}
            await self._run.count(_AGAIN, values)
            return Nomination(before.id, group_id, paper_id, identity_id, why, now), True
        row = {
            "group_id": group_id,
            "paper_id": paper_id,
            "identity_id": identity_id,
            "why": why,
            "at": now,
            "state": NominationState.OPEN.value,
            "pinned": False,
        }
        number = NominationId(await self._run.value(_NEW, row))
        return Nomination(number, group_id, paper_id, identity_id, why, now), True

    async def get(self, nomination_id: NominationId) -> Nomination | None:
        """Return a nomination by its number."""
        row = await self._run.row(_GET, {"this": nomination_id})
        return None if row is None else nomination_of(row)

    async def of_paper(self, group_id: GroupId, paper_id: PaperId) -> Nomination | None:
        """Return how a paper stands in a group's queue, None when nobody nominated it."""
        row = await self._run.row(_OF_PAPER, {"of_group": group_id, "of_paper": paper_id})
        return None if row is None else nomination_of(row)

    async def open(self, group_id: GroupId) -> tuple[Nomination, ...]:
        """Return what a group may read next: what an organiser put first, then what waited longest."""
        return tuple(map(nomination_of, await self._run.rows(_OPEN, {"of_group": group_id})))

    async def of_group(self, group_id: GroupId) -> tuple[Nomination, ...]:
        """Return every nomination of a group, whatever became of it, the earliest first."""
        return tuple(map(nomination_of, await self._run.rows(_OF_GROUP, {"of_group": group_id})))

    async def of_person(self, person_id: PersonId) -> tuple[Nomination, ...]:
        """Return what a person nominated, the latest first."""
        return tuple(map(nomination_of, await self._run.rows(_OF_PERSON, {"of_person": person_id})))

    async def withdraw(self, nomination_id: NominationId, person_id: PersonId) -> bool:
        """Take one's own open nomination back; False when it is none of theirs, or not open any more."""
        return await self._run.count(_WITHDRAW, {"this": nomination_id, "of_person": person_id}) > 0

    async def explain(self, nomination_id: NominationId, person_id: PersonId, why: str) -> bool:
        """Keep why a person would read what they nominated; False when it is none of theirs, or not open any more."""
        values = {"this": nomination_id, "of_person": person_id, "because": why}
        return await self._run.count(_EXPLAIN, values) > 0

    async def pin(self, nomination_id: NominationId, pinned: bool, reason: str | None) -> bool:
        """Put an open nomination first, or let it go back to its place, for an organiser; False when it is not open."""
        return await self._run.count(_PIN, {"this": nomination_id, "first": pinned, "reason": reason}) > 0

    async def veto(self, nomination_id: NominationId, reason: str) -> bool:
        """Put an open nomination out, for an organiser, with their reason; False when it is not open."""
        return await self._run.count(_VETO, {"this": nomination_id, "reason": reason}) > 0

    async def picked(self, nomination_id: NominationId) -> None:
        """Note that a group reads what was nominated."""
        await self._become(nomination_id, NominationState.PICKED)

    async def reopen(self, nomination_id: NominationId) -> None:
        """Put a nomination back into the queue at its place, for an organiser who takes a veto or a pick back."""
        await self._become(nomination_id, NominationState.OPEN)

    async def _become(self, nomination_id: NominationId, state: NominationState) -> None:
        await self._run.count(_BECOME, {"this": nomination_id, "becomes": state.value})


def nomination_of(row: AnyRow) -> Nomination:
    """Return the nomination in a row of its table."""
    return Nomination(
        NominationId(row.id),
        GroupId(row.group_id),
        PaperId(row.paper_id),
        None if row.identity_id is None else IdentityId(row.identity_id),
        row.why,
        row.at,
        NominationState(row.state),
        row.pinned,
        row.said,
    )
