"""Rows that organisers approved, in the host's folder: read back as every file, or the folder stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import shelf
from bot.services.own_rows import CHANGES, ROWS, NotWritten, OwnRow, add_row

ROW = OwnRow(
    "our-lecture", "Our lecture", "course", ("graph-ml",), "ko", "https://example.org/a", "우리 강의예요.",
    "Our lecture.", date(2026, 11, 25),
)  # fmt: skip


def test_a_row_is_on_the_shelf_from_the_next_start_on_with_its_day(tmp_path: Path) -> None:
    add_row(tmp_path, ROW)
    add_row(tmp_path, replace(ROW, id="another", title="Another", url="https://example.org/b"))
    assert shelf.check_overlay(tmp_path) == []
    books = shelf.load(overlay=tmp_path)
    assert books.catalogue["our-lecture"].title == "Our lecture"
    told = [each.ids for each in books.changes.since(date(2026, 11, 25))]
    assert [each for each in told if each in (("another",), ("our-lecture",))] == [("another",), ("our-lecture",)]


def test_what_a_host_wrote_by_hand_stays(tmp_path: Path) -> None:
    (tmp_path / "resources").mkdir()
    add_row(tmp_path, ROW)
    by_hand = (tmp_path / ROWS).read_text("utf-8").replace("우리 강의예요.", "손으로 고친 말이에요.") + "# mine\n"
    (tmp_path / ROWS).write_text(by_hand, encoding="utf-8")
    add_row(tmp_path, ROW)
    assert (tmp_path / ROWS).read_text("utf-8") == by_hand, "an approval that was cut off writes nothing twice"
    add_row(tmp_path, replace(ROW, id="b", title="B", url="https://example.org/b"))
    assert (tmp_path / ROWS).read_text("utf-8").startswith(by_hand.rstrip("\n"))


@pytest.mark.parametrize(
    "change",
    [{"url": "javascript:x"}, {"topics": ("nope",)}, {"kind": "song"}, {"id": "Not An Id"}, {"title": "x" * 500}],
)
def test_what_does_not_pass_the_checks_changes_nothing(tmp_path: Path, change: dict[str, object]) -> None:
    add_row(tmp_path, ROW)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.toml")}
    with pytest.raises(NotWritten):
        add_row(tmp_path, replace(ROW, **{"id": "b", "url": "https://example.org/b"} | change))  # type: ignore[arg-type]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.toml")} == before


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "resources").write_text("a file", encoding="utf-8")
    with pytest.raises(NotWritten):
        add_row(tmp_path, ROW)
    assert not (tmp_path / CHANGES).exists()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120))
def test_any_title_is_written_as_a_text_or_refused(tmp_path: Path, title: str) -> None:
    folder = tmp_path / str(abs(hash(title)))
    try:
        add_row(folder, replace(ROW, title=title))
    except NotWritten:
        assert not list(folder.rglob("*.toml"))
    else:
        assert shelf.check_overlay(folder) == []
