"""What a line means to this bot, whatever is typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.args import Heard, Meaning, read
from bot.chat.args import Call
from bot.chat.codec import seal
from bot.chat.press import Press, pack, to_start
from bot.chat.reply import Button, Reply
from bot.chat.spec import Command
from tests.adapters.telegram.sample import Sample


def commands() -> list[Command]:
    return [declared for declared, _ in Sample().declared() if isinstance(declared, Command)]


def heard(text: str, *, private: bool = True) -> Heard:
    return read(text, commands(), "Moim_Bot", private=private)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("/recommend rl", "rl"),
        ("/RECOMMEND@moim_bot  rl", "rl"),
        ("/recommend\nrl\nfrom zero", "rl from zero"),
        ("/추천 강화학습", "강화학습"),
        ("추천\t강화학습", "강화학습"),
        (unicodedata.normalize("NFD", "추천 강화학습"), "강화학습"),
    ],
)
def test_a_command_and_its_free_text(text: str, topic: str) -> None:
    assert heard(text).call == Call("recommend", {"topic": topic})


@pytest.mark.parametrize(
    "text", ["추천해 줘", "추천강화학습", "나는 추천", "recommend rl", "", " ", "/", "/ x", "/a@b@c"]
)
def test_words_that_are_no_command(text: str) -> None:
    assert heard(text).meaning is Meaning.WORDS


@pytest.mark.parametrize("text", ["/cancel", "/STOP", "/cancel@moim_bot now", "취소", " 그만 ", "/취소"])
def test_a_wish_to_stop(text: str) -> None:
    assert heard(text).meaning is Meaning.CANCEL


def test_in_groups_bare_words_are_nothing() -> None:
    for text in ("추천 강화학습", "취소"):
        assert heard(text, private=False).meaning is Meaning.WORDS


def test_a_command_for_another_bot_is_theirs() -> None:
    assert heard("/cancel@other_bot").meaning is Meaning.OTHERS
    assert heard("/start@other_bot abc").meaning is Meaning.OTHERS


def test_a_deep_link_of_ours_lands_and_any_other_says_hello() -> None:
    payload = to_start(pack(Press.of("call", "recommend", "rl")))
    assert heard(f"/start {payload}") == Heard(Meaning.LANDING, payload=str(payload))
    for other in ("hello", "campaign-7", "x" * 64, "a b", "!!", "x" * 65):
        assert heard(f"/start {other}").meaning is Meaning.CALL


def test_a_deep_link_kept_under_a_token_lands() -> None:
    button = Button("mine", Press.of("sample.save", "강" * 40), personal=True)
    sealed, kept = seal(Reply(("x",), rows=((button,),), public=True), landing=True)
    assert isinstance(sealed, Reply)
    assert kept
    assert heard(f"/start {sealed.rows[0][0].wire}").meaning is Meaning.LANDING


@pytest.mark.parametrize("payload", ["moim", "true", to_start(pack(Press.of("sample.page", 2, "rl")))])
def test_the_start_that_telegram_writes_for_whoever_adds_the_bot_by_a_link_is_left_alone(payload: str) -> None:
    assert heard(f"/start@moim_bot {payload}", private=False).meaning is Meaning.UNSAID
    assert heard("/start@moim_bot", private=False).meaning is Meaning.CALL


@given(st.text(max_size=200), st.booleans())
def test_anything_typed_is_understood_somehow(text: str, private: bool) -> None:
    found = heard(text, private=private)
    assert (found.meaning is Meaning.CALL) == (found.call is not None)


@given(st.text(alphabet="ab= \n추천기분=차분하게mood=bold\"'/@", max_size=60))
def test_free_text_and_assignments_never_break(text: str) -> None:
    call = heard(f"/recommend {text}").call
    assert call is not None
    assert set(call.options) <= {"topic", "mood", "count"}
