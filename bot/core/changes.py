"""What changed in the catalogue and when, told to people: rows that came, moved, were followed or corrected.

Pure values, written by hand in `data/changes.toml`. It does not know who is told.
"""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from bot.core.tables import ID_PATTERN, Problem, Rule
from bot.i18n import Bilingual

RECENT = timedelta(days=60)
"""How long a change is worth a line on the card of its row: two months, in which most members have come by once."""


class ChangeKind(StrEnum):
    """What happened to the rows."""

    ADDED = "added"
    MOVED = "moved"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of the catalogue; `id` is its place in the file, from 1 on."""

    id: str
    date: Annotated[datetime.date, Rule("When the catalogue changed")]
    kind: Annotated[ChangeKind, Rule("What happened")]
    ids: Annotated[
        tuple[str, ...], Rule("Resources, topics or rows of method it is about", pattern=ID_PATTERN, least=1)
    ]
    text: Annotated[Bilingual, Rule("What changed, in one or two lines", ko=120, en=200)]


class Changes:
    """All changes, the latest first."""

    def __init__(self, rows: Iterable[Change] = ()) -> None:
        """Hold `rows`; those of one day keep their order."""
        self._rows = tuple(sorted(rows, key=lambda row: row.date, reverse=True))
        self._about: dict[str, list[Change]] = {}
        for row in self._rows:
            for each in row.ids:
                self._about.setdefault(each, []).append(row)

    def __iter__(self) -> Iterator[Change]:
        """Go through the changes, the latest first."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Return how many changes there are."""
        return len(self._rows)

    def since(self, day: datetime.date) -> tuple[Change, ...]:
        """Return the changes of `day` and later, the latest first."""
        return tuple(row for row in self._rows if row.date >= day)

    def about(self, row_id: str, since: datetime.date) -> tuple[Change, ...]:
        """Return the changes of one row from the day `since` on, the latest first."""
        return tuple(row for row in self._about.get(row_id, ()) if row.date >= since)


def problems_of(rows: Iterable[Change], known: Container[str]) -> Iterator[Problem]:
    """Yield the ids that are not `known`, and the changes that do not stand below a later one."""
    before: Change | None = None
    for row in rows:
        for each in row.ids:
            if each not in known:
                yield Problem(row.id, "ids", f"there is nothing with the id {each!r}")
        if before is not None and row.date > before.date:
            yield Problem(row.id, "date", "is later than that of the change above it: the latest stands first")
        before = row
