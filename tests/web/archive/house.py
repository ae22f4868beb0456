"""A house whose group has read, met and got issues of its digest: what pages are made from, out of a real database."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.app import House, open_house
from bot.config import Settings
from bot.core.cycle import Picks, Rhythm
from bot.core.digest.issue import KeptIssue
from bot.core.groups import Group
from bot.core.papers.paper import Paper
from bot.core.people import Approval, GroupId
from bot.core.reading import CycleState, How
from bot.core.refs import Place, Platform, UserRef
from bot.i18n import Locale
from bot.services.archive import Archives
from bot.services.groups import Groups
from bot.services.organisers import Organisers
from bot.services.outbox import Outbox
from bot.storage import Storage
from tests.callers import GUILD
from tests.web.archive.sample import NOW, SEOUL, issue

READING = Place(Platform.DISCORD, "10", GUILD)
ORGANISER = UserRef(Platform.DISCORD, "9")
THURSDAY = date(2026, 11, 26)  # the meeting to come; it is Sunday
_made: list[Path] = []
PLACE = "https://meet.example.org/secret-room"


class Clock:
    """A time that stands until it is set."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Issued:
    """The group, its pages and the time."""

    storage: Storage
    groups: Groups
    archives: Archives
    clock: Clock
    group: Group

    async def keep(self, *kept: KeptIssue, group_id: GroupId | None = None, sent: bool = True) -> None:
        """Have issues be made, and sent unless that is said not to be."""
        async with self.storage.write() as uow:
            for each in kept:
                told = replace(each.issue, group_id=group_id or self.group.id)
                stored = await uow.issues.keep(told, each.made_at)
                if sent and each.sent_at is not None:
                    await uow.issues.posted(stored.id, each.sent_at)

    async def another_group(self, name: str, locale: Locale, channel: str = "20") -> Group:
        """Make a second group, in another channel."""
        return await _group(self.groups, Place(Platform.DISCORD, channel, GUILD), name, locale)

    async def read(self, title: str, day: date, state: CycleState = CycleState.OVER) -> None:
        """Have the group read a paper for the meeting on a day."""
        at = datetime.combine(day, time(12), NOW.tzinfo)  # nine in the evening in Seoul
        async with self.storage.write() as uow:
            paper = Paper(f"url:{title}", "https://arxiv.org/abs/1706.03762", title)
            paper_id = await uow.papers.put(paper, self.clock())
            cycle = await uow.cycles.of(self.group.id, day, at)
            await uow.cycles.pick(cycle.id, paper_id, How.VOTE, None, at - timedelta(days=4))
            await uow.cycles.state(cycle.id, state)


@asynccontextmanager
async def issued_club(folder: Path, base: str | None = None) -> AsyncIterator[Issued]:
    """Keep, in a database of its own, a Korean group that had three issues and two meetings; the next has a paper."""
    await _lay(folder)
    clock = Clock()
    async with await Storage.open(database(folder), clock=clock) as storage:
        groups = _groups(storage, clock)
        group = await groups.get(GroupId(1))
        assert group is not None
        yield Issued(storage, groups, Archives(storage, clock, groups, base, None, Locale.KO), clock, group)


@asynccontextmanager
async def issued_house(folder: Path, **settings: Any) -> AsyncIterator[tuple[House, Issued]]:
    """Open a whole house with the same group in it."""
    await _lay(folder)
    clock = Clock()
    chosen = Settings(_env_file=None, database_url=database(folder), default_locale="ko", **settings)
    async with open_house(chosen, clock=clock) as house:
        assert house.services is not None
        services = house.services
        group = await services.groups.get(GroupId(1))
        assert group is not None
        yield house, Issued(house.storage, services.groups, services.archives, clock, group)


def database(folder: Path) -> str:
    """The address of the database."""
    return f"sqlite+aiosqlite:///{folder}/moim.db"


async def _lay(folder: Path) -> None:
    """Put the database of the group there; it is made once, for all tests of this process."""
    if not _made:
        made = Path(tempfile.mkdtemp(prefix="moim-issued-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        clock = Clock()
        async with await Storage.open(database(made), clock=clock) as storage:
            groups = _groups(storage, clock)
            async with storage.write() as uow:
                await uow.spaces.joined(GUILD, "모임", added_by=None, approval=Approval.APPROVED, now=NOW)
            group = await _group(groups, READING, "목요 논문", Locale.KO)
            club = Issued(storage, groups, Archives(storage, clock, groups), clock, group)
            await club.keep(*(issue(number) for number in (1, 2, 3)))
            await club.read("Attention Is All You Need", THURSDAY - timedelta(days=14))
            await club.read("Deep Residual Learning", THURSDAY - timedelta(days=7))
            await club.read("Denoising Diffusion Probabilistic Models", THURSDAY, CycleState.OPEN)
        _made.append(made / "moim.db")
    shutil.copy(_made[0], folder / "moim.db")


def _groups(storage: Storage, clock: Clock) -> Groups:
    outbox = Outbox(storage, clock)
    return Groups(storage, clock, outbox, Organisers(storage, clock, outbox), SEOUL, Locale.KO)


async def _group(groups: Groups, place: Place, name: str, locale: Locale) -> Group:
    rhythm = Rhythm(datetime.combine(date(2026, 9, 3), time(21)), SEOUL)
    drafted = await groups.draft(place, ORGANISER, "ko", rhythm=rhythm, picks=Picks.PRESENTER, place=PLACE)
    await groups.change(drafted.id, name=name, locale=locale)
    return await groups.start(drafted.id)
