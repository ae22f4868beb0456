"""Looks papers and notes up by their words, on either database by the same statements.

The rarest word of a question is looked up first, its weightiest places are the candidates, and only those are asked for
the other words: the work is bounded however common a word is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Executable, Select, Table, and_, bindparam, func, insert, literal, or_, select, union_all
from sqlalchemy import delete as delete_from

from bot.core.people import GroupId, PersonId
from bot.core.reading import Found, Hit, NoteId, PaperId
from bot.storage.run import AnyRow, Run
from bot.storage.tables import identities, note_terms, notes, paper_terms

CANDIDATES = 1000  # of the rarest word, the weightiest first
_MOST_WORDS = 12
_NOTE_WEIGHT = 4  # between a paper's title and its abstract
_COMMON = 2000  # what stands in more is as common as any

_UNINDEX_NOTE = delete_from(note_terms).where(note_terms.c.note_id == bindparam("of_note"))
_INDEX_NOTE = insert(note_terms)


class Terms:
    """The words of papers and notes."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def index_note(self, note_id: NoteId, terms: Iterable[str]) -> None:
        """Keep the words of a note in place of those before."""
        await self._run.count(_UNINDEX_NOTE, {"of_note": note_id})
        rows = [{"note_id": note_id, "term": term, "weight": _NOTE_WEIGHT} for term in terms]
        if rows:
            await self._run.count(_INDEX_NOTE, rows)

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
        numbered = {f"word{number}": word for number, word in enumerate(asked)}
        counts = await self._run.rows(_counting(table, len(asked)), numbered)
        frequent = {asked[row.number]: row.found for row in counts}
        rarest = min((word for word in asked if frequent[word]), key=lambda word: frequent[word], default=None)
        if rarest is None:
            return ()
        finding = _finding(table, "of_group" in values)
        return await self._run.rows(finding, {**values, "rarest": rarest, "words": asked})


@cache
def _counting(table: Table, words: int) -> Executable:
    """Return the statement that tells how common each word is, up to a bound."""
    return union_all(
        *(
            select(literal(number).label("number"), func.count().label("found")).select_from(
                select(literal(1)).where(table.c.term == bindparam(f"word{number}")).limit(_COMMON).subquery()
            )
            for number in range(words)
        )
    )


@cache
def _finding(table: Table, of_notes: bool) -> Executable:
    """Return the statement that finds the best rows among the candidates of the rarest word."""
    whose = table.c.note_id if of_notes else table.c.paper_id
    allowed = _allowed() if of_notes else None
    candidates = select(whose.label("ref")).where(table.c.term == bindparam("rarest"))
    if allowed is not None:
        candidates = candidates.where(whose.in_(allowed))
    some = candidates.order_by(table.c.weight.desc(), whose.desc()).limit(CANDIDATES).subquery()
    others = table.alias("others")
    other = others.c.note_id if of_notes else others.c.paper_id
    matched, weight = func.count().label("matched"), func.sum(others.c.weight).label("weight")
    found: Select[Any] = (
        select(some.c.ref, matched, weight)
        .select_from(
            some.join(others, and_(other == some.c.ref, others.c.term.in_(bindparam("words", expanding=True))))
        )
        .group_by(some.c.ref)
        .order_by(matched.desc(), weight.desc(), some.c.ref.desc())
        .limit(bindparam("most"))
    )
    if not of_notes:
        return found
    best = found.subquery()
    return (
        select(best, notes.c.paper_id)
        .select_from(best.join(notes, notes.c.id == best.c.ref))
        .order_by(best.c.matched.desc(), best.c.weight.desc(), best.c.ref.desc())
    )


def _allowed() -> Select[Any]:
    own = notes.c.identity_id.in_(select(identities.c.id).where(identities.c.person_id == bindparam("of_person")))
    return select(notes.c.id).where(notes.c.group_id == bindparam("of_group"), or_(notes.c.shared.is_(True), own))


def _best_first(hit: Hit) -> tuple[int, int, bool, int]:
    return (-hit.matched, -hit.weight, hit.what is Found.PAPER, -(hit.note_id or hit.paper_id))


def _paper_hit(row: AnyRow) -> Hit:
    return Hit(Found.PAPER, PaperId(row.ref), None, row.matched, row.weight)


def _note_hit(row: AnyRow) -> Hit:
    return Hit(Found.NOTE, PaperId(row.paper_id), NoteId(row.ref), row.matched, row.weight)
