"""How the house stands: what is due, what waits, what failed and why, who leads, when it last lived and was backed up.

It reads and judges nothing. A host sees the whole, an organiser what concerns their group; neither sees what anybody's
reminder says.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.backups import moment_of
from bot.core.cycle import Step
from bot.core.link_health import Verdict
from bot.core.outbox import Letter, LetterState
from bot.core.refs import Place, SpaceRef, UserRef
from bot.core.rewriting import kind_of
from bot.core.schedule import Schedule, ScheduleState
from bot.services.backups import newest
from bot.services.upkeep import ALIVE, NIGHT
from bot.services.week_posts import happens
from bot.storage import Storage
from bot.storage.migrations import HEAD
from bot.storage.unit import UnitOfWork

DUE_SHOWN, DUE_READ, FAILURES_SHOWN, FAILURES_READ = 5, 20, 10, 500
STEPS = {kind_of(step): step for step in Step}  # by the kinds of their rows
LOOKED_BACK = timedelta(days=7)
_FAR = timedelta(days=36500)


@dataclass(frozen=True, slots=True)
class DueNext:
    """Something that will fall due: when, of which kind, and the study group it is of."""

    at: datetime
    kind: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A letter that was not sent, without its words. `to` is where it should have gone."""

    at: datetime
    kind: str
    to: UserRef | Place
    state: LetterState
    reason: str


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """An address to which nothing is sent, and since when."""

    to: UserRef | Place
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Leading:
    """Who does what only one process may do. `holds`: their lease has not run out."""

    what: str
    who: str
    holds: bool


@dataclass(frozen=True, slots=True)
class House:
    """What only the host is concerned with. Sizes are in bytes; None where there is no file (PostgreSQL).

    `links` are those of the catalogue, counted by what was found.
    """

    leading: tuple[Leading, ...]
    alive_at: datetime | None
    chores_on: str | None
    backup: str | None
    backup_at: datetime | None
    revision: str
    size: int | None
    free: int | None
    links: Mapping[Verdict, int]


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand `at` a moment. `counts` are letters: those that wait now, and how those of seven days ended."""

    at: datetime
    due: tuple[DueNext, ...]
    counts: Mapping[LetterState, int]
    failures: tuple[Failure, ...]
    reasons: Mapping[str, int]
    unreachable: tuple[OutOfReach, ...]
    house: House | None


class StatusReport:
    """Takes stock."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], backups: Path | None) -> None:
        """Read `storage`; `backups` is the folder that they are in."""
        self._storage, self._clock, self._backups = storage, clock, backups

    async def whole(self) -> Status:
        """Return how everything stands, for the host."""
        now = self._clock()
        async with self._storage.read() as uow:
            due = await _coming(uow, await uow.schedules.due(now + _FAR, DUE_READ))
            counts = await uow.outbox.counts(now - LOOKED_BACK)
            failed = await uow.outbox.failures(now - LOOKED_BACK, FAILURES_READ)
            lost = await uow.unreachable.all()
            leases = await uow.leases.all()
            alive, chores = await uow.marks.get(ALIVE), await uow.marks.get(NIGHT)
            links = await uow.link_checks.counts()
        leading = tuple(Leading(each.name, _process(each.holder), each.expires_at > now) for each in leases)
        backup = newest(self._backups)
        size, free = _sizes(self._storage.file)
        return Status(
            now,
            due,
            counts,
            tuple(map(_failure, failed[:FAILURES_SHOWN])),
            Counter(letter.reason or letter.state.value for letter in failed),
            tuple(OutOfReach(each.to, each.reason, each.since) for each in lost),
            House(
                leading,
                datetime.fromisoformat(alive) if alive else None,
                chores,
                str(backup) if backup else None,
                moment_of(backup.name) if backup else None,
                HEAD,
                size,
                free,
                links,
            ),
        )

    async def of_space(self, space: SpaceRef, channel: str) -> Status:
        """Return what concerns those who run the group that lives there: its dates, and what could not be posted."""
        now = self._clock()
        async with self._storage.read() as uow:
            group = await uow.groups.at(space, channel)
            due = await _coming(uow, await uow.schedules.of_group(group.id)) if group is not None else ()
            failed = await uow.outbox.failures(now - LOOKED_BACK, FAILURES_READ)
            lost = await uow.unreachable.all()
        here = [letter for letter in failed if _is_in(letter.to, space)]
        return Status(
            now,
            due,
            Counter(letter.state for letter in here),
            tuple(map(_failure, here[:FAILURES_SHOWN])),
            Counter(letter.reason or letter.state.value for letter in here),
            tuple(OutOfReach(each.to, each.reason, each.since) for each in lost if _is_in(each.to, space)),
            None,
        )


async def _coming(uow: UnitOfWork, rows: Sequence[Schedule]) -> tuple[DueNext, ...]:
    """Return what falls due next: nothing of a group that rests, and no step that nobody notices in its group."""
    found: list[DueNext] = []
    for row in rows:
        if row.next_due_at is None or row.state is not ScheduleState.ACTIVE:
            continue
        group = await uow.groups.get(row.group_id) if row.group_id is not None else None
        step = STEPS.get(row.kind)
        if group is not None and step is not None and not happens(group, await uow.groups.homes(group.id), step):
            continue
        found.append(DueNext(row.next_due_at, row.kind, group.name if group is not None else None))
    return tuple(found[:DUE_SHOWN])


def _failure(letter: Letter) -> Failure:
    at = letter.ended_at or letter.created_at
    return Failure(at, letter.kind, letter.to, letter.state, letter.reason or letter.state.value)


def _is_in(to: UserRef | Place, space: SpaceRef) -> bool:
    return isinstance(to, Place) and (to.space or SpaceRef(to.platform, to.channel)) == space


def _process(holder: str) -> str:
    """Return machine and number of a process, of its whole name (machine/boot/namespace/number/birth/word)."""
    parts = holder.split("/")
    return f"{parts[0]}/{parts[3]}" if len(parts) == 6 else parts[0]


def _sizes(database: Path | None) -> tuple[int | None, int | None]:
    if database is None or not database.exists():
        return None, None
    files = [database, database.with_name(database.name + "-wal")]
    size = sum(file.stat().st_size for file in files if file.exists())
    return size, shutil.disk_usage(database.absolute().parent).free
