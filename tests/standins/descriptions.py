"""Where the official descriptions of the two APIs are, and what is said when they are not there.

They are large files that this project does not ship: `$MOIM_SPECS`, else `../shared/specs` beside the
repository. Without them the stand-ins still hold the limits written in their own rules.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # of the repository


def folder() -> Path:
    return Path(os.environ.get("MOIM_SPECS") or ROOT.parent / "shared" / "specs")


def find(name: str) -> Path | None:
    """The description file of this name, None when it is absent."""
    path = folder() / name
    return path if path.is_file() else None


def note() -> str | None:
    """What a report must say about schema checks that could not run; None when all can."""
    missing = [name for name in ("openapi.json", "telegram_api.json") if find(name) is None]
    return f"schema checks skipped: no descriptions at {folder()}" if missing else None
