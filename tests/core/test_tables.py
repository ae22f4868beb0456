"""Tests of the strict reader and of the schema made from the same definition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import jsonschema_rs
import pytest

from bot.core.tables import Problem, Rule, json_schema, read_row
from bot.i18n import Bilingual


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    word: Annotated[str, Rule("A word", longest=5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    id: str
    name: Annotated[str, Rule("A name", longest=10, pattern="[a-z]+")]
    note: Annotated[Bilingual, Rule("A line", ko=5, en=8)]
    colour: Annotated[Colour, Rule("Its colour")] = Colour.RED
    needs: Annotated[tuple[str | Bilingual, ...], Rule("What it needs", ko=5, en=8)] = ()
    tags: Annotated[tuple[str, ...], Rule("Tags", least=1)] = ("x",)
    leaf: Annotated[Leaf | None, Rule("A leaf")] = None
    height: Annotated[float | None, Rule("Metres")] = None
    count: Annotated[int | None, Rule("How many")] = None
    alive: Annotated[bool, Rule("Is it alive?")] = True
    planted: Annotated[date | None, Rule("When")] = None


SOUND: dict[str, Any] = {"name": "oak", "note": {"ko": "나무", "en": "A tree"}}


def problems(**changes: Any) -> list[tuple[str, str]]:
    table = {key: value for key, value in (SOUND | changes).items() if value is not None}
    return [(problem.key, problem.message) for problem in read_row(Tree, "oak", table)[1]]


def test_a_sound_table_becomes_a_row_with_its_id() -> None:
    table = SOUND | {"leaf": {"word": "green"}, "needs": ["sun", {"ko": "물", "en": "water"}], "height": 3}
    row, found = read_row(Tree, "oak", table)
    assert found == []
    assert row is not None
    assert (row.id, row.leaf, row.height) == ("oak", Leaf(word="green"), 3.0)
    assert row.needs == ("sun", Bilingual(ko="물", en="water"))


def test_defaults_stand_for_what_is_left_out() -> None:
    row, _ = read_row(Tree, "oak", SOUND)
    assert row is not None
    assert (row.colour, row.leaf, row.alive) == (Colour.RED, None, True)


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"nmae": "x"}, "nmae", "not a known key"),
        ({"name": None}, "name", "is missing"),
        ({"name": 3}, "name", "should be a text, is a whole number"),
        ({"name": " oak"}, "name", "blanks at its ends"),
        ({"name": "oaksoaksoaks"}, "name", "at most 10"),
        ({"name": "Oak"}, "name", "right form"),
        ({"note": {"ko": "나무"}}, "note.en", "is missing"),
        ({"note": {"ko": "나무나무나무", "en": "tree"}}, "note.ko", "at most 5"),
        ({"note": {"ko": "나무", "en": "tree", "ja": "木"}}, "note.ja", "not a known key"),
        ({"note": "tree"}, "note", "should have the keys ko and en"),
        ({"colour": "green"}, "colour", "none of red, blue"),
        ({"colour": ["red"]}, "colour", "none of red, blue"),
        ({"tags": []}, "tags", "at least 1"),
        ({"tags": ["a", "a"]}, "tags", "twice"),
        ({"tags": "a"}, "tags", "should be a list"),
        ({"leaf": {"word": "much too long"}}, "leaf.word", "at most 5"),
        ({"leaf": {}}, "leaf.word", "is missing"),
        ({"leaf": []}, "leaf", "should be a table"),
        ({"height": "tall"}, "height", "should be a number"),
        ({"count": True}, "count", "should be a whole number"),
        ({"alive": 1}, "alive", "true or false"),
        ({"planted": "2026-11-22"}, "planted", "should be a date"),
    ],
)
def test_what_does_not_fit_is_named_with_its_key(changes: dict[str, Any], key: str, words: str) -> None:
    found = problems(**changes)
    assert [problem[0] for problem in found] == [key]
    assert words in found[0][1]


def test_every_problem_of_a_row_is_told_at_once() -> None:
    assert {key for key, _ in problems(name=None, colour="green", extra=1)} == {"name", "colour", "extra"}


def test_a_row_that_is_no_table_is_said_to_be_none() -> None:
    assert read_row(Tree, "oak", "wood") == (None, [Problem("oak", "", "should be a table")])


@pytest.mark.parametrize(
    "changes",
    [{}, {"leaf": {"word": "green"}}, {"needs": ["sun", {"ko": "물", "en": "water"}]}, {"height": 2.5, "count": 3}],
)
def test_the_schema_accepts_what_the_reader_accepts(changes: dict[str, Any]) -> None:
    assert read_row(Tree, "oak", SOUND | changes)[1] == []
    assert jsonschema_rs.is_valid(json_schema(Tree), SOUND | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"nmae": 1},
        {"name": "Oak"},
        {"note": {"ko": "나"}},
        {"colour": "green"},
        {"tags": []},
        {"leaf": {}},
        {"alive": 1},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(changes: dict[str, Any]) -> None:
    assert read_row(Tree, "oak", SOUND | changes)[1] != []
    assert not jsonschema_rs.is_valid(json_schema(Tree), SOUND | changes)
