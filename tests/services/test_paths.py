"""The service of paths: what words ask for, and plans that follow the days of somebody's list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path as Folder

import pytest

from bot.core.paths.standing import Passing
from bot.core.people import EntryState, Person
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale
from bot.services import shelf
from bot.services.library import Library
from bot.services.memory import Memory
from bot.services.paths import Paths
from bot.storage import Storage

MINJI = UserRef(Platform.DISCORD, "1")
SHELF = shelf.load()


class Home:
    """The services on a database of their own, with a clock that is set by hand."""

    def __init__(self, storage: Storage) -> None:
        self.now = datetime(2026, 11, 25, 3, tzinfo=UTC)
        self.storage = storage
        self.memory = Memory(storage, lambda: self.now)
        self.library = Library(SHELF, storage, lambda: self.now)
        self.paths = Paths(SHELF, self.library, self.memory, lambda: self.now)

    async def says(self, resource: str, state: EntryState) -> None:
        await self.library.put(MINJI, "ko", resource, state)

    async def has_hours(self, hours: int) -> None:
        async with self.storage.write() as uow:
            identity = await uow.people.meet(MINJI, "ko", self.now)
            person = await uow.people.visitor(MINJI)
            assert person is not None
            await uow.people.prefer(identity.person_id, replace(person.preferences, hours=hours))

    async def minji(self) -> Person:
        person = await self.paths.person(MINJI)
        assert person is not None
        return person


@pytest.fixture
async def home(tmp_path: Folder) -> AsyncIterator[Home]:
    async with await Storage.open(f"sqlite:///{tmp_path}/moim.db", clock=lambda: datetime.now(UTC)) as storage:
        yield Home(storage)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("taste", "taste"),
        ("찍먹", "taste"),
        ("찍먹하고 싶어요", "taste"),
        ("써먹는 길", "apply"),
        ("논문 읽기", "papers"),
        ("대학원 가고 싶어", "papers"),
        ("글의 일곱 단계", "article"),
        ("로드맵", "article"),
        ("목차", "contents"),
        ("graph-ml", "graph-ml"),
        ("GNN", "graph-ml"),
        ("그림 그리는 AI", "image-generation"),
        ("read RL papers", "reinforcement-learning+papers"),
        ("강화학습 논문", "reinforcement-learning+papers"),
        ("asdfgh", None),
        ("", None),
    ],
)
async def test_what_words_ask_for(home: Home, words: str, key: str | None) -> None:
    assert home.paths.find(words, Locale.KO).key == key
    assert home.paths.find(words, Locale.EN).key == key


async def test_a_route_that_is_not_there_is_none(home: Home) -> None:
    for key in ("", "nowhere", "nowhere+papers", "taste+papers", "graph-ml+"):
        assert await home.paths.route(key, None, Locale.KO) is None


async def test_there_is_no_plan_without_hours(home: Home) -> None:
    await home.says("ten-weeks", EntryState.SAVED)
    route = await home.paths.route("papers", await home.minji(), Locale.EN)
    assert route is not None and route.plan is None


async def test_the_end_stays_while_on_time_and_moves_once_the_days_ran_over(home: Home) -> None:
    """CS231n has 18 lectures: six weeks at six hours each."""
    await home.says("stanford-cs231n-2025", EntryState.GOING)
    await home.has_hours(6)
    started = home.now.date()
    for weeks_later, behind, ends in ((0, 0, 6), (3, 0, 6), (6, 0, 6), (8, 2, 8 + 6)):
        home.now = datetime(2026, 11, 25, 3, tzinfo=UTC) + timedelta(weeks=weeks_later)
        route = await home.paths.route("papers", await home.minji(), Locale.EN)
        assert route is not None and route.plan is not None and route.standing.now is not None
        assert route.standing.now.passing is Passing.GOING
        assert route.plan.behind == behind
        assert route.plan.legs[0].ends == started + timedelta(weeks=ends)


async def test_days_are_those_of_the_persons_own_zone(home: Home) -> None:
    home.now = datetime(2026, 11, 25, 20, tzinfo=UTC)  # the 26th in Seoul
    await home.says("google-mlcc", EntryState.SAVED)
    await home.has_hours(6)
    begins = []
    for locale in (Locale.KO, Locale.EN):
        route = await home.paths.route("papers", await home.minji(), locale)
        assert route is not None and route.plan is not None
        begins.append(route.plan.legs[0].begins)
    assert [day.day for day in begins if day] == [26, 25]


async def test_what_counts_without_being_offered_counts(home: Home) -> None:
    await home.says("fastai-part1", EntryState.DONE)
    route = await home.paths.route("article", await home.minji(), Locale.KO)
    assert route is not None
    told = {each.step.id: each.passing for each in route.standing.steps}
    assert told["choose"] is told["finish"] is Passing.DONE
    finish = route.path.step("finish")
    assert finish is not None
    assert "fastai-part1" not in home.paths.offered(finish, None, Locale.EN)
