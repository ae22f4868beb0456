"""The runs of the ritual: one for each meeting of a group, each with one pick."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import bindparam, select, update

from bot.core.papers.paper import PaperKind
from bot.core.people import GroupId
from bot.core.reading import Cycle, CycleId, CycleState, How, PaperId
from bot.storage.run import AnyRow, Run
from bot.storage.tables import cycles, papers
from bot.storage.upsert import insert_or_change

_of_group = cycles.c.group_id == bindparam("of_group")
_this = cycles.c.id == bindparam("this")

_MAKE = insert_or_change(
    cycles, lambda refused: {"meeting_at": refused.meeting_at}, (cycles.c.group_id, cycles.c.meets_on)
)
_GET = select(cycles).where(_this)
_ON = select(cycles).where(_of_group, cycles.c.meets_on == bindparam("on_day"))
_LATEST = select(cycles).where(_of_group).order_by(cycles.c.meets_on.desc()).limit(bindparam("most"))
_HISTORY = select(cycles).where(_of_group, cycles.c.paper_id.is_not(None)).order_by(cycles.c.meets_on.desc())
_OF_PAPER = _HISTORY.where(cycles.c.paper_id == bindparam("of_paper"))
_READ = select(papers.c.key).where(papers.c.id.in_(select(cycles.c.paper_id).where(_of_group)))
_PICK = (
    update(cycles)
    .where(_this, cycles.c.paper_id.is_(None))
    .values(paper_id=bindparam("picks"), how=bindparam("so"), why=bindparam("because"), picked_at=bindparam("moment"))
)
_UNPICK = update(cycles).where(_this).values(paper_id=None, how=None, why=None, picked_at=None, kind=None)
_STATE = update(cycles).where(_this).values(state=bindparam("becomes"))
_KIND = update(cycles).where(_this).values(kind=bindparam("is_a"))
_MOVE = update(cycles).where(_this).values(meets_on=bindparam("on_day"), meeting_at=bindparam("moment"))
_SILENT = update(cycles).where(_this).values(silent=bindparam("was_silent"))


class Cycles:
    """Which paper a group reads for which meeting."""

    def __init__(self, run: Run) -> None:
        """Ask through `run`."""
        self._run = run

    async def of(self, group_id: GroupId, meets_on: date, meeting_at: datetime) -> Cycle:
        """Return the cycle of a meeting, made when it is new; a meeting that moved within its day is moved."""
        values = {
            "group_id": group_id,
            "meets_on": meets_on,
            "meeting_at": meeting_at,
            "state": CycleState.OPEN.value,
            "silent": False,
        }
        await self._run.count(_MAKE[self._run.dialect], values)
        found = await self.on(group_id, meets_on)
        assert found is not None  # noqa: S101 - made a line ago
        return found

    async def on(self, group_id: GroupId, meets_on: date) -> Cycle | None:
        """Return the cycle of a meeting, None when nothing was kept of it yet."""
        row = await self._run.row(_ON, {"of_group": group_id, "on_day": meets_on})
        return None if row is None else _cycle(row)

    async def get(self, cycle_id: CycleId) -> Cycle | None:
        """Return a cycle by its number."""
        row = await self._run.row(_GET, {"this": cycle_id})
        return None if row is None else _cycle(row)

    async def latest(self, group_id: GroupId, limit: int = 1) -> tuple[Cycle, ...]:
        """Return the cycles of a group, the latest meeting first, also those still to come."""
        return tuple(map(_cycle, await self._run.rows(_LATEST, {"of_group": group_id, "most": limit})))

    async def pick(self, cycle_id: CycleId, paper_id: PaperId, how: How, why: str | None, now: datetime) -> Cycle:
        """Pick the paper of a cycle, once, and return the cycle with the pick that stands: this one or an earlier."""
        values = {"this": cycle_id, "picks": paper_id, "so": how.value, "because": why, "moment": now}
        await self._run.count(_PICK, values)
        return await self._known(cycle_id)

    async def unpick(self, cycle_id: CycleId) -> Cycle:
        """Take the pick of a cycle back, for an organiser who picks another."""
        await self._run.count(_UNPICK, {"this": cycle_id})
        return await self._known(cycle_id)

    async def move(self, cycle_id: CycleId, meets_on: date, meeting_at: datetime) -> None:
        """Lead a cycle to another meeting of its group; no other may be on that day."""
        await self._run.count(_MOVE, {"this": cycle_id, "on_day": meets_on, "moment": meeting_at})

    async def state(self, cycle_id: CycleId, state: CycleState) -> None:
        """Keep how far a cycle is."""
        await self._run.count(_STATE, {"this": cycle_id, "becomes": state.value})

    async def kind(self, cycle_id: CycleId, kind: PaperKind | None) -> None:
        """Keep what kind of paper an organiser says it is; None: what we guessed."""
        await self._run.count(_KIND, {"this": cycle_id, "is_a": None if kind is None else kind.value})

    async def silent(self, cycle_id: CycleId, silent: bool) -> None:
        """Keep whether nobody pressed anything in a cycle."""
        await self._run.count(_SILENT, {"this": cycle_id, "was_silent": silent})

    async def history(self, group_id: GroupId) -> tuple[Cycle, ...]:
        """Return the cycles of a group that have a paper, the latest meeting first."""
        return tuple(map(_cycle, await self._run.rows(_HISTORY, {"of_group": group_id})))

    async def of_paper(self, group_id: GroupId, paper_id: PaperId) -> Cycle | None:
        """Return the latest cycle in which a group read a paper; None when it never did."""
        row = await self._run.row(_OF_PAPER, {"of_group": group_id, "of_paper": paper_id})
        return None if row is None else _cycle(row)

    async def read_keys(self, group_id: GroupId) -> frozenset[str]:
        """Return the keys of every paper that a group ever picked."""
        return frozenset(row.key for row in await self._run.rows(_READ, {"of_group": group_id}))

    async def _known(self, cycle_id: CycleId) -> Cycle:
        found = await self.get(cycle_id)
        if found is None:
            raise LookupError(f"no cycle {cycle_id}")
        return found


def _cycle(row: AnyRow) -> Cycle:
    return Cycle(
        CycleId(row.id),
        GroupId(row.group_id),
        row.meets_on,
        row.meeting_at,
        CycleState(row.state),
        None if row.paper_id is None else PaperId(row.paper_id),
        None if row.how is None else How(row.how),
        row.why,
        row.picked_at,
        None if row.kind is None else PaperKind(row.kind),
        row.silent,
    )
