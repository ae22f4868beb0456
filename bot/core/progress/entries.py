"""Takes one line apart that tells of several things, so that no minutes of one are given to another.

Pure. It cuts only where each side says both what and how long; what it is not sure of stays one entry.
"""

from __future__ import annotations

import re
from datetime import date

from bot.core.progress.reading import LONGEST, Said, Trouble, read_line

MOST_ENTRIES = 5  # of one line
_BETWEEN = re.compile(
    r"(\s*(?:[;+·、，\n]|(?<!\d),|,(?!\d))\s*|\s+(?:그리고|하고|and|then|plus|&)\s+)", re.IGNORECASE
)  # fmt: skip
_TIME_OF_DAY = re.compile(
    r"(?:(?:새벽|아침|오전|점심|낮|오후|저녁|밤|morning|afternoon|evening|night)에?\s*)*", re.IGNORECASE
)


def read_entries(line: str, today: date) -> tuple[Said, ...]:
    """Return what `line` tells, each thing with its own minutes; a day that was said holds until another is said.

    One entry at least. Where one of them is of a day to come, none has happened: only that one is returned.
    """
    entries: list[Said] = []
    for part in _parts(line[:LONGEST], today):
        entries.append(read_line(part, today, entries[-1].day if entries else None))
    ahead = [each for each in entries if each.trouble is Trouble.AHEAD]
    return tuple(ahead[:1] or entries)


def _parts(line: str, today: date) -> list[str]:
    """Cut `line` after each stretch that is whole; what is left over belongs to the stretch before it."""
    pieces = _BETWEEN.split(line)
    parts: list[str] = []
    waiting, gap_before = "", ""
    for piece, gap in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        waiting += piece
        if _whole(waiting, today) and len(parts) < MOST_ENTRIES:
            parts.append(waiting)
            waiting, gap_before = "", gap
        else:
            waiting += gap
    if waiting and parts:
        parts[-1] += gap_before + waiting
    return parts or [line]


def _whole(words: str, today: date) -> bool:
    said = read_line(words, today)
    return said.minutes is not None and not _TIME_OF_DAY.fullmatch(said.about)
