"""What every platform can draw, and what none can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.limits import TOAST_UNITS, TooLarge, check_form, fit, shorten, units
from bot.chat.press import Press
from bot.chat.reply import Button, Card, Choice, Field, Form, How, Menu, Reply
from bot.chat.text import Bold, plain

PRESS = Press("club.page")


def _buttons(count: int, label: str = "x") -> tuple[Button, ...]:
    return (Button(label, PRESS),) * count


def _menu(count: int, label: str = "x", hint: str = "") -> Menu:
    return Menu("Choose", PRESS, (Choice(label, "x", hint),) * count)


@given(st.text(max_size=300), st.integers(1, 100))
def test_a_shortened_text_fits_and_shows_its_cut(words: str, room: int) -> None:
    short = shorten(words, room)
    assert len(short) <= room
    assert short == words or (short.endswith("…") and words.startswith(short[:-1]))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_a_toast_fits_and_shows_its_cut(words: str) -> None:
    short = plain(fit(Reply((words,), how=How.TOAST)).text)
    assert units(short) <= TOAST_UNITS
    assert short == words or (short.endswith("…") and words.startswith(short[:-1]))


def test_a_toast_that_fits_keeps_its_markup_and_a_message_is_not_cut() -> None:
    toast = Reply((Bold("a" * 200),), how=How.TOAST)
    assert fit(toast) == toast
    message = Reply(("a" * 500,))
    assert fit(message) == message
    more = Reply(("a" * 500,), cards=(Card("x"),), how=How.TOAST)
    assert fit(more) == more


def test_five_rows_of_five_buttons_are_drawn_as_they_are() -> None:
    reply = Reply(rows=(_buttons(5),) * 5)
    assert fit(reply) == reply


def test_a_menu_takes_a_row() -> None:
    fit(Reply(rows=(_buttons(1),) * 4, menu=_menu(25)))
    with pytest.raises(TooLarge):
        fit(Reply(rows=(_buttons(1),) * 5, menu=_menu(1)))


def test_empty_rows_are_left_out_and_take_no_room() -> None:
    reply = fit(Reply(rows=((), *((_buttons(1),) * 4), ()), menu=_menu(1)))
    assert reply.rows == (_buttons(1),) * 4


@pytest.mark.parametrize(
    "reply",
    [
        Reply(rows=(_buttons(1),) * 6),
        Reply(rows=(_buttons(6),)),
        Reply(cards=(Card("x"),) * 11),
        Reply(menu=_menu(0)),
        Reply(menu=_menu(26)),
    ],
    ids=["six rows", "six in a row", "eleven cards", "an empty menu", "twenty-six choices"],
)
def test_what_no_platform_can_draw_is_refused(reply: Reply) -> None:
    with pytest.raises(TooLarge):
        fit(reply)


def test_long_labels_are_cut_to_the_strictest_platform() -> None:
    long = "가" * 300
    reply = fit(Reply(cards=(Card(long),), rows=(_buttons(1, long),), menu=_menu(1, long, long)))
    assert reply.menu is not None
    assert len(reply.cards[0].title) == 256
    assert len(reply.rows[0][0].label) == 80
    assert len(reply.menu.choices[0].label) == len(reply.menu.choices[0].hint) == 100


def test_what_fits_is_not_touched() -> None:
    reply = Reply(cards=(Card("가" * 256),), rows=(_buttons(2, "가" * 80),), menu=_menu(25, "가" * 100, "나" * 100))
    assert fit(reply) == reply


@pytest.mark.parametrize("count", [0, 6])
def test_a_form_asks_one_to_five_things(count: int) -> None:
    with pytest.raises(TooLarge):
        check_form(Form("x", PRESS, (Field("a", "A"),) * count))
    check_form(Form("x", PRESS, (Field("a", "A"),) * 5))
