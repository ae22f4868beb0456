"""Reads the tables that every layer may hold as rows of its own: resources, redirects and changes.

A later layer's row takes the place of an earlier one's with the same id. What a row may say is the core's business.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path

from bot.core import changes as change_rules
from bot.core import redirects as redirect_rules
from bot.core.catalogue import Resource
from bot.core.changes import Change, Changes
from bot.core.redirects import Redirect
from bot.core.tables import Problem, read_row
from bot.services.shelf.files import File, Layer, Problems, finding_in, rows_in, rows_of
from bot.services.shelf.findings import Finding

_FOLDER = "resources"
_OWN_TOPIC_FREE = "_"  # files such as _credits.toml hold rows without a topic


def read_resources(layers: Sequence[Layer], findings: list[Finding]) -> tuple[dict[str, Resource], dict[str, File]]:
    """Read the rows of every layer; a row of a later one takes the place of an earlier one's with the same id."""
    resources: dict[str, Resource] = {}
    homes: dict[str, File] = {}
    for layer in layers:
        for row, file in _read_layer(layer, findings):
            resources[row.id], homes[row.id] = row, file
    return resources, homes


def _read_layer(layer: Layer, findings: list[Finding]) -> Iterator[tuple[Resource, File]]:
    if layer.whole and not any((layer.folder / _FOLDER).glob("*.toml")):
        findings.append(Finding(f"{layer.name}/{_FOLDER}", 1, "", "", "there are no resource files"))
    for row, file in rows_in(Resource, layer, _FOLDER, findings):
        if layer.whole:  # a host may call their files as they like
            findings += [finding_in(file, problem) for problem in _place_problems(row, file)]
        yield row, file


def _place_problems(resource: Resource, file: File) -> Iterator[Problem]:
    stem = Path(file.name).stem
    if not stem.startswith(_OWN_TOPIC_FREE) and resource.topic != stem:
        yield Problem(resource.id, "topics", f"the main topic is {resource.topic!r}, so it belongs in another file")


def read_redirects(
    layers: Sequence[Layer], resources: Mapping[str, Resource], findings: list[Finding]
) -> list[tuple[Redirect, File]]:
    """Read the redirects of every layer, a later one's before an earlier one's of the same id."""
    read: dict[str, tuple[Redirect, File]] = {}
    for layer in layers:
        file = layer.open("redirects.toml", findings)
        if file is not None:
            rows, problems = rows_of(Redirect, file.document)
            findings += [finding_in(file, problem) for problem in problems]
            read |= {row.id: (row, file) for row in rows}
    files = {row.id: file for row, file in read.values()}
    for problem in redirect_rules.problems_of((row for row, _ in read.values()), resources):
        findings.append(finding_in(files[problem.row], problem))
    return list(read.values())


def read_changes(layers: Sequence[Layer], known: Container[str], findings: list[Finding]) -> Changes:
    """Read what changed, of every layer; `known` holds every id that a change may name."""
    rows: list[Change] = []
    for layer in layers:
        file = layer.open("changes.toml", findings)
        if file is None:
            continue
        tables = file.document.get("changes", [])
        if set(file.document) - {"changes"} or not isinstance(tables, list):
            findings.append(Finding(file.name, 1, "", "", "should hold [[changes]] and nothing else"))
            continue
        here: list[Change] = []
        problems: Problems = []
        for number, table in enumerate(tables, 1):
            row, wrong = read_row(Change, str(number), table)
            problems += wrong
            here += [row] if row is not None else []
        problems += change_rules.problems_of(here, known)
        findings += [_change_finding(file, problem) for problem in problems]
        rows += here
    return Changes(rows)


def _change_finding(file: File, problem: Problem) -> Finding:
    lines = file.text.splitlines()
    heads = [number for number, line in enumerate(lines, 1) if line.split("#")[0].strip() == "[[changes]]"]
    at = int(problem.row) - 1
    start = heads[at] if at < len(heads) else 1
    end = heads[at + 1] if at + 1 < len(heads) else len(lines) + 1
    key = re.compile(rf"{re.escape(problem.key.partition('.')[0])}\s*[=.]") if problem.key else None
    line = next((at for at in range(start, end) if key is not None and key.match(lines[at - 1].strip())), start)
    return Finding(file.name, line, f"changes.{problem.row}", problem.key, problem.message)
