"""How well the rows of method speak: judged questions, of which the triggers were tuned on one half only."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.core.recommender import recommend
from bot.core.search import read
from bot.core.shelf import Shelf
from bot.i18n import Locale

QUERIES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "method-queries.json").read_text(encoding="utf-8")
)["queries"]
_HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True)
class Measured:
    """Shares: of what was said, what fits; of what had to be said, what was; of the first row shown, what had to be."""

    precision: float
    recall: float
    first: float


def said(text: str, shelf: Shelf) -> list[str]:
    reading = read(text, shelf, locale=Locale.KO if _HANGUL.search(text) else Locale.EN)
    return [method.id for method in recommend(reading, shelf).advice]


def measure(half: str, shelf: Shelf) -> Measured:
    spoken = fitting = wanted = found = first = asked = 0
    for query in (each for each in QUERIES if each["half"] == half):
        rows, must = said(query["text"], shelf), set(query["must"])
        spoken += len(rows)
        fitting += len(must.union(query.get("may", ())).intersection(rows))
        wanted += len(must)
        found += len(must.intersection(rows))
        asked += bool(must)
        first += bool(must.intersection(rows[:1]))
    return Measured(fitting / spoken, found / wanted, first / asked)


@pytest.mark.parametrize(
    ("half", "floor"), [("tuned", Measured(0.95, 0.95, 0.95)), ("checked", Measured(0.9, 0.8, 0.7))]
)
def test_the_method_speaks_where_it_has_to_and_hardly_anywhere_else(half: str, floor: Measured, shelf: Shelf) -> None:
    measured = measure(half, shelf)
    assert measured.precision >= floor.precision, measured
    assert measured.recall >= floor.recall, measured
    assert measured.first >= floor.first, measured


@pytest.mark.parametrize("text", [query["text"] for query in QUERIES if not query["must"]])
def test_the_method_does_not_speak_to_who_asks_for_something_else(text: str, shelf: Shelf) -> None:
    assert said(text, shelf) == []


def test_every_row_is_asked_for_in_both_languages(shelf: Shelf) -> None:
    asked = Counter((row, bool(_HANGUL.search(query["text"]))) for query in QUERIES for row in query["must"])
    for method in shelf.methods:
        assert asked[method.id, True] >= 1 and asked[method.id, False] >= 1, method.id
        assert asked[method.id, True] + asked[method.id, False] >= 3, method.id
    assert sum(not query["must"] for query in QUERIES) >= 20


def test_a_row_called_by_a_phrase_is_not_talked_over_by_a_short_word(shelf: Shelf) -> None:
    assert said("처음 읽는 논문인데 버거워요", shelf)[0] == "method-review-first-if-heavy"
    assert "method-prerequisites" not in said("처음 읽는 논문인데 버거워요", shelf)


@pytest.mark.parametrize("text", ["목록은 계속 업데이트되나요?", "Will this list be updated?"])
def test_whether_the_list_goes_on_is_answered(text: str, shelf: Shelf) -> None:
    assert said(text, shelf)[0] == "method-will-be-updated"
