"""The ritual of a reading group as its people live it, on the real bot's leaping clock and both platforms.

The organiser's first evening is told word by word. Two months of one group over both are a story and are counted
against the noise budget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from syrupy.assertion import SnapshotAssertion

from bot.i18n import Locale
from tests.contract.on_discord import DiscordPerson, offers_of, words_of
from tests.contract.on_telegram import NAMING, TelegramPerson, seen_of
from tests.contract.people import Seen
from tests.e2e.leaping import SEOUL, Carried, LeapingBot, archive, leaping
from tests.e2e.storybook import Diary, Hero, StoryFile
from tests.standins import DiscordSim, TelegramSim

Json = dict[str, Any]
G = TypeVar("G", bound="Group")
TUESDAY = datetime(2026, 3, 3, 20, 30, tzinfo=SEOUL)
PAPERS = {
    "2401.99901": "Attention Without Tears",
    "2401.99902": "Sparse Mixtures of Sleepy Experts",
    "2401.99903": "How Deep Is Deep Enough? A Theory",
    "2401.99904": "A Survey of Patient Optimisers",
    "2401.99905": "Benchmarks Grow Old",
    "2401.99906": "Diffusion Models in Two Lines",
    "2401.99907": "Graphs for People Who Like Trees",
}


def link(number: int) -> str:
    """Return the address of a paper of this file."""
    return f"https://arxiv.org/abs/{list(PAPERS)[number - 1]}"


class Group:
    """One reading group's chats, what its people do there, and what the bot writes there, all in one diary."""

    def __init__(self, bot: LeapingBot, discord: DiscordSim, telegram: TelegramSim, diary: Diary) -> None:
        self.bot, self.discord, self.telegram, self.diary = bot, discord, telegram, diary
        self.posts: dict[str, Json] = {}  # the newest message of the bot in each chat
        self.names: dict[str, str] = {}
        self._told = 0

    def until(self, *when: int, minutes: int = 0) -> None:
        """Let time pass up to a minute of the group's wall clock and tell what the bot writes meanwhile."""
        self.bot.leap(datetime(*when, tzinfo=SEOUL) + timedelta(minutes=minutes))  # type: ignore[arg-type, misc]
        self.tell()
        self.diary.day(self.bot.now)

    def tell(self) -> None:
        """Tell what the bot wrote by itself since the last time."""
        self.bot.settle()
        carried = self.bot.carried()
        told = [(each, self.message(each)) for each in carried[self._told :]]
        # Letters to different chats are under way together: which one arrives first is chance.
        for each, message in sorted(told, key=lambda pair: (pair[0].at, pair[0].platform, self.place(pair[1]))):
            where = self.place(message)
            self.posts[where] = message
            self.diary.day(each.at)
            self.diary.posted(where, self._seen(message, edited=each.edited), f"{each.channel} {each.message}")
        self._told = len(carried)

    def message(self, each: Carried) -> Json:
        """Return a message of the bot as it is now."""
        if each.platform == "discord":
            found = self.discord.world.find_message(each.channel, each.message)
        else:
            found = self.telegram.world.find_message(self.telegram.world.chats[int(each.channel)], int(each.message))
        assert found is not None
        return found

    def _seen(self, message: Json, *, edited: bool = False) -> Seen:
        if "chat" in message:
            return seen_of(message, edited=edited)
        return Seen(words_of(message), offers_of(message), edited=edited, source=deepcopy(message))

    def place(self, message: Json) -> str:
        """Return what people call the chat that a message is in."""
        if "channel_id" in message:
            channel = self.discord.world.channels[message["channel_id"]]
            if channel["type"] == 1:
                return f"{self.names[channel['recipients'][0]['id']]}에게 DM"
            return f"디스코드 #{channel['name']}" if channel["type"] == 0 else f"디스코드 스레드 ‘{channel['name']}’"
        chat = message["chat"]
        return f"텔레그램 {chat['title']}" if "title" in chat else f"{self.names[str(chat['id'])]}에게 텔레그램"

    def on_discord(self, name: str, channel: Json | None = None, **more: Any) -> Hero:
        """Let somebody join the server."""
        user = self.discord.join(f"user-{len(self.names)}", locale="ko", **more)
        self.names[user["id"]] = name
        return Hero(name, DiscordPerson(self.discord, user, Locale.KO, channel), self.diary)

    def on_telegram(self, name: str, **more: Any) -> Hero:
        """Let somebody with Telegram be there, in their private chat."""
        user = self.telegram.add_user(name, language_code="ko", **more)
        self.names[str(user["id"])] = name
        return Hero(name, TelegramPerson(self.telegram, user, Locale.KO), self.diary)

    def at(self, hero: Hero, chat: Json) -> Hero:
        """Return the same person in a group chat of Telegram."""
        return Hero(hero.name, TelegramPerson(self.telegram, hero.person.user, Locale.KO, chat), self.diary)

    def post(self, where: str) -> Seen:
        """Return the newest post of a place as it stands there now."""
        message = self.posts[where]
        if "chat" in message:
            return self._seen(self.telegram.state(message["chat"]).messages[message["message_id"]])
        now = self.discord.world.find_message(message["channel_id"], message["id"])
        assert now is not None
        return self._seen(now)


@contextmanager
def group(folder: Path, title: str, kind: Callable[..., G]) -> Iterator[G]:
    with DiscordSim() as discord, TelegramSim(flood=None) as telegram, archive(PAPERS) as papers:
        with leaping(folder, TUESDAY, discord, telegram, papers=papers) as bot:
            diary = Diary(title, SEOUL)
            diary.day(TUESDAY)
            yield kind(bot, discord, telegram, diary)
        for sim in (discord, telegram):
            sim.assert_clean()


def test_the_organisers_tuesday_evening_on_discord(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    with group(tmp_path, "화요일 저녁, 민지가 디스코드 서버에서 모임을 준비해요.", Group) as club:
        channel = club.discord.new_channel("읽기-모임")
        minji = club.on_discord("민지", channel, permissions=0x20)
        other = DiscordPerson(club.discord, club.discord.join("other", locale="ko"), Locale.KO, channel)
        minji.call("manage")
        minji.take("목요일")
        minji.take("오후 9:00")
        minji.take("투표")
        minji.take("이대로")
        minji.take("모이는 곳")
        minji.fill("세미나실 3")
        assert other.others_read() == "", "nothing is posted before the start"
        minji.take("시작")
        first = minji.person.last
        minji.take("링크 붙이기")
        taken = minji.fill(link(1))
        club.tell()
        minji.take("고정할 카드", on=taken)
        [pinned] = [m for m in club.discord.bot_messages(channel) if m["pinned"]]
        minji.sees("고정한 카드", Seen(words_of(pinned), offers_of(pinned)))
        assert len(first.offers) == 5
        assert other.others_read().count("이 주의 논문") == 2, "the post and the card, and nothing else"
        assert str(club.diary) == snapshot.use_extension(StoryFile)


def test_the_organisers_tuesday_evening_on_telegram(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    with group(tmp_path, "화요일 저녁, 지우가 텔레그램 그룹에서 모임을 준비해요.", Group) as club:
        jiu = club.on_telegram("지우")
        eunseo = club.on_telegram("은서")
        chat = club.telegram.add_group("논문 읽기", owner=jiu.person.user, members=[eunseo.person.user], bot_admin=True)
        there = club.at(jiu, chat)
        there.call("manage")
        there.take("목요일")
        there.take("오후 9:00")
        there.take("발제자")
        there.take("이대로")
        assert len(club.telegram.bot_messages(chat)) == 1, "it all happens in one message"
        there.take("시작")
        there.take("1번으로")
        club.tell()
        there.take("고정할 카드")
        [number] = club.telegram.state(chat).pinned
        there.sees("고정한 카드", seen_of(club.telegram.state(chat).messages[number]))
        assert len(club.telegram.bot_messages(chat)) == 3, "the panel, the post and the card"
        assert str(club.diary) == snapshot.use_extension(StoryFile)


ROOM = "읽기-모임"
HERE, THERE = f"디스코드 #{ROOM}", "텔레그램 논문 읽기"


class Club(Group):
    """The same group of eight over both, and its two months."""

    def gather(self) -> None:
        """Let four people be on Discord and four on Telegram."""
        self.room = self.discord.new_channel(ROOM)
        self.minji = self.on_discord("민지", self.room, permissions=0x20)
        self.seojun, self.haneul, self.doyun = (self.on_discord(name, self.room) for name in ("서준", "하늘", "도윤"))
        self.elsewhere = self.on_telegram("서준")
        self.jiu, self.eunseo, self.taeo, self.narae = (
            self.on_telegram(name) for name in ("지우", "은서", "태오", "나래")
        )
        others = [each.person.user for each in (self.eunseo, self.taeo, self.narae, self.elsewhere)]
        self.chat = self.telegram.add_group("논문 읽기", owner=self.jiu.person.user, members=others)

    def in_chat(self, hero: Hero) -> Hero:
        return self.at(hero, self.chat)

    def press(self, hero: Hero, *offers: str) -> Seen:
        """Press one after the other."""
        return [hero.take(offer) for offer in offers][-1]

    def set_up(self) -> None:
        """Set the group up on Discord and connect the Telegram chat by the code."""
        self.minji.call("manage")
        self.press(self.minji, "목요일", "오후 9:00", "투표", "이대로", "시작", "다음 주부터", "운영 판")
        code = self.press(self.minji, "채팅 연결", "다른 채팅 잇기").words.split("코드 ")[1].split()[0]
        admin = self.in_chat(self.jiu)
        admin.call("manage")
        admin.take("다른 채팅의 모임과 잇기")
        admin.fill(code)
        self.tell()
        self.minji.take("이어요", on=self.post("민지에게 DM"))

    def connect(self) -> None:
        """Let Seojun connect his account on Telegram."""
        self.until(2026, 3, 4, 20, 0)
        self.seojun.call("settings")
        code = self.press(self.seojun, "다른 앱 연결", "코드 받기").words.split("연결 코드 ")[1].split()[0]
        self.elsewhere.call("settings", code)
        self.elsewhere.take("연결하기")
        self.tell()
        self.seojun.take("네, 연결하기", on=self.post("서준에게 DM"))
        self.tell()

    def a_week_of_votes(self) -> None:
        """Put papers up from both apps, vote on both, read."""
        self.until(2026, 3, 4, 21, 0)
        self.seojun.call("suggest", f"{link(1)} 다들 어텐션이 궁금하대서요")
        self.in_chat(self.eunseo).call("suggest", link(2))
        self.jiu.call("suggest", f"{link(3)} 이론도 한 편")
        self.until(2026, 3, 6, 12, 0)
        self.minji.take("1. Attention Without Tears", on=self.post(HERE))
        self.minji.take("3. How Deep Is Deep Enough? A Theory", on=self.post(HERE))
        self.in_chat(self.narae).take("2", on=self.post(THERE))
        self.in_chat(self.taeo).take("1", on=self.post(THERE))
        self.in_chat(self.taeo).take("2", on=self.post(THERE))
        self.taeo.take("내 표", on=self.post(THERE))
        self.taeo.take("2번 빼기")
        self.seojun.take("1. Attention Without Tears", on=self.post(HERE))
        self.elsewhere.take("내 표", on=self.post(THERE))
        self.elsewhere.take("3번 고르기")
        self.until(2026, 3, 9, 12, 0)
        self.read(self.seojun, HERE)
        self.in_chat(self.eunseo).take("읽는 중", on=self.post(THERE))
        self.haneul.take("먼저 볼 것", on=self.post(HERE))
        self.until(2026, 3, 11, 22, 0)
        self.finish(self.seojun, HERE)
        self.seojun.take("노트 쓰기")
        self.seojun.fill("그림 2가 전부를 말해 줘요")
        self.seojun.take("모임에 나누기")
        self.finish(self.doyun, HERE, "훑음")
        self.finish(self.narae, THERE, "훑음")
        self.narae.take("질문 남기기")
        self.narae.fill("왜 루트 d로 나눌까요?")
        self.narae.take("모임에 나누기")

    def a_second_week(self) -> None:
        self.until(2026, 3, 13, 12, 0)
        self.doyun.take("1. Sparse Mixtures of Sleepy Experts", on=self.post(HERE))
        self.in_chat(self.narae).take("1", on=self.post(THERE))
        self.in_chat(self.narae).take("2", on=self.post(THERE))
        self.until(2026, 3, 17, 20, 0)
        self.haneul.call("suggest", f"{link(4)}")
        self.tell()
        for hero in (self.minji, self.haneul):
            self.read(hero, HERE)
        for hero in (self.eunseo, self.taeo, self.narae):
            self.in_chat(hero).take("읽는 중", on=self.post(THERE))

    def exams(self) -> None:
        """Pause for two weeks, in the midst of a ballot."""
        self.until(2026, 3, 20, 18, 0)
        self.in_chat(self.taeo).take("1", on=self.post(THERE))
        self.minji.call("manage")
        self.press(self.minji, "쉬기", "2주")
        self.until(2026, 4, 2, 20, 0)
        self.jiu.call("paper")
        self.until(2026, 4, 3, 12, 0)
        self.minji.call("manage")
        self.until(2026, 4, 9, 22, 0)

    def presenters(self) -> None:
        """Let presenters pick; one of them cannot after all."""
        self.minji.call("manage")
        self.press(self.minji, "고르는 법", "발제자")
        self.until(2026, 4, 10, 19, 0)
        as_narae_still_sees_it = self.post(THERE)
        self.seojun.take("제가 발제할게요", on=self.post(HERE))
        self.tell()
        self.in_chat(self.narae).take("제가 발제할게요", on=as_narae_still_sees_it)
        self.until(2026, 4, 11, 10, 0)
        self.seojun.take("못 하게 됐어요", on=self.post("서준에게 DM"))
        self.seojun.take("네, 넘길게요")
        self.tell()
        self.until(2026, 4, 12, 10, 0)
        self.in_chat(self.taeo).take("제가 발제할게요", on=self.post(THERE))
        self.tell()
        self.taeo.call("suggest", f"{link(5)} 벤치마크도 늙더라고요")
        self.until(2026, 4, 14, 10, 0)
        self.in_chat(self.eunseo).take("읽는 중", on=self.post(THERE))
        self.until(2026, 4, 17, 12, 0)
        self.minji.call("manage")
        self.press(self.minji, "고르는 법", "투표")

    def silence(self) -> None:
        """Two meetings without a press; then the group rests, and its organisers are asked in private."""
        for day in (24, 28):
            self.until(2026, 4, day, 12, 0)
        self.until(2026, 5, 2, 12, 0)
        self.minji.take("2주에 한 번으로", on=self.post("민지에게 DM"))
        self.tell()
        self.until(2026, 5, 15, 22, 0)

    def read(self, hero: Hero, where: str) -> None:
        hero.take("읽는 중", on=self.post(where))

    def finish(self, hero: Hero, where: str, end: str = "끝냄") -> None:
        hero.take("끝냄 · 훑음", on=self.post(where))
        hero.take(end)


def test_two_months_of_one_group_over_both_apps(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    with group(tmp_path, "여덟 명이 두 달을 함께 읽어요. 넷은 디스코드에, 넷은 텔레그램에 있어요.", Club) as club:
        club.gather()
        club.set_up()
        club.connect()
        club.a_week_of_votes()
        club.a_second_week()
        club.exams()
        club.presenters()
        club.silence()
        assert_within_the_noise_budget(club, biweekly_from=date(2026, 5, 2))
        assert_nobody_was_called(club)
        assert str(club.diary) == snapshot.use_extension(StoryFile)


def assert_within_the_noise_budget(club: Club, *, biweekly_from: date) -> None:
    """At most three messages a week in a main chat, two in a biweekly group; nobody is woken, threads stay threads.

    A chat without threads has the line before the meeting as one more.
    """
    sent = [each for each in club.bot.carried() if not each.edited]
    for chat, most in ((club.room["id"], 3), (str(club.chat["id"]), 4)):
        here = [each.at.astimezone(SEOUL) for each in sent if each.channel == chat]
        assert here, "the group is written to"
        assert all(8 <= at.hour < 23 for at in here)
        weeks = Counter((at.date() - TUESDAY.date()).days // 7 for at in here)
        assert max(weeks.values()) <= most, weeks
        first = (biweekly_from - TUESDAY.date()).days // 7
        assert all(number <= 2 for week, number in weeks.items() if week > first), weeks
    private = [club.place(club.message(each)) for each in sent]
    assert [where for where in private if where.endswith(("DM", "에게 텔레그램"))] == [
        *("민지에게 DM", "서준에게 DM", "서준에게 텔레그램"),  # asked whether to connect, and told that it is done
        *("서준에게 DM", "태오에게 텔레그램"),  # they took on to present
        "민지에게 DM",  # asked what to do with a silent group
    ]


def assert_nobody_was_called(club: Group) -> None:
    """No message lets anybody's telephone ring by name."""
    for request in club.discord.calls("*", "POST"):
        body = request.body.get("data", request.body) if isinstance(request.body, dict) else {}
        if isinstance(body, dict) and ("content" in body or "embeds" in body):
            assert body["allowed_mentions"] == {"parse": [], "users": []}, request.where
    unasked = [club.message(each) for each in club.bot.carried() if each.platform == "telegram"]
    for message in unasked:
        assert not [each for each in message.get("entities", ()) if each["type"] in NAMING]
