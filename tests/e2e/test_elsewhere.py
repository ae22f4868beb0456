"""In chats and servers that never took the bot in: inline mode on Telegram, one's own installation on Discord."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.i18n import Locale
from tests.contract.on_discord import DiscordPerson
from tests.contract.on_telegram import TelegramPerson, seen_of
from tests.contract.people import resource_of
from tests.e2e.served import judged, restart, served
from tests.e2e.storybook import Hero, Story, StoryFile
from tests.standins import BotProcess, DiscordSim, TelegramSim

World = tuple[DiscordSim, TelegramSim, BotProcess]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, database: dict[str, str]) -> Iterator[World]:
    with DiscordSim() as discord, TelegramSim() as telegram:
        env = database | {"OWNERS": f"discord:{discord.world.add_user('host')['id']}"}
        with served(tmp_path_factory.mktemp("elsewhere"), discord, telegram, env=env) as bot:
            yield discord, telegram, bot


@pytest.fixture
def discord(world: World) -> Iterator[DiscordSim]:
    discord, _, bot = world
    with judged(bot, discord):
        yield discord


@pytest.fixture
def telegram(world: World) -> Iterator[TelegramSim]:
    _, telegram, bot = world
    with judged(bot, telegram):
        yield telegram


@pytest.fixture
def bot(world: World) -> BotProcess:
    return world[2]


@pytest.mark.postgresql
def test_among_friends_on_telegram(telegram: TelegramSim, bot: BotProcess, snapshot: SnapshotAssertion) -> None:
    story = Story("지우는 봇이 없는 친구들 방에서 봇을 불러요.")
    jiu, bob = (
        telegram.add_user(name, language_code=code, started=False) for name, code in (("지우", "ko"), ("Bob", "en"))
    )
    room = telegram.add_group("친구들", members=[jiu, bob], with_bot=False)
    writes = Hero("지우", TelegramPerson(telegram, jiu, Locale.KO), story)
    reads = Hero("Bob", TelegramPerson(telegram, bob, Locale.EN), story)
    chosen = telegram.inline("강화학습", user=jiu)[0]
    message = telegram.choose_inline(chosen, room, user=jiu)
    sent = writes.sees("@moim_bot 강화학습, 맨 위의 것을 골라 보내요", seen_of(message))
    story.note("Bob은 봇과 말해 본 적이 없어요")
    card = reads.take("자세히 보기 (나만)", on=sent)
    restart(bot)
    story.note("봇이 죽었다가 다시 켜져요")
    reads.take("Save", on=card)
    assert telegram.bot_messages(room) == []
    assert str(story) == snapshot.use_extension(StoryFile)


@pytest.mark.parametrize(("code", "why"), [("ko", "왜: "), ("en", "Why: "), ("fr", "Why: ")])
def test_results_speak_the_language_of_the_client(telegram: TelegramSim, code: str, why: str) -> None:
    user = telegram.add_user("Someone", language_code=code, started=False)
    for result in telegram.inline("rl", user=user):
        assert result["description"].startswith(why)
        assert f"\n{why}" in result["input_message_content"]["message_text"]


def test_what_somebody_sets_aside_changes_no_result(telegram: TelegramSim) -> None:
    person = TelegramPerson(telegram, telegram.add_user("Someone"), Locale.EN)
    before = telegram.inline("rl", user=person.user)
    first = person.call("recommend", "rl")
    assert first.picks[0] == resource_of(before[0]["title"])
    person.take("1")
    person.take("Not for me")
    assert telegram.inline("rl", user=person.user) == before


def test_before_anything_is_typed_there_are_topics_and_scrolling_ends(telegram: TelegramSim) -> None:
    titles: list[str] = []
    answer = telegram.inline_answer("")
    while True:
        titles += [result["title"] for result in answer["results"]]
        if not answer["next_offset"]:
            break
        answer = telegram.inline_answer("", offset=answer["next_offset"])
    assert "Reinforcement learning" in titles
    assert len(titles) == len(set(titles)) > 10


def test_what_nobody_knows_leads_to_the_private_chat(telegram: TelegramSim) -> None:
    user = telegram.add_user("민지", language_code="ko", started=False)
    button = telegram.inline_answer("물속 바구니", user=user)["button"]
    assert button["text"] == "‘물속 바구니’: 아직 몰라요. 저와 함께 찾아봐요"
    assert "물속 바구니" in telegram.start_link(button["start_parameter"], user=user)[0]["text"]


@pytest.mark.postgresql
def test_in_a_server_without_the_bot_on_discord(
    discord: DiscordSim, bot: BotProcess, snapshot: SnapshotAssertion
) -> None:
    story = Story("민지는 봇을 자기 계정에 설치했고, 봇이 없는 서버에서 써요.")
    minji = discord.world.add_user("minji", locale="ko")
    discord.install(minji)
    guild = discord.foreign_guild("다른 모임", members=[minji])
    channel = discord.world.first_channel(guild)
    there = Hero("민지, 다른 서버에서", DiscordPerson(discord, minji, Locale.KO, channel), story)
    answer = there.call("recommend", "강화학습")
    there.take("1", on=answer)
    restart(bot)
    story.note("봇이 죽었다가 다시 켜져요")
    there.take("담기")
    assert there.person.others_read() == ""
    assert not discord.bot_messages(dm_with=discord.world.users[guild.data["owner_id"]])
    assert str(story) == snapshot.use_extension(StoryFile)


def test_no_host_is_asked_about_a_server_that_nobody_opened(discord: DiscordSim, bot: BotProcess) -> None:
    host = next(user for user in discord.world.users.values() if user["username"] == "host")
    asked = len(discord.bot_messages(dm_with=host))
    discord.install()
    guild = discord.foreign_guild("Elsewhere")
    assert discord.slash("recommend", topic="rl", guild=guild).ephemeral
    assert discord.slash("help", guild=guild).ephemeral
    assert len(discord.bot_messages(dm_with=host)) == asked
