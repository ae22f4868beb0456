"""Who is in a group: the people met in its spaces, and what they said of their part in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select

from bot.core.groups import Member, Membership
from bot.core.people import GroupId, IdentityId, PersonId, Preferences
from bot.storage.queries.people import identity_of, preferences_of
from bot.storage.run import AnyRow, Run
from bot.storage.tables import homes, identities, members, memberships, people
from bot.storage.upsert import insert_or_change

_of_group: BindParameter[int] = bindparam("of_group")
_met_there = members.join(homes, homes.c.space_id == members.c.space_id).join(
    identities, identities.c.id == members.c.identity_id
)
_MET = (
    select(identities.c.person_id, func.max(members.c.at).label("met_at"))
    .select_from(_met_there)
    .where(homes.c.group_id == _of_group)
    .group_by(identities.c.person_id)
)
_CHOSEN = [people.c[each.name] for each in fields(Preferences)]
_PEOPLE = (
    select(identities, *_CHOSEN)
    .select_from(identities.join(people))
    .where(
        identities.c.person_id.in_(
            select(identities.c.person_id).select_from(_met_there).where(homes.c.group_id == _of_group)
        )
    )
    .order_by(identities.c.id)
)
_SAID = (
    select(memberships, identities.c.person_id)
    .select_from(memberships.join(identities))
    .where(memberships.c.group_id == _of_group)
)
_OF_PERSON = _SAID.where(identities.c.person_id == bindparam("of_person"))
_PRESENTS = insert_or_change(
    memberships, lambda refused: {"presents": refused.presents, "presents_at": refused.presents_at}
)
_NAMED = insert_or_change(memberships, lambda refused: {"named": refused.named, "named_at": refused.named_at})


class Memberships:
    """Members. A person is one, whatever their accounts; of two words the later stands."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def presents(self, group_id: GroupId, identity_id: IdentityId, presents: bool, now: datetime) -> None:
        """Keep whether somebody takes turns presenting."""
        values = {"group_id": group_id, "identity_id": identity_id, "presents": presents, "presents_at": now}
        await self._run.count(_PRESENTS[self._run.dialect], values)

    async def named(self, group_id: GroupId, identity_id: IdentityId, named: bool, now: datetime) -> None:
        """Keep whether somebody's name may stand beside what they did."""
        values = {"group_id": group_id, "identity_id": identity_id, "named": named, "named_at": now}
        await self._run.count(_NAMED[self._run.dialect], values)

    async def of(self, group_id: GroupId, person_id: PersonId) -> Membership:
        """Return what a person said of their part in a group."""
        return _membership(await self._run.rows(_OF_PERSON, {"of_group": group_id, "of_person": person_id}))

    async def members(self, group_id: GroupId) -> tuple[Member, ...]:
        """Return everybody who was met in one of the group's spaces, the first met first."""
        of_group = {"of_group": group_id}
        met = {row.person_id: row.met_at for row in await self._run.rows(_MET, of_group)}
        said = _by_person(await self._run.rows(_SAID, of_group))
        accounts = _by_person(await self._run.rows(_PEOPLE, of_group))
        found = [
            _member(person_id, rows, met[person_id], said.get(person_id, ()))
            for person_id, rows in accounts.items()
            if person_id in met
        ]
        return tuple(sorted(found, key=lambda member: (member.first_met_at, member.person_id)))


def _by_person(rows: Iterable[AnyRow]) -> dict[PersonId, list[AnyRow]]:
    found: dict[PersonId, list[AnyRow]] = {}
    for row in rows:
        found.setdefault(PersonId(row.person_id), []).append(row)
    return found


def _member(person_id: PersonId, rows: list[AnyRow], met_at: datetime, said: Iterable[AnyRow]) -> Member:
    identities_of = tuple(map(identity_of, rows))
    first_met_at = min(each.met_at for each in identities_of)
    return Member(person_id, identities_of, preferences_of(rows[0]), first_met_at, met_at, _membership(said))


def _membership(rows: Iterable[AnyRow]) -> Membership:
    presents = [(row.presents_at, row.presents) for row in rows if row.presents_at is not None]
    named = [(row.named_at, row.named) for row in rows if row.named_at is not None]
    return Membership(max(presents)[1] if presents else None, max(named)[1] if named else None)
