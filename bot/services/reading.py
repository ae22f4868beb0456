"""What a member does with the paper of the week: read it, say how it went, see what to read first, write notes.

Everything is counted in people and told without names. A code stands for a group's cycle in buttons: whoever holds one
was given it by the group, so that a stranger who comes from the group's own post is let in, and nobody by a number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Unpack

from bot.core.ballot import Line
from bot.core.cycle import Step
from bot.core.groups import Group, GroupState
from bot.core.outbox import revision_of
from bot.core.papers.glossary import terms_of
from bot.core.papers.paper import Paper, PaperKind
from bot.core.people import GroupId, Identity, Person
from bot.core.reading import (
    Ballot,
    Cycle,
    CycleId,
    KeptPaper,
    Nomination,
    Note,
    NoteId,
    NoteKind,
    Presenter,
    Readers,
    ReaderState,
)
from bot.core.reading_gap import Gap, gap, is_heavy
from bot.core.refs import Place, UserRef
from bot.core.shelf import Shelf
from bot.core.study import StudyId
from bot.core.topics import Topic
from bot.i18n import Locale
from bot.services.groups import Groups, arrives
from bot.services.library import profile_of
from bot.services.outbox import Outbox
from bot.services.presenting import named
from bot.services.ritual import Ritual
from bot.services.silence import note_press
from bot.services.study import Study
from bot.storage import Storage
from bot.storage.queries.notes import NoteChange
from bot.storage.unit import UnitOfWork

LONGEST_NOTE = 1000  # characters
MOST_NOTES = 30  # of one person about one paper
NOTICED_EVERY = timedelta(minutes=10)
_MARK_BYTES = 5
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Picked:
    """How a paper won: so many of so many voters approved of it; `tie`: it was there earlier than one with as many.

    `nomination` is the one that was picked, None for a paper that nobody put up.
    """

    nomination: Nomination | None = None
    approvals: int = 0
    voters: int | None = None
    tie: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """A cycle with its paper and all that is public about it. `kind` is the organisers' word, else the guess."""

    group: Group
    cycle: Cycle
    kept: KeptPaper
    readers: Readers
    picked: Picked
    presenter: Presenter | None
    named: UserRef | None = None  # the presenter, where they said that their name may stand

    @property
    def paper(self) -> Paper:
        """Return the paper."""
        return self.kept.paper

    @property
    def kind(self) -> PaperKind:
        """Return what kind of paper it is taken for."""
        return self.cycle.kind or self.paper.kind

    @property
    def heavy(self) -> bool:
        """Say whether it is harder than where the group stands, so that a review comes first."""
        return is_heavy(self.paper, self.group.settings.stage)

    @property
    def code(self) -> str:
        """Return what stands for it in buttons."""
        return f"{self.cycle.id}-{mark_of(self.group)}"


@dataclass(frozen=True, slots=True)
class Own:
    """Where one person stands with a paper, and what they wrote about it."""

    state: ReaderState | None = None
    too_hard: bool = False
    notes: tuple[Note, ...] = ()
    presents: bool = False

    @property
    def through(self) -> bool:
        """Say whether they are through with it: skimming counts."""
        return self.state in (ReaderState.FINISHED, ReaderState.SKIMMED)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A group without a paper for now: the cycle under way and its open ballot, and when the next post comes."""

    group: Group
    cycle: Cycle | None
    ballot: Ballot | None
    post_at: datetime | None


def mark_of(group: Group) -> str:
    """Return what tells a group's own buttons from invented ones; it cannot be guessed from the group's number."""
    return blake2b(f"{group.id}|{group.created_at.isoformat()}".encode(), digest_size=_MARK_BYTES).hexdigest()


def code_of(group: Group) -> str:
    """Return what stands for a group in buttons."""
    return f"{group.id}-{mark_of(group)}"


class Reading:
    """Serves the members of reading groups."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        groups: Groups,
        ritual: Ritual,
        study: Study,
        outbox: Outbox,
        books: Shelf,
    ) -> None:
        """Keep in `storage`; `ritual` knows the week, `study` the log, `books` what there is to read first."""
        self._storage, self._clock, self._groups = storage, clock, groups
        self._ritual, self._study, self._outbox, self._books = ritual, study, outbox, books
        self._noticed: dict[GroupId, datetime] = {}

    # which week

    async def of_cycle(self, cycle_id: int) -> Week | None:
        """Return a cycle with its paper; None when it is gone or has none."""
        async with self._storage.read() as uow:
            cycle = await uow.cycles.get(CycleId(cycle_id))
            return await _week(uow, cycle) if cycle is not None else None

    async def opened(self, code: str) -> Week | None:
        """Return what a button's code stands for; None for one that no group gave out."""
        number, mark = _read(code)
        week = await self.of_cycle(number) if number is not None else None
        return week if week is not None and mark == mark_of(week.group) else None

    async def group_of(self, code: str) -> Group | None:
        """Return the group that a button's code stands for; None for one that it did not give out."""
        number, _ = _read(code)
        group = await self._groups.get(GroupId(number)) if number is not None else None
        return group if group is not None and code == code_of(group) else None

    async def now(self, group: Group) -> Week | Ahead:
        """Return what a group reads now, or what is ahead of it."""
        cycle = await self._ritual.coming(group)
        async with self._storage.read() as uow:
            week = await _week(uow, cycle) if cycle is not None else None
            if week is not None:
                return week
            ballot = await uow.ballots.of(cycle.id) if cycle is not None else None
        course = await self._groups.course(group)
        post = course.ahead.get(Step.POST) if course is not None and group.state is not GroupState.DRAFT else None
        is_open = ballot is not None and ballot.closed_at is None and ballot.closes_at > self._clock()
        return Ahead(group, cycle, ballot if is_open else None, post.due if post is not None else None)

    async def own(self, week: Week, person: Person | None) -> Own:
        """Return where a person stands with a week's paper."""
        if person is None:
            return Own()
        group, paper = week.group.id, week.kept.id
        async with self._storage.read() as uow:
            reader = await uow.readers.mine(group, paper, person.id)
            notes = await uow.notes.of_person(person.id)
        mine = tuple(note for note in notes if (note.group_id, note.paper_id) == (group, paper))
        presents = week.presenter is not None and week.presenter.person_id == person.id
        return Own(reader.state if reader else None, bool(reader and reader.too_hard), mine, presents)

    async def person(self, user: UserRef) -> Person | None:
        """Return the person behind an account as they are known now: acting makes a stranger known."""
        async with self._storage.read() as uow:
            return await uow.people.visitor(user)

    async def notice(self, group: Group) -> None:
        """Note that somebody looked at what a group reads, so that it is not taken for silent; not who it was."""
        now = self._clock()
        before = self._noticed.get(group.id)
        if before is not None and now - before < NOTICED_EVERY:
            return
        self._noticed[group.id] = now
        async with self._storage.write() as uow:
            await note_press(uow, group.id, now)

    # what one says of it

    async def stand(
        self, user: UserRef, language: str | None, place: Place, week: Week, state: ReaderState | None, line: str = ""
    ) -> ReaderState | None:
        """Set how far somebody is and return what they said before; None takes it back.

        `line` is what their study log says of it, once for the beginning and once for the end.
        """
        async with self._storage.write() as uow:
            identity = await self._arrives(uow, user, language, place, week.group)
            before = await uow.readers.mine(week.group.id, week.kept.id, identity.person_id)
            await uow.readers.set(week.group.id, week.kept.id, identity.id, state, self._clock())
        was = before.state if before is not None else None
        if was is state:
            return was
        if state is not None:
            await self._log(user, language, week, state, line)
        elif was is not None:
            await self._unlog(user, language, week, was)
        await self._ritual.counted(week.cycle.id)
        return was

    async def too_hard(self, user: UserRef, language: str | None, place: Place, week: Week, *, too_hard: bool) -> None:
        """Set whether a paper is too hard for somebody."""
        async with self._storage.write() as uow:
            identity = await self._arrives(uow, user, language, place, week.group)
            await uow.readers.too_hard(week.group.id, week.kept.id, identity.id, too_hard, self._clock())
        await self._ritual.counted(week.cycle.id)

    async def set_kind(self, week: Week, kind: PaperKind) -> None:
        """Keep what kind of paper an organiser says it is; the post and the questions in the thread follow."""
        now = self._clock()
        async with self._storage.write() as uow:
            await uow.cycles.kind(week.cycle.id, kind)
            homes = await uow.groups.homes(week.group.id)
            asked = await uow.outbox.by_key([f"cycle:{week.cycle.id}:prompts#{home.id}" for home in homes])
            mark = f"{kind.value}@{now:%Y%m%d%H%M%S}"
            await self._outbox.put(uow, [revision_of(each, mark) for each in asked.values()])
        self._outbox.wake()
        await self._ritual.counted(week.cycle.id)

    # what to read first, and what its words mean

    def first(self, week: Week, person: Person | None, locale: Locale) -> Gap:
        """Return what closes the gap between a person and the paper; for them alone."""
        return gap(week.paper, self._books, profile_of(person), locale)

    def terms(self, week: Week) -> tuple[Topic, ...]:
        """Return the terms of a paper that we can explain."""
        return terms_of(week.paper, self._books.topics)

    # notes

    async def write_note(
        self,
        user: UserRef,
        language: str | None,
        place: Place,
        week: Week,
        kind: NoteKind,
        words: str,
        turn: str | None = None,
    ) -> Note | None:
        """Keep a note for its writer alone, once in a `turn`; None when it says nothing or they have enough of them."""
        words = words.strip()[:LONGEST_NOTE]
        if not words:
            return None
        async with self._storage.write() as uow:
            identity = await self._arrives(uow, user, language, place, week.group)
            mine = await uow.notes.of_person(identity.person_id)
            if sum(note.paper_id == week.kept.id for note in mine) >= MOST_NOTES:
                return None
            now = self._clock()
            return await uow.notes.add(week.group.id, week.kept.id, identity.id, kind, words, now, once=turn)

    async def note(self, person: Person | None, note_id: int) -> tuple[Note, Week] | None:
        """Return a person's own note with the week it is about; None when it is gone or somebody else's."""
        if person is None:
            return None
        async with self._storage.read() as uow:
            mine = await uow.notes.of_person(person.id)
            found = next((note for note in mine if note.id == note_id), None)
            cycle = await uow.cycles.of_paper(found.group_id, found.paper_id) if found is not None else None
            week = await _week(uow, cycle) if cycle is not None else None
        return (found, week) if found is not None and week is not None else None

    async def change_note(self, person: Person | None, note_id: int, **change: Unpack[NoteChange]) -> bool:
        """Set what is named of a person's own note: its kind, its text, whether the group sees it."""
        if person is None:
            return False
        if "text" in change:
            change["text"] = change["text"].strip()[:LONGEST_NOTE]
            if not change["text"]:
                return False
        async with self._storage.write() as uow:
            return await uow.notes.change(NoteId(note_id), person.id, **change)

    async def remove_note(self, person: Person | None, note_id: int) -> bool:
        """Take a person's own note back, from the group too; False when it is gone or somebody else's."""
        if person is None:
            return False
        async with self._storage.write() as uow:
            return await uow.notes.remove(NoteId(note_id), person.id)

    async def shared_notes(self, week: Week) -> tuple[Note, ...]:
        """Return what members chose to show the group about a paper, the earliest first."""
        async with self._storage.read() as uow:
            return await uow.notes.of(week.group.id, week.kept.id)

    # within

    async def _arrives(
        self, uow: UnitOfWork, user: UserRef, language: str | None, place: Place, group: Group
    ) -> Identity:
        """Return the account that acts in a group, noted as one of its members: its buttons are only the group's."""
        return await arrives(uow, user, language, place, group.id, self._clock())

    async def _log(self, user: UserRef, language: str | None, week: Week, state: ReaderState, line: str) -> StudyId:
        """Write down, once, that a paper was begun or that somebody is through with it; return the line's number."""
        end = "reading" if state is ReaderState.READING else "through"
        return await self._study.finished(user, language, source=f"paper:{week.cycle.id}:{end}", text=line)

    async def _unlog(self, user: UserRef, language: str | None, week: Week, state: ReaderState) -> None:
        """Take out of the log what was written down of a state that is taken back."""
        line = await self._log(user, language, week, state, "")
        await self._study.take_back(await self.person(user), line)


def _read(code: str) -> tuple[int | None, str]:
    number, _, mark = code.partition("-")
    plausible = number.isascii() and number.isdecimal() and len(number) < _DIGITS
    return int(number) if plausible else None, mark


async def _week(uow: UnitOfWork, cycle: Cycle) -> Week | None:
    group = await uow.groups.get(cycle.group_id)
    kept = await uow.papers.get(cycle.paper_id) if cycle.paper_id is not None else None
    if group is None or kept is None:
        return None
    presenter = await uow.presenters.standing(cycle.id)
    return Week(
        group,
        cycle,
        kept,
        await uow.readers.of(group.id, kept.id),
        await _picked(uow, group.id, cycle, kept),
        presenter,
        await named(uow, group.id, presenter),
    )


async def _picked(uow: UnitOfWork, group_id: GroupId, cycle: Cycle, kept: KeptPaper) -> Picked:
    nomination = await uow.nominations.of_paper(group_id, kept.id)
    ballot = await uow.ballots.of(cycle.id)
    result = ballot.result if ballot is not None else None
    if result is None or nomination is None:
        return Picked(nomination)
    line = next((each for each in result.lines if each.candidate == nomination.id), Line(nomination.id, 0))
    return Picked(nomination, line.approvals, result.voters, result.tie and result.winner == nomination.id)
