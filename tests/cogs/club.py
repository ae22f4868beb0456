"""A house with a reading group in it, on a database that papers have been taken into, before a stand-in of arXiv."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from bot.app import House, open_house
from bot.chat.context import Caller
from bot.config import Settings
from bot.core.cycle import Picks, Rhythm
from bot.core.groups import Group
from bot.core.outbox import Delivery, LetterId
from bot.core.people import Approval
from bot.core.reading import CycleState, How, PaperId
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.i18n import Locale
from bot.services.groups import Groups
from bot.services.organisers import Organisers
from bot.services.papers import Papers
from tests.callers import GUILD, in_private, on_server
from tests.cogs.month import Member
from tests.standins.arxiv import ArxivStandIn, arxiv_stand_in

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)  # noon in Seoul
READING = Place(Platform.DISCORD, "10", GUILD)  # where `tests.callers.on_server` speaks
OTHER_GUILD = SpaceRef(Platform.DISCORD, "901")


@dataclass
class Club:
    """The house, the archive, and the group that meets in the server's channel. `now` may be set."""

    house: House
    archive: ArxivStandIn
    group: Group
    now: datetime = NOW

    @property
    def papers(self) -> Papers:
        """The service that knows papers."""
        assert self.house.services is not None
        return self.house.services.papers

    def member(self, user: str = "1", *, alone: bool = False, language: str = "ko") -> Member:
        """Somebody of the group, in its channel or alone with the bot."""
        caller = in_private(user, language=language) if alone else on_server(user, language=language)
        return Member(self.house.router, caller)

    async def joined(self, user: str, space: SpaceRef = GUILD) -> None:
        """Have somebody met in a space."""
        async with self.house.storage.write() as uow:
            identity = await uow.people.meet(UserRef(Platform.DISCORD, user), "ko", self.now)
            await uow.members.note(identity.id, space, self.now)

    async def another_group(self, name: str = "다른 모임") -> Group:
        """Make a second group, on another server."""
        return await _settled(self.house, OTHER_GUILD, Place(Platform.DISCORD, "20", OTHER_GUILD), name, self.now)

    async def read(self, paper_id: PaperId, on: datetime) -> None:
        """Have the group read a paper in a meeting."""
        async with self.house.storage.write() as uow:
            cycle = await uow.cycles.of(self.group.id, on.date(), on)
            await uow.cycles.pick(cycle.id, paper_id, How.VOTE, None, self.now)
            await uow.cycles.state(cycle.id, CycleState.OVER if on < self.now else CycleState.POSTED)

    async def posted(self) -> str:
        """Have the weekly post of the latest cycle be out in the channel, and return its letter's key."""
        async with self.house.storage.read() as uow:
            cycle = (await uow.cycles.latest(self.group.id))[0]
            home = (await uow.groups.homes(self.group.id))[0]
        key = f"cycle:{cycle.id}:post#{home.id}"
        await self.house.outbox.enqueue("paper.week", READING, key, {"group": self.group.id, "cycle": cycle.id})
        async with self.house.storage.write() as uow:
            letter = (await uow.outbox.by_key([key]))[key]
            taken = await uow.outbox.lease(Platform.DISCORD, self.now, self.now, 10)
            attempt = next(each.attempt for each in taken if each.id == letter.id)
            await uow.outbox.sent([Delivery(letter.id, attempt, self.now, READING, "555", "777")])
        return key

    async def lines(self) -> list[str]:
        """What has been put into the thread, as it would read now; lines that would not be sent are left out."""
        async with self.house.storage.read() as uow:
            letters = [
                letter
                for number in range(1, 60)
                if (letter := await uow.outbox.get(LetterId(number))) is not None and letter.post == "suggest.line"
            ]
        said = []
        for letter in letters:
            assert isinstance(letter.to, Place)
            assert letter.silent
            assert letter.under is not None or letter.revises is not None
            caller = Caller(UserRef(Platform.DISCORD, "0"), letter.to, None)
            reply = await self.house.router.compose(letter.post, caller, None, letter.payload)
            said += [Member(self.house.router, caller)._read(reply)] if reply is not None else []
        return said


@asynccontextmanager
async def club_in(folder: Path, furnished: Path, overlay: Path | None = None) -> AsyncIterator[Club]:
    """Open the house with its group until the block ends."""
    shutil.copy(furnished, folder / "moim.db")
    async with arxiv_stand_in() as archive:
        settings = Settings(
            database_url=f"sqlite+aiosqlite:///{folder}/moim.db",
            arxiv_api_base=archive.base,
            fetch_trusted=(("127.0.0.1", archive.port),),
            catalogue_overlay=str(overlay or folder / "overlay"),
            default_locale="ko",
        )
        clock = _Clock()
        async with open_house(settings, clock=clock) as house:
            group = await _settled(house, GUILD, READING, "목요 논문", NOW)
            clock.club = club = Club(house, archive, group)
            yield club


class _Clock:
    club: Club | None = None

    def __call__(self) -> datetime:
        return self.club.now if self.club is not None else NOW


async def _settled(house: House, space: SpaceRef, place: Place, name: str, now: datetime) -> Group:
    async with house.storage.write() as uow:
        await uow.spaces.joined(space, name, added_by=None, approval=Approval.APPROVED, now=now)
    organisers = Organisers(house.storage, lambda: now, house.outbox)
    groups = Groups(house.storage, lambda: now, house.outbox, organisers, "Asia/Seoul", Locale.KO)
    rhythm = Rhythm(datetime.combine(date(2026, 11, 26), time(21)), "Asia/Seoul", 1)
    drafted = await groups.draft(place, UserRef(Platform.DISCORD, "9"), "ko", rhythm=rhythm, picks=Picks.VOTE)
    return await groups.change(drafted.id, name=name)
