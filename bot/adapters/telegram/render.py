"""A reply as the messages Telegram will show: HTML parts within its limits, keyboards, one file.

It knows no chat and sends nothing. Sources of the numbers: core.telegram.org/bots/api, read in 2026; what fits on a
phone was measured on a screen 360 points wide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.adapters.telegram.markup import Run, Runs, heading, html, runs_of, small, split, units, unmarked
from bot.chat.limits import TOAST_UNITS
from bot.chat.reply import Button, Card, File, Menu, Reply, Style

TEXT_UNITS, CAPTION_UNITS = 4096, 1024
PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
BUBBLE_POINTS, PADDING_POINTS, LETTER_POINTS = 300, 12, 8
_STYLES = {Style.PLAIN: None, Style.PRIMARY: "primary", Style.DANGER: "danger"}
_GAP = Run("\n\n")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its text (the caption when there is a file), its keyboard, its file."""

    runs: Runs
    keyboard: InlineKeyboardMarkup | None = None
    file: File | None = None

    @property
    def html(self) -> str:
        """Return the text with tags."""
        return html(self.runs)

    @property
    def plain(self) -> str:
        """Return the text without tags, cut to what one message holds."""
        words = split((Run(unmarked(self.runs)),), CAPTION_UNITS if self.file else TEXT_UNITS)
        return _bare(words[0]) if words else ""

    @property
    def bare(self) -> str:
        """Return the text alone, no tags and no addresses."""
        return _bare(self.runs)

    @property
    def is_photo(self) -> bool:
        """Say whether the file is shown as a picture."""
        file = self.file
        return file is not None and file.name.lower().endswith(PHOTO_ENDINGS) and len(file.content) <= PHOTO_BYTES


def _bare(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def render(reply: Reply, username: str) -> list[Part]:
    """Return the messages of `reply`, the keyboard on the last. `username` is the bot's, for deep links.

    A reply with nothing to read but something to press gets an ellipsis, since Telegram sends no empty message.
    """
    blocks = [runs_of(reply.text), *(_card(card) for card in reply.cards)]
    blocks += [_menu_text(reply.menu)] if reply.menu else []
    words = _joined(blocks)
    keyboard = _keyboard(reply, username)
    if reply.file is not None:
        return _with_file(words, reply.file, keyboard)
    parts = [Part(runs) for runs in split(words, TEXT_UNITS)]
    if not parts and keyboard:
        parts = [Part((Run("…"),))]
    return [*parts[:-1], replace(parts[-1], keyboard=keyboard)] if parts else []


def toast(reply: Reply) -> str | None:
    """Return what a toast of `reply` says, or None when it needs a message (too long, or more than words)."""
    words = _bare(runs_of(reply.text)).strip()
    more = reply.cards or reply.rows or reply.menu or reply.file
    return words if words and not more and units(words) <= TOAST_UNITS else None


def _with_file(words: Runs, file: File, keyboard: InlineKeyboardMarkup | None) -> list[Part]:
    """The file's text form always goes with it: as its caption when everything fits, else the text comes first."""
    alt = runs_of((file.alt,))
    whole = split(_joined([words, alt]), CAPTION_UNITS)
    if len(whole) <= 1:
        return [Part(whole[0] if whole else (), keyboard, file)]
    captions = split(alt, CAPTION_UNITS)
    if len(captions) > 1:
        words, captions = _joined([words, alt]), []
    texts = [Part(runs) for runs in split(words, TEXT_UNITS)]
    return [*texts, Part(captions[0] if captions else (), keyboard, file)]


def _joined(blocks: Iterable[Runs]) -> Runs:
    joined: list[Run] = []
    for block in blocks:
        if any(run.text for run in block):
            joined += [_GAP, *block] if joined else block
    return tuple(joined)


def _card(card: Card) -> Runs:
    rows = [heading(card.title, card.url) if card.title else (), runs_of(card.body)]
    rows.append(small(card.footer) if card.footer else ())
    return _lines(rows)


def _menu_text(menu: Menu) -> Runs:
    """What a select would show beside its choices: the placeholder, and the hints that buttons have no room for."""
    hints = [runs_of((f"{choice.label} - {choice.hint}",)) for choice in menu.choices if choice.hint]
    return _lines([runs_of((menu.placeholder,)), *hints])


def _lines(rows: Iterable[Runs]) -> Runs:
    joined: list[Run] = []
    for row in rows:
        if any(run.text for run in row):
            joined += [Run("\n"), *row] if joined else row
    return tuple(joined)


def _keyboard(reply: Reply, username: str) -> InlineKeyboardMarkup | None:
    rows: list[list[InlineKeyboardButton]] = _menu_rows(reply.menu) if reply.menu else []
    for row in reply.rows:
        rows += [[_button(button, username) for button in piece] for piece in _fitted(row, [b.label for b in row])]
    return InlineKeyboardMarkup(rows) if rows else None


def _menu_rows(menu: Menu) -> list[list[InlineKeyboardButton]]:
    """Two columns where neighbours fit half the screen each; a long label has a row of its own."""
    rows: list[list[InlineKeyboardButton]] = []
    half = False  # whether the last row has room for a short neighbour
    for choice, wire in zip(menu.choices, menu.wires, strict=True):
        button = InlineKeyboardButton(choice.label, callback_data=wire)
        short = _width(choice.label) <= _letters(2)
        if half and short:
            rows[-1].append(button)
        else:
            rows.append([button])
        half = short and len(rows[-1]) == 1
    return rows


def _button(button: Button, username: str) -> InlineKeyboardButton:
    style = _STYLES[button.style]
    if button.url is not None:
        return InlineKeyboardButton(button.label, url=button.url, style=style)
    if button.share is not None:
        return InlineKeyboardButton(button.label, switch_inline_query=button.share, style=style)
    if button.landing:
        return InlineKeyboardButton(button.label, url=landing(username, button.wire), style=style)
    return InlineKeyboardButton(button.label, callback_data=button.wire, style=style)


def landing(username: str, payload: str) -> str:
    """Return the deep link that opens the private chat on the press in `payload`."""
    return f"https://t.me/{username}?start={payload}"


def _fitted(row: Sequence[T], labels: Sequence[str]) -> list[Sequence[T]]:
    """Halve a row until its labels can be read on a phone; Telegram gives every button of a row the same width."""
    if len(row) <= 1 or max(map(_width, labels)) <= _letters(len(row)):
        return [row] if row else []
    half = (len(row) + 1) // 2
    return [*_fitted(row[:half], labels[:half]), *_fitted(row[half:], labels[half:])]


def _letters(buttons: int) -> int:
    return (BUBBLE_POINTS // buttons - PADDING_POINTS) // LETTER_POINTS


def _width(label: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in label)
