"""Writes settings into `.env`: what stands there stays, in its place, with its comments.

Only the words of the file; what a setting means is `bot.config`'s business.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

_PLAIN = re.compile(r"[\w.:,/+@-]*", re.ASCII)


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Set `values` in the file `path`, readable by its owner only, all at once or not at all. Raises `OSError`."""
    text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    target = path.resolve()  # a link stays a link
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".env-")  # created with mode 600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(with_values(text, values))
        Path(temporary).replace(target)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def with_values(text: str, values: Mapping[str, str]) -> str:
    """Return the env file's content `text` with `values` set: a line that sets one is replaced, others are added."""
    left = dict(values)
    done: set[str] = set()
    parts: list[str] = []
    for binding in parse_stream(StringIO(text)):
        original, key = binding.original.string, binding.key
        if key in done:
            continue  # the last of two lines would win over ours
        if key not in left or key is None:
            parts.append(original)
            continue
        # The parser gives blank lines above a setting as part of it.
        gap = original[: len(original) - len(original.lstrip())]
        parts.append(f"{gap}{_line(key, left.pop(key))}")
        done.add(key)
    joined = "".join(parts)
    if left and joined and not joined.endswith("\n"):
        joined += "\n"
    return joined + "".join(_line(name, value) for name, value in left.items())


def _line(name: str, value: str) -> str:
    if not _PLAIN.fullmatch(value):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        value = f"'{escaped}'"
    return f"{name}={value}\n"
