"""The weekly issue as a service: made once a week whatever is killed, nothing twice, every reason true."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.core.ballot import Line, Result
from bot.core.cycle import Picks, Rhythm, Step
from bot.core.digest.choosing import Section
from bot.core.digest.fetching import Failure, Health, after_failure, first_visit, news_of, prints_of
from bot.core.digest.issue import NEWS, Entry, Issue, IssueId, KeptIssue, PartKind
from bot.core.digest.items import Item, ItemKind
from bot.core.digest.signals import LESS, MORE
from bot.core.digest.timing import DIGEST, DigestSettings
from bot.core.groups import Group, GroupSettings, GroupState
from bot.core.outbox import LetterId, NewLetter
from bot.core.papers.links import read_link
from bot.core.papers.paper import Paper
from bot.core.people import Approval, EntryState, Person
from bot.core.reading import CycleState, How, NoteKind, ReaderState, SuggestionKind, SuggestionState, listed_as
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.schedule import Schedule, advance
from bot.i18n import Locale
from bot.services import shelf
from bot.services.archive import Archives
from bot.services.digest import Digests, Own, code_of_issue
from bot.services.groups import Groups
from bot.services.library import Library
from bot.services.news import News
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.storage import Storage
from bot.storage.queries.schedules import Step as Advanced

GUILD, CHAT = SpaceRef(Platform.DISCORD, "900"), SpaceRef(Platform.TELEGRAM, "-100200")
READING = Place(Platform.DISCORD, "10", GUILD)
ANN, BEN, CHO = UserRef(Platform.DISCORD, "1"), UserRef(Platform.DISCORD, "2"), UserRef(Platform.DISCORD, "3")
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)  # 19:30 in Seoul
SUNDAY = datetime(2026, 12, 6, 1, tzinfo=UTC)  # the first issue: ten in the morning there
THURSDAY = Rhythm(datetime.combine(date(2026, 11, 26), time(21)), "Asia/Seoul")
WEEK = timedelta(weeks=1)
BOOKS = shelf.load()


def no_sources() -> object:
    raise AssertionError("nothing may be fetched here")


class House:
    """The services over a real database. Issues fall due as the scheduler lets them, letters and all."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.now = storage, TUESDAY
        self.outbox = Outbox(storage, self.clock)
        organisers = Organisers(storage, self.clock, self.outbox)
        self.groups = Groups(storage, self.clock, self.outbox, organisers, "Asia/Seoul", Locale.EN)
        self.news = News(storage, self.clock, BOOKS, no_sources, Locale.EN)  # type: ignore[arg-type]
        library = Library(BOOKS, storage, self.clock)
        self.digests = Digests(storage, self.clock, self.groups, organisers, self.news, library, BOOKS, self.outbox)

    def clock(self) -> datetime:
        return self.now

    async def group(self, topics: tuple[str, ...] = ("reinforcement-learning",), **digest: object) -> Group:
        settings = GroupSettings(topics=topics, digest=DigestSettings(**digest))  # type: ignore[arg-type]
        drafted = await self.groups.draft(
            READING, ANN, "en", rhythm=THURSDAY, picks=Picks.VOTE, settings=settings, name="Thursday"
        )
        await self.joined(ANN, BEN, CHO)
        return await self.groups.start(drafted.id)

    async def joined(self, *users: UserRef) -> None:
        async with self.storage.write() as uow:
            for user in users:
                identity = await uow.people.meet(user, "en", self.now)
                await uow.members.note(identity.id, GUILD, self.now)

    async def brings(self, group: Group, name: str, *items: Item) -> None:
        """Have a source that the group added bring items now."""
        key = f"own:e.org/{name}"
        async with self.storage.write() as uow:
            identity = await uow.people.meet(ANN, "en", self.now)
            feed = await uow.news.ensure(key, f"https://e.org/{name}", f"The {name}", first_visit(self.now))
            await uow.group_feeds.follow(group.id, feed, identity.id, self.now)
            own = [replace(each, source=key) for each in items]
            prints = {sign for each in own for sign in prints_of(each)}
            await uow.news.answered(feed.id, feed.visits, news_of(own, self.now, first=False), prints, self.now)

    async def falls_due(self, group: Group, *, plans: int = 1, kept: bool = True) -> list[NewLetter]:
        """Leap to the next issue and let it fall due, planned `plans` times; `kept` False: killed before it is kept."""
        row = await self.row(group)
        assert row.next_due_at is not None
        self.now = max(self.now, row.next_due_at)
        on = advance(row, self.now)
        letters: Sequence[NewLetter] = ()
        for _ in range(plans):
            letters = await self.digests.planners[row.kind](row, on.due, False)
        if not kept:
            return []
        async with self.storage.write() as uow:
            assert await uow.schedules.advance([Advanced(row, on.next_due_at, on.left)], self.now)
            new = await uow.outbox.put(letters, self.now)
        return [letter for letter in letters if letter.key in new]

    async def row(self, group: Group) -> Schedule:
        async with self.storage.read() as uow:
            (row,) = await uow.schedules.of_group(group.id, DIGEST)
        return row

    async def issue(self, group: Group) -> Issue:
        return (await self.kept(group)).issue

    async def kept(self, group: Group) -> KeptIssue:
        (found,) = await self.digests.latest(group)
        return found

    async def person(self, user: UserRef) -> Person | None:
        async with self.storage.read() as uow:
            return await uow.people.visitor(user)

    async def suggests(self, group: Group, user: UserRef, url: str, title: str) -> None:
        assert read_link(url) is not None
        async with self.storage.write() as uow:
            identity = await uow.people.meet(user, "en", self.now)
            await uow.suggestions.add(group.id, identity.id, SuggestionKind.DIGEST, url, title, "", self.now)

    async def reads(self, group: Group, title: str, on: date, *users: UserRef) -> None:
        """Have a paper be read for the meeting on a day, to the end by these."""
        async with self.storage.write() as uow:
            paper = await uow.papers.put(Paper(f"url:https://x.org/{title}", f"https://x.org/{title}", title), self.now)
            cycle = await uow.cycles.of(group.id, on, THURSDAY.meeting_at(on))
            await uow.cycles.pick(cycle.id, paper, How.VOTE, None, self.now)
            await uow.cycles.state(cycle.id, CycleState.POSTED)
            for number, user in enumerate(users):
                who = await uow.people.meet(user, "en", self.now)
                state = ReaderState.SKIMMED if number else ReaderState.FINISHED
                await uow.readers.set(group.id, paper, who.id, state, self.now)
                note = await uow.notes.add(group.id, paper, who.id, NoteKind.NOTE, "a thought", self.now)
                await uow.notes.share(note.id, who.person_id, True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two chats, made once: its steps take half a second."""
    file = tmp_path_factory.mktemp("made") / "moim.db"

    async def make() -> None:
        async with (
            await Storage.open(f"sqlite+aiosqlite:///{file}", clock=lambda: TUESDAY) as storage,
            storage.write() as uow,
        ):
            for space in (GUILD, CHAT):
                await uow.spaces.joined(space, "Group", added_by=None, approval=Approval.APPROVED, now=TUESDAY)

    asyncio.run(make())
    return file


@pytest.fixture
async def house(made: Path, tmp_path: Path) -> AsyncIterator[House]:
    shutil.copy(made, tmp_path / "moim.db")
    async with await Storage.open(f"sqlite+aiosqlite:///{tmp_path / 'moim.db'}", clock=lambda: TUESDAY) as storage:
        yield House(storage)


def item(number: int, title: str = "", kind: ItemKind = ItemKind.POST, **more: object) -> Item:
    values = {"published": SUNDAY - timedelta(days=2), "language": "en", "source": "", **more}
    title = title or f"Story number {number} about matter {number * 7} of week {number * 3}"
    return Item(url=f"https://e.org/{number}", title=title, kind=kind, **values)  # type: ignore[arg-type]


def paper(number: int, title: str, **more: object) -> Item:
    key = f"arxiv:2611.{number:05}"
    return replace(item(number, title, ItemKind.PAPER, **more), url=f"https://arxiv.org/abs/{key[6:]}", paper=key)


def titles(issue: Issue, *kinds: PartKind) -> list[str]:
    return [entry.title for kind in kinds or NEWS for entry in issue.part(kind)]


def told(entries: Sequence[Entry]) -> list[str]:
    return [entry.line for entry in entries]


# one a week


async def test_the_issue_comes_silently_to_every_home_from_the_second_week_on(house: House) -> None:
    group = await house.group()
    async with house.storage.write() as uow:
        space = await uow.spaces.of(CHAT)
        assert space is not None
        await uow.groups.settle(group.id, space.id, None)
    await house.brings(group, "blog", item(1))
    letters = await house.falls_due(group)
    assert house.now == SUNDAY
    assert {(each.to.platform, each.silent, each.post) for each in letters} == {
        (Platform.DISCORD, True, "digest.week"),
        (Platform.TELEGRAM, True, "digest.week"),
    }
    issue = await house.issue(group)
    assert (issue.number, issue.first, issue.last) == (1, date(2026, 11, 24), date(2026, 12, 6))


async def test_where_nothing_can_be_posted_members_still_find_it(house: House) -> None:
    group = await house.group()
    async with house.storage.write() as uow:
        space = await uow.spaces.of(GUILD)
        (home,) = await uow.groups.homes(group.id)
        assert space is not None
        await uow.groups.move_home(home.id, space.id, None)  # the whole server, which has no one place for posts
    await house.brings(group, "blog", item(1))
    assert await house.falls_due(group) == []
    assert titles(await house.issue(group)) == [item(1).title]


async def test_killed_before_or_after_its_row_is_there_a_week_has_one_issue(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1))
    await house.falls_due(group, plans=2, kept=False)  # killed after the row, before its letters
    await house.brings(group, "blog", item(2))  # what came meanwhile is for the next week
    letters = await house.falls_due(group, plans=3)
    assert len(letters) == 1
    async with house.storage.read() as uow:
        (kept,) = await uow.issues.all(group.id)
    assert titles(kept.issue) == [item(1).title]
    await house.falls_due(group)
    assert titles(await house.issue(group)) == [item(2).title]
    assert [each.number for each in await house.digests.latest(group, 9)] == [2, 1]


async def test_cut_off_at_whatever_step_it_is_made_once_and_whole(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1), paper(2, "A paper about one thing and another"))
    await house.suggests(group, BEN, "https://github.com/a/b", "A repository")
    row = await house.row(group)
    house.now = SUNDAY
    for steps in (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233):
        making = asyncio.ensure_future(house.digests.week(row, SUNDAY, False))
        for _ in range(steps):
            await asyncio.sleep(0)
        making.cancel()
        with suppress(asyncio.CancelledError):
            await making
        async with house.storage.read() as uow:
            kept, shown = await uow.issues.all(group.id), await uow.issues.shown(group.id)
            (suggestion,) = await uow.suggestions.of_group(group.id)
        came = suggestion.state is SuggestionState.APPROVED
        assert len(kept) <= 1
        assert (bool(kept), shown) == (came, kept[0].issue.signs if kept else frozenset())
    assert len(await house.falls_due(group)) == 1
    issue = await house.issue(group)
    assert (issue.number, len(titles(issue))) == (1, 3)


async def test_an_issue_that_is_late_by_a_day_is_not_made_and_loses_nothing(house: House) -> None:
    group = await house.group()
    house.now = SUNDAY
    await house.brings(group, "blog", item(1))
    house.now += timedelta(hours=30)
    assert await house.falls_due(group) == []
    await house.falls_due(group)
    issue = await house.issue(group)
    assert (issue.number, titles(issue)) == (1, [item(1).title])


async def test_what_falls_due_while_people_sleep_waits_for_the_morning(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1))
    house.now = SUNDAY + timedelta(hours=15)  # one at night: the server had been off
    (letter,) = await house.falls_due(group)
    assert letter.not_before == datetime(2026, 12, 7, 0, tzinfo=UTC)  # nine in Seoul


@pytest.mark.parametrize("state", ["paused", "resting", "off"])
async def test_a_group_that_rests_or_has_turned_it_off_gets_none(house: House, state: str) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1))
    row = await house.row(group)
    house.now = SUNDAY
    if state == "paused":
        await house.groups.pause(group.id, None)
    elif state == "resting":
        await house.groups.rest(group.id)
    else:
        await house.digests.editing.choose(group, DigestSettings(on=False))
    assert await house.digests.week(row, SUNDAY, False) == ()


# a group that sleeps


async def _without_posts(house: House) -> Group:
    group = await house.group()
    return await house.groups.change(group.id, settings=replace(group.settings, off=frozenset(Step)))


async def _asked(house: House) -> list[str]:
    async with house.storage.read() as uow:
        letters = [await uow.outbox.get(LetterId(number)) for number in range(1, 30)]
    return [str(each.payload) for each in letters if each is not None and each.post == "ritual.rest"]


async def _one_more(house: House, group: Group, number: int) -> bool:
    await house.brings(group, "blog", replace(item(number), published=house.now))
    return bool(await house.falls_due(group))


async def test_where_no_papers_are_posted_four_issues_that_nobody_noticed_are_enough(house: House) -> None:
    group = await _without_posts(house)
    assert [await _one_more(house, group, number) for number in range(4)] == [True] * 4
    await house.brings(group, "blog", replace(item(5), published=house.now))
    row = await house.row(group)
    assert row.next_due_at is not None
    house.now = row.next_due_at
    for _ in range(2):  # killed and planned again
        assert await house.digests.week(row, house.now, False) == ()
    resting = await house.groups.get(group.id)
    assert resting is not None and resting.state is GroupState.RESTING
    assert await _asked(house) == [str({"group": group.id, "issues": 4})]
    await house.groups.wake(group.id)  # somebody is there after all: it is counted anew
    assert [await _one_more(house, group, number) for number in range(6, 10)] == [True] * 4
    assert len(await _asked(house)) == 1


@pytest.mark.parametrize("act", ["looks", "leans", "suggests", "edits", "asks"])
async def test_a_group_in_which_somebody_does_anything_goes_on(house: House, act: str) -> None:
    group = await _without_posts(house)
    for number in range(4):
        assert await _one_more(house, group, number)
    kept = await house.kept(group)
    entry = kept.issue.part(PartKind.POSTS)[0]
    match act:
        case "looks":
            await house.digests.look(BEN, "en", READING, group, [kept])
        case "leans":
            await house.digests.lean(BEN, "en", READING, group, entry, MORE)
        case "suggests":
            house.now += timedelta(hours=1)
            await house.suggests(group, BEN, "https://e.org/other", "Something else to read")
        case "edits":
            await house.digests.editing.edit(group, "at:e.org/99", pinned=True)
        case "asks":
            house.now += timedelta(days=6)
            assert await house.digests.editing.now(group)
    assert await _one_more(house, group, 5)
    assert await _asked(house) == []


async def test_where_papers_are_posted_their_cycles_decide_and_not_the_issues(house: House) -> None:
    group = await house.group()
    for number in range(6):
        assert await _one_more(house, group, number)


# an empty week


async def test_an_empty_week_is_passed_over_or_said_in_one_honest_line(house: House) -> None:
    group = await house.group(without=frozenset({PartKind.CHANGES}))
    assert await house.falls_due(group) == []
    await house.digests.editing.choose(group, DigestSettings(speaks=True, without=frozenset({PartKind.CHANGES})))
    (letter,) = await house.falls_due(group)
    assert (letter.post, letter.payload["line"]) == ("digest.quiet", "Nothing new to tell this week.")
    assert await house.digests.latest(group) == ()  # no number is used up


async def test_in_an_empty_week_with_its_sources_down_it_says_that(house: House) -> None:
    group = await house.group(speaks=True, without=frozenset({PartKind.CHANGES}))
    await _fail(house, group, since=SUNDAY - timedelta(days=5))
    (letter,) = await house.falls_due(group)
    assert letter.payload["line"] == "Nothing new to tell this week. One source does not answer."


async def _fail(house: House, group: Group, since: datetime) -> None:
    await house.brings(group, "blog")
    async with house.storage.write() as uow:
        (feed,) = await uow.news.feeds(["own:e.org/blog"])
        visits = feed.visits
        for day in range(4):
            visits = after_failure(visits, Failure("status", 500), since + timedelta(days=day), chance=0.0)
        assert visits.health is not Health.WELL
        await uow.news.visited(feed.id, visits)


# what is in it


async def test_the_groups_own_week_is_counted_and_names_nobody(house: House) -> None:
    group = await house.group()
    house.now = datetime(2026, 12, 3, 10, tzinfo=UTC)
    await house.reads(group, "A Paper", date(2026, 12, 3), ANN, BEN, CHO)
    await house.reads(group, "Another Paper", date(2026, 12, 10))
    await house.suggests(group, BEN, "https://github.com/a/b", "A repository")
    await house.falls_due(group)
    issue = await house.issue(group)
    assert issue.headline == (
        "Since the group began 3 people came to the end of the paper, 3 notes were shared, a link was put up."
    )
    assert told(issue.part(PartKind.PAPER)) == [
        "The last meeting's paper. 3 came to its end (2 by skimming).",
        "What you read now.",
    ]
    assert titles(issue, PartKind.PAPER) == ["A Paper", "Another Paper"]
    (meeting,) = issue.part(PartKind.DATES)
    assert (meeting.line, meeting.at) == ("The next meeting", THURSDAY.meeting_at(date(2026, 12, 10)))


async def test_what_was_done_on_the_day_of_an_issue_after_it_is_in_the_next(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1))
    await house.falls_due(group)
    house.now = SUNDAY + timedelta(hours=12, minutes=30)
    await house.reads(group, "A Paper", date(2026, 12, 6), ANN, BEN)  # for a meeting that Sunday evening
    await house.falls_due(group)
    issue = await house.issue(group)
    assert issue.headline == "This week 2 people came to the end of the paper, 2 notes were shared."
    assert titles(issue, PartKind.PAPER) == ["A Paper"]


async def test_every_story_says_why_it_is_there_and_it_is_true(house: House) -> None:
    group = await house.group()
    rl = ("reinforcement-learning",)
    both = item(2, "A story that two of them tell at length")
    await house.brings(group, "blog", paper(1, "Learning to act from rewards in a small world", topics=rl), both)
    await house.brings(group, "news", both, item(3, "Something only here, of nothing in particular"))
    await house.suggests(group, BEN, "https://arxiv.org/abs/2611.00009", "A paper that a member would share")
    await house.falls_due(group)
    issue = await house.issue(group)
    found = {each.title: each for kind in NEWS for each in issue.part(kind)}
    assert {title: each.line for title, each in found.items()} == {
        "Learning to act from rewards in a small world": "On a topic of yours: Reinforcement learning.",
        "A story that two of them tell at length": "Told of by 2 sources.",
        "Something only here, of nothing in particular": "From a source that you added: The news.",
        "A paper that a member would share": "Put up by one of you.",
    }
    assert found["A story that two of them tell at length"].sources == ("The blog", "The news")
    assert found["A paper that a member would share"].feeds == ()
    async with house.storage.read() as uow:
        (suggestion,) = await uow.suggestions.of_group(group.id)
    assert suggestion.state is SuggestionState.APPROVED


async def test_nothing_is_shown_twice_however_it_comes_again(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", paper(1, "On the depth of shallow things and other matters"))
    await house.falls_due(group)
    again = replace(paper(1, "On the depth of shallow things and other matters"), url="https://hf.co/papers/2611.00001")
    await house.brings(group, "list", again, item(4))
    await house.suggests(group, BEN, "https://arxiv.org/pdf/2611.00001v2", "On the depth of shallow things")
    await house.falls_due(group)
    assert titles(await house.issue(group)) == [item(4).title]


async def test_a_paper_that_a_member_suggests_comes_though_a_post_about_it_was_shown(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1, "What we learned of it in a year", paper="arxiv:2611.00009"))
    await house.falls_due(group)
    await house.suggests(group, BEN, "https://arxiv.org/abs/2611.00009", "A paper that a member would share")
    await house.falls_due(group)
    assert titles(await house.issue(group)) == ["A paper that a member would share"]


async def test_what_the_group_has_read_is_no_news_to_it(house: House) -> None:
    group = await house.group()
    known = paper(7, "A paper that the group has read together")
    async with house.storage.write() as uow:
        number = await uow.papers.put(Paper("arxiv:2611.00007", known.url, known.title), house.now)
        cycle = await uow.cycles.of(group.id, date(2026, 11, 26), THURSDAY.meeting_at(date(2026, 11, 26)))
        await uow.cycles.pick(cycle.id, number, How.VOTE, None, house.now)
    await house.brings(group, "blog", known, item(8))
    await house.falls_due(group)
    assert titles(await house.issue(group)) == [item(8).title]


async def test_each_week_offers_another_thing_and_another_joke(house: House) -> None:
    group = await house.group(topics=("reinforcement-learning", "graph-ml"))
    seen: list[tuple[str, str]] = []
    for number in range(6):
        await house.brings(group, "blog", replace(item(number), published=house.now))
        await house.falls_due(group)
        issue = await house.issue(group)
        (offered,) = issue.part(PartKind.CATALOGUE)
        seen.append((offered.key, told(issue.part(PartKind.ASIDE))[0]))
        assert any(topic in offered.topics for topic in ("reinforcement-learning", "graph-ml"))
    assert len({key for key, _ in seen}) == len({joke for _, joke in seen}) == 6


async def test_a_source_that_does_not_answer_is_said(house: House) -> None:
    group = await house.group()
    await _fail(house, group, since=datetime(2026, 12, 1, 3, tzinfo=UTC))  # a Tuesday
    await house.brings(group, "news", item(1))
    await house.falls_due(group)
    (entry,) = (await house.issue(group)).part(PartKind.HEALTH)
    assert (entry.title, entry.line) == ("The blog", "Has not answered since Tuesday.")


async def test_parts_that_the_group_does_not_want_are_left_out(house: House) -> None:
    without = frozenset({PartKind.ASIDE, PartKind.VIDEOS, PartKind.CHANGES})
    group = await house.group(without=without)
    await house.brings(group, "blog", item(1, kind=ItemKind.VIDEO))
    assert await house.falls_due(group) == []  # a video alone is nothing to a group without videos
    await house.brings(group, "blog", item(2))
    await house.falls_due(group)
    assert without.isdisjoint(part.section for part in (await house.issue(group)).parts)


# what members say


async def test_what_a_member_saves_is_on_their_list_and_counts_for_the_group(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1))
    await house.falls_due(group)
    kept = await house.kept(group)
    entry = next(iter(kept.issue.part(PartKind.POSTS)))
    for _ in range(2):
        await house.digests.save(BEN, "en", READING, group, entry, saved=True)
    ben = await house.person(BEN)
    (saved,) = await house.digests.saved(ben)
    assert (saved.title, saved.url) == (entry.title, entry.url)
    assert await house.digests.own(kept, ben) == {entry.key: Own(saved=True)}
    assert await house.digests.saved(await house.person(CHO)) == ()
    await house.digests.save(BEN, "en", READING, group, entry, saved=False)
    assert await house.digests.saved(ben) == ()


async def test_a_paper_on_members_own_lists_comes_before_others_and_says_so(house: House) -> None:
    group = await house.group(topics=())
    listed, other = paper(2, "Zero is what we found"), paper(1, "Another thing that we found")
    stranger = UserRef(Platform.DISCORD, "9")
    async with house.storage.write() as uow:
        for found, user in ((listed, BEN), (listed, CHO), (other, stranger)):
            assert found.paper is not None
            number = await uow.papers.put(Paper(found.paper, found.url, found.title), house.now)
            who = await uow.people.meet(user, "en", house.now)
            await uow.entries.set(who.id, listed_as(number), EntryState.SAVED, house.now)
    await house.brings(group, "list", other, listed)
    await house.falls_due(group)
    first, second = (await house.issue(group)).part(PartKind.PAPERS)
    assert (first.title, first.line) == (listed.title, "Saved by 2 of you.")
    assert "aved by" not in second.line


async def test_votes_move_what_comes_once_they_are_counted(house: House) -> None:
    group = await house.group(topics=())
    for week in range(3):  # what was shown and not chosen
        shown = (item(10 * week + each) for each in range(3))
        await house.brings(group, "blog", *(replace(each, published=house.now) for each in shown))
        await house.falls_due(group)
    subjects = ("tensors", "gradients") * 4
    async with house.storage.write() as uow:
        who = await uow.people.meet(BEN, "en", house.now)
        up = []
        for number, subject in enumerate(subjects):
            url = f"https://x.org/{number}"
            kept = await uow.papers.put(Paper(f"url:{url}", url, f"Notes on {subject}, part {number}"), house.now)
            nomination, _ = await uow.nominations.add(group.id, kept, who.id, "", house.now)
            up.append(nomination.id)
        day = THURSDAY.next_meeting(house.now)
        cycle = await uow.cycles.of(group.id, day, THURSDAY.meeting_at(day))
        closes_at = house.now + timedelta(hours=1)
        ballot = await uow.ballots.open(cycle.id, up, closes_at, house.now)
        voted = [each for each, subject in zip(up, subjects, strict=True) if subject == "gradients"]
        await uow.ballots.vote(ballot.id, who.id, dict.fromkeys(voted, True), house.now)

    async def first_title(number: int) -> str:
        new = (paper(number, f"A{number} of tensors alone"), paper(number + 1, f"B{number} of gradients alone"))
        await house.brings(group, "list", *(replace(each, published=house.now) for each in new))
        await house.falls_due(group)
        return (await house.issue(group)).part(PartKind.PAPERS)[0].title

    assert await first_title(1) == "A1 of tensors alone"  # nobody is told how the vote stands
    async with house.storage.write() as uow:
        counts, voters = await uow.ballots.counts(ballot.id, up)
        lines = tuple(Line(each, counts.get(each, 0)) for each in up)
        await uow.ballots.close(ballot.id, Result(lines, voters, tie=False), house.now)
    assert await first_title(3) == "B3 of gradients alone"


async def test_more_and_less_move_what_comes_and_one_voice_is_not_a_veto(house: House) -> None:
    group = await house.group(topics=())

    async def first_source(week: int) -> str:
        for name in ("one", "two"):
            shift = 100 * week + (name == "two") * 50
            await house.brings(group, name, *(replace(item(shift + n), published=house.now) for n in range(3)))
        await house.falls_due(group)
        return (await house.issue(group)).part(PartKind.POSTS)[0].sources[0]

    assert await first_source(1) == "The one"
    entry = (await house.issue(group)).part(PartKind.POSTS)[0]
    await house.digests.lean(BEN, "en", READING, group, entry, LESS)
    await house.digests.lean(CHO, "en", READING, group, entry, MORE)
    assert await first_source(2) == "The one"  # one for, one against
    entry = (await house.issue(group)).part(PartKind.POSTS)[0]
    await house.digests.lean(CHO, "en", READING, group, entry, LESS)
    await house.digests.lean(ANN, "en", READING, group, entry, LESS)
    assert await first_source(3) == "The two"


async def test_what_one_did_not_look_at_is_missed(house: House) -> None:
    group = await house.group()
    for number in range(3):
        await house.brings(group, "blog", replace(item(number), published=house.now))
        await house.falls_due(group)
    ben = await house.person(BEN)
    latest = await house.digests.latest(group, 9)
    assert [each.number for each in await house.digests.missed(group, ben)] == [3, 2, 1]
    await house.digests.look(BEN, "en", READING, group, latest[1:])
    assert [each.number for each in await house.digests.missed(group, ben)] == [3]
    assert [each.number for each in await house.digests.missed(group, await house.person(CHO))] == [3, 2, 1]
    house.now += timedelta(hours=1)
    await house.joined(newcomer := UserRef(Platform.DISCORD, "4"))
    await house.brings(group, "blog", replace(item(4), published=house.now))
    await house.falls_due(group)
    assert [each.number for each in await house.digests.missed(group, await house.person(newcomer))] == [4]


async def test_a_buttons_code_opens_only_the_issue_it_was_made_for(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1))
    await house.falls_due(group)
    kept = await house.kept(group)
    code = code_of_issue(kept, group)
    assert await house.digests.opened(code) == (kept, group)
    for forged in (str(kept.id), f"{kept.id}-0000000000", f"{kept.id + 1}-{code.partition('-')[2]}", "", "x-y", "²-a"):
        assert await house.digests.opened(forged) is None


# what organisers do


async def test_organisers_see_the_next_issue_and_put_first_leave_out_and_comment(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", *(item(number) for number in range(5)))
    preview = await house.digests.editing.preview(group)
    candidates = preview.candidates[Section.POSTS]
    assert [each.comes for each in candidates] == [True] * 3 + [False] * 2
    first, last = candidates[0].entry, candidates[-1].entry
    await house.digests.editing.edit(group, first.key, dropped=True)
    await house.digests.editing.edit(group, last.key, pinned=True, comment="  Start with\n the figure. ")
    after = (await house.digests.editing.preview(group)).candidates[Section.POSTS]
    assert {each.entry.key for each in after if each.story.edit.dropped} == {first.key}
    assert [each.comes for each in after if each.entry.key in (first.key, last.key)] == [True, False]
    await house.falls_due(group)
    issue = await house.issue(group)
    entries = issue.part(PartKind.POSTS)
    assert (entries[0].title, entries[0].comment, entries[0].pinned) == (last.title, "Start with the figure.", True)
    assert first.title not in titles(issue)


async def test_now_sends_the_issue_at_once_and_the_week_has_no_second(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1))
    house.now = datetime(2026, 12, 2, 3, tzinfo=UTC)
    assert await house.digests.editing.now(group)
    assert len(await house.falls_due(group)) == 1
    assert house.now == datetime(2026, 12, 2, 3, tzinfo=UTC)
    assert not await house.digests.editing.now(group)
    assert (await house.digests.editing.coming(group)).at == SUNDAY + WEEK
    assert await house.groups.issues_ahead(group, SUNDAY + 2 * WEEK) == (SUNDAY + WEEK, SUNDAY + 2 * WEEK)
    await house.brings(group, "blog", item(2))
    assert await house.falls_due(group) == []  # on Sunday
    assert len(await house.falls_due(group)) == 1
    issue = await house.issue(group)
    assert (issue.number, issue.first, titles(issue)) == (2, date(2026, 12, 3), [item(2).title])


async def test_a_week_can_be_skipped_and_that_be_taken_back(house: House) -> None:
    group = await house.group()
    for _ in range(2):
        coming = await house.digests.editing.skip(group)
        assert (coming.at, coming.skipped) == (SUNDAY + WEEK, True)
    for _ in range(2):
        coming = await house.digests.editing.skip(group, skipped=False)
        assert (coming.at, coming.skipped) == (SUNDAY, False)
    await house.digests.editing.skip(group)
    await house.brings(group, "blog", item(1))
    await house.falls_due(group)
    assert house.now == SUNDAY + WEEK
    assert not (await house.digests.editing.coming(group)).skipped


async def test_an_issue_that_is_out_can_be_mended_and_its_posts_follow(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1), item(2))
    (letter,) = await house.falls_due(group)
    kept = await house.kept(group)
    one, two = kept.issue.part(PartKind.POSTS)
    await house.digests.editing.amend(group, kept, one, comment="Chapter 3.")
    await house.digests.editing.amend(group, kept, two, comment=None)
    assert [(each.title, each.comment) for each in (await house.issue(group)).part(PartKind.POSTS)] == [
        (one.title, "Chapter 3.")
    ]
    async with house.storage.read() as uow:
        revising = [each for number in range(1, 9) if (each := await uow.outbox.get(number)) and each.revises]  # type: ignore[arg-type]
    assert [each.revises for each in revising] == [letter.key] * 2


async def test_a_story_taken_out_is_counted_no_more_on_pages_and_in_lists_either(house: House) -> None:
    group = await house.group(without=frozenset({PartKind.CHANGES}))
    await house.brings(group, "blog", item(1), item(2))
    await house.falls_due(group)
    archives = Archives(house.storage, house.clock, house.groups)
    await archives.entrance(group.id)

    async def told() -> tuple[str, str]:
        archive = await archives.of(group.id, openly=False)
        assert archive is not None
        return archive.issues[0].headline, (await house.issue(group)).headline

    kept = await house.kept(group)
    one, two = kept.issue.part(PartKind.POSTS)
    assert await told() == ("It was quiet since the group began. Here are 2 things worth a look.",) * 2
    house.now += timedelta(hours=1)
    await house.digests.editing.amend(group, kept, one, comment=None)
    assert await told() == ("It was quiet since the group began. Here is one thing worth a look.",) * 2
    house.now += timedelta(hours=1)
    await house.digests.editing.amend(group, kept, two, comment=None)
    assert await told() == ("It was quiet since the group began.",) * 2
    assert ((await house.kept(group)).sent_at, (await house.kept(group)).updated_at) == (SUNDAY, house.now)


async def test_a_story_taken_out_can_be_put_back_where_it_stood(house: House) -> None:
    group = await house.group(without=frozenset({PartKind.CHANGES}))
    await house.brings(group, "blog", item(1), item(2))
    await house.falls_due(group)
    before = await house.kept(group)
    for entry in before.issue.part(PartKind.POSTS):
        await house.digests.editing.amend(group, await house.kept(group), entry, comment=None)
    for entry in reversed(before.issue.part(PartKind.POSTS)):
        for _ in range(2):
            await house.digests.editing.put_back(group, await house.kept(group), entry.key)
    after = await house.kept(group)
    assert replace(after.issue, changed_at=None) == before.issue
    async with house.storage.read() as uow:
        assert not any(edit.dropped for edit in (await uow.issues.edits(group.id)).values())


async def test_erased_a_person_leaves_nothing_in_the_digest(house: House) -> None:
    group = await house.group()
    await house.brings(group, "blog", item(1))
    await house.falls_due(group)
    kept = await house.kept(group)
    entry = kept.issue.part(PartKind.POSTS)[0]
    await house.digests.save(BEN, "en", READING, group, entry, saved=True)
    await house.digests.look(BEN, "en", READING, group, [kept])
    async with house.storage.write() as uow:
        own = await uow.own.export([BEN])
        assert len(own["signals"]) == len(own["openings"]) == 1
        await uow.own.erase([BEN])
        assert await uow.issues.signals(group.id) == ()
        assert await uow.issues.get(IssueId(kept.id)) == kept
