"""The wire form of presses: any text survives it, nothing forged breaks it, and it fits where platforms carry it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.press import (
    START_CHARACTERS,
    Press,
    fits,
    from_start,
    pack,
    to_start,
    unpack,
)
from bot.core.tokens import TOKEN_MARK, token_of

NAMES = st.from_regex(r"[a-z][a-z0-9_.]{0,30}", fullmatch=True)
OWNERS = st.none() | st.from_regex(r"-?[0-9]{1,20}", fullmatch=True)
PRESSES = st.builds(Press, NAMES, st.lists(st.text(max_size=40), max_size=5).map(tuple), OWNERS)


@given(PRESSES)
@example(Press("a", ("|", "\\", "\\p", "p\\", "!1!", "~x", "", "\n\0"), "7"))
def test_any_press_survives_the_wire(press: Press) -> None:
    assert unpack(pack(press)) == press


@given(PRESSES, PRESSES)
def test_two_presses_never_share_a_wire(one: Press, other: Press) -> None:
    assert (pack(one) == pack(other)) == (one == other)


@given(st.text(max_size=200) | st.from_regex(r"!.{0,10}!?[a-z.]*(\|.{0,5}){0,4}"))
@example("!１２!name")
@example("!!name")
@example("!1!!2!name")
@example("")
@example("\ud800")
def test_a_forged_wire_is_a_press_or_nothing(wire: str) -> None:
    press = unpack(wire)
    assert press is None or re.fullmatch(r"[a-z][a-z0-9_.]{0,30}", press.name)


def test_numbers_travel_as_text() -> None:
    assert Press.of("club.page", 3, "x") == Press("club.page", ("3", "x"))


@pytest.mark.parametrize("name", ["", "Club", "club page", "클럽", "1club", "club|page", "c" * 32])
def test_a_name_that_no_handler_could_have_is_not_packed(name: str) -> None:
    with pytest.raises(ValueError, match="press name"):
        pack(Press(name))


@pytest.mark.parametrize("owner", ["", "a!b", "a b", "누구", "1" * 33])
def test_an_owner_that_would_not_come_back_is_not_packed(owner: str) -> None:
    with pytest.raises(ValueError, match="account"):
        pack(Press("club.page", owner=owner))


@pytest.mark.parametrize(("letters", "room"), [("가", 19), ("a", 57), ("😀", 14)])
def test_a_wire_is_measured_in_bytes(letters: str, room: int) -> None:
    assert fits(pack(Press.of("a.page", letters * room)))
    assert not fits(pack(Press.of("a.page", letters * (room + 1))))


@given(st.text())
def test_a_token_is_stable_short_and_no_wire(wire: str) -> None:
    token = token_of(wire)
    assert token == token_of(wire)
    assert token.startswith(TOKEN_MARK)
    assert fits(token)
    assert unpack(token) is None


@given(st.lists(st.text(), max_size=20, unique=True))
def test_different_wires_have_different_tokens(wires: list[str]) -> None:
    assert len({token_of(wire) for wire in wires}) == len(wires)


@given(st.text(max_size=100))
@example("가" * 16)
@example("?" * 48)
def test_a_deep_link_brings_any_wire_back_or_says_that_it_is_too_long(wire: str) -> None:
    payload = to_start(wire)
    if payload is None:
        assert len(wire.encode()) > 48
    else:
        assert re.fullmatch(r"[A-Za-z0-9_-]*", payload)
        assert len(payload) <= START_CHARACTERS
        assert from_start(payload) == wire


@given(st.text())
def test_a_token_always_fits_into_a_deep_link(wire: str) -> None:
    token = token_of(wire)
    payload = to_start(token)
    assert payload is not None
    assert from_start(payload) == token


@given(st.text(max_size=100) | st.text(alphabet="AZaz09-_=+/", max_size=70))
@example("A")
@example("gA")
@example("ref_from_an_advert")
def test_a_foreign_deep_link_is_text_or_nothing(payload: str) -> None:
    assert isinstance(from_start(payload), str | None)
