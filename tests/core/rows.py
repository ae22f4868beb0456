"""Small rows for tests that need a catalogue of their own."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.core.catalogue import Kind, Level, Resource, Stage, Sureness
from bot.core.topics import Aliases, Prerequisite, Topic
from bot.i18n import Bilingual


def resource(row_id: str, *topics: str, **changes: Any) -> Resource:
    """Return a sound beginner's course in English about `topics`, with `changes`."""
    values: dict[str, Any] = {
        "title": row_id.replace("-", " ").title(),
        "kind": Kind.COURSE,
        "topics": topics,
        "stage": Stage.BEFORE,
        "level": Level.BEGINNER,
        "languages": ("en",),
        "url": f"https://example.org/{row_id}",
        "note": Bilingual(ko="한 줄 설명이에요.", en="One line about it."),
        "sure": Sureness.HIGH,
        "verified": date(2026, 11, 22),
    }
    return Resource(id=row_id, **(values | changes))


def topic(topic_id: str, *needs: str, **changes: Any) -> Topic:
    """Return a topic that names `needs` as prerequisites, with `changes`."""
    why = Bilingual(ko="먼저 필요해요.", en="It is needed first.")
    values: dict[str, Any] = {
        "name": Bilingual.same(topic_id.replace("-", " ")),
        "definition": Bilingual(ko="정의예요.", en="What it is."),
        "prerequisites": tuple(Prerequisite(topic=need, why=why) for need in needs),
        "aliases": Aliases(),
    }
    return Topic(id=topic_id, **(values | changes))
