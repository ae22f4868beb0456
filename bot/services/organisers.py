"""Who runs which group: whom its organisers named, and the admins of the chats it lives in.

Of the last organiser who leaves the admins inherit, and the group is told so. What organisers may do to a group is not
known here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.groups import ALIVE, Organiser
from bot.core.outbox import NewLetter
from bot.core.people import GroupId, IdentityId, Person, PersonId
from bot.core.refs import Place, SpaceRef, UserRef
from bot.core.schedule import NOTICE
from bot.services.outbox import Outbox
from bot.storage import Storage
from bot.storage.unit import UnitOfWork

REMEMBERED = timedelta(minutes=1)  # another process may name somebody
_MOST_REMEMBERED = 10_000
INHERITED_POST = "people.inherited"


class Organisers:
    """Knows who runs which group."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], outbox: Outbox) -> None:
        """Keep in `storage`; a group is told through `outbox` that nobody is left."""
        self._storage, self._clock, self._outbox = storage, clock, outbox
        self._known: dict[tuple[PersonId, SpaceRef | None], tuple[datetime, bool]] = {}

    async def organises(self, person: Person, place: Place) -> bool:
        """Say whether a person was named an organiser of a group of this space; in private, of any group.

        Remembered for a minute. The door of the router.
        """
        now, asked = self._clock(), (person.id, place.space)
        until, known = self._known.get(asked, (now, False))
        if until > now:
            return known
        async with self._storage.read() as uow:
            mine = set(await uow.organisers.groups(person.id))
            if mine and place.space is not None:
                mine &= {each.id for each in await uow.groups.in_space(place.space)}
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[asked] = (now + REMEMBERED, bool(mine))
        return bool(mine)

    async def may_run(self, group_id: GroupId, person: Person | None, place: Place, *, admin: bool) -> bool:
        """Say whether somebody runs this very group: named, or an `admin` of the space that `place` is in."""
        async with self._storage.read() as uow:
            if admin and place.space is not None:
                homes = await uow.groups.homes(group_id)
                if any(home.space == place.space for home in homes):
                    return True
            return person is not None and await uow.organisers.is_one(group_id, person.id)

    async def of(self, group_id: GroupId) -> tuple[Organiser, ...]:
        """Return who was named, by the account they were named by, the first named first."""
        async with self._storage.read() as uow:
            return await uow.organisers.of(group_id)

    async def name(self, group_id: GroupId, user: UserRef, language: str | None = None) -> bool:
        """Name an organiser; False when they are one already."""
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, self._clock())
            if await uow.organisers.is_one(group_id, identity.person_id):
                return False
            await self.name_in(uow, group_id, identity.id)
        return True

    async def name_in(self, uow: UnitOfWork, group_id: GroupId, identity_id: IdentityId) -> None:
        """Name an account an organiser in the caller's unit of work; one that is named already stays so."""
        await uow.organisers.add(group_id, identity_id, self._clock())
        await uow.marks.put(_mark(group_id), "named", self._clock())
        self._known.clear()

    async def step_down(self, group_id: GroupId, person: Person) -> bool:
        """Take a person's role back; False when they had none. Of the last one the platforms' admins inherit."""
        async with self._storage.write() as uow:
            gone = await uow.organisers.remove(group_id, person.id)
            self._known.clear()
            if gone:
                await self._bequeath(uow, group_id)
        self._outbox.wake()
        return gone

    async def inherit(self) -> int:
        """Tell the groups whose last organiser is gone that their chat's admins run them now, once; return how many."""
        told = 0
        async with self._storage.write() as uow:
            for group in await uow.groups.all(ALIVE):
                told += await self._bequeath(uow, group.id)
        if told:
            self._outbox.wake()
        return told

    async def _bequeath(self, uow: UnitOfWork, group_id: GroupId) -> bool:
        """Tell a group's first home, when it had organisers and has none any more; each time once."""
        now = self._clock()
        if await uow.organisers.of(group_id) or not await uow.marks.get(_mark(group_id)):
            return False
        await uow.marks.put(_mark(group_id), "", now)
        places = [home.place() for home in await uow.groups.homes(group_id)]
        place = next((each for each in places if each is not None), None)
        if place is None:
            return False
        key = f"inherit:{group_id}:{now:%Y%m%d%H%M%S}"
        letter = NewLetter(key, NOTICE, place, INHERITED_POST, {"group": group_id}, group_id=group_id, silent=True)
        await self._outbox.put(uow, [letter])
        return True


def _mark(group_id: GroupId) -> str:
    """Return the mark of a group that had an organiser."""
    return f"organised.{group_id}"
