"""Who presents: whose turn it is, and what they answer. Somebody is asked once, and one person presents a meeting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.groups import Group, Member
from bot.core.people import GroupId, PersonId
from bot.core.presenters import Turn, in_turn
from bot.core.reading import Cycle, CycleId, CycleState, KeptPaper, Presenter, PresenterState, Served
from bot.core.refs import UserRef
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

_AHEAD = 3  # cycles that can be under way at once


@dataclass(frozen=True, slots=True)
class Roster:
    """One meeting ahead: its paper once there is one, who presents and by which account, and how many passed."""

    cycle: Cycle
    kept: KeptPaper | None
    presenter: Presenter | None
    user: UserRef | None
    passed: int


class Presenting:
    """Keeps the turns."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        """Keep in `storage`."""
        self._storage, self._clock = storage, clock

    async def of(self, cycle_id: CycleId) -> Presenter | None:
        """Return who presents in a cycle, None while nobody does."""
        async with self._storage.read() as uow:
            return await uow.presenters.standing(cycle_id)

    async def turns(self, group: Group, cycle: Cycle) -> tuple[Member, ...]:
        """Return who may be asked to present, whose turn it is first: those who take turns and are not away."""
        async with self._storage.read() as uow:
            members = {m.person_id: m for m in await uow.memberships.members(group.id) if m.membership.presents}
            served = {each.person_id: each for each in await uow.presenters.history(group.id)}
            asked = [each.person_id for each in await uow.presenters.of(cycle.id)]
            away = [person for person in members if await _is_away(uow, person, self._clock())]
        turns = [
            Turn(person, order, served[person].served if person in served else 0, _last(served.get(person)))
            for order, person in enumerate(members)
        ]
        return tuple(members[PersonId(each)] for each in in_turn(turns, away=away, passed=asked))

    async def join(self, user: UserRef, language: str | None, group_id: GroupId, *, presents: bool) -> None:
        """Note whether somebody takes turns presenting in a group."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            await uow.memberships.presents(group_id, identity.id, presents, now)

    async def accept(self, user: UserRef, language: str | None, cycle: Cycle) -> Presenter | None:
        """Let somebody present, who takes turns from now on; None when somebody else does already.

        Said again, it is the same acceptance: its `at` stays.
        """
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            if not await uow.presenters.accept(cycle.id, identity.id, now):
                return None
            await uow.memberships.presents(cycle.group_id, identity.id, True, now)
            return await uow.presenters.standing(cycle.id)

    async def decline(self, user: UserRef, language: str | None, cycle: Cycle) -> Presenter | None:
        """Take back an acceptance and return that it was; or pass this time, None.

        Said again, it is the same cancellation: its `at` stays.
        """
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            mine = await _word_of(uow, cycle.id, identity.person_id)
            if mine is not None and mine.state is PresenterState.CANCELLED:
                return mine
            if mine is None or mine.state is not PresenterState.ACCEPTED:
                await uow.presenters.passes(cycle.id, identity.id, now)
                return None
            await uow.presenters.cancel(cycle.id, mine.identity_id, now)
            return await _word_of(uow, cycle.id, identity.person_id)

    async def take_over(
        self, user: UserRef, language: str | None, cycle: Cycle, asked: str
    ) -> tuple[Presenter, Presenter] | None:
        """Let somebody present in place of whoever looked for a swap in the acceptance `asked`; return both.

        None when that is over, or by the same person. Said again it is the same swap. Whoever is relieved has not
        served: their turn comes again next time.
        """
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            standing = await uow.presenters.standing(cycle.id)
            if standing is None:
                return None
            if standing.person_id != identity.person_id:
                if mark_of(standing) != asked:
                    return None
                await uow.presenters.passes(cycle.id, standing.identity_id, now)
                await uow.presenters.accept(cycle.id, identity.id, now)
                await uow.memberships.presents(cycle.group_id, identity.id, True, now)
            words = await uow.presenters.of(cycle.id)
            present = next((each for each in words if each.state is PresenterState.ACCEPTED), standing)
            relieved = (each for each in words if each.state is PresenterState.PASSED and each.at == present.at)
            return next(((before, present) for before in relieved), None)

    async def show_name(self, user: UserRef, language: str | None, cycle: Cycle, *, named: bool) -> None:
        """Keep whether somebody's name may stand beside what they do in a group. The name itself is kept nowhere."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            await uow.memberships.named(cycle.group_id, identity.id, named, now)

    async def shows_name(self, user: UserRef, group_id: GroupId) -> bool:
        """Say whether somebody's name may stand beside what they do in a group."""
        async with self._storage.read() as uow:
            identity = await uow.people.of_identity(user)
            return identity is not None and bool((await uow.memberships.of(group_id, identity.person_id)).named)

    async def relieve(self, cycle: Cycle) -> Presenter | None:
        """Cancel whoever presents, for an organiser; return that they were, None when nobody presents."""
        async with self._storage.write() as uow:
            standing = await uow.presenters.standing(cycle.id)
            if standing is None or standing.state is not PresenterState.ACCEPTED:
                return None
            await uow.presenters.cancel(cycle.id, standing.identity_id, self._clock())
            return await _word_of(uow, cycle.id, standing.person_id)

    async def roster(self, group: Group) -> tuple[tuple[Roster, ...], tuple[Member, ...]]:
        """Return who presents in the meetings ahead, the next first, and whose turn comes after that."""
        async with self._storage.read() as uow:
            cycles = [
                each
                for each in reversed(await uow.cycles.latest(group.id, _AHEAD))
                if each.state in (CycleState.OPEN, CycleState.POSTED) and each.meeting_at > self._clock()
            ]
            found = []
            for cycle in cycles:
                standing = await uow.presenters.standing(cycle.id)
                account = await uow.people.identity(standing.identity_id) if standing is not None else None
                kept = await uow.papers.get(cycle.paper_id) if cycle.paper_id is not None else None
                words = await uow.presenters.of(cycle.id)
                passed = sum(each.state in (PresenterState.PASSED, PresenterState.CANCELLED) for each in words)
                found.append(Roster(cycle, kept, standing, account.user if account is not None else None, passed))
        return tuple(found), await self.turns(group, cycles[-1]) if cycles else ()


def mark_of(presenter: Presenter) -> str:
    """Return what tells one acceptance from a later one of the same person."""
    return f"{presenter.identity_id}-{presenter.at.timestamp() * 1000:.0f}"


async def named(uow: UnitOfWork, group_id: GroupId, presenter: Presenter | None) -> UserRef | None:
    """Return the account of a presenter who said that their name may stand there; None without that word."""
    if presenter is None or not (await uow.memberships.of(group_id, presenter.person_id)).named:
        return None
    account = await uow.people.identity(presenter.identity_id)
    return account.user if account is not None else None


async def _word_of(uow: UnitOfWork, cycle_id: CycleId, person: PersonId) -> Presenter | None:
    return next((each for each in await uow.presenters.of(cycle_id) if each.person_id == person), None)


async def _is_away(uow: UnitOfWork, person: PersonId, now: datetime) -> bool:
    return any(each.ended_at is None and each.since <= now for each in await uow.aways.of_person(person))


def _last(served: Served | None) -> date | None:
    return served.last if served is not None else None
