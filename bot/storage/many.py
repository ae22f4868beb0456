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

_Turn = Callable[[Any], Any]


class Many:
    """A statement to be run for many rows at once. Its parameters are given in the order of `names`.

    For an insert these are the columns that are given.
    """

    def __init__(self, statement: Executable | Mapping[str, Executable], *names: str) -> None:
        """Hold the statement, or one for each dialect; it is compiled when its database first asks."""
        self._statement, self._names = statement, names
        self._made: dict[str, tuple[str, list[_Turn | None], list[int] | None]] = {}

    def ready(self, dialect: Dialect, rows: Sequence[tuple[Any, ...]]) -> tuple[str, list[tuple[Any, ...]]]:
        """Return the SQL and what the driver takes for each row."""
        made = self._made.get(dialect.name)
        if made is None:
            self._made[dialect.name] = made = self._compiled(dialect)
        sql, turns, order = made
        if order is not None:
            rows = [tuple([row[at] for at in order]) for row in rows]
        turned = [
            tuple([turn(value) if turn else value for turn, value in zip(turns, row, strict=True)]) for row in rows
        ]
        return sql, turned

    def _compiled(self, dialect: Dialect) -> tuple[str, list[_Turn | None], list[int] | None]:
        """Compile, and say how each parameter is turned and where in a row it stands, None when they are in order."""
        chosen = self._statement[dialect.name] if isinstance(self._statement, Mapping) else self._statement
        compiled = chosen.compile(dialect=dialect, column_keys=list(self._names))  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - a statement, not DDL
        asked = compiled.positiontup
        assert asked is not None  # noqa: S101 - both our drivers take parameters by position
        types = [compiled.binds[name].type.dialect_impl(dialect) for name in asked]
        order = [self._names.index(name) for name in asked]
        return (
            str(compiled),
            [each.bind_processor(dialect) for each in types],
            None if tuple(asked) == self._names else order,
        )
