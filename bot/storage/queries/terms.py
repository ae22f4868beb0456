"""Looks papers and notes up by their words, on either database by the same statements.

The rarest words of a question are looked up first, the weightiest places of each are the candidates, and only those are
asked for the other words: the work is bounded however common a word is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from bot.core.people import GroupId, PersonId
from bot.core.reading import Found, Hit, NoteId, PaperId
from bot.storage.many import Many
from bot.storage.run import AnyRow, Run
from bot.storage.tables import identities, note_terms, notes, paper_terms

_CANDIDATES = 400  # of one word, the weightiest first; when the rarest words have so many, no other is looked up
_MOST_WORDS = 12
_NOTE_WEIGHT = 4  # between a paper's title and its abstract

_UNINDEX_NOTE = delete(note_terms).where(note_terms.c.note_id == bindparam("of_note"))
_INDEX_NOTE = Many(insert(note_terms), "note_id", "term", "weight")


class Terms:
    """The words of papers and notes."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def index_note(self, note_id: NoteId, terms: Iterable[str]) -> None:
        """Keep the words of a new note."""
        await self._run.many(_INDEX_NOTE, [(note_id, term, _NOTE_WEIGHT) for term in terms])

    async def reindex_note(self, note_id: NoteId, terms: Iterable[str]) -> None:
        """Keep the words of a note in place of those before."""
        await self._run.count(_UNINDEX_NOTE, {"of_note": note_id})
        await self.index_note(note_id, terms)

    async def search(
        self, words: Collection[str], group_id: GroupId | None, person_id: PersonId | None, limit: int
    ) -> tuple[Hit, ...]:
        """Return what has most of the words, then what they weigh most in, then the latest kept."""
        asked = tuple(dict.fromkeys(words))[:_MOST_WORDS]
        if not asked or limit < 1:
            return ()
        tables = (paper_terms,) if group_id is None else (paper_terms, note_terms)
        rarest = await self._rarest(tables, asked)
        if not rarest:
            return ()
        values: dict[str, Any] = {"most": limit, "of_group": group_id, "of_person": person_id, "words": asked}
        for table, words in rarest.items():
            values |= _numbered(table, words)
        statement = _finding(tuple((table, len(words)) for table, words in rarest.items()))
        found = map(_hit, await self._run.rows(statement, values))
        return tuple(sorted(found, key=_best_first))[:limit]

    async def _rarest(self, tables: Sequence[Table], asked: Sequence[str]) -> Mapping[Table, Sequence[str]]:
        """Return the words to look up: the rarest, and more of them until there are enough candidates."""
        if len(asked) == 1:
            return dict.fromkeys(tables, asked)
        values = {name: word for table in tables for name, word in _numbered(table, asked).items()}
        places: dict[str, dict[str, int]] = {table.name: {} for table in tables}
        for row in await self._run.rows(_counting(tuple(tables), len(asked)), values):
            places[row.kept_in][asked[row.number]] = row.places
        return {table: words for table in tables if (words := _enough(places[table.name]))}


def _enough(places: Mapping[str, int]) -> Sequence[str]:
    chosen: list[str] = []
    for word in sorted((word for word in places if places[word]), key=lambda word: places[word]):
        chosen.append(word)
        if sum(places[each] for each in chosen) >= _CANDIDATES:
            break
    return chosen


def _numbered(table: Table, words: Sequence[str]) -> dict[str, str]:
    return {f"{table.name}_{number}": word for number, word in enumerate(words)}


@cache
def _counting(tables: tuple[Table, ...], words: int) -> Executable:
    """Return the statement that tells in how many places each word stands, up to a bound."""

    def counted(table: Table, number: int) -> Select[str, int, int]:
        this = table.c.term == bindparam(f"{table.name}_{number}")
        some = select(literal(1)).where(this).limit(_CANDIDATES * 5).subquery()
        names = literal(table.name).label("kept_in"), literal(number).label("number")
        return select(*names, func.count().label("places")).select_from(some)

    return union_all(*(counted(table, number) for table in tables for number in range(words)))


@cache
def _finding(rarest: tuple[tuple[Table, int], ...]) -> Executable:
    """Return the statement that finds the best rows among the candidates of so many words of each table."""
    return union_all(*(select(_best(table, words).subquery()) for table, words in rarest))


def _best(table: Table, words: int) -> Select[Any]:
    whose = _whose(table)
    some = union(*(select(_candidates(table, number).subquery()) for number in range(words))).subquery()
    matched, weight = func.count().label("matched"), func.sum(table.c.weight).label("weight")
    best = (
        select(some.c.ref, matched, weight)
        .select_from(some.join(table, and_(whose == some.c.ref, table.c.term.in_(bindparam("words", expanding=True)))))
        .group_by(some.c.ref)
        .order_by(matched.desc(), weight.desc(), some.c.ref.desc())
        .limit(bindparam("most"))
        .subquery()
    )
    figures = best.c.matched, best.c.weight
    if table is paper_terms:
        return select(best.c.ref.label("paper_id"), cast(null(), Integer).label("note_id"), *figures)
    about = best.join(notes, notes.c.id == best.c.ref)
    return select(notes.c.paper_id, best.c.ref.label("note_id"), *figures).select_from(about)


def _candidates(table: Table, number: int) -> Select[Any]:
    """Return the weightiest places of one word; of notes, only those that whoever asks may read."""
    whose = _whose(table)
    found = select(whose.label("ref")).where(table.c.term == bindparam(f"{table.name}_{number}"))
    if table is note_terms:
        own = notes.c.identity_id.in_(select(identities.c.id).where(identities.c.person_id == bindparam("of_person")))
        found = found.join_from(note_terms, notes).where(
            notes.c.group_id == bindparam("of_group"), or_(notes.c.shared.is_(True), own)
        )
    return found.order_by(table.c.weight.desc(), whose.desc()).limit(_CANDIDATES)


def _whose(table: Table) -> ColumnElement[int]:
    return table.c.paper_id if table is paper_terms else table.c.note_id


def _best_first(hit: Hit) -> tuple[int, int, bool, int]:
    return (-hit.matched, -hit.weight, hit.what is Found.PAPER, -(hit.note_id or hit.paper_id))


def _hit(row: AnyRow) -> Hit:
    what = Found.PAPER if row.note_id is None else Found.NOTE
    note_id = None if row.note_id is None else NoteId(row.note_id)
    return Hit(what, PaperId(row.paper_id), note_id, row.matched, row.weight)
