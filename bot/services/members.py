"""What members choose, where they were met, and what is kept of them: handed over or deleted when they say so.

A person is made when they choose something; handing over and deleting also serve somebody who never was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import structlog

from bot.core.linking import said
from bot.core.people import Identity, Person, Preferences
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.retention import RULES
from bot.core.zones import guessed_zone
from bot.services.doors import Doors
from bot.services.own_schedules import move_zone
from bot.services.visits import Visits
from bot.storage import Storage, StorageError
from bot.storage.unit import UnitOfWork

log = structlog.get_logger(__name__)

FORM = "moim-export-1"
_LEFTOVERS = "erase.leftovers"  # a mark: rows were deleted, the file is not yet written anew
_MOST_NOTED = 10_000


class Members:
    """Serves people about themselves."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        doors: Doors,
        default_zone: str = "UTC",
        visits: Visits | None = None,
    ) -> None:
        """Keep in `storage`; `clock` gives aware UTC; `doors` are told of a space that nobody told us of.

        `default_zone` is whose who chose none and whose language tells none. `visits` forgets who is deleted.
        """
        self._storage, self._clock, self._doors, self._default_zone = storage, clock, doors, default_zone
        self._noted: dict[UserRef, tuple[SpaceRef, date]] = {}  # where somebody was met last, and on which day
        self._visits = visits or Visits()

    async def prefer(self, user: UserRef, language: str | None, **changes: Any) -> Preferences:
        """Set some preferences of `user`, by the field's name, and return all of them. None takes one back.

        A new time zone takes the person's reminders along, in the same moment. Raises `TypeError` for a field that
        preferences do not have.
        """
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            person = await uow.people.visitor(user)
            chosen = replace(person.preferences if person else Preferences(), **changes)
            await uow.people.prefer(identity.person_id, chosen)
            own = (await uow.people.words(identity.person_id)).get(identity.id)
            if own is not None:  # one account of several: what it chose is its own when they part
                await uow.people.keep_words(identity.id, said(own, changes, now))
            if "timezone" in changes:
                guessed = guessed_zone(identity.language, chosen.locale) or self._default_zone
                await move_zone(uow, identity.person_id, chosen.timezone or guessed, now)
        return chosen

    async def accounts(self, person: Person | None) -> tuple[Identity, ...]:
        """Return the accounts of `person`, the first met first."""
        if person is None:
            return ()
        async with self._storage.read() as uow:
            return await uow.people.identities(person.id)

    async def note_member(self, user: UserRef, place: Place) -> None:
        """Note that somebody known was met in a space; for somebody unknown, or a private chat, do nothing.

        Writes at most once a day while they stay in one space: the last one met in is the last one used.
        """
        space, now = place.space, self._clock()
        if space is None or self._noted.get(user) == (space, now.date()):
            return
        async with self._storage.read() as uow:
            if await uow.people.of_identity(user) is None:
                return
        if not await self._note(user, space, now):
            await self._doors.arrived(space, "")  # the bot was added under another database
            await self._note(user, space, now)
        if len(self._noted) >= _MOST_NOTED:
            self._noted.clear()
        self._noted[user] = (space, now.date())

    async def _note(self, user: UserRef, space: SpaceRef, now: datetime) -> bool:
        """Note the meeting, unless they were deleted meanwhile; False for a space that was never seen."""
        async with self._storage.write() as uow:
            identity = await uow.people.of_identity(user)
            return identity is None or await uow.members.note(identity.id, space, now)

    async def counts(self, user: UserRef) -> Mapping[str, int]:
        """Return how much is kept of `user`, by the name of the retention rule."""
        async with self._storage.read() as uow:
            own = await uow.own.export(await _accounts_of(uow, user))
        # Of a kind in two tables (a person and their accounts), the larger is what one would count.
        return {rule.name: max(len(own.get(table, ())) for table in rule.tables) for rule in RULES}

    async def export(self, user: UserRef) -> bytes:
        """Return everything that is kept of `user`, from all their accounts, as JSON."""
        async with self._storage.write() as uow:  # a unit that writes sees one moment; nothing is written
            accounts = await _accounts_of(uow, user)
            own = await uow.own.export(accounts)
        whole = {
            "format": FORM,
            "exported_at": self._clock().isoformat(),
            "accounts": [str(account) for account in accounts],
            "tables": own,
        }
        return json.dumps(whole, ensure_ascii=False, indent=2).encode()

    async def erase(self, user: UserRef) -> bool:
        """Delete everything that is kept of `user`, from all their accounts.

        Afterwards they are unknown. False: it is deleted, but the file could not be written anew just now, so traces
        may lie in it until the bot starts again.
        """
        async with self._storage.write() as uow:
            accounts = await _accounts_of(uow, user)
            await uow.own.erase(accounts)
            await uow.marks.put(_LEFTOVERS, "due", self._clock())
        self._visits.forget(accounts)
        self._noted = {user: met for user, met in self._noted.items() if user not in accounts}
        return await self._scrub()

    async def finish_erasing(self) -> None:
        """Write the file anew if that was still to be done when the bot ended. For the start."""
        async with self._storage.read() as uow:
            due = await uow.marks.get(_LEFTOVERS)
        if due:
            await self._scrub()

    async def _scrub(self) -> bool:
        try:
            await self._storage.scrub()
            async with self._storage.write() as uow:
                await uow.marks.put(_LEFTOVERS, "", self._clock())
        except StorageError as error:
            log.warning("traces of deleted rows may be left until the next start", error=str(error))
            return False
        return True


async def _accounts_of(uow: UnitOfWork, user: UserRef) -> Collection[UserRef]:
    """Return every account of the person behind `user`, or just `user` when nobody is known."""
    identity = await uow.people.of_identity(user)
    if identity is None:
        return (user,)
    return tuple(each.user for each in await uow.people.identities(identity.person_id))


def reachable(accounts: Collection[Identity]) -> tuple[Platform, ...]:
    """Return the platforms a person can be reached on, each once."""
    return tuple(dict.fromkeys(each.user.platform for each in accounts))
