"""Broken links: who says so, which are open, and whether the hosts have been told.

A report is forgotten when somebody has seen to it, so that the next one is news again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.catalogue import Resource
from bot.core.refs import UserRef
from bot.core.shelf import Shelf
from bot.storage import Storage

_TOLD = "told"


@dataclass(frozen=True, slots=True)
class OpenReport:
    """A link that people say is broken: how many, since when, and the rows that could take the place of its row.

    `resource` is None for a row that the catalogue has lost since.
    """

    resource_id: str
    resource: Resource | None
    people: int
    since: datetime
    successors: tuple[Resource, ...] = ()


class Reports:
    """Keeps the reports."""

    def __init__(self, shelf: Shelf, storage: Storage, clock: Callable[[], datetime]) -> None:
        """Keep them in `storage`; `shelf` knows the rows."""
        self._shelf, self._storage, self._clock = shelf, storage, clock

    async def add(self, user: UserRef, language: str | None, resource_id: str) -> bool:
        """Note that a link is broken; False when this person has said so before."""
        now = self._clock()
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            return await uow.reports.add(identity.id, resource_id, now)

    async def claim(self, resource_id: str) -> bool:
        """Say whether the hosts are to be told of this link now, once: whoever asks next hears False."""
        async with self._storage.write() as uow:
            if await uow.marks.get(_mark(resource_id)) == _TOLD:
                return False
            await uow.marks.put(_mark(resource_id), _TOLD, self._clock())
        return True

    async def release(self, resource_id: str) -> None:
        """Note that no host could be told after all: the next report tries again."""
        async with self._storage.write() as uow:
            await uow.marks.put(_mark(resource_id), "", self._clock())

    async def settle(self, resource_id: str) -> int:
        """Close the reports of a resource and return how many there were; a later one is news again."""
        async with self._storage.write() as uow:
            if await uow.marks.get(_mark(resource_id)):
                await uow.marks.put(_mark(resource_id), "", self._clock())
            return await uow.reports.settle(resource_id)

    async def open(self) -> tuple[OpenReport, ...]:
        """Return what is open, most people first, then the longest waiting."""
        async with self._storage.read() as uow:
            told = await uow.reports.all()
        people: dict[str, set[int]] = {}
        since: dict[str, datetime] = {}
        for report in told:
            people.setdefault(report.resource_id, set()).add(report.person_id)
            since[report.resource_id] = min(report.at, since.get(report.resource_id, report.at))
        ordered = sorted(since, key=lambda each: (-len(people[each]), since[each], each))
        return tuple(self._open(each, len(people[each]), since[each]) for each in ordered)

    async def about(self, resource_id: str) -> OpenReport | None:
        """Return what is open about one resource, or None."""
        return next((report for report in await self.open() if report.resource_id == resource_id), None)

    def _open(self, resource_id: str, people: int, since: datetime) -> OpenReport:
        resource = self._shelf.catalogue.get(resource_id)
        successors = self._shelf.catalogue.successors(resource) if resource else ()
        return OpenReport(resource_id, resource, people, since, successors)


def _mark(resource_id: str) -> str:
    return f"report.{resource_id}"
