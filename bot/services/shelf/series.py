"""Reads the files of `series/`, one series each, and finds a mistake in the unit in which it was made.

What a series may be is the core's business.
"""

from __future__ import annotations

import re
from collections.abc import Container

from bot.core import series as series_rules
from bot.core.series import AllSeries, Series
from bot.core.tables import Problem
from bot.services.shelf.files import File, Layer, rows_of
from bot.services.shelf.findings import Finding


def read_series(layer: Layer, resources: Container[str], findings: list[Finding]) -> AllSeries:
    """Read the series in the order of their files; a folder without any is none."""
    files: dict[str, File] = {}
    read: list[Series] = []
    for place in sorted((layer.folder / "series").glob("*.toml")):
        file = layer.open(f"series/{place.name}", findings)
        if file is None:
            continue
        rows, problems = rows_of(Series, {place.stem: file.document})
        findings += [_series_finding(file, problem) for problem in problems]
        read += rows
        files |= {row.id: file for row in rows}
    findings += [_series_finding(files[each.row], each) for each in series_rules.problems_of(read, resources)]
    return AllSeries(read)


def _series_finding(file: File, problem: Problem) -> Finding:
    """Return the problem with the line of its key; one in the units stands at the first of them."""
    first = re.escape(problem.key.partition(".")[0])
    sought = re.compile(rf"{first}\s*[=.]|\[\[{first}\]\]") if first else None
    lines = file.text.splitlines()
    line = next((at for at, text in enumerate(lines, 1) if sought is not None and sought.match(text)), 1)
    return Finding(file.name, line, problem.row, problem.key, problem.message)
