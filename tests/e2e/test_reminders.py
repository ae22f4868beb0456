"""Reminders in Korean on both platforms, a story each: set, delivered by the running bot, moved, done; closed doors."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.i18n import Locale
from tests.contract.on_discord import DiscordPerson, offers_of, words_of
from tests.contract.on_telegram import TelegramPerson, seen_of
from tests.contract.people import Seen
from tests.e2e.served import World, restart
from tests.e2e.storybook import Hero, Story, StoryFile
from tests.standins import DiscordSim, TelegramSim

Json = dict[str, Any]
pytestmark = pytest.mark.postgresql


def _arrived(sim: Any, messages: Callable[[], list[Json]], number: int) -> Json:
    """The message of that number, once it is there."""
    sim.wait_for(lambda _: len(messages()) >= number, timeout=15, message=f"message {number} did not come")
    return deepcopy(messages()[number - 1])


def _on_discord(message: Json) -> Seen:
    return Seen(words_of(message), offers_of(message), source=message)


def test_an_evening_with_reminders_on_discord(world: World, snapshot: SnapshotAssertion) -> None:
    discord, _, bot = world
    story = Story("민지와 하늘은 디스코드 서버의 #읽기-모임 채널에서 알림을 맞춰요. 하늘은 DM을 닫아 뒀어요.")
    channel = discord.new_channel("읽기-모임")
    people = {name: discord.join(name, locale="ko") for name in ("minji", "haneul")}
    discord.world.dm_closed.add(people["haneul"]["id"])
    minji = Hero("민지", DiscordPerson(discord, people["minji"], Locale.KO, channel), story)
    alone = Hero("민지, DM에서", DiscordPerson(discord, people["minji"], Locale.KO), story)
    haneul = Hero("하늘", DiscordPerson(discord, people["haneul"], Locale.KO, channel), story)

    def to_minji() -> list[Json]:
        return discord.bot_messages(dm_with=people["minji"])

    minji.call("remind", "2초 뒤 CS231n 5강 보기")
    alone.sees("확인이 와요", _on_discord(_arrived(discord, to_minji, 1)))
    reminder = alone.sees("알림이 와요", _on_discord(_arrived(discord, to_minji, 2)))
    moved = alone.take("20분 뒤", on=reminder)
    restart(bot)
    story.note("봇이 죽었다가 다시 켜져요")
    alone.take("되돌리기", on=moved)
    alone.take("끝냄")
    minji.call("remind", "매주 일요일 10시 CS224W 다음 강의")
    minji.call("remind")
    minji.take("보낸 기록")
    assert minji.person.others_read() == "", "nobody else has seen any of it"

    haneul.call("remind", "6초 뒤 병원 예약")
    haneul.take("여기에 글 없이 불러 주기")
    called = haneul.sees("채널에 글이 와요", _on_discord(_arrived(discord, lambda: _public(discord, channel), 1)))
    assert "병원" not in haneul.person.others_read(), "a private text never falls back into a public place"
    haneul.take(called.offers[0], on=called)
    haneul.take("보낸 기록")
    minji.call("away", "2주")
    minji.call("remind")
    assert str(story) == snapshot.use_extension(StoryFile)


def _public(discord: DiscordSim, channel: Json) -> list[Json]:
    return [message for message in discord.bot_messages(channel) if discord.world.visible(message, "0")]


def test_an_evening_with_reminders_on_telegram(world: World, snapshot: SnapshotAssertion) -> None:
    _, telegram, _ = world
    story = Story("지우는 텔레그램에서 알림을 맞춰요. 한 번은 봇을 차단했다가 풀어요.")
    user = telegram.add_user("지우", language_code="ko")
    group = telegram.add_group("논문 읽기", members=[user])
    alone = Hero("지우, 개인 대화에서", TelegramPerson(telegram, user, Locale.KO), story)
    there = Hero("지우, 그룹에서", TelegramPerson(telegram, user, Locale.KO, group), story)

    def arrived(number: int) -> Seen:
        return seen_of(_arrived(telegram, lambda: telegram.bot_messages(user), number))

    alone.call("remind")
    alone.say("알림 2초 뒤 선형대수 3강")
    reminder = alone.sees("알림이 와요", arrived(len(telegram.bot_messages(user)) + 1))
    alone.take("끝냄", on=reminder)
    alone.take("되돌리기")
    alone.take("20분 뒤")
    alone.say("알림 평일 12시 10분 PR-12 한 편씩")
    alone.take("되돌리기")
    answer = there.call("remind", "3초 뒤 장보기")
    before = len(telegram.bot_messages(user))
    alone.sees("알림이 와요", arrived(before + 1))
    assert "장보기" not in "\n".join(message["text"] for message in telegram.bot_messages(group))
    alone.take("내 답 따로 보기", on=answer)
    alone.say("알림 2초 뒤 물 마시기")
    telegram.block(user)
    story.note("지우가 봇을 차단해요. 그 사이 알림이 와야 했어요")
    telegram.wait_for(lambda s: _refused(s), timeout=15, message="nothing was tried")
    telegram.send("/start", user=user)
    story.note("지우가 봇을 다시 시작해요")
    alone.call("remind")
    alone.take("보낸 기록")
    assert str(story) == snapshot.use_extension(StoryFile)


def _refused(telegram: TelegramSim) -> bool:
    return any(call.status == 403 for call in telegram.calls("sendMessage"))


def test_a_message_can_be_what_a_reminder_is_about(world: World) -> None:
    discord, telegram, _ = world
    message = discord.say("이 논문 읽어 보세요", user=discord.join("poster"))
    asked = discord.context_menu("Remind me of this later", message, locale="ko")
    assert asked.ephemeral
    assert "이 논문 읽어 보세요" in asked.text()
    soon = next(label for label in offers_of(asked.message or {}) if label.startswith("1시간 뒤"))
    said = discord.press(asked.button(soon), message=asked.message, locale="ko")
    assert "이 논문 읽어 보세요" in said.text()
    user = telegram.add_user("하나", language_code="ko")
    hint = telegram.send("오늘 배운 것 정리", user=user)[0]
    [answer] = telegram.send("/remind 내일 오전 9시", user=user, reply_to=hint)
    assert "오전 9:00에 알려 드릴게요." in answer["text"]
    assert hint["text"].split()[0] in answer["text"]
