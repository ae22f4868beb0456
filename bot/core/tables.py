"""Strict reading of the hand-edited data: a TOML table becomes a frozen dataclass, or a list of problems.

One definition (the dataclass, its types and the `Rule` of each field) gives both the reader and the JSON Schema
for editors, so they cannot drift. Knows nothing of files, topics or resources.
"""

from __future__ import annotations

import functools
import operator
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.i18n import Bilingual

ID_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
"""What an id looks like, of whatever kind of row."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one row; `key` is the dotted key ("note.ko"), empty for the row as a whole."""

    row: str
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a field means and what it may hold; stands in the field's `Annotated` type.

    `longest`, `ko` and `en` are characters (`ko` and `en` for texts in both languages), `least` is the
    smallest number of items of a list, `pattern` must match the whole of every text.
    """

    about: str
    longest: int = 300
    ko: int = 200
    en: int = 300
    pattern: str = ""
    least: int = 0


class _WrongError(Exception):
    """A value that does not fit; `key` is relative to the field."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


Convert = Callable[[Any], Any]


def _text(limits: Rule) -> Convert:
    pattern = re.compile(limits.pattern) if limits.pattern else None

    def convert(value: Any) -> str:
        if type(value) is not str:
            raise _WrongError(f"should be a text, is {_spoken(value)}")
        if not value or value != value.strip():
            raise _WrongError("is empty or has blanks at its ends")
        if len(value) > limits.longest:
            raise _WrongError(f"is {len(value)} characters long, at most {limits.longest} fit")
        if pattern is not None and not pattern.fullmatch(value):
            raise _WrongError(f"{value!r} does not have the right form")
        return value

    return convert


def _bilingual(limits: Rule) -> Convert:
    def one(value: dict[str, Any], code: str, longest: int) -> str:
        text = value.get(code)
        if type(text) is not str or not text.strip():
            raise _WrongError("is missing", code)
        if len(text) > longest:
            raise _WrongError(f"is {len(text)} characters long, at most {longest} fit", code)
        return text

    def convert(value: Any) -> Bilingual:
        if type(value) is not dict:
            raise _WrongError(f"should have the keys ko and en, is {_spoken(value)}")
        for code in value:
            if code not in ("ko", "en"):
                raise _WrongError("is not a known key", code)
        return Bilingual(ko=one(value, "ko", limits.ko), en=one(value, "en", limits.en))

    return convert


def _exact(kind: type, spoken: str) -> Convert:
    def convert(value: Any) -> Any:
        if type(value) is not kind:
            raise _WrongError(f"should be {spoken}, is {_spoken(value)}")
        return value

    return convert


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise _WrongError(f"should be a number, is {_spoken(value)}")
    return float(value)


def _choice(enum: type[StrEnum]) -> Convert:
    members = enum._value2member_map_

    def convert(value: Any) -> Any:
        member = members.get(value) if type(value) is str else None
        if member is None:
            raise _WrongError(f"{value!r} is none of {', '.join(enum)}")
        return member

    return convert


def _several(item: Convert, least: int) -> Convert:
    def convert(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise _WrongError(f"should be a list, is {_spoken(value)}")
        if len(value) < least:
            raise _WrongError(f"needs at least {least}")
        done = tuple(map(item, value))
        if len(done) > 1 and len(set(done)) != len(done):
            raise _WrongError("names something twice")
        return done

    return convert


def _text_or_bilingual(limits: Rule) -> Convert:
    text, both = _text(limits), _bilingual(limits)
    return lambda value: both(value) if type(value) is dict else text(value)


def _spoken(value: Any) -> str:
    names = {
        str: "a text",
        bool: "true/false",
        int: "a whole number",
        float: "a number",
        list: "a list",
        dict: "a table",
        date: "a date",
    }
    return names.get(type(value), "something else")


_PLAIN: dict[Any, Convert] = {
    int: _exact(int, "a whole number"),
    bool: _exact(bool, "true or false"),
    date: _exact(date, "a date such as 2026-11-22"),
    float: _number,
}

_LIMITED: dict[Any, Callable[[Rule], Convert]] = {
    str: _text,
    Bilingual: _bilingual,
    str | Bilingual: _text_or_bilingual,
}


def _optional(hint: Any) -> Any:
    """Return the type inside `X | None`, or the type itself."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint
    inner = [part for part in get_args(hint) if part is not type(None)]
    return functools.reduce(operator.or_, inner)


def _converter(hint: Any, limits: Rule) -> Convert:
    hint = _optional(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if hint in _LIMITED:
        return _LIMITED[hint](limits)
    if get_origin(hint) is tuple:
        return _several(_converter(get_args(hint)[0], limits), limits.least)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice(hint)
    return _nested(hint)


def _nested(cls: type) -> Convert:
    def convert(value: Any) -> Any:
        if type(value) is not dict:
            raise _WrongError(f"should be a table, is {_spoken(value)}")
        problems: list[tuple[str, str]] = []
        row = _build(cls, value, {}, problems)
        if row is None:
            raise _WrongError(problems[0][1], problems[0][0])
        return row

    return convert


@dataclass(frozen=True, slots=True)
class _Column:
    convert: Convert
    required: bool
    limits: Rule
    hint: Any


@functools.cache
def _columns(cls: type) -> dict[str, _Column]:
    hints = get_type_hints(cls, include_extras=True)
    columns: dict[str, _Column] = {}
    for each in fields(cls):
        if get_origin(hints[each.name]) is Annotated:
            hint, limits = get_args(hints[each.name])
            columns[each.name] = _Column(_converter(hint, limits), _is_required(each), limits, hint)
    return columns


def _is_required(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _build(cls: type, table: Mapping[str, Any], given: dict[str, Any], problems: list[tuple[str, str]]) -> Any:
    columns = _columns(cls)
    values = dict(given)
    for key, value in table.items():
        column = columns.get(key)
        if column is None:
            problems.append((key, "is not a known key"))
            continue
        try:
            values[key] = column.convert(value)
        except _WrongError as wrong:
            problems.append((f"{key}.{wrong.key}" if wrong.key else key, str(wrong)))
    problems += [(key, "is missing") for key, column in columns.items() if column.required and key not in table]
    return None if problems else cls(**values)


def read_row(cls: type[Row], row_id: str, table: Any) -> tuple[Row | None, list[Problem]]:
    """Return the dataclass `cls` read from `table` under the id `row_id`, or None and every problem found."""
    if not isinstance(table, dict):
        return None, [Problem(row_id, "", "should be a table")]
    problems: list[tuple[str, str]] = []
    row: Row | None = _build(cls, table, {"id": row_id}, problems)
    return row, [Problem(row_id, key, message) for key, message in problems]


def json_schema(cls: type) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one row of `cls`, for editors that complete and check TOML."""
    properties = {name: _described(column) for name, column in _columns(cls).items()}
    required = [name for name, column in _columns(cls).items() if column.required]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _described(column: _Column) -> dict[str, Any]:
    return {"description": column.limits.about, **_schema_of(column.hint, column.limits)}


def _schema_of(hint: Any, limits: Rule) -> dict[str, Any]:
    hint = _optional(hint)
    if hint in _SCHEMAS:
        return _SCHEMAS[hint](limits)
    if get_origin(hint) is tuple:
        items = _schema_of(get_args(hint)[0], limits)
        return {"type": "array", "items": items, "uniqueItems": True, "minItems": limits.least}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": list(hint)}
    return json_schema(hint)


def _text_schema(limits: Rule) -> dict[str, Any]:
    pattern = {"pattern": f"^(?:{limits.pattern})$"} if limits.pattern else {}
    return {"type": "string", "minLength": 1, "maxLength": limits.longest, **pattern}


def _bilingual_schema(limits: Rule) -> dict[str, Any]:
    texts = {
        "ko": {"type": "string", "minLength": 1, "maxLength": limits.ko},
        "en": {"type": "string", "minLength": 1, "maxLength": limits.en},
    }
    return {"type": "object", "additionalProperties": False, "required": ["ko", "en"], "properties": texts}


_SCHEMAS: dict[Any, Callable[[Rule], dict[str, Any]]] = {
    str: _text_schema,
    Bilingual: _bilingual_schema,
    str | Bilingual: lambda limits: {"anyOf": [_text_schema(limits), _bilingual_schema(limits)]},
    int: lambda _: {"type": "integer"},
    float: lambda _: {"type": "number"},
    bool: lambda _: {"type": "boolean"},
    date: lambda _: {"type": "string", "format": "date"},
}
