"""What kind of paper it is, where title and abstract say so."""

from __future__ import annotations

import pytest

from bot.core.papers.kinds import kind_of
from bot.core.papers.paper import PaperKind
from tests.core.hostile import HOSTILE


@pytest.mark.parametrize(
    ("title", "abstract", "kind"),
    [
        ("A Survey of Graph Neural Networks", "", PaperKind.SURVEY),
        ("Deep Learning in Neural Networks: An Overview", "", PaperKind.SURVEY),
        ("SWE-bench: Can Language Models Resolve Real-World Issues?", "", PaperKind.BENCHMARK),
        ("KLUE: Korean Language Understanding", "We collect a dataset and release a benchmark.", PaperKind.BENCHMARK),
        ("The Sample Complexity of Testing", "We prove minimax lower bounds.", PaperKind.THEORY),
        ("FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness", "", PaperKind.SYSTEM),
        ("On the Opportunities and Risks of Foundation Models", "", PaperKind.POSITION),
        (
            "Denoising Diffusion Models",
            "We propose a novel method. Our approach outperforms others via attention.",
            PaperKind.METHOD,
        ),
    ],
)
def test_a_paper_that_says_what_it_is_is_taken_at_its_word(title: str, abstract: str, kind: PaperKind) -> None:
    assert kind_of(title, abstract) is kind


@pytest.mark.parametrize(
    "title", ["", "Attention Is All You Need", "Intriguing properties of neural networks", "안녕하세요"]
)
def test_nothing_is_claimed_where_it_is_not_said(title: str) -> None:
    assert kind_of(title) is PaperKind.UNSURE


def test_a_paper_that_could_be_two_things_is_unsure() -> None:
    assert kind_of("A Survey and a Benchmark of Everything") is PaperKind.UNSURE


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_have_a_kind_too(text: str) -> None:
    assert kind_of(text, text) in PaperKind
