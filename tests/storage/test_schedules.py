"""What is due when: falling due once whoever looks, changed under a version, snoozed without multiplying."""

# ruff: noqa: DTZ001 - the starts of rules are wall-clock times

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.outbox import LetterState, NewLetter, occurrence_key
from bot.core.people import Approval, Identity, Preferences
from bot.core.refs import Place, Platform
from bot.core.schedule import NewSchedule, Rule, Schedule, ScheduleId, ScheduleState, advance, next_after
from bot.storage import Storage, UnitOfWork
from bot.storage.queries.schedules import Step
from tests.storage.moments import CHAT, JIWOO, MINSU, MINSU_ON_TELEGRAM, MINUTE, SERVER, SUPERGROUP, TOPIC, clock

NOW = clock().replace(microsecond=0)  # rules know no smaller part of a time
DAY = timedelta(days=1)
DAILY = Rule("FREQ=DAILY", datetime(2026, 11, 1, 21), "Asia/Seoul", None)


async def minsu(uow: UnitOfWork) -> Identity:
    return await uow.people.meet(MINSU, "ko", NOW)


async def added(uow: UnitOfWork, due: datetime = NOW, **fields: object) -> Schedule:
    whose = {"identity_id": (await minsu(uow)).id} if "group_id" not in fields else {}
    new = NewSchedule("reminder", due, **{"payload": {"text": "강의"}, **whose, **fields})  # type: ignore[arg-type]
    return await uow.schedules.add(new, NOW)


def step(schedule: Schedule, now: datetime = NOW) -> Step:
    on = advance(schedule, now)
    return Step(schedule, on.next_due_at, on.left)


async def test_a_schedule_is_kept_as_it_was_set(storage: Storage) -> None:
    place = replace(TOPIC, thread=None)
    async with storage.write() as uow:
        full = await added(uow, rule=replace(DAILY, until=NOW.date()), left=3, origin=TOPIC, fallback=True)
        once = await added(uow, origin=place)
    async with storage.read() as uow:
        assert await uow.schedules.get(full.id) == full
        assert await uow.schedules.get(once.id) == once
    assert full.rule == replace(DAILY, until=NOW.date())
    assert (full.left, full.origin, full.fallback, full.payload) == (3, TOPIC, True, {"text": "강의"})
    assert (once.rule, once.left, once.origin, once.state) == (None, None, place, ScheduleState.ACTIVE)
    assert (full.version, full.created_at, full.next_due_at) == (1, NOW, NOW)


async def test_what_is_due_comes_the_longest_due_first_and_only_while_it_is_active(storage: Storage) -> None:
    async with storage.write() as uow:
        later = await added(uow, NOW)
        earlier = await added(uow, NOW - MINUTE)
        await added(uow, NOW + MINUTE)
        for state in (ScheduleState.PAUSED, ScheduleState.AWAY, ScheduleState.ENDED):
            stopped = await added(uow, NOW - DAY)
            assert await uow.schedules.change(stopped.id, stopped.version, NOW, state=state)
    async with storage.read() as uow:
        assert await uow.schedules.due(NOW, 10) == (earlier, later)
        assert await uow.schedules.due(NOW, 1) == (earlier,)
        assert await uow.schedules.due(NOW - DAY, 10) == ()
        assert await uow.schedules.earliest() == NOW - MINUTE


async def test_nothing_stored_is_never_due(storage: Storage) -> None:
    async with storage.write() as uow:
        assert await uow.schedules.due(NOW, 10) == ()
        assert await uow.schedules.earliest() is None
        assert await uow.schedules.advance([], NOW) == set()
        assert await uow.schedules.addresses([]) == {}
        assert await uow.schedules.get(ScheduleId(1)) is None


async def test_an_occurrence_falls_due_once_although_two_have_read_it(storage: Storage) -> None:
    async with storage.write() as uow:
        first, second = await added(uow, rule=DAILY), await added(uow, rule=DAILY)
    async with storage.read() as uow:
        read_by_one, read_by_another = await uow.schedules.due(NOW, 10), await uow.schedules.due(NOW, 10)
    async with storage.write() as uow:
        assert await uow.schedules.advance([step(read_by_one[0])], NOW) == {first.id}
    async with storage.write() as uow:
        went_on = await uow.schedules.advance([step(each) for each in read_by_another], NOW)
        letters = [_letter(each) for each in read_by_another if each.id in went_on]
        assert second.id in went_on
        await uow.outbox.put([_letter(first)], NOW)  # the first one's letter, put by whoever was first
        assert {letter.key for letter in letters} >= {_letter(second).key}
        assert await uow.outbox.put(letters, NOW) == {_letter(second).key}
        assert [each.next_due_at for each in await uow.schedules.of_person((await minsu(uow)).person_id)] == [
            NOW + DAY
        ] * 2


def _letter(schedule: Schedule) -> NewLetter:
    assert schedule.next_due_at is not None
    key = occurrence_key(schedule.id, schedule.next_due_at)
    return NewLetter(key, "reminder", MINSU, "remind.due", schedule_id=schedule.id, due_at=schedule.next_due_at)


async def test_d7_what_a_person_changed_meanwhile_does_not_fall_due_as_it_was(storage: Storage) -> None:
    async with storage.write() as uow:
        moved, stopped, stays = [await added(uow, rule=DAILY) for _ in range(3)]
    async with storage.read() as uow:
        read = await uow.schedules.due(NOW, 10)
    async with storage.write() as uow:
        london = replace(DAILY, zone="Europe/London")
        assert await uow.schedules.change(moved.id, 1, NOW, rule=london, next_due_at=NOW + 9 * 60 * MINUTE)
        assert await uow.schedules.change(stopped.id, 1, NOW, state=ScheduleState.ENDED)
    async with storage.write() as uow:
        assert await uow.schedules.advance([step(each) for each in read], NOW) == {stays.id}
        after = await uow.schedules.get(moved.id)
    assert after is not None
    assert (after.rule, after.next_due_at) == (london, NOW + 9 * 60 * MINUTE)


async def test_what_has_nothing_left_ends(storage: Storage) -> None:
    async with storage.write() as uow:
        once, last = await added(uow), await added(uow, rule=DAILY, left=1)
        goes_on = await added(uow, rule=DAILY, left=2)
        await uow.schedules.advance([step(each) for each in (once, last, goes_on)], NOW)
        states = {each.id: await uow.schedules.get(each.id) for each in (once, last, goes_on)}
        assert await uow.schedules.earliest() == NOW + DAY
    assert [each.state for each in states.values() if each] == ["ended", "ended", "active"]
    assert [each.left for each in states.values() if each] == [None, 0, 1]
    assert [each.version for each in states.values() if each] == [1, 1, 1]


async def test_only_the_version_that_was_read_can_be_changed(storage: Storage) -> None:
    async with storage.write() as uow:
        schedule = await added(uow, rule=DAILY)
        assert await uow.schedules.change(schedule.id, 1, NOW, payload={"text": "논문"}, fallback=True)
        assert not await uow.schedules.change(schedule.id, 1, NOW, payload={"text": "late"})
        assert not await uow.schedules.change(ScheduleId(schedule.id + 1), 1, NOW, left=1)
        changed = await uow.schedules.get(schedule.id)
    assert changed == replace(schedule, payload={"text": "논문"}, fallback=True, version=2)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": None, "next_due_at": NOW + DAY},
        {"rule": replace(DAILY, rrule="FREQ=WEEKLY"), "left": 4},
        {"state": ScheduleState.PAUSED},
        {"origin": TOPIC},
        {"origin": None, "next_due_at": None},
    ],
)
async def test_every_field_of_a_schedule_can_be_changed(storage: Storage, changes: dict[str, object]) -> None:
    async with storage.write() as uow:
        schedule = await added(uow, rule=DAILY)
        assert await uow.schedules.change(schedule.id, 1, NOW, **changes)
        changed = await uow.schedules.get(schedule.id)
    assert changed == replace(schedule, version=2, **changes)  # type: ignore[arg-type]


async def test_what_a_schedule_is_cannot_be_changed(storage: Storage) -> None:
    async with storage.write() as uow:
        schedule = await added(uow)
        for field in ("kind", "id", "of", "of_due", "group_id", "created_at", "ended_at"):
            with pytest.raises(ValueError, match=field):
                await uow.schedules.change(schedule.id, 1, NOW, **{field: 1})


async def test_a_snooze_moves_one_occurrence_and_leaves_the_rule(storage: Storage) -> None:
    async with storage.write() as uow:
        schedule = await added(uow, rule=DAILY, origin=TOPIC, fallback=True)
        await uow.schedules.advance([step(schedule)], NOW)
        snooze = await uow.schedules.snooze(schedule, NOW, NOW + 20 * MINUTE, NOW)
        person = (await minsu(uow)).person_id
        assert len(await uow.schedules.of_person(person)) == 2
        assert await uow.schedules.snooze_of(schedule.id, NOW) == snooze
        assert await uow.schedules.snooze_of(schedule.id, NOW + DAY) is None
        rule = await uow.schedules.get(schedule.id)
    assert rule is not None and rule.next_due_at == NOW + DAY
    assert (snooze.of, snooze.of_due, snooze.rule, snooze.next_due_at) == (schedule.id, NOW, None, NOW + 20 * MINUTE)
    assert (snooze.payload, snooze.origin, snooze.fallback) == (schedule.payload, TOPIC, True)


async def test_a_second_snooze_moves_the_first_also_after_it_fell_due(storage: Storage) -> None:
    async with storage.write() as uow:
        schedule = await added(uow, rule=DAILY)
        snooze = await uow.schedules.snooze(schedule, NOW, NOW + MINUTE, NOW)
        again = await uow.schedules.snooze(schedule, NOW, NOW + 2 * MINUTE, NOW)
        assert again == replace(snooze, next_due_at=NOW + 2 * MINUTE, version=2)
        await uow.schedules.advance([step(again, NOW + 2 * MINUTE)], NOW + 2 * MINUTE)
        fell = await uow.schedules.get(snooze.id)
        assert fell is not None and fell.state is ScheduleState.ENDED
        third = await uow.schedules.snooze(fell, NOW + 2 * MINUTE, NOW + DAY, NOW)
        assert (third.id, third.state, third.next_due_at) == (snooze.id, ScheduleState.ACTIVE, NOW + DAY)
        assert await uow.schedules.snoozes(schedule.id) == (third,)


async def test_other_occurrences_have_snoozes_of_their_own(storage: Storage) -> None:
    async with storage.write() as uow:
        schedule = await added(uow, rule=DAILY)
        for number in range(3):
            await uow.schedules.snooze(schedule, NOW + number * DAY, NOW + number * DAY + MINUTE, NOW)
        assert len(await uow.schedules.snoozes(schedule.id)) == 3


async def test_a_snooze_outlives_the_schedule_it_came_from(storage: Storage) -> None:
    async with storage.write() as uow:
        schedule = await added(uow)
        snooze = await uow.schedules.snooze(schedule, NOW, NOW + MINUTE, NOW)
        assert await uow.schedules.remove(schedule.id)
        assert not await uow.schedules.remove(schedule.id)
        assert await uow.schedules.due(NOW + MINUTE, 10) == (replace(snooze, of=None),)


async def test_a_persons_schedules_are_those_of_all_their_accounts(storage: Storage) -> None:
    async with storage.write() as uow:
        mine = await added(uow, NOW + MINUTE)
        on_telegram = await uow.people.meet(MINSU_ON_TELEGRAM, "ko", NOW)
        there = await uow.schedules.add(NewSchedule("reminder", NOW, identity_id=on_telegram.id), NOW)
        person = (await minsu(uow)).person_id
        assert await uow.schedules.of_person(person) == (mine,)
        await uow.people.join(on_telegram.id, person)
        assert await uow.schedules.of_person(person) == (there, mine)
        assert await uow.schedules.of_person(person, "notice") == ()
        apart = await uow.people.part(on_telegram.id, NOW)
        assert await uow.schedules.of_person(apart) == (there,)


async def test_a_reminder_goes_to_the_account_on_the_platform_its_person_chose(storage: Storage) -> None:
    async with storage.write() as uow:
        mine, alone = await added(uow), await uow.people.meet(JIWOO, "ko", NOW)
        of_jiwoo = await uow.schedules.add(NewSchedule("reminder", NOW, identity_id=alone.id), NOW)
        person = (await minsu(uow)).person_id
        on_telegram = await uow.people.meet(MINSU_ON_TELEGRAM, "ko", NOW)
        await uow.people.join(on_telegram.id, person)
        ids = (mine.id, of_jiwoo.id)
        assert await uow.schedules.addresses(ids) == {mine.id: MINSU, of_jiwoo.id: JIWOO}
        for platform in Platform:
            await uow.people.prefer(person, Preferences(delivery=platform))
            chosen = {Platform.TELEGRAM: MINSU_ON_TELEGRAM}.get(platform, MINSU)
            assert await uow.schedules.addresses(ids) == {mine.id: chosen, of_jiwoo.id: JIWOO}


async def test_a_group_has_schedules_without_a_person(storage: Storage) -> None:
    async with storage.write() as uow:
        group = await uow.groups.create("논문", NOW)
        weekly = await added(uow, group_id=group.id, rule=DAILY)
        assert await uow.schedules.of_group(group.id) == (weekly,)
        assert await uow.schedules.of_group(group.id, "notice") == ()
        assert await uow.schedules.addresses([weekly.id]) == {}
        assert weekly.identity_id is None


async def test_somebody_away_is_not_reminded_and_what_was_paused_by_hand_stays_so(storage: Storage) -> None:
    async with storage.write() as uow:
        active, paused = await added(uow, rule=DAILY), await added(uow, rule=DAILY)
        await uow.schedules.change(paused.id, 1, NOW, state=ScheduleState.PAUSED)
        person = (await minsu(uow)).person_id
        assert await uow.schedules.send_away(person) == 1
        assert await uow.schedules.send_away(person) == 0
        assert await uow.schedules.due(NOW + DAY, 10) == ()
        states = {each.id: each.state for each in await uow.schedules.of_person(person)}
        assert states == {active.id: ScheduleState.AWAY, paused.id: ScheduleState.PAUSED}
        assert await uow.schedules.change(active.id, 2, NOW, state=ScheduleState.ACTIVE, next_due_at=NOW + DAY)
        assert [each.id for each in await uow.schedules.due(NOW + DAY, 10)] == [active.id]


async def test_d6_all_active_rules_of_a_zone_can_be_walked_through(storage: Storage) -> None:
    async with storage.write() as uow:
        cairo = replace(DAILY, zone="Africa/Cairo")
        there = [await added(uow, rule=cairo) for _ in range(5)]
        await added(uow, rule=DAILY)
        await added(uow)
        stopped = await added(uow, rule=replace(DAILY, zone="Europe/London"))
        await uow.schedules.change(stopped.id, 1, NOW, state=ScheduleState.ENDED)
        assert await uow.schedules.zones() == ("Africa/Cairo", "Asia/Seoul")
        first = await uow.schedules.in_zone("Africa/Cairo", 0, 3)
        rest = await uow.schedules.in_zone("Africa/Cairo", first[-1].id, 3)
    assert (*first, *rest) == tuple(there)


async def test_what_ended_long_ago_is_purged_and_its_letters_stay(storage: Storage) -> None:
    async with storage.write() as uow:
        ended, later, goes_on = [await added(uow) for _ in range(3)]
        await uow.outbox.put([replace(_letter(ended), state=LetterState.TOO_LATE)], NOW)
        await uow.schedules.advance([step(ended)], NOW)
        await uow.schedules.change(later.id, 1, NOW + DAY, state=ScheduleState.ENDED)
        assert await uow.schedules.purge(NOW) == 0
        assert await uow.schedules.purge(NOW + MINUTE) == 1
        left = [each.id for each in (ended, later, goes_on) if await uow.schedules.get(each.id)]
        assert left == [later.id, goes_on.id]
        assert len(await uow.outbox.by_key([_letter(ended).key])) == 1


async def test_b7_a_chat_that_became_a_supergroup_is_the_new_one_in_every_row_at_once(storage: Storage) -> None:
    general = Place(Platform.TELEGRAM, CHAT.id, CHAT)
    elsewhere = Place(Platform.DISCORD, "1", SERVER)
    moved = Place(Platform.TELEGRAM, SUPERGROUP.id, SUPERGROUP)
    async with storage.write() as uow:
        here, there = await added(uow, origin=general), await added(uow, origin=elsewhere)
        letter = NewLetter("k", "notice", general, "remind.waits")
        await uow.outbox.put([letter, replace(letter, key="other", to=elsewhere)], NOW)
        await uow.unreachable.mark(general, "gone", NOW)
        for _ in range(2):
            await uow.spaces.moved(CHAT, SUPERGROUP)
        places = [found.origin for each in (here, there) if (found := await uow.schedules.get(each.id))]
        letters = await uow.outbox.by_key(["k", "other"])
        assert places == [moved, elsewhere]
        assert (letters["k"].to, letters["other"].to) == (moved, elsewhere)
        assert await uow.unreachable.all() == ()
        assert [each.key for each in await uow.outbox.lease(Platform.TELEGRAM, NOW, NOW + MINUTE, 5)] == ["k"]


@pytest.mark.parametrize("order", [("moved", "join"), ("join", "moved"), ("moved", "join", "moved")])
async def test_b8_the_order_of_what_the_platform_tells_does_not_matter(
    storage: Storage, order: tuple[str, ...]
) -> None:
    async with storage.write() as uow:
        await uow.spaces.joined(CHAT, "모임", added_by=None, approval=Approval.APPROVED, now=NOW)
        before = await added(uow, origin=Place(Platform.TELEGRAM, CHAT.id, CHAT))
        for what in order:
            if what == "moved":
                await uow.spaces.moved(CHAT, SUPERGROUP)
            else:
                await uow.spaces.joined(SUPERGROUP, "모임", added_by=None, approval=Approval.WAITING, now=NOW)
        found = await uow.schedules.get(before.id)
        assert found is not None
        assert found.origin == Place(Platform.TELEGRAM, SUPERGROUP.id, SUPERGROUP)
        assert await uow.spaces.of(CHAT) is None


# --- nothing is lost and nothing doubled, whatever happens in between

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 60 * 24 * 3)),
        st.tuples(st.just("look"), st.booleans()),
        st.tuples(st.just("stale look"), st.just(0)),
        st.tuples(st.just("pause"), st.just(0)),
        st.tuples(st.just("resume"), st.just(0)),
        st.tuples(st.just("edit"), st.integers(0, 23)),
        st.tuples(st.just("snooze"), st.integers(1, 60 * 24 * 2)),
    ),
    min_size=5,
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
async def test_snooze_pause_and_edit_never_lose_or_multiply(on_sqlite: Storage, actions: list[tuple[str, int]]) -> None:
    """One rule lives through what its person and two lookers do: each firing is foretold, each foretold one fires."""
    now = NOW
    async with on_sqlite.write() as uow:
        await uow.own.erase([MINSU])  # the example before
        rule = await added(uow, NOW + MINUTE, rule=DAILY)
    foretold: dict[int, datetime] = {rule.id: NOW + MINUTE}  # when each active row is due next
    stale: list[Schedule] = []
    for what, amount in actions:
        match what:
            case "wait":
                now += amount * MINUTE
            case "look" | "stale look":
                async with on_sqlite.read() as uow:
                    read = list(await uow.schedules.due(now, 50))
                if what == "stale look":
                    read, stale = stale, read
                written = await _look(on_sqlite, read, now)
                if what == "look":
                    assert written == {(each, due) for each, due in foretold.items() if due <= now}
                else:
                    assert written <= {(each, due) for each, due in foretold.items() if due <= now}
                for each, _ in written:
                    await _foretell(on_sqlite, foretold, each)
            case _:
                await _act(on_sqlite, what, amount, rule.id, now)
                for each in {rule.id, *foretold}:
                    await _foretell(on_sqlite, foretold, each)
        async with on_sqlite.read() as uow:
            active = {each.id for each in await uow.schedules.due(now + 4000 * DAY, 50)} & foretold.keys()
            snoozes = await uow.schedules.snoozes(rule.id)
        assert active == foretold.keys()
        assert len({each.of_due for each in snoozes}) == len(snoozes)


async def _foretell(storage: Storage, foretold: dict[int, datetime], schedule_id: int) -> None:
    async with storage.read() as uow:
        found = await uow.schedules.get(ScheduleId(schedule_id))
        snoozes = await uow.schedules.snoozes(ScheduleId(schedule_id))
    for each in (found, *snoozes):
        if each is not None and each.state is ScheduleState.ACTIVE and each.next_due_at is not None:
            foretold[each.id] = each.next_due_at
        elif each is not None:
            foretold.pop(each.id, None)


async def _look(storage: Storage, read: list[Schedule], now: datetime) -> set[tuple[int, datetime]]:
    """Let fall due what was read, as `due` does; return the schedules written about and when they were due first."""
    async with storage.write() as uow:
        went_on = await uow.schedules.advance([step(each, now) for each in read], now)
        letters = {_key(each, now): each for each in read if each.id in went_on}
        new = await uow.outbox.put([_letter_at(key, each, now) for key, each in letters.items()], now)
    written = set()
    for key in new:
        each = letters[key]
        assert each.next_due_at is not None
        written.add((int(each.id), each.next_due_at))
    return written


def _letter_at(key: str, schedule: Schedule, now: datetime) -> NewLetter:
    due = advance(schedule, now).due
    identity = schedule.identity_id
    return NewLetter(key, "reminder", MINSU, "remind.due", identity_id=identity, schedule_id=schedule.id, due_at=due)


def _key(schedule: Schedule, now: datetime) -> str:
    return occurrence_key(schedule.id, advance(schedule, now).due)


async def _act(storage: Storage, what: str, amount: int, schedule_id: ScheduleId, now: datetime) -> None:
    async with storage.write() as uow:
        found = await uow.schedules.get(schedule_id)
        assert found is not None and found.rule is not None
        following = next_after(found.rule, now)
        match what:
            case "pause":
                await uow.schedules.change(found.id, found.version, now, state=ScheduleState.PAUSED)
            case "resume":
                await uow.schedules.change(
                    found.id, found.version, now, state=ScheduleState.ACTIVE, next_due_at=following
                )
            case "edit":
                edited = replace(found.rule, start=datetime(2026, 11, 1, amount))
                await uow.schedules.change(
                    found.id, found.version, now, rule=edited, next_due_at=next_after(edited, now)
                )
            case "snooze":
                latest = await uow.outbox.of_schedule(schedule_id, 1)
                if latest and latest[0].due_at is not None:
                    await uow.schedules.snooze(found, latest[0].due_at, now + amount * MINUTE, now)


async def test_two_processes_let_one_thing_fall_due_once(postgres_url: str) -> None:
    async with (
        await Storage.open(postgres_url, clock=clock) as one,
        await Storage.open(postgres_url, clock=clock) as two,
    ):
        async with one.write() as uow:
            for _ in range(60):
                await added(uow, rule=DAILY)

        async def look(storage: Storage) -> int:
            async with storage.read() as uow:
                read = list(await uow.schedules.due(NOW, 100))
            return len(await _look(storage, read, NOW))

        counts = await asyncio.gather(*(look(each) for each in (one, two, one, two)))
        assert sum(counts) == 60
        async with one.read() as uow:
            assert await uow.outbox.counts(NOW) == {LetterState.WAITING: 60}
