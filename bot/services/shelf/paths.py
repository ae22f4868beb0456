"""Reads the files of `paths/`, one path each, and finds a mistake in the step in which it was made.

What a path may ask of the shelf is the core's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.core import paths as path_rules
from bot.core.methods import Goal
from bot.core.shelf import Shelf
from bot.core.tables import Problem, read_row
from bot.services.shelf.files import File, Layer, rows_of
from bot.services.shelf.findings import Finding


def read_paths(layer: Layer, known: Shelf, findings: list[Finding]) -> path_rules.Paths:
    """Read the paths in the order in which they are offered: by goal, then the others. One file holds one path."""
    read: dict[str, tuple[path_rules.Path, File]] = {}
    places = sorted((layer.folder / "paths").glob("*.toml"))
    if not places:
        findings.append(Finding(f"{layer.name}/paths", 1, "", "", "there are no paths"))
    for place in places:
        file = layer.open(f"paths/{place.name}", findings)
        if file is None:
            continue
        rows, problems = rows_of(path_rules.Path, {place.stem: file.document})
        findings += [_path_finding(file, each) for problem in problems for each in _in_steps(problem, file.document)]
        read |= {row.id: (row, file) for row in rows}
    goals = list(Goal)
    paths = path_rules.Paths(
        sorted((row for row, _ in read.values()), key=lambda row: goals.index(row.goal) if row.goal else len(goals))
    )
    for row, file in read.values():
        wrong = path_rules.problems_of(row, paths, known.catalogue, known.topics, known.methods)
        findings += [_path_finding(file, each) for each in wrong]
    return paths


def _in_steps(problem: Problem, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem somewhere in the steps as those of each step, so that it can be found."""
    steps = document.get("steps")
    found = []
    if problem.key.partition(".")[0] == "steps" and isinstance(steps, list):
        for number, table in enumerate(steps, 1):
            name = table.get("id", number) if isinstance(table, dict) else number
            wrong = read_row(path_rules.Step, "", table)[1]
            found += [Problem(problem.row, f"steps.{name}.{each.key}", each.message) for each in wrong]
    yield from found or [problem]


def _path_finding(file: File, problem: Problem) -> Finding:
    lines = file.text.splitlines()
    first, _, rest = problem.key.partition(".")
    step = rest.partition(".")[0]
    sought = rf'id\s*=\s*"{re.escape(step)}"' if first == "steps" and step else rf"{re.escape(first)}\s*[=.]"
    line = next((at for at, text in enumerate(lines, 1) if first and re.match(sought, text)), 1)
    return Finding(file.name, line, problem.row, problem.key, problem.message)
