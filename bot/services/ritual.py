"""The week of a group, step by step: the ballot opens with the recap, is counted, the paper is posted, lines follow.

Each step may be planned again after a crash: what it decides is decided once in the database, and its letters have keys
of their own, so nothing is picked twice, posted twice or left out. It draws nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.core.cycle import Picks, Step
from bot.core.groups import Group, GroupState, Home
from bot.core.outbox import Address, NewLetter
from bot.core.people import GroupId
from bot.core.reading import (
    Ballot,
    Cycle,
    CycleId,
    CycleState,
    How,
    KeptPaper,
    Nomination,
    Note,
    PaperId,
    Presenter,
    Readers,
)
from bot.core.refs import Place, UserRef
from bot.core.rewriting import awake, day_of, kind_of
from bot.core.schedule import Schedule
from bot.services.ballots import Ballots, Standing, reason_of, standing_on
from bot.services.groups import Groups
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.services.papers import Papers
from bot.services.presenters_choice import chosen, settle
from bot.services.presenting import named
from bot.services.silence import is_silent, let_rest, nobody_pressed
from bot.services.week_posts import WeekPosts, has_thread
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

COUNTED_EVERY = timedelta(minutes=10)  # the counts under a post change at most so often
Plan = Callable[[Schedule, datetime, bool], Awaitable[Sequence[NewLetter]]]


@dataclass(frozen=True, slots=True)
class Looking:
    """What a recap tells: of the meeting that was (`past`, None for a group that just began), and of the one to come.

    `standing` are the candidates in order, `ballot` is None when there is nothing to vote on.
    """

    group: Group
    coming: Cycle
    past: Cycle | None
    read: KeptPaper | None
    readers: Readers
    notes: tuple[Note, ...]
    ballot: Ballot | None
    standing: tuple[Standing, ...]
    voters: int
    presenter: Presenter | None
    picked: KeptPaper | None
    named: UserRef | None = None  # the presenter, where they said that their name may stand


class Ritual:
    """Runs the weeks of the groups."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        groups: Groups,
        organisers: Organisers,
        papers: Papers,
        ballots: Ballots,
        outbox: Outbox,
        posts: WeekPosts,
    ) -> None:
        """Keep in `storage`; `groups` knows when, `organisers` who is asked, `papers` what can be read.

        What was posted is drawn anew by `posts`.
        """
        self._storage, self._clock, self._organisers = storage, clock, organisers
        self._groups, self._papers, self._ballots, self._outbox = groups, papers, ballots, outbox
        self._posts = posts

    @property
    def planners(self) -> Mapping[str, Plan]:
        """Return what happens at each step, by the kind of its schedule."""
        plans: Mapping[Step, Plan] = {
            Step.RECAP: self.recap,
            Step.CLOSE: self.close,
            Step.POST: self.post,
            Step.NUDGE: self.nudge,
            Step.HOUR: self.hour,
        }
        return {kind_of(step): plan for step, plan in plans.items()}

    # the steps

    async def recap(self, schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        """End the cycle of the meeting that was, open the ballot for the next one; rest a group that is silent."""
        group, day = await self._of(schedule, due)
        if group is None or group.rhythm is None:
            return ()
        past = await self._end(group, day)
        if await self._is_silent(group):
            return await self._rest(group, past)
        following = await self._groups.prepares(group) or group.rhythm.following(day)
        coming = await self._begin(group, following)
        payload = {"group": group.id, "past": past.id if past is not None else None, "coming": coming.id}
        return [
            _letter(schedule, due, was_down, f"cycle:{coming.id}:ballot#{home.id}", place, "ritual.recap", payload)
            for home, place in await self._posts.places(group)
        ]

    async def close(self, schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        """Count the ballot, and show the result where it was asked."""
        group, day = await self._of(schedule, due)
        if group is None:
            return ()
        cycle = await self._on(group, day)
        if cycle is None or not await self._ballots.count(cycle):
            return ()
        async with self._storage.read() as uow:
            keys = [f"cycle:{cycle.id}:ballot#{home.id}" for home, _ in await self._posts.places(group)]
            asked = await uow.outbox.by_key(keys)
        return [
            _letter(
                schedule,
                due,
                was_down,
                f"cycle:{cycle.id}:closed#{key.rpartition('#')[2]}",
                letter.to,
                letter.post,
                letter.payload,
                revises=key,
            )
            for key, letter in asked.items()
        ]

    async def post(self, schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        """Post the paper of the week; whoever was to pick and did not, something is picked now."""
        group, day = await self._of(schedule, due)
        if group is None:
            return ()
        if await self._is_silent(group):
            return await self._rest(group, None)
        cycle = await self._picked(group, await self._begin(group, day, asks=False))
        if cycle.paper_id is None:
            return ()
        async with self._storage.write() as uow:
            await uow.cycles.state(cycle.id, CycleState.POSTED)
        await self._papers.want(cycle.paper_id)
        payload = {"group": group.id, "cycle": cycle.id}
        letters = []
        for home, place in await self._posts.places(group):
            key = f"cycle:{cycle.id}:post#{home.id}"
            letters.append(_letter(schedule, due, was_down, key, place, "paper.week", payload))
            if has_thread(home):
                prompts = f"cycle:{cycle.id}:prompts#{home.id}"
                letters.append(
                    _letter(schedule, due, was_down, prompts, place, "paper.prompts", payload, under=key, silent=True)
                )
        return letters

    async def nudge(self, schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        """Say a line in the thread when fewer than half have pressed anything."""
        group, day = await self._of(schedule, due)
        cycle = await self._on(group, day) if group is not None else None
        if group is None or cycle is None or cycle.state is not CycleState.POSTED or cycle.paper_id is None:
            return ()
        async with self._storage.read() as uow:
            pressed = (await uow.readers.of(group.id, cycle.paper_id)).pressed
            members = len(await uow.memberships.members(group.id))
        if pressed * 2 >= members:
            return ()
        return [
            letter
            for home, place in await self._posts.places(group)
            if has_thread(home)
            for letter in (self._line(schedule, due, was_down, cycle, home, place, "nudge"),)
        ]

    async def hour(self, schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        """Say where the group meets in an hour: the one line that may stand beside the post without a thread."""
        group, day = await self._of(schedule, due)
        cycle = await self._on(group, day) if group is not None else None
        if group is None or cycle is None or cycle.state is not CycleState.POSTED:
            return ()
        places = await self._posts.places(group)
        return [self._line(schedule, due, was_down, cycle, home, place, "hour") for home, place in places]

    # what the posts tell

    async def looking(self, group_id: int, past: int | None, coming: int) -> Looking | None:
        """Return what a recap tells; None when its group or its cycle is gone."""
        async with self._storage.read() as uow:
            group, cycle = await uow.groups.get(GroupId(group_id)), await uow.cycles.get(CycleId(coming))
            if group is None or cycle is None:
                return None
            was = await uow.cycles.get(CycleId(past)) if past is not None else None
            ballot = await uow.ballots.of(cycle.id)
            standing = await standing_on(uow, ballot) if ballot is not None else ()
            notes: tuple[Note, ...] = ()
            readers, read = Readers(), None
            if was is not None and was.paper_id is not None:
                read = await uow.papers.get(was.paper_id)
                readers = await uow.readers.of(group.id, was.paper_id)
                notes = await uow.notes.of(group.id, was.paper_id)
            picked = await uow.papers.get(cycle.paper_id) if cycle.paper_id is not None else None
            voters = await uow.ballots.voters(ballot.id) if ballot is not None else 0
            presenter = await uow.presenters.standing(cycle.id)
            who = await named(uow, group.id, presenter)
        return Looking(group, cycle, was, read, readers, notes, ballot, standing, voters, presenter, picked, who)

    async def coming(self, group: Group) -> Cycle | None:
        """Return the cycle that members talk about: the latest that is not over, None before the first."""
        async with self._storage.read() as uow:
            latest = await uow.cycles.latest(group.id, 3)
        alive = [cycle for cycle in latest if cycle.state in (CycleState.OPEN, CycleState.POSTED)]
        posted = [cycle for cycle in alive if cycle.state is CycleState.POSTED]
        return next(iter(posted or alive), None)

    async def cycle(self, cycle_id: CycleId) -> Cycle | None:
        """Return a cycle, None for a number that is nobody's."""
        async with self._storage.read() as uow:
            return await uow.cycles.get(cycle_id)

    async def picks_otherwise(self, group: Group) -> None:
        """Go by a new way to pick at once, where the next recap would be too late for the coming meeting.

        The post that asks the group is drawn anew; a group that votes now gets its ballot, and that post if there was
        none. What is open already ends as it began.
        """
        week, course = group.week, await self._groups.course(group)
        day = await self._groups.prepares(group)
        if group.state is not GroupState.ACTIVE or week is None or course is None or day is None:
            return
        recap = course.ahead.get(Step.RECAP)
        if recap is None or recap.day < day:
            return  # without recaps nobody is asked; one that is still to come asks by itself
        cycle = await self._begin(group, day)
        async with self._storage.read() as uow:
            ballot = await uow.ballots.of(cycle.id)
            keys = {f"cycle:{cycle.id}:ballot#{home.id}": place for home, place in await self._posts.places(group)}
            posted = await uow.outbox.by_key(list(keys))
        if posted:
            await self._posts.redraw(cycle.id, "ballot", f"picks@{self._clock().timestamp():.0f}")
        elif ballot is not None and ballot.closed_at is None and cycle.state is CycleState.OPEN:
            for key, place in keys.items():
                await self._outbox.enqueue(
                    "ritual.recap",
                    place,
                    key,
                    {"group": group.id, "past": None, "coming": cycle.id},
                    kind=kind_of(Step.RECAP),
                    group_id=group.id,
                    not_before=awake(self._clock(), week.rhythm.zone),
                )

    async def counted(self, cycle_id: CycleId) -> None:
        """Have the counts under a post drawn anew, soon and not too often; the last press is never left out."""
        now = self._clock()
        step, rest = divmod(now.timestamp(), COUNTED_EVERY.total_seconds())
        soon, later = now + timedelta(seconds=20), now - timedelta(seconds=rest) + COUNTED_EVERY
        if not await self._posts.redraw(cycle_id, "post", f"counts@{step:.0f}", soon):
            await self._posts.redraw(cycle_id, "post", f"counts@{step + 1:.0f}", later)

    # within

    async def _of(self, schedule: Schedule, due: datetime) -> tuple[Group | None, date]:
        """Return the group of a schedule and the meeting an occurrence is for; no group while it does not run."""
        group = await self._groups.get(schedule.group_id) if schedule.group_id is not None else None
        if group is None or group.week is None or group.state is not GroupState.ACTIVE:
            return None, due.date()
        return group, day_of(group.week, schedule, due)

    async def _on(self, group: Group, day: date) -> Cycle | None:
        async with self._storage.read() as uow:
            return await uow.cycles.on(group.id, day)

    async def _end(self, group: Group, day: date) -> Cycle | None:
        """End the cycle of a meeting that was, noting whether anybody pressed anything; None when there was none."""
        async with self._storage.write() as uow:
            cycle = await uow.cycles.on(group.id, day)
            if cycle is None or cycle.paper_id is None:
                return None
            if cycle.state is CycleState.POSTED:
                await uow.cycles.state(cycle.id, CycleState.OVER)
                every = group.rhythm.every if group.rhythm is not None else timedelta()
                await uow.cycles.silent(cycle.id, await nobody_pressed(uow, cycle, cycle.meeting_at - every))
                presenter = await uow.presenters.standing(cycle.id)
                if presenter is not None:
                    await uow.presenters.done(cycle.id, presenter.identity_id, self._clock())
            return await uow.cycles.get(cycle.id)

    async def _is_silent(self, group: Group) -> bool:
        async with self._storage.read() as uow:
            return await is_silent(uow, group.id)

    async def _rest(self, group: Group, past: Cycle | None) -> Sequence[NewLetter]:
        mark = str(past.id) if past is not None else self._clock().date().isoformat()
        await let_rest(self._groups, self._organisers, self._outbox, group, mark)
        return ()

    async def _begin(self, group: Group, day: date, *, asks: bool = True) -> Cycle:
        """Return the cycle of a coming meeting, with its ballot open where the group votes."""
        week = group.week
        assert week is not None  # noqa: S101 - a group whose steps fall due has one
        async with self._storage.write() as uow:
            cycle = await uow.cycles.of(group.id, day, week.rhythm.meeting_at(day))
        if asks and group.picks is Picks.VOTE and cycle.paper_id is None:
            await self._ballots.open(group, cycle, week.moment(Step.CLOSE, day))
        return cycle

    async def _picked(self, group: Group, cycle: Cycle) -> Cycle:
        """Return the cycle with its paper, chosen now if nobody did: what is up, next on the list, or a classic."""
        if cycle.paper_id is None:
            await self._ballots.count(cycle)
        async with self._storage.read() as uow:
            cycle = await uow.cycles.get(cycle.id) or cycle
            if cycle.paper_id is not None:
                return cycle
            up = await _up(uow, group)
            next_on_list = await uow.agendas.next(group.id) if group.picks is Picks.LIST else None
            presenter = await uow.presenters.standing(cycle.id) if group.picks is Picks.PRESENTER else None
            theirs = await chosen(uow, group.id, cycle, presenter) if presenter is not None else None
        if next_on_list is not None:
            return await self._pick(cycle, next_on_list.id, How.LIST, None)
        if theirs is not None:
            return await self._pick(cycle, theirs.paper_id, How.PRESENTER, theirs.why, theirs)
        if up and group.picks is not Picks.LIST:
            return await self._pick(cycle, up[0].paper_id, How.VOTE if len(up) > 1 else How.FILLED, up[0].why, up[0])
        filled = await self._papers.fill(group.id, group.settings.topics, group.settings.stage, 1)
        if not filled:
            return cycle
        kept, why = filled[0]
        return await self._pick(cycle, kept.id, How.FILLED, reason_of(why))

    async def _pick(
        self, cycle: Cycle, paper_id: PaperId, how: How, why: str | None, nomination: Nomination | None = None
    ) -> Cycle:
        async with self._storage.write() as uow:
            picked = await uow.cycles.pick(cycle.id, paper_id, how, why, self._clock())
            if nomination is not None and picked.paper_id == nomination.paper_id:
                await uow.nominations.picked(nomination.id)
            await settle(uow, cycle.id, self._clock())
        return picked

    def _line(
        self, schedule: Schedule, due: datetime, was_down: bool, cycle: Cycle, home: Home, place: Place, name: str
    ) -> NewLetter:
        payload = {"group": cycle.group_id, "cycle": cycle.id}
        under = f"cycle:{cycle.id}:post#{home.id}"
        key = f"cycle:{cycle.id}:{name}#{home.id}"
        return _letter(schedule, due, was_down, key, place, f"ritual.{name}", payload, under=under)


def _letter(
    schedule: Schedule,
    due: datetime,
    was_down: bool,
    key: str,
    to: Address,
    post: str,
    payload: Mapping[str, Any],
    **more: Any,
) -> NewLetter:
    """Return one letter of a step; `more` are further fields of `NewLetter`."""
    return NewLetter(
        key,
        schedule.kind,
        to,
        post,
        payload,
        group_id=schedule.group_id,
        schedule_id=schedule.id,
        due_at=due,
        was_down=was_down,
        **more,
    )


async def _up(uow: UnitOfWork, group: Group) -> list[Nomination]:
    """Return what is nominated, first what an organiser put first, then the longest waiting."""
    return sorted(await uow.nominations.open(group.id), key=lambda each: (not each.pinned, each.at, each.id))
