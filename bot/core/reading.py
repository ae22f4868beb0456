"""What a group's reading leaves behind: cycles, nominations, ballots, who read what, notes, turns, suggestions.

Pure data with the words that are stored. A row belongs to the account it was said from; whoever counts counts persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.core.ballot import Candidate, Result
from bot.core.papers.paper import Paper, PaperKind
from bot.core.people import GroupId, IdentityId, PersonId

PaperId = NewType("PaperId", int)
ON_A_LIST = "paper:"  # before its number, on a person's list; no row of the catalogue has a colon in its id
CycleId = NewType("CycleId", int)
NominationId = NewType("NominationId", int)
BallotId = NewType("BallotId", int)
NoteId = NewType("NoteId", int)
SuggestionId = NewType("SuggestionId", int)
LONGEST_WHY = 200  # characters


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A paper and its number. `tries` counts questions to the archive that were not answered."""

    id: PaperId
    paper: Paper
    tries: int = 0
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A dated list that named a paper. None: the list has no dates."""

    source: str
    listed_from: date | None = None
    listed_to: date | None = None


class CycleState(StrEnum):
    """How far a cycle is. The values are stored."""

    OPEN = "open"
    POSTED = "posted"  # the weekly post is out
    OVER = "over"  # and the recap, or nothing more will come
    SKIPPED = "skipped"  # an organiser left it out, or the group was paused


class How(StrEnum):
    """How a paper came to be picked. The values are stored."""

    VOTE = "vote"
    PRESENTER = "presenter"
    ORGANISER = "organiser"
    LIST = "list"
    FILLED = "filled"  # nobody had nominated anything


@dataclass(frozen=True, slots=True)
class Cycle:
    """One run of the ritual, named by the day of its meeting.

    `kind` is what an organiser says the paper is (None: what we guessed); `silent`: nobody pressed anything.
    """

    id: CycleId
    group_id: GroupId
    meets_on: date
    meeting_at: datetime
    state: CycleState = CycleState.OPEN
    paper_id: PaperId | None = None
    how: How | None = None
    why: str | None = None
    picked_at: datetime | None = None
    kind: PaperKind | None = None
    silent: bool = False


class NominationState(StrEnum):
    """What became of a nomination. The values are stored."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    VETOED = "vetoed"
    PICKED = "picked"


@dataclass(frozen=True, slots=True)
class Nomination:
    """A paper somebody would read. `identity_id` None: the bot's, or they are gone; `said`: an organiser's reason."""

    id: NominationId
    group_id: GroupId
    paper_id: PaperId
    identity_id: IdentityId | None
    why: str
    at: datetime
    state: NominationState = NominationState.OPEN
    pinned: bool = False
    said: str | None = None

    @property
    def candidate(self) -> Candidate:
        """Return it as it stands on a ballot."""
        return Candidate(self.id, self.at, self.pinned)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A question which paper comes next, one for each cycle. `candidates` as they are numbered, the first first."""

    id: BallotId
    cycle_id: CycleId
    opened_at: datetime
    closes_at: datetime
    candidates: tuple[NominationId, ...] = ()
    closed_at: datetime | None = None
    result: Result | None = None


class ReaderState(StrEnum):
    """How far somebody is with a paper. The values are stored."""

    READING = "reading"
    FINISHED = "finished"
    SKIMMED = "skimmed"


@dataclass(frozen=True, slots=True)
class Reader:
    """Where a person stands with what a group reads. `state` None: they only said that it is too hard."""

    group_id: GroupId
    paper_id: PaperId
    person_id: PersonId
    state: ReaderState | None
    too_hard: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Readers:
    """How many persons stand where with a paper; nobody is counted twice. `pressed`: whoever said anything."""

    reading: int = 0
    finished: int = 0
    skimmed: int = 0
    too_hard: int = 0
    pressed: int = 0


class NoteKind(StrEnum):
    """What a note is. The values are stored."""

    NOTE = "note"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about a paper; only what they `shared` is anybody else's to see."""

    id: NoteId
    group_id: GroupId
    paper_id: PaperId
    identity_id: IdentityId
    kind: NoteKind
    text: str
    shared: bool
    at: datetime


class PresenterState(StrEnum):
    """What became of asking somebody to present. The values are stored."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    PASSED = "passed"
    CANCELLED = "cancelled"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Presenter:
    """Somebody who was asked to present in a cycle, or offered to."""

    cycle_id: CycleId
    person_id: PersonId
    identity_id: IdentityId
    state: PresenterState
    at: datetime


@dataclass(frozen=True, slots=True)
class Served:
    """How often a person presented in a group, and for which meeting last."""

    person_id: PersonId
    served: int
    last: date | None


class SuggestionKind(StrEnum):
    """Where a suggestion would go. The values are stored."""

    RESOURCE = "resource"
    REVIEW = "review"
    DIGEST = "digest"


class SuggestionState(StrEnum):
    """What became of a suggestion. The values are stored."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A link somebody would have in the catalogue, in the digest or beside a paper. None: they are gone."""

    id: SuggestionId
    group_id: GroupId | None
    identity_id: IdentityId | None
    what: SuggestionKind
    url: str
    title: str
    why: str
    paper_id: PaperId | None
    at: datetime
    state: SuggestionState = SuggestionState.OPEN
    decided_by: IdentityId | None = None
    decided_at: datetime | None = None


class Purpose(StrEnum):
    """What a code connects. The values are stored."""

    PERSON = "person"  # two accounts of one person
    GROUP = "group"  # another home to a group


@dataclass(frozen=True, slots=True)
class Code:
    """A code that connects two accounts or two homes, once both sides say so. `claimed_by` is who typed it.

    `name` and `claimed_name` are what the accounts are called on their platforms, where that is known.
    """

    purpose: Purpose
    identity_id: IdentityId
    group_id: GroupId | None
    claimed_by: IdentityId | None
    expires_at: datetime
    name: str | None = None
    claimed_name: str | None = None


class Found(StrEnum):
    """What a search found."""

    PAPER = "paper"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of a search: a paper, or a note about one. `matched` words, `weight` as telling as they are."""

    what: Found
    paper_id: PaperId
    note_id: NoteId | None
    matched: int
    weight: int


def listed_as(paper_id: PaperId) -> str:
    """Return the name of a paper on a person's list, which otherwise holds ids of the catalogue."""
    return f"{ON_A_LIST}{paper_id}"


def paper_listed(name: str) -> PaperId | None:
    """Return the paper that a name on a list stands for; None for a row of the catalogue."""
    number = name.removeprefix(ON_A_LIST)
    return PaperId(int(number)) if number != name and number.isdecimal() else None


def shortened_why(words: str) -> str:
    """Return the reason somebody gave for a paper or a link, as it is kept: in one line, and no longer than allowed."""
    return " ".join(words.split())[:LONGEST_WHY]
