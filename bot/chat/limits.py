"""The limits of the strictest platform, and how a reply is made to fit them before any adapter sees it.

Splitting long text is the renderers' work, in their own units; here is what both share. Sources: Discord's and
Telegram's developer documentation, read in 2026.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chat.reply import Button, Card, Form, How, Menu, Reply
from bot.chat.text import Text, plain

BUTTON_CHARACTERS = 80  # Discord; Telegram names no limit and cuts what does not fit the screen
BUTTONS_IN_ROW, ROWS = 5, 5  # Discord: a menu takes a whole row
MENU_CHOICES, MENU_CHARACTERS = 25, 100  # Discord
CARDS = 10  # Discord embeds
TITLE_CHARACTERS = 256  # Discord embed title
TOAST_UNITS = 200  # Telegram: the answer to a callback query, in UTF-16 units to be sure
FORM_TITLE_CHARACTERS, FIELD_LABEL_CHARACTERS, FORM_FIELDS = 45, 45, 5  # Discord modals


class TooLarge(ValueError):
    """An answer no platform could draw: a mistake in a cog, found by its tests."""


def shorten(words: str, characters: int) -> str:
    """Return `words` cut to `characters`, the cut shown by an ellipsis."""
    return words if len(words) <= characters else words[: characters - 1].rstrip() + "…"


def fit(reply: Reply) -> Reply:
    """Return `reply` with over-long labels and toasts shortened. Raises `TooLarge` when there are too many parts."""
    rows = tuple(row for row in reply.rows if row)
    taken = len(rows) + (reply.menu is not None)
    if taken > ROWS or any(len(row) > BUTTONS_IN_ROW for row in rows) or len(reply.cards) > CARDS:
        raise TooLarge(f"{taken} rows, the longest of {max(map(len, rows), default=0)}, {len(reply.cards)} cards")
    plainly = reply.menu is None and reply.how is not How.TOAST and len(rows) == len(reply.rows)
    if plainly and not _has_long_words(reply):
        return reply  # as nearly every one: nothing to make anew
    return replace(
        reply,
        text=_fit_toast(reply) if reply.how is How.TOAST else reply.text,
        cards=tuple(_fit_card(card) for card in reply.cards),
        rows=tuple(tuple(_fit_button(button) for button in row) for row in rows),
        menu=_fit_menu(reply.menu) if reply.menu else None,
    )


def _has_long_words(reply: Reply) -> bool:
    titles = any(len(card.title) > TITLE_CHARACTERS for card in reply.cards)
    return titles or any(len(button.label) > BUTTON_CHARACTERS for row in reply.rows for button in row)


def units(words: str) -> int:
    """Return how long `words` are in UTF-16 units, as Telegram counts."""
    return len(words) if words.isascii() else len(words.encode("utf-16-le", "surrogatepass")) // 2


def _fit_toast(reply: Reply) -> Text:
    """Cut what is one short line for the presser; with more than words it becomes a message, which holds more."""
    words = plain(reply.text)
    if units(words) <= TOAST_UNITS or reply.cards or reply.rows or reply.menu or reply.file:
        return reply.text
    kept = words.encode("utf-16-le", "replace")[: 2 * (TOAST_UNITS - 1)].decode("utf-16-le", "ignore")
    return (kept.rstrip() + "…",)


def check_form(form: Form) -> None:
    """Raise `TooLarge` for a form that asks nothing or too much. Its words are cut by whoever draws it."""
    if not 1 <= len(form.fields) <= FORM_FIELDS:
        raise TooLarge(f"a form of {len(form.fields)} fields")


def _fit_button(button: Button) -> Button:
    if len(button.label) <= BUTTON_CHARACTERS:
        return button
    return replace(button, label=shorten(button.label, BUTTON_CHARACTERS))


def _fit_card(card: Card) -> Card:
    if len(card.title) <= TITLE_CHARACTERS:
        return card
    return replace(card, title=shorten(card.title, TITLE_CHARACTERS))


def _fit_menu(menu: Menu) -> Menu:
    if not 1 <= len(menu.choices) <= MENU_CHOICES:
        raise TooLarge(f"a menu of {len(menu.choices)}")
    choices = tuple(
        replace(c, label=shorten(c.label, MENU_CHARACTERS), hint=shorten(c.hint, MENU_CHARACTERS)) for c in menu.choices
    )
    return replace(menu, choices=choices, placeholder=shorten(menu.placeholder, MENU_CHARACTERS))
