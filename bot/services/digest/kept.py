"""What the database has on a group when an issue is made, read in one go: everything after it is counting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.digest.issue import KeptIssue
from bot.core.digest.signals import Edit, Signal
from bot.core.groups import Group, Member
from bot.core.people import Person, PersonId
from bot.core.reading import (
    Ballot,
    Cycle,
    KeptPaper,
    Nomination,
    NominationId,
    PaperId,
    Readers,
    ReaderState,
    Suggestion,
)
from bot.core.shelf import Shelf
from bot.storage.unit import UnitOfWork

SPOKEN_FOR = timedelta(days=180)  # how long what members said of a story counts
ISSUES_BACK = 12  # whose stories were shown and not chosen
CYCLES_BACK = 6
MEMBERS_LOOKED_AT = 1_000  # those met last: a server may have tens of thousands, and a statement has its limits


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database has on a group, as it was read in one go."""

    number: int
    issues: tuple[KeptIssue, ...]
    cycles: tuple[Cycle, ...]
    papers: Mapping[PaperId, KeptPaper]
    readers: Mapping[PaperId, tuple[frozenset[PersonId], Readers]]  # who said anything lately, and how all stand
    ballot: Ballot | None
    presented: bool
    notes: int
    nominations: tuple[Nomination, ...]
    suggestions: tuple[Suggestion, ...]
    signals: tuple[Signal, ...]
    voted: frozenset[NominationId]  # what got votes, once they were counted
    listed: Mapping[str, int]  # papers on members' own lists: how many persons, by key
    shown: frozenset[str]
    edits: Mapping[str, Edit]
    members: tuple[Member, ...]
    persons: tuple[Person, ...]


async def read_kept(uow: UnitOfWork, books: Shelf, group: Group, since: datetime, now: datetime) -> Kept:
    """Return what there is on a group `now`; what people did counts from `since` on, both aware."""
    cycles = await uow.cycles.latest(group.id, CYCLES_BACK)
    coming = next((each for each in reversed(cycles) if each.meeting_at > now), None)
    members = await uow.memberships.members(group.id)
    lately = sorted(members, key=lambda each: each.last_met_at, reverse=True)[:MEMBERS_LOOKED_AT]
    persons = await uow.people.visitors([each.identities[0].user for each in lately], books.catalogue.current)
    nominations = await uow.nominations.of_group(group.id)
    read_lately = [each.paper_id for each in cycles if each.paper_id is not None]
    ids = {*read_lately, *(each.paper_id for each in nominations)}
    ballots = [each for cycle in cycles if (each := await uow.ballots.of(cycle.id)) is not None]
    unpicked = frozenset(each.id for each in cycles if each.paper_id is None)
    return Kept(
        number=await uow.issues.next_number(group.id),
        issues=await uow.issues.latest(group.id, ISSUES_BACK, sent=False),
        cycles=cycles,
        papers=await uow.papers.many(ids),
        readers={each: await _readers(uow, group, each, since) for each in read_lately},
        ballot=next((each for each in ballots if each.cycle_id in unpicked and _is_open(each, now)), None),
        presented=coming is not None and await uow.presenters.standing(coming.id) is not None,
        notes=sum(each.at >= since for each in await uow.notes.of_group(group.id)),
        nominations=nominations,
        suggestions=await uow.suggestions.of_group(group.id),
        signals=await uow.issues.signals(group.id),
        voted=frozenset().union(*map(_voted, ballots)),
        listed=await uow.entries.papers_of(group.id, now - SPOKEN_FOR),
        shown=await uow.issues.shown(group.id) | await uow.cycles.read_keys(group.id),
        edits=await uow.issues.edits(group.id),
        members=members,
        persons=tuple(persons.values()),
    )


async def _readers(
    uow: UnitOfWork, group: Group, paper_id: PaperId, since: datetime
) -> tuple[frozenset[PersonId], Readers]:
    who = await uow.readers.who(group.id, paper_id)
    return frozenset(each.person_id for each in who if each.at >= since and each.state is not None), Readers(
        finished=sum(each.state is ReaderState.FINISHED for each in who),
        skimmed=sum(each.state is ReaderState.SKIMMED for each in who),
    )


def _is_open(ballot: Ballot, now: datetime) -> bool:
    return ballot.closed_at is None and ballot.closes_at > now and len(ballot.candidates) > 1


def _voted(ballot: Ballot) -> frozenset[NominationId]:
    """Return what somebody approved of; nothing while the votes are secret."""
    lines = ballot.result.lines if ballot.result is not None else ()
    return frozenset(NominationId(each.candidate) for each in lines if each.approvals)
