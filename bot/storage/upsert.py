"""`INSERT ... ON CONFLICT`, which both databases speak and SQLAlchemy spells once for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

_INSERTS: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_or_change(table: Table, change: Callable[[Any], Mapping[str, Any]]) -> Mapping[str, Executable]:
    """Return, by dialect, an insert that changes the row that has the key already.

    `change` is given the refused row's columns and returns what to set.
    """
    keys = list(table.primary_key.columns)
    statements: dict[str, Executable] = {}
    for dialect, insert in _INSERTS.items():
        statement = insert(table)
        statements[dialect] = statement.on_conflict_do_update(index_elements=keys, set_=change(statement.excluded))
    return statements


def insert_or_leave(table: Table) -> Mapping[str, Executable]:
    """Return, by dialect, an insert that leaves the row that has the key already; the count says which it was."""
    keys = list(table.primary_key.columns)
    return {dialect: insert(table).on_conflict_do_nothing(index_elements=keys) for dialect, insert in _INSERTS.items()}
