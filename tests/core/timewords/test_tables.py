"""Our own tables of phrases: recurrences in both languages, and Korean as people type it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli

from bot.core.timewords import Ambiguous, Habits, NotUnderstood, Once, Recurring, measuring, read
from bot.core.timewords.measuring import Verdict

DATA = Path(__file__).parent / "data"
TABLES = ("recurrences", "chatty_ko")


def rows() -> Iterator[Any]:
    for name in TABLES:
        for row in tomli.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))["pairs"]:
            yield pytest.param(name, row, id=f"{row['phrase']}")


def table(name: str) -> measuring.Table:
    return measuring.table_from(tomli.loads((DATA / f"{name}.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("name", "row"), list(rows()))
def test_a_phrase_of_our_tables_is_read_as_it_is_meant(name: str, row: dict[str, Any]) -> None:
    said = table(name)
    heard = read(row["phrase"], said.now, Habits(said.zone))
    phrase = next(each for each in said.phrases if each.text == row["phrase"])
    assert measuring.verdict(phrase, heard) is Verdict.RIGHT, heard
    if "not_understood" in row:
        assert isinstance(heard, NotUnderstood) and heard.why == row["not_understood"]
        return
    assert isinstance(heard, Once | Recurring | Ambiguous)
    rest = heard.choices[0].rest if isinstance(heard, Ambiguous) else heard.rest
    assert rest == row.get("rest", "")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_at_least_150_different_phrases(name: str) -> None:
    phrases = [phrase.text for phrase in table(name).phrases]
    assert len(set(phrases)) == len(phrases) >= 150


def test_each_chatty_phrase_names_the_rule_behind_it() -> None:
    listed = tomli.loads((DATA / "chatty_ko.toml").read_text(encoding="utf-8"))["pairs"]
    assert all(row["why"] for row in listed)
