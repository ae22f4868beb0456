"""How links are judged: slowly, by several days, and what turns programs away is not called dead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.link_health import (
    ROUND,
    LinkHealth,
    Met,
    Verdict,
    Visit,
    address_to_ask,
    after,
    first_visit,
    is_same_page,
    put_off,
    visit_of_page,
    visit_of_status,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
URL = "https://example.org/course"
OPENED, GONE, FAILED, TURNED_AWAY = (
    Visit(Met.OPENED),
    Visit(Met.GONE, "404"),
    Visit(Met.FAILED, "500"),
    Visit(Met.UNSURE),
)
NEW_HOME = Visit(Met.MOVED, "", "https://example.org/new")


def visited(*visits: Visit, apart: timedelta = timedelta(days=1)) -> LinkHealth:
    link = first_visit(URL, NOW)
    for number, visit in enumerate(visits):
        link = after(link, visit, NOW + apart * number)
    return link


@pytest.mark.parametrize(
    ("visits", "verdict"),
    [
        ((OPENED,), Verdict.FINE),
        ((GONE,), Verdict.UNKNOWN),
        ((OPENED, GONE), Verdict.FINE),
        ((GONE, GONE), Verdict.DEAD),
        ((FAILED, FAILED), Verdict.UNKNOWN),
        ((FAILED, FAILED, FAILED), Verdict.DEAD),
        ((FAILED, OPENED, FAILED, FAILED), Verdict.FINE),
        ((GONE, FAILED, GONE), Verdict.DEAD),
        ((GONE, OPENED, GONE), Verdict.FINE),
        ((TURNED_AWAY,) * 9, Verdict.UNSURE),
        ((GONE, GONE, TURNED_AWAY), Verdict.UNSURE),
        ((GONE, GONE, OPENED), Verdict.FINE),
        ((NEW_HOME,), Verdict.FINE),
        ((NEW_HOME, NEW_HOME), Verdict.MOVED),
        ((NEW_HOME, Visit(Met.MOVED, "", "https://example.org/newer")), Verdict.FINE),
        ((NEW_HOME, NEW_HOME, GONE, GONE), Verdict.DEAD),
    ],
)
def test_a_verdict_takes_several_days(visits: tuple[Visit, ...], verdict: Verdict) -> None:
    assert visited(*visits).verdict is verdict


def test_many_tries_of_one_day_are_one_try() -> None:
    assert visited(*[GONE] * 9, apart=timedelta(minutes=30)).verdict is Verdict.UNKNOWN
    assert visited(*[NEW_HOME] * 9, apart=timedelta(minutes=30)).verdict is Verdict.FINE


def test_since_is_the_first_of_the_failures_and_the_address_of_a_move_is_kept() -> None:
    assert visited(OPENED, FAILED, FAILED, FAILED).since == NOW + timedelta(days=1)
    moved = visited(NEW_HOME, NEW_HOME)
    assert (moved.moved_to, moved.since) == ("https://example.org/new", NOW)
    assert visited(NEW_HOME, NEW_HOME, OPENED).moved_to is None


def test_what_was_told_is_news_again_only_after_it_opened() -> None:
    told = after(visited(GONE, GONE), GONE, NOW + timedelta(days=9))
    assert told.told_at is None
    told = after(
        LinkHealth(url=URL, next_at=NOW, verdict=Verdict.DEAD, gone_days=2, failed_days=2, told_at=NOW), GONE, NOW
    )
    assert told.told_at == NOW
    assert after(told, OPENED, NOW).told_at is None


@given(st.lists(st.sampled_from([OPENED, GONE, FAILED, TURNED_AWAY, NEW_HOME]), min_size=1, max_size=12))
def test_a_link_is_visited_about_weekly_or_about_daily_while_it_is_doubted(visits: list[Visit]) -> None:
    last = NOW + timedelta(days=1) * (len(visits) - 1)
    wait = visited(*visits).next_at - last
    assert timedelta(hours=20) <= wait <= timedelta(hours=28) or 0.84 * ROUND <= wait <= 1.16 * ROUND


def test_the_links_of_a_catalogue_are_spread_over_the_round() -> None:
    waits = sorted(first_visit(f"https://example.org/{number}", NOW).next_at - NOW for number in range(400))
    assert waits[0] >= timedelta() and waits[-1] <= ROUND
    of_a_day = [sum(timedelta(days=day) <= wait < timedelta(days=day + 1) for wait in waits) for day in range(7)]
    assert min(of_a_day) > 30 and max(of_a_day) < 90
    assert timedelta(hours=1) <= put_off(first_visit(URL, NOW), NOW).next_at - NOW <= timedelta(hours=3)


@pytest.mark.parametrize(
    ("status", "met"),
    [(404, Met.GONE), (410, Met.GONE), (403, Met.UNSURE), (429, Met.UNSURE), (999, Met.UNSURE), (401, Met.UNSURE),
     (451, Met.UNSURE), (500, Met.FAILED), (502, Met.FAILED), (503, Met.FAILED), (400, Met.FAILED)],
)  # fmt: skip
def test_what_a_status_means(status: int, met: Met) -> None:
    assert visit_of_status(status).met is met
    assert visit_of_status(503, wait=True).met is Met.UNSURE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://www.example.org/a/"),
        ("https://example.org", "https://example.org/index.html"),
        ("https://docs.example.org/", "https://docs.example.org/en/stable/"),
        ("https://example.org/a", "https://example.org/a?lang=ko"),
        ("https://example.org/A/b", "https://example.org/a/b"),
    ],
)
def test_one_page_has_several_addresses(one: str, other: str) -> None:
    assert is_same_page(one, other)
    assert visit_of_page(one, other, other).met is Met.OPENED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/ai/x", "https://example.org/ml/x"),
        ("https://example.org/lecture/2", "https://example.org/lecture/3"),
        ("https://arxiv.org/abs/1706.03762", "https://arxiv.org/abs/1810.04805"),
        ("https://example.org/watch?v=1", "https://example.org/watch?v=2"),
        ("https://example.org/a", "https://example.net/a"),
    ],
)
def test_another_page_is_a_move(one: str, other: str) -> None:
    found = visit_of_page(one, other, other)
    assert (found.met, found.moved_to) == (Met.MOVED, other)


def test_a_redirect_for_the_moment_a_front_page_and_a_door_are_told_apart() -> None:
    assert visit_of_page(URL, "https://example.org/elsewhere", None).met is Met.OPENED
    assert visit_of_page(URL, "https://example.org/", "https://example.org/").reason == "front-page"
    for door in (
        "https://accounts.example.com/x",
        "https://example.org/login?next=/course",
        "https://example.org/sso/",
    ):
        assert visit_of_page(URL, door, door).met is Met.UNSURE


def test_of_a_video_its_description_is_asked_for() -> None:
    for url in (
        "https://www.youtube.com/watch?v=abc",
        "https://youtu.be/abc",
        "https://www.youtube.com/playlist?list=x",
    ):
        assert address_to_ask(url).startswith("https://www.youtube.com/oembed?format=json&url=https%3A%2F%2F")
    for url in ("https://www.youtube.com/@channel", URL):
        assert address_to_ask(url) == url
