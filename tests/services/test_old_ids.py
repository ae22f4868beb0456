"""What people said of a row whose id went: it is theirs under the id of today, and one press later it still is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.core.catalogue import Catalogue
from bot.core.people import Approval, EntryState
from bot.core.redirects import Redirect
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.shelf import Shelf
from bot.core.topics import TopicMap
from bot.i18n import Bilingual, Locale
from bot.services.library import Library, Question
from bot.services.memory import Memory
from bot.services.opinions import Opinions
from bot.services.reports import Reports
from bot.storage import Storage
from tests.core.rows import resource, topic
from tests.stores import Clock

ANN, BEN, CAT = (UserRef(Platform.DISCORD, number) for number in "123")
GUILD = SpaceRef(Platform.DISCORD, "900")
ON_SERVER = Place(Platform.DISCORD, "10", GUILD)
WHY = Bilingual(ko="이름을 바꿨어요.", en="It was renamed.")
ROWS = [resource("new", "rl"), resource("other", "rl")]
BEFORE = Shelf(Catalogue([resource("old", "rl"), *ROWS]), TopicMap([topic("rl")]))
AFTER = Shelf(
    Catalogue(ROWS, [Redirect(id="old", to="new", date=date(2026, 11, 25), why=WHY)]), TopicMap([topic("rl")])
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage(tmp_path: Path, clock: Clock) -> AsyncIterator[Storage]:
    async with await Storage.open(f"sqlite+aiosqlite:///{tmp_path / 'moim.db'}", clock=clock) as opened:
        yield opened


@pytest.fixture
def library(storage: Storage, clock: Clock) -> Library:
    """The library after the update."""
    return Library(AFTER, storage, clock)


async def said_before(storage: Storage, clock: Clock, row: str, state: EntryState) -> None:
    await Library(BEFORE, storage, clock).put(ANN, "ko", row, state)
    clock.now += timedelta(minutes=1)


async def list_of_ann(storage: Storage, clock: Clock, library: Library) -> list[tuple[str, EntryState]]:
    person = await Memory(storage, clock, AFTER.catalogue.current).visitor(ANN)
    entries = [(entry.resource_id, entry.state) for entry in await library.entries(person)]
    assert person is not None and dict(person.entries) == dict(entries)
    return entries


async def test_a_list_shows_the_row_of_today(storage: Storage, clock: Clock, library: Library) -> None:
    await said_before(storage, clock, "old", EntryState.GOING)
    assert await list_of_ann(storage, clock, library) == [("new", EntryState.GOING)]


async def test_of_two_words_the_later_counts(storage: Storage, clock: Clock, library: Library) -> None:
    await said_before(storage, clock, "old", EntryState.DONE)
    await said_before(storage, clock, "new", EntryState.SAVED)
    assert await list_of_ann(storage, clock, library) == [("new", EntryState.SAVED)]
    await said_before(storage, clock, "old", EntryState.SKIMMED)
    assert await list_of_ann(storage, clock, library) == [("new", EntryState.SKIMMED)]


async def test_an_old_button_says_it_of_the_row_of_today_and_undo_ends_where_it_began(
    storage: Storage, clock: Clock, library: Library
) -> None:
    await said_before(storage, clock, "old", EntryState.SAVED)
    assert await library.put(ANN, "ko", "old", EntryState.GOING) is EntryState.SAVED
    assert await list_of_ann(storage, clock, library) == [("new", EntryState.GOING)]
    clock.now += timedelta(minutes=1)
    assert await library.put(ANN, "ko", "new", EntryState.SAVED) is EntryState.GOING
    assert await list_of_ann(storage, clock, library) == [("new", EntryState.SAVED)]


async def test_what_is_taken_off_the_list_does_not_come_back(storage: Storage, clock: Clock, library: Library) -> None:
    await said_before(storage, clock, "old", EntryState.SAVED)
    await library.forget(ANN, "new")
    assert await list_of_ann(storage, clock, library) == []


async def test_what_is_finished_under_an_old_id_is_not_recommended_again(
    storage: Storage, clock: Clock, library: Library
) -> None:
    await said_before(storage, clock, "old", EntryState.DONE)
    person = await Memory(storage, clock, AFTER.catalogue.current).visitor(ANN)
    picks = library.recommend(Question("rl"), Locale.EN, person).picks
    assert [pick.resource.id for pick in picks] == ["other"]


def test_a_link_with_an_old_id_opens_the_row_of_today(library: Library) -> None:
    row, pick = library.resource("old"), library.explain("old", None)
    assert row is not None and pick is not None
    assert row.id == pick.resource.id == "new"


async def test_thumbs_and_marks_go_along_and_nobody_is_counted_twice(storage: Storage, clock: Clock) -> None:
    async with storage.write() as uow:
        await uow.spaces.joined(GUILD, "Study", added_by=None, approval=Approval.APPROVED, now=clock.now)
        for user in (ANN, BEN, CAT):
            identity = await uow.people.meet(user, "en", clock.now)
            await uow.members.note(identity.id, GUILD, clock.now)
    before = Opinions(storage, clock, BEFORE)
    await before.thumb(ANN, "en", "old", 1)
    await before.thumb(ANN, "en", "new", 1)
    await before.thumb(BEN, "en", "old", 1)
    await before.seen(CAT, "en", "old", True)
    clock.now += timedelta(minutes=1)

    after = Opinions(storage, clock, AFTER)
    counted = (await after.of_group(ON_SERVER, None))["new"]
    assert (counted.ups, counted.downs, counted.seen) == (2, 0, 1)
    assert await after.thumb(BEN, "en", "old", -1) == 1
    assert await after.seen(CAT, "en", "new", False) is True
    counted = (await after.of_group(ON_SERVER, None))["new"]
    assert (counted.ups, counted.downs, counted.seen) == (1, 1, 0)
    person = await Memory(storage, clock, AFTER.catalogue.current).visitor(BEN)
    assert person is not None and person.opinions["new"].thumb == -1


async def test_reports_of_both_ids_are_one_and_are_settled_together(storage: Storage, clock: Clock) -> None:
    await Reports(BEFORE, storage, clock).add(ANN, "en", "old")
    reports = Reports(AFTER, storage, clock)
    await reports.add(BEN, "en", "old")
    [report] = await reports.open()
    assert (report.resource_id, report.people) == ("new", 2)
    assert await reports.about("old") == report
    assert await reports.claim("old") and not await reports.claim("new")
    assert await reports.settle("old") == 2
    assert await reports.open() == ()
