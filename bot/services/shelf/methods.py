"""Reads `methods.toml`: how to study, row by row. Which rows make sense is the core's business."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import methods as method_rules
from bot.core.methods import Method, Methods
from bot.core.topics import TopicMap
from bot.services.shelf.files import Layer, finding_in, rows_of
from bot.services.shelf.findings import Finding


def read_methods(layer: Layer, topics: TopicMap, resources: Sequence[str], findings: list[Finding]) -> Methods:
    """Read the rows of method; none where the file cannot be read."""
    file = layer.open("methods.toml", findings)
    if file is None:
        return Methods()
    rows, problems = rows_of(Method, file.document)
    methods = Methods(rows)
    problems += method_rules.problems_of(methods, topics, resources)
    findings += [finding_in(file, problem) for problem in problems]
    return methods
