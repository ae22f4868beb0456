"""The weekly digest of a group: made once, kept for ever, posted silently; what members do with it.

An issue is decided by the row of its week: whatever is killed when, and however often it is planned again, the week has
one issue, one letter for each home, and nothing that a group was shown before. It draws nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core.digest.issue import Entry, IssueId, KeptIssue
from bot.core.digest.signals import NEITHER, Signal
from bot.core.digest.timing import DIGEST
from bot.core.digest.writing import Material, quiet_line, write
from bot.core.groups import Group, GroupState
from bot.core.outbox import NewLetter
from bot.core.people import Person, PersonId
from bot.core.reading import SuggestionState
from bot.core.refs import Place, UserRef
from bot.core.rewriting import awake
from bot.core.schedule import KINDS, Schedule
from bot.core.shelf import Shelf
from bot.i18n import texts
from bot.services.digest.codes import code_of_issue, code_of_sign
from bot.services.digest.editing import Editing, came_lately, local_day
from bot.services.digest.gathering import Gathered, Gathering
from bot.services.groups import Groups, arrives
from bot.services.library import Library
from bot.services.news import News
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.services.reading import mark_of
from bot.services.silence import SILENT_ISSUES, has_silent_digest, let_rest
from bot.services.timetable import HEARD
from bot.storage import Storage

__all__ = ["Digests", "Own", "code_of_issue", "code_of_sign"]

POST, QUIET_POST = "digest.week", "digest.quiet"
MISSED_MOST = 5  # issues that are told as missed
_DIGITS = 10
Plan = Callable[[Schedule, datetime, bool], Awaitable[Sequence[NewLetter]]]


@dataclass(frozen=True, slots=True)
class Own:
    """What one person said of a story."""

    saved: bool = False
    leaning: int = NEITHER


class Digests:
    """Makes issues and serves them; what organisers do with them is `editing`."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        groups: Groups,
        organisers: Organisers,
        news: News,
        library: Library,
        books: Shelf,
        outbox: Outbox,
    ) -> None:
        """Keep in `storage`; `groups` knows when, `news` what is new, `library` and `books` what there is to study."""
        self._storage, self._clock, self._outbox = storage, clock, outbox
        self._groups, self._organisers = groups, organisers
        self._gathering = Gathering(storage, groups, news, library, books, clock)
        self.editing = Editing(storage, clock, groups, self._gathering, outbox)

    @property
    def planners(self) -> Mapping[str, Plan]:
        """Return what happens when an issue falls due."""
        return {DIGEST: self.week}

    # once a week

    async def week(self, schedule: Schedule, due: datetime, was_down: bool) -> Sequence[NewLetter]:
        """Make the week's issue, if it is not made, and return a letter for each home. Again is the same."""
        group = await self._groups.get(schedule.group_id) if schedule.group_id is not None else None
        if group is None or group.state is not GroupState.ACTIVE or not group.settings.digest.on:
            return ()
        if self._clock() - due > KINDS[DIGEST].lateness:
            return ()
        last = local_day(due, self._groups.zone_of(group))
        async with self._storage.read() as uow:
            kept = await uow.issues.of_week(group.id, last)
            early = kept is None and await came_lately(uow, group, due)
            silent = kept is None and await has_silent_digest(uow, group, _heard_at(schedule))
        if early:
            return ()
        if silent:
            told = {"issues": SILENT_ISSUES}
            await let_rest(self._groups, self._organisers, self._outbox, group, f"digest{last:%Y%m%d}", told)
            return ()
        if kept is None:
            gathered = await self._gathering.gather(group, last)
            material = await gathered.material()
            if material.is_empty:
                return await self._quiet(group, material, last, schedule, due, was_down)
            kept = await self._keep(group, gathered, material)
        payload = {"issue": kept.id}
        return await self._letters(group, f"digest:{kept.id}", POST, payload, schedule, due, was_down)

    async def _keep(self, group: Group, gathered: Gathered, material: Material) -> KeptIssue:
        """Keep an issue, unless another process did meanwhile; what members suggested of it has come."""
        now = self._clock()
        async with self._storage.write() as uow:
            number = await uow.issues.next_number(group.id)
            issue = write(replace(material, number=number), texts(material.locale), group.settings.digest.without)
            kept = await uow.issues.keep(issue, now)
            await uow.issues.posted(kept.id, now)  # members find it from now on, also where nothing can be posted
            for each, item in gathered.suggested:
                if kept.issue.signs.intersection(item.keys):
                    await uow.suggestions.decide(each.id, SuggestionState.APPROVED, None, now)
        return kept

    async def _quiet(
        self, group: Group, material: Material, last: date, schedule: Schedule, due: datetime, was_down: bool
    ) -> Sequence[NewLetter]:
        """Say in one line that nothing was new, or say nothing, as the group prefers."""
        if not group.settings.digest.speaks:
            return ()
        payload = {"group": group.id, "line": quiet_line(material.ailing, texts(material.locale))}
        key = f"digest:{group.id}:quiet@{last:%Y%m%d}"
        return await self._letters(group, key, QUIET_POST, payload, schedule, due, was_down)

    async def _letters(
        self,
        group: Group,
        key: str,
        post: str,
        payload: Mapping[str, object],
        schedule: Schedule,
        due: datetime,
        was_down: bool,
    ) -> Sequence[NewLetter]:
        now = self._clock()
        morning = awake(now, self._groups.zone_of(group))  # what is late in the night waits for the morning
        return [
            NewLetter(
                f"{key}#{home_id}",
                schedule.kind,
                place,
                post,
                payload,
                group_id=group.id,
                schedule_id=schedule.id,
                due_at=due,
                was_down=was_down,
                silent=True,
                not_before=morning if morning > now else None,
            )
            for home_id, place in await self._groups.places(group.id)
        ]

    # which issue

    async def get(self, issue_id: int) -> KeptIssue | None:
        """Return an issue by its own number in the database."""
        async with self._storage.read() as uow:
            return await uow.issues.get(IssueId(issue_id))

    async def opened(self, code: str) -> tuple[KeptIssue, Group] | None:
        """Return the issue that a button's code stands for, with its group; None for one that no group gave out."""
        number, _, mark = code.partition("-")
        if not (number.isascii() and number.isdecimal() and len(number) < _DIGITS):
            return None
        kept = await self.get(int(number))
        group = await self._groups.get(kept.group_id) if kept is not None else None
        return (kept, group) if kept is not None and group is not None and mark == mark_of(group) else None

    async def latest(self, group: Group, limit: int = 1, before: int | None = None) -> tuple[KeptIssue, ...]:
        """Return the issues of a group that were posted, below the number `before`, the latest first."""
        async with self._storage.read() as uow:
            return await uow.issues.latest(group.id, limit, before)

    async def numbered(self, group: Group, number: int) -> KeptIssue | None:
        """Return a group's issue by the number that people know; None when it was never posted."""
        async with self._storage.read() as uow:
            found = await uow.issues.numbered(group.id, number)
        return found if found is not None and found.sent_at is not None else None

    async def missed(self, group: Group, person: Person | None) -> tuple[KeptIssue, ...]:
        """Return the latest issues that a person did not look at, the latest first; none from before they came."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            opened = await uow.issues.opened(person.id)
            found = await uow.issues.latest(group.id, MISSED_MOST)
            came_at = min(each.met_at for each in await uow.people.identities(person.id))
        return tuple(each for each in found if each.id not in opened and each.made_at >= came_at)

    async def look(
        self, user: UserRef, language: str | None, place: Place, group: Group, kept: Sequence[KeptIssue]
    ) -> None:
        """Note that a person looked at issues of their group."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await arrives(uow, user, language, place, group.id, now)
            await uow.issues.open(identity.id, [each.id for each in kept], now)

    # what members say of a story

    async def own(self, kept: KeptIssue, person: Person | None) -> Mapping[str, Own]:
        """Return what a person said of the stories of an issue, by their signs."""
        if person is None:
            return {}
        async with self._storage.read() as uow:
            found = await uow.issues.signals_of(person.id)
        return {
            each.sign: Own(each.saved_at is not None, each.leaning) for each in found if each.group_id == kept.group_id
        }

    async def save(
        self, user: UserRef, language: str | None, place: Place, group: Group, entry: Entry, *, saved: bool
    ) -> None:
        """Put a story on somebody's list, or take it off."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await arrives(uow, user, language, place, group.id, now)
            await uow.issues.save(identity.id, _signal(group, identity.person_id, entry), saved, now)

    async def lean(
        self, user: UserRef, language: str | None, place: Place, group: Group, entry: Entry, leaning: int
    ) -> None:
        """Keep whether somebody would have more or less of such."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await arrives(uow, user, language, place, group.id, now)
            await uow.issues.lean(identity.id, _signal(group, identity.person_id, entry), leaning, now)

    async def saved(self, person: Person | None) -> tuple[Signal, ...]:
        """Return the stories that a person saved, from the issues of all their groups, the latest first."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            found = await uow.issues.signals_of(person.id)
        kept = [(each.saved_at, each) for each in found if each.saved_at is not None]
        return tuple(each for _, each in sorted(kept, key=lambda pair: pair[0], reverse=True))

    async def forget(self, user: UserRef, language: str | None, signal: Signal) -> None:
        """Take a story off somebody's list."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            await uow.issues.save(identity.id, signal, False, now)


def _heard_at(row: Schedule) -> datetime | None:
    """Return when somebody had the group go on last."""
    said = row.payload.get(HEARD)
    return datetime.fromisoformat(said) if said is not None else None


def _signal(group: Group, person_id: PersonId, entry: Entry) -> Signal:
    return Signal(
        group.id,
        person_id,
        entry.key,
        entry.title,
        entry.url,
        entry.topics,
        entry.feeds,
        saved_at=None,
        leaning=NEITHER,
    )
