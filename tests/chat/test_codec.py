"""Sealing: every button, menu line and form leaves with a wire that every platform carries."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.codec import seal
from bot.chat.press import Press, fits, from_start, pack, unpack
from bot.chat.reply import Button, Choice, Field, Form, Menu, Reply

SHORT = Press.of("club.page", 1, "rl")
LONG = Press.of("club.page", 1, "강화학습으로 로봇을 움직이는 가장 쉬운 방법")


def _one_button(button: Button, *, public: bool | None = None, landing: bool = False) -> tuple[Button, dict[str, str]]:
    answer, kept = seal(Reply(rows=((button,),), public=public), landing=landing)
    assert isinstance(answer, Reply)
    return answer.rows[0][0], kept


def test_a_short_press_is_its_own_wire() -> None:
    button, kept = _one_button(Button("Page", SHORT))
    assert button.wire == pack(SHORT)
    assert not kept


def test_a_long_press_is_kept_under_a_token() -> None:
    button, kept = _one_button(Button("Page", LONG))
    assert kept == {button.wire: pack(LONG)}


def test_an_address_needs_no_wire() -> None:
    button, kept = _one_button(Button("Site", url="https://example.org"), public=True, landing=True)
    assert button == Button("Site", url="https://example.org")
    assert not kept


@given(st.lists(st.text(max_size=300), max_size=6), st.none() | st.just("12345678901234567890"), st.booleans())
def test_every_sealed_wire_fits_and_leads_back_to_its_press(args: list[str], owner: str | None, landing: bool) -> None:
    press = Press("club.page", tuple(args), owner)
    button, kept = _one_button(Button("Page", press, personal=True), public=True, landing=landing)
    wire = from_start(button.wire) if button.landing else button.wire
    assert wire is not None
    assert fits(button.wire)
    assert unpack(kept.get(wire, wire)) == press


def test_drawing_the_same_again_keeps_nothing_new() -> None:
    _, first = _one_button(Button("Page", LONG))
    _, second = _one_button(Button("Page", LONG))
    assert first == second


def test_the_same_long_press_drawn_for_two_people_is_kept_for_each_of_them() -> None:
    reply = Reply(rows=((Button("Page", LONG),),))
    kept = [seal(reply, landing=False, asker=asker)[1] for asker in ("telegram:1", "discord:1")]
    assert [list(each.values()) for each in kept] == [[pack(LONG)]] * 2
    assert not kept[0].keys() & kept[1].keys()


def test_a_personal_button_becomes_a_deep_link_where_everybody_reads() -> None:
    button, kept = _one_button(Button("Mine", SHORT, personal=True), public=True, landing=True)
    assert button.landing
    assert from_start(button.wire) == pack(SHORT)
    assert not kept


def test_a_long_personal_press_becomes_a_deep_link_to_its_token() -> None:
    button, kept = _one_button(Button("Mine", LONG, personal=True), public=True, landing=True)
    token = from_start(button.wire)
    assert token is not None
    assert kept == {token: pack(LONG)}


def test_a_personal_button_stays_a_press_where_one_person_can_be_answered_or_nobody_else_reads() -> None:
    for public, landing in ((True, False), (False, True), (None, True)):
        button, _ = _one_button(Button("Mine", SHORT, personal=True), public=public, landing=landing)
        assert not button.landing
        assert button.wire == pack(SHORT)


def test_a_button_for_everybody_stays_a_press_under_a_public_message() -> None:
    button, _ = _one_button(Button("Ours", SHORT), public=True, landing=True)
    assert not button.landing


def test_a_menu_line_carries_the_menus_press_and_its_own_value() -> None:
    menu = Menu("Topics", Press("club.page", ("1",), "7"), (Choice("RL", "rl"), Choice("Long", "긴 " * 40)))
    answer, kept = seal(Reply(menu=menu), landing=False)
    assert isinstance(answer, Reply) and answer.menu is not None
    presses = [unpack(kept.get(wire, wire)) for wire in answer.menu.wires]
    assert presses == [Press("club.page", ("1", "rl"), "7"), Press("club.page", ("1", "긴 " * 40), "7")]
    assert all(map(fits, answer.menu.wires))


def test_a_form_carries_where_its_answers_go() -> None:
    field = (Field("title", "Title"),)
    for press in (SHORT, LONG):
        answer, kept = seal(Form("Suggest", press, field), landing=False)
        assert isinstance(answer, Form)
        assert fits(answer.wire)
        assert unpack(kept.get(answer.wire, answer.wire)) == press


def test_words_to_share_stay_only_where_they_can_be_carried_into_another_chat() -> None:
    reply = Reply(("text",), rows=((Button("Share", share="rl"), Button("Site", url="https://example.org")),))
    there, _ = seal(reply, landing=False, shares=True)
    elsewhere, _ = seal(reply, landing=False)
    assert isinstance(there, Reply)
    assert isinstance(elsewhere, Reply)
    assert [button.label for button in there.rows[0]] == ["Share", "Site"]
    assert [button.label for button in elsewhere.rows[0]] == ["Site"]


def test_a_row_that_held_nothing_else_goes_with_it() -> None:
    sealed, _ = seal(Reply(("text",), rows=((Button("Share", share="rl"),),)), landing=False)
    assert isinstance(sealed, Reply)
    assert sealed.rows == ()


def test_what_does_something_obeys_its_asker_where_everybody_reads_for_no_link_may_press_it() -> None:
    reply = Reply(("",), rows=((Button("Do", SHORT, personal=True),),), public=True)
    sealed, _ = seal(reply, landing=True, acts=lambda press: True, owner="7")
    assert isinstance(sealed, Reply)
    button = sealed.rows[0][0]
    assert (button.landing, unpack(button.wire)) == (False, replace(SHORT, owner="7"))
    sealed, _ = seal(reply, landing=True, acts=lambda press: True)
    assert isinstance(sealed, Reply)
    assert unpack(sealed.rows[0][0].wire) == SHORT, "what nobody asked for is everybody's"
