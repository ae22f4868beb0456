"""Reads `feeds.toml`: where digests look. It is read when a digest is made and never at the start.

What a row may say is the core's business.
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import structlog

from bot.core.digest import sources as source_rules
from bot.core.digest.sources import FeedRow
from bot.services.shelf.files import Layer, finding_in, layers_of, rows_of
from bot.services.shelf.findings import Finding

log = structlog.get_logger(__name__)

DATA_DIR = Path(__file__).parents[3] / "data"
_FILE = "feeds.toml"


def load_feeds(data_dir: Path | None = None) -> tuple[FeedRow, ...]:
    """Return the feeds; a row that cannot be used is left out, with a line in the log. It opens a file."""
    findings: list[Finding] = []
    feeds = _read(layers_of(data_dir or DATA_DIR, None)[0], None, findings)
    if findings:
        log.warning("feeds left out", mistakes=len(findings), first=str(findings[0]), mend="moim data check")
    return feeds


def check_feeds(layer: Layer, topics: Container[str]) -> list[Finding]:
    """Return everything that is wrong in the file."""
    findings: list[Finding] = []
    _read(layer, topics, findings)
    return findings


def _read(layer: Layer, topics: Container[str] | None, findings: list[Finding]) -> tuple[FeedRow, ...]:
    file = layer.open(_FILE, findings)
    if file is None:
        return ()
    rows, problems = rows_of(FeedRow, file.document)
    if topics is not None:
        problems += source_rules.problems_of(rows, topics)
    findings += [finding_in(file, problem) for problem in problems]
    return tuple(rows)
