"""What members do with the paper of the week, over a real database: marks, notes, codes, the past."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.core.cycle import Picks, Rhythm
from bot.core.groups import Group, GroupSettings, GroupState
from bot.core.outbox import NewLetter
from bot.core.papers.export import ReadPaper
from bot.core.papers.paper import Difficulty, Paper, PaperKind
from bot.core.people import Approval, EntryState, Person
from bot.core.reading import Cycle, CycleState, How, NoteKind, Readers, ReaderState
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.i18n import Locale
from bot.services import shelf
from bot.services.ballots import Ballots
from bot.services.groups import Groups
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.services.papers import Papers
from bot.services.reading import MOST_NOTES, Ahead, Reading, Week, code_of
from bot.services.reading_past import ReadingPast
from bot.services.ritual import Ritual
from bot.services.study import Study
from bot.services.week_posts import WeekPosts
from bot.storage import Storage

GUILD, CHAT = SpaceRef(Platform.DISCORD, "900"), SpaceRef(Platform.TELEGRAM, "-100200")
READING = Place(Platform.DISCORD, "10", GUILD)
ROOM = Place(Platform.TELEGRAM, CHAT.id, CHAT)
ANN, BEN = UserRef(Platform.DISCORD, "1"), UserRef(Platform.DISCORD, "2")
CHO = UserRef(Platform.TELEGRAM, "3")
ALONE = Place(Platform.TELEGRAM, CHO.id)
MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
THURSDAY = date(2026, 11, 26)
TITLE = "Attention Is All You Need"


def no_sources() -> object:
    raise AssertionError("nothing may be fetched here")


class House:
    """The services over a real database, and a group of two homes that reads one paper."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.now = storage, MONDAY
        books = shelf.load()
        self.outbox = Outbox(storage, self.clock)
        organisers = Organisers(storage, self.clock, self.outbox)
        self.groups = Groups(storage, self.clock, self.outbox, organisers, "Asia/Seoul")
        self.papers = Papers(storage, books, self.clock, no_sources)  # type: ignore[arg-type]
        ballots = Ballots(storage, self.clock, self.papers)
        posts = WeekPosts(storage, self.outbox)
        self.ritual = Ritual(storage, self.clock, self.groups, organisers, self.papers, ballots, self.outbox, posts)
        self.study = Study(books, storage, self.clock, "Asia/Seoul")
        self.reading = Reading(storage, self.clock, self.groups, self.ritual, self.study, self.outbox, books)
        self.past = ReadingPast(storage, self.clock, self.groups)

    def clock(self) -> datetime:
        return self.now

    async def group(self) -> Group:
        rhythm = Rhythm(datetime.combine(THURSDAY, time(21)), "Asia/Seoul")
        drafted = await self.groups.draft(READING, ANN, "ko", title="모임", rhythm=rhythm, picks=Picks.VOTE)
        async with self.storage.write() as uow:
            chat = await uow.spaces.of(CHAT)
            assert chat is not None
            await uow.groups.settle(drafted.id, chat.id, None)
        return await self.groups.start(drafted.id)

    async def cycle(
        self, group: Group, day: date, paper: Paper, state: CycleState = CycleState.POSTED, how: How = How.ORGANISER
    ) -> Cycle:
        assert group.week is not None
        async with self.storage.write() as uow:
            paper_id = await uow.papers.put(paper, self.now)
            cycle = await uow.cycles.of(group.id, day, group.week.rhythm.meeting_at(day))
            await uow.cycles.pick(cycle.id, paper_id, how, "같이 읽고 싶어서요", self.now)
            await uow.cycles.state(cycle.id, state)
            found = await uow.cycles.get(cycle.id)
        assert found is not None
        return found

    async def week(self, **paper: object) -> Week:
        group = await self.group()
        await self.cycle(group, THURSDAY, _paper(**paper))  # type: ignore[arg-type]
        week = await self.reading.now(group)
        assert isinstance(week, Week)
        return week

    async def again(self, week: Week) -> Week:
        found = await self.reading.opened(week.code)
        assert found is not None
        return found

    async def person(self, user: UserRef) -> Person | None:
        async with self.storage.read() as uow:
            return await uow.people.visitor(user)


def _paper(key: str = "arxiv:1706.03762", title: str = TITLE, **more: object) -> Paper:
    return replace(Paper(key, f"https://arxiv.org/abs/{key.partition(':')[2]}", title), **more)  # type: ignore[arg-type]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with await Storage.open(f"sqlite+aiosqlite:///{tmp_path / 'moim.db'}", clock=lambda: MONDAY) as storage:
        async with storage.write() as uow:
            for space in (GUILD, CHAT):
                await uow.spaces.joined(space, "모임", added_by=None, approval=Approval.APPROVED, now=MONDAY)
        yield House(storage)


# marks


async def test_a_press_sets_and_says_what_was_before(house: House) -> None:
    week = await house.week()
    assert await house.reading.stand(BEN, "ko", READING, week, ReaderState.READING, "a") is None
    assert await house.reading.stand(BEN, "ko", READING, week, ReaderState.READING, "a") is ReaderState.READING
    assert await house.reading.stand(BEN, "ko", READING, week, ReaderState.SKIMMED, "b") is ReaderState.READING
    assert (await house.again(week)).readers == Readers(skimmed=1, pressed=1)
    await house.reading.stand(BEN, "ko", READING, week, None)
    assert (await house.again(week)).readers == Readers()


async def test_beginning_and_end_are_written_in_the_log_once_each(house: House) -> None:
    week = await house.week()
    for state in (ReaderState.READING, ReaderState.READING, ReaderState.SKIMMED, ReaderState.FINISHED):
        await house.reading.stand(BEN, "ko", READING, week, state, f"논문 {state.value}")
    person = await house.person(BEN)
    assert person is not None
    lines = await house.study.of_day(person, house.study.today_of(person, "ko"))
    assert [line.text for line in lines] == ["논문 reading", "논문 skimmed"]


async def test_what_is_taken_back_leaves_the_log(house: House) -> None:
    week = await house.week()
    await house.reading.stand(BEN, "ko", READING, week, ReaderState.FINISHED, "논문")
    await house.reading.stand(BEN, "ko", READING, week, None)
    person = await house.person(BEN)
    assert await house.study.of_day(person, house.study.today_of(person, "ko")) == ()


async def test_too_hard_goes_with_any_state_and_is_taken_back(house: House) -> None:
    week = await house.week()
    await house.reading.stand(BEN, "ko", READING, week, ReaderState.READING, "a")
    await house.reading.too_hard(BEN, "ko", READING, week, too_hard=True)
    own = await house.reading.own(week, await house.person(BEN))
    assert (own.state, own.too_hard, own.through) == (ReaderState.READING, True, False)
    await house.reading.too_hard(BEN, "ko", READING, week, too_hard=False)
    assert (await house.again(week)).readers == Readers(reading=1, pressed=1)


async def test_whoever_acts_from_the_groups_button_in_private_is_a_member_from_then_on(house: House) -> None:
    week = await house.week()
    assert await house.groups.here(ALONE, await house.person(CHO)) is None
    await house.reading.stand(CHO, "ko", ALONE, week, ReaderState.READING, "a")
    found = await house.groups.here(ALONE, await house.person(CHO))
    assert found is not None
    assert found.id == week.group.id


# codes


async def test_a_code_is_the_groups_own(house: House) -> None:
    week = await house.week()
    assert (await house.again(week)).cycle.id == week.cycle.id
    number = week.cycle.id
    for forged in (f"{number}-0000000000", str(number), f"{number}-", "", "x-y", "9" * 40, f"{number}-{week.code}"):
        assert await house.reading.opened(forged) is None
    assert await house.reading.group_of(code_of(week.group)) == week.group
    assert await house.reading.group_of(f"{week.group.id}-0000000000") is None


# the week


async def test_how_it_won_is_told_from_the_ballot(house: House) -> None:
    group = await house.group()
    assert group.week is not None
    async with house.storage.write() as uow:
        ids = [await uow.papers.put(_paper(f"arxiv:2401.0000{n}", f"P{n}"), house.now) for n in range(2)]
        people = [(await uow.people.meet(UserRef(Platform.DISCORD, f"7{n}"), "ko", house.now)) for n in range(3)]
        up = [(await uow.nominations.add(group.id, each, people[0].id, "좋아요", house.now))[0] for each in ids]
        cycle = await uow.cycles.of(group.id, THURSDAY, group.week.rhythm.meeting_at(THURSDAY))
        ballot = await uow.ballots.open(cycle.id, [each.id for each in up], house.now + timedelta(hours=1), house.now)
        for person in people:
            await uow.ballots.vote(ballot.id, person.id, {up[1].id: True}, house.now)
    ahead = await house.reading.now(group)
    assert isinstance(ahead, Ahead)
    assert ahead.ballot is not None
    house.now += timedelta(hours=2)
    assert (await house.reading.now(group)).ballot is None  # type: ignore[union-attr]
    assert await Ballots(house.storage, house.clock, house.papers).count(cycle)
    week = await house.reading.now(group)
    assert isinstance(week, Week)
    assert week.paper.title == "P1"
    assert (week.picked.approvals, week.picked.voters, week.picked.tie) == (3, 3, False)
    assert [(each.title, each.approvals) for each in (await _posted(house, week))[0].tally] == [("P1", 3), ("P0", 0)]


async def _posted(house: House, week: Week) -> tuple[ReadPaper, ...]:
    async with house.storage.write() as uow:
        await uow.cycles.state(week.cycle.id, CycleState.POSTED)
    return await house.past.whole(week.group.id)


async def test_a_paper_above_the_groups_stage_is_heavy(house: House) -> None:
    week = await house.week(difficulty=Difficulty.INTERMEDIATE)
    assert not week.heavy
    await house.groups.change(week.group.id, settings=GroupSettings(stage=Difficulty.BEGINNER))
    assert (await house.again(week)).heavy


async def test_the_kind_an_organiser_says_stands_and_what_was_posted_follows(house: House) -> None:
    week = await house.week(kind=PaperKind.METHOD)
    home = (await house.groups.homes(week.group.id))[0]
    key = f"cycle:{week.cycle.id}:prompts#{home.id}"
    payload = {"group": week.group.id, "cycle": week.cycle.id}
    async with house.storage.write() as uow:
        await house.outbox.put(uow, [NewLetter(key, "cycle.post", READING, "paper.prompts", payload)])
    await house.reading.set_kind(week, PaperKind.THEORY)
    assert (await house.again(week)).kind is PaperKind.THEORY
    again = f"{key}:theory@{house.now:%Y%m%d%H%M%S}"
    async with house.storage.read() as uow:
        letter = (await uow.outbox.by_key([again]))[again]
    assert (letter.revises, letter.post, letter.payload) == (key, "paper.prompts", payload)


async def test_a_group_at_rest_or_not_begun_has_nothing_to_read_and_says_so(house: House) -> None:
    group = await house.group()
    ahead = await house.reading.now(group)
    assert isinstance(ahead, Ahead)
    assert ahead.post_at is not None
    resting = await house.groups.rest(group.id)
    found = await house.reading.now(resting)
    assert isinstance(found, Ahead)
    assert found.group.state is GroupState.RESTING


async def test_what_to_read_first_follows_what_the_person_knows(house: House) -> None:
    week = await house.week(topics=("diffusion-models",), prerequisites=("vae",), own_prerequisites=True)
    first = house.reading.first(week, None, Locale.KO).firsts[0].resource
    async with house.storage.write() as uow:
        who = await uow.people.meet(BEN, "ko", house.now)
        await uow.entries.set(who.id, first.id, EntryState.DONE, house.now)
    later = house.reading.first(week, await house.person(BEN), Locale.KO)
    assert first.id not in [each.resource.id for each in later.firsts]


# notes


async def test_a_note_is_its_writers_until_they_share_it(house: House) -> None:
    week = await house.week()
    note = await house.reading.write_note(BEN, "ko", READING, week, NoteKind.QUESTION, "  왜요?  ")
    assert note is not None
    assert (note.text, note.shared) == ("왜요?", False)
    assert await house.reading.shared_notes(week) == ()
    ben, ann = await house.person(BEN), await house.person(ANN)
    assert not await house.reading.change_note(ann, note.id, shared=True)
    assert await house.reading.note(ann, note.id) is None
    assert await house.reading.change_note(ben, note.id, shared=True)
    assert [each.text for each in await house.reading.shared_notes(week)] == ["왜요?"]
    assert await house.reading.change_note(ben, note.id, text="왜 합이에요?")
    assert [each.text for each in await house.reading.shared_notes(week)] == ["왜 합이에요?"]
    assert not await house.reading.change_note(ben, note.id, text="   ")
    assert not await house.reading.remove_note(ann, note.id)
    assert await house.reading.remove_note(ben, note.id)
    assert await house.reading.shared_notes(week) == ()


async def test_nothing_is_no_note_and_there_is_an_end_to_them(house: House) -> None:
    week = await house.week()
    assert await house.reading.write_note(BEN, "ko", READING, week, NoteKind.NOTE, " \n ") is None
    for number in range(MOST_NOTES):
        assert await house.reading.write_note(BEN, "ko", READING, week, NoteKind.NOTE, str(number)) is not None
    assert await house.reading.write_note(BEN, "ko", READING, week, NoteKind.NOTE, "one more") is None
    assert await house.reading.write_note(ANN, "ko", READING, week, NoteKind.NOTE, "mine") is not None


# the past


async def test_the_past_counts_people_and_knows_where_i_stand(house: House) -> None:
    week = await house.week()
    await house.cycle(week.group, date(2026, 11, 19), _paper("arxiv:1512.03385", "ResNet"), CycleState.OVER)
    await house.cycle(week.group, date(2026, 11, 12), _paper("arxiv:1312.6114", "VAE"), CycleState.SKIPPED)
    await house.reading.stand(BEN, "ko", READING, week, ReaderState.FINISHED, "a")
    past = await house.past.of(week.group, await house.person(BEN))
    assert [(each.kept.paper.title, each.readers.finished, each.mine) for each in past] == [
        (TITLE, 1, ReaderState.FINISHED),
        ("ResNet", 0, None),
    ]
    assert past[0].code == week.code
    assert [each.kept.paper.title for each in await house.past.meant(week.group, "resnet")] == ["ResNet"]


async def test_the_whole_past_has_shared_notes_and_no_others(house: House) -> None:
    week = await house.week()
    shown = await house.reading.write_note(BEN, "ko", READING, week, NoteKind.NOTE, "보세요")
    await house.reading.write_note(BEN, "ko", READING, week, NoteKind.NOTE, "비밀")
    assert shown is not None
    await house.reading.change_note(await house.person(BEN), shown.id, shared=True)
    await house.cycle(week.group, date(2026, 11, 19), _paper("arxiv:1512.03385", "ResNet"), CycleState.OVER)
    whole = await house.past.whole(week.group.id)
    assert [each.paper.title for each in whole] == ["ResNet", TITLE], "the earliest first"
    assert whole[1].notes == ((NoteKind.NOTE, "보세요"),)
    assert whole[1].how is How.ORGANISER


async def test_a_paper_that_is_gone_is_no_week(house: House) -> None:
    week = await house.week()
    assert await house.reading.of_cycle(10_000) is None
    async with house.storage.write() as uow:
        await uow.cycles.unpick(week.cycle.id)
    assert await house.reading.opened(week.code) is None
    assert isinstance(await house.reading.now(week.group), Ahead)
