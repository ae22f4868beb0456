"""`INSERT ... ON CONFLICT`, which both databases speak and SQLAlchemy spells once for each.

A statement is made when its database first asks for it: SQLAlchemy's PostgreSQL is 2 MiB that SQLite has no use for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from sqlalchemy import Column, Executable, Table


class _ByDialect(dict[str, Executable]):
    """Statements by dialect, each made when it is first asked for."""

    def __init__(self, make: Callable[[Any], Executable]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, dialect: str) -> Executable:
        self[dialect] = made = self._make(import_module(f"sqlalchemy.dialects.{dialect}").insert)
        return made


def insert_or_change(
    table: Table, change: Callable[[Any], Mapping[str, Any]], keys: Sequence[Column[Any]] = ()
) -> Mapping[str, Executable]:
    """Return, by dialect, an insert that changes the row that has the key already (`keys`, usually the primary key).

    `change` is given the refused row's columns and returns what to set.
    """
    keys = keys or list(table.primary_key.columns)

    def make(insert: Any) -> Executable:
        statement = insert(table)
        changing: Executable = statement.on_conflict_do_update(index_elements=keys, set_=change(statement.excluded))
        return changing

    return _ByDialect(make)


def insert_or_leave(table: Table, *unique: Column[Any]) -> Mapping[str, Executable]:
    """Return, by dialect, an insert that leaves the row that has the key already; the count says which it was.

    `unique` are the columns that tell rows apart, when it is not the primary key.
    """
    keys = list(unique or table.primary_key.columns)

    def make(insert: Any) -> Executable:
        leaving: Executable = insert(table).on_conflict_do_nothing(index_elements=keys)
        return leaving

    return _ByDialect(make)
