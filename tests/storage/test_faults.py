"""What a database survives: a disk that fills at any byte, a torn log, a loss of power, kills in backups, cut wires."""

# ruff: noqa: ASYNC240 - a test may wait for its own files

from __future__ import annotations

import asyncio
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url

from bot.core.backups import name_of
from bot.services.backups import newest
from bot.storage import Storage, StorageError, engine
from bot.storage.errors import DiskFull, PostgresUnreachable
from tests.postgres import ask_server
from tests.storage.moments import NOW, clock

SEED = 20261125


def marks_in(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {name for (name,) in connection.execute("SELECT name FROM marks")}


async def put_pair(storage: Storage, name: str, size: int = 300) -> None:
    """One unit of work in two statements: both are kept, or neither."""
    async with storage.write() as uow:
        await uow.marks.put(f"{name}-first", "x" * size, NOW)
        await uow.marks.put(name, "x" * size, NOW)


def assert_whole(marks: set[str], acknowledged: set[str]) -> None:
    whole = {name for name in marks if not name.endswith("-first")}
    assert {name.removesuffix("-first") for name in marks if name.endswith("-first")} == whole
    assert acknowledged <= whole


# E2


FULL = """
import asyncio, resource, sys
from pathlib import Path
from bot.storage import Storage
from bot.storage.errors import StorageError
from tests.storage.test_faults import put_pair
from tests.storage.moments import clock

async def main():
    path = Path(sys.argv[1])
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    async with await Storage.open(f"sqlite:///{path}", clock=clock) as storage:
        for step in range(int(sys.argv[2])):
            largest = max(file.stat().st_size for file in path.parent.iterdir())
            resource.setrlimit(resource.RLIMIT_FSIZE, (max(1, largest - 4096 + step * 509), hard))
            try:
                await put_pair(storage, f"full{step}")
            except StorageError as error:
                print("refused", type(error).__name__, f"full{step}")
            else:
                print("kept", "-", f"full{step}")
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            await put_pair(storage, f"after{step}")
            print("kept", "-", f"after{step}", flush=True)

asyncio.run(main())
"""


def test_e2_a_disk_that_is_full_at_whichever_write_leaves_no_half_and_is_written_again_when_there_is_room(
    path: Path,
) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(path), "40"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    said = [line.split() for line in done.stdout.splitlines()]
    kept = {name for what, _, name in said if what == "kept"}
    assert {error for what, error, _ in said if what == "refused"} == {DiskFull.__name__}
    assert {f"after{step}" for step in range(40)} <= kept
    assert any(name.startswith("full") for name in kept), "from some size on there is room"
    assert_whole(marks_in(path), kept)


# E4 and E5: what stands in the log


async def _log_after_each_unit(url: str, path: Path, folder: Path, units: int) -> list[int]:
    """Write units one after the other; the files as they are at the end, and the log's length after each."""
    folder.mkdir()
    async with await Storage.open(url, clock=clock) as storage:
        await put_pair(storage, "opened")
        log = path.with_name("moim.db-wal")
        lengths = []
        for number in range(units):
            await put_pair(storage, f"unit{number}")
            lengths.append(log.stat().st_size)
        for file in (path, log):
            shutil.copy(file, folder / file.name)
    return lengths


def _with_log(source: Path, folder: Path, log: bytes) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(source / "moim.db", folder / "moim.db")
    (folder / "moim.db-wal").write_bytes(log)
    return folder / "moim.db"


async def test_e5_after_a_loss_of_power_everything_acknowledged_is_there_however_the_rest_of_the_log_was_torn(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    lengths = await _log_after_each_unit(sqlite_url, path, source, 12)
    whole = (source / "moim.db-wal").read_bytes()
    choose = random.Random(SEED)
    for unit in (0, 3, 7, 10):
        synced, next_one = lengths[unit], lengths[unit + 1]
        assert next_one > synced, "an acknowledged unit is in the log"
        for torn in (
            whole[:synced],
            whole[: choose.randrange(synced, next_one)],
            whole[:synced] + bytes(len(whole) - synced),
            whole[:synced] + choose.randbytes(len(whole) - synced),
            whole[:synced] + whole[synced + 4096 :],
        ):
            file = _with_log(source, tmp_path / "after", torn)
            async with await Storage.open(f"sqlite:///{file}", clock=clock) as storage:
                await put_pair(storage, "and on")
            expected = {"opened", *(f"unit{number}" for number in range(unit + 1))}
            assert_whole(marks_in(file), expected | {"and on"})


async def test_e5_control_a_log_cut_before_the_last_acknowledged_unit_would_lose_it(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    lengths = await _log_after_each_unit(sqlite_url, path, source, 3)
    file = _with_log(source, tmp_path / "after", (source / "moim.db-wal").read_bytes()[: lengths[2] - 1])
    assert "unit2" not in marks_in(file)


async def test_e4_a_log_that_is_cut_or_flipped_anywhere_is_refused_or_read_up_to_there_never_in_halves(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    await _log_after_each_unit(sqlite_url, path, source, 12)
    whole = (source / "moim.db-wal").read_bytes()
    choose = random.Random(SEED)
    for _ in range(12):
        at = choose.randrange(len(whole))
        flipped = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        for log in (whole[:at], flipped):
            file = _with_log(source, tmp_path / "after", log)
            with suppress(StorageError):
                async with await Storage.open(f"sqlite:///{file}", clock=clock) as storage:
                    await put_pair(storage, "and on")
                marks = marks_in(file)
                assert_whole(marks, {"and on"})
                units = sorted(int(name[4:]) for name in marks if name.startswith("unit") and "-" not in name)
                assert units == list(range(len(units))), "what was written first is there first"


# E6


LOADED = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from bot.core.backups import name_of
from bot.storage import Storage
from tests.storage.test_faults import put_pair
from tests.storage.moments import NOW, clock

async def write(storage, task):
    number = 0
    while True:
        await put_pair(storage, f"{task}-{number}")
        print("acknowledged", f"{task}-{number}", flush=True)
        number += 1

async def back_up(storage, folder):
    number = 0
    while True:
        file = folder / name_of(NOW + timedelta(seconds=number))
        print("begun", file.name, flush=True)
        await storage.backup(file)
        number += 1

async def main():
    storage = await Storage.open(f"sqlite:///{sys.argv[1]}", clock=clock)
    folder = Path(sys.argv[2])
    await asyncio.gather(back_up(storage, folder), *(write(storage, task) for task in range(4)))

asyncio.run(main())
"""


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.soak)])
async def test_e6_whenever_it_is_killed_the_newest_backup_restores_and_lacks_nothing_older_than_itself(
    path: Path, tmp_path: Path, kills: int
) -> None:
    choose = random.Random(SEED)
    folder = tmp_path / "backups"
    backed_up = 0
    for number in range(kills):
        for old in (path.parent, folder):
            shutil.rmtree(old, ignore_errors=True)
        folder.mkdir()
        said = await asyncio.to_thread(_killed, path, folder, choose.uniform(0.05, 0.4), 2 if number % 4 else 0)
        acknowledged = {words[1] for words in said if words[0] == "acknowledged"}
        assert_whole(marks_in(path), acknowledged)
        copy = newest(folder)
        if copy is None:
            continue
        backed_up += 1
        begun = said.index(["begun", copy.name])
        before = {words[1] for words in said[:begun] if words[0] == "acknowledged"}
        path.write_bytes(b"the disk is lost")
        for log in path.parent.glob("moim.db-*"):
            log.unlink()
        await Storage.restore(f"sqlite:///{path}", copy, clock=clock)
        async with await Storage.open(f"sqlite:///{path}", clock=clock) as storage:
            await put_pair(storage, "and on")
        assert_whole(marks_in(path), before | {"and on"})
    assert backed_up > kills // 2, "most kills come after a first backup"


def _killed(path: Path, folder: Path, seconds: float, begun: int) -> list[list[str]]:
    """Write and back up in a process for a while, kill it, and return what it said, whole lines only.

    The while is counted from when it has begun so many backups.
    """
    program = [sys.executable, "-c", LOADED, str(path), str(folder)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        while first.count("begun") < begun:
            first += process.stdout.readline()
        time.sleep(seconds)  # the pipe holds what it says meanwhile, or makes it wait
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
    complete = first + rest
    return [line.split() for line in complete[: complete.rfind("\n") + 1].splitlines()]


def test_a_file_that_a_killed_backup_left_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / f"{name_of(NOW)}.unfinished").write_bytes(b"half")
    assert newest(tmp_path) is None


# E7


class Wire:
    """A TCP proxy before a PostgreSQL server, which can be cut, or carry nothing more while it stays open."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._ends: set[asyncio.StreamWriter] = set()
        self.broken = False
        self.cut_after: int | None = None  # so many bytes towards the server from now on
        self.open = asyncio.Event()
        self.open.set()
        self.port = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.broken:
            writer.close()
            return
        host = self._server.query.get("host", self._server.host)
        if isinstance(host, str) and host.startswith("/"):
            there = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{self._server.port or 5432}")
        else:
            there = await asyncio.open_connection(str(host), self._server.port or 5432)
        self._ends |= {writer, there[1]}
        await asyncio.gather(self._pump(reader, there[1], counted=True), self._pump(there[0], writer))

    async def _pump(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, counted: bool = False) -> None:
        with suppress(ConnectionError, OSError):
            while data := await source.read(4096):
                await self.open.wait()
                if counted and self.cut_after is not None:
                    data = data[: self.cut_after]
                    self.cut_after -= len(data)
                to.write(data)
                if counted and self.cut_after == 0:
                    self.cut_after = None
                    self.cut()
        to.close()

    def cut(self) -> None:
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()


@asynccontextmanager
async def wired(address: str) -> AsyncIterator[tuple[Wire, str]]:
    url = make_url(address)
    wire = Wire(url)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    through = URL.create(
        "postgresql+asyncpg", url.username, url.password, "127.0.0.1", wire.port, url.database, {"ssl": "disable"}
    )
    try:
        yield wire, through.render_as_string(hide_password=False)
    finally:
        wire.cut()
        server.close()


async def _until_kept(storage: Storage, name: str) -> int:
    """Do a unit again and again until it is kept, as couriers and clocks do; return how many tries that took."""
    for tries in range(1, 30):
        try:
            await put_pair(storage, name)
        except StorageError as error:
            assert isinstance(error, PostgresUnreachable), error
            await asyncio.sleep(0.02)
        else:
            return tries
    raise AssertionError("never kept")


async def _names(storage: Storage, names: Sequence[str]) -> set[str]:
    async with storage.read() as uow:
        return {name for name in names if await uow.marks.get(name)}


async def test_e7_a_wire_cut_at_any_byte_is_told_and_what_is_tried_again_is_there_once_and_whole(
    postgres_url: str,
) -> None:
    choose = random.Random(SEED)
    async with wired(postgres_url) as (wire, address), await Storage.open(address, clock=clock) as storage:
        tries = []
        for number in range(25):
            wire.cut_after = choose.randrange(1, 900)
            tries.append(await _until_kept(storage, f"unit{number}"))
            wire.cut_after = None
        assert max(tries) > 1, "some were cut"
        names = [f"unit{number}{half}" for number in range(25) for half in ("", "-first")]
        assert await _names(storage, names) == set(names)


async def test_e7_an_outage_is_told_in_words_and_over_when_it_is_over(postgres_url: str) -> None:
    async with wired(postgres_url) as (wire, address), await Storage.open(address, clock=clock) as storage:
        await put_pair(storage, "before")
        wire.broken = True
        wire.cut()
        for _ in range(3):
            with pytest.raises(PostgresUnreachable):
                await put_pair(storage, "meanwhile")
        wire.broken = False
        await _until_kept(storage, "after")
        assert await _names(storage, ["before", "meanwhile", "after"]) == {"before", "after"}


async def test_e7_a_server_that_falls_silent_is_given_up_and_found_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A firewall or a failover that drops what is sent closes nothing."""
    monkeypatch.setattr(engine, "_STATEMENT_S", 0.3)
    monkeypatch.setattr(engine, "_CONNECT_S", 0.3)
    async with wired(postgres_url) as (wire, address), await Storage.open(address, clock=clock) as storage:
        await put_pair(storage, "before")
        assert await _names(storage, ["before"]) == {"before"}
        wire.open.clear()
        outcomes = await asyncio.gather(
            *(put_pair(storage, f"meanwhile{number}") for number in range(5)),
            *(_names(storage, ["before"]) for _ in range(5)),
            return_exceptions=True,
        )
        assert {type(outcome) for outcome in outcomes} == {PostgresUnreachable}
        wire.cut()
        wire.open.set()
        await _until_kept(storage, "after")
        assert await _names(storage, ["before", "after"]) == {"before", "after"}


async def test_e7_a_server_that_turned_read_only_is_left_for_the_one_that_writes(postgres_url: str) -> None:
    name = make_url(postgres_url).database
    beside = make_url(postgres_url).set(database="postgres").render_as_string(hide_password=False)
    read_only = f"ALTER DATABASE {name} SET default_transaction_read_only"
    async with wired(postgres_url) as (wire, address), await Storage.open(address, clock=clock) as storage:
        await put_pair(storage, "before")
        await asyncio.to_thread(ask_server, beside, f"{read_only} = on")
        try:
            wire.cut()  # the failover; new connections reach the stand-by
            for _ in range(3):
                with pytest.raises(PostgresUnreachable):
                    await put_pair(storage, "meanwhile")
        finally:
            await asyncio.to_thread(ask_server, beside, f"{read_only} = off")
        assert await _until_kept(storage, "after") <= 3
        assert await _names(storage, ["before", "meanwhile", "after"]) == {"before", "after"}
