"""Tests of reading and checking the data folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema_rs
import pytest
import tomli

from bot.services.shelf import DATA_DIR, DataError, check, load, schemas


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the project's data folder that a test may spoil."""
    shutil.copytree(DATA_DIR, tmp_path / "data")
    return tmp_path / "data"


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first `old` in a file and return the number of its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_projects_own_data_is_sound() -> None:
    assert check() == []


def test_everything_is_read() -> None:
    shelf = load()
    assert len(shelf.catalogue) >= 430
    assert len(shelf.topics) == 90
    assert len(shelf.methods) == 16
    assert "stanford-cs231n-2017" in shelf.catalogue


def test_no_row_stands_in_another_topics_file_and_each_begins_with_how_to_add_one() -> None:
    for path in (DATA_DIR / "resources").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("#:schema ../schema/resource.json\n#")
        assert "To add a resource" in text


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "key", "words"),
    [
        ("resources/rnn.toml", "note.ko =", "nota.ko =", "colah-blog", "note.ko", "is missing"),
        ("resources/rnn.toml", 'kind = "blog"', 'kind = "diary"', "colah-blog", "kind", "none of"),
        ("resources/rnn.toml", "year = 2014", 'year = "2014"', "colah-blog", "year", "whole number"),
        ("resources/rnn.toml", 'url = "https://', 'url = "htps://', "colah-blog", "url", "web address"),
        ("resources/rnn.toml", 'topics = ["rnn"', 'topics = ["rnm"', "colah-blog", "topics", "no topic 'rnm'"),
        ("topics.toml", 'parent = "foundations"', 'parent = "foundation"', "topics.python", "parent", "no topic"),
        ("topics.toml", 'topic = "python", why', 'topic = "snake", why', "topics.data-tools", "prerequisites", "snake"),
        (
            "topics.toml",
            '  "numpy",',
            '  "Python",',
            "topics.data-tools",
            "aliases.en",
            "'Python' is an alias of 'python' too",
        ),
        (
            "methods.toml",
            'when.topics = ["python"]',
            'when.topics = ["x"]',
            "method-pick-python-course",
            "when.topics",
            "'x'",
        ),
    ],
)
def test_what_is_wrong_is_named_with_file_line_row_and_key(
    data: Path, file: str, old: str, new: str, row: str, key: str, words: str
) -> None:
    line = spoil(data / file, old, new)
    found = [finding for finding in check(data) if (finding.row, finding.key) == (row, key)]
    assert found
    assert found[0].file == f"data/{file}"
    assert any(words in finding.message for finding in found)
    if row != "topics.data-tools" and "nota" not in new:  # those point to the key that is there, not the spoilt line
        assert found[0].line == line
    assert str(found[0]).startswith(f"data/{file}:{found[0].line}: {row}: {key}: ")


def test_an_unknown_key_is_named_at_its_own_line(data: Path) -> None:
    line = spoil(data / "resources/rnn.toml", "core = true", "cores = true")
    assert [(f.line, f.key, f.message) for f in check(data)] == [(line, "cores", "is not a known key")]


def test_a_missing_text_points_to_the_row(data: Path) -> None:
    text = (data / "resources/rnn.toml").read_text(encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each == "[colah-blog]")
    kept = [each for each in text.splitlines() if not each.startswith("note.")]
    (data / "resources/rnn.toml").write_text("\n".join(kept), encoding="utf-8")
    assert (line, "note", "is missing") in [(f.line, f.key, f.message) for f in check(data)]


def test_a_text_that_is_too_long_is_named(data: Path) -> None:
    spoil(data / "resources/rnn.toml", 'note.ko = "', 'note.ko = "' + "길" * 80)
    assert [finding.key for finding in check(data)] == ["note.ko"]


def test_an_id_used_twice_is_named_with_the_other_file(data: Path) -> None:
    row = (
        "[colah-blog]\n"
        + (data / "resources/rnn.toml").read_text(encoding="utf-8").split("[colah-blog]\n")[1].split("\n[")[0]
    )
    path = data / "resources/cnn.toml"
    spoiled = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(spoiled + "\n" + row, encoding="utf-8")
    messages = [finding.message for finding in check(data) if finding.row == "colah-blog"]
    assert any("data/resources/cnn.toml already" in message for message in messages)


def test_a_row_in_another_topics_file_is_named(data: Path) -> None:
    (data / "resources/rnn.toml").rename(data / "resources/recurrent.toml")
    assert {finding.key for finding in check(data)} == {"topics"}


def test_a_circle_of_prerequisites_is_named(data: Path) -> None:
    spoil(
        data / "topics.toml",
        "[topics.python]\n",
        '[topics.python]\nprerequisites = [{ topic = "data-tools", why = { ko = "네", en = "yes" } }]\n',
    )
    found = {finding.row for finding in check(data) if "leads back" in finding.message}
    assert {"topics.python", "topics.data-tools"} <= found


def test_broken_toml_is_named_with_its_line_and_the_rest_is_still_checked(data: Path) -> None:
    line = spoil(data / "resources/rnn.toml", 'kind = "blog"', "kind = blog")
    found = check(data)
    assert ("data/resources/rnn.toml", line) in [(finding.file, finding.line) for finding in found]
    assert any("not valid TOML" in finding.message for finding in found)


def test_unknown_tables_and_word_lists_are_named(data: Path) -> None:
    path = data / "topics.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n[words.colour]\nred = ["red"]\n\n[extra]\n', encoding="utf-8")
    spoil(path, "beginner = [", "novice = [")
    rows = {(finding.row, finding.key) for finding in check(data)}
    assert {("words.colour", ""), ("extra", ""), ("words.level", "novice")} <= rows


def test_missing_files_are_said(tmp_path: Path) -> None:
    messages = [str(finding) for finding in check(tmp_path)]
    assert any("data/topics.toml:1: the file is missing" in message for message in messages)
    assert any("there are no resource files" in message for message in messages)


def test_loading_what_is_wrong_fails_with_the_findings(data: Path) -> None:
    spoil(data / "resources/rnn.toml", 'kind = "blog"', 'kind = "diary"')
    with pytest.raises(DataError, match=r"rnn\.toml:\d+: colah-blog: kind"):
        load(data)


def test_the_schemas_in_the_folder_are_those_of_the_code() -> None:
    for name, schema in schemas().items():
        assert json.loads((DATA_DIR / "schema" / name).read_text(encoding="utf-8")) == schema, name


def test_the_schemas_accept_the_projects_own_files() -> None:
    by_name = schemas()
    for path in (DATA_DIR / "resources").glob("*.toml"):
        jsonschema_rs.validate(by_name["resource.json"], plain(path))
    jsonschema_rs.validate(by_name["topics.json"], plain(DATA_DIR / "topics.toml"))
    jsonschema_rs.validate(by_name["methods.json"], plain(DATA_DIR / "methods.toml"))


def plain(path: Path) -> object:
    """Return a TOML file as an editor's schema check sees it: dates are texts."""
    return json.loads(json.dumps(tomli.loads(path.read_text(encoding="utf-8")), default=str))


def test_the_schema_refuses_an_unknown_key() -> None:
    document = plain(DATA_DIR / "resources" / "rnn.toml")
    assert isinstance(document, dict)
    document["colah-blog"]["colour"] = "red"
    assert not jsonschema_rs.is_valid(schemas()["resource.json"], document)


@pytest.mark.parametrize(
    ("old", "new", "row", "key", "words"),
    [
        ('zone = "Asia/Seoul"', 'zone = "Asia/Souel"', "cities.1", "zone", "'Asia/Souel'"),
        ('country = "kr"', 'country = "zz"', "cities.1", "country", "'zz'"),
        ('also = ["Pusan"]', 'also = ["Seoul"]', "cities.2", "also", "'Seoul'"),
        ('also = ["Pusan"]', "also = [3]", "cities.2", "also", ""),
        ('also = ["Pusan"]', 'alias = ["Pusan"]', "cities.2", "alias", "known"),
        ('kp = { ko = "북한", en =', 'kp = { ko = "북한", english =', "countries.kp", "english", "known"),
        ("kp = {", 'qq = { ko = "없음", en = "Nowhere" }\nkp = {', "countries.qq", "", "no city"),
    ],
)
def test_what_is_wrong_with_a_city_is_named_with_its_line(
    data: Path, old: str, new: str, row: str, key: str, words: str
) -> None:
    line = spoil(data / "cities.toml", old, new)
    found = [finding for finding in check(data) if (finding.row, finding.key) == (row, key)]
    assert [(f.file, f.line) for f in found] == [("data/cities.toml", line)]
    assert words in found[0].message


def test_a_file_of_cities_that_is_none_is_named(data: Path) -> None:
    (data / "cities.toml").write_text("towns = 3\n", encoding="utf-8")
    messages = [(f.row, f.message) for f in check(data) if f.file == "data/cities.toml"]
    assert messages == [("cities", "should hold [[cities]]"), ("towns", "is not a known table")]
    (data / "cities.toml").unlink()
    assert "data/cities.toml:1: the file is missing" in map(str, check(data))
