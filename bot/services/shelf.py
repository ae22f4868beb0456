"""Reads the `data/` folder, and a host's overlay over it, into the core's objects, and checks both with file and line.

All reading of catalogue files happens here; what a row may hold is the core's business. It knows no commands and no
database.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog
import tomli

from bot.core import catalogue as catalogue_rules
from bot.core import changes as change_rules
from bot.core import methods as method_rules
from bot.core import paths as path_rules
from bot.core import redirects as redirect_rules
from bot.core import topics as topic_rules
from bot.core.catalogue import Approach, Catalogue, Kind, Level, Resource
from bot.core.changes import Change, Changes
from bot.core.methods import Goal, Method, Methods
from bot.core.overlay import MoreWords, OwnTopics, laid_over, touched
from bot.core.redirects import Redirect
from bot.core.shelf import Shelf
from bot.core.tables import Problem, json_schema, read_row
from bot.core.topics import Ambiguous, Marks, Topic, TopicMap, WholeWord, Words

log = structlog.get_logger(__name__)

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


@dataclass(frozen=True, slots=True)
class _Layer:
    """A folder of catalogue files: the shipped one, which is whole, or a host's own, in which every file may lack."""

    folder: Path
    name: str
    whole: bool = False

    def open(self, file: str, findings: list[Finding]) -> _File | None:
        return _open(self.folder / file, f"{self.name}/{file}", findings, needed=self.whole)


def load(data_dir: Path | None = None, overlay: Path | None = None) -> Shelf:
    """Return everything in `data_dir` (the project's own by default), under a host's `overlay`, as a `Shelf`.

    An overlay that cannot be used is left out whole, with a line in the log: it never keeps the bot from starting.
    Raises `DataError` for what is wrong without it.
    """
    layers = _layers(data_dir, overlay)
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
    return _read(_layers(data_dir, overlay))[1]


def check_overlay(overlay: Path, data_dir: Path | None = None) -> list[Finding]:
    """Return what is wrong because of the `overlay`, in its own files or in how they go with the shipped ones."""
    layers = _layers(data_dir, overlay)
    return _own_findings(_read(layers)[1], _read(layers[:1])[1])


def _layers(data_dir: Path | None, overlay: Path | None) -> list[_Layer]:
    layers = [_Layer(data_dir or DATA_DIR, "data", whole=True)]
    if overlay is not None and overlay.is_dir():
        layers.append(_Layer(overlay, overlay.as_posix()))
    return layers


def _own_findings(all_findings: Iterable[Finding], shipped: Iterable[Finding]) -> list[Finding]:
    known = set(shipped)
    return [finding for finding in all_findings if finding not in known]


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schemas for editors by file name under `data/schema/`, made from the dataclasses themselves."""
    words = {"type": "object"}
    return {
        "resource.json": _table_schema("Resources by id", json_schema(Resource)),
        "methods.json": _table_schema("Rows of method by id", json_schema(Method)),
        "redirects.json": _table_schema("Redirects by the id that went", json_schema(Redirect)),
        "changes.json": {
            "$schema": _SCHEMA_FORM,
            "title": "What changed in the catalogue",
            "type": "object",
            "additionalProperties": False,
            "properties": {"changes": {"type": "array", "items": json_schema(Change)}},
        },
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


def _read(layers: Sequence[_Layer]) -> tuple[Shelf, list[Finding]]:
    """Read the shipped layer, and the host's over it where there is one, as one shelf with all that is wrong."""
    findings: list[Finding] = []
    shipped = layers[0]
    topics = _read_topics(shipped, findings)
    for layer in layers[1:]:
        findings += _strangers(layer)
        topics = _lay_over(topics, layer, findings)
    resources, homes = _read_resources(layers, findings)
    redirects = _read_redirects(layers, resources, findings)
    books = Catalogue(resources.values(), (each for each, _ in redirects))
    for resource in resources.values():
        file = homes[resource.id]
        findings += [_finding(file, problem) for problem in catalogue_rules.problems_of(resource, books, topics)]
    methods = _read_methods(shipped, topics, list(resources), findings)
    known = {*resources, *(each.id for each, _ in redirects), *(row.id for row in methods), *(row.id for row in topics)}
    changes = _read_changes(layers, known, findings)
    paths = _read_paths(shipped, Shelf(books, topics, methods), findings)
    return Shelf(books, topics, methods, paths, changes), sorted(findings)


def _open(path: Path, name: str, findings: list[Finding], *, needed: bool = True) -> _File | None:
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
        return _File(name, text, tomli.loads(text))
    except tomli.TOMLDecodeError as error:
        findings.append(Finding(name, error.lineno, "", "", f"is not valid TOML: {error.msg}"))
        return None
    except RecursionError:
        findings.append(Finding(name, 1, "", "", "is not valid TOML: tables too deep"))
        return None


_OF_AN_OVERLAY = frozenset(("topics.toml", "redirects.toml", "changes.toml"))


def _strangers(layer: _Layer) -> Iterator[Finding]:
    """Yield the files of an overlay that nobody would read, so that a misplaced one is not lost in silence."""
    for path in sorted(layer.folder.glob("**/*.toml")):
        file = path.relative_to(layer.folder).as_posix()
        if file not in _OF_AN_OVERLAY and path.parent != layer.folder / "resources":
            where = ", ".join(("resources/*.toml", *sorted(_OF_AN_OVERLAY)))
            yield Finding(f"{layer.name}/{file}", 1, "", "", f"is not read here: an overlay holds {where}")


def _read_resources(layers: Sequence[_Layer], findings: list[Finding]) -> tuple[dict[str, Resource], dict[str, _File]]:
    """Read the rows of every layer; a row of a later one takes the place of an earlier one's with the same id."""
    resources: dict[str, Resource] = {}
    homes: dict[str, _File] = {}
    for layer in layers:
        rows, files = _read_layer(layer, findings)
        resources |= rows
        homes |= files
    return resources, homes


def _read_layer(layer: _Layer, findings: list[Finding]) -> tuple[dict[str, Resource], dict[str, _File]]:
    resources: dict[str, Resource] = {}
    homes: dict[str, _File] = {}
    paths = sorted((layer.folder / "resources").glob("*.toml"))
    if not paths and layer.whole:
        findings.append(Finding(f"{layer.name}/resources", 1, "", "", "there are no resource files"))
    for path in paths:
        file = layer.open(f"resources/{path.name}", findings)
        if file is None:
            continue
        rows, problems = _rows(Resource, file.document)
        findings += [_finding(file, problem) for problem in problems]
        for row in rows:
            if row.id in homes:
                message = f"there is a row with this id in {homes[row.id].name} already"
                findings.append(_finding(file, Problem(row.id, "", message)))
                continue
            homes[row.id] = file
            resources[row.id] = row
            if layer.whole:  # a host may call their files as they like
                findings += [_finding(file, problem) for problem in _place_problems(row, file)]
    return resources, homes


def _read_redirects(
    layers: Sequence[_Layer], resources: Mapping[str, Resource], findings: list[Finding]
) -> list[tuple[Redirect, _File]]:
    """Read the redirects of every layer, a later one's before an earlier one's of the same id."""
    read: dict[str, tuple[Redirect, _File]] = {}
    for layer in layers:
        file = layer.open("redirects.toml", findings)
        if file is not None:
            rows, problems = _rows(Redirect, file.document)
            findings += [_finding(file, problem) for problem in problems]
            read |= {row.id: (row, file) for row in rows}
    files = {row.id: file for row, file in read.values()}
    for problem in redirect_rules.problems_of((row for row, _ in read.values()), resources):
        findings.append(_finding(files[problem.row], problem))
    return list(read.values())


def _read_changes(layers: Sequence[_Layer], known: Container[str], findings: list[Finding]) -> Changes:
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


def _change_finding(file: _File, problem: Problem) -> Finding:
    lines = file.text.splitlines()
    heads = [number for number, line in enumerate(lines, 1) if line.split("#")[0].strip() == "[[changes]]"]
    at = int(problem.row) - 1
    start = heads[at] if at < len(heads) else 1
    end = heads[at + 1] if at + 1 < len(heads) else len(lines) + 1
    key = re.compile(rf"{re.escape(problem.key.partition('.')[0])}\s*[=.]") if problem.key else None
    line = next((at for at in range(start, end) if key is not None and key.match(lines[at - 1].strip())), start)
    return Finding(file.name, line, f"changes.{problem.row}", problem.key, problem.message)


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


def _read_methods(layer: _Layer, topics: TopicMap, resources: Sequence[str], findings: list[Finding]) -> Methods:
    file = layer.open("methods.toml", findings)
    if file is None:
        return Methods()
    rows, problems = _rows(Method, file.document)
    methods = Methods(rows)
    problems += method_rules.problems_of(methods, topics, resources)
    findings += [_finding(file, problem) for problem in problems]
    return methods


def _read_paths(layer: _Layer, known: Shelf, findings: list[Finding]) -> path_rules.Paths:
    """Read the paths in the order in which they are offered: by goal, then the others. One file holds one path."""
    read: dict[str, tuple[path_rules.Path, _File]] = {}
    places = sorted((layer.folder / "paths").glob("*.toml"))
    if not places:
        findings.append(Finding(f"{layer.name}/paths", 1, "", "", "there are no paths"))
    for place in places:
        file = layer.open(f"paths/{place.name}", findings)
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


_TABLES_OF_TOPICS = ("topics", "ambiguous", "whole", "words")


def _read_topics(layer: _Layer, findings: list[Finding]) -> TopicMap:
    file = layer.open("topics.toml", findings)
    if file is None:
        return TopicMap(())
    document = file.document
    topics, problems = _rows(Topic, _section(document, "topics"), "topics.")
    ambiguous, whole, more = _read_around(document)
    words, word_problems = _read_words(_section(document, "words"))
    read = TopicMap(topics, ambiguous, whole, words)
    problems += [*more, *word_problems, *_odd_tables(document, _TABLES_OF_TOPICS), *topic_rules.problems_of(read)]
    findings += [_finding(file, problem) for problem in problems]
    return read


def _lay_over(shipped: TopicMap, layer: _Layer, findings: list[Finding]) -> TopicMap:
    """Return the topics under a host's: whole topics, or only more words for a shipped one."""
    file = layer.open("topics.toml", findings)
    if file is None:
        return shipped
    tables = _section(file.document, "topics")
    of_words = [name for name, table in tables.items() if name in shipped and _is_of_words(table)]
    more, problems = _rows(MoreWords, {name: tables[name] for name in of_words}, "topics.")
    whole_topics = {name: table for name, table in tables.items() if name not in of_words}
    topics, topic_problems = _rows(Topic, whole_topics, "topics.")
    ambiguous, whole, around = _read_around(file.document)
    own = OwnTopics(tuple(topics), tuple(more), tuple(ambiguous), tuple(whole))
    laid = laid_over(shipped, own)
    theirs = touched(own)
    # What two topics quarrel about is told of the later one: so theirs come last, and it is told in the host's file.
    ordered = sorted(laid, key=lambda topic: topic.id in theirs)
    quarrels = topic_rules.problems_of(
        TopicMap(ordered, laid.ambiguous.values(), laid.whole_words.values(), laid.words)
    )
    problems += [*topic_problems, *around, *_odd_tables(file.document, _TABLES_OF_TOPICS[:3]), *quarrels]
    findings += [_finding(file, problem) for problem in problems]
    return laid


def _is_of_words(table: object) -> bool:
    return isinstance(table, dict) and table.keys() <= {"aliases", "cues"}


def _read_around(document: Mapping[str, Any]) -> tuple[list[Ambiguous], list[WholeWord], Problems]:
    ambiguous, problems = _rows(Ambiguous, _section(document, "ambiguous"), "ambiguous.", free_ids=True)
    whole, more = _rows(WholeWord, _section(document, "whole"), "whole.", free_ids=True)
    return ambiguous, whole, [*problems, *more]


def _odd_tables(document: Mapping[str, Any], known: Sequence[str]) -> Iterator[Problem]:
    for key, table in document.items():
        if key not in known:
            yield Problem(key, "", "is not a known table")
        elif not isinstance(table, dict):
            yield Problem(key, "", "should be a table")


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
