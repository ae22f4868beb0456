"""Where each row of the catalogue is written, as file and line: for whoever is to mend one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bot.services.shelf.files import layers_of

_HEAD = re.compile(r"^\[([a-z0-9-]+)\]\s*(?:#.*)?$", re.MULTILINE)


def places_of_rows(data_dir: Path, overlay: Path | None = None) -> Mapping[str, str]:
    """Return `file:line` of every resource by its id; of one that a host replaced, the place in their folder."""
    found: dict[str, str] = {}
    for layer in layers_of(data_dir, overlay):
        for path in sorted((layer.folder / "resources").glob("*.toml")):
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            for head in _HEAD.finditer(text):
                line = text.count("\n", 0, head.start()) + 1
                found[head[1]] = f"{layer.name}/resources/{path.name}:{line}"
    return found
