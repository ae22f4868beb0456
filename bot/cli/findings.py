"""The findings of `moim check`: what stands well, what is worth knowing, what is wrong.

Made by each half of the check, printed by `check`. They know neither what was asked nor how an answer is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a finding stands: as it should be, worth knowing, or wrong."""

    FINE = "✓"
    NOTE = "!"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer: a text's key under `host.check`, its values, and whether a mend goes with it.

    The mend is the text of the same key with `_mend` behind it. `said` replaces both by a finished sentence.
    """

    grade: Grade
    key: str
    values: Mapping[str, object]
    said: str | None = None


def fine(key: str, **values: object) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(Grade.FINE, key, values)


def note(key: str, **values: object) -> Finding:
    """Return a finding worth knowing, which fails nothing."""
    return Finding(Grade.NOTE, key, values)


def wrong(key: str, **values: object) -> Finding:
    """Return a finding that keeps something from working."""
    return Finding(Grade.WRONG, key, values)
