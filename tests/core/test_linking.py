"""Whose choices hold while accounts are connected; each has its own again, whatever was connected before."""

# ruff: noqa: DTZ001 - rules are about wall-clock times

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.linking import (
    FIRST_WAIT,
    FREE_TRIES,
    LONGEST_WAIT,
    Words,
    chosen_of,
    connected,
    put,
    read,
    said,
    same_reminder,
    wait_after,
    words_of,
)
from bot.core.methods import Goal
from bot.core.people import IdentityId, Knows, Preferences
from bot.core.refs import Platform
from bot.core.schedule import Rule, Schedule, ScheduleId, ScheduleState
from bot.i18n import Locale

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CHOICES = st.builds(
    Preferences,
    locale=st.sampled_from([None, *Locale]),
    goal=st.sampled_from([None, *Goal]),
    python=st.sampled_from([None, *Knows]),
    hours=st.sampled_from([None, 1, 3, 6]),
    delivery=st.sampled_from([None, Platform.DISCORD, Platform.TELEGRAM]),
    board=st.sampled_from([None, True, False]),
)
CHANGE = st.sampled_from([("hours", 1), ("hours", 10), ("hours", None), ("goal", Goal.TASTE), ("goal", None)])


def _filled(ours: Preferences, theirs: Preferences) -> Preferences:
    blanks = {name: getattr(theirs, name) for name in ours.__slots__ if getattr(ours, name) is None}
    return replace(ours, **blanks)


@given(host=CHOICES, guest=CHOICES)
def test_the_hosts_choices_stand_and_its_blanks_are_filled(host: Preferences, guest: Preferences) -> None:
    ours, theirs = connected([words_of(host, NOW)], [words_of(guest, NOW)])
    assert chosen_of([*ours, *theirs]) == _filled(host, guest)
    assert chosen_of(ours) == host
    assert chosen_of(theirs) == guest


@given(first=CHOICES, second=CHOICES, third=CHOICES, which=st.booleans(), changes=st.lists(CHANGE, max_size=4))
def test_every_side_keeps_its_own_through_several_connections(
    first: Preferences, second: Preferences, third: Preferences, which: bool, changes: list[tuple[str, object]]
) -> None:
    ours, theirs = connected([words_of(first, NOW)], [words_of(second, NOW)])
    pair: list[Words] = [*ours, *theirs]
    for number, (name, value) in enumerate(changes, start=1):
        pair[number % 2] = said(pair[number % 2], {name: value}, NOW + number * MINUTE)
    before = chosen_of(pair)
    own = [chosen_of([words]) for words in pair]
    alone = [words_of(third, NOW)]
    hosts, guests = connected(alone, pair) if which else connected(pair, alone)
    assert chosen_of([*hosts, *guests]) == (_filled(third, before) if which else _filled(before, third))
    still, single = (guests, hosts) if which else (hosts, guests)
    assert chosen_of(still) == before
    assert chosen_of(single) == third
    assert [chosen_of([words]) for words in still] == own


def test_what_is_chosen_while_connected_holds_for_both_also_when_taken_back() -> None:
    ours, theirs = connected([words_of(Preferences(hours=3), NOW)], [words_of(Preferences(hours=6), NOW)])
    changed = said(theirs[0], {"hours": 10}, NOW + MINUTE)
    assert chosen_of([*ours, changed]).hours == 10
    back = said(ours[0], {"hours": None}, NOW + 2 * MINUTE)
    assert chosen_of([back, changed]).hours is None
    assert chosen_of([changed]).hours == 10


@given(chosen=CHOICES)
def test_words_are_kept_as_plain_json(chosen: Preferences) -> None:
    words = words_of(chosen, NOW)
    assert read(put(words)) == words
    assert read({**put(words), "shoes": [43, NOW.isoformat(), 0]}) == words


def _reminder(**more: object) -> Schedule:
    rule = Rule("FREQ=DAILY", datetime(2026, 11, 1, 9), "Asia/Seoul")
    due = datetime(2026, 11, 26, 0, tzinfo=UTC)
    plain = Schedule(
        ScheduleId(1), "reminder", IdentityId(1), None, rule, None, {"text": "책"}, due, ScheduleState.ACTIVE,
        None, False, None, None, 1, NOW,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (
            {"id": 2, "identity_id": 2, "created_at": NOW - MINUTE, "payload": {"text": "책", "turn": "telegram:7:1"}},
            True,
        ),
        ({"rule": Rule("FREQ=DAILY", datetime(2026, 10, 1, 9), "Asia/Seoul")}, True),
        ({"next_due_at": datetime(2026, 11, 20, tzinfo=UTC), "state": ScheduleState.AWAY}, True),
        ({"payload": {"text": "논문"}}, False),
        ({"rule": Rule("FREQ=DAILY", datetime(2026, 11, 1, 10), "Asia/Seoul")}, False),
        ({"rule": Rule("FREQ=DAILY;INTERVAL=2", datetime(2026, 11, 1, 9), "Asia/Seoul")}, False),
        ({"rule": None}, False),
        ({"left": 3}, False),
    ],
)
def test_two_reminders_are_the_same_when_they_say_the_same_at_the_same_times(
    other: dict[str, object], same: bool
) -> None:
    assert same_reminder(_reminder(), _reminder(**other), NOW) is same


def test_rules_of_every_other_day_are_the_same_only_on_the_same_days() -> None:
    even, odd = (Rule("FREQ=DAILY;INTERVAL=2", datetime(2026, 11, day, 9), "Asia/Seoul") for day in (2, 3))
    assert not same_reminder(_reminder(rule=even), _reminder(rule=odd), NOW)


def test_once_is_the_same_at_the_same_moment() -> None:
    due = NOW + MINUTE
    assert same_reminder(_reminder(rule=None, next_due_at=due), _reminder(rule=None, next_due_at=due), NOW)
    assert not same_reminder(_reminder(rule=None, next_due_at=due), _reminder(rule=None, next_due_at=NOW), NOW)


def test_a_few_wrong_codes_cost_nothing_and_more_cost_more() -> None:
    waits = [wait_after(wrong) for wrong in range(1000)]
    assert waits[:FREE_TRIES] == [timedelta()] * FREE_TRIES
    assert waits[FREE_TRIES] == FIRST_WAIT
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
