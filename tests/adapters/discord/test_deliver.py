"""Messages nobody is waiting for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.adapters.discord.deliver import EmptyReply, nonce_of
from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.chat.stores import Receipt, Refused, Rights, Undeliverable
from bot.core.refs import Place, Platform, SpaceRef
from tests.adapters.discord.sending import MESSAGES, channel, contents, person, refusal, send
from tests.adapters.discord.served import Served
from tests.standins import DiscordSim


def test_a_person_gets_a_direct_message(sim: DiscordSim, bot: Served) -> None:
    receipt = send(bot, person(sim.user), "hello")
    message = sim.bot_messages(dm_with=sim.user)[-1]
    assert message["content"] == "hello"
    assert receipt == Receipt(Place(Platform.DISCORD, message["channel_id"]), message["id"])


def test_a_channel_gets_a_message_whose_button_works(sim: DiscordSim, bot: Served) -> None:
    reader = Caller(person(sim.user), channel(sim))
    post = bot.run(bot.router.post("sample.notice", reader, words="tonight"))
    receipt = send(bot, channel(sim), post)
    message = sim.bot_messages()[-1]
    assert (message["content"], receipt.message) == ("tonight", message["id"])
    assert sim.press("sample.save|notice").content == "saved notice"


def test_the_thread_comes_before_the_channel(sim: DiscordSim, bot: Served) -> None:
    other = sim.new_channel("papers")
    send(bot, Place(Platform.DISCORD, sim.channel["id"], SpaceRef(Platform.DISCORD, sim.guild.id), other["id"]), "here")
    assert [message["content"] for message in sim.bot_messages(other)] == ["here"]


def test_a_second_send_under_the_same_key_doubles_nothing(sim: DiscordSim, bot: Served) -> None:
    first = send(bot, channel(sim), "once", key="schedule:7:2026-11-25")
    again = send(bot, channel(sim), "once", key="schedule:7:2026-11-25")
    assert first == again
    assert len(sim.bot_messages()) == 1


def test_parts_of_a_long_message_have_nonces_of_their_own(sim: DiscordSim, bot: Served) -> None:
    receipt = send(bot, channel(sim), "word " * 900)
    sent = [call.body for call in sim.calls(MESSAGES, "POST")]
    assert len({body["nonce"] for body in sent}) == len(sent) == 3
    assert all(body["enforce_nonce"] and len(body["nonce"]) <= 25 for body in sent)
    assert receipt.message == sim.bot_messages()[-1]["id"]


def test_a_nonce_is_stable_and_its_own_for_every_key_and_part() -> None:
    assert nonce_of("a", 0) == nonce_of("a", 0)
    assert len({nonce_of("a", 0), nonce_of("a", 1), nonce_of("b", 0)}) == 3


def test_a_rate_limit_only_delays_a_delivery(sim: DiscordSim, bot: Served) -> None:
    sim.rate_limit(MESSAGES, "POST", retry_after=0.3)
    send(bot, channel(sim), "late")
    assert sim.bot_messages()[-1]["content"] == "late"


def test_a_closed_private_chat_cannot_be_reached(sim: DiscordSim, bot: Served) -> None:
    sim.world.dm_closed.add(sim.user["id"])
    with pytest.raises(Undeliverable, match="closed"):
        send(bot, person(sim.user), "hello")


def test_a_gone_channel_cannot_be_reached(sim: DiscordSim, bot: Served) -> None:
    sim.delete_channel(sim.channel)
    with pytest.raises(Undeliverable, match="gone"):
        send(bot, channel(sim), "hello")


def test_a_channel_where_we_may_not_write_cannot_be_reached(sim: DiscordSim, bot: Served) -> None:
    sim.forbid(sim.channel, "send_messages")
    with pytest.raises(Undeliverable, match="forbidden"):
        send(bot, channel(sim), "hello")


def test_a_post_that_shows_nothing_is_a_mistake(bot: Served, sim: DiscordSim) -> None:
    with pytest.raises(EmptyReply):
        send(bot, channel(sim), " ")


def test_what_discord_calls_wrong_is_refused(sim: DiscordSim, bot: Served) -> None:
    sim.fail(MESSAGES, "POST", status=400, body=refusal(50035, "Invalid Form Body"))
    with pytest.raises(Refused, match="50035"):
        send(bot, channel(sim), "hello")


def test_a_silent_message_makes_no_sound(sim: DiscordSim, bot: Served) -> None:
    send(bot, channel(sim), "hush", silent=True)
    send(bot, channel(sim), "hey", key="k2")
    assert [call.body.get("flags", 0) for call in sim.calls(MESSAGES, "POST")] == [1 << 12, 0]


# revising


def test_a_message_is_revised_also_after_a_restart(sim: DiscordSim, serve: Callable[..., Served]) -> None:
    first = serve()
    receipt = send(first, channel(sim), "open")
    first.stop()
    again = serve()
    again.run(again.adapter.revise(receipt, Reply(("closed",))))
    again.run(again.adapter.revise(receipt, Reply(("closed",))))
    assert contents(sim) == ["closed"]


def test_a_reply_of_several_messages_is_revised_in_all_of_them(sim: DiscordSim, serve: Callable[..., Served]) -> None:
    first = serve()
    sent = send(first, channel(sim), "a " * 1500)
    receipt = Receipt.read(sent.place, sent.kept, sent.thread)  # as it is kept
    first.stop()
    again = serve()
    for words, shown in (
        ("b " * 1500, [{"b"}, {"b"}]),
        ("short", [{"…"}, {"short"}]),
        ("c " * 1500, [{"c"}, {"c"}]),
        ("first " * 600 + "last " * 600, [{"first"}, {"first", "last"}]),
    ):
        again.run(again.adapter.revise(receipt, Reply((words,))))
        assert [set(each.split()) for each in contents(sim)] == shown
    del sim.world.messages[sim.channel["id"]][0]
    again.run(again.adapter.revise(receipt, Reply(("d " * 1500,))))
    assert [set(each.split()) for each in contents(sim)] == [{"d"}], "what is left of it is revised"


def test_a_message_that_is_gone_cannot_be_revised(sim: DiscordSim, bot: Served) -> None:
    receipt = send(bot, channel(sim), "open")
    sim.world.messages[sim.channel["id"]].clear()
    with pytest.raises(Undeliverable, match="gone"):
        bot.run(bot.adapter.revise(receipt, Reply(("closed",))))


# threads, pins, rights


def test_a_thread_is_opened_under_a_message_and_what_belongs_to_it_goes_there(sim: DiscordSim, bot: Served) -> None:
    receipt = send(bot, channel(sim), Reply(("the paper",), thread="Attention Is All You Need"))
    below = send(bot, channel(sim), "a prompt", key="k2", under=receipt)
    thread = sim.world.channels[receipt.thread or ""]
    assert (thread["name"], thread["thread_metadata"]["auto_archive_duration"]) == ("Attention Is All You Need", 10080)
    assert contents(sim, thread) == ["a prompt"]
    assert below.place == Place(
        Platform.DISCORD, sim.channel["id"], SpaceRef(Platform.DISCORD, sim.guild.id), thread["id"]
    )


def test_a_thread_that_is_there_already_is_found(sim: DiscordSim, bot: Served) -> None:
    receipt = send(bot, channel(sim), Reply(("the paper",), thread="Attention"))
    again = send(bot, channel(sim), Reply(("the paper",), thread="Attention"))
    assert again == receipt


def test_a_thread_is_opened_by_the_first_message_that_needs_one(sim: DiscordSim, bot: Served) -> None:
    receipt = send(bot, channel(sim), "the paper")
    below = send(bot, channel(sim), "a prompt", key="k2", under=receipt)
    assert below.place.thread
    assert contents(sim, sim.world.channels[below.place.thread]) == ["a prompt"]


def test_where_no_thread_can_be_opened_the_message_is_answered(sim: DiscordSim, bot: Served) -> None:
    sim.forbid(sim.channel, "create_public_threads")
    receipt = send(bot, channel(sim), Reply(("the paper",), thread="Attention"))
    assert receipt.thread is None
    send(bot, channel(sim), "a prompt", key="k2", under=receipt)
    assert contents(sim) == ["the paper", "a prompt"]
    assert sim.bot_messages()[-1]["message_reference"]["message_id"] == receipt.message


def test_a_message_is_pinned(sim: DiscordSim, bot: Served) -> None:
    receipt = send(bot, channel(sim), "the rules")
    bot.run(bot.adapter.pin(receipt))
    bot.run(bot.adapter.pin(receipt))
    assert sim.bot_messages()[-1]["pinned"]
    sim.forbid(sim.channel, "pin_messages")
    with pytest.raises(Undeliverable, match="forbidden"):
        bot.run(bot.adapter.pin(receipt))


def test_the_rights_in_a_place_are_asked_there(sim: DiscordSim, bot: Served) -> None:
    everything = Rights(see=True, post=True, thread=True, history=True, pin=True)
    assert bot.run(bot.adapter.rights(channel(sim))) == everything
    sim.forbid(sim.channel, "read_message_history", "pin_messages", "create_public_threads")
    assert bot.run(bot.adapter.rights(channel(sim))) == Rights(see=True, post=True)
    sim.forbid(sim.channel, "view_channel")
    assert bot.run(bot.adapter.rights(channel(sim))) == Rights()
    sim.delete_channel(sim.channel)
    assert bot.run(bot.adapter.rights(channel(sim))) == Rights()
    assert bot.run(bot.adapter.rights(Place(Platform.DISCORD, "1"))).post


def test_the_channels_to_choose_from_are_those_everybody_there_sees(sim: DiscordSim, bot: Served) -> None:
    guild = sim.world.guilds[sim.channel["guild_id"]]
    papers = sim.world.add_channel(guild, "papers")
    sim.world.add_channel(guild, "voice", type=2)
    hidden = {"id": guild.id, "type": 0, "allow": "0", "deny": str(1 << 10)}
    sim.world.add_channel(guild, "staff", overwrites=[hidden])
    space = SpaceRef(Platform.DISCORD, guild.id)
    found = bot.run(bot.adapter.rooms(space))
    assert [room.name for room in found] == [sim.channel["name"], "papers"]
    assert found[-1].place == Place(Platform.DISCORD, papers["id"], space)
