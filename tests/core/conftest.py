"""The real shelf, read once: the catalogue's own rows are what the rules are for."""

from __future__ import annotations

import pytest

from bot.core.shelf import Shelf
from bot.services.shelf import load


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    """Return the project's own catalogue, topics and methods."""
    return load()
