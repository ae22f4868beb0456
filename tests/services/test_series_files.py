"""Tests of reading and checking the files of series."""

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


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('resource = "d2l"', 'resource = "nowhere"', "resource", "no resource 'nowhere'"),
        ('called = "chapter"', 'called = "verse"', "called", "none of lecture"),
        ('words = ["D2L"', 'words = ["CS229"', "words", "already calls"),
        ("number = 2\n", "number = 1\n", "units", "must rise"),
        ("number = 2\n", "", "units.number", "is missing"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(data: Path, old: str, new: str, key: str, words: str) -> None:
    path = data / "series/d2l.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [finding for finding in check(data) if finding.file == "data/series/d2l.toml" and finding.key == key]
    assert found and words in found[0].message
    first = key.partition(".")[0]
    assert path.read_text(encoding="utf-8").splitlines()[found[0].line - 1].strip("[]").startswith(first)


def test_a_series_that_is_not_toml_is_named(data: Path) -> None:
    (data / "series/d2l.toml").write_text("title = \n", encoding="utf-8")
    assert {finding.file for finding in check(data)} == {"data/series/d2l.toml"}


def test_a_folder_without_series_is_none(data: Path) -> None:
    shutil.rmtree(data / "series")
    assert check(data) == []
    assert len(load(data).series) == 0


def test_the_schema_accepts_the_projects_own_series_and_refuses_an_unknown_key() -> None:
    schema = schemas()["series.json"]
    places = list((DATA_DIR / "series").glob("*.toml"))
    assert len(places) > 10
    for path in places:
        document = json.loads(json.dumps(tomli.loads(path.read_text(encoding="utf-8"))))
        jsonschema_rs.validate(schema, document)
        document["colour"] = "red"
        assert not jsonschema_rs.is_valid(schema, document)
