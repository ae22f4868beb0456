"""A group's dates, past and to come: meetings with their papers, what comes out when. Nobody is named.

Dates that were are as they were kept; those to come follow from the group's week and from its schedules. A group that
rests has none until it wakes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from bot.core.cycle import Picks, Step
from bot.core.digest.archive import Archive, Event, EventKind
from bot.core.digest.timing import DIGEST, coming
from bot.core.groups import RESTING, Group, GroupState
from bot.core.reading import Cycle, CycleId, CycleState, KeptPaper, PaperId, Presenter
from bot.core.rewriting import Course
from bot.core.schedule import Schedule, ScheduleState, zone_or_utc
from bot.services.groups import Groups
from bot.storage import Storage

PAST, MEETINGS_AHEAD, DIGESTS_AHEAD = timedelta(days=366), 26, 8
MOST_CYCLES = 120
_OUT = (CycleState.POSTED, CycleState.OVER)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a group's dates."""

    group: Group
    zone: str
    now: datetime
    course: Course | None
    cycles: tuple[Cycle, ...]
    papers: Mapping[PaperId, KeptPaper] = field(default_factory=dict)
    presents: Mapping[CycleId, Presenter | None] = field(default_factory=dict)
    digests: tuple[Schedule, ...] = ()

    @property
    def rests_until(self) -> datetime | None:
        """Return until when nothing is to come; None while the group goes on."""
        if self.group.state is GroupState.ACTIVE:
            return None
        forever = datetime.max.replace(tzinfo=self.now.tzinfo)
        return self.group.paused_until or forever if self.group.state in RESTING else forever


class Dates:
    """Gathers dates."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], groups: Groups) -> None:
        """Read from `storage`; `groups` knows how groups go on."""
        self._storage, self._clock, self._groups = storage, clock, groups

    async def of(self, archive: Archive) -> tuple[Event, ...]:
        """Return the dates of a group, a year back and half a year ahead, the earliest first.

        An archive that is public tells everybody, so it does not tell where the group meets.
        """
        group = await self._groups.get(archive.group_id)
        if group is None:
            return ()
        kept = await self._kept(group, archive.zone)
        place = "" if archive.public else group.place or ""
        found = [*_meetings(kept, place), *_papers(kept), *_issues(kept, archive), *_digests(kept, archive)]
        since, until = kept.now - PAST, kept.rests_until
        shown = [each for each in found if each.at > since and (until is None or not kept.now < each.at < until)]
        return tuple(sorted(shown, key=lambda each: (each.at, each.kind, each.key)))

    async def _kept(self, group: Group, zone: str) -> _Kept:
        now = self._clock()
        draft = group.state in (GroupState.DRAFT, GroupState.ENDED)
        course = await self._groups.course(group) if group.week is not None and not draft else None
        async with self._storage.read() as uow:
            cycles = await uow.cycles.latest(group.id, MOST_CYCLES)
            papers = await uow.papers.many(each.paper_id for each in cycles if each.paper_id is not None)
            ahead = [each for each in cycles if each.meeting_at > now]
            presents = {each.id: await uow.presenters.standing(each.id) for each in ahead}
            digests = await uow.schedules.of_group(group.id, DIGEST)
        return _Kept(group, zone, now, course, cycles, papers, presents, tuple(digests))


def _meetings(kept: _Kept, place: str) -> Iterator[Event]:
    """Yield every meeting: those that were kept, and those that follow from the week."""
    group = kept.group
    meets = group.rhythm is None or group.rhythm.meets
    kind = EventKind.MEETING if meets else EventKind.READING
    zone = group.rhythm.zone if group.rhythm is not None else kept.zone
    for cycle in kept.cycles:
        if cycle.state is CycleState.SKIPPED:
            continue
        paper = kept.papers.get(cycle.paper_id) if cycle.paper_id is not None else None
        presenter = kept.presents.get(cycle.id)
        told = [group.created_at, cycle.picked_at, presenter.at if presenter is not None else None]
        yield Event(
            kind=kind,
            key=cycle.meets_on.isoformat(),
            at=cycle.meeting_at,
            told_at=max(each for each in told if each is not None),
            zone=zone,
            title=paper.paper.title if paper is not None else "",
            url=paper.paper.url if paper is not None else None,
            place=place,
            presented=_presented(kept, cycle),
        )
    for day in _days_ahead(kept):
        week = kept.course.week if kept.course is not None else None
        if week is not None:
            at = week.rhythm.meeting_at(day)
            yield Event(kind=kind, key=day.isoformat(), at=at, told_at=group.created_at, zone=zone, place=place)


def _days_ahead(kept: _Kept) -> Iterator[date]:
    """Yield the days of meetings of which nothing is kept yet."""
    if kept.course is None:
        return
    known = {cycle.meets_on for cycle in kept.cycles}
    day = kept.course.coming
    for _ in range(MEETINGS_AHEAD):
        if day not in known:
            yield day
        day = kept.course.week.rhythm.following(day)


def _presented(kept: _Kept, cycle: Cycle) -> bool | None:
    if cycle.meeting_at <= kept.now:
        return None
    if kept.presents.get(cycle.id) is not None:
        return True
    return False if kept.group.picks is Picks.PRESENTER else None


def _papers(kept: _Kept) -> Iterator[Event]:
    """Yield when the paper of each week came out, or will."""
    week = kept.group.week
    if week is None or Step.POST not in week.steps:
        return
    for cycle in kept.cycles:
        paper = kept.papers.get(cycle.paper_id) if cycle.paper_id is not None else None
        at = week.moment(Step.POST, cycle.meets_on)
        if paper is None or cycle.state is CycleState.SKIPPED or (cycle.state not in _OUT and at <= kept.now):
            continue
        yield Event(
            kind=EventKind.PAPER,
            key=cycle.meets_on.isoformat(),
            at=at,
            told_at=cycle.picked_at or kept.group.created_at,
            zone=week.rhythm.zone,
            title=paper.paper.title,
            url=paper.paper.url,
        )


def _issues(kept: _Kept, archive: Archive) -> Iterator[Event]:
    """Yield the issues of the digest that came out."""
    for each in archive.issues:
        if each.sent_at <= kept.now - PAST:
            return  # the newest come first
        yield Event(
            kind=EventKind.DIGEST,
            key=_day(each.sent_at, kept.zone),
            at=each.sent_at,
            told_at=each.sent_at,
            zone=kept.zone,
            number=each.number,
            url=None if archive.address is None else f"{archive.address}{each.number}.html",
        )


def _digests(kept: _Kept, archive: Archive) -> Iterator[Event]:
    """Yield when the next issues come: none so soon after one that organisers had sent before its time."""
    latest = archive.issues[0].sent_at if archive.issues else None
    for row in kept.digests:
        if row.state is not ScheduleState.ACTIVE or row.next_due_at is None or row.rule is None:
            continue
        for at in islice(coming(row.rule, row.next_due_at, latest), DIGESTS_AHEAD):
            if at > kept.now:
                told_at = kept.group.created_at
                yield Event(kind=EventKind.DIGEST, key=_day(at, kept.zone), at=at, told_at=told_at, zone=kept.zone)


def _day(at: datetime, zone: str) -> str:
    return at.astimezone(zone_or_utc(zone)).date().isoformat()
