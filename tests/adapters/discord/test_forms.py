"""Forms as modals."""

from __future__ import annotations

from syrupy.assertion import SnapshotAssertion

from bot.adapters.discord.forms import answers_in, modal
from bot.chat.press import Press
from bot.chat.reply import Field, Form


def test_a_form_has_its_form(snapshot: SnapshotAssertion) -> None:
    fields = (
        Field("title", "Title?", "A book", limit=20),
        Field("why", "Why?", long=True, required=False, limit=9000),
    )
    assert modal(Form("A note", Press.of("sample.noted"), fields, wire="sample.noted")) == snapshot


def test_long_words_are_shortened_to_what_a_modal_holds() -> None:
    drawn = modal(Form("t" * 60, Press.of("x"), (Field("a", "l" * 60, "p" * 200),), wire="x"))
    box = drawn["components"][0]
    assert [len(drawn["title"]), len(box["label"]), len(box["component"]["placeholder"])] == [45, 45, 100]


def test_answers_are_found_in_labels_and_in_rows() -> None:
    boxes = [{"type": 4, "custom_id": name, "value": name.upper()} for name in ("a", "b")]
    parts = [{"type": 18, "component": boxes[0]}, {"type": 1, "components": [boxes[1]]}, {"type": 10}]
    assert answers_in({"components": parts}) == {"a": "A", "b": "B"}
    assert answers_in({}) == {}
