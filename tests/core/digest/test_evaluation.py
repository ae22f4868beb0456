"""Choosing measured over dated lists: made ones, and those that come with the program."""

from __future__ import annotations

from datetime import date, timedelta

from bot.core.digest.evaluation import DAILY, WEEKLY, measure, weeks_of
from bot.core.papers.paper import Paper
from bot.core.reading import Listing
from bot.services.shelf.papers import load_papers

MARK = 0.18  # what plain words of titles with a regression reach on the same weeks


def named(key: str, title: str, *listings: Listing) -> tuple[Paper, tuple[Listing, ...]]:
    return Paper(key, f"https://x.org/{key}", title), listings


def test_only_what_a_daily_list_named_around_the_week_is_a_candidate() -> None:
    first = date(2025, 3, 3)
    picked = Listing(WEEKLY, first, first + timedelta(days=6))
    weeks = weeks_of(
        [
            named("a", "early", Listing(DAILY, first - timedelta(days=8)), picked),
            named("b", "in time", Listing(DAILY, first - timedelta(days=7)), picked),
            named("c", "late", Listing(DAILY, first + timedelta(days=9))),
            named("d", "not picked", Listing(DAILY, first + timedelta(days=8))),
        ]
    )
    assert [({each.key for each in week.candidates}, week.picked) for week in weeks] == [({"b", "d"}, frozenset("b"))]


def test_only_earlier_weeks_are_known() -> None:
    papers = []
    for week in range(3):
        first = date(2025, 3, 3) + timedelta(weeks=4 * week)
        for number in range(40):
            title = "liked" if number == 0 else f"other {number}"
            picked = [Listing(WEEKLY, first)] if number == 0 else []
            papers.append(named(f"{week}-{99 - number}", title, Listing(DAILY, first), *picked))
    measured = measure(weeks_of(papers))
    assert measured.weeks == 3
    assert abs(measured.by["taste"].recall - 2 / 3) < 1e-9  # of the first week nothing is known
    assert abs(measured.by["chance"].recall - 1 / 4) < 1e-9


def test_on_the_shipped_lists_it_beats_the_newest_and_the_most_named_outside_the_interval() -> None:
    shipped = load_papers()
    measured = measure(weeks_of((paper, shipped.listings.get(paper.key, ())) for paper in shipped.papers))
    ours = measured.by["taste"]
    assert measured.weeks == 41
    assert ours.recall >= MARK
    assert ours.low > max(measured.by["recency"].recall, measured.by["mentions"].recall, measured.by["chance"].recall)
