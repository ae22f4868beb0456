"""The study log: what people studied, on which of their own days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update

from bot.core.people import IdentityId, PersonId
from bot.core.refs import SpaceRef
from bot.core.study import StudyId, StudyLine
from bot.storage.rows import StudyDay
from bot.storage.run import AnyRow, Run
from bot.storage.tables import identities, members, people, spaces, study

_theirs = study.c.identity_id.in_(select(identities.c.id).where(identities.c.person_id == bindparam("of_person")))
_this = study.c.id == bindparam("this")

_accounts = identities.alias("accounts")
_WRITTEN = (
    select(study.c.id)
    .select_from(
        identities.join(_accounts, _accounts.c.person_id == identities.c.person_id).join(
            study, study.c.identity_id == _accounts.c.id
        )
    )
    .where(identities.c.id == bindparam("by_identity"), study.c.once == bindparam("only_once"))
    .limit(1)
)
_ADD = insert(study).returning(study.c.id)
_CHANGE = update(study).where(_this, _theirs).values(day=bindparam("on_day"), minutes=bindparam("for_minutes"))
_REMOVE = delete(study).where(_this, _theirs)
_OF_PERSON = (
    select(study).where(_theirs, study.c.day >= bindparam("since")).order_by(study.c.day, study.c.at, study.c.id)
)
_met_there = (
    select(identities.c.person_id)
    .select_from(members.join(identities).join(spaces))
    .where(tuple_(spaces.c.platform, spaces.c.native_id).in_(bindparam("spaces", expanding=True)))
)
_BOARD = (
    select(identities.c.person_id, study.c.day, func.coalesce(func.sum(study.c.minutes), 0).label("minutes"))
    .select_from(study.join(identities).join(people))
    .where(people.c.board.is_(True), identities.c.person_id.in_(_met_there), study.c.day >= bindparam("since"))
    .group_by(identities.c.person_id, study.c.day)
    .order_by(identities.c.person_id, study.c.day)
)


class Study:
    """What people studied. A person's log is that of all their accounts."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def add(
        self,
        identity_id: IdentityId,
        *,
        at: datetime,
        day: date,
        minutes: int | None,
        text: str,
        resource_id: str | None,
        unit: str | None,
        source: str,
        once: str | None = None,
    ) -> StudyId:
        """Write a line and return its number.

        `once` names what must be written once by a person, such as a press: when a line of that name is there, from
        whichever of their accounts, it is the line.
        """
        if once is not None:
            written = await self._run.value(_WRITTEN, {"by_identity": identity_id, "only_once": once})
            if written is not None:
                return StudyId(written)
        values = {
            "identity_id": identity_id,
            "at": at,
            "day": day,
            "minutes": minutes,
            "text": text,
            "resource_id": resource_id,
            "unit": unit,
            "source": source,
            "once": once,
        }
        return StudyId(await self._run.value(_ADD, values))

    async def change(self, person_id: PersonId, line: StudyId, *, day: date, minutes: int | None) -> bool:
        """Give a line another day and length; False when it is gone or somebody else's."""
        values = {"this": line, "of_person": person_id, "on_day": day, "for_minutes": minutes}
        return await self._run.count(_CHANGE, values) > 0

    async def remove(self, person_id: PersonId, line: StudyId) -> bool:
        """Take a line back; False when it is gone or somebody else's."""
        return await self._run.count(_REMOVE, {"this": line, "of_person": person_id}) > 0

    async def of_person(self, person_id: PersonId, since: date = date.min) -> tuple[StudyLine, ...]:
        """Return what a person studied from the day `since` on, the earliest first."""
        return tuple(map(_line, await self._run.rows(_OF_PERSON, {"of_person": person_id, "since": since})))

    async def board(self, of: Collection[SpaceRef], since: date) -> tuple[StudyDay, ...]:
        """Return, by person and day, the minutes of those who were met in these spaces and chose to be on the board."""
        values = {"spaces": [(space.platform.value, space.id) for space in of], "since": since}
        rows = await self._run.rows(_BOARD, values)
        return tuple(StudyDay(PersonId(row.person_id), row.day, row.minutes) for row in rows)


def _line(row: AnyRow) -> StudyLine:
    return StudyLine(
        StudyId(row.id),
        IdentityId(row.identity_id),
        row.at,
        row.day,
        row.minutes,
        row.text,
        row.resource_id,
        row.unit,
        row.source,
    )
