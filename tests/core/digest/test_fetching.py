"""When a feed is asked again, what of its answer is news, and what is said of one that fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.digest.fetching import (
    GONE_WAIT,
    LATE,
    LONGEST,
    OWN,
    SHORTEST,
    UNDATED_AT_FIRST,
    Answer,
    Failure,
    Health,
    Visits,
    after_answer,
    after_failure,
    first_visit,
    news_of,
    own_key,
    parked,
    prints_of,
    put_off,
    woken,
)
from bot.core.digest.items import Item
from bot.core.digest.sources import Cadence
from bot.core.retention import ITEM_KEPT

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)
GOOD = Answer(unchanged=False, etag='"one"', modified="Tue, 24 Nov 2026 00:00:00 GMT")
SAME = Answer(unchanged=True)
SLOW = Failure("too_slow")
FAILURES = [Failure("unreachable"), SLOW, Failure("bad_status", 404), Failure("bad_status", 410)]


def item(title: str = "A title of some words", **values: object) -> Item:
    return replace(Item(source="lab", url="https://lab.example.org/one", title=title), **values)  # type: ignore[arg-type]


def failed(visits: Visits, failure: Failure, times: int) -> Visits:
    for _ in range(times):
        assert visits.next_at is not None
        visits = after_failure(visits, failure, visits.next_at, chance=0)
    return visits


def wait(visits: Visits, since: datetime = NOW) -> timedelta:
    assert visits.next_at is not None
    return visits.next_at - since


def test_a_feed_that_brings_nothing_is_asked_less_often_and_one_that_does_more() -> None:
    visits = first_visit(NOW)
    for _ in range(20):
        visits = after_answer(visits, GOOD, NOW, fresh=0, chance=0)
    assert wait(visits) == LONGEST
    for _ in range(20):
        visits = after_answer(visits, GOOD, NOW, fresh=3, chance=0)
    assert wait(visits) == SHORTEST


def test_how_often_something_comes_says_how_often_to_ask_at_first() -> None:
    every = [first_visit(NOW, cadence).every for cadence in (Cadence.HOURLY, Cadence.DAILY, Cadence.WEEKLY)]
    assert every == sorted(set(every))
    assert first_visit(NOW, Cadence.RARE).every == LONGEST


def test_a_304_keeps_the_marks_and_a_new_page_brings_its_own() -> None:
    visits = after_answer(first_visit(NOW), GOOD, NOW, fresh=1, chance=0)
    assert (visits.etag, visits.modified) == (GOOD.etag, GOOD.modified)
    same = after_answer(visits, SAME, NOW, fresh=0, chance=0)
    assert (same.etag, same.modified) == (GOOD.etag, GOOD.modified)
    assert after_answer(visits, Answer(unchanged=False), NOW, fresh=1, chance=0).etag is None


def test_marks_that_are_endless_or_what_the_server_minds_are_not_given_back() -> None:
    endless = after_answer(first_visit(NOW), replace(GOOD, etag="x" * 9000, modified="a\nb"), NOW, fresh=1, chance=0)
    assert (endless.etag, endless.modified) == (None, None)
    visits = after_answer(first_visit(NOW), GOOD, NOW, fresh=1, chance=0)
    assert after_failure(visits, Failure("bad_status", 412), NOW, chance=0).etag is None
    assert after_failure(visits, Failure("bad_status", 500), NOW, chance=0).etag == GOOD.etag


def test_failures_wait_twice_as_long_each_time_and_are_told_after_a_day() -> None:
    waits, visits = [], first_visit(NOW)
    for _ in range(8):
        at = visits.next_at
        assert at is not None
        visits = after_failure(visits, SLOW, at, chance=0)
        waits.append(wait(visits, at))
    assert waits == sorted(waits) and waits[1] == 2 * waits[0] and waits[-1] == LONGEST
    assert (visits.health, visits.failing_since, visits.reason) == (Health.SILENT, NOW, "too_slow")
    assert failed(first_visit(NOW), SLOW, 3).health is Health.WELL, "an hour or two is nothing to tell of"
    back = after_answer(visits, GOOD, NOW + 9 * DAY, fresh=1, chance=0)
    assert (back.health, back.failures, back.failing_since, back.reason) == (Health.WELL, 0, None, None)


def test_what_a_server_asks_for_is_honoured() -> None:
    busy = after_failure(first_visit(NOW), Failure("bad_status", 429, timedelta(hours=9)), NOW, chance=0)
    assert wait(busy) == timedelta(hours=9)
    assert failed(busy, Failure("bad_status", 429), 9).health is Health.BUSY
    assert Failure("bad_status", 429).speaks_for_host and not Failure("bad_status", 404).speaks_for_host


def test_a_feed_that_says_it_is_gone_is_told_of_at_once_and_still_asked_once_a_week() -> None:
    gone = after_failure(first_visit(NOW), Failure("bad_status", 410), NOW, chance=0)
    assert (gone.health, wait(gone)) == (Health.GONE, GONE_WAIT)


def test_a_feed_that_moved_is_asked_there_until_that_fails() -> None:
    moved = after_answer(first_visit(NOW), replace(GOOD, moved_to="https://new.example.org/"), NOW, fresh=0, chance=0)
    again = after_answer(moved, SAME, NOW, fresh=0, chance=0)
    assert again.moved_to == "https://new.example.org/"
    assert after_failure(again, SLOW, NOW, chance=0).moved_to is None


def test_what_is_put_off_did_not_fail() -> None:
    visits = put_off(first_visit(NOW), NOW, DAY, chance=0)
    assert (visits.next_at, visits.failures) == (NOW + DAY, 0)


def test_a_feed_that_nobody_follows_is_not_asked_and_starts_well_when_somebody_does() -> None:
    silent = failed(after_answer(first_visit(NOW), GOOD, NOW, fresh=1, chance=0), SLOW, 9)
    again = woken(parked(silent), NOW)
    assert parked(silent).next_at is None
    assert (again.next_at, again.health, again.etag) == (NOW, Health.WELL, GOOD.etag)


@given(st.lists(st.sampled_from(FAILURES), max_size=40), st.floats(0, 1))
def test_no_feed_is_ever_dropped_nor_asked_at_once(failures: list[Failure], chance: float) -> None:
    visits = after_answer(first_visit(NOW), GOOD, NOW, fresh=1, chance=chance)
    for failure in failures:
        at = visits.next_at
        assert at is not None
        visits = after_failure(visits, failure, at, chance=chance)
        assert timedelta(minutes=30) <= wait(visits, at) <= 1.2 * GONE_WAIT
    assert visits.etag == GOOD.etag


# what is news


@given(st.text(min_size=8, max_size=3000), st.text(min_size=8))
def test_the_key_of_a_groups_own_feed_tells_nothing_of_its_place_and_has_one_length(place: str, other: str) -> None:
    key = own_key(place)
    assert key.startswith(OWN) and len(key) == len(OWN) + 32
    assert key == own_key(place)
    assert (key == own_key(other)) == (place == other)


def test_nothing_is_dated_ahead() -> None:
    [taken] = news_of([item(published=NOW + DAY / 2)], NOW, first=False)
    assert taken.item.published == NOW
    assert taken.at == NOW


def test_what_came_while_nobody_looked_is_news_of_today_and_keeps_its_date() -> None:
    [taken] = news_of([item(published=NOW - 3 * DAY)], NOW, first=False)
    assert (taken.at, taken.item.published) == (NOW, NOW - 3 * DAY)


def test_what_a_feed_has_when_it_is_first_read_is_as_old_as_it_says() -> None:
    new, old, gone = NOW - 2 * DAY, NOW - 30 * DAY, NOW - ITEM_KEPT - DAY
    found = news_of([item(published=moment) for moment in (new, old, gone)], NOW, first=True)
    assert [each.at for each in found] == [new, old]


def test_what_a_known_feed_digs_out_is_as_old_as_it_says() -> None:
    [taken] = news_of([item(published=NOW - LATE - DAY)], NOW, first=False)
    assert taken.at == NOW - LATE - DAY


def test_of_undated_entries_only_a_few_are_taken_at_first_and_every_new_one_later() -> None:
    undated = [item(f"Post number {number}", url=f"https://lab.example.org/{number}") for number in range(9)]
    assert len(news_of(undated, NOW, first=True)) == UNDATED_AT_FIRST
    later = news_of(undated, NOW, first=False)
    assert [each.at for each in later] == [NOW] * 9
    assert {each.item.published for each in later} == {None}


# by what an entry is known again


def test_an_entry_with_another_id_or_address_is_known_by_the_rest() -> None:
    before = item(guid="1", published=NOW)
    for after in (replace(before, guid="2"), replace(before, url="https://lab.example.org/two", guid="2")):
        assert set(prints_of(before)) & set(prints_of(after))


def test_a_short_title_is_known_again_with_its_second() -> None:
    before = item("Moim 2.1", guid="1", published=NOW)
    assert set(prints_of(before)) & set(prints_of(replace(before, guid="2", url="https://e.org/")))
    other_day = replace(before, guid="2", url="https://e.org/", published=NOW + DAY)
    assert not set(prints_of(before)) & set(prints_of(other_day))
