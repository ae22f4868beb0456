"""The week of a group as a service: what each step decides and sends, over a real database, on a clock that leaps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.core.cycle import Picks, Rhythm, Step
from bot.core.digest.signals import Signal
from bot.core.groups import Group, GroupState
from bot.core.outbox import Delivery, Letter, LetterId, LetterState, NewLetter
from bot.core.papers.paper import Paper
from bot.core.people import Approval
from bot.core.reading import Cycle, CycleState, How, NominationId, NominationState, NoteKind, PaperId, ReaderState
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.schedule import Schedule, advance
from bot.services import shelf
from bot.services.ballots import Ballots
from bot.services.groups import Groups
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.services.papers import Papers
from bot.services.presenting import Presenting
from bot.services.ritual import Ritual
from bot.services.silence import note_press
from bot.services.turn_letters import TurnLetters
from bot.services.week_posts import WeekPosts
from bot.storage import Storage
from bot.storage.queries.schedules import Step as Advanced

GUILD, CHAT = SpaceRef(Platform.DISCORD, "900"), SpaceRef(Platform.TELEGRAM, "-100200")
READING = Place(Platform.DISCORD, "10", GUILD)
ROOM = Place(Platform.TELEGRAM, CHAT.id, CHAT)
ANN, BEN, CHO = UserRef(Platform.DISCORD, "1"), UserRef(Platform.DISCORD, "2"), UserRef(Platform.TELEGRAM, "3")
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)  # 19:30 in Seoul
THURSDAY = Rhythm(datetime.combine(date(2026, 11, 26), time(21)), "Asia/Seoul")


def no_sources() -> object:
    raise AssertionError("nothing may be fetched here")


class House:
    """The services over a real database. What falls due is planned as the scheduler does it, letters and all."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.now = storage, TUESDAY
        self.sent: list[NewLetter] = []
        books = shelf.load()
        self.outbox = Outbox(storage, self.clock)
        organisers = Organisers(storage, self.clock, self.outbox)
        self.groups = Groups(storage, self.clock, self.outbox, organisers, "Asia/Seoul")
        self.papers = Papers(storage, books, self.clock, no_sources)  # type: ignore[arg-type]
        self.ballots = Ballots(storage, self.clock, self.papers)
        self.presenting = Presenting(storage, self.clock)
        posts = WeekPosts(storage, self.outbox)
        self.ritual = Ritual(
            storage, self.clock, self.groups, organisers, self.papers, self.ballots, self.outbox, posts
        )
        self.turn_letters = TurnLetters(storage, self.clock, self.groups, self.outbox, posts)

    def clock(self) -> datetime:
        return self.now

    async def group(self, picks: Picks = Picks.VOTE, place: Place = READING) -> Group:
        drafted = await self.groups.draft(place, ANN, "ko", rhythm=THURSDAY, picks=picks)
        return await self.groups.start(drafted.id)

    async def put_up(self, group: Group, *titles: str) -> list[NominationId]:
        found = []
        async with self.storage.write() as uow:
            for number, title in enumerate(titles):
                who = await uow.people.meet(ANN, "ko", self.now)
                paper = await uow.papers.put(
                    Paper(f"url:https://x.org/{title}", f"https://x.org/{title}", title), self.now
                )
                moment = self.now + timedelta(seconds=number)
                nomination, _ = await uow.nominations.add(group.id, paper, who.id, f"{title} is good", moment)
                found.append(nomination.id)
        return found

    async def leap(self, span: timedelta, *, plans: int = 1) -> list[NewLetter]:
        """Let everything of the coming `span` fall due; each step is planned `plans` times before it is kept."""
        until, before = self.now + span, len(self.sent)
        while True:
            async with self.storage.read() as uow:
                found = await uow.schedules.due(until, 1)
            if not found:
                break
            await self._fall(found[0], plans)
        self.now = until
        return self.sent[before:]

    async def _fall(self, row: Schedule, plans: int) -> None:
        assert row.next_due_at is not None
        self.now = max(self.now, row.next_due_at)
        on = advance(row, row.next_due_at)
        letters: Sequence[NewLetter] = ()
        for _ in range(plans):
            plan = self.ritual.planners.get(row.kind)
            letters = await plan(row, on.due, False) if plan is not None else ()
        async with self.storage.write() as uow:
            if await uow.schedules.advance([Advanced(row, on.next_due_at, on.left)], self.now):
                new = await uow.outbox.put(letters, self.now)
                self.sent += [letter for letter in letters if letter.key in new]

    async def press(self, group: Group, user: UserRef, state: ReaderState = ReaderState.READING) -> None:
        cycle = await self.ritual.coming(group)
        assert cycle is not None and cycle.paper_id is not None
        async with self.storage.write() as uow:
            who = await uow.people.meet(user, "ko", self.now)
            await uow.readers.set(group.id, cycle.paper_id, who.id, state, self.now)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'moim.db'}"
    async with await Storage.open(url, clock=lambda: TUESDAY) as storage:
        async with storage.write() as uow:
            for space in (GUILD, CHAT):
                await uow.spaces.joined(space, "모임", added_by=None, approval=Approval.APPROVED, now=TUESDAY)
        yield House(storage)


def posts(letters: Sequence[NewLetter]) -> list[str]:
    return [letter.post for letter in letters]


async def test_two_weeks_of_a_voting_group_hold_the_noise_budget(house: House) -> None:
    group = await house.group()
    await house.put_up(group, "one", "two", "three")
    await house.leap(timedelta(days=9))  # over the first meeting, which the group began too late to prepare
    await house.press(group, ANN) if await house.ritual.coming(group) else None
    letters = await house.leap(timedelta(days=7))
    main = [each for each in letters if each.under is None and each.revises is None]
    assert len(main) <= 3
    assert all(each.to == READING for each in main)


async def test_the_ballot_picks_what_most_approve_and_is_closed_by_editing(house: House) -> None:
    group = await house.group()
    first, second = await house.put_up(group, "one", "two")
    letters = await house.leap(timedelta(days=3))  # Friday morning: the recap of no meeting opens the ballot
    assert posts(letters) == ["ritual.recap"]
    async with house.storage.read() as uow:
        cycle = (await uow.cycles.latest(group.id))[0]
        ballot = await uow.ballots.of(cycle.id)
    assert ballot is not None and ballot.candidates == (first, second)
    for user in (ANN, BEN):
        await house.ballots.say(user, "ko", ballot.id, {second: True})
    letters = await house.leap(timedelta(days=3))
    closing = [each for each in letters if each.revises is not None]
    assert [each.revises for each in closing] == [f"cycle:{cycle.id}:ballot#1"]
    async with house.storage.read() as uow:
        closed = await uow.cycles.get(cycle.id)
        winner = await uow.nominations.get(second)
        runner_up = await uow.nominations.get(first)
    assert closed is not None and winner is not None and runner_up is not None
    assert (closed.paper_id, closed.how) == (winner.paper_id, How.VOTE)
    assert (winner.state.value, runner_up.state.value) == ("picked", "open")  # it stays up for the next ballot
    assert "paper.week" in posts(letters)


async def test_a_vote_after_the_close_changes_nothing(house: House) -> None:
    group = await house.group()
    _first, second = await house.put_up(group, "one", "two")
    await house.leap(timedelta(days=6))
    async with house.storage.read() as uow:
        ballot = await uow.ballots.of((await uow.cycles.latest(group.id))[0].id)
    assert ballot is not None and ballot.closed_at is not None
    slip = await house.ballots.say(BEN, "ko", ballot.id, {second: True})
    assert slip is not None and slip.mine == frozenset()


@pytest.mark.parametrize("plans", [2, 3])
async def test_a_step_that_is_planned_again_after_a_kill_decides_the_same(house: House, plans: int) -> None:
    group = await house.group()
    await house.put_up(group, "one", "two")
    letters = await house.leap(timedelta(days=14), plans=plans)
    assert len({letter.key for letter in letters}) == len(letters)
    async with house.storage.read() as uow:
        history = await uow.cycles.history(group.id)
    papers = [cycle.paper_id for cycle in history if cycle.paper_id is not None]
    assert len(set(papers)) == len(papers)


async def test_one_nomination_needs_no_ballot(house: House) -> None:
    group = await house.group()
    await house.put_up(group, "only")
    letters = await house.leap(timedelta(days=6))
    async with house.storage.read() as uow:
        cycle = (await uow.cycles.latest(group.id))[0]
        assert await uow.ballots.of(cycle.id) is None
        kept = await uow.papers.get(cycle.paper_id or PaperId(0))
    assert kept is not None and kept.paper.title == "only"
    assert "paper.week" in posts(letters)


async def test_an_empty_queue_is_filled_and_never_with_the_same_twice(house: House) -> None:
    group = await house.group()
    for _ in range(4):
        await house.leap(timedelta(days=7))
        if await house.ritual.coming(group) is not None:
            with suppress(AssertionError):
                await house.press(group, ANN)
    async with house.storage.read() as uow:
        history = await uow.cycles.history(group.id)
    papers = [cycle.paper_id for cycle in history if cycle.paper_id is not None]
    assert len(papers) >= 3 and len(set(papers)) == len(papers)


async def test_after_two_silent_cycles_there_is_no_third_post_and_the_organiser_is_asked(house: House) -> None:
    group = await house.group()
    letters = await house.leap(timedelta(days=42))
    assert posts(letters).count("paper.week") == 2
    found = await house.groups.get(group.id)
    assert found is not None and found.state is GroupState.RESTING
    async with house.storage.read() as uow:
        asked = list((await uow.outbox.by_key([f"rest:{group.id}:2:{ANN}", f"rest:{group.id}:3:{ANN}"])).values())
    assert [each.post for each in asked] == ["ritual.rest"]


async def test_a_group_that_only_saves_from_its_digest_is_not_silent(house: House) -> None:
    group = await house.group()
    await house.put_up(group, "one", "two", "three", "four", "five")
    for _ in range(4):
        await house.leap(timedelta(days=7))
        async with house.storage.write() as uow:
            ben = await uow.people.meet(BEN, "ko", house.now)
            story = Signal(group.id, ben.person_id, "at:e.org/1", "A", None, (), (), saved_at=None, leaning=0)
            await uow.issues.save(ben.id, story, True, house.now)
    found = await house.groups.get(group.id)
    assert found is not None
    assert found.state is GroupState.ACTIVE


async def _accepts(house: House, group: Group, cycle: Cycle) -> None:
    assert await house.presenting.accept(BEN, "ko", cycle)


async def _passes(house: House, group: Group, cycle: Cycle) -> None:
    await house.presenting.decline(BEN, "ko", cycle)


async def _puts_up(house: House, group: Group, cycle: Cycle) -> None:
    await house.put_up(group, f"for {cycle.id}")


async def _writes_a_note(house: House, group: Group, cycle: Cycle) -> None:
    async with house.storage.write() as uow:
        ben = await uow.people.meet(BEN, "ko", house.now)
        paper = await uow.papers.put(Paper("url:https://x.org/n", "https://x.org/n", "n"), house.now)
        await uow.notes.add(group.id, paper, ben.id, NoteKind.NOTE, "a thought", house.now)


async def _looks(house: House, group: Group, cycle: Cycle) -> None:
    async with house.storage.write() as uow:
        await note_press(uow, group.id, house.now)


@pytest.mark.parametrize("act", [_accepts, _passes, _puts_up, _writes_a_note, _looks])
async def test_whatever_somebody_does_in_its_weeks_a_group_is_not_silent(
    house: House, act: Callable[[House, Group, Cycle], Awaitable[None]]
) -> None:
    group = await house.group(Picks.PRESENTER)
    for _ in range(5):
        await house.leap(timedelta(days=7))
        async with house.storage.read() as uow:
            (cycle,) = await uow.cycles.latest(group.id)
        await act(house, group, cycle)
    found = await house.groups.get(group.id)
    assert found is not None
    assert found.state is GroupState.ACTIVE


async def test_what_was_done_before_its_last_two_meetings_keeps_no_group_awake(house: House) -> None:
    group = await house.group(Picks.PRESENTER)
    await house.leap(timedelta(days=1))
    await house.put_up(group, "long ago")
    await house.leap(timedelta(days=42))
    found = await house.groups.get(group.id)
    assert found is not None
    assert found.state is GroupState.RESTING


async def test_a_silent_group_that_is_woken_goes_on_and_may_be_silent_for_two_cycles_again(house: House) -> None:
    group = await house.group()
    await house.leap(timedelta(days=42))
    await house.groups.wake(group.id)
    assert posts(await house.leap(timedelta(days=2))) == ["ritual.recap"], "at once, with the ballot"
    later = posts(await house.leap(timedelta(days=40)))
    assert later.count("paper.week") == 2
    found = await house.groups.get(group.id)
    assert found is not None and found.state is GroupState.RESTING


async def test_a_group_of_two_homes_has_one_ballot_and_a_post_in_each(house: House) -> None:
    group = await house.group()
    async with house.storage.write() as uow:
        space = await uow.spaces.of(CHAT)
        assert space is not None
        await uow.groups.settle(group.id, space.id, None)
    first, second = await house.put_up(group, "one", "two")
    letters = await house.leap(timedelta(days=3))
    assert [(each.post, each.to) for each in letters] == [("ritual.recap", READING), ("ritual.recap", ROOM)]
    async with house.storage.read() as uow:
        ballot = await uow.ballots.of((await uow.cycles.latest(group.id))[0].id)
    assert ballot is not None
    await house.ballots.say(ANN, "ko", ballot.id, {first: True})
    slip = await house.ballots.say(CHO, "ko", ballot.id, {first: True, second: True})
    assert slip is not None and slip.ticks == (1, 2)
    letters = await house.leap(timedelta(days=4))
    lines = [each.to for each in letters if each.post == "paper.prompts"]
    assert lines == [READING]  # a Telegram chat without topics has no thread


async def test_lines_go_under_the_post_and_only_when_few_have_pressed(house: House) -> None:
    group = await house.group()
    await house.put_up(group, "one")
    async with house.storage.write() as uow:
        for user in (ANN, BEN):
            who = await uow.people.meet(user, "ko", house.now)
            await uow.members.note(who.id, GUILD, house.now)
    await house.leap(timedelta(days=6, hours=6))  # Monday: the post is out
    await house.press(group, ANN)
    letters = await house.leap(timedelta(days=4))
    assert "ritual.nudge" not in posts(letters)
    hour = next(each for each in letters if each.post == "ritual.hour")
    assert hour.under is not None and hour.under.endswith(":post#1")


async def _turned(house: House, group: Group, picks: Picks) -> list[Letter]:
    """Let a group pick otherwise from now on, and return what its channel is sent for it."""
    changed = await house.groups.change(group.id, picks=picks)
    for _ in range(2):  # as after a kill
        await house.ritual.picks_otherwise(changed)
    async with house.storage.write() as uow:
        return [
            each
            for each in await uow.outbox.lease(Platform.DISCORD, house.now, house.now + timedelta(minutes=1), 9)
            if each.post == "ritual.recap"
        ]


async def test_a_group_that_votes_from_now_on_has_its_ballot_this_week_in_the_post_that_is_out(house: House) -> None:
    group = await house.group(Picks.PRESENTER)
    await house.put_up(group, "one", "two")
    await house.leap(timedelta(days=3))
    cycle = await house.ritual.coming(group)
    assert cycle is not None
    recap = f"cycle:{cycle.id}:ballot#1"
    async with house.storage.write() as uow:
        sent = (await uow.outbox.lease(Platform.DISCORD, house.now, house.now, 1))[0]
        assert sent.key == recap
        await uow.outbox.sent([Delivery(sent.id, sent.attempt, house.now, READING, "1")])
    assert [each.revises for each in await _turned(house, group, Picks.VOTE)] == [recap]
    async with house.storage.read() as uow:
        ballot = await uow.ballots.of(cycle.id)
    assert ballot is not None and len(ballot.candidates) == 2
    await house.ballots.say(BEN, "ko", ballot.id, {ballot.candidates[1]: True})
    await house.leap(timedelta(days=4))
    cycle = await house.ritual.cycle(cycle.id)
    assert cycle is not None and (cycle.how, cycle.state) == (How.VOTE, CycleState.POSTED)


async def test_a_group_that_was_never_asked_is_asked_once_it_votes(house: House) -> None:
    group = await house.group(Picks.ORGANISER)
    await house.put_up(group, "one", "two")
    await house.leap(timedelta(days=3))
    asked = await _turned(house, group, Picks.VOTE)
    assert [(each.to, each.revises) for each in asked] == [(READING, None)]
    cycle = await house.ritual.coming(group)
    assert cycle is not None
    letters = await house.leap(timedelta(days=3))
    assert [each.revises for each in letters if each.post == "ritual.recap"] == [asked[0].key], "closed by editing"


async def test_a_group_that_votes_before_its_recap_is_asked_by_the_recap_alone(house: House) -> None:
    group = await house.group(Picks.PRESENTER)
    await house.put_up(group, "one", "two")
    assert await _turned(house, group, Picks.VOTE) == []
    assert posts(await house.leap(timedelta(days=3))) == ["ritual.recap"]
    async with house.storage.read() as uow:
        assert await uow.ballots.of((await uow.cycles.latest(group.id))[0].id) is not None


async def test_a_ballot_under_way_ends_as_it_began_whoever_picks_from_now_on(house: House) -> None:
    group = await house.group()
    _, second = await house.put_up(group, "one", "two")
    await house.leap(timedelta(days=3))
    async with house.storage.read() as uow:
        ballot = await uow.ballots.of((await uow.cycles.latest(group.id))[0].id)
    assert ballot is not None
    await _turned(house, group, Picks.PRESENTER)
    await house.ballots.say(BEN, "ko", ballot.id, {second: True})
    await house.leap(timedelta(days=3))
    cycle = await house.ritual.coming(group)
    assert cycle is not None and cycle.how is How.VOTE


async def test_a_presenter_takes_it_once_and_what_they_put_up_is_read(house: House) -> None:
    group = await house.group(Picks.PRESENTER)
    await house.put_up(group, "of the presenter")
    await house.leap(timedelta(days=3))
    cycle = await house.ritual.coming(group)
    assert cycle is not None
    assert await house.presenting.accept(ANN, "ko", cycle)
    assert not await house.presenting.accept(BEN, "ko", cycle)
    await house.leap(timedelta(days=4))
    cycle = await house.ritual.cycle(cycle.id)
    assert cycle is not None and (cycle.how, cycle.state) == (How.PRESENTER, CycleState.POSTED)


async def test_what_a_presenter_put_up_since_they_took_it_is_read_before_what_they_had_up(house: House) -> None:
    group = await house.group(Picks.PRESENTER)
    (before,) = await house.put_up(group, "before")
    await house.leap(timedelta(days=3))
    cycle = await house.ritual.coming(group)
    assert cycle is not None
    assert await house.presenting.accept(ANN, "ko", cycle)
    house.now += timedelta(minutes=5)
    first, last = await house.put_up(group, "first of two", "last of two")
    await house.leap(timedelta(days=4))
    async with house.storage.read() as uow:
        states = [(await uow.nominations.get(each)).state for each in (before, first, last)]  # type: ignore[union-attr]
    assert states == [NominationState.OPEN, NominationState.OPEN, NominationState.PICKED]


async def test_what_an_organiser_put_first_stands_before_the_rest_of_a_presenters(house: House) -> None:
    group = await house.group(Picks.PRESENTER)
    pinned, _ = await house.put_up(group, "pinned", "newer")
    await house.leap(timedelta(days=3))
    cycle = await house.ritual.coming(group)
    assert cycle is not None
    assert await house.presenting.accept(ANN, "ko", cycle)
    async with house.storage.write() as uow:
        await uow.nominations.pin(pinned, True, None)
    await house.leap(timedelta(days=4))
    async with house.storage.read() as uow:
        found = await uow.nominations.get(pinned)
    assert found is not None
    assert found.state is NominationState.PICKED


async def test_who_gives_a_turn_back_leaves_it_to_another(house: House) -> None:
    group = await house.group(Picks.PRESENTER)
    await house.leap(timedelta(days=3))
    cycle = await house.ritual.coming(group)
    assert cycle is not None
    await house.presenting.accept(ANN, "ko", cycle)
    assert await house.presenting.decline(ANN, "ko", cycle)
    assert await house.presenting.accept(BEN, "ko", cycle)
    present = await house.presenting.of(cycle.id)
    assert present is not None


async def test_who_takes_a_turn_on_again_is_told_again_and_each_time_once(house: House) -> None:
    group = await house.group(Picks.PRESENTER)
    await house.leap(timedelta(days=3))
    cycle = await house.ritual.coming(group)
    assert cycle is not None
    for _ in range(2):
        for _ in range(2):  # a turn comes again after a kill, and a finger presses twice
            house.now += timedelta(seconds=5)
            accepted = await house.presenting.accept(BEN, "ko", cycle)
            assert accepted is not None
            await house.turn_letters.presents(cycle, BEN, accepted)
        for _ in range(2):
            house.now += timedelta(seconds=5)
            cancelled = await house.presenting.decline(BEN, "ko", cycle)
            assert cancelled is not None
            await house.turn_letters.cancelled(cycle, cancelled)
    async with house.storage.read() as uow:
        letters = [each for number in range(1, 30) if (each := await uow.outbox.get(LetterId(number))) is not None]
    told = [each.post for each in letters if each.revises is None and each.post != "ritual.recap"]
    assert told == ["ritual.presenting", "ritual.cancelled"] * 2


async def test_counts_under_a_post_are_drawn_anew_not_too_often(house: House) -> None:
    group = await house.group()
    await house.put_up(group, "one")
    await house.leap(timedelta(days=6, hours=6))
    cycle = await house.ritual.coming(group)
    assert cycle is not None
    for _ in range(5):
        await house.ritual.counted(cycle.id)
    key = f"cycle:{cycle.id}:post#1"
    async with house.storage.read() as uow:
        waiting = list(await uow.outbox.by_key([f"{key}:counts@{int(house.now.timestamp() // 600)}"]))
    assert len(waiting) == 1


async def test_the_last_press_of_a_while_is_counted_too(house: House) -> None:
    group = await house.group()
    await house.put_up(group, "one")
    await house.leap(timedelta(days=6, hours=6))
    cycle = await house.ritual.coming(group)
    assert cycle is not None
    step, rest = divmod(house.now.timestamp(), 600)
    assert rest < 500, "the next press is in the same while"
    keys = [f"cycle:{cycle.id}:post#1:counts@{step + more:.0f}" for more in (0, 1)]
    for _ in range(2):
        await house.ritual.counted(cycle.id)
    async with house.storage.read() as uow:
        assert list(await uow.outbox.by_key(keys)) == keys[:1]
    house.now += timedelta(minutes=1)
    for _ in range(6):  # the recap, the ballot, the post, and what draws it anew: one of a channel at a time
        async with house.storage.write() as uow:
            await uow.outbox.lease(Platform.DISCORD, house.now, house.now + timedelta(minutes=1), 9)
    for _ in range(2):
        await house.ritual.counted(cycle.id)
    async with house.storage.read() as uow:
        letters = await uow.outbox.by_key(keys)
    assert [letters[key].state for key in keys] == [LetterState.LEASED, LetterState.WAITING]
    assert letters[keys[1]].not_before == house.now - timedelta(seconds=rest + 60) + timedelta(minutes=10)


def test_every_step_has_a_plan(house: House) -> None:
    assert {step_of_kind(kind) for kind in house.ritual.planners} == set(Step)


def step_of_kind(kind: str) -> Step:
    return Step(kind.removeprefix("cycle."))
