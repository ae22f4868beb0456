"""What holds for every text and every rule: ahead, said back as it was read, never an exception."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.schedule import Rule, checked, next_after
from bot.core.timewords import (
    Ambiguous,
    Habits,
    Heard,
    NotUnderstood,
    Once,
    Recurring,
    in_words,
    read,
    tables_en,
    tables_ko,
)
from bot.core.timewords.holidays import NAMES
from bot.core.timewords.rules import CODES
from bot.i18n import Locale
from tests.core.timewords.people import HABITS, WEDNESDAY

ZONES = ("Asia/Seoul", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia")
NUMBERS = [*map(str, range(35)), "한", "두", "세", "열두", "이십", "9:30", "12/3", "3-5", "3.5", "9h", "5th"]
VOCABULARY = sorted(
    {*tables_ko.WORDS, *tables_en.WORDS, *tables_ko.NATIVE, *NAMES, *NUMBERS, "논문", "read", "lecture"}
)
moments = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2036, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
phrases = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=9).flatmap(
    lambda words: st.sampled_from([" ", "", ", "]).map(lambda space: space.join(words))
)
weekly = st.lists(st.sampled_from(CODES), min_size=1, max_size=7, unique=True).map(
    lambda days: "BYDAY=" + ",".join(code for code in CODES if code in days)
)
days = st.lists(st.integers(1, 31), min_size=1, max_size=3, unique=True).map(
    lambda found: "BYMONTHDAY=" + ",".join(map(str, sorted(found)))
)
nth = st.tuples(st.sampled_from([1, 2, 3, 4, -1]), st.sampled_from(CODES)).map(lambda pair: f"BYDAY={pair[0]}{pair[1]}")
rrules = st.one_of(
    st.integers(1, 30).filter(lambda n: n % 7).map(lambda n: "FREQ=DAILY" + _every(n)),
    st.tuples(st.integers(1, 6), weekly).map(lambda pair: f"FREQ=WEEKLY{_every(pair[0])};{pair[1]}"),
    st.tuples(st.integers(1, 6), days | nth | st.just("BYMONTHDAY=-1")).map(
        lambda pair: f"FREQ=MONTHLY{_every(pair[0])};{pair[1]}"
    ),
    st.tuples(st.integers(1, 12), st.integers(1, 28)).map(
        lambda pair: f"FREQ=YEARLY;BYMONTH={pair[0]};BYMONTHDAY={pair[1]}"
    ),
)


def _every(interval: int) -> str:
    return f";INTERVAL={interval}" if interval > 1 else ""


def choices(heard: Heard) -> tuple[Once | Recurring, ...]:
    match heard:
        case Ambiguous(choices=both):
            return both
        case Once() | Recurring():
            return (heard,)
    return ()


@given(phrases, moments, st.sampled_from(ZONES))
def test_whatever_is_understood_lies_ahead_and_can_be_kept(text: str, now: datetime, zone: str) -> None:
    for each in choices(read(text, now, Habits(zone))):
        if isinstance(each, Once):
            assert each.at > now and each.at.tzinfo is not None
            continue
        assert each.first > now
        assert checked(each.rule) == each.rule
        assert next_after(each.rule, now) == each.first
        assert each.rule.until is None or each.rule.until >= each.first.date()


@given(st.text(max_size=400))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    heard = read(text, WEDNESDAY, HABITS)
    assert len(choices(heard)) == 2 - isinstance(heard, Once | Recurring) - 2 * isinstance(heard, NotUnderstood)


@given(phrases)
def test_two_readings_differ_and_the_earlier_or_likelier_one_comes_first(text: str) -> None:
    heard = read(text, WEDNESDAY, HABITS)
    if isinstance(heard, Ambiguous):
        first, second = heard.choices
        assert first != second
        if isinstance(first, Once) and isinstance(second, Once):
            assert first.at < second.at


@given(rrules, st.integers(0, 23), st.sampled_from([0, 5, 30, 59]), st.sampled_from(Locale))
def test_a_rule_that_is_said_in_words_is_read_back_as_itself(
    rrule: str, hour: int, minute: int, locale: Locale
) -> None:
    start = WEDNESDAY.replace(tzinfo=None, hour=hour, minute=minute)
    rule = Rule(rrule, start, HABITS.zone)
    heard = read(in_words(rule, locale), WEDNESDAY, HABITS)
    assert isinstance(heard, Recurring), in_words(rule, locale)
    assert (heard.rule.rrule, heard.rule.start.time()) == (rule.rrule, rule.start.time())
    assert heard.rest == ""


@given(st.integers(1, 60 * 24 * 300), st.sampled_from(Locale))
def test_a_moment_that_is_said_in_words_is_read_back_as_itself(minutes: int, locale: Locale) -> None:
    moment = WEDNESDAY + timedelta(minutes=minutes)
    for words in (in_words(moment, locale), in_words(moment, locale, today=WEDNESDAY.date())):
        heard = read(words, WEDNESDAY, HABITS)
        assert isinstance(heard, Once) and heard.at == moment, words
