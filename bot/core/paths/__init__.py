"""Paths through the catalogue: steps in order, what each is for, and when it may be skipped.

Pure values and the rules they keep. It does not know where the paths are written (`data/paths/`, read by
`bot/services/shelf`); where a person stands on one is told by `standing`, and in how many weeks by `plan`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.core.catalogue import ID_PATTERN, Catalogue, Resource, Showing, State
from bot.core.methods import Goal, Methods
from bot.core.tables import Problem, Rule
from bot.core.topics import TopicMap
from bot.i18n import Bilingual

_OVER = frozenset((State.SUPERSEDED, State.RETIRED))


class Need(StrEnum):
    """For whom a step is."""

    MAIN = "main"  # for everybody on the path
    IF_MISSING = "if-missing"  # for who does not know it yet
    WHEN_STUCK = "when-stuck"  # only once something does not go on without it
    OPTIONAL = "optional"  # beside the way
    REMARK = "remark"  # nothing to do: a word on the way


ON_THE_WAY = frozenset((Need.MAIN, Need.IF_MISSING))


class Subject(StrEnum):
    """What `/start` asks how well one knows it."""

    PYTHON = "python"
    MATHS = "maths"


class Enough(StrEnum):
    """When a step is behind someone: a resource of it finished (or skimmed), or merely started."""

    FINISHED = "finished"
    STARTED = "started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a path. Its resources are alternatives: one of them is enough.

    `ranked` (never in a file) says that they stand in the person's own order already.
    """

    id: Annotated[str, Rule("Unique in its path; stands in buttons and never changes", pattern=ID_PATTERN, longest=30)]
    title: Annotated[Bilingual, Rule("A few words", ko=26, en=44)]
    why: Annotated[Bilingual, Rule("What it is for, in one line", ko=110, en=180)]
    need: Annotated[Need, Rule("For whom it is")] = Need.MAIN
    knows: Annotated[Subject | None, Rule("With `if-missing`: what one has to know for it to fall away")] = None
    skip: Annotated[Bilingual | None, Rule("When it may be skipped", ko=90, en=150)] = None
    beyond: Annotated[tuple[Goal, ...], Rule("Goals that are reached before this step")] = ()
    topics: Annotated[tuple[str, ...], Rule("What it teaches, as topic ids", pattern=ID_PATTERN)] = ()
    resources: Annotated[tuple[str, ...], Rule("Resource ids, the first choice first", pattern=ID_PATTERN)] = ()
    also: Annotated[
        tuple[str, ...], Rule("Resources that count as well, without being offered", pattern=ID_PATTERN)
    ] = ()
    enough: Annotated[Enough, Rule("When it is behind someone")] = Enough.FINISHED
    methods: Annotated[tuple[str, ...], Rule("Rows of method it follows", pattern=ID_PATTERN)] = ()
    ranked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A way with an order. Ids are public and never change."""

    id: str
    title: Annotated[Bilingual, Rule("What it is called", ko=30, en=50)]
    about: Annotated[Bilingual, Rule("For whom it is and where it ends", ko=110, en=180)]
    goal: Annotated[Goal | None, Rule("The goal it leads to")] = None
    words: Annotated[tuple[str, ...], Rule("Other words that call it", longest=40)] = ()
    see: Annotated[tuple[str, ...], Rule("Paths that go with it", pattern=ID_PATTERN)] = ()
    steps: Annotated[tuple[Step, ...], Rule("Its steps in order", least=1)]

    def step(self, step_id: str) -> Step | None:
        """Return the step with this id, or None."""
        return next((step for step in self.steps if step.id == step_id), None)


class Paths:
    """All written paths, in order, and by id."""

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        """Hold `paths` in the order in which they are offered."""
        self._by_id = {path.id: path for path in paths}

    def __iter__(self) -> Iterator[Path]:
        """Go through the paths in order."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """Return how many paths there are."""
        return len(self._by_id)

    def __getitem__(self, path_id: str) -> Path:
        """Return the path with this id. Raises `KeyError`."""
        return self._by_id[path_id]

    def get(self, path_id: str) -> Path | None:
        """Return the path with this id, or None."""
        return self._by_id.get(path_id)

    def of_goal(self, goal: Goal) -> Path | None:
        """Return the path that leads to `goal`."""
        return next((path for path in self if path.goal is goal), None)


def rows_of(step: Step, catalogue: Catalogue, *, counting: bool = False) -> tuple[Resource, ...]:
    """Return the rows that a step offers, each followed by those that took its place; `counting`: and what counts."""
    found: dict[str, Resource] = {}
    for resource_id in (*step.resources, *step.also) if counting else step.resources:
        row = catalogue.get(resource_id)
        if row is not None:
            found |= {each.id: each for each in (row, *catalogue.successors(row))}
    return tuple(found.values())


def can_be_started(row: Resource) -> bool:
    """Say whether a row is one to begin now: what is closed or replaced is not."""
    return row.state not in _OVER and row.showing is Showing.OFFERED


# --- what a path must keep


def problems_of(
    path: Path, paths: Paths, catalogue: Catalogue, topics: TopicMap, methods: Methods
) -> Iterator[Problem]:
    """Yield what is wrong with a path: names that lead nowhere, steps out of order or without anything to do."""
    for other in path.see:
        if paths.get(other) is None:
            yield Problem(path.id, "see", f"there is no path {other!r}")
    seen: set[str] = set()
    for step in path.steps:
        key = f"steps.{step.id}"
        if step.id in seen:
            yield Problem(path.id, key, "there is a step with this id already")
        seen.add(step.id)
        yield from (Problem(path.id, key, message) for message in _step_problems(step, catalogue, topics, methods))
    yield from _order_problems(path, topics)


def _step_problems(step: Step, catalogue: Catalogue, topics: TopicMap, methods: Methods) -> Iterator[str]:
    yield from (f"there is no topic {topic!r}" for topic in step.topics if topic not in topics)
    yield from (f"there is no row of method {row!r}" for row in step.methods if methods.get(row) is None)
    yield from _resource_problems(step, catalogue)
    if (step.knows is not None) is not (step.need is Need.IF_MISSING):
        yield "`knows` goes with `if-missing`, and only with it"
    if step.need not in (Need.MAIN, Need.REMARK) and step.skip is None:
        yield "say when it may be skipped"


def _resource_problems(step: Step, catalogue: Catalogue) -> Iterator[str]:
    for resource in (*step.resources, *step.also):
        row = catalogue.get(resource)
        if row is None:
            yield f"there is no resource {resource!r}"
        elif row.showing is not Showing.OFFERED:
            yield f"{resource!r} is never recommended, so it cannot be a step"
    if bool(step.resources) is (step.need is Need.REMARK):
        yield "a remark has no resources, and every other step has one"
    if step.resources and not any(map(can_be_started, rows_of(step, catalogue))):
        yield "nothing of it can be started any more"


def _order_problems(path: Path, topics: TopicMap) -> Iterator[Problem]:
    """Yield the steps on the way that come before what they build on."""
    on_the_way = [step for step in path.steps if step.need in ON_THE_WAY]
    place = {topic: at for at, step in reversed(list(enumerate(on_the_way))) for topic in step.topics}
    for topic, at in place.items():
        for need in topics.needs(topic):
            if place.get(need.topic, at) > at:
                message = f"{topic!r} comes before {need.topic!r}, which it builds on"
                yield Problem(path.id, f"steps.{on_the_way[at].id}", message)
