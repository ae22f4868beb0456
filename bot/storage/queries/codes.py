"""Codes that connect two accounts, or two homes: asked for on one side, typed on the other, confirmed by both.

Only the hash of a code is kept, so that nobody who reads the database can use one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select, update

from bot.core.people import GroupId, IdentityId
from bot.core.reading import Code, Purpose
from bot.storage.run import AnyRow, Run
from bot.storage.tables import codes

_this = codes.c.code == bindparam("hashed")

_GET = select(codes).where(_this, codes.c.expires_at > bindparam("now"))
_DROP_EARLIER = delete(codes).where(codes.c.identity_id == bindparam("by"), codes.c.purpose == bindparam("so"))
_NEW = insert(codes)
_CLAIM = (
    update(codes)
    .where(
        _this,
        codes.c.expires_at > bindparam("now"),
        or_(codes.c.claimed_by.is_(None), codes.c.claimed_by == bindparam("claims")),
    )
    .values(claimed_by=bindparam("claims"), claimed_name=bindparam("called"))
)
_OF = select(codes).where(
    codes.c.identity_id == bindparam("by"), codes.c.purpose == bindparam("so"), codes.c.expires_at > bindparam("now")
)
_TAKE = delete(codes).where(_this)
_PURGE = delete(codes).where(codes.c.expires_at <= bindparam("now"))


class Codes:
    """Codes, by their hash."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def make(
        self,
        hashed: str,
        purpose: Purpose,
        identity_id: IdentityId,
        group_id: GroupId | None,
        expires_at: datetime,
        name: str | None = None,
    ) -> Code:
        """Keep a new code of an account that is called `name`; those it asked for earlier for the same purpose end."""
        await self._run.count(_DROP_EARLIER, {"by": identity_id, "so": purpose.value})
        values = {
            "code": hashed,
            "purpose": purpose.value,
            "identity_id": identity_id,
            "group_id": group_id,
            "expires_at": expires_at,
            "name": name,
        }
        await self._run.count(_NEW, values)
        return Code(purpose, identity_id, group_id, None, expires_at, name)

    async def get(self, hashed: str, now: datetime) -> Code | None:
        """Return a code that can still be used."""
        row = await self._run.row(_GET, {"hashed": hashed, "now": now})
        return None if row is None else _code(row)

    async def of(self, identity_id: IdentityId, purpose: Purpose, now: datetime) -> tuple[str, Code] | None:
        """Return the code that an account asked for, with its hash; None when it has none that can be used."""
        row = await self._run.row(_OF, {"by": identity_id, "so": purpose.value, "now": now})
        return None if row is None else (row.code, _code(row))

    async def claim(self, hashed: str, identity_id: IdentityId, now: datetime, name: str | None = None) -> Code | None:
        """Note who typed a code, an account called `name`.

        None when there is no such code, it has expired, or somebody else typed it first.
        """
        values = {"hashed": hashed, "claims": identity_id, "now": now, "called": name}
        claimed = await self._run.count(_CLAIM, values)
        return await self.get(hashed, now) if claimed else None

    async def take(self, hashed: str, now: datetime) -> Code | None:
        """Use a code up and return it, once; None when it is gone or has expired."""
        code = await self.get(hashed, now)
        return code if code is not None and await self._run.count(_TAKE, {"hashed": hashed}) else None

    async def purge(self, now: datetime) -> int:
        """Delete what has expired, and return how many there were."""
        return await self._run.count(_PURGE, {"now": now})


def _code(row: AnyRow) -> Code:
    return Code(
        Purpose(row.purpose),
        IdentityId(row.identity_id),
        None if row.group_id is None else GroupId(row.group_id),
        None if row.claimed_by is None else IdentityId(row.claimed_by),
        row.expires_at,
        row.name,
        row.claimed_name,
    )
