"""The verbs about what is recommended: checking the catalogue's files and measuring the recommendations.

They need no network; the rules are `bot.core`'s, the files `bot.services.shelf`'s. Where a host keeps their own rows
is a setting.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot import cli, config
from bot.cli.terminal import Terminal
from bot.core import evaluation
from bot.i18n import Locale
from bot.services import shelf

SCHEMA_DIR = shelf.DATA_DIR / "schema"


def check(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Name every mistake of the catalogue's files and the host's own, with file and line; return 1 for any."""
    overlay = config.load().overlay
    findings = shelf.check(overlay=overlay)
    for finding in findings:
        terminal.say(str(finding))
    if findings:
        terminal.complain(terminal.text("host.data.found", count=len(findings)))
        return cli.FOUND
    books = shelf.load(overlay=overlay)
    resources, topics = len(list(books.catalogue)), len(list(books.topics))
    terminal.say(terminal.text("host.data.fine", resources=resources, topics=topics))
    return cli.OK


def changes(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print what changed in the catalogue, the latest first, a line each."""
    try:
        since = date.fromisoformat(arguments.since) if arguments.since else date.min
    except ValueError:
        terminal.complain(terminal.text("host.data.no_date", since=arguments.since))
        return cli.USAGE
    settings = config.load()
    terminal.locale = Locale(config.spoken_language(settings))
    found = shelf.load(overlay=settings.overlay).changes.since(since)
    for change in found:
        kind = terminal.text(f"host.data.change.{change.kind.value}")
        what, ids = change.text(terminal.locale), ", ".join(change.ids)
        terminal.say(terminal.text("host.data.changed", date=change.date.isoformat(), kind=kind, what=what, ids=ids))
    if not found:
        terminal.say(terminal.text("host.data.unchanged"))
    return cli.OK


def write_schemas(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the JSON Schemas that editors use to complete and check the catalogue's files."""
    for name, schema in shelf.schemas().items():
        file = SCHEMA_DIR / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            terminal.complain(terminal.text("host.data.unwritable", file=file, reason=error.strerror))
            return cli.FOUND
        terminal.say(terminal.text("host.data.written", file=file))
    return cli.OK


def evaluate_recommend(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the measures over a file of judged queries, beside those of plain BM25."""
    try:
        measured = evaluation.evaluate_file(Path(arguments.file).read_text(encoding="utf-8-sig"), shelf.load())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        terminal.complain(terminal.text("host.evaluate.unreadable", file=arguments.file, reason=reason))
        return cli.FOUND
    if arguments.json:
        terminal.say(json.dumps(measured, ensure_ascii=False, indent=2))
        return cli.OK
    terminal.say(terminal.text("host.evaluate.queries", count=measured["queries"]))
    terminal.say(terminal.text("host.evaluate.header"))
    terminal.say(_row(terminal, "ours", measured))
    terminal.say(_row(terminal, "baseline", measured["bm25"]))
    return cli.OK


def _row(terminal: Terminal, name: str, measured: Mapping[str, Any]) -> str:
    return terminal.text(
        "host.evaluate.row",
        name=f"{terminal.text(f'host.evaluate.{name}'):12}",
        ndcg=f"{measured['ndcg_at_5']:.3f}",
        recall=f"{measured['must_recall_at_5']:.3f}",
        never=measured["never_violations"],
    )
