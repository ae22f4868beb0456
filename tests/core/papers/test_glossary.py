"""The terms that are explained are those that stand in the paper, and no others."""

from __future__ import annotations

import pytest

from bot.core.papers.glossary import MOST, terms_of
from bot.core.papers.paper import Paper
from bot.core.shelf import Shelf
from bot.services import shelf
from tests.core.hostile import HOSTILE


@pytest.fixture(scope="module")
def books() -> Shelf:
    return shelf.load()


def _terms(books: Shelf, title: str, abstract: str = "") -> list[str]:
    found = terms_of(Paper("x:1", "https://x.org", title, abstract=abstract), books.topics)
    return [topic.id for topic in found]


def test_they_come_in_the_order_they_are_met(books: Shelf) -> None:
    found = _terms(books, "Contrastive pretraining of transformers", "We use reinforcement learning at the end.")
    assert found.index("transformers") < found.index("reinforcement-learning")


def test_an_abbreviation_counts_in_capitals_only(books: Shelf) -> None:
    assert "gan" in _terms(books, "Training a GAN")
    assert "gan" not in _terms(books, "The gan of the shop", "We began.")


def test_part_of_a_longer_word_is_no_term(books: Shelf) -> None:
    assert "machine-learning" not in _terms(books, "A framework for self-supervised learning")


def test_a_paper_without_any_gets_none_and_no_paper_gets_many(books: Shelf) -> None:
    assert _terms(books, "mixup: Beyond Empirical Risk Minimization") == []
    every = ". ".join(topic.name.en for topic in books.topics)
    assert len(_terms(books, "Everything", every)) == MOST


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_strange_papers_are_read_without_harm(books: Shelf, words: str) -> None:
    assert len(_terms(books, words, words)) <= MOST
