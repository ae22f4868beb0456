"""What is new in the catalogue, as a digest tells it: what changed in some days, and where each change leads.

Pure. It takes the dated changelog as it is written, by the project or by a host, and adds where each change leads.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from hashlib import blake2b

from bot.core.catalogue import Resource, Showing, State
from bot.core.changes import Change, ChangeKind
from bot.core.shelf import Shelf
from bot.i18n import Locale


@dataclass(frozen=True, slots=True)
class CatalogueNews:
    """One change. `key` stays the same however its words are mended; `rows` are what it is about and may be shown.

    `successors` take the place of those that are over. `url` leads to what one would open, None where nothing does.
    """

    key: str
    date: datetime.date
    kind: ChangeKind
    text: str
    rows: tuple[Resource, ...]
    successors: tuple[Resource, ...]
    url: str | None

    @property
    def topics(self) -> frozenset[str]:
        """Return the topics it is about."""
        return frozenset(topic for row in (*self.rows, *self.successors) for topic in row.topics)


def catalogue_news(
    books: Shelf, since: datetime.date, until: datetime.date, locale: Locale
) -> tuple[CatalogueNews, ...]:
    """Return what changed from the day `since` to the day `until`, both included, the latest first."""
    return tuple(_told(each, books, locale) for each in books.changes.since(since) if each.date <= until)


def _told(change: Change, books: Shelf, locale: Locale) -> CatalogueNews:
    found = dict.fromkeys(books.current(each) for each in change.ids)
    rows = tuple(row for each in found if (row := books.catalogue.get(each)) is not None)
    rows = tuple(row for row in rows if row.showing is not Showing.NEVER)
    over = [row for row in rows if row.status.superseded_by]
    after = {row.id: row for each in over for row in books.catalogue.successors(each)}
    return CatalogueNews(
        _key(change),
        change.date,
        change.kind,
        change.text(locale),
        rows,
        tuple(row for row in after.values() if row.showing is Showing.OFFERED),
        _leads_to(rows, tuple(after.values())),
    )


def _leads_to(rows: tuple[Resource, ...], successors: tuple[Resource, ...]) -> str | None:
    """Return the address of the first thing to open: of what goes on, before what is over."""
    goes_on = [row for row in rows if not row.status.superseded_by and row.state is not State.RETIRED]
    return next((row.link for row in (*goes_on, *successors) if row.link), None)


def _key(change: Change) -> str:
    """Return a sign of the change: its day, what happened, and to what."""
    said = "\n".join((change.date.isoformat(), change.kind, *sorted(change.ids)))
    return f"change:{blake2b(said.encode(), digest_size=8).hexdigest()}"
