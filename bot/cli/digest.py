"""The verb that measures how papers are chosen. The rules and the measures are `bot.core.digest`'s."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from bot import cli
from bot.cli.terminal import Terminal
from bot.core.digest.evaluation import measure, weeks_of
from bot.services.shelf.papers import load_papers


def evaluate_digest(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the recall of each way of choosing over the weeks of the shipped lists."""
    shipped = load_papers()
    measured = measure(weeks_of((paper, shipped.listings.get(paper.key, ())) for paper in shipped.papers))
    if arguments.json:
        terminal.say(json.dumps(asdict(measured), indent=2))
        return cli.OK
    terminal.say(terminal.text("host.evaluate.digest.over", weeks=measured.weeks, picks=measured.picks))
    terminal.say(terminal.text("host.evaluate.digest.header"))
    for name, found in measured.by.items():
        row = {"recall": f"{found.recall:.3f}", "low": f"{found.low:.2f}", "high": f"{found.high:.2f}"}
        label = terminal.text(f"host.evaluate.digest.{name}")
        terminal.say(terminal.text("host.evaluate.digest.row", name=f"{label:16}", **row))
    return cli.OK
