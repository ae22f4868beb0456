"""The files of papers: what is wrong is told with file and line, and never keeps the bot from the rest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.services import shelf
from bot.services.shelf.papers import load_papers, papers_version


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped data with one file of classics and three lines of the pool."""
    folder = tmp_path / "data"
    shutil.copytree(shelf.DATA_DIR, folder, ignore=shutil.ignore_patterns("locales", "holidays", "papers"))
    (folder / "papers" / "classics").mkdir(parents=True)
    for name in ("classics/graph-ml.toml", "lists.toml"):
        shutil.copy(shelf.DATA_DIR / "papers" / name, folder / "papers" / name)
    lines = (shelf.DATA_DIR / "papers" / "pool.jsonl").read_text("utf-8").splitlines()[:3]
    (folder / "papers" / "pool.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _change(data: Path, name: str, old: str, new: str) -> None:
    file = data / "papers" / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_files_are_whole() -> None:
    assert [each for each in shelf.check() if "papers" in each.file] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "word"),
    [
        ("classics/graph-ml.toml", 'topics = ["graph-ml"]', 'topics = ["grahp"]', "no topic 'grahp'"),
        ("classics/graph-ml.toml", 'kind = "method"', 'kind = "song"', "'song' is none of"),
        ("classics/graph-ml.toml", 'arxiv = "1609.02907"', 'arxiv = "v1"', "right form"),
        ("lists.toml", 'rhythm = "daily"', 'rhythm = "hourly"', "right form"),
    ],
)
def test_a_mistake_is_told_with_its_line(data: Path, name: str, old: str, new: str, word: str) -> None:
    assert shelf.check(data) == []
    _change(data, name, old, new)
    lines = (data / "papers" / name).read_text("utf-8").splitlines()
    (found,) = shelf.check(data)
    assert (found.file, found.line) == (f"data/papers/{name}", lines.index(new) + 1)
    assert word in found.message


def test_lines_of_the_pool_are_told_by_their_number_and_the_others_are_used(data: Path) -> None:
    row = {"key": "arxiv:2401.00001", "title": "X", "topics": ["grahp"], "lists": [["nobody", "2024-01-01"]]}
    with (data / "papers" / "pool.jsonl").open("a", encoding="utf-8") as pool:
        pool.write("{\n" + json.dumps(row) + "\n" + json.dumps(row | {"topics": [], "lists": [["pr12", ""]]}) + "\n")
    found = [(each.line, each.message) for each in shelf.check(data)]
    assert (4, "is not JSON") in found
    assert (5, "there is no topic 'grahp'") in found and (5, "there is no list 'nobody' in lists.toml") in found
    assert (6, "stands in line 5 already") in found
    assert "arxiv:2401.00001" in {each.key for each in load_papers(data).papers}


def test_any_change_of_the_files_is_another_version(data: Path) -> None:
    before = papers_version(data)
    assert papers_version(data) == before
    _change(data, "classics/graph-ml.toml", "method", "theory")
    assert papers_version(data) != before


def test_starting_reads_no_papers(data: Path) -> None:
    (data / "papers" / "pool.jsonl").write_text("{", encoding="utf-8")
    (data / "papers" / "classics" / "graph-ml.toml").write_text("[", encoding="utf-8")
    assert shelf.load(data).catalogue, "papers are read when they are needed"
    assert load_papers(data).papers == ()
