"""Entities of Telegram messages: parse modes, what clients find by themselves, Telegram's own parse errors.

TDLib itself does the work (PyPI `tdjson`): both requests are synchronous and need no network, so offsets
(in UTF-16 units) and error texts are Telegram's.
"""

from __future__ import annotations

import json
import re

import tdjson

from ..recording import Json

MODES = {
    "html": {"@type": "textParseModeHTML"},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
}
RENAMED = {"EmailAddress": "email", "BlockQuote": "blockquote", "ExpandableBlockQuote": "expandable_blockquote"}
# These may overlap what a client finds by itself.
STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"}
MOST = 100  # entities of a message; Telegram drops the others without a word


class ParseError(Exception):
    """Carries Telegram's text, e.g. `can't parse entities: Unexpected end tag at byte offset 0`."""


def _execute(request: Json) -> Json:
    raw = tdjson.td_execute(json.dumps(request).encode())
    assert raw is not None, "a synchronous TDLib request is always answered"
    answer: Json = json.loads(raw)
    return answer


_execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def utf16(text: str) -> int:
    """Length in the units Telegram counts in."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _entities(found: list[Json]) -> list[Json]:
    out = []
    for e in found:
        kind = e["type"]
        name = kind["@type"].removeprefix("textEntityType")
        entity: Json = {"offset": e["offset"], "length": e["length"]}
        if name == "PreCode":
            entity |= {"type": "pre", "language": kind["language"]}
        elif name == "TextUrl":
            entity |= {"type": "text_link", "url": kind["url"]}
        elif name == "CustomEmoji":
            entity |= {"type": "custom_emoji", "custom_emoji_id": str(kind["custom_emoji_id"])}
        elif name == "MentionName":
            user = {"id": kind["user_id"], "is_bot": False, "first_name": "?"}
            entity |= {"type": "text_mention", "user": user}
        elif name == "MediaTimestamp":
            continue
        else:
            entity["type"] = RENAMED.get(name) or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        out.append(entity)
    return out


def parse(text: str, mode: str) -> tuple[str, list[Json]]:
    """Text with markup -> (plain text, entities)."""
    if mode.lower() not in MODES:
        raise ParseError("unsupported parse_mode")
    result = _execute({"@type": "parseTextEntities", "text": text, "parse_mode": MODES[mode.lower()]})
    if result["@type"] == "error":
        message = result["message"]
        raise ParseError(message[:1].lower() + message[1:])
    return result["text"], _entities(result["entities"])


def detect(text: str) -> list[Json]:
    """What a client finds in plain text: commands, mentions, links, hashtags..."""
    return _entities(_execute({"@type": "getTextEntities", "text": text}).get("entities", []))


def check(text: str, entities: list[Json]) -> None:
    """Refuse explicit entities that do not lie on whole characters of the text."""
    units = text.encode("utf-16-le", "surrogatepass")
    for e in entities:
        start, end = e["offset"], e["offset"] + e["length"]
        if start < 0 or e["length"] <= 0 or end > len(units) // 2:
            raise ParseError(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text "
                f"at UTF-16 offset {len(units) // 2}"
            )
        for at in (start, end):
            if units[2 * at + 1 : 2 * at + 2] and 0xDC <= units[2 * at + 1] <= 0xDF:
                raise ParseError(f"entity begins in a middle of a UTF-16 symbol at byte offset {at}")


def complete(explicit: list[Json], text: str) -> list[Json]:
    """Explicit entities and the automatic ones that do not overlap them, as in a sent message."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in explicit if e["type"] not in STYLES]
    found = [e for e in detect(text) if not any(e["offset"] < b and a < e["offset"] + e["length"] for a, b in taken)]
    return sorted(explicit + found, key=lambda e: (e["offset"], -e["length"]))
