"""What a group read: looked back on, found again, and taken along as one file. Counts and shared notes, no names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.groups import Group
from bot.core.papers.export import ReadPaper, Tally
from bot.core.papers.past import Met, meant
from bot.core.people import GroupId, Person
from bot.core.reading import Cycle, CycleState, KeptPaper, NominationId, Readers, ReaderState
from bot.services.groups import Groups
from bot.services.reading import mark_of
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

_READ = (CycleState.POSTED, CycleState.OVER)


@dataclass(frozen=True, slots=True)
class Past:
    """One paper of a group's past: its cycle, how many read it, and where the asker stands with it."""

    group: Group
    cycle: Cycle
    kept: KeptPaper
    readers: Readers
    mine: ReaderState | None = None

    @property
    def code(self) -> str:
        """Return what stands for it in buttons."""
        return f"{self.cycle.id}-{mark_of(self.group)}"


class ReadingPast:
    """Knows what groups read."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], groups: Groups) -> None:
        """Read from `storage`; `groups` knows their zones."""
        self._storage, self._clock, self._groups = storage, clock, groups

    async def of(self, group: Group, person: Person | None = None) -> tuple[Past, ...]:
        """Return what a group read and reads, the latest meeting first."""
        async with self._storage.read() as uow:
            cycles = [each for each in await uow.cycles.history(group.id) if each.state in _READ]
            papers = await uow.papers.many(each.paper_id for each in cycles if each.paper_id is not None)
            readers = await uow.readers.of_group(group.id)
            mine = await uow.readers.of_person(person.id) if person is not None else ()
        said = {each.paper_id: each.state for each in mine if each.group_id == group.id}
        return tuple(
            Past(group, each, papers[paper], readers.get(paper, Readers()), said.get(paper))
            for each in cycles
            if (paper := each.paper_id) is not None and paper in papers
        )

    async def meant(self, group: Group, words: str, person: Person | None = None) -> tuple[Past, ...]:
        """Return the papers of the past that `words` mean: a number, a day, a month, an id, words of a title."""
        past = await self.of(group, person)
        today = self._clock().astimezone(ZoneInfo(self._groups.zone_of(group))).date()
        met = [Met(each.cycle.meets_on, each.kept.paper) for each in past]
        return tuple(past[at] for at in meant(words, met, today))

    async def whole(self, group_id: GroupId) -> tuple[ReadPaper, ...]:
        """Return everything a group read with what may be told of it, the earliest first.

        `why` is as it is kept: whoever speaks puts the bot's own reasons into words.
        """
        group = await self._groups.get(group_id)
        if group is None:
            return ()
        past = await self.of(group)
        async with self._storage.read() as uow:
            notes = await uow.notes.of_group(group_id)
            found = []
            for each in reversed(past):
                shared = tuple((note.kind, note.text) for note in notes if note.paper_id == each.kept.id)
                tally, voters = await _tally(uow, each.cycle)
                kind = each.cycle.kind or each.kept.paper.kind
                found.append(
                    ReadPaper(
                        each.cycle.meets_on,
                        each.kept.paper,
                        kind,
                        each.cycle.how,
                        each.cycle.why or "",
                        each.readers,
                        shared,
                        tally,
                        voters,
                    )
                )
        return tuple(found)


async def _tally(uow: UnitOfWork, cycle: Cycle) -> tuple[tuple[Tally, ...], int]:
    """Return how the ballot of a cycle ended, and how many voted; nothing while it is open."""
    ballot = await uow.ballots.of(cycle.id)
    if ballot is None or ballot.result is None:
        return (), 0
    papers = {each.id: each.paper_id for each in await uow.ballots.candidates(ballot.id)}
    kept = await uow.papers.many(papers.values())
    tally = [
        Tally(kept[papers[number]].paper.title, line.approvals)
        for line in ballot.result.lines
        if (number := NominationId(line.candidate)) in papers and papers[number] in kept
    ]
    return tuple(tally), ballot.result.voters
