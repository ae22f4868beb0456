"""Tests of reading and checking the files of paths."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema_rs
import pytest
import tomli

from bot.services.shelf import DATA_DIR, check, load, schemas


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the project's data folder that a test may spoil."""
    shutil.copytree(DATA_DIR, tmp_path / "data")
    return tmp_path / "data"


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(path: Path, wanted: str) -> int:
    return path.read_text(encoding="utf-8").splitlines().index(wanted) + 1


@pytest.mark.parametrize(
    ("old", "new", "key", "words", "line"),
    [
        ("title.ko", "tutle.ko", "title.ko", "is missing", None),
        ('goal = "taste"', 'goal = "wine"', "goal", "none of taste", 'goal = "wine"'),
        ('see = ["apply"', 'see = ["nowhere"', "see", "no path 'nowhere'", 'see = ["nowhere", "article"]'),
        ('knows = "maths"', 'knows = "music"', "steps.pictures.knows", "none of python", 'id = "pictures"'),
        ("skip.ko = \"수식이", "skipp.ko = \"수식이", "steps.pictures.skip.ko", "is missing", 'id = "pictures"'),
        ('"3b1b-neural-networks"', '"nowhere"', "steps.pictures", "no resource 'nowhere'", 'id = "pictures"'),
        ('id = "pictures"', 'id = "python"', "steps.python", "id already", 'id = "python"'),
        ('id = "pictures"\n', "", "steps.2.id", "is missing", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_line_step_and_key(
    data: Path, old: str, new: str, key: str, words: str, line: str | None
) -> None:
    path = data / "paths/taste.toml"
    spoil(path, old, new)
    found = [finding for finding in check(data) if finding.file == "data/paths/taste.toml" and finding.key == key]
    assert found and found[0].row == "taste"
    assert words in found[0].message
    if line is not None:
        assert found[0].line == line_of(path, line)


def test_a_path_that_is_not_toml_is_named_and_the_others_are_read(data: Path) -> None:
    spoil(data / "paths/taste.toml", "[[steps]]", "[[steps]")
    assert {finding.file for finding in check(data)} == {"data/paths/taste.toml", "data/paths/article.toml"}


def test_without_paths_the_house_does_not_open(data: Path) -> None:
    shutil.rmtree(data / "paths")
    assert [str(finding) for finding in check(data)] == ["data/paths:1: there are no paths"]


def test_the_schema_accepts_the_projects_own_paths_and_refuses_an_unknown_key() -> None:
    schema = schemas()["path.json"]
    for path in (DATA_DIR / "paths").glob("*.toml"):
        document = json.loads(json.dumps(tomli.loads(path.read_text(encoding="utf-8"))))
        jsonschema_rs.validate(schema, document)
        document["steps"][0]["colour"] = "red"
        assert not jsonschema_rs.is_valid(schema, document)


def test_paths_are_offered_by_goal_and_then_the_articles_own() -> None:
    assert [path.id for path in load().paths] == ["taste", "apply", "papers", "article", "contents"]
