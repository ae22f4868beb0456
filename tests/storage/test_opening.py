"""Opening a database: every way it can fail ends in a typed error that says what to do."""

# ruff: noqa: ASYNC240 - a test may wait for its own files

from __future__ import annotations

import os
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from bot.core.people import EntryState
from bot.storage import Storage, StorageError, errors
from bot.storage.look import look
from bot.storage.migrations import HEAD
from tests.postgres import ask_server
from tests.storage.moments import MINSU, NOW, clock

ROOT = Path(__file__).parent.parent.parent


async def _open(url: str) -> None:
    await (await Storage.open(url, clock=clock)).close()


async def _refusal(url: str) -> StorageError:
    with pytest.raises(StorageError) as raised:
        await _open(url)
    return raised.value


async def test_a_new_file_and_its_folder_are_made_for_this_user_alone(sqlite_url: str, path: Path) -> None:
    await _open(sqlite_url)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite"])
async def test_a_relative_address_is_of_the_working_folder(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await _open(f"{scheme}:///var/moim.db")
    assert (tmp_path / "var" / "moim.db").stat().st_size > 0


async def test_closing_leaves_one_file(sqlite_url: str, path: Path) -> None:
    async with await Storage.open(sqlite_url, clock=clock) as storage:
        async with storage.write() as uow:
            await uow.people.meet(MINSU, "ko", NOW)
        async with storage.read() as uow:
            await uow.people.visitor(MINSU)
    assert [file.name for file in path.parent.iterdir()] == ["moim.db"]


async def test_what_was_written_is_there_after_opening_again(url: str) -> None:
    async with await Storage.open(url, clock=clock) as storage, storage.write() as uow:
        minsu = await uow.people.meet(MINSU, "ko", NOW)
        await uow.entries.set(minsu.id, "cs231n", EntryState.GOING, NOW)
    async with await Storage.open(url, clock=clock) as storage, storage.read() as uow:
        visitor = await uow.people.visitor(MINSU)
    assert visitor is not None
    assert visitor.entries == {"cs231n": EntryState.GOING}


@pytest.mark.parametrize(
    "address", ["mysql://root:hunter2@db/moim", "nonsense", "", "sqlite://", "sqlite:///:memory:", "://"]
)
async def test_an_address_that_is_not_understood_is_told_without_its_password(address: str) -> None:
    refusal = await _refusal(address)
    assert isinstance(refusal, errors.DatabaseUrlUnknown)
    assert "hunter2" not in str(refusal)
    assert "DATABASE_URL" in refusal.mend.ko + refusal.problem.ko


async def test_a_locked_database_is_told(sqlite_url: str, path: Path) -> None:
    await _open(sqlite_url)
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        refusal = await _refusal(f"{sqlite_url}?timeout=0.1")
    assert isinstance(refusal, errors.DatabaseLocked)
    assert str(path) in str(refusal)
    assert "second bot" in refusal.mend.en
    await _open(sqlite_url)


async def test_a_file_that_is_no_database_is_told_and_left_alone(sqlite_url: str, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("my diary\n" * 100)
    assert isinstance(await _refusal(sqlite_url), errors.DatabaseUnreadable)
    assert path.read_text() == "my diary\n" * 100


async def _filled(url: str) -> None:
    async with await Storage.open(url, clock=clock) as storage, storage.write() as uow:
        for number in range(300):
            await uow.marks.put(f"name{number}", "x" * 200, NOW)


async def test_e4_a_file_that_was_cut_short_is_told(sqlite_url: str, path: Path) -> None:
    await _filled(sqlite_url)
    os.truncate(path, path.stat().st_size // 2)
    refusal = await _refusal(sqlite_url)
    assert isinstance(refusal, errors.DatabaseUnreadable)
    assert "copy" in refusal.mend.en


@pytest.mark.parametrize("page", [1, 2, -3])
async def test_e4_a_file_with_overwritten_pages_is_told(sqlite_url: str, path: Path, page: int) -> None:
    await _filled(sqlite_url)
    whole = bytearray(path.read_bytes())
    at = page * 4096 if page >= 0 else len(whole) + page * 4096
    whole[at : at + 4096] = os.urandom(4096)
    path.write_bytes(whole)
    assert isinstance(await _refusal(sqlite_url), errors.DatabaseUnreadable)


async def test_a_damaged_page_met_while_reading_is_told(on_sqlite: Storage, sqlite_url: str, path: Path) -> None:
    await on_sqlite.close()
    await _filled(sqlite_url)
    async with await Storage.open(sqlite_url, clock=clock) as storage:
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(os.urandom(path.stat().st_size - 4096))
        with pytest.raises(errors.DatabaseUnreadable):
            async with storage.read() as uow:
                await uow.marks.get("name1")


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    refusal = await _refusal(f"sqlite:///{tmp_path}/var/moim.db")
    assert isinstance(refusal, errors.DirectoryNotWritable)


async def test_a_folder_where_the_file_should_be_is_told(path: Path, sqlite_url: str) -> None:
    path.mkdir(parents=True)
    assert isinstance(await _refusal(sqlite_url), errors.DirectoryNotWritable)


@contextmanager
def _somebody_else() -> Iterator[None]:
    """Be a user without rights for a while, when the tests run as root; root may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("filled", [False, True])
async def test_a_folder_without_the_right_to_write_is_told(sqlite_url: str, path: Path, filled: bool) -> None:
    if filled:
        await _open(sqlite_url)
    else:
        path.parent.mkdir()
    path.parent.chmod(0o500)
    try:
        with _somebody_else():
            refusal = await _refusal(sqlite_url)
    finally:
        path.parent.chmod(0o700)
    assert isinstance(refusal, errors.DirectoryNotWritable)


async def test_a_newer_schema_is_told_and_left_alone(url: str) -> None:
    await _open(url)
    await _set_revision(url, "9999")
    refusal = await _refusal(url)
    assert isinstance(refusal, errors.SchemaTooNew)
    assert "9999" in str(refusal)
    with pytest.raises(errors.SchemaTooNew):
        await Storage.upgrade(url, clock=clock)
    await _set_revision(url, HEAD)
    await _open(url)


async def _set_revision(url: str, revision: str) -> None:
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    await engine.dispose()


async def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    refusal = await _refusal(f"postgresql+asyncpg://moim:hunter2@127.0.0.1:{port}/moim")
    assert isinstance(refusal, errors.PostgresUnreachable)
    assert f"127.0.0.1:{port}" in str(refusal)
    assert "hunter2" not in str(refusal) + refusal.problem.ko + refusal.mend.ko
    assert "unset DATABASE_URL" in refusal.mend.en


async def test_a_host_that_does_not_exist_is_told() -> None:
    assert isinstance(await _refusal("postgresql://moim@nowhere.invalid/moim"), errors.PostgresUnreachable)


@pytest.mark.parametrize("wrong", [{"database": "no_such_database"}, {"username": "nobody_here"}])
async def test_a_server_that_refuses_is_told_in_its_own_words(postgres: str, wrong: dict[str, Any]) -> None:
    refusal = await _refusal(make_url(postgres).set(**wrong).render_as_string(hide_password=False))
    assert isinstance(refusal, errors.PostgresRefused)
    assert next(iter(wrong.values())) in str(refusal)


@pytest.fixture
def newcomer(postgres_url: str) -> Iterator[str]:
    """The address with a user who may enter and do nothing, as users are made since PostgreSQL 15."""
    ask_server(postgres_url, "GRANT USAGE ON SCHEMA public TO PUBLIC; CREATE ROLE newcomer LOGIN")
    yield make_url(postgres_url).set(username="newcomer").render_as_string(hide_password=False)
    ask_server(postgres_url, "DROP OWNED BY newcomer; DROP ROLE newcomer")


async def test_a_user_who_may_make_no_tables_is_told_before_and_at_the_start(newcomer: str) -> None:
    for trying in (look(newcomer), _open(newcomer)):
        with pytest.raises(errors.PostgresForbids, match=r"permission denied for schema public.*OWNER TO"):
            await trying


async def test_sslmode_is_understood_and_what_the_driver_does_not_take_is_named(postgres_url: str) -> None:
    await _open(f"{postgres_url}&sslmode=prefer")
    for option, named in (("channel_binding=require", "channel_binding"), ("sslmode=yes", "sslmode")):
        refusal = await _refusal(f"{postgres_url}&{option}")
        assert isinstance(refusal, errors.DatabaseOptionUnknown)
        assert named in str(refusal)


async def test_a_missing_driver_is_installed_by_starting_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)  # as if it were not installed
    refusal = await _refusal("postgresql://moim@127.0.0.1/moim")
    assert isinstance(refusal, errors.DriverMissing)
    for mend in (refusal.mend.en, refusal.mend.ko):
        assert "make run" in mend
        assert "pip" not in mend  # Moim is on no package index


def test_a_file_is_opened_without_the_driver_of_postgresql(path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from datetime import UTC, datetime\n"
        "from bot.storage import Storage\n"
        "async def main():\n"
        f"    await (await Storage.open('sqlite:///{path}', clock=lambda: datetime.now(UTC))).close()\n"
        "asyncio.run(main())\n"
        "print('asyncpg' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


async def test_every_error_speaks_both_languages(path: Path) -> None:
    samples: list[StorageError] = [
        errors.DatabaseUrlUnknown("x"),
        errors.DriverMissing(),
        errors.DatabaseLocked(path),
        errors.DatabaseUnreadable(path),
        errors.DirectoryNotWritable(path),
        errors.DiskFull(path),
        errors.PostgresUnreachable("db:5432"),
        errors.PostgresRefused("db:5432", "no such role"),
        errors.PostgresForbids("db:5432", "permission denied"),
        errors.DatabaseOptionUnknown("options"),
        errors.SchemaTooNew("9999", "0001"),
        errors.StorageFailed("reason"),
        errors.NotACopy(path),
        errors.NotAPlaceForCopies(path),
        errors.CopiedElsewhere("db:5432", "postgresql://db/moim"),
    ]
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, StorageError)}
    assert {type(sample) for sample in samples} == {
        kind for kind in kinds if kind is not StorageError and kind.__name__[0] != "_"
    }
    for sample in samples:
        for words in (sample.problem, sample.mend):
            assert words.ko != words.en
            assert "{" not in words.ko + words.en
            assert any("가" <= char <= "힣" for char in words.ko)
