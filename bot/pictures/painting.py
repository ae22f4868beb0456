"""Paints a sheet with Pillow. Sizes are pixels of a card 1200 wide: twice what a phone shows, so that it is crisp.

Pillow's shapes have hard edges, so every rounded shape is a mask, made once four times as large and scaled down.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock

from PIL import Image, ImageColor, ImageDraw, ImageFont

from bot.pictures import Look, Sheet

FONTS = Path(__file__).parent / "fonts"
WIDTH, MARGIN = 1200, 64
_CELL, _GAP, _RADIUS = 32, 7, 8
_PITCH = _CELL + _GAP
_ROWS = 7
_BARS = 132  # height of the fullest week
_LINE = 50  # of a finished thing
_FINE = 4  # how much larger masks are made
_SMALL, _TEXT, _TITLE, _NUMBER = 24, 30, 46, 58
_STEPS = 28  # shades from the ground to a colour: nine ramps in a palette of 256
_APART = 8  # least difference of two shades: Pillow looks the nearest up by the upper six bits of a colour
_ONE_AT_A_TIME = Lock()  # a FreeType face is not made for several threads


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one look; `levels` from nothing to much."""

    ground: str
    ink: str
    quiet: str
    line: str
    bar: str
    levels: tuple[str, str, str, str, str]


COLOURS = {
    Look.LIGHT: Colours(
        "#fbfaf6", "#22262b", "#6d737b", "#dedbd3", "#3f8f78", ("#eceae3", "#bfe0d2", "#7fc2a8", "#3f9a7d", "#17644e")
    ),
    Look.DARK: Colours(
        "#1c1f24", "#f2f0ea", "#a2a8b0", "#3a3f47", "#4fae90", ("#2b2f36", "#23564a", "#2f7f69", "#48b191", "#8fe5c6")
    ),
}


@cache
def _palette(colours: Colours) -> Image.Image:
    """Return the colours of a look and what lies between the ground and each of them, for soft edges.

    A picture of 256 colours is written in a sixth of the time, and is a third as large.
    """
    ground = ImageColor.getrgb(colours.ground)
    found: list[tuple[int, ...]] = [ground]
    for colour in (colours.ink, colours.quiet, colours.line, colours.bar, *colours.levels):
        rgb = ImageColor.getrgb(colour)
        steps = min(_STEPS, max(abs(c - g) for g, c in zip(ground, rgb, strict=True)) // _APART)
        found += [
            tuple(round(g + (c - g) * step / steps) for g, c in zip(ground, rgb, strict=True))
            for step in range(1, steps + 1)
        ]
    image = Image.new("P", (1, 1))
    image.putpalette([part for colour in found for part in colour])
    return image


@cache
def _font(size: int, strong: bool = False) -> ImageFont.FreeTypeFont:
    file = FONTS / f"Pretendard-{'SemiBold' if strong else 'Regular'}.otf"
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _rounded(width: int, height: int, radius: int) -> Image.Image:
    """Return the mask of a rounded rectangle with soft edges."""
    large = Image.new("L", (width * _FINE, height * _FINE), 0)
    box = (0, 0, width * _FINE - 1, height * _FINE - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius * _FINE, fill=255)
    return large.resize((width, height), Image.Resampling.LANCZOS)


def paint(sheet: Sheet, look: Look) -> bytes:
    """Return `sheet` as a PNG."""
    with _ONE_AT_A_TIME:
        return _Card(sheet, COLOURS[look]).png()


class _Card:
    """One card on its way: each part draws below the one before and moves `_y` down."""

    def __init__(self, sheet: Sheet, colours: Colours) -> None:
        self._sheet, self._colours = sheet, colours
        self._image = Image.new("RGB", (WIDTH, _height(sheet)), colours.ground)
        self._draw = ImageDraw.Draw(self._image)
        self._y = MARGIN
        self._left = WIDTH - MARGIN - len(sheet.columns) * _PITCH + _GAP  # of the weeks: they end at the margin

    def png(self) -> bytes:
        self._head()
        self._figures()
        self._heat_map()
        if _has_bars(self._sheet):
            self._bars()
        if self._sheet.finished:
            self._finished()
        content = BytesIO()
        few = self._image.quantize(palette=_palette(self._colours), dither=Image.Dither.NONE)
        few.save(content, "PNG", compress_level=3)
        return content.getvalue()

    def _say(self, x: float, y: float, words: str, size: int, *, strong: bool = False, quiet: bool = False,
             anchor: str = "ls", room: int | None = None) -> None:  # fmt: skip
        """Write `words` on the baseline `y`, cut to `room` pixels."""
        font = _font(size, strong)
        if room is not None:
            words = _fitting(words, font, room)
        self._draw.text((x, y), words, self._colours.quiet if quiet else self._colours.ink, font, anchor)

    def _head(self) -> None:
        self._y += 36
        self._say(MARGIN, self._y, self._sheet.title, _TITLE, strong=True, room=640)
        self._say(WIDTH - MARGIN, self._y, self._sheet.period, _SMALL + 2, quiet=True, anchor="rs")
        self._y += 44

    def _figures(self) -> None:
        figures = self._sheet.figures
        self._y += 62
        width = (WIDTH - 2 * MARGIN) // max(len(figures), 1)
        for number, figure in enumerate(figures):
            x = MARGIN + number * width
            self._say(x, self._y, figure.value, _NUMBER, strong=True, room=width - 24)
            self._say(x, self._y + 42, figure.label, _SMALL + 2, quiet=True, room=width - 24)
        self._y += 42 + 72

    def _heat_map(self) -> None:
        for number, column in enumerate(self._sheet.columns):
            if column.month:
                self._say(self._left + number * _PITCH, self._y, column.month, _SMALL, quiet=True)
        self._y += 16
        for row, weekday in enumerate(self._sheet.weekdays):
            if weekday:
                self._say(MARGIN, self._y + row * _PITCH + _CELL // 2, weekday, _SMALL, quiet=True, anchor="lm")
        for number, column in enumerate(self._sheet.columns):
            for row, level in enumerate(column.days):
                if level is not None:
                    self._cell(self._left + number * _PITCH, self._y + row * _PITCH, level)
        self._y += _ROWS * _PITCH - _GAP + 40
        self._legend()

    def _cell(self, x: int, y: int, level: int) -> None:
        self._image.paste(self._colours.levels[level], (x, y), _rounded(_CELL, _CELL, _RADIUS))

    def _legend(self) -> None:
        x = WIDTH - MARGIN
        self._say(x, self._y, self._sheet.more, _SMALL, quiet=True, anchor="rm")
        x -= round(_font(_SMALL).getlength(self._sheet.more)) + 14
        mask = _rounded(24, 24, 6)
        for colour in reversed(self._colours.levels):
            x -= 24
            self._image.paste(colour, (x, self._y - 12), mask)
            x -= 6
        self._say(x - 8, self._y, self._sheet.less, _SMALL, quiet=True, anchor="rm")

    def _bars(self) -> None:
        sheet, most = self._sheet, max(column.minutes for column in self._sheet.columns)
        self._say(MARGIN, self._y, sheet.bars, _SMALL + 2, strong=True, anchor="lm")
        self._y += 66 + _BARS
        for number, column in enumerate(sheet.columns):
            if column.minutes:
                self._bar(self._left + number * _PITCH, max(round(_BARS * column.minutes / most), 6))
        self._draw.rectangle((self._left, self._y, WIDTH - MARGIN - 1, self._y + 1), self._colours.line)
        self._say_peak(most)
        self._y += 8

    def _bar(self, x: int, height: int) -> None:
        radius = min(_RADIUS, height // 2)
        mask = _rounded(_CELL, 2 * radius, radius).crop((0, 0, _CELL, radius))
        self._image.paste(self._colours.bar, (x, self._y - height), mask)
        if height > radius:
            self._draw.rectangle((x, self._y - height + radius, x + _CELL - 1, self._y - 1), self._colours.bar)

    def _say_peak(self, most: int) -> None:
        """Say how much the fullest week was, over its bar and never over the edge."""
        at = max(number for number, column in enumerate(self._sheet.columns) if column.minutes == most)
        half = _font(_SMALL, strong=True).getlength(self._sheet.peak) / 2
        middle = min(max(self._left + at * _PITCH + _CELL / 2, MARGIN + half), WIDTH - MARGIN - half)
        self._say(middle, self._y - _BARS - 14, self._sheet.peak, _SMALL, strong=True, anchor="ms")

    def _finished(self) -> None:
        self._y += 58
        self._say(MARGIN, self._y, self._sheet.finished_title, _SMALL + 2, strong=True, anchor="lm")
        for name in self._sheet.finished:
            self._y += _LINE
            self._image.paste(self._colours.levels[3], (MARGIN, self._y - 8), _rounded(16, 16, 8))
            self._say(MARGIN + 34, self._y, name, _TEXT, anchor="lm", room=WIDTH - 2 * MARGIN - 34)
        if self._sheet.rest:
            self._y += _LINE
            self._say(MARGIN + 34, self._y, self._sheet.rest, _SMALL + 2, quiet=True, anchor="lm")


def _has_bars(sheet: Sheet) -> bool:
    return any(column.minutes for column in sheet.columns)


def _height(sheet: Sheet) -> int:
    lines = len(sheet.finished) + bool(sheet.rest)
    return (
        MARGIN + 36 + 44 + 62 + 42 + 72 + 16 + _ROWS * _PITCH - _GAP + 40
        + (66 + _BARS + 8 if _has_bars(sheet) else 0)
        + (58 + lines * _LINE if sheet.finished else 0)
        + MARGIN
    )  # fmt: skip


def _fitting(words: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    """Return `words`, cut with an ellipsis where they are wider than `room`."""
    if font.getlength(words) <= room:
        return words
    least, most = 0, len(words)  # so many characters fit; so many do not
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if font.getlength(f"{words[:middle]}…") <= room else (least, middle)
    return f"{words[:least].rstrip()}…"
