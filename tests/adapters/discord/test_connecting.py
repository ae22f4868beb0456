"""Starting, registering commands, and the servers the bot is in."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.adapters.contract import CannotServe
from bot.adapters.discord.client import MENDS
from bot.chat.reply import Reply
from bot.chat.stores import Unsent
from bot.core.refs import Platform, UserRef
from bot.i18n import Bilingual, Locale
from tests.adapters.discord.served import Served
from tests.standins import DiscordSim

Json = dict[str, Any]


def test_a_refused_token_ends_with_the_mend(sim: DiscordSim, serve: Callable[..., Served]) -> None:
    failure = serve(wait=False, token="MTIz.wrong.token-that-nobody-gave").ended()
    assert isinstance(failure, CannotServe)
    assert "DISCORD_TOKEN" in failure.mend.en
    assert "DISCORD_TOKEN을" in failure.mend.ko
    sim.assert_clean(ignore={"auth"})
    sim.reset_log()


@pytest.mark.parametrize(("code", "word"), [(4004, "DISCORD_TOKEN"), (4013, "update Moim"), (4014, "intents")])
def test_c16_a_close_that_cannot_be_mended_by_trying_ends_with_the_mend(
    sim: DiscordSim, serve: Callable[..., Served], code: int, word: str
) -> None:
    bot = serve()
    sim.drop_gateway(code)
    failure = bot.ended()
    assert isinstance(failure, CannotServe)
    assert word in failure.mend.en
    assert len(sim.gateway.identifies) == 1


@pytest.mark.parametrize("mend", MENDS.values(), ids=[str(code) for code in MENDS])
def test_every_mend_speaks_both_languages(mend: Bilingual) -> None:
    assert any("가" <= character <= "힣" for character in mend.ko)
    assert not any("가" <= character <= "힣" for character in mend.en)


def test_discord_out_of_reach_at_the_start_is_tried_again_and_said_once(
    sim: DiscordSim, serve: Callable[..., Served], capfd: pytest.CaptureFixture[str]
) -> None:
    sim.fail("/users/@me", "GET", drop=True, times=2)
    serve()
    out, err = capfd.readouterr()
    assert (out + err).count("cannot be reached") == 1
    assert "Traceback" not in out + err


@pytest.mark.usefixtures("quick_library")
def test_a_gateway_out_of_reach_at_the_start_is_tried_again(
    sim: DiscordSim, serve: Callable[..., Served], capfd: pytest.CaptureFixture[str]
) -> None:
    sim.gateway.refuse = True
    bot = serve(wait=False)
    time.sleep(0.8)
    sim.gateway.refuse = False
    sim.wait_ready()
    assert sim.slash("echo", words="hi").content == "hi"
    out, err = capfd.readouterr()
    assert (out + err).count("is lost") == 1
    assert "Traceback" not in out + err
    assert len(sim.gateway.identifies) == 1
    assert bot.failure is None


def test_before_the_login_a_delivery_fails_in_passing(sim: DiscordSim, serve: Callable[..., Served]) -> None:
    sim.fail("/users/@me", "GET", delay=1)
    bot = serve(wait=False)
    with pytest.raises(Unsent) as unsent:
        bot.run(bot.adapter.deliver(UserRef(Platform.DISCORD, sim.user["id"]), Reply(("hi",)), "k"))
    assert unsent.value.everywhere


def test_nothing_of_discord_is_loaded_until_it_is_served() -> None:
    check = "import sys, bot.app, bot.cli; sys.exit('discord' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_only_the_intent_for_servers_is_asked_for(sim: DiscordSim, bot: Served) -> None:
    assert [said["d"]["intents"] for said in sim.gateway.received if said["op"] == 2] == [1]


def test_commands_are_registered_once_and_again_only_when_they_changed(
    sim: DiscordSim, serve: Callable[..., Served]
) -> None:
    serve().stop()
    serve().stop()
    assert sim.command_writes == 1
    serve(names=Locale.KO)
    sim.wait_for(lambda s: s.command_writes == 2)
    assert sim.slash("추천", topic="rl").content == "en: rl"


def test_syncing_by_hand_writes_only_what_changed_unless_forced(sim: DiscordSim, bot: Served) -> None:
    assert bot.run(bot.adapter.sync()) == "Discord: 6 commands, unchanged."
    assert bot.run(bot.adapter.sync(force=True)) == "Discord: registered 6 commands."
    assert sim.command_writes == 2


def test_registering_that_fails_for_a_moment_keeps_nobody_waiting(
    sim: DiscordSim, serve: Callable[..., Served]
) -> None:
    serve().stop()
    sim.fail("/applications/*/commands", "PUT", status=400, body={"code": 50035, "message": "Invalid Form Body"})
    bot = serve(names=Locale.KO, wait=False)
    sim.wait_ready(commands=False)
    assert sim.slash("recommend", topic="rl").content == "en: rl"
    sim.wait_for(lambda s: s.calls("/applications/*/commands", "PUT")[1:])
    assert bot.failure is None


def test_a_new_server_waits_for_the_host_and_nothing_is_posted_there(
    sim: DiscordSim, serve: Callable[..., Served]
) -> None:
    host = sim.join("host")
    serve(owners=(UserRef(Platform.DISCORD, host["id"]),))
    sim.wait_for(lambda s: _asked(s, host) == ["Study Group"])  # the bot was taken in before it ran for the first time
    guild = sim.new_guild("Other", members=[host])
    sim.wait_for(lambda s: _asked(s, host) == ["Study Group", "Other"])
    assert not sim.bot_messages(sim.world.first_channel(guild))
    assert "has not opened it" in sim.slash("recommend", guild=guild).content


def _asked(sim: DiscordSim, host: Json) -> list[str]:
    """Return the servers that the host was asked about."""
    return [message["content"].split("**")[1] for message in sim.bot_messages(dm_with=host)]


def test_a_removal_is_noted_and_an_outage_is_not(sim: DiscordSim, bot: Served) -> None:
    guild = sim.new_guild("Other")
    sim.wait_for(lambda s: bot.knows(guild.id) == "here")
    sim.outage(guild)
    sim.outage(guild, over=True)
    sim.slash("echo")
    assert bot.knows(guild.id) == "here"
    sim.remove_bot(guild)
    sim.wait_for(lambda s: bot.knows(guild.id) == "left")
