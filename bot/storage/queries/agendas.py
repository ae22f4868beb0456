"""What a group reads in a fixed order, when it chose to: papers, lectures, the chapters of a book."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, insert, select

from bot.core.people import GroupId
from bot.core.reading import KeptPaper, PaperId
from bot.storage.queries.papers import kept_paper
from bot.storage.run import Run
from bot.storage.tables import agendas, cycles, papers

_of_group = agendas.c.group_id == bindparam("of_group")

_CLEAR = delete(agendas).where(_of_group)
_ADD = insert(agendas)
_LAST = select(func.max(agendas.c.position)).where(_of_group)
_OF = select(papers).select_from(agendas.join(papers)).where(_of_group).order_by(agendas.c.position)
_picked = select(cycles.c.paper_id).where(cycles.c.group_id == bindparam("of_group"), cycles.c.paper_id.is_not(None))
_NEXT = _OF.where(agendas.c.paper_id.not_in(_picked)).limit(1)


class Agendas:
    """Lists in order."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def set(self, group_id: GroupId, paper_ids: Sequence[PaperId]) -> None:
        """Replace the list of a group; each paper stands once."""
        await self._run.count(_CLEAR, {"of_group": group_id})
        await self.append(group_id, paper_ids)

    async def append(self, group_id: GroupId, paper_ids: Sequence[PaperId]) -> None:
        """Put papers at the end of a group's list, those that stand in it already left out."""
        there = {each.id for each in await self.list(group_id)}
        last = await self._run.value(_LAST, {"of_group": group_id}) or 0
        new = [paper_id for paper_id in dict.fromkeys(paper_ids) if paper_id not in there]
        rows = [
            {"group_id": group_id, "position": position, "paper_id": paper_id}
            for position, paper_id in enumerate(new, start=last + 1)
        ]
        if rows:
            await self._run.count(_ADD, rows)

    async def list(self, group_id: GroupId) -> tuple[KeptPaper, ...]:
        """Return the list of a group in its order."""
        return tuple(map(kept_paper, await self._run.rows(_OF, {"of_group": group_id})))

    async def next(self, group_id: GroupId) -> KeptPaper | None:
        """Return the first of the list that the group never picked; None when it is through."""
        row = await self._run.row(_NEXT, {"of_group": group_id})
        return None if row is None else kept_paper(row)
