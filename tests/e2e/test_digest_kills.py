"""The bot dies while it reads sources, makes an issue and posts it: one issue a week, the same on both, nothing twice.

Each death is a SIGKILL right after a transaction or a sent message, before anybody has learnt of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.digest.issue import NEWS, KeptIssue
from tests.e2e.leaping import LeapingBot, archive
from tests.e2e.mortal import Town, founded
from tests.e2e.newsroom import Entry, Newsroom, Source, newsroom
from tests.e2e.test_digest import RL, TUESDAY, on
from tests.standins import DiscordSim, TelegramSim

WEEKS = 12  # of the long form, each with deaths at another step
TITLES = ("in Slow Motion", "Before Breakfast", "and the Quiet Critic", "by Candlelight", "With a Cold", "on a Tram")


@dataclass
class Desk(Town):
    """With sources that bring something."""

    news: Newsroom = field(kw_only=True)

    def found(self) -> None:
        """Set the group up, with a topic that the sources are about."""
        super().found()
        self.manage("이름과 주제", "강화학습")

    def brings(self, week: int) -> None:
        """Have every source bring something of a week; one paper is named by two of them."""
        title = f"Reinforcement Learning {TITLES[week % len(TITLES)]}, Part {week}"
        at = on(week, 0) - timedelta(minutes=1)
        for name in ("papers", "daily"):
            self.news.sources[name].brings(Entry(title, f"https://arxiv.org/abs/2603.{week:05}", at, f"{name}-{week}"))
        url = f"https://notes.example/{week}"
        self.news.sources["notes"].brings(Entry(f"Notes on reinforcement learning, week {week}", url, at))

    def judge(self, weeks: int) -> None:
        """One issue a week, with what came in it and nothing else; nothing left out, and nothing twice on Discord."""
        issues, items = asyncio.run(self._kept())
        assert [each.number for each in issues] == list(range(1, weeks + 1))
        assert items == 3 * weeks, "each entry of each source is kept once"
        for week, each in enumerate(issues, 1):
            shown = [entry.url for part in NEWS for entry in each.issue.part(part)]
            assert shown == [f"https://arxiv.org/abs/2603.{week:05}", f"https://notes.example/{week}"]
        posts, told = self.in_channel(), self.in_chat()
        for number in range(1, weeks + 1):
            assert sum(f"소식 제{number}호" in words for words in posts) == 1, posts
            assert sum(f"소식 제{number}호" in words for words in told) >= 1, told
        assert sum("소식 제" in words for words in told) - weeks <= self.deaths
        for sim in (self.discord, self.telegram):
            sim.assert_clean()

    async def _kept(self) -> tuple[list[KeptIssue], int]:
        async with await self.stored() as storage, storage.read() as uow:
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
        bot = LeapingBot(folder, TUESDAY, discord, telegram, papers=papers, env=env)
        with founded(Desk(bot, discord, telegram, news=news)) as place:
            yield place


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
