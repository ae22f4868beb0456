"""Broken links: open until somebody has seen to them, news to the hosts once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.catalogue import Catalogue, State, Status
from bot.core.refs import Platform, UserRef
from bot.core.shelf import Shelf
from bot.core.topics import TopicMap
from bot.i18n import Bilingual
from bot.services.reports import Reports
from bot.storage import Storage
from tests.core.rows import resource, topic
from tests.stores import Clock

ANN, BEN = UserRef(Platform.DISCORD, "1"), UserRef(Platform.TELEGRAM, "2")
OLD = Status(state=State.SUPERSEDED, superseded_by=("new",), note=Bilingual("새로 나왔어요.", "There is a new one."))
SHELF = Shelf(
    Catalogue([resource("a", "t"), resource("b", "t", status=OLD), resource("new", "t")]), TopicMap([topic("t")])
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def reports(tmp_path: Path, clock: Clock) -> AsyncIterator[Reports]:
    async with await Storage.open(f"sqlite+aiosqlite:///{tmp_path / 'moim.db'}", clock=clock) as storage:
        yield Reports(SHELF, storage, clock)


async def test_what_most_people_say_stands_first_with_its_successor(reports: Reports, clock: Clock) -> None:
    first = clock.now
    assert await reports.add(ANN, "en", "a")
    assert not await reports.add(ANN, "en", "a")
    clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    await reports.add(ANN, "en", "b")
    await reports.add(BEN, "ko", "b")
    b, a = await reports.open()
    assert (b.resource_id, b.people, b.since, [row.id for row in b.successors]) == ("b", 2, clock.now, ["new"])
    assert (a.resource_id, a.people, a.since, a.successors) == ("a", 1, first, ())
    about = await reports.about("b")
    assert about == b
    assert await reports.about("new") is None


async def test_the_hosts_are_told_once_until_it_is_seen_to(reports: Reports) -> None:
    await reports.add(ANN, "en", "a")
    assert await reports.claim("a")
    assert not await reports.claim("a")
    assert await reports.settle("a") == 1
    assert await reports.open() == ()
    assert await reports.add(ANN, "en", "a"), "it may break again"
    assert await reports.claim("a")


async def test_a_letter_that_reached_nobody_is_tried_again(reports: Reports) -> None:
    assert await reports.claim("a")
    await reports.release("a")
    assert await reports.claim("a")


async def test_a_row_that_the_catalogue_lost_is_still_reported(reports: Reports) -> None:
    await reports.add(ANN, "en", "gone")
    (report,) = await reports.open()
    assert (report.resource_id, report.resource) == ("gone", None)
    assert await reports.settle("gone") == 1
