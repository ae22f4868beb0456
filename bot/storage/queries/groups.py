"""Study groups and the places they live in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select

from bot.core.people import Group, GroupId, Home, HomeId, SpaceId
from bot.core.refs import Platform, SpaceRef
from bot.storage.run import AnyRow, Run
from bot.storage.tables import groups, homes, spaces

_NEW = insert(groups).returning(groups.c.id)
_SETTLE = insert(homes).returning(homes.c.id)
_AT = (
    select(groups)
    .select_from(homes.join(groups).join(spaces))
    .where(
        spaces.c.platform == bindparam("on_platform"),
        spaces.c.native_id == bindparam("known_as"),
        homes.c.channel.in_([bindparam("here"), ""]),
    )
    .order_by(homes.c.channel.desc())  # the channel's own group before the whole space's
    .limit(1)
)
_WITH_SPACE = select(homes, spaces.c.platform, spaces.c.native_id).select_from(homes.join(spaces))
_HOMES = _WITH_SPACE.where(homes.c.group_id == bindparam("of_group")).order_by(homes.c.id)
_ALL = select(groups).order_by(groups.c.id)
_HOME = _WITH_SPACE.where(homes.c.id == bindparam("home_id"))


class Groups:
    """Who studies together, and where."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def create(self, name: str, now: datetime) -> Group:
        """Make a group that lives nowhere yet."""
        return Group(GroupId(await self._run.value(_NEW, {"name": name, "created_at": now})), name, now)

    async def settle(self, group_id: GroupId, space_id: SpaceId, channel: str | None) -> Home:
        """Give a group a home: a whole space (`channel` None) or one channel or topic of it.

        Raises sqlalchemy's `IntegrityError` where another group lives; ask `at` first.
        """
        values = {"group_id": group_id, "space_id": space_id, "channel": channel or ""}
        home_id = await self._run.value(_SETTLE, values)
        row = await self._run.row(_HOME, {"home_id": home_id})
        assert row is not None  # noqa: S101 - inserted a line ago
        return _home(row)

    async def at(self, space: SpaceRef, channel: str | None) -> Group | None:
        """Return the group that lives in a channel, or else in its whole space; None when nobody does."""
        values = {"on_platform": space.platform.value, "known_as": space.id, "here": channel or ""}
        row = await self._run.row(_AT, values)
        return None if row is None else Group(row.id, row.name, row.created_at)

    async def all(self) -> tuple[Group, ...]:
        """Return every group, the oldest first."""
        return tuple(Group(row.id, row.name, row.created_at) for row in await self._run.rows(_ALL))

    async def homes(self, group_id: GroupId) -> tuple[Home, ...]:
        """Return every home of a group, the first settled first."""
        return tuple(map(_home, await self._run.rows(_HOMES, {"of_group": group_id})))


def _home(row: AnyRow) -> Home:
    space = SpaceRef(Platform(row.platform), row.native_id)
    return Home(HomeId(row.id), GroupId(row.group_id), space, row.channel or None)
