"""Which interactions were answered lately, in a small file: after a kill, Discord hands some of them over again.

A write into the system's memory survives the process, which is all that is needed: what a power cut takes is older than
the three seconds in which an interaction can be answered. So nothing waits for a disk here.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

import structlog

from bot.adapters.discord.failures import said

log = structlog.get_logger(__name__)

KEPT = 4096  # interactions, the oldest written over; 32 KiB
_NUMBER = struct.Struct(">Q")


class Answered:
    """Notes interactions just before their answer leaves."""

    def __init__(self, path: Path | None) -> None:
        """Keep the notes in `path`; where nothing can be written there, they end with the process."""
        self._file: int | None = None
        self._before: frozenset[int] = frozenset()
        self._last, self._next = 0, 0
        if path is not None:
            self._open(path)

    def before(self, interaction: int) -> bool:
        """Say whether an earlier process answered it."""
        return interaction in self._before

    def note(self, interaction: int) -> None:
        """Its answer is about to leave."""
        if self._file is None or interaction == self._last:
            return
        self._last = interaction
        try:
            os.pwrite(self._file, _NUMBER.pack(interaction), self._next * _NUMBER.size)
        except OSError as error:
            log.warning("an answer could not be noted", error=said(error))
        self._next = (self._next + 1) % KEPT

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            kept = os.pread(self._file, KEPT * _NUMBER.size, 0)
        except OSError as error:
            log.warning("answers cannot be noted; after a kill, some may be given twice", error=said(error))
            return
        whole = len(kept) - len(kept) % _NUMBER.size
        numbers = [number for (number,) in _NUMBER.iter_unpack(kept[:whole])]
        self._before = frozenset(numbers)
        # Later interactions have higher numbers: the place after the highest is the oldest, or free.
        self._next = (numbers.index(max(numbers)) + 1) % KEPT if numbers else 0
