"""The bot dies while it reads sources, makes an issue and posts it: one issue a week, the same on both, nothing twice.

Each death is a SIGKILL right after a transaction or a sent message, before anybody has learnt of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.digest.issue import NEWS, KeptIssue
from bot.i18n import Locale
from bot.storage import Storage
from tests.contract.on_discord import EPHEMERAL, DiscordPerson, words_of
from tests.contract.on_telegram import TelegramPerson
from tests.contract.people import Seen
from tests.e2e.leaping import LeapingBot, archive
from tests.e2e.newsroom import Entry, Newsroom, Source, newsroom
from tests.e2e.served import assert_calm
from tests.e2e.test_digest import RL, TUESDAY, on
from tests.standins import DiscordSim, TelegramSim

Json = dict[str, Any]
WEEKS = 12  # of the long form, each with deaths at another step
TITLES = ("in Slow Motion", "Before Breakfast", "and the Quiet Critic", "by Candlelight", "With a Cold", "on a Tram")


@dataclass
class Desk:
    """A group over both apps with three sources, and the bot that will not live long."""

    bot: LeapingBot
    discord: DiscordSim
    telegram: TelegramSim
    news: Newsroom
    deaths: int = 0

    def found(self) -> None:
        """Set the group up and connect its chats."""
        self.bot.start()
        self.room = self.discord.new_channel("reading")
        user = self.discord.join("minji", permissions=0x20, locale="ko")
        self.minji = minji = DiscordPerson(self.discord, user, Locale.KO, self.room)
        minji.call("manage")
        for offer in (
            "목요일",
            "오후 9:00",
            "투표",
            "이대로",
            "시작",
            "다음 주부터",
            "운영 판",
            "이름과 주제",
            "강화학습",
        ):
            minji.take(offer)
        minji.call("manage")
        minji.take("채팅 연결")
        seen = minji.take("다른 채팅 잇기")
        jiu = self.telegram.add_user("지우", language_code="ko")
        self.chat = self.telegram.add_group("Reading", owner=jiu)
        there = TelegramPerson(self.telegram, jiu, Locale.KO, self.chat)
        there.call("manage")
        there.take("다른 채팅의 모임과 잇기")
        there.fill(seen.words.split("코드 ")[1].split()[0])
        self.bot.settle()
        minji.take("적었는지 보기", on=seen)
        minji.take("이어요")

    def brings(self, week: int) -> None:
        """Have every source bring something of a week; one paper is named by two of them."""
        title = f"Reinforcement Learning {TITLES[week % len(TITLES)]}, Part {week}"
        at = on(week, 0) - timedelta(minutes=1)
        for name in ("papers", "daily"):
            self.news.sources[name].brings(Entry(title, f"https://arxiv.org/abs/2603.{week:05}", at, f"{name}-{week}"))
        url = f"https://notes.example/{week}"
        self.news.sources["notes"].brings(Entry(f"Notes on reinforcement learning, week {week}", url, at))

    def live(self, until: datetime, lives: Sequence[int] = ()) -> None:
        """Leap, with a death in each of the `lives`."""
        self.deaths += self.bot.live(until, lives)

    def read(self) -> None:
        """Press something, so that the group is not taken for asleep."""
        posts = reversed(self.discord.bot_messages(self.room))
        self.minji.take(
            "읽는 중", on=Seen("", source=next(each for each in posts if "이 주의 논문" in each["content"]))
        )
        self.bot.settle()

    def judge(self, weeks: int) -> None:
        """One issue a week, with what came in it and nothing else; nothing left out, and nothing twice on Discord."""
        issues, items = asyncio.run(self._kept())
        assert [each.number for each in issues] == list(range(1, weeks + 1))
        assert items == 3 * weeks, "each entry of each source is kept once"
        for week, each in enumerate(issues, 1):
            shown = [entry.url for part in NEWS for entry in each.issue.part(part)]
            assert shown == [f"https://arxiv.org/abs/2603.{week:05}", f"https://notes.example/{week}"]
        posts = [words_of(each) for each in self.discord.bot_messages(self.room) if not each["flags"] & EPHEMERAL]
        told = [each["text"] for each in self.telegram.bot_messages(self.chat)]
        for number in range(1, weeks + 1):
            assert sum(f"소식 제{number}호" in words for words in posts) == 1, posts
            assert sum(f"소식 제{number}호" in words for words in told) >= 1, told
        assert sum("소식 제" in words for words in told) - weeks <= self.deaths
        for sim in (self.discord, self.telegram):
            sim.assert_clean()

    async def _kept(self) -> tuple[list[KeptIssue], int]:
        address = f"sqlite+aiosqlite:///{self.bot.process.cwd}/var/moim.db"
        async with await Storage.open(address, clock=lambda: self.bot.now) as storage, storage.read() as uow:
            [group] = await uow.groups.all()
            issues = await uow.issues.latest(group.id, 100, sent=False)
            feeds = await uow.news.all()
            items = await uow.news.items([each.key for each in feeds], TUESDAY, self.bot.now + timedelta(days=1))
        return list(reversed(issues)), len(items)


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    with DiscordSim() as discord, TelegramSim(flood=None) as telegram, archive({}) as papers, newsroom() as news:
        sources = [
            news.opens(Source("papers", "Made Papers", "papers", "rss", (RL,))),
            news.opens(Source("daily", "Daily Picks", "papers", "atom", (RL,))),
            news.opens(Source("notes", "Lab Notes", "blog", "json", (RL,))),
        ]
        (folder / "feeds.json").write_text(news.rows(*sources), encoding="utf-8")
        env = {"FETCH_TRUSTED": f"127.0.0.1:{papers.port},127.0.0.1:{news.port}"}
        place = Desk(LeapingBot(folder, TUESDAY, discord, telegram, papers=papers, env=env), discord, telegram, news)
        try:
            place.found()
            yield place
            place.bot.process.stop(expect=0)
        finally:
            place.bot.process.kill()
        assert_calm(place.bot.process)


def test_a_week_in_which_the_bot_dies_again_and_again_has_one_issue(tmp_path: Path) -> None:
    with desk(tmp_path) as place:
        place.live(on(1, 0))
        place.brings(1)
        place.live(on(1, 1), lives=(8, 9))  # one source is kept and the others are not; then two
        place.live(on(1, 6, 9))
        place.live(on(1, 6, 12), lives=(8, 8, 9, 12))  # it is made; its letters are; one is sent; then the other
        assert place.deaths == 6
        place.judge(weeks=1)


@pytest.mark.soak
def test_it_may_die_at_every_step_of_a_sunday(tmp_path: Path) -> None:
    with desk(tmp_path) as place:
        for week in range(1, WEEKS + 1):
            place.live(on(week, 0))
            place.brings(week)
            place.live(on(week, 1), lives=(week,))
            place.read()
            place.live(on(week, 6, 9), lives=(week + 5,))
            place.live(on(week, 6, 12), lives=(week,))
        assert place.deaths > WEEKS
        place.judge(WEEKS)
