"""The bot dies at every step of a group's week and goes on at the same moment: one pick, no post twice, none left out.

Each death is a SIGKILL right after a transaction or a sent message, before anybody has learnt of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.contract.on_discord import words_of
from tests.e2e.leaping import SEOUL, LeapingBot, archive
from tests.e2e.mortal import Town, founded
from tests.standins import DiscordSim, TelegramSim

PAPERS = {"2401.99901": "Attention Without Tears", "2401.99902": "Sparse Mixtures of Sleepy Experts"}
TUESDAY = datetime(2026, 3, 3, 20, 30, tzinfo=SEOUL)
A_WEEK, WEEKS = timedelta(weeks=1), 40  # a week from one recap to the next takes fewer steps
MIDDAY = datetime(2026, 3, 13, 12, 0, tzinfo=SEOUL)  # after the first meeting's recap
# What a week brings, the lines before the meeting included: in Discord's channel the post and the recap with the next
# ballot, in its thread the questions, the nudge and the hour; a Telegram chat has no thread, but the hour.
IN_CHANNEL, IN_THREAD, IN_CHAT = 2, 3, 3


@dataclass
class Club(Town):
    """With two papers to vote on."""

    before: int = 0

    def found(self) -> None:
        """Set the group up, and put two papers up."""
        super().found()
        for identity in PAPERS:
            self.minji.call("suggest", f"https://arxiv.org/abs/{identity}")
        self.before = len(self.in_chat())

    def in_threads(self) -> list[str]:
        threads = [each for each in self.discord.world.channels.values() if each.get("parent_id") == self.room["id"]]
        return [words_of(each) for thread in threads for each in self.discord.bot_messages(thread)]

    def picks(self) -> list[str]:
        """Return the titles that were picked, by the database."""
        return asyncio.run(self._picks())

    async def _picks(self) -> list[str]:
        async with await self.stored() as storage, storage.read() as uow:
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
        posted = [words.split("\n") for words in channel if words.startswith("이 주의 논문")]
        assert len(picks) == len(set(picks)) == len(posted) == weeks
        for title in picks:
            assert sum(title in lines for lines in posted) == 1, title
            assert any(title in words and "이 주의 논문" in words for words in chat), "the same on both"
        # An edit that may not have been made is made again; Telegram says that nothing changed, and that is that.
        self.telegram.violations[:] = [each for each in self.telegram.violations if "not modified" not in each.detail]
        for sim in (self.discord, self.telegram):
            sim.assert_clean()


@contextmanager
def club(folder: Path) -> Iterator[Club]:
    with DiscordSim() as discord, TelegramSim(flood=None) as telegram, archive(PAPERS) as papers:
        bot = LeapingBot(folder, TUESDAY, discord, telegram, papers=papers)
        with founded(Club(bot, discord, telegram)) as place:
            yield place


def test_a_week_in_which_the_bot_dies_again_and_again_brings_everything_once(tmp_path: Path) -> None:
    with club(tmp_path) as place:
        place.live(MIDDAY, lives=(6, 13, 11, 14, 17))
        assert place.deaths == 5
        place.judge(weeks=1)


@pytest.mark.soak
def test_it_may_die_at_every_single_step_of_a_week(tmp_path: Path) -> None:
    with club(tmp_path) as place:
        for week in range(WEEKS):
            noon = MIDDAY + week * A_WEEK
            place.live(noon - timedelta(hours=15), lives=(week + 1,))
            place.read()
            place.live(noon, lives=(week + 1,))
        assert place.deaths > WEEKS
        place.judge(WEEKS)
