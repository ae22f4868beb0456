"""The whole clock of a process: it runs by itself, survives the death of any of its parts, and stops in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.outbox import LetterState
from bot.core.refs import Platform, UserRef
from bot.scheduler import watch
from bot.scheduler.chores import Chores
from bot.scheduler.courier import Courier
from bot.scheduler.due import Due
from bot.scheduler.flight import Manner
from bot.scheduler.wing import Wing
from bot.storage.errors import DatabaseLocked
from tests.scheduler.street import HOST, Street, open_street, until


def now() -> datetime:
    return datetime.now(UTC)


class Server:
    """An adapter's two ends."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.ends = asyncio.Event()
        self.dies: BaseException | None = None

    async def serve(self) -> None:
        self.open.set()
        await self.ends.wait()
        if self.dies is not None:
            raise self.dies

    async def close(self) -> None:
        self.ends.set()


@asynccontextmanager
async def running(
    street: Street, *, longest_sleep: float = 5.0
) -> AsyncIterator[tuple[Wing, list[Server], Callable[[], Awaitable[None]]]]:
    """A process with Discord and the clock; `stop` ends it as SIGTERM would."""
    wing = Wing(street.desk, {}, passes=(LookupError,), longest_sleep=longest_sleep)
    street.outbox.rings(wing.wake)
    servers: list[Server] = []

    def opened() -> Server:
        servers.append(Server())
        return servers[-1]

    wing.start()
    discord, timing = wing.station(Manner(Platform.DISCORD, guards=True), lambda: street.discord, opened), wing.timing()
    tasks = [asyncio.create_task(discord.serve()), asyncio.create_task(timing.serve())]

    async def stop() -> None:
        await asyncio.gather(discord.close(), timing.close())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    try:
        await until(lambda: servers)
        yield wing, servers, stop
    finally:
        await stop()
        wing.stop()


@pytest.fixture
async def street(file: Path) -> AsyncIterator[Street]:
    async with open_street(file, now) as street:
        yield street


async def test_a_letter_leaves_when_it_is_due_and_not_at_the_next_look(street: Street) -> None:
    """It looks every hour here; how many milliseconds it takes is a figure of tests/bench."""
    async with running(street, longest_sleep=3600):
        due = now() + timedelta(seconds=0.2)
        await street.remind_of("now", due)
        street.outbox.wake()
        await until(lambda: street.discord.messages)
        assert now() >= due


@pytest.mark.parametrize("part", ["clock", "chores", "courier", "server"])
async def test_a12_whichever_part_dies_is_started_again_and_everything_goes_on(
    street: Street, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(watch, "WELL_AFTER", 0.2)
    async with running(street) as (wing, servers, _):
        await asyncio.sleep(0.05)
        died = asyncio.Event()
        owner, name = {"clock": (Due, "tick"), "chores": (Chores, "_beat"), "courier": (Courier, "turn")}.get(
            part, (None, "")
        )
        if owner is None:
            servers[0].dies = BaseException("died")
            servers[0].ends.set()
            died.set()
        else:
            works = getattr(owner, name)

            async def once(self: object, *args: object, **more: object) -> object:
                if not died.is_set():
                    died.set()
                    raise BaseException("died")
                return await works(self, *args, **more)

            monkeypatch.setattr(owner, name, once)
        wing.wake()
        await asyncio.wait_for(died.wait(), 5)
        await until(lambda: wing.watch.down)
        await until(lambda: wing.watch.ready)
        await street.remind_of("and on", now())
        wing.wake()
        await until(lambda: "and on" in street.discord.texts)
        await until(lambda: any("stopped and was started again" in text for text in street.discord.to(HOST.id)))
        assert len(street.discord.to(HOST.id)) == 1, "told once"


async def test_a_database_held_while_the_clock_begins_is_waited_for(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "FIRST_WAIT", 0.05)
    begins, tries = Chores.begin, 0

    async def held_at_first(self: Chores) -> object:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise DatabaseLocked(Path("moim.db"))
        return await begins(self)

    monkeypatch.setattr(Chores, "begin", held_at_first)
    async with running(street):
        await until(lambda: tries)
        await street.remind_of("all the same", now())
        street.outbox.wake()
        await until(lambda: any("all the same" in text for text in street.discord.texts))


async def test_whoever_takes_over_knows_whom_the_other_process_could_not_reach(street: Street) -> None:
    async with street.storage.write() as uow:  # as the courier of another process did, after this one started
        await uow.unreachable.mark(HOST, "forbidden", now())
    assert not street.outbox.lost(HOST)
    async with running(street):
        await until(lambda: street.outbox.lost(HOST))


async def test_what_cannot_be_mended_ends_the_station(street: Street) -> None:
    async with running(street) as (wing, servers, _):
        station = wing.station(Manner(Platform.TELEGRAM, guards=False), lambda: street.telegram, lambda: servers[0])
        servers[0].dies = LookupError("a refused token")
        servers[0].ends.set()
        with pytest.raises(LookupError):
            await station.serve()


async def test_a4_a_station_that_closes_lets_letters_arrive_and_gives_its_lease_back(street: Street) -> None:
    street.discord.delay = 0.2
    async with running(street) as (_, servers, stop):
        for number in range(5):
            await street.remind_of("under way", now(), user=UserRef(Platform.DISCORD, str(number)))
        street.outbox.wake()
        await until(lambda: len(street.discord.messages) == 5)
        await stop()
        assert servers[0].ends.is_set()
        assert await street.states() == {LetterState.SENT: 5}
        async with street.storage.read() as uow:
            leases = [await uow.leases.holder(name) for name in ("discord", "scheduler")]
        assert all(lease is not None and lease.expires_at < now() for lease in leases)
