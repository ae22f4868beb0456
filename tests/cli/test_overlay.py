"""The host's own rows at the terminal: checked by name, left out when wrong, and the list of changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Host

ROW = """[our-notes]
title = "Notes of our seminar"
kind = "{kind}"
topics = ["deep-learning"]
stage = "before"
languages = ["en"]
url = "https://example.org/notes"
note.ko = "우리 세미나에서 함께 적은 노트예요."
note.en = "The notes our seminar took together."
sure = "high"
verified = 2026-11-25
"""
CHANGES = """[[changes]]
date = 2026-11-26
kind = "added"
ids = ["our-notes"]
text.ko = "세미나 노트를 더했어요."
text.en = "The seminar notes came in."

[[changes]]
date = 2026-01-02
kind = "corrected"
ids = ["d2l"]
text.ko = "연도를 고쳤어요."
text.en = "The year was corrected."
"""


def write(folder: Path, kind: str = "article") -> None:
    (folder / "resources").mkdir(parents=True)
    (folder / "resources" / "ours.toml").write_text(ROW.format(kind=kind), encoding="utf-8")
    (folder / "changes.toml").write_text(CHANGES, encoding="utf-8")


def test_rows_of_ones_own_stand_in_the_usual_folder(host: Host) -> None:
    without = host.moim("data", "check").out
    write(host.folder / "var" / "catalogue")
    said = host.moim("data", "check")
    assert said.code == 0 and said.out != without, "one resource more"
    assert "✓ Your own rows: var/catalogue" in host.moim("check", "--offline").lines
    assert "Notes of our seminar" in host.moim("ask", "our-notes").out


def test_a_mistake_in_them_is_named_and_the_bot_answers_without_them(host: Host) -> None:
    write(host.folder / "ours", kind="scroll")
    place = {"CATALOGUE_OVERLAY": "ours"}
    said = host.moim("data", "check", **place)
    assert said.code == 1
    assert any(line.startswith("ours/resources/ours.toml:3: our-notes: kind: ") for line in said.lines)

    checked = host.moim("check", "--offline", **place)
    [line] = [line for line in checked.lines if "Your own rows in ours are left out" in line]
    assert checked.code == 1 and line.startswith("✗") and "moim data check" in line

    asked = host.moim("ask", "reinforcement learning", **place)
    assert asked.code == 0 and "Reinforcement learning" in asked.out
    assert "our-notes" not in host.moim("ask", "notes of our seminar", **place).out
    assert asked.err.count("catalogue overlay left out") == 1


def test_a_folder_that_was_named_and_is_not_there_is_told(host: Host) -> None:
    assert "rows" not in host.moim("check", "--offline").out
    said = host.moim("check", "--offline", CATALOGUE_OVERLAY="elsewhere")
    assert said.code == 0
    assert [line for line in said.lines if line.startswith("! There is no folder elsewhere")]


def test_the_changes_are_listed_the_latest_first_from_a_day_on(host: Host) -> None:
    write(host.folder / "var" / "catalogue")
    lines = host.moim("data", "changes").lines
    assert lines[0] == "2026-11-26  added  The seminar notes came in. (our-notes)"
    assert lines[-1] == "2026-01-02  corrected  The year was corrected. (d2l)"
    assert host.moim("data", "changes", "--since", "2026-11-26").lines == lines[:1]
    assert host.moim("data", "changes", "--since", "2026-12-01").lines == ["Nothing changed since then."]
    korean = host.moim("data", "changes", DEFAULT_LOCALE="ko").lines
    assert korean[0] == "2026-11-26  추가  세미나 노트를 더했어요. (our-notes)"


@pytest.mark.parametrize("typed", ["yesterday", "2026-13-01", "0"])
def test_a_day_that_is_none_is_said_with_how_to_write_one(host: Host, typed: str) -> None:
    said = host.moim("data", "changes", "--since", typed)
    assert said.code == 2 and "2026-11-25" in said.err
