"""What changed in the catalogue, and since when."""

from __future__ import annotations

from datetime import date, timedelta

from bot.core.changes import RECENT, Change, ChangeKind, Changes, problems_of
from bot.i18n import Bilingual

DAY = date(2026, 11, 25)
TEXT = Bilingual(ko="새 강의를 더했어요.", en="A new course came in.")


def change(days_ago: int, *ids: str) -> Change:
    return Change(id="1", date=DAY - timedelta(days=days_ago), kind=ChangeKind.ADDED, ids=ids, text=TEXT)


def test_the_latest_stands_first_and_those_of_a_day_keep_their_order() -> None:
    rows = [change(3, "old"), change(0, "a"), change(0, "b")]
    assert [row.ids for row in Changes(rows)] == [("a",), ("b",), ("old",)]
    assert len(Changes(rows)) == 3


def test_the_changes_since_a_day_count_that_day() -> None:
    changes = Changes([change(0, "a"), change(7, "b"), change(8, "c")])
    assert [row.ids[0] for row in changes.since(DAY - timedelta(days=7))] == ["a", "b"]
    assert changes.since(DAY + timedelta(days=1)) == ()


def test_the_changes_of_one_row_are_found() -> None:
    changes = Changes([change(0, "a", "b"), change(5, "b"), change(90, "b")])
    assert len(changes.about("b", DAY - RECENT)) == 2
    assert changes.about("c", date.min) == ()


def test_an_unknown_id_and_a_change_out_of_order_are_named() -> None:
    rows = [change(2, "a"), change(1, "a"), change(3, "gone")]
    assert [(problem.key) for problem in problems_of(rows, {"a"})] == ["date", "ids"]
