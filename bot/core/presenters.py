"""Whose turn it is to present: who served least, and longest ago, and is there. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Turn:
    """What is known of one member: how often they presented and when last. `order` is stable, the first met first."""

    person: int
    order: int
    served: int = 0
    last: date | None = None


def in_turn(members: Iterable[Turn], *, away: Collection[int] = (), passed: Collection[int] = ()) -> tuple[int, ...]:
    """Return who should be asked, the first first; those away or who passed this time are left out.

    Whoever never presented comes before everybody who did; then who did least often, then longest ago.
    """
    there = (each for each in members if each.person not in away and each.person not in passed)
    order = sorted(there, key=lambda each: (each.served, each.last or date.min, each.order))
    return tuple(each.person for each in order)
