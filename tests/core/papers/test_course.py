"""How to read: ten minutes are ten minutes, every kind has its course and its questions in both languages."""

from __future__ import annotations

import pytest

from bot.core.papers.course import PASSES, TEN_MINUTES, course, prompts, reading_minutes
from bot.core.papers.filling import Why
from bot.core.papers.paper import Difficulty, Paper, PaperKind, PaperState, Review
from bot.core.papers.reviews import review_search, reviews_for
from bot.i18n import Locale, texts


@pytest.mark.parametrize("kind", PaperKind)
def test_the_ten_minute_course_takes_ten_minutes_and_ends_in_words(kind: PaperKind) -> None:
    stops = course(kind)
    assert sum(stop.minutes for stop in stops) == TEN_MINUTES
    assert [stop.what for stop in stops] == ["abstract", "figures", "table", "last"]


@pytest.mark.parametrize("locale", Locale)
def test_everything_that_is_named_has_its_text(locale: Locale) -> None:
    t = texts(locale)
    keys = [key for kind in PaperKind for key in (*prompts(kind), f"papers.kind.{kind.value}")]
    keys += [f"papers.course.{kind.value}.{stop.what}" for kind in PaperKind for stop in course(kind)]
    keys += [f"papers.passes.{each}" for each in PASSES] + [f"papers.why.{each.value}" for each in Why]
    keys += [f"papers.difficulty.{each.value}" for each in Difficulty]
    keys += [f"papers.state.{each.value}" for each in PaperState if each is not PaperState.COMPLETE]
    assert [key for key in keys if key not in t] == []


@pytest.mark.parametrize("kind", PaperKind)
def test_an_estimate_is_a_round_number_and_grows_with_difficulty(kind: PaperKind) -> None:
    minutes = [reading_minutes(Paper("x:1", "", "X", kind=kind, difficulty=each)) for each in Difficulty]
    assert minutes == sorted(minutes) and minutes[0] < minutes[-1]
    assert all(each % 15 == 0 and 30 <= each <= 240 for each in minutes)


def test_reviews_in_ones_own_language_come_first() -> None:
    reviews = tuple(
        Review(kind, language, f"https://x.org/{language}{kind}", language)
        for language in ("en", "ko")
        for kind in ("blog", "video")
    )
    paper = Paper("x:1", "", "X", reviews=reviews)
    assert [(each.language, each.kind) for each in reviews_for(paper, Locale.KO)][:2] == [
        ("ko", "video"),
        ("ko", "blog"),
    ]
    assert reviews_for(paper, Locale.EN)[0].language == "en"


def test_where_none_is_known_there_is_a_search_that_nothing_in_a_title_breaks_out_of() -> None:
    url = review_search(Paper("x:1", "", "a&b=c#d \n@everyone " + "x" * 10_000), Locale.KO)
    assert url.startswith("https://www.youtube.com/results?search_query=a%26b%3Dc%23d")
    assert len(url) < 500 and " " not in url and "\n" not in url
