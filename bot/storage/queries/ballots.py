"""Ballots: one for each cycle, secret until it closes; one person has one vote, whichever account they press with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, cast, func, insert, literal, null, select, union_all, update

from bot.core.ballot import Result, Vote, approvals
from bot.core.people import IdentityId, PersonId
from bot.core.reading import Ballot, BallotId, CycleId, Nomination, NominationId
from bot.storage.packing import pack_result, unpack_result
from bot.storage.queries.nominations import nomination_of
from bot.storage.run import AnyRow, Run
from bot.storage.tables import ballots, candidates, identities, nominations, votes
from bot.storage.upsert import insert_or_change

_this = ballots.c.id == bindparam("this")

_GET = select(ballots).where(_this)
_OF = select(ballots).where(ballots.c.cycle_id == bindparam("of_cycle"))
_NEW = insert(ballots).returning(ballots.c.id)
_STAND = insert(candidates)
_STANDING = (
    select(candidates.c.nomination_id)
    .where(candidates.c.ballot_id == bindparam("this"))
    .order_by(candidates.c.position)
)
_CANDIDATES = (
    select(nominations)
    .select_from(candidates.join(nominations))
    .where(candidates.c.ballot_id == bindparam("this"))
    .order_by(candidates.c.position)
)
_CLOSE = (
    update(ballots)
    .where(_this, ballots.c.closed_at.is_(None))
    .values(closed_at=bindparam("moment"), result=bindparam("how", type_=ballots.c.result.type))
)
_MOVE = update(ballots).where(_this, ballots.c.closed_at.is_(None)).values(closes_at=bindparam("moment"))
_SAY = insert_or_change(votes, lambda refused: {"approves": refused.approves, "at": refused.at})
_VOTES = (
    select(identities.c.person_id, votes.c.nomination_id, votes.c.approves, votes.c.at)
    .select_from(votes.join(identities))
    .where(votes.c.ballot_id == bindparam("this"))
)
_MINE = _VOTES.where(identities.c.person_id == bindparam("of_person"))
_VOTERS = (
    select(func.count(identities.c.person_id.distinct()))
    .select_from(votes.join(identities))
    .where(votes.c.ballot_id == bindparam("this"))
)
_NUMBERED = (  # what each person said of each candidate, the latest first, of two words at once the yes
    select(
        identities.c.person_id,
        votes.c.nomination_id,
        votes.c.approves,
        func.row_number()
        .over(
            partition_by=(identities.c.person_id, votes.c.nomination_id),
            order_by=(votes.c.at.desc(), votes.c.approves.desc()),
        )
        .label("back"),
    )
    .select_from(votes.join(identities))
    .where(votes.c.ballot_id == bindparam("this"), votes.c.nomination_id.in_(bindparam("standing", expanding=True)))
    .cte("numbered")
)
_YES = (
    select(_NUMBERED.c.person_id, _NUMBERED.c.nomination_id)
    .where(_NUMBERED.c.back == literal(1), _NUMBERED.c.approves)
    .cte("yes")
)
_COUNTS = union_all(
    select(_YES.c.nomination_id, func.count().label("people")).group_by(_YES.c.nomination_id),
    select(cast(null(), Integer), func.count(_YES.c.person_id.distinct())),
)


class Ballots:
    """Which paper comes next, and who would read which."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def open(
        self, cycle_id: CycleId, slate: Sequence[NominationId], closes_at: datetime, now: datetime
    ) -> Ballot:
        """Open the ballot of a cycle, numbered as in `slate`; asked again, return the one that is there."""
        there = await self.of(cycle_id)
        if there is not None:
            return there
        number = await self._run.value(_NEW, {"cycle_id": cycle_id, "opened_at": now, "closes_at": closes_at})
        standing = [
            {"ballot_id": number, "nomination_id": nomination, "position": position}
            for position, nomination in enumerate(slate, start=1)
        ]
        if standing:
            await self._run.count(_STAND, standing)
        return Ballot(BallotId(number), cycle_id, now, closes_at, tuple(slate))

    async def of(self, cycle_id: CycleId) -> Ballot | None:
        """Return the ballot of a cycle, None when none was opened."""
        row = await self._run.row(_OF, {"of_cycle": cycle_id})
        return None if row is None else await self._ballot(row)

    async def get(self, ballot_id: BallotId) -> Ballot | None:
        """Return a ballot by its number."""
        row = await self._run.row(_GET, {"this": ballot_id})
        return None if row is None else await self._ballot(row)

    async def candidates(self, ballot_id: BallotId) -> tuple[Nomination, ...]:
        """Return what stands on a ballot, in order, also what was withdrawn or vetoed since."""
        return tuple(map(nomination_of, await self._run.rows(_CANDIDATES, {"this": ballot_id})))

    async def vote(
        self, ballot_id: BallotId, identity_id: IdentityId, said: Mapping[NominationId, bool], now: datetime
    ) -> bool:
        """Keep what somebody says of candidates, those left out unchanged; False when the ballot is closed or gone.

        What is no candidate is passed over.
        """
        ballot = await self.get(ballot_id)
        if ballot is None or ballot.closed_at is not None:
            return False
        rows = [
            {
                "ballot_id": ballot_id,
                "nomination_id": nomination,
                "identity_id": identity_id,
                "approves": approves,
                "at": now,
            }
            for nomination, approves in said.items()
            if nomination in ballot.candidates
        ]
        if rows:
            await self._run.count(_SAY[self._run.dialect], rows)
        return True

    async def mine(self, ballot_id: BallotId, person_id: PersonId) -> frozenset[NominationId]:
        """Return what a person approves of, from whichever account they said it last."""
        rows = await self._run.rows(_MINE, {"this": ballot_id, "of_person": person_id})
        said = approvals(map(_vote, rows)).get(person_id, frozenset())
        return frozenset(map(NominationId, said))

    async def votes(self, ballot_id: BallotId) -> tuple[Vote, ...]:
        """Return everything that was said, by person; what stands of it, `core.ballot` decides."""
        return tuple(map(_vote, await self._run.rows(_VOTES, {"this": ballot_id})))

    async def counts(self, ballot_id: BallotId, standing: Iterable[NominationId]) -> tuple[Mapping[int, int], int]:
        """Return how many people approve of each of these candidates, and how many of any, as `core.ballot` counts."""
        rows = await self._run.rows(_COUNTS, {"this": ballot_id, "standing": list(standing)})
        found = {row.nomination_id: row.people for row in rows}
        return found, found.pop(None)

    async def voters(self, ballot_id: BallotId) -> int:
        """Return how many persons said anything, which may be shown while the ballot is open."""
        return int(await self._run.value(_VOTERS, {"this": ballot_id}))

    async def move(self, ballot_id: BallotId, closes_at: datetime) -> bool:
        """Let an open ballot close at another time; False when it is closed."""
        return await self._run.count(_MOVE, {"this": ballot_id, "moment": closes_at}) > 0

    async def close(self, ballot_id: BallotId, result: Result, now: datetime) -> Ballot:
        """Close a ballot, once, and return it with the result that stands. Raises `LookupError`."""
        await self._run.count(_CLOSE, {"this": ballot_id, "moment": now, "how": pack_result(result)})
        ballot = await self.get(ballot_id)
        if ballot is None:
            raise LookupError(f"no ballot {ballot_id}")
        return ballot

    async def _ballot(self, row: AnyRow) -> Ballot:
        standing = await self._run.rows(_STANDING, {"this": row.id})
        return Ballot(
            BallotId(row.id),
            CycleId(row.cycle_id),
            row.opened_at,
            row.closes_at,
            tuple(NominationId(each.nomination_id) for each in standing),
            row.closed_at,
            None if row.result is None else unpack_result(row.result),
        )


def _vote(row: AnyRow) -> Vote:
    return Vote(*row)  # ten thousand at once: by name, each would take twice as long
