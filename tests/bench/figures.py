"""Measures two ways of doing a thing in turns, so that a busy machine slows both: what is kept is the ratio."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

ROUNDS = 5
T = TypeVar("T")


@dataclass(frozen=True)
class Figure:
    """One line of the table: `ours` beside the named `control`, in the same `unit`, and the ratio we allow.

    `wanted` is the ratio we are after, `goal` what we are after of the figure itself: both are shown, not demanded.
    """

    what: str
    ours: float
    control: str
    control_value: float
    allowed: float
    wanted: float | None = None
    goal: float | None = None
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        return self.ours / self.control_value

    @property
    def met(self) -> bool:
        """Say whether it is all that we are after."""
        fits = self.wanted is None or self.ratio <= self.wanted
        return fits and (self.goal is None or self.ours <= self.goal)


def slowest_usual(
    ours: Callable[[T], object],
    control: Callable[[T], object],
    inputs: Sequence[T],
    control_inputs: Sequence[T] = (),
    *,
    rounds: int = ROUNDS,
) -> tuple[float, float]:
    """Return the milliseconds that 99 in 100 inputs stay under, of `ours` and of the `control`, in turns.

    The control is given the same inputs, unless it has its own.
    """
    mine, others = _Bests(inputs), _Bests(control_inputs or inputs)
    for _ in range(rounds):
        mine.run(ours)
        others.run(control)
    return mine.percentile_99(), others.percentile_99()


def middle_pair(ours: Callable[[], float], control: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Measure both in turns and return the pair with the median ratio, so that disturbed ones are left out."""
    pairs = [(ours(), control()) for _ in range(rounds)]
    median = statistics.median_low(mine / other for mine, other in pairs)
    return next((mine, other) for mine, other in pairs if mine / other == median)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share of them does not exceed (the nearest rank)."""
    return sorted(values)[math.ceil(len(values) * share) - 1]


class _Bests(Generic[T]):
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
        return percentile(self._best, 0.99) * 1000


def table(figures: Sequence[Figure]) -> list[str]:
    """Return the figures as lines to print."""
    width = max((len(each.what) for each in figures), default=0) + 1
    head = f"{'':{width}}{'ours':>11} {'control':>11} {'ratio':>6} {'at most':>7} {'wanted':>14}  control"
    return [head, *(_line(each, width) for each in figures)]


def _line(each: Figure, width: int) -> str:
    wanted = "" if each.wanted is None else f"{each.wanted:g}x"
    wanted += "" if each.goal is None else f" {each.goal:g} {each.unit}"
    verdict = f"{wanted.strip()} {'met' if each.met else 'NOT'}" if wanted else ""
    values = f"{each.ours:>7.2f} {each.unit:>3} {each.control_value:>7.2f} {each.unit:>3} {each.ratio:>6.2f}"
    return f"{each.what:{width}}{values} {each.allowed:>7.2f} {verdict:>14}  {each.control}"
