"""The words under which a paper is found again: folded, cut in pairs, bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.papers.terms import LONGEST_TERM, MOST_ASKED, asked, terms, weighed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Attention Is All You Need", ("attention", "all", "you", "need")),
        ("Vision Transformers", ("vision", "transformer")),
        ("strategies, boxes, classes; loss", ("strategy", "box", "class", "loss")),
        ("GPS on a GPU-cluster", ("gps", "gpu", "cluster")),
        ("C++ and F# code", ("c++", "f#", "code")),
        ("확률적 경사", ("확률", "률적", "경사")),
        ("왜", ("왜",)),
        ("딥러닝deep러닝", ("딥러", "러닝", "deep")),
        ("Schrödinger’s café", ("schrodinger", "s", "cafe")),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", ("full", "width")),
        ("注意 机制", ("注", "意", "机", "制")),
        ("", ()),
        ("!? \0 🧑‍🔬", ()),
    ],
)
def test_a_text_has_these_terms(text: str, expected: tuple[str, ...]) -> None:
    assert terms(text) == expected


def test_a_question_of_empty_words_only_is_asked_with_them() -> None:
    assert asked("what is it") == ("what", "is", "it")
    assert asked("what is attention") == ("attention",)
    assert terms("what is it") == ()


def test_a_term_has_the_weight_of_the_weightiest_part_it_stands_in() -> None:
    parts = ("Graph attention", 8), ("attention of networks", 1)
    assert weighed(*parts) == weighed(*reversed(parts)) == {"graph": 8, "attention": 8, "network": 1}


@given(st.text(max_size=400))
def test_any_text_gives_bounded_terms_and_is_found_by_itself(text: str) -> None:
    found = terms(text)
    assert len(set(found)) == len(found)
    assert all(0 < len(term) <= LONGEST_TERM for term in found)
    assert len(asked(text)) <= MOST_ASKED
    assert found[:MOST_ASKED] == asked(text) or not found


@given(st.lists(st.sampled_from("가나다라마바사아자차"), min_size=3, max_size=12).map("".join))
def test_a_part_of_a_korean_word_is_found_in_the_whole(word: str) -> None:
    whole = set(terms(word))
    assert all(set(terms(word[at : at + 2])) <= whole for at in range(len(word) - 1))
    assert set(terms(word[1:])) <= whole
