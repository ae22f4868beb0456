"""Who said that a resource's link is broken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.core.people import IdentityId
from bot.storage.rows import Report
from bot.storage.run import Run
from bot.storage.tables import identities, reports
from bot.storage.upsert import insert_or_leave

_accounts = identities.alias("accounts")
_SAID = (
    select(reports.c.at)
    .select_from(
        identities.join(_accounts, _accounts.c.person_id == identities.c.person_id).join(
            reports, reports.c.identity_id == _accounts.c.id
        )
    )
    .where(identities.c.id == bindparam("identity_id"), reports.c.resource_id == bindparam("resource_id"))
)
_ADD = insert_or_leave(reports)
_ALL = (
    select(reports, identities.c.person_id)
    .select_from(reports.join(identities))
    .order_by(reports.c.at.desc(), reports.c.resource_id)
)
_SETTLE = delete(reports).where(reports.c.resource_id == bindparam("resource"))


class Reports:
    """Broken-link reports, one a person and resource."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def add(self, identity_id: IdentityId, resource_id: str, now: datetime) -> bool:
        """Note a report; False when this person had said so before, from whichever account."""
        where = {"identity_id": identity_id, "resource_id": resource_id}
        if await self._run.row(_SAID, where) is not None:
            return False
        return await self._run.count(_ADD[self._run.dialect], {**where, "at": now}) > 0

    async def all(self) -> tuple[Report, ...]:
        """Return every report, the latest first."""
        rows = await self._run.rows(_ALL)
        return tuple(Report(row.resource_id, row.person_id, row.identity_id, row.at) for row in rows)

    async def settle(self, resource_id: str) -> int:
        """Forget every report of a resource whose link was seen to, and return how many there were."""
        return await self._run.count(_SETTLE, {"resource": resource_id})
