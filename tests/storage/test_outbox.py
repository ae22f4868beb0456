"""Letters: kept once, taken by one at a time, marked only by whoever holds them, and never lost in between."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.core.outbox import UNREAD, Address, Delivery, Letter, LetterId, LetterState, NewLetter, lane_of
from bot.core.people import Approval
from bot.core.refs import Place, Platform, UserRef
from bot.core.schedule import NewSchedule
from bot.storage import Storage, UnitOfWork
from tests.storage.moments import JIWOO, MINSU, MINSU_ON_TELEGRAM, MINUTE, NOW, SERVER, TOPIC, clock

DISCORD, TELEGRAM = Platform.DISCORD, Platform.TELEGRAM
CHANNEL = Place(DISCORD, "11", SERVER)
THREAD = replace(CHANNEL, thread="12")
LEASE = 3 * MINUTE


def letter(key: str, to: Address = MINSU, **fields: object) -> NewLetter:
    return NewLetter(key, "reminder", to, "remind.due", {"text": f"강의 {key}"}, **fields)  # type: ignore[arg-type]


async def lease(
    uow: UnitOfWork, now: datetime = NOW, platform: Platform = DISCORD, **more: object
) -> tuple[Letter, ...]:
    return await uow.outbox.lease(platform, now, now + LEASE, 50, **more)  # type: ignore[arg-type]


async def one(uow: UnitOfWork, now: datetime = NOW) -> Letter:
    [only] = await lease(uow, now)
    return only


def delivery(of: Letter, message: str = "m1") -> Delivery:
    return Delivery(of.id, of.attempt, NOW + MINUTE, THREAD, message, "t1")


async def state(uow: UnitOfWork, key: str) -> Letter:
    return (await uow.outbox.by_key([key]))[key]


# --- put


async def test_a_letter_is_kept_as_it_was_put(storage: Storage) -> None:
    async with storage.write() as uow:
        minsu = await uow.people.meet(MINSU, "ko", NOW)
        schedule = await uow.schedules.add(NewSchedule("reminder", NOW, identity_id=minsu.id), NOW)
        new = letter(
            "full",
            THREAD,
            identity_id=minsu.id,
            schedule_id=schedule.id,
            due_at=NOW,
            was_down=True,
            revises="earlier",
            under="another",
            silent=True,
            not_before=NOW + MINUTE,
        )
        assert await uow.outbox.put([new], NOW) == {"full"}
        kept = await state(uow, "full")
        assert await uow.outbox.get(kept.id) == kept
    for name in ("key", "kind", "to", "post", "payload", "identity_id", "schedule_id", "due_at", "was_down", "revises"):
        assert getattr(kept, name) == getattr(new, name), name
    assert (kept.under, kept.silent, kept.not_before, kept.created_at) == ("another", True, NOW + MINUTE, NOW)
    assert (kept.state, kept.attempt, kept.failures, kept.ended_at) == (LetterState.WAITING, 0, 0, None)
    assert (kept.platform, kept.lane, kept.sent_at, kept.found, kept.blocked) == (DISCORD, "11", None, None, None)


async def test_a_key_that_is_there_already_is_left_as_it_is(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.outbox.put([], NOW) == set()
        assert await uow.outbox.put([letter("a"), letter("b"), letter("a")], NOW) == {"a", "b"}
        assert await uow.outbox.put([letter("b", JIWOO), letter("c")], NOW + MINUTE) == {"c"}
        assert await uow.outbox.put([letter("a")], NOW) == set()
        assert (await state(uow, "b")).to == MINSU
        taken = await one(uow)
        await uow.outbox.sent([delivery(taken)])
        assert await uow.outbox.put([letter(taken.key)], NOW) == set()  # not even when it was sent


async def test_what_is_only_put_on_record_is_never_taken(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("late", state=LetterState.TOO_LATE, reason="12 hours late")], NOW)
        assert await lease(uow, NOW + MINUTE) == ()
        kept = await state(uow, "late")
    assert (kept.state, kept.reason, kept.ended_at, kept.not_before) == ("too_late", "12 hours late", NOW, None)


async def test_a_letter_of_every_address_and_any_words_is_what_it_was(storage: Storage) -> None:
    addresses: list[Address] = [
        MINSU,
        MINSU_ON_TELEGRAM,
        CHANNEL,
        THREAD,
        TOPIC,
        Place(TELEGRAM, "77"),
    ]
    async with storage.write() as uow:
        for number, to in enumerate(addresses):
            await uow.outbox.put([replace(letter(str(number), to), payload={"text": "\ud83d \0 끝 😀"})], NOW)
        kept = await uow.outbox.by_key([str(number) for number in range(len(addresses))])
    assert [kept[str(number)].to for number in range(len(addresses))] == addresses
    assert kept["0"].payload == {"text": "\ud83d \0 끝 😀"}


# --- lease


async def test_letters_are_taken_in_order_one_of_a_lane_and_only_those_of_the_platform(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("second", CHANNEL)], NOW)
        await uow.outbox.put([letter("third", THREAD), letter("elsewhere", JIWOO), letter("mine")], NOW)
        await uow.outbox.put([letter("first", Place(DISCORD, "5", SERVER), not_before=NOW - MINUTE)], NOW)
        await uow.outbox.put([letter("later", UserRef(DISCORD, "9"), not_before=NOW + MINUTE)], NOW)
        taken = await lease(uow)
        assert [each.key for each in taken] == ["first", "second", "mine"]
        assert await lease(uow, skip_lanes=["11"]) == ()
        assert [each.key for each in await lease(uow)] == ["third"]
    for each in taken:
        assert (each.state, each.attempt, each.found) == (LetterState.LEASED, 1, LetterState.WAITING)
        assert (each.tried_at, each.not_before, each.doubted_since) == (NOW, NOW + LEASE, None)


async def test_a_lane_full_of_letters_does_not_hide_the_others(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter(f"flood{number}", CHANNEL) for number in range(200)], NOW)
        await uow.outbox.put([letter(f"other{number}", UserRef(DISCORD, str(number))) for number in range(5)], NOW)
        taken = await uow.outbox.lease(DISCORD, NOW, NOW + LEASE, 4)
        assert [each.key for each in taken] == ["flood0", "other0", "other1", "other2"]
        assert [each.key for each in await uow.outbox.lease(DISCORD, NOW, NOW + LEASE, 4, ["11"])] == [
            "other3",
            "other4",
        ]


async def test_no_more_are_taken_than_asked_for(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter(str(number), UserRef(DISCORD, str(number))) for number in range(9)], NOW)
        counts = [len(await uow.outbox.lease(DISCORD, NOW, NOW + LEASE, 4)) for _ in range(4)]
    assert counts == [4, 4, 1, 0]


async def test_a1_a_lease_that_ran_out_is_found_in_doubt_since_that_try(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("a")], NOW)
        await one(uow)
        assert await lease(uow, NOW + LEASE - MINUTE) == ()
        again = await one(uow, NOW + LEASE)
        assert (again.found, again.attempt, again.doubted_since) == (LetterState.LEASED, 2, NOW)
        third = await one(uow, NOW + 2 * LEASE)
        assert (third.attempt, third.doubted_since) == (3, NOW)  # the first doubt counts
        assert third == replace(await state(uow, "a"), found=LetterState.LEASED)


async def test_what_an_earlier_courier_left_under_way_is_found_at_once(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("old"), letter("older", CHANNEL), letter("elsewhere", JIWOO)], NOW)
        await lease(uow, fence=1)
        await lease(uow, platform=TELEGRAM, fence=1)
        await uow.outbox.put([letter("new", UserRef(DISCORD, "9"))], NOW)
        await lease(uow, fence=2)
        assert await uow.outbox.reclaim(DISCORD, 2, NOW + MINUTE) == 2
        found = await lease(uow, NOW + MINUTE, fence=2)
        assert {each.key: each.doubted_since for each in found} == {"old": NOW, "older": NOW}
        assert await uow.outbox.reclaim(DISCORD, 2, NOW + MINUTE) == 0


async def test_a_letter_to_an_address_out_of_reach_says_so_when_it_is_taken(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.unreachable.mark(MINSU, "blocked", NOW)
        await uow.unreachable.mark(CHANNEL, "gone", NOW)
        to: list[Address] = [MINSU, THREAD, UserRef(DISCORD, "9")]
        await uow.outbox.put([letter(str(number), each) for number, each in enumerate(to)], NOW)
        blocked = {each.key: each.blocked for each in await lease(uow)}
    assert blocked == {"0": "blocked", "1": "gone", "2": None}


async def test_a_space_that_the_bot_left_gets_nothing_and_what_waited_is_withheld(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.spaces.joined(SERVER, "모임", added_by=None, approval=Approval.APPROVED, now=NOW)
        await uow.outbox.put([letter("waits", CHANNEL), letter("mine")], NOW)
        await uow.spaces.left(SERVER, NOW)
        withheld = await state(uow, "waits")
        assert (withheld.state, withheld.reason, withheld.ended_at) == (LetterState.WITHHELD, "left", NOW)
        await uow.outbox.put([letter("later", CHANNEL)], NOW)
        assert {each.key: each.blocked for each in await lease(uow)} == {"mine": None, "later": "left"}
        await uow.spaces.joined(SERVER, "모임", added_by=None, approval=Approval.APPROVED, now=NOW)
        await uow.outbox.put([letter("back", Place(DISCORD, "12", SERVER))], NOW)
        assert [each.blocked for each in await lease(uow)] == [None]


# --- marks


async def test_a_letter_that_was_sent_carries_its_receipt(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("a", THREAD)], NOW)
        await uow.outbox.sent([])
        await uow.outbox.sent([delivery(await one(uow))])
        sent = await state(uow, "a")
        assert await lease(uow, NOW + LEASE) == ()
    assert (sent.state, sent.sent_at, sent.not_before) == (LetterState.SENT, NOW + MINUTE, None)
    assert (sent.sent_place, sent.sent_message, sent.sent_thread) == (THREAD, "m1", "t1")


async def test_a9_whoever_holds_an_older_try_marks_nothing(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("a")], NOW)
        frozen = await one(uow)
        holder = await one(uow, NOW + LEASE)
        await uow.outbox.sent([delivery(frozen)])
        assert not await uow.outbox.end(frozen.id, frozen.attempt, LetterState.DEAD, "late", NOW)
        assert not await uow.outbox.postpone(frozen.id, frozen.attempt, NOW, "late")
        assert (await state(uow, "a")).state is LetterState.LEASED
        await uow.outbox.sent([delivery(holder, "m2")])
        await uow.outbox.sent([delivery(holder, "m3")])
        assert (await state(uow, "a")).sent_message == "m2"
        assert not await uow.outbox.end(holder.id, holder.attempt, LetterState.DEAD, "late", NOW)


async def test_many_marks_at_once_are_each_guarded(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter(str(number), UserRef(DISCORD, str(number))) for number in range(20)], NOW)
        taken = await lease(uow)
        stale = [
            replace(delivery(each), attempt=7) if number % 2 else delivery(each) for number, each in enumerate(taken)
        ]
        await uow.outbox.sent(stale)
        assert await uow.outbox.counts(NOW) == {LetterState.SENT: 10, LetterState.LEASED: 10}


async def test_a_letter_put_back_waits_and_remembers_why(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("a")], NOW)
        first = await one(uow)
        assert await uow.outbox.postpone(first.id, 1, NOW + MINUTE, "503")
        assert await lease(uow) == ()
        second = await one(uow, NOW + MINUTE)
        assert (second.found, second.failures, second.reason, second.doubted_since) == (
            LetterState.WAITING,
            1,
            "503",
            None,
        )
        await uow.outbox.postpone(second.id, 2, NOW, "429", counts=False)
        third = await one(uow)
        assert (third.attempt, third.failures, third.reason) == (3, 1, "429")


async def test_a2_a_letter_in_doubt_can_be_held_and_keeps_its_first_doubt(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("a")], NOW)
        first = await one(uow)
        held = {"state": LetterState.HELD, "doubted_since": NOW}
        assert await uow.outbox.postpone(first.id, 1, NOW + 30 * MINUTE, "no answer", **held)  # type: ignore[arg-type]
        assert (await state(uow, "a")).state is LetterState.HELD
        assert await lease(uow, NOW + 29 * MINUTE) == ()
        again = await one(uow, NOW + 30 * MINUTE)
        assert (again.found, again.doubted_since) == (LetterState.HELD, NOW)
        await uow.outbox.postpone(again.id, 2, NOW, "no answer", doubted_since=NOW + 30 * MINUTE)
        assert (await state(uow, "a")).doubted_since == NOW


@pytest.mark.parametrize("end", [*UNREAD, LetterState.DROPPED])
async def test_a_letter_that_ended_says_why_and_is_never_taken_again(storage: Storage, end: LetterState) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("a")], NOW)
        taken = await one(uow)
        assert await uow.outbox.end(taken.id, 1, end, "blocked", NOW + MINUTE)
        assert await lease(uow, NOW + LEASE) == ()
        ended = await state(uow, "a")
        assert (ended.state, ended.reason, ended.ended_at, ended.sent_at) == (end, "blocked", NOW + MINUTE, None)
        assert await uow.outbox.earliest(DISCORD) is None


async def test_when_to_look_next_is_the_nearest_letter_or_lease(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.outbox.earliest(DISCORD) is None
        await uow.outbox.put([letter("a"), letter("b", CHANNEL, not_before=NOW + MINUTE), letter("c", JIWOO)], NOW)
        assert await uow.outbox.earliest(DISCORD) == NOW
        assert await uow.outbox.earliest(DISCORD, NOW) == NOW + MINUTE
        await lease(uow)
        assert await uow.outbox.earliest(DISCORD) == NOW + MINUTE
        assert await uow.outbox.earliest(DISCORD, NOW + MINUTE) == NOW + LEASE
        assert await uow.outbox.earliest(DISCORD, NOW + LEASE) is None


# --- the log


async def test_a_persons_letters_are_those_to_all_their_accounts_the_latest_first(storage: Storage) -> None:
    async with storage.write() as uow:
        minsu, there = [await uow.people.meet(user, "ko", NOW) for user in (MINSU, MINSU_ON_TELEGRAM)]
        await uow.people.join(there.id, minsu.person_id)
        for number in range(6):
            whose = (minsu, there)[number % 2]
            await uow.outbox.put([letter(str(number), whose.user, identity_id=whose.id)], NOW)
        await uow.outbox.put([letter("somebody's", JIWOO)], NOW)
        keys = [each.key for each in await uow.outbox.of_person(minsu.person_id, 10)]
        assert keys == ["5", "4", "3", "2", "1", "0"]
        assert [each.key for each in await uow.outbox.of_person(minsu.person_id, 2, 3)] == ["2", "1"]


async def test_a_schedules_letters_are_its_log(storage: Storage) -> None:
    async with storage.write() as uow:
        first, second = [await uow.schedules.add(NewSchedule("reminder", NOW), NOW) for _ in range(2)]
        for number in range(4):
            of = (first, second)[number % 2]
            await uow.outbox.put([letter(str(number), schedule_id=of.id, due_at=NOW + number * MINUTE)], NOW)
        assert [each.key for each in await uow.outbox.of_schedule(first.id)] == ["2", "0"]
        assert [each.key for each in await uow.outbox.of_schedule(first.id, 1)] == ["2"]


async def test_what_was_not_sent_is_told_once(storage: Storage) -> None:
    async with storage.write() as uow:
        minsu = await uow.people.meet(MINSU, "ko", NOW)
        ends = [*UNREAD, LetterState.DROPPED]
        new = [letter(each.value, identity_id=minsu.id, state=each, reason="x") for each in ends]
        await uow.outbox.put([*new, letter("waits", identity_id=minsu.id)], NOW)
        untold = await uow.outbox.untold(minsu.person_id)
        assert {each.state for each in untold} == set(UNREAD)
        await uow.outbox.tell([], NOW)
        await uow.outbox.tell([each.id for each in untold[:2]], NOW)
        assert await uow.outbox.untold(minsu.person_id) == untold[2:]
        assert await uow.outbox.untold(minsu.person_id, 1) == untold[2:3]
        assert (await state(uow, untold[0].key)).told_at == NOW


async def test_counts_and_failures_tell_what_waits_and_what_went_wrong_lately(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.outbox.counts(NOW) == {}
        await uow.outbox.put([letter(str(number), UserRef(DISCORD, str(number))) for number in range(4)], NOW)
        await uow.outbox.put([letter("old", state=LetterState.DEAD, reason="x")], NOW - 60 * MINUTE)
        taken = await uow.outbox.lease(DISCORD, NOW, NOW + LEASE, 3)
        await uow.outbox.sent([delivery(taken[0])])
        await uow.outbox.end(taken[1].id, 1, LetterState.DEAD, "refused", NOW)
        expected = {"sent": 1, "dead": 1, "leased": 1, "waiting": 1}
        assert await uow.outbox.counts(NOW) == {LetterState(name): count for name, count in expected.items()}
        assert [each.key for each in await uow.outbox.failures(NOW, 5)] == [taken[1].key]
        assert [each.key for each in await uow.outbox.failures(NOW - 90 * MINUTE, 5)] == [taken[1].key, "old"]
        assert [each.key for each in await uow.outbox.failures(NOW - 90 * MINUTE, 1)] == [taken[1].key]


async def test_letters_that_ended_long_ago_are_purged_and_those_that_wait_never(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("old", state=LetterState.DEAD)], NOW)
        await uow.outbox.put([letter("waits"), letter("later", CHANNEL, state=LetterState.DEAD)], NOW + MINUTE)
        assert await uow.outbox.purge(NOW) == 0
        assert await uow.outbox.purge(NOW + MINUTE) == 1
        assert (await uow.outbox.by_key(["old", "waits", "later"])).keys() == {"waits", "later"}
        assert await uow.outbox.by_key([]) == {}
        assert await uow.outbox.get(LetterId(99)) is None


async def test_f10_a_hosts_letters_are_theirs_although_they_are_no_person_here(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.outbox.put([letter("to a host", JIWOO), letter("to another")], NOW)
        await uow.unreachable.mark(JIWOO, "blocked", NOW)
        own = await uow.own.export([JIWOO])
        assert ([row["key"] for row in own["outbox"]], len(own["unreachable"])) == (["to a host"], 1)
        await uow.own.erase([JIWOO])
        assert (await uow.outbox.by_key(["to a host", "to another"])).keys() == {"to another"}
        assert await uow.unreachable.all() == ()


# --- whatever happens: nothing is lost, nothing is sent by two at once


class Life(RuleBasedStateMachine):
    """Two couriers, of which the first may freeze at any time, over one outbox; letters arrive and time passes."""

    storage: Storage
    run: object

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.put: set[str] = set()
        self.held: list[Letter] = []  # what couriers believe to hold, also when they do not any more
        self.sent: list[str] = []
        self.ended: set[str] = set()
        self._do(self._clear())

    def _do(self, work: object) -> object:
        return type(self).run(work)  # type: ignore[operator]

    async def _clear(self) -> None:
        async with type(self).storage.write() as uow:
            await uow.own.erase([UserRef(DISCORD, str(number)) for number in range(3)])

    @rule(number=st.integers(0, 30), to=st.integers(0, 2))
    def letter_arrives(self, number: int, to: int) -> None:
        async def work() -> set[str]:
            async with type(self).storage.write() as uow:
                return await uow.outbox.put([letter(str(number), UserRef(DISCORD, str(to)))], self.now)

        new = self._do(work())
        assert new == {str(number)} - self.put
        self.put.add(str(number))

    @rule(minutes=st.integers(1, 5))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(limit=st.integers(1, 4))
    def courier_takes(self, limit: int) -> None:
        async def work() -> tuple[Letter, ...]:
            async with type(self).storage.write() as uow:
                return await uow.outbox.lease(DISCORD, self.now, self.now + LEASE, limit)

        taken = self._do(work())
        assert isinstance(taken, tuple)
        assert len({each.lane for each in taken}) == len(taken)
        live = {each.key for each in self.held if self._counts(each)}
        assert not live & {each.key for each in taken}, "two hold one letter"
        assert not self.ended & {each.key for each in taken}
        self.held += taken

    def _counts(self, of: Letter) -> bool:
        newest = max(each.attempt for each in self.held if each.key == of.key)
        assert of.not_before is not None
        return of.attempt == newest and of.not_before > self.now and of.key not in self.ended

    @precondition(lambda self: self.held)
    @rule(data=st.data(), how=st.sampled_from(["sent", "postpone", "end"]))
    def courier_marks(self, data: st.DataObject, how: str) -> None:
        of = data.draw(st.sampled_from(self.held))
        newest = max(each.attempt for each in self.held if each.key == of.key) == of.attempt

        async def work() -> tuple[Letter, Letter]:
            async with type(self).storage.write() as uow:
                before = await state(uow, of.key)
                match how:
                    case "sent":
                        await uow.outbox.sent([delivery(of)])
                    case "postpone":
                        await uow.outbox.postpone(of.id, of.attempt, self.now + MINUTE, "503")
                    case _:
                        await uow.outbox.end(of.id, of.attempt, LetterState.DEAD, "refused", self.now)
                return before, await state(uow, of.key)

        result = self._do(work())
        assert isinstance(result, tuple)
        before, after = result
        counted = newest and before.state is LetterState.LEASED
        assert (before != after) is counted
        if counted:
            self.held.remove(of)
            if how != "postpone":
                self.ended.add(of.key)

    @invariant()
    def every_letter_is_somewhere(self) -> None:
        async def work() -> dict[str, Letter]:
            async with type(self).storage.read() as uow:
                return dict(await uow.outbox.by_key(sorted(self.put)))

        kept = self._do(work())
        assert isinstance(kept, dict)
        assert kept.keys() == self.put
        assert {key for key, each in kept.items() if each.ended_at is not None} == self.ended
        assert all((each.not_before is None) is (each.ended_at is not None) for each in kept.values())


def test_whatever_couriers_do_no_letter_is_lost_and_none_is_held_by_two(sqlite_url: str) -> None:
    with asyncio.Runner() as runner:
        storage = runner.run(Storage.open(sqlite_url, clock=clock))
        try:
            Life.storage, Life.run = storage, staticmethod(runner.run)
            run_state_machine_as_test(Life, settings=settings(max_examples=25, stateful_step_count=30, deadline=None))
        finally:
            runner.run(storage.close())


def test_a_lane_is_an_account_or_a_channel_with_all_its_threads() -> None:
    assert lane_of(CHANNEL) == lane_of(THREAD) == "11"
    assert lane_of(MINSU) == MINSU.id
    assert lane_of(Place(TELEGRAM, JIWOO.id)) == lane_of(JIWOO)  # a private chat there has its person's number
