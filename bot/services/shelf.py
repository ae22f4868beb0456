"""Reads the `data/` folder into the core's objects, and checks it with file and line.

All reading of catalogue files happens here; what a row may hold is the core's business. It knows no commands and no
database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import tomli

from bot.core import catalogue as catalogue_rules
from bot.core import methods as method_rules
from bot.core import paths as path_rules
from bot.core import topics as topic_rules
from bot.core.catalogue import Approach, Catalogue, Kind, Level, Resource
from bot.core.methods import Goal, Method, Methods
from bot.core.shelf import Shelf
from bot.core.tables import Problem, json_schema, read_row
from bot.core.topics import Ambiguous, Marks, Topic, TopicMap, WholeWord, Words

DATA_DIR = Path(__file__).parent.parent.parent / "data"
_ID = re.compile(catalogue_rules.ID_PATTERN)
_OWN_TOPIC_FREE = "_"  # files such as _credits.toml hold rows without a topic
_SCHEMA_FORM = "https://json-schema.org/draft/2020-12/schema"
Row = TypeVar("Row")
Problems = list[Problem]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something to mend in a data file; prints as "data/topics.toml:12: topics.rag: aliases.en: ..."."""

    file: str
    line: int
    row: str
    key: str
    message: str

    def __str__(self) -> str:
        """Return the finding in the form editors and terminals can jump to."""
        where = ": ".join(part for part in (self.row, self.key) if part)
        return (
            f"{self.file}:{self.line}: {where}: {self.message}" if where else f"{self.file}:{self.line}: {self.message}"
        )


class DataError(Exception):
    """The data folder cannot be used as it is; `findings` say what to mend."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Hold the findings; the message shows the first few."""
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings[:20])))


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    text: str
    document: Mapping[str, Any]


def load(data_dir: Path | None = None) -> Shelf:
    """Return everything in `data_dir` (the project's own by default) as a `Shelf`. Raises `DataError`."""
    shelf, findings = _read(data_dir or DATA_DIR)
    if findings:
        raise DataError(findings)
    return shelf


def check(data_dir: Path | None = None) -> list[Finding]:
    """Return everything that is wrong in the data folder, in file order; an empty list is a clean bill."""
    return _read(data_dir or DATA_DIR)[1]


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schemas for editors by file name under `data/schema/`, made from the dataclasses themselves."""
    words = {"type": "object"}
    return {
        "resource.json": _table_schema("Resources by id", json_schema(Resource)),
        "methods.json": _table_schema("Rows of method by id", json_schema(Method)),
        "path.json": {"$schema": _SCHEMA_FORM, "title": "A path", **json_schema(path_rules.Path)},
        "topics.json": {
            "$schema": _SCHEMA_FORM,
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "topics": _rows_schema(json_schema(Topic)),
                "ambiguous": {"type": "object", "additionalProperties": json_schema(Ambiguous)},
                "whole": {"type": "object", "additionalProperties": json_schema(WholeWord)},
                "words": words,
            },
        },
    }


def _table_schema(title: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": _SCHEMA_FORM, "title": title, **_rows_schema(row)}


def _rows_schema(row: dict[str, Any]) -> dict[str, Any]:
    pattern = f"^{catalogue_rules.ID_PATTERN}$"
    return {"type": "object", "additionalProperties": False, "patternProperties": {pattern: row}}


def _read(data_dir: Path) -> tuple[Shelf, list[Finding]]:
    findings: list[Finding] = []
    topics, topic_problems, topic_file = _read_topics(data_dir, findings)
    resources, homes, row_findings = _read_resources(data_dir, findings)
    methods, method_problems, method_file = _read_methods(data_dir, findings)
    books = Catalogue(resources)
    findings += row_findings
    for resource in resources:
        file = homes[resource.id]
        problems = [*catalogue_rules.problems_of(resource, books, topics), *_place_problems(resource, file)]
        findings += [_finding(file, problem) for problem in problems]
    ids = [resource.id for resource in resources]
    topic_problems += topic_rules.problems_of(topics)
    method_problems += method_rules.problems_of(methods, topics, ids)
    for known_file, problems in ((topic_file, topic_problems), (method_file, method_problems)):
        if known_file is not None:
            findings += [_finding(known_file, problem) for problem in problems]
    paths = _read_paths(data_dir, Shelf(books, topics, methods), findings)
    return Shelf(books, topics, methods, paths), sorted(findings)


def _open(path: Path, name: str, findings: list[Finding]) -> _File | None:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        findings.append(Finding(name, 1, "", "", "the file is missing"))
        return None
    except UnicodeDecodeError:
        findings.append(Finding(name, 1, "", "", "is not UTF-8 text"))
        return None
    try:
        return _File(name, text, tomli.loads(text))
    except tomli.TOMLDecodeError as error:
        findings.append(Finding(name, error.lineno, "", "", f"is not valid TOML: {error.msg}"))
        return None


def _read_resources(data_dir: Path, findings: list[Finding]) -> tuple[list[Resource], dict[str, _File], list[Finding]]:
    resources: list[Resource] = []
    homes: dict[str, _File] = {}
    wrong: list[Finding] = []
    paths = sorted((data_dir / "resources").glob("*.toml"))
    if not paths:
        findings.append(Finding("data/resources", 1, "", "", "there are no resource files"))
    for path in paths:
        file = _open(path, f"data/resources/{path.name}", findings)
        if file is None:
            continue
        rows, problems = _rows(Resource, file.document)
        wrong += [_finding(file, problem) for problem in problems]
        for row in rows:
            if row.id in homes:
                message = f"there is a row with this id in {homes[row.id].name} already"
                wrong.append(_finding(file, Problem(row.id, "", message)))
                continue
            homes[row.id] = file
            resources.append(row)
    return resources, homes, wrong


def _place_problems(resource: Resource, file: _File) -> Iterator[Problem]:
    stem = Path(file.name).stem
    if not stem.startswith(_OWN_TOPIC_FREE) and resource.topic != stem:
        yield Problem(resource.id, "topics", f"the main topic is {resource.topic!r}, so it belongs in another file")


def _rows(
    cls: type[Row], table: Mapping[str, Any], prefix: str = "", *, free_ids: bool = False
) -> tuple[list[Row], Problems]:
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


def _read_methods(data_dir: Path, findings: list[Finding]) -> tuple[Methods, Problems, _File | None]:
    file = _open(data_dir / "methods.toml", "data/methods.toml", findings)
    if file is None:
        return Methods(), [], None
    rows, problems = _rows(Method, file.document)
    return Methods(rows), problems, file


def _read_paths(data_dir: Path, known: Shelf, findings: list[Finding]) -> path_rules.Paths:
    """Read the paths in the order in which they are offered: by goal, then the others. One file holds one path."""
    read: dict[str, tuple[path_rules.Path, _File]] = {}
    places = sorted((data_dir / "paths").glob("*.toml"))
    if not places:
        findings.append(Finding("data/paths", 1, "", "", "there are no paths"))
    for place in places:
        file = _open(place, f"data/paths/{place.name}", findings)
        if file is None:
            continue
        rows, problems = _rows(path_rules.Path, {place.stem: file.document})
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


def _path_finding(file: _File, problem: Problem) -> Finding:
    lines = file.text.splitlines()
    first, _, rest = problem.key.partition(".")
    step = rest.partition(".")[0]
    sought = rf'id\s*=\s*"{re.escape(step)}"' if first == "steps" and step else rf"{re.escape(first)}\s*[=.]"
    line = next((at for at, text in enumerate(lines, 1) if first and re.match(sought, text)), 1)
    return Finding(file.name, line, problem.row, problem.key, problem.message)


def _read_topics(data_dir: Path, findings: list[Finding]) -> tuple[TopicMap, Problems, _File | None]:
    file = _open(data_dir / "topics.toml", "data/topics.toml", findings)
    if file is None:
        return TopicMap(()), [], None
    document = file.document
    topics, problems = _rows(Topic, _section(document, "topics"), "topics.")
    ambiguous, more = _rows(Ambiguous, _section(document, "ambiguous"), "ambiguous.", free_ids=True)
    whole, still_more = _rows(WholeWord, _section(document, "whole"), "whole.", free_ids=True)
    words, word_problems = _read_words(_section(document, "words"))
    known = ("topics", "ambiguous", "whole", "words")
    strangers = [Problem(key, "", "is not a known table") for key in document if key not in known]
    return TopicMap(topics, ambiguous, whole, words), [*problems, *more, *still_more, *word_problems, *strangers], file


def _section(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = document.get(name, {})
    return section if isinstance(section, dict) else {}


_SIDES = frozenset(("before", "after"))
_WORD_KEYS: Mapping[str, frozenset[str]] = {
    "level": frozenset(Level),
    "language": frozenset(("ko", "en")),
    "kind": frozenset(Kind),
    "approach": frozenset(Approach),
    "cost": frozenset(("free",)),
    "means": _SIDES,
    "context": _SIDES,
    "negation": _SIDES,
    "ahead": _SIDES,
    "too-hard": _SIDES,
    "done": _SIDES,
    "gone": _SIDES,
    "stop": frozenset(("ko", "en")),
}


def _read_words(section: Mapping[str, Any]) -> tuple[Words, Problems]:
    problems: Problems = []
    read: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in _WORD_KEYS}
    for name, table in section.items():
        keys = _WORD_KEYS.get(name)
        if keys is None or not isinstance(table, dict):
            problems.append(Problem(f"words.{name}", "", "is not a known table"))
            continue
        for key, words in table.items():
            if key not in keys:
                problems.append(Problem(f"words.{name}", key, "is not a known key"))
            elif not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
                problems.append(Problem(f"words.{name}", key, "should be a list of words"))
            else:
                read[name][key] = tuple(words)
    return _words(read), problems


def _words(read: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Words:
    return Words(
        level={Level(key): words for key, words in read["level"].items()},
        language=read["language"],
        kind={Kind(key): words for key, words in read["kind"].items()},
        approach={Approach(key): words for key, words in read["approach"].items()},
        free=read["cost"].get("free", ()),
        means=Marks(**read["means"]),
        context=Marks(**read["context"]),
        negation=Marks(**read["negation"]),
        ahead=Marks(**read["ahead"]),
        too_hard=Marks(**read["too-hard"]),
        done=Marks(**read["done"]),
        gone=Marks(**read["gone"]),
        stop=read["stop"].get("ko", ()) + read["stop"].get("en", ()),
    )


def _finding(file: _File, problem: Problem) -> Finding:
    return Finding(file.name, _line_of(file.text, problem.row, problem.key), problem.row, problem.key, problem.message)


def _line_of(text: str, row: str, key: str) -> int:
    """Return the line of `key` in the table `row`, or of the table, or 1: TOML parsers keep no line numbers."""
    prefix, _, word = row.partition(".")
    quoted = f'{prefix}."{word}"' if word else f'"{row}"'
    lines = text.splitlines()
    heads = {f"[{row}]", f"[{quoted}]"}
    start = next((number for number, line in enumerate(lines, 1) if line.split("#")[0].strip() in heads), 0)
    if not start:
        return 1
    for wanted in (key, key.rpartition(".")[0], key.partition(".")[0]):
        pattern = re.compile(rf"{re.escape(wanted)}\s*[=.]") if wanted else None
        for number in range(start + 1, len(lines) + 1):
            line = lines[number - 1].strip()
            if line.startswith("["):
                break
            if pattern is not None and pattern.match(line):
                return number
    return start
