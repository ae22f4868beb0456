"""What people think of resources: thumbs, and who has seen one with their own eyes.

A row belongs to the account it was said from; a person's word is the latest of their accounts', and a group's are those
of the people who were met in its spaces.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select, tuple_

from bot.core.people import GroupOpinion, IdentityId, Opinion
from bot.core.refs import SpaceRef
from bot.storage.run import AnyRow, Run
from bot.storage.tables import identities, members, opinions, spaces
from bot.storage.upsert import insert_or_change

_accounts = identities.alias("accounts")
_BEFORE = (
    select(opinions)
    .select_from(
        identities.join(_accounts, _accounts.c.person_id == identities.c.person_id).join(
            opinions, opinions.c.identity_id == _accounts.c.id
        )
    )
    .where(
        identities.c.id == bindparam("identity_id"), opinions.c.resource_id.in_(bindparam("resources", expanding=True))
    )
)
_THUMB = insert_or_change(opinions, lambda refused: {"thumb": refused.thumb, "thumb_at": refused.thumb_at})
_SEEN = insert_or_change(opinions, lambda refused: {"seen": refused.seen, "seen_at": refused.seen_at})

_met_there = (
    select(identities.c.person_id)
    .select_from(members.join(identities).join(spaces))
    .where(tuple_(spaces.c.platform, spaces.c.native_id).in_(bindparam("spaces", expanding=True)))
)
_OF_GROUP = (
    select(opinions, identities.c.person_id)
    .select_from(opinions.join(identities))
    .where(identities.c.person_id.in_(_met_there))
)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Opinions:
    """Thumbs and marks of one's own. A press sets; 0 and False take a word back."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def thumb(
        self, identity_id: IdentityId, resource_id: str, value: int, now: datetime, former: Sequence[str] = ()
    ) -> int:
        """Set the thumb (-1, 0 or 1) and return the person's thumb before it. Raises `ValueError` for another value.

        Saying the same again changes nothing, not even the time. `former` are ids that the resource had before.
        """
        if value not in (-1, 0, 1):
            raise ValueError(f"a thumb is -1, 0 or 1, not {value!r}")
        before, own = await self._of(identity_id, (resource_id, *former))
        if before.thumb != value or own.thumb != value:
            await self._say(_THUMB, identity_id, resource_id, thumb=value, thumb_at=now)
        return before.thumb

    async def seen(
        self, identity_id: IdentityId, resource_id: str, seen: bool, now: datetime, former: Sequence[str] = ()
    ) -> bool:
        """Set whether the person says they have seen it themselves, and return what they said before.

        Saying so again renews the date. `former` are ids that the resource had before.
        """
        before, own = await self._of(identity_id, (resource_id, *former))
        if seen or before.seen or own.seen:
            await self._say(_SEEN, identity_id, resource_id, seen=seen, seen_at=now)
        return before.seen

    async def of_group(
        self, spaces: Collection[SpaceRef], current: Callable[[str], str] | None = None
    ) -> Mapping[str, GroupOpinion]:
        """Return, by resource, what the people met in `spaces` think, each counted once whatever their accounts.

        `current` gives the id under which a resource is found now.
        """
        of = current or str
        if not spaces:
            return {}
        refs = [(space.platform.value, space.id) for space in spaces]
        of_people: dict[tuple[str, int], list[AnyRow]] = {}
        for row in await self._run.rows(_OF_GROUP, {"spaces": refs}):
            of_people.setdefault((of(row.resource_id), row.person_id), []).append(row)
        by_resource: dict[str, list[Opinion]] = {}
        for (resource_id, _), rows in of_people.items():
            by_resource.setdefault(resource_id, []).append(opinion_of(rows))
        return {resource_id: _counted(heard) for resource_id, heard in by_resource.items() if any(map(_says, heard))}

    async def _of(self, identity_id: IdentityId, resources: tuple[str, ...]) -> tuple[Opinion, Opinion]:
        """Return what the person behind an account thinks, and what was said of it from this very account."""
        rows = await self._run.rows(_BEFORE, {"identity_id": identity_id, "resources": resources})
        return opinion_of(rows), opinion_of(row for row in rows if row.identity_id == identity_id)

    async def _say(
        self, statement: Mapping[str, Any], identity_id: IdentityId, resource_id: str, **said: object
    ) -> None:
        nothing = {"thumb": 0, "thumb_at": None, "seen": False, "seen_at": None}
        values = {**nothing, **said, "identity_id": identity_id, "resource_id": resource_id}
        await self._run.count(statement[self._run.dialect], values)


def opinion_of(rows: Iterable[AnyRow]) -> Opinion:
    """Return the one opinion in the rows of a person's accounts: of each word the latest."""
    thumb, thumb_at = 0, _LONG_AGO
    seen_at, said_at = None, _LONG_AGO
    for row in rows:
        if row.thumb_at is not None and row.thumb_at >= thumb_at:
            thumb, thumb_at = row.thumb, row.thumb_at
        if row.seen_at is not None and row.seen_at >= said_at:
            seen_at, said_at = row.seen_at if row.seen else None, row.seen_at
    return Opinion(thumb, seen_at)


def _says(opinion: Opinion) -> bool:
    return opinion != Opinion()


def _counted(heard: list[Opinion]) -> GroupOpinion:
    dates = [opinion.seen_at for opinion in heard if opinion.seen_at is not None]
    return GroupOpinion(
        ups=sum(opinion.thumb > 0 for opinion in heard),
        downs=sum(opinion.thumb < 0 for opinion in heard),
        seen=len(dates),
        last_seen_at=max(dates, default=None),
    )
