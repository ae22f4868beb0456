"""Where a person stands on a path: what became of each step for them, which one they are at, what to start in it.

Pure. What a person has and knows comes as a `Walker`; it does not know where either comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.catalogue import Catalogue, Level, Resource
from bot.core.methods import Goal
from bot.core.paths import ON_THE_WAY, Enough, Need, Path, Step, Subject, can_be_started, rows_of
from bot.core.people import EntryState, Knows


@dataclass(frozen=True, slots=True)
class Walker:
    """What counts of a person on a path. None says that nobody asked them; `known` are topics they know."""

    entries: Mapping[str, EntryState] = field(default_factory=dict)
    goal: Goal | None = None
    python: Knows | None = None
    maths: Knows | None = None
    language: str = "en"
    known: frozenset[str] = frozenset()

    def knows(self, subject: Subject) -> Knows | None:
        """Return how well they know `subject`."""
        return self.python if subject is Subject.PYTHON else self.maths

    @property
    def new_to_it(self) -> bool:
        """Say whether they called Python or maths new: gentler things first."""
        return Knows.NONE in (self.python, self.maths)


class Passing(StrEnum):
    """What became of a step for a person."""

    DONE = "done"
    SKIMMED = "skimmed"
    GOING = "going"
    KNOWN = "known"  # they said they know it
    PASSED = "passed"  # they are further on without it
    BEYOND = "beyond"  # their goal is reached before it
    OPEN = "open"


BEHIND = frozenset((Passing.DONE, Passing.SKIMMED, Passing.KNOWN, Passing.PASSED))
_TOUCHED = (Passing.DONE, Passing.SKIMMED, Passing.GOING)


@dataclass(frozen=True, slots=True)
class Stood:
    """A step as it is for a person: what became of it, and the resource to speak of (theirs, else the first choice)."""

    step: Step
    passing: Passing
    resource: Resource | None

    @property
    def needed(self) -> bool:
        """Say whether it still lies on this person's way."""
        return self.step.need in ON_THE_WAY and self.passing in (Passing.OPEN, Passing.GOING)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands on a path. `current` is the place of the step they are at, None when the way is walked."""

    path: Path
    steps: tuple[Stood, ...]
    current: int | None

    @property
    def now(self) -> Stood | None:
        """The step they are at."""
        return None if self.current is None else self.steps[self.current]

    @property
    def behind(self) -> int:
        """How many of the steps on their way are behind them."""
        return sum(1 for each in self.steps if each.step.need in ON_THE_WAY and each.passing in BEHIND)


def stand(path: Path, catalogue: Catalogue, walker: Walker) -> Standing:
    """Return where `walker` stands on `path`.

    What is finished, skimmed or going counts wherever it is listed, also under the name of what took its place.
    A step left out by someone who is further on is not asked for again. One that may be left out, and has nothing in
    their language, waits for the others.
    """
    found = [_stood(step, catalogue, walker) for step in path.steps]
    furthest = max((at for at, each in enumerate(found) if _is_reached(each)), default=-1)
    steps = tuple(_passed(each, at < furthest) for at, each in enumerate(found))
    going = next((at for at, each in enumerate(steps) if each.needed and each.passing is Passing.GOING), None)
    needed = [at for at, each in enumerate(steps) if each.needed]
    opened = next((at for at in needed if not _waits(steps[at], catalogue, walker)), next(iter(needed), None))
    return Standing(path, steps, opened if going is None else going)


def _waits(stood: Stood, catalogue: Catalogue, walker: Walker) -> bool:
    """Say whether a step that one may do without has nothing in one's language: then what is in it comes first."""
    if stood.step.need is not Need.IF_MISSING or walker.language == "en":
        return False
    return all(_foreignness(row, walker.language) >= _UNAIDED for row in choices(stood.step, catalogue, walker))


def _is_reached(stood: Stood) -> bool:
    return stood.step.need in ON_THE_WAY and stood.passing in _TOUCHED


def _passed(stood: Stood, further_on: bool) -> Stood:
    left_out = further_on and stood.step.need in ON_THE_WAY and stood.passing is Passing.OPEN
    return Stood(stood.step, Passing.PASSED, stood.resource) if left_out else stood


def _stood(step: Step, catalogue: Catalogue, walker: Walker) -> Stood:
    rows = rows_of(step, catalogue, counting=True)
    theirs = {state: row for row in reversed(rows) if (state := walker.entries.get(row.id)) is not None}
    own = theirs.get(EntryState.DONE) or theirs.get(EntryState.SKIMMED) or theirs.get(EntryState.GOING)
    chosen = own or next(iter(choices(step, catalogue, walker)), None)
    return Stood(step, _passing(step, theirs, walker), chosen)


def _passing(step: Step, theirs: Mapping[EntryState, Resource], walker: Walker) -> Passing:
    if EntryState.DONE in theirs:
        return Passing.DONE
    if EntryState.SKIMMED in theirs:
        return Passing.SKIMMED
    if EntryState.GOING in theirs:
        return Passing.DONE if step.enough is Enough.STARTED else Passing.GOING
    if walker.goal in step.beyond:
        return Passing.BEYOND
    said = walker.knows(step.knows) if step.knows else None
    knows = said in (Knows.SOME, Knows.WELL) or (bool(step.topics) and walker.known.issuperset(step.topics))
    return Passing.KNOWN if knows else Passing.OPEN


_WORTH: Mapping[EntryState | None, int] = {EntryState.SAVED: -1, EntryState.NOT_FOR_ME: 1}


def choices(step: Step, catalogue: Catalogue, walker: Walker) -> tuple[Resource, ...]:
    """Return what may be started in a step, best first: saved, in one's language, gentle for who is new, in order.

    What is closed gives way to its successors, what nobody here could read is left out where there is something else,
    and what somebody turned down comes last.
    """
    startable = [row for row in rows_of(step, catalogue) if can_be_started(row)]
    rows = [row for row in startable if _foreignness(row, walker.language) < _UNREADABLE] or startable

    def cost(row: Resource) -> tuple[int, int, bool]:
        said = _WORTH.get(walker.entries.get(row.id), 0)
        if step.ranked:
            return said, 0, False
        hard = walker.new_to_it and row.level not in (None, Level.BEGINNER)
        return said, _foreignness(row, walker.language), hard

    return tuple(sorted(rows, key=cost))


_UNAIDED, _UNREADABLE = 2, 3


def _foreignness(row: Resource, language: str) -> int:
    """Return 0 for a row in `language`, 1 with subtitles in it, 2 in English, 3 in others."""
    if language in row.languages:
        return 0
    if language in row.subtitles:
        return 1
    return 2 if "en" in row.languages else _UNREADABLE
