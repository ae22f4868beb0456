"""What counts as right, wrong, asked and not understood, on a file small enough to count by hand."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.timewords import measuring

META = {"reference_time": "2013-02-12T04:30:00-02:00"}


def row(phrase: str, lang: str = "en", **more: Any) -> dict[str, Any]:
    return {"lang": lang, "phrase": phrase, "reminder": True, **more}


FILE = {
    "meta": META,
    "pairs": [
        row("tomorrow", grain="day", start="2013-02-13T00:00:00"),
        row("tomorrow at 9", "en-US", grain="hour", start="2013-02-13T09:00:00"),
        row("in 2 minutes", grain="second", start="2013-02-12T04:32:01"),
        row("three fridays from now", grain="day", start="2013-03-01T00:00:00"),
        row("내일", "ko", grain="day", start="2013-02-13T00:00:00"),
        row("시험 전날", "ko", grain="day", start="2013-02-13T00:00:00"),
        row("매주 월요일 7시", "ko", rrule="FREQ=WEEKLY;BYDAY=MO", start="2013-02-18T07:00:00"),
        {"lang": "ko", "phrase": "작년", "reminder": False, "grain": "year", "start": "2012-01-01T00:00:00"},
    ],
    "not_a_time_en": ["25", "tomorrow"],
    "not_a_time_ko": ["이분이 오셨다"],
}


def test_each_phrase_counts_once_and_by_its_language() -> None:
    measured = measuring.measure(FILE)
    figures = {"phrases": 7, "right": 4, "silently_wrong": 1, "asked": 1, "not_understood": 1, "false_times": 1}
    assert {name: measured[name] for name in figures} == figures
    assert measured["by_language"]["en"] == {
        "phrases": 4,
        "right": 2,
        "silently_wrong": 1,
        "asked": 1,
        "not_understood": 0,
        "false_times": 1,
    }
    assert measured["by_language"]["ko"]["right"] == 2


def test_every_miss_has_a_row_that_says_what_became_of_it() -> None:
    misses = {miss["phrase"]: miss for miss in measuring.measure(FILE)["misses"] if miss["expected"]}
    assert {phrase: miss["became"] for phrase, miss in misses.items()} == {
        "in 2 minutes": "silently_wrong",
        "three fridays from now": "asked",
        "시험 전날": "not_understood",
    }
    assert misses["in 2 minutes"]["heard"] == "2013-02-12T04:32:00-02:00"
    assert len(misses["three fridays from now"]["heard"]) == 2


def test_what_is_to_be_asked_or_refused_is_right_when_it_is() -> None:
    said = {
        "meta": {"reference_time": "2026-11-25T14:00:00+09:00", "zone": "Asia/Seoul"},
        "pairs": [
            {"lang": "ko", "phrase": "주말에", "asks": ["2026-11-28T07:00", "2026-11-29T07:00"]},
            {"lang": "ko", "phrase": "하루에 두 번"},
        ],
    }
    assert measuring.measure(said)["right"] == 2


def test_a_rule_is_right_only_with_its_end() -> None:
    asked = row("매일 9시 8번", "ko", rrule="FREQ=DAILY", start="2013-02-12T09:00:00", count=8)
    assert measuring.measure({"meta": META, "pairs": [asked]})["right"] == 1
    assert measuring.measure({"meta": META, "pairs": [{**asked, "count": 7}]})["silently_wrong"] == 1


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"meta": META},
        {"meta": META, "pairs": [{"lang": "en"}]},
        {"meta": {"reference_time": "yesterday"}, "pairs": []},
        {"meta": {"reference_time": "2013-02-12T04:30:00"}, "pairs": [row("now")]},
        {"meta": {"reference_time": "2013-02-12T04:30:00+05:30"}, "pairs": [row("now")]},
        {"meta": META | {"zone": "Mars/Base"}, "pairs": [row("now")]},
    ],
)
def test_a_file_that_holds_no_phrases_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"time phrases|ISO|isoformat|offset|zone"):
        measuring.measure(document)
