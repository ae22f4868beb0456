"""A small file of what a platform took lately and the database does not know yet, for the next process after a kill.

A line costs microseconds where a transaction costs milliseconds, so that marks can be written together and a kill still
puts into doubt only what was truly under way. It is no second truth: every line is checked against the database, and
without the file the letters it would have told of are in doubt.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import structlog

from bot.core.outbox import Delivery, LetterId
from bot.core.refs import Place, Platform, SpaceRef

log = structlog.get_logger(__name__)


class Journal:
    """Lines of one platform's courier."""

    def __init__(self, path: Path, platform: Platform) -> None:
        """Write to `path`. Where that is impossible everything works, and more is in doubt after a kill."""
        self._path, self._platform = path, platform
        self._file: int | None = None
        self._empty = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            log.warning("no journal can be written", path=str(path), error=str(error))

    def note(self, delivery: Delivery) -> None:
        """Write a line. It outlives the process, not a power cut."""
        if self._file is None:
            return
        where = delivery.place
        space = where.space.id if where.space is not None else ""
        words = [str(delivery.id), str(delivery.attempt), delivery.at.isoformat(), where.channel, where.thread or ""]
        line = "\t".join([*words, space, delivery.message, delivery.thread or ""])
        try:
            os.write(self._file, f"{line}\n".encode())
            self._empty = False
        except OSError as error:
            log.warning("the journal cannot be written", error=str(error))

    def read(self) -> tuple[Delivery, ...]:
        """Return what the last process noted; a line that was cut off is left out."""
        if self._file is None:
            return ()
        whole = os.pread(self._file, os.fstat(self._file).st_size, 0).decode(errors="replace")
        return tuple(self._delivery(line) for line in _complete(whole))

    def clear(self) -> None:
        """Forget all lines: the database knows."""
        if self._file is not None and not self._empty:
            os.ftruncate(self._file, 0)
            self._empty = True

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _delivery(self, line: str) -> Delivery:
        number, attempt, at, channel, thread, space, message, opened = line.split("\t")
        where = SpaceRef(self._platform, space) if space else None
        place = Place(self._platform, channel, where, thread or None)
        moment = datetime.fromisoformat(at)
        return Delivery(LetterId(int(number)), int(attempt), moment, place, message, opened or None)


def _complete(whole: str) -> Iterable[str]:
    lines = whole.split("\n")[:-1]  # what follows the last line break was cut off
    return (line for line in lines if line.count("\t") == 7 and line.split("\t", 1)[0].isdecimal())
