"""How to read a paper: how long it may take, the ten-minute course, three passes, the questions for its kind.

It names texts by key and says nothing itself. The paper's pages are not known here: the course says what to look for,
never what is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.papers.paper import Difficulty, Paper, PaperKind

PASSES = ("first", "second", "third")
PROMPTS = 3
TEN_MINUTES = 10
_STEP = 15  # minutes an estimate is rounded to
_MINUTES = {
    PaperKind.METHOD: 90,
    PaperKind.THEORY: 150,
    PaperKind.SURVEY: 150,
    PaperKind.BENCHMARK: 75,
    PaperKind.SYSTEM: 105,
    PaperKind.POSITION: 60,
    PaperKind.UNSURE: 90,
}
_HARDNESS = {Difficulty.BEGINNER: 0.75, Difficulty.INTERMEDIATE: 1.0, Difficulty.ADVANCED: 1.4}


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the ten-minute course: what to look at (`papers.course.<kind>.<what>`), and for how many minutes."""

    what: str
    minutes: int


_COURSES: dict[PaperKind, tuple[Stop, ...]] = {
    PaperKind.METHOD: (Stop("abstract", 2), Stop("figures", 4), Stop("table", 3), Stop("last", 1)),
    PaperKind.THEORY: (Stop("abstract", 2), Stop("figures", 5), Stop("table", 2), Stop("last", 1)),
    PaperKind.SURVEY: (Stop("abstract", 2), Stop("figures", 4), Stop("table", 3), Stop("last", 1)),
    PaperKind.BENCHMARK: (Stop("abstract", 2), Stop("figures", 3), Stop("table", 4), Stop("last", 1)),
    PaperKind.SYSTEM: (Stop("abstract", 2), Stop("figures", 4), Stop("table", 3), Stop("last", 1)),
    PaperKind.POSITION: (Stop("abstract", 3), Stop("figures", 4), Stop("table", 2), Stop("last", 1)),
    PaperKind.UNSURE: (Stop("abstract", 2), Stop("figures", 4), Stop("table", 3), Stop("last", 1)),
}


def reading_minutes(paper: Paper) -> int:
    """Return about how many minutes one careful reading takes, a multiple of 15: a guess from kind and difficulty."""
    minutes = _MINUTES[paper.kind] * (_HARDNESS[paper.difficulty] if paper.difficulty else 1.0)
    return max(_STEP, round(minutes / _STEP) * _STEP)


def course(kind: PaperKind) -> tuple[Stop, ...]:
    """Return the ten-minute course of a paper of this kind; the minutes are ten together."""
    return _COURSES[kind]


def prompts(kind: PaperKind) -> tuple[str, ...]:
    """Return the keys of the questions that are asked while reading a paper of this kind."""
    return tuple(f"papers.prompt.{kind.value}.{number}" for number in range(1, PROMPTS + 1))
