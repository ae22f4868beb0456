"""The wires of buttons that were too long for a button, under short tokens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, case, delete, select

from bot.core.people import PersonId
from bot.core.retention import PRESS_GRACE
from bot.storage.rows import Token
from bot.storage.run import Run
from bot.storage.tables import tokens
from bot.storage.upsert import insert_or_change

_PUT = insert_or_change(
    tokens,
    lambda refused: {
        "expires_at": case((refused.expires_at > tokens.c.expires_at, refused.expires_at), else_=tokens.c.expires_at)
    },
)
_GET = select(tokens).where(tokens.c.token == bindparam("token"))
_LASTING = select(tokens.c.token).where(
    tokens.c.token.in_(bindparam("tokens", expanding=True)), tokens.c.expires_at >= bindparam("until")
)
_PURGE = delete(tokens).where(tokens.c.expires_at < bindparam("before"))


class Tokens:
    """Long wires by token."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def put(self, wires: Mapping[str, str], *, expires_at: datetime, person_id: PersonId | None = None) -> None:
        """Keep each token's wire until `expires_at`, bound to `person_id` when given.

        A token that is kept already is prolonged, never shortened; its wire and whose it is stay.
        """
        if wires:
            rows = [
                {"token": token, "wire": wire, "person_id": person_id, "expires_at": expires_at}
                for token, wire in wires.items()
            ]
            await self._run.count(_PUT[self._run.dialect], rows)

    async def get(self, token: str) -> Token | None:
        """Return what a token stands for, expired or not; None when it is unknown (or long expired)."""
        row = await self._run.row(_GET, {"token": token})
        return None if row is None else Token(row.token, row.wire, row.person_id, row.expires_at)

    async def lacking(self, wanted: Collection[str], *, until: datetime) -> frozenset[str]:
        """Return those of the tokens `wanted` that are unknown or end before `until`: only these need writing."""
        if not wanted:
            return frozenset()
        rows = await self._run.rows(_LASTING, {"tokens": list(wanted), "until": until})
        return frozenset(wanted) - {row.token for row in rows}

    async def purge(self, now: datetime) -> int:
        """Delete what expired more than `PRESS_GRACE` ago, and return how many."""
        return await self._run.count(_PURGE, {"before": now - PRESS_GRACE})
