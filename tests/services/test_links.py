"""One person, two apps: a code that both sides confirm, one of everything while connected, and each its own again."""

# ruff: noqa: DTZ001 - rules are about wall-clock times

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.core.ballot import approvals
from bot.core.groups import Membership
from bot.core.linking import FREE_TRIES, LINK_KEPT, LONGEST_WAIT
from bot.core.methods import Goal
from bot.core.outbox import Letter
from bot.core.people import EntryState, Identity, IdentityId, Knows, Person, Preferences
from bot.core.reading import Ballot, Cycle, NoteKind, PaperId, PresenterState, ReaderState
from bot.core.refs import Place, Platform, UserRef
from bot.core.reminders import KIND, Subject, When, Wish
from bot.core.schedule import Rule, Schedule, ScheduleState
from bot.core.shelf import Shelf
from bot.services import shelf
from bot.services.away import Aways
from bot.services.doors import Doors
from bot.services.homes import Homes, hash_of
from bot.services.links import Account, Links, Look, Seen
from bot.services.members import Members
from bot.services.outbox import Outbox
from bot.services.own_schedules import is_twin
from bot.services.reminders import Reminders
from bot.services.study import Study
from bot.storage import Storage, UnitOfWork
from tests.storage.club import MEETING, MEETS_ON, kept
from tests.stores import Clock

HERE = UserRef(Platform.DISCORD, "80351110224678912")
THERE = UserRef(Platform.TELEGRAM, "5512345678")
STRANGER = UserRef(Platform.TELEGRAM, "666")
SEOUL, TOKYO, BERLIN = "Asia/Seoul", "Asia/Tokyo", "Europe/Berlin"
T = TypeVar("T")


@cache
def _books() -> Shelf:
    return shelf.load()


class Desk:
    """Everything behind connecting, on one database and a clock that leaps."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self.storage, self.clock = storage, clock
        outbox = Outbox(storage, clock)
        self.links = Links(storage, clock, outbox, SEOUL)
        self.aways = Aways(storage, clock, outbox)
        self.members = Members(storage, clock, Doors(storage, (), clock), SEOUL)
        self.study = Study(_books(), storage, clock, SEOUL)
        self.reminders = Reminders(storage, clock, outbox, self.study)
        self.homes = Homes(storage, clock, outbox)

    async def person(self, user: UserRef) -> Person:
        async with self.storage.read() as uow:
            found = await uow.people.visitor(user)
        assert found is not None
        return found

    async def identity(self, user: UserRef) -> Identity:
        async with self.storage.write() as uow:
            return await uow.people.meet(user, "ko", self.clock())

    async def connect(self, host: UserRef = HERE, guest: UserRef = THERE) -> tuple[IdentityId, ...]:
        code = await self.links.offer(host, "ko", "")
        found = await self.links.look(guest, code)
        assert found.seen is Seen.FOUND
        assert (await self.links.claim(guest, "ko", "", found.hashed)).seen is Seen.FOUND
        joined = await self.links.confirm(host, found.hashed, yes=True)
        assert joined is not None
        return joined.accounts

    async def remind(self, user: UserRef, text: str = "책", at: int = 9, zone: str = SEOUL) -> Schedule:
        first = self.clock().replace(hour=0, minute=0) + timedelta(days=1)
        start = datetime(first.year, first.month, first.day, at)
        wish = Wish(Subject(text), When(start.replace(tzinfo=ZoneInfo(zone)), Rule("FREQ=DAILY", start, zone)))
        return await self.reminders.set(user, "ko", wish, Place(user.platform, user.id))

    async def coming(self, user: UserRef) -> list[tuple[str, UserRef]]:
        """What would come to the person of `user`, and where."""
        person = await self.person(user)
        async with self.storage.read() as uow:
            rows = await uow.schedules.of_person(person.id, KIND, (ScheduleState.ACTIVE,))
            to = await uow.schedules.addresses([row.id for row in rows])
        return sorted((row.payload["text"], to[row.id]) for row in rows)

    async def letters(self, user: UserRef) -> list[Letter]:
        me = await self.identity(user)
        async with self.storage.read() as uow:
            return [each for each in await uow.outbox.of_person(me.person_id, 100) if each.to == user]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/moim.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[Desk]:
    async with await Storage.open(f"sqlite:///{tmp_path}/moim.db", clock=clock) as storage:
        yield Desk(storage, clock)


# the code


async def test_nothing_is_merged_without_both(desk: Desk) -> None:
    code = await desk.links.offer(HERE, "ko", "  Min\nsu ")
    assert len(code) == 9
    assert not set("01IO") & set(code), "nothing that looks alike"
    found = await desk.links.look(THERE, f" {code.lower().replace('-', ' ')} ")
    assert found == Look(Seen.FOUND, hash_of(code), Account(Platform.DISCORD, "Min su"))
    assert await desk.links.waiting(HERE) is None, "typed is not confirmed"
    assert await desk.links.confirm(HERE, found.hashed, yes=True) is None
    assert (await desk.links.claim(THERE, "ko", "민수", found.hashed)).seen is Seen.FOUND
    waiting = await desk.links.waiting(HERE)
    assert waiting is not None
    assert waiting.account == Account(Platform.TELEGRAM, "민수")
    assert [letter.post for letter in await desk.letters(HERE)] == ["settings.asked"]
    for nobody in (THERE, STRANGER):
        assert await desk.links.confirm(nobody, found.hashed, yes=True) is None, "the word of the first side is needed"
    assert (await desk.person(HERE)).id != (await desk.person(THERE)).id
    assert (joined := await desk.links.confirm(HERE, found.hashed, yes=True)) is not None
    assert joined.account == Account(Platform.TELEGRAM, "민수")
    assert (await desk.person(HERE)).id == (await desk.person(THERE)).id
    assert [letter.post for letter in await desk.letters(THERE)] == ["settings.joined"]
    assert "Min" not in json.dumps([dict(letter.payload) for letter in await desk.letters(THERE)])


async def test_the_first_side_says_no_and_the_code_is_over(desk: Desk) -> None:
    code = await desk.links.offer(HERE, "ko", "")
    found = await desk.links.look(THERE, code)
    await desk.links.claim(THERE, "ko", "", found.hashed)
    assert (joined := await desk.links.confirm(HERE, found.hashed, yes=False)) is not None
    assert joined.accounts == ()
    assert await desk.links.confirm(HERE, found.hashed, yes=True) is None
    assert (await desk.links.look(THERE, code)).seen is Seen.UNKNOWN
    assert [letter.post for letter in await desk.letters(THERE)] == ["settings.declined"]
    assert len(await desk.links.accounts(HERE)) == 1


async def test_the_typing_side_takes_its_word_back(desk: Desk) -> None:
    code = await desk.links.offer(HERE, "ko", "")
    found = await desk.links.look(THERE, code)
    await desk.links.claim(THERE, "ko", "", found.hashed)
    await desk.links.withdraw(STRANGER, found.hashed)
    assert await desk.links.waiting(HERE) is not None
    await desk.links.withdraw(THERE, found.hashed)
    assert await desk.links.waiting(HERE) is None
    assert await desk.links.confirm(HERE, found.hashed, yes=True) is None


@pytest.mark.parametrize(
    ("typed", "seen"),
    [("K7QM-2XPD", Seen.UNKNOWN), ("K7QM-2XP", Seen.UNLIKE), ("O0I1-O0I1", Seen.UNLIKE), ("😀", Seen.UNLIKE)],
)
async def test_a_code_that_is_none_is_told_from_a_wrong_one(desk: Desk, typed: str, seen: Seen) -> None:
    assert (await desk.links.look(THERE, typed)).seen is seen


async def test_codes_end_are_used_once_and_are_not_for_oneself(desk: Desk, clock: Clock) -> None:
    first = await desk.links.offer(HERE, "ko", "")
    code = await desk.links.offer(HERE, "ko", "")
    assert (await desk.links.look(THERE, first)).seen is Seen.UNKNOWN, "a new code ends the one before"
    assert (await desk.links.look(HERE, code)).seen is Seen.OWN
    clock.leap(LINK_KEPT - timedelta(seconds=1))
    assert (await desk.links.look(THERE, code)).seen is Seen.FOUND
    clock.leap(timedelta(seconds=1))
    assert (await desk.links.look(THERE, code)).seen is Seen.UNKNOWN
    assert (await desk.links.claim(THERE, "ko", "", hash_of(code))).seen is Seen.UNKNOWN
    await desk.connect()
    code = await desk.links.offer(HERE, "ko", "")
    assert (await desk.links.look(THERE, code)).seen is Seen.ALREADY


async def test_a_code_that_one_claimed_is_nobody_elses(desk: Desk) -> None:
    code = await desk.links.offer(HERE, "ko", "")
    found = await desk.links.look(THERE, code)
    assert (await desk.links.look(STRANGER, code)).seen is Seen.FOUND
    await desk.links.claim(THERE, "ko", "", found.hashed)
    assert (await desk.links.look(STRANGER, code)).seen is Seen.UNKNOWN
    assert (await desk.links.claim(STRANGER, "ko", "", found.hashed)).seen is Seen.UNKNOWN


async def test_a_code_of_a_group_connects_no_accounts(desk: Desk) -> None:
    async with desk.storage.write() as uow:
        group = await uow.groups.create("모임", desk.clock())
    code = await desk.homes.offer(group.id, HERE, "ko")
    assert (await desk.links.look(THERE, code)).seen is Seen.CHAT
    assert (await desk.links.claim(THERE, "ko", "", hash_of(code))).seen is Seen.CHAT


async def test_guessing_is_slowed_down_more_each_time_and_a_right_code_ends_it(desk: Desk, clock: Clock) -> None:
    code = await desk.links.offer(HERE, "ko", "")
    for _ in range(FREE_TRIES):
        assert (await desk.links.look(THERE, "AAAA-AAAA")).seen is Seen.UNKNOWN
    waits = []
    for _ in range(10):
        held = await desk.links.look(THERE, code)
        assert held.seen is Seen.WAIT, "the right one is not taken either"
        waits.append(held.wait)
        clock.leap(held.wait)
        assert (await desk.links.look(THERE, "AAAA-AAAA")).seen is Seen.UNKNOWN
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits[-1] == LONGEST_WAIT
    code = await desk.links.offer(HERE, "ko", "")
    assert (await desk.links.look(STRANGER, code)).seen is Seen.FOUND, "others are not held up"
    clock.leap(LONGEST_WAIT)
    code = await desk.links.offer(HERE, "ko", "")
    assert (await desk.links.look(THERE, code)).seen is Seen.FOUND
    assert (await desk.links.look(THERE, "AAAA-AAAA")).seen is Seen.UNKNOWN
    assert (await desk.links.look(THERE, code)).seen is Seen.FOUND, "counted anew"


# preferences


async def test_the_choices_of_whoever_made_the_code_stand_and_blanks_are_filled(desk: Desk) -> None:
    await desk.members.prefer(HERE, "ko", goal=Goal.PAPERS, hours=3)
    await desk.members.prefer(THERE, "ko", goal=Goal.TASTE, maths=Knows.WELL, quiet_from="22:00", quiet_to="07:00")
    joined = await desk.connect()
    both = Preferences(goal=Goal.PAPERS, hours=3, maths=Knows.WELL, quiet_from="22:00", quiet_to="07:00")
    assert (await desk.person(HERE)).preferences == (await desk.person(THERE)).preferences == both
    await desk.members.prefer(THERE, "ko", hours=6)
    await desk.members.prefer(HERE, "ko", python=Knows.SOME)
    assert (await desk.person(HERE)).preferences.hours == 6
    assert await desk.links.part(HERE, joined) == (Platform.TELEGRAM,)
    assert (await desk.person(HERE)).preferences == Preferences(goal=Goal.PAPERS, hours=3, python=Knows.SOME)
    assert (await desk.person(THERE)).preferences == Preferences(
        goal=Goal.TASTE, maths=Knows.WELL, hours=6, quiet_from="22:00", quiet_to="07:00"
    )


async def test_a_choice_taken_back_while_connected_is_not_filled_again(desk: Desk) -> None:
    await desk.members.prefer(HERE, "ko", hours=3)
    await desk.members.prefer(THERE, "ko", hours=6)
    joined = await desk.connect()
    await desk.members.prefer(HERE, "ko", hours=None)
    assert (await desk.person(THERE)).preferences.hours is None
    await desk.links.part(THERE, joined)
    assert (await desk.person(HERE)).preferences.hours is None
    assert (await desk.person(THERE)).preferences.hours == 6


async def test_parting_twice_or_with_nobody_changes_nothing(desk: Desk) -> None:
    joined = await desk.connect()
    me = await desk.identity(HERE)
    assert await desk.links.part(STRANGER, joined) is None
    assert await desk.links.part(HERE, [me.id, *joined]) is None, "one has to stay"
    assert await desk.links.part(HERE, joined) == (Platform.TELEGRAM,)
    assert await desk.links.part(HERE, joined) is None
    assert [letter.post for letter in await desk.letters(THERE)] == ["settings.parted", "settings.joined"]


async def test_pairs_come_apart_as_the_pairs_they_were(desk: Desk) -> None:
    also_here, also_there = UserRef(Platform.DISCORD, "2"), UserRef(Platform.TELEGRAM, "3")
    for number, user in enumerate((HERE, also_here, THERE, also_there), start=1):
        await desk.members.prefer(user, "ko", hours=number)
    await desk.connect(HERE, also_here)
    await desk.connect(also_there, THERE)
    joined = await desk.connect(also_here, THERE)
    assert len(joined) == 2
    assert {(await desk.person(user)).preferences.hours for user in (HERE, also_here, THERE, also_there)} == {1}
    await desk.links.part(HERE, joined)
    assert [(await desk.person(user)).preferences.hours for user in (HERE, also_here, THERE, also_there)] == [
        1,
        1,
        4,
        4,
    ]


async def test_export_and_deletion_reach_every_account(desk: Desk) -> None:
    await desk.members.prefer(HERE, "ko", hours=3)
    await desk.connect()
    assert json.loads(await desk.members.export(THERE))["accounts"] == [str(HERE), str(THERE)]
    await desk.members.erase(THERE)
    async with desk.storage.read() as uow:
        assert await uow.people.of_identity(HERE) is None


# reminders and being away


async def test_the_same_reminder_comes_once_and_both_have_it_again(desk: Desk) -> None:
    await desk.remind(HERE)
    await desk.remind(THERE)
    await desk.remind(THERE, "논문")
    joined = await desk.connect()
    assert await desk.coming(HERE) == [("논문", THERE), ("책", HERE)]
    assert len(await desk.reminders.rows(await desk.person(THERE))) == 2
    await desk.remind(THERE)  # asked for again from the other side: still once
    await desk.remind(HERE, "논문")
    assert await desk.coming(HERE) == [("논문", THERE), ("책", HERE)]
    await desk.links.part(HERE, joined)
    assert await desk.coming(HERE) == [("논문", HERE), ("책", HERE)], "each has what was asked from it"
    assert await desk.coming(THERE) == [("논문", THERE), ("책", THERE)]


async def test_reminders_go_where_was_chosen_while_connected_and_home_again_afterwards(desk: Desk) -> None:
    await desk.remind(HERE)
    await desk.remind(THERE, "논문")
    joined = await desk.connect()
    await desk.members.prefer(HERE, "ko", delivery=Platform.TELEGRAM)
    assert await desk.coming(HERE) == [("논문", THERE), ("책", THERE)]
    await desk.links.part(HERE, joined)
    assert await desk.coming(HERE) == [("책", HERE)]


async def test_reminders_of_either_side_live_in_the_zone_that_holds(desk: Desk) -> None:
    await desk.members.prefer(THERE, "ko", timezone=BERLIN)
    await desk.remind(THERE, "논문", zone=BERLIN)
    await desk.members.prefer(HERE, "ko", timezone=TOKYO)
    joined = await desk.connect()
    [row] = await desk.reminders.rows(await desk.person(HERE))
    assert row.schedule.rule is not None
    assert row.schedule.rule.zone == TOKYO
    await desk.links.part(HERE, joined)
    [row] = await desk.reminders.rows(await desk.person(THERE))
    assert row.schedule.rule is not None
    assert row.schedule.rule.zone == BERLIN
    assert row.schedule.rule.start.hour == 9


async def test_being_away_holds_for_both_and_nobody_sleeps_on_when_they_part(desk: Desk) -> None:
    await desk.remind(HERE)
    await desk.remind(THERE, "논문")
    await desk.aways.leave(HERE, "ko", None)
    joined = await desk.connect()
    assert await desk.aways.current(await desk.person(THERE)) is not None
    assert await desk.coming(THERE) == []
    await desk.links.part(THERE, joined)
    assert await desk.coming(THERE) == [("논문", THERE)]
    assert await desk.coming(HERE) == []
    await desk.aways.back(HERE)
    assert await desk.coming(HERE) == [("책", HERE)]


async def test_two_times_away_end_each_by_its_own_word(desk: Desk, clock: Clock) -> None:
    await desk.remind(HERE)
    await desk.remind(THERE, "논문")
    day = timedelta(days=1)
    await desk.aways.leave(HERE, "ko", clock() + 2 * day)
    await desk.aways.leave(THERE, "ko", clock() + 5 * day)
    await desk.connect()
    clock.leap(3 * day)
    me = await desk.identity(HERE)
    async with desk.storage.read() as uow:
        returns = await uow.schedules.of_person(me.person_id, "return")
    assert len(returns) == 2
    await desk.aways.returned(returns[0], clock(), False)
    assert await desk.coming(HERE) == [], "the other account is still away"
    clock.leap(3 * day)
    await desk.aways.returned(returns[1], clock(), False)
    assert await desk.coming(HERE) == [("논문", THERE), ("책", HERE)]


async def test_what_is_done_is_written_down_once_from_whichever_account(desk: Desk) -> None:
    await desk.connect()
    for user in (HERE, THERE, HERE):
        await desk.study.finished(user, "ko", source="remind:7@20261125T000000Z", text="책")
    assert len(await desk.study.of_day(await desk.person(HERE), desk.study.today_of(None, "ko"))) == 1


async def test_what_either_account_said_alike_is_with_both_when_they_part(desk: Desk) -> None:
    joined = await desk.connect()
    async with desk.storage.write() as uow:
        for user in (HERE, THERE):
            account = await uow.people.meet(user, "ko", desk.clock())
            await uow.entries.set(account.id, "cs231n", EntryState.DONE, desk.clock())
            await uow.opinions.thumb(account.id, "cs231n", 1, desk.clock())
    await desk.links.part(HERE, joined)
    for user in (HERE, THERE):
        person = await desk.person(user)
        assert person.entries == {"cs231n": EntryState.DONE}
        assert person.opinions["cs231n"].thumb == 1


# whatever is said, in any order

USERS = (HERE, THERE, STRANGER)
WHO = st.integers(0, len(USERS) - 1)
TEXTS, ROWS = ("책", "논문"), ("cs231n", "d2l")
LINES = ("note", "log")
FIELDS: dict[str, tuple[Any, ...]] = {"goal": tuple(Goal), "hours": (1, 3, 6), "timezone": (SEOUL, TOKYO, BERLIN)}


class Said(RuleBasedStateMachine):
    """A plain model beside the database: what each account said last, and who is one person with whom."""

    storage: Storage
    loop: asyncio.AbstractEventLoop
    clock: Clock

    @initialize()
    def found(self) -> None:
        """Begin with three strangers and a ballot."""
        self.desk = Desk(self.storage, self.clock)
        self.words: dict[tuple[int, str, str], tuple[datetime, Any]] = {}
        self.lines = {(who, line): 0 for who in range(len(USERS)) for line in LINES}
        self.asked: dict[int, set[str]] = {who: set() for who in range(len(USERS))}
        self.away = dict.fromkeys(range(len(USERS)), False)
        self.chose: dict[int, dict[str, Any]] = {who: {} for who in range(len(USERS))}
        self.person = {who: who for who in range(len(USERS))}
        self.holds: dict[int, dict[str, Any]] = {who: {} for who in range(len(USERS))}
        self.do(self._found())

    async def _found(self) -> None:
        async with self.storage.write() as uow:
            await uow.own.erase(USERS)  # the example before
            group = await uow.groups.create("모임", self.clock())
            self.accounts = [await uow.people.meet(user, "ko", self.clock()) for user in USERS]
            self.cycle: Cycle = await uow.cycles.of(group.id, MEETS_ON, MEETING)
            papers = await kept(uow, "a", "b")
            slate = [(await uow.nominations.add(group.id, each, None, "", self.clock()))[0].id for each in papers]
            self.paper: PaperId = papers[0]
            self.ballot: Ballot = await uow.ballots.open(self.cycle.id, slate, MEETING, self.clock())

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        self.clock.leap(timedelta(minutes=1))
        return self.loop.run_until_complete(what)

    def one(self, who: int) -> list[int]:
        """The accounts of the same person."""
        return [each for each, person in self.person.items() if person == self.person[who]]

    def latest(self, who: int, word: str, about: str = "") -> Any:
        said = [self.words[each, word, about] for each in self.one(who) if (each, word, about) in self.words]
        return max(said, key=lambda each: each[0])[1] if said else None

    def say(self, who: int, word: str, value: Any, about: str = "", *, lazy: bool = False) -> None:
        """Keep a word; one that says the `lazy` same again is not news."""
        own = self.words.get((who, word, about))
        if not (lazy and own is not None and own[1] == value and self.latest(who, word, about) == value):
            self.words[who, word, about] = (self.clock(), value)

    # what people say

    @rule(who=WHO, candidate=st.integers(0, 1), yes=st.booleans())
    def vote(self, who: int, candidate: int, yes: bool) -> None:
        async def act() -> None:
            async with self.storage.write() as uow:
                said = {self.ballot.candidates[candidate]: yes}
                await uow.ballots.vote(self.ballot.id, self.accounts[who].id, said, self.clock())

        self.do(act())
        self.say(who, "vote", yes, str(candidate))

    @rule(who=WHO, state=st.sampled_from(ReaderState), hard=st.booleans())
    def mark(self, who: int, state: ReaderState, hard: bool) -> None:
        async def act() -> None:
            async with self.storage.write() as uow:
                where = (self.cycle.group_id, self.paper, self.accounts[who].id)
                await uow.readers.set(*where, state, self.clock())
                await uow.readers.too_hard(*where, hard, self.clock())

        self.do(act())
        self.say(who, "mark", state)
        self.say(who, "hard", hard)

    @rule(who=WHO, row=st.sampled_from(ROWS), state=st.sampled_from([EntryState.SAVED, EntryState.DONE]))
    def list(self, who: int, row: str, state: EntryState) -> None:
        async def act() -> None:
            async with self.storage.write() as uow:
                await uow.entries.set(self.accounts[who].id, row, state, self.clock())

        self.do(act())
        self.say(who, "list", state, row, lazy=True)

    @rule(who=WHO, row=st.sampled_from(ROWS), thumb=st.sampled_from([-1, 1]))
    def rate(self, who: int, row: str, thumb: int) -> None:
        async def act() -> None:
            async with self.storage.write() as uow:
                await uow.opinions.thumb(self.accounts[who].id, row, thumb, self.clock())

        self.do(act())
        self.say(who, "thumb", thumb, row, lazy=True)

    @rule(who=WHO, presents=st.booleans(), state=st.sampled_from([PresenterState.PASSED, PresenterState.CANCELLED]))
    def turn(self, who: int, presents: bool, state: PresenterState) -> None:
        async def act() -> None:
            async with self.storage.write() as uow:
                account = self.accounts[who].id
                await uow.memberships.presents(self.cycle.group_id, account, presents, self.clock())
                passes = uow.presenters.passes if state is PresenterState.PASSED else uow.presenters.cancel
                await passes(self.cycle.id, account, self.clock())

        self.do(act())
        self.say(who, "presents", presents)
        self.say(who, "turn", state)

    @rule(who=WHO, line=st.sampled_from(LINES))
    def write(self, who: int, line: str) -> None:
        async def act() -> None:
            now, account = self.clock(), self.accounts[who].id
            async with self.storage.write() as uow:
                if line == "note":
                    await uow.notes.add(self.cycle.group_id, self.paper, account, NoteKind.NOTE, "메모", now)
                else:
                    await uow.study.add(
                        account, at=now, day=now.date(), minutes=5, text="", resource_id=None, unit=None, source="log"
                    )

        self.do(act())
        self.lines[who, line] += 1

    @rule(who=WHO, text=st.sampled_from(TEXTS))
    def remind(self, who: int, text: str) -> None:
        if any(self.away[each] for each in self.one(who)) and text in self.asked[who]:
            return  # what is set while away comes beside what sleeps: said in the reference
        zone = self.holds[self.person[who]].get("timezone", SEOUL)
        self.do(self.desk.remind(USERS[who], text, zone=zone))
        self.asked[who].add(text)

    @rule(who=WHO)
    def leave(self, who: int) -> None:
        self.do(self.desk.aways.leave(USERS[who], "ko", None))
        for each in self.one(who):
            self.away[each] = each == who

    @rule(who=WHO)
    def back(self, who: int) -> None:
        self.do(self.desk.aways.back(USERS[who]))
        for each in self.one(who):
            self.away[each] = False

    @rule(who=WHO, choice=st.sampled_from([(name, value) for name, values in FIELDS.items() for value in values]))
    def prefer(self, who: int, choice: tuple[str, Any]) -> None:
        name, value = choice
        if name == "timezone" and any(self.asked[each] for each in self.one(who)):
            return  # what is the same at nine in Seoul is not at nine in Berlin
        self.do(self.desk.members.prefer(USERS[who], "ko", **{name: value}))
        self.chose[who][name] = value
        self.holds[self.person[who]] |= {name: value}

    # connecting and parting

    @rule(host=WHO, which=WHO)
    def connect(self, host: int, which: int) -> None:
        others = [who for who in self.person if self.person[who] != self.person[host]]
        if not others:
            return
        guest = others[which % len(others)]
        self.do(self.desk.connect(USERS[host], USERS[guest]))
        ours, theirs = self.person[host], self.person[guest]
        for each in self.one(guest):
            self.person[each] = ours
        self.holds[ours] = {**self.holds[theirs], **self.holds[ours]}

    @rule(who=WHO, which=WHO)
    def part(self, who: int, which: int) -> None:
        together = self.one(who)
        by = together[which % len(together)]
        parted = self.do(self.desk.links.part(USERS[by], [self.accounts[who].id]))
        assert (parted is not None) == (len(together) > 1)
        if parted is None:
            return
        self.person[who] = max(self.person.values()) + 1
        for each in (who, next(other for other in together if other != who)):
            side = self.one(each)
            if len(side) == 1:
                self.holds[self.person[each]] = dict(self.chose[each])
            else:  # of two that stay together it was either's own word
                now = self.do(self.desk.person(USERS[each])).preferences
                self.holds[self.person[each]] = {name: getattr(now, name) for name in FIELDS if getattr(now, name)}
                for name, value in self.holds[self.person[each]].items():
                    assert value in [self.chose[one].get(name) for one in side]

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        if hasattr(self, "accounts"):
            self.loop.run_until_complete(self._check())

    async def _check(self) -> None:
        async with self.storage.read() as uow:
            votes = approvals(await uow.ballots.votes(self.ballot.id))
            turns = {turn.person_id: turn.state for turn in await uow.presenters.of(self.cycle.id)}
            for who in range(len(USERS)):
                person = await uow.people.visitor(USERS[who])
                assert person is not None
                await self._check_words(uow, who, person)
                yes = {
                    each for about, each in enumerate(self.ballot.candidates) if self.latest(who, "vote", str(about))
                }
                assert votes.get(person.id, frozenset()) == yes
                assert turns.get(person.id) == self.latest(who, "turn")
                await self._check_reminders(uow, who, person)
        assert len(votes.keys() | turns.keys()) <= len(set(self.person.values()))

    async def _check_words(self, uow: UnitOfWork, who: int, person: Person) -> None:
        group = self.cycle.group_id
        assert person.preferences == Preferences(**self.holds[self.person[who]])
        assert person.entries == {row: said for row in ROWS if (said := self.latest(who, "list", row))}
        thumbs = {row: opinion.thumb for row, opinion in person.opinions.items()}
        assert thumbs == {row: said for row in ROWS if (said := self.latest(who, "thumb", row))}
        reader = await uow.readers.mine(group, self.paper, person.id)
        read = (reader.state, reader.too_hard) if reader else (None, False)
        assert read == (self.latest(who, "mark"), bool(self.latest(who, "hard")))
        assert await uow.memberships.of(group, person.id) == Membership(presents=self.latest(who, "presents"))
        lines = {"note": await uow.notes.of_person(person.id), "log": await uow.study.of_person(person.id)}
        counted = {line: sum(self.lines[each, line] for each in self.one(who)) for line in LINES}
        assert {line: len(found) for line, found in lines.items()} == counted

    async def _check_reminders(self, uow: UnitOfWork, who: int, person: Person) -> None:
        is_away = any(self.away[each] for each in self.one(who))
        assert any(each.ended_at is None for each in await uow.aways.of_person(person.id)) == is_away
        rows = await uow.schedules.of_person(person.id, KIND)
        for each in self.one(who):
            own = [row.payload["text"] for row in rows if row.identity_id == self.accounts[each].id]
            assert sorted(own) == sorted(self.asked[each]), "an account keeps what was asked from it, once"
        shown = [row.payload["text"] for row in rows if not is_twin(row)]
        assert set(shown) == set().union(*(self.asked[each] for each in self.one(who)))
        coming = [row.payload["text"] for row in rows if row.state is ScheduleState.ACTIVE]
        assert len(coming) == len(set(coming)), "nobody is reminded twice"
        if not is_away:
            assert sorted(coming) == sorted(set(shown)), "and everybody of everything"


@pytest.fixture
def machine(url: str) -> Iterator[type[Said]]:
    loop, clock = asyncio.new_event_loop(), Clock()
    storage = loop.run_until_complete(Storage.open(url, clock=clock))
    yield type("Machine", (Said,), {"storage": storage, "loop": loop, "clock": clock})
    loop.run_until_complete(storage.close())
    loop.close()


def test_connecting_and_parting_in_any_order_loses_and_doubles_nothing(machine: type[Said]) -> None:
    few = settings(max_examples=20, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=few)
