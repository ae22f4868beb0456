"""Persons and their accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, insert, select, update

from bot.core.people import EntryState, Identity, IdentityId, Person, PersonId, Preferences
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale
from bot.storage.run import AnyRow, Run
from bot.storage.tables import entries, identities, people

_accounts = identities.alias("accounts")
_of_user = (identities.c.platform == bindparam("platform"), identities.c.user_id == bindparam("user_id"))

# One statement, because a read costs as much as everything else an answer does.
_VISITOR = (
    select(
        people.c.id.label("person_id"),
        identities.c.id.label("identity_id"),
        identities.c.language,
        people.c.locale,
        people.c.timezone,
        entries.c.resource_id,
        entries.c.state,
    )
    .select_from(
        identities.join(people)
        .join(_accounts, _accounts.c.person_id == people.c.id)
        .outerjoin(entries, entries.c.identity_id == _accounts.c.id)
    )
    .where(*_of_user)
    .order_by(entries.c.at, entries.c.identity_id)
)
_OF_USER = select(identities).where(*_of_user)
_OF_PERSON = select(identities).where(identities.c.person_id == bindparam("person_id")).order_by(identities.c.id)
_NEW_PERSON = insert(people).returning(people.c.id)
_NEW_IDENTITY = insert(identities).returning(identities.c.id)
_SPEAKS = update(identities).where(identities.c.id == bindparam("identity_id")).values(language=bindparam("speaks"))
_PREFER = (
    update(people)
    .where(people.c.id == bindparam("person_id"))
    .values(locale=bindparam("chosen_locale"), timezone=bindparam("chosen_timezone"))
)
_OWNER = select(people).join(identities).where(identities.c.id == bindparam("identity_id"))
_MOVE = update(identities).where(identities.c.id == bindparam("identity_id")).values(person_id=bindparam("to_person"))
_DROP_EMPTY = delete(people).where(
    people.c.id == bindparam("person_id"), ~exists().where(identities.c.person_id == people.c.id)
)


class People:
    """Who is behind an account, and what they chose."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def visitor(self, user: UserRef) -> Person | None:
        """Return the person behind `user` with preferences and list, in one statement; None for somebody never met."""
        rows = await self._run.rows(_VISITOR, _key(user))
        if not rows:
            return None
        first = rows[0]
        return Person(
            PersonId(first.person_id),
            IdentityId(first.identity_id),
            first.language,
            Preferences(None if first.locale is None else Locale(first.locale), first.timezone),
            {resource: EntryState(state) for *_, resource, state in rows if resource is not None},
        )

    async def of_identity(self, user: UserRef) -> Identity | None:
        """Return the account `user`, None when it was never met."""
        row = await self._run.row(_OF_USER, _key(user))
        return None if row is None else _identity(row)

    async def identities(self, person_id: PersonId) -> tuple[Identity, ...]:
        """Return every account of a person, the first met first."""
        return tuple(map(_identity, await self._run.rows(_OF_PERSON, {"person_id": person_id})))

    async def meet(self, user: UserRef, language: str | None, now: datetime) -> Identity:
        """Return the account `user`, made with a person of its own when it is new; keeps its `language` current."""
        known = await self.of_identity(user)
        if known is None:
            person_id = await self._run.value(_NEW_PERSON, {"met_at": now})
            values = {**_key(user), "person_id": person_id, "language": language, "met_at": now}
            identity_id = await self._run.value(_NEW_IDENTITY, values)
            return Identity(IdentityId(identity_id), PersonId(person_id), user, language, now)
        if language is None or language == known.language:
            return known
        await self._run.count(_SPEAKS, {"identity_id": known.id, "speaks": language})
        return Identity(known.id, known.person_id, user, language, known.met_at)

    async def prefer(self, person_id: PersonId, preferences: Preferences) -> None:
        """Replace what a person chose."""
        values = {"chosen_locale": preferences.locale, "chosen_timezone": preferences.timezone}
        await self._run.count(_PREFER, {"person_id": person_id, **values})

    async def join(self, identity_id: IdentityId, person_id: PersonId) -> None:
        """Make an account one of `person_id`'s; all that was said from it comes along.

        A person who is left without an account is gone, with what they chose.
        """
        before = await self._run.value(_OWNER, {"identity_id": identity_id})
        await self._run.count(_MOVE, {"identity_id": identity_id, "to_person": person_id})
        await self._run.count(_DROP_EMPTY, {"person_id": before})

    async def part(self, identity_id: IdentityId, now: datetime) -> PersonId:
        """Give an account a person of its own again, with the same preferences; what was said from it goes along."""
        row = await self._run.row(_OWNER, {"identity_id": identity_id})
        if row is None:
            raise LookupError(f"no identity {identity_id}")
        values = {"locale": row.locale, "timezone": row.timezone, "met_at": now}
        person_id = await self._run.value(_NEW_PERSON, values)
        await self.join(identity_id, PersonId(person_id))
        return PersonId(person_id)


def _key(user: UserRef) -> dict[str, str]:
    return {"platform": user.platform.value, "user_id": user.id}


def _identity(row: AnyRow) -> Identity:
    return Identity(row.id, row.person_id, UserRef(Platform(row.platform), row.user_id), row.language, row.met_at)
