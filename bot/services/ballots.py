"""The ballot of a cycle: put together, pressed on from any account, counted once.

Who said what is told to nobody but themselves; the result is kept when it closes and stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.ballot import ranked, slate
from bot.core.groups import Group
from bot.core.papers.filling import Filled
from bot.core.people import Person
from bot.core.reading import Ballot, BallotId, Cycle, How, KeptPaper, Nomination, NominationId, NominationState
from bot.core.refs import UserRef
from bot.services.papers import Papers
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

FILLED = 3  # candidates put up where nobody nominated any
REASON = "why:"  # what the bot put up has a reason of this form; what people write is never taken for one
_STANDS = (NominationState.OPEN, NominationState.PICKED)


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate with its paper."""

    nomination: Nomination
    kept: KeptPaper


@dataclass(frozen=True, slots=True)
class Slip:
    """A ballot as it is shown: its candidates by number, and which of them the reader approves of."""

    ballot: Ballot
    standing: tuple[Standing, ...]
    mine: frozenset[NominationId]

    @property
    def ticks(self) -> tuple[int, ...]:
        """Return the numbers the reader approves of."""
        return tuple(number for number, each in enumerate(self.standing, 1) if each.nomination.id in self.mine)


class Ballots:
    """Keeps the ballots."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], papers: Papers) -> None:
        """Keep in `storage`; `papers` fills an empty queue."""
        self._storage, self._clock, self._papers = storage, clock, papers

    async def open(self, group: Group, cycle: Cycle, closes_at: datetime) -> None:
        """Open the ballot of a coming meeting, unless fewer than two are up; an empty queue is filled first."""
        await self._fill_queue(group)
        now = self._clock()
        if closes_at <= now:
            return
        async with self._storage.write() as uow:
            nominations = await uow.nominations.open(group.id)
            standing, _ = slate(each.candidate for each in nominations)
            if standing:
                numbers = [NominationId(each.id) for each in standing]
                await uow.ballots.open(cycle.id, numbers, closes_at, now)

    async def count(self, cycle: Cycle) -> bool:
        """Close the ballot of a cycle and pick what won; False when there is none to close."""
        async with self._storage.write() as uow:
            ballot = await uow.ballots.of(cycle.id)
            if ballot is None:
                return False
            standing = await standing_on(uow, ballot)
            candidates = [each.nomination.candidate for each in standing]
            counts, voters = await uow.ballots.counts(ballot.id, (each.nomination.id for each in standing))
            result = ranked(candidates, counts, voters)
            closed = await uow.ballots.close(ballot.id, result, self._clock())
            result = closed.result or result
            won = result.winner if result.winner is not None else next((c.candidate for c in result.lines), None)
            nomination = await uow.nominations.get(NominationId(won)) if won is not None else None
            if nomination is not None and cycle.paper_id is None:
                await uow.cycles.pick(cycle.id, nomination.paper_id, How.VOTE, nomination.why, self._clock())
                await uow.nominations.picked(nomination.id)
        return True

    async def shown(self, ballot_id: BallotId, person: Person | None) -> Slip | None:
        """Return a ballot as `person` sees it, None when it is gone."""
        async with self._storage.read() as uow:
            ballot = await uow.ballots.get(ballot_id)
            if ballot is None:
                return None
            mine = await uow.ballots.mine(ballot_id, person.id) if person is not None else frozenset()
            return Slip(ballot, await standing_on(uow, ballot), mine)

    async def say(
        self, user: UserRef, language: str | None, ballot_id: BallotId, said: dict[NominationId, bool]
    ) -> Slip | None:
        """Keep what `user` says of candidates and return the ballot as they see it; unchanged when it is closed."""
        now = self._clock()
        async with self._storage.write() as uow:
            ballot = await uow.ballots.get(ballot_id)
            if ballot is None:
                return None
            identity = await uow.people.meet(user, language, now)
            await uow.ballots.vote(ballot_id, identity.id, said, now)
            mine = await uow.ballots.mine(ballot_id, identity.person_id)
            return Slip(ballot, await standing_on(uow, ballot), mine)

    async def _fill_queue(self, group: Group) -> None:
        """Put candidates up where there are none: classics and listed papers that fit the group."""
        async with self._storage.read() as uow:
            if await uow.nominations.open(group.id):
                return
        chosen = await self._papers.fill(group.id, group.settings.topics, group.settings.stage, FILLED)
        async with self._storage.write() as uow:
            if not await uow.nominations.open(group.id):
                for kept, filled in chosen:
                    await uow.nominations.add(group.id, kept.id, None, reason_of(filled), self._clock())


def reason_of(filled: Filled) -> str:
    """Return why a paper was put up, as it is kept: the key of a text of the papers and what it names."""
    return f"{REASON}{filled.why.value}:{filled.value}"


async def standing_on(uow: UnitOfWork, ballot: Ballot) -> tuple[Standing, ...]:
    """Return the candidates of a ballot that still stand (what was withdrawn or vetoed since does not), in order."""
    found = [each for each in await uow.ballots.candidates(ballot.id) if each.state in _STANDS]
    papers = await uow.papers.many(each.paper_id for each in found)
    return tuple(Standing(each, papers[each.paper_id]) for each in found if each.paper_id in papers)
