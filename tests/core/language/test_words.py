"""Tests of typed text at the level of letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language import words
from bot.core.language.words import (
    MAX_TEXT,
    clean,
    from_latin_keys,
    initials,
    jamo,
    pieces,
    root,
    squeeze,
    stems,
    to_latin_keys,
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  Hello   World ", "hello world"),
        ("ＲＬ　강의", "rl 강의"),
        ("강\u200b화\u200d학습", "강화학습"),
        ("\u202eRL\u202c\u0000", "rl"),
        ("Géron", "geron"),
        ("\u1100\u1161\u11bc화", "강화"),
        ("ㄱㅎㅎㅅ", "ㄱㅎㅎㅅ"),
        ("a\tb\nc", "a b c"),
        ("z\u0301\u0302\u0303algo", "zalgo"),
        ("", ""),
        ("\u200b\u200b", ""),
    ],
)
def test_text_is_cleaned_of_what_cannot_be_seen(typed: str, read: str) -> None:
    assert clean(typed) == read


def test_text_is_cut_before_anything_else_is_done_with_it() -> None:
    assert len(clean("가" * 4000)) == MAX_TEXT
    assert len(clean("\ufdfa" * 4000)) <= MAX_TEXT


@given(st.text(max_size=1000))
def test_any_text_is_cleaned_without_error_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= MAX_TEXT
    assert not any(char in cleaned for char in "\u200b\u200d\u202e\x00\n\t")
    assert clean(cleaned) == cleaned
    for piece in pieces(cleaned):
        assert all(piece.text.startswith(stem) and stem for stem in stems(piece.text))
        assert piece.text.startswith(root(piece.text))
    squeeze(text)


@given(st.text(alphabet="ab가힣ㄱㅎ -~A", max_size=80))
def test_the_short_way_for_ordinary_text_gives_what_the_long_way_gives(text: str) -> None:
    assert clean(text) == clean(text + "\u200b")


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=12))
def test_taking_syllables_apart_loses_nothing(text: str) -> None:
    assert len(initials(text)) == len(text)
    assert len(jamo(text)) >= 2 * len(text)
    assert jamo(text)[0] in initials(text)[0]


def test_runs_of_one_script_are_pieces_and_know_what_they_are_glued_to() -> None:
    assert [(piece.text, piece.glued) for piece in pieces("챗gpt가 좋아")] == [
        ("챗", False),
        ("gpt", True),
        ("가", True),
        ("좋아", False),
    ]


def test_words_are_compared_without_blanks_hyphens_and_capitals() -> None:
    assert squeeze("강화 학습") == squeeze("강화학습")
    assert squeeze("Q-Learning") == squeeze("q learning")


def test_korean_endings_are_taken_off_longest_first() -> None:
    assert stems("강화학습으로")[0] == "강화학습"
    assert "책" in stems("책은")
    assert stems("이") == ()


def test_english_words_of_one_root_meet() -> None:
    assert root("serving") == root("serve") == root("serves")
    assert root("evaluating") == root("evaluation")
    assert root("llms") == "llm"
    assert root("gan") == "gan"


def test_first_letters_of_syllables_are_read() -> None:
    assert initials("강화학습") == "ㄱㅎㅎㅅ"
    assert initials("RL 강의") == "ㄱㅇ"


def test_jamo_follow_the_order_of_typing() -> None:
    assert jamo("화") == "ㅎㅗㅏ"
    assert jamo("강화학습").startswith(jamo("강ㅎ"))
    assert jamo("값") == "ㄱㅏㅂㅅ"


@pytest.mark.parametrize(
    ("keys", "korean"),
    [
        ("rkdghkgkrtmq", "강화학습"),
        ("elqfjsld", "딥러닝"),
        ("rkqt", "값"),
        ("rkqtl", "갑시"),
        ("python", ""),
        ("rl", "기"),
    ],
)
def test_korean_typed_on_latin_keys_is_read_when_it_makes_syllables(keys: str, korean: str) -> None:
    assert from_latin_keys(keys) == korean


def test_latin_typed_on_korean_keys_is_read() -> None:
    assert to_latin_keys("기") == "rl"
    assert to_latin_keys("ㅎㅜㅜ") == "gnn"


@given(st.text(alphabet="qwertyuiopasdfghjklzxcvbnm", max_size=40))
def test_any_run_of_keys_gives_syllables_or_nothing(keys: str) -> None:
    korean = from_latin_keys(keys)
    assert all("가" <= char <= "힣" for char in korean)
    assert korean == "" or to_latin_keys(korean) == keys


def test_the_memory_of_words_is_bounded() -> None:
    assert words.stems.cache_info().maxsize is not None
    assert words.jamo.cache_info().maxsize is not None
