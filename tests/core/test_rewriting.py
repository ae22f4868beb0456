"""A group's week is changed, paused and taken up again at any moment: no step is lost, none comes twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.cycle import Rhythm, Shift, Step, Week, is_quiet
from bot.core.rewriting import Ahead, Course, awake, begun, day_of, hurried, kind_of, rewritten
from bot.core.schedule import NewSchedule, Rule, Schedule, ScheduleId, ScheduleState, advance

SEOUL = "Asia/Seoul"


def wall(words: str) -> datetime:
    """Return a time on the wall: "12-03 21:00"."""
    return datetime.fromisoformat(f"2026-{words}")


def meets(words: str) -> Rhythm:
    """Return the rhythm of a group in Seoul that meets weekly from then on."""
    return Rhythm(wall(words), SEOUL)


THURSDAY = Week(meets("12-03 21:00"))
FRIDAY = Week(meets("12-04 20:00"))
TUESDAY = Week(meets("12-01 20:00"))


def at(words: str) -> datetime:
    """Return a moment told on Seoul's wall: "11-24 19:30"."""
    return datetime.fromisoformat(f"2026-{words}+09:00").astimezone(UTC)


def walls(course: Course) -> dict[str, str]:
    """Return each step's next moment on the wall, with the meeting it is for."""
    zone = timedelta(hours=9)
    return {
        step.value: f"{(each.due + zone):%a %m-%d %H:%M} for {each.day:%m-%d}" for step, each in course.ahead.items()
    }


def schedule_of(step: Step, rule: Rule | None, due: datetime | None, payload: Mapping[str, Any]) -> Schedule:
    return Schedule(
        ScheduleId(1), kind_of(step), None, None, rule, None, payload, due, ScheduleState.ACTIVE,
        None, False, None, None, 1, datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@dataclass
class Club:
    """A group on a leaping clock: rows as they are stored, and what happened for which cycle, in order."""

    week: Week
    now: datetime
    rows: dict[Step, Schedule] = field(default_factory=dict)
    names: dict[date, int] = field(default_factory=dict)
    happened: list[tuple[int, Step]] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    opened: date | None = None  # the coming meeting, while it rests

    def take(self, course: Course) -> None:
        self.week = course.week
        moved = {course.days[day]: self.names.pop(day) for day in list(self.names) if day in course.days}
        assert not moved.keys() & self.names.keys(), "two cycles of one day"
        self.names |= moved
        self.rows = {
            step: schedule_of(step, course.rule(step), each.due, course.payload(step))
            for step, each in course.ahead.items()
        }

    @property
    def ahead(self) -> dict[Step, Ahead]:
        return {
            step: Ahead(row.next_due_at, day_of(self.week, row, row.next_due_at))
            for step, row in self.rows.items()
            if row.next_due_at is not None
        }

    def change(self, new: Week, *, patient: bool = False) -> None:
        coming = self.opened or self.week.rhythm.next_meeting(self.now)
        course = rewritten(self.week, new, coming, self.ahead, self.now, patient=patient)
        if self.opened is not None:
            self.opened = course.coming
        self.take(course)

    def rest(self) -> None:
        self.opened = self.opened or self.week.rhythm.next_meeting(self.now)

    def wake(self) -> None:
        if self.opened is not None:
            self.change(self.week, patient=True)
            self.opened = None

    def leap(self, until: datetime) -> None:
        while self.opened is None:
            step, row = min(self.rows.items(), key=lambda each: (each[1].next_due_at, list(Step).index(each[0])))
            assert row.next_due_at is not None
            if row.next_due_at > until:
                break
            on = advance(row, row.next_due_at)
            day = day_of(self.week, row, on.due)
            cycle = self.names.setdefault(day, max(self.names.values(), default=0) + 1)
            self.happened.append((cycle, step))
            self.moments.append(on.due)
            self.rows[step] = schedule_of(step, row.rule, on.next_due_at, row.payload)
        self.now = until


weeks = st.builds(
    lambda day, hour, minute, every, zone: (day, time(hour, minute), every, zone),
    st.integers(0, 6),
    st.integers(0, 23),
    st.sampled_from([0, 30]),
    st.sampled_from([1, 2]),
    st.sampled_from([SEOUL, "America/New_York"]),
)
acts = st.lists(
    st.tuples(
        st.integers(1, 20 * 24),  # hours until then
        st.one_of(
            st.tuples(st.just("meet"), weeks),
            st.tuples(st.just("move"), st.integers(-6, -1)),
            st.tuples(st.just("rest"), st.none()),
            st.tuples(st.just("wake"), st.none()),
        ),
    ),
    max_size=6,
)


def _meeting(now: datetime, said: tuple[int, time, int, str]) -> Rhythm:
    weekday, clock, every, zone = said
    day = now.date() + timedelta(days=1)
    day += timedelta(days=(weekday - day.weekday()) % 7)
    return Rhythm(datetime.combine(day, clock), zone, every)


@settings(max_examples=300, deadline=None)
@given(weeks, acts)
def test_no_change_loses_a_step_or_makes_it_come_twice(
    first: tuple[int, time, int, str], changes: list[tuple[int, tuple[str, Any]]]
) -> None:
    now = at("11-24 19:30")
    club = Club(Week(_meeting(now, first)), now)
    club.take(begun(club.week, now))
    for hours, (what, said) in changes:
        club.leap(club.now + timedelta(hours=hours))
        if what == "meet":
            club.change(Week(_meeting(club.now, said), shifts=club.week.shifts))
        elif what == "move":
            club.change(Week(club.week.rhythm, shifts={Step.POST: Shift(said, time(19))}))
        elif what == "rest":
            club.rest()
        else:
            club.wake()
    club.wake()
    before = len(club.happened)
    club.leap(club.now + timedelta(days=60))
    posts = sum(step is Step.POST for _, step in club.happened[before:])
    assert posts >= 60 // (7 * club.week.rhythm.weeks) - 2, "it goes on"

    twice = [each for each, count in Counter(club.happened).items() if count > 1]
    assert not twice, "nothing comes twice"
    whole = {cycle for cycle, step in club.happened if step is Step.CLOSE} - {club.happened[-1][0]}
    last = max(cycle for cycle, _ in club.happened)
    for cycle in whole - {last}:
        steps = [step for of, step in club.happened if of == cycle]
        assert {Step.CLOSE, Step.POST, Step.RECAP} <= set(steps), "nothing is lost"
    assert club.moments == sorted(club.moments)


@settings(max_examples=200, deadline=None)
@given(weeks, st.integers(0, 14 * 24 * 2))
def test_a_group_begins_with_a_meeting_it_can_prepare(first: tuple[int, time, int, str], half_hours: int) -> None:
    now = at("11-24 19:30") + timedelta(minutes=30 * half_hours)
    week = Week(_meeting(now, first))
    course = begun(week, now)
    assert all(each.due >= now for each in course.ahead.values())
    assert course.ahead[Step.POST].due == week.moment(Step.POST, course.coming)
    assert course.ahead[Step.RECAP].due <= week.moment(Step.RECAP, course.coming)
    assert not is_quiet(course.ahead[Step.CLOSE].due.astimezone(ZoneInfo(week.rhythm.zone)).replace(tzinfo=None))


def test_a_group_that_begins_two_days_before_its_meeting_prepares_the_next_and_votes_after_this_one() -> None:
    course = begun(Week(meets("11-26 21:00")), at("11-24 19:30"))
    assert walls(course) == {
        "close": "Sun 11-29 20:00 for 12-03",
        "post": "Mon 11-30 09:00 for 12-03",
        "nudge": "Wed 12-02 21:00 for 12-03",
        "hour": "Thu 12-03 20:00 for 12-03",
        "recap": "Fri 11-27 09:00 for 11-26",
    }
    assert course.skipped == date(2026, 11, 26)


def test_a_first_paper_now_makes_this_weeks_meeting_one_with_a_paper() -> None:
    course = begun(Week(meets("11-26 21:00")), at("11-24 19:30"))
    now = hurried(course, Step.POST, at("11-24 19:40"))
    assert now is not None
    assert walls(now) == {
        "close": "Sun 11-29 20:00 for 12-03",
        "post": "Tue 11-24 19:40 for 11-26",
        "nudge": "Wed 11-25 21:00 for 11-26",
        "hour": "Thu 11-26 20:00 for 11-26",
        "recap": "Fri 11-27 09:00 for 11-26",
    }
    assert hurried(now, Step.POST, at("11-24 19:41")) is not None, "pressed again before it was posted"


def test_what_was_posted_for_the_coming_meeting_is_not_posted_again() -> None:
    club = Club(THURSDAY, at("11-24 19:30"))
    club.take(begun(THURSDAY, club.now))
    club.leap(at("12-01 12:00"))
    assert club.happened[-1][1] is Step.POST
    course = Course(club.week, club.week.rhythm.next_meeting(club.now), club.ahead)
    assert hurried(course, Step.POST, club.now) is None


def test_in_the_night_it_waits_for_the_morning() -> None:
    assert awake(at("11-24 23:30"), SEOUL) == at("11-25 09:00")
    assert awake(at("11-25 02:00"), SEOUL) == at("11-25 09:00")
    assert awake(at("11-25 08:00"), SEOUL) == at("11-25 08:00")


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (FRIDAY, {"close": "Mon 12-07", "post": "Tue 12-08", "nudge": "Thu 12-03", "hour": "Fri 12-04"}),
        (Week(meets("12-08 20:00")), {"close": "Fri 12-11", "hour": "Tue 12-08"}),
    ],
)
def test_a_meeting_that_moves_after_the_post_keeps_its_paper(new: Week, expected: Mapping[str, str]) -> None:
    club = Club(THURSDAY, at("11-24 19:30"))
    club.take(begun(THURSDAY, club.now))
    club.leap(at("11-30 12:00"))
    club.change(new)
    moved = walls(Course(club.week, new.rhythm.first.date(), club.ahead))
    assert {step: moved[step][:9] for step in expected} == expected


def test_a_meeting_that_comes_sooner_gets_its_paper_at_once() -> None:
    club = Club(THURSDAY, at("11-24 19:30"))
    club.take(begun(THURSDAY, club.now))
    club.leap(at("11-28 12:00"))  # Saturday: the ballot is open, and the meeting becomes Tuesday's
    club.change(TUESDAY)
    club.leap(at("11-28 12:10"))
    assert [step for _, step in club.happened[-2:]] == [Step.CLOSE, Step.POST]


def test_after_the_exams_the_open_cycle_goes_on_where_it_stood() -> None:
    club = Club(THURSDAY, at("11-24 19:30"))
    club.take(begun(THURSDAY, club.now))
    club.leap(at("11-28 12:00"))
    club.rest()
    club.leap(at("12-15 12:00"))
    assert [step for _, step in club.happened] == [Step.RECAP], "exams"
    club.wake()
    assert walls(Course(club.week, date(2026, 12, 24), club.ahead)) == {
        "close": "Sun 12-20 20:00 for 12-24",
        "post": "Mon 12-21 09:00 for 12-24",
        "nudge": "Wed 12-23 21:00 for 12-24",
        "hour": "Thu 12-24 20:00 for 12-24",
        "recap": "Fri 12-25 09:00 for 12-24",
    }


def test_a_new_row_is_kept_as_any_other() -> None:
    """The rule of a step begins with the coming meeting, so that nothing before it falls due."""
    course = begun(THURSDAY, at("11-24 19:30"))
    new = NewSchedule(kind_of(Step.POST), course.ahead[Step.POST].due, rule=course.rule(Step.POST))
    assert new.rule is not None
    assert new.rule.start == wall("11-30 09:00")
