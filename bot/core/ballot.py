"""Approval voting on what to read: everybody may approve as many candidates as they like; most approvals win.

It is secret until it closes, can be changed until then, and counts a person once, whichever of their accounts they
press with. A tie goes to what was nominated earlier, which is said beforehand. Pure rules over what was said when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

MOST_CANDIDATES = 10  # on one ballot; the rest wait for the next
FEWEST_CANDIDATES = 2  # one alone is no question


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something nominated: its nomination's `id`, when it was nominated, and whether an organiser put it first."""

    id: int
    nominated_at: datetime
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody said of one candidate. `person` is one human, whichever account it was said from."""

    person: int
    candidate: int
    approves: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the result."""

    candidate: int
    approvals: int


@dataclass(frozen=True, slots=True)
class Result:
    """How a ballot ended: candidates from first to last, how many people approved of any, whether a tie was broken."""

    lines: tuple[Line, ...]
    voters: int
    tie: bool

    @property
    def winner(self) -> int | None:
        """Return the winning candidate; None when nobody approved of anything."""
        return self.lines[0].candidate if self.lines and self.lines[0].approvals else None


def slate(nominated: Iterable[Candidate]) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Return who stands on the ballot and who waits for the next; nobody stands when they would be too few.

    What an organiser pinned comes first, then what has waited longest.
    """
    order = sorted(nominated, key=lambda each: (not each.pinned, each.nominated_at, each.id))
    if len(order) < FEWEST_CANDIDATES:
        return (), tuple(order)
    return tuple(order[:MOST_CANDIDATES]), tuple(order[MOST_CANDIDATES:])


def approvals(votes: Iterable[Vote]) -> Mapping[int, frozenset[int]]:
    """Return what each person approves of: of two votes on one candidate the later stands, of two at once the yes."""
    latest: dict[tuple[int, int], Vote] = {}
    for vote in votes:
        key = (vote.person, vote.candidate)
        before = latest.get(key)
        if before is None or (vote.at, vote.approves) >= (before.at, before.approves):
            latest[key] = vote
    said: dict[int, set[int]] = {}
    for (person, candidate), vote in latest.items():
        if vote.approves:
            said.setdefault(person, set()).add(candidate)
    return {person: frozenset(found) for person, found in said.items()}


def tally(candidates: Sequence[Candidate], votes: Iterable[Vote]) -> Result:
    """Return the result. Votes on what is no candidate any more count for nothing and for nobody's turnout."""
    standing = {each.id for each in candidates}
    said = {person: found & standing for person, found in approvals(votes).items()}
    counts = Counter(candidate for found in said.values() for candidate in found)
    return ranked(candidates, counts, sum(1 for found in said.values() if found))


def ranked(candidates: Sequence[Candidate], counts: Mapping[int, int], voters: int) -> Result:
    """Return the result of approvals counted already: how many each candidate has, and of how many people."""
    order = sorted(candidates, key=lambda each: (-counts.get(each.id, 0), each.nominated_at, each.id))
    lines = tuple(Line(each.id, counts.get(each.id, 0)) for each in order)
    tie = len(lines) > 1 and lines[0].approvals == lines[1].approvals > 0
    return Result(lines, voters, tie)
