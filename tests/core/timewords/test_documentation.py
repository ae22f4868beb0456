"""The examples of docs/time-phrases.md, each read as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.timewords import Ambiguous, NotUnderstood, Once, Recurring, Why
from tests.core.timewords.people import hear

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "time-phrases.md"
ENDS = "with an end"  # of a rule, which the example leaves out


def section(heading: str) -> str:
    after = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}", 1)[1]
    return after.split("\n## ", 1)[0]


def understood() -> Iterator[str]:
    for line in section("What is understood").splitlines():
        if not line.startswith("| ") or "---" in line:
            continue
        kind = line.split("|")[1].strip()
        for column, rule in ((2, "매일 9시 "), (3, "every day at 9 ")):
            for example in re.findall(r"`([^`]+)`", line.split("|")[column]):
                yield rule + example if kind == ENDS else example


@pytest.mark.parametrize("example", list(understood()))
def test_what_the_page_says_is_understood_is(example: str) -> None:
    assert isinstance(hear(example), Once | Recurring | Ambiguous)


@pytest.mark.parametrize(
    "example", re.findall(r"`([^`]+)`", section("What is not understood").split("What is over")[0])
)
def test_what_the_page_says_is_not_understood_is_not(example: str) -> None:
    text = f"매일 9시 {example}" if example == "시험까지" else f"{example} 9시" if example.endswith("빼고") else example
    heard = hear(text)
    assert isinstance(heard, NotUnderstood) and heard.why is Why.UNSURE, heard
