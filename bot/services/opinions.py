"""What people think of resources: their own thumbs and marks, and the group's, counted.

A group's opinions are read again after a short while, so that asking for a recommendation stays one read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.core.catalogue import Catalogue
from bot.core.errors import Unavailable
from bot.core.people import GroupOpinion, Person, PersonId
from bot.core.refs import Place, SpaceRef, UserRef
from bot.core.shelf import Shelf
from bot.core.topics import TopicMap
from bot.storage import Storage

log = structlog.get_logger(__name__)

REMEMBERED = timedelta(minutes=1)  # another process may write them
_MOST_REMEMBERED = 1000
NOTHING: Mapping[str, GroupOpinion] = {}
K = TypeVar("K")
V = TypeVar("V")


class Opinions:
    """Keeps what people think."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], books: Shelf | None = None) -> None:
        """Keep them in `storage`; `clock` gives aware UTC, `books` knows the ids that went."""
        self._storage, self._clock = storage, clock
        self._books = books or Shelf(Catalogue(()), TopicMap(()))
        self._of_space: dict[SpaceRef, tuple[datetime, Mapping[str, GroupOpinion]]] = {}
        self._last_space: dict[PersonId, tuple[datetime, SpaceRef | None]] = {}

    async def thumb(self, user: UserRef, language: str | None, resource_id: str, value: int) -> int:
        """Set the thumb of `user` (-1, 0 or 1) and return what it was."""
        now, current = self._clock(), self._books.current(resource_id)
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            before = await uow.opinions.thumb(identity.id, current, value, now, self._books.catalogue.former(current))
        self._of_space.clear()
        return before

    async def seen(self, user: UserRef, language: str | None, resource_id: str, seen: bool) -> bool:
        """Set whether `user` has seen a resource themselves and return what they said before."""
        now, current = self._clock(), self._books.current(resource_id)
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            before = await uow.opinions.seen(identity.id, current, seen, now, self._books.catalogue.former(current))
        self._of_space.clear()
        return before

    async def of_group(self, place: Place, person: Person | None) -> Mapping[str, GroupOpinion]:
        """Return what the group thinks, by resource: the one that meets in `place`, in private the person's last.

        Without storage it is nothing: an answer from the catalogue does not need it.
        """
        try:
            space = place.space or (await self._space_of(person.id) if person is not None else None)
            return NOTHING if space is None else await self._opinions_in(space)
        except Unavailable as error:
            log.error("nobody's opinion can be read: storage", error=str(error))
            return NOTHING

    async def _space_of(self, person_id: PersonId) -> SpaceRef | None:
        now = self._clock()
        known = self._last_space.get(person_id)
        if known is not None and known[0] > now:
            return known[1]
        async with self._storage.read() as uow:
            space = await uow.members.last_space(person_id)
        _remember(self._last_space, person_id, (now + REMEMBERED, space))
        return space

    async def _opinions_in(self, space: SpaceRef) -> Mapping[str, GroupOpinion]:
        now = self._clock()
        known = self._of_space.get(space)
        if known is not None and known[0] > now:
            return known[1]
        async with self._storage.read() as uow:
            group = await uow.groups.at(space, None)
            spaces = {space, *(home.space for home in await uow.groups.homes(group.id))} if group else {space}
            found = await uow.opinions.of_group(spaces, self._books.current)
        _remember(self._of_space, space, (now + REMEMBERED, found))
        return found


def _remember(table: dict[K, V], key: K, value: V) -> None:
    if len(table) >= _MOST_REMEMBERED:
        table.clear()
    table[key] = value
