"""Tests of the rows of method."""

from __future__ import annotations

from bot.core.methods import Method, Methods, When, problems_of
from bot.core.topics import TopicMap
from bot.i18n import Bilingual
from tests.core.rows import topic

TEXT = Bilingual(ko="글쓴이는 그렇게 해요.", en="The author does so.")


def method(method_id: str, when: When, *see: str) -> Method:
    return Method(id=method_id, title=TEXT, section="Beginners", text=TEXT, when=when, see=see)


def test_rows_are_found_by_id_and_kept_in_order() -> None:
    rows = Methods([method("b", When()), method("a", When())])
    assert [row.id for row in rows] == ["b", "a"]
    assert rows["a"].text == TEXT
    assert rows.get("c") is None


def test_references_that_lead_nowhere_are_found() -> None:
    rows = Methods(
        [method("a", When(topics=("gone",), only=("lost",)), "missing"), method("b", When(topics=("rl",)), "r")]
    )
    found = {(problem.row, problem.key) for problem in problems_of(rows, TopicMap([topic("rl")]), ["r"])}
    assert found == {("a", "when.topics"), ("a", "when.only"), ("a", "see")}
