"""Connecting accounts and taking them apart, in any order, loses and doubles nothing that was said from them.

A small model beside the database keeps what each account said last; a person's word is the latest of their accounts'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.ballot import approvals
from bot.core.groups import Membership
from bot.core.people import Identity, PersonId
from bot.core.reading import Ballot, Cycle, NoteKind, PaperId, PresenterState, ReaderState
from bot.core.refs import UserRef
from bot.core.schedule import NewSchedule
from bot.storage import Storage, UnitOfWork
from tests.storage.club import MEETING, MEETS_ON, kept
from tests.storage.moments import JIWOO, MINSU, MINSU_ON_TELEGRAM, MINUTE, NOW

USERS: tuple[UserRef, ...] = (MINSU, MINSU_ON_TELEGRAM, JIWOO)
ACCOUNT = st.integers(0, len(USERS) - 1)
SAID = st.one_of(
    st.tuples(st.just("vote"), ACCOUNT, st.integers(0, 2), st.booleans()),
    st.tuples(st.just("mark"), ACCOUNT, st.just(0), st.sampled_from([*ReaderState, None])),
    st.tuples(st.just("too hard"), ACCOUNT, st.just(0), st.booleans()),
    st.tuples(st.just("presents"), ACCOUNT, st.just(0), st.booleans()),
    st.tuples(st.just("turn"), ACCOUNT, st.just(0), st.sampled_from([PresenterState.PASSED, PresenterState.CANCELLED])),
    st.tuples(st.sampled_from(["note", "log", "reminder"]), ACCOUNT, st.just(0), st.just(None)),
    st.tuples(st.just("join"), ACCOUNT, ACCOUNT, st.just(None)),
    st.tuples(st.just("part"), ACCOUNT, st.just(0), st.just(None)),
)
LINES = ("note", "log", "reminder")


@dataclass
class Model:
    """What each account said last, when, and which accounts are one person."""

    said: dict[tuple[int, str, int], tuple[datetime, object]] = field(default_factory=dict)
    lines: dict[tuple[int, str], int] = field(default_factory=dict)
    person: dict[int, int] = field(default_factory=lambda: {account: account for account in range(len(USERS))})

    def latest(self, person: int, word: str, about: int = 0) -> object:
        """Return the latest word of a person's accounts, None when none said anything."""
        words = [
            said
            for (account, what, on), said in self.said.items()
            if self.person[account] == person and (what, on) == (word, about)
        ]
        return max(words, key=lambda said: said[0])[1] if words else None

    def count(self, person: int, line: str) -> int:
        """Return how many lines a person's accounts wrote."""
        accounts = [account for account, owner in self.person.items() if owner == person]
        return sum(self.lines.get((account, line), 0) for account in accounts)


@dataclass
class World:
    """The group in the database."""

    accounts: list[Identity]
    cycle: Cycle
    paper: PaperId
    ballot: Ballot


async def _world(uow: UnitOfWork) -> World:
    await uow.own.erase(USERS)  # the example before
    group = await uow.groups.create("모임", NOW)
    accounts = [await uow.people.meet(user, "ko", NOW) for user in USERS]
    cycle = await uow.cycles.of(group.id, MEETS_ON, MEETING)
    papers = await kept(uow, "a", "b", "c")
    slate = [(await uow.nominations.add(group.id, paper, None, "", NOW))[0].id for paper in papers]
    return World(accounts, cycle, papers[0], await uow.ballots.open(cycle.id, slate, MEETING, NOW))


async def _do(uow: UnitOfWork, world: World, what: str, account: int, about: int, word: object, now: datetime) -> None:
    identity, group = world.accounts[account].id, world.cycle.group_id
    match what:
        case "vote":
            await uow.ballots.vote(world.ballot.id, identity, {world.ballot.candidates[about]: word is True}, now)
        case "mark":
            await uow.readers.set(group, world.paper, identity, word if isinstance(word, ReaderState) else None, now)
        case "too hard":
            await uow.readers.too_hard(group, world.paper, identity, word is True, now)
        case "presents":
            await uow.memberships.presents(group, identity, word is True, now)
        case "turn" if word is PresenterState.PASSED:
            await uow.presenters.passes(world.cycle.id, identity, now)
        case "turn":
            await uow.presenters.cancel(world.cycle.id, identity, now)
        case "note":
            await uow.notes.add(group, world.paper, identity, NoteKind.NOTE, "메모", now)
        case "log":
            await uow.study.add(
                identity, at=now, day=now.date(), minutes=5, text="", resource_id=None, unit=None, source="log"
            )
        case "reminder":
            await uow.schedules.add(NewSchedule("reminder", now + timedelta(days=1), identity_id=identity), now)


async def _check(uow: UnitOfWork, world: World, model: Model) -> None:
    votes = approvals(await uow.ballots.votes(world.ballot.id))
    turns = {turn.person_id: turn.state for turn in await uow.presenters.of(world.cycle.id)}
    group = world.cycle.group_id
    for account, user in enumerate(USERS):
        found = await uow.people.of_identity(user)
        assert found is not None
        person, owner = found.person_id, model.person[account]
        approved = {
            candidate for about, candidate in enumerate(world.ballot.candidates) if model.latest(owner, "vote", about)
        }
        assert await uow.ballots.mine(world.ballot.id, person) == votes.get(person, frozenset()) == approved
        reader = await uow.readers.mine(group, world.paper, person)
        expected = (model.latest(owner, "mark"), bool(model.latest(owner, "too hard")))
        assert ((reader.state, reader.too_hard) if reader else (None, False)) == expected
        assert await uow.memberships.of(group, person) == Membership(presents=model.latest(owner, "presents"))  # type: ignore[arg-type]
        assert turns.get(person) == model.latest(owner, "turn")
        assert await _lines(uow, person) == {line: model.count(owner, line) for line in LINES}
    assert len(votes.keys() | turns.keys()) <= len(set(model.person.values()))


async def _lines(uow: UnitOfWork, person: PersonId) -> Mapping[str, int]:
    notes, log = await uow.notes.of_person(person), await uow.study.of_person(person)
    return {"note": len(notes), "log": len(log), "reminder": len(await uow.schedules.of_person(person))}


@settings(max_examples=18, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(SAID, min_size=20, max_size=60))
async def test_connecting_and_parting_accounts_loses_and_doubles_nothing(
    storage: Storage, steps: list[tuple[str, int, int, object]]
) -> None:
    model = Model()
    async with storage.write() as uow:
        world = await _world(uow)
        await uow.people.join(world.accounts[1].id, world.accounts[0].person_id)
        model.person[1] = model.person[0]
        for number, (what, account, about, word) in enumerate(steps, start=1):
            now = NOW + number * MINUTE
            if what == "join":
                other = await uow.people.of_identity(USERS[about])
                assert other is not None
                await uow.people.join(world.accounts[account].id, other.person_id)
                model.person[account] = model.person[about]
                await _check(uow, world, model)
            elif what == "part":
                await uow.people.part(world.accounts[account].id, now)
                model.person[account] = max(model.person.values()) + 1
                await _check(uow, world, model)
            else:
                await _do(uow, world, what, account, about, word, now)
                if what in LINES:
                    model.lines[account, what] = model.lines.get((account, what), 0) + 1
                else:
                    model.said[account, what, about] = (now, word)
        await _check(uow, world, model)
