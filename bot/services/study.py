"""What people studied: written down, changed, taken back, added up; and how a group's willing members are doing.

An end that is said elsewhere (on a card, under a reminder) is written down here too, once. Whose day it is, and which
holidays ask for nothing, follows the person's own zone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations

from bot.core.catalogue import Resource
from bot.core.language.lexicon import SURELY_NAMED
from bot.core.people import EntryState, Identity, IdentityId, Person, PersonId
from bot.core.progress import (
    MOST_ENTRIES,
    Away,
    Free,
    Said,
    Streak,
    Studied,
    Trouble,
    Weeks,
    add_up,
    aim_of,
    first_of_weeks,
    read_entries,
    streak,
    study_day,
    week_of,
)
from bot.core.refs import Place, SpaceRef, UserRef
from bot.core.search import read
from bot.core.shelf import Shelf
from bot.core.study import StudyId, StudyLine
from bot.core.zones import guessed_zone
from bot.i18n import Locale
from bot.services.holidays import holidays_in
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

TYPED, QUICK, _CARD = "log", "quick", "card:"
BOARD_FROM = 3  # people: of fewer it would be known who is who
_ENDS = (EntryState.DONE, EntryState.SKIMMED)
_NOTHING_STUDIED = (Trouble.AHEAD, Trouble.RESTED)
_CHANGEABLE = timedelta(days=400)  # nobody writes down what is older
_BEGINNING = date(2000, 1, 1)  # before anybody's streak


@dataclass(frozen=True, slots=True)
class Seat:
    """One person on the board of a group, without a name: how many days and minutes this week."""

    days: int
    minutes: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How somebody's study stands; `streak` only for those who asked for one."""

    weeks: Weeks
    streak: Streak | None


@dataclass(frozen=True, slots=True)
class Logged:
    """What became of a line somebody typed: its entries, none where `trouble` says that nothing was studied yet."""

    entries: tuple[Studied, ...]
    trouble: Trouble | None = None


class Study:
    """Keeps the log and counts it."""

    def __init__(
        self, shelf: Shelf, storage: Storage, clock: Callable[[], datetime], default_zone: str = "UTC"
    ) -> None:
        """Know resources by `shelf`, keep in `storage`; `clock` gives aware UTC."""
        self._shelf, self._storage, self._clock, self._default_zone = shelf, storage, clock, default_zone

    def today_of(self, person: Person | None, language: str | None) -> date:
        """Return the study day it is for `person`, whose client speaks `language`."""
        return study_day(self._clock(), self._zone(person, language))

    # writing down

    def understand(
        self, words: str, person: Person | None, locale: Locale, today: date
    ) -> tuple[tuple[Said, Resource | None], ...]:
        """Return what `words` say, and the resource each entry names for sure: of several the one under way."""
        entries = read_entries(words, today)
        return tuple((said, self._named(said.about, person, locale) if said.about else None) for said in entries)

    async def log(
        self,
        user: UserRef,
        language: str | None,
        person: Person | None,
        words: str,
        locale: Locale,
        turn: str | None = None,
    ) -> Logged:
        """Write down what `words` say, entry by entry; in the same `turn` again they are the same lines.

        Nothing is written of a day to come or of a day of rest.
        """
        understood = self.understand(words, person, locale, self.today_of(person, language))
        troubles = [said.trouble for said, _ in understood if said.trouble]
        studied = [(said, row) for said, row in understood if said.trouble not in _NOTHING_STUDIED]
        if not studied:
            return Logged((), troubles[0])
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, self._clock())
            lines = [
                await self._write_said(uow, identity.id, said, row, _turn(turn, number))
                for number, (said, row) in enumerate(studied)
            ]
        return Logged(tuple(map(self._line, lines)), next(iter(troubles), None))

    async def quick(
        self, user: UserRef, language: str | None, person: Person | None, resource_id: str, turn: str | None = None
    ) -> Studied:
        """Write down a sitting with a resource, today, without a duration; once in a `turn`."""
        resource = self._shelf.catalogue.current(resource_id)
        today = self.today_of(person, language)
        return await self._add(user, language, today, None, "", resource, None, QUICK, turn)

    async def change(
        self, person: Person | None, line_id: StudyId, *, minutes: int | None = None, day: date | None = None
    ) -> Studied | None:
        """Set the minutes or the day of a line and return it; None when this person has no such line."""
        if person is None:
            return None
        async with self._storage.write() as uow:
            row = await self._row(uow, person, line_id)
            if row is None:
                return None
            day, minutes = day or row.day, minutes or row.minutes
            await uow.study.change(person.id, line_id, day=day, minutes=minutes)
        return self._line(replace(row, day=day, minutes=minutes))

    async def rewrite(
        self,
        user: UserRef,
        language: str | None,
        person: Person | None,
        line_id: StudyId,
        words: str,
        locale: Locale,
        turn: str | None = None,
    ) -> Logged:
        """Put what `words` say in the place of a line; one that is gone is written anew. Once in a `turn`.

        Where nothing can be written, the line stays.
        """
        written = await self.log(user, language, person, words, locale, turn)
        if written.entries and line_id not in {line.id for line in written.entries}:
            await self.take_back(person, line_id)
        return written

    async def take_back(self, person: Person | None, line_id: StudyId) -> bool:
        """Delete a line; False when this person has no such line (any more)."""
        if person is None:
            return False
        async with self._storage.write() as uow:
            return await uow.study.remove(person.id, line_id)

    async def take_all_back(self, person: Person | None, first: StudyId, last: StudyId) -> bool:
        """Delete the lines of one answer, `first` to `last`; False when this person has none of them (any more)."""
        if person is None:
            return False
        since = self.today_of(person, None) - _CHANGEABLE
        async with self._storage.write() as uow:
            rows = [row for row in await uow.study.of_person(person.id, since=since) if first <= row.id <= last]
            if not 1 <= len(rows) <= MOST_ENTRIES:
                return False
            for row in rows:
                await uow.study.remove(person.id, row.id)
        return True

    async def line(self, person: Person | None, line_id: StudyId) -> Studied | None:
        """Return one line of this person, None when there is none."""
        if person is None:
            return None
        async with self._storage.read() as uow:
            row = await self._row(uow, person, line_id)
        return self._line(row) if row else None

    # what was finished elsewhere

    async def note_end(
        self, uow: UnitOfWork, identity: Identity, resource_id: str, before: EntryState | None, after: EntryState
    ) -> None:
        """Write down an end that a card says, in the same unit of work; taken back the same day, it goes again."""
        if after in _ENDS and before not in _ENDS:
            today = self.today_of(await uow.people.visitor(identity.user), identity.language)
            source = f"{_CARD}{after.value}"
            await self._write(uow, identity.id, today, None, "", resource_id, None, source)
        if before in _ENDS and after not in _ENDS:
            await self.end_taken_back(uow, identity, resource_id)

    async def end_taken_back(self, uow: UnitOfWork, identity: Identity, resource_id: str) -> None:
        """Delete what a card said today of the end of a resource."""
        today = self.today_of(await uow.people.visitor(identity.user), identity.language)
        for row in await uow.study.of_person(identity.person_id, since=today):
            if row.source.startswith(_CARD) and self._current(row.resource_id) == resource_id:
                await uow.study.remove(identity.person_id, row.id)

    async def finished(
        self,
        user: UserRef,
        language: str | None,
        *,
        source: str,
        text: str = "",
        resource_id: str | None = None,
        part: str | None = None,
    ) -> StudyId:
        """Write down, without minutes, that something is done, and return the line's id.

        `source` names the occasion, such as `remind:12@20261125T070000Z`: the same one again changes nothing.
        """
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, self._clock())
            today = self.today_of(await uow.people.visitor(user), language)
            current = self._current(resource_id)
            kind = source.partition(":")[0]
            line = await self._write(uow, identity.id, today, None, text, current, part, kind, source)
        return line.id

    # reading

    async def of_day(self, person: Person | None, day: date) -> tuple[Studied, ...]:
        """Return what this person wrote down for `day`, in the order they did."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            rows = await uow.study.of_person(person.id, since=day)
        return tuple(self._line(row) for row in rows if row.day == day)

    async def progress(self, person: Person | None, language: str | None) -> Progress:
        """Return the last weeks, and the streak of whoever has one."""
        today = self.today_of(person, language)
        aim = aim_of(person.preferences.streak) if person else None
        if person is None:
            return Progress(add_up((), today), None)
        since = _BEGINNING if aim else first_of_weeks(today)
        zone = self._zone(person, language)
        async with self._storage.read() as uow:
            rows = await uow.study.of_person(person.id, since=since)
            aways = await uow.aways.of_person(person.id) if aim else ()
        weeks = add_up(map(self._line, rows), today)
        if aim is None:
            return Progress(weeks, None)
        times = tuple(Away(study_day(a.since, zone), _day_or_none(a.ended_at or a.until, zone)) for a in aways)
        return Progress(weeks, streak(aim, {row.day for row in rows}, Free(times, holidays_in(zone)), today))

    async def board(self, place: Place, person: Person | None, language: str | None) -> tuple[Seat, ...]:
        """Return this week of those in the group who want to be on its board, the most days first.

        Nothing while there are fewer than `BOARD_FROM`. The group is the one that meets in `place`, in private the one
        this person was met in last.
        """
        async with self._storage.read() as uow:
            space = place.space or (await uow.members.last_space(person.id) if person is not None else None)
            if space is None:
                return ()
            spaces = await _spaces_of(uow, space)
            monday = week_of(self.today_of(person, language))
            rows = await uow.study.board(spaces, since=monday)
        me = person.id if person is not None else None
        minutes: dict[PersonId, list[int]] = {}
        for row in rows:
            minutes.setdefault(row.person_id, []).append(row.minutes)
        if len(minutes) < BOARD_FROM:
            return ()
        seats = [Seat(len(days), sum(days), person_id == me) for person_id, days in minutes.items()]
        return tuple(sorted(seats, key=lambda seat: (-seat.days, -seat.minutes, not seat.mine)))

    async def _add(
        self,
        user: UserRef,
        language: str | None,
        day: date,
        minutes: int | None,
        text: str,
        resource_id: str | None,
        part: str | None,
        source: str,
        turn: str | None,
    ) -> Studied:
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, self._clock())
            line = await self._write(uow, identity.id, day, minutes, text, resource_id, part, source, turn)
            return self._line(line)

    async def _write_said(
        self, uow: UnitOfWork, identity_id: IdentityId, said: Said, row: Resource | None, once: str | None
    ) -> StudyLine:
        named = row.id if row else None
        return await self._write(uow, identity_id, said.day, said.minutes, said.what, named, said.part, TYPED, once)

    async def _write(
        self,
        uow: UnitOfWork,
        identity_id: IdentityId,
        day: date,
        minutes: int | None,
        text: str,
        resource_id: str | None,
        part: str | None,
        source: str,
        once: str | None = None,
    ) -> StudyLine:
        now = self._clock()
        number = await uow.study.add(
            identity_id,
            at=now,
            day=day,
            minutes=minutes,
            text=text,
            resource_id=resource_id,
            unit=part,
            source=source,
            once=once,
        )
        return StudyLine(number, identity_id, now, day, minutes, text, resource_id, part, source)

    async def _row(self, uow: UnitOfWork, person: Person, line_id: StudyId) -> StudyLine | None:
        since = self.today_of(person, None) - _CHANGEABLE
        return next((row for row in await uow.study.of_person(person.id, since=since) if row.id == line_id), None)

    def _line(self, row: StudyLine) -> Studied:
        end = next((state for state in _ENDS if row.source == f"{_CARD}{state.value}"), None)
        return Studied(row.day, row.minutes, row.text or "", self._current(row.resource_id), row.unit, end, row.id)

    def _current(self, resource_id: str | None) -> str | None:
        """Return the id under which a resource is found now."""
        return self._shelf.catalogue.current(resource_id) if resource_id else None

    def _zone(self, person: Person | None, language: str | None) -> str:
        chosen = person.preferences if person else None
        told = language or (person.language if person else None)
        guessed = guessed_zone(told, chosen.locale if chosen else None)
        return (chosen.timezone if chosen else None) or guessed or self._default_zone

    def _named(self, words: str, person: Person | None, locale: Locale) -> Resource | None:
        named = self._names(words, locale)
        if len(named) > 1 and self._names_several(words, locale):
            return None  # "CS231n과 d2l": whose the minutes are is not for us to say
        going = [each for each in named if person and person.entries.get(each) is EntryState.GOING]
        if len(going) == 1 or len(named) == 1:
            return self._shelf.catalogue.get((going if len(going) == 1 else named)[0])
        series = self._shelf.series.named(words)
        return self._shelf.catalogue.get(series.resource) if series is not None else None

    def _names(self, words: str, locale: Locale) -> list[str]:
        reading = read(words, self._shelf, locale=locale)
        return [each.resource for each in reading.named if each.confidence >= SURELY_NAMED]

    def _names_several(self, words: str, locale: Locale) -> bool:
        """Say whether two of the words name different things, rather than one word several editions of one."""
        called = [names for word in words.split() if (names := set(self._names(word, locale)))]
        return any(one.isdisjoint(other) for one, other in combinations(called, 2))


def _turn(turn: str | None, number: int) -> str | None:
    """Return what an entry of a turn is called once; the first is called as the turn itself."""
    return f"{turn}+{number}" if turn and number else turn


async def _spaces_of(uow: UnitOfWork, space: SpaceRef) -> set[SpaceRef]:
    """Return every space of the group that meets in `space`."""
    group = await uow.groups.at(space, None)
    return {space, *(home.space for home in await uow.groups.homes(group.id))} if group else {space}


def _day_or_none(at: datetime | None, zone: str) -> date | None:
    return None if at is None else study_day(at, zone)
