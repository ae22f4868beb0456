"""The machine-readable Bot API description as a validator of parameters, and of the stand-in's own results.

Source: github.com/PaulSonOfLars/telegram-bot-api-spec, generated from core.telegram.org/bots/api. Lengths,
list sizes, ranges and type tags are read out of the official description texts.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..descriptions import find
from ..recording import Json, Upload

Problem = tuple[str, str]  # parameter path, what is wrong
Reading = tuple[Any, list[Problem]]  # a typed value, and why it is none

LENGTH = re.compile(r"(\d+)-(\d+) (characters|bytes)(?! after entities parsing)")
ITEMS = re.compile(r"(?:list of|must include|array of) (\d+)-(\d+) ")
RANGE = re.compile(r"[Vv]alues between (\d+)-(\d+) are accepted|must be (?:in the range|between) (\d+)(?: and |-)(\d+)")
TAG = re.compile(r"(?:must be|always) [\"“]?([a-z_0-9]+)[\"”]?\s*$")


class TelegramSchema:
    """The whole description; `load()` shares one, or answers None when it is absent."""

    def __init__(self, path: Path) -> None:
        doc = json.loads(path.read_text())
        self.methods: dict[str, Json] = doc["methods"]
        self._types: dict[str, Json] = doc["types"]
        self._fields = {
            name: {f["name"]: f for f in holder.get("fields", [])}
            for table in (self.methods, self._types)
            for name, holder in table.items()
        }

    @classmethod
    @functools.cache
    def load(cls) -> TelegramSchema | None:
        path = find("telegram_api.json")
        return cls(path) if path else None

    def check_call(self, method: str, params: Json, uploads: dict[str, Upload]) -> list[Problem]:
        fields = self._fields[method]
        problems: list[Problem] = []
        for name, raw in params.items():
            if name not in fields:
                problems.append((name, "unknown parameter"))
            else:
                problems += self._field(fields[name], raw, name, uploads)
        for name, f in fields.items():
            if name in uploads and "InputFile" not in f["types"]:
                problems.append((name, "this parameter is not a file"))
            elif f["required"] and name not in params and name not in uploads:
                problems.append((name, "required parameter missing"))
        return problems

    def check_result(self, method: str, result: Any) -> list[Problem]:
        """Of the stand-in itself: is this what the method returns?"""
        return self._read(self.methods[method]["returns"], result, "result", {})[1]

    def check_update(self, update: Json) -> list[Problem]:
        return self._read(["Update"], update, "update", {})[1]

    def _field(self, f: Json, raw: Any, where: str, uploads: dict[str, Upload]) -> list[Problem]:
        value, problems = self._read(f["types"], raw, where, uploads)
        return problems or [(where, what) for what in _limits(f["description"], value)]

    def _read(self, types: list[str], raw: Any, where: str, uploads: dict[str, Upload]) -> Reading:
        """Interpret `raw` as one of `types`; keeps the reading with the fewest problems."""
        readings = []
        for t in types:
            readings.append(self._read_one(t, raw, where, uploads))
            if not readings[-1][1]:
                break
        return min(readings, key=lambda reading: len(reading[1]))

    def _read_one(self, t: str, raw: Any, where: str, uploads: dict[str, Upload]) -> Reading:
        if t in SCALARS:
            value = SCALARS[t](raw)
            return (value, []) if value is not None else (raw, [(where, f"{raw!r:.60} is not {t}")])
        if t == "InputFile":
            missing = isinstance(raw, str) and raw.startswith("attach://") and raw[9:] not in uploads
            bad = missing or not isinstance(raw, str | Upload)
            return raw, [(where, f"{raw!r:.60} was not uploaded")] if bad else []
        if isinstance(raw, str):
            try:
                raw = json.loads(raw)
            except ValueError:
                return raw, [(where, f"can't parse {t} JSON object: {raw!r:.60}")]
        if t.startswith("Array of "):
            return self._read_list(t, raw, where, uploads)
        return self._read_object(t, raw, where, uploads)

    def _read_list(self, t: str, raw: Any, where: str, uploads: dict[str, Upload]) -> Reading:
        if not isinstance(raw, list):
            return raw, [(where, f"{raw!r:.60} is not a list")]
        inner = re.split(r", | and | or ", t.removeprefix("Array of "))
        readings = [self._read(inner, item, f"{where}[{i}]", uploads) for i, item in enumerate(raw)]
        return [value for value, _ in readings], [p for _, found in readings for p in found]

    def _read_object(self, t: str, raw: Any, where: str, uploads: dict[str, Upload]) -> Reading:
        if subtypes := self._types[t].get("subtypes"):
            return self._read(self._meant(subtypes, raw), raw, where, uploads)
        if not isinstance(raw, dict):
            return raw, [(where, f"{raw!r:.60} is not a {t} object")]
        fields = self._fields[t]
        problems: list[Problem] = []
        for name, value in raw.items():
            at = f"{where}.{name}"
            if name not in fields:
                problems.append((at, f"{t} has no such field"))
            else:
                problems += self._field(fields[name], value, at, uploads)
        tag = self._tag(t)
        if tag and raw.get(tag[0]) != tag[1]:
            problems.append((f"{where}.{tag[0]}", f"must be {tag[1]}"))
        missing = [name for name, f in fields.items() if f["required"] and name not in raw]
        return raw, problems + [(f"{where}.{name}", "required field missing") for name in missing]

    @functools.cache  # noqa: B019 - there is one schema, for the life of the process
    def _tag(self, t: str) -> tuple[str, str] | None:
        """(field, value) that tells this type apart from its siblings, e.g. ("type", "photo")."""
        for name, f in self._fields[t].items():
            m = TAG.search(f["description"].split(",")[-1].strip().rstrip("."))
            if f["required"] and f["types"] == ["String"] and m:
                return name, m[1]
        return None

    def _meant(self, subtypes: list[str], raw: Any) -> list[str]:
        if not isinstance(raw, dict):
            return subtypes
        return [s for s in subtypes if (tag := self._tag(s)) and raw.get(tag[0]) == tag[1]] or subtypes


def _limits(text: str, value: Any) -> Iterator[str]:
    """What the description of a field says against a value of it."""
    if isinstance(value, str) and (m := LENGTH.search(text)):
        size = len(value.encode()) if m[3] == "bytes" else len(value)
        if not int(m[1]) <= size <= int(m[2]):
            yield f"{size} {m[3]}, must be {m[1]}-{m[2]}"
    elif isinstance(value, list) and (m := ITEMS.search(text)):
        if not int(m[1]) <= len(value) <= int(m[2]):
            yield f"{len(value)} items, must be {m[1]}-{m[2]}"
    elif isinstance(value, int | float) and not isinstance(value, bool) and (m := RANGE.search(text)):
        low, high = (int(g) for g in m.groups() if g)
        if not low <= value <= high:
            yield f"{value}, must be {low}-{high}"


def _integer(raw: Any) -> int | None:
    if isinstance(raw, str) and re.fullmatch(r"-?\d+", raw):
        return int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _float(raw: Any) -> float | None:
    try:
        return None if isinstance(raw, bool) else float(raw)
    except (TypeError, ValueError):
        return None


def _boolean(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    return {"true": True, "1": True, "false": False, "0": False}.get(str(raw).lower())


def _string(raw: Any) -> str | None:
    return raw if isinstance(raw, str) else None


SCALARS = {"Integer": _integer, "Float": _float, "Boolean": _boolean, "True": _boolean, "String": _string}
