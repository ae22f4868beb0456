"""A database for each test: a SQLite file of its own, and a PostgreSQL database emptied for it."""

from __future__ import annotations

import asyncio
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.storage import Storage
from tests.storage.moments import clock


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the address of a PostgreSQL server: MOIM_TEST_POSTGRES, or one from a wheel, started for this run."""
    given = os.environ.get("MOIM_TEST_POSTGRES")
    if given:
        yield given
        return
    pgserver = pytest.importorskip(
        "pgserver", reason="no PostgreSQL: pip install pgserver, or set MOIM_TEST_POSTGRES to an address"
    )
    # Short, because the server's socket lies in it, and not under pytest's folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="moim-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off;\nSELECT pg_reload_conf();")  # nothing here outlives the run
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


async def _ask_server(address: str, statement: str) -> None:
    import asyncpg

    url = make_url(address)
    host = url.query.get("host", url.host)
    connection = await asyncpg.connect(
        host=host, port=url.port, user=url.username, password=url.password, database=url.database
    )
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_database(postgres: str) -> Iterator[str]:
    name = f"moim_{uuid.uuid4().hex}"
    asyncio.run(_ask_server(postgres, f"CREATE DATABASE {name}"))
    yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
    asyncio.run(_ask_server(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgres_url(postgres_database: str) -> str:
    """Give a PostgreSQL database that is empty: a new one for each test would take a third of a second."""
    asyncio.run(_ask_server(postgres_database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    return postgres_database


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
