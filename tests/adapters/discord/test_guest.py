"""Where only one person brought the bot along: servers and chats that never let it in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.adapters.discord.exchange import FOLLOW_UPS
from bot.core.refs import Platform, UserRef
from tests.adapters.discord.served import Served
from tests.standins import DiscordSim, DriverError
from tests.standins.discord_api.world import Guild
from tests.standins.recording import Json

GUEST = "Here I can only answer the person who brought me along, so I cannot share. Invite me to the server for that."


@pytest.fixture
def elsewhere(sim: DiscordSim, bot: Served) -> Guild:
    """A server that never took the bot in, where alice brings it along."""
    sim.install()
    return sim.foreign_guild("Elsewhere")


@pytest.fixture
def chat(sim: DiscordSim, bot: Served) -> Json:
    """A group chat of people, where alice brings the bot along."""
    sim.install()
    return sim.group_chat(sim.world.add_user("bob"))


def test_an_answer_is_for_the_one_who_brought_the_bot(sim: DiscordSim, bot: Served, elsewhere: Guild) -> None:
    reply = sim.slash("recommend", topic="rl", guild=elsewhere)
    assert reply.ephemeral
    assert reply.content == "en: rl"
    assert sim.press(reply.button("More")).content == "page 2"


def test_so_it_is_in_a_chat_with_other_people(sim: DiscordSim, bot: Served, chat: Json) -> None:
    reply = sim.slash("recommend", topic="rl", channel=chat)
    assert reply.ephemeral
    assert sim.press(reply.button("Save")).ephemeral
    assert bot.sample.diary[1] == ("place", chat["id"], "", "")


def test_without_the_persons_install_there_is_no_command(sim: DiscordSim, bot: Served) -> None:
    with pytest.raises(DriverError, match="no installation"):
        sim.slash("recommend", guild=sim.foreign_guild("Elsewhere"))
    with pytest.raises(DriverError, match="no installation"):
        sim.slash("recommend", channel=sim.group_chat(sim.world.add_user("bob")))


def test_what_is_a_groups_stays_in_servers_that_took_the_bot_in(sim: DiscordSim, bot: Served, elsewhere: Guild) -> None:
    with pytest.raises(DriverError, match="no installation"):
        sim.slash("vote", guild=elsewhere)
    assert sim.slash("vote").content == "which?"


def test_what_is_for_everybody_elsewhere_is_for_the_one_alone(sim: DiscordSim, bot: Served, elsewhere: Guild) -> None:
    assert sim.slash("echo", words="hi", guild=elsewhere).ephemeral
    assert not sim.slash("echo", words="hi").ephemeral


def test_a_share_is_refused_politely(sim: DiscordSim, bot: Served, elsewhere: Guild, chat: Json) -> None:
    for reply in (sim.slash("recommend", topic="rl", guild=elsewhere), sim.slash("recommend", channel=chat)):
        refused = sim.press(reply.button("Share"))
        assert (refused.content, refused.ephemeral) == (GUEST, True)
    korean = sim.slash("recommend", guild=elsewhere, locale="ko")
    assert "초대해 주세요" in sim.press(korean.button("Share"), locale="ko").content


def test_a_server_that_was_never_joined_is_never_met(sim: DiscordSim, serve: Callable[..., Served]) -> None:
    host = sim.join("host")
    bot = serve(owners=(UserRef(Platform.DISCORD, host["id"]),))
    sim.install()
    guild = sim.foreign_guild("Elsewhere")
    assert sim.slash("recommend", topic="rl", guild=guild).content == "en: rl"
    assert bot.knows(guild.id) == "never seen"
    assert not [m for m in sim.bot_messages(dm_with=host) if "Elsewhere" in m["content"] or guild.id in m["content"]]


def test_a_server_whose_door_is_closed_stays_closed_to_those_who_bring_the_bot(
    sim: DiscordSim, serve: Callable[..., Served]
) -> None:
    bot = serve(owners=(UserRef(Platform.DISCORD, sim.join("host")["id"]),))
    sim.install()
    assert "en: rl" not in sim.slash("recommend", topic="rl").content
    assert bot.sample.diary == []


def test_a_server_that_put_the_bot_out_is_a_foreign_one(sim: DiscordSim, bot: Served) -> None:
    sim.install()
    guild = sim.new_guild("For a while")
    shown = sim.slash("echo", words="hi", guild=guild)
    assert not shown.ephemeral
    sim.remove_bot(guild)
    sim.wait_for(lambda _: bot.knows(guild.id) == "left")
    assert sim.slash("echo", words="hi", guild=guild).ephemeral
    assert sim.press(shown.button("Save"), message=shown.message).ephemeral
    assert bot.knows(guild.id) == "left", "nothing was met anew"


def test_whoever_manages_a_foreign_server_manages_nothing_here(sim: DiscordSim, bot: Served, elsewhere: Guild) -> None:
    boss = sim.join("boss", guild=elsewhere, permissions=1 << 5)
    sim.install(boss)
    sim.slash("recommend", guild=elsewhere, user=boss)
    sim.slash("recommend", user=sim.join("other boss", permissions=1 << 5))
    assert [line[2] for line in bot.sample.diary if line[0] == "caller"] == ["False", "True"]


@pytest.mark.usefixtures("hasty")
def test_a_slow_answer_is_for_the_one_alone_too(sim: DiscordSim, bot: Served, elsewhere: Guild) -> None:
    reply = sim.slash("slow", seconds=5, shared=1, guild=elsewhere)
    assert reply.kind == "deferred"
    assert (reply.content, reply.ephemeral, reply.followups) == ("slowly done", True, [])


def test_a_form_opens_there(sim: DiscordSim, bot: Served, elsewhere: Guild) -> None:
    reply = sim.submit(sim.slash("note", guild=elsewhere), {"Title?": "a book", "why": "because"})
    assert (reply.content, reply.ephemeral) == ("noted a book / because", True)


def test_a_very_long_answer_stays_within_what_a_guest_may_send(sim: DiscordSim, bot: Served, elsewhere: Guild) -> None:
    reply = sim.slash("echo", words="endless", guild=elsewhere)
    sim.wait_for(lambda s: reply.custom_ids())
    messages = [reply.message, *reply.followups]
    assert len(messages) == FOLLOW_UPS
    assert messages[-2]["content"].startswith("(The middle is left out")
    assert all(message["flags"] & 64 for message in messages)
    whole = sim.slash("echo", words="endless")
    sim.wait_for(lambda s: whole.custom_ids())
    assert len([whole.message, *whole.followups]) > FOLLOW_UPS


def test_in_the_private_chat_with_the_bot_answers_stay_to_be_read(sim: DiscordSim, bot: Served) -> None:
    sim.install()
    assert not sim.slash("recommend", dm=True).ephemeral


def test_an_application_nobody_may_install_for_themselves_keeps_its_commands_for_servers(
    sim: DiscordSim, serve: Callable[..., Served]
) -> None:
    errors = {"0": {"integration_types": {"_errors": [{"code": "INVALID", "message": "not enabled"}]}}}
    wrong = {"code": 50035, "message": "Invalid Form Body", "errors": errors}
    sim.fail("/applications/*/commands", "PUT", status=400, body=wrong)
    bot = serve(wait=False)
    sim.wait_ready()
    assert sim.slash("recommend", topic="rl").content == "en: rl"
    assert sim.slash("recommend", topic="rl", dm=True).content == "en: rl"
    sim.install()
    with pytest.raises(DriverError, match="no installation"):
        sim.slash("recommend", guild=sim.foreign_guild("Elsewhere"))
    bot.stop()
    serve()
    assert sim.slash("recommend", topic="rl", guild=sim.foreign_guild("Other")).ephemeral, "the next start tried again"
