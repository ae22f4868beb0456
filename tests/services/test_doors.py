"""Who is asked about a new space, and when again: late rather than never, once rather than twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.outbox import LetterState
from bot.core.refs import Platform, SpaceRef, UserRef
from bot.services.doors import Doors
from bot.services.outbox import Outbox
from bot.storage import Storage

HOST = UserRef(Platform.DISCORD, "7")
GROUP, MOVED = SpaceRef(Platform.TELEGRAM, "-5"), SpaceRef(Platform.TELEGRAM, "-1005")


def now() -> datetime:
    return datetime(2026, 11, 25, tzinfo=UTC)


def later() -> datetime:
    return now() + timedelta(hours=2)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with await Storage.open(f"sqlite+aiosqlite:///{tmp_path / 'moim.db'}", clock=now) as opened:
        yield opened


async def test_hosts_are_asked_until_one_was_reached_also_after_a_restart(storage: Storage) -> None:
    doors = Doors(storage, [HOST], now)
    assert (await doors.arrived(GROUP, "Lab")).owners == (HOST,)
    again = await Doors(storage, [HOST], now).arrived(GROUP, "")
    assert (again.owners, again.title) == ((HOST,), "Lab")
    await doors.asked(GROUP)
    assert (await Doors(storage, [HOST], now).arrived(GROUP, "")).owners == ()
    assert (await doors.arrived(GROUP, "Lab with a new name")).owners == ()
    assert await doors.state(GROUP) == "waiting"


async def test_a_space_that_returns_is_asked_about_again_unless_it_was_decided(storage: Storage) -> None:
    doors = Doors(storage, [HOST], now)
    await doors.arrived(GROUP, "Lab")
    await doors.asked(GROUP)
    await doors.left(GROUP)
    assert (await doors.arrived(GROUP, "Lab")).owners == (HOST,)
    await doors.decide(GROUP, HOST, approved=True)
    await doors.left(GROUP)
    assert (await doors.arrived(GROUP, "Lab")).owners == ()
    assert await doors.state(GROUP) == "approved"


async def test_a_waiting_group_that_moves_is_asked_about_under_its_new_id(storage: Storage) -> None:
    doors = Doors(storage, [HOST], now)
    await doors.arrived(GROUP, "Lab")
    await doors.asked(GROUP)
    await doors.moved(GROUP, MOVED)
    news = await doors.arrived(MOVED, "")
    assert (news.owners, news.title) == ((HOST,), "Lab")


async def test_a_group_used_at_the_very_moment_it_moves_keeps_its_name(storage: Storage) -> None:
    doors = Doors(storage, [HOST], now)
    await doors.arrived(GROUP, "Lab")
    await asyncio.gather(doors.moved(GROUP, MOVED), doors.arrived(MOVED, ""))
    assert (await doors.arrived(MOVED, "")).title == "Lab"
    assert await doors.waiting() == (MOVED,)


async def test_a_letter_that_reached_nobody_is_written_again_once_its_host_is_heard_of(storage: Storage) -> None:
    doors = Doors(storage, [HOST], now)
    key = (await doors.arrived(GROUP, "Lab")).key(HOST)
    assert (await doors.arrived(GROUP, "Lab")).key(HOST) == key, "killed before it was written, it is the same letter"
    await Outbox(storage, now).enqueue("doors.waiting", HOST, key)
    await doors.asked(GROUP)
    assert (await Doors(storage, [HOST], later).arrived(GROUP, "")).owners == (), "it may still arrive"
    async with storage.write() as uow:
        (letter,) = await uow.outbox.lease(Platform.DISCORD, now(), now(), 1)
        await uow.outbox.end(letter.id, letter.attempt, LetterState.UNDELIVERED, "closed", now())
        await uow.unreachable.mark(HOST, "closed", now())
    for clock in (now, later):
        assert (await Doors(storage, [HOST], clock).arrived(GROUP, "")).owners == (), "not at every command"
    async with storage.write() as uow:
        await uow.unreachable.clear(HOST)
    again = await Doors(storage, [HOST], later).arrived(GROUP, "")
    assert again.owners == (HOST,) and again.key(HOST) != key


async def test_a_letter_that_was_given_up_is_written_again_after_an_hour(storage: Storage) -> None:
    doors = Doors(storage, [HOST], now)
    key = (await doors.arrived(GROUP, "Lab")).key(HOST)
    await Outbox(storage, now).enqueue("doors.waiting", HOST, key)
    await doors.asked(GROUP)
    async with storage.write() as uow:
        (letter,) = await uow.outbox.lease(Platform.DISCORD, now(), now(), 1)
        await uow.outbox.end(letter.id, letter.attempt, LetterState.DEAD, "refused", now())
    assert (await doors.arrived(GROUP, "")).owners == ()
    assert (await Doors(storage, [HOST], later).arrived(GROUP, "")).owners == (HOST,)


async def test_without_hosts_nobody_is_asked(storage: Storage) -> None:
    doors = Doors(storage, [], now)
    assert (await doors.arrived(GROUP, "Lab")).owners == ()
    assert await doors.state(GROUP) == "approved"
