"""Study groups as a service: which one a chat is about, its week in the database, its rest, and who runs it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.cycle import Picks, Rhythm, Shift, Step
from bot.core.digest.timing import DIGEST, DigestSettings
from bot.core.groups import Group, GroupSettings, GroupState
from bot.core.outbox import Letter
from bot.core.people import Approval, GroupId, Person
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.rewriting import WAKE, day_of, step_of
from bot.core.schedule import ScheduleState, advance
from bot.services.groups import Groups
from bot.services.homes import Claimed, Homes, Settled, hash_of
from bot.services.outbox import Outbox
from bot.storage import Storage
from bot.storage.queries.schedules import Step as Advanced

GUILD, CHAT = SpaceRef(Platform.DISCORD, "900"), SpaceRef(Platform.TELEGRAM, "-100200")
READING = Place(Platform.DISCORD, "10", GUILD)
OTHER = Place(Platform.DISCORD, "11", GUILD)
ROOM = Place(Platform.TELEGRAM, CHAT.id, CHAT)
ANN, BEN = UserRef(Platform.DISCORD, "1"), UserRef(Platform.TELEGRAM, "2")
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)  # 19:30 in Seoul


def evening(day: date, hour: int = 21, weeks: int = 1) -> Rhythm:
    """Return the rhythm of a group in Seoul whose first meeting is on `day`."""
    return Rhythm(datetime.combine(day, time(hour)), "Asia/Seoul", weeks)


THURSDAY = evening(date(2026, 11, 26))


@dataclass
class House:
    """The service over a real database, with a clock that leaps and lets everything fall due on its way."""

    storage: Storage
    now: datetime = TUESDAY
    happened: list[tuple[int, Step]] = field(default_factory=list)  # the cycle's number, and what happened for it

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.storage, lambda: self.now)
        self.groups = Groups(self.storage, lambda: self.now, self.outbox, "Asia/Seoul")
        self.homes = Homes(self.storage, lambda: self.now, self.outbox)

    async def group(self, place: Place = READING, rhythm: Rhythm = THURSDAY) -> Group:
        drafted = await self.groups.draft(place, ANN, "ko", rhythm=rhythm, picks=Picks.VOTE)
        return await self.groups.start(drafted.id)

    async def leap(self, span: timedelta) -> None:
        """Let everything of the coming `span` fall due in order, as the scheduler does, cycles and all."""
        until = self.now + span
        while True:
            async with self.storage.read() as uow:
                found = await uow.schedules.due(until, 1)
            if not found:
                break
            row = found[0]
            assert row.next_due_at is not None
            assert row.group_id is not None
            self.now = max(self.now, row.next_due_at)
            on = advance(row, row.next_due_at)
            if row.kind == WAKE:
                await self.groups.woken(row, on.due, False)
            async with self.storage.write() as uow:
                await uow.schedules.advance([Advanced(row, on.next_due_at, on.left)], self.now)
                if row.kind not in (WAKE, DIGEST):
                    group = await uow.groups.get(row.group_id)
                    assert group is not None
                    assert group.week is not None
                    day = day_of(group.week, row, on.due)
                    cycle = await uow.cycles.of(row.group_id, day, group.week.rhythm.meeting_at(day))
                    self.happened.append((cycle.id, step_of(row)))
        self.now = until

    async def steps(self, group_id: GroupId) -> dict[str, str]:
        """Return when each step comes next, on Seoul's wall."""
        async with self.storage.read() as uow:
            rows = await uow.schedules.of_group(group_id)
        return {
            row.kind.removeprefix("cycle."): f"{row.next_due_at + timedelta(hours=9):%a %m-%d %H:%M}"
            for row in rows
            if row.next_due_at is not None and row.kind != DIGEST
        }

    async def digest(self, group_id: GroupId) -> str | None:
        """Return when the next issue of the digest comes, on Seoul's wall; in brackets when the group rests."""
        async with self.storage.read() as uow:
            rows = await uow.schedules.of_group(group_id, DIGEST)
        if not rows or rows[0].next_due_at is None:
            return None
        due = f"{rows[0].next_due_at + timedelta(hours=9):%a %m-%d %H:%M}"
        return f"({due})" if rows[0].state is ScheduleState.PAUSED else due


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with await Storage.open(f"sqlite+aiosqlite:///{tmp_path / 'moim.db'}", clock=lambda: TUESDAY) as storage:
        async with storage.write() as uow:
            for space, title in ((GUILD, "Lab"), (CHAT, "주말 논문방")):
                await uow.spaces.joined(space, title, added_by=None, approval=Approval.APPROVED, now=TUESDAY)
        yield House(storage)


# which group


async def test_a_group_is_drafted_where_it_is_set_up_under_the_names_of_the_space(house: House) -> None:
    group = await house.groups.draft(READING, ANN, "ko")
    assert (group.name, group.state) == ("Lab", GroupState.DRAFT)
    assert (await house.groups.draft(READING, ANN, "ko")).id == group.id, "once"
    assert await house.steps(group.id) == {}


async def test_a_channel_is_about_its_own_group_or_the_only_one_of_its_server(house: House) -> None:
    first = await house.group()
    assert await house.groups.here(OTHER) == first
    second = await house.groups.draft(OTHER, ANN, "ko", "생성모델")
    assert await house.groups.here(OTHER) == second
    assert await house.groups.here(Place(Platform.DISCORD, "12", GUILD)) is None, "one of two"
    assert [each.name for each in await house.groups.in_space(GUILD)] == ["Lab", "생성모델"]


async def test_in_private_it_is_the_group_one_chose_last(house: House) -> None:
    first, second = await house.group(), await house.group(ROOM)
    async with house.storage.write() as uow:
        identity = await uow.people.meet(ANN, "ko", house.now)
        for space in (GUILD, CHAT):
            await uow.members.note(identity.id, space, house.now)
        person = await uow.people.visitor(ANN)
    private = Place(Platform.DISCORD, "1")
    house.now += timedelta(hours=1)
    await house.groups.use(ANN, "ko", first.id)
    assert (await house.groups.here(private, person)) == first
    house.now += timedelta(hours=1)
    await house.groups.use(ANN, "ko", second.id)
    assert [each.id for each in await house.groups.of_person(person)] == [second.id, first.id]
    assert await house.groups.here(private) is None, "a stranger"


async def test_a_telegram_group_that_became_a_supergroup_keeps_its_study_group(house: House) -> None:
    group = await house.group(ROOM)
    new = SpaceRef(Platform.TELEGRAM, "-100999")
    async with house.storage.write() as uow:
        await uow.spaces.moved(CHAT, new)
    moved = Place(Platform.TELEGRAM, new.id, new)
    assert (await house.groups.here(moved)) == group
    assert [place for _, place in await house.groups.places(group.id)] == [moved]


# the week


async def test_started_its_week_is_scheduled_and_a_second_start_changes_nothing(house: House) -> None:
    group = await house.group()
    expected = {
        "recap": "Fri 11-27 09:00",
        "close": "Sun 11-29 20:00",
        "post": "Mon 11-30 09:00",
        "nudge": "Wed 12-02 21:00",
        "hour": "Thu 12-03 20:00",
    }
    assert await house.steps(group.id) == expected
    house.now += timedelta(hours=1)
    await house.groups.start(group.id)
    assert await house.steps(group.id) == expected


async def test_a_moved_meeting_takes_its_cycle_and_its_ballot_along(house: House) -> None:
    group = await house.group()
    await house.leap(timedelta(days=4))  # Saturday: the ballot for the 3rd is open
    async with house.storage.write() as uow:
        cycle = await uow.cycles.of(group.id, date(2026, 12, 3), THURSDAY.meeting_at(date(2026, 12, 3)))
        paper = await uow.ballots.open(cycle.id, [], datetime(2026, 11, 29, 11, tzinfo=UTC), house.now)
    await house.groups.change(group.id, rhythm=evening(date(2026, 12, 5), 15))
    async with house.storage.read() as uow:
        moved, ballot = await uow.cycles.get(cycle.id), await uow.ballots.get(paper.id)
    assert moved is not None
    assert ballot is not None
    assert (moved.meets_on, moved.meeting_at) == (date(2026, 12, 5), datetime(2026, 12, 5, 6, tzinfo=UTC))
    assert ballot.closes_at == datetime(2026, 12, 1, 11, tzinfo=UTC)
    assert await house.steps(group.id) == {
        "close": "Tue 12-01 20:00",
        "post": "Wed 12-02 09:00",
        "nudge": "Fri 12-04 15:00",
        "hour": "Sat 12-05 14:00",
        "recap": "Sun 12-06 09:00",
    }


async def test_a_step_can_be_moved_turned_off_and_on(house: House) -> None:
    group = await house.group()
    moved = GroupSettings(off=frozenset({Step.NUDGE}), shifts={Step.POST: Shift(-2, time(19))})
    await house.groups.change(group.id, settings=moved)
    steps = await house.steps(group.id)
    assert steps["post"] == "Tue 12-01 19:00"
    assert "nudge" not in steps
    await house.groups.change(group.id, settings=GroupSettings())
    assert (await house.steps(group.id))["nudge"] == "Wed 12-02 21:00"


async def test_a_new_zone_keeps_the_hour_of_the_meeting(house: House) -> None:
    group = await house.group()
    there = await house.groups.change(group.id, zone="Europe/Berlin")
    assert there.rhythm is not None
    assert (there.zone, there.rhythm.zone, there.rhythm.first) == ("Europe/Berlin", "Europe/Berlin", THURSDAY.first)
    assert (await house.steps(group.id))["post"] == "Mon 11-30 17:00"  # 09:00 there


async def test_the_digest_comes_from_the_second_week_on_and_rests_with_the_group(house: House) -> None:
    group = await house.group()  # on Tuesday the 24th
    assert await house.digest(group.id) == "Sun 12-06 10:00"
    await house.groups.pause(group.id, None)
    assert await house.digest(group.id) == "(Sun 12-06 10:00)"
    house.now += timedelta(days=20)  # past it: what was not made is not made up for
    await house.groups.wake(group.id)
    assert await house.digest(group.id) == "Sun 12-20 10:00"
    await house.groups.end(group.id)
    assert await house.digest(group.id) is None


async def test_the_digest_can_be_moved_and_turned_off_and_on(house: House) -> None:
    group = await house.group()

    async def choose(chosen: DigestSettings) -> str | None:
        await house.groups.change(group.id, settings=GroupSettings(digest=chosen))
        return await house.digest(group.id)

    assert await choose(DigestSettings(day=4, at=time(18))) == "Fri 12-04 18:00"
    assert await choose(DigestSettings(day=0, at=time(9))) == "Mon 12-07 09:00"  # the 30th is in its first week
    assert await choose(DigestSettings(on=False)) is None
    assert await choose(DigestSettings()) == "Sun 12-06 10:00"
    await house.groups.change(group.id, zone="Europe/Berlin")
    assert await house.digest(group.id) == "Sun 12-06 18:00"  # ten in the morning there


async def test_a_group_that_meets_every_other_week_gets_the_digest_between_its_posts(house: House) -> None:
    group = await house.group(rhythm=replace(THURSDAY, weeks=2))  # posts on Monday, 12-07, recaps on Friday, 12-11
    assert await house.digest(group.id) == "Sun 12-06 10:00"
    await house.leap(timedelta(days=13))
    assert await house.digest(group.id) == "Sun 12-20 10:00"
    await house.groups.change(group.id, rhythm=THURSDAY)
    assert await house.digest(group.id) == "Sun 12-13 10:00"


async def test_groups_that_began_before_there_were_digests_get_theirs(house: House) -> None:
    group = await house.group()
    async with house.storage.write() as uow:
        for row in await uow.schedules.of_group(group.id, DIGEST):
            await uow.schedules.remove(row.id)
    assert [await house.groups.time_digests() for _ in range(2)] == [1, 0]
    assert await house.digest(group.id) == "Sun 12-06 10:00"


async def test_post_now_posts_for_the_meeting_that_comes_and_once(house: House) -> None:
    group = await house.group()
    assert await house.groups.hurry(group.id)
    await house.leap(timedelta(minutes=1))
    assert [step for _, step in house.happened] == [Step.POST]
    assert not await house.groups.hurry(group.id), "it is out"
    await house.leap(timedelta(days=3))
    cycles = {cycle for cycle, _ in house.happened}
    assert [step for _, step in house.happened] == [Step.POST, Step.NUDGE, Step.HOUR, Step.RECAP]
    assert len(cycles) == 1, "all for this week's meeting"
    assert (await house.steps(group.id))["post"] == "Mon 11-30 09:00"


async def test_a_drafted_group_is_in_no_hurry_and_an_ended_one_has_no_week(house: House) -> None:
    drafted = await house.groups.draft(READING, ANN, "ko", rhythm=THURSDAY)
    assert not await house.groups.hurry(drafted.id)
    await house.groups.start(drafted.id)
    await house.groups.end(drafted.id)
    assert await house.steps(drafted.id) == {}
    assert await house.groups.here(READING) is None
    assert (await house.groups.draft(READING, ANN, "ko")).id == drafted.id, "its history is there when it returns"


# rest


async def test_a_pause_ends_by_itself_and_nothing_happens_meanwhile(house: House) -> None:
    group = await house.group()
    paused = await house.groups.pause(group.id, TUESDAY + timedelta(days=14))
    assert paused.state is GroupState.PAUSED
    await house.leap(timedelta(days=14, minutes=1))
    assert house.happened == []
    again = await house.groups.get(group.id)
    assert again is not None
    assert (again.state, again.paused_until) == (GroupState.ACTIVE, None)
    assert (await house.steps(group.id))["post"] == "Mon 12-14 09:00"


async def test_one_tap_wakes_a_sleeping_group_and_a_second_does_nothing(house: House) -> None:
    group = await house.group()
    await house.groups.rest(group.id)
    await house.leap(timedelta(days=30))
    assert (await house.groups.wake(group.id)).state is GroupState.ACTIVE
    steps = await house.steps(group.id)
    assert steps["close"] == "Sun 12-27 20:00"
    assert await house.groups.wake(group.id)
    assert await house.steps(group.id) == steps


async def test_a_meeting_changed_during_the_exams_holds_after_them(house: House) -> None:
    group = await house.group()
    await house.groups.pause(group.id, None)
    await house.groups.change(group.id, rhythm=evening(date(2026, 11, 30), 20), settings=GroupSettings())
    await house.leap(timedelta(days=20))
    assert house.happened == []
    await house.groups.wake(group.id)
    await house.leap(timedelta(days=10))
    assert Step.POST in [step for _, step in house.happened]


acts = st.lists(
    st.tuples(
        st.integers(1, 12 * 24),
        st.one_of(
            st.tuples(st.just("meet"), st.integers(1, 7), st.sampled_from([10, 20, 21]), st.sampled_from([1, 2])),
            st.tuples(st.just("move"), st.integers(-6, -1), st.just(0), st.just(0)),
            st.tuples(st.just("pause"), st.integers(0, 20), st.just(0), st.just(0)),
            st.tuples(st.just("wake"), st.just(0), st.just(0), st.just(0)),
        ),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
async def test_whatever_organisers_do_no_step_is_lost_or_doubled(
    house: House, changes: list[tuple[int, tuple[str, int, int, int]]]
) -> None:
    house = House(house.storage)
    group = await house.group(Place(Platform.DISCORD, secrets.token_hex(4), GUILD))
    try:
        for hours, (what, number, hour, weeks) in changes:
            await house.leap(timedelta(hours=hours))
            if what == "meet":
                day = (house.now + timedelta(days=number)).date()
                await house.groups.change(group.id, rhythm=evening(day, hour, weeks))
            elif what == "move":
                shifts = {Step.POST: Shift(number, time(19))}
                await house.groups.change(group.id, settings=GroupSettings(shifts=shifts))
            elif what == "pause":
                await house.groups.pause(group.id, house.now + timedelta(days=number) if number else None)
            else:
                await house.groups.wake(group.id)
        await house.groups.wake(group.id)
        before = len(house.happened)
        await house.leap(timedelta(days=45))
        assert len(house.happened) == len(set(house.happened)), "nothing twice"
        assert sum(step is Step.POST for _, step in house.happened[before:]) >= 2, "it goes on"
        closed = [cycle for cycle, step in house.happened if step is Step.CLOSE][:-1]
        for cycle in closed:
            assert {Step.POST, Step.RECAP} <= {step for of, step in house.happened if of == cycle}, "nothing lost"
    finally:
        await house.groups.end(group.id)


# who runs it


async def test_whoever_set_it_up_runs_it_and_so_does_whom_they_name(house: House) -> None:
    group = await house.group()
    person = await _person(house, ANN)
    assert await house.groups.organises(person, READING)
    assert await house.groups.may_run(group.id, person, Place(Platform.DISCORD, "1"), admin=False), "in private too"
    assert await house.groups.name_organiser(group.id, BEN)
    assert not await house.groups.name_organiser(group.id, BEN), "twice is once"
    other = await _person(house, BEN)
    assert await house.groups.organises(other, READING)
    assert not await house.groups.organises(other, ROOM), "that is another group's chat"


async def test_the_admin_of_one_chat_does_not_run_the_group_of_another(house: House) -> None:
    group, other = await house.group(), await house.group(ROOM)
    assert await house.groups.may_run(group.id, None, OTHER, admin=True), "of the same server"
    assert not await house.groups.may_run(other.id, None, READING, admin=True)
    assert not await house.groups.may_run(group.id, None, Place(Platform.DISCORD, "5"), admin=True)


async def test_of_the_last_organiser_the_admins_inherit_and_are_told_once(house: House) -> None:
    group = await house.group()
    person = await _person(house, ANN)
    assert await house.groups.step_down(group.id, person)
    assert await _letters(house) == [("organise.inherited", READING)]
    assert not await house.groups.step_down(group.id, person)
    assert await house.groups.inherit() == 0
    await house.groups.name_organiser(group.id, BEN)
    async with house.storage.write() as uow:
        await uow.own.erase([BEN])  # they delete everything about themselves
    house.now += timedelta(hours=1)
    assert await house.groups.inherit() == 1
    assert await house.groups.inherit() == 0


# homes


async def test_another_chat_joins_by_a_code_and_both_sides_say_so(house: House) -> None:
    group = await house.group()
    code = await house.homes.offer(group.id, ANN, "ko")
    claim = await house.homes.claim(f" {code.lower()} ", ROOM, BEN, "ko")
    assert (claim.outcome, claim.group) == (Claimed.ASKED, group)
    assert len(await house.groups.homes(group.id)) == 1, "not before the other side agrees"
    assert await _letters(house) == [("chats.asked", ANN)]
    waiting = await house.homes.waiting(hash_of(code))
    assert waiting is not None
    assert (waiting.place, waiting.title) == (ROOM, "주말 논문방")
    assert await house.homes.confirm(hash_of(code), yes=True) == waiting
    assert await house.homes.confirm(hash_of(code), yes=True) is None, "once"
    assert [place for _, place in await house.groups.places(group.id)] == [READING, ROOM]
    assert await house.groups.here(ROOM) == group


async def test_a_code_that_is_old_declined_typed_at_home_or_where_a_group_runs_connects_nothing(house: House) -> None:
    group = await house.group()
    code = await house.homes.offer(group.id, ANN, "ko")
    assert (await house.homes.claim("AAAA-AAAA", ROOM, BEN, "ko")).outcome is Claimed.UNKNOWN
    assert (await house.homes.claim(code, READING, ANN, "ko")).outcome is Claimed.HERE
    running = await house.group(ROOM)
    assert (await house.homes.claim(code, ROOM, BEN, "ko")).outcome is Claimed.TAKEN
    await house.groups.end(running.id)
    assert (await house.homes.claim(code, ROOM, BEN, "ko")).outcome is Claimed.ASKED
    assert await house.homes.confirm(hash_of(code), yes=False) is not None
    assert len(await house.groups.homes(group.id)) == 1
    late = await house.homes.offer(group.id, ANN, "ko")
    house.now += timedelta(hours=2)
    assert (await house.homes.claim(late, ROOM, BEN, "ko")).outcome is Claimed.UNKNOWN


async def test_a_connected_chat_can_be_disconnected_the_last_one_cannot(house: House) -> None:
    group = await house.group()
    code = await house.homes.offer(group.id, ANN, "ko")
    await house.homes.claim(code, ROOM, BEN, "ko")
    await house.homes.confirm(hash_of(code), yes=True)
    first, second = await house.homes.of(group.id)
    assert (first.title, second.title) == ("Lab", "주말 논문방")
    assert await house.homes.leave(group.id, second.home.id)
    assert not await house.homes.leave(group.id, first.home.id)
    assert await house.groups.here(ROOM) is None


async def test_posts_can_go_to_another_channel_unless_another_group_lives_there(house: House) -> None:
    group = await house.group()
    (home,) = await house.groups.homes(group.id)
    assert await house.homes.move(group.id, home.id, READING) is Settled.SAME
    assert await house.homes.move(group.id, home.id, OTHER) is Settled.DONE
    assert await house.groups.places(group.id) == ((home.id, OTHER),)
    await house.groups.draft(READING, ANN, "ko")
    assert await house.homes.move(group.id, home.id, READING) is Settled.TAKEN


async def _person(house: House, user: UserRef) -> Person:
    async with house.storage.read() as uow:
        person = await uow.people.visitor(user)
    assert person is not None
    return person


async def _letters(house: House) -> list[tuple[str, object]]:
    async with house.storage.write() as uow:
        found: list[Letter] = []
        for platform in Platform:
            found += await uow.outbox.lease(platform, house.now, house.now + timedelta(minutes=1), 10)
    return [(letter.post, letter.to) for letter in found]
