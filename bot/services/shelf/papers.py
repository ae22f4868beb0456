"""Reads the folder `papers/`: the classics, row by row, and the pool of what lists named, line by line.

It is read when papers are needed and never at the start. What a row may say is the core's business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from bot.core.papers import classics as classic_rules
from bot.core.papers import pool as pool_rules
from bot.core.papers.classics import Classic
from bot.core.papers.filling import same_title
from bot.core.papers.paper import Paper
from bot.core.papers.pool import PaperList, Pooled
from bot.core.reading import Listing
from bot.core.tables import Problem
from bot.services.shelf.files import Layer, finding_in, layers_of, rows_in, rows_of
from bot.services.shelf.findings import Finding

log = structlog.get_logger(__name__)

DATA_DIR = Path(__file__).parents[3] / "data"
_FOLDER = "papers"
_CLASSICS = f"{_FOLDER}/classics"
_POOL = f"{_FOLDER}/pool.jsonl"
_FORMAT = "2"  # of what is made of the files; another one has them taken in anew


@dataclass(frozen=True, slots=True)
class ShippedPapers:
    """The papers that come with the program, the classics first, and which lists named each, by its key."""

    papers: tuple[Paper, ...]
    listings: Mapping[str, tuple[Listing, ...]]


def load_papers(data_dir: Path | None = None) -> ShippedPapers:
    """Return the classics and the pool, each paper once; a row that cannot be used is left out, with a line in the log.

    One that a list knew by a publisher's address is the one of the same title on arXiv. It opens files and takes some
    tenths of a second: to be called in a thread.
    """
    layer = layers_of(data_dir or DATA_DIR, None)[0]
    findings: list[Finding] = []
    papers = {row.key: row.paper() for row, _ in rows_in(Classic, layer, _CLASSICS, findings)}
    listings: dict[str, tuple[Listing, ...]] = {}
    pooled = [each for _, each in _numbered_pool(layer, findings)]
    pooled.sort(key=lambda each: each.paper.arxiv is None)  # so that the one to meet is there
    called: dict[str, str] = {}
    for paper in (*papers.values(), *(each.paper for each in pooled if each.paper.arxiv)):
        called.setdefault(same_title(paper.title), paper.key)
    for each in pooled:
        paper = each.paper
        key = paper.key if paper.arxiv else called.get(same_title(paper.title) or paper.key, paper.key)
        listings[key] = tuple(dict.fromkeys((*listings.get(key, ()), *each.listings)))
        papers[key] = replace(papers.get(key, paper), listed=len({each.source for each in listings[key]}))
    if findings:
        log.warning("papers left out", mistakes=len(findings), first=str(findings[0]), mend="moim data check")
    return ShippedPapers(tuple(papers.values()), listings)


def papers_version(data_dir: Path | None = None) -> str:
    """Return a word that changes whenever the files do."""
    folder = (data_dir or DATA_DIR) / _FOLDER
    digest = hashlib.sha256(_FORMAT.encode())
    for path in sorted(each for each in folder.glob("**/*") if each.suffix in (".toml", ".jsonl")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def check_papers(layer: Layer, topics: Container[str]) -> list[Finding]:
    """Return everything that is wrong in the folder."""
    findings: list[Finding] = []
    if not (layer.folder / _FOLDER).is_dir():
        return findings
    classics = list(rows_in(Classic, layer, _CLASSICS, findings))
    files = {row.id: file for row, file in classics}
    problems = classic_rules.problems_of([row for row, _ in classics], topics)
    findings += [finding_in(files[each.row], each) for each in problems]
    lists = _read_lists(layer, findings)
    seen: dict[str, int] = {}
    for number, pooled in _numbered_pool(layer, findings):
        key = pooled.paper.key
        wrong = list(pool_rules.problems_of(pooled, topics, lists, key))
        if (first := seen.setdefault(key, number)) != number:
            wrong.append(Problem(key, "key", f"stands in line {first} already"))
        findings += [Finding(_pool_name(layer), number, each.row, each.key, each.message) for each in wrong]
    return findings


def _read_lists(layer: Layer, findings: list[Finding]) -> dict[str, PaperList]:
    file = layer.open(f"{_FOLDER}/lists.toml", findings)
    if file is None:
        return {}
    rows, problems = rows_of(PaperList, file.document)
    findings += [finding_in(file, problem) for problem in problems]
    return {row.id: row for row in rows}


def _numbered_pool(layer: Layer, findings: list[Finding]) -> Iterator[tuple[int, Pooled]]:
    """Yield the papers of the pool with the numbers of their lines."""
    try:
        lines = (layer.folder / _POOL).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        findings.append(Finding(_pool_name(layer), 1, "", "", f"cannot be read: {type(error).__name__}"))
        return
    for number, line in enumerate(lines, 1):
        try:
            yield number, pool_rules.read_line(line)
        except ValueError as error:
            findings.append(Finding(_pool_name(layer), number, "", "", str(error)))


def _pool_name(layer: Layer) -> str:
    return f"{layer.name}/{_POOL}"
