"""What Discord's documentation says in words: limits of messages, components and modals.

Every check returns [(path, message)], empty when all is well. Each group names its page of the developer
documentation (github.com/discord/discord-api-docs). The limits hold with and without the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..recording import Json, Upload
from .schema import Problem

FILE_MAX = 10 * 1024 * 1024  # reference: uploading files
REQUEST_MAX = 25 * 1024 * 1024  # resources/message: create message
EPHEMERAL, LOADING = 1 << 6, 1 << 7
CREATE_FLAGS = 1 << 2 | 1 << 12  # SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS
CALLBACK_FLAGS = CREATE_FLAGS | EPHEMERAL

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, LABEL = 1, 2, 3, 4, 18
SELECTS = {3, 5, 6, 7, 8}

# Field -> longest text, by kind of object (resources/message: embed limits; components/reference).
EMBED = {"title": 256, "description": 4096}
PARTS = {"footer": ("text", 2048), "author": ("name", 256)}
COMPONENT = {"custom_id": 100, "label": 80, "placeholder": 150, "url": 512}
LABEL_TEXT = {"label": 45, "description": 100}
OPTION = {"label": 100, "value": 100, "description": 100}


def walk(components: list[Json] | None) -> Iterator[Json]:
    """Every component, depth first, the contents of rows and labels included."""
    for c in components or []:
        yield c
        yield from walk(c.get("components"))
        yield from walk([c["component"]] if "component" in c else [])


def too_long(thing: Json, limits: dict[str, int], where: tuple[Any, ...]) -> Iterator[Problem]:
    for key, most in limits.items():
        if len(thing.get(key) or "") > most:
            yield (*where, key), f"Must be {most} or fewer in length."


# -- messages
def check_message(
    body: Json, files: list[Upload], *, allowed_flags: int = CREATE_FLAGS, edit: bool = False
) -> list[Problem]:
    problems: list[Problem] = []
    if not edit and (body.get("flags") or 0) & ~allowed_flags:
        problems.append((("flags",), f"{body['flags']} cannot be set here"))
    problems += too_long(body, {"content": 2000}, ())
    if len(str(body.get("nonce") or "")) > 25:
        problems.append((("nonce",), "Must be 25 or fewer in length."))
    problems += _embeds(body.get("embeds") or [])
    problems += check_components(body.get("components") or [])
    problems += _mentions(body.get("allowed_mentions") or {})
    problems += _files(body, files)
    if not edit and not files and not any(body.get(key) for key in ("content", "embeds", "components")):
        problems.append(((), "Cannot send an empty message"))
    return problems


def _embeds(embeds: list[Json]) -> Iterator[Problem]:
    if len(embeds) > 10:
        yield ("embeds",), "Must be 10 or fewer in length."
    total = 0
    for i, embed in enumerate(embeds):
        at = ("embeds", i)
        yield from too_long(embed, EMBED, at)
        total += sum(len(embed.get(key) or "") for key in EMBED)
        for part, (key, most) in PARTS.items():
            yield from too_long(embed.get(part) or {}, {key: most}, (*at, part))
            total += len((embed.get(part) or {}).get(key) or "")
        fields = embed.get("fields") or []
        if len(fields) > 25:
            yield (*at, "fields"), "Must be 25 or fewer in length."
        for n, field in enumerate(fields):
            yield from too_long(field, {"name": 256, "value": 1024}, (*at, "fields", n))
            if not field.get("name") or not field.get("value"):
                yield (*at, "fields", n), "This field is required"
            total += len(field.get("name") or "") + len(field.get("value") or "")
    if total > 6000:
        yield ("embeds",), f"Embed size exceeds maximum size of 6000 ({total})"


def _mentions(allowed: Json) -> Iterator[Problem]:
    for kind in ("users", "roles"):
        if kind in (allowed.get("parse") or []) and allowed.get(kind):
            yield ("allowed_mentions",), f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'


def _files(body: Json, files: list[Upload]) -> Iterator[Problem]:
    if len(files) > 10:
        yield ("attachments",), "at most 10 files"
    for f in files:
        if not (f.field.startswith("files[") and f.field.endswith("]")):
            yield (f.field,), "file parts must be named files[n]"
        if len(f) > FILE_MAX:
            yield (f.field,), "File cannot be larger than 10.0 MB"
    sent, names = {f.field[6:-1] for f in files}, {f.filename for f in files}
    for i, a in enumerate(body.get("attachments") or []):
        slot = str(a.get("id"))
        if len(slot) < 15 and slot not in sent:  # longer ones are snowflakes of files kept in an edit
            yield ("attachments", i, "id"), f"refers to files[{slot}], which was not sent"
        names.add(a.get("filename") or "")
    for url in _attachment_urls(body):
        if url.removeprefix("attachment://") not in names:
            yield (), f"{url} refers to no uploaded file"


def _attachment_urls(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("attachment://"):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _attachment_urls(part)


# -- components
def check_components(components: list[Json]) -> list[Problem]:
    """The components of a message: rows of buttons, or of one select each."""
    at, everything = ("components",), list(walk(components))
    problems: list[Problem] = [*_same_ids(everything)]
    if len(components) > 5 or any(c.get("type") != ROW for c in components):
        problems.append((at, "at most 5 action rows, and nothing outside of them"))
    for c in everything:
        problems += [(at, message) for message in _component(c)]
        problems += too_long(c, COMPONENT, at)
    return problems


def _same_ids(components: list[Json]) -> Iterator[Problem]:
    ids = [c["custom_id"] for c in components if c.get("custom_id")]
    for repeated in sorted({i for i in ids if ids.count(i) > 1}):
        yield ("components",), f"COMPONENT_CUSTOM_ID_DUPLICATED: {repeated!r}"


def _component(c: Json) -> Iterator[str]:
    kind = c.get("type")
    if kind == ROW:
        kinds = [x.get("type") for x in c.get("components") or []]
        if not 1 <= len(kinds) <= 5:
            yield "an action row has 1 to 5 components"
        if len(kinds) > 1 and any(k in SELECTS for k in kinds):
            yield "a select fills its action row"
    elif kind == BUTTON:
        yield from _button(c)
    elif kind in SELECTS:
        yield from _select(c)


def _button(b: Json) -> Iterator[str]:
    link = b.get("style") == 5
    if link and (not b.get("url") or b.get("custom_id")):
        yield "a link button needs url and no custom_id"
    if not link and not b.get("custom_id"):
        yield "a non-link button needs custom_id"
    if not link and b.get("url"):
        yield "only a link button has url"
    if not b.get("label") and not b.get("emoji"):
        yield "a button needs a label or an emoji"


def _select(s: Json) -> Iterator[str]:
    low, high = (1 if s.get(key) is None else s[key] for key in ("min_values", "max_values"))
    if low > high:
        yield "min_values is above max_values"
    if s.get("type") != STRING_SELECT:
        return
    options = s.get("options") or []
    if not 1 <= len(options) <= 25:
        yield "a string select has 1 to 25 options"
    if len({o.get("value") for o in options}) != len(options):
        yield "select option values must be unique"
    if sum(bool(o.get("default")) for o in options) > high:
        yield "more default options than max_values"
    if options and high > len(options):
        yield "max_values is above the number of options"
    for o in options:
        yield from (f"options: {message}" for _, message in too_long(o, OPTION, ()))
        if not o.get("label") or not o.get("value"):
            yield "a select option needs a label and a value"


# -- modals (interactions/receiving-and-responding, components/reference)
def check_modal(data: Json) -> list[Problem]:
    at = ("data", "components")
    top = data.get("components") or []
    problems: list[Problem] = [*too_long(data, {"title": 45, "custom_id": 100}, ("data",))]
    if not data.get("title") or not data.get("custom_id"):
        problems.append((("data",), "a modal needs a title and a custom_id"))
    if not 1 <= len(top) <= 5:
        problems.append((at, "a modal has 1 to 5 components"))
    problems += _same_ids(list(walk(top)))
    for c in top:
        if c.get("type") == LABEL:
            problems += too_long(c, LABEL_TEXT, at)
            problems += _field(c.get("component") or {}, bare=False)
        for inner in c.get("components") or []:
            problems += _field(inner, bare=True)
    return problems


def _field(c: Json, bare: bool) -> Iterator[Problem]:
    """One input of a modal; `bare` when it stands in an action row and brings its own label."""
    at = ("data", "components")
    yield from too_long(c, {"custom_id": 100, "placeholder": 150, "value": 4000}, at)
    if c.get("type") in SELECTS:
        yield from ((at, message) for message in _select(c))
    if c.get("type") == TEXT_INPUT and bool(c.get("label")) != bare:
        yield at, "a text input has its label in the label component, or in itself inside an action row"
    if c.get("type") == TEXT_INPUT and (c.get("min_length") or 0) > (c.get("max_length") or 4000):
        yield at, "min_length is above max_length"
