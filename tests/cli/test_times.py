"""The verb that measures how time phrases are read."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Host

PHRASES = {
    "meta": {"reference_time": "2013-02-12T04:30:00-02:00"},
    "pairs": [
        {"lang": "en", "phrase": "tomorrow at 9", "grain": "hour", "start": "2013-02-13T09:00:00", "reminder": True},
        {"lang": "ko", "phrase": "내일 9시", "grain": "hour", "start": "2013-02-13T08:00:00", "reminder": True},
        {"lang": "ko", "phrase": "작년", "grain": "year", "start": "2012-01-01T00:00:00", "reminder": False},
    ],
    "not_a_time_en": ["we are separated"],
}


@pytest.fixture
def phrases(host: Host) -> str:
    (host.folder / "phrases.json").write_text(json.dumps(PHRASES), encoding="utf-8")
    return "phrases.json"


def test_the_measures_come_as_json(phrases: str, host: Host) -> None:
    said = host.moim("evaluate", "times", phrases, "--json")
    assert said.code == 0, said.err
    measured = json.loads(said.out)
    assert {name: measured[name] for name in ("phrases", "right", "silently_wrong", "asked", "not_understood")} == {
        "phrases": 2,
        "right": 1,
        "silently_wrong": 1,
        "asked": 0,
        "not_understood": 0,
    }
    assert measured["false_times"] == 0
    assert measured["by_language"]["en"]["right"] == 1
    assert [miss["phrase"] for miss in measured["misses"]] == ["내일 9시"]


def test_the_measures_are_a_line_for_each_language_and_one_for_each_miss(phrases: str, host: Host) -> None:
    lines = host.moim("evaluate", "times", phrases).lines
    assert [line.split()[:3] for line in lines[1:4]] == [["en", "1", "1"], ["ko", "1", "0"], ["all", "2", "1"]]
    assert lines[4].startswith("silently wrong: 내일 9시 (expected 2013-02-13T08:00:00, heard 2013-02-13T09:00:00")
    korean = host.moim("evaluate", "times", phrases, LANG="ko_KR.UTF-8").lines
    assert korean[3].split()[0] == "모두" and korean[4].startswith("조용히 틀림: ")


def test_our_own_tables_are_such_files(host: Host) -> None:
    (host.folder / "own.toml").write_text(
        '[meta]\nreference_time = "2026-11-25T14:00:00+09:00"\nzone = "Asia/Seoul"\n'
        '[[pairs]]\nlang = "ko"\nphrase = "수욜마다 9시"\nrrule = "FREQ=WEEKLY;BYDAY=WE"\nstart = "2026-12-02T09:00"\n',
        encoding="utf-8",
    )
    measured = json.loads(host.moim("evaluate", "times", "own.toml", "--json").out)
    assert (measured["phrases"], measured["right"]) == (1, 1)


@pytest.mark.parametrize("content", [None, b"not json", b"[]", b"{}", b'{"meta": 1}', b"\xff\xfe"])
def test_a_file_that_holds_no_phrases_is_one_line(content: bytes | None, host: Host) -> None:
    if content is not None:
        (host.folder / "odd.json").write_bytes(content)
    said = host.moim("evaluate", "times", "odd.json")
    assert said.code == 1
    assert said.err.startswith("odd.json cannot be read: ") and said.err.count("\n") == 1
