"""A writing process that is killed: what it was told is safe is there, and the file is sound."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

PROGRAM = """
import asyncio, sys
from tests.storage.moments import NOW, clock
from bot.storage import Storage

async def write(storage, task):
    number = 0
    while True:
        async with storage.write() as uow:
            await uow.marks.put(f"{task}-{number}-first", "half", NOW)
            await uow.marks.put(f"{task}-{number}", "whole", NOW)
        sys.stdout.write(f"{task}-{number}\\n")
        sys.stdout.flush()
        number += 1

async def main():
    storage = await Storage.open(sys.argv[1], clock=clock)
    await asyncio.gather(*(write(storage, task) for task in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("after_s", [0.05, 0.11, 0.23])
def test_a_killed_writer_loses_nothing_it_acknowledged(sqlite_url: str, path: Path, after_s: float) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM, sqlite_url], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(after_s)
        writer.send_signal(signal.SIGKILL)
        acknowledged = {first.strip(), *writer.stdout.read().splitlines()[:-1]}
    assert writer.returncode == -signal.SIGKILL
    assert len(acknowledged) > 8
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = {name for (name,) in connection.execute("SELECT name FROM marks")}
    assert acknowledged <= kept
    halves = {name.removesuffix("-first") for name in kept if name.endswith("-first")}
    assert halves == {name for name in kept if not name.endswith("-first")}


def test_a_program_that_closes_its_storage_ends(sqlite_url: str) -> None:
    program = f"""
import asyncio
from tests.storage.moments import NOW, clock
from bot.storage import Storage
async def main():
    async with await Storage.open({sqlite_url!r}, clock=clock) as storage:
        async with storage.write() as uow:
            await uow.marks.put("a", "1", NOW)
        async with storage.read() as uow:
            await uow.marks.get("a")
asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=20)
    assert (ended.returncode, ended.stderr) == (0, "")
