"""An adapter serving its stand-in, whichever platform it is: the folder of each names its `sim` and its `life`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def serve(life: Callable[..., Any], sim: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Start lives of the bot, one after another or side by side; all of them end with the test."""
    lives: list[Any] = []

    def start(*, wait: bool = True, **how: Any) -> Any:
        lives.append(life(sim, tmp_path, **how))
        return lives[-1].start(wait=wait)

    yield start
    for each in lives:
        each.stop()


@pytest.fixture
def bot(serve: Callable[..., Any]) -> Any:
    return serve()
