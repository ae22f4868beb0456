"""Whose turn it is."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.core.presenters import Turn, in_turn

turns = st.lists(
    st.builds(Turn, st.integers(1, 30), st.integers(0, 99), st.integers(0, 5), st.dates() | st.none()),
    unique_by=(lambda turn: turn.person, lambda turn: turn.order),
)


def test_who_never_presented_comes_first_then_who_did_least_and_longest_ago() -> None:
    often = Turn(1, 0, 2, date(2026, 1, 1))
    lately = Turn(2, 1, 1, date(2026, 6, 1))
    long_ago = Turn(3, 2, 1, date(2026, 2, 1))
    never = Turn(4, 3)
    assert in_turn([often, lately, long_ago, never]) == (4, 3, 2, 1)


@given(turns, st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)))
def test_nobody_away_or_passing_is_asked_and_everybody_else_is(
    members: list[Turn], away: set[int], passed: set[int]
) -> None:
    assert set(in_turn(members, away=away, passed=passed)) == {each.person for each in members} - away - passed


@given(turns)
def test_once_everybody_served_the_turn_goes_round(members: list[Turn]) -> None:
    fair = [Turn(each.person, each.order) for each in members]
    asked = []
    for day in range(1, len(fair) + 1):
        first = in_turn(fair)[0]
        asked.append(first)
        fair = [
            Turn(t.person, t.order, t.served + 1, date(2026, 1, 1).replace(day=1 + day % 28))
            if t.person == first
            else t
            for t in fair
        ]
    assert sorted(asked) == sorted(each.person for each in members)
