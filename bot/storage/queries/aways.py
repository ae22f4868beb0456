"""Times that people are away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from bot.core.people import IdentityId, PersonId
from bot.storage.rows import Away
from bot.storage.run import AnyRow, Run
from bot.storage.tables import aways, identities

_of_person = aways.c.identity_id.in_(select(identities.c.id).where(identities.c.person_id == bindparam("of_person")))
_still = aways.c.ended_at.is_(None)

_START = insert(aways).returning(aways.c.id)
_OF_PERSON = select(aways).where(_of_person).order_by(aways.c.since, aways.c.id)
_END = update(aways).where(_of_person, _still).values(ended_at=bindparam("now"))
_END_OVER = update(aways).where(_of_person, _still, aways.c.until <= bindparam("now")).values(ended_at=aways.c.until)
_MOVE = update(aways).where(aways.c.id == bindparam("this")).values(until=bindparam("now_until"))
_OVER = select(aways, identities.c.person_id).join(identities).where(_still, aways.c.until <= bindparam("now"))
_EARLIEST = select(aways.c.until).where(_still, aways.c.until.is_not(None)).order_by(aways.c.until).limit(1)


class Aways:
    """Who is away, and was. Past ones stay: a streak does not count them as missed."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def start(self, identity_id: IdentityId, since: datetime, until: datetime | None) -> Away:
        """Note that somebody is away; end what was open before with `end`."""
        values = {"identity_id": identity_id, "since": since, "until": until, "ended_at": None}
        return Away(await self._run.value(_START, values), identity_id, since, until, None)

    async def end(self, person_id: PersonId, now: datetime) -> bool:
        """Note that a person is back; False when they were not away."""
        return await self._run.count(_END, {"of_person": person_id, "now": now}) > 0

    async def end_over(self, person_id: PersonId, now: datetime) -> bool:
        """End those times away of a person whose planned end has come; False when there were none."""
        return await self._run.count(_END_OVER, {"of_person": person_id, "now": now}) > 0

    async def move(self, away: Away, until: datetime | None) -> Away:
        """Give a time away another planned end."""
        await self._run.count(_MOVE, {"this": away.id, "now_until": until})
        return replace(away, until=until)

    async def of_person(self, person_id: PersonId) -> tuple[Away, ...]:
        """Return a person's times away, the first first; the one still open is without `ended_at`."""
        return tuple(map(_away, await self._run.rows(_OF_PERSON, {"of_person": person_id})))

    async def over(self, now: datetime) -> tuple[PersonId, ...]:
        """Return the people whose time away has come to its planned end and who were not welcomed back yet."""
        return tuple(dict.fromkeys(PersonId(row.person_id) for row in await self._run.rows(_OVER, {"now": now})))

    async def earliest(self) -> datetime | None:
        """Return when the next time away comes to its planned end, None when none does."""
        found: datetime | None = await self._run.value(_EARLIEST)
        return found


def _away(row: AnyRow) -> Away:
    return Away(row.id, row.identity_id, row.since, row.until, row.ended_at)
