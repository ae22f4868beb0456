"""Migrations: from empty to today's tables, with a copy first, in one piece, and without Alembic when up to date."""

# ruff: noqa: ASYNC240 - a test may wait for its own files

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.ext.asyncio import create_async_engine

import bot.storage.migrations
from bot.core.people import EntryState, Preferences
from bot.core.schedule import NewSchedule
from bot.i18n import Locale
from bot.storage import Storage
from bot.storage.migrations import HEAD, REVISIONS
from bot.storage.rows import Upgrade
from bot.storage.tables import UtcTime, metadata
from tests.storage.moments import MINSU, NOW, clock

MIGRATIONS = Path(bot.storage.migrations.__file__).parent


def test_the_revisions_named_for_the_start_are_the_steps_there_are() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(steps)) == REVISIONS


async def test_an_empty_database_is_brought_to_todays_tables_without_drift(url: str) -> None:
    assert await Storage.upgrade(url, clock=clock) == Upgrade(None, HEAD, None)
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_the_tables_made_step_by_step_are_those_made_at_once(sqlite_url: str, path: Path, tmp_path: Path) -> None:
    """Alembic's comparison does not see everything (AUTOINCREMENT, ON DELETE); SQLite itself tells."""
    await Storage.upgrade(sqlite_url, clock=clock)
    at_once = tmp_path / "at-once.db"
    engine = create_async_engine(f"sqlite+aiosqlite:///{at_once}")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()

    assert _tables(path) == _tables(at_once)


def _tables(file: Path) -> dict[str, object]:
    with closing(sqlite3.connect(file)) as connection:
        made = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        del made["sqlite_sequence"]
        made.pop("alembic_version", None)
        return {
            name: (
                "AUTOINCREMENT" in sql,
                {row[1:] for row in connection.execute(f"PRAGMA table_info({name})")},
                {row[2:] for row in connection.execute(f"PRAGMA foreign_key_list({name})")},
                {row[1:3] for row in connection.execute(f"PRAGMA index_list({name})")},
            )
            for name, sql in made.items()
        }


async def test_a_database_that_is_up_to_date_is_left_alone(url: str) -> None:
    await Storage.upgrade(url, clock=clock)
    assert await Storage.upgrade(url, clock=clock) == Upgrade(HEAD, HEAD, None)


def test_opening_an_up_to_date_database_does_not_import_alembic(path: Path) -> None:
    program = f"""
import asyncio, sys
from tests.storage.moments import clock
from bot.core.people import EntryState, Preferences
from bot.i18n import Locale
from bot.storage import Storage
async def main():
    await (await Storage.open("sqlite:///{path}", clock=clock)).close()
asyncio.run(main())
print("alembic" in sys.modules)
"""
    said = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True).stdout
        for _ in range(2)
    ]
    assert said == ["True\n", "False\n"]


@pytest.fixture
def a_next_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the program know one more step: a copy of the migrations with a second file, and return that file."""
    steps = tmp_path / "migrations"
    (steps / "versions").mkdir(parents=True)
    for file in (*MIGRATIONS.glob("*.py"), *MIGRATIONS.glob("versions/*.py")):
        (steps / file.relative_to(MIGRATIONS)).write_bytes(file.read_bytes())
    step = steps / "versions" / "9999_next.py"
    step.write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = '9999', '{HEAD}'\n"
        "def upgrade():\n"
        "    op.create_table('first', sa.Column('id', sa.Integer(), primary_key=True))\n"
        "    with op.batch_alter_table('marks') as marks:\n"
        "        marks.add_column(sa.Column('note', sa.Text()))\n"
    )
    monkeypatch.setattr("bot.storage.upgrade._STEPS", steps)
    monkeypatch.setattr("bot.storage.upgrade.REVISIONS", (*REVISIONS, "9999"))
    monkeypatch.setattr("bot.storage.storage.HEAD", "9999")
    return step


@pytest.fixture
async def filled(url: str) -> str:
    async with await Storage.open(url, clock=clock) as storage, storage.write() as uow:
        await uow.people.meet(MINSU, "ko", NOW)
        await uow.marks.put("before", "the upgrade", NOW)
    return url


async def test_a_file_that_holds_something_is_copied_before_it_is_changed(
    sqlite_url: str, path: Path, request: pytest.FixtureRequest
) -> None:
    async with await Storage.open(sqlite_url, clock=clock) as storage, storage.write() as uow:
        await uow.marks.put("before", "the upgrade", NOW)
    request.getfixturevalue("a_next_step")
    done = await Storage.upgrade(sqlite_url, clock=clock)
    copy = path.with_name(f"moim.db.revision-{HEAD}.20261125T120000Z")
    assert done == Upgrade(HEAD, "9999", copy)
    assert {file.name for file in path.parent.iterdir()} == {path.name, copy.name}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
        assert connection.execute("SELECT value FROM marks").fetchone() == ("the upgrade",)
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'first'").fetchone() is None


async def test_a_log_left_by_a_crash_is_in_the_copy(
    sqlite_url: str, path: Path, request: pytest.FixtureRequest
) -> None:
    storage = await Storage.open(sqlite_url, clock=clock)
    async with storage.write() as uow:
        await uow.marks.put("before", "the upgrade", NOW)
    crashed = {file: file.read_bytes() for file in path.parent.iterdir() if not file.name.endswith("-shm")}
    await storage.close()
    for file, was in crashed.items():
        file.write_bytes(was)
    request.getfixturevalue("a_next_step")
    done = await Storage.upgrade(sqlite_url, clock=clock)
    assert done.copy is not None
    with closing(sqlite3.connect(done.copy)) as connection:
        assert connection.execute("SELECT value FROM marks").fetchone() == ("the upgrade",)


async def test_opening_takes_the_missing_step_and_keeps_what_was_there(
    filled: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("a_next_step")
    async with await Storage.open(filled, clock=clock) as storage, storage.write() as uow:
        assert await uow.marks.get("before") == "the upgrade"
        await uow.marks.put("after", "the upgrade", NOW)
    assert await Storage.upgrade(filled, clock=clock) == Upgrade("9999", "9999", None)


@pytest.mark.parametrize("version", REVISIONS[:-1])
async def test_what_an_earlier_version_kept_is_there_after_todays_steps(
    url: str, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    await _as_a_version_left_it(url, monkeypatch, version)
    assert (await Storage.upgrade(url, clock=clock)).before == version
    async with await Storage.open(url, clock=clock) as storage, storage.write() as uow:
        visitor = await uow.people.visitor(MINSU)
        assert visitor is not None
        assert visitor.preferences == Preferences(Locale.EN, "Europe/London")
        assert visitor.entries == {"cs231n": EntryState.DONE}
        assert visitor.opinions == {}
        reminder = await uow.schedules.add(NewSchedule("reminder", NOW, {"text": "강의"}, visitor.via), NOW)
        assert await uow.schedules.due(NOW, 10) == (reminder,)


async def _as_a_version_left_it(url: str, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    from alembic import command

    upgrade = command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", lambda config, _to: upgrade(config, version))
        await Storage.upgrade(url, clock=clock)
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    who = {"platform": MINSU.platform.value, "user_id": MINSU.id, "at": NOW}
    at = bindparam("at", type_=UtcTime)
    async with engine.begin() as connection:
        for statement in (
            "INSERT INTO people (locale, timezone, met_at) VALUES ('en', 'Europe/London', :at)",
            "INSERT INTO identities (person_id, platform, user_id, met_at) VALUES (1, :platform, :user_id, :at)",
            "INSERT INTO entries (identity_id, resource_id, state, at) VALUES (1, 'cs231n', 'done', :at)",
        ):
            await connection.execute(text(statement).bindparams(at), who)
    await engine.dispose()


async def test_e3_a_step_that_fails_midway_leaves_the_old_schema(filled: str, request: pytest.FixtureRequest) -> None:
    step: Path = request.getfixturevalue("a_next_step")
    whole = step.read_text()
    step.write_text(whole + "    raise ZeroDivisionError\n")
    with pytest.raises(ZeroDivisionError):
        await Storage.upgrade(filled, clock=clock)
    step.write_text(whole)  # had anything of the first try been kept, `first` would be there already
    assert (await Storage.upgrade(filled, clock=clock)).before == HEAD


KILLED = """
import asyncio, os, sys
from sqlalchemy import event, Engine
from tests.storage.moments import clock
from bot.storage import Storage
left = int(sys.argv[2])
@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), 9)
asyncio.run(Storage.upgrade(sys.argv[1], clock=clock))
"""


def _upgraded_and_killed(url: str, statements: int) -> int:
    """Upgrade in a process that is killed after so many statements, and return how it ended."""
    program = [sys.executable, "-c", KILLED, url, str(statements)]
    return subprocess.run(program, capture_output=True, timeout=30).returncode


def _tables_of(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_e3_a_kill_at_any_statement_of_the_first_step_leaves_the_old_schema_or_the_new(
    sqlite_url: str, path: Path
) -> None:
    outcomes = []
    for statements in (3, 8, 13, 21, 1000):
        outcomes.append(_upgraded_and_killed(sqlite_url, statements))
        tables = _tables_of(path)
        assert tables == set() or tables >= {*metadata.tables, "alembic_version"}
        assert (outcomes[-1] == 0) == bool(tables)
    assert outcomes == [-9, -9, -9, -9, 0]


@pytest.mark.parametrize("version", REVISIONS[1:-1])
async def test_e3_a_kill_at_any_statement_of_a_later_step_leaves_what_was_there(
    sqlite_url: str, path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    await _as_a_version_left_it(sqlite_url, monkeypatch, version)
    before = _tables_of(path)
    outcomes = []
    for statements in (3, 7, 12, 1000):
        outcomes.append(await asyncio.to_thread(_upgraded_and_killed, sqlite_url, statements))
        tables = _tables_of(path)
        assert tables == before if outcomes[-1] else tables >= set(metadata.tables)
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT state FROM entries").fetchall() == [("done",)]
    assert outcomes[:2] == [-9, -9] and outcomes[-1] == 0, "short steps are over before the twelfth"
