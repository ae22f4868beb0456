"""The study log: what was understood is kept once, in the person's own day; nothing personal leaves without a word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.people import Approval, EntryState, Person
from bot.core.progress import Studied, Total, Trouble
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.shelf import Shelf
from bot.i18n import Locale
from bot.services import shelf
from bot.services.library import Library
from bot.services.study import Study
from bot.storage import Storage
from tests.stores import Clock

ANN, BEN, CAT, DAN = (UserRef(Platform.DISCORD, number) for number in "1234")
GUILD = SpaceRef(Platform.DISCORD, "900")
ON_SERVER, ALONE = Place(Platform.DISCORD, "10", GUILD), Place(Platform.DISCORD, "1")
TODAY = date(2026, 11, 25)  # by the clock of the tests, in Seoul


@pytest.fixture(scope="module")
def books() -> Shelf:
    return shelf.load()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage(tmp_path: Path, clock: Clock) -> AsyncIterator[Storage]:
    async with await Storage.open(f"sqlite+aiosqlite:///{tmp_path / 'moim.db'}", clock=clock) as opened:
        yield opened


@pytest.fixture
def study(books: Shelf, storage: Storage, clock: Clock) -> Study:
    return Study(books, storage, clock)


@pytest.fixture
def library(books: Shelf, storage: Storage, clock: Clock, study: Study) -> Library:
    return Library(books, storage, clock, study)


async def known(storage: Storage, user: UserRef = ANN) -> Person:
    async with storage.read() as uow:
        person = await uow.people.visitor(user)
    assert person is not None
    return person


async def log(study: Study, storage: Storage, words: str, user: UserRef = ANN, language: str = "ko") -> Studied:
    async with storage.read() as uow:
        person = await uow.people.visitor(user)
    [line] = (await study.log(user, language, person, words, Locale.of(language))).entries
    return line


async def log_all(study: Study, storage: Storage, words: str, turn: str | None = None) -> list[Studied]:
    async with storage.read() as uow:
        person = await uow.people.visitor(ANN)
    return list((await study.log(ANN, "ko", person, words, Locale.KO, turn)).entries)


async def of_today(study: Study, storage: Storage, user: UserRef = ANN) -> tuple[Studied, ...]:
    return await study.of_day(await known(storage, user), TODAY)


async def test_a_line_is_kept_as_it_was_understood(study: Study, storage: Storage) -> None:
    line = await log(study, storage, "어제 d2l 3장 50분")
    assert (line.day, line.minutes, line.resource_id, line.part) == (TODAY - timedelta(days=1), 50, "d2l", "3장")
    assert await study.of_day(await known(storage), line.day) == (line,)
    assert await of_today(study, storage) == ()


async def test_a_line_that_names_nothing_keeps_the_words(study: Study, storage: Storage) -> None:
    line = await log(study, storage, "오늘 논문 하나 읽음")
    assert (line.text, line.minutes, line.resource_id) == ("논문 하나 읽음", None, None)


async def test_of_several_that_are_called_so_it_is_the_one_under_way(
    study: Study, storage: Storage, library: Library
) -> None:
    named = [await log(study, storage, "CS231n 3강")]
    await library.put(ANN, "ko", "stanford-cs231n-2017", EntryState.GOING)
    named.append(await log(study, storage, "CS231n 3강"))
    assert [line.resource_id for line in named] == ["stanford-cs231n-2025", "stanford-cs231n-2017"]
    assert (await log(study, storage, "andrew ng 30분")).resource_id is None, "never a guess"


async def test_the_day_is_that_of_the_persons_zone_until_four(study: Study, storage: Storage, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 25, 18, 59, tzinfo=UTC)  # 03:59 in Seoul
    assert (await log(study, storage, "d2l")).day == TODAY
    clock.now += timedelta(minutes=1)
    assert (await log(study, storage, "d2l")).day == TODAY + timedelta(days=1)
    assert (await log(study, storage, "d2l", BEN, "en")).day == TODAY, "in UTC it is seven in the evening"
    async with storage.write() as uow:
        await uow.people.prefer(
            (await known(storage, BEN)).id, replace((await known(storage, BEN)).preferences, timezone="Asia/Seoul")
        )
    assert (await log(study, storage, "d2l", BEN, "en")).day == TODAY + timedelta(days=1)


async def test_a_line_is_changed_and_taken_back_by_whose_it_is(study: Study, storage: Storage) -> None:
    line = await log(study, storage, "d2l")
    await log(study, storage, "py4e 30분", BEN)
    ann, ben = await known(storage), await known(storage, BEN)
    for stranger in (ben, None):
        assert await study.change(stranger, line.id, minutes=9) is None
        assert await study.line(stranger, line.id) is None
        assert not await study.take_back(stranger, line.id)
    longer = await study.change(ann, line.id, minutes=90)
    assert longer == replace(line, minutes=90)
    moved = await study.change(ann, line.id, day=TODAY - timedelta(days=2))
    assert moved == replace(line, minutes=90, day=TODAY - timedelta(days=2))
    assert await study.line(ann, line.id) == moved
    assert await study.take_back(ann, line.id)
    assert not await study.take_back(ann, line.id), "a second press takes nothing else"


async def test_a_line_is_written_anew_in_its_place(study: Study, storage: Storage) -> None:
    line = await log(study, storage, "d2l 50분")
    anew = await study.rewrite(ANN, "ko", await known(storage), line.id, "py4e 20분", Locale.KO)
    assert await of_today(study, storage) == anew.entries
    kept = await study.rewrite(ANN, "ko", await known(storage), anew.entries[0].id, "내일 d2l", Locale.KO)
    assert (kept.entries, kept.trouble) == ((), Trouble.AHEAD)
    assert await of_today(study, storage) == anew.entries, "what cannot be written takes no place"


async def test_of_several_things_each_keeps_its_own_minutes(study: Study, storage: Storage, library: Library) -> None:
    await library.put(ANN, "ko", "stanford-cs231n-2025", EntryState.GOING)
    lines = await log_all(study, storage, "CS231n 3강 50분, d2l 20분")
    assert [(line.resource_id, line.part, line.minutes) for line in lines] == [
        ("stanford-cs231n-2025", "3강", 50),
        ("d2l", None, 20),
    ]


@pytest.mark.parametrize("words", ["CS231n이랑 d2l 1시간", "CS231n 50분 d2l 20분", "d2l and cs231n, an hour"])
async def test_minutes_of_two_things_are_given_to_neither(
    study: Study, storage: Storage, library: Library, words: str
) -> None:
    await library.put(ANN, "ko", "stanford-cs231n-2025", EntryState.GOING)
    line = await log(study, storage, words)
    assert line.resource_id is None and "d2l" in line.text and "cs231n" in line.text.casefold()


async def test_the_entries_of_a_turn_are_written_once_and_taken_back_together(study: Study, storage: Storage) -> None:
    before = await log(study, storage, "통계 10분")
    first, last = await log_all(study, storage, "d2l 1시간, py4e 20분", turn="t1")
    await log_all(study, storage, "d2l 1시간, py4e 20분", turn="t1")
    assert await of_today(study, storage) == (before, first, last)
    ann = await known(storage)
    assert await study.take_all_back(ann, first.id, last.id)
    assert not await study.take_all_back(ann, first.id, last.id)
    assert await of_today(study, storage) == (before,)


@pytest.mark.parametrize("words", ["오늘은 그냥 쉬었어요", "내일 수학 3시간"])
async def test_what_was_not_studied_is_no_day_of_study(study: Study, storage: Storage, words: str) -> None:
    before = await log(study, storage, "통계 10분")
    assert await log_all(study, storage, words) == []
    assert await of_today(study, storage) == (before,)


async def test_an_end_on_a_card_is_written_down_once(study: Study, storage: Storage, library: Library) -> None:
    for state in (EntryState.GOING, EntryState.DONE, EntryState.DONE, EntryState.SKIMMED):
        await library.put(ANN, "ko", "d2l", state)
    [line] = await of_today(study, storage)
    assert (line.resource_id, line.minutes, line.end) == ("d2l", None, EntryState.DONE)


async def test_an_end_that_is_undone_is_not_kept(study: Study, storage: Storage, library: Library) -> None:
    await library.put(ANN, "ko", "d2l", EntryState.DONE)
    await library.put(ANN, "ko", "d2l", EntryState.GOING)
    assert await of_today(study, storage) == ()
    await library.put(ANN, "ko", "py4e", EntryState.SKIMMED)
    await library.forget(ANN, "py4e")
    assert await of_today(study, storage) == ()


async def test_an_end_of_an_earlier_day_stays_when_one_begins_again(
    study: Study, storage: Storage, library: Library, clock: Clock
) -> None:
    await library.put(ANN, "ko", "d2l", EntryState.DONE)
    clock.leap(timedelta(days=3))
    await library.put(ANN, "ko", "d2l", EntryState.GOING)
    assert (await study.progress(await known(storage), "ko")).weeks.finished == ("d2l",)


async def test_what_a_reminder_says_is_done_is_written_down_once_an_occasion(study: Study, storage: Storage) -> None:
    for day in (25, 25, 26):
        await study.finished(ANN, "ko", source=f"remind:7@202611{day}T120000Z", resource_id="d2l", part="3장")
    lines = await of_today(study, storage)
    assert [(line.resource_id, line.part, line.end) for line in lines] == [("d2l", "3장", None)] * 2
    assert (await study.progress(await known(storage), "ko")).weeks.finished == (), "a part is not the whole"
    assert await study.take_back(await known(storage), lines[0].id)


async def test_progress_adds_up_what_was_written(study: Study, storage: Storage) -> None:
    assert (await study.progress(None, "ko")).weeks.whole == Total()
    for words in ("d2l 50분", "어제 d2l", "그제 1시간"):
        await log(study, storage, words)
    progress = await study.progress(await known(storage), "ko")
    assert progress.weeks.current == Total(3, 110) == progress.weeks.whole
    assert progress.streak is None, "off until asked for"


async def choose(storage: Storage, user: UserRef = ANN, **chosen: object) -> None:
    person = await known(storage, user)
    async with storage.write() as uow:
        await uow.people.prefer(person.id, replace(person.preferences, **chosen))  # type: ignore[arg-type]


async def test_a_streak_goes_over_days_away_and_the_holidays_of_korea(
    study: Study, storage: Storage, clock: Clock
) -> None:
    clock.now = datetime(2026, 9, 28, 12, tzinfo=UTC)  # after three days of Chuseok
    for ago in (10, 9, 5, 1, 0):  # away for 8 to 6, holidays 4 to 2
        await log(study, storage, f"{ago}일 전 d2l" if ago else "d2l")
    await choose(storage, streak="daily")
    ann = await known(storage)
    async with storage.write() as uow:
        gone = clock.now - timedelta(days=8)
        await uow.aways.start(ann.via, gone, gone + timedelta(days=30))
        await uow.aways.end(ann.id, clock.now - timedelta(days=6))
    streak = (await study.progress(await known(storage), "ko")).streak
    assert streak is not None
    assert (streak.length, streak.rests) == (5, 2)
    await choose(storage, timezone="Europe/Berlin")
    abroad = (await study.progress(await known(storage), "ko")).streak
    assert abroad is not None
    assert abroad.length == 2, "elsewhere those were three days like any other"


async def meet_all(storage: Storage, clock: Clock) -> None:
    async with storage.write() as uow:
        await uow.spaces.joined(GUILD, "Study", added_by=None, approval=Approval.APPROVED, now=clock.now)
        for user in (ANN, BEN, CAT, DAN):
            identity = await uow.people.meet(user, "ko", clock.now)
            await uow.members.note(identity.id, GUILD, clock.now)


async def test_a_board_has_those_who_want_to_be_on_it_from_three_on(
    study: Study, storage: Storage, clock: Clock
) -> None:
    await meet_all(storage, clock)
    for user, words in ((ANN, "30분"), (BEN, "어제 1시간"), (BEN, "10분"), (CAT, "d2l"), (DAN, "9시간")):
        await log(study, storage, words, user)
    for user in (ANN, BEN):
        await choose(storage, user, board=True)
    assert await study.board(ON_SERVER, await known(storage), "ko") == (), "two would know each other"
    await choose(storage, CAT, board=True)
    seats = await study.board(ON_SERVER, await known(storage), "ko")
    assert [(seat.days, seat.minutes, seat.mine) for seat in seats] == [(2, 70, False), (1, 30, True), (1, 0, False)]
    assert await study.board(ALONE, await known(storage), "ko") == seats, "in private it is the group met last"
    clock.leap(timedelta(days=7))
    assert await study.board(ON_SERVER, await known(storage), "ko") == (), "each week anew"


async def test_a_stranger_in_private_has_no_board(study: Study) -> None:
    assert await study.board(ALONE, None, "ko") == ()
