"""Keeps the shelf as the host's own folder is: what is approved or edited there shows at once, without a restart.

Every process looks at the folder by itself, so what one of them wrote the others have seconds later. A folder with a
mistake is left as it was last read: somebody may be in the middle of writing it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.core.shelf import Shelf
from bot.services import shelf
from bot.services.own_rows import OwnRow, add_row

log = structlog.get_logger(__name__)

APPROVED = ".approved"  # which approved rows were written here; beside them, so it goes where the folder goes
LOOKED_EVERY = 5.0  # seconds: a look is a handful of `stat`s

_Signs = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Approved:
    """Which approved rows a folder got: all until a moment, and of the last ones the numbers. None: it is not known."""

    until: datetime | None = None
    ids: frozenset[int] = frozenset()


class OwnFolder:
    """The host's folder of catalogue files, and the shelf that is laid out by it."""

    def __init__(self, books: Shelf, folder: Path) -> None:
        """Keep `books`, which were read with `folder` a moment ago."""
        self._books, self._folder = books, folder
        self._seen = _signs(folder)
        self._reading = asyncio.Lock()

    async def add(self, row: OwnRow) -> None:
        """Write a row and show it from now on. Raises `NotWritten`."""
        await asyncio.to_thread(add_row, self._folder, row)
        await self.refresh()

    async def refresh(self) -> bool:
        """Lay the shelf out anew if the folder changed; say whether it did."""
        async with self._reading:
            signs = await asyncio.to_thread(_signs, self._folder)
            if signs == self._seen:
                return False
            self._seen = signs  # a mistake is told once, until the files change again
            books = await asyncio.to_thread(_read, self._folder)
            if books is None:
                return False
            self._books.become(books)
        log.info("the catalogue was read anew", resources=len(self._books.catalogue))
        return True

    async def watch(self, before: Callable[[], Awaitable[object]]) -> None:
        """Look again and again until cancelled; `before` each look may write rows of other machines."""
        while True:
            await asyncio.sleep(LOOKED_EVERY)
            await before()
            await self.refresh()

    def approved(self) -> Approved:
        """Return which approved rows were written into this folder."""
        try:
            at, *ids = (self._folder / APPROVED).read_text("ascii").split()
            return Approved(datetime.fromisoformat(at), frozenset(map(int, ids)))
        except (OSError, ValueError):
            return Approved()

    def note_approved(self, approved: Approved) -> None:
        """Keep which were. A folder that cannot be written is looked through again."""
        assert approved.until is not None  # noqa: S101 - whoever notes it knows a moment
        words = (approved.until.isoformat(), *map(str, sorted(approved.ids)))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / APPROVED).write_text(" ".join(words) + "\n", encoding="ascii")
        except OSError as error:
            log.warning("the catalogue folder cannot be written", error=type(error).__name__)


def _read(folder: Path) -> Shelf | None:
    """Return the shelf with its indexes, None when the folder has a mistake."""
    wrong = shelf.check_overlay(folder)
    if wrong:
        log.warning("catalogue overlay kept as it was read before", mistakes=len(wrong), first=str(wrong[0]))
        return None
    books = shelf.load(overlay=folder)
    books.open()
    return books


def _signs(folder: Path) -> _Signs:
    """Return by what one sees that a file came, went or changed."""
    found = []
    for path in sorted((*folder.glob("*.toml"), *folder.glob("resources/*.toml"))):
        try:
            about = path.stat()
        except OSError:  # it went between the two looks
            continue
        found.append((path.relative_to(folder).as_posix(), about.st_mtime_ns, about.st_size))
    return tuple(found)
