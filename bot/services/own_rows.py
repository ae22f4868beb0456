"""Writes rows that organisers approved into the host's own folder of catalogue files, and says so in its changelog.

What is written is read back with the same checks as every file; what does not pass them leaves the folder as it was.
Who keeps the shelf (`own_folder`) sees that the files changed.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.services import shelf

ROWS = "resources/suggested.toml"
CHANGES = "changes.toml"
_HEAD = "# What members suggested and organisers approved. The bot only ever adds rows here; edit them as you like.\n"
_CHANGES_HEAD = "# What changed in our own rows, the latest first.\n"
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")
_BLOCK = re.compile(r"^\[\[changes\]\]", re.MULTILINE)
_writing = threading.Lock()


class NotWritten(Exception):
    """The folder could not be written, or what was written did not pass the checks; nothing was changed."""


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row to be added, with what it is in both languages: at most 70 characters and 110."""

    id: str
    title: str
    kind: str
    topics: Sequence[str]
    language: str
    url: str
    note_ko: str
    note_en: str
    verified: date


def add_row(folder: Path, row: OwnRow) -> None:
    """Add the row and its line in the changelog. It takes a while, so it is to be called in a thread.

    Raises `NotWritten`.
    """
    with _writing:
        rows, changes = folder / ROWS, folder / CHANGES
        before = {path: _read(path) for path in (rows, changes)}
        if f"[{row.id}]" in (before[rows] or "").splitlines():
            return  # written by an approval that was cut off
        known = set(shelf.check_overlay(folder))
        try:
            rows.parent.mkdir(parents=True, exist_ok=True)
            _write(rows, (before[rows] or _HEAD).rstrip("\n") + "\n\n" + _row(row))
            _write(changes, _with_change(before[changes] or _CHANGES_HEAD, row))
            wrong = [each for each in shelf.check_overlay(folder) if each not in known]
        except OSError as error:
            _put_back(before)
            raise NotWritten(type(error).__name__) from error
        if wrong:
            _put_back(before)
            raise NotWritten(str(wrong[0]))


def _row(row: OwnRow) -> str:
    return "\n".join(
        (
            f"[{row.id}]",
            f"title = {_text(row.title)}",
            f"kind = {_text(row.kind)}",
            f"topics = [{', '.join(map(_text, row.topics))}]",
            'stage = "before"',
            f"languages = [{_text(row.language)}]",
            f"url = {_text(row.url)}",
            f"note.ko = {_text(row.note_ko)}",
            f"note.en = {_text(row.note_en)}",
            'sure = "medium"',
            f"verified = {row.verified.isoformat()}",
            "",
        )
    )


def _with_change(changes: str, row: OwnRow) -> str:
    """Return the changelog with a line about the row: the latest stands first."""
    title = row.title if len(row.title) <= 80 else row.title[:79].rstrip() + "…"
    block = "\n".join(
        (
            "[[changes]]",
            f"date = {row.verified.isoformat()}",
            'kind = "added"',
            f"ids = [{_text(row.id)}]",
            f"text.ko = {_text(f'모임에서 올린 자료: {title}')}",
            f"text.en = {_text(f'Suggested by a study group: {title}')}",
            "",
        )
    )
    first = _BLOCK.search(changes)
    at = first.start() if first else len(changes)
    return f"{changes[:at]}{'' if changes[:at].endswith(chr(10)) or not at else chr(10)}{block}\n{changes[at:]}"


def _text(words: str) -> str:
    """Return `words` as a TOML text: JSON's escapes are TOML's, and what neither shows is left out."""
    return json.dumps(" ".join(_ODD.sub(" ", words).split()), ensure_ascii=False)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise NotWritten(type(error).__name__) from error


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def _put_back(before: dict[Path, str | None]) -> None:
    for path, text in before.items():
        if text is None:
            path.unlink(missing_ok=True)
        elif path.is_file():
            _write(path, text)
