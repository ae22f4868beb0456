"""A PostgreSQL for the tests that need one: started from a wheel once per run, with a database for whoever asks."""

from __future__ import annotations

import asyncio
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url


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
    try:
        server = pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # whatever this machine does not let it do
        pytest.skip(f"no PostgreSQL: {error or type(error).__name__}; set MOIM_TEST_POSTGRES to an address")
    server.psql("ALTER SYSTEM SET fsync = off;\nSELECT pg_reload_conf();")  # nothing here outlives the run
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def new_database(postgres: str, template: str = "template1") -> Iterator[str]:
    """Give the address of a new database on the server, as a host would write it: a copy of the `template`'s."""
    name = f"moim_{uuid.uuid4().hex}"
    ask_server(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    url = make_url(postgres).set(drivername="postgresql+asyncpg", database=name)
    yield url.render_as_string(hide_password=False)
    ask_server(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def ask_server(address: str, statement: str) -> None:
    """Run one statement that changes the server or a database of it."""
    asyncio.run(_ask_server(address, statement))


async def _ask_server(address: str, statement: str) -> None:
    connection = await _connected(address)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _connected(address: str) -> Any:
    import asyncpg  # type: ignore[import-untyped]

    url = make_url(address)
    host = url.query.get("host", url.host)
    return await asyncpg.connect(
        host=host, port=url.port, user=url.username, password=url.password, database=url.database
    )


@pytest.fixture(scope="session")
def postgres_database(postgres: str) -> Iterator[str]:
    """Give one database for all the tests of a run that empty it themselves."""
    with new_database(postgres) as address:
        yield address


@pytest.fixture
def postgres_url(postgres_database: str) -> str:
    """Give a PostgreSQL database that is empty: a new one for each test would take a third of a second."""
    ask_server(postgres_database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return postgres_database


def rows_in(address: str) -> str:
    """Return every row of every table of a database, as text."""
    return asyncio.run(_rows_in(address))


async def _rows_in(address: str) -> str:
    connection = await _connected(address)
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [await connection.fetch(f'SELECT t::text FROM "{name}" t') for (name,) in names]
    finally:
        await connection.close()
    return "\n".join(row for rows in tables for (row,) in rows)
