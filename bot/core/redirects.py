"""Ids that are no more: where a row is found whose id went, so that nobody's list, button or link breaks.

Pure values; `Catalogue` follows them. It does not know who still holds an old id.
"""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from bot.core.tables import ID_PATTERN, Problem, Rule
from bot.i18n import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """An id that went; `id` is the old one. It stays for ever: somebody's list may still hold it."""

    id: str
    to: Annotated[str, Rule("Id under which it is found now", pattern=ID_PATTERN)]
    date: Annotated[datetime.date, Rule("Since when")]
    why: Annotated[Bilingual, Rule("Why it went, in one line", ko=70, en=110)]


def ends(redirects: Iterable[Redirect], rows: Container[str]) -> Mapping[str, str]:
    """Return, by old id, the row that is found under it now; chains are followed, what leads nowhere is left out.

    An id that has a row of its own is that row.
    """
    steps = {each.id: each.to for each in redirects}
    found = ((old, _end(old, steps, rows)) for old in steps if old not in rows)
    return {old: end for old, end in found if end is not None}


def _end(old: str, steps: Mapping[str, str], rows: Container[str]) -> str | None:
    seen = {old}
    at = steps[old]
    while at not in rows:
        if at in seen or at not in steps:
            return None
        seen.add(at)
        at = steps[at]
    return at


def problems_of(redirects: Iterable[Redirect], rows: Container[str]) -> Iterator[Problem]:
    """Yield the redirects that lead nowhere, and those of an id that still has a row."""
    redirects = tuple(redirects)
    found = ends(redirects, rows)
    for each in redirects:
        if each.id in rows:
            yield Problem(each.id, "", "there is still a row with this id")
        elif each.id not in found:
            yield Problem(each.id, "to", f"{each.to!r} leads to no row")
