"""Notes and questions about papers: their writers', and the group's when they share them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import bindparam, delete, insert, select, update

from bot.core.papers.terms import terms
from bot.core.people import GroupId, IdentityId, PersonId
from bot.core.reading import Note, NoteId, NoteKind, PaperId
from bot.storage.queries.terms import Terms
from bot.storage.run import AnyRow, Run
from bot.storage.tables import identities, notes

_this = notes.c.id == bindparam("this")
_theirs = notes.c.identity_id.in_(select(identities.c.id).where(identities.c.person_id == bindparam("of_person")))
_of_group = notes.c.group_id == bindparam("of_group")
_shared = notes.c.shared.is_(True)
_in_order = select(notes).order_by(notes.c.at, notes.c.id)

_NEW = insert(notes).returning(notes.c.id)
_WRITTEN = select(notes).where(notes.c.identity_id == bindparam("by_identity"), notes.c.once == bindparam("only_once"))
_GET = select(notes).where(_this)
_MINE = select(notes).where(_this, _theirs)
_REMOVE = delete(notes).where(_this, _theirs)
_OF_PAPER = _in_order.where(_of_group, notes.c.paper_id == bindparam("of_paper"))
_SHARED_OF_PAPER = _OF_PAPER.where(_shared)
_EVERY_OF_GROUP = _in_order.where(_of_group)
_SHARED_OF_GROUP = _EVERY_OF_GROUP.where(_shared)
_OF_PERSON = _in_order.where(_theirs)


class NoteChange(TypedDict, total=False):
    """What can be changed of a note; what is not named stays."""

    kind: NoteKind
    text: str
    shared: bool


class Notes:
    """What people wrote about papers. Only its writer, from whichever account, changes or removes a note."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def add(
        self,
        group_id: GroupId,
        paper_id: PaperId,
        identity_id: IdentityId,
        kind: NoteKind,
        text: str,
        now: datetime,
        *,
        shared: bool = False,
        once: str | None = None,
    ) -> Note:
        """Write a note down. `once` names the turn in which it is written: in the same one again, it is the note."""
        if once is not None:
            written = await self._run.row(_WRITTEN, {"by_identity": identity_id, "only_once": once})
            if written is not None:
                return _note(written)
        values = {
            "group_id": group_id,
            "paper_id": paper_id,
            "identity_id": identity_id,
            "kind": kind.value,
            "text": text,
            "shared": shared,
            "at": now,
            "once": once,
        }
        note_id = NoteId(await self._run.value(_NEW, values))
        await Terms(self._run).index_note(note_id, terms(text))
        return Note(note_id, group_id, paper_id, identity_id, kind, text, shared, now)

    async def get(self, note_id: NoteId) -> Note | None:
        """Return a note by its number, whoever's it is."""
        row = await self._run.row(_GET, {"this": note_id})
        return None if row is None else _note(row)

    async def change(self, note_id: NoteId, person_id: PersonId, **change: Unpack[NoteChange]) -> bool:
        """Set what is named of a person's own note; False when it is gone or somebody else's."""
        if await self._run.row(_MINE, {"this": note_id, "of_person": person_id}) is None:
            return False
        columns: dict[str, Any] = dict(change)
        if columns:
            await self._run.count(update(notes).where(notes.c.id == note_id).values(columns))
        if "text" in change:
            await Terms(self._run).reindex_note(note_id, terms(change["text"]))
        return True

    async def share(self, note_id: NoteId, person_id: PersonId, shared: bool) -> bool:
        """Show a person's own note to the group, or to nobody; False when it is gone or somebody else's."""
        return await self.change(note_id, person_id, shared=shared)

    async def remove(self, note_id: NoteId, person_id: PersonId) -> bool:
        """Take a person's own note back; False when it is gone or somebody else's."""
        return await self._run.count(_REMOVE, {"this": note_id, "of_person": person_id}) > 0

    async def of(self, group_id: GroupId, paper_id: PaperId, *, shared_only: bool = True) -> tuple[Note, ...]:
        """Return the notes of a group about a paper, the earliest first."""
        statement = _SHARED_OF_PAPER if shared_only else _OF_PAPER
        return tuple(map(_note, await self._run.rows(statement, {"of_group": group_id, "of_paper": paper_id})))

    async def of_group(self, group_id: GroupId, *, shared_only: bool = True) -> tuple[Note, ...]:
        """Return every shared note of a group, or every note, the earliest first."""
        statement = _SHARED_OF_GROUP if shared_only else _EVERY_OF_GROUP
        return tuple(map(_note, await self._run.rows(statement, {"of_group": group_id})))

    async def of_person(self, person_id: PersonId) -> tuple[Note, ...]:
        """Return every note of a person, the earliest first."""
        return tuple(map(_note, await self._run.rows(_OF_PERSON, {"of_person": person_id})))


def _note(row: AnyRow) -> Note:
    return Note(
        NoteId(row.id),
        GroupId(row.group_id),
        PaperId(row.paper_id),
        IdentityId(row.identity_id),
        NoteKind(row.kind),
        row.text,
        row.shared,
        row.at,
    )
