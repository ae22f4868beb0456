"""The bot dies at every step of a group's week and goes on at the same moment: one pick, no post twice, none left out.

Each death is a SIGKILL right after a transaction or a sent message, before anybody has learnt of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.i18n import Locale
from bot.storage import Storage
from tests.contract.on_discord import EPHEMERAL, DiscordPerson
from tests.contract.on_telegram import TelegramPerson
from tests.contract.people import Seen
from tests.e2e.leaping import SEOUL, LeapingBot, archive
from tests.e2e.served import assert_calm
from tests.standins import DiscordSim, TelegramSim
from tests.standins.arxiv import ArxivStandIn

Json = dict[str, Any]
PAPERS = {"2401.99901": "Attention Without Tears", "2401.99902": "Sparse Mixtures of Sleepy Experts"}
TUESDAY = datetime(2026, 3, 3, 20, 30, tzinfo=SEOUL)
A_WEEK, WEEKS = timedelta(weeks=1), 40  # a week from one recap to the next takes fewer steps
MIDDAY = datetime(2026, 3, 13, 12, 0, tzinfo=SEOUL)  # after the first meeting's recap
# What a week brings, the lines before the meeting included: in Discord's channel the post and the recap with the next
# ballot, in its thread the questions, the nudge and the hour; a Telegram chat has no thread, but the hour.
IN_CHANNEL, IN_THREAD, IN_CHAT = 2, 3, 3


class Town:
    """A group over both apps, set up on a Tuesday, and the bot that will not live long."""

    def __init__(self, folder: Path, discord: DiscordSim, telegram: TelegramSim, papers: ArxivStandIn) -> None:
        self.discord, self.telegram = discord, telegram
        self.bot = LeapingBot(folder, TUESDAY, discord, telegram, papers=papers)
        self.deaths = 0

    def found(self) -> None:
        """Set the group up, connect its chats, and put two papers up."""
        self.bot.start()
        self.room = self.discord.new_channel("reading")
        user = self.discord.join("minji", permissions=0x20, locale="ko")
        self.minji = DiscordPerson(self.discord, user, Locale.KO, self.room)
        self.minji.call("manage")
        for offer in (
            "목요일",
            "오후 9:00",
            "투표",
            "이대로",
            "시작",
            "다음 주부터",
            "운영 판",
            "채팅 연결",
            "다른 채팅 잇기",
        ):
            seen = self.minji.take(offer)
        jiu = self.telegram.add_user("지우", language_code="ko")
        self.chat = self.telegram.add_group("Reading", owner=jiu)
        there = TelegramPerson(self.telegram, jiu, Locale.KO, self.chat)
        there.call("manage")
        there.take("다른 채팅의 모임과 잇기")
        there.fill(seen.words.split("코드 ")[1].split()[0])
        self.bot.settle()
        for offer in ("적었는지 보기", "이어요"):
            self.minji.take(offer, on=seen if offer != "이어요" else None)
        for identity in PAPERS:
            self.minji.call("suggest", f"https://arxiv.org/abs/{identity}")
        self.before = len(self.in_chat())

    def live(self, until: datetime, lives: Sequence[int] = ()) -> None:
        """Leap, with a death in each of the `lives`."""
        self.deaths += self.bot.live(until, lives)

    def read(self) -> None:
        """Press something, so that the group is not taken for asleep."""
        post = next(
            each for each in reversed(self.discord.bot_messages(self.room)) if "이 주의 논문" in each["content"]
        )
        self.minji.take("읽는 중", on=Seen("", source=post))
        self.bot.settle()

    def in_channel(self) -> list[str]:
        return [_words(each) for each in self.discord.bot_messages(self.room) if not each["flags"] & EPHEMERAL]

    def in_threads(self) -> list[str]:
        threads = [each for each in self.discord.world.channels.values() if each.get("parent_id") == self.room["id"]]
        return [_words(each) for thread in threads for each in self.discord.bot_messages(thread)]

    def in_chat(self) -> list[str]:
        return [each["text"] for each in self.telegram.bot_messages(self.chat)]

    def picks(self) -> list[str]:
        """Return the titles that were picked, by the database."""
        return asyncio.run(self._picks())

    async def _picks(self) -> list[str]:
        address = f"sqlite+aiosqlite:///{self.bot.process.cwd}/var/moim.db"
        async with await Storage.open(address, clock=lambda: self.bot.now) as storage, storage.read() as uow:
            [group] = await uow.groups.all()
            cycles = await uow.cycles.history(group.id)
            papers = await uow.papers.many(each.paper_id for each in cycles if each.paper_id is not None)
        return [papers[each.paper_id].paper.title for each in cycles if each.paper_id is not None]

    def judge(self, weeks: int) -> None:
        """Nothing twice on Discord and nothing left out anywhere; on Telegram no more than died in the air."""
        channel, threads, chat = self.in_channel(), self.in_threads(), self.in_chat()[self.before :]
        assert len(channel) == 1 + IN_CHANNEL * weeks, channel
        assert len(threads) == IN_THREAD * weeks, threads
        assert len(chat) >= 1 + IN_CHAT * weeks, chat
        assert len(chat) - (1 + IN_CHAT * weeks) <= self.deaths, chat
        for line, number in (("이 주의 논문", weeks), ("만나요", weeks), ("모임에서 읽을 것", weeks + 1)):
            assert sum(line in words for words in chat) >= number, line
        picks = self.picks()
        posted = [words.split("\n") for words in channel if words.startswith("**이 주의 논문**")]
        assert len(picks) == len(set(picks)) == len(posted) == weeks
        for title in picks:
            assert sum(title in lines for lines in posted) == 1, title
            assert any(title in words and "이 주의 논문" in words for words in chat), "the same on both"
        # An edit that may not have been made is made again; Telegram says that nothing changed, and that is that.
        self.telegram.violations[:] = [each for each in self.telegram.violations if "not modified" not in each.detail]
        for sim in (self.discord, self.telegram):
            sim.assert_clean()


def _words(message: Json) -> str:
    return "\n".join([message["content"], *(each.get("title", "") for each in message["embeds"])])


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    with DiscordSim() as discord, TelegramSim(flood=None) as telegram, archive(PAPERS) as papers:
        place = Town(folder, discord, telegram, papers)
        try:
            place.found()
            yield place
            place.bot.process.stop(expect=0)
        finally:
            place.bot.process.kill()
        assert_calm(place.bot.process)


def test_a_week_in_which_the_bot_dies_again_and_again_brings_everything_once(tmp_path: Path) -> None:
    with town(tmp_path) as place:
        place.live(MIDDAY, lives=(6, 13, 11, 14, 17))
        assert place.deaths == 5
        place.judge(weeks=1)


@pytest.mark.soak
def test_it_may_die_at_every_single_step_of_a_week(tmp_path: Path) -> None:
    with town(tmp_path) as place:
        for week in range(WEEKS):
            noon = MIDDAY + week * A_WEEK
            place.live(noon - timedelta(hours=15), lives=(week + 1,))
            place.read()
            place.live(noon, lives=(week + 1,))
        assert place.deaths > WEEKS
        place.judge(WEEKS)
