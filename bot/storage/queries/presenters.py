"""Who presents: who was asked in which cycle, what they said, and how often each served."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.core.people import GroupId, IdentityId, PersonId
from bot.core.reading import CycleId, Presenter, PresenterState, Served
from bot.storage.run import AnyRow, Run
from bot.storage.tables import cycles, identities, presenters
from bot.storage.upsert import insert_or_change

_with_person = select(presenters, identities.c.person_id).select_from(presenters.join(identities))
_SET = insert_or_change(presenters, lambda refused: {"state": refused.state, "at": refused.at})
_PERSON = select(identities.c.person_id).where(identities.c.id == bindparam("this"))
_OF = _with_person.where(presenters.c.cycle_id == bindparam("of_cycle"))
_OF_GROUP = (
    select(presenters, identities.c.person_id, cycles.c.meets_on)
    .select_from(presenters.join(identities).join(cycles, cycles.c.id == presenters.c.cycle_id))
    .where(cycles.c.group_id == bindparam("of_group"))
)


class Presenters:
    """Turns. Of two words of one person in one cycle, from whichever account, the later stands."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def ask(self, cycle_id: CycleId, identity_id: IdentityId, now: datetime) -> None:
        """Note that somebody was asked to present."""
        await self._set(cycle_id, identity_id, PresenterState.ASKED, now)

    async def accept(self, cycle_id: CycleId, identity_id: IdentityId, now: datetime) -> bool:
        """Note that somebody presents; False when somebody else does already. Said again it stays as first said."""
        standing = await self.standing(cycle_id)
        if standing is not None:
            return bool(standing.person_id == await self._run.value(_PERSON, {"this": identity_id}))
        await self._set(cycle_id, identity_id, PresenterState.ACCEPTED, now)
        return True

    async def passes(self, cycle_id: CycleId, identity_id: IdentityId, now: datetime) -> None:
        """Note that somebody who was asked leaves it to another."""
        await self._set(cycle_id, identity_id, PresenterState.PASSED, now)

    async def cancel(self, cycle_id: CycleId, identity_id: IdentityId, now: datetime) -> None:
        """Note that somebody who had accepted does not present after all."""
        await self._set(cycle_id, identity_id, PresenterState.CANCELLED, now)

    async def done(self, cycle_id: CycleId, identity_id: IdentityId, now: datetime) -> None:
        """Note that somebody presented."""
        await self._set(cycle_id, identity_id, PresenterState.DONE, now)

    async def of(self, cycle_id: CycleId) -> tuple[Presenter, ...]:
        """Return who was asked in a cycle and what they said last, each person once, the latest word last."""
        return _merged(await self._run.rows(_OF, {"of_cycle": cycle_id}))

    async def standing(self, cycle_id: CycleId) -> Presenter | None:
        """Return who presents in a cycle, or did; None while nobody has accepted."""
        there = (PresenterState.ACCEPTED, PresenterState.DONE)
        return next((each for each in await self.of(cycle_id) if each.state in there), None)

    async def history(self, group_id: GroupId) -> tuple[Served, ...]:
        """Return how often each person presented in a group and when last, by the number of the person."""
        rows = await self._run.rows(_OF_GROUP, {"of_group": group_id})
        days = {row.cycle_id: row.meets_on for row in rows}
        served: dict[PersonId, list[CycleId]] = {}
        for each in _merged(rows):
            if each.state is PresenterState.DONE:
                served.setdefault(each.person_id, []).append(each.cycle_id)
        return tuple(
            Served(person, len(found), max(days[cycle] for cycle in found)) for person, found in sorted(served.items())
        )

    async def _set(self, cycle_id: CycleId, identity_id: IdentityId, state: PresenterState, now: datetime) -> None:
        values = {"cycle_id": cycle_id, "identity_id": identity_id, "state": state.value, "at": now}
        await self._run.count(_SET[self._run.dialect], values)


def _merged(rows: Iterable[AnyRow]) -> tuple[Presenter, ...]:
    latest: dict[tuple[int, int], AnyRow] = {}
    for row in sorted(rows, key=lambda row: (row.at, row.identity_id)):
        latest[row.cycle_id, row.person_id] = row
    return tuple(map(_presenter, sorted(latest.values(), key=lambda row: (row.at, row.identity_id))))


def _presenter(row: AnyRow) -> Presenter:
    return Presenter(
        CycleId(row.cycle_id),
        PersonId(row.person_id),
        IdentityId(row.identity_id),
        PresenterState(row.state),
        row.at,
    )
