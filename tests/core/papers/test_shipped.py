"""The papers that come along: every classic can be read, and the rules find what would be wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.core.papers.classics import Classic, problems_of
from bot.core.papers.links import read_link
from bot.core.papers.paper import Difficulty, Paper, PaperKind, key_of
from bot.core.papers.pool import read_line
from bot.services.shelf.papers import load_papers

ROW = Classic(
    id="x",
    title="X",
    year=2020,
    arxiv="2001.00001",
    topics=("llm",),
    kind=PaperKind.METHOD,
    difficulty=Difficulty.BEGINNER,
)
LINE = {"key": "arxiv:2001.00001", "title": "X", "year": 2020, "topics": ["llm"], "lists": [["l", "2024-01-01"]]}


def test_there_are_all_classics_and_all_that_lists_named() -> None:
    shipped = load_papers()
    classics = [each for each in shipped.papers if each.difficulty is not None]
    assert len(classics) == 171
    assert len(shipped.papers) > 7500
    assert len({each.key for each in shipped.papers}) == len(shipped.papers)
    assert sum(len(each) for each in shipped.listings.values()) >= 8000
    assert all(each.listed for each in shipped.papers if each.difficulty is None)
    assert shipped.listings.keys() <= {each.key for each in shipped.papers}


def test_a_link_to_a_paper_that_came_along_finds_it() -> None:
    for paper in load_papers().papers:
        if paper.key.startswith("title:"):
            continue
        target = read_link(paper.url)
        assert target is not None and key_of(target) == paper.key


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"topics": ("nope",)}, "topics"),
        ({"prerequisites": ("nope",)}, "prerequisites"),
        ({"arxiv": None}, ""),
        ({"url": "https://x.org"}, ""),
        ({"year": 1066}, "year"),
    ],
)
def test_what_is_wrong_in_a_row_is_found(change: dict[str, Any], key: str) -> None:
    assert not list(problems_of([ROW], {"llm"}))
    assert [each.key for each in problems_of([replace(ROW, **change)], {"llm"})] == [key]


def test_the_same_paper_twice_is_found() -> None:
    again = replace(ROW, id="y", arxiv=None, url="https://www.arxiv.org/pdf/2001.00001v3")
    assert [each.message for each in problems_of([ROW, again], {"llm"})] == ["is the same paper as 'x'"]


@pytest.mark.parametrize(
    "change",
    [
        {"key": ""}, {"key": 1}, {"title": None}, {"title": "x" * 1000}, {"year": "2020"}, {"topics": "llm"},
        {"lists": []}, {"lists": [["l"]]}, {"lists": [["l", "24-01-01"]]}, {"lists": [1]}, {"odd": 1},
        {"key": "url:https://x.org", "url": "https://y.org"}, {"key": "url:https://x.org"},
        {"key": "url:javascript:1", "url": "javascript:1"},
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used_says_why(change: dict[str, Any]) -> None:
    assert read_line(json.dumps(LINE)).paper == Paper(
        "arxiv:2001.00001", "https://arxiv.org/abs/2001.00001", "X", year=2020, topics=("llm",),
        own_prerequisites=False, listed=1,
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"\w"):
        read_line(json.dumps(LINE | change))


@pytest.mark.parametrize("line", ["", "{", "[]", "1", "[" * 100_000])
def test_what_is_no_json_object_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="JSON"):
        read_line(line)
