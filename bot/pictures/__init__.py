"""Pictures for chats: what to draw, as data with its words already said, and the one door that draws it.

On the ground floor: it knows fonts and colours, no language, no person and nothing of the house. Pillow is loaded by
the first picture, not at start.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum


class Look(StrEnum):
    """The colours of a picture. No platform tells which theme a reader has, so each look brings its own background."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that is said large, and what it counts."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One week: seven `days` from Monday as levels from 0 (nothing) to 4, None for days still to come.

    `month` is said above the week in which a month begins, else empty.
    """

    days: tuple[int | None, ...]
    minutes: int
    month: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One progress card. Empty words are left out with their part.

    `weekdays` are said beside the seven rows, `less` and `more` beside the colours. `peak` is said over the fullest
    week; without minutes there are no bars. `rest` follows the `finished` names that are shown.
    """

    title: str
    period: str
    figures: tuple[Figure, ...]
    weekdays: tuple[str, ...]
    columns: tuple[Column, ...]
    less: str
    more: str
    bars: str
    peak: str
    finished_title: str = ""
    finished: tuple[str, ...] = ()
    rest: str = ""


async def draw(sheet: Sheet, look: Look) -> bytes:
    """Return `sheet` as a PNG, drawn beside the event loop."""
    return await asyncio.to_thread(_paint, sheet, look)


def _paint(sheet: Sheet, look: Look) -> bytes:
    from bot.pictures.painting import paint  # brings Pillow along

    return paint(sheet, look)


__all__ = ["Column", "Figure", "Look", "Sheet", "draw"]
