"""New servers and groups, when the host wants to be asked: nothing is posted, one tap decides, the host's alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.core.refs import Platform, UserRef
from bot.i18n import Locale
from bot.storage import Storage
from tests.contract.on_discord import DiscordPerson, offers_of, words_of
from tests.contract.on_telegram import TelegramPerson, seen_of
from tests.contract.people import Seen
from tests.e2e.served import judged, restart, served, until
from tests.e2e.storybook import Hero, Story, StoryFile
from tests.standins import BotProcess, DiscordSim, TelegramSim

Json = dict[str, Any]
World = tuple[DiscordSim, TelegramSim, Json, BotProcess]
WAITS = "The person who runs this bot has not opened it for this group yet. They have been asked."
REFUSED = "The person who runs this bot has not opened it for this group."


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, database: dict[str, str]) -> Iterator[World]:
    """The host has one account on each platform."""
    with DiscordSim() as discord, TelegramSim() as telegram:
        host = discord.join("host", locale="en-US")
        host_there = telegram.add_user("Host")
        env = database | {"OWNERS": f"discord:{host['id']},telegram:{host_there['id']}"}
        with served(tmp_path_factory.mktemp("doors"), discord, telegram, env=env) as bot:
            yield discord, telegram, {"discord": host, "telegram": host_there}, bot


@pytest.fixture
def discord(world: World) -> Iterator[DiscordSim]:
    discord, telegram, _, bot = world
    with judged(bot, discord, telegram):
        yield discord


@pytest.fixture
def telegram(world: World, discord: DiscordSim) -> TelegramSim:
    return world[1]


@pytest.fixture
def hosts(world: World) -> Json:
    return world[2]


@pytest.fixture
def bot(world: World) -> BotProcess:
    return world[3]


def questions(discord: DiscordSim, host: Json, title: str) -> list[Json]:
    return [m for m in discord.bot_messages(dm_with=host) if title in words_of(m)]


def asked(discord: DiscordSim, host: Json, title: str) -> Seen:
    message = discord.wait_for(lambda s: questions(s, host, title), message=f"nobody asked about {title}")[0]
    return Seen(words_of(message), offers_of(message), source=message)


def asked_on_telegram(telegram: TelegramSim, hosts: Json, title: str) -> list[Json]:
    chat = telegram.world.chats[hosts["telegram"]["id"]]
    asked: list[Json] = telegram.wait_for(
        lambda s: [m for m in s.bot_messages(chat) if title in m["text"]], message=f"nobody asked about {title}"
    )
    return asked


@pytest.mark.postgresql
def test_a_new_server_waits_for_its_host(
    discord: DiscordSim, telegram: TelegramSim, hosts: Json, snapshot: SnapshotAssertion
) -> None:
    story = Story("Mina adds the bot to the server 'Paper Club'. The host runs the bot.")
    guild = discord.new_guild("Paper Club")
    channel = discord.world.first_channel(guild)
    mina = Hero("Mina", DiscordPerson(discord, discord.user, Locale.EN, channel), story)
    host = Hero("the host", DiscordPerson(discord, hosts["discord"], Locale.EN), story)
    question = host.sees("a message of the bot", asked(discord, hosts["discord"], "Paper Club"))
    asked_on_telegram(telegram, hosts, "Paper Club")  # before anybody decides: an answered question is not sent
    mina.call("recommend", "rl")
    assert discord.bot_messages(channel)[:-1] == [], "nothing was posted on joining"
    host.take("Open it", on=question)
    mina.call("recommend", "rl")
    host.take("Close it again")
    mina.call("recommend", "rl")
    assert str(story) == snapshot.use_extension(StoryFile)
    assert len(questions(discord, hosts["discord"], "Paper Club")) == 1, "asked once"
    assert len(asked_on_telegram(telegram, hosts, "Paper Club")) == 1, "once on each of the host's platforms"


def test_only_the_host_decides(discord: DiscordSim, hosts: Json) -> None:
    guild = discord.new_guild("Not Yours")
    question = asked(discord, hosts["discord"], "Not Yours")
    custom_id = question.source["components"][0]["components"][0]["custom_id"]
    stranger = DiscordPerson(discord, discord.user, Locale.EN)
    assert stranger.forge(custom_id).words == "Only the person who runs this bot can do that."
    there = DiscordPerson(discord, discord.user, Locale.EN, discord.world.first_channel(guild))
    assert there.forge(custom_id).words == WAITS
    assert there.call("recommend", "rl").words == WAITS


def test_the_host_is_never_locked_out(discord: DiscordSim, hosts: Json) -> None:
    guild = discord.new_guild("The Host's Own")
    discord.world.add_member(guild, hosts["discord"])
    channel = discord.world.first_channel(guild)
    assert DiscordPerson(discord, hosts["discord"], Locale.EN, channel).call("recommend", "rl").picks


def test_a_server_that_was_there_before_the_start_waits_too(discord: DiscordSim, hosts: Json) -> None:
    reply = discord.slash("recommend", topic="rl")  # in "Study Group"
    assert (reply.ephemeral, reply.content) == (True, WAITS)
    discord.wait_for(lambda s: len(s.bot_messages(dm_with=hosts["discord"])) > 0)


@pytest.mark.postgresql
def test_a_new_telegram_group_waits_too(discord: DiscordSim, telegram: TelegramSim, hosts: Json) -> None:
    group = telegram.add_group("Subway Readers", with_bot=False)
    telegram.add_bot(group)
    host = TelegramPerson(telegram, hosts["telegram"], Locale.EN)
    message = asked_on_telegram(telegram, hosts, "Subway Readers")[0]
    (refused,) = telegram.send("/recommend rl", chat=group)
    assert refused["text"] == WAITS
    assert telegram.bot_messages(group) == [refused], "nothing was posted on joining"
    opened = host.take("Open it", on=seen_of(message))
    assert opened.edited
    assert "Subway Readers is open." in opened.words
    (answer,) = telegram.send("/recommend rl", chat=group)
    assert seen_of(answer).picks
    elsewhere = DiscordPerson(discord, hosts["discord"], Locale.EN)
    closed = elsewhere.take("Not this one", on=asked(discord, hosts["discord"], "Subway Readers"))
    assert "Subway Readers stays closed." in closed.words, "the host decides from wherever they are"
    assert telegram.send("/recommend rl", chat=group)[0]["text"] == REFUSED


@pytest.mark.postgresql
def test_a_decision_outlives_a_crash_and_a_return(discord: DiscordSim, hosts: Json, bot: BotProcess) -> None:
    guild = discord.new_guild("Lasting")
    host = DiscordPerson(discord, hosts["discord"], Locale.EN)
    host.take("Open it", on=asked(discord, hosts["discord"], "Lasting"))
    restart(bot)
    assert discord.slash("recommend", topic="rl", guild=guild).embeds
    discord.remove_bot(guild)
    guild.bot_installed = True
    discord.outage(guild, over=True)  # GUILD_CREATE: the bot is back
    assert discord.slash("recommend", topic="rl", guild=guild).embeds
    assert len(questions(discord, hosts["discord"], "Lasting")) == 1


def test_private_chats_need_nobodys_leave(discord: DiscordSim, telegram: TelegramSim) -> None:
    assert discord.slash("recommend", topic="rl", dm=True).embeds
    assert seen_of(*telegram.send("/recommend rl")).picks


def is_known_as_unreachable(host: Json, folder: Path) -> bool:
    async def reason() -> object:
        address = f"sqlite+aiosqlite:///{folder}/var/moim.db"
        async with await Storage.open(address, clock=lambda: datetime.now(UTC)) as storage, storage.read() as uow:
            return await uow.unreachable.get(UserRef(Platform.TELEGRAM, str(host["id"])))

    return asyncio.run(reason()) is not None


def test_a_host_who_never_wrote_to_the_bot_is_asked_once_they_did(tmp_path: Path) -> None:
    """Telegram lets no bot write first, and a host easily adds it to the group before saying hello."""
    with TelegramSim() as telegram:
        host = telegram.add_user("Host", started=False)
        env = {"OWNERS": f"telegram:{host['id']}"}
        with served(tmp_path, telegram, env=env) as bot:
            group = telegram.add_group("Early Birds", with_bot=False, kind="group")
            telegram.add_bot(group)
            bot.wait_output("a letter was not delivered")
            until(lambda: is_known_as_unreachable(host, tmp_path))
            person = TelegramPerson(telegram, host, Locale.EN)

            def asked_about_it(times: int) -> Json:
                def told(sim: TelegramSim) -> list[Json]:
                    found = [m for m in sim.bot_messages(person.chat) if m["text"].startswith("Early Birds")]
                    return found if len(found) >= times else []

                found: list[Json] = telegram.wait_for(told, message="nobody asked")
                assert len(found) == times
                return found[-1]

            telegram.send("/start", user=host)
            asked_about_it(1)
            bot.stop()
            bot.start()
            bot.wait_ready()
            (refused,) = telegram.send("/recommend rl", chat=group)
            assert refused["text"] == WAITS
            asked_about_it(1)
            group = telegram.migrate(group)  # the button in that question now has an old id
            telegram.send("/recommend rl", chat=group)
            telegram.send("/recommend rl", chat=group)
            question = asked_about_it(2)
            assert "Early Birds is open." in person.take("Open it", on=seen_of(question)).words
            (answer,) = telegram.send("/recommend rl", chat=group)
            assert seen_of(answer).picks
        telegram.assert_clean()
