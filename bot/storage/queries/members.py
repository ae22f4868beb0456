"""Which people were met in which spaces, so that a group's own opinions can be counted and a private chat knows it.

It is what people did there, never a platform's list of members.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.core.people import IdentityId, PersonId
from bot.core.refs import Platform, SpaceRef
from bot.storage.run import Run
from bot.storage.tables import identities, members, people, spaces
from bot.storage.upsert import insert_or_change

_SPACE = select(spaces.c.id).where(
    spaces.c.platform == bindparam("on_platform"), spaces.c.native_id == bindparam("known_as")
)
_NOTE = insert_or_change(members, lambda refused: {"at": refused.at})
_ZONES = (
    select(people.c.timezone)
    .distinct()
    .select_from(members.join(identities).join(people).join(spaces, spaces.c.id == members.c.space_id))
    .where(
        spaces.c.platform == bindparam("on_platform"),
        spaces.c.native_id == bindparam("known_as"),
        people.c.timezone.is_not(None),
    )
    .order_by(people.c.timezone)
)
_LAST = (
    select(spaces.c.platform, spaces.c.native_id)
    .select_from(members.join(identities).join(spaces))
    .where(identities.c.person_id == bindparam("person_id"), spaces.c.left_at.is_(None))
    .order_by(members.c.at.desc(), members.c.space_id)
    .limit(1)
)


class Members:
    """Who was met where."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def note(self, identity_id: IdentityId, space: SpaceRef, now: datetime) -> bool:
        """Note that an account was met in a space now; False for a space that was never seen."""
        space_id = await self._run.value(_SPACE, {"on_platform": space.platform.value, "known_as": space.id})
        if space_id is None:
            return False
        values = {"identity_id": identity_id, "space_id": space_id, "at": now}
        await self._run.count(_NOTE[self._run.dialect], values)
        return True

    async def last_space(self, person_id: PersonId) -> SpaceRef | None:
        """Return the space a person was met in last, of those the bot is still in; None without one."""
        row = await self._run.row(_LAST, {"person_id": person_id})
        return None if row is None else SpaceRef(Platform(row.platform), row.native_id)

    async def zones(self, space: SpaceRef) -> tuple[str, ...]:
        """Return the time zones that people met in a space chose, each once."""
        values = {"on_platform": space.platform.value, "known_as": space.id}
        return tuple(row.timezone for row in await self._run.rows(_ZONES, values))
