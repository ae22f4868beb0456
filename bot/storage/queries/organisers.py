"""Who runs a group, by its organisers' own word; the admins of its homes, who do so too, the platforms tell."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.core.groups import Organiser
from bot.core.people import GroupId, IdentityId, PersonId
from bot.storage.queries.people import identity_of
from bot.storage.run import Run
from bot.storage.tables import identities, organisers
from bot.storage.upsert import insert_or_leave

_of_group = organisers.c.group_id == bindparam("of_group")
_of_person = organisers.c.identity_id.in_(
    select(identities.c.id).where(identities.c.person_id == bindparam("of_person"))
)

_ADD = insert_or_leave(organisers)
_REMOVE = delete(organisers).where(_of_group, _of_person)
_OF = (
    select(identities, organisers.c.group_id, organisers.c.since)
    .select_from(organisers.join(identities))
    .where(_of_group)
    .order_by(organisers.c.since, identities.c.id)
)
_IS_ONE = select(organisers.c.group_id).where(_of_group, _of_person).limit(1)
_GROUPS = select(organisers.c.group_id).where(_of_person).distinct().order_by(organisers.c.group_id)


class Organisers:
    """Who runs a group. Whoever runs it does so from each of their accounts."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def add(self, group_id: GroupId, identity_id: IdentityId, now: datetime) -> bool:
        """Name somebody; False when they are an organiser by this account already."""
        values = {"group_id": group_id, "identity_id": identity_id, "since": now}
        return await self._run.count(_ADD[self._run.dialect], values) > 0

    async def remove(self, group_id: GroupId, person_id: PersonId) -> bool:
        """Take a person's role back, whichever account they were named by; False when they had none."""
        return await self._run.count(_REMOVE, {"of_group": group_id, "of_person": person_id}) > 0

    async def of(self, group_id: GroupId) -> tuple[Organiser, ...]:
        """Return the organisers of a group by the accounts they were named by, the first named first."""
        rows = await self._run.rows(_OF, {"of_group": group_id})
        return tuple(Organiser(GroupId(row.group_id), identity_of(row), row.since) for row in rows)

    async def is_one(self, group_id: GroupId, person_id: PersonId) -> bool:
        """Say whether a person runs a group."""
        return await self._run.value(_IS_ONE, {"of_group": group_id, "of_person": person_id}) is not None

    async def groups(self, person_id: PersonId) -> tuple[GroupId, ...]:
        """Return the groups that a person runs, the oldest first."""
        return tuple(GroupId(row.group_id) for row in await self._run.rows(_GROUPS, {"of_person": person_id}))
