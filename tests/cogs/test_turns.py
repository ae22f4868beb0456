"""The same turn twice, as after a kill between effect and answer: one row, and an answer each time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.context import Caller
from bot.chat.router import Router
from bot.core.refs import Platform
from bot.storage import Storage
from tests.callers import in_private
from tests.cogs.conftest import reply_of, words_of
from tests.cogs.month import Member
from tests.cogs.test_remind import KOREAN, Town, minji, seoul, town

__all__ = ["minji", "town"]

HERE = in_private("5", platform=Platform.TELEGRAM, language="ko")
Act = Callable[[Router, Caller], Awaitable[str]]


def turn(name: str) -> Caller:
    return replace(HERE, turn=name)


def call(command: str, **options: str) -> Act:
    async def act(router: Router, caller: Caller) -> str:
        return words_of(reply_of(await router.call(caller, command, options)))

    return act


def press(wire: str) -> Act:
    async def act(router: Router, caller: Caller) -> str:
        return words_of(reply_of(await router.press(caller, wire)))

    return act


def submit(wire: str, **answers: str) -> Act:
    async def act(router: Router, caller: Caller) -> str:
        return words_of(reply_of(await router.submit(caller, wire, answers)))

    return act


async def _count(folder: Path, table: str) -> int:
    database = f"sqlite:///{folder}/moim.db"
    async with await Storage.open(database, clock=lambda: datetime.now(UTC)) as storage, storage.read() as uow:
        return len((await uow.own.export([HERE.user]))[table])


@pytest.mark.parametrize(
    ("act", "table", "said"),
    [
        (call("log", what="선형대수 2시간"), "study", "적어 뒀어요"),
        (press("log.quick|mmdetection3d"), "study", "적어 뒀어요"),
        (submit("log.typed|0", what="선형대수 2시간"), "study", "적어 뒀어요"),
        (call("remind", when="매일 오전 9시 책"), "schedules", "책"),
        (call("remind", when="20분 뒤 책"), "schedules", "책"),
        (call("away", until="2주"), "aways", "까지 쉬어요"),
    ],
    ids=["a line", "a sitting", "a form", "a rule", "so much time from now", "a time away"],
)
async def test_what_a_turn_adds_is_added_once(router: Router, tmp_path: Path, act: Act, table: str, said: str) -> None:
    for _ in range(2):
        assert said in await act(router, turn("7:1"))
    assert await _count(tmp_path, table) == 1
    assert said in await act(router, turn("7:2"))


async def test_another_turn_adds_another_line(router: Router, tmp_path: Path) -> None:
    for name in ("7:1", "7:2", "7:2"):
        await call("log", what="선형대수 2시간")(router, turn(name))
    assert await _count(tmp_path, "study") == 2


async def test_a_line_put_in_the_place_of_another_is_one_line(router: Router, tmp_path: Path) -> None:
    await call("log", what="선형대수 2시간")(router, turn("7:1"))
    for _ in range(2):
        await submit("log.typed|1", what="선형대수 3시간")(router, turn("7:2"))
    assert await _count(tmp_path, "study") == 1


async def test_a_turn_that_comes_again_when_its_reminder_is_over_sets_no_second(town: Town, minji: Member) -> None:
    minji.caller = replace(KOREAN, turn="7:1")
    await minji.call("remind", when="20분 뒤 책")
    assert len(await town.until(seoul(25, 12) + timedelta(minutes=30))) == 1
    assert "책" in await minji.call("remind", when="20분 뒤 책")
    assert await town.until(seoul(26, 12)) == []
