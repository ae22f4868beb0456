"""The real catalogue, and the table that `make bench` prints at its end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.core.shelf import Shelf
from bot.services.shelf import load
from tests.bench.figures import Figure, table

FIGURES = pytest.StashKey[list[Figure]]()


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    """Return the project's own catalogue, topics and methods."""
    return load()


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Callable[[Figure], None]:
    """Put a figure into the table, and fail when its ratio is above what it allows."""

    def note(figure: Figure) -> None:
        request.config.stash.setdefault(FIGURES, []).append(figure)
        assert figure.ratio <= figure.allowed, f"{figure.what}: {figure.ratio:.2f} times {figure.control}"

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash.get(FIGURES, [])
    if figures:
        terminalreporter.section("figures, and how they compare")
        for line in table(figures):
            terminalreporter.write_line(line)
