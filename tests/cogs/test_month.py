"""A member's first month, word by word: one thing to start with, help when it got hard, nothing lost, nobody shamed.

The clock is the story's own; the house, its database and its catalogue are real.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from bot import app
from bot.chat.context import Caller
from bot.chat.reply import How, Reply
from bot.chat.router import Router
from bot.chat.text import Link, Text
from bot.config import Settings
from bot.core.shelf import Shelf
from bot.i18n import Locale
from bot.services import shelf
from tests.callers import GROUP, GUILD, in_group, in_private, on_server
from tests.cogs.conftest import HOST, words_of
from tests.cogs.month import Member
from tests.contract.people import Seen
from tests.e2e.storybook import Story, StoryFile
from tests.stores import Clock, Postbox

MONDAY = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = MONDAY
    return clock


@pytest.fixture
async def router(
    catalogue: Shelf, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Router]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "load", lambda **_: catalogue)
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{tmp_path}/moim.db", owners=(("discord", HOST.id),), default_locale="ko"
    )
    async with app.open_house(settings, clock=clock) as house:
        for space in (GUILD, GROUP):
            await house.router.space_arrived(space, "딥러닝 스터디")
            await house.router.press(in_private(HOST.id), f"doors.approve|{space.platform.value}|{space.id}")
        yield house.router


class Hero:
    """A member whose acts are written down."""

    def __init__(self, name: str, router: Router, caller: Caller, story: Story) -> None:
        self.name, self.member, self.story = name, Member(router, caller), story

    async def call(self, command: str, **options: str) -> str:
        await self.member.call(command, **options)
        return self._tell(" ".join([f"/{command}", *options.values()]))

    async def take(self, label: str) -> str:
        before = self.member.caller
        await self.member.take(label)
        if self.member.caller != before:
            self.story.note("the private chat opens on the answer")
        return self._tell(f"[{label}]")

    def reads(self, letter: Reply) -> str:
        self.member.seen = letter
        return self._tell("(a message of the bot)")

    def _tell(self, act: str) -> str:
        reply = self.member.seen
        assert reply is not None
        menu = [choice.label for choice in reply.menu.choices] if reply.menu else []
        seen = Seen(_as_read(reply), (*menu, *self.member.offers), reply.how is How.EDIT)
        self.story.told(self.name, act, seen, Locale.KO)
        return seen.words


def _as_read(reply: Reply) -> str:
    """Return what a client shows: a link as its label, without the address."""
    shown = replace(
        reply,
        text=_without_addresses(reply.text),
        cards=tuple(replace(card, lines=tuple(map(_without_addresses, card.lines))) for card in reply.cards),
    )
    return words_of(shown)


def _without_addresses(words: Text) -> Text:
    return tuple(node.text if isinstance(node, Link) else node for node in words)


async def test_a_month_of_a_student(router: Router, clock: Clock, snapshot: SnapshotAssertion) -> None:
    story = Story("Minji knows Python and little maths. Jiwoo and Hyunsu study in the same server. It runs in Korean.")
    minji, jiwoo, hyunsu = (
        Hero(name, router, on_server(user, language="ko"), story)
        for name, user in (("Minji", "1"), ("Jiwoo", "2"), ("Hyunsu", "3"))
    )
    mail = router.outlets[HOST.platform] = Postbox()

    await minji.call("mylist")
    await minji.call("search", words="d2l")
    assert "시작한 자료예요." in await minji.take("시작")

    clock.leap(timedelta(days=2))
    story.note("two days later it gets hard")
    await minji.call("mylist")
    await minji.take("1")
    await minji.take("막혔어요")
    assert "· 10분쯤\n이것 하나면 지금은 충분해요." in await minji.take("수학")
    await minji.take("돌아가기")
    await minji.take("돌아가기")

    clock.leap(timedelta(days=8))
    story.note("eight days later")
    assert "한 주 동안 끝낸 것이 없어도 괜찮아요." in await minji.call("mylist")
    await minji.call("search", words="py4e")
    await minji.take("시작")
    await minji.call("search", words="3b1b-linear-algebra")
    assert "하나부터 끝낼까요?" in await minji.take("시작")
    await minji.take("Dive into Deep Learning")
    await minji.take("훑음")
    await minji.take("직접 확인했어요")
    assert "모임에는 몇 명인지만 보여요." in await minji.take("좋아요")
    assert "괜찮아요" not in await minji.take("돌아가기"), "skimming counted"

    clock.leap(timedelta(days=5))
    story.note("in the same week Jiwoo and Hyunsu finish it, too")
    for friend in (jiwoo, hyunsu):
        await friend.call("search", words="d2l")
        await friend.take("시작")
        await friend.take("끝냄")
        await friend.take("직접 확인했어요")
        await friend.take("좋아요")
        await router.finish()
    said = await minji.call("search", words="d2l")
    assert "우리 모임 3명 확인, 2026-12" in said
    assert "우리 모임 3명이 평가했어요. 좋다는 쪽이에요." in said
    assert not any(name in said for name in ("Jiwoo", "Hyunsu"))

    story.note("a link does not open any more")
    await minji.call("search", words="py4e")
    await minji.take("링크가 안 열려요")
    await router.finish()
    host = Hero("the host", router, in_private(HOST.id, language="ko"), story)
    host.reads(mail.sent[-1][1])
    await host.take("그대로예요")
    organiser = Hero("the organiser", router, replace(on_server("4", language="ko"), admin=True), story)
    await organiser.call("manage", what="링크")
    await organiser.take("1번 처리함")
    assert str(story) == snapshot.use_extension(StoryFile)


async def test_a_telegram_member_keeps_a_list_of_their_own(
    router: Router, clock: Clock, snapshot: SnapshotAssertion
) -> None:
    story = Story("Sora reads on the subway. The group reads along whatever is said in it.")
    sora = Hero("Sora", router, in_group("5", language="ko"), story)
    assert "개인 대화에서 보여 드려요" in await sora.call("mylist")
    await sora.take("내 답 따로 보기")
    sora.member.caller = in_group("5", language="ko")
    story.note("back in the group")
    await sora.call("search", words="illustrated-transformer")
    await sora.take("내 답 따로 보기")
    await sora.take("담기")
    await sora.call("mylist")
    await sora.take("1")
    await sora.take("시작")
    await sora.take("막혔어요")
    await sora.take("한꺼번에 너무 많아요")
    await sora.take("다른 것")
    await sora.take("돌아가기")
    await sora.take("끝냄")
    await sora.take("별로예요")
    await sora.take("되돌리기")
    await sora.take("돌아가기")
    assert str(story) == snapshot.use_extension(StoryFile)
