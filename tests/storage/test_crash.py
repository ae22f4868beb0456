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
        first = [writer.stdout.readline().strip() for _ in range(9)]  # of more than one commit, however slow the disk
        time.sleep(after_s)
        writer.send_signal(signal.SIGKILL)
        acknowledged = {*first, *writer.stdout.read().splitlines()[:-1]}
    assert writer.returncode == -signal.SIGKILL
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


DUE = """
import asyncio, os, sys
from datetime import timedelta
from sqlalchemy import Engine, event
from bot.core.outbox import NewLetter, occurrence_key
from bot.core.schedule import NewSchedule, Rule, advance
from bot.storage import Storage
from bot.storage.queries.schedules import Step
from tests.storage.moments import MINSU, NOW, clock

left = int(sys.argv[2])

def count(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), 9)

async def main():
    storage = await Storage.open(sys.argv[1], clock=clock)
    now = NOW.replace(microsecond=0)
    async with storage.write() as uow:
        if await uow.schedules.earliest() is None:
            rule = Rule("FREQ=DAILY", (now + timedelta(hours=9)).replace(tzinfo=None), "Asia/Seoul")
            for _ in range(20):
                await uow.schedules.add(NewSchedule("reminder", now, {"text": "a"}, rule=rule), now)
    async with storage.read() as uow:
        read = await uow.schedules.due(now, 100)
    event.listen(Engine, "before_cursor_execute", count)  # a kill before each statement of what follows
    event.listen(Engine, "commit", count)
    async with storage.write() as uow:
        on = {each.id: advance(each, now) for each in read}
        went_on = await uow.schedules.advance([Step(each, on[each.id][1], on[each.id][2]) for each in read], now)
        letters = [NewLetter(occurrence_key(id, on[id].due), "reminder", MINSU, "p", schedule_id=id) for id in went_on]
        await uow.outbox.put(letters, now)
    print(len(letters))
    await storage.close()

asyncio.run(main())
"""


def test_a1_a_kill_before_any_statement_of_falling_due_leaves_no_letter_without_its_schedule(
    sqlite_url: str, path: Path
) -> None:
    outcomes = []
    for statements in range(8):
        done = subprocess.run([sys.executable, "-c", DUE, sqlite_url, str(statements)], capture_output=True, timeout=30)
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            letters = {key for (key,) in connection.execute("SELECT schedule_id FROM outbox")}
            went_on = {
                key for (key,) in connection.execute("SELECT id FROM schedules WHERE next_due_at > '2026-11-26'")
            }
        assert letters == went_on
        outcomes.append((done.returncode, len(letters)))
        if done.returncode == 0:
            break
    assert outcomes[0] == (-signal.SIGKILL, 0)
    assert outcomes[-1] == (0, 20)
    assert len(outcomes) > 3
