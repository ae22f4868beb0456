"""Questions that are asked all the time are answered from an index, however much is stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.core.people import GroupId, PersonId
from bot.core.refs import Platform
from bot.core.schedule import ScheduleId
from bot.storage import Storage, UnitOfWork
from tests.storage.moments import MINUTE, NOW

Ask = Callable[[UnitOfWork], Awaitable[object]]
ME = PersonId(1)

QUESTIONS: dict[str, tuple[Ask, str]] = {
    "what is due": (lambda uow: uow.schedules.due(NOW, 200), "ix_schedules_due"),
    "what is due next": (lambda uow: uow.schedules.earliest(), "ix_schedules_due"),
    "a person's schedules": (lambda uow: uow.schedules.of_person(ME), "ix_schedules_identity_id"),
    "the snooze of an occurrence": (lambda uow: uow.schedules.snooze_of(ScheduleId(1), NOW), "ix_schedules_snooze"),
    "schedules that ended long ago": (lambda uow: uow.schedules.purge(NOW), "ix_schedules_ended_at"),
    "what can be sent": (lambda uow: uow.outbox.lease(Platform.DISCORD, NOW, NOW, 9, ["1"]), "ix_outbox_queue"),
    "what can be sent next": (lambda uow: uow.outbox.earliest(Platform.DISCORD), "ix_outbox_queue"),
    "what was left under way": (lambda uow: uow.outbox.reclaim(Platform.DISCORD, 1, NOW), "ix_outbox_queue"),
    "a person's letters": (lambda uow: uow.outbox.of_person(ME, 9), "ix_outbox_identity_id"),
    "news for a person": (lambda uow: uow.outbox.untold(ME), "ix_outbox_identity_id"),
    "a schedule's letters": (lambda uow: uow.outbox.of_schedule(ScheduleId(1)), "ix_outbox_schedule_id"),
    "the letters of some keys": (lambda uow: uow.outbox.by_key(["a", "b"]), "_outbox_"),
    "failures of late": (lambda uow: uow.outbox.failures(NOW, 9), "ix_outbox_ended_at"),
    "letters that ended long ago": (lambda uow: uow.outbox.purge(NOW), "ix_outbox_ended_at"),
    "a group's schedules": (lambda uow: uow.schedules.of_group(GroupId(1)), "ix_schedules_group_id"),
    "a study log": (lambda uow: uow.study.of_person(ME, NOW.date()), "ix_study_identity_id_day"),
    "what feeds are due": (lambda uow: uow.news.due(NOW, 99), "ix_feeds_next_at"),
    "who is back": (lambda uow: uow.aways.over(NOW + MINUTE), "ix_aways_until"),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_it_is_answered_from_its_index(on_sqlite: Storage, path: Path, question: str) -> None:
    ask, index = QUESTIONS[question]
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        async with on_sqlite.write() as uow:
            await ask(uow)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    [(statement, parameters)] = [each for each in asked if not each[0].startswith("BEGIN")]
    with closing(sqlite3.connect(path)) as connection:
        told = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert any(index in line for line in told), told
    assert not any(line.startswith("SCAN") and "INDEX" not in line for line in told), told
    if question.startswith("what "):  # in the order of the index, so the first few cost the first few
        assert not any("TEMP B-TREE" in line for line in told), told


async def test_what_hangs_on_a_group_or_schedule_that_goes_is_found_by_an_index(on_sqlite: Storage, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for table, column in (("schedules", "group_id"), ("outbox", "group_id"), ("outbox", "schedule_id")):
            question = f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = 1"
            [told] = [row[3] for row in connection.execute(question)]
            assert f"ix_{table}_{column}" in told
