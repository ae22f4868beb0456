"""Who does what only one process may do: one Discord connection, one Telegram poller, one scheduler.

Every write of the house takes the right to write first, so two processes never take a lease at the same moment. A
holder that lost its lease while it was frozen finds its fence gone and keeps its hands off.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, insert, select, update

from bot.storage.rows import Lease
from bot.storage.run import Run
from bot.storage.tables import leases

_called = leases.c.name == bindparam("called")

_OF = select(leases).where(_called)
_ALL = select(leases).order_by(leases.c.name)
_FIRST = insert(leases)
_TAKE = (
    update(leases)
    .where(_called)
    .values(holder=bindparam("by"), fence=leases.c.fence + 1, expires_at=bindparam("until"))
)
_RENEW = update(leases).where(_called, leases.c.holder == bindparam("by")).values(expires_at=bindparam("until"))


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Leases:
    """Leases by name. `holder` is the process's own word for itself; `fence` is what guards its writes."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def take(self, name: str, holder: str, now: datetime, until: datetime) -> int | None:
        """Take a lease that is free or has run out, and return its new fence; None while somebody else holds it.

        Whoever holds it already gets a new fence, so a process takes once and then renews.
        """
        held = await self.holder(name)
        if held is None:
            await self._run.count(_FIRST, {"name": name, "holder": holder, "fence": 1, "expires_at": until})
            return 1
        if held.expires_at > now and held.holder != holder:
            return None
        await self._run.count(_TAKE, {"called": name, "by": holder, "until": until})
        return held.fence + 1

    async def renew(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Prolong a lease; False when it is somebody else's by now.

        One that ran out before `now` and that nobody took meanwhile is prolonged too: nothing happened in between.
        """
        return await self._run.count(_RENEW, {"called": name, "by": holder, "until": max(now, until)}) > 0

    async def release(self, name: str, holder: str) -> bool:
        """Let go of a lease of one's own, or of a holder known to be dead, so that the next may take it at once.

        The fence goes on growing. False when it is somebody else's by now.
        """
        return await self._run.count(_RENEW, {"called": name, "by": holder, "until": _LONG_AGO}) > 0

    async def check(self, name: str, fence: int) -> bool:
        """Say whether a fence is still the newest: ask it in the unit of work that writes what it guards.

        Nobody can take the lease until that unit ends, because both need the right to write.
        """
        held = await self.holder(name)
        return held is not None and held.fence == fence

    async def all(self) -> tuple[Lease, ...]:
        """Return every lease, also those that nobody holds any more."""
        rows = await self._run.rows(_ALL)
        return tuple(Lease(row.name, row.holder, row.fence, row.expires_at) for row in rows)

    async def holder(self, name: str) -> Lease | None:
        """Return who holds a lease, or held it last; None when nobody ever did."""
        row = await self._run.row(_OF, {"called": name})
        return None if row is None else Lease(row.name, row.holder, row.fence, row.expires_at)
