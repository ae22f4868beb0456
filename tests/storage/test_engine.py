"""The settings of the connections, each a defence against a loss that was seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage import Storage
from bot.storage.engine import reading_engine, writing_engine
from bot.storage.place import read_place
from tests.storage.moments import MINSU, NOW, TOPIC, clock


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: a commit is on the disk, not only with the system
        ("busy_timeout", 5000),
        ("foreign_keys", 1),
        ("secure_delete", 1),
    ],
)
async def test_the_writing_connection_is_set_up_to_lose_nothing(
    sqlite_url: str, path: Path, pragma: str, value: object
) -> None:
    path.parent.mkdir()
    engine = writing_engine(read_place(sqlite_url))
    async with engine.connect() as connection:
        assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar() == value
    await engine.dispose()


async def test_the_reading_connections_refuse_to_write(sqlite_url: str) -> None:
    await (await Storage.open(sqlite_url, clock=clock)).close()
    engine = reading_engine(read_place(sqlite_url))
    async with engine.connect() as connection:
        assert (await connection.execute(text("PRAGMA query_only"))).scalar() == 1
    await engine.dispose()


async def test_what_was_deleted_is_not_left_in_the_file(sqlite_url: str, path: Path) -> None:
    canary = "카나리아-7f3a91"
    async with await Storage.open(sqlite_url, clock=clock) as storage:
        async with storage.write() as uow:
            await uow.marks.put("a", canary, NOW)
            await uow.tokens.put({"~a": canary * 20}, expires_at=NOW)
            await uow.forms.begin(MINSU, TOPIC, {"text": canary}, expires_at=NOW)
        async with storage.write() as uow:
            await uow.marks.put("a", "", NOW)
            await uow.forms.purge(NOW)
            await uow.tokens.purge(NOW.replace(year=2027))
    assert canary.encode() not in path.read_bytes()  # noqa: ASYNC240
    assert b"7f3a91" not in path.read_bytes()  # noqa: ASYNC240
