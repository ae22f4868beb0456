"""A catalogue far larger than any real one: the rows of ours over and over, each under a name of its own."""

from __future__ import annotations

import itertools
from dataclasses import replace

from bot.core.catalogue import Catalogue, Resource, State
from bot.core.shelf import Shelf

_SYLLABLES = ("ba", "cu", "di", "fo", "ge", "hi", "jo", "ku", "la", "mo")


def crowded(shelf: Shelf, number: int) -> Shelf:
    """Return `shelf` with so many copies of its rows that there are `number`, over its own topics."""
    own = list(shelf.catalogue)
    live = [row for row in own if row.status.state is State.ACTIVE]
    copies = zip(range(number - len(own)), itertools.cycle(live), strict=False)
    return Shelf(Catalogue([*own, *(_again(row, copy) for copy, row in copies)]), shelf.topics, shelf.methods)


def _again(row: Resource, copy: int) -> Resource:
    """Return a copy of `row` with a word in its title that no other has."""
    word = "".join(_SYLLABLES[int(digit)] for digit in str(copy))
    return replace(
        row,
        id=f"{row.id[:40]}-{copy}",
        title=f"{row.title[:100]} {word}",
        title_ko=f"{row.title_ko[:70]} {word}" if row.title_ko else None,
        nicknames=(),
        url=f"https://example.org/{copy}",
        other_urls=(),
    )
