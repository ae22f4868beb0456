"""How embeds and components that a request brings come back in a message, and what of them a person reads."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ..recording import Json
from .rules import ROW, SELECTS, STRING_SELECT, walk


def _given(thing: Json) -> Json:
    return {key: value for key, value in thing.items() if value is not None}


def shape_embed(embed: Json, attachments: list[Json]) -> Json:
    """Pictures get their addresses and sizes, fields their default."""
    out = _given(embed) | {"type": "rich"}
    named = {f"attachment://{a['filename']}": a["url"] for a in attachments}
    for key in ("image", "thumbnail"):
        if out.get(key):
            url = named.get(out[key]["url"], out[key]["url"])
            out[key] = {"url": url, "proxy_url": url, "width": 64, "height": 64, "flags": 0}
    if "fields" in out:
        out["fields"] = [{"inline": False} | field for field in out["fields"]]
    return out


def shape_components(components: list[Json]) -> list[Json]:
    """Numbered, with the defaults filled in."""
    serial = itertools.count(1)

    def fill(c: Json) -> Json:
        out = _given(c)
        out["id"] = out.get("id") or next(serial)
        if "components" in out:
            out["components"] = [fill(x) for x in out["components"]]
        if out["type"] in SELECTS:
            out = {"min_values": 1, "max_values": 1, "disabled": False} | out
        if out["type"] == STRING_SELECT:
            out["options"] = [{"default": False} | _given(o) for o in out["options"]]
        return out

    return [fill(c) for c in components]


def visible_text(message: Json) -> str:
    """Everything readable: content, embeds, and the labels and texts of components."""
    return "\n".join(text for text in _texts(message) if text)


def _texts(message: Json) -> Iterator[str | None]:
    yield message.get("content")
    for embed in message.get("embeds", []):
        yield (embed.get("author") or {}).get("name")
        yield embed.get("title")
        yield embed.get("description")
        for field in embed.get("fields", []):
            yield field["name"]
            yield field["value"]
        yield (embed.get("footer") or {}).get("text")
    for c in walk(message.get("components", [])):
        if c["type"] != ROW:
            yield from (c.get("label"), c.get("placeholder"))
            yield from (o["label"] for o in c.get("options", []))
