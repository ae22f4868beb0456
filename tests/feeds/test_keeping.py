"""When a feed is looked at again, and what is said of one that fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.errors import BadStatus, FetchFailed, TooSlow, Unreachable
from bot.feeds.fetch import Page
from bot.feeds.keeping import GONE_WAIT, LONGEST, SHORTEST, Health, Visits, after_failure, after_page, first_visit

NOW = datetime(2026, 11, 24, tzinfo=UTC)
GOOD = Page("https://e.org/f", 200, b"x", "", '"one"', "Tue, 24 Nov 2026 00:00:00 GMT")
FAILURES = [Unreachable(), TooSlow(), BadStatus(404), BadStatus(410), BadStatus(503)]


def failed(visits: Visits, failure: FetchFailed, times: int) -> Visits:
    for _ in range(times):
        visits = after_failure(visits, failure, visits.next_at, chance=0)
    return visits


def test_a_feed_that_brings_nothing_is_asked_less_often_and_one_that_does_more() -> None:
    visits = first_visit(NOW)
    for _ in range(20):
        visits = after_page(visits, GOOD, NOW, fresh=0, chance=0)
    assert visits.next_at - NOW == LONGEST
    for _ in range(20):
        visits = after_page(visits, GOOD, NOW, fresh=3, chance=0)
    assert visits.next_at - NOW == SHORTEST


def test_a_304_keeps_the_marks_and_a_new_page_brings_its_own() -> None:
    visits = after_page(first_visit(NOW), GOOD, NOW, fresh=1, chance=0)
    assert (visits.etag, visits.modified) == (GOOD.etag, GOOD.modified)
    same = after_page(visits, Page(GOOD.url, 304, b"", ""), NOW, fresh=0, chance=0)
    assert (same.etag, same.modified) == (GOOD.etag, GOOD.modified)
    assert after_page(visits, Page(GOOD.url, 200, b"y", ""), NOW, fresh=1, chance=0).etag is None


def test_failures_wait_twice_as_long_each_time_and_are_told_after_a_day() -> None:
    waits, visits = [], first_visit(NOW)
    for _ in range(8):
        at = visits.next_at
        visits = after_failure(visits, TooSlow(), at, chance=0)
        waits.append(visits.next_at - at)
    assert waits == sorted(waits) and waits[1] == 2 * waits[0] and waits[-1] == LONGEST
    assert (visits.health, visits.failing_since) == (Health.SILENT, NOW)
    assert failed(first_visit(NOW), TooSlow(), 3).health is Health.WELL, "an hour or two is nothing to tell of"
    back = after_page(visits, GOOD, visits.next_at, fresh=1, chance=0)
    assert (back.health, back.failures, back.failing_since) == (Health.WELL, 0, None)


def test_what_a_server_asks_for_is_honoured() -> None:
    busy = after_failure(first_visit(NOW), BadStatus(429, wait=timedelta(hours=9)), NOW, chance=0)
    assert busy.next_at == NOW + timedelta(hours=9)
    assert failed(busy, BadStatus(429), 9).health is Health.BUSY


def test_a_feed_that_says_it_is_gone_is_told_of_at_once_and_still_asked_once_a_week() -> None:
    gone = after_failure(first_visit(NOW), BadStatus(410), NOW, chance=0)
    assert (gone.health, gone.next_at) == (Health.GONE, NOW + GONE_WAIT)


@given(st.lists(st.sampled_from(FAILURES), max_size=40), st.floats(0, 1))
def test_no_feed_is_ever_dropped_nor_asked_at_once(failures: list[FetchFailed], chance: float) -> None:
    visits = after_page(first_visit(NOW, chance), GOOD, NOW, fresh=1, chance=chance)
    for failure in failures:
        at = visits.next_at
        visits = after_failure(visits, failure, at, chance=chance)
        assert timedelta(minutes=30) <= visits.next_at - at <= 1.2 * GONE_WAIT
    assert visits.etag == GOOD.etag
