"""Copies: made while the database is in use, whole or not at all, put back in one step; one to try things out on."""

# ruff: noqa: ASYNC240 - a test may wait for its own files

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.core.schedule import NewSchedule
from bot.storage import Storage, errors
from bot.storage.migrations import HEAD
from bot.storage.tables import metadata
from tests.storage.moments import MINSU, MINUTE, NOW, clock


async def test_a_copy_made_under_load_is_whole_and_has_all_that_was_acknowledged_before(
    on_sqlite: Storage, tmp_path: Path
) -> None:
    acknowledged: list[str] = []

    async def write(task: int) -> None:
        for number in range(1000):
            async with on_sqlite.write() as uow:
                await uow.marks.put(f"{task}-{number}", "a", NOW)
                await uow.marks.put(f"{task}-{number}-second", "b", NOW)
            acknowledged.append(f"{task}-{number}")

    writers = [asyncio.create_task(write(task)) for task in range(4)]
    for number in range(8):
        await asyncio.sleep(0.02)
        before = set(acknowledged)
        copy = tmp_path / f"copy-{number}.db"
        await on_sqlite.backup(copy)
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            kept = {name for (name,) in connection.execute("SELECT name FROM marks")}
        assert before <= kept
        assert {name for name in kept if "second" not in name} == {name.removesuffix("-second") for name in kept}
    for writer in writers:
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer
    assert acknowledged


async def test_a_copy_is_one_file_that_only_its_owner_may_read(on_sqlite: Storage, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    for _ in range(2):  # the second takes the place of the first
        await on_sqlite.backup(folder / "moim.db")
    assert [file.name for file in folder.iterdir()] == ["moim.db"]
    assert stat.S_IMODE((folder / "moim.db").stat().st_mode) == 0o600


async def test_a_copy_that_cannot_be_made_is_told_and_leaves_nothing(on_sqlite: Storage, tmp_path: Path) -> None:
    with pytest.raises(errors.StorageError):
        await on_sqlite.backup(tmp_path / "no such folder" / "moim.db")
    assert not (tmp_path / "no such folder").exists()


async def test_a_damaged_database_is_not_copied_over_a_good_copy(sqlite_url: str, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    async with await Storage.open(sqlite_url, clock=clock) as storage:
        async with storage.write() as uow:
            for number in range(2000):
                await uow.marks.put(f"mark {number}", "x" * 100, NOW)
        await storage.backup(copy)
    good = copy.read_bytes()
    whole = path.read_bytes()
    page = whole.index(b"x" * 100) // 4096 * 4096  # one that holds marks
    path.write_bytes(whole[:page] + bytes(4096) + whole[page + 4096 :])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",)
    from bot.storage.copying import copy_file

    with pytest.raises(errors.DatabaseUnreadable):
        await asyncio.to_thread(copy_file, path, copy)
    assert copy.read_bytes() == good
    assert not list(tmp_path.glob("*.unfinished"))


async def test_what_a_copy_holds_is_there_after_it_was_put_back_and_what_came_later_is_in_another_copy(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with await Storage.open(sqlite_url, clock=clock) as storage:
        async with storage.write() as uow:
            await uow.marks.put("first", "1", NOW)
        await storage.backup(copy)
        async with storage.write() as uow:
            await uow.marks.put("later", "2", NOW)
    before = await Storage.restore(sqlite_url, copy, clock=clock)
    assert before == path.with_name("moim.db.before-restore.20261125T120000Z")
    async with await Storage.open(sqlite_url, clock=clock) as storage, storage.write() as uow:
        assert (await uow.marks.get("first"), await uow.marks.get("later")) == ("1", None)
        await uow.marks.put("written", "after", NOW)
    with closing(sqlite3.connect(before)) as connection:
        assert {name for (name,) in connection.execute("SELECT name FROM marks")} == {"first", "later"}


async def test_a_copy_is_put_back_where_nothing_was(on_sqlite: Storage, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    async with on_sqlite.write() as uow:
        await uow.marks.put("first", "1", NOW)
    await on_sqlite.backup(copy)
    elsewhere = f"sqlite:///{tmp_path}/new/moim.db"
    assert await Storage.restore(elsewhere, copy, clock=clock) is None
    async with await Storage.open(elsewhere, clock=clock) as storage, storage.read() as uow:
        assert await uow.marks.get("first") == "1"


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(4080), None])
async def test_what_is_no_copy_is_refused_and_the_database_stays(
    sqlite_url: str, path: Path, tmp_path: Path, content: bytes | None
) -> None:
    async with await Storage.open(sqlite_url, clock=clock) as storage, storage.write() as uow:
        await uow.marks.put("first", "1", NOW)
    copy = tmp_path / "copy.db"
    if content is not None:
        copy.write_bytes(content)
    with pytest.raises(errors.NotACopy):
        await Storage.restore(sqlite_url, copy, clock=clock)
    async with await Storage.open(sqlite_url, clock=clock) as storage, storage.read() as uow:
        assert await uow.marks.get("first") == "1"


async def test_a_database_of_another_program_is_no_copy(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("CREATE TABLE cookies (name)")
    with pytest.raises(errors.NotACopy):
        await Storage.restore(sqlite_url, copy, clock=clock)


async def test_a_database_that_is_being_written_is_not_replaced(sqlite_url: str, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    async with await Storage.open(sqlite_url, clock=clock) as storage:
        await storage.backup(copy)
        async with storage.write() as uow:
            await uow.marks.put("first", "1", NOW)
            with pytest.raises(errors.DatabaseLocked):
                await Storage.restore(f"{sqlite_url}?timeout=0.2", copy, clock=clock)
        async with storage.read() as uow:
            assert await uow.marks.get("first") == "1"


async def test_postgresql_is_copied_with_its_own_tools(postgres_url: str, tmp_path: Path) -> None:
    async with await Storage.open(postgres_url, clock=clock) as storage:
        with pytest.raises(errors.CopiedElsewhere, match="pg_dump"):
            await storage.backup(tmp_path / "copy.db")
    with pytest.raises(errors.CopiedElsewhere, match="pg_restore"):
        await Storage.restore(postgres_url, tmp_path / "copy.db", clock=clock)


async def test_everything_is_in_the_database_to_try_things_out_on_and_the_real_one_stays(
    storage: Storage, tmp_path: Path
) -> None:
    async with storage.write() as uow:
        minsu = await uow.people.meet(MINSU, "ko", NOW)
        first = await uow.schedules.add(NewSchedule("reminder", NOW, {"text": "CS231n"}, minsu.id), NOW)
        snooze = await uow.schedules.snooze(first, NOW, NOW + MINUTE, NOW)
        await uow.marks.put("first", "1", NOW)
    aside = tmp_path / "aside.db"
    await storage.copy_to(f"sqlite:///{aside}", clock=clock)
    async with await Storage.open(f"sqlite:///{aside}", clock=clock) as copied:
        async with copied.write() as uow:
            assert await uow.schedules.due(NOW + MINUTE, 10) == (first, snooze)
            assert await uow.people.of_identity(MINSU) == minsu
            assert await uow.marks.get("first") == "1"
            await uow.schedules.remove(first.id)
        async with storage.read() as uow:
            assert await uow.schedules.get(first.id) == first
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
        assert {name for (name,) in connection.execute("SELECT name FROM sqlite_master")} >= set(metadata.tables)


async def test_things_are_not_tried_out_on_a_server(on_sqlite: Storage, postgres_url: str) -> None:
    with pytest.raises(errors.DatabaseUrlUnknown):
        await on_sqlite.copy_to(postgres_url, clock=clock)
