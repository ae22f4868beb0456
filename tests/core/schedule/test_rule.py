"""Which days and times rules name: beside python-dateutil where RFC 5545 holds, beside a calendar where we depart."""

# ruff: noqa: DTZ001 - the starts of rules are wall-clock times

from __future__ import annotations

import calendar
import time as clock
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.schedule import BadRule, BadZone, Oddity, Rule, checked, next_after, occurrences, oddities
from tests.core.schedule.oracle import DAY, firings

SEOUL = "Asia/Seoul"
NEW_YORK = "America/New_York"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type,misc]


def walls(rule: Rule, after: datetime, number: int) -> list[str]:
    """The next `number` occurrences, as UTC."""
    return [f"{at:%Y-%m-%d %H:%M}" for at in islice(occurrences(rule, after, utc(2100, 1, 1)), number)]


# --- the cases of FAULTS.md


def test_d1_a_time_in_the_gap_fires_once_an_hour_later_and_is_told_when_the_rule_is_set() -> None:
    rule = Rule("FREQ=DAILY", datetime(2026, 11, 1, 2, 30), NEW_YORK)
    assert walls(rule, utc(2027, 3, 13), 3) == ["2027-03-13 07:30", "2027-03-14 07:30", "2027-03-15 06:30"]
    odd = oddities(rule, utc(2026, 11, 25))
    assert odd == {Oddity.SKIPPED: date(2027, 3, 14)}


def test_d2_a_time_that_exists_twice_fires_once_the_first_time() -> None:
    rule = Rule("FREQ=DAILY", datetime(2026, 10, 1, 1, 30), NEW_YORK)
    assert walls(rule, utc(2026, 10, 31), 3) == ["2026-10-31 05:30", "2026-11-01 05:30", "2026-11-02 06:30"]
    assert oddities(rule, utc(2026, 10, 31)) == {Oddity.DOUBLED: date(2026, 11, 1)}


def test_d3_half_an_hour_of_daylight_saving_fires_once() -> None:
    rule = Rule("FREQ=DAILY", datetime(2026, 1, 1, 1, 45), "Australia/Lord_Howe")
    # Back by half an hour on 5 April, so 01:45 exists twice; forward on 4 October, over 02:00 to 02:30.
    assert walls(rule, utc(2026, 4, 3), 3) == ["2026-04-03 14:45", "2026-04-04 14:45", "2026-04-05 15:15"]
    rule = Rule("FREQ=DAILY", datetime(2026, 1, 1, 2, 15), "Australia/Lord_Howe")
    assert walls(rule, utc(2026, 10, 2), 3) == ["2026-10-02 15:45", "2026-10-03 15:45", "2026-10-04 15:15"]


@pytest.mark.parametrize(
    ("zone", "day"), [("Africa/Cairo", date(2027, 4, 30)), ("Asia/Beirut", date(2027, 3, 28))], ids=["Cairo", "Beirut"]
)
def test_d4_midnight_in_the_gap_fires_once_at_one(zone: str, day: date) -> None:
    rule = Rule("FREQ=DAILY", datetime(2026, 1, 1), zone)
    noon = datetime.combine(day, time(12), UTC)
    assert [(noon - at) // timedelta(hours=1) for at in occurrences(rule, noon - DAY, noon + DAY)] == [14, -9]
    assert oddities(rule, utc(2027, 1, 1))[Oddity.SKIPPED] == day


def test_d5_a_day_that_was_left_out_falls_on_the_next_and_fires_once() -> None:
    daily = Rule("FREQ=DAILY", datetime(2011, 12, 1, 9), "Pacific/Apia")
    fridays = Rule("FREQ=WEEKLY;BYDAY=FR", datetime(2011, 12, 1, 9), "Pacific/Apia")
    assert walls(daily, utc(2011, 12, 29), 4) == [
        "2011-12-29 19:00",  # Thursday 29 December
        "2011-12-30 19:00",  # Saturday 31 December: there was no Friday
        "2011-12-31 19:00",
        "2012-01-01 19:00",
    ]
    assert walls(fridays, utc(2011, 12, 24), 2) == ["2011-12-30 19:00", "2012-01-05 19:00"]


def test_d10_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    rule = Rule("FREQ=MONTHLY;BYMONTHDAY=31", datetime(2027, 1, 1, 9), "UTC")
    assert [at.day for at in islice(occurrences(rule, utc(2027, 1, 1), utc(2028, 1, 1)), 6)] == [31, 28, 31, 30, 31, 30]
    assert oddities(rule, utc(2027, 1, 1)) == {Oddity.SHORT_MONTH: date(2027, 2, 28)}
    begun_on_the_31st = Rule("FREQ=MONTHLY", datetime(2027, 1, 31, 9), "UTC")
    assert walls(begun_on_the_31st, utc(2027, 1, 1), 12) == walls(rule, utc(2027, 1, 1), 12)


def test_d10_the_30th_and_31st_of_a_short_month_are_one_occurrence() -> None:
    rule = Rule("FREQ=MONTHLY;BYMONTHDAY=15,30,31", datetime(2027, 1, 1, 9), "UTC")
    found = [f"{at:%m-%d}" for at in occurrences(rule, utc(2027, 2, 1), utc(2027, 4, 1))]
    assert found == ["02-15", "02-28", "03-15", "03-30", "03-31"]


def test_d10_the_29th_of_february_is_the_28th_in_other_years() -> None:
    rule = Rule("FREQ=YEARLY", datetime(2024, 2, 29, 9), "UTC")
    found = [f"{at:%Y-%m-%d}" for at in occurrences(rule, utc(2024, 1, 1), utc(2029, 1, 1))]
    assert found == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_d10_the_last_friday_and_a_fifth_one_that_is_not_in_every_month() -> None:
    last = Rule("FREQ=MONTHLY;BYDAY=-1FR", datetime(2027, 1, 1, 9), "UTC")
    assert [at.day for at in occurrences(last, utc(2027, 1, 1), utc(2027, 5, 1))] == [29, 26, 26, 30]
    fifth = Rule("FREQ=MONTHLY;BYDAY=5FR", datetime(2027, 1, 1, 9), "UTC")
    assert [f"{at:%m-%d}" for at in occurrences(fifth, utc(2027, 1, 1), utc(2027, 8, 1))] == ["01-29", "04-30", "07-30"]


def test_d10_until_is_a_local_day_and_that_day_is_in() -> None:
    rule = Rule("FREQ=DAILY", datetime(2026, 12, 29, 23, 30), NEW_YORK, until=date(2026, 12, 31))
    assert walls(rule, utc(2026, 12, 1), 9) == ["2026-12-30 04:30", "2026-12-31 04:30", "2027-01-01 04:30"]


def test_d11_a_zone_that_is_unknown_is_refused_with_those_spelled_like_it() -> None:
    with pytest.raises(BadZone) as refused:
        checked(Rule("FREQ=DAILY", datetime(2026, 11, 25, 9), "Asia/Seuol"))
    assert refused.value.nearest[0] == SEOUL
    for name in ("", "America", "../../etc/passwd", "/etc/localtime", "서울", "x" * 10_000, "Asia/Seoul\0"):
        with pytest.raises(BadZone):
            checked(Rule("FREQ=DAILY", datetime(2026, 11, 25, 9), name))


def test_d11_a_rule_whose_zone_vanished_goes_on_in_utc() -> None:
    rule = Rule("FREQ=DAILY", datetime(2026, 11, 25, 9), "Asia/Atlantis")
    assert walls(rule, utc(2026, 11, 25, 9), 1) == ["2026-11-26 09:00"]
    assert oddities(rule, utc(2026, 11, 25, 9)) == {}


# --- rules of hours


def test_every_three_hours_stays_on_its_hours_when_the_clocks_are_set() -> None:
    rule = Rule("FREQ=HOURLY;INTERVAL=3", datetime(2026, 10, 25, 0), NEW_YORK)
    spring = [at.astimezone(UTC).hour for at in occurrences(rule, utc(2027, 3, 14, 4), utc(2027, 3, 14, 20))]
    assert spring == [5, 7, 10, 13, 16, 19]  # 00, 03, 06, 09, 12 and 15 o'clock in New York
    autumn = [at.astimezone(UTC).hour for at in occurrences(rule, utc(2026, 11, 1, 3), utc(2026, 11, 1, 18))]
    assert autumn == [4, 8, 11, 14, 17]


def test_every_hour_leaves_out_what_is_skipped_and_does_not_repeat_what_comes_twice() -> None:
    rule = Rule("FREQ=HOURLY", datetime(2026, 10, 25, 0, 30), NEW_YORK)
    spring = [f"{at:%H:%M}" for at in occurrences(rule, utc(2027, 3, 14, 5), utc(2027, 3, 14, 9))]
    assert spring == ["05:30", "06:30", "07:30", "08:30"]
    autumn = [f"{at:%H:%M}" for at in occurrences(rule, utc(2026, 11, 1, 4), utc(2026, 11, 1, 9))]
    assert autumn == ["04:30", "05:30", "07:30", "08:30"]


def test_hours_of_some_days_only() -> None:
    rule = Rule("FREQ=HOURLY;INTERVAL=2;BYHOUR=9,11,13;BYDAY=MO,FR", datetime(2026, 11, 25, 9), "UTC")
    found = walls(rule, utc(2026, 11, 25), 4)
    assert found == ["2026-11-27 09:00", "2026-11-27 11:00", "2026-11-27 13:00", "2026-11-30 09:00"]


def test_several_times_a_day_come_in_order_also_when_one_moves_past_midnight() -> None:
    rule = Rule("FREQ=DAILY;BYHOUR=0,23;BYMINUTE=15,30", datetime(2024, 3, 1, 23, 30), "America/Nuuk")
    # On 30 March 2024 the clocks there go from 23:00 to midnight, so 23:15 and 23:30 fall on 00:15 and 00:30.
    found = list(occurrences(rule, utc(2024, 3, 30, 12), utc(2024, 3, 31, 12)))
    assert found == sorted(set(found))
    assert [f"{at:%d %H:%M}" for at in found] == ["31 01:15", "31 01:30"]


# --- what is refused


@pytest.mark.parametrize(
    "rrule",
    [
        "",
        "DAILY",
        "FREQ=",
        "FREQ=SECONDLY",
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;UNTIL=20261231",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=two",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=YEARLY;BYDAY=MO",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=HOURLY;BYMINUTE=30",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",  # begun on a Wednesday, it never falls on a Monday
        "FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=MO;BYMONTH=2",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=10",
    ],
)
def test_what_a_rule_cannot_mean_is_refused(rrule: str) -> None:
    with pytest.raises(BadRule):
        checked(Rule(rrule, datetime(2026, 11, 25, 9), SEOUL))


def test_a_start_with_a_zone_is_refused() -> None:
    with pytest.raises(BadRule):
        checked(Rule("FREQ=DAILY", utc(2026, 11, 25, 9), SEOUL))


def test_a_rule_that_can_be_kept_is_returned() -> None:
    rule = Rule("freq=weekly;byday=mo,we", datetime(2026, 11, 25, 9), SEOUL)
    assert checked(rule) is rule


def test_the_end_of_the_calendar_is_the_end_of_a_rule() -> None:
    for rrule in ("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=HOURLY"):
        rule = Rule(rrule, datetime(2026, 11, 25, 9), "UTC")
        assert next_after(rule, datetime(9999, 12, 31, 23, tzinfo=UTC)) is None


def test_an_old_rule_costs_what_a_new_one_costs() -> None:
    now = utc(2026, 11, 25)
    begun = clock.perf_counter()
    for rrule in ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MINUTELY;INTERVAL=5"):
        old, new = (Rule(rrule, datetime(year, 1, 3, 9), SEOUL) for year in (1, 2026))
        for _ in range(100):
            assert next_after(old, now) is not None
            assert next_after(new, now) is not None
    assert clock.perf_counter() - begun < 1  # walking there from the year 1 would take minutes


# --- beside python-dateutil, where RFC 5545 holds


@st.composite
def rfc_values(draw: st.DrawFn) -> str:
    """Rule values in which no day stands for another, so that we do not depart from the RFC."""
    frequency = draw(st.sampled_from(["MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    days = draw(st.lists(st.sampled_from(WEEKDAYS), unique=True, max_size=0 if frequency == "MINUTELY" else 3))
    months = draw(st.lists(st.integers(1, 12), unique=True, max_size=3))
    match frequency:
        case "MONTHLY" | "YEARLY":
            months = months or [3]
            # dateutil takes "1MO,TU" for days that are both, where the RFC means either: it is not asked for that.
            ordinal = draw(st.sampled_from(["", "1", "2", "-1", "5"]))
            weekdays = [f"{ordinal}{day}" for day in days]
            month_days = draw(
                st.lists(st.integers(1, 28) | st.integers(-28, -1), min_size=0 if days else 1, max_size=3)
            )
            parts += [f"BYMONTHDAY={','.join(map(str, month_days))}"] if month_days else []
            parts += [f"BYDAY={','.join(weekdays)}"] if weekdays else []
            if draw(st.booleans()):
                parts.append(f"BYSETPOS={draw(st.sampled_from([1, 2, -1]))}")
        case "WEEKLY":
            parts += [f"BYDAY={','.join(days)}"] if days else []
            parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
        case _:
            parts += [f"BYDAY={','.join(days)}"] if days else []
    if months and frequency != "MINUTELY" and (frequency == "YEARLY" or draw(st.booleans())):
        parts.append(f"BYMONTH={','.join(map(str, months))}")
    if frequency in ("DAILY", "WEEKLY") and draw(st.booleans()):
        parts.append(f"BYHOUR={','.join(map(str, draw(st.sets(st.integers(0, 23), min_size=1, max_size=3))))}")
    return ";".join(parts)


@settings(max_examples=300, deadline=None)
@given(
    rfc_values(),
    st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(-400, 800),
)
def test_rules_are_those_of_the_rfc_where_we_do_not_depart_from_it(value: str, start: datetime, later: int) -> None:
    # dateutil walks from the start: not through years of minutes.
    after = start + later * (timedelta(minutes=7) if "MINUTELY" in value else DAY)
    before = after + 3000 * DAY
    theirs = rrulestr(f"{value};UNTIL={before - 2 * DAY:%Y%m%d}T235959", dtstart=start).xafter(after, count=4)
    expected = [at.replace(tzinfo=UTC) for at in theirs]
    rule = Rule(value, start, "UTC", until=(before - 2 * DAY).date())
    found = occurrences(rule, after.replace(tzinfo=UTC), before.replace(tzinfo=UTC))
    assert list(islice(found, 4)) == expected


# --- beside a calendar, where we do


def by_month_day(wanted: int) -> Callable[[date], bool]:
    return lambda day: day.day == min(wanted, calendar.monthrange(day.year, day.month)[1])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(28, 31),
    st.sampled_from(["UTC", SEOUL, NEW_YORK, "Pacific/Apia", "Africa/Cairo"]),
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_days_that_a_month_lacks_are_its_last(wanted: int, zone: str, after: datetime, at: time) -> None:
    rule = Rule(f"FREQ=MONTHLY;BYMONTHDAY={wanted}", datetime.combine(date(1999, 1, 1), at), zone)
    before = after + 130 * DAY
    assert list(occurrences(rule, after, before)) == firings(by_month_day(wanted), at, ZoneInfo(zone), after, before)


# --- any rule in any zone


ANY_RULE = st.builds(
    Rule,
    rfc_values() | st.sampled_from(["FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=YEARLY"]),
    st.datetimes(datetime(1970, 1, 1), datetime(2037, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from([SEOUL, NEW_YORK, "Pacific/Apia", "Africa/Cairo", "Australia/Lord_Howe", "Europe/Dublin", "UTC"]),
)


@settings(max_examples=300, deadline=None)
@given(ANY_RULE, st.datetimes(datetime(1970, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))
def test_what_comes_next_is_later_at_the_rules_own_time_and_nothing_lies_between(rule: Rule, after: datetime) -> None:
    zone = ZoneInfo(rule.zone)
    found = next_after(rule, after)
    if found is None:
        return
    assert found > after
    assert found.tzinfo is UTC
    shown = found.astimezone(zone)
    assert shown.replace(tzinfo=None) >= rule.start
    jumped = shown.utcoffset() != (found - 26 * timedelta(hours=1)).astimezone(zone).utcoffset()
    parts = dict(part.split("=") for part in rule.rrule.split(";"))
    if parts["FREQ"] not in ("MINUTELY", "HOURLY") and not jumped:
        hours = [int(hour) for hour in parts["BYHOUR"].split(",")] if "BYHOUR" in parts else [rule.start.hour]
        assert shown.minute == rule.start.minute
        assert shown.hour in hours
    assert next_after(rule, found - timedelta.resolution) == found
    if found - after > timedelta(seconds=2):
        assert next_after(rule, after + (found - after) / 2) == found


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY"]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from([SEOUL, NEW_YORK, "Pacific/Apia", "Africa/Cairo", "America/Nuuk", "Antarctica/Troll"]),
    st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
)
def test_a_rule_of_days_fires_at_most_once_for_each_of_its_days(
    rrule: str, at: time, zone: str, after: datetime
) -> None:
    rule = Rule(rrule, datetime.combine(date(1999, 12, 31), at), zone)
    found = list(islice(occurrences(rule, after, utc(2038, 1, 1)), 60))
    gaps = [later - earlier for earlier, later in pairwise(found)]
    assert all(gap >= timedelta(hours=21) for gap in gaps)  # Troll sets its clocks by two hours
