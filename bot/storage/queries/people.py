"""Persons and their accounts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    bindparam,
    cast,
    delete,
    exists,
    insert,
    null,
    select,
    tuple_,
    union_all,
    update,
)

from bot.core.linking import Words, put, read
from bot.core.methods import Goal
from bot.core.people import EntryState, Identity, IdentityId, Knows, Opinion, Person, PersonId, Preferences
from bot.core.reading import paper_listed
from bot.core.refs import Platform, UserRef
from bot.i18n import Locale
from bot.storage.queries.opinions import opinion_of
from bot.storage.run import AnyRow, Run
from bot.storage.tables import entries, identities, opinions, people

_accounts = identities.alias("accounts")
_of_user = (identities.c.platform == bindparam("platform"), identities.c.user_id == bindparam("user_id"))
_CHOSEN = [people.c[each.name] for each in fields(Preferences)]

_who = (
    people.c.id.label("person_id"),
    identities.c.id.label("identity_id"),
    identities.c.platform,
    identities.c.user_id,
    identities.c.language,
    *_CHOSEN,
)
_their_accounts = identities.join(people).join(_accounts, _accounts.c.person_id == people.c.id)


def _nothing(like: Column[Any]) -> ColumnElement[Any]:
    return cast(null(), like.type).label(like.name)


_of_opinion = (opinions.c.thumb, opinions.c.thumb_at, opinions.c.seen, opinions.c.seen_at)


def _visitors(*who: ColumnElement[bool]) -> CompoundSelect[*tuple[Any, ...]]:
    """Return the statement that reads everything of the people behind some accounts."""
    with_entries = (
        select(*_who, entries.c.resource_id, entries.c.state, entries.c.at, *map(_nothing, _of_opinion))
        .select_from(_their_accounts.outerjoin(entries, entries.c.identity_id == _accounts.c.id))
        .where(*who)
    )
    with_opinions = (
        select(*_who, opinions.c.resource_id, _nothing(entries.c.state), _nothing(entries.c.at), *_of_opinion)
        .select_from(_their_accounts.join(opinions, opinions.c.identity_id == _accounts.c.id))
        .where(*who)
    )
    return union_all(with_entries, with_opinions).order_by("at", "identity_id")


# One statement, because a read costs as much as everything else an answer does. The halves are not joined: a person
# with twenty entries and twenty opinions would come as four hundred rows.
_VISITOR = _visitors(*_of_user)
_VISITORS = _visitors(tuple_(identities.c.platform, identities.c.user_id).in_(bindparam("accounts", expanding=True)))
_CHAT = select(identities.c.chat).where(*_of_user)
_KEEP_CHAT = (
    update(identities)
    .where(identities.c.platform == bindparam("on_platform"), identities.c.user_id == bindparam("of_user"))
    .values(chat=bindparam("in_chat"))
)
_OF_USER = select(identities).where(*_of_user)
_IDENTITY = select(identities).where(identities.c.id == bindparam("identity_id"))
_OF_PERSON = select(identities).where(identities.c.person_id == bindparam("person_id")).order_by(identities.c.id)
_WORDS = (
    select(identities.c.id, identities.c.chosen)
    .where(identities.c.person_id == bindparam("person_id"))
    .order_by(identities.c.id)
)
_KEEP_WORDS = (
    update(identities).where(identities.c.id == bindparam("identity_id")).values(chosen=bindparam("its_words"))
)
_NEW_PERSON = insert(people).returning(people.c.id)
_NEW_IDENTITY = insert(identities).returning(identities.c.id)
_SPEAKS = update(identities).where(identities.c.id == bindparam("identity_id")).values(language=bindparam("speaks"))
_PREFER = (
    update(people)
    .where(people.c.id == bindparam("person_id"))
    .values({column: bindparam(f"chosen_{column.name}") for column in _CHOSEN})
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

    async def visitor(self, user: UserRef, current: Callable[[str], str] | None = None) -> Person | None:
        """Return the person behind `user` with preferences and list, in one statement; None for somebody never met.

        `current` gives the id under which a resource is found now, for what was said when it had another.
        """
        rows = await self._run.rows(_VISITOR, _key(user))
        return _person(rows, current or str) if rows else None

    async def visitors(
        self, users: Collection[UserRef], current: Callable[[str], str] | None = None
    ) -> Mapping[UserRef, Person]:
        """Return the persons behind these accounts as `visitor` does, in one statement; without those never met."""
        by_user: dict[UserRef, list[AnyRow]] = {}
        accounts = [(user.platform.value, user.id) for user in users]
        for row in await self._run.rows(_VISITORS, {"accounts": accounts}):
            by_user.setdefault(UserRef(Platform(row.platform), row.user_id), []).append(row)
        return {user: _person(rows, current or str) for user, rows in by_user.items()}

    async def chat(self, user: UserRef) -> str | None:
        """Return the private chat with an account, where the platform has an id for it and it is known."""
        return await self._run.value(_CHAT, _key(user))  # type: ignore[no-any-return]

    async def keep_chat(self, user: UserRef, chat: str | None) -> None:
        """Keep the private chat with an account, None: there is none; nothing for one that was never met."""
        await self._run.count(_KEEP_CHAT, {"on_platform": user.platform.value, "of_user": user.id, "in_chat": chat})

    async def of_identity(self, user: UserRef) -> Identity | None:
        """Return the account `user`, None when it was never met."""
        row = await self._run.row(_OF_USER, _key(user))
        return None if row is None else identity_of(row)

    async def identity(self, identity_id: IdentityId) -> Identity | None:
        """Return an account by its number, None when it is gone."""
        row = await self._run.row(_IDENTITY, {"identity_id": identity_id})
        return None if row is None else identity_of(row)

    async def identities(self, person_id: PersonId) -> tuple[Identity, ...]:
        """Return every account of a person, the first met first."""
        return tuple(map(identity_of, await self._run.rows(_OF_PERSON, {"person_id": person_id})))

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
        values = {f"chosen_{name}": value for name, value in asdict(preferences).items()}
        await self._run.count(_PREFER, {"person_id": person_id, **values})

    async def words(self, person_id: PersonId) -> Mapping[IdentityId, Words | None]:
        """Return what each account of a person chose by itself; None where that is all the person chose."""
        rows = await self._run.rows(_WORDS, {"person_id": person_id})
        return {IdentityId(row.id): None if row.chosen is None else read(row.chosen) for row in rows}

    async def keep_words(self, identity_id: IdentityId, words: Words | None) -> None:
        """Keep what an account chose by itself, while its person has others too."""
        kept = None if words is None else put(words)
        await self._run.count(_KEEP_WORDS, {"identity_id": identity_id, "its_words": kept})

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
        values = {column.name: row._mapping[column] for column in _CHOSEN} | {"met_at": now}
        person_id = await self._run.value(_NEW_PERSON, values)
        await self.join(identity_id, PersonId(person_id))
        return PersonId(person_id)


def _person(rows: Sequence[AnyRow], current: Callable[[str], str]) -> Person:
    first = rows[0]
    return Person(
        PersonId(first.person_id),
        IdentityId(first.identity_id),
        first.language,
        preferences_of(first),
        _entries(rows, current),
        _opinions(rows, current),
    )


def _key(user: UserRef) -> dict[str, str]:
    return {"platform": user.platform.value, "user_id": user.id}


def identity_of(row: AnyRow) -> Identity:
    """Return the account in a row of its table."""
    return Identity(row.id, row.person_id, UserRef(Platform(row.platform), row.user_id), row.language, row.met_at)


def preferences_of(row: AnyRow) -> Preferences:
    """Return what a person chose, from a row that has its columns."""
    return Preferences(
        locale=None if row.locale is None else Locale(row.locale),
        timezone=row.timezone,
        goal=None if row.goal is None else Goal(row.goal),
        python=None if row.python is None else Knows(row.python),
        maths=None if row.maths is None else Knows(row.maths),
        hours=row.hours,
        delivery=None if row.delivery is None else Platform(row.delivery),
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        morning=row.morning,
        evening=row.evening,
        streak=row.streak,
        board=row.board,
        look=row.look,
    )


def _entries(rows: Sequence[AnyRow], current: Callable[[str], str]) -> Mapping[str, EntryState]:
    """Return the latest state of each resource, the oldest first; papers on the list are for the list alone."""
    found: dict[str, EntryState] = {}
    for row in rows:
        if row.state is not None and paper_listed(row.resource_id) is None:
            found[current(row.resource_id)] = EntryState(row.state)
    return found


def _opinions(rows: Sequence[AnyRow], current: Callable[[str], str]) -> Mapping[str, Opinion]:
    said: dict[str, list[AnyRow]] = {}
    for row in rows:
        if row.thumb is not None:
            said.setdefault(current(row.resource_id), []).append(row)
    opinions_now = {resource_id: opinion_of(of_accounts) for resource_id, of_accounts in said.items()}
    return {resource_id: opinion for resource_id, opinion in opinions_now.items() if opinion != Opinion()}
