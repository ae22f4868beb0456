"""The verbs about what is recommended: checking the catalogue's files and measuring the recommendations.

They need no settings and no network; the rules are `bot.core`'s, the files `bot.services.shelf`'s.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot import cli
from bot.cli.terminal import Terminal
from bot.core import evaluation
from bot.services import shelf

SCHEMA_DIR = shelf.DATA_DIR / "schema"


def check(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Name every mistake of the catalogue's files, with file and line; return 1 when there is one."""
    findings = shelf.check()
    for finding in findings:
        terminal.say(str(finding))
    if findings:
        terminal.complain(terminal.text("host.data.found", count=len(findings)))
        return cli.FOUND
    books = shelf.load()
    resources, topics = len(list(books.catalogue)), len(list(books.topics))
    terminal.say(terminal.text("host.data.fine", resources=resources, topics=topics))
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
