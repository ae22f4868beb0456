"""Everything of one person: handed over whole, deleted for good, and nobody else's touched.

The rows are made from the schema itself, a canary in every word of theirs, so that a new table cannot be forgotten.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Table, func, insert, select
from sqlalchemy.types import JSON, TypeDecorator

from bot.core.people import Approval
from bot.core.refs import Platform, UserRef
from bot.core.retention import RULES, Whose, tables_of
from bot.core.tokens import token_of
from bot.storage import Storage, StorageError, errors
from bot.storage.tables import metadata
from bot.storage.unit import UnitOfWork
from tests.storage.moments import MINSU, MINSU_ON_TELEGRAM, NOW, SERVER, clock

CANARY = "canary-7f3a91"
THEIRS = tables_of(Whose.THEIRS, Whose.NAMES_THEM)
ME = (MINSU, MINSU_ON_TELEGRAM)
OTHER = replace(MINSU, id="22222222222222222")


def test_every_table_has_one_rule_of_how_long_it_is_kept() -> None:
    told = [table for rule in RULES for table in rule.tables]
    assert sorted(told) == sorted(metadata.tables)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_whatever_hangs_on_a_person_is_theirs() -> None:
    hanging = {
        table.name
        for table in metadata.sorted_tables
        if table.name == "people"
        or any(key.column.table.name in ("people", "identities") for key in table.foreign_keys)
        or any(word in column.name for column in table.columns for word in ("user", "person", "identity", "_by"))
    }
    words_of_theirs = {"note_terms"}  # goes with the note it was made from
    assert hanging | words_of_theirs == THEIRS


# What rows of theirs hang on that is a group's, and the words in rows that stay without a name.
GROUPS = ("groups", "papers", "cycles", "ballots", "feeds", "issues")
STAYS = {"nominations": "why", "suggestions": "why"}  # by table, the one column with words of theirs


def _value(column: Column[Any], number: int) -> object:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    match kind:
        case Boolean():
            return True
        case Integer():
            return number
        case DateTime():
            return datetime(2026, 1, 1, tzinfo=UTC if kind.timezone else None)
        case Date():
            return date(2026, 1, 1)
        case JSON():
            return {"said": f"{CANARY}-{column.table.name}-{column.name}-{number}"}
    return f"{CANARY}-{column.table.name}-{column.name}-{number}"


def _row(table: Table, keys: dict[str, int], users: tuple[UserRef, ...], number: int) -> dict[str, object]:
    row = {column.name: _value(column, number) for column in table.columns}
    for key in table.foreign_keys:  # no schedule is a snooze of another
        row[key.parent.name] = None if key.parent.name == "of" else keys[key.column.table.name]
    user = users[0]
    row |= {name: value for name, value in (("platform", user.platform.value), ("user_id", user.id)) if name in row}
    if table.name == "people":
        row |= {"locale": "ko", "goal": "papers", "python": "well", "maths": "some", "delivery": "discord"}
    if table.name == "spaces":
        row |= {"native_id": f"space {number}", "title": "a group's, not theirs", "approval": Approval.APPROVED.value}
        row |= {"added_by": user.id, "decided_by": str(user)}
    if table.name in GROUPS or table.name in STAYS:
        theirs = {name: row[name] for name in row if STAYS.get(table.name) == name}
        row |= {name: f"a group's {number}" for name, value in row.items() if CANARY in str(value)} | theirs
    if table.name == "tokens":
        row |= {"person_id": None, "token": token_of(str(row["wire"]), str(users[-1]))}
    return row


async def _fill(uow: UnitOfWork, users: tuple[UserRef, ...], number: int) -> None:
    """Give a person of these accounts a row in every table that can hold one."""
    identity = await uow.people.meet(users[0], f"{CANARY}-language-{number}", NOW)
    for user in users[1:]:
        another = await uow.people.meet(user, f"{CANARY}-language-{number}", NOW)
        await uow.people.join(another.id, identity.person_id)
    keys = {"people": identity.person_id, "identities": identity.id}
    for table in metadata.sorted_tables:
        if table.name in (*THEIRS, *GROUPS) and table.name not in keys:
            values = {name: value for name, value in _row(table, keys, users, number).items() if name != "id"}
            await uow._run.count(insert(table).values(**values))
            if "id" in table.c:
                keys[table.name] = await uow._run.value(select(func.max(table.c.id)))


async def _filled(storage: Storage) -> None:
    async with storage.write() as uow:
        await _fill(uow, ME, 991)
        await _fill(uow, (OTHER,), 992)


async def test_f10_the_export_has_every_word_of_theirs_and_none_of_another(storage: Storage) -> None:
    await _filled(storage)
    async with storage.write() as uow:
        own = await uow.own.export(ME)
    assert own.keys() == THEIRS
    assert all(own.values())
    assert [each["user_id"] for each in own["identities"]] == [MINSU.id, MINSU_ON_TELEGRAM.id]
    words = json.dumps(own)
    for table in (metadata.tables[name] for name in THEIRS - {"people"}):
        for column in table.columns:
            assert column.name in own[table.name][0]
    assert f"{CANARY}-entries-resource_id-991" in words
    assert f"{CANARY}-tokens-wire-991" in words
    assert OTHER.id not in words
    assert "992" not in words


async def test_f10_after_deletion_nothing_of_theirs_is_there_and_everything_of_others(storage: Storage) -> None:
    await _filled(storage)
    async with storage.write() as uow:
        before = await uow.own.export([OTHER])
        await uow.own.erase(ME)
        assert not any((await uow.own.export(ME)).values())
        assert await uow.own.export([OTHER]) == before
        assert await uow.people.visitor(MINSU) is None
        assert await uow.people.visitor(MINSU_ON_TELEGRAM) is None


async def test_f10_a_byte_scan_finds_nothing_in_the_file_or_its_log(
    on_sqlite: Storage, path: Path, without_scrubbing: bool
) -> None:
    async with on_sqlite.write() as uow:
        for number in range(3, 40):  # so many that pages were split and rebuilt
            await _fill(uow, (replace(MINSU, id=str(10**15 + number)),), number)
    for number in range(3, 40):
        async with on_sqlite.write() as uow:
            await uow.own.erase([replace(MINSU, id=str(10**15 + number))])
    if not without_scrubbing:
        await on_sqlite.scrub()
    found = [file.name for file in path.parent.iterdir() if _traces(file.read_bytes())]
    assert bool(found) is without_scrubbing


@pytest.fixture(params=[False, True], ids=["scrubbed", "control: not scrubbed"])
def without_scrubbing(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def _traces(content: bytes) -> list[bytes]:
    return [word for word in (CANARY.encode(), b"10000000000000") if word in content]


async def test_somebody_unknown_has_nothing_and_can_be_deleted(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.own.erase([MINSU])
        assert not any((await uow.own.export([MINSU])).values())


async def test_what_a_stranger_asked_is_theirs_although_nobody_is_named(storage: Storage) -> None:
    stranger = UserRef(Platform.TELEGRAM, "77")
    mine, yours = token_of("rec.turn|long words", str(stranger)), token_of("rec.turn|long words", str(OTHER))
    async with storage.write() as uow:
        await uow.tokens.put({mine: "rec.turn|long words", yours: "rec.turn|long words"}, expires_at=NOW)
        assert [row["token"] for row in (await uow.own.export([stranger]))["tokens"]] == [mine]
        await uow.own.erase([stranger])
        assert await uow.tokens.get(mine) is None
        assert await uow.tokens.get(yours) is not None


async def test_a_space_stays_open_when_the_host_who_opened_it_is_gone(storage: Storage) -> None:
    async with storage.write() as uow:
        await uow.spaces.joined(SERVER, "study", added_by=MINSU, approval=Approval.WAITING, now=NOW)
        await uow.spaces.decide(SERVER, Approval.APPROVED, MINSU_ON_TELEGRAM, NOW)
        await uow.own.erase(ME)
        space = await uow.spaces.of(SERVER)
    assert space is not None
    assert space.approval is Approval.APPROVED
    assert (space.added_by, space.decided_by) == (None, None)


async def test_writes_wait_while_the_file_is_written_anew_and_none_is_lost(on_sqlite: Storage) -> None:
    async def write(number: int) -> None:
        async with on_sqlite.write() as uow:
            await uow.marks.put(f"mark{number}", "kept", NOW)

    async with asyncio.TaskGroup() as group:
        for number in range(30):
            group.create_task(write(number))
            if number % 10 == 5:
                group.create_task(on_sqlite.scrub())
    async with on_sqlite.read() as uow:
        assert [await uow.marks.get(f"mark{number}") for number in range(30)] == ["kept"] * 30


async def test_a_file_that_is_held_is_told_and_can_be_scrubbed_later(sqlite_url: str, path: Path) -> None:
    async with await Storage.open(f"{sqlite_url}?timeout=0.2", clock=clock) as storage:
        async with storage.write() as uow:
            await uow.marks.put("a", "b", NOW)
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM marks").fetchall()
            async with storage.write() as uow:
                await uow.marks.put("a", "c", NOW)
            with pytest.raises(errors.DatabaseLocked):
                await storage.scrub()
        await storage.scrub()
        assert path.with_name("moim.db-wal").stat().st_size == 0


async def test_scrubbing_inside_a_unit_of_work_is_refused(on_sqlite: Storage) -> None:
    async with on_sqlite.write():
        with pytest.raises(RuntimeError):
            await on_sqlite.scrub()


async def test_postgresql_is_left_to_itself(postgres_url: str) -> None:
    async with await Storage.open(postgres_url, clock=clock) as storage:
        await storage.scrub()
        async with storage.write() as uow:
            await uow.marks.put("a", "b", NOW)


def test_a_failure_to_scrub_is_one_of_ours() -> None:
    assert issubclass(errors.DatabaseLocked, StorageError)
