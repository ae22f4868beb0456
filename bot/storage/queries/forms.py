"""Forms that people are filling in, one question at a time; one a person and place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import and_, bindparam, delete, select

from bot.core.refs import Place, UserRef
from bot.storage.run import Run
from bot.storage.tables import forms
from bot.storage.upsert import insert_or_change

_here = and_(*(column == bindparam(f"the_{column.name}") for column in forms.primary_key.columns))

_BEGIN = insert_or_change(forms, lambda refused: {"state": refused.state, "expires_at": refused.expires_at})
_PENDING = select(forms.c.state).where(_here, forms.c.expires_at > bindparam("now"))
_END = delete(forms).where(_here)
_PURGE = delete(forms).where(forms.c.expires_at <= bindparam("now"))


class Forms:
    """Forms in progress."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def begin(self, user: UserRef, place: Place, state: Mapping[str, Any], *, expires_at: datetime) -> None:
        """Keep the `state` (plain JSON) of a form, in place of what was there."""
        values = {**_key(user, place), "state": dict(state), "expires_at": expires_at}
        await self._run.count(_BEGIN[self._run.dialect], values)

    async def pending(self, user: UserRef, place: Place, now: datetime) -> Mapping[str, Any] | None:
        """Return the state of the form in progress, None when there is none or its time is over."""
        state = await self._run.value(_PENDING, {**_where(user, place), "now": now})
        return cast("Mapping[str, Any] | None", state)

    async def end(self, user: UserRef, place: Place) -> bool:
        """Forget a form; False when there was none."""
        return await self._run.count(_END, _where(user, place)) > 0

    async def purge(self, now: datetime) -> int:
        """Delete the forms whose time is over, and return how many."""
        return await self._run.count(_PURGE, {"now": now})


def _key(user: UserRef, place: Place) -> dict[str, str]:
    return {
        "platform": user.platform.value,
        "user_id": user.id,
        "channel": place.channel,
        "thread": place.thread or "",
    }


def _where(user: UserRef, place: Place) -> dict[str, str]:
    return {f"the_{name}": value for name, value in _key(user, place).items()}
