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
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
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
        found = [_paper_hit(row) for row in await self._find(paper_terms, asked, {"most": limit})]
        if group_id is not None:
            values = {"most": limit, "of_group": group_id, "of_person": person_id}
            found += [_note_hit(row) for row in await self._find(note_terms, asked, values)]
        return tuple(sorted(found, key=_best_first))[:limit]

    async def _find(self, table: Table, asked: Sequence[str], values: Mapping[str, Any]) -> Sequence[AnyRow]:
        rarest = await self._rarest(table, asked)
        if not rarest:
            return ()
        return await self._run.rows(_finding(table, len(rarest)), {**values, **_numbered(rarest), "words": asked})

    async def _rarest(self, table: Table, asked: Sequence[str]) -> Sequence[str]:
        """Return the words to look up: the rarest, and more of them until there are enough candidates."""
        if len(asked) == 1:
            return asked
        rows = await self._run.rows(_counting(table, len(asked)), _numbered(asked))
        places = {asked[row.number]: row.places for row in rows if row.places}
        chosen: list[str] = []
        for word in sorted(places, key=lambda word: places[word]):
            chosen.append(word)
            if sum(places[each] for each in chosen) >= _CANDIDATES:
                break
        return chosen


def _numbered(words: Sequence[str]) -> dict[str, str]:
    return {f"word{number}": word for number, word in enumerate(words)}


@cache
def _counting(table: Table, words: int) -> Executable:
    """Return the statement that tells in how many places each word stands, up to a bound."""

    def counted(number: int) -> Select[int, int]:
        some = select(literal(1)).where(table.c.term == bindparam(f"word{number}")).limit(_CANDIDATES * 5).subquery()
        return select(literal(number).label("number"), func.count().label("places")).select_from(some)

    return union_all(*map(counted, range(words)))


@cache
def _finding(table: Table, rarest: int) -> Executable:
    """Return the statement that finds the best rows among the candidates of so many words."""
    whose = _whose(table)
    some = union(*(select(_candidates(table, number).subquery()) for number in range(rarest))).subquery()
    matched, weight = func.count().label("matched"), func.sum(table.c.weight).label("weight")
    found: Select[Any] = (
        select(some.c.ref, matched, weight)
        .select_from(some.join(table, and_(whose == some.c.ref, table.c.term.in_(bindparam("words", expanding=True)))))
        .group_by(some.c.ref)
        .order_by(matched.desc(), weight.desc(), some.c.ref.desc())
        .limit(bindparam("most"))
    )
    if table is paper_terms:
        return found
    best = found.subquery()
    return select(best, notes.c.paper_id).select_from(best.join(notes, notes.c.id == best.c.ref))


def _candidates(table: Table, number: int) -> Select[Any]:
    """Return the weightiest places of one word; of notes, only those that whoever asks may read."""
    whose = _whose(table)
    found = select(whose.label("ref")).where(table.c.term == bindparam(f"word{number}"))
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


def _paper_hit(row: AnyRow) -> Hit:
    return Hit(Found.PAPER, PaperId(row.ref), None, row.matched, row.weight)


def _note_hit(row: AnyRow) -> Hit:
    return Hit(Found.NOTE, PaperId(row.paper_id), NoteId(row.ref), row.matched, row.weight)
