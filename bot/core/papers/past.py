"""Which paper of a group's past is meant: by its number in the list, a day, a month, its id, or words of its title.

Pure. The past is given with the latest meeting first, as it is listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.language.words import squeeze
from bot.core.papers.links import read_link
from bot.core.papers.paper import Paper, key_of

_NEAR = 3  # days between a day that was said and the meeting that is meant
_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_DAY = re.compile(r"(\d{1,2})\s*월\s*(\d{1,2})\s*일|(\d{1,2})/(\d{1,2})")
_MONTH = re.compile(r"(\d{1,2})\s*월")
_YEAR = re.compile(r"((?:19|20)\d{2})\s*년?")
_LAST = ("지난번", "지난주", "지난 주", "저번", "last", "last week", "last time", "previous")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(rf"(?:(\d{{1,2}})\s+)?({'|'.join(_MONTHS)})[a-z]*\.?(?:\s+(\d{{1,2}}))?")
_MOST_LISTED = 999  # a larger number is no place in the list


@dataclass(frozen=True, slots=True)
class Met:
    """One meeting and its paper."""

    day: date
    paper: Paper


def meant(words: str, past: Sequence[Met], today: date) -> tuple[int, ...]:
    """Return the places in `past` that `words` mean, the likeliest first; none when they mean nothing there."""
    said = " ".join(words.casefold().split())
    if said.isdecimal() and int(said) <= _MOST_LISTED:
        return (int(said) - 1,) if 1 <= int(said) <= len(past) else ()
    if said in _LAST:
        return tuple(at for at, each in enumerate(past) if each.day < today)[:1]
    target = read_link(words)
    if target is not None and (linked := _where(past, lambda each: each.paper.key == key_of(target))):
        return linked
    dated = _dated(said, past, today)
    return dated if dated is not None else _worded(said, past)


def _dated(said: str, past: Sequence[Met], today: date) -> tuple[int, ...] | None:
    """Return what a day, a month or a year means; None when `said` is none of them."""
    if match := _ISO.fullmatch(said):
        return _on(_day(int(match[1]), int(match[2]), int(match[3])), past)
    if match := _DAY.fullmatch(said):
        return _latest(int(match[1] or match[3]), int(match[2] or match[4]), past, today)
    if match := _ENGLISH.fullmatch(said):
        month, number = _MONTHS.index(match[2]) + 1, match[1] or match[3]
        return _latest(month, int(number), past, today) if number else _in_month(month, past)
    if match := _MONTH.fullmatch(said):
        return _in_month(int(match[1]), past)
    if match := _YEAR.fullmatch(said):
        return _where(past, lambda each: each.day.year == int(match[1]))
    return None


def _latest(month: int, number: int, past: Sequence[Met], today: date) -> tuple[int, ...]:
    """Return the meeting next to a day of which no year was said, the latest year that has one."""
    for year in range(today.year + 1, min((each.day.year for each in past), default=today.year) - 1, -1):
        if found := _on(_day(year, month, number), past):
            return found
    return ()


def _on(day: date | None, past: Sequence[Met]) -> tuple[int, ...]:
    if day is None:
        return ()
    near = sorted((abs((each.day - day).days), at) for at, each in enumerate(past))
    return (near[0][1],) if near and near[0][0] <= _NEAR else ()


def _in_month(month: int, past: Sequence[Met]) -> tuple[int, ...]:
    found = _where(past, lambda each: each.day.month == month)
    latest = past[found[0]].day.year if found else 0
    return tuple(at for at in found if past[at].day.year == latest)


def _worded(said: str, past: Sequence[Met]) -> tuple[int, ...]:
    """Return the papers whose title, short name or authors hold the words: all of them, else most."""
    words = [each for each in map(squeeze, said.split()) if each]
    if not words:
        return ()
    held = [sum(word in squeeze(_told(each.paper)) for word in words) for each in past]
    most = max(held, default=0)
    return tuple(at for at, count in enumerate(held) if count == most) if most * 2 > len(words) else ()


def _told(paper: Paper) -> str:
    return " ".join((paper.title, paper.short or "", *paper.authors[:10]))


def _where(past: Sequence[Met], fits: Callable[[Met], bool]) -> tuple[int, ...]:
    return tuple(at for at, each in enumerate(past) if fits(each))


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
