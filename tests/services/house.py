"""The services of study groups over a real database, without what happens at the steps of their week."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.core.cycle import Picks, Rhythm, Step
from bot.core.digest.timing import DIGEST
from bot.core.groups import Group
from bot.core.outbox import Letter
from bot.core.people import Approval, GroupId
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.rewriting import WAKE, day_of, step_of
from bot.core.schedule import ScheduleState, advance
from bot.services.groups import Groups
from bot.services.homes import Homes
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.storage import Storage
from bot.storage.queries.schedules import Step as Advanced

GUILD, CHAT = SpaceRef(Platform.DISCORD, "900"), SpaceRef(Platform.TELEGRAM, "-100200")
READING = Place(Platform.DISCORD, "10", GUILD)
OTHER = Place(Platform.DISCORD, "11", GUILD)
ROOM = Place(Platform.TELEGRAM, CHAT.id, CHAT)
ANN, BEN = UserRef(Platform.DISCORD, "1"), UserRef(Platform.TELEGRAM, "2")
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)  # 19:30 in Seoul


def evening(day: date, hour: int = 21, weeks: int = 1) -> Rhythm:
    """Return the rhythm of a group in Seoul whose first meeting is on `day`."""
    return Rhythm(datetime.combine(day, time(hour)), "Asia/Seoul", weeks)


THURSDAY = evening(date(2026, 11, 26))


@dataclass
class House:
    """The services over a real database, with a clock that leaps and lets everything fall due on its way."""

    storage: Storage
    now: datetime = TUESDAY
    happened: list[tuple[int, Step]] = field(default_factory=list)  # the cycle's number, and what happened for it

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.storage, lambda: self.now)
        self.organisers = Organisers(self.storage, lambda: self.now, self.outbox)
        self.groups = Groups(self.storage, lambda: self.now, self.outbox, self.organisers, "Asia/Seoul")
        self.homes = Homes(self.storage, lambda: self.now, self.outbox)

    async def group(self, place: Place = READING, rhythm: Rhythm = THURSDAY) -> Group:
        drafted = await self.groups.draft(place, ANN, "ko", rhythm=rhythm, picks=Picks.VOTE)
        return await self.groups.start(drafted.id)

    async def leap(self, span: timedelta) -> None:
        """Let everything of the coming `span` fall due in order, as the scheduler does, cycles and all."""
        until = self.now + span
        while True:
            async with self.storage.read() as uow:
                found = await uow.schedules.due(until, 1)
            if not found:
                break
            row = found[0]
            assert row.next_due_at is not None
            assert row.group_id is not None
            self.now = max(self.now, row.next_due_at)
            on = advance(row, row.next_due_at)
            if row.kind == WAKE:
                await self.groups.woken(row, on.due, False)
            async with self.storage.write() as uow:
                await uow.schedules.advance([Advanced(row, on.next_due_at, on.left)], self.now)
                if row.kind not in (WAKE, DIGEST):
                    group = await uow.groups.get(row.group_id)
                    assert group is not None
                    assert group.week is not None
                    day = day_of(group.week, row, on.due)
                    cycle = await uow.cycles.of(row.group_id, day, group.week.rhythm.meeting_at(day))
                    self.happened.append((cycle.id, step_of(row)))
        self.now = until

    async def steps(self, group_id: GroupId) -> dict[str, str]:
        """Return when each step comes next, on Seoul's wall."""
        async with self.storage.read() as uow:
            rows = await uow.schedules.of_group(group_id)
        return {
            row.kind.removeprefix("cycle."): f"{row.next_due_at + timedelta(hours=9):%a %m-%d %H:%M}"
            for row in rows
            if row.next_due_at is not None and row.kind != DIGEST
        }

    async def digest(self, group_id: GroupId) -> str | None:
        """Return when the next issue of the digest comes, on Seoul's wall; in brackets when the group rests."""
        async with self.storage.read() as uow:
            rows = await uow.schedules.of_group(group_id, DIGEST)
        if not rows or rows[0].next_due_at is None:
            return None
        due = f"{rows[0].next_due_at + timedelta(hours=9):%a %m-%d %H:%M}"
        return f"({due})" if rows[0].state is ScheduleState.PAUSED else due

    async def letters(self) -> list[tuple[str, object]]:
        """Take the letters that wait; return what each is and to whom."""
        async with self.storage.write() as uow:
            found: list[Letter] = []
            for platform in Platform:
                found += await uow.outbox.lease(platform, self.now, self.now + timedelta(minutes=1), 10)
        return [(letter.post, letter.to) for letter in found]


@asynccontextmanager
async def house_in(folder: Path) -> AsyncIterator[House]:
    """Keep the database in `folder`; the bot was let into one server and one chat."""
    async with await Storage.open(f"sqlite+aiosqlite:///{folder / 'moim.db'}", clock=lambda: TUESDAY) as storage:
        async with storage.write() as uow:
            for space, title in ((GUILD, "Lab"), (CHAT, "주말 논문방")):
                await uow.spaces.joined(space, title, added_by=None, approval=Approval.APPROVED, now=TUESDAY)
        yield House(storage)
