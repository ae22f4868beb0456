"""Messages nobody is waiting for."""

from __future__ import annotations

import pytest

from bot.adapters.discord.deliver import EmptyReply, nonce_of
from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.chat.stores import Receipt, Undeliverable
from bot.core.refs import Place, Platform, SpaceRef, UserRef
from tests.adapters.discord.served import Served
from tests.standins import DiscordSim

MESSAGES = "/channels/*/messages"


def person(user: dict[str, str]) -> UserRef:
    return UserRef(Platform.DISCORD, user["id"])


def channel(sim: DiscordSim) -> Place:
    return Place(Platform.DISCORD, sim.channel["id"], SpaceRef(Platform.DISCORD, sim.guild.id))


def send(bot: Served, to: UserRef | Place, reply: Reply | str, key: str = "k") -> Receipt:
    reply = Reply((reply,)) if isinstance(reply, str) else reply
    return bot.run(bot.adapter.deliver(to, reply, key))


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
