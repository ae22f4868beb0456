"""A week of a member's reminders and study log on each platform, and a month of a quiet group, on the leaping clock."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from tests.e2e.leaping import SEOUL
from tests.e2e.storybook import Hero, StoryFile
from tests.e2e.test_ritual import TUESDAY, Club, Group, group


class Week(Group):
    """One member's week: what they set, what comes, what they make of it."""

    def of(self, hero: Hero, inbox: str) -> None:
        hero.call("remind", "매일 밤 9시 논문 30분 읽기")
        hero.call("remind", "일요일마다 오전 10시 CS224W 다음 강의")
        hero.call("log", "d2l 3장 50분")
        self.until(2026, 3, 4, 21, 5)
        self.take(hero, "끝냄", inbox)
        self.until(2026, 3, 5, 21, 10)
        self.take(hero, "20분 뒤", inbox)
        self.until(2026, 3, 5, 21, 40)
        self.take(hero, "끝냄", inbox)
        hero.call("log", "선형대수 1시간 30분")
        self.until(2026, 3, 6, 22, 0)
        hero.call("away", "내일까지")
        self.until(2026, 3, 8, 9, 0)
        self.until(2026, 3, 8, 10, 30)
        self.take(hero, "끝냄", inbox)
        self.until(2026, 3, 9, 8, 0)
        hero.call("log")
        hero.call("remind")
        hero.take("보낸 기록")

    def take(self, hero: Hero, offer: str, inbox: str) -> None:
        hero.take(offer, on=self.post(inbox))
        self.tell()


def test_a_week_of_reminders_on_discord(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    with group(tmp_path, "민지의 한 주. 알림은 디스코드 DM으로 와요.", Week) as week:
        week.of(week.on_discord("민지"), "민지에게 DM")
        assert str(week.diary) == snapshot.use_extension(StoryFile)


def test_a_week_of_reminders_on_telegram(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    with group(tmp_path, "지우의 한 주. 알림은 텔레그램으로 와요.", Week) as week:
        week.of(week.on_telegram("지우"), "지우에게 텔레그램")
        assert str(week.diary) == snapshot.use_extension(StoryFile)


def test_a_month_of_a_quiet_group_makes_no_noise(tmp_path: Path) -> None:
    with group(tmp_path, "아무도 누르지 않는 한 달.", Club) as club:
        club.gather()
        club.set_up()
        club.bot.settle()
        before = len(club.bot.carried())
        club.bot.leap(datetime(2026, 4, 3, 12, 0, tzinfo=SEOUL))
        sent = [each for each in club.bot.carried()[before:] if not each.edited]
        for chat, most in ((club.room["id"], 2), (str(club.chat["id"]), 3)):
            here = [each.at.astimezone(SEOUL) for each in sent if each.channel == chat]
            weeks = Counter((at.date() - TUESDAY.date()).days // 7 for at in here)
            assert max(weeks.values()) <= most, weeks
            assert all(8 <= at.hour < 23 for at in here)
            assert max(here).date() < datetime(2026, 3, 20, tzinfo=SEOUL).date(), "no third post"
        private = [each for each in sent if club.place(club.message(each)) == "민지에게 DM"]
        assert len(private) == 1, "who runs it is asked once"
