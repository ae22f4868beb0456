"""Reads the `data/` folder, and a host's overlay over it, into the core's objects, and checks both with file and line.

All reading of catalogue files happens here, a module for each family of tables; what a row may hold is the core's
business. It knows no commands and no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import structlog

from bot.core import catalogue as catalogue_rules
from bot.core.catalogue import Catalogue
from bot.core.shelf import Shelf
from bot.services.shelf.catalogue import read_changes, read_redirects, read_resources
from bot.services.shelf.editor_schemas import schemas
from bot.services.shelf.files import Layer, finding_in, layers_of, strangers
from bot.services.shelf.findings import DataError, Finding
from bot.services.shelf.methods import read_methods
from bot.services.shelf.paths import read_paths
from bot.services.shelf.series import read_series
from bot.services.shelf.topics import lay_over, read_topics

__all__ = ["DATA_DIR", "DataError", "Finding", "check", "check_overlay", "load", "schemas"]

log = structlog.get_logger(__name__)

DATA_DIR = Path(__file__).parents[3] / "data"


def load(data_dir: Path | None = None, overlay: Path | None = None) -> Shelf:
    """Return everything in `data_dir` (the project's own by default), under a host's `overlay`, as a `Shelf`.

    An overlay that cannot be used is left out whole, with a line in the log: it never keeps the bot from starting.
    Raises `DataError` for what is wrong without it.
    """
    layers = layers_of(data_dir or DATA_DIR, overlay)
    shelf, findings = _read(layers)
    if findings and len(layers) > 1:
        wrong = findings
        shelf, findings = _read(layers[:1])
        own = _own_findings(wrong, findings)
        log.warning(
            "catalogue overlay left out",
            folder=layers[1].name,
            mistakes=len(own),
            first=str(own[0]),
            mend="moim data check names all of them",
        )
    if findings:
        raise DataError(findings)
    return shelf


def check(data_dir: Path | None = None, overlay: Path | None = None) -> list[Finding]:
    """Return everything that is wrong in the data folder and in a host's `overlay`; an empty list is a clean bill."""
    from bot.services.shelf.cities import check_cities  # none of these is a part of what is read at the start
    from bot.services.shelf.feeds import check_feeds
    from bot.services.shelf.papers import check_papers

    layers = layers_of(data_dir or DATA_DIR, overlay)
    books, findings = _read(layers)
    return sorted(
        [
            *findings,
            *check_papers(layers[0], books.topics),
            *check_cities(layers[0]),
            *check_feeds(layers[0], books.topics),
        ]
    )


def check_overlay(overlay: Path, data_dir: Path | None = None) -> list[Finding]:
    """Return what is wrong because of the `overlay`, in its own files or in how they go with the shipped ones."""
    layers = layers_of(data_dir or DATA_DIR, overlay)
    return _own_findings(_read(layers)[1], _read(layers[:1])[1])


def _own_findings(all_findings: Iterable[Finding], shipped: Iterable[Finding]) -> list[Finding]:
    known = set(shipped)
    return [finding for finding in all_findings if finding not in known]


def _read(layers: Sequence[Layer]) -> tuple[Shelf, list[Finding]]:
    """Read the shipped layer, and the host's over it where there is one, as one shelf with all that is wrong."""
    findings: list[Finding] = []
    shipped = layers[0]
    topics = read_topics(shipped, findings)
    for layer in layers[1:]:
        findings += strangers(layer)
        topics = lay_over(topics, layer, findings)
    resources, homes = read_resources(layers, findings)
    redirects = read_redirects(layers, resources, findings)
    books = Catalogue(resources.values(), (each for each, _ in redirects))
    for resource in resources.values():
        file = homes[resource.id]
        findings += [finding_in(file, problem) for problem in catalogue_rules.problems_of(resource, books, topics)]
    methods = read_methods(shipped, topics, list(resources), findings)
    known = {*resources, *(each.id for each, _ in redirects), *(row.id for row in methods), *(row.id for row in topics)}
    changes = read_changes(layers, known, findings)
    paths = read_paths(shipped, Shelf(books, topics, methods), findings)
    series = read_series(shipped, books, findings)
    return Shelf(books, topics, methods, paths, changes, series), sorted(findings)
