"""Seals an answer for the wire: every button, menu line and form gets the short text its platform will carry.

A press too long for a button is kept under a token; under a public message, on a platform that cannot answer one person
alone, a personal button becomes a deep link, and one that does something, which no link may, obeys its asker where it
stands. Sealing is pure: it returns what has to be kept, and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import replace

from bot.chat.limits import check_form, fit
from bot.chat.press import Press, fits, pack, to_start
from bot.chat.reply import Answer, Button, Form, Menu, Reply
from bot.core.errors import Unavailable
from bot.core.tokens import token_of


def seal(
    answer: Answer,
    *,
    landing: bool,
    shares: bool = False,
    asker: str = "",
    acts: Callable[[Press], bool] = lambda press: False,
    owner: str | None = None,
) -> tuple[Answer, dict[str, str]]:
    """Return `answer` within limits and with its wires, and the long wires to keep by token.

    `landing` says that the platform cannot answer one person alone where this answer goes; `shares`, that a question
    can be carried into other chats from there: without it the buttons for that are left out. `asker` is the account it
    is drawn for, as text: the tokens of what one person asked are theirs to hand over and to delete. `acts` says of
    a press that no deep link may press it, `owner` is the account that asked, None where nobody did.
    """
    keep = _Keeping(asker)
    if isinstance(answer, Form):
        check_form(answer)
        return replace(answer, wire=_wire(answer.submit, keep)), keep.wires
    reply = fit(answer if shares else _without_shares(answer))
    landing = landing and bool(reply.public)
    rows = tuple(
        [
            tuple(
                [
                    _seal_button(_pressed_here(button, acts, owner) if landing else button, keep, landing)
                    for button in row
                ]
            )
            for row in reply.rows
        ]
    )
    menu = _seal_menu(reply.menu, keep) if reply.menu else None
    return replace(reply, rows=rows, menu=menu), keep.wires


def handed_over(reply: Reply) -> Reply:
    """Return `reply` as a message that somebody sends where the bot need not be: every press leads to private."""
    rows = tuple(tuple(replace(button, personal=True) for button in row) for row in reply.rows)
    return replace(reply, rows=rows, public=True)


def _without_shares(reply: Reply) -> Reply:
    if all(button.share is None for row in reply.rows for button in row):
        return reply
    return replace(reply, rows=tuple(tuple(b for b in row if b.share is None) for row in reply.rows))


def without(answer: Answer, kept: Mapping[str, str]) -> Answer:
    """Return a sealed `answer` without what leans on the tokens in `kept`, for when they could not be kept.

    Raises `Unavailable` for a form, of which nothing would be left.
    """
    lost = {*kept, *(to_start(token) for token in kept)}
    if isinstance(answer, Form):
        raise Unavailable
    rows = tuple(tuple(button for button in row if button.wire not in lost) for row in answer.rows)
    return replace(answer, rows=tuple(row for row in rows if row), menu=_menu_without(answer.menu, lost))


def _menu_without(menu: Menu | None, lost: Container[str | None]) -> Menu | None:
    if menu is None:
        return None
    left = [pair for pair in zip(menu.choices, menu.wires, strict=True) if pair[1] not in lost]
    if not left:
        return None
    choices, wires = zip(*left, strict=True)
    return replace(menu, choices=choices, wires=wires)


class _Keeping:
    """The long wires of one answer, by the tokens that stand for them."""

    def __init__(self, asker: str) -> None:
        self.wires: dict[str, str] = {}
        self._asker = asker

    def __call__(self, wire: str) -> str:
        token = token_of(wire, self._asker)
        self.wires[token] = wire
        return token


def _wire(press: Press, keep: _Keeping) -> str:
    wire = pack(press)
    return wire if fits(wire) else keep(wire)


def _seal_button(button: Button, keep: _Keeping, landing: bool) -> Button:
    if button.press is None:
        return button
    if not (landing and button.personal):
        return _with_wire(button, _wire(button.press, keep))
    wire = pack(button.press)
    payload = to_start(wire) or to_start(keep(wire))
    return _with_wire(button, payload or "", landing=True)


def _pressed_here(button: Button, acts: Callable[[Press], bool], owner: str | None) -> Button:
    """Return a personal button that no deep link may press as one that obeys whoever asked, where it stands."""
    if not button.personal or button.press is None or not acts(button.press):
        return button
    return replace(button, personal=False, press=replace(button.press, owner=button.press.owner or owner))


def _with_wire(button: Button, wire: str, *, landing: bool = False) -> Button:
    """Return `button` with its wire. Written out: `replace` takes three times as long, and every button comes here."""
    return Button(button.label, button.press, button.url, button.style, button.personal, button.share, wire, landing)


def _seal_menu(menu: Menu, keep: _Keeping) -> Menu:
    presses = [replace(menu.press, args=(*menu.press.args, choice.value)) for choice in menu.choices]
    return replace(menu, wires=tuple(_wire(press, keep) for press in presses))
