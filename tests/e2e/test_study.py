"""A student writes down what they studied and looks back on it, in Korean, on both platforms, as a story each."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.i18n import Locale
from tests.contract.on_discord import DiscordPerson
from tests.contract.on_telegram import TelegramPerson
from tests.contract.people import Seen
from tests.e2e.served import World, restart
from tests.e2e.storybook import Hero, Story, StoryFile

A_LOOK = 1.1  # seconds that somebody looks at a picture: a chat takes one message a second
pytestmark = pytest.mark.postgresql


def test_a_week_of_study_on_discord(world: World, snapshot: SnapshotAssertion) -> None:
    discord, _, bot = world
    story = Story("민지는 디스코드 서버의 #읽기-모임 채널에서 공부한 것을 적어요.")
    channel = discord.new_channel("읽기-모임")
    person = DiscordPerson(discord, discord.join("minji", locale="ko"), Locale.KO, channel)
    minji = Hero("민지", person, story)
    minji.call("log", "d2l 3장 50분")
    written = minji.call("log", "오늘 논문 하나 읽음")
    restart(bot)
    story.note("봇이 죽었다가 다시 켜져요")
    minji.take("1시간", on=written)
    minji.call("log")
    [picture] = minji.call("progress").source["attachments"]
    assert picture["filename"] == "progress.png"
    assert picture["description"].startswith("지난 26주: 1일"), "for who cannot see it"
    minji.take("이어 가기")
    minji.take("주 3일")
    minji.take("돌아가기")
    assert person.others_read() == "", "nobody else has seen any of it"
    minji.take("공유")
    minji.take("이번 주 숫자만")
    assert "이번 주에 1일 공부했어요." in person.others_read()
    assert str(story) == snapshot.use_extension(StoryFile)


def test_a_week_of_study_on_telegram(world: World, snapshot: SnapshotAssertion) -> None:
    _, telegram, _ = world
    story = Story("지우는 지하철에서 텔레그램으로 공부한 것을 적어요.")
    user = telegram.add_user("지우", language_code="ko")
    group = telegram.add_group("논문 읽기", members=[user])
    alone = Hero("지우, 개인 대화에서", TelegramPerson(telegram, user, Locale.KO), story)
    there = Hero("지우, 그룹에서", TelegramPerson(telegram, user, Locale.KO, group), story)
    alone.say("기록 d2l 3장 50분")
    alone.take("바꾸기")
    alone.take("1시간 30분")
    answer = there.call("log", "통계 20분")
    alone.take("내 답 따로 보기", on=answer)
    acts: list[Callable[[], Seen]] = [lambda: alone.call("progress"), lambda: alone.take("어둡게")]
    for act in acts:
        [file] = telegram.message_files(act().source)
        assert file.data.startswith(b"\x89PNG")
        time.sleep(A_LOOK)
    alone.take("주마다 보기")
    alone.call("log")
    alone.take("마지막 줄 지우기")
    assert str(story) == snapshot.use_extension(StoryFile)
