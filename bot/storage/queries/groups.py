"""Study groups, what their organisers chose, and the places they live in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import bindparam, delete, func, insert, select, update

from bot.core.cycle import Picks, Rhythm
from bot.core.groups import Group, GroupSettings, GroupState, Home
from bot.core.people import GroupId, HomeId, IdentityId, PersonId, SpaceId
from bot.core.refs import Platform, SpaceRef
from bot.i18n import Locale
from bot.storage.packing import pack_settings, unpack_settings
from bot.storage.run import AnyRow, Run
from bot.storage.tables import groups, homes, identities, members, memberships, spaces
from bot.storage.upsert import insert_or_change

_here = (spaces.c.platform == bindparam("on_platform"), spaces.c.native_id == bindparam("known_as"))

_NEW = insert(groups).returning(groups.c.id)
_GET = select(groups).where(groups.c.id == bindparam("of_group"))
_ALL = select(groups).order_by(groups.c.id)
_IN_STATES = _ALL.where(groups.c.state.in_(bindparam("states", expanding=True)))
_AT = (
    select(groups)
    .select_from(homes.join(groups).join(spaces))
    .where(*_here, homes.c.channel.in_([bindparam("here"), ""]))
    .order_by(homes.c.channel.desc())  # the channel's own group before the whole space's
    .limit(1)
)
_IN_SPACE = _ALL.where(groups.c.id.in_(select(homes.c.group_id).select_from(homes.join(spaces)).where(*_here)))

_SETTLE = insert(homes).returning(homes.c.id)
_UNSETTLE = delete(homes).where(homes.c.id == bindparam("home_id"))
_MOVE_HOME = (
    update(homes)
    .where(homes.c.id == bindparam("home_id"))
    .values(space_id=bindparam("to_space"), channel=bindparam("to_channel"))
)
_WITH_SPACE = select(homes, spaces.c.platform, spaces.c.native_id).select_from(homes.join(spaces))
_HOMES = _WITH_SPACE.where(homes.c.group_id == bindparam("of_group")).order_by(homes.c.id)
_HOME = _WITH_SPACE.where(homes.c.id == bindparam("home_id"))

_met = (
    select(homes.c.group_id, func.max(members.c.at).label("met_at"))
    .select_from(
        homes.join(spaces)
        .join(members, members.c.space_id == spaces.c.id)
        .join(identities, identities.c.id == members.c.identity_id)
    )
    .where(identities.c.person_id == bindparam("of_person"), spaces.c.left_at.is_(None))
    .group_by(homes.c.group_id)
    .subquery()
)
_used = (
    select(memberships.c.group_id, func.max(memberships.c.used_at).label("used_at"))
    .select_from(memberships.join(identities))
    .where(identities.c.person_id == bindparam("of_person"))
    .group_by(memberships.c.group_id)
    .subquery()
)
_OF_PERSON = (
    select(groups, _met.c.met_at, _used.c.used_at)
    .select_from(groups.join(_met, _met.c.group_id == groups.c.id).outerjoin(_used, _used.c.group_id == groups.c.id))
    .where(groups.c.state != GroupState.ENDED.value)
    .order_by(groups.c.id)
)
_USE = insert_or_change(memberships, lambda refused: {"used_at": refused.used_at})


class GroupChange(TypedDict, total=False):
    """What can be changed of a group; what is not named stays."""

    name: str
    state: GroupState
    paused_until: datetime | None
    locale: Locale | None
    zone: str | None
    rhythm: Rhythm | None
    place: str | None
    picks: Picks | None
    settings: GroupSettings


class Groups:
    """Who studies together, how, and where."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def create(self, name: str, now: datetime) -> Group:
        """Make a group that lives nowhere yet."""
        values = {"name": name, "created_at": now, "state": GroupState.DRAFT.value, "settings": {}}
        return Group(GroupId(await self._run.value(_NEW, values)), name, now)

    async def get(self, group_id: GroupId) -> Group | None:
        """Return a group, None for a number that is nobody's."""
        row = await self._run.row(_GET, {"of_group": group_id})
        return None if row is None else _group(row)

    async def change(self, group_id: GroupId, **change: Unpack[GroupChange]) -> Group:
        """Set what is named and return the group as it is now. A rhythm brings its zone. Raises `LookupError`."""
        columns = _columns(change)
        if columns:
            await self._run.count(update(groups).where(groups.c.id == group_id).values(columns))
        group = await self.get(group_id)
        if group is None:
            raise LookupError(f"no group {group_id}")
        return group

    async def all(self, states: Collection[GroupState] | None = None) -> tuple[Group, ...]:
        """Return every group, or those in some states, the oldest first."""
        if states is None:
            return tuple(map(_group, await self._run.rows(_ALL)))
        return tuple(map(_group, await self._run.rows(_IN_STATES, {"states": [state.value for state in states]})))

    async def at(self, space: SpaceRef, channel: str | None) -> Group | None:
        """Return the group that lives in a channel, or else in its whole space; None when nobody does."""
        row = await self._run.row(_AT, {**_key(space), "here": channel or ""})
        return None if row is None else _group(row)

    async def in_space(self, space: SpaceRef) -> tuple[Group, ...]:
        """Return the groups that live anywhere in a space, the oldest first."""
        return tuple(map(_group, await self._run.rows(_IN_SPACE, _key(space))))

    async def settle(self, group_id: GroupId, space_id: SpaceId, channel: str | None) -> Home:
        """Give a group a home: a whole space (`channel` None) or one channel or topic of it.

        Raises sqlalchemy's `IntegrityError` where another group lives; ask `at` first.
        """
        values = {"group_id": group_id, "space_id": space_id, "channel": channel or ""}
        home_id = await self._run.value(_SETTLE, values)
        row = await self._run.row(_HOME, {"home_id": home_id})
        assert row is not None  # noqa: S101 - inserted a line ago
        return _home(row)

    async def unsettle(self, home_id: HomeId) -> bool:
        """Take a home from its group; False when it is gone already. What the group read stays."""
        return await self._run.count(_UNSETTLE, {"home_id": home_id}) > 0

    async def move_home(self, home_id: HomeId, space_id: SpaceId, channel: str | None) -> bool:
        """Move a home, which keeps its number; False when it is gone. Raises `IntegrityError` as `settle` does."""
        values = {"home_id": home_id, "to_space": space_id, "to_channel": channel or ""}
        return await self._run.count(_MOVE_HOME, values) > 0

    async def homes(self, group_id: GroupId) -> tuple[Home, ...]:
        """Return every home of a group, the first settled first."""
        return tuple(map(_home, await self._run.rows(_HOMES, {"of_group": group_id})))

    async def of_person(self, person_id: PersonId) -> tuple[Group, ...]:
        """Return the groups in whose spaces a person was met, those that ended left out, the last used first."""
        rows = await self._run.rows(_OF_PERSON, {"of_person": person_id})
        latest = sorted(rows, key=lambda row: max(filter(None, (row.met_at, row.used_at))), reverse=True)
        return tuple(map(_group, latest))

    async def last_used(self, person_id: PersonId) -> Group | None:
        """Return the first of `of_person`."""
        return next(iter(await self.of_person(person_id)), None)

    async def use(self, identity_id: IdentityId, group_id: GroupId, now: datetime) -> None:
        """Note that somebody chose this one of their groups."""
        await self._run.count(
            _USE[self._run.dialect], {"group_id": group_id, "identity_id": identity_id, "used_at": now}
        )


def _columns(change: GroupChange) -> dict[str, Any]:
    columns: dict[str, Any] = dict(change)
    if "settings" in change:
        columns["settings"] = pack_settings(change["settings"])
    if "rhythm" in change:
        rhythm: Rhythm | None = columns.pop("rhythm")
        columns |= {name: getattr(rhythm, name, None) for name in ("first", "weeks", "meets")}
        if rhythm is not None:
            columns["zone"] = rhythm.zone
    return columns


def _key(space: SpaceRef) -> dict[str, str]:
    return {"on_platform": space.platform.value, "known_as": space.id}


def _group(row: AnyRow) -> Group:
    return Group(
        GroupId(row.id),
        row.name,
        row.created_at,
        GroupState(row.state),
        row.paused_until,
        None if row.locale is None else Locale(row.locale),
        row.zone,
        None if row.first is None or row.zone is None else Rhythm(row.first, row.zone, row.weeks, row.meets),
        row.place,
        None if row.picks is None else Picks(row.picks),
        unpack_settings(row.settings),
    )


def _home(row: AnyRow) -> Home:
    space = SpaceRef(Platform(row.platform), row.native_id)
    return Home(HomeId(row.id), GroupId(row.group_id), space, row.channel or None)
