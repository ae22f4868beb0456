"""Reminders as members use them: set, changed, moved, done, taken back; and what became of the messages about them.

What falls due and who carries it is the scheduler's. A press names an occurrence by its schedule and the moment it was
due, so pressing it twice, or on an old message, moves the same occurrence and never a second one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.core.catalogue import Resource
from bot.core.errors import Told, Unavailable, UnknownPress
from bot.core.language.lexicon import SURELY_NAMED
from bot.core.outbox import Letter, LetterState, NewLetter
from bot.core.people import Identity, Person, PersonId, Preferences
from bot.core.refs import Place, UserRef
from bot.core.reminders import (
    KIND,
    LONGEST_TEXT,
    Later,
    Quiet,
    Subject,
    When,
    Wish,
    came_before,
    habits_of,
    last_change,
    moved_to,
    remembering,
    resumed,
    rezoned,
    undone,
)
from bot.core.schedule import KINDS, NewSchedule, Schedule, ScheduleId, ScheduleState, is_zone
from bot.core.search import read as read_words
from bot.core.series import Asked, Series, Unit
from bot.core.shelf import Shelf
from bot.core.study import StudyId
from bot.core.timewords import read as read_time
from bot.core.timewords.heard import Ambiguous, Grain, Habits, NotUnderstood, Once, Recurring, Why
from bot.core.zones import guessed_zone
from bot.i18n import Locale
from bot.services.outbox import Outbox
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

MOST = 100  # reminders of one person; more would be a mistake, or meant to harm
CONFIRMED_WITHIN = 2.5  # seconds that a confirmation may take before the answer goes out without knowing
OVER = "over"  # in the payload of a moved occurrence that shall not come any more
SET_POST, WAITS_POST = "remind.set", "remind.waits"
_NOTICE = "notice"
_BESIDE, _HERE = "~", "~here"  # ends of keys: a letter sent another way
# What is left of a text when the next unit of a series was asked for says nothing more.
_FILLERS = frozenset(
    ("보기", "듣기", "읽기", "공부", "공부하기", "하기", "watch", "read", "study", "do", "see", "to", "me")
)


class TooMany(Told):
    """More reminders than anybody needs. Values: `count`."""

    key = "remind.too_many"


class Log(Protocol):
    """The study log, as far as *done* needs it."""

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
        """Write down once what is done on the occasion `source`, and return the line's id."""
        ...

    async def take_back(self, person: Person | None, line_id: StudyId) -> bool:
        """Delete a line."""
        ...


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone somebody's times are in; `guessed` says that they have not chosen it.

    `gone` is the one they chose, when there is no such zone any more: times are in UTC until they choose again.
    """

    name: str
    guessed: bool
    gone: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A text without a time that is sure enough to act on."""

    why: Why
    subject: Subject


Heard = Wish | tuple[Wish, Wish] | Unread


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occurrence of a reminder that came: of which schedule, and when it was due."""

    schedule: ScheduleId
    due: datetime
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One reminder in somebody's list. `moved` is when its moved occurrence comes, before the rule's next one."""

    schedule: Schedule
    moved: datetime | None = None

    @property
    def subject(self) -> Subject:
        """Return what it is about."""
        return Subject.of(self.schedule.payload)


@dataclass(frozen=True, slots=True)
class Done:
    """What *done* led to. `following` is the unit that comes next, None behind the last one or without a series."""

    schedule: Schedule
    following: Unit | None
    ended: bool


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Whether the confirmation of a reminder arrived where its messages go.

    `way` is that account. `reason` None with `arrived` False: not known yet.
    """

    arrived: bool
    reason: str | None
    way: UserRef


class Reminders:
    """Serves people about their reminders."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        shelf: Shelf,
        outbox: Outbox,
        log: Log,
        default_zone: str = "UTC",
    ) -> None:
        """Keep in `storage`, write through `outbox`; what is done goes into `log`."""
        self._storage, self._clock, self._shelf, self._outbox = storage, clock, shelf, outbox
        self._log, self._default_zone = log, default_zone

    # what words mean

    def zone(self, person: Person | None, language: str | None) -> Zone:
        """Return the zone of somebody whose client speaks `language`."""
        chosen = person.preferences if person else Preferences()
        told = language or (person.language if person else None)
        guess = guessed_zone(told, chosen.locale) or self._default_zone
        if chosen.timezone and not is_zone(chosen.timezone):
            return Zone("UTC", guessed=False, gone=chosen.timezone)
        return Zone(chosen.timezone or guess, chosen.timezone is None)

    def habits(self, person: Person | None, language: str | None) -> Habits:
        """Return the times of somebody's day."""
        return habits_of(person.preferences if person else Preferences(), self.zone(person, language).name)

    def hear(self, words: str, quoted: str, person: Person | None, language: str | None, locale: Locale) -> Heard:
        """Return what `words` ask for; `quoted` is the message they are said about.

        Two wishes: it could be either, and has to be asked.
        """
        habits, now = self.habits(person, language), self._clock()
        asked = self._shelf.series.asked(words)
        heard = read_time(asked.rest if asked else words, now, habits)
        subject = self._subject(asked, heard.rest, quoted, locale)
        match heard:
            case NotUnderstood():
                return Unread(heard.why, subject)
            case Ambiguous(choices):
                first, second = (self._when(choice, habits, person) for choice in choices)
                return Wish(subject, first), Wish(subject, second)
            case Once() | Recurring():
                return Wish(subject, self._when(heard, habits, person))

    def about(self, text: str, locale: Locale) -> Subject:
        """Return the subject of plain words."""
        return self._subject(None, text, "", locale)

    def _when(self, heard: Once | Recurring, habits: Habits, person: Person | None) -> When:
        """Return when it is due; an hour that nobody said keeps out of quiet hours."""
        when = When.of(heard, habits.zone)
        quiet = Quiet.of(person.preferences if person else Preferences())
        return when.awake(quiet, habits.zone) if heard.grain is Grain.DAY else when

    def _subject(self, asked: Asked | None, rest: str, quoted: str, locale: Locale) -> Subject:
        text = " ".join((rest or quoted).split())[:LONGEST_TEXT]
        if asked is not None:
            left = [word for word in text.split() if word.casefold() not in _FILLERS]
            first = asked.series.after(asked.start - 1 if asked.start else None)
            number = first.number if first else None
            return Subject(" ".join(left), asked.series.resource, asked.series.id, number)
        return Subject(text, self._named(text, locale))

    def _named(self, text: str, locale: Locale) -> str | None:
        """Return the row of the catalogue that a text names for sure."""
        series = self._shelf.series.named(text)
        if series is not None:
            return series.resource
        named = read_words(text, self._shelf, locale=locale).named if text else ()
        return next((each.resource for each in named if each.confidence >= SURELY_NAMED), None)

    def series(self, series_id: str | None) -> Series | None:
        """Return a series by its id."""
        return self._shelf.series.get(series_id) if series_id else None

    def series_of(self, resource_id: str) -> Series | None:
        """Return the series that leads through a row of the catalogue."""
        return self._shelf.series.of_resource(self._shelf.catalogue.current(resource_id))

    def resource(self, resource_id: str | None) -> Resource | None:
        """Return a row of the catalogue."""
        return self._shelf.catalogue.get(resource_id) if resource_id else None

    # setting

    async def set(self, user: UserRef, language: str | None, wish: Wish, origin: Place) -> Schedule:
        """Keep a reminder and return it. `origin` is where it was asked for. Raises `TooMany`.

        Asked for again, or pressed twice, it is the one that is there.
        """
        now = self._clock()
        at = max(wish.when.at, now + timedelta(seconds=1)).replace(microsecond=0)
        payload = wish.subject.put()
        if wish.when.rule is None and wish.when.zone is not None:
            payload["zone"] = wish.when.zone
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            theirs = await uow.schedules.of_person(identity.person_id, KIND)
            same = next((each for each in theirs if _same(each, wish, at)), None)
            if same is not None:
                return same
            if len(theirs) >= MOST:
                raise TooMany(count=MOST)
            new = NewSchedule(
                KIND,
                at,
                payload,
                identity.id,
                rule=wish.when.rule,
                left=wish.when.count,
                origin=None if origin.private else origin,
            )
            schedule = await uow.schedules.add(new, now)
        self._outbox.wake()
        return schedule

    async def is_first(self, person: Person | None, schedule: Schedule) -> bool:
        """Say whether `person`, as they were before, had no other reminder than this one."""
        if person is None:
            return True
        async with self._storage.read() as uow:
            ever = await uow.schedules.of_person(person.id, KIND, tuple(ScheduleState))
        return all(each.id == schedule.id for each in ever)

    async def confirm(self, user: UserRef, schedule: Schedule, place: Place) -> Confirmed | None:
        """Write the confirmation to where the reminder will go, and return how that went.

        None: the answer to `place` is itself the proof, because the reminder goes to that very private chat.
        """
        async with self._storage.read() as uow:
            way = await self._way(uow, schedule, user)
        if place.private and way == user:
            return None
        key = f"set:{schedule.id}@{self._clock():%Y%m%dT%H%M%S%f}"
        await self._outbox.enqueue(SET_POST, way, key, {"schedule": schedule.id})
        outcome = await self._outbox.outcome(key, CONFIRMED_WITHIN)
        if outcome is None:
            return Confirmed(False, None, way)
        if outcome.state is LetterState.SENT:
            return Confirmed(True, None, way)
        return Confirmed(False, outcome.reason or outcome.state.value, way)

    async def _way(self, uow: UnitOfWork, schedule: Schedule, user: UserRef) -> UserRef:
        return (await uow.schedules.addresses([schedule.id])).get(schedule.id, user)

    async def allow_here(self, user: UserRef, schedule_id: int) -> Schedule:
        """Take the person's leave to say, where the reminder was set, that something waits: never what."""
        async with self._storage.write() as uow:
            schedule = await self._own(uow, user, schedule_id)
            if schedule.origin is None:
                raise UnknownPress
            return await self._change(uow, schedule, fallback=True)

    # the list

    async def rows(self, person: Person | None) -> tuple[Row, ...]:
        """Return somebody's reminders, what comes first first, what stands still last."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            found = await uow.schedules.of_person(person.id, KIND)
        roots = {each.id for each in found if each.of is None}
        moved = {each.of: each for each in found if each.of in roots and each.state is ScheduleState.ACTIVE}
        rows = [
            Row(each, moved[each.id].next_due_at if each.id in moved else None)
            for each in found
            if each.of is None or each.of not in roots
        ]
        return tuple(sorted(rows, key=_comes))

    async def row(self, user: UserRef, schedule_id: int) -> Row:
        """Return one reminder of `user`. Raises `UnknownPress` for anything else."""
        async with self._storage.read() as uow:
            schedule = await self._own(uow, user, schedule_id)
            snoozes = await uow.schedules.snoozes(schedule.id)
        moved = [each.next_due_at for each in snoozes if each.state is ScheduleState.ACTIVE and each.next_due_at]
        return Row(schedule, min(moved, default=None))

    async def find(self, schedule_id: int) -> Schedule | None:
        """Return a schedule by its number, for a letter about it; None when it is gone."""
        async with self._storage.read() as uow:
            return await uow.schedules.get(ScheduleId(schedule_id))

    async def still(self, schedule_id: int) -> Schedule | None:
        """Return the reminder that a message is about, None when its person stopped it or let this occurrence be.

        Of a moved occurrence that is the reminder it belongs to, which knows the unit a series is at by now.
        """
        async with self._storage.read() as uow:
            schedule = await uow.schedules.get(ScheduleId(schedule_id))
            if schedule is None or schedule.payload.get(OVER) or not _wanted(schedule):
                return None
            root = await uow.schedules.get(schedule.of) if schedule.of is not None else None
        return root or schedule

    async def pause(self, user: UserRef, schedule_id: int) -> Schedule:
        """Let a reminder stand still until it is told to go on; what was moved of it waits too."""
        async with self._storage.write() as uow:
            schedule = await self._own(uow, user, schedule_id)
            if schedule.state is not ScheduleState.ACTIVE:
                return schedule
            for each in await self._open(uow, schedule, ScheduleState.ACTIVE):
                await self._change(uow, each, state=ScheduleState.PAUSED)
            return await self._change(uow, schedule, **remembering(schedule, "pause", state=ScheduleState.PAUSED))

    async def resume(self, user: UserRef, schedule_id: int) -> Schedule:
        """Let a reminder go on: a rule with its next occurrence; once whose time is over comes at once."""
        async with self._storage.write() as uow:
            schedule = await self._own(uow, user, schedule_id)
            if schedule.state not in (ScheduleState.PAUSED, ScheduleState.AWAY):
                return schedule
            changed = await wake(uow, schedule, self._clock())
            for each in await self._open(uow, schedule, ScheduleState.PAUSED, ScheduleState.AWAY):
                await wake(uow, each, self._clock(), root=schedule)
        self._outbox.wake()
        return changed

    async def stop(self, user: UserRef, schedule_id: int) -> Schedule:
        """End a reminder and what was moved of it."""
        async with self._storage.write() as uow:
            schedule = await self._own(uow, user, schedule_id)
            if schedule.state is ScheduleState.ENDED and last_change(schedule).get("did") == "stop":
                return schedule
            ended = await self._end_open(uow, schedule)
            return await self._change(
                uow, schedule, **remembering(schedule, "stop", {"open": ended}, state=ScheduleState.ENDED)
            )

    async def edit(self, user: UserRef, schedule_id: int, *, when: When | None, subject: Subject | None) -> Schedule:
        """Change when a reminder is due, or what it is about. What was moved of a rule stays moved."""
        async with self._storage.write() as uow:
            schedule = await self._own(uow, user, schedule_id)
            payload = {name: value for name, value in schedule.payload.items() if name not in ("was", "zone")}
            if subject is not None:
                payload = {name: payload[name] for name in ("root", "root_due") if name in payload} | subject.put()
            zone = when.zone if when is not None else schedule.payload.get("zone")
            fields: dict[str, Any] = {"payload": payload | ({"zone": zone} if zone else {})}
            extra: dict[str, Any] = {}
            if when is not None:
                fields |= {"rule": when.rule, "left": when.count, "next_due_at": when.at.replace(microsecond=0)}
                fields["state"] = ScheduleState.ACTIVE
                if schedule.rule is None:  # it was the one occurrence: two would come otherwise
                    extra["open"] = await self._end_open(uow, schedule)
            changed = await self._change(uow, schedule, **remembering(schedule, "edit", extra, **fields))
            if subject is not None:
                for each in await self._open(uow, schedule, *ScheduleState):
                    kept = {name: each.payload[name] for name in ("root", "root_due") if name in each.payload}
                    await self._change(uow, each, payload=kept | subject.put())
        self._outbox.wake()
        return changed

    async def undo(self, user: UserRef, person: Person | None, schedule_id: int, version: int) -> Schedule | None:
        """Take back the change that led to `version`, or the setting itself (then None is returned).

        Pressed again, or after another change, it changes nothing.
        """
        async with self._storage.write() as uow:
            schedule = await self._own(uow, user, schedule_id)
            if schedule.version != version:
                return schedule
            now = self._clock()
            was = last_change(schedule)
            fields = undone(schedule, now)
            if fields is None:
                await uow.schedules.remove(schedule.id)
                return None
            changed = await self._change(uow, schedule, **fields)
            for snooze_id, at in was.get("open", ()):
                snooze = await uow.schedules.get(ScheduleId(snooze_id))
                if snooze is not None and snooze.state is ScheduleState.ENDED:
                    due = max(datetime.fromisoformat(at), now)
                    payload = {name: value for name, value in snooze.payload.items() if name != OVER}
                    await self._change(uow, snooze, state=ScheduleState.ACTIVE, next_due_at=due, payload=payload)
            if was.get("did") == "pause":
                for each in await self._open(uow, schedule, ScheduleState.PAUSED):
                    await wake(uow, each, now, root=schedule)
        if was.get("line") is not None:
            await self._log.take_back(person, StudyId(was["line"]))
        self._outbox.wake()
        return changed

    # one occurrence

    async def later(self, user: UserRef, person: Person | None, language: str | None, on: Occasion, to: Later) -> Row:
        """Move one occurrence; moved again, it is the same one that moves."""
        habits = self.habits(person, language)
        quiet = Quiet.of(person.preferences if person else Preferences())
        async with self._storage.write() as uow:
            now = self._clock()
            schedule = await self._own(uow, user, on.schedule)
            until = moved_to(to, on.due, now, habits, quiet).replace(microsecond=0)
            payload = Subject.of(schedule.payload).put() | {"root": schedule.id, "root_due": int(on.due.timestamp())}
            if to in (Later.TONIGHT, Later.TOMORROW, Later.WEEK):
                payload["zone"] = habits.zone
            await uow.schedules.snooze(replace(schedule, payload=payload), on.due, until, now)
        self._outbox.wake()
        return Row(schedule, until)

    async def not_later(self, user: UserRef, on: Occasion) -> Schedule:
        """Take back that an occurrence was moved, or let it be for this time: it does not come again."""
        async with self._storage.write() as uow:
            schedule = await self._own(uow, user, on.schedule)
            await self._end_snooze(uow, schedule, on.due)
        return schedule

    async def done(self, user: UserRef, language: str | None, on: Occasion) -> Done:
        """Write down that it is done, once; a series goes on to the next unit, and ends behind the last."""
        async with self._storage.read() as uow:
            schedule = await self._own(uow, user, on.schedule)
        subject = Subject.of(schedule.payload)
        line = await self._log_it(user, language, subject, on)
        async with self._storage.write() as uow:
            schedule = await self._own(uow, user, on.schedule)
            await self._end_snooze(uow, schedule, on.due)
            was = last_change(schedule)
            if was.get("did") == "done" and was.get("due") == on.due.isoformat():
                return self._done(schedule)
            schedule = await self._go_on(uow, schedule, on, "done", {"line": line})
        return self._done(schedule)

    async def move_on(self, user: UserRef, on: Occasion) -> Done:
        """Leave a unit out: the series goes on to the next one, and nothing is written down."""
        async with self._storage.write() as uow:
            schedule = await self._own(uow, user, on.schedule)
            await self._end_snooze(uow, schedule, on.due)
            if on.unit is not None and schedule.payload.get("unit") == on.unit:
                schedule = await self._go_on(uow, schedule, on, "move_on", {})
        return self._done(schedule)

    def unit_of(self, subject: Subject) -> Unit | None:
        """Return the unit a series is at."""
        series = self.series(subject.series)
        return series.unit(subject.unit) if series is not None and subject.unit is not None else None

    def came_before(self, schedule: Schedule, due: datetime) -> bool:
        """Say whether the unit that is next came already and was not done since."""
        about = Subject.of(schedule.payload)
        return came_before(schedule.rule, replace(about, since=about.since or schedule.created_at), due)

    async def _log_it(self, user: UserRef, language: str | None, subject: Subject, on: Occasion) -> StudyId | None:
        """Write down what is done; a reminder about nothing in particular is nothing to write down."""
        if not (subject.text or subject.resource):
            return None
        part = None if on.unit is None else str(on.unit)
        source = f"remind:{on.schedule}@{on.due:%Y%m%dT%H%M%SZ}"
        return await self._log.finished(
            user, language, source=source, text=subject.text, resource_id=subject.resource, part=part
        )

    async def _go_on(
        self, uow: UnitOfWork, schedule: Schedule, on: Occasion, did: str, extra: dict[str, Any]
    ) -> Schedule:
        subject = Subject.of(schedule.payload)
        series = self.series(subject.series)
        payload = {name: value for name, value in schedule.payload.items() if name != "was"}
        fields: dict[str, Any] = {"payload": payload}
        if series is not None and on.unit is not None and subject.unit == on.unit:
            following = series.after(on.unit)
            if following is not None:
                next_one = replace(subject, unit=following.number, since=self._clock().replace(microsecond=0))
                fields["payload"] = payload | next_one.put()
            elif schedule.state is not ScheduleState.ENDED:
                fields["state"] = ScheduleState.ENDED
        extra = {**extra, "due": on.due.isoformat()}
        return await self._change(uow, schedule, **remembering(schedule, did, extra, **fields))

    def _done(self, schedule: Schedule) -> Done:
        subject = Subject.of(schedule.payload)
        following = self.unit_of(subject) if schedule.state is not ScheduleState.ENDED or subject.series else None
        over = subject.series is not None and schedule.state is ScheduleState.ENDED and schedule.rule is not None
        return Done(schedule, None if over else following, over)

    # what became of the messages

    async def deliveries(self, person: Person | None, limit: int, offset: int) -> tuple[Letter, ...]:
        """Return the messages about somebody's reminders, the latest first."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            return await uow.outbox.of_person(person.id, limit, offset)

    async def untold(self, person: Person | None) -> tuple[Letter, ...]:
        """Return what could not be sent and was not told of yet; from now on it counts as told."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            found = tuple(each for each in await uow.outbox.untold(person.id) if each.kind == KIND)
        if found:
            async with self._storage.write() as uow:
                await uow.outbox.tell([each.id for each in found], self._clock())
        return found

    async def fallback(self, uow: UnitOfWork, letter: Letter, reason: str) -> Sequence[NewLetter]:
        """Return what goes out instead of a reminder whose address cannot be reached.

        First another account of the same person, with the text; then the place where it was set, if they allowed it,
        without. In the transaction in which the address is found out.
        """
        if letter.kind != KIND or letter.identity_id is None or not isinstance(letter.to, UserRef):
            return ()
        identity = await _account(uow, letter)
        if identity is None:
            return ()
        for other in await uow.people.identities(identity.person_id):
            key = f"{letter.key}{_BESIDE}{other.id}"
            tried = other.user == letter.to or f"{_BESIDE}{other.id}" in letter.key
            if not tried and await uow.unreachable.get(other.user) is None:
                return (_another_way(letter, key, other.user),)
        schedule = await uow.schedules.get(letter.schedule_id) if letter.schedule_id is not None else None
        if schedule is None or not schedule.fallback or schedule.origin is None:
            return ()
        return (
            NewLetter(
                f"{letter.key}{_HERE}",
                _NOTICE,
                schedule.origin,
                WAITS_POST,
                {
                    "user": str(identity.user) if identity.user.platform is schedule.origin.platform else None,
                    "locale": await _language(uow, identity),
                },
                identity_id=letter.identity_id,
                schedule_id=letter.schedule_id,
                due_at=letter.due_at,
            ),
        )

    # one person's rows

    async def _own(self, uow: UnitOfWork, user: UserRef, schedule_id: int) -> Schedule:
        """Return a reminder of the person behind `user`. Raises `UnknownPress` for anybody else's."""
        identity = await uow.people.of_identity(user)
        schedule = await uow.schedules.get(ScheduleId(schedule_id)) if identity is not None else None
        if identity is None or schedule is None or schedule.kind != KIND:
            raise UnknownPress
        if schedule.identity_id != identity.id:
            theirs = {each.id for each in await uow.people.identities(identity.person_id)}
            if schedule.identity_id not in theirs:
                raise UnknownPress
        return schedule

    async def _change(self, uow: UnitOfWork, schedule: Schedule, **fields: Any) -> Schedule:
        return await change(uow, schedule, self._clock(), **fields)

    async def _open(self, uow: UnitOfWork, schedule: Schedule, *states: ScheduleState) -> list[Schedule]:
        """Return the moved occurrences of a schedule that are still to come."""
        snoozes = await uow.schedules.snoozes(schedule.id)
        return [each for each in snoozes if each.state in states and each.state is not ScheduleState.ENDED]

    async def _end_open(self, uow: UnitOfWork, schedule: Schedule) -> list[list[Any]]:
        """End what was moved of a schedule; return the numbers and moments, to bring it back."""
        ended: list[list[Any]] = []
        for each in await self._open(uow, schedule, *ScheduleState):
            if each.next_due_at is not None:
                ended.append([each.id, each.next_due_at.isoformat()])
            await self._change(uow, each, state=ScheduleState.ENDED, payload={**each.payload, OVER: True})
        return ended

    async def _end_snooze(self, uow: UnitOfWork, schedule: Schedule, due: datetime) -> None:
        each = await uow.schedules.snooze_of(schedule.id, due)
        if each is not None and not each.payload.get(OVER):
            await self._change(uow, each, state=ScheduleState.ENDED, payload={**each.payload, OVER: True})


async def change(uow: UnitOfWork, schedule: Schedule, now: datetime, **fields: Any) -> Schedule:
    """Change a schedule as it was read and return it. Raises `Unavailable` when another process was faster."""
    if not await uow.schedules.change(schedule.id, schedule.version, now, **fields):
        raise Unavailable
    return replace(schedule, version=schedule.version + 1, **fields)


async def wake(uow: UnitOfWork, schedule: Schedule, now: datetime, root: Schedule | None = None) -> Schedule:
    """Let what stood still go on. A moved occurrence of a rule (`root`) that is long past is let be."""
    due = resumed(schedule, now)
    past = schedule.next_due_at is not None and schedule.next_due_at < now - KINDS[KIND].lateness
    if due is None or (root is not None and root.rule is not None and past):
        return await change(uow, schedule, now, state=ScheduleState.ENDED)
    return await change(uow, schedule, now, state=ScheduleState.ACTIVE, next_due_at=due)


async def move_zone(uow: UnitOfWork, person_id: PersonId, zone: str, now: datetime) -> int:
    """Move the reminders of somebody who lives in `zone` from now on; return how many moved.

    Call it in the unit of work that keeps the new zone: what falls due in between falls due by one of the two.
    """
    moved = 0
    for schedule in await uow.schedules.of_person(person_id, KIND):
        fields = rezoned(schedule, zone, now)
        if fields:
            await change(uow, schedule, now, **fields)
            moved += 1
    return moved


def _same(schedule: Schedule, wish: Wish, at: datetime) -> bool:
    """Say whether a reminder is what `wish` asks for."""
    if schedule.of is not None or schedule.state is not ScheduleState.ACTIVE:
        return False
    return (schedule.rule, schedule.next_due_at, Subject.of(schedule.payload)) == (wish.when.rule, at, wish.subject)


def _wanted(schedule: Schedule) -> bool:
    if schedule.state is ScheduleState.ENDED:
        return last_change(schedule).get("did") != "stop"
    return schedule.state is ScheduleState.ACTIVE


async def _account(uow: UnitOfWork, letter: Letter) -> Identity | None:
    """Return the account a letter is for."""
    assert isinstance(letter.to, UserRef)  # noqa: S101 - asked for before
    return await uow.people.of_identity(letter.to)


async def _language(uow: UnitOfWork, identity: Identity) -> str:
    """Return the language of whoever an account belongs to: a place speaks none, and this call is for them."""
    person = await uow.people.visitor(identity.user)
    chosen = person.preferences.locale if person is not None else None
    return (chosen or Locale.of(identity.language)).value


def _another_way(letter: Letter, key: str, to: UserRef) -> NewLetter:
    return NewLetter(
        key,
        letter.kind,
        to,
        letter.post,
        letter.payload,
        identity_id=letter.identity_id,
        schedule_id=letter.schedule_id,
        due_at=letter.due_at,
        was_down=letter.was_down,
    )


def _comes(row: Row) -> tuple[bool, float, int]:
    still = row.schedule.state is not ScheduleState.ACTIVE and row.moved is None
    at = row.moved or row.schedule.next_due_at
    return (still, at.timestamp() if at is not None else 0.0, row.schedule.id)
