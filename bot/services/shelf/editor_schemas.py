"""Makes the JSON Schemas with which editors check data files while they are written, from the core's dataclasses."""

from __future__ import annotations

from typing import Any

from bot.core import paths as path_rules
from bot.core.catalogue import ID_PATTERN, Resource
from bot.core.changes import Change
from bot.core.methods import Method
from bot.core.redirects import Redirect
from bot.core.series import Series
from bot.core.tables import json_schema
from bot.core.topics import Ambiguous, Topic, WholeWord

_SCHEMA_FORM = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schemas for editors by file name under `data/schema/`, made from the dataclasses themselves."""
    from bot.core.digest.sources import FeedRow
    from bot.core.papers.classics import Classic  # papers are no part of what is read at the start
    from bot.core.papers.pool import PaperList

    words = {"type": "object"}
    return {
        "resource.json": _table_schema("Resources by id", json_schema(Resource)),
        "classics.json": _table_schema("Papers by a short name", json_schema(Classic)),
        "paper-lists.json": _table_schema("Lists that name papers", json_schema(PaperList)),
        "feeds.json": _table_schema("Feeds by id", json_schema(FeedRow)),
        "methods.json": _table_schema("Rows of method by id", json_schema(Method)),
        "redirects.json": _table_schema("Redirects by the id that went", json_schema(Redirect)),
        "changes.json": {
            "$schema": _SCHEMA_FORM,
            "title": "What changed in the catalogue",
            "type": "object",
            "additionalProperties": False,
            "properties": {"changes": {"type": "array", "items": json_schema(Change)}},
        },
        "series.json": {"$schema": _SCHEMA_FORM, "title": "A series", **json_schema(Series)},
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
    pattern = f"^{ID_PATTERN}$"
    return {"type": "object", "additionalProperties": False, "patternProperties": {pattern: row}}
