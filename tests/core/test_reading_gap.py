"""What one person should see before a paper: only what they lack, small things first, and never a claim too many."""

from __future__ import annotations

import pytest

from bot.core.catalogue import Kind
from bot.core.papers.paper import Difficulty, Paper
from bot.core.reading_gap import MOST, gap, is_heavy
from bot.core.scoring import Profile
from bot.core.shelf import Shelf
from bot.i18n import Locale
from bot.services import shelf
from bot.services.shelf.papers import load_papers

DIFFUSION = Paper(
    "arxiv:2006.11239", "https://arxiv.org/abs/2006.11239", "Denoising Diffusion Probabilistic Models",
    topics=("diffusion-models",), prerequisites=("probability-statistics", "vae"),
)  # fmt: skip


@pytest.fixture(scope="module")
def books() -> Shelf:
    return shelf.load()


def test_each_topic_that_is_missing_gets_one_thing_with_its_reason(books: Shelf) -> None:
    found = gap(DIFFUSION, books, locale=Locale.KO)
    assert found.own
    assert [first.topic for first in found.firsts] == ["probability-statistics", "vae"]
    assert all(first.topic in first.resource.topics for first in found.firsts)
    assert all(first.why is not None and first.resource.link for first in found.firsts)


def test_what_somebody_knows_or_finished_is_left_out(books: Shelf) -> None:
    knows = gap(DIFFUSION, books, Profile(known_topics=frozenset({"probability-statistics"})))
    assert [first.topic for first in knows.firsts] == ["vae"]
    vae = gap(DIFFUSION, books).firsts[1].resource
    done = gap(DIFFUSION, books, Profile(done=frozenset({vae.id})))
    assert vae.id not in [first.resource.id for first in done.firsts]


def test_what_somebody_set_aside_is_not_given_again_but_another_is(books: Shelf) -> None:
    first = gap(DIFFUSION, books).firsts[0].resource
    other = gap(DIFFUSION, books, Profile(not_for_me=frozenset({first.id}))).firsts[0]
    assert other.topic == "probability-statistics"
    assert other.resource.id != first.id


def test_with_nothing_missing_it_says_so_and_gives_nothing(books: Shelf) -> None:
    found = gap(DIFFUSION, books, Profile(known_topics=frozenset({"probability-statistics", "vae"})))
    assert found.needs
    assert found.missing == ()
    assert found.firsts == ()


def test_of_a_paper_whose_needs_nobody_wrote_down_it_is_known_that_its_topic_speaks(books: Shelf) -> None:
    found = gap(Paper("x:1", "https://x.org", "X", topics=("gan",), own_prerequisites=False), books)
    assert not found.own
    assert found.firsts


def test_of_a_paper_about_nothing_known_nothing_is_claimed(books: Shelf) -> None:
    found = gap(Paper("x:1", "https://x.org", "X"), books)
    assert (found.needs, found.firsts) == ((), ())


@pytest.mark.parametrize("locale", Locale)
def test_for_every_classic_it_is_two_or_three_small_things_each_once(books: Shelf, locale: Locale) -> None:
    unfit = {Kind.TOOL, Kind.NEWSLETTER, Kind.COMMUNITY, Kind.SOCIAL}
    for paper in (each for each in load_papers().papers if each.difficulty is not None):
        firsts = gap(paper, books, locale=locale).firsts
        assert 1 <= len(firsts) <= MOST, paper.title
        assert len({first.resource.id for first in firsts}) == len(firsts)
        assert not [first for first in firsts if first.resource.kind in unfit], paper.title


def test_minutes_are_only_told_where_they_are_known(books: Shelf) -> None:
    firsts = [first for paper in load_papers().papers[:171] for first in gap(paper, books).firsts]
    assert any(first.minutes for first in firsts)
    for first in firsts:
        if first.minutes is None:
            assert first.resource.hours is None
        else:
            assert first.minutes >= 5
        assert not (first.piece and first.minutes is None)


@pytest.mark.parametrize(
    ("difficulty", "stage", "heavy"),
    [
        (Difficulty.ADVANCED, Difficulty.INTERMEDIATE, True),
        (Difficulty.ADVANCED, None, True),
        (Difficulty.INTERMEDIATE, None, False),
        (Difficulty.INTERMEDIATE, Difficulty.BEGINNER, True),
        (Difficulty.ADVANCED, Difficulty.ADVANCED, False),
        (None, Difficulty.BEGINNER, False),
    ],
)
def test_a_paper_is_heavy_above_where_the_group_stands(
    difficulty: Difficulty | None, stage: Difficulty | None, heavy: bool
) -> None:
    assert is_heavy(Paper("x:1", "https://x.org", "X", difficulty=difficulty), stage) is heavy
