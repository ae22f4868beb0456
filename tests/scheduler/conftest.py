"""A street on a new database, with a clock that leaps."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from tests.scheduler.street import Clock, Street, open_street


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Errors are made on purpose here, and structlog draws a traceback for a second."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "moim.db"


@pytest.fixture
async def street(file: Path, clock: Clock) -> AsyncIterator[Street]:
    async with open_street(file, clock) as street:
        yield street
