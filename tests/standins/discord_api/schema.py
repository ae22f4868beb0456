"""Discord's official OpenAPI document as a validator of requests, and of the stand-in's own answers.

Source: github.com/discord/discord-api-spec, openapi.json (HTTP API v10, OpenAPI 3.1 = JSON Schema 2020-12).
Nothing is copied out of it; `TOLERANCES` are the only changes, and unknown fields are refused where
Discord would silently drop them.
"""

from __future__ import annotations

import copy
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs

from ..descriptions import find
from ..recording import Json

Problem = tuple[tuple[Any, ...], str]  # where in the body, what is wrong

# Discord accepts snowflakes as JSON integers, and discord.py sends them so in allowed_mentions,
# message_reference, attachments and permission overwrites.
TOLERANCES: dict[str, Json] = {
    "SnowflakeType": {"anyOf": [{"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}, {"type": "integer", "minimum": 0}]},
}

# What discord.py sends beyond the request schemas: documented in words (nsfw, the flags of an embed), or
# ignored for good in an edit (tts).
EXTRA_FIELDS: dict[str, Json] = {
    "ApplicationCommandUpdateRequest": {"nsfw": {"type": "boolean"}},
    "RichEmbed": {"flags": {"type": "integer"}},
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": {"tts": {"type": "boolean"}},
    "IncomingWebhookUpdateRequestPartial": {"tts": {"type": "boolean"}},
    "MessageEditRequestPartial": {"tts": {"type": "boolean"}},
}


@dataclass(frozen=True)
class Operation:
    """One documented operation."""

    id: str
    spec: Json
    parameters: tuple[Json, ...]


class DiscordSchema:
    """The whole document; `load()` shares one, or answers None when the description is absent."""

    def __init__(self, path: Path) -> None:
        doc = json.loads(path.read_text())
        self._answers: Json = doc["components"]
        self._requests: Json = copy.deepcopy(self._answers)
        self._requests["schemas"] |= TOLERANCES
        for name, fields in EXTRA_FIELDS.items():
            self._requests["schemas"][name]["properties"] |= fields
        _close(self._requests["schemas"])
        self._validators: dict[Any, Any] = {}
        self.operations = {
            (verb.upper(), route): Operation(
                spec["operationId"], spec, (*item.get("parameters", []), *spec.get("parameters", []))
            )
            for route, item in doc["paths"].items()
            for verb, spec in item.items()
            if verb in ("get", "post", "put", "patch", "delete")
        }

    @classmethod
    @functools.cache
    def load(cls) -> DiscordSchema | None:
        path = find("openapi.json")
        return cls(path) if path else None

    def knows(self, method: str, path: str) -> bool:
        """Is this concrete path a documented operation?"""
        parts = path.split("/")
        return any(
            verb == method
            and len(template := route.split("/")) == len(parts)
            and all(t.startswith("{") or t == p for t, p in zip(template, parts, strict=True))
            for verb, route in self.operations
        )

    def check_body(self, method: str, route: str, content_type: str, body: Any) -> list[Problem]:
        op = self.operations[method, route]
        described = op.spec.get("requestBody")
        if described is None:
            return [] if body in (None, {}, []) else [((), "this endpoint takes no body")]
        if body is None and not described.get("required"):
            return []
        media = described["content"].get(content_type or "application/json")
        if media is None:
            return [((), f"content type {content_type!r} is not accepted by this endpoint")]
        schema = media["schema"]
        schema = schema["allOf"][0] if "allOf" in schema else schema  # beside it are the file parts, checked as uploads
        return self._problems((op.id, content_type), schema, body if body is not None else {})

    def check_query(self, method: str, route: str, query: dict[str, str]) -> list[Problem]:
        op = self.operations[method, route]
        known = {p["name"]: p.get("schema", {}) for p in op.parameters if p["in"] == "query"}
        problems: list[Problem] = []
        for name, raw in query.items():
            if name not in known:
                problems.append(((name,), "unknown query parameter"))
            elif all(self._problems((op.id, name), known[name], value) for value in _readings(raw)):
                problems.append(((name,), f"query value {raw!r} does not fit"))
        return problems

    def check_answer(self, method: str, route: str, status: int, body: Any) -> list[Problem]:
        """Of the stand-in itself: is this what Discord documents?"""
        op = self.operations[method, route]
        answers = op.spec["responses"]
        entry = answers.get(str(status)) or answers.get(f"{status // 100}XX")
        if entry is None:
            return [((), f"status {status} is not documented for {op.id}")]
        media = entry.get("content", {}).get("application/json")
        if media is None:
            return [] if body is None else [((), f"a body where {op.id} documents none")]
        return self._problems((op.id, status), media["schema"], body, answer=True)

    def _problems(self, key: Any, schema: Json, value: Any, answer: bool = False) -> list[Problem]:
        validator = self._validators.get(key)
        if validator is None:
            components = self._answers if answer else self._requests
            whole = {**(schema if answer else _close(copy.deepcopy(schema))), "components": components}
            validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True, ignore_unknown_formats=True)
            self._validators[key] = validator
        if validator.is_valid(value):
            return []
        return [problem for error in validator.iter_errors(value) for problem in _explain(error)]


def _close(node: Any) -> Any:
    """Refuse fields that no schema names, in place (objects are composed by $ref and oneOf only)."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and "allOf" not in node:
            node.setdefault("additionalProperties", False)
        for value in node.values():
            _close(value)
    elif isinstance(node, list):
        for value in node:
            _close(value)
    return node


def _readings(raw: str) -> list[Any]:
    """What a query value may mean."""
    readings: list[Any] = [raw, raw.split(",")]
    if raw.lower() in ("true", "false", "1", "0"):
        readings.append(raw.lower() in ("true", "1"))
    if raw.lstrip("-").isdigit():
        readings.append(int(raw))
    return readings


def _explain(error: Any) -> list[Problem]:
    """Flatten a validation error; of a failed union keep the branch that was evidently meant."""
    branches = [branch for branch in getattr(error.kind, "context", None) or [] if branch]
    if branches:
        return [problem for part in min(branches, key=_badness) for problem in _explain(part)]
    message = error.message
    if len(message) > 300:
        message = f"{message[:80]} ... {message[-200:]}"
    return [(tuple(error.instance_path), message)]


def _badness(branch: list[Any]) -> tuple[bool, bool, int]:
    other_kind = any(list(e.instance_path)[-1:] == ["type"] and "is not one of" in e.message for e in branch)
    null = any(e.message.endswith('is not of type "null"') for e in branch)
    return other_kind, null, len(branch)
