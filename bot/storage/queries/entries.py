"""People's lists: what each said about a resource.

A row belongs to the account it was said from; a person's word is the latest of their accounts'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Integer, bindparam, case, cast, delete, func, select

from bot.core.people import Entry, EntryState, GroupId, IdentityId, PersonId
from bot.core.reading import ON_A_LIST
from bot.storage.run import Run
from bot.storage.tables import entries, homes, identities, members, papers
from bot.storage.upsert import insert_or_change

_accounts = identities.alias("accounts")
_of_person = identities.c.person_id == bindparam("person_id")
_every_id: BindParameter[Any] = bindparam("resources", expanding=True)
_latest_first = (entries.c.at.desc(), entries.c.identity_id.desc())

_OF_PERSON = select(entries).join(identities).where(_of_person).order_by(*_latest_first)
_BEFORE = (
    select(entries)
    .select_from(
        identities.join(_accounts, _accounts.c.person_id == identities.c.person_id).join(
            entries, entries.c.identity_id == _accounts.c.id
        )
    )
    .where(identities.c.id == bindparam("identity_id"), entries.c.resource_id.in_(_every_id))
    .order_by(*_latest_first)
)
_met = identities.alias("met")
_number = cast(func.substr(entries.c.resource_id, len(ON_A_LIST) + 1), Integer)
_paper_id = case((entries.c.resource_id.startswith(ON_A_LIST), _number))  # by its number: papers are many
_PAPERS_OF_GROUP = (
    select(papers.c.key, func.count(identities.c.person_id.distinct()).label("persons"))
    .select_from(entries.join(identities).join(papers, papers.c.id == _paper_id))
    .where(
        entries.c.at >= bindparam("since"),
        identities.c.person_id.in_(
            select(_met.c.person_id)
            .select_from(
                members.join(homes, homes.c.space_id == members.c.space_id).join(
                    _met, _met.c.id == members.c.identity_id
                )
            )
            .where(homes.c.group_id == bindparam("of_group"))
        ),
    )
    .group_by(papers.c.key)
)
_SET = insert_or_change(entries, lambda refused: {"state": refused.state, "at": refused.at})
_FORGET = delete(entries).where(
    entries.c.identity_id.in_(select(identities.c.id).where(_of_person)),
    entries.c.resource_id.in_(_every_id),
)


class Entries:
    """What people saved, study, finished or turned down."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def set(
        self, identity_id: IdentityId, resource_id: str, state: EntryState, now: datetime, former: Sequence[str] = ()
    ) -> EntryState | None:
        """Set the state and return the person's state before it, None without one.

        Saying the same again changes nothing, not even the time; said by another account of the person, that account
        has said it too. `former` are ids that the resource had before.
        """
        rows = await self._run.rows(_BEFORE, {"identity_id": identity_id, "resources": (resource_id, *former)})
        before = rows[0] if rows else None
        own = next((row for row in rows if row.identity_id == identity_id), None)
        same = before is not None and before.state == state.value
        if not (same and own is not None and own.state == state.value):
            at = before.at if same and before is not None else now
            values = {"identity_id": identity_id, "resource_id": resource_id, "state": state.value, "at": at}
            await self._run.count(_SET[self._run.dialect], values)
        return None if before is None else EntryState(before.state)

    async def forget(self, person_id: PersonId, resource_id: str, former: Sequence[str] = ()) -> bool:
        """Take a resource off a person's list, whichever account it came from; False when it was not on it."""
        return await self._run.count(_FORGET, {"person_id": person_id, "resources": (resource_id, *former)}) > 0

    async def of_person(self, person_id: PersonId, current: Callable[[str], str] | None = None) -> tuple[Entry, ...]:
        """Return a person's list, the latest first, each resource once.

        `current` gives the id under which a resource is found now.
        """
        of = current or str
        latest: dict[str, Entry] = {}
        for row in await self._run.rows(_OF_PERSON, {"person_id": person_id}):
            resource_id = of(row.resource_id)
            latest.setdefault(resource_id, Entry(resource_id, EntryState(row.state), row.at, row.identity_id))
        return tuple(latest.values())

    async def papers_of(self, group_id: GroupId, since: datetime) -> Mapping[str, int]:
        """Return by its key how many members of a group have a paper on their own list, put there since a moment."""
        rows = await self._run.rows(_PAPERS_OF_GROUP, {"of_group": group_id, "since": since})
        return {row.key: row.persons for row in rows}
