"""The verbs about the catalogue: its check, its schemas, and the measures of the recommendations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.cli import catalogue
from bot.services import shelf
from tests.cli.conftest import Host

ROOT = Path(__file__).parent.parent.parent
QUERIES = {
    "queries": [
        {"id": "a", "text": "reinforcement learning", "expected": {"sutton-barto": 1, "badak-rl": 2}, "never": []},
        {"id": "b", "text": "강화학습 입문", "expected": {"badak-rl": 2}, "never": ["rlhf-book"], "filters": {}},
    ]
}


@pytest.fixture
def judged(host: Host) -> str:
    (host.folder / "judged.json").write_text(json.dumps(QUERIES), encoding="utf-8")
    return "judged.json"


def test_our_own_catalogue_is_in_order(host: Host) -> None:
    said = host.moim("data", "check")
    assert said.code == 0, said.out
    assert "90 topics" in said.out


def test_a_mistake_is_named_with_file_and_line(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    data = host.folder / "data"
    shutil.copytree(shelf.DATA_DIR, data)
    file = sorted((data / "resources").glob("[a-z]*.toml"))[0]
    lines = file.read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(lines) if line.startswith("kind = "))
    lines[number] = 'kind = "scroll"'
    file.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(shelf, "DATA_DIR", data)

    said = host.moim("data", "check")
    assert said.code == 1
    assert f"data/resources/{file.name}:{number + 1}: " in said.out
    assert "thing to mend" in said.err

    checked = host.moim("check")
    assert checked.code == 1 and "moim data check" in checked.out
    asked = host.moim("ask", "/recommend rl")
    assert asked.code == 1 and asked.err.count("\n") == 1 and "moim data check" in asked.err


def test_the_schemas_that_are_checked_in_are_those_of_the_code(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "SCHEMA_DIR", host.folder / "schema")
    assert host.moim("data", "schema").code == 0
    made = {file.name: file.read_text(encoding="utf-8") for file in (host.folder / "schema").iterdir()}
    kept = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "data" / "schema").iterdir()}
    assert made == kept, "run: moim data schema"


def test_the_measures_come_as_json(judged: str, host: Host) -> None:
    said = host.moim("evaluate", "recommend", judged, "--json")
    assert said.code == 0, said.err
    measured = json.loads(said.out)
    assert {"queries", "ndcg_at_5", "must_recall_at_5", "never_violations", "rows"} <= set(measured)
    assert measured["queries"] == 2
    assert [row["id"] for row in measured["rows"]] == ["a", "b"]
    assert all(1 <= len(row["shown"]) <= 10 for row in measured["rows"])


def test_the_measures_stand_beside_plain_bm25(judged: str, host: Host) -> None:
    lines = host.moim("evaluate", "recommend", judged).out.splitlines()
    assert lines[0] == "2 queries"
    assert lines[2].startswith("Moim ") and lines[3].startswith("plain BM25 ")


@pytest.mark.parametrize("content", [None, b"not json", b"[]", b'{"queries": [{}]}', b"\xff\xfe"])
def test_a_file_that_holds_no_judged_queries_is_one_line(content: bytes | None, host: Host) -> None:
    if content is not None:
        (host.folder / "odd.json").write_bytes(content)
    said = host.moim("evaluate", "recommend", "odd.json")
    assert said.code == 1
    assert said.err.startswith("odd.json cannot be read: ") and said.err.count("\n") == 1
