"""Everything of one person, from every table: to hand it over, and to delete it.

Which rows are a person's is read from the schema (a row that hangs on a person or on an account is theirs), so a new
table is covered by being made like the others. A few tables hang on nobody and have their own ways here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Table, bindparam, delete, or_, select, tuple_, update

from bot.core.refs import UserRef
from bot.core.tokens import token_of
from bot.storage.run import AnyRow, Run
from bot.storage.tables import (
    forms,
    identities,
    metadata,
    nominations,
    note_terms,
    notes,
    outbox,
    people,
    spaces,
    suggestions,
    tokens,
    unreachable,
)

_accounts = tuple_(identities.c.platform, identities.c.user_id).in_(bindparam("accounts", expanding=True))
_identity_ids = select(identities.c.id).where(_accounts)
_person_ids = select(identities.c.person_id).where(_accounts)
_their_forms = tuple_(forms.c.platform, forms.c.user_id).in_(bindparam("accounts", expanding=True))
_to_them = tuple_(outbox.c.platform, outbox.c.user_id).in_(bindparam("accounts", expanding=True))
_reaching_them = tuple_(unreachable.c.platform, unreachable.c.user_id).in_(bindparam("accounts", expanding=True))
_names: BindParameter[Any] = bindparam("names", expanding=True)
_added = (spaces.c.platform + ":" + spaces.c.added_by).in_(_names)
_decided = spaces.c.decided_by.in_(_names)

_DROP_PEOPLE = delete(people).where(people.c.id.in_(_person_ids))  # all that hangs on them goes along
_DROP_FORMS = delete(forms).where(_their_forms)
_DROP_LETTERS = delete(outbox).where(_to_them)  # to a host, who need not be known as a person
_DROP_UNREACHABLE = delete(unreachable).where(_reaching_them)
_DROP_TOKEN = delete(tokens).where(tokens.c.token == bindparam("of"))
# Tables whose rows hang on nobody, or on which all the others hang. The tokens are told apart by hand, below.
_OF_TABLE: dict[Table, ColumnElement[bool]] = {
    people: people.c.id.in_(_person_ids),
    identities: _accounts,
    forms: _their_forms,
    outbox: or_(outbox.c.identity_id.in_(_identity_ids), _to_them),
    unreachable: _reaching_them,
    spaces: or_(_added, _decided),
    note_terms: note_terms.c.note_id.in_(select(notes.c.id).where(notes.c.identity_id.in_(_identity_ids))),
}
# What stays loses their words; their number goes by itself.
_UNSAY = tuple(
    update(table).where(table.c.identity_id.in_(_identity_ids)).values(why="") for table in (nominations, suggestions)
)
_UNNAME = (
    update(spaces).where(_added).values(added_by=None),
    update(spaces).where(_decided).values(decided_by=None),
)


def _whose(table: Table) -> ColumnElement[bool] | None:
    """Return the condition under which a row is theirs, None for a table that holds nobody's rows."""
    if table in _OF_TABLE:
        return _OF_TABLE[table]
    theirs = {"people": _person_ids, "identities": _identity_ids}
    hanging = [
        key.parent.in_(theirs[key.column.table.name])
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
        if key.column.table.name in theirs
    ]
    return or_(*hanging) if hanging else None


_TOKENS = select(tokens)
_EXPORTS = {
    table: select(table).where(condition).order_by(*table.primary_key.columns)
    for table in metadata.sorted_tables
    if table is not tokens and (condition := _whose(table)) is not None
}


class Own:
    """What is kept of a person. `accounts` are all of theirs; they need not be known."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def export(self, accounts: Collection[UserRef]) -> dict[str, list[dict[str, Any]]]:
        """Return their rows as plain JSON by the tables' names, every table that can hold some."""
        found: dict[str, list[dict[str, Any]]] = {}
        for table, statement in _EXPORTS.items():
            values = _by_name(accounts) if table is spaces else _by_account(accounts)
            found[table.name] = [_plain(row) for row in await self._run.rows(statement, values)]
        found[tokens.name] = [_plain(row) for row in await self._tokens(accounts)]
        return found

    async def erase(self, accounts: Collection[UserRef]) -> None:
        """Delete their rows, and take their name out of what stays."""
        for row in await self._tokens(accounts):
            await self._run.count(_DROP_TOKEN, {"of": row.token})
        for statement in _UNNAME:
            await self._run.count(statement, _by_name(accounts))
        for statement in _UNSAY:
            await self._run.count(statement, _by_account(accounts))
        for deletion in (_DROP_FORMS, _DROP_LETTERS, _DROP_UNREACHABLE, _DROP_PEOPLE):
            await self._run.count(deletion, _by_account(accounts))

    async def _tokens(self, accounts: Collection[UserRef]) -> list[AnyRow]:
        people_of_them = {row.person_id for row in await self._run.rows(_person_ids, _by_account(accounts))}
        return [
            row
            for row in await self._run.rows(_TOKENS)
            if row.person_id in people_of_them or any(token_of(row.wire, str(user)) == row.token for user in accounts)
        ]


def _by_account(accounts: Collection[UserRef]) -> dict[str, Any]:
    return {"accounts": [(user.platform.value, user.id) for user in accounts]}


def _by_name(accounts: Collection[UserRef]) -> dict[str, Any]:
    return {"names": [str(user) for user in accounts]}


def _plain(row: AnyRow) -> dict[str, Any]:
    return {str(name): value.isoformat() if isinstance(value, date) else value for name, value in row._mapping.items()}
