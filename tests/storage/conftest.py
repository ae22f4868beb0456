"""A database for each test: a SQLite file of its own, and a PostgreSQL database emptied for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage import Storage
from tests.storage.moments import clock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "moim.db"


@pytest.fixture
def sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    async with await Storage.open(url, clock=clock) as opened:
        yield opened


@pytest.fixture
async def on_sqlite(sqlite_url: str) -> AsyncIterator[Storage]:
    async with await Storage.open(sqlite_url, clock=clock) as opened:
        yield opened
