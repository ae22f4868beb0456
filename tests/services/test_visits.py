"""Where somebody was last: remembered for a day, of so many at most, and forgotten when they say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.people import GroupId
from bot.core.refs import Platform, UserRef
from bot.services import visits
from bot.services.visits import REMEMBERED, Visits

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
ANN, BEN = UserRef(Platform.TELEGRAM, "1"), UserRef(Platform.TELEGRAM, "2")
FIRST, SECOND = GroupId(1), GroupId(2)


def test_the_last_visit_stands_for_a_day() -> None:
    seen = Visits()
    seen.note(ANN, FIRST, NOW - timedelta(hours=1))
    seen.note(ANN, SECOND, NOW)
    assert seen.last(ANN, NOW + REMEMBERED - timedelta(seconds=1)) == SECOND
    assert seen.last(ANN, NOW + REMEMBERED) is None
    assert seen.last(BEN, NOW) is None


def test_who_is_forgotten_was_nowhere_and_nobody_else_is_touched() -> None:
    seen = Visits()
    for user in (ANN, BEN):
        seen.note(user, FIRST, NOW)
    seen.forget([ANN])
    assert (seen.last(ANN, NOW), seen.last(BEN, NOW)) == (None, FIRST)


def test_a_crowd_does_not_fill_the_memory() -> None:
    seen = Visits()
    for number in range(visits._MOST + 5):
        seen.note(UserRef(Platform.TELEGRAM, str(number)), FIRST, NOW)
    assert len(seen._last) <= visits._MOST
    assert seen.last(UserRef(Platform.TELEGRAM, str(visits._MOST + 4)), NOW) == FIRST
