"""Measures two ways of doing a thing in turns, so that a busy machine slows both: what is kept is the ratio."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

ROUNDS = 5
T = TypeVar("T")


@dataclass(frozen=True)
class Figure:
    """One line of the table: `ours` beside the named `control`, both in milliseconds, and the ratio we allow."""

    what: str
    ours_ms: float
    control: str
    control_ms: float
    allowed: float

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.control_ms


def slowest_usual(
    ours: Callable[[T], object], control: Callable[[T], object], inputs: Sequence[T], control_inputs: Sequence[T] = ()
) -> tuple[float, float]:
    """Return the milliseconds that 99 in 100 inputs stay under, of `ours` and of the `control`, in turns.

    The control is given the same inputs, unless it has its own.
    """
    mine, others = _Bests(inputs), _Bests(control_inputs or inputs)
    for _ in range(ROUNDS):
        mine.run(ours)
        others.run(control)
    return mine.percentile_99(), others.percentile_99()


class _Bests:
    """Each input's best time so far: what is worse was the machine's doing."""

    def __init__(self, inputs: Sequence[T]) -> None:
        self._inputs = inputs
        self._best = [float("inf")] * len(inputs)

    def run(self, work: Callable[[T], object]) -> None:
        for at, each in enumerate(self._inputs):
            begun = time.perf_counter()
            work(each)
            self._best[at] = min(self._best[at], time.perf_counter() - begun)

    def percentile_99(self) -> float:
        return sorted(self._best)[int(len(self._best) * 0.99)] * 1000


def table(figures: Sequence[Figure]) -> list[str]:
    """Return the figures as lines to print."""
    head = f"{'':34}{'ours':>10}  {'control':>10}  {'ratio':>7}  {'at most':>7}  control"
    return [head] + [
        f"{each.what:34}{each.ours_ms:>7.2f} ms  {each.control_ms:>7.2f} ms  {each.ratio:>7.2f}"
        f"  {each.allowed:>7.1f}  {each.control}"
        for each in figures
    ]
