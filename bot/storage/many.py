"""One statement for many rows, with one pass over their values.

SQLAlchemy's own way makes a dictionary of parameters for each row and then a tuple of that, which is half of what a
batch costs. Here the statement is compiled once, and each row's values go through the types' own processors into the
tuple that the driver takes. It knows no tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler

_Turn = tuple[int, Callable[[Any], Any]]  # where in a row, and what turns it into what the driver takes


class Many:
    """A statement to be run for many rows at once. Its parameters are the `names`, and a row has them in that order.

    For an insert these are the columns that are given.
    """

    def __init__(self, statement: Executable | Mapping[str, Executable], *names: str) -> None:
        """Hold the statement, or one for each dialect; it is compiled when its database first asks."""
        self._statement, self._names = statement, names
        self._made: dict[str, tuple[str, list[_Turn]]] = {}

    def ready(self, dialect: Dialect, rows: Sequence[Sequence[Any]]) -> tuple[str, list[tuple[Any, ...]]]:
        """Return the SQL and what the driver takes for each of the rows, of which there is at least one."""
        made = self._made.get(dialect.name)
        if made is None:
            self._made[dialect.name] = made = self._compiled(dialect)
        sql, turns = made
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for at, turn in turns:
            columns[at] = _turned(columns[at], turn)
        return sql, list(zip(*columns, strict=True))

    def _compiled(self, dialect: Dialect) -> tuple[str, list[_Turn]]:
        chosen = self._statement[dialect.name] if isinstance(self._statement, Mapping) else self._statement
        compiled = chosen.compile(dialect=dialect, column_keys=list(self._names))  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - a statement, not DDL
        assert tuple(compiled.positiontup or ()) == self._names, compiled.positiontup  # noqa: S101 - as the caller has it
        types = [compiled.binds[name].type.dialect_impl(dialect) for name in self._names]
        turns = enumerate(each.bind_processor(dialect) for each in types)
        return str(compiled), [(at, turn) for at, turn in turns if turn is not None]


def _turned(column: Sequence[Any], turn: Callable[[Any], Any]) -> Sequence[Any]:
    """Return a column as the driver takes it; what all rows share (a state, a moment, nothing) is turned once."""
    first = column[0]
    if len(set(map(id, column))) == 1:
        return (None if first is None else turn(first),) * len(column)
    return [None if value is None else turn(value) for value in column]
