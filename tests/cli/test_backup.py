"""`moim backup`, `moim restore` and `moim status`: a host's own hands on the database."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.outbox import LetterState, NewLetter
from bot.core.refs import Platform, UserRef
from bot.core.schedule import NewSchedule
from bot.scheduler.leader import this_process
from bot.storage import Storage
from bot.storage.unit import UnitOfWork
from tests.cli.conftest import Host

MINSU = UserRef(Platform.DISCORD, "555")


def write(host: Host, words: str = "here") -> None:
    async def put(uow: UnitOfWork, now: datetime) -> None:
        await uow.marks.put("word", words, now)

    _in_database(host.folder, put)


def read(host: Host) -> str:
    with closing(sqlite3.connect(host.folder / "var" / "moim.db")) as connection:
        return str(connection.execute("SELECT value FROM marks WHERE name = 'word'").fetchone()[0])


def _in_database(folder: Path, change) -> None:  # type: ignore[no-untyped-def]
    async def work() -> None:
        now = datetime.now(UTC)
        opened = await Storage.open(f"sqlite+aiosqlite:///{folder}/var/moim.db", clock=lambda: now)
        async with opened as storage, storage.write() as uow:
            await change(uow, now)

    asyncio.run(work())


def test_a_backup_goes_into_the_folder_of_backups_and_its_name_stands_alone(host: Host) -> None:
    write(host)
    said = host.moim("backup")
    assert said.code == 0
    [file] = said.lines
    assert file.startswith("var/backups/moim-") and (host.folder / file).stat().st_mode & 0o777 == 0o600
    assert host.moim("backup", BACKUPS="elsewhere").lines[0].startswith("elsewhere/moim-")
    assert host.moim("backup", BACKUPS="none").lines[0].startswith("var/backups/moim-")


@pytest.mark.parametrize("to", ["copy.db", "new/folder/copy.db", "a-folder", "."])
def test_a_backup_goes_where_it_is_told(host: Host, to: str) -> None:
    write(host)
    [file] = host.moim("backup", to).lines
    assert file == to or Path(file).parent == Path(to)
    with closing(sqlite3.connect(host.folder / file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("to", [".env", "var/moim.db"])
def test_a_backup_takes_the_place_of_nothing_else(host: Host, to: str) -> None:
    write(host)
    host.env = "OWNERS=discord:1"
    before = (host.folder / to).read_bytes()
    said = host.moim("backup", to)
    assert (said.code, said.out) == (1, "")
    assert (
        "A copy is not written over this file" in said.err
        or ".env/moim-" in said.err
        or "cannot be written" in said.err
    )
    assert (host.folder / to).read_bytes() == before


def test_what_was_backed_up_is_put_back_and_what_came_later_is_kept_beside_it(host: Host) -> None:
    write(host, "first")
    [file] = host.moim("backup", "copy.db").lines
    write(host, "second")
    said = host.moim("restore", file)
    assert said.code == 0
    assert said.lines[0].startswith("Put back: copy.db.")
    assert "var/moim.db.before-restore." in said.lines[1]
    assert read(host) == "first"
    assert host.moim("status").code == 0


def test_nothing_is_put_back_under_a_bot_that_runs(host: Host) -> None:
    write(host, "first")
    host.moim("backup", "copy.db")
    write(host, "second")

    async def lead(uow: UnitOfWork, now: datetime) -> None:
        await uow.leases.take("scheduler", this_process(), now, now + timedelta(seconds=60))

    _in_database(host.folder, lead)
    said = host.moim("restore", "copy.db")
    assert said.code == 1
    assert said.err.startswith("The bot is running on this database. Stop it first")
    assert read(host) == "second"


def test_a_bot_that_was_killed_on_this_machine_is_no_hindrance(host: Host) -> None:
    write(host, "first")
    host.moim("backup", "copy.db")

    async def lead(uow: UnitOfWork, now: datetime) -> None:
        *machine, _, _, word = this_process().split("/")
        await uow.leases.take("scheduler", "/".join([*machine, "999999", "1", word]), now, now + timedelta(seconds=60))

    _in_database(host.folder, lead)
    assert host.moim("restore", "copy.db").code == 0


@pytest.mark.parametrize("content", [b"no copy", None])
def test_what_is_no_copy_is_not_put_back(host: Host, content: bytes | None) -> None:
    write(host, "first")
    if content is not None:
        (host.folder / "x.db").write_bytes(content)
    said = host.moim("restore", "x.db")
    assert said.code == 1
    assert "This is no whole copy of a database of this program: x.db" in said.err
    assert read(host) == "first"


@pytest.mark.parametrize("damage", ["garbage", "half", "pages"])
def test_e4_a_damaged_database_refuses_to_start_and_the_line_that_is_printed_mends_it(host: Host, damage: str) -> None:
    write(host, "first")
    host.moim("backup", BACKUPS="var/backups")
    [copy] = (host.folder / "var" / "backups").iterdir()
    database = host.folder / "var" / "moim.db"
    whole = database.read_bytes()
    damaged = {
        "garbage": b"garbage" * 5000,
        "half": whole[: len(whole) // 2],
        "pages": whole[:4096] + b"\xff" * (len(whole) - 4096),
    }
    database.write_bytes(damaged[damage])
    refused = host.moim("reports")
    assert refused.code == 1
    problem, line = refused.err.splitlines()
    assert "is damaged or is not a database" in problem
    assert line == f"Your newest backup: moim restore var/backups/{copy.name}"
    said = host.moim(*line.partition(": moim ")[2].split())
    assert said.code == 0
    assert read(host) == "first"
    [aside] = (host.folder / "var").glob("moim.db.damaged.*")
    assert aside.read_bytes() == damaged[damage], "what may still be saved is left alone"


def test_a_log_that_belongs_to_the_damaged_file_is_not_played_into_the_copy(host: Host) -> None:
    write(host, "first")
    host.moim("backup", "copy.db")
    database = host.folder / "var" / "moim.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE marks SET value = 'from the log'")
        connection.commit()
        log = database.with_name("moim.db-wal").read_bytes()
    database.write_bytes(b"garbage" * 5000)
    database.with_name("moim.db-wal").write_bytes(log)
    assert host.moim("restore", "copy.db").code == 0
    assert read(host) == "first"


def test_on_postgresql_the_lines_for_its_own_tools_are_printed_without_the_password(host: Host) -> None:
    address = "postgresql+asyncpg://moim:hunter2@db.example:5433/club?sslmode=require"
    said = host.moim("backup", DATABASE_URL=address)
    shown = "postgresql://moim@db.example:5433/club?sslmode=require"
    assert said.code == 1
    assert f'pg_dump --format=custom --file=moim.dump "{shown}"' in said.err
    assert f'--single-transaction --dbname="{shown}" moim.dump' in said.err
    assert "hunter2" not in said.err


def _something(folder: Path) -> None:
    async def fill(uow: UnitOfWork, now: datetime) -> None:
        minsu = await uow.people.meet(MINSU, "en", now)
        for number in range(7):
            due = now + timedelta(days=number + 1)
            await uow.schedules.add(NewSchedule("reminder", due, {"text": "a secret plan"}, minsu.id), now)
        dead = NewLetter("a", "notice", MINSU, "p", state=LetterState.DEAD, reason="it broke")
        await uow.outbox.put([dead, NewLetter("b", "notice", MINSU, "p")], now)
        await uow.unreachable.mark(MINSU, "closed", now)
        await uow.marks.put("alive", now.isoformat(), now)
        await uow.leases.take("discord", this_process(), now, now + timedelta(seconds=60))

    _in_database(folder, fill)


def test_status_tells_what_is_due_what_waits_and_what_failed(host: Host) -> None:
    _something(host.folder)
    host.moim("backup")
    said = host.moim("status")
    assert said.code == 0
    assert said.lines[0] == "Running: discord"
    assert sum(line.endswith("  reminder") for line in said.lines) == 5
    assert any(line.endswith("notice  discord:555  dead: it broke") for line in said.lines)
    assert any("discord:555  closed" in line for line in said.lines)
    assert any(line.startswith("Last backup: 20") for line in said.lines)
    assert "secret" not in said.out
    assert host.moim("status", DEFAULT_LOCALE="ko").lines[0] == "돌고 있는 것: discord"


def test_a_sign_of_life_is_asked_for_by_the_exit_code(host: Host) -> None:
    assert host.moim("status", "--alive").code == 1
    _something(host.folder)
    said = host.moim("status", "--alive")
    assert (said.code, said.out) == (0, "")


def test_status_as_json_has_it_all(host: Host) -> None:
    _something(host.folder)
    found = json.loads(host.moim("status", "--json").out)
    assert found["running"] == ["discord"]
    assert len(found["due"]) == 5
    assert found["letters"] == {"dead": 1, "waiting": 1}
    assert found["reasons"] == {"it broke": 1}
    assert found["failures"][0]["to"] == "discord:555"
    assert found["leases"][0]["holds"] is True
    assert found["backup"] is None and found["database_bytes"] > 0
