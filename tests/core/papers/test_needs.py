"""What to know before a paper: its curator's word, else what stands before its topics, which is said."""

from __future__ import annotations

import pytest

from bot.core.papers.needs import MOST, Needs, prerequisites_of
from bot.core.papers.paper import Paper
from bot.core.papers.subjects import subjects_of, topic_of
from bot.core.shelf import Shelf
from bot.services import shelf


@pytest.fixture(scope="module")
def books() -> Shelf:
    return shelf.load()


def _paper(*topics: str, needs: tuple[str, ...] = ()) -> Paper:
    return Paper("x:1", "https://x.org", "X", topics=topics, prerequisites=needs, own_prerequisites=bool(needs))


def test_a_curators_word_stands(books: Shelf) -> None:
    needs = prerequisites_of(_paper("diffusion-models", needs=("vae", "linear-algebra")), books.topics)
    assert needs == Needs(("vae", "linear-algebra"), own=True)


def test_without_one_the_map_of_topics_speaks_and_it_is_known_that_it_does(books: Shelf) -> None:
    needs = prerequisites_of(_paper("reinforcement-learning"), books.topics)
    assert not needs.own
    assert needs.topics[0] == books.topics.needs("reinforcement-learning")[0].topic


def test_what_the_paper_is_about_is_not_before_it_and_it_is_never_many(books: Shelf) -> None:
    for topic in books.topics:
        needs = prerequisites_of(_paper(topic.id, "deep-learning"), books.topics)
        assert not {topic.id, "deep-learning"} & set(needs.topics)
        assert len(needs.topics) <= MOST


def test_a_paper_without_topics_needs_nothing_that_we_know(books: Shelf) -> None:
    assert prerequisites_of(_paper(), books.topics) == Needs((), own=False)


@pytest.mark.parametrize(
    ("title", "categories", "main"),
    [
        ("Denoising Diffusion Probabilistic Models", ("cs.LG",), "diffusion-models"),
        ("Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks", ("cs.CL",), "rag"),
        ("How Powerful are Graph Neural Networks?", ("cs.LG",), "graph-ml"),
        ("Ultra-Resolution Adaptation with Ease", ("cs.CV",), "computer-vision"),
        ("Making, not Taking, the Best of N", ("cs.CL",), "nlp"),
        ("Deep Learning", (), "deep-learning"),
    ],
)
def test_the_topics_of_a_new_paper(books: Shelf, title: str, categories: tuple[str, ...], main: str) -> None:
    assert subjects_of(title, categories, books)[0] == main


@pytest.mark.parametrize("title", ["High-quality sets", "The value of it", "Learning Rewards Efficiently"])
def test_nothing_printed_is_taken_for_another_word_misspelt(books: Shelf, title: str) -> None:
    assert subjects_of(title, (), books) == ()


def test_neither_title_nor_category_says_nothing(books: Shelf) -> None:
    assert subjects_of("Zork", ("q-bio.PE",), books) == ()
    assert topic_of("q-bio.PE", books.topics) is None


@pytest.mark.parametrize("title", ["@everyone " * 400, "x" * 10_000, "\\frac{" * 2000, "<b>**", "\u202e" * 50])
def test_a_hostile_title_has_topics_or_none(books: Shelf, title: str) -> None:
    assert all(each in books.topics for each in subjects_of(title, ("cs.LG",), books))
