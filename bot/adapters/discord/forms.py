"""A form as a Discord modal, and the answers somebody sends back. Pure: it knows no connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.adapters.discord.render import Json, label
from bot.chat.limits import FIELD_LABEL_CHARACTERS, FORM_TITLE_CHARACTERS, shorten
from bot.chat.reply import Field, Form

ANSWER_CHARACTERS, PLACEHOLDER_CHARACTERS = 4000, 100  # Discord's developer documentation, "Text input"
LABEL, TEXT_INPUT = 18, 4
SHORT, PARAGRAPH = 1, 2


def modal(form: Form) -> Json:
    """Return the modal of `form`. Its own id is the form's wire: nothing about it is kept."""
    return {
        "custom_id": form.wire,
        "title": shorten(label(form.title), FORM_TITLE_CHARACTERS),
        "components": [_labelled(field) for field in form.fields],
    }


def answers_in(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the answers of a submitted modal by field name."""
    return {part["custom_id"]: str(part.get("value") or "") for part in _inputs(data.get("components", ()))}


def _labelled(field: Field) -> Json:
    box: Json = {
        "type": TEXT_INPUT,
        "custom_id": field.name,
        "style": PARAGRAPH if field.long else SHORT,
        "required": field.required,
        "max_length": min(field.limit, ANSWER_CHARACTERS),
    }
    if field.placeholder:
        box["placeholder"] = shorten(label(field.placeholder), PLACEHOLDER_CHARACTERS)
    return {"type": LABEL, "label": shorten(label(field.label), FIELD_LABEL_CHARACTERS), "component": box}


def _inputs(parts: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the text inputs, inside labels or, as older clients send them, inside rows."""
    for part in parts:
        if part.get("type") == TEXT_INPUT:
            yield part
        yield from _inputs(part.get("components", ()))
        if "component" in part:
            yield from _inputs((part["component"],))
