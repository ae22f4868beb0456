"""Discord, as its members use it: the bot is a process of its own, killed and started again in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.i18n import Locale
from tests.contract.on_discord import DiscordPerson, words_of
from tests.e2e.served import judged, restart, served
from tests.e2e.storybook import Hero, Story, StoryFile
from tests.standins import BotProcess, DiscordSim, DriverError

Json = dict[str, Any]
ON_MESSAGE = "What to study for this"


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, database: dict[str, str]
) -> Iterator[tuple[DiscordSim, BotProcess]]:
    with DiscordSim() as sim, served(tmp_path_factory.mktemp("discord"), sim, env=database) as bot:
        yield sim, bot


@pytest.fixture
def sim(world: tuple[DiscordSim, BotProcess]) -> Iterator[DiscordSim]:
    sim, bot = world
    with judged(bot, sim):
        yield sim


@pytest.fixture
def bot(world: tuple[DiscordSim, BotProcess]) -> BotProcess:
    return world[1]


@pytest.mark.postgresql
def test_a_korean_evening(sim: DiscordSim, bot: BotProcess, snapshot: SnapshotAssertion) -> None:
    channel = sim.new_channel("읽기-모임")
    story = Story("민지와 하늘은 디스코드 서버의 #읽기-모임 채널에 있어요.")
    people = {name: sim.join(name, locale="ko") for name in ("minji", "haneul")}
    minji = Hero("민지", DiscordPerson(sim, people["minji"], Locale.KO, channel), story)
    haneul = Hero("하늘", DiscordPerson(sim, people["haneul"], Locale.KO, channel), story)
    minji.call("start")
    for tapped in ("처음이에요", "맛보기", "편하게 써요", "거의 몰라요", "3시간쯤"):
        minji.take(tapped)
    minji.call("recommend", "강화학습 입문")
    minji.take("1")
    saved = minji.take("담기")
    bot.kill()
    story.note("봇이 죽었다가 다시 켜져요")
    bot.start()
    bot.wait_ready()
    minji.take("돌아가기", on=saved)
    assert minji.person.others_read() == "", "nobody else has seen any of it"
    shared = minji.take("공유")
    haneul.take("2", on=shared)
    haneul.take("거두기", on=shared)
    minji.take("거두기", on=shared)
    minji.call("recommend", "수중 바구니 엮기")
    assert str(story) == snapshot.use_extension(StoryFile)


@pytest.mark.parametrize(
    ("locale", "why", "more"), [("ko", "왜:", "더 보기"), ("en-US", "Why:", "More"), ("fr", "Why:", "More")]
)
def test_a_slash_command_is_answered_in_time_to_its_person_alone(
    sim: DiscordSim, locale: str, why: str, more: str
) -> None:
    reply = sim.slash("recommend", topic="강화학습 입문", locale=locale)
    assert (reply.kind, reply.ephemeral) == ("message", True)
    assert reply.ack_seconds < 1.5
    assert reply.text().count(why) == 3
    assert reply.button(more)
    assert reply.message is not None
    assert not sim.world.visible(reply.message, sim.join("onlooker")["id"])


def test_options_are_typed_and_their_choices_are_korean_for_koreans(sim: DiscordSim) -> None:
    reply = sim.slash("recommend", topic="딥러닝", kind="textbook", level="beginner", language="ko", locale="ko")
    assert reply.embeds[0]["title"] == "딥러닝 · 입문 · 한국어 · 책"
    with pytest.raises(DriverError, match="not a choice"):
        sim.slash("recommend", topic="rl", kind="podcast")
    options = {option["name"]: option for option in sim.command("recommend")["options"]}
    assert options["kind"]["name_localizations"]["ko"] == "종류"
    labels = {choice["value"]: choice["name_localizations"]["ko"] for choice in options["kind"]["choices"]}
    assert labels["textbook"] == "책"


@pytest.mark.parametrize(
    ("locale", "typed", "first"), [("ko", "ㄱㅎㅎㅅ", "강화학습"), ("en-US", "reinf", "Reinforcement learning")]
)
def test_topics_complete_while_one_types(sim: DiscordSim, locale: str, typed: str, first: str) -> None:
    choices = sim.autocomplete("recommend", "topic", typed, locale=locale)
    assert choices[0] == {"name": first, "value": "reinforcement-learning"}
    assert len(choices) <= 25
    picked = sim.slash("recommend", topic=choices[0]["value"], locale=locale)
    assert picked.embeds[0]["title"] == first


def test_completion_lives_with_whatever_is_typed(sim: DiscordSim) -> None:
    for typed in ("", " ", "x" * 200, "\u202e\u200b", "🤖" * 50, "'; DROP TABLE"):
        assert len(sim.autocomplete("recommend", "topic", typed)) <= 25


def test_a_direct_message_stays_to_be_read(sim: DiscordSim) -> None:
    reply = sim.slash("recommend", topic="rl", dm=True)
    assert not reply.ephemeral, "an answer in a private chat is not to vanish"
    card = sim.press(reply.button("1"), message=reply.message)
    assert card.kind == "update"


def test_a_messages_own_menu_asks_about_its_words(sim: DiscordSim) -> None:
    message = sim.say("요즘 강화학습이 궁금해요")
    reply = sim.context_menu(ON_MESSAGE, message, locale="ko")
    assert reply.ephemeral
    assert "강화학습" in reply.embeds[0]["title"]
    entry = sim.command(ON_MESSAGE, kind=3)
    assert entry["name_localizations"]["ko"] == "이 글과 관련해 공부할 것"


def test_a_modal_opens_at_once_and_its_answer_is_private(sim: DiscordSim) -> None:
    topics = sim.slash("recommend", locale="ko")
    modal = sim.press(topics.button("말로 적기"), message=topics.message, locale="ko")
    assert modal.kind == "modal"
    assert modal.ack_seconds < 1.5
    reply = sim.submit(modal, {"주제": "그래프 신경망"}, locale="ko")
    assert reply.ephemeral
    assert reply.text().count("왜:") >= 1


def test_a_topic_is_chosen_from_a_select(sim: DiscordSim) -> None:
    topics = sim.slash("recommend")
    (menu,) = (part for row in topics.message["components"] for part in row["components"] if part["type"] == 3)
    chosen = next(option["value"] for option in menu["options"] if option["label"] == "Reinforcement learning")
    reply = sim.select(menu["custom_id"], chosen, message=topics.message)
    assert reply.kind == "update"
    assert reply.embeds[0]["title"] == "Reinforcement learning"


def test_a_thread_is_answered_where_it_is(sim: DiscordSim) -> None:
    thread = sim.world.add_thread(sim.channel, "paper of the week", owner_id=sim.user["id"])
    reply = sim.slash("recommend", topic="rl", channel=thread)
    assert reply.message is not None
    assert reply.message["channel_id"] == thread["id"]
    shared = sim.press(reply.button("Share"), message=reply.message)
    assert shared.message is not None
    assert (shared.message["channel_id"], shared.ephemeral) == (thread["id"], False)


def test_a_shared_answer_is_taken_back_by_its_person_only(sim: DiscordSim) -> None:
    bob = sim.join("bob")
    reply = sim.slash("recommend", topic="rl")
    shared = sim.press(reply.button("Share"), message=reply.message)
    assert not shared.ephemeral
    refused = sim.press(shared.button("Take back"), message=shared.message, user=bob)
    assert (refused.ephemeral, refused.content) == (True, "This button is for the person who asked.")
    mine = sim.press(shared.button("1"), message=shared.message, user=bob)
    assert (mine.kind, mine.ephemeral) == ("message", True)
    assert sim.press(shared.button("Take back"), message=shared.message).content == "Taken back."
    assert shared.message is not None
    assert words_of(shared.message) == "Taken back."


@pytest.mark.postgresql
def test_old_buttons_work_after_a_crash_and_commands_are_registered_once(sim: DiscordSim, bot: BotProcess) -> None:
    person = DiscordPerson(sim, sim.join("keeper"), Locale.EN, sim.channel)
    listed = person.call("recommend", "rl")
    card = person.take("2")
    restart(bot)
    assert "On your list." in person.take("Save", on=card).words
    assert person.take("Undo").offers == card.offers
    assert person.take("Back").picks == listed.picks
    assert sim.command_writes == 1


def test_every_command_is_described_in_both_languages(sim: DiscordSim) -> None:
    for command in sim.world.commands[None].values():
        if command["type"] == 1:
            assert command["description"]
            assert any("가" <= letter <= "힣" for letter in command["description_localizations"]["ko"])
            assert not command["name_localizations"], "names are the same for all"
            of_a_group = command["contexts"] == [0]
            assert command["integration_types"] == ([0] if of_a_group else [0, 1])
            assert of_a_group or command["contexts"] == [0, 1, 2]


def test_joining_and_leaving_a_server_says_nothing(sim: DiscordSim, bot: BotProcess) -> None:
    guild = sim.new_guild("Another Group")
    assert sim.slash("recommend", topic="rl", guild=guild).ephemeral
    sim.outage(guild)
    sim.outage(guild, over=True)
    sim.remove_bot(guild)
    assert sim.slash("recommend", topic="rl").ephemeral
    assert sim.calls("/channels/*/messages", "POST") == []
    assert sim.calls("/users/@me/channels") == []


def test_korean_names_are_a_setting_and_a_change_is_registered_even_if_it_was_cut_off(
    sim: DiscordSim, bot: BotProcess
) -> None:
    def has(name: str) -> None:
        registered = lambda s: any(c["name"] == name for c in s.world.commands[None].values())  # noqa: E731
        sim.wait_for(registered, message=f"there is no command {name!r}")

    bot.env["COMMAND_NAMES"] = "ko"
    sim.fail("/applications/*/commands", "PUT", lose_response=True, times=None)  # done, but the bot cannot know
    restart(bot)
    has("추천")
    assert sim.slash("추천", options={"topic": "강화학습"}, locale="ko").embeds[0]["title"] == "강화학습"
    del bot.env["COMMAND_NAMES"]
    bot.kill()
    sim.faults.clear()
    restart(bot)
    has("recommend")
