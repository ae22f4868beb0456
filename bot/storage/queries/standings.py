"""Where members stand with what their group reads: how far they are, and whether it is too hard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.core.people import GroupId, IdentityId, PersonId
from bot.core.reading import PaperId, Reader, Readers, ReaderState
from bot.storage.run import AnyRow, Run
from bot.storage.tables import identities, readers
from bot.storage.upsert import insert_or_change

_with_person = select(readers, identities.c.person_id).select_from(readers.join(identities))
_of_paper = (readers.c.group_id == bindparam("of_group"), readers.c.paper_id == bindparam("of_paper"))

_OF_PAPER = _with_person.where(*_of_paper)
_MINE = _OF_PAPER.where(identities.c.person_id == bindparam("of_person"))
_OF_PERSON = _with_person.where(identities.c.person_id == bindparam("of_person"))
_OF_GROUP = _with_person.where(readers.c.group_id == bindparam("of_group"))
_STAND = insert_or_change(readers, lambda refused: {"state": refused.state, "state_at": refused.state_at})
_TOO_HARD = insert_or_change(
    readers, lambda refused: {"too_hard": refused.too_hard, "too_hard_at": refused.too_hard_at}
)


class Standings:
    """Who reads what. A press sets; of two words of one person, from whichever account, the later stands."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def set(
        self,
        group_id: GroupId,
        paper_id: PaperId,
        identity_id: IdentityId,
        state: ReaderState | None,
        now: datetime,
    ) -> None:
        """Keep how far somebody is with a paper; None takes it back."""
        said = {"state": None if state is None else state.value, "state_at": now, "too_hard": False}
        await self._run.count(_STAND[self._run.dialect], _key(group_id, paper_id, identity_id) | said)

    async def too_hard(
        self, group_id: GroupId, paper_id: PaperId, identity_id: IdentityId, too_hard: bool, now: datetime
    ) -> None:
        """Keep whether a paper is too hard for somebody."""
        said = {"too_hard": too_hard, "too_hard_at": now}
        await self._run.count(_TOO_HARD[self._run.dialect], _key(group_id, paper_id, identity_id) | said)

    async def mine(self, group_id: GroupId, paper_id: PaperId, person_id: PersonId) -> Reader | None:
        """Return where a person stands with a paper; None when they said nothing, or took it back."""
        values = {"of_group": group_id, "of_paper": paper_id, "of_person": person_id}
        return next(iter(_merged(await self._run.rows(_MINE, values))), None)

    async def who(self, group_id: GroupId, paper_id: PaperId) -> tuple[Reader, ...]:
        """Return where everybody who said anything stands with a paper. Names are theirs: show counts."""
        return _merged(await self._run.rows(_OF_PAPER, {"of_group": group_id, "of_paper": paper_id}))

    async def of(self, group_id: GroupId, paper_id: PaperId) -> Readers:
        """Return how many persons stand where with a paper."""
        return _counted(await self.who(group_id, paper_id))

    async def of_group(self, group_id: GroupId) -> Mapping[PaperId, Readers]:
        """Return the same for every paper that a group read."""
        by_paper: dict[PaperId, list[Reader]] = {}
        for reader in _merged(await self._run.rows(_OF_GROUP, {"of_group": group_id})):
            by_paper.setdefault(reader.paper_id, []).append(reader)
        return {paper_id: _counted(found) for paper_id, found in by_paper.items()}

    async def of_person(self, person_id: PersonId) -> tuple[Reader, ...]:
        """Return where a person stands with everything they read with groups, the latest first."""
        found = _merged(await self._run.rows(_OF_PERSON, {"of_person": person_id}))
        return tuple(sorted(found, key=lambda reader: reader.at, reverse=True))


def _key(group_id: GroupId, paper_id: PaperId, identity_id: IdentityId) -> dict[str, object]:
    return {"group_id": group_id, "paper_id": paper_id, "identity_id": identity_id}


def _merged(rows: Iterable[AnyRow]) -> tuple[Reader, ...]:
    """Return one line for each person, group and paper, without those that say nothing any more."""
    said: dict[tuple[int, int, int], list[AnyRow]] = {}
    for row in rows:
        said.setdefault((row.group_id, row.paper_id, row.person_id), []).append(row)
    found = (_reader(of_accounts) for of_accounts in said.values())
    return tuple(reader for reader in found if reader.state is not None or reader.too_hard)


def _reader(rows: list[AnyRow]) -> Reader:
    state = max(((row.state_at, row.state or "") for row in rows if row.state_at is not None), default=None)
    hard = max(((row.too_hard_at, row.too_hard) for row in rows if row.too_hard_at is not None), default=None)
    return Reader(
        GroupId(rows[0].group_id),
        PaperId(rows[0].paper_id),
        PersonId(rows[0].person_id),
        ReaderState(state[1]) if state and state[1] else None,
        bool(hard and hard[1]),
        max(said[0] for said in (state, hard) if said is not None),
    )


def _counted(found: Iterable[Reader]) -> Readers:
    every = tuple(found)

    def count(state: ReaderState) -> int:
        return sum(reader.state is state for reader in every)

    return Readers(
        count(ReaderState.READING),
        count(ReaderState.FINISHED),
        count(ReaderState.SKIMMED),
        sum(reader.too_hard for reader in every),
        len(every),
    )
