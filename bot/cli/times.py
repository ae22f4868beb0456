"""The verb that measures how time phrases are read.

The rules and the measures are `bot.core.timewords`'; here the file is read and the figures are printed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli

from bot import cli
from bot.cli.terminal import Terminal
from bot.core.timewords import measuring

SHOWN = ("phrases", "right", "silently_wrong", "asked", "not_understood", "false_times")


def evaluate_times(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the measures over a file of phrases, all and by language, then each phrase that was missed."""
    try:
        measured = measuring.measure(_document(Path(arguments.file)))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        terminal.complain(terminal.text("host.evaluate.unreadable", file=arguments.file, reason=reason))
        return cli.FOUND
    if arguments.json:
        terminal.say(json.dumps(measured, ensure_ascii=False, indent=2))
        return cli.OK
    terminal.say(terminal.text("host.evaluate.times.header"))
    for name, figures in (*measured["by_language"].items(), (terminal.text("host.evaluate.times.all"), measured)):
        terminal.say(terminal.text("host.evaluate.times.row", name=f"{name:4}", **_cells(figures)))
    for miss in measured["misses"]:
        became = terminal.text(f"host.evaluate.times.became.{miss['became']}")
        expected, heard = _short(miss["expected"]), _short(miss["heard"])
        terminal.say(
            terminal.text(
                "host.evaluate.times.miss", became=became, phrase=miss["phrase"], expected=expected, heard=heard
            )
        )
    return cli.OK


def _document(file: Path) -> Mapping[str, Any]:
    """Return a file's content: JSON, or TOML by its name. Raises `OSError` and `ValueError`."""
    text = file.read_text(encoding="utf-8-sig")
    document = tomli.loads(text) if file.suffix == ".toml" else json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("not a file of time phrases")
    return document


def _cells(figures: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{figures[name]:5}" for name in SHOWN}


def _short(value: Any) -> str:
    return " / ".join(value) if isinstance(value, list) else str(value or "-")
