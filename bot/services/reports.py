"""Broken links: who says so, which are open, and whether the hosts have been told. A link in doubt is looked at next.

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
        now, current = self._clock(), self._shelf.catalogue.current(resource_id)
        async with self._storage.write() as uow:
            identity = await uow.people.meet(user, language, now)
            row = self._shelf.catalogue.get(current)
            if row is not None and row.link is not None:
                await uow.link_checks.hurry([row.link], now)
            return await uow.reports.add(identity.id, current, now)

    async def claim(self, resource_id: str) -> bool:
        """Say whether the hosts are to be told of this link now, once: whoever asks next hears False."""
        mark = self._mark(resource_id)
        async with self._storage.write() as uow:
            if await uow.marks.get(mark) == _TOLD:
                return False
            await uow.marks.put(mark, _TOLD, self._clock())
        return True

    async def release(self, resource_id: str) -> None:
        """Note that no host could be told after all: the next report tries again."""
        async with self._storage.write() as uow:
            await uow.marks.put(self._mark(resource_id), "", self._clock())

    async def settle(self, resource_id: str) -> int:
        """Close the reports of a resource and return how many there were; a later one is news again."""
        mark, current = self._mark(resource_id), self._shelf.catalogue.current(resource_id)
        async with self._storage.write() as uow:
            if await uow.marks.get(mark):
                await uow.marks.put(mark, "", self._clock())
            every = (current, *self._shelf.catalogue.former(current))
            return sum([await uow.reports.settle(each) for each in every])

    async def open(self) -> tuple[OpenReport, ...]:
        """Return what is open, most people first, then the longest waiting."""
        async with self._storage.read() as uow:
            told = await uow.reports.all()
        people: dict[str, set[int]] = {}
        since: dict[str, datetime] = {}
        for report in told:
            current = self._shelf.catalogue.current(report.resource_id)
            people.setdefault(current, set()).add(report.person_id)
            since[current] = min(report.at, since.get(current, report.at))
        ordered = sorted(since, key=lambda each: (-len(people[each]), since[each], each))
        return tuple(self._open(each, len(people[each]), since[each]) for each in ordered)

    async def about(self, resource_id: str) -> OpenReport | None:
        """Return what is open about one resource, or None."""
        current = self._shelf.catalogue.current(resource_id)
        return next((report for report in await self.open() if report.resource_id == current), None)

    def _open(self, resource_id: str, people: int, since: datetime) -> OpenReport:
        resource = self._shelf.catalogue.get(resource_id)
        successors = self._shelf.catalogue.successors(resource) if resource else ()
        return OpenReport(resource_id, resource, people, since, successors)

    def _mark(self, resource_id: str) -> str:
        return f"report.{self._shelf.catalogue.current(resource_id)}"
