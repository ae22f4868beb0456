"""When an issue comes: on its day in the group's own zone, and between the posts of a group that meets fortnightly."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cycle import Rhythm, Step, Week
from bot.core.digest.asides import ASIDES, next_aside
from bot.core.digest.timing import HOURS, LONGEST, DigestSettings, coming, first_day, next_due, rule_of
from bot.core.people import GroupId
from bot.core.schedule import occurrences
from bot.i18n import Locale, texts

ZONES = ("Asia/Seoul", "Europe/Berlin", "America/New_York")
NOW = datetime(2026, 11, 24, tzinfo=UTC)
_days, _hours, _zones = st.integers(0, 6), st.sampled_from(HOURS), st.sampled_from(ZONES)


def week(first: datetime, zone: str, weeks: int) -> Week:
    return Week(Rhythm(first, zone, weeks))


_firsts = st.builds(datetime.combine, st.dates(date(2026, 11, 24), date(2027, 2, 1)), st.integers(0, 23).map(time))


@given(_firsts, _zones, st.integers(1, 2), _days, _hours)
def test_it_comes_on_its_day_and_hour_all_year(first: datetime, zone: str, weeks: int, day: int, hour: int) -> None:
    rule = rule_of(week(first, zone, weeks), DigestSettings(day=day, at=time(hour)))
    walls = [at.astimezone(ZoneInfo(zone)) for at in occurrences(rule, NOW, NOW + timedelta(days=365))]
    assert {(at.weekday(), at.hour, at.minute) for at in walls} == {(day, hour, 0)}
    days = [at.date() for at in walls]
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(weeks=weeks)}


@given(_firsts, _zones, _days)
def test_a_group_that_meets_fortnightly_hears_two_messages_a_week_at_most(first: datetime, zone: str, day: int) -> None:
    of_group = week(first.replace(hour=max(9, min(first.hour, 22))), zone, 2)
    rule = rule_of(of_group, DigestSettings(day=day))
    seen: Counter[tuple[int, int]] = Counter()
    meeting = of_group.rhythm.first.date()
    for number in range(10):
        for step in (Step.POST, Step.RECAP):
            wall = of_group.wall(step, meeting + number * timedelta(weeks=2))
            seen[wall.isocalendar()[:2]] += 1
    until = datetime.combine(meeting + timedelta(weeks=18), time(), UTC)
    for at in occurrences(rule, datetime.combine(meeting, time(), UTC), until):
        seen[at.astimezone(ZoneInfo(zone)).isocalendar()[:2]] += 1
    assert max(seen.values()) <= 2


def test_the_first_is_not_before_its_time() -> None:
    rule = rule_of(week(datetime.combine(date(2026, 11, 26), time(21)), "Asia/Seoul", 1), DigestSettings())
    sunday = datetime(2026, 12, 6, 1, tzinfo=UTC)
    assert next_due(rule, NOW, NOW + timedelta(days=7)) == next_due(rule, NOW, sunday) == sunday


def test_none_comes_so_soon_after_one_that_was_sent_early() -> None:
    rule = rule_of(week(datetime.combine(date(2026, 11, 26), time(21)), "Asia/Seoul", 1), DigestSettings())
    sunday, step = datetime(2026, 12, 6, 1, tzinfo=UTC), timedelta(weeks=1)
    assert list(islice(coming(rule, sunday, None), 2)) == [sunday, sunday + step]
    assert list(islice(coming(rule, sunday, sunday - timedelta(days=3)), 2)) == [sunday + step, sunday + 2 * step]
    assert next(coming(rule, sunday, sunday - timedelta(days=6))) == sunday


@pytest.mark.parametrize(
    ("previous", "first"),
    [
        (None, date(2026, 11, 30)),
        (date(2026, 11, 29), date(2026, 11, 30)),
        (date(2026, 12, 2), date(2026, 12, 3)),
        (date(2026, 11, 15), date(2026, 11, 16)),
        (date(2026, 12, 6) - LONGEST - timedelta(days=1), date(2026, 11, 30)),
        (date(2026, 12, 9), date(2026, 11, 30)),
    ],
)
def test_an_issue_begins_where_the_one_before_it_ended(previous: date | None, first: date) -> None:
    assert first_day(date(2026, 12, 6), previous, date(2026, 10, 1)) == first


@pytest.mark.parametrize(
    ("began", "first"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),
        (date(2026, 12, 4), date(2026, 12, 4)),
        (date(2026, 12, 6) - LONGEST, date(2026, 11, 30)),
        (date(2026, 12, 7), date(2026, 11, 30)),
    ],
)
def test_the_first_issue_tells_of_everything_since_the_group_began(began: date, first: date) -> None:
    assert first_day(date(2026, 12, 6), None, began) == first


@given(st.integers(1, 10_000))
def test_no_aside_comes_twice_before_all_were_told(number: int) -> None:
    told: set[str] = set()
    rounds = []
    for _ in range(2 * len(ASIDES)):
        name, sign = next_aside(GroupId(number), told)
        told.add(sign)
        rounds.append(name)
    assert set(rounds[: len(ASIDES)]) == set(rounds[len(ASIDES) :]) == set(ASIDES)
    assert len(told) == 2 * len(ASIDES)


def test_an_aside_that_came_with_a_new_version_is_told_next() -> None:
    told = {next_aside(GroupId(1), frozenset(), (name,))[1] for name in ASIDES}
    assert next_aside(GroupId(1), told, (*ASIDES, "new"))[0] == "new"


@pytest.mark.parametrize("locale", Locale)
def test_every_aside_has_its_words_and_every_word_its_aside(locale: Locale) -> None:
    every = texts(locale).keys()
    assert {key.removeprefix("digest.aside.") for key in every if key.startswith("digest.aside.")} == set(ASIDES)
