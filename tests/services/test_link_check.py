"""The weekly look at links, before a server that behaves as strangers' servers do: several days for a verdict."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.catalogue import Catalogue, Resource, Showing, State, Status
from bot.core.link_health import Met, Verdict
from bot.core.outbox import LetterId, LetterState
from bot.core.refs import Platform, UserRef
from bot.core.shelf import Shelf
from bot.core.topics import TopicMap
from bot.feeds.arxiv import Arxiv
from bot.feeds.fetch import Fetcher
from bot.feeds.sources import Sources
from bot.services import shelf
from bot.services.link_check import AT_ONCE, LinkCheck, rows_by_link, visit
from bot.services.outbox import Outbox
from bot.services.reports import Reports
from bot.storage import Storage
from tests.core.rows import resource, topic
from tests.feeds.server import Served, serving

HOST = UserRef(Platform.DISCORD, "7")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@dataclass
class World:
    """The service, with links on a server of which the test decides how it behaves."""

    storage: Storage
    server: Served
    books: Shelf
    check: LinkCheck = field(init=False)
    now: datetime = NOW
    calls: int = 0

    def rows(self, *rows: Resource) -> None:
        """Have these rows in the catalogue."""
        self.books.become(Shelf(Catalogue(rows), TopicMap([topic("t")])))

    def row(self, name: str, **changes: object) -> Resource:
        return resource(name, "t", **{"url": f"{self.server.address}/{name}", **changes})

    async def days(self, count: int) -> None:
        """Let days pass, with a round every six hours."""
        for _ in range(count * 4):
            self.now += timedelta(hours=6)
            await self.check.go_round()

    async def verdicts(self) -> dict[str, Verdict]:
        async with self.storage.read() as uow:
            links = await uow.link_checks.of(Verdict)
        return {each.url.rpartition("/")[2]: each.verdict for each in links}

    async def letters(self) -> list[list[str]]:
        async with self.storage.read() as uow:
            found = [await uow.outbox.get(LetterId(number)) for number in range(1, 20)]
        letters = [each for each in found if each is not None]
        assert all(each.to == HOST and each.state is LetterState.WAITING for each in letters)
        return [[url.rpartition("/")[2] for url in each.payload["urls"]] for each in letters]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    def clock() -> datetime:
        return made.now

    async with (
        serving() as server,
        await Storage.open(f"sqlite+aiosqlite:///{tmp_path}/moim.db", clock=clock) as storage,
        Fetcher(reachable=lambda *_: True, pace={"127.0.0.1": 0.0, "localhost": 0.0}, seconds=1.0) as fetcher,
    ):
        made = World(storage, server, Shelf(Catalogue(()), TopicMap([topic("t")])))
        sources = Sources(Arxiv(fetcher, "http://127.0.0.1/api"), fetcher)
        made.check = LinkCheck(storage, clock, made.books, Outbox(storage, clock), [HOST], lambda: sources)
        yield made


async def test_what_is_gone_is_dead_after_two_days_with_the_row_that_follows_it(world: World) -> None:
    status = Status(state=State.SUPERSEDED, superseded_by=("new",))
    world.rows(world.row("old", status=status), world.row("new"))
    world.server.say("/old", status=404)
    world.server.say("/new", b"fine")
    await world.days(7)
    assert (await world.verdicts())["new"] is Verdict.FINE
    await world.days(2)
    assert (await world.verdicts())["old"] is Verdict.DEAD
    [found] = await world.check.found()
    assert ([row.id for row in found.rows], [row.id for row in found.successors]) == (["old"], ["new"])
    assert found.health.reason == "404"


async def test_a_week_of_visits_is_gentle(world: World) -> None:
    world.rows(*(world.row(f"row-{number}") for number in range(5)))
    for number in range(5):
        world.server.say(f"/row-{number}", b"fine")
    await world.days(14)
    assert 5 <= len(world.server.asked) <= 5 * 3, "each about weekly"
    assert {request.method for _, request in world.server.asked} == {"HEAD"}


async def test_one_host_is_asked_for_one_link_a_round(world: World) -> None:
    world.rows(*(world.row(f"row-{number}") for number in range(5)))
    world.now += timedelta(days=8)
    assert await world.check.go_round() == 0, "they are spread over the coming week"
    world.now += timedelta(days=8)
    assert await world.check.go_round() == 1
    assert len(world.server.asked) <= 2 and AT_ONCE < 10


async def test_who_turns_programs_away_is_not_called_dead_and_a_page_elsewhere_has_moved(world: World) -> None:
    world.rows(world.row("shy"), world.row("moved"), world.row("flaky"))
    world.server.say("/shy", status=403)
    world.server.say("/moved", status=301, Location="/new-home")
    world.server.say("/new-home", b"here")
    world.server.say("/flaky", status=500)
    await world.days(7)
    world.server.say("/flaky", b"back")
    await world.days(10)  # a link that was called dead meanwhile has its next turn within a round
    assert await world.verdicts() == {"shy": Verdict.UNSURE, "moved": Verdict.MOVED, "flaky": Verdict.FINE}
    [found] = await world.check.found()
    assert found.instead == f"{world.server.address}/new-home"


async def test_without_a_network_of_our_own_nothing_is_held_against_anybody(world: World) -> None:
    world.rows(resource("a", "t", url="http://127.0.0.1:9/a"), resource("b", "t", url="http://localhost:9/b"))
    await world.days(20)
    assert set((await world.verdicts()).values()) == {Verdict.UNKNOWN}
    assert await world.check.found() == ()


async def test_a_host_that_nobody_answers_at_is_dead_while_others_answer(world: World) -> None:
    world.rows(world.row("alive"), resource("away", "t", url="http://localhost:9/away"))
    world.server.say("/alive", b"here")
    await world.days(7)
    for _ in range(8):  # somebody else answers all the while
        async with world.storage.write() as uow:
            await uow.link_checks.hurry([f"{world.server.address}/alive"], world.now)
        await world.days(1)
    assert (await world.verdicts())["away"] is Verdict.DEAD


async def test_an_address_of_our_own_network_is_never_asked_and_nothing_is_said_of_it(world: World) -> None:
    world.server.say("/x", b"secret")
    async with Fetcher() as careful:
        met = await visit(careful, f"{world.server.address}/x")
    assert (met.met, met.reason) == (Met.UNSURE, "forbidden")
    assert world.server.asked == []


async def test_the_host_is_told_of_each_dead_link_once_and_of_several_together(world: World) -> None:
    world.rows(world.row("one"), world.row("two"))
    for name in ("one", "two"):
        world.server.say(f"/{name}", status=410)
    await world.days(30)
    told = [url for letter in await world.letters() for url in letter]
    assert sorted(told) == ["one", "two"]
    assert len(await world.letters()) <= 2
    world.server.say("/one", b"back again")
    await world.days(10)
    world.server.say("/one", status=410)
    await world.days(20)
    assert [url for letter in await world.letters() for url in letter].count("one") == 2, "it died again"


async def test_what_members_report_is_looked_at_next(world: World) -> None:
    world.rows(world.row("a"))
    world.server.say("/a", b"fine")
    await world.days(8)
    asked = len(world.server.asked)
    reports = Reports(world.books, world.storage, lambda: world.now)
    await reports.add(UserRef(Platform.DISCORD, "1"), "en", "a")
    world.now += timedelta(minutes=10)
    await world.check.go_round()
    assert len(world.server.asked) == asked + 1


async def test_a_mended_row_is_looked_at_anew_and_what_went_is_forgotten(world: World) -> None:
    world.rows(world.row("a"), world.row("b"))
    await world.days(10)
    assert await world.verdicts() == {"a": Verdict.DEAD, "b": Verdict.DEAD}
    world.rows(world.row("a", url=f"{world.server.address}/a-new"))
    world.server.say("/a-new", b"fine")
    await world.days(8)
    assert await world.verdicts() == {"a-new": Verdict.FINE}


def test_every_link_that_is_shown_is_looked_after_and_none_that_never_is() -> None:
    books = shelf.load()
    links = rows_by_link(books)
    assert len(links) > 400
    assert all(row.showing is not Showing.NEVER for rows in links.values() for row in rows)
    hidden = replace(resource("x", "t"), showing=Showing.NEVER)
    assert rows_by_link(Shelf(Catalogue([hidden]), TopicMap([topic("t")]))) == {}
