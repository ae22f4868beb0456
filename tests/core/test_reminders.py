"""Where a press moves an occurrence, what a change of zone does, and what undoing puts back."""

# ruff: noqa: DTZ001 - rules and quiet hours are about wall-clock times

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people import Preferences
from bot.core.reminders import (
    KIND,
    Later,
    Quiet,
    Subject,
    When,
    at_wall,
    came_before,
    did_last,
    habits_of,
    moved_to,
    offered,
    remembering,
    renewed,
    resumed,
    rezoned,
    undone,
)
from bot.core.schedule import BadRule, Rule, Schedule, ScheduleId, ScheduleState, next_after

SEOUL, NEW_YORK, TAIPEI = "Asia/Seoul", "America/New_York", "Asia/Taipei"
ZONES = (SEOUL, NEW_YORK, TAIPEI, "UTC", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago")
DAILY = Rule("FREQ=DAILY", datetime(2026, 11, 1, 9), SEOUL)
NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)  # in Seoul


def seoul(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(SEOUL)).astimezone(UTC)


def row(rule: Rule | None = DAILY, due: datetime | None = None, **values: Any) -> Schedule:
    schedule = Schedule(
        id=ScheduleId(1),
        kind=KIND,
        identity_id=None,
        group_id=None,
        rule=rule,
        left=None,
        payload={"text": "x"},
        next_due_at=due or seoul(26, 9),
        state=ScheduleState.ACTIVE,
        origin=None,
        fallback=False,
        of=None,
        of_due=None,
        version=1,
        created_at=NOON,
    )
    return replace(schedule, **values)


def moved(later: Later, now: datetime, due: datetime | None = None, **chosen: str) -> datetime:
    preferences = Preferences(**chosen)  # type: ignore[arg-type]
    return moved_to(later, due or now, now, habits_of(preferences, SEOUL), Quiet.of(preferences))


# moving one occurrence


def test_minutes_and_an_hour_count_from_the_press() -> None:
    assert moved(Later.MINUTES, NOON) == NOON + timedelta(minutes=20)
    assert moved(Later.HOUR, NOON) == NOON + timedelta(hours=1)


def test_tonight_is_the_persons_own_evening() -> None:
    assert moved(Later.TONIGHT, NOON) == seoul(25, 20)
    assert moved(Later.TONIGHT, NOON, evening="18:30") == seoul(25, 18, 30)


def test_tonight_keeps_out_of_quiet_hours_and_is_the_next_morning_when_the_evening_is_over() -> None:
    assert moved(Later.TONIGHT, NOON, evening="22:30", quiet_from="22:00") == seoul(25, 21, 30)
    assert moved(Later.TONIGHT, seoul(25, 21)) == seoul(25, 22, 30)
    assert moved(Later.TONIGHT, seoul(25, 22, 40)) == seoul(26, 8)


def test_tomorrow_and_next_week_keep_the_time_that_was_chosen_even_in_quiet_hours() -> None:
    due = seoul(25, 5, 30)
    assert moved(Later.TOMORROW, NOON, due) == seoul(26, 5, 30)
    assert moved(Later.WEEK, NOON, due) == datetime(2026, 12, 1, 20, 30, tzinfo=UTC)


def test_tomorrow_said_after_midnight_is_the_day_that_has_begun() -> None:
    assert moved(Later.TOMORROW, seoul(26, 0, 30), seoul(25, 23, 50)) == seoul(26, 23, 50)


def test_an_evening_that_is_over_is_not_offered() -> None:
    habits, quiet = habits_of(Preferences(), SEOUL), Quiet.of(Preferences())
    assert Later.TONIGHT in offered(NOON, habits, quiet)
    assert Later.TONIGHT not in offered(seoul(25, 23, 30), habits, quiet)


@given(
    st.sampled_from(Later),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(days=3)),
    st.sampled_from(ZONES),
    st.times(),
    st.times(),
)
def test_it_is_always_ahead_and_within_nine_days(
    later: Later, at: datetime, ago: timedelta, zone: str, quiet_from: time, evening: time
) -> None:
    now = at.replace(tzinfo=UTC)
    chosen = Preferences(quiet_from=f"{quiet_from:%H:%M}", quiet_to="08:00", evening=f"{evening:%H:%M}")
    to = moved_to(later, now - ago, now, habits_of(chosen, zone), Quiet.of(chosen))
    assert now < to <= now + timedelta(days=9)


def test_quiet_hours_reach_over_midnight_or_not_and_may_be_none() -> None:
    def quiet(begin: str, end: str, at: int) -> bool:
        return time(at) in Quiet.of(Preferences(quiet_from=begin, quiet_to=end))

    assert [quiet("23:00", "08:00", at) for at in (22, 23, 7, 8)] == [False, True, True, False]
    assert [quiet("01:00", "09:00", at) for at in (0, 1, 8, 9)] == [False, True, True, False]
    assert not any(quiet("00:00", "00:00", at) for at in range(24))


# a new zone


def test_d7_before_it_is_due_the_next_one_moves_to_the_new_zones_wall_time() -> None:
    fields = rezoned(row(), NEW_YORK, seoul(26, 9) - timedelta(seconds=1))
    assert fields["rule"].zone == NEW_YORK
    assert fields["next_due_at"] == datetime(2026, 11, 26, 14, tzinfo=UTC)


def test_d7_after_it_came_the_same_day_does_not_come_again_further_west() -> None:
    came = row(due=seoul(27, 9))
    fields = rezoned(came, TAIPEI, seoul(26, 9) + timedelta(seconds=1))
    assert fields["next_due_at"] == datetime(2026, 11, 27, 1, tzinfo=UTC), "nine in Taipei, the day after"


def test_d7_what_would_lie_behind_in_the_new_zone_comes_when_it_would_have() -> None:
    here = replace(DAILY, zone=TAIPEI)
    due = datetime(2026, 11, 26, 1, tzinfo=UTC)
    fields = rezoned(row(here, due), SEOUL, due - timedelta(seconds=1))
    assert fields["next_due_at"] == due, "not lost"
    assert next_after(fields["rule"], due) == seoul(27, 9), "and once"


@given(
    st.sampled_from(ZONES),
    st.lists(st.tuples(st.timedeltas(timedelta(minutes=1), timedelta(days=2)), st.sampled_from(ZONES)), max_size=2),
)
def test_d7_wherever_somebody_moves_none_comes_twice_and_none_is_lost(
    first: str, moves: list[tuple[timedelta, str]]
) -> None:
    rule = replace(DAILY, zone=first)
    due = next_after(rule, NOON)
    schedule, now, came = row(rule, due), NOON, []

    def let_fall(until: datetime) -> None:
        nonlocal schedule
        while schedule.next_due_at is not None and schedule.next_due_at <= until:
            at = schedule.next_due_at
            came.append(at)
            assert schedule.rule is not None
            schedule = replace(schedule, next_due_at=next_after(schedule.rule, at))

    for after, zone in moves:
        now += after
        let_fall(now)
        schedule = replace(schedule, **rezoned(schedule, zone, now))
    let_fall(now + timedelta(days=4))
    gaps = [later - earlier for earlier, later in pairwise(came)]
    assert all(timedelta(0) < gap <= timedelta(hours=24 + 25 + 1) for gap in gaps), "a day, and the widest move"
    days = (came[-1] - came[0]) / timedelta(days=1) if came else 0
    assert len(came) <= days + 2.1, "one a day, and one more where the date line was crossed eastwards"


def test_once_said_by_the_clock_moves_and_once_said_as_so_much_time_does_not() -> None:
    by_clock = row(None, seoul(26, 9), payload={"text": "x", "zone": SEOUL})
    fields = rezoned(by_clock, NEW_YORK, NOON)
    assert fields["next_due_at"] == datetime(2026, 11, 26, 14, tzinfo=UTC)
    assert fields["payload"]["zone"] == NEW_YORK
    assert rezoned(row(None, seoul(26, 9)), NEW_YORK, NOON) == {}
    assert rezoned(row(), SEOUL, NOON) == {}


def test_once_keeps_its_wall_time_also_after_a_move_and_nothing_of_it_once_it_was_put_elsewhere() -> None:
    said = row(None, seoul(26, 9), payload={"text": "x", **at_wall(seoul(26, 9), SEOUL)})
    assert renewed(said) == seoul(26, 9)
    moved = replace(said, **rezoned(said, NEW_YORK, NOON))
    assert moved.next_due_at == renewed(moved) == datetime(2026, 11, 26, 14, tzinfo=UTC)
    assert renewed(replace(moved, next_due_at=seoul(28, 9))) is None
    assert renewed(row(None, seoul(26, 9))) is None, "so much time from now has no wall time"
    assert renewed(replace(said, payload={**said.payload, "zone": "Mars/Olympus"})) is None


def test_rules_of_hours_go_on_from_now() -> None:
    hourly = Rule("FREQ=HOURLY;INTERVAL=2", datetime(2026, 11, 25, 9), SEOUL)
    moved_rule = rezoned(row(hourly, seoul(25, 13)), NEW_YORK, NOON)["rule"]
    assert next_after(moved_rule, NOON) == next_after(hourly, NOON) == seoul(25, 13)


# standing still, and undoing


def test_a_rule_goes_on_with_its_next_occurrence_and_once_comes_at_once() -> None:
    assert resumed(row(due=seoul(20, 9)), NOON) == seoul(26, 9)
    assert resumed(row(due=seoul(28, 9)), NOON) == seoul(28, 9)
    assert resumed(row(None, seoul(20, 9)), NOON) == NOON
    assert resumed(row(replace(DAILY, until=date(2026, 11, 20)), seoul(20, 9)), NOON) is None


def test_undoing_puts_back_what_a_change_touched_and_remembers_nothing() -> None:
    before = row(left=3)
    fields = remembering(
        before, "edit", rule=None, left=None, next_due_at=seoul(29, 9), payload={"text": "y", "zone": SEOUL}
    )
    changed = replace(before, version=2, **fields)
    assert did_last(changed) == "edit"
    back = undone(changed, NOON)
    assert back == {
        "rule": DAILY,
        "left": 3,
        "payload": {"text": "x"},
        "next_due_at": seoul(26, 9),
        "state": ScheduleState.ACTIVE,
    }
    assert undone(before, NOON) is None


def test_undoing_late_goes_on_with_what_is_still_ahead() -> None:
    stopped = row(version=2, **remembering(row(), "stop", state=ScheduleState.ENDED))
    back = undone(stopped, seoul(27, 12))
    assert back is not None
    assert (back["next_due_at"], back["state"]) == (seoul(28, 9), ScheduleState.ACTIVE)


def test_only_the_last_change_is_remembered() -> None:
    first = row(version=2, **remembering(row(), "pause", state=ScheduleState.PAUSED))
    second = remembering(first, "stop", state=ScheduleState.ENDED)
    assert "was" not in second["payload"]["was"]["payload"]


# what it is about


@given(
    st.builds(
        Subject,
        st.text(max_size=50),
        st.none() | st.just("d2l"),
        st.none() | st.just("cs229"),
        st.none() | st.integers(1, 99),
        st.none() | st.just(NOON),
    )
)
def test_a_subject_survives_its_payload(subject: Subject) -> None:
    assert Subject.of(subject.put()) == subject


def test_when_survives_a_button_and_nothing_forged_does() -> None:
    for when in (When(seoul(26, 9), DAILY, 3), When(seoul(26, 9), zone=SEOUL), When(seoul(26, 9))):
        assert When.read(when.put()) == when
    at = seoul(26, 9).isoformat()
    never = ["FREQ=NEVER", "2026-11-01T09:00:00", SEOUL, None]
    naive = "2026-11-26T09:00:00"
    for forged in (
        ["x"],
        [1, None, None, None],
        [naive, None, None, None],
        [at, never, None, None],
        [at, None, -1, None],
        [at, None, None, "Mars/Olympus"],
    ):
        with pytest.raises((ValueError, TypeError, BadRule)):
            When.read(forged)


def test_a_unit_came_before_when_an_occurrence_lay_since_it_became_the_next_one() -> None:
    subject = Subject(series="cs229", unit=3, since=seoul(25, 10))
    assert not came_before(DAILY, subject, seoul(26, 9))
    assert came_before(DAILY, subject, seoul(27, 9))
    assert not came_before(DAILY, replace(subject, since=None), seoul(27, 9))
    assert not came_before(None, subject, seoul(27, 9))
