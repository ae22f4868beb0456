"""Which series a text asks to be led through, and which unit comes next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.series import AllSeries, Series, Unit, UnitKind, problems_of
from bot.services import shelf


@pytest.fixture(scope="module")
def series() -> AllSeries:
    return shelf.load().series


def _row(**values: object) -> Series:
    return Series(**{"id": "x", "title": "X", "resource": "x", "words": ("X1",), "called": UnitKind.LECTURE, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "meant", "rest"),
    [
        ("the next unit of CS224W every Sunday", "cs224w", "every Sunday"),
        ("the next PR-12 video every weekday at 12:10", "pr-12", "every weekday at 12:10"),
        ("매주 일요일 CS224W 다음 강의", "cs224w", "매주 일요일"),
        ("평일 12시 10분 PR-12 한 편씩", "pr-12", "평일 12시 10분"),
        ("다음 pr12 영상 매일 점심", "pr-12", "매일 점심"),
        ("one PR 12 video every weekday at lunch", "pr-12", "every weekday at lunch"),
        ("next CS231n 2017 lecture every monday 8pm", "cs231n-2017", "every monday 8pm"),
        ("CS229 강의 하나씩 매일 9시", "cs229", "매일 9시"),
        ("매일 9시 18.06 이어서", "mit-18-06", "매일 9시"),
    ],
)
def test_a_text_that_asks_for_the_next_one_names_its_series_and_the_rest_is_the_time(
    series: AllSeries, text: str, meant: str, rest: str
) -> None:
    asked = series.asked(text)
    assert asked is not None
    assert (asked.series.id, asked.rest, asked.start) == (meant, rest, None)


@pytest.mark.parametrize(
    "text",
    [
        "remind me to read CS231n lecture 5 tomorrow at 9",
        "다음 주 월요일 CS224W 과제",
        "CS224W 다음 화요일",
        "next friday CS229 problem set",
        "CS224W 다음 주 일요일 9시",
        "CS2299 다음 강의",
        "다음 강의 매일 9시",
        "",
    ],
)
def test_a_series_that_is_only_named_or_a_day_that_is_only_next_asks_for_nothing(series: AllSeries, text: str) -> None:
    assert series.asked(text) is None


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("CS231n 3강부터 매일 저녁 9시 다음 강의", 3),
        ("the next lecture of CS229 on saturdays at 10 from lecture 5", 5),
        ("PR-12 100편부터 한 편씩 평일 12시", 100),
        ("매일 9시부터 CS229 다음 강의", None),
    ],
)
def test_a_text_may_name_the_unit_to_begin_with(series: AllSeries, text: str, start: int | None) -> None:
    asked = series.asked(text)
    assert asked is not None
    assert asked.start == start


def test_the_longest_name_wins(series: AllSeries) -> None:
    assert [found.id for text in ("CS231n", "CS231n 2017") if (found := series.named(text))] == [
        "cs231n",
        "cs231n-2017",
    ]


def test_units_are_numbered_where_only_their_count_is_known_and_known_titles_are_kept() -> None:
    row = _row(count=3, units=(Unit(number=2, title="Two"),))
    assert [(unit.number, unit.title) for unit in row.all] == [(1, None), (2, "Two"), (3, None)]
    assert row.after(None) == row.unit(1)
    assert row.after(2) == row.unit(3)
    assert row.after(3) is None


@given(st.sets(st.integers(1, 400), min_size=1))
def test_going_from_one_to_the_next_meets_every_unit_once(numbers: set[int]) -> None:
    row = _row(units=tuple(Unit(number=number) for number in sorted(numbers)))
    met, at = [], row.after(None)
    while at is not None:
        met.append(at.number)
        at = row.after(at.number)
    assert met == sorted(numbers)


@given(st.text(max_size=500))
def test_any_text_is_read_without_a_mistake(text: str) -> None:
    asked = AllSeries([_row(count=3)]).asked(text)
    assert asked is None or len(asked.rest) < len(text)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([_row(count=3, resource="nowhere")], "no resource"),
        ([_row(count=3), _row(id="y", count=3)], "already calls"),
        ([_row()], "without a count"),
        ([_row(count=0)], "between 1"),
        ([_row(count=2, units=(Unit(number=3),))], "outside"),
        ([_row(units=(Unit(number=2), Unit(number=1)))], "must rise"),
    ],
)
def test_what_cannot_be_gone_through_is_named(rows: list[Series], said: str) -> None:
    assert any(said in problem.message for problem in problems_of(rows, {"x"}))
    assert not list(problems_of([_row(count=3)], {"x"}))
