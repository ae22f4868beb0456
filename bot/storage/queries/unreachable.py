"""Addresses that cannot be reached: a closed DM, a blocked bot, a channel that is gone. Nothing is sent to them.

Where writing is forbidden, `bot.scheduler.flight` has later letters tried again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select, tuple_, update

from bot.core.outbox import Address
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.storage.addresses import address_values
from bot.storage.rows import Unreachable as UnreachableRow
from bot.storage.run import AnyRow, Run
from bot.storage.tables import unreachable
from bot.storage.upsert import insert_or_leave

_KEY = ("platform", "user_id", "channel")
_there = and_(
    unreachable.c.platform == bindparam("on_platform"),
    unreachable.c.user_id == bindparam("of_user"),
    unreachable.c.channel == bindparam("in_channel"),
)
_MARK = insert_or_leave(unreachable)
_CLEAR = delete(unreachable).where(_there)
_GET = select(unreachable).where(_there)
_CLEAR_SPACE = delete(unreachable).where(
    unreachable.c.platform == bindparam("on_platform"), unreachable.c.space == bindparam("in_space")
)
_AMONG = select(unreachable).where(
    tuple_(unreachable.c.platform, unreachable.c.user_id, unreachable.c.channel).in_(
        bindparam("addresses", expanding=True)
    )
)
_ALL = select(unreachable).order_by(unreachable.c.since)
_TOLD = update(unreachable).where(_there, unreachable.c.told_at.is_(None)).values(told_at=bindparam("now"))
_PURGE = delete(unreachable).where(unreachable.c.since < bindparam("before"))


class Unreachable:
    """Addresses out of reach. All threads of a channel are one address."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def mark(self, to: Address, reason: str, now: datetime) -> bool:
        """Note that an address cannot be reached; False when that is known, with its first reason."""
        values = {**_columns(to), "reason": reason, "since": now, "told_at": None}
        return await self._run.count(_MARK[self._run.dialect], values) > 0

    async def clear(self, to: Address | SpaceRef) -> bool:
        """Note a sign of life of an address, or of a space with all its channels; False when nothing was marked."""
        if isinstance(to, SpaceRef):
            values = {"on_platform": to.platform.value, "in_space": to.id}
            return await self._run.count(_CLEAR_SPACE, values) > 0
        return await self._run.count(_CLEAR, _where(to)) > 0

    async def get(self, to: Address) -> UnreachableRow | None:
        """Return why an address cannot be reached, None when it can."""
        row = await self._run.row(_GET, _where(to))
        return None if row is None else _row(row)

    async def among(self, addresses: Collection[Address]) -> Mapping[Address, str]:
        """Return which of these addresses cannot be reached, each with the reason."""
        by_key = {tuple(_columns(to)[name] for name in _KEY): to for to in addresses}
        rows = await self._run.rows(_AMONG, {"addresses": list(by_key)}) if by_key else ()
        return {by_key[row.platform, row.user_id, row.channel]: row.reason for row in rows}

    async def all(self) -> tuple[UnreachableRow, ...]:
        """Return every address out of reach, the longest first."""
        return tuple(map(_row, await self._run.rows(_ALL)))

    async def told(self, to: Address, now: datetime) -> bool:
        """Note that somebody was told of it; False when they were before, or the address is not marked."""
        return await self._run.count(_TOLD, {**_where(to), "now": now}) > 0

    async def moved(self, old: SpaceRef, new: SpaceRef) -> None:
        """Forget what was found out about a chat under either of its ids. Called by `Spaces.moved`."""
        for space in (old, new):
            await self.clear(space)

    async def purge(self, before: datetime) -> int:
        """Delete what was found out before that moment, and return how many there were."""
        return await self._run.count(_PURGE, {"before": before})


def _columns(to: Address) -> dict[str, str | None]:
    values = address_values(to)
    return {name: values[name] for name in (*_KEY, "space")}


def _where(to: Address) -> dict[str, str | None]:
    columns = _columns(to)
    return {"on_platform": columns["platform"], "of_user": columns["user_id"], "in_channel": columns["channel"]}


def _row(row: AnyRow) -> UnreachableRow:
    platform = Platform(row.platform)
    space = None if row.space is None else SpaceRef(platform, row.space)
    to: Address = UserRef(platform, row.user_id) if row.user_id else Place(platform, row.channel, space)
    return UnreachableRow(to, row.reason, row.since, row.told_at)
