"""What two sources know of one paper, put together."""

from __future__ import annotations

from dataclasses import replace

from bot.core.papers.merging import merged
from bot.core.papers.paper import Difficulty, Paper, PaperKind, PaperState, Review

CLASSIC = Paper(
    "arxiv:1706.03762",
    "https://arxiv.org/abs/1706.03762",
    "Attention Is All You Need",
    topics=("transformers",),
    kind=PaperKind.METHOD,
    difficulty=Difficulty.INTERMEDIATE,
    prerequisites=("rnn",),
    own_prerequisites=False,
    reviews=(Review("video", "PR-049", "https://youtu.be/6zGgVIlStXs", "ko"),),
    listed=3,
)
ARCHIVE = Paper(
    CLASSIC.key, CLASSIC.url, "Attention is all you need", authors=("A",), abstract="Words.", year=2017, listed=1
)
LINK = Paper(CLASSIC.key, CLASSIC.url, CLASSIC.url, PaperState.PENDING)


def test_the_later_word_stands_and_what_it_does_not_say_stays() -> None:
    both = merged(CLASSIC, ARCHIVE)
    assert both == replace(
        CLASSIC, title="Attention is all you need", authors=("A",), abstract="Words.", year=2017, listed=3
    )


def test_a_mere_link_takes_nothing_and_is_replaced_by_what_is_known() -> None:
    assert merged(CLASSIC, LINK) == CLASSIC
    assert merged(LINK, ARCHIVE) == ARCHIVE
    assert merged(LINK, LINK) == LINK


def test_a_paper_that_was_taken_back_says_so_and_keeps_its_words() -> None:
    both = merged(ARCHIVE, replace(LINK, title="", state=PaperState.WITHDRAWN))
    assert (both.state, both.title, both.abstract) == (PaperState.WITHDRAWN, ARCHIVE.title, ARCHIVE.abstract)


def test_prerequisites_of_its_own_come_with_the_word_that_they_are() -> None:
    both = merged(CLASSIC, replace(ARCHIVE, prerequisites=("attention",)))
    assert (both.prerequisites, both.own_prerequisites) == (("attention",), True)


def test_merging_again_changes_nothing() -> None:
    both = merged(CLASSIC, ARCHIVE)
    assert merged(both, ARCHIVE) == merged(both, both) == merged(both, LINK) == both
