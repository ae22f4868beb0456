"""An organiser's Tuesday evening: the whole house before two platforms, with two spaces, and a group set up by taps."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_house
from bot.chat.context import Caller
from bot.chat.reply import Form, Reply
from bot.chat.stores import Receipt, Rights, Room, Undeliverable
from bot.config import Settings
from bot.core.groups import Group
from bot.core.outbox import Letter
from bot.core.people import GroupId
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from bot.core.shelf import Shelf
from bot.services import shelf
from bot.services.groups import Groups
from tests.callers import GROUP, GUILD, in_private, on_server
from tests.cogs.conftest import HOST, buttons_of, reply_of
from tests.cogs.month import Member
from tests.cogs.test_remind import Town
from tests.stores import Clock

TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)  # half past seven in Seoul
ALL = Rights(see=True, post=True, thread=True, history=True, pin=True)
PAPERS = Place(Platform.DISCORD, "11", GUILD)
PARTED = timedelta(seconds=0.02)


class Outlet:
    """A platform's door out, with rights and channels of its own."""

    def __init__(self, rooms: tuple[Room, ...] | None = None) -> None:
        self.sent: list[tuple[UserRef | Place, Reply]] = []
        self.pinned: list[Receipt] = []
        self.revised: list[tuple[Receipt, Reply]] = []
        self.allowed: dict[str, Rights] = {}
        self.closed: dict[str, str] = {}
        if rooms is not None:
            self.rooms = self._rooms
        self._known = rooms or ()

    async def deliver(self, to: UserRef | Place, reply: Reply, key: str, **_: Any) -> Receipt:
        self.sent.append((to, reply))
        return Receipt(to if isinstance(to, Place) else Place(to.platform, to.id), str(len(self.sent)))

    async def revise(self, sent: Receipt, reply: Reply) -> None:
        self.revised.append((sent, reply))

    async def pin(self, sent: Receipt) -> None:
        if not (await self.rights(sent.place)).pin:
            raise Undeliverable("forbidden")
        self.pinned.append(sent)

    async def rights(self, place: Place) -> Rights:
        return self.allowed.get(place.channel, ALL)

    async def _rooms(self, space: SpaceRef) -> tuple[Room, ...]:
        return self._known


class Evening(Town):
    """The whole house, and one organiser's view of it."""

    def open(self) -> None:
        rooms = (Room(Place(Platform.DISCORD, "10", GUILD), "general"), Room(PAPERS, "papers"))
        self.discord, self.telegram = Outlet(rooms), Outlet()
        self.boxes = {Platform.DISCORD: self.discord, Platform.TELEGRAM: self.telegram}  # type: ignore[dict-item]
        self.router.outlets |= self.boxes

    @property
    def groups(self) -> Groups:
        assert self.house.services is not None
        return self.house.services.groups

    async def group(self, number: int = 1) -> Group:
        found = await self.groups.get(GroupId(number))
        assert found is not None
        return found

    async def letters(self) -> list[Letter]:
        async with self.house.storage.write() as uow:
            return [
                letter
                for platform in self.boxes
                for letter in await uow.outbox.lease(platform, self.clock(), self.clock() + timedelta(minutes=1), 10)
            ]

    async def carried(self, answering: Any) -> Any:
        """Carry letters while something is answered that waits for one."""
        task = asyncio.ensure_future(answering)
        while not task.done():
            await self.carry()
            await asyncio.sleep(PARTED.total_seconds())
        return await task


@pytest.fixture
async def evening(
    catalogue: Shelf, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Evening]:
    monkeypatch.chdir(tmp_path)
    shutil.copy(furnished, tmp_path / "moim.db")
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    clock = Clock()
    clock.now = TUESDAY
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/moim.db", owners=(("discord", HOST.id),))
    async with open_house(settings, clock=clock) as house:
        for space, title in ((GUILD, "논문 읽는 화요일"), (GROUP, "주말 논문방")):
            await house.router.space_arrived(space, title)
            await house.router.press(in_private(HOST.id), f"doors.approve|{space.platform.value}|{space.id}")
        opened = Evening(house, clock)
        opened.open()
        await opened.carry()  # what asked the host about the chats is settled
        yield opened


def organiser(evening: Evening, caller: Caller | None = None, user: str = "1") -> Member:
    """Whoever may manage the space."""
    return Member(evening.router, replace(caller or on_server(user, language="ko"), admin=True))


def seen_by(member: Member) -> Reply:
    """Return the newest answer of a member."""
    assert member.seen is not None
    return member.seen


async def fill(member: Member, label: str, **answers: str) -> str:
    """Press a button that opens a form, and fill it in."""
    assert member.seen is not None
    form = await member.router.press(member.caller, buttons_of(member.seen)[label].wire)
    assert isinstance(form, Form)
    assert answers.keys() <= {field.name for field in form.fields}
    member.seen = reply_of(await member.router.submit(member.caller, form.wire, answers))
    return member.words


async def set_up(evening: Evening, caller: Caller | None = None, **options: str) -> Member:
    """A group that meets on Thursdays at nine, started on Tuesday evening."""
    jisoo = organiser(evening, caller)
    await jisoo.call("manage", **options)
    for label in ("목요일", "오후 9:00", "투표", "이대로", "시작"):
        await jisoo.take(label)
    await jisoo.take("다음 주부터")
    return jisoo
