"""A group over both apps, set up by 민지 on a Tuesday, and a bot that will not live long: what such stories share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from bot.i18n import Locale
from bot.storage import Storage
from tests.contract.on_discord import EPHEMERAL, DiscordPerson, words_of
from tests.contract.on_telegram import TelegramPerson
from tests.contract.people import Seen
from tests.e2e.leaping import LeapingBot
from tests.e2e.served import assert_calm
from tests.standins import DiscordSim, TelegramSim

Json = dict[str, Any]
THURSDAYS = ("목요일", "오후 9:00", "투표", "이대로", "시작", "다음 주부터")  # a weekly meeting, with a ballot


@dataclass
class Town:
    """The group and its two rooms."""

    bot: LeapingBot
    discord: DiscordSim
    telegram: TelegramSim
    deaths: int = 0
    room: Json = field(init=False)
    chat: Json = field(init=False)
    minji: DiscordPerson = field(init=False)

    def found(self) -> None:
        """Set the group up and connect its chats."""
        self.bot.start()
        self.room = self.discord.new_channel("reading")
        user = self.discord.join("minji", permissions=0x20, locale="ko")
        self.minji = DiscordPerson(self.discord, user, Locale.KO, self.room)
        self.manage(*THURSDAYS)
        asked = self.manage("채팅 연결", "다른 채팅 잇기")
        jiu = self.telegram.add_user("지우", language_code="ko")
        self.chat = self.telegram.add_group("Reading", owner=jiu)
        there = TelegramPerson(self.telegram, jiu, Locale.KO, self.chat)
        there.call("manage")
        there.take("다른 채팅의 모임과 잇기")
        there.fill(asked.words.split("코드 ")[1].split()[0])
        self.bot.settle()
        self.minji.take("적었는지 보기", on=asked)
        self.minji.take("이어요")

    def manage(self, *offers: str) -> Seen:
        """Take these in turn, and return what is seen then."""
        seen = self.minji.call("manage")
        for offer in offers:
            seen = self.minji.take(offer)
        return seen

    def live(self, until: datetime, lives: Sequence[int] = ()) -> None:
        """Leap, with a death in each of the `lives`."""
        self.deaths += self.bot.live(until, lives)

    def read(self) -> None:
        """Press something, so that the group is not taken for asleep."""
        posts = reversed(self.discord.bot_messages(self.room))
        post = next(each for each in posts if "이 주의 논문" in each["content"])
        self.minji.take("읽는 중", on=Seen("", source=post))
        self.bot.settle()

    def in_channel(self) -> list[str]:
        """What everybody sees in Discord's channel."""
        return [words_of(each) for each in self.discord.bot_messages(self.room) if not each["flags"] & EPHEMERAL]

    def in_chat(self) -> list[str]:
        """What everybody sees in Telegram's."""
        return [each["text"] for each in self.telegram.bot_messages(self.chat)]

    async def stored(self) -> AbstractAsyncContextManager[Storage]:
        """The database that the bot keeps."""
        address = f"sqlite+aiosqlite:///{self.bot.process.cwd}/var/moim.db"
        return await Storage.open(address, clock=lambda: self.bot.now)


AnyTown = TypeVar("AnyTown", bound=Town)


@contextmanager
def founded(place: AnyTown) -> Iterator[AnyTown]:
    """Have the bot live until the story is over, and end in order."""
    try:
        place.found()
        yield place
        place.bot.process.stop(expect=0)
    finally:
        place.bot.process.kill()
    assert_calm(place.bot.process)
