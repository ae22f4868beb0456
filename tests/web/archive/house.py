"""A house whose group has read, met and got issues of its digest: what pages are made from, out of a real database."""

from __future__ import annotations

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
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.i18n import Locale
from bot.services.archive import Archives
from tests.callers import GUILD
from tests.web.archive.sample import NOW, SEOUL, issue

READING = Place(Platform.DISCORD, "10", GUILD)
ORGANISER = UserRef(Platform.DISCORD, "9")
THURSDAY = date(2026, 11, 26)  # the meeting to come; it is Sunday
PLACE = "https://meet.example.org/secret-room"


class Clock:
    """A time that stands until it is set."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Issued:
    """The house, its group and the time."""

    house: House
    group: Group
    clock: Clock

    @property
    def archives(self) -> Archives:
        """The service."""
        assert self.house.services is not None
        return self.house.services.archives

    async def keep(self, *kept: KeptIssue, group_id: GroupId | None = None, sent: bool = True) -> None:
        """Have issues be made, and sent unless that is said not to be."""
        async with self.house.storage.write() as uow:
            for each in kept:
                told = replace(each.issue, group_id=group_id or self.group.id)
                stored = await uow.issues.keep(told, each.made_at)
                if sent and each.sent_at is not None:
                    await uow.issues.posted(stored.id, each.sent_at)

    async def another_group(self, name: str, locale: Locale, channel: str = "20") -> Group:
        """Make a second group, in another channel."""
        return await _group(self.house, Place(Platform.DISCORD, channel, GUILD), name, locale)

    async def read(self, title: str, day: date, state: CycleState = CycleState.OVER) -> None:
        """Have the group read a paper for the meeting on a day."""
        at = datetime.combine(day, time(12), NOW.tzinfo)  # nine in the evening in Seoul
        async with self.house.storage.write() as uow:
            paper = Paper(f"url:{title}", "https://arxiv.org/abs/1706.03762", title)
            paper_id = await uow.papers.put(paper, self.clock())
            cycle = await uow.cycles.of(self.group.id, day, at)
            await uow.cycles.pick(cycle.id, paper_id, How.VOTE, None, at - timedelta(days=4))
            await uow.cycles.state(cycle.id, state)


@asynccontextmanager
async def issued_house(folder: Path, **settings: Any) -> AsyncIterator[Issued]:
    """Open a house with a Korean group that has had three issues and two meetings; the next one has a paper."""
    clock = Clock()
    chosen = Settings(
        _env_file=None, database_url=f"sqlite+aiosqlite:///{folder}/moim.db", default_locale="ko", **settings
    )  # type: ignore[call-arg]
    async with open_house(chosen, clock=clock) as house:
        async with house.storage.write() as uow:
            await uow.spaces.joined(GUILD, "모임", added_by=None, approval=Approval.APPROVED, now=NOW)
        made = Issued(house, await _group(house, READING, "목요 논문", Locale.KO), clock)
        await made.keep(*(issue(number) for number in (1, 2, 3)))
        await made.read("Attention Is All You Need", THURSDAY - timedelta(days=14))
        await made.read("Deep Residual Learning", THURSDAY - timedelta(days=7))
        await made.read("Denoising Diffusion Probabilistic Models", THURSDAY, CycleState.OPEN)
        yield made


async def _group(house: House, place: Place, name: str, locale: Locale) -> Group:
    assert house.services is not None
    groups, space = house.services.groups, SpaceRef(GUILD.platform, GUILD.id)
    assert place.space == space
    rhythm = Rhythm(datetime.combine(date(2026, 9, 3), time(21)), SEOUL)
    drafted = await groups.draft(place, ORGANISER, "ko", rhythm=rhythm, picks=Picks.PRESENTER, place=PLACE)
    await groups.change(drafted.id, name=name, locale=locale)
    return await groups.start(drafted.id)
