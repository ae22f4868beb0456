"""Documents that real servers sent, where they are at hand: they are large, and not ours to ship."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.standins.descriptions import ROOT


def folder() -> Path:
    """Return where the recorded documents are: `$MOIM_RECORDED`, else `../shared/data/feeds` beside the project."""
    return Path(os.environ.get("MOIM_RECORDED") or ROOT.parent / "shared" / "data" / "feeds")


def recorded(name: str) -> bytes:
    """Return one document; the test is skipped, and says so, when it is not at hand."""
    path = folder() / name
    if not path.is_file():
        pytest.skip(f"the recorded document {name} is not at hand")
    return path.read_bytes()
