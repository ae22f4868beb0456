"""The candidates of a group as organisers see them: put first, taken out with a reason, or picked for the next week.

Who put something up is not said. Votes, ballots and what falls due are not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.groups import Group
from bot.core.people import GroupId
from bot.core.reading import (
    Cycle,
    CycleState,
    How,
    KeptPaper,
    Nomination,
    NominationId,
    NominationState,
    PaperId,
)
from bot.storage import Storage


@dataclass(frozen=True, slots=True)
class Waiting:
    """A candidate with its paper."""

    nomination: Nomination
    kept: KeptPaper


class Queue:
    """Serves organisers the queue of their group."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        """Keep in `storage`."""
        self._storage, self._clock = storage, clock

    async def open(self, group_id: GroupId) -> tuple[Waiting, ...]:
        """Return what stands, what is pinned first, then the earliest first."""
        async with self._storage.read() as uow:
            found = await uow.nominations.open(group_id)
            papers = await uow.papers.many(each.paper_id for each in found)
        standing = [Waiting(each, papers[each.paper_id]) for each in found if each.paper_id in papers]
        return tuple(sorted(standing, key=lambda each: (not each.nomination.pinned, each.nomination.at)))

    async def pin(self, group_id: GroupId, number: int, *, pinned: bool, reason: str | None = None) -> bool:
        """Put a candidate first, or no longer; False when it does not stand in this group."""
        async with self._storage.write() as uow:
            found = await uow.nominations.get(NominationId(number))
            if not _stands(found, group_id):
                return False
            return await uow.nominations.pin(NominationId(number), pinned, reason)

    async def veto(self, group_id: GroupId, number: int, reason: str) -> bool:
        """Take a candidate out, with a reason that is told; False when it does not stand in this group."""
        async with self._storage.write() as uow:
            found = await uow.nominations.get(NominationId(number))
            if not _stands(found, group_id):
                return False
            return await uow.nominations.veto(NominationId(number), reason)

    async def restore(self, group_id: GroupId, number: int) -> bool:
        """Let a candidate that was taken out stand again."""
        async with self._storage.write() as uow:
            found = await uow.nominations.get(NominationId(number))
            if found is None or found.group_id != group_id or found.state is not NominationState.VETOED:
                return False
            await uow.nominations.reopen(found.id)
            return True

    async def pick(self, group: Group, paper_id: PaperId, why: str | None = None) -> Cycle | None:
        """Pick the paper of the group's next meeting, in place of one picked before; None once its post is out."""
        week, now = group.week, self._clock()
        if week is None:
            return None
        day = week.rhythm.next_meeting(now)
        async with self._storage.write() as uow:
            cycle = await uow.cycles.of(group.id, day, week.rhythm.meeting_at(day))
            if cycle.state is not CycleState.OPEN:
                return None
            if cycle.paper_id not in (None, paper_id):
                await uow.cycles.unpick(cycle.id)
            cycle = await uow.cycles.pick(cycle.id, paper_id, How.ORGANISER, why, now)
            nomination = await uow.nominations.of_paper(group.id, paper_id)
            if nomination is not None and nomination.state is NominationState.OPEN:
                await uow.nominations.picked(nomination.id)
            return cycle

    async def list(self, group_id: GroupId) -> tuple[KeptPaper, ...]:
        """Return what the group reads in order."""
        async with self._storage.read() as uow:
            return await uow.agendas.list(group_id)

    async def append(self, group_id: GroupId, paper_ids: Sequence[PaperId]) -> None:
        """Add to the end of what the group reads in order."""
        async with self._storage.write() as uow:
            await uow.agendas.append(group_id, paper_ids)


def _stands(found: Nomination | None, group_id: GroupId) -> bool:
    return found is not None and found.group_id == group_id and found.state is NominationState.OPEN
