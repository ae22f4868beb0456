"""The phrases that are shared with us and not ours to keep: read from where they lie, skipped where they do not.

`$MOIM_TIME_PHRASES`, else `../shared/data/time_phrases.json` beside the repository.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.core.timewords import measuring

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    given = os.environ.get("MOIM_TIME_PHRASES")
    file = Path(given) if given else ROOT.parent / "shared" / "data" / "time_phrases.json"
    if not file.is_file():
        pytest.skip(f"no time phrases at {file}; set MOIM_TIME_PHRASES to the file")
    return measuring.measure(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nineteen_of_twenty_phrases_are_right_in_each_language(measured: dict[str, Any], language: str) -> None:
    figures = measured["by_language"][language]
    assert figures["right"] >= 0.95 * figures["phrases"], measured["misses"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_at_most_one_in_fifty_is_wrong_without_being_asked_about(measured: dict[str, Any], language: str) -> None:
    figures = measured["by_language"][language]
    assert figures["silently_wrong"] <= 0.02 * figures["phrases"], measured["misses"]


def test_what_is_no_time_is_never_taken_for_one(measured: dict[str, Any]) -> None:
    assert measured["false_times"] == 0, measured["misses"]
