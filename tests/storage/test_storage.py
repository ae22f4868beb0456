"""Units of work: nothing is lost, nothing is half done, reads never wait, and several share one commit."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction, create_async_engine

from bot.core.people import EntryState
from bot.storage import Storage
from bot.storage.errors import DatabaseLocked, DiskFull, PostgresUnreachable
from tests.storage.moments import MINSU, NOW, clock

TASKS, TRANSACTIONS = 20, 10


async def _count(storage: Storage) -> int:
    async with storage.read() as uow:
        return int(await uow.marks.get("count") or 0)


async def _add_one(storage: Storage) -> None:
    async with storage.write() as uow:
        count = int(await uow.marks.get("count") or 0)
        await asyncio.sleep(0)  # the place where another transaction would slip in
        await uow.marks.put("count", str(count + 1), NOW)


async def _add(storage: Storage) -> None:
    for _ in range(TRANSACTIONS):
        await _add_one(storage)


# E1: 20 concurrent read-then-write transactions


async def test_e1_twenty_concurrent_read_then_write_units_lose_nothing(storage: Storage) -> None:
    await asyncio.gather(*(_add(storage) for _ in range(TASKS)))
    assert await _count(storage) == TASKS * TRANSACTIONS


async def test_e1_two_processes_on_one_database_lose_nothing(url: str, storage: Storage) -> None:
    async with await Storage.open(url, clock=clock) as other:
        await asyncio.gather(*(_add(either) for either in (storage, other) for _ in range(TASKS // 2)))
        assert await _count(storage) == await _count(other) == TASKS * TRANSACTIONS


async def test_e1_negative_control_the_default_settings_do_lose(url: str, storage: Storage) -> None:
    await _add_one(storage)
    address = url.replace("postgresql://", "postgresql+asyncpg://")
    engine = create_async_engine(address, pool_size=TASKS)
    ready = asyncio.Barrier(TASKS)

    async def add() -> int:
        done = 0
        await ready.wait()
        for _ in range(TRANSACTIONS):
            try:
                async with engine.begin() as connection:
                    count = (await connection.execute(text("SELECT value FROM marks"))).scalar_one()
                    await asyncio.sleep(0)
                    await connection.execute(text("UPDATE marks SET value = :new"), {"new": str(int(count) + 1)})
                done += 1
            except DBAPIError:  # refused is not lost
                continue
        return done

    try:
        done = sum(await asyncio.gather(*(add() for _ in range(TASKS))))
    finally:
        await engine.dispose()
    assert await _count(storage) < 1 + done


# Units of work


async def test_a_unit_that_raises_is_taken_back_as_a_whole(storage: Storage) -> None:
    with pytest.raises(ZeroDivisionError):
        async with storage.write() as uow:
            await uow.marks.put("a", "1", NOW)
            await uow.people.meet(MINSU, "ko", NOW)
            raise ZeroDivisionError
    async with storage.read() as uow:
        assert await uow.marks.get("a") is None
        assert await uow.people.of_identity(MINSU) is None


async def test_after_a_unit_failed_the_same_task_writes_on(storage: Storage) -> None:
    for failing in (True, False, True, False):
        try:
            async with storage.write() as uow:
                await uow.marks.put("a", str(failing), NOW)
                if failing:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            continue
    async with storage.read() as uow:
        assert await uow.marks.get("a") == "False"


async def test_a_unit_sees_what_it_wrote_and_others_see_it_only_when_it_ends(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.marks.put("a", "1", NOW)
        assert await uow.marks.get("a") == "1"
        async with storage.read() as other:
            assert await other.marks.get("a") is None
    async with storage.read() as other:
        assert await other.marks.get("a") == "1"


async def test_reads_go_on_during_a_long_write(storage: Storage) -> None:
    await _add_one(storage)
    async with storage.write() as uow:
        await uow.marks.put("count", "1000", NOW)
        async with asyncio.timeout(2):
            assert set(await asyncio.gather(*(_count(storage) for _ in range(50)))) == {1}
    assert await _count(storage) == 1000


async def test_a_unit_inside_a_unit_is_refused_rather_than_waiting_for_itself(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.marks.put("a", "1", NOW)
        with pytest.raises(RuntimeError, match="inside a unit"):
            async with asyncio.timeout(2), storage.write():
                pass
    async with storage.read() as uow:
        assert await uow.marks.get("a") == "1"


async def test_a_closed_storage_refuses(url: str) -> None:
    storage = await Storage.open(url, clock=clock)
    await storage.close()
    with pytest.raises(RuntimeError, match="closed"):
        async with storage.write():
            pass
    with pytest.raises(RuntimeError, match="closed"):
        async with storage.read():
            pass


async def test_closing_finishes_the_writes_that_wait(url: str) -> None:
    storage = await Storage.open(url, clock=clock)
    waiting = [asyncio.create_task(_add_one(storage)) for _ in range(TASKS)]
    await asyncio.sleep(0)
    await storage.close()
    await asyncio.gather(*waiting)
    async with await Storage.open(url, clock=clock) as again:
        assert await _count(again) == TASKS


async def test_closing_twice_is_closing_once(url: str) -> None:
    storage = await Storage.open(url, clock=clock)
    await _add_one(storage)
    await storage.close()
    await storage.close()


# Group commits


def _commits(path: Path) -> int:
    """Count the commits in the write-ahead log: the frames that carry the database's size (fileformat2.html, 4.1)."""
    log = path.with_name(path.name + "-wal").read_bytes()
    page = int.from_bytes(log[8:12], "big")
    salts = log[16:24]
    frames = [log[at : at + 24] for at in range(32, len(log), 24 + page)]
    return sum(1 for frame in frames if frame[8:16] == salts and int.from_bytes(frame[4:8], "big"))


async def _put(storage: Storage, name: str, *, failing: bool = False) -> None:
    async with storage.write() as uow:
        await uow.marks.put(name, name, NOW)
        if failing:
            raise ZeroDivisionError(name)


async def _put_marks(storage: Storage, names: list[str]) -> set[str]:
    async with storage.read() as uow:
        return {name for name in names if await uow.marks.get(name) is not None}


async def test_units_that_come_together_share_a_commit(on_sqlite: Storage, path: Path) -> None:
    before = _commits(path)
    names = [f"n{number}" for number in range(30)]
    await asyncio.gather(*(_put(on_sqlite, name) for name in names))
    assert await _put_marks(on_sqlite, names) == set(names)
    assert _commits(path) - before <= 5


async def test_a_unit_returns_only_when_its_work_is_committed(on_sqlite: Storage, path: Path) -> None:
    with closing(sqlite3.connect(path)) as bystander:

        async def put(name: str) -> bool:
            await _put(on_sqlite, name)
            return bystander.execute("SELECT 1 FROM marks WHERE name = ?", (name,)).fetchone() is not None

        assert all(await asyncio.gather(*(put(f"n{number}") for number in range(30))))


@pytest.mark.parametrize("failing", [0, 1, 15, 29])
async def test_a_unit_that_fails_takes_back_only_itself(storage: Storage, failing: int) -> None:
    names = [f"n{number}" for number in range(30)]
    puts = (_put(storage, name, failing=number == failing) for number, name in enumerate(names))
    outcomes = await asyncio.gather(*puts, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [ZeroDivisionError]
    assert isinstance(outcomes[failing], ZeroDivisionError)
    assert await _put_marks(storage, names) == set(names) - {names[failing]}


async def test_a_unit_that_breaks_a_rule_of_the_schema_takes_back_only_itself(storage: Storage) -> None:
    async def break_a_rule() -> None:
        async with storage.write() as uow:
            await uow.marks.put("rule", "broken", NOW)
            await uow.entries.set(999, "cs231n", EntryState.SAVED, NOW)  # type: ignore[arg-type]

    names = [f"n{number}" for number in range(10)]
    puts = [_put(storage, name) for name in names]
    *outcomes, broken = await asyncio.gather(*puts[:5], *puts[5:], break_a_rule(), return_exceptions=True)
    assert outcomes == [None] * 10
    assert isinstance(broken, IntegrityError)
    assert await _put_marks(storage, [*names, "rule"]) == set(names)


@pytest.mark.parametrize("turns", range(0, 40, 3))
async def test_a_unit_that_is_cancelled_takes_back_only_itself(storage: Storage, turns: int) -> None:
    names = [f"n{number}" for number in range(12)]
    tasks = [asyncio.create_task(_put(storage, name)) for name in names]
    for _ in range(turns):
        await asyncio.sleep(0)
    for unlucky in (0, 5, 11):
        tasks[unlucky].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    failed = [name for name, outcome in zip(names, outcomes, strict=True) if outcome is not None]
    assert set(failed) <= {names[0], names[5], names[11]}
    assert await _put_marks(storage, names) >= set(names) - set(failed)
    await _put(storage, "after")
    assert await _put_marks(storage, ["after"]) == {"after"}


async def test_a_unit_that_is_cancelled_while_its_savepoint_is_made_fails_nobody_else(on_sqlite: Storage) -> None:
    tasks = [asyncio.create_task(_put(on_sqlite, name)) for name in ("first", "gone", "last")]

    def cancel(*_: object) -> None:
        tasks[1].cancel()

    event.listen(Engine, "savepoint", cancel)
    try:
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        event.remove(Engine, "savepoint", cancel)
    assert [outcomes[0], outcomes[2]] == [None, None]
    assert isinstance(outcomes[1], asyncio.CancelledError)
    assert await _put_marks(on_sqlite, ["first", "gone", "last"]) == {"first", "last"}


async def test_a_cancelled_read_leaves_the_others_alone(storage: Storage) -> None:
    await _add_one(storage)
    for turns in range(0, 12, 2):
        tasks = [asyncio.create_task(_count(storage)) for _ in range(10)]
        for _ in range(turns):
            await asyncio.sleep(0)
        tasks[3].cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [outcome for number, outcome in enumerate(outcomes) if number != 3] == [1] * 9


async def test_a_unit_that_looks_away_from_a_failure_is_not_kept(storage: Storage) -> None:
    await _add_one(storage)
    with pytest.raises(IntegrityError):
        async with storage.write() as uow:
            with contextlib.suppress(IntegrityError):
                await uow.entries.set(999, "cs231n", EntryState.SAVED, NOW)  # type: ignore[arg-type]
            with contextlib.suppress(IntegrityError):
                await uow.marks.put("count", "2", NOW)
    assert await _count(storage) == 1


async def test_a_unit_that_looks_away_from_a_full_disk_is_not_kept(on_sqlite: Storage, path: Path) -> None:
    await _add_one(on_sqlite)
    with pytest.raises(DiskFull):
        async with on_sqlite.write() as uow:
            with _disk_full(path), contextlib.suppress(DiskFull):
                for number in range(200):
                    await uow.marks.put(f"n{number}", "x" * 100_000, NOW)
            with contextlib.suppress(DiskFull):
                await uow.marks.put("count", "2", NOW)
    assert await _count(on_sqlite) == 1


# What the world does


@contextmanager
def _disk_full(path: Path) -> Iterator[None]:
    """Let no file grow past what the database's files are now: writes fail as on a full disk."""
    largest = max(file.stat().st_size for file in path.parent.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 8192, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_e2_a_full_disk_leaves_nothing_half_done_and_recovers_alone(on_sqlite: Storage, path: Path) -> None:
    await _put(on_sqlite, "before")
    large = [f"large{number}" for number in range(5)]

    async def put_large(name: str) -> None:
        async with on_sqlite.write() as uow:
            await uow.marks.put(f"{name}-first", "small", NOW)
            await uow.marks.put(name, "x" * 1_000_000, NOW)

    with _disk_full(path):
        outcomes = await asyncio.gather(*map(put_large, large), return_exceptions=True)
        assert await _put_marks(on_sqlite, ["before"]) == {"before"}
    assert {type(outcome) for outcome in outcomes} == {DiskFull}
    assert await _put_marks(on_sqlite, [*large, *(f"{name}-first" for name in large)]) == set()
    await asyncio.gather(*map(put_large, large))
    assert await _put_marks(on_sqlite, large) == set(large)
    with closing(sqlite3.connect(path)) as bystander:
        assert bystander.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_database_that_another_program_holds_is_told_and_comes_back(sqlite_url: str, path: Path) -> None:
    async with await Storage.open(f"{sqlite_url}?timeout=0.1", clock=clock) as storage:
        with closing(sqlite3.connect(path, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            outcomes = await asyncio.gather(*(_put(storage, f"n{n}") for n in range(3)), return_exceptions=True)
            assert {type(outcome) for outcome in outcomes} == {DatabaseLocked}
            assert await _put_marks(storage, ["n0"]) == set()
            holder.execute("ROLLBACK")
        await _put(storage, "after")
        assert await _put_marks(storage, ["n0", "n1", "n2", "after"]) == {"after"}


async def test_a_connection_that_cannot_even_be_closed_keeps_nobody_waiting(
    on_sqlite: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    closes, tried = AsyncConnection.close, asyncio.Event()

    async def failing(self: AsyncTransaction) -> None:
        raise OSError("the commit failed")

    async def closing_badly(self: AsyncConnection) -> None:
        await closes(self)
        tried.set()
        raise RuntimeError("and it cannot be closed")

    with monkeypatch.context() as patched:
        patched.setattr(AsyncTransaction, "commit", failing)
        patched.setattr(AsyncConnection, "close", closing_badly)
        with pytest.raises(DiskFull):
            await _put(on_sqlite, "meanwhile")
        await tried.wait()
    await asyncio.wait_for(_put(on_sqlite, "after"), 5)
    assert await _put_marks(on_sqlite, ["meanwhile", "after"]) == {"after"}


async def test_a_server_that_cuts_every_connection_is_told_and_comes_back(postgres_url: str) -> None:
    async with await Storage.open(postgres_url, clock=clock) as storage:
        await _add_one(storage)
        assert await _count(storage) == 1
        engine = create_async_engine(postgres_url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        await engine.dispose()
        with pytest.raises(PostgresUnreachable):
            await _count(storage)
        with pytest.raises(PostgresUnreachable):
            await _add_one(storage)
        assert await _count(storage) == 1
        await _add_one(storage)
        assert await _count(storage) == 2
