"""Opens the files of the `data/` folder and of a host's overlay over it, and reads tables into the core's rows.

Whatever a file cannot be is a finding, never an exception. It does not know what the tables are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import tomli

from bot.core.catalogue import ID_PATTERN
from bot.core.tables import Problem, read_row
from bot.services.shelf.findings import Finding, line_of

_ID = re.compile(ID_PATTERN)
_OF_AN_OVERLAY = frozenset(("topics.toml", "redirects.toml", "changes.toml"))
Row = TypeVar("Row")
Problems = list[Problem]


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


OwnId = TypeVar("OwnId", bound=_Identified)


@dataclass(frozen=True, slots=True)
class File:
    """A file that could be read: its name as findings show it, its text, and the tables in it."""

    name: str
    text: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Layer:
    """A folder of catalogue files: the shipped one, which is whole, or a host's own, in which every file may lack."""

    folder: Path
    name: str
    whole: bool = False

    def open(self, file: str, findings: list[Finding]) -> File | None:
        """Return the file; None when it is not there or cannot be read, with a finding unless it may lack."""
        return _open(self.folder / file, f"{self.name}/{file}", findings, needed=self.whole)


def layers_of(data_dir: Path, overlay: Path | None) -> list[Layer]:
    """Return the shipped layer, and the host's over it where its folder is there."""
    layers = [Layer(data_dir, "data", whole=True)]
    if overlay is not None and overlay.is_dir():
        layers.append(Layer(overlay, overlay.as_posix()))
    return layers


def _open(path: Path, name: str, findings: list[Finding], *, needed: bool = True) -> File | None:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if needed:
            findings.append(Finding(name, 1, "", "", "the file is missing"))
        return None
    except UnicodeDecodeError:
        findings.append(Finding(name, 1, "", "", "is not UTF-8 text"))
        return None
    except OSError as error:
        findings.append(Finding(name, 1, "", "", f"cannot be read: {error.strerror}"))
        return None
    try:
        return File(name, text, tomli.loads(text))
    except tomli.TOMLDecodeError as error:
        findings.append(Finding(name, error.lineno, "", "", f"is not valid TOML: {error.msg}"))
        return None
    except RecursionError:
        findings.append(Finding(name, 1, "", "", "is not valid TOML: tables too deep"))
        return None


def strangers(layer: Layer) -> Iterator[Finding]:
    """Yield the files of an overlay that nobody would read, so that a misplaced one is not lost in silence."""
    for path in sorted(layer.folder.glob("**/*.toml")):
        file = path.relative_to(layer.folder).as_posix()
        if file not in _OF_AN_OVERLAY and path.parent != layer.folder / "resources":
            where = ", ".join(("resources/*.toml", *sorted(_OF_AN_OVERLAY)))
            yield Finding(f"{layer.name}/{file}", 1, "", "", f"is not read here: an overlay holds {where}")


def rows_of(
    cls: type[Row], table: Mapping[str, Any], prefix: str = "", *, free_ids: bool = False
) -> tuple[list[Row], Problems]:
    """Read each table of `table` as a row of the class, named by its key; `prefix` is for its name in a problem."""
    rows: list[Row] = []
    problems: Problems = []
    for row_id, row_table in table.items():
        if not free_ids and not _ID.fullmatch(row_id):
            problems.append(Problem(prefix + row_id, "", "an id is lower-case words and hyphens"))
        row, wrong = read_row(cls, row_id, row_table)
        problems += [Problem(prefix + each.row, each.key, each.message) for each in wrong]
        if row is not None:
            rows.append(row)
    return rows, problems


def rows_in(cls: type[OwnId], layer: Layer, folder: str, findings: list[Finding]) -> Iterator[tuple[OwnId, File]]:
    """Yield the rows of every file of a folder with the file, each id once, with what is wrong as findings."""
    homes: dict[str, File] = {}
    for path in sorted((layer.folder / folder).glob("*.toml")):
        file = layer.open(f"{folder}/{path.name}", findings)
        if file is None:
            continue
        rows, problems = rows_of(cls, file.document)
        findings += [finding_in(file, problem) for problem in problems]
        for row in rows:
            if row.id in homes:
                message = f"there is a row with this id in {homes[row.id].name} already"
                findings.append(finding_in(file, Problem(row.id, "", message)))
                continue
            homes[row.id] = file
            yield row, file


def section(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the tables under a name; none where the name is missing or holds something else."""
    tables = document.get(name, {})
    return tables if isinstance(tables, dict) else {}


def finding_in(file: File, problem: Problem) -> Finding:
    """Return the problem of a row with the file and the line it is in."""
    return Finding(file.name, line_of(file.text, problem.row, problem.key), problem.row, problem.key, problem.message)
