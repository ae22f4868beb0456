"""What the clock's storage costs: looks at a million schedules, a due row, a start, and letters kept safely."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Coroutine
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore  # type: ignore[import-untyped]
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]
from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import create_async_engine

from bot.core.outbox import Delivery, NewLetter
from bot.core.refs import Place, Platform, UserRef
from bot.scheduler.due import SCHEDULER, Due
from bot.storage import Storage
from tests.bench.figures import Figure, middle_pair

pytestmark = pytest.mark.bench
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MANY, FEW = 1_000_000, 1_000
DUE, JOBS = 4_000, 400
LOOKS = 400
LETTERS, BATCH = 300, 10
Keep = Callable[[Figure], None]
# What each may cost, as a multiple of its control: about twice what was measured in November 2026; what we are after.
LOOKING, PER_ROW, STARTING, CYCLES = 1.5, 1 / 2, 1.5, 2.0
LOOKING_WANTED, PER_ROW_WANTED, STARTING_WANTED, CYCLES_WANTED = 1.2, 1 / 20, 1.2, 1 / 0.85
LOOK_GOAL_MS, ROW_GOAL_US = 1.0, 50.0


def clock() -> datetime:
    return NOW


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def filled(folder: Path, rows: int, *, due: int = 0) -> str:
    """A database with so many daily reminders of 500 people, the first `due` of them due by now."""
    path = folder / f"{rows}-{due}.db"
    url = f"sqlite:///{path}"
    run(_meet_everybody(url))
    fell, later = (NOW - timedelta(minutes=1)).replace(tzinfo=None), (NOW + DAY).replace(tzinfo=None)
    payload = json.dumps({"text": "CS231n 5강", "words": "매일 저녁 9시"})
    columns = "kind, identity_id, rrule, start, zone, payload, next_due_at, state, fallback, version, created_at"

    def values(number: int) -> tuple[object, ...]:
        at = fell if number < due else later + timedelta(seconds=number)
        moment, start = f"{at:%Y-%m-%d %H:%M:%S.%f}", f"{at + timedelta(hours=9):2026-11-01 %H:%M:%S.%f}"
        identity, written = number % 500 + 1, "2026-11-01 00:00:00.000000"
        return ("reminder", identity, "FREQ=DAILY", start, "Asia/Seoul", payload, moment, "active", 0, 1, written)

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        marks = ", ".join("?" * 11)
        connection.executemany(f"INSERT INTO schedules ({columns}) VALUES ({marks})", map(values, range(rows)))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return url


async def _meet_everybody(url: str) -> None:
    async with await Storage.open(url, clock=clock) as storage, storage.write() as uow:
        for number in range(500):
            await uow.people.meet(UserRef(Platform.DISCORD, str(10**17 + number)), "ko", NOW)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> str:
    return filled(tmp_path_factory.mktemp("many"), MANY)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> str:
    return filled(tmp_path_factory.mktemp("few"), FEW)


# --- a look when nothing is due


def test_a_look_at_a_million_schedules_costs_what_one_at_a_thousand_does(many: str, few: str, keep: Keep) -> None:
    async def look() -> tuple[list[float], list[float]]:
        times: dict[str, list[float]] = {many: [], few: []}
        async with await Storage.open(many, clock=clock) as large, await Storage.open(few, clock=clock) as small:
            looks = {many: Due(large, clock, {}, _nothing), few: Due(small, clock, {}, _nothing)}
            for _ in range(LOOKS):
                for url, due in looks.items():
                    begun = time.perf_counter()
                    assert await due.tick(0) == 0
                    times[url].append((time.perf_counter() - begun) * 1000)
        return times[many], times[few]

    def p99(of: list[float]) -> float:
        return sorted(of[LOOKS // 10 :])[int(LOOKS * 0.9 * 0.99)]

    def middle(of: list[float]) -> float:
        return sorted(of)[LOOKS // 2]

    tries = [run(look()) for _ in range(3)]
    at_many, at_few = (min(p99(each[side]) for each in tries) for side in (0, 1))
    usual = [min(middle(each[side]) for each in tries) for side in (0, 1)]
    told = f"a look, {MANY:,} stored, none due"
    keep(Figure(f"{told}", usual[0], f"{FEW:,} stored", usual[1], LOOKING, LOOKING_WANTED))
    keep(Figure(f"{told}, p99", at_many, f"{FEW:,} stored", at_few, 2 * LOOKING, LOOKING_WANTED, LOOK_GOAL_MS))


def _nothing() -> None:
    """Nobody is to be woken."""


# --- a row that is due


def test_a_due_row_costs_a_fraction_of_what_it_does_in_apschedulers_store(tmp_path: Path, keep: Keep) -> None:
    runs = iter(range(100))

    def ours() -> float:
        url = filled(_folder(tmp_path, "ours", next(runs)), DUE, due=DUE)

        async def fall() -> float:
            async with await Storage.open(url, clock=clock) as storage:
                async with storage.write() as uow:
                    fence = await uow.leases.take(SCHEDULER, "bench", NOW, NOW + DAY)
                assert fence is not None
                due = Due(storage, clock, {}, _nothing)
                begun = time.perf_counter()
                assert await due.tick(fence) == DUE
                return (time.perf_counter() - begun) / DUE * 1e6

        return float(run(fall()))

    def theirs() -> float:
        return float(run(_apscheduler(_folder(tmp_path, "theirs", next(runs)))))

    mine, control = middle_pair(ours, theirs, 3)
    told = "a due row: claim, letter, next time"
    keep(Figure(told, mine, "APScheduler, SQL job store", control, PER_ROW, PER_ROW_WANTED, ROW_GOAL_US, unit="us"))


def _folder(under: Path, name: str, number: int) -> Path:
    folder = under / f"{name}-{number}"
    folder.mkdir()
    return folder


async def _apscheduler(folder: Path) -> float:
    """Microseconds that a due daily job costs it: found, its letter kept safely, and stored with its next time."""
    letters = create_async_engine(f"sqlite+aiosqlite:///{folder}/letters.db", pool_size=1, max_overflow=0)
    event.listen(letters.sync_engine, "connect", _safe)
    async with letters.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE letters (id INTEGER PRIMARY KEY, key TEXT UNIQUE, payload TEXT)")
    store = SQLAlchemyJobStore(f"sqlite:///{folder}/jobs.db")
    scheduler = AsyncIOScheduler({"default": store}, timezone="Asia/Seoul")
    scheduler.start(paused=True)
    fell, all_fell = iter(range(JOBS - 1)), asyncio.Event()

    async def keep(number: int) -> None:
        async with letters.begin() as connection:
            values = (f"job{number}", json.dumps({"text": "CS231n 5강"}))
            await connection.exec_driver_sql("INSERT INTO letters (key, payload) VALUES (?, ?)", values)
        if next(fell, None) is None:
            all_fell.set()

    _KEEP[:] = [keep]
    for number in range(JOBS):
        trigger = CronTrigger(hour=21, minute=number % 60)
        scheduler.add_job(_remind, trigger, [number], misfire_grace_time=None, next_run_time=datetime.now(UTC))
    begun = time.perf_counter()
    scheduler.resume()
    await all_fell.wait()
    took = (time.perf_counter() - begun) / JOBS * 1e6
    scheduler.shutdown(wait=False)
    await letters.dispose()
    return took


_KEEP: list[Callable[[int], Coroutine[Any, Any, None]]] = []  # a job's function must be found by its name


async def _remind(number: int) -> None:
    await _KEEP[0](number)


# --- a start


def test_a_start_with_a_million_stored_costs_what_one_with_none_does(many: str, tmp_path: Path, keep: Keep) -> None:
    none = filled(_folder(tmp_path, "none", 0), 0)

    def start(url: str) -> Callable[[], float]:
        async def open_and_look() -> float:
            begun = time.perf_counter()
            async with await Storage.open(url, clock=clock) as storage:
                due = Due(storage, clock, {}, _nothing)
                await due.tick(0)
                await due.earliest()
                return (time.perf_counter() - begun) * 1000

        return lambda: float(run(open_and_look()))

    ours, control = middle_pair(start(many), start(none), 15)
    keep(Figure(f"opening {MANY:,} stored, first look", ours, "none stored", control, STARTING, STARTING_WANTED))


# --- letters kept safely


def test_letters_are_kept_as_fast_as_a_plain_loop_keeps_them(tmp_path: Path, keep: Keep) -> None:
    runs = iter(range(100))

    def ours() -> float:
        return float(run(_our_cycles(_folder(tmp_path, "ours", next(runs)))))

    def plain() -> float:
        return float(run(_plain_cycles(_folder(tmp_path, "plain", next(runs)))))

    mine, control = middle_pair(ours, plain, 7)
    told = f"a letter put, leased, marked, by {BATCH}"
    keep(Figure(told, mine, "plain SQLAlchemy Core, FULL", control, CYCLES, CYCLES_WANTED, unit="us"))


async def _our_cycles(folder: Path) -> float:
    users = [UserRef(Platform.DISCORD, str(10**17 + number)) for number in range(BATCH)]
    async with await Storage.open(f"sqlite:///{folder}/moim.db", clock=clock) as storage:
        begun = time.perf_counter()
        for number in range(LETTERS // BATCH):
            new = [NewLetter(f"{number}:{user}", "notice", user, "remind.due", {"text": "CS231n"}) for user in users]
            async with storage.write() as uow:
                await uow.outbox.put(new, NOW)
            async with storage.write() as uow:
                letters = await uow.outbox.lease(Platform.DISCORD, NOW, NOW + DAY, BATCH, fence=1)
            assert len(letters) == BATCH
            async with storage.write() as uow:
                done = [Delivery(each.id, each.attempt, NOW, Place(Platform.DISCORD, "1"), "2") for each in letters]
                await uow.outbox.sent(done)
        return (time.perf_counter() - begun) / LETTERS * 1e6


async def _plain_cycles(folder: Path) -> float:
    """The least that keeps a letter: a table, its library's own adapter, and a commit for each of the three steps."""
    metadata = MetaData()
    letters = Table(
        "letters",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("key", Text, unique=True),
        Column("address", Text),
        Column("post", Text),
        Column("payload", JSON),
        Column("state", Text),
        Column("attempts", Integer),
        Column("not_before", DateTime, index=True),
        Column("message", Text),
    )
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder}/plain.db", connect_args={"isolation_level": None})
    event.listen(engine.sync_engine, "connect", _safe)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    now = NOW.replace(tzinfo=None)
    ready = (
        select(letters)
        .where(letters.c.state == "waiting", letters.c.not_before <= now)
        .order_by(letters.c.id)
        .limit(BATCH)
    )
    lease = (
        update(letters)
        .where(letters.c.id.in_(bindparam("ids", expanding=True)))
        .values(state="leased", attempts=letters.c.attempts + 1, not_before=now + DAY)
    )
    mark = (
        update(letters)
        .where(letters.c.id == bindparam("this"), letters.c.attempts == bindparam("attempt"))
        .values(state="sent", message=bindparam("as_message"), not_before=None)
    )
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    begun = time.perf_counter()
    for number in range(LETTERS // BATCH):
        new = [
            {
                "key": f"{number}:{user}",
                "address": str(10**17 + user),
                "post": "remind.due",
                "payload": {"text": "CS231n"},
                "state": "waiting",
                "attempts": 0,
                "not_before": now,
            }
            for user in range(BATCH)
        ]
        async with engine.begin() as connection:
            await connection.execute(insert(letters), new)
        async with engine.begin() as connection:
            rows = (await connection.execute(ready)).all()
            await connection.execute(lease, {"ids": [row.id for row in rows]})
        async with engine.begin() as connection:
            done = [{"this": row.id, "attempt": row.attempts + 1, "as_message": "2"} for row in rows]
            await connection.execute(mark, done)
    took = (time.perf_counter() - begun) / LETTERS * 1e6
    await engine.dispose()
    return took


def _safe(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
